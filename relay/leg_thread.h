/* A leg on a thread and loop of its own: how `run` has all of them in one process.
 *
 * Owner    dl_leg_join().
 * Threads  start and join on the starter's thread; `start` and `stop` run on the leg's.
 * Errors   the leg's own, after the join. */
#ifndef DL_RELAY_LEG_THREAD_H
#define DL_RELAY_LEG_THREAD_H

#include "core/bus.h"
#include "core/loop.h"

#include <stdatomic.h>
#include <uv.h>

struct dl_leg_thread;

struct dl_leg_want {
    const char *name;
    unsigned code_threads; /* of its pool; 0: one a core */
    /* Starts the leg on `loop`; it calls dl_leg_finished(thread, err) as its last act. */
    dl_status (*start)(void *ctx, struct dl_loop *loop, struct dl_leg_thread *thread,
                       struct dl_error *err);
    void (*stop)(void *ctx);
    void *ctx;
};

struct dl_leg_thread {
    struct dl_leg_want want;
    uv_thread_t thread;
    struct dl_loop *loop;
    struct dl_wake *stop;
    atomic_bool finished;
    bool started;
    bool stop_asked; /* the leg's thread */
    dl_status status;
    struct dl_error err;
};

void dl_leg_start(struct dl_leg_thread *leg, const struct dl_leg_want *want);
void dl_leg_finished(void *leg, const struct dl_error *err); /* a `finished` callback */
bool dl_leg_is_finished(const struct dl_leg_thread *leg);

/* Asks it to stop; any thread, also when it has finished. */
void dl_leg_stop(struct dl_leg_thread *leg);

/* Waits for the end; the leg's status, DL_OK when it stopped as asked or was never started. */
dl_status dl_leg_join(struct dl_leg_thread *leg);

#endif
