/* Leg 1: articles from files into the log.
 *
 *     files ─► [store thread: read, check, pack] ─► send ─► commit with the new positions
 *
 * What was read and how far the file was read become visible in one transaction, so that a
 * producer killed anywhere goes on where it was: no article twice, no dead letter twice. One batch
 * is on its way into the log while the next one is being read.
 *
 * Owner    the leg until `finished`, which is its last call; it frees itself after it.
 * Threads  all calls on the loop thread; counters may be read from any.
 * Errors   through `finished`; a broken record becomes a dead letter, an unreadable file a message
 *          and a count. */
#ifndef DL_PRODUCERS_PRODUCE_H
#define DL_PRODUCERS_PRODUCE_H

#include "core/bus.h"

#include <stdatomic.h>

struct dl_loop;
struct dl_files;

struct dl_produce_counters {
    atomic_ullong articles;     /* in the log */
    atomic_ullong bytes;        /* of their records */
    atomic_ullong dead;         /* broken records, in the log as dead letters */
    atomic_ullong skipped;      /* files left aside: read before */
    atomic_ullong unread;       /* files that could not be read; each has its message */
    atomic_ullong unread_named; /* of these, the ones the person named */
    /* For rate and ETA; bytes as they are on disk. */
    atomic_ullong disk_bytes_read;
    atomic_ullong disk_bytes_in_all;
};

struct dl_produce_want {
    struct dl_files *files;  /* what to read; the leg's until `finished` */
    const char *published;   /* date for articles that have none; NULL for none */
    const char *traceparent; /* for the records' headers; NULL for none */
    bool again;              /* also what was read before */
    struct dl_produce_counters *counters;
    void (*finished)(void *ctx, const struct dl_error *err); /* err NULL: done, or stopped */
    void *ctx;
};

struct dl_produce_leg;

dl_status dl_produce_start(struct dl_log *log, struct dl_loop *loop,
                           const struct dl_produce_want *want, struct dl_produce_leg **ret_leg,
                           struct dl_error *err);

/* Ends the transaction under way and leaves the rest for the next start; `finished` follows. */
void dl_produce_stop(struct dl_produce_leg *leg);

#endif
