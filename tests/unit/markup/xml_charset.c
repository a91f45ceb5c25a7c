#include "markup/xml_charset.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static void check(dl_str bytes, const char *content_type, const char *label, const char *text,
                  bool odd)
{
    dl_str got_label;
    const char *got_odd;
    dl_str got =
        dl_xml_charset_decode(&arena, bytes, dl_str_of(content_type), &got_label, &got_odd);
    assert_string_equal(dl_arena_str(&arena, got_label).at, label);
    assert_non_null(strstr(dl_arena_str(&arena, got).at, text));
    assert_int_equal(got_odd != NULL, odd);
}
#define CHECK(bytes, type, label, text, odd) check(DL_STR(bytes), type, label, text, odd)

static void marks_and_first_bytes_come_first(void **state)
{
    (void)state;
    CHECK("\xef\xbb\xbf<a>\xc3\xa9", "text/xml; charset=koi8-r", "utf-8", "<a>\xc3\xa9", false);
    CHECK("\xff\xfe<\0a\0\xe9\0", "", "utf-16le", "<a\xc3\xa9", false);
    CHECK("\0<\0a\0\xe9", "", "utf-16be", "<a\xc3\xa9", false);
    CHECK("<\0\0\0a\0\0\0", "", "utf-32le", "<a", false);
    CHECK("\x4c\x6f\xa7\x94\x93\x40\xa5\x85\x99\xa2\x89\x96\x95\x7e\x7f\xf1\x4b\xf0\x7f\x6f\x6e",
          "", "cp037", "<?xml version=\"1.0\"?>", false);
}

static void what_is_declared_counts_if_the_bytes_agree(void **state)
{
    (void)state;
    CHECK("<?xml encoding='KOI8-R'?>\xc1", "", "koi8-r", "\xd0\xb0", false);
    CHECK("<?xml encoding='koi8-r'?>\xc1", "text/xml; charset=\"windows-1251\"", "windows-1251",
          "\xd0\x91", false);
    CHECK("<?xml encoding='iso-8859-1'?>\x93\xe9", "", "iso-8859-1", "\xe2\x80\x9c\xc3\xa9", false);
    CHECK("<?xml encoding='iso-8859-1'?>\xc3\xa9", "", "utf-8", "\xc3\xa9", true);
    CHECK("<?xml encoding='utf-8'?>caf\xe9 au lait", "", "windows-1252", "caf\xc3\xa9", true);
    CHECK("<?xml encoding='utf-16'?>a", "", "utf-8", "a", true);
    CHECK("<?xml encoding='martian'?>a", "", "utf-8", "a", true);
    CHECK("<?xml encoding='shift_jis'?>\x93\xfa", "", "shift_jis", "\xe6\x97\xa5", false);
    CHECK("<?xml encoding='euc_kr'?>\xc7\xd1", "", "euc_kr", "\xed\x95\x9c", false);
    CHECK("<?xml encoding='cp437'?>\x80", "", "cp437", "\xc3\x87", false);
    CHECK("<?xml encoding='iso-2022-jp'?>\x1b$BF|\x1b(B", "", "iso-2022-jp", "\xe6\x97\xa5", false);
}

static void control_bytes_become_spaces(void **state)
{
    (void)state;
    CHECK("<a>b\x01"
          "c\td</a>",
          "", "utf-8", "<a>b c\td</a>", true);
    CHECK("<a>b\0c</a>", "", "utf-8", "<a>b c</a>", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_and_first_bytes_come_first),
        cmocka_unit_test(what_is_declared_counts_if_the_bytes_agree),
        cmocka_unit_test(control_bytes_become_spaces),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
