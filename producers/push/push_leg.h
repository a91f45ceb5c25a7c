/* The push leg's own parts, shared by its two files: push.c (life and time) and push_way.c (a
 * request's way from its head to its answer). */
#ifndef DL_PRODUCERS_PUSH_PUSH_LEG_H
#define DL_PRODUCERS_PUSH_PUSH_LEG_H

#include "core/config.h"
#include "producers/push/http_server.h"
#include "producers/door/positions.h"
#include "producers/push/push.h"
#include "producers/push/push_keys.h"
#include "producers/push/push_request.h"
#include "producers/push/push_tokens.h"

#define DL_PUSH_QUEUE_MAX 4096U
#define DL_PUSH_WAITING_BYTES_MAX (32U << 20) /* of requests the log has not acknowledged */

struct dl_push_leg {
    struct dl_loop *loop;
    struct dl_push_want want;
    struct dl_bus *bus;
    struct dl_positions positions;
    struct dl_http_server *server;
    struct dl_push_tokens *tokens;
    struct dl_push_keys *keys;
    struct dl_arena arena; /* of one record at a time */
    struct dl_timer tick;
    uint64_t tokens_ms;

    struct dl_push_request *live; /* all there are */
    struct dl_push_request **live_link;
    struct dl_push_request *queue[DL_PUSH_QUEUE_MAX]; /* whole ones to be sent, in order */
    uint32_t queue_first;
    uint32_t queue_count;
    size_t waiting_bytes;
    bool pumping;

    bool ready;
    bool stopping;
    uint64_t stopping_ms;
    bool server_open;
    bool closing;
    bool failed;
    struct dl_error err;
};

/* push.c */
void dl_push_move_on(struct dl_push_leg *leg);

/* push_way.c */
bool dl_push_head(void *leg, struct dl_http_conn *conn, const struct dl_http_request *http);
void dl_push_body(void *leg, struct dl_http_conn *conn, const struct dl_http_request *http,
                  dl_str body);
void dl_push_acked(void *leg, void *token, const struct dl_error *err);
void dl_push_pump(struct dl_push_leg *leg); /* sends what waits, as long as the log takes it */
/* The client is told to come again; what was sent may still arrive, and its ids say so. */
void dl_push_give_up(struct dl_push_request *request, const char *why);

#endif
