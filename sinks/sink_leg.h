/* Between the files of the sink leg. What each is for stands in sinks/sink.h.
 *
 * Threads  the loop's. */
#ifndef DL_SINKS_SINK_LEG_H
#define DL_SINKS_SINK_LEG_H

#include "sinks/job.h"
#include "sinks/sink.h"

#include "core/loop.h"

enum part_phase {
    PART_AWAY,    /* another member's */
    PART_ASKING,  /* the store is to say where it stands */
    PART_RUNNING, /* its records come */
};

struct sink_part {
    struct dl_part part;
    enum part_phase phase;
    int64_t stored;   /* the store's next offset */
    int64_t end;      /* the log's, as last told; past `stored` only by marks without records */
    int64_t told;     /* the log's own offset, as last told by us */
    uint32_t waiting; /* its batches among the pending ones */
    bool paused;
};

struct sink_pending {
    struct dl_batch *batch;
    struct sink_pending *next;
};

enum leg_job { JOB_NONE, JOB_OPEN, JOB_ASK, JOB_WRITE, JOB_CLOSE };

struct dl_sink_leg {
    struct dl_log *log;
    struct dl_loop *loop;
    struct dl_bus *bus;
    struct dl_sink_want want;
    char *target;
    char *group;
    char *slot;
    struct sink_part parts[DL_PARTITIONS_MAX];

    struct sink_pending *first; /* a job stores the first `job.batch_count` of them */
    struct sink_pending *last;
    size_t pending_bytes;
    uint32_t pending_records;

    enum leg_job at_work;
    struct dl_sink_job job;
    struct dl_timer batch_timer; /* since the first pending record */
    struct dl_timer retry_timer;
    struct dl_timer lag_timer; /* until offsets are told again, or told offsets waited for */
    bool batch_timer_runs;
    bool batch_due;
    bool retry_wait;
    uint64_t retry_ms;
    bool lag_timer_runs;
    bool in_commit;

    bool rewind; /* the log asks for every partition to be started again */
    bool revoking;
    bool lost;
    bool revoked[DL_PARTITIONS_MAX];
    bool stopping;
    bool said_last_offsets;
    bool bus_closing;
    bool bus_closed;
    bool failed;
    struct dl_error err;
};

/* Whatever the last call changed: opens, asks, stores, releases or closes as is due now. */
void dl_sink_leg_move_on(struct dl_sink_leg *leg);
void dl_sink_leg_fail(struct dl_sink_leg *leg, const struct dl_error *err);

/* --- sink_pending.c: what was read and is not stored --- */

void dl_sink_leg_on_records(void *leg, struct dl_batch *batch);
void dl_sink_leg_batch_timer_due(void *leg);
void dl_sink_leg_start_batch_timer(struct dl_sink_leg *leg);
void dl_sink_leg_free_pending(struct dl_sink_leg *leg, struct sink_pending *pending);
/* All, or those of partitions that were revoked. Never while a job is at work on them. */
void dl_sink_leg_drop_pending(struct dl_sink_leg *leg, bool all);
void dl_sink_leg_resume_parts(struct dl_sink_leg *leg);

/* --- sink_jobs.c: what the store does --- */

void dl_sink_leg_start_job(struct dl_sink_leg *leg, enum leg_job which, void (*run)(void *));
bool dl_sink_leg_start_asking(struct dl_sink_leg *leg); /* false: nothing is to be asked */
void dl_sink_leg_start_write(struct dl_sink_leg *leg);
void dl_sink_leg_job_done(void *job);
void dl_sink_leg_retry_due(void *leg);
void dl_sink_leg_rejoin(struct dl_sink_leg *leg);

/* --- sink_lag.c: the log's own offsets, for lag --- */

void dl_sink_leg_tell_progress(struct dl_sink_leg *leg, struct sink_part *part);
void dl_sink_leg_on_end(void *leg, struct dl_part where, int64_t next);
void dl_sink_leg_lag_timer_due(void *leg);
void dl_sink_leg_lag_due(struct dl_sink_leg *leg);
void dl_sink_leg_on_committed(void *leg);
/* Before partitions go or the leg ends: tells the last offsets once and waits a second at most for
 * the answer. True when there is nothing (more) to wait for. */
bool dl_sink_leg_last_offsets_are_told(struct dl_sink_leg *leg);

#endif
