/* Model files: what is written is read; what is damaged is named. */
#include "workers/reading/model.h"

#include "tests/unit/cm.h"

#include <unistd.h>

static char path[] = "/tmp/dl_model_XXXXXX";
static int8_t weights[64 * 16];
static const char note[] = "a second section";

static void write_model(void)
{
    struct dl_error err;
    for (size_t i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)(i * 7);
    struct dl_model_part parts[] = {
        {.at = weights, .bytes = sizeof weights, .width = 16, .weight_bytes = 1, .scale = 2},
        {.at = note, .bytes = sizeof note},
    };
    assert_int_equal(dl_model_write(path, "tags", 3, parts, 2, &err), DL_OK);
}

static char *read_back(size_t *ret_bytes)
{
    FILE *file = fopen(path, "re");
    char *bytes = aligned_alloc(64, 1 << 16);
    assert_non_null(file);
    *ret_bytes = fread(bytes, 1, 1 << 16, file);
    (void)fclose(file);
    return bytes;
}

static int make_path(void **state)
{
    (void)state;
    int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    write_model();
    return 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void model_gives_back_its_sections(void **state)
{
    struct dl_model *model = NULL;
    struct dl_rows rows;
    struct dl_error err;
    (void)state;
    assert_int_equal(dl_model_open(path, "tags", 3, &model, &err), DL_OK);
    assert_int_equal(dl_model_rows(model, 0, 16, 1, &rows, &err), DL_OK);
    assert_int_equal(rows.shift, 32 - 6);
    assert_memory_equal(rows.at, weights, sizeof weights);
    assert_int_equal((uintptr_t)rows.at % 64, 0);
    dl_str text = dl_model_section(model, 1);
    assert_memory_equal(text.at, note, text.len);
    assert_int_equal(dl_model_section(model, 2).len, 0);
    assert_int_equal(dl_model_rows(model, 0, 32, 1, &rows, &err), DL_BAD_CONFIG);
    assert_int_equal(dl_model_rows(model, 1, 16, 1, &rows, &err), DL_BAD_CONFIG);
    assert_int_equal(dl_model_rows(model, 2, 16, 1, &rows, &err), DL_BAD_CONFIG);
    dl_model_close(model);
}

static void other_models_are_told_apart(void **state)
{
    struct dl_model *model = NULL;
    struct dl_error err;
    (void)state;
    assert_int_equal(dl_model_open(path, "trees", 3, &model, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "is a model of 'tags', not of 'trees'"));
    assert_int_equal(dl_model_open(path, "tags", 4, &model, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "trained for features 3"));
    assert_int_equal(dl_model_open("/nowhere/tags.model", "tags", 3, &model, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "/nowhere/tags.model: "));
    assert_null(model);
}

/* Every byte but the two spare ones of the header counts, and every length. */
static void damage_is_seen_wherever_it_is(void **state)
{
    size_t bytes;
    char *image = read_back(&bytes);
    struct dl_model *model = NULL;
    struct dl_error err;
    (void)state;
    for (size_t i = 0; i < bytes; i++) {
        image[i] ^= 0x20;
        assert_int_equal(dl_model_over(image, bytes, "m", "tags", 3, &model, &err), DL_BAD_CONFIG);
        assert_int_equal(strncmp(err.text, "m: ", 3), 0);
        image[i] ^= 0x20;
    }
    for (size_t len = 0; len < bytes; len += 13)
        assert_int_equal(dl_model_over(image, len, "m", "tags", 3, &model, &err), DL_BAD_CONFIG);
    assert_int_equal(dl_model_over(image, bytes, "m", "tags", 3, &model, &err), DL_OK);
    dl_model_close(model);
    free(image);
}

static void rows_add_up(void **state)
{
    struct dl_model *model = NULL;
    struct dl_rows rows;
    struct dl_error err;
    int16_t sums[16];
    uint32_t features[3] = {0, 5U << 26, 63U << 26};
    (void)state;
    assert_int_equal(dl_model_open(path, "tags", 3, &model, &err), DL_OK);
    assert_int_equal(dl_model_rows(model, 0, 16, 1, &rows, &err), DL_OK);
    dl_rows_sum_bytes(&rows, features, 3, 16, sums);
    for (int k = 0; k < 16; k++)
        assert_int_equal(sums[k], weights[k] + weights[5 * 16 + k] + weights[63 * 16 + k]);
    dl_model_close(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_gives_back_its_sections),
        cmocka_unit_test(other_models_are_told_apart),
        cmocka_unit_test(damage_is_seen_wherever_it_is),
        cmocka_unit_test(rows_add_up),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
