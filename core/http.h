/* A small HTTP server for a command's own figures and health: GET and HEAD, one answer a
 * connection, on the leg's loop. Not for the open internet: what comes in is bounded (8 KiB of
 * head, 5 s, 64 connections), and nothing of it is kept.
 *
 * Owner    dl_http_stop(); before the loop's end.
 * Threads  the loop thread.
 * Errors   DL_BAD_CONFIG for an address that is none, DL_FATAL for one that cannot be had. */
#ifndef DL_CORE_HTTP_H
#define DL_CORE_HTTP_H

#include "core/loop.h"

struct dl_http_answer {
    unsigned status;  /* 200, 404, 503 */
    const char *type; /* a literal */
    struct dl_buf body;
};

/* `path` without query, borrowed for the call. `answer` is a 404 until it is filled. */
typedef void dl_http_fn(void *ctx, dl_str path, struct dl_http_answer *answer);

/* `listen` is ADDRESS:PORT, an IPv6 address in brackets. */
struct dl_http;
dl_status dl_http_start(struct dl_loop *loop, const char *listen, dl_http_fn *answer, void *ctx,
                        struct dl_http **ret, struct dl_error *err);
int dl_http_port(const struct dl_http *http); /* the real one, where port 0 was asked for */
void dl_http_stop(struct dl_http *http);      /* NULL is fine */

#endif
