/* What the sink leg has its store thread do: open, ask for positions, store a batch, close. One
 * job at a time; the leg fills it in, hands it over, and reads the answer when it is done.
 *
 * Only sink.c and job.c include this. */
#ifndef DL_SINKS_JOB_H
#define DL_SINKS_JOB_H

#include "core/arena.h"
#include "core/loop.h"
#include "sinks/sink.h"

#define DL_JOB_BATCHES_MAX 1024U

struct dl_sink_job {
    struct dl_work work; /* its ctx is this job */
    struct dl_sink_leg *leg;
    const struct dl_sink_kind *kind;
    struct dl_sink_place place;
    struct dl_sink_store *store;
    struct dl_log *log;

    /* a batch to store: batches borrowed from the leg, which keeps them until the job is done */
    const struct dl_batch *batches[DL_JOB_BATCHES_MAX];
    uint32_t batch_count;
    int64_t ingested_ms;

    /* how far it goes; or, when asking, the partitions, with the answers in `next` */
    struct dl_sink_step steps[DL_PARTITIONS_MAX];
    uint32_t step_count;

    /* the answer */
    dl_status status;
    struct dl_error err;
    uint64_t reports;
    uint64_t bytes;
    uint64_t refused;

    struct dl_arena arena; /* of one report */
};

/* Store thread; `ctx` is the job. */
void dl_sink_job_open(void *ctx);
void dl_sink_job_ask(void *ctx);
void dl_sink_job_write(void *ctx);
void dl_sink_job_close(void *ctx);

#endif
