/* The model of events: what is no model is named, chances are chances, marks have their classes. */
#include "workers/knowledge/verdicts.h"

#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#include <math.h>
#include <unistd.h>

static char path[] = "/tmp/dl_verdicts_XXXXXX";
static int8_t weights[256 * DL_VERDICTS_WIDTH];

static int make_path(void **state)
{
    (void)state;
    int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    return 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_model(const char *kind, uint32_t version, float scale)
{
    struct dl_error err;
    struct dl_model_part part = {.at = weights,
                                 .bytes = sizeof weights,
                                 .width = DL_VERDICTS_WIDTH,
                                 .weight_bytes = 1,
                                 .scale = scale};
    assert_int_equal(dl_model_write(path, kind, version, &part, 1, &err), DL_OK);
}

static void fails_with(const char *text)
{
    struct dl_verdicts *verdicts = NULL;
    struct dl_error err;
    assert_int_equal(dl_verdicts_open(path, &verdicts, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, text));
    assert_non_null(strstr(err.text, path));
    assert_null(verdicts);
}

static void what_is_no_model_of_events_is_named(void **state)
{
    (void)state;
    write_model("tags", DL_VERDICTS_VERSION, 10);
    fails_with("is a model of 'tags'");
    write_model("events", DL_VERDICTS_VERSION + 1, 10);
    fails_with("features");
    write_model("events", DL_VERDICTS_VERSION, 0);
    fails_with("scale");
    write_model("events", DL_VERDICTS_VERSION, 10);
    assert_int_equal(truncate(path, 1000), 0);
    fails_with("damaged");
}

static void chances_add_up_and_follow_the_weights(void **state)
{
    (void)state;
    struct dl_verdicts *verdicts = NULL;
    struct dl_error err;
    int32_t sums[DL_VERDICTS_WIDTH] = {0};
    float chances[DL_VERDICTS];
    float total = 0;
    uint32_t feature = 3U << 24; /* of 256 rows the top eight bits choose */
    weights[3 * DL_VERDICTS_WIDTH + DL_ASSAULT] = 20;
    weights[3 * DL_VERDICTS_WIDTH + DL_VERDICT_SPORT] = 10;
    write_model("events", DL_VERDICTS_VERSION, 10);
    assert_int_equal(dl_verdicts_open(path, &verdicts, &err), DL_OK);
    dl_verdicts_add(verdicts, &feature, 1, sums);
    dl_verdicts_add(verdicts, &feature, 1, sums);
    dl_verdicts_chances(verdicts, sums, chances);
    for (uint32_t i = 0; i < DL_VERDICTS; i++)
        total += chances[i];
    assert_true(fabsf(total - 1) < 1e-5F);
    assert_int_equal(dl_likeliest_type(chances), DL_ASSAULT);
    assert_true(fabsf(chances[DL_ASSAULT] / chances[DL_AID] - expf(4)) < 0.1F);
    assert_string_equal(dl_likeliest_reason(chances), "sport");
    assert_true(fabsf(dl_verdicts_weight(verdicts, feature, DL_ASSAULT) - 2) < 1e-6F);
    dl_verdicts_close(verdicts);
}

static void greatest_sums_have_chances_too(void **state)
{
    (void)state;
    struct dl_verdicts *verdicts = NULL;
    struct dl_error err;
    int32_t sums[DL_VERDICTS_WIDTH] = {[DL_AID] = INT32_MAX / 2, [DL_REQUEST] = INT32_MIN / 2};
    float chances[DL_VERDICTS];
    write_model("events", DL_VERDICTS_VERSION, 10);
    assert_int_equal(dl_verdicts_open(path, &verdicts, &err), DL_OK);
    dl_verdicts_chances(verdicts, sums, chances);
    assert_true(chances[DL_AID] > 0.999F && chances[DL_REQUEST] >= 0);
    dl_verdicts_close(verdicts);
}

static void marks_of_the_corpus_have_classes(void **state)
{
    (void)state;
    static const char *const marks[] = {
        "sport",  "game",    "film",     "market",  "nature",  "figurative", "history", "obituary",
        "advert", "caption", "question", "opinion", "generic", "crime",      "noun",    "title"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        assert_true(dl_verdict_of_mark(dl_str_of(marks[i])) > DL_VERDICT_LAST_TYPE);
    assert_int_equal(dl_verdict_of_mark(DL_STR("sports")), DL_VERDICT_NONE);
    assert_int_equal(dl_verdict_of_mark(DL_STR("")), DL_VERDICT_NONE);
}

/* The shipped one fits the features that are built in. */
static void shipped_model_is_of_these_features(void **state)
{
    (void)state;
    char shipped[4096];
    struct dl_error err;
    struct dl_verdicts *verdicts = NULL;
    assert_int_equal(dl_share_path("models/events.model", shipped, sizeof shipped, &err), DL_OK);
    assert_int_equal(dl_verdicts_open(shipped, &verdicts, &err), DL_OK);
    dl_verdicts_close(verdicts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_model_of_events_is_named),
        cmocka_unit_test(chances_add_up_and_follow_the_weights),
        cmocka_unit_test(greatest_sums_have_chances_too),
        cmocka_unit_test(marks_of_the_corpus_have_classes),
        cmocka_unit_test(shipped_model_is_of_these_features),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
