/* From chances to types: each limit decides where it is asked, and nowhere else. */
#include "workers/events/decide.h"

#include "tests/unit/cm.h"

static const struct dl_verdict_limits limits = {
    .add = 0.4F,
    .rescue = 0.6F,
    .against = {{.reason = 0.3F, .none = 0.5F, .least = 0.05F, .turn = 0.5F},
                {.reason = 0.6F, .none = 0.8F, .least = 0.01F, .turn = 0.9F}}};

/* One class has a chance, another the rest. */
static int32_t decided(struct dl_verdict_case what, uint32_t class, float chance, uint32_t rest)
{
    float chances[DL_VERDICTS] = {0};
    chances[class] = chance;
    chances[rest] = 1 - chance;
    return dl_decided_type(&limits, &what, chances);
}

static void a_word_without_a_frame_is_an_event_when_that_is_likely(void **state)
{
    (void)state;
    const struct dl_verdict_case none = {0};
    assert_int_equal(decided(none, DL_AID, 0.45F, DL_VERDICT_NONE), DL_AID);
    assert_int_equal(decided(none, DL_AID, 0.35F, DL_VERDICT_NONE), DL_TYPE_NONE);
    assert_int_equal(decided(none, DL_STATEMENT, 0.9F, DL_VERDICT_NONE), DL_TYPE_NONE);
}

static void what_the_gate_holds_is_freed_when_that_is_likelier(void **state)
{
    (void)state;
    const struct dl_verdict_case held = {.type = DL_COERCE, .held = true, .told = true};
    assert_int_equal(decided(held, DL_COERCE, 0.55F, DL_VERDICT_NONE), DL_TYPE_NONE);
    assert_int_equal(decided(held, DL_COERCE, 0.65F, DL_VERDICT_NONE), DL_COERCE);
    assert_int_equal(decided(held, DL_ASSAULT, 0.65F, DL_VERDICT_NONE), DL_ASSAULT);
    const struct dl_verdict_case opinion = {
        .type = DL_COERCE, .held = true, .settled = true, .told = true};
    assert_int_equal(decided(opinion, DL_COERCE, 0.99F, DL_VERDICT_NONE), DL_TYPE_NONE);
}

static void bare_frames_fall_sooner_than_exact_ones(void **state)
{
    (void)state;
    const struct dl_verdict_case bare = {.type = DL_COERCE, .told = true};
    const struct dl_verdict_case exact = {.type = DL_COERCE, .told = true, .exact = true};
    const struct dl_verdict_case noun = {.type = DL_COERCE, .told = true, .noun = true};
    assert_int_equal(decided(bare, DL_VERDICT_NONE, 0.6F, DL_COERCE), DL_TYPE_NONE);
    assert_int_equal(decided(exact, DL_VERDICT_NONE, 0.6F, DL_COERCE), DL_COERCE);
    assert_int_equal(decided(noun, DL_VERDICT_NONE, 0.6F, DL_COERCE), DL_COERCE);
    assert_int_equal(decided(exact, DL_VERDICT_NONE, 0.9F, DL_COERCE), DL_TYPE_NONE);
    assert_int_equal(decided(bare, DL_VERDICT_SPORT, 0.4F, DL_COERCE), DL_TYPE_NONE);
    assert_int_equal(decided(exact, DL_VERDICT_SPORT, 0.4F, DL_COERCE), DL_COERCE);
    assert_int_equal(decided(bare, DL_ASSAULT, 0.6F, DL_COERCE), DL_ASSAULT);
    assert_int_equal(decided(exact, DL_ASSAULT, 0.6F, DL_COERCE), DL_COERCE);
}

static void what_is_not_told_as_fact_is_left_to_the_frame(void **state)
{
    (void)state;
    const struct dl_verdict_case planned = {.type = DL_COERCE};
    const struct dl_verdict_case statement = {.type = DL_STATEMENT, .told = true};
    assert_int_equal(decided(planned, DL_VERDICT_NONE, 0.99F, DL_COERCE), DL_COERCE);
    assert_int_equal(decided(statement, DL_VERDICT_NONE, 0.99F, DL_AID), DL_STATEMENT);
}

static void what_rules_have_made_stays_that(void **state)
{
    (void)state;
    const struct dl_verdict_case shifted = {.type = DL_REQUEST, .told = true, .shifted = true};
    const struct dl_verdict_case plain = {.type = DL_REQUEST, .told = true};
    assert_int_equal(decided(shifted, DL_ASSAULT, 0.95F, DL_REQUEST), DL_REQUEST);
    assert_int_equal(decided(plain, DL_ASSAULT, 0.95F, DL_REQUEST), DL_ASSAULT);
}

/* Each limit that is shipped is one that can be met. */
static void shipped_limits_are_chances(void **state)
{
    (void)state;
    const struct dl_verdict_limits *l = &dl_verdict_limits;
    assert_true(l->add > 0 && l->add < 1 && l->rescue > 0 && l->rescue < 1);
    for (int i = 0; i < 2; i++) {
        assert_true(l->against[i].reason > 0 && l->against[i].reason < 1);
        assert_true(l->against[i].none > 0 && l->against[i].none < 1);
        assert_true(l->against[i].least >= 0 && l->against[i].least < 0.5F);
        assert_true(l->against[i].turn > 0 && l->against[i].turn < 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_without_a_frame_is_an_event_when_that_is_likely),
        cmocka_unit_test(what_the_gate_holds_is_freed_when_that_is_likelier),
        cmocka_unit_test(bare_frames_fall_sooner_than_exact_ones),
        cmocka_unit_test(what_is_not_told_as_fact_is_left_to_the_frame),
        cmocka_unit_test(what_rules_have_made_stays_that),
        cmocka_unit_test(shipped_limits_are_chances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
