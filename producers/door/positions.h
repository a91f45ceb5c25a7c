/* What producers noted in the topic positions: all of it, once, before a leg begins. How far files
 * were read, which pushes were taken, how far the poller came.
 *
 * Owner    the leg, which calls dl_positions_done() before it frees its bus.
 * Threads  the loop's only.
 * Errors   through `done`; while the log cannot be reached it is asked again. */
#ifndef DL_PRODUCERS_DOOR_POSITIONS_H
#define DL_PRODUCERS_DOOR_POSITIONS_H

#include "core/bus.h"
#include "core/loop.h"

struct dl_positions {
    struct dl_log *log;
    struct dl_loop *loop;
    struct dl_bus *bus;
    void (*each)(void *ctx, const struct dl_record *record); /* borrowed */
    void (*done)(void *ctx, const struct dl_error *err);     /* err NULL: that was all */
    void *ctx;

    /* its own */
    struct dl_work work;
    struct dl_timer timer;
    uint32_t partitions;
    uint32_t restored;
    bool at_work; /* a thread asks the log: the leg must not end before it is false */
    bool stopped;
    struct dl_error err;
};

/* With the fields above `work` filled. */
void dl_positions_read(struct dl_positions *positions);

/* No call follows but `done` when a thread was at work, so that the leg can go on ending. */
void dl_positions_stop(struct dl_positions *positions);
void dl_positions_done(struct dl_positions *positions);

#endif
