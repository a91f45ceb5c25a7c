/* Cuts: texts of cuts.txt, and what holds for any bytes. */
#include "workers/reading/cuts.h"

#include "tests/unit/cm.h"
#include "workers/knowledge/knowledge.h"

static struct dl_cuts *cuts;
static struct dl_classes *classes;

static int open_model(void **state)
{
    char path[4096];
    struct dl_error err;
    (void)state;
    if (dl_share_path("models/cuts.model", path, sizeof path, &err) != DL_OK)
        return 1;
    if (dl_cuts_open(path, &cuts, &err) != DL_OK ||
        dl_share_path("models/classes.model", path, sizeof path, &err) != DL_OK)
        return 1;
    return dl_classes_load(path, &classes, &err) == DL_OK ? 0 : 1;
}

static int close_model(void **state)
{
    (void)state;
    dl_cuts_close(cuts);
    dl_classes_free(classes);
    return 0;
}

static struct dl_piece *cut(struct dl_arena *arena, dl_str text, uint32_t *ret_count)
{
    struct dl_piece *pieces = NULL;
    assert_int_equal(dl_cuts_tokens(cuts, text, 1U << 22, arena, &pieces, ret_count, NULL), DL_OK);
    struct dl_look *looks = dl_arena_array(arena, struct dl_look, *ret_count);
    for (uint32_t i = 0; i < *ret_count; i++)
        dl_look_at(dl_str_sub(text, pieces[i].start, pieces[i].start + pieces[i].len), classes,
                   &looks[i]);
    dl_cuts_sentences(cuts, text, looks, arena, pieces, *ret_count);
    return pieces;
}

static void put_pieces(struct dl_buf *out, dl_str text, const struct dl_piece *pieces,
                       uint32_t count)
{
    dl_buf_reset(out);
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            (void)dl_buf_put_char(out, pieces[i].joined ? '+' : ' ');
        (void)dl_buf_put(out, text.at + pieces[i].start, pieces[i].len);
        if (pieces[i].last)
            (void)dl_buf_put_str(out, DL_STR(" /"));
    }
    (void)dl_buf_put_char(out, '\0');
}

/* "\n" in the file is a line's end. */
static dl_str unescaped(char *line)
{
    size_t len = 0;
    for (char *c = line; *c && *c != '\n'; c++) {
        bool newline = c[0] == '\\' && c[1] == 'n';
        line[len++] = newline ? '\n' : *c;
        c += newline;
    }
    return (dl_str){line, len};
}

static void texts_are_cut_as_told(void **state)
{
    (void)state;
    FILE *file = fopen(TEST_DIR "/cuts.txt", "re");
    char text[4096] = "";
    char line[4096];
    unsigned cases = 0;
    struct dl_arena arena;
    struct dl_buf out;
    assert_non_null(file);
    dl_arena_init(&arena);
    dl_buf_init(&out, 1U << 20);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (line[0] != '=') {
            memcpy(text, line, sizeof text);
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        uint32_t count;
        dl_str raw = unescaped(text);
        struct dl_piece *pieces = cut(&arena, raw, &count);
        put_pieces(&out, raw, pieces, count);
        assert_string_equal(out.at, line + 2);
        cases++;
    }
    assert_true(cases >= 14);
    (void)fclose(file);
    dl_buf_done(&out);
    dl_arena_done(&arena);
}

/* All that is no white space lies in one piece, in order. */
static void pieces_cover_the_text(void **state)
{
    static const char text[] =
        "\xef\xbb\xbfIt's  a\xc2\xa0test\xe2\x80\x94of:'\"([{}])\n\n\t-- \x01"
        "\xf0\x9f\x98\x80!!! e\xcc\x81t\xe2\x80\x8b u.s.A";
    struct dl_arena arena;
    uint32_t count;
    uint32_t end = 0;
    (void)state;
    dl_arena_init(&arena);
    dl_str raw = DL_STR(text);
    struct dl_piece *pieces = cut(&arena, raw, &count);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(pieces[i].start >= end && pieces[i].len > 0);
        for (uint32_t k = end; k < pieces[i].start; k++) /* blanks, also of two bytes */
            assert_non_null(memchr(" \n\t\xc2\xa0", text[k], 5));
        assert_int_equal(pieces[i].gap == DL_GAP_NONE, i > 0 && pieces[i].start == end);
        end = pieces[i].start + pieces[i].len;
    }
    assert_int_equal(end, raw.len);
    assert_true(pieces[count - 1].last);
    dl_arena_done(&arena);
}

static void nothing_gives_nothing(void **state)
{
    struct dl_arena arena;
    uint32_t count;
    (void)state;
    dl_arena_init(&arena);
    (void)cut(&arena, (dl_str){"", 0}, &count);
    assert_int_equal(count, 0);
    (void)cut(&arena, DL_STR(" \n\n \t"), &count);
    assert_int_equal(count, 0);
    dl_arena_done(&arena);
}

static void too_many_tokens_are_too_big(void **state)
{
    struct dl_arena arena;
    struct dl_piece *pieces;
    struct dl_error err;
    uint32_t count;
    (void)state;
    dl_arena_init(&arena);
    dl_str text = DL_STR("a b c d e");
    assert_int_equal(dl_cuts_tokens(cuts, text, 5, &arena, &pieces, &count, &err), DL_OK);
    assert_int_equal(dl_cuts_tokens(cuts, text, 4, &arena, &pieces, &count, &err), DL_TOO_BIG);
    dl_arena_done(&arena);
}

static void long_chunks_and_sentences_end(void **state)
{
    static char text[20000];
    struct dl_arena arena;
    uint32_t count;
    (void)state;
    dl_arena_init(&arena);
    memset(text, 'x', sizeof text);
    struct dl_piece *pieces = cut(&arena, (dl_str){text, sizeof text}, &count);
    assert_int_equal(count, sizeof text / 400);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    pieces = cut(&arena, (dl_str){text, sizeof text}, &count);
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        length = pieces[i].last ? 0 : length + 1;
        assert_true(length <= DL_SENTENCE_PIECES_MAX + 1);
    }
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cut_as_told),
        cmocka_unit_test(pieces_cover_the_text),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(too_many_tokens_are_too_big),
        cmocka_unit_test(long_chunks_and_sentences_end),
    };
    return cmocka_run_group_tests(tests, open_model, close_model);
}
