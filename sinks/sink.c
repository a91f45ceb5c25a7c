/* The sink leg: what is read when, what is stored together, what happens when the store cannot. */
#include "sinks/sink_leg.h"

#include "core/log.h"

#define BATCH_RECORDS 4000U
#define BATCH_BYTES (8U << 20)
#define BATCH_MS 200U
#define PENDING_BYTES_MAX (16U << 20)

void dl_sink_leg_fail(struct dl_sink_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    leg->stopping = true;
}

/* --- partitions come and go --- */

static void on_assigned(void *ctx, const struct dl_part *parts, uint32_t count)
{
    struct dl_sink_leg *leg = ctx;
    atomic_store(&leg->want.counters->partitions, count);
    atomic_store(&leg->want.counters->member, true);
    for (uint32_t i = 0; i < count; i++)
        leg->parts[parts[i].partition] = (struct sink_part){.part = parts[i], .phase = PART_ASKING};
    dl_sink_leg_move_on(leg);
}

static void on_revoked(void *ctx, const struct dl_part *parts, uint32_t count, bool lost)
{
    struct dl_sink_leg *leg = ctx;
    for (uint32_t i = 0; i < count; i++)
        leg->revoked[parts[i].partition] = true;
    leg->revoking = true;
    leg->lost = leg->lost || lost;
    dl_sink_leg_move_on(leg);
}

/* The batch at the store has ended; what waits is dropped, its new owner reads it. */
static void release(struct dl_sink_leg *leg)
{
    if (!leg->lost && !dl_sink_leg_last_offsets_are_told(leg))
        return;
    dl_sink_leg_drop_pending(leg, false);
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        if (leg->revoked[p])
            leg->parts[p].phase = PART_AWAY;
        leg->revoked[p] = false;
    }
    leg->revoking = leg->lost = leg->said_last_offsets = false;
    atomic_store(&leg->want.counters->partitions, 0);
    atomic_store(&leg->want.counters->member, false);
    dl_bus_release(leg->bus);
    dl_sink_leg_move_on(leg);
}

static void on_aborted(void *ctx, const struct dl_error *why)
{
    struct dl_sink_leg *leg = ctx;
    (void)why; /* only offsets for lag can be concerned: the store keeps its own */
    leg->in_commit = false;
    leg->rewind = true;
    dl_sink_leg_move_on(leg);
}

static void open_bus(struct dl_sink_leg *leg);

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
    dl_sink_leg_drop_pending(leg, true);
    if (leg->bus && !leg->bus_closing) {
        if (!leg->failed && !dl_sink_leg_last_offsets_are_told(leg))
            return;
        leg->bus_closing = true;
        dl_bus_close(leg->bus);
        return;
    }
    if (leg->bus && !leg->bus_closed)
        return;
    if (leg->job.store)
        dl_sink_leg_start_job(leg, JOB_CLOSE, dl_sink_job_close);
    else
        finish(leg);
}

static bool is_batch_due(const struct dl_sink_leg *leg)
{
    return leg->batch_due || leg->pending_records >= leg->want.batch_records ||
           leg->pending_bytes >= leg->want.batch_bytes;
}

void dl_sink_leg_move_on(struct dl_sink_leg *leg)
{
    if (leg->at_work != JOB_NONE)
        return; /* dl_sink_leg_job_done() comes back here */
    if (leg->stopping) {
        stop(leg);
        return;
    }
    if (!leg->job.store) {
        if (!leg->retry_wait)
            dl_sink_leg_start_job(leg, JOB_OPEN, dl_sink_job_open);
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
        dl_sink_leg_rejoin(leg);
    leg->rewind = false;
    dl_sink_leg_lag_due(leg);
    dl_sink_leg_resume_parts(leg);
    if (leg->retry_wait || dl_sink_leg_start_asking(leg))
        return;
    if (leg->first && is_batch_due(leg))
        dl_sink_leg_start_write(leg);
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
    dl_sink_leg_fail(leg, err);
    dl_sink_leg_move_on(leg);
}

static void on_closed(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->bus_closed = true;
    dl_sink_leg_move_on(leg);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = dl_sink_leg_on_records,
    .end = dl_sink_leg_on_end,
    .committed = dl_sink_leg_on_committed,
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
    dl_sink_leg_fail(leg, &err);
    dl_sink_leg_move_on(leg);
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
    leg->batch_timer = (struct dl_timer){dl_sink_leg_batch_timer_due, leg, NULL};
    leg->retry_timer = (struct dl_timer){dl_sink_leg_retry_due, leg, NULL};
    leg->lag_timer = (struct dl_timer){dl_sink_leg_lag_timer_due, leg, NULL};
    leg->job.kind = want->kind;
    leg->job.place = want->place;
    leg->job.place.target = leg->target;
    leg->job.log = log;
    leg->job.leg = leg;
    leg->job.work = (struct dl_work){.done = dl_sink_leg_job_done, .ctx = &leg->job};
    dl_arena_init(&leg->job.arena);
    *ret_leg = leg;
    dl_sink_leg_move_on(leg);
    return DL_OK;
}

void dl_sink_stop(struct dl_sink_leg *leg)
{
    leg->stopping = true;
    dl_sink_leg_move_on(leg);
}

bool dl_sink_has_stored(const struct dl_sink_counters *counters, const int64_t *ends,
                        uint32_t count)
{
    for (uint32_t p = 0; p < count; p++)
        if (atomic_load(&counters->next[p]) < ends[p])
            return false;
    return true;
}
