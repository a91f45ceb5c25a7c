/* Encodings: which one is believed, and what comes out. */
#include "markup/charset.h"
#include "tests/unit/cm.h"

static void assert_decoded(dl_str bytes, const char *header, const char *want_name,
                           const char *want)
{
    struct dl_arena arena;
    const char *name;
    dl_arena_init(&arena);
    dl_str text = dl_charset_decode(&arena, bytes, dl_str_of(header), &name);
    assert_string_equal(name, want_name);
    assert_string_equal(dl_arena_str(&arena, text).at, want);
    dl_arena_done(&arena);
}

static void believes_mark_then_header_then_page(void **state)
{
    (void)state;
    assert_decoded(DL_STR("\xef\xbb\xbf\xc3\xa9"), "text/html; charset=iso-8859-2", "UTF-8",
                   "\u00e9");
    assert_decoded(DL_STR("\xff\xfe"
                          "a\0"
                          "\xe9\0"),
                   "", "UTF-16LE", "a\u00e9");
    assert_decoded(DL_STR("<meta charset=koi8-r>\xb1"), "text/html; charset=\"ISO-8859-2\"",
                   "ISO-8859-2", "<meta charset=koi8-r>\u0105");
    assert_decoded(DL_STR("<meta charset='windows-1251'>\xc0"), "text/html", "CP1251",
                   "<meta charset='windows-1251'>\u0410");
    assert_decoded(
        DL_STR("<META http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\x82\xa0"),
        "", "CP932",
        "<META http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\u3042");
    assert_decoded(DL_STR("<?xml version='1.0' encoding='iso-8859-7'?>\xe1"), "", "ISO-8859-7",
                   "<?xml version='1.0' encoding='iso-8859-7'?>\u03b1");
}

static void latin1_is_windows_1252(void **state)
{
    (void)state;
    assert_decoded(DL_STR("<meta charset=iso-8859-1>\x93x\x94"), "", "CP1252",
                   "<meta charset=iso-8859-1>\u201cx\u201d");
}

static void valid_utf8_is_utf8_whatever_it_says(void **state)
{
    (void)state;
    assert_decoded(DL_STR("<meta charset=iso-8859-1>\xc3\xa9"), "", "UTF-8",
                   "<meta charset=iso-8859-1>\u00e9");
}

static void repairs_a_few_broken_places(void **state)
{
    (void)state;
    struct dl_arena arena;
    struct dl_buf page;
    dl_arena_init(&arena);
    dl_buf_init(&page, 4096);
    for (int i = 0; i < 60; i++)
        (void)dl_buf_put_str(&page, DL_STR("\xc3\xa9"));
    (void)dl_buf_put_str(&page, DL_STR("\xc3("));
    const char *name;
    dl_str text = dl_charset_decode(&arena, dl_buf_str(&page), DL_STR(""), &name);
    assert_string_equal(name, "UTF-8");
    assert_true(dl_str_ends(text, DL_STR("\u00e9\ufffd(")));
    dl_buf_done(&page);
    dl_arena_done(&arena);
}

static void guesses_when_nothing_is_said(void **state)
{
    (void)state;
    struct dl_arena arena;
    dl_arena_init(&arena);
    /* Russian in windows-1251. */
    dl_str bytes = DL_STR("\xcf\xf0\xe0\xe2\xe8\xf2\xe5\xeb\xfc\xf1\xf2\xe2\xee \xf3\xf2\xe2\xe5"
                          "\xf0\xe4\xe8\xeb\xee \xed\xee\xe2\xfb\xe9 \xef\xeb\xe0\xed \xf0\xe0\xe7"
                          "\xe2\xe8\xf2\xe8\xff \xf0\xe5\xe3\xe8\xee\xed\xee\xe2");
    const char *name;
    dl_str text = dl_charset_decode(&arena, bytes, DL_STR(""), &name);
    assert_string_equal(name, "CP1251");
    assert_true(dl_str_starts(text, DL_STR("\u041f\u0440\u0430\u0432\u0438")));
    dl_arena_done(&arena);
}

static void any_bytes_end_in_valid_text(void **state)
{
    (void)state;
    assert_decoded(DL_STR("\xff\xfe\x00"), "", "UTF-16LE", "\ufffd");
    assert_decoded(DL_STR(""), "", "UTF-8", "");
    assert_decoded(DL_STR("a"), "text/html; charset=nonsense", "UTF-8", "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_mark_then_header_then_page),
        cmocka_unit_test(latin1_is_windows_1252),
        cmocka_unit_test(valid_utf8_is_utf8_whatever_it_says),
        cmocka_unit_test(repairs_a_few_broken_places),
        cmocka_unit_test(guesses_when_nothing_is_said),
        cmocka_unit_test(any_bytes_end_in_valid_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
