/* The model of events: what is no model is named, chances are chances, marks have their classes. */
#include "workers/knowledge/verdicts.h"

#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#include <math.h>
#include <unistd.h>

static char path[] = "/tmp/dl_verdicts_XXXXXX";
static int8_t rows[256 * DL_VERDICTS_HIDDEN];
static dl_verdict_matrix matrices[DL_VERDICT_SLOTS];
static struct dl_verdict_layers layers;

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

static void write_parts(const char *kind, uint32_t version, float scale, size_t matrix_bytes)
{
    struct dl_error err;
    struct dl_model_part parts[] = {{.at = rows,
                                     .bytes = sizeof rows,
                                     .width = DL_VERDICTS_HIDDEN,
                                     .weight_bytes = 1,
                                     .scale = scale},
                                    {.at = matrices, .bytes = matrix_bytes},
                                    {.at = &layers, .bytes = sizeof layers}};
    assert_int_equal(dl_model_write(path, kind, version, parts, 3, &err), DL_OK);
}

static void write_model(const char *kind, uint32_t version, float scale)
{
    write_parts(kind, version, scale, sizeof matrices);
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
    layers = (struct dl_verdict_layers){.unit = 10};
    write_model("tags", DL_VERDICTS_VERSION, 10);
    fails_with("is a model of 'tags'");
    write_model("events", DL_VERDICTS_VERSION + 1, 10);
    fails_with("features");
    write_model("events", DL_VERDICTS_VERSION, 0);
    fails_with("scale");
    write_parts("events", DL_VERDICTS_VERSION, 10, sizeof matrices - sizeof *matrices);
    fails_with("damaged");
    write_parts("events", DL_VERDICTS_VERSION, 10, sizeof matrices - 2);
    fails_with("records");
    layers.unit = 0;
    write_model("events", DL_VERDICTS_VERSION, 10);
    fails_with("scale");
    layers = (struct dl_verdict_layers){.unit = 10, .out[3][4] = DL_VERDICTS_OUT_MAX + 1};
    write_model("events", DL_VERDICTS_VERSION, 10);
    fails_with("damaged");
    layers = (struct dl_verdict_layers){.unit = 10, .last[4] = INT32_MAX};
    write_model("events", DL_VERDICTS_VERSION, 10);
    fails_with("damaged");
    layers = (struct dl_verdict_layers){.unit = 10};
    write_model("events", DL_VERDICTS_VERSION, 10);
    assert_int_equal(truncate(path, 1000), 0);
    fails_with("damaged");
}

/* Two hidden sums: one for assault and a little for sport, one that is never above nothing. */
static void chances_add_up_and_follow_the_weights(void **state)
{
    (void)state;
    struct dl_verdicts *verdicts = NULL;
    struct dl_error err;
    int32_t sums[DL_VERDICTS_HIDDEN];
    float chances[DL_VERDICTS];
    float pulls[DL_VERDICTS_HIDDEN];
    float total = 0;
    const uint32_t feature = 3U << 24; /* of 256 rows the top eight bits choose */
    const int8_t point[DL_VECTOR_DIMS] = {[5] = 64};
    rows[3 * DL_VERDICTS_HIDDEN + 0] = 10;
    rows[3 * DL_VERDICTS_HIDDEN + 1] = -10;
    matrices[2][5][0] = 10 << DL_VERDICTS_MATRIX_SHIFT >> 6; /* ten for a whole unit */
    layers = (struct dl_verdict_layers){.unit = 100};
    layers.out[0][DL_ASSAULT] = 20;
    layers.out[0][DL_VERDICT_SPORT] = 10;
    layers.out[1][DL_AID] = 1000;
    write_model("events", DL_VERDICTS_VERSION, 10);
    assert_int_equal(dl_verdicts_open(path, &verdicts, &err), DL_OK);
    dl_verdicts_begin(verdicts, sums);
    dl_verdicts_add(verdicts, &feature, 1, sums);
    dl_verdicts_add_point(verdicts, 2, point, sums);
    assert_int_equal(sums[0], 20);
    assert_int_equal(sums[1], -10);
    dl_verdicts_chances(verdicts, sums, chances);
    for (uint32_t i = 0; i < DL_VERDICTS; i++)
        total += chances[i];
    assert_true(fabsf(total - 1) < 1e-5F);
    assert_int_equal(dl_likeliest_type(chances), DL_ASSAULT);
    assert_true(fabsf(chances[DL_ASSAULT] / chances[DL_AID] - expf(4)) < 0.1F);
    assert_string_equal(dl_likeliest_reason(chances), "sport");
    dl_verdicts_pulls(verdicts, sums, DL_ASSAULT, DL_VERDICT_NONE, pulls);
    assert_true(fabsf(dl_verdicts_weight(verdicts, feature, pulls) - 2) < 1e-5F);
    assert_true(fabsf(dl_verdicts_point_weight(verdicts, 2, point, pulls) - 2) < 1e-5F);
    dl_verdicts_close(verdicts);
}

static void greatest_sums_have_chances_too(void **state)
{
    (void)state;
    struct dl_verdicts *verdicts = NULL;
    struct dl_error err;
    int32_t sums[DL_VERDICTS_HIDDEN];
    float chances[DL_VERDICTS];
    layers = (struct dl_verdict_layers){.unit = 1};
    for (uint32_t h = 0; h < DL_VERDICTS_HIDDEN; h++) {
        sums[h] = h % 2 ? INT32_MAX : INT32_MIN;
        layers.out[h][DL_AID] = DL_VERDICTS_OUT_MAX;
        layers.out[h][DL_REQUEST] = -DL_VERDICTS_OUT_MAX;
    }
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
        cmocka_unit_test(greatest_sums_have_chances_too),
        cmocka_unit_test(marks_of_the_corpus_have_classes),
        cmocka_unit_test(shipped_model_is_of_these_features),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
