/* Time, timers and work for other threads, as a leg sees them: over libuv (loop.c) or simulated in
 * tests, so that what a leg decides can be replayed from a seed.
 *
 * Threads  everything on the loop's thread, except dl_loop_wake() and a work's `run`.
 * Errors   none: what cannot be made at start aborts. */
#ifndef DL_CORE_LOOP_H
#define DL_CORE_LOOP_H

#include "core/str.h"

#include <stdint.h>

struct dl_loop;

/* A timer; the caller owns the storage and keeps it until dl_timer_close()'s callback or the end
 * of the loop. `due` runs once, `wait_ms` after dl_timer_start(); starting again moves it. */
struct dl_timer {
    void (*due)(void *ctx);
    void *ctx;
    void *impl; /* the loop's */
};
void dl_timer_start(struct dl_loop *loop, struct dl_timer *timer, uint64_t wait_ms);
void dl_timer_stop(struct dl_loop *loop, struct dl_timer *timer);
void dl_timer_close(struct dl_loop *loop, struct dl_timer *timer); /* storage is free at once */

/* A piece of work: `run` on a pool thread, then `done` on the loop thread. `queue` is a number
 * below DL_LOOP_QUEUES: works of one queue never wait for those of another. */
enum dl_loop_queue {
    DL_QUEUE_CODE,  /* computing on articles: as many threads as cores */
    DL_QUEUE_STORE, /* databases and files that may stall: one thread per leg is enough */
    DL_LOOP_QUEUES
};
struct dl_work {
    void (*run)(void *ctx);
    void (*done)(void *ctx);
    void *ctx;
    struct dl_work *next; /* the loop's */
};
void dl_loop_work(struct dl_loop *loop, enum dl_loop_queue queue, struct dl_work *work);

/* Calls `call(ctx)` on the loop thread soon; from any thread. Several wakes before the call count
 * as one. */
struct dl_wake;
struct dl_wake *dl_wake_new(struct dl_loop *loop, void (*call)(void *ctx), void *ctx);
void dl_wake_send(struct dl_wake *wake); /* any thread */
void dl_wake_free(struct dl_wake *wake); /* loop thread; no call follows */

/* Milliseconds since some start, never going back; and the wall clock, for headers only. */
uint64_t dl_loop_now_ms(struct dl_loop *loop);
int64_t dl_loop_wall_ms(struct dl_loop *loop);

/* --- the libuv loop ------------------------------------------------------------------------ */

/* `code_threads` for DL_QUEUE_CODE, 0: one a core. */
struct dl_loop *dl_loop_new(unsigned code_threads);
struct uv_loop_s;
struct uv_loop_s *dl_loop_uv(struct dl_loop *loop); /* for bus_kafka, http and the like */

/* Runs until dl_loop_stop(). */
void dl_loop_run(struct dl_loop *loop);
void dl_loop_stop(struct dl_loop *loop);
void dl_loop_free(struct dl_loop *loop); /* waits for work under way */

/* SIGTERM and SIGINT come as `call(ctx, signal)`; one loop of a process may ask. */
void dl_loop_on_stop_signal(struct dl_loop *loop, void (*call)(void *ctx, int signal), void *ctx);

/* What another implementation of the loop (the simulated one) provides. */
struct dl_loop_kind {
    void (*timer_start)(struct dl_loop *loop, struct dl_timer *timer, uint64_t wait_ms);
    void (*timer_stop)(struct dl_loop *loop, struct dl_timer *timer);
    void (*timer_close)(struct dl_loop *loop, struct dl_timer *timer);
    void (*work)(struct dl_loop *loop, enum dl_loop_queue queue, struct dl_work *work);
    struct dl_wake *(*wake_new)(struct dl_loop *loop, void (*call)(void *ctx), void *ctx);
    uint64_t (*now_ms)(struct dl_loop *loop);
    int64_t (*wall_ms)(struct dl_loop *loop);
};
struct dl_loop {
    const struct dl_loop_kind *kind;
};
struct dl_wake {
    void (*send)(struct dl_wake *wake);
    void (*free)(struct dl_wake *wake);
};

#endif
