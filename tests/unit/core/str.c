#include "core/str.h"

#include "tests/unit/cm.h"

static void numbers_are_whole_or_refused(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_int_equal(dl_str_to_i64(DL_STR("-9223372036854775808"), &n), DL_OK);
    assert_true(n == INT64_MIN);
    assert_int_equal(dl_str_to_i64(DL_STR("9223372036854775807"), &n), DL_OK);
    assert_true(n == INT64_MAX);
    assert_int_equal(dl_str_to_i64(DL_STR("9223372036854775808"), &n), DL_BAD_INPUT);
    assert_int_equal(dl_str_to_i64(DL_STR("12a"), &n), DL_BAD_INPUT);
    assert_int_equal(dl_str_to_i64(DL_STR("-"), &n), DL_BAD_INPUT);
    assert_int_equal(dl_str_to_i64(DL_STR(""), &n), DL_BAD_INPUT);
    assert_true(n == INT64_MAX); /* untouched by failures */
}

static void pieces_keep_empty_ones(void **state)
{
    (void)state;
    dl_str rest = DL_STR("a,,b");
    dl_str piece;
    assert_true(dl_str_next(&rest, ',', &piece) && dl_str_is(piece, "a"));
    assert_true(dl_str_next(&rest, ',', &piece) && piece.len == 0);
    assert_true(dl_str_next(&rest, ',', &piece) && dl_str_is(piece, "b"));
    assert_false(dl_str_next(&rest, ',', &piece));
}

static void buffer_stops_at_its_ceiling_and_keeps_what_it_had(void **state)
{
    (void)state;
    struct dl_buf buf;
    dl_buf_init(&buf, 8);
    assert_int_equal(dl_buf_put_str(&buf, DL_STR("12345678")), DL_OK);
    assert_int_equal(dl_buf_put_char(&buf, '9'), DL_TOO_BIG);
    assert_true(dl_str_is(dl_buf_str(&buf), "12345678"));
    dl_buf_done(&buf);
}

static void error_text_stays_one_printable_line(void **state)
{
    (void)state;
    struct dl_error err;
    assert_int_equal(dl_fail(&err, DL_BAD_INPUT, "name '%s'", "a\nb\x1b[31m"), DL_BAD_INPUT);
    assert_string_equal(err.text, "name 'a\\x0ab\\x1b[31m'");
    assert_int_equal(dl_fail_in(&err, "file %d", 3), DL_BAD_INPUT);
    assert_string_equal(err.text, "file 3: name 'a\\x0ab\\x1b[31m'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_or_refused),
        cmocka_unit_test(pieces_keep_empty_ones),
        cmocka_unit_test(buffer_stops_at_its_ceiling_and_keeps_what_it_had),
        cmocka_unit_test(error_text_stays_one_printable_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
