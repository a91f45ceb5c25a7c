/* Marked sentences: text without its marks, marks where they stand, faults by file and line. */
#include "train/marked.h"

#include "workers/knowledge/verdicts.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static int start(void **state)
{
    (void)state;
    dl_arena_init(&arena);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    dl_arena_done(&arena);
    return 0;
}

static void marks_leave_the_text(void **state)
{
    (void)state;
    struct dl_marked marked;
    struct dl_error err;
    dl_str line = DL_STR("[1A+2A The court] [1SANCTION.convict convicted] him and "
                         "[2COERCE.arrest=planned will jail] [2R him], said [0:film the poster].");
    assert_int_equal(dl_marked_read(line, "a.txt:1", &arena, &marked, &err), DL_OK);
    assert_true(
        dl_str_is(marked.text, "The court convicted him and will jail him, said the poster."));
    assert_int_equal(marked.mark_count, 3);
    assert_int_equal(marked.marks[0].class, DL_SANCTION);
    assert_true(dl_str_is(dl_str_sub(marked.text, marked.marks[0].start, marked.marks[0].end),
                          "convicted"));
    assert_int_equal(marked.marks[1].class, DL_COERCE);
    assert_int_equal(marked.marks[2].class, DL_VERDICT_CULTURE);
    assert_true(dl_str_is(dl_str_sub(marked.text, marked.marks[2].start, marked.marks[2].end),
                          "the poster"));
}

static void peers_are_no_tag(void **state)
{
    (void)state;
    struct dl_marked marked;
    struct dl_error err;
    assert_int_equal(dl_marked_read(DL_STR("They [CONSULT+peers=negated met]."), "a.txt:1", &arena,
                                    &marked, &err),
                     DL_OK);
    assert_int_equal(marked.mark_count, 1);
    assert_int_equal(marked.marks[0].class, DL_CONSULT);
}

static void faults_name_their_place(void **state)
{
    (void)state;
    static const char *const lines[] = {"[ASSULT hit] it", "a [ bracket", "[A", "[0:sports won]",
                                        "[ words]"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct dl_marked marked;
        struct dl_error err;
        assert_int_equal(dl_marked_read(dl_str_of(lines[i]), "b.txt:7", &arena, &marked, &err),
                         DL_BAD_INPUT);
        assert_non_null(strstr(err.text, "b.txt:7"));
    }
}

static void more_marks_than_fit_are_a_fault(void **state)
{
    (void)state;
    char line[4000] = "";
    struct dl_marked marked;
    struct dl_error err;
    for (uint32_t i = 0; i < DL_MARKS_MAX; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), "[AID gave] ");
    assert_int_equal(dl_marked_read(dl_str_of(line), "c.txt:1", &arena, &marked, &err), DL_OK);
    snprintf(line + strlen(line), sizeof line - strlen(line), "[AID gave] ");
    assert_int_equal(dl_marked_read(dl_str_of(line), "c.txt:1", &arena, &marked, &err),
                     DL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_leave_the_text),
        cmocka_unit_test(peers_are_no_tag),
        cmocka_unit_test(faults_name_their_place),
        cmocka_unit_test(more_marks_than_fit_are_a_fault),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
