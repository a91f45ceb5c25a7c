/* Vectors of words: those of the file are found, others are not, and what is no such file is named.
 */
#include "workers/reading/vectors.h"

#include "workers/reading/look.h"

#include "tests/unit/cm.h"

#include <unistd.h>

static char path[] = "/tmp/dl_vectors_XXXXXX";
static const uint32_t lowers[] = {3, 70, 900};
static const struct dl_vector vectors[] = {
    {.at = {1}, .weight = 10}, {.at = {-2}, .weight = 20}, {.at = {[49] = 127}, .weight = 255}};

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

static void write_model(const char *kind, size_t key_bytes, size_t vector_bytes)
{
    struct dl_error err;
    struct dl_model_part parts[] = {{.at = lowers, .bytes = key_bytes},
                                    {.at = vectors, .bytes = vector_bytes}};
    assert_int_equal(dl_model_write(path, kind, DL_VECTORS_VERSION, parts, 2, &err), DL_OK);
}

static void fails_with(const char *text)
{
    struct dl_vectors *opened = NULL;
    struct dl_error err;
    assert_int_equal(dl_vectors_open(path, &opened, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, text));
    assert_non_null(strstr(err.text, path));
    assert_null(opened);
}

static void words_of_the_file_are_found(void **state)
{
    (void)state;
    struct dl_vectors *opened = NULL;
    struct dl_error err;
    write_model("vectors", sizeof lowers, sizeof vectors);
    assert_int_equal(dl_vectors_open(path, &opened, &err), DL_OK);
    for (size_t i = 0; i < sizeof lowers / sizeof *lowers; i++) {
        const struct dl_vector *found = dl_vector_of(opened, lowers[i]);
        assert_non_null(found);
        assert_memory_equal(found, &vectors[i], sizeof *found);
    }
    assert_null(dl_vector_of(opened, 0));
    assert_null(dl_vector_of(opened, 71));
    assert_null(dl_vector_of(opened, UINT32_MAX));
    dl_vectors_close(opened);
}

static void what_is_no_such_file_is_named(void **state)
{
    (void)state;
    write_model("tags", sizeof lowers, sizeof vectors);
    fails_with("is a model of 'tags'");
    write_model("vectors", sizeof lowers - sizeof *lowers, sizeof vectors);
    fails_with("2 words with 3 vectors");
    write_model("vectors", sizeof lowers, sizeof vectors - 1);
    fails_with("records");
    write_model("vectors", sizeof lowers, sizeof vectors);
    assert_int_equal(truncate(path, 100), 0);
    fails_with("is no model");
}

static int32_t product(const struct dl_vector *a, const struct dl_vector *b)
{
    int32_t sum = 0;
    for (uint32_t d = 0; d < DL_VECTOR_DIMS; d++)
        sum += a->at[d] * b->at[d];
    return sum;
}

static const struct dl_vector *of(const struct dl_vectors *opened, const char *word)
{
    struct dl_look look;
    dl_look_at(dl_str_of(word), NULL, &look);
    return dl_vector_of(opened, look.lower);
}

/* In the shipped file words of like meaning lie near each other, and rare words say more. */
static void like_words_lie_near(void **state)
{
    (void)state;
    struct dl_vectors *opened = NULL;
    struct dl_error err;
    assert_int_equal(dl_vectors_open(TEST_MODELS "/vectors.model", &opened, &err), DL_OK);
    const struct dl_vector *march = of(opened, "protesters");
    assert_non_null(march);
    assert_true(product(march, of(opened, "demonstrators")) > product(march, of(opened, "banana")));
    assert_true(of(opened, "the")->weight < of(opened, "banana")->weight);
    assert_null(of(opened, "qxzzyv"));
    dl_vectors_close(opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_file_are_found),
        cmocka_unit_test(what_is_no_such_file_is_named),
        cmocka_unit_test(like_words_lie_near),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
