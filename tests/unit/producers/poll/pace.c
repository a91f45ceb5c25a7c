/* Politeness on a clock of our own. */
#include "producers/poll/pace.h"

#include "core/loop.h"

#include "tests/unit/cm.h"

/* A loop with one timer that is due when the test says so. */
static uint64_t clock_ms;
static struct dl_timer *timer;
static uint64_t timer_ms;

static void timer_start(struct dl_loop *loop, struct dl_timer *which, uint64_t wait_ms)
{
    (void)loop;
    timer = which;
    timer_ms = clock_ms + wait_ms;
}

static void timer_stop(struct dl_loop *loop, struct dl_timer *which)
{
    (void)loop;
    (void)which;
    timer = NULL;
}

static uint64_t now_ms(struct dl_loop *loop)
{
    (void)loop;
    return clock_ms;
}

static const struct dl_loop_kind kind = {.timer_start = timer_start,
                                         .timer_stop = timer_stop,
                                         .timer_close = timer_stop,
                                         .now_ms = now_ms};
static struct dl_loop loop = {&kind};

static void run_until(uint64_t end_ms)
{
    while (timer && timer_ms <= end_ms) {
        struct dl_timer *due = timer;
        timer = NULL;
        if (timer_ms > clock_ms)
            clock_ms = timer_ms;
        due->due(due->ctx);
    }
    clock_ms = end_ms;
}

#define VISITORS 40
static struct dl_visitor visitors[VISITORS];
static uint64_t went_ms[VISITORS];
static unsigned went;

static void go(void *ctx)
{
    went_ms[(struct dl_visitor *)ctx - visitors] = clock_ms;
    went++;
}

static struct dl_pace *start(const struct dl_pace_want *want)
{
    clock_ms = 1000;
    timer = NULL;
    went = 0;
    for (int i = 0; i < VISITORS; i++) {
        visitors[i] = (struct dl_visitor){.go = go, .ctx = &visitors[i]};
        went_ms[i] = 0;
    }
    return dl_pace_new(&loop, want);
}

static void a_site_is_asked_in_its_rhythm(void **state)
{
    (void)state;
    struct dl_pace *pace = start(&(struct dl_pace_want){
        .per_second = 2, .burst = 3, .site_max = 10, .fetches_max = 100, .patience_ms = 60000});
    for (int i = 0; i < 7; i++)
        dl_pace_ask(pace, &visitors[i], DL_STR("a.example"));
    assert_int_equal(went, 0); /* never from inside the asking */
    run_until(1000);
    assert_int_equal(went, 3);
    run_until(2100);
    assert_int_equal(went, 5);
    run_until(3100);
    assert_int_equal(went, 7);
    for (int i = 0; i < 7; i++)
        dl_pace_left(pace, &visitors[i]);
    dl_pace_free(pace);
}

static void connections_are_few_for_a_site_and_bounded_in_all(void **state)
{
    (void)state;
    struct dl_pace *pace = start(&(struct dl_pace_want){
        .per_second = 0, .burst = 5, .site_max = 2, .fetches_max = 3, .patience_ms = 60000});
    for (int i = 0; i < 4; i++)
        dl_pace_ask(pace, &visitors[i], DL_STR("a.example"));
    for (int i = 4; i < 8; i++)
        dl_pace_ask(pace, &visitors[i], DL_STR("b.example"));
    run_until(1000);
    assert_int_equal(went, 3);
    assert_int_equal(dl_pace_inside(pace), 3);
    assert_int_equal(dl_pace_waiting(pace), 5);
    for (int round = 0; round < 5; round++)
        for (int i = 0; i < 8; i++) {
            if (went_ms[i])
                dl_pace_left(pace, &visitors[i]);
            run_until(clock_ms + 1);
            assert_true(dl_pace_inside(pace) <= 3);
        }
    assert_int_equal(went, 8);
    dl_pace_free(pace);
}

static void one_slow_site_holds_up_no_other(void **state)
{
    (void)state;
    struct dl_pace *pace = start(&(struct dl_pace_want){
        .per_second = 1, .burst = 1, .site_max = 1, .fetches_max = 10, .patience_ms = 60000});
    for (int i = 0; i < 30; i++)
        dl_pace_ask(pace, &visitors[i], DL_STR("slow.example"));
    for (int i = 30; i < 35; i++) {
        char site[] = {(char)('a' + i - 30), '\0'};
        dl_pace_ask(pace, &visitors[i], dl_str_of(site));
    }
    run_until(1000);
    for (int i = 30; i < 35; i++)
        assert_int_equal(went_ms[i], 1000);
    dl_pace_free(pace);
}

static void a_hold_is_waited_for_or_told(void **state)
{
    (void)state;
    struct dl_pace *pace = start(&(struct dl_pace_want){
        .per_second = 0, .burst = 1, .site_max = 1, .fetches_max = 10, .patience_ms = 60000});
    dl_pace_hold(pace, DL_STR("a.example"), 5000);
    dl_pace_hold(pace, DL_STR("a.example"), 2000); /* the longest holds */
    dl_pace_ask(pace, &visitors[0], DL_STR("a.example"));
    run_until(5999);
    assert_int_equal(went, 0);
    assert_int_equal(dl_pace_held_ms(pace, DL_STR("a.example")), 1);
    run_until(6000);
    assert_int_equal(went, 1);
    dl_pace_ask(pace, &visitors[1], DL_STR("a.example"));
    run_until(6001);
    assert_int_equal(went, 1); /* one connection */
    dl_pace_hold(pace, DL_STR("a.example"), 3600000);
    run_until(6002);
    assert_int_equal(went, 2); /* to hear that it is an hour */
    assert_true(dl_pace_held_ms(pace, DL_STR("a.example")) > 3000000);
    dl_pace_free(pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_asked_in_its_rhythm),
        cmocka_unit_test(connections_are_few_for_a_site_and_bounded_in_all),
        cmocka_unit_test(one_slow_site_holds_up_no_other),
        cmocka_unit_test(a_hold_is_waited_for_or_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
