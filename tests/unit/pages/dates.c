/* Dates as pages write them. */
#include "pages/dates.h"
#include "tests/unit/cm.h"

static void assert_date(const char *text, bool month_first, const char *want)
{
    struct dl_arena arena;
    struct dl_page_date date;
    dl_arena_init(&arena);
    bool found = dl_page_date_read(dl_str_of(text), month_first, &date);
    if (!want) {
        assert_false(found);
    } else {
        assert_true(found);
        dl_str got = dl_page_date_text(&arena, &date);
        assert_string_equal(dl_arena_str(&arena, got).at, want);
    }
    dl_arena_done(&arena);
}

static void reads_what_programs_write(void **state)
{
    (void)state;
    assert_date("2025-02-06T14:30:15+01:00", false, "2025-02-06T14:30:15+01:00");
    assert_date("2025-02-06T14:30:15.123Z", false, "2025-02-06T14:30:15Z");
    assert_date("2025-02-06 14:30:15 -0500", false, "2025-02-06T14:30:15-05:00");
    assert_date("2025-02-06T14:30", false, "2025-02-06T14:30:00");
    assert_date("20250206T143015Z", false, "2025-02-06T14:30:15Z");
    assert_date("20250206", false, "2025-02-06");
    assert_date("Thu, 06 Feb 2025 14:30:15 GMT", false, "2025-02-06T14:30:15Z");
    assert_date("1738852215", false, "2025-02-06T14:30:15Z");
    assert_date("1738852215000", false, "2025-02-06T14:30:15Z");
    assert_date("Thu Feb 06 2025 14:30:15 GMT+0100 (CET)", false, "2025-02-06T14:30:15+01:00");
}

static void reads_what_people_write(void **state)
{
    (void)state;
    assert_date("Published February 6, 2025, 2:30 p.m. ET", true, "2025-02-06T14:30:00-05:00");
    assert_date("6th of February 2025", false, "2025-02-06");
    assert_date("6. Februar 2025, 14:30 Uhr", false, "2025-02-06T14:30:00");
    assert_date("Publi\u00e9 le 6 f\u00e9vrier 2025 \u00e0 14h30", false, "2025-02-06T14:30:00");
    assert_date("6 de febrero de 2025", false, "2025-02-06");
    assert_date("06.02.2025 14:30", false, "2025-02-06T14:30:00");
    assert_date("6 \u0444\u0435\u0432\u0440\u0430\u043b\u044f 2025, 14:30", false,
                "2025-02-06T14:30:00");
    assert_date("2025\u5e742\u67086\u65e5 14:30", false, "2025-02-06T14:30:00");
    assert_date("2025. 2. 6. 14:30", false, "2025-02-06T14:30:00");
    assert_date("6 \u01e1 2025", false, NULL);
    assert_date("\u0666 \u0641\u0628\u0631\u0627\u064a\u0631 \u0662\u0660\u0662\u0665", false,
                "2025-02-06");
    assert_date("6 \u0e01\u0e38\u0e21\u0e20\u0e32\u0e1e\u0e31\u0e19\u0e18\u0e4c 2568", false,
                "2025-02-06");
}

static void reads_slashes_as_the_country_does(void **state)
{
    (void)state;
    assert_date("02/06/2025", true, "2025-02-06");
    assert_date("02/06/2025", false, "2025-06-02");
    assert_date("06/30/2025", false, "2025-06-30");
    assert_date("30/06/2025", true, "2025-06-30");
}

static void takes_no_number_for_a_date(void **state)
{
    (void)state;
    assert_date("call 555 2025 today", false, NULL);
    assert_date("2025-02-30", false, NULL);
    assert_date("1.2.3", false, NULL);
    assert_date("", false, NULL);
    assert_date("10:30", false, NULL);
}

static void reads_a_day_in_a_path(void **state)
{
    (void)state;
    struct dl_page_date date;
    assert_true(dl_page_date_of_url(DL_STR("/world/2025/02/06/talks"), &date));
    assert_int_equal(dl_page_date_day(&date), 20125);
    assert_true(dl_page_date_of_url(DL_STR("/a/20250206-talks"), &date));
    assert_true(dl_page_date_of_url(DL_STR("/2025/feb/06/talks"), &date));
    assert_false(dl_page_date_of_url(DL_STR("/a/12345678/talks"), &date));
    assert_false(dl_page_date_of_url(DL_STR("/2025/13/06/"), &date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_programs_write),
        cmocka_unit_test(reads_what_people_write),
        cmocka_unit_test(reads_slashes_as_the_country_does),
        cmocka_unit_test(takes_no_number_for_a_date),
        cmocka_unit_test(reads_a_day_in_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
