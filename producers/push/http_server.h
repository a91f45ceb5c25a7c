/* HTTP/1 requests from a listening socket: who connects, how long each may take for what, and the
 * answers. What a request means is its user's affair.
 *
 *     accept ─► head (within head_ms) ─► head() ─► body (within body_ms) ─► request() ─► answer
 *
 * A time limit is for the whole head or body: one byte every few seconds does not prolong it. A
 * client that is slow, silent or gone costs a connection and what it has sent so far, nothing
 * else; when all connections are taken the one longest without a whole head makes room.
 *
 * Owner    the server until `closed`. A connection handed to head() or request() waits for its
 *          dl_http_reply(), which must come once, also when the client has left meanwhile.
 * Threads  the loop's only.
 * Errors   DL_BAD_CONFIG: the address cannot be listened at; *ret_server is then there all the
 *          same, or NULL, and is to be closed. Bad requests are answered here. */
#ifndef DL_PRODUCERS_PUSH_HTTP_SERVER_H
#define DL_PRODUCERS_PUSH_HTTP_SERVER_H

#include "producers/push/http_request.h"

struct dl_http_conn;
struct dl_http_server;
struct dl_loop;

struct dl_http_server_want {
    const char *listen; /* "127.0.0.1:8081", "[::1]:0"; port 0: any free one */
    unsigned connections_max;
    uint64_t head_ms;
    uint64_t body_ms;
    uint64_t idle_ms;        /* between requests */
    size_t body_bytes_max;   /* of one request */
    size_t bodies_bytes_max; /* of all being received, together */

    /* After the head. True: the body is wanted and request() follows; false: it was answered,
     * or will be, without the body. */
    bool (*head)(void *ctx, struct dl_http_conn *conn, const struct dl_http_request *request);
    /* `body` and `request` hold until the answer. */
    void (*request)(void *ctx, struct dl_http_conn *conn, const struct dl_http_request *request,
                    dl_str body);
    void (*closed)(void *ctx);
    void *ctx;
};

struct dl_http_reply {
    int code;
    const char *content_type; /* NULL: text/plain */
    dl_str body;              /* copied */
    unsigned retry_after_s;   /* 0: no such header */
    const char *header;       /* one more, without CRLF; NULL for none */
};

dl_status dl_http_server_new(struct dl_loop *loop, const struct dl_http_server_want *want,
                             struct dl_http_server **ret_server, struct dl_error *err);
const char *dl_http_server_address(const struct dl_http_server *server); /* "127.0.0.1:40123" */
unsigned dl_http_server_connections(const struct dl_http_server *server);

void dl_http_reply(struct dl_http_conn *conn, const struct dl_http_reply *answer);

/* No more connections; those that wait for an answer get it, the others end now. `closed` follows,
 * and frees everything. */
void dl_http_server_close(struct dl_http_server *server);

#endif
