/* Logistic regression learns chances, leaves rare features alone, and does the same each time. */
#include "train/logistic.h"

#include "tests/unit/cm.h"

#include <math.h>

#define BITS 10U
#define STEPS 3000

static uint32_t feature(uint32_t row)
{
    return row << (32 - BITS);
}

/* Feature 1 is class 2 three times in four, else class 0; feature 5 stands once only. */
static void learn(struct dl_logistic *logistic)
{
    const uint32_t one = feature(1);
    const uint32_t rare = feature(5);
    dl_logistic_init(logistic, BITS, 3, 2, 0.05F, 0);
    for (int i = 0; i < STEPS; i++)
        dl_logistic_count(logistic, (struct dl_feature_list){&one, 1});
    dl_logistic_count(logistic, (struct dl_feature_list){&rare, 1});
    for (int i = 0; i < STEPS; i++) {
        const struct dl_feature_list lists[] = {{&one, 1}, {&rare, i == 0}};
        (void)dl_logistic_learn(logistic, (struct dl_shown){lists, 2}, i % 4 ? 2 : 0, 1);
    }
    dl_logistic_settle(logistic);
}

static void chances_are_those_of_the_examples(void **state)
{
    (void)state;
    struct dl_logistic logistic;
    float chances[DL_LOGISTIC_WIDTH];
    const uint32_t one = feature(1);
    const struct dl_feature_list list = {&one, 1};
    learn(&logistic);
    dl_logistic_chances(&logistic, (struct dl_shown){&list, 1}, chances);
    assert_true(fabsf(chances[2] - 0.75F) < 0.1F);
    assert_true(fabsf(chances[0] - 0.25F) < 0.1F);
    assert_true(chances[1] < 0.1F);
    dl_logistic_done(&logistic);
}

static void rare_features_weigh_nothing(void **state)
{
    (void)state;
    struct dl_logistic logistic;
    struct dl_model_part part;
    learn(&logistic);
    dl_logistic_rows(&logistic, &part);
    for (uint32_t k = 0; k < DL_LOGISTIC_WIDTH; k++)
        assert_int_equal(((const int8_t *)part.at)[5 * DL_LOGISTIC_WIDTH + k], 0);
    assert_int_not_equal(((const int8_t *)part.at)[1 * DL_LOGISTIC_WIDTH + 2], 0);
    free((void *)(uintptr_t)part.at);
    dl_logistic_done(&logistic);
}

static void same_examples_give_the_same_bytes(void **state)
{
    (void)state;
    struct dl_logistic first;
    struct dl_logistic again;
    struct dl_model_part parts[2];
    learn(&first);
    learn(&again);
    dl_logistic_rows(&first, &parts[0]);
    dl_logistic_rows(&again, &parts[1]);
    assert_memory_equal(parts[0].at, parts[1].at, parts[0].bytes);
    for (int i = 0; i < 2; i++)
        free((void *)(uintptr_t)parts[i].at);
    dl_logistic_done(&first);
    dl_logistic_done(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_are_those_of_the_examples),
        cmocka_unit_test(rare_features_weigh_nothing),
        cmocka_unit_test(same_examples_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
