/* What a running leg lets be seen: /metrics, /healthz, /readyz at `metrics.listen`.
 *
 * Owner    dl_observe_stop(); before the loop's end.   Threads  the loop thread.
 * Errors   as dl_http_start(). */
#ifndef DL_CORE_OBSERVE_H
#define DL_CORE_OBSERVE_H

#include "core/http.h"
#include "core/metrics.h"

struct dl_observe_want {
    const char *listen; /* empty: nothing is served */
    const char *leg;    /* the label; outlives the observer */
    /* The leg's own figures; those of the process are added. */
    void (*measure)(void *ctx, struct dl_metrics *metrics);
    /* NULL when ready, else why not, in a few words. */
    const char *(*why_not_ready)(void *ctx);
    void *ctx;
};

struct dl_observe;

/* *ret NULL where `listen` is empty. */
dl_status dl_observe_start(struct dl_loop *loop, const struct dl_observe_want *want,
                           struct dl_observe **ret, struct dl_error *err);
void dl_observe_stop(struct dl_observe *observe); /* NULL is fine */

#endif
