/* Leg 2: articles in; reports, mentions and dead letters out, each article once.
 *
 *     records ─► slices ─► pool: dl_code_article ─► in order of offset: send ─► commit with offsets
 *
 * The loop thread decides and sends; pool threads compute. Per partition, results leave in the
 * order of the articles, and a commit covers exactly what was sent: the lowest unfinished article
 * holds the offset. Whether an article is new, a new version or a repeat is decided when its turn
 * to be sent comes, against `seen` as of the article before it.
 *
 * Owner    the leg until `finished`, which is its last call; it frees itself after it.
 * Threads  all calls on the loop thread; counters may be read from any.
 * Errors   through `finished`; an article's own error becomes its dead letter. */
#ifndef DL_WORKERS_WORK_H
#define DL_WORKERS_WORK_H

#include "core/bus.h"
#include "workers/coding.h"

#include <stdatomic.h>

struct dl_loop;

struct dl_work_counters {
    atomic_ullong articles; /* committed */
    atomic_ullong bytes;    /* of their records */
    atomic_ullong reports;
    atomic_ullong mentions;
    atomic_ullong repeats;
    atomic_ullong dead;
    atomic_ullong commits;
    atomic_ullong aborts;
    atomic_ullong commit_ms; /* from asking for commits to their answers, summed */
    /* As of now: */
    atomic_bool reachable; /* the log answers */
    atomic_bool member;    /* the group has given us our partitions, be it none */
    atomic_uint partitions;
    atomic_ullong inflight_bytes;
};

struct dl_work_want {
    const struct dl_pipeline *pipeline;
    const struct dl_knowledge *knowledge;
    const struct dl_crashes *crashes; /* of articles that kill; NULL: nobody keeps count */
    const char *slot;
    uint64_t commit_ms;        /* at most so long between sending and committing */
    uint32_t commit_records;   /* or so many articles */
    size_t inflight_bytes_max; /* of articles read and not yet committed; then partitions pause */
    struct dl_work_counters *counters;
    void (*finished)(void *ctx, const struct dl_error *err); /* err NULL: stopped as asked */
    void *ctx;
};

struct dl_work_leg;
dl_status dl_work_start(struct dl_log *log, struct dl_loop *loop, const struct dl_work_want *want,
                        struct dl_work_leg **ret_leg, struct dl_error *err);

/* Commits what is finished, drops what is not, leaves the group; `finished` follows. */
void dl_work_stop(struct dl_work_leg *leg);

#endif
