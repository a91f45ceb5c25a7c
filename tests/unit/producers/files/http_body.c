/* Bodies of answers as archives have them. */
#include "producers/files/http_body.h"
#include "tests/unit/cm.h"

static void assert_body(const char *answer_text, size_t bytes_max, const char *want)
{
    struct dl_arena arena;
    struct dl_http_answer answer;
    struct dl_error err;
    dl_str body;
    dl_arena_init(&arena);
    assert_int_equal(dl_http_answer_read(dl_str_of(answer_text), &answer, &err), DL_OK);
    dl_status status = dl_http_body(&arena, &answer, bytes_max, &body, &err);
    if (want) {
        assert_int_equal(status, DL_OK);
        assert_string_equal(dl_arena_str(&arena, body).at, want);
    } else {
        assert_int_equal(status, DL_TOO_BIG);
    }
    dl_arena_done(&arena);
}

static void joins_chunks(void **state)
{
    (void)state;
    assert_body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n"
                "0\r\n\r\n",
                100, "abcdefg");
    assert_body("HTTP/1.0 200 OK\nTransfer-Encoding: chunked\n\n5\nabcde\n9\ncut", 100, "abcdecut");
}

static void takes_what_is_decoded_already(void **state)
{
    (void)state;
    assert_body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>", 100, "<html>");
    assert_body("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>", 100, "<html>");
    assert_body("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n<html>", 100, "<html>");
    assert_body("HTTP/1.1 200 OK\r\nContent-Encoding: nonsense\r\n\r\nabc", 100, "abc");
}

static void keeps_to_the_limit(void **state)
{
    (void)state;
    assert_body("HTTP/1.1 200 OK\r\n\r\nabcde", 5, "abcde");
    assert_body("HTTP/1.1 200 OK\r\n\r\nabcdef", 5, NULL);
}

static void finds_fields_in_any_case(void **state)
{
    (void)state;
    dl_str value;
    dl_str header = DL_STR("WARC/1.0\r\nwarc-TYPE:  response \r\nX: y\r\n");
    assert_true(dl_http_field(header, "WARC-Type", &value));
    assert_true(dl_str_is(value, "response"));
    assert_false(dl_http_field(header, "WARC", &value));
}

static void refuses_what_is_no_answer(void **state)
{
    (void)state;
    struct dl_http_answer answer;
    struct dl_error err;
    assert_int_equal(dl_http_answer_read(DL_STR("<html>"), &answer, &err), DL_BAD_INPUT);
    assert_int_equal(dl_http_answer_read(DL_STR("HTTP/1.1\r\n\r\n"), &answer, &err), DL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_chunks),
        cmocka_unit_test(takes_what_is_decoded_already),
        cmocka_unit_test(keeps_to_the_limit),
        cmocka_unit_test(finds_fields_in_any_case),
        cmocka_unit_test(refuses_what_is_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
