/* A net learns chances and what only two features together say, leaves rare features alone, and
 * does the same each time; what is written says what it said in floating point. */
#include "train/net.h"

#include "tests/unit/cm.h"

#include <math.h>
#include <unistd.h>

#define BITS 10U
#define BATCHES 400U
#define BATCH 16U
#define RARE 5U

static const int8_t point[DL_VECTOR_DIMS] = {40, -20};
static const int8_t *const points[DL_VERDICT_SLOTS] = {[3] = point};
static const int8_t *const no_points[DL_VERDICT_SLOTS] = {NULL};

static uint32_t feature(uint32_t row)
{
    return row << (32 - BITS);
}

/* One of features 1 and 2 alone is class 2, both or none class 3: no sum of weights says so.
 * Feature 5 stands once only; a point in slot 3 is class 4 three times in four, else class 0. */
static void learn(struct dl_net *net)
{
    const struct dl_net_settings settings = {.bits = BITS,
                                             .seen_min = 2,
                                             .steps = BATCHES,
                                             .rate = 0.02F,
                                             .pull = 0.01F,
                                             .dropped = 0.1F};
    const uint32_t features[] = {feature(1), feature(2), feature(RARE)};
    dl_net_init(net, &settings, 7);
    for (uint32_t i = 0; i < 4; i++)
        dl_net_count(net, (struct dl_feature_list){features, 2});
    dl_net_count(net, (struct dl_feature_list){&features[2], 1});
    for (uint32_t i = 0; i < BATCHES * BATCH; i++) {
        bool one = i & 1;
        bool other = i & 2;
        const struct dl_feature_list lists[] = {
            {features, one}, {features + 1, other}, {features + 2, i == 0}};
        if (i % 8 == 7)
            dl_net_show(net, (struct dl_shown){lists, 0, points}, i % 32 == 7 ? 0 : 4, 1);
        else
            dl_net_show(net, (struct dl_shown){lists, 3, no_points}, one != other ? 2 : 3, 1);
        if (i % BATCH == BATCH - 1)
            dl_net_step(net);
    }
    dl_net_settle(net);
}

static void chances_of(const struct dl_net *net, bool one, bool other, bool at_point,
                       float ret[static DL_NET_CLASSES])
{
    const uint32_t features[] = {feature(1), feature(2)};
    const struct dl_feature_list lists[] = {{features, one}, {features + 1, other}};
    dl_net_chances(net, (struct dl_shown){lists, 2, at_point ? points : no_points}, ret);
}

static void what_two_features_say_together_is_learned(void **state)
{
    (void)state;
    struct dl_net net;
    float chances[DL_NET_CLASSES];
    learn(&net);
    for (int i = 0; i < 4; i++) {
        bool one = i & 1;
        bool other = i & 2;
        chances_of(&net, one, other, false, chances);
        assert_true(chances[one != other ? 2 : 3] > 0.8F);
    }
    dl_net_done(&net);
}

static void chances_are_those_of_the_examples(void **state)
{
    (void)state;
    struct dl_net net;
    float chances[DL_NET_CLASSES];
    learn(&net);
    chances_of(&net, false, false, true, chances);
    assert_true(fabsf(chances[4] - 0.75F) < 0.15F);
    assert_true(fabsf(chances[0] - 0.25F) < 0.15F);
    dl_net_done(&net);
}

static void rare_features_weigh_nothing(void **state)
{
    (void)state;
    struct dl_net net;
    learn(&net);
    for (uint32_t h = 0; h < DL_NET_HIDDEN; h++)
        assert_true(net.rows.now[RARE * DL_NET_HIDDEN + h] == 0);
    dl_net_done(&net);
}

static void same_examples_give_the_same_weights(void **state)
{
    (void)state;
    struct dl_net first;
    struct dl_net again;
    learn(&first);
    learn(&again);
    assert_memory_equal(first.rows.now, again.rows.now, first.rows.count * sizeof(float));
    assert_memory_equal(first.matrices.now, again.matrices.now,
                        first.matrices.count * sizeof(float));
    dl_net_done(&first);
    dl_net_done(&again);
}

static void whole_numbers_say_the_same(void **state)
{
    (void)state;
    struct dl_net net;
    struct dl_error err;
    struct dl_verdicts *verdicts = NULL;
    char path[] = "/tmp/dl_net_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    learn(&net);
    assert_int_equal(dl_net_write(&net, path, &err), DL_OK);
    assert_int_equal(dl_verdicts_open(path, &verdicts, &err), DL_OK);
    for (uint32_t i = 0; i < 8; i++) {
        const uint32_t features[] = {feature(1), feature(2)};
        float want[DL_NET_CLASSES];
        float have[DL_VERDICTS];
        int32_t sums[DL_VERDICTS_HIDDEN];
        dl_verdicts_begin(verdicts, sums);
        dl_verdicts_add(verdicts, features, i & 1, sums);
        dl_verdicts_add(verdicts, features + 1, (i & 2) != 0, sums);
        if (i & 4)
            dl_verdicts_add_point(verdicts, 3, point, sums);
        dl_verdicts_chances(verdicts, sums, have);
        chances_of(&net, i & 1, i & 2, i & 4, want);
        for (uint32_t k = 0; k < DL_VERDICTS; k++)
            assert_true(fabsf(want[k] - have[k]) < 0.1F);
    }
    dl_verdicts_close(verdicts);
    dl_net_done(&net);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_features_say_together_is_learned),
        cmocka_unit_test(chances_are_those_of_the_examples),
        cmocka_unit_test(rare_features_weigh_nothing),
        cmocka_unit_test(same_examples_give_the_same_weights),
        cmocka_unit_test(whole_numbers_say_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
