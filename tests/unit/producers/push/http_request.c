/* Requests, whole and in pieces of one byte; and everything two readers could read differently. */
#include "producers/push/http_request.h"

#include "tests/unit/cm.h"

struct outcome {
    int code; /* 0: whole */
    char method[16];
    char target[64];
    char body[256];
    size_t rest; /* bytes left over */
    int steps;
};

static struct outcome take(const char *text, size_t len, size_t piece_bytes)
{
    struct outcome outcome = {.code = -1};
    struct dl_http_request request;
    size_t body = 0;
    dl_http_request_init(&request);
    for (size_t at = 0; at < len && outcome.code == -1;) {
        size_t count = len - at < piece_bytes ? len - at : piece_bytes;
        dl_str input = {text + at, count};
        bool more = true;
        at += count;
        while (more) {
            dl_str piece;
            outcome.steps++;
            switch (dl_http_take(&request, &input, &piece)) {
            case DL_HTTP_MORE:
                assert_int_equal(input.len, 0);
                more = false;
                break;
            case DL_HTTP_HEAD:
                snprintf(outcome.method, sizeof outcome.method, "%.*s", DL_STR_ARG(request.method));
                snprintf(outcome.target, sizeof outcome.target, "%.*s", DL_STR_ARG(request.target));
                break;
            case DL_HTTP_PIECE:
                assert_true(body + piece.len < sizeof outcome.body);
                memcpy(outcome.body + body, piece.at, piece.len);
                body += piece.len;
                break;
            case DL_HTTP_END:
                outcome.code = 0;
                outcome.rest = input.len + (len - at);
                more = false;
                break;
            case DL_HTTP_BAD:
                outcome.code = request.code;
                assert_non_null(request.why);
                more = false;
                break;
            }
        }
    }
    dl_http_request_done(&request);
    return outcome;
}

static const size_t sizes[] = {1, 2, 3, 7, 64, 1 << 20};

static void whole_requests_are_taken_in_any_pieces(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *target;
        const char *body;
        size_t rest;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "", 0},
        {"GET /x?y=%20 HTTP/1.0\r\n\r\n", "/x?y=%20", "", 0},
        {"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "/p", "hello", 0},
        {"POST /p HTTP/1.1\r\nHost:a\r\ncontent-length:0\r\n\r\nGET", "/p", "", 3},
        {"POST / HTTP/1.1\r\nHost: a\r\nX: \t a b \r\nContent-Length:  2  \r\n\r\nokPOST /", "/",
         "ok", 6},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
         "3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: x\r\nOther:\r\n\r\nrest",
         "/", "abc0123456789", 4},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "/", "", 0},
        {"POST / HTTP/1.1\r\nHost: a\r\nX:\xc3\xa9\r\n\r\n", "/", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct outcome outcome = take(cases[i].text, strlen(cases[i].text), sizes[s]);
            if (outcome.code != 0)
                fail_msg("case %zu in pieces of %zu: %d", i, sizes[s], outcome.code);
            assert_string_equal(outcome.target, cases[i].target);
            assert_string_equal(outcome.body, cases[i].body);
            assert_int_equal(outcome.rest, cases[i].rest);
        }
}

#define POST_A "POST / HTTP/1.1\r\nHost: a\r\n"

static void what_can_be_framed_two_ways_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
    } cases[] = {
        {POST_A "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400},
        {POST_A "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {POST_A "Content-Length: 3, 3\r\n\r\nabc", 400},
        {POST_A "Content-Length: +3\r\n\r\nabc", 400},
        {POST_A "Content-Length: -3\r\n\r\nabc", 400},
        {POST_A "Content-Length: 0x3\r\n\r\nabc", 400},
        {POST_A "Content-Length: 3 3\r\n\r\nabc", 400},
        {POST_A "Content-Length:\r\n\r\nabc", 400},
        {POST_A "Content-Length: 99999999999999999999\r\n\r\nabc", 400},
        {POST_A "Content-Length : 3\r\n\r\nabc", 400},
        {POST_A "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {POST_A "Transfer-Encoding: identity\r\n\r\n", 501},
        {POST_A "Transfer-Encoding: xchunked\r\n\r\n", 501},
        {POST_A "Transfer-Encoding: chunked\x0b\r\n\r\n", 400},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {POST_A "X: a\r\n b\r\n\r\n", 400},
        {POST_A "X: a\r\n\tb: c\r\n\r\n", 400},
        {POST_A " X: a\r\n\r\n", 400},
        {"POST / HTTP/1.1\nHost: a\n\n", 400},
        {POST_A "X: a\n\r\n", 400},
        {POST_A "\n", 400},
        {POST_A "X: a\rb\r\n\r\n", 400},
        {POST_A "X: a\r\r\n\r\n", 400},
        {POST_A "X\r\n\r\n", 400},
        {POST_A ": x\r\n\r\n", 400},
        {POST_A "X y: z\r\n\r\n", 400},
        {POST_A "X(y): z\r\n\r\n", 400},
        {POST_A "X: \x01\r\n\r\n", 400},
        {POST_A "X: \x7f\r\n\r\n", 400},
        {POST_A "Host: b\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nX: y\r\n\r\n", 400},
        {POST_A "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400},
        {POST_A "Expect: 200-ok\r\n\r\n", 417},
        {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
        {"GET /\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 505},
        {"GET / http/1.1\r\nHost: a\r\n\r\n", 505},
        {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"G\xc3\x89T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"\x16\x03\x01\x02\x01\xfc\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n3\r\nabc0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n000000003\r\nabc\r\n0\r\n\r\n", 413},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n", 400},
        {POST_A "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n", 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct outcome outcome = take(cases[i].text, strlen(cases[i].text), sizes[s]);
            if (outcome.code != cases[i].code)
                fail_msg("case %zu in pieces of %zu: %d, not %d", i, sizes[s], outcome.code,
                         cases[i].code);
        }
    static const char nul[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
    assert_int_equal(take(nul, sizeof nul - 1, 1 << 20).code, 400);
}

static void heads_and_trailers_have_limits(void **state)
{
    (void)state;
    static char text[64 << 10];
    size_t len = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    memset(text + len, 'x', sizeof text - len);
    assert_int_equal(take(text, sizeof text, 1000).code, 431);

    len = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 99; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X: y\r\n");
    size_t exactly = len;
    exactly += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
    assert_int_equal(take(text, exactly, 1000).code, 0);
    len += (size_t)snprintf(text + len, sizeof text - len, "X: y\r\n\r\n");
    assert_int_equal(take(text, len, 1000).code, 431);

    len = (size_t)snprintf(text, sizeof text, POST_A "Transfer-Encoding: chunked\r\n\r\n0\r\n");
    for (int i = 0; i < 1000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X: yyyyyyyyyyy\r\n");
    assert_int_equal(take(text, len, 777).code, 431);

    len = (size_t)snprintf(text, sizeof text, POST_A "Transfer-Encoding: chunked\r\n\r\n1;");
    memset(text + len, 'x', 300);
    assert_int_equal(take(text, len + 300, 1).code, 431);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_requests_are_taken_in_any_pieces),
        cmocka_unit_test(what_can_be_framed_two_ways_is_refused),
        cmocka_unit_test(heads_and_trailers_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
