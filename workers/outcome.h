/* The one committed outcome of an article: Report with mentions, repeat, or dead letter, each with
 * the header `dateline-origin: partition:offset` of its input.
 *
 * Sending goes in steps, so that a full log interrupts between two messages and the next call goes
 * on there: DL_RETRY with *step where to go on.
 *
 * Threads  the loop's.   Memory  of the arena, until the article's turn is over. */
#ifndef DL_WORKERS_OUTCOME_H
#define DL_WORKERS_OUTCOME_H

#include "core/bus.h"
#include "workers/seen.h"
#include "workers/work.h"

struct dl_outcome {
    const struct dl_record *input;
    const struct dl_coded *coded;
    uint32_t *step; /* messages already sent */
    struct dl_arena *arena;
    dl_status (*send)(void *ctx, const struct dl_record *record);
    void *ctx;
    struct dl_work_counters *counters;
};

/* Report, withdrawals of the version before, mentions, and the new state of `seen`. A Report too
 * large for the log becomes a dead letter. */
dl_status dl_outcome_report(const struct dl_outcome *outcome, struct dl_seen *seen);

/* The same content again: `entry` is sent to `seen` once more, marked as this origin's outcome. */
dl_status dl_outcome_repeat(const struct dl_outcome *outcome, const struct dl_seen_entry *entry);

/* The original bytes with the reason in headers. */
dl_status dl_outcome_dead(const struct dl_outcome *outcome, dl_status reason,
                          const struct dl_error *err);

/* A record read back from the topic `seen`. DL_BAD_INPUT for one that is none. */
dl_status dl_outcome_remember(struct dl_seen *seen, struct dl_arena *arena,
                              const struct dl_record *record, struct dl_error *err);

#endif
