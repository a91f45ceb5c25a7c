/* Connections. One buffer reads for all of them: what a request does not take at once (the next
 * one, sent ahead) is kept by its connection until the answer is out. */
#include "producers/push/http_server.h"

#include "core/loop.h"
#include "core/net_guard.h"

#include <netdb.h>
#include <unistd.h>
#include <uv.h>

#define BACKLOG 1024
#define READ_BYTES 65536U
#define SWEEP_MS 200U
#define WRITE_MS 10000U /* for the client to take its answer */
#define LINGER_MS                                                                                  \
    1000U /* reading on after a refusal, so that the answer is not lost to a reset                 \
           */
#define BODY_FREE_MS 10000U /* from then on a body comes with 1 kB/s or is given up */
#define BODY_BYTES_PER_S 1000U
#define ANSWER_HEAD_BYTES 512U

enum conn_state { CONN_HEAD, CONN_BODY, CONN_BUSY, CONN_WRITING, CONN_LINGER, CONN_CLOSING };

struct dl_http_conn {
    struct dl_http_server *server;
    struct dl_http_conn *next;
    struct dl_http_conn **link;
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    enum conn_state state;
    uint64_t since_ms; /* the state's time runs from here */
    bool served;       /* had an answer before */
    bool close_after;
    bool body_unread;
    struct dl_http_request request;
    struct dl_buf body;
    struct dl_buf ahead; /* bytes of the next request */
    char *answer;
};

struct dl_http_server {
    struct dl_loop *loop;
    struct dl_http_server_want want;
    uv_tcp_t listener;
    struct dl_timer sweep;
    struct dl_http_conn *first;
    unsigned count; /* not counting those being closed */
    size_t bodies_bytes;
    bool closing;
    bool listener_closed;
    char address[DL_NET_TEXT_MAX];
    char piece[READ_BYTES];
};

static void advance(struct dl_http_conn *conn, dl_str input);

static void enter(struct dl_http_conn *conn, enum conn_state state)
{
    conn->state = state;
    conn->since_ms = dl_loop_now_ms(conn->server->loop);
}

/* --- the end of a connection, and of the server --- */

static void maybe_closed(struct dl_http_server *server)
{
    if (!server->closing || !server->listener_closed || server->first)
        return;
    dl_timer_close(server->loop, &server->sweep);
    void (*closed)(void *) = server->want.closed;
    void *ctx = server->want.ctx;
    free(server);
    closed(ctx);
}

static void drop_body(struct dl_http_conn *conn)
{
    conn->server->bodies_bytes -= conn->body.len;
    dl_buf_done(&conn->body);
    dl_buf_init(&conn->body, conn->server->want.body_bytes_max);
}

static void on_conn_closed(uv_handle_t *handle)
{
    struct dl_http_conn *conn = handle->data;
    struct dl_http_server *server = conn->server;
    drop_body(conn);
    *conn->link = conn->next;
    if (conn->next)
        conn->next->link = conn->link;
    dl_http_request_done(&conn->request);
    dl_buf_done(&conn->ahead);
    free(conn->answer);
    free(conn);
    maybe_closed(server);
}

static void close_conn(struct dl_http_conn *conn)
{
    assert(conn->state != CONN_BUSY); /* its user still holds it */
    if (conn->state == CONN_CLOSING)
        return;
    conn->state = CONN_CLOSING;
    conn->server->count--;
    uv_close((uv_handle_t *)&conn->tcp, on_conn_closed);
}

/* --- reading --- */

static void give_piece(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct dl_http_conn *conn = handle->data;
    (void)suggested;
    *buf = uv_buf_init(conn->server->piece, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct dl_http_conn *conn = stream->data;
    if (got < 0)
        close_conn(conn);
    else if (got > 0 && conn->state != CONN_LINGER)
        advance(conn, (dl_str){buf->base, (size_t)got});
}

static void read_on(struct dl_http_conn *conn)
{
    if (uv_read_start((uv_stream_t *)&conn->tcp, give_piece, on_read) != 0)
        close_conn(conn);
}

/* --- answering --- */

static const char *reason_of(int code)
{
    static const struct {
        int code;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {202, "Accepted"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].code == code)
            return reasons[i].reason;
    return "Error";
}

static void on_shut(uv_shutdown_t *shutdown, int status)
{
    struct dl_http_conn *conn = shutdown->handle->data;
    if (status != 0)
        close_conn(conn);
}

static void linger(struct dl_http_conn *conn)
{
    enter(conn, CONN_LINGER);
    if (uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->tcp, on_shut) == 0)
        read_on(conn);
    else
        close_conn(conn);
}

static void on_written(uv_write_t *write, int status)
{
    struct dl_http_conn *conn = write->handle->data;
    free(conn->answer);
    conn->answer = NULL;
    if (conn->state == CONN_CLOSING)
        return;
    drop_body(conn);
    if (status != 0) {
        close_conn(conn);
    } else if (conn->body_unread) {
        linger(conn);
    } else if (conn->close_after || conn->server->closing) {
        close_conn(conn);
    } else {
        struct dl_buf ahead = conn->ahead;
        dl_buf_init(&conn->ahead, READ_BYTES);
        conn->served = true;
        dl_http_request_reset(&conn->request);
        enter(conn, CONN_HEAD);
        advance(conn, dl_buf_str(&ahead));
        dl_buf_done(&ahead);
        if (conn->state == CONN_HEAD || conn->state == CONN_BODY)
            read_on(conn);
    }
}

static size_t put_head(const struct dl_http_conn *conn, const struct dl_http_reply *answer,
                       char text[ANSWER_HEAD_BYTES])
{
    char retry[40] = "";
    if (answer->retry_after_s)
        snprintf(retry, sizeof retry, "Retry-After: %u\r\n", answer->retry_after_s);
    int len =
        snprintf(text, ANSWER_HEAD_BYTES,
                 "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                 "Cache-Control: no-store\r\n%s%s%s%s\r\n",
                 answer->code, reason_of(answer->code),
                 answer->content_type ? answer->content_type : "text/plain; charset=utf-8",
                 answer->body.len, retry, answer->header ? answer->header : "",
                 answer->header ? "\r\n" : "", conn->close_after ? "Connection: close\r\n" : "");
    assert(len > 0 && (size_t)len < ANSWER_HEAD_BYTES);
    return (size_t)len;
}

static void send_answer(struct dl_http_conn *conn, const struct dl_http_reply *answer)
{
    char head[ANSWER_HEAD_BYTES];
    if (!conn->request.keep_alive || conn->body_unread || conn->server->closing)
        conn->close_after = true;
    size_t head_len = put_head(conn, answer, head);
    conn->answer = dl_alloc(head_len + answer->body.len);
    memcpy(conn->answer, head, head_len);
    if (answer->body.len)
        memcpy(conn->answer + head_len, answer->body.at, answer->body.len);
    enter(conn, CONN_WRITING);
    (void)uv_read_stop((uv_stream_t *)&conn->tcp); /* always succeeds */
    uv_buf_t buf = uv_buf_init(conn->answer, (unsigned)(head_len + answer->body.len));
    if (uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_written) != 0)
        close_conn(conn);
}

void dl_http_reply(struct dl_http_conn *conn, const struct dl_http_reply *answer)
{
    assert(conn->state == CONN_BUSY);
    send_answer(conn, answer);
}

static void refuse(struct dl_http_conn *conn, int code, const char *why, unsigned retry_after_s)
{
    char text[200];
    /* these texts are our own: nothing in them needs an escape */
    int len = snprintf(text, sizeof text, "{\"error\":{\"message\":\"%s\"}}\n", why);
    conn->body_unread = conn->close_after = true;
    send_answer(conn, &(struct dl_http_reply){.code = code,
                                              .content_type = "application/json",
                                              .body = {text, (size_t)len},
                                              .retry_after_s = retry_after_s});
}

/* --- requests --- */

static void take_head(struct dl_http_conn *conn)
{
    struct dl_http_server *server = conn->server;
    const struct dl_http_request *request = &conn->request;
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    conn->body_unread = request->chunked || request->length > 0;
    conn->state = CONN_BUSY;
    if (!server->want.head(server->want.ctx, conn, request))
        return;
    enter(conn, CONN_BODY);
    if (request->length > server->want.body_bytes_max) {
        refuse(conn, 413, "the body is too large", 0);
    } else if (request->expects_continue) {
        uv_buf_t buf = uv_buf_init((char *)(uintptr_t)go_on, sizeof go_on - 1);
        if (uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1) != sizeof go_on - 1)
            close_conn(conn); /* so few bytes always fit, unless the client is gone */
    }
}

static void take_piece(struct dl_http_conn *conn, dl_str piece)
{
    struct dl_http_server *server = conn->server;
    if (server->bodies_bytes + piece.len > server->want.bodies_bytes_max)
        refuse(conn, 503, "too much is being received", 5);
    else if (dl_buf_put_str(&conn->body, piece) != DL_OK)
        refuse(conn, 413, "the body is too large", 0);
    else
        server->bodies_bytes += piece.len;
}

static void take_end(struct dl_http_conn *conn)
{
    struct dl_http_server *server = conn->server;
    conn->body_unread = false;
    (void)uv_read_stop((uv_stream_t *)&conn->tcp); /* always succeeds */
    enter(conn, CONN_BUSY);
    server->want.request(server->want.ctx, conn, &conn->request, dl_buf_str(&conn->body));
}

static void advance(struct dl_http_conn *conn, dl_str input)
{
    if (conn->state == CONN_HEAD && input.len && dl_http_request_is_fresh(&conn->request))
        enter(conn, CONN_HEAD); /* its time begins with its first byte */
    bool more = true;
    while (more && (conn->state == CONN_HEAD || conn->state == CONN_BODY)) {
        dl_str piece;
        switch (dl_http_take(&conn->request, &input, &piece)) {
        case DL_HTTP_MORE:
            more = false;
            break;
        case DL_HTTP_HEAD:
            take_head(conn);
            break;
        case DL_HTTP_PIECE:
            take_piece(conn, piece);
            break;
        case DL_HTTP_END:
            take_end(conn);
            break;
        case DL_HTTP_BAD:
            refuse(conn, conn->request.code, conn->request.why, 0);
            break;
        }
    }
    if (conn->state != CONN_BUSY && conn->state != CONN_WRITING)
        return;
    (void)uv_read_stop((uv_stream_t *)&conn->tcp);
    if (!conn->body_unread && input.len && dl_buf_put_str(&conn->ahead, input) != DL_OK)
        conn->close_after = true; /* it sends ahead more than we read in one go */
}

/* --- time --- */

static bool body_is_late(const struct dl_http_conn *conn, uint64_t waited_ms)
{
    return waited_ms > conn->server->want.body_ms ||
           (waited_ms > BODY_FREE_MS &&
            conn->body.len < (waited_ms - BODY_FREE_MS) / 1000 * BODY_BYTES_PER_S);
}

static void check_time(struct dl_http_conn *conn, uint64_t now_ms)
{
    const struct dl_http_server_want *want = &conn->server->want;
    uint64_t waited_ms = now_ms - conn->since_ms;
    switch (conn->state) {
    case CONN_HEAD:
        if (dl_http_request_is_fresh(&conn->request)) {
            if (waited_ms > (conn->served ? want->idle_ms : want->head_ms))
                close_conn(conn);
        } else if (waited_ms > want->head_ms) {
            refuse(conn, 408, "the head took too long", 0);
        }
        break;
    case CONN_BODY:
        if (body_is_late(conn, waited_ms))
            refuse(conn, 408, "the body took too long", 0);
        break;
    case CONN_WRITING:
        if (waited_ms > WRITE_MS)
            close_conn(conn);
        break;
    case CONN_LINGER:
        if (waited_ms > LINGER_MS)
            close_conn(conn);
        break;
    case CONN_BUSY: /* its user's time */
    case CONN_CLOSING:
        break;
    }
}

static void sweep(void *ctx)
{
    struct dl_http_server *server = ctx;
    uint64_t now_ms = dl_loop_now_ms(server->loop);
    for (struct dl_http_conn *conn = server->first; conn; conn = conn->next)
        check_time(conn, now_ms); /* closing is only begun here, so the list stays */
    dl_timer_start(server->loop, &server->sweep, SWEEP_MS);
}

/* --- connecting --- */

static void make_room(struct dl_http_server *server)
{
    struct dl_http_conn *oldest = NULL;
    for (struct dl_http_conn *conn = server->first; conn; conn = conn->next)
        if (conn->state == CONN_HEAD && (!oldest || conn->since_ms <= oldest->since_ms))
            oldest = conn; /* new ones are in front: the last of equals is the oldest */
    if (oldest)
        close_conn(oldest);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct dl_http_server *server = listener->data;
    if (status != 0)
        return; /* no descriptors left: libuv has sent the client away */
    struct dl_http_conn *conn = dl_alloc(sizeof *conn);
    conn->server = server;
    if (uv_tcp_init(dl_loop_uv(server->loop), &conn->tcp) != 0)
        abort(); /* no memory */
    conn->tcp.data = conn;
    conn->next = server->first;
    conn->link = &server->first;
    if (conn->next)
        conn->next->link = &conn->next;
    server->first = conn;
    server->count++;
    dl_http_request_init(&conn->request);
    dl_buf_init(&conn->body, server->want.body_bytes_max);
    dl_buf_init(&conn->ahead, READ_BYTES);
    enter(conn, CONN_HEAD);
    if (uv_accept(listener, (uv_stream_t *)&conn->tcp) != 0) {
        close_conn(conn);
        return;
    }
    (void)uv_tcp_nodelay(&conn->tcp, 1); /* slower without, no worse */
    read_on(conn);
    if (server->count > server->want.connections_max)
        make_room(server);
}

/* --- life --- */

/* "ADDRESS:PORT"; an IPv6 address in brackets. */
static dl_status parse_listen(const char *text, struct sockaddr_storage *ret, struct dl_error *err)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    int64_t port;
    size_t len = colon ? (size_t)(colon - text) : 0;
    if (!colon || dl_str_to_i64(dl_str_of(colon + 1), &port) != DL_OK || port < 0 ||
        port > UINT16_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "--listen '%s': ADDRESS:PORT is wanted", text);
    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len >= sizeof host)
        return dl_fail(err, DL_BAD_CONFIG, "--listen '%s': no address", text);
    memcpy(host, text, len);
    host[len] = '\0';
    const char *address = len == 0                         ? "0.0.0.0"
                          : strcmp(host, "localhost") == 0 ? "127.0.0.1"
                                                           : host;
    if (uv_ip4_addr(address, (int)port, (struct sockaddr_in *)ret) != 0 &&
        uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)ret) != 0)
        return dl_fail(err, DL_BAD_CONFIG, "--listen: '%s' is no address", host);
    return DL_OK;
}

dl_status dl_http_server_new(struct dl_loop *loop, const struct dl_http_server_want *want,
                             struct dl_http_server **ret_server, struct dl_error *err)
{
    struct sockaddr_storage at = {0};
    int at_len = sizeof at;
    dl_status status = parse_listen(want->listen, &at, err);
    if (status != DL_OK)
        return status;
    struct dl_http_server *server = dl_alloc(sizeof *server);
    server->loop = loop;
    server->want = *want;
    server->sweep = (struct dl_timer){sweep, server, NULL};
    if (uv_tcp_init(dl_loop_uv(loop), &server->listener) != 0)
        abort(); /* no memory */
    server->listener.data = server;
    int result = uv_tcp_bind(&server->listener, (struct sockaddr *)&at, 0);
    if (result == 0)
        result = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    if (result == 0)
        result = uv_tcp_getsockname(&server->listener, (struct sockaddr *)&at, &at_len);
    *ret_server = server;
    if (result != 0)
        return dl_fail(err, DL_BAD_CONFIG, "--listen %s: %s", want->listen, uv_strerror(result));
    dl_net_text((struct sockaddr *)&at, server->address);
    dl_timer_start(loop, &server->sweep, SWEEP_MS);
    return DL_OK;
}

const char *dl_http_server_address(const struct dl_http_server *server)
{
    return server->address;
}

unsigned dl_http_server_connections(const struct dl_http_server *server)
{
    return server->count;
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct dl_http_server *server = handle->data;
    server->listener_closed = true;
    maybe_closed(server);
}

void dl_http_server_close(struct dl_http_server *server)
{
    server->closing = true;
    uv_close((uv_handle_t *)&server->listener, on_listener_closed);
    for (struct dl_http_conn *conn = server->first; conn; conn = conn->next)
        if (conn->state != CONN_BUSY && conn->state != CONN_WRITING)
            close_conn(conn);
}
