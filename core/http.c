/* Answers on libuv: a connection is read until its head is whole, answered and closed. */
#include "core/http.h"

#include <uv.h>

#define HEAD_BYTES_MAX 8192U
#define BODY_BYTES_MAX (1U << 20)
#define TIME_MS 5000U
#define CONNECTIONS_MAX 64U
#define BACKLOG 64

struct connection {
    struct connection *next;
    struct dl_http *http;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    struct dl_http_answer answer;
    struct dl_buf out;
    unsigned open_handles; /* tcp and timer; freed with the last */
    bool answered;
    bool closing;
    char head[HEAD_BYTES_MAX];
    size_t head_bytes;
};

struct dl_http {
    uv_tcp_t tcp;
    dl_http_fn *answer;
    void *ctx;
    struct connection *first;
    unsigned count;
    bool stopped;
    bool closed;
};

/* --- life of a connection --- */

static void free_if_over(struct dl_http *http)
{
    if (http->stopped && http->closed && http->count == 0)
        free(http);
}

static void handle_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    if (--connection->open_handles > 0)
        return;
    struct dl_http *http = connection->http;
    struct connection **link = &http->first;
    while (*link != connection)
        link = &(*link)->next;
    *link = connection->next;
    http->count--;
    dl_buf_done(&connection->answer.body);
    dl_buf_done(&connection->out);
    free(connection);
    free_if_over(http);
}

static void close_connection(struct connection *connection)
{
    if (connection->closing)
        return;
    connection->closing = true;
    uv_close((uv_handle_t *)&connection->tcp, handle_closed);
    uv_close((uv_handle_t *)&connection->timer, handle_closed);
}

static void on_late(uv_timer_t *timer)
{
    close_connection(timer->data);
}

static void on_written(uv_write_t *write, int status)
{
    (void)status; /* gone or served: over in both cases */
    close_connection(write->data);
}

/* --- answering --- */

static const char *phrase_of(unsigned status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Service Unavailable";
    }
}

static void send_answer(struct connection *connection, bool with_body)
{
    struct dl_http_answer *answer = &connection->answer;
    struct dl_buf *out = &connection->out;
    (void)dl_buf_printf(out, /* far below its ceiling */
                        "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                        "Connection: close\r\n\r\n",
                        answer->status, phrase_of(answer->status), answer->type, answer->body.len);
    uv_buf_t bufs[2] = {uv_buf_init(out->at, (unsigned)out->len),
                        uv_buf_init(answer->body.at, (unsigned)answer->body.len)};
    connection->answered = true;
    connection->write.data = connection;
    (void)uv_read_stop((uv_stream_t *)&connection->tcp); /* nothing more is expected */
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, bufs,
                 with_body && answer->body.len ? 2 : 1, on_written) != 0)
        close_connection(connection);
}

static void refuse(struct connection *connection, unsigned status)
{
    connection->answer.status = status;
    send_answer(connection, true);
}

/* "GET /path?query HTTP/1.1" */
static void answer_head(struct connection *connection, dl_str head)
{
    dl_str line;
    dl_str method;
    dl_str target;
    if (!dl_str_next(&head, '\r', &line) || !dl_str_next(&line, ' ', &method) ||
        !dl_str_next(&line, ' ', &target) || !dl_str_starts(line, DL_STR("HTTP/1.")) ||
        !dl_str_starts(target, DL_STR("/"))) {
        refuse(connection, 400);
        return;
    }
    bool get = dl_str_is(method, "GET");
    if (!get && !dl_str_is(method, "HEAD")) {
        refuse(connection, 405);
        return;
    }
    dl_str path = {NULL, 0};
    (void)dl_str_next(&target, '?', &path); /* it begins with a slash: there is a first piece */
    connection->http->answer(connection->http->ctx, path, &connection->answer);
    send_answer(connection, get);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    (void)suggested;
    struct connection *connection = handle->data;
    *ret = uv_buf_init(connection->head + connection->head_bytes,
                       (unsigned)(HEAD_BYTES_MAX - connection->head_bytes));
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buf)
{
    (void)buf;
    struct connection *connection = stream->data;
    if (bytes < 0) {
        if (connection->head_bytes == HEAD_BYTES_MAX && !connection->answered)
            refuse(connection, 431); /* no room left is told as an error */
        else
            close_connection(connection);
        return;
    }
    connection->head_bytes += (size_t)bytes;
    if (memmem(connection->head, connection->head_bytes, "\r\n\r\n", 4))
        answer_head(connection, (dl_str){connection->head, connection->head_bytes});
    else if (connection->head_bytes == HEAD_BYTES_MAX)
        refuse(connection, 431);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct dl_http *http = server->data;
    if (status != 0)
        return; /* no descriptors just now: libuv tries again */
    struct connection *connection = dl_alloc(sizeof *connection);
    connection->http = http;
    connection->answer = (struct dl_http_answer){.status = 404, .type = "text/plain"};
    dl_buf_init(&connection->answer.body, BODY_BYTES_MAX);
    dl_buf_init(&connection->out, HEAD_BYTES_MAX);
    connection->next = http->first;
    http->first = connection;
    http->count++;
    connection->open_handles = 2;
    if (uv_tcp_init(server->loop, &connection->tcp) != 0 ||
        uv_timer_init(server->loop, &connection->timer) != 0)
        abort(); /* neither asks the kernel for anything */
    connection->tcp.data = connection->timer.data = connection;
    if (uv_accept(server, (uv_stream_t *)&connection->tcp) != 0 || http->count > CONNECTIONS_MAX ||
        uv_timer_start(&connection->timer, on_late, TIME_MS, 0) != 0 ||
        uv_read_start((uv_stream_t *)&connection->tcp, give_room, on_read) != 0)
        close_connection(connection);
}

/* --- life of the server --- */

/* "127.0.0.1:9464", "[::1]:9464" */
static dl_status parse_address(const char *listen, struct sockaddr_storage *ret,
                               struct dl_error *err)
{
    char host[64];
    int64_t port = -1;
    const char *colon = strrchr(listen, ':');
    if (colon && (size_t)(colon - listen) < sizeof host &&
        dl_str_to_i64(dl_str_of(colon + 1), &port) == DL_OK && port >= 0 && port <= 65535) {
        dl_str name = {listen, (size_t)(colon - listen)};
        bool six = name.len > 2 && name.at[0] == '[' && name.at[name.len - 1] == ']';
        if (six)
            name = dl_str_sub(name, 1, name.len - 1);
        snprintf(host, sizeof host, "%.*s", DL_STR_ARG(name));
        if (six && uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)ret) == 0)
            return DL_OK;
        if (!six && uv_ip4_addr(host, (int)port, (struct sockaddr_in *)ret) == 0)
            return DL_OK;
    }
    return dl_fail(err, DL_BAD_CONFIG, "'%s' is no address to listen on, like 127.0.0.1:9464",
                   listen);
}

static void server_closed(uv_handle_t *handle)
{
    struct dl_http *http = handle->data;
    http->closed = true;
    free_if_over(http);
}

dl_status dl_http_start(struct dl_loop *loop, const char *listen, dl_http_fn *answer, void *ctx,
                        struct dl_http **ret, struct dl_error *err)
{
    struct sockaddr_storage address = {0};
    dl_status status = parse_address(listen, &address, err);
    if (status != DL_OK)
        return status;
    struct dl_http *http = dl_alloc(sizeof *http);
    http->answer = answer;
    http->ctx = ctx;
    if (uv_tcp_init(dl_loop_uv(loop), &http->tcp) != 0)
        abort(); /* asks the kernel for nothing */
    http->tcp.data = http;
    int code = uv_tcp_bind(&http->tcp, (const struct sockaddr *)&address, 0);
    if (code == 0)
        code = uv_listen((uv_stream_t *)&http->tcp, BACKLOG, on_connection);
    if (code != 0) {
        dl_http_stop(http);
        return dl_fail(err, DL_FATAL, "%s: %s", listen, uv_strerror(code));
    }
    *ret = http;
    return DL_OK;
}

int dl_http_port(const struct dl_http *http)
{
    struct sockaddr_storage address = {0};
    int len = sizeof address;
    if (uv_tcp_getsockname(&http->tcp, (struct sockaddr *)&address, &len) != 0)
        return 0;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

void dl_http_stop(struct dl_http *http)
{
    if (!http)
        return;
    http->stopped = true;
    for (struct connection *it = http->first; it; it = it->next)
        close_connection(it);
    uv_close((uv_handle_t *)&http->tcp, server_closed);
}
