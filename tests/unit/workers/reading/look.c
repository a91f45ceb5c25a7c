/* Looks: what counts as the same word, and what any bytes look like. */
#include "workers/reading/look.h"

#include "tests/unit/cm.h"

static struct dl_look look_of(const char *word)
{
    struct dl_look look;
    dl_look_at(dl_str_of(word), NULL, &look);
    return look;
}

static void case_and_digits_do_not_count_in_lower(void **state)
{
    (void)state;
    assert_int_equal(look_of("Kyiv").lower, look_of("KYIV").lower);
    assert_int_not_equal(look_of("Kyiv").form, look_of("KYIV").form);
    assert_int_equal(look_of("1994").lower, look_of("2026").lower);
    assert_int_equal(look_of("\xc3\x89lys\xc3\xa9"
                             "e")
                         .lower,
                     look_of("\xc3\xa9lys\xc3\xa9"
                             "e")
                         .lower);
    assert_int_not_equal(look_of("Kyiv").lower, look_of("Kiev").lower);
}

static void curly_is_plain(void **state)
{
    (void)state;
    assert_int_equal(look_of("n\xe2\x80\x99t").form, look_of("n't").form);
    assert_int_equal(look_of("\xe2\x80\x94").form, look_of("--").form);
    assert_int_equal(look_of("\xe2\x80\x9c").form, look_of("\xe2\x80\x9d").form);
}

static void shapes_are_told(void **state)
{
    (void)state;
    assert_int_equal(look_of("Paris").shape, DL_SHAPE_CAPITAL);
    assert_int_equal(look_of("NATO").shape, DL_SHAPE_CAPITAL | DL_SHAPE_CAPITALS);
    assert_int_equal(look_of("U.S.").shape, DL_SHAPE_CAPITAL | DL_SHAPE_CAPITALS | DL_SHAPE_STOP);
    assert_int_equal(look_of("42").shape, DL_SHAPE_DIGITS | DL_SHAPE_LETTERLESS | DL_SHAPE_SHORT);
    assert_int_equal(look_of("iPhone").shape, DL_SHAPE_INNER);
    assert_int_equal(look_of("Paris").outline, look_of("Lagos").outline);
    assert_int_not_equal(look_of("Paris").outline, look_of("paris").outline);
}

static void affixes_of_short_words_are_the_word(void **state)
{
    (void)state;
    struct dl_look at = look_of("at");
    assert_int_equal(at.suffix[1], at.suffix[3]);
    assert_int_equal(at.prefix[1], at.prefix[2]);
    assert_int_equal(look_of("walking").suffix[2], look_of("Talking").suffix[2]);
    assert_int_equal(look_of("").suffix[0], 0);
}

static void any_bytes_have_a_look(void **state)
{
    char bytes[4096];
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)(round * 3) % sizeof bytes;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
        char *exact = malloc(len ? len : 1); /* so that a byte too many is seen */
        memcpy(exact, bytes, len);
        struct dl_look look;
        dl_look_at((dl_str){exact, len}, NULL, &look);
        assert_true(look.bytes <= DL_PLAIN_MAX + 3);
        assert_int_not_equal(look.lower, 0);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_digits_do_not_count_in_lower),
        cmocka_unit_test(curly_is_plain),
        cmocka_unit_test(shapes_are_told),
        cmocka_unit_test(affixes_of_short_words_are_the_word),
        cmocka_unit_test(any_bytes_have_a_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
