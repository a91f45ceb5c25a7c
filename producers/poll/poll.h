/* Leg 1, polling: feeds and sitemaps, and the pages they link to, into the log.
 *
 *     agenda ─► visit ─► [pool: parse] ─► batch ─► [store: what is new] ─► log ─► settled
 *        ▲                                                                        │
 *        └────────────────────── the feed's next poll ◄───────────────────────────┘
 *
 * A feed is on the agenda or under way, never both. One batch is on its way into the log while the
 * next one gathers; when the log or the disk stands still, no new polls are begun. What a crash
 * leaves behind is put right at the next start (poll_store.h).
 *
 * Owner    the leg until `finished`, which is its last call; it frees itself after it.
 * Threads  all calls on the loop thread; counters may be read from any.
 * Errors   through `finished`; a feed that cannot be had is a matter of its row. */
#ifndef DL_PRODUCERS_POLL_POLL_H
#define DL_PRODUCERS_POLL_POLL_H

#include "core/bus.h"

#include <stdatomic.h>

struct dl_config;
struct dl_loop;

struct dl_poll_counters {
    atomic_ullong feeds;       /* known and not stopped */
    atomic_ullong polls;       /* come to an end */
    atomic_ullong same;        /* of these, nothing had changed */
    atomic_ullong failed;      /* of these, went wrong */
    atomic_ullong postponed;   /* not polled: their sites want to be left alone */
    atomic_ullong articles;    /* in the log, new versions too */
    atomic_ullong pages;       /* fetched */
    atomic_ullong late_ms_max; /* a poll begun after its time, at worst */
    atomic_ullong sockets;     /* opened */
    atomic_bool reachable;     /* the log, and what it knows of us was read */
    atomic_ullong refused;     /* sockets not opened: their addresses are not public */
};

struct dl_poll_want {
    const struct dl_config *config;
    bool once;  /* each feed once, now; then the end */
    bool pages; /* fetch what items link to */
    struct dl_poll_counters *counters;
    void (*finished)(void *ctx, const struct dl_error *err); /* err NULL: done, or stopped */
    void *ctx;
};

struct dl_poll_leg;

/* DL_BAD_CONFIG when another poller has the folder. */
dl_status dl_poll_start(struct dl_log *log, struct dl_loop *loop, const struct dl_poll_want *want,
                        struct dl_poll_leg **ret_leg, struct dl_error *err);

/* Lets go of what is under way, once what is in the log is noted; `finished` follows. */
void dl_poll_stop(struct dl_poll_leg *leg);

#endif
