/* Small words: what a line may say, which of two lines wins, how phrases are found. */
#include "workers/knowledge/wording.h"

#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    char sub[128];
    snprintf(dir, sizeof dir, "wordings-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(sub, sizeof sub, "%s/circumstances", dir);
    return mkdir(sub, 0700);
}

static void write_words(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/circumstances/%s", dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int remove_dir(void **state)
{
    (void)state;
    const char *const names[] = {"circumstances/a.txt", "circumstances/b.txt", "circumstances", ""};
    char path[160];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        (void)remove(path); /* some tests write less */
    }
    return 0;
}

static const struct dl_wording *find(const struct dl_wordings *w, const char *text)
{
    uint64_t words[8];
    uint32_t count = 0;
    dl_str rest = dl_str_of(text);
    dl_str word;
    while (count < 8 && dl_str_next(&rest, ' ', &word))
        words[count++] = dl_wording_hash(word);
    return dl_wordings_find(w, words, 0, count);
}

static void the_longest_phrase_and_all_its_kinds_are_found(void **state)
{
    (void)state;
    struct dl_wordings *w;
    struct dl_error err;
    write_words("a.txt", "# words\nbound at_least | at least; more than\nlocates 10 | at\n"
                         "weekday 2 | wednesday\nperson group | wednesday\n");
    assert_int_equal(dl_wordings_load(dir, NULL, &w, &err), DL_OK);
    assert_int_equal(find(w, "at least nine")->words, 2);
    assert_int_equal(find(w, "at home")->kind, DL_WORDING_LOCATES);
    const struct dl_wording *both = find(w, "WEDNESDAY");
    assert_int_equal(dl_wording_of(both, DL_WORDING_WEEKDAY)->a, 2);
    assert_non_null(dl_wording_of(both, DL_WORDING_PERSON));
    assert_null(dl_wording_of(both, DL_WORDING_MONTH));
    assert_null(find(w, "least nine"));
    dl_wordings_free(w);
}

static void within_a_kind_the_later_line_wins(void **state)
{
    (void)state;
    struct dl_wordings *w;
    struct dl_error err;
    write_words("a.txt", "vague 24 | dozens\n");
    write_words("b.txt", "vague 12 | dozens\n");
    assert_int_equal(dl_wordings_load(dir, NULL, &w, &err), DL_OK);
    assert_int_equal(find(w, "dozens")->a, 12);
    assert_string_equal(find(w, "dozens")->rule, "circumstances/b.txt:1");
    dl_wordings_free(w);
}

static void an_apostrophe_is_one_however_it_is_printed(void **state)
{
    (void)state;
    assert_true(dl_wording_hash(DL_STR("n't")) == dl_wording_hash(DL_STR("n\xe2\x80\x99t")));
    assert_true(dl_wording_hash(DL_STR("nt")) != dl_wording_hash(DL_STR("n't")));
}

static void a_bad_line_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } lines[] = {
        {"bound at_least | more than\nweekdy 1 | monday\n",
         "circumstances/a.txt:2: 'weekdy' is no"},
        {"weekday | monday\n", "circumstances/a.txt:1: 'weekday' is followed by 1 number"},
        {"weekday one | monday\n", "circumstances/a.txt:1: 'weekday' is followed by 1 number"},
        {"weekday 1 a b | monday\n", "circumstances/a.txt:1: too many"},
        {"bound about | a b c d e f g\n", "circumstances/a.txt:1: a phrase has 1 to 6 words"},
        {"weekday 1 monday\n", "circumstances/a.txt:1: no '|'"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct dl_wordings *w;
        struct dl_error err;
        write_words("a.txt", lines[i].text);
        assert_int_equal(dl_wordings_load(dir, NULL, &w, &err), DL_BAD_CONFIG);
        if (!strstr(err.text, lines[i].wanted))
            fail_msg("'%s' is not in '%s'", lines[i].wanted, err.text);
    }
}

static void a_folder_without_words_is_refused(void **state)
{
    (void)state;
    struct dl_wordings *w;
    struct dl_error err;
    write_words("a.txt", "# nothing\n");
    assert_int_equal(dl_wordings_load(dir, NULL, &w, &err), DL_BAD_CONFIG);
    assert_int_equal(dl_wordings_load("nowhere", NULL, &w, &err), DL_BAD_CONFIG);
}

static void ones_own_folder_lies_over_the_shipped_one(void **state)
{
    (void)state;
    char share[4096];
    struct dl_wordings *w;
    struct dl_error err;
    assert_int_equal(dl_share_path("", share, sizeof share, &err), DL_OK);
    write_words("a.txt", "vague 13 | dozens\n");
    assert_int_equal(dl_wordings_load(share, dir, &w, &err), DL_OK);
    assert_int_equal(find(w, "dozens")->a, 13);
    assert_int_equal(dl_wording_of(find(w, "wednesday"), DL_WORDING_WEEKDAY)->a, 2);
    dl_wordings_free(w);
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIR(the_longest_phrase_and_all_its_kinds_are_found),
        WITH_DIR(within_a_kind_the_later_line_wins),
        cmocka_unit_test(an_apostrophe_is_one_however_it_is_printed),
        WITH_DIR(a_bad_line_is_told_with_its_place),
        WITH_DIR(a_folder_without_words_is_refused),
        WITH_DIR(ones_own_folder_lies_over_the_shipped_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
