#include "markup/stamp.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static const char *read(const char *text)
{
    struct dl_stamp date;
    if (dl_stamp_read(dl_str_of(text), &date) != DL_OK)
        return "-";
    return dl_arena_str(&arena, dl_stamp_text(&arena, &date)).at;
}

struct pair {
    const char *text;
    const char *want;
};

static void check(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(read(pairs[i].text), pairs[i].want) != 0)
            fail_msg("'%s' is '%s', not '%s'", pairs[i].text, read(pairs[i].text), pairs[i].want);
}
#define CHECK(pairs) check(pairs, sizeof pairs / sizeof *pairs)

static void mail_dates_and_their_abuses(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Thu, 06 Feb 2025 10:00:00 GMT", "2025-02-06T10:00:00Z"},
        {"Thu, 6 Feb 25 10:00 +0100", "2025-02-06T10:00:00+01:00"},
        {"Thursday, February 6, 2025 3:04 PM EST", "2025-02-06T15:04:00-05:00"},
        {"Thu Feb  6 16:29:06 PST 2025", "2025-02-06T16:29:06-08:00"},
        {"Thu, 06 Feb 2025 10:00:00 -0500 (EST)", "2025-02-06T10:00:00-05:00"},
        {"Thu, 06 Feb 2025 10:00:00 GMT+02:00", "2025-02-06T10:00:00+02:00"},
        {"Thu, 06 Feb 2025 10:00:00 Europe/Paris", "2025-02-06T10:00:00+01:00"},
        {"Sun, 06 Jul 2025 10:00:00 Europe/Paris", "2025-07-06T10:00:00+02:00"},
        {"6 Jul 2025 10:00 ET", "2025-07-06T10:00:00-04:00"},
        {"06-Feb-2025 12:30 am", "2025-02-06T00:30:00Z"},
        {"Thu, 06 Feb 2025 24:00:00 UT", "2025-02-07T00:00:00Z"},
        {"Thu, 06 Feb 2025", "2025-02-06"},
        {"February 6th, 2025 at 9 a.m.", "2025-02-06T09:00:00Z"},
        {"Feb. 6, 2025", "2025-02-06"},
    };
    CHECK(pairs);
}

static void iso_dates_in_all_their_shapes(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"2025-02-06T10:00:00Z", "2025-02-06T10:00:00Z"},
        {"2025-02-06t10:00:00.123456+05:30", "2025-02-06T10:00:00+05:30"},
        {"2025-02-06 10:00:00", "2025-02-06T10:00:00Z"},
        {"2025-02-06T10:00-08:00", "2025-02-06T10:00:00-08:00"},
        {"2025-2-6T9:05:00Z", "2025-02-06T09:05:00Z"},
        {"20250206T101455Z", "2025-02-06T10:14:55Z"},
        {"20250206", "2025-02-06"},
        {"2025-037", "2025-02-06"},
        {"2025-W06-4", "2025-02-06"},
        {"2025-02", "2025-02-01"},
        {"2025", "2025-01-01"},
        {"25-02-06", "2025-02-06"},
        {"1738836000", "2025-02-06T10:00:00Z"},
        {"1738836000123", "2025-02-06T10:00:00Z"},
    };
    CHECK(pairs);
}

static void numbers_that_can_be_read_both_ways(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"3/4/2025", "2025-03-04"},   {"3.4.2025", "2025-04-03"},
        {"03-04-2025", "2025-04-03"}, {"31/4/2025", "-"},
        {"30/4/2025", "2025-04-30"},  {"4.30.2025", "2025-04-30"},
        {"2025/02/06", "2025-02-06"}, {"2/6/25 3:04 PM", "2025-02-06T15:04:00Z"},
    };
    CHECK(pairs);
}

static void months_in_other_languages(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Do, 06 Mär 2025 10:00:00 MEZ", "2025-03-06T10:00:00+01:00"},
        {"jeudi 6 f\xc3\xa9vrier 2025", "2025-02-06"},
        {"mar, 4 ene 2025 10:00:00 +0100", "2025-01-04T10:00:00+01:00"},
        {"6 \xd1\x84\xd0\xb5\xd0\xb2\xd1\x80\xd0\xb0\xd0\xbb\xd1\x8f 2025", "2025-02-06"},
        {"\xce\x9a\xcf\x85\xcf\x81, 11 \xce\x99\xce\xbf\xcf\x8d\xce\xbb 2025 12:00:00 EST",
         "2025-07-11T12:00:00-05:00"},
        {"2025-j\xc3\xbalius-13T9:15-05:00", "2025-07-13T09:15:00-05:00"},
        {"2025\xe5\xb9\xb4"
         "2\xe6\x9c\x88"
         "6\xe6\x97\xa5 10\xe6\x99\x82"
         "5\xe5\x88\x86",
         "2025-02-06T10:05:00Z"},
        {"2025\xeb\x85\x84 02\xec\x9b\x94 06\xec\x9d\xbc  10:00:00", "2025-02-06T10:00:00+09:00"},
        {"2025-02-06 \xec\x98\xa4\xed\x9b\x84 11:23:17", "2025-02-06T23:23:17+09:00"},
    };
    CHECK(pairs);
}

static void what_is_no_date_gives_none(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"", "-"},
        {"yesterday", "-"},
        {"32 Jan 2025", "-"},
        {"2025-13-45", "-"},
        {"10:00:00", "-"},
        {"Thu, 06 Feb", "-"},
        {"2025-02-29", "-"},
        {"0001-01-01T00:00:00Z", "-"},
        {"in 2025", "-"},
        {"2025-02-06T25:00:00Z", "-"},
        {"\xff\xfe", "-"},
        {"1 2 3 4 5 6 7 8 9", "-"},
        {"99999999999999999999999", "-"},
    };
    CHECK(pairs);
}

static void seconds_count_from_1970_in_utc(void **state)
{
    (void)state;
    struct dl_stamp date;
    assert_int_equal(dl_stamp_read(DL_STR("1970-01-02T00:00:01+01:00"), &date), DL_OK);
    assert_int_equal(dl_stamp_seconds(&date), 86400 + 1 - 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_dates_and_their_abuses),
        cmocka_unit_test(iso_dates_in_all_their_shapes),
        cmocka_unit_test(numbers_that_can_be_read_both_ways),
        cmocka_unit_test(months_in_other_languages),
        cmocka_unit_test(what_is_no_date_gives_none),
        cmocka_unit_test(seconds_count_from_1970_in_utc),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
