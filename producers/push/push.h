/* Leg 1, over HTTP: articles that others send, one or many a request.
 *
 *     POST ─► token, rate, room ─► body ─► [pool: lines, door, pack] ─► send … acked ─► 202
 *
 * A request is answered with 202 only when the log has acknowledged everything of it, each line
 * with its own result. What the door refuses is a dead letter and a result that says why. While
 * the log does not take more, requests are answered 503 before their body is read.
 *
 * Idempotency-Key: a request that was taken is remembered for a day, in the log; the same again
 * gets the same results and sends nothing.
 *
 * Owner    the leg until `finished`, which is its last call; it frees itself after it.
 * Threads  all calls on the loop thread; counters may be read from any.
 * Errors   through `finished`. */
#ifndef DL_PRODUCERS_PUSH_PUSH_H
#define DL_PRODUCERS_PUSH_PUSH_H

#include "core/bus.h"

#include <stdatomic.h>

struct dl_config;
struct dl_loop;

struct dl_push_counters {
    atomic_bool reachable; /* the log */
    atomic_ullong requests;
    atomic_ullong articles;    /* acknowledged by the log */
    atomic_ullong refused;     /* lines the door refused */
    atomic_ullong turned_away; /* requests answered 401, 429 or 503 */
};

struct dl_push_want {
    const struct dl_config *config;
    const char *listen; /* ADDRESS:PORT */
    const char *tokens; /* file */
    unsigned connections_max;
    struct dl_push_counters *counters;
    void (*listening)(void *ctx, const char *address);
    void (*finished)(void *ctx, const struct dl_error *err); /* err NULL: stopped */
    void *ctx;
};

struct dl_push_leg;

dl_status dl_push_start(struct dl_log *log, struct dl_loop *loop, const struct dl_push_want *want,
                        struct dl_push_leg **ret_leg, struct dl_error *err);

/* Takes no more requests, answers those it has, and ends; `finished` follows. */
void dl_push_stop(struct dl_push_leg *leg);

#endif
