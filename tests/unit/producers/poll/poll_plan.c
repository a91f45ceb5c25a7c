/* Intervals, waits and the headers they come from. */
#include "producers/poll/poll_plan.h"

#include "tests/unit/cm.h"

#define MIN INT64_C(60000)
#define DAY INT64_C(86400000)

static const struct dl_plan_bounds bounds = {15 * MIN, 5 * MIN, DAY, 7 * DAY};

static void a_busy_feed_is_polled_more_often_than_a_slow_one(void **state)
{
    (void)state;
    struct dl_plan busy = {0};
    struct dl_plan slow = {0};
    for (int i = 0; i < 20; i++) {
        dl_plan_success(&busy, &bounds, 6, 60 * MIN, 5 * MIN);
        dl_plan_success(&slow, &bounds, 0, 60 * MIN, (i + 1) * 60 * MIN);
    }
    assert_int_equal(busy.interval_ms, 5 * MIN);
    assert_int_equal(slow.interval_ms, 10 * 60 * MIN);
    dl_plan_success(&slow, &bounds, 1, 60 * MIN, 0);
    assert_true(slow.interval_ms < 10 * 60 * MIN);
}

static void the_bounds_and_the_publisher_hold(void **state)
{
    (void)state;
    struct dl_plan plan = {.asked_ms = 90 * MIN};
    dl_plan_success(&plan, &bounds, 10, 10 * MIN, 0);
    assert_int_equal(plan.interval_ms, 90 * MIN);
    plan.asked_ms = 30 * DAY;
    dl_plan_success(&plan, &bounds, 10, 10 * MIN, 0);
    assert_int_equal(plan.interval_ms, DAY);
    plan.asked_ms = 0;
    dl_plan_success(&plan, &bounds, 0, 10 * MIN, 400 * DAY);
    assert_int_equal(plan.interval_ms, DAY);
}

static void an_interval_may_be_fixed(void **state)
{
    (void)state;
    const struct dl_plan_bounds fixed = {5 * MIN, 5 * MIN, 5 * MIN, 7 * DAY};
    struct dl_plan plan = {.asked_ms = 60 * MIN};
    for (uint64_t chance = 0; chance < 1000; chance++) {
        dl_plan_success(&plan, &fixed, chance % 3 == 0, 5 * MIN, (int64_t)chance * MIN);
        int64_t wait_ms = dl_plan_wait_ms(&plan, &fixed, chance * 7919);
        assert_in_range(wait_ms, 5 * MIN * 99 / 100, 5 * MIN * 101 / 100);
    }
}

static void failures_double_the_wait_up_to_the_cap(void **state)
{
    (void)state;
    struct dl_plan plan = {0};
    int64_t before = 0;
    for (int i = 0; i < 200; i++) {
        dl_plan_failure(&plan, &bounds);
        int64_t wait_ms = dl_plan_wait_ms(&plan, &bounds, 0);
        assert_true(wait_ms == 7 * DAY ||
                    (before == 0 ? wait_ms == 15 * MIN : wait_ms == 2 * before));
        assert_in_range(dl_plan_wait_ms(&plan, &bounds, 1000), wait_ms * 3 / 4 - 1, wait_ms);
        before = wait_ms;
    }
    assert_int_equal(before, 7 * DAY);
    dl_plan_success(&plan, &bounds, 0, 10 * MIN, 0);
    assert_int_equal(plan.failures, 0);
    assert_in_range(dl_plan_wait_ms(&plan, &bounds, 3), 14 * MIN, 16 * MIN);
}

static void freshness_is_read_from_headers(void **state)
{
    (void)state;
    dl_str none = {NULL, 0};
    assert_int_equal(dl_plan_fresh_ms(DL_STR("public, max-age=600"), none, none, 0), 600000);
    assert_int_equal(dl_plan_fresh_ms(DL_STR("Max-Age=\"600\""), none, DL_STR("100"), 0), 500000);
    assert_int_equal(dl_plan_fresh_ms(DL_STR("max-age=60"), none, DL_STR("100"), 0), 0);
    assert_int_equal(dl_plan_fresh_ms(DL_STR("no-cache, max-age=600"), none, none, 0), 0);
    assert_int_equal(dl_plan_fresh_ms(DL_STR("max-age=-1"), none, none, 0), 0);
    assert_int_equal(dl_plan_fresh_ms(DL_STR("max-age=99999999999999999999"), none, none, 0),
                     7 * DAY);
    assert_int_equal(dl_plan_fresh_ms(none, DL_STR("Thu, 01 Jan 1970 00:10:00 GMT"), none, 5 * MIN),
                     5 * MIN);
    assert_int_equal(dl_plan_fresh_ms(none, DL_STR("0"), none, 0), 0);
    assert_int_equal(dl_plan_fresh_ms(none, none, none, 0), 0);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("120"), 0), 120000);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("0"), 0), 0);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("999999999999999999999"), 0), 7 * DAY);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("Thu, 01 Jan 1970 00:02:00 GMT"), 0), 120000);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("Thu, 01 Jan 1970 00:02:00 GMT"), DAY), 0);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("soon"), 0), -1);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR("-5"), 0), -1);
    assert_int_equal(dl_plan_retry_after_ms(DL_STR(""), 0), -1);
}

static void dates_of_http_come_in_three_shapes(void **state)
{
    (void)state;
    static const char *const good[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                       "Sunday, 06-Nov-94 08:49:37 GMT",
                                       "Sun Nov  6 08:49:37 1994"};
    static const char *const bad[] = {"",
                                      "Sun",
                                      "Sun, ",
                                      "Sun, 06 Nov",
                                      "Sun, 31 Feb 1994 08:49:37",
                                      "Sun, 06 Nov 1994 25:49:37 GMT",
                                      "1994-11-06",
                                      "Sun Nov  6 08:49:37"};
    int64_t ms = 0;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(dl_http_date(dl_str_of(good[i]), &ms), DL_OK);
        assert_true(ms == INT64_C(784111777000));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(dl_http_date(dl_str_of(bad[i]), &ms), DL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_feed_is_polled_more_often_than_a_slow_one),
        cmocka_unit_test(the_bounds_and_the_publisher_hold),
        cmocka_unit_test(an_interval_may_be_fixed),
        cmocka_unit_test(failures_double_the_wait_up_to_the_cap),
        cmocka_unit_test(freshness_is_read_from_headers),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(dates_of_http_come_in_three_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
