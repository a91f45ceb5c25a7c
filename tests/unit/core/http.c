/* The server over real sockets: its loop runs here, the client is a thread. */
#include "core/http.h"

#include "tests/unit/cm.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

struct talk {
    struct dl_loop *loop;
    struct dl_wake *over;
    int port;
    dl_str request;
    char answer[4096];
    size_t answer_bytes;
};

static void say_path(void *ctx, dl_str path, struct dl_http_answer *answer)
{
    (void)ctx;
    answer->status = 200;
    (void)dl_buf_printf(&answer->body, "path=%.*s", DL_STR_ARG(path));
}

static void client(void *arg)
{
    struct talk *talk = arg;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)talk->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        size_t sent = 0;
        ssize_t n;
        while (sent < talk->request.len &&
               (n = send(fd, talk->request.at + sent, talk->request.len - sent, MSG_NOSIGNAL)) > 0)
            sent += (size_t)n;
        while (talk->answer_bytes < sizeof talk->answer - 1 &&
               (n = read(fd, talk->answer + talk->answer_bytes,
                         sizeof talk->answer - 1 - talk->answer_bytes)) > 0)
            talk->answer_bytes += (size_t)n;
    }
    if (fd >= 0)
        (void)close(fd);
    dl_wake_send(talk->over);
}

static void stop(void *ctx)
{
    dl_loop_stop(((struct talk *)ctx)->loop);
}

/* What the server answers to these bytes. */
static char *answer_to(struct talk *talk, dl_str request)
{
    struct dl_http *http = NULL;
    struct dl_error err;
    uv_thread_t thread;
    *talk = (struct talk){.loop = dl_loop_new(1), .request = request};
    talk->over = dl_wake_new(talk->loop, stop, talk);
    assert_int_equal(dl_http_start(talk->loop, "127.0.0.1:0", say_path, NULL, &http, &err), DL_OK);
    talk->port = dl_http_port(http);
    assert_int_equal(uv_thread_create(&thread, client, talk), 0);
    dl_loop_run(talk->loop);
    (void)uv_thread_join(&thread);
    dl_http_stop(http);
    dl_wake_free(talk->over);
    dl_loop_free(talk->loop);
    return talk->answer;
}

static void a_get_is_answered_without_its_query(void **state)
{
    (void)state;
    struct talk talk;
    char *answer = answer_to(&talk, DL_STR("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(answer, "\r\n\r\npath=/metrics"));
}

static void a_head_is_answered_without_a_body(void **state)
{
    (void)state;
    struct talk talk;
    char *answer = answer_to(&talk, DL_STR("HEAD / HTTP/1.1\r\n\r\n"));
    assert_non_null(strstr(answer, "Content-Length: 6\r\n"));
    assert_null(strstr(answer, "path="));
}

static void what_is_no_request_is_refused(void **state)
{
    (void)state;
    struct talk talk;
    assert_non_null(strstr(answer_to(&talk, DL_STR("\x16\x03\x01 hello\r\n\r\n")), " 400 "));
    assert_non_null(strstr(answer_to(&talk, DL_STR("GET / GOPHER\r\n\r\n")), " 400 "));
    assert_non_null(strstr(answer_to(&talk, DL_STR("POST / HTTP/1.1\r\n\r\n")), " 405 "));
}

static void a_head_without_end_is_cut_off(void **state)
{
    (void)state;
    struct talk talk;
    static char endless[8192]; /* exactly the limit */
    memset(endless, 'a', sizeof endless);
    assert_non_null(strstr(answer_to(&talk, (dl_str){endless, sizeof endless}), " 431 "));
}

static void addresses_that_are_none_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "9464", "localhost:9464", "127.0.0.1:", "127.0.0.1:70000", "[::1:9464", "127.0.0.1:-1"};
    struct dl_loop *loop = dl_loop_new(1);
    struct dl_http *http = NULL;
    struct dl_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(dl_http_start(loop, bad[i], say_path, NULL, &http, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "127.0.0.1:-1"));
    dl_loop_free(loop);
}

static void an_address_that_is_taken_is_fatal(void **state)
{
    (void)state;
    struct dl_loop *loop = dl_loop_new(1);
    struct dl_http *first = NULL;
    struct dl_http *second = NULL;
    struct dl_error err;
    char listen[32];
    assert_int_equal(dl_http_start(loop, "127.0.0.1:0", say_path, NULL, &first, &err), DL_OK);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", dl_http_port(first));
    assert_int_equal(dl_http_start(loop, listen, say_path, NULL, &second, &err), DL_FATAL);
    dl_http_stop(first);
    dl_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_is_answered_without_its_query),
        cmocka_unit_test(a_head_is_answered_without_a_body),
        cmocka_unit_test(what_is_no_request_is_refused),
        cmocka_unit_test(a_head_without_end_is_cut_off),
        cmocka_unit_test(addresses_that_are_none_are_named),
        cmocka_unit_test(an_address_that_is_taken_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
