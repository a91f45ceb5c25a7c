/* The sink leg: what is read when, what is stored together, what happens when the store cannot. */
#include "sinks/sink.h"

#include "core/log.h"
#include "core/loop.h"
#include "sinks/job.h"

#define BATCH_RECORDS 4000U
#define BATCH_BYTES (8U << 20)
#define BATCH_MS 200U
#define PENDING_BYTES_MAX (16U << 20)
#define RETRY_MS_MIN 100U
#define RETRY_MS_MAX 10000U
#define LAG_MS 1000U /* the log's own offsets are for looking at: once a second is enough */

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

struct pending {
    struct dl_batch *batch;
    struct pending *next;
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

    struct pending *first; /* a job stores the first `job.batch_count` of them */
    struct pending *last;
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

static void move_on(struct dl_sink_leg *leg);

static void fail(struct dl_sink_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    leg->stopping = true;
}

/* --- pending batches --- */

static struct sink_part *part_of(struct dl_sink_leg *leg, const struct dl_batch *batch)
{
    return &leg->parts[batch->part.partition];
}

static void free_pending(struct dl_sink_leg *leg, struct pending *pending)
{
    leg->pending_bytes -= pending->batch->bytes;
    leg->pending_records -= pending->batch->count;
    part_of(leg, pending->batch)->waiting--;
    dl_batch_free(pending->batch);
    free(pending);
}

/* Never while a job is at work on them. */
static void drop_pending(struct dl_sink_leg *leg, bool all)
{
    assert(leg->at_work != JOB_WRITE);
    struct pending **link = &leg->first;
    leg->last = NULL;
    while (*link) {
        struct pending *pending = *link;
        if (all || leg->revoked[pending->batch->part.partition]) {
            *link = pending->next;
            free_pending(leg, pending);
        } else {
            leg->last = pending;
            link = &pending->next;
        }
    }
    leg->batch_due = leg->batch_due && leg->first;
}

static void start_batch_timer(struct dl_sink_leg *leg)
{
    if (leg->batch_timer_runs)
        return;
    leg->batch_timer_runs = true;
    dl_timer_start(leg->loop, &leg->batch_timer, leg->want.batch_ms);
}

static void on_records(void *ctx, struct dl_batch *batch)
{
    struct dl_sink_leg *leg = ctx;
    struct sink_part *part = part_of(leg, batch);
    if (part->phase != PART_RUNNING || leg->stopping || batch->count == 0) {
        dl_batch_free(batch);
        return;
    }
    struct pending *pending = dl_alloc(sizeof *pending);
    pending->batch = batch;
    if (leg->last)
        leg->last->next = pending;
    else
        leg->first = pending;
    leg->last = pending;
    leg->pending_bytes += batch->bytes;
    leg->pending_records += batch->count;
    part->waiting++;
    if (leg->pending_bytes > leg->want.pending_bytes_max && !part->paused) {
        part->paused = true;
        dl_bus_pause(leg->bus, part->part);
    }
    start_batch_timer(leg);
    move_on(leg);
}

static void batch_timer_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->batch_timer_runs = false;
    leg->batch_due = leg->first != NULL;
    move_on(leg);
}

/* Hysteresis: a pause throws away what was fetched ahead, so it should last. */
static void resume_parts(struct dl_sink_leg *leg)
{
    if (leg->pending_bytes > leg->want.pending_bytes_max / 2)
        return;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct sink_part *part = &leg->parts[p];
        if (part->paused && part->phase == PART_RUNNING) {
            part->paused = false;
            dl_bus_resume(leg->bus, part->part);
        }
    }
}

/* What the store has of a partition; with nothing waiting, also the marks behind it are passed. */
static int64_t progress(const struct sink_part *part)
{
    return part->waiting == 0 && part->end > part->stored ? part->end : part->stored;
}

static void tell_progress(struct dl_sink_leg *leg, struct sink_part *part)
{
    atomic_store(&leg->want.counters->next[part->part.partition], progress(part));
}

static void on_end(void *ctx, struct dl_part where, int64_t next)
{
    struct dl_sink_leg *leg = ctx;
    struct sink_part *part = &leg->parts[where.partition];
    if (part->phase != PART_RUNNING)
        return;
    part->end = next;
    tell_progress(leg, part);
    move_on(leg);
}

/* --- jobs --- */

static void retry_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->retry_wait = false;
    move_on(leg);
}

static void wait_and_retry(struct dl_sink_leg *leg)
{
    leg->retry_ms = leg->retry_ms ? leg->retry_ms * 2 : RETRY_MS_MIN;
    if (leg->retry_ms > RETRY_MS_MAX)
        leg->retry_ms = RETRY_MS_MAX;
    leg->retry_wait = true;
    dl_timer_start(leg->loop, &leg->retry_timer, leg->retry_ms);
}

static void job_refused(struct dl_sink_leg *leg)
{
    wait_and_retry(leg);
    atomic_fetch_add(&leg->want.counters->retries, 1);
    atomic_store(&leg->want.counters->waiting, true);
    dl_log_line(DL_LOG_WARN, "the sink cannot store now, trying again",
                DL_LOG_Z("sink", leg->want.kind->name), DL_LOG_N("wait_ms", leg->retry_ms),
                DL_LOG_N("records_waiting", leg->pending_records),
                DL_LOG_Z("err", leg->job.err.text));
}

static void job_went_well(struct dl_sink_leg *leg)
{
    leg->retry_ms = 0;
    if (atomic_exchange(&leg->want.counters->waiting, false))
        dl_log_line(DL_LOG_INFO, "the sink stores again", DL_LOG_Z("sink", leg->want.kind->name));
}

/* Another member stored something of our partitions: forget what was read and ask anew. If the
 * partitions are no longer ours the log will say so; until then we stand where the store does. */
static void rejoin(struct dl_sink_leg *leg)
{
    drop_pending(leg, true);
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (leg->parts[p].phase == PART_RUNNING)
            leg->parts[p].phase = PART_ASKING;
}

static void job_fenced(struct dl_sink_leg *leg)
{
    atomic_fetch_add(&leg->want.counters->fences, 1);
    dl_log_line(DL_LOG_WARN, "another member of the group stored here, starting again",
                DL_LOG_Z("sink", leg->want.kind->name), DL_LOG_Z("err", leg->job.err.text));
    rejoin(leg);
    wait_and_retry(leg);
}

static void positions_came(struct dl_sink_leg *leg)
{
    for (uint32_t i = 0; i < leg->job.step_count; i++) {
        const struct dl_sink_step *step = &leg->job.steps[i];
        struct sink_part *part = &leg->parts[step->part.partition];
        if (part->phase != PART_ASKING || leg->revoking || leg->stopping)
            continue;
        bool was_paused = part->paused;
        part->phase = PART_RUNNING;
        part->stored = step->next;
        part->end = 0;
        part->paused = false;
        tell_progress(leg, part);
        dl_bus_start(leg->bus, part->part, step->next ? step->next : DL_OFFSET_BEGIN);
        if (was_paused)
            dl_bus_resume(leg->bus, part->part);
    }
}

static void batch_stored(struct dl_sink_leg *leg)
{
    struct dl_sink_job *job = &leg->job;
    struct dl_sink_counters *counters = leg->want.counters;
    for (uint32_t i = 0; i < job->batch_count; i++) {
        struct pending *pending = leg->first;
        leg->first = pending->next;
        free_pending(leg, pending);
    }
    if (!leg->first)
        leg->last = NULL;
    else
        start_batch_timer(leg);
    atomic_fetch_add(&counters->reports, job->reports);
    atomic_fetch_add(&counters->bytes, job->bytes);
    atomic_fetch_add(&counters->refused, job->refused);
    atomic_fetch_add(&counters->batches, 1);
    for (uint32_t i = 0; i < job->step_count; i++) {
        struct sink_part *part = &leg->parts[job->steps[i].part.partition];
        part->stored = job->steps[i].next;
        tell_progress(leg, part);
    }
}

static void job_done(void *ctx)
{
    struct dl_sink_leg *leg = ((struct dl_sink_job *)ctx)->leg;
    enum leg_job was = leg->at_work;
    dl_status status = was == JOB_CLOSE ? DL_OK : leg->job.status;
    leg->at_work = JOB_NONE;
    if (status == DL_RETRY) {
        job_refused(leg);
    } else if (status == DL_NOT_FOUND && was == JOB_WRITE) {
        job_fenced(leg);
    } else if (status != DL_OK) {
        fail(leg, &leg->job.err);
    } else {
        if (was != JOB_CLOSE)
            job_went_well(leg);
        if (was == JOB_ASK)
            positions_came(leg);
        else if (was == JOB_WRITE)
            batch_stored(leg);
    }
    move_on(leg);
}

static void start_job(struct dl_sink_leg *leg, enum leg_job which, void (*run)(void *))
{
    assert(leg->at_work == JOB_NONE);
    leg->at_work = which;
    leg->job.work.run = run;
    dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->job.work);
}

static bool start_asking(struct dl_sink_leg *leg)
{
    uint32_t count = 0;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (leg->parts[p].phase == PART_ASKING)
            leg->job.steps[count++] = (struct dl_sink_step){leg->parts[p].part, 0, 0};
    leg->job.step_count = count;
    if (count)
        start_job(leg, JOB_ASK, dl_sink_job_ask);
    return count > 0;
}

static struct dl_sink_step *step_of(struct dl_sink_leg *leg, struct dl_part part)
{
    struct dl_sink_job *job = &leg->job;
    for (uint32_t i = 0; i < job->step_count; i++)
        if (job->steps[i].part.partition == part.partition)
            return &job->steps[i];
    struct dl_sink_step *step = &job->steps[job->step_count++];
    int64_t stored = leg->parts[part.partition].stored;
    *step = (struct dl_sink_step){part, stored, stored};
    return step;
}

static void start_write(struct dl_sink_leg *leg)
{
    struct dl_sink_job *job = &leg->job;
    uint32_t records = 0;
    size_t bytes = 0;
    job->batch_count = job->step_count = 0;
    for (struct pending *p = leg->first; p && job->batch_count < DL_JOB_BATCHES_MAX; p = p->next) {
        if (records >= leg->want.batch_records || bytes >= leg->want.batch_bytes)
            break;
        struct dl_sink_step *step = step_of(leg, p->batch->part);
        assert(p->batch->records[0].offset >= step->next);
        step->next = p->batch->records[p->batch->count - 1].offset + 1;
        records += p->batch->count;
        bytes += p->batch->bytes;
        job->batches[job->batch_count++] = p->batch;
    }
    job->ingested_ms = dl_loop_wall_ms(leg->loop);
    leg->batch_due = false;
    start_job(leg, JOB_WRITE, dl_sink_job_write);
}

/* --- the log's own offsets, for lag --- */

static void lag_timer_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->lag_timer_runs = false;
    move_on(leg);
}

static void start_lag_timer(struct dl_sink_leg *leg)
{
    leg->lag_timer_runs = true;
    dl_timer_start(leg->loop, &leg->lag_timer, LAG_MS);
}

static bool tell_offsets(struct dl_sink_leg *leg)
{
    struct dl_position positions[DL_PARTITIONS_MAX];
    uint32_t count = 0;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct sink_part *part = &leg->parts[p];
        int64_t next = progress(part);
        if (part->phase != PART_RUNNING || next <= part->told)
            continue;
        positions[count++] = (struct dl_position){part->part, next, {NULL, 0}};
        part->told = next;
    }
    if (count == 0)
        return false;
    leg->in_commit = true;
    dl_bus_commit(leg->bus, positions, count);
    return true;
}

static void lag_due(struct dl_sink_leg *leg)
{
    if (!leg->in_commit && !leg->lag_timer_runs && tell_offsets(leg))
        start_lag_timer(leg);
}

/* Before partitions go or the leg ends: tells the last offsets once and waits LAG_MS at most for
 * the answer. True when there is nothing (more) to wait for. */
static bool last_offsets_are_told(struct dl_sink_leg *leg)
{
    if (!leg->said_last_offsets && !leg->in_commit) {
        leg->said_last_offsets = true;
        if (tell_offsets(leg))
            start_lag_timer(leg);
    }
    return !leg->in_commit || !leg->lag_timer_runs;
}

static void on_committed(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->in_commit = false;
    move_on(leg);
}

/* --- partitions come and go --- */

static void on_assigned(void *ctx, const struct dl_part *parts, uint32_t count)
{
    struct dl_sink_leg *leg = ctx;
    atomic_store(&leg->want.counters->partitions, count);
    atomic_store(&leg->want.counters->member, true);
    for (uint32_t i = 0; i < count; i++)
        leg->parts[parts[i].partition] = (struct sink_part){.part = parts[i], .phase = PART_ASKING};
    move_on(leg);
}

static void on_revoked(void *ctx, const struct dl_part *parts, uint32_t count, bool lost)
{
    struct dl_sink_leg *leg = ctx;
    for (uint32_t i = 0; i < count; i++)
        leg->revoked[parts[i].partition] = true;
    leg->revoking = true;
    leg->lost = leg->lost || lost;
    move_on(leg);
}

/* The batch at the store has ended; what waits is dropped, its new owner reads it. */
static void release(struct dl_sink_leg *leg)
{
    if (!leg->lost && !last_offsets_are_told(leg))
        return;
    drop_pending(leg, false);
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        if (leg->revoked[p])
            leg->parts[p].phase = PART_AWAY;
        leg->revoked[p] = false;
    }
    leg->revoking = leg->lost = leg->said_last_offsets = false;
    atomic_store(&leg->want.counters->partitions, 0);
    atomic_store(&leg->want.counters->member, false);
    dl_bus_release(leg->bus);
    move_on(leg);
}

static void on_aborted(void *ctx, const struct dl_error *why)
{
    struct dl_sink_leg *leg = ctx;
    (void)why; /* only offsets for lag can be concerned: the store keeps its own */
    leg->in_commit = false;
    leg->rewind = true;
    move_on(leg);
}

/* --- moving on --- */

static void finish(struct dl_sink_leg *leg)
{
    struct dl_sink_want want = leg->want;
    struct dl_error err = leg->err;
    bool failed = leg->failed;
    dl_bus_free(leg->bus);
    dl_timer_close(leg->loop, &leg->batch_timer);
    dl_timer_close(leg->loop, &leg->retry_timer);
    dl_timer_close(leg->loop, &leg->lag_timer);
    dl_arena_done(&leg->job.arena);
    free(leg->target);
    free(leg->group);
    free(leg->slot);
    free(leg);
    want.finished(want.ctx, failed ? &err : NULL);
}

static void stop(struct dl_sink_leg *leg)
{
    drop_pending(leg, true);
    if (leg->bus && !leg->bus_closing) {
        if (!leg->failed && !last_offsets_are_told(leg))
            return;
        leg->bus_closing = true;
        dl_bus_close(leg->bus);
        return;
    }
    if (leg->bus && !leg->bus_closed)
        return;
    if (leg->job.store)
        start_job(leg, JOB_CLOSE, dl_sink_job_close);
    else
        finish(leg);
}

static bool is_batch_due(const struct dl_sink_leg *leg)
{
    return leg->batch_due || leg->pending_records >= leg->want.batch_records ||
           leg->pending_bytes >= leg->want.batch_bytes;
}

static void open_bus(struct dl_sink_leg *leg);

/* Whatever the last call changed: opens, asks, stores, releases or closes as is due now. */
static void move_on(struct dl_sink_leg *leg)
{
    if (leg->at_work != JOB_NONE)
        return; /* job_done() comes back here */
    if (leg->stopping) {
        stop(leg);
        return;
    }
    if (!leg->job.store) {
        if (!leg->retry_wait)
            start_job(leg, JOB_OPEN, dl_sink_job_open);
        return;
    }
    if (!leg->bus) {
        open_bus(leg);
        return;
    }
    if (leg->revoking) {
        release(leg);
        return;
    }
    if (leg->rewind)
        rejoin(leg);
    leg->rewind = false;
    lag_due(leg);
    resume_parts(leg);
    if (leg->retry_wait || start_asking(leg))
        return;
    if (leg->first && is_batch_due(leg))
        start_write(leg);
}

/* --- the rest of the calls, and life --- */

static void on_ready(void *ctx, bool ready, const struct dl_error *why)
{
    struct dl_sink_leg *leg = ctx;
    atomic_store(&leg->want.counters->reachable, ready);
    if (ready)
        dl_log_line(DL_LOG_DEBUG, "the log can be reached", DL_LOG_Z("sink", leg->want.kind->name));
    else
        dl_log_line(DL_LOG_WARN, "the log cannot be reached, trying again",
                    DL_LOG_Z("sink", leg->want.kind->name), DL_LOG_Z("err", why ? why->text : ""));
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    struct dl_sink_leg *leg = ctx;
    fail(leg, err);
    move_on(leg);
}

static void on_closed(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->bus_closed = true;
    move_on(leg);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .end = on_end,
    .committed = on_committed,
    .aborted = on_aborted,
    .ready = on_ready,
    .failed = on_failed,
    .closed = on_closed,
};

static void open_bus(struct dl_sink_leg *leg)
{
    static const enum dl_topic topics[] = {DL_TOPIC_REPORTS};
    struct dl_bus_want want = {
        .group = leg->group,
        .slot = leg->slot,
        .topics = topics,
        .topic_count = 1,
        .own_offsets = true,
        .calls = &calls,
        .leg = leg,
    };
    struct dl_error err;
    if (dl_bus_open(leg->log, leg->loop, &want, &leg->bus, &err) == DL_OK)
        return;
    leg->bus = NULL;
    fail(leg, &err);
    move_on(leg);
}

static void set_defaults(struct dl_sink_want *want)
{
    if (!want->batch_records)
        want->batch_records = BATCH_RECORDS;
    if (!want->batch_bytes)
        want->batch_bytes = BATCH_BYTES;
    if (!want->batch_ms)
        want->batch_ms = BATCH_MS;
    if (!want->pending_bytes_max)
        want->pending_bytes_max = PENDING_BYTES_MAX;
}

static char *group_name(const struct dl_sink_want *want)
{
    const char *name = want->name ? want->name : want->kind->name;
    size_t room = strlen("sink-") + strlen(name) + 1;
    char *group = dl_alloc(room);
    snprintf(group, room, "sink-%s", name);
    return group;
}

dl_status dl_sink_start(struct dl_log *log, struct dl_loop *loop, const struct dl_sink_want *want,
                        struct dl_sink_leg **ret_leg, struct dl_error *err)
{
    (void)err; /* opening is the store thread's: it answers through `finished` */
    assert(want->kind && want->counters && want->finished && want->place.target);
    struct dl_sink_leg *leg = dl_alloc(sizeof *leg);
    leg->log = log;
    leg->loop = loop;
    leg->want = *want;
    set_defaults(&leg->want);
    leg->target = dl_strdup(want->place.target);
    leg->group = group_name(want);
    leg->slot = want->slot ? dl_strdup(want->slot) : NULL;
    leg->batch_timer = (struct dl_timer){batch_timer_due, leg, NULL};
    leg->retry_timer = (struct dl_timer){retry_due, leg, NULL};
    leg->lag_timer = (struct dl_timer){lag_timer_due, leg, NULL};
    leg->job.kind = want->kind;
    leg->job.place = want->place;
    leg->job.place.target = leg->target;
    leg->job.log = log;
    leg->job.leg = leg;
    leg->job.work = (struct dl_work){.done = job_done, .ctx = &leg->job};
    dl_arena_init(&leg->job.arena);
    *ret_leg = leg;
    move_on(leg);
    return DL_OK;
}

void dl_sink_stop(struct dl_sink_leg *leg)
{
    leg->stopping = true;
    move_on(leg);
}

bool dl_sink_has_stored(const struct dl_sink_counters *counters, const int64_t *ends,
                        uint32_t count)
{
    for (uint32_t p = 0; p < count; p++)
        if (atomic_load(&counters->next[p]) < ends[p])
            return false;
    return true;
}
