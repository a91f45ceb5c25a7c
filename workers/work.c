/* The worker leg: what is read when, what is sent in which order, what is committed together. */
#include "workers/work_leg.h"

#include "core/log.h"
#include "workers/outcome.h"

#define STOP_MS 2000U

/* Forgets all that was read of a partition; what the pool still has is dropped when it comes. */
static void clear_part(struct dl_work_leg *leg, struct work_part *part)
{
    part->generation++;
    struct dl_slice *slice = part->first;
    while (slice) {
        struct dl_slice *next = slice->next;
        if (slice->done)
            dl_work_drop_slice(leg, slice);
        slice = next;
    }
    part->first = part->last = NULL;
    part->next = part->end = 0;
    part->dirty = false;
    part->phase = PART_AWAY;
    dl_seen_done(&part->seen);
}

static void on_records(void *ctx, struct dl_batch *batch)
{
    struct dl_work_leg *leg = ctx;
    struct work_part *part = &leg->parts[batch->part.partition];
    if (part->phase != PART_RUNNING || leg->stopping || batch->count == 0) {
        dl_batch_free(batch);
        return;
    }
    struct dl_shared_batch *shared = dl_alloc(sizeof *shared);
    shared->batch = batch;
    uint32_t first = 0;
    while (first < shared->batch->count) {
        struct dl_slice *slice =
            dl_slice_new(shared, first, leg->want.pipeline, leg->want.knowledge);
        first += slice->count;
        slice->crashes = leg->want.crashes;
        dl_work_add_slice(leg, part, slice);
    }
    dl_work_code_more(leg);
    if (leg->inflight_bytes > leg->want.inflight_bytes_max && !part->paused) {
        part->paused = true;
        dl_bus_pause(leg->bus, part->part);
    }
}

static void on_end(void *ctx, struct dl_part where, int64_t next)
{
    struct dl_work_leg *leg = ctx;
    struct work_part *part = &leg->parts[where.partition];
    if (part->phase != PART_RUNNING || leg->revoking || leg->stopping)
        return;
    part->end = next;
    leg->marks_due = dl_work_pass_marks(part) || leg->marks_due;
    dl_work_move_on(leg);
}

/* Hysteresis: a pause that lasts is worth its asking. */
static void resume_parts(struct dl_work_leg *leg)
{
    if (leg->inflight_bytes > leg->want.inflight_bytes_max / 2 || leg->stopping)
        return;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct work_part *part = &leg->parts[p];
        if (part->paused && part->phase == PART_RUNNING) {
            part->paused = false;
            dl_bus_resume(leg->bus, part->part);
        }
    }
}

/* --- committing --- */

static void start_commit(struct dl_work_leg *leg)
{
    struct dl_position positions[DL_PARTITIONS_MAX];
    uint32_t count = 0;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct work_part *part = &leg->parts[p];
        if (part->dirty)
            positions[count++] = (struct dl_position){part->part, part->next, {NULL, 0}};
        part->dirty = false;
    }
    leg->in_commit = true;
    leg->commit_start_ms = dl_loop_now_ms(leg->loop);
    leg->marks_due = false;
    leg->uncommitted = 0;
    leg->uncommitted_bytes = 0;
    dl_timer_stop(leg->loop, &leg->commit_timer);
    leg->timer_runs = false;
    dl_bus_commit(leg->bus, positions, count);
}

static void stop_due(void *ctx)
{
    struct dl_work_leg *leg = ctx;
    leg->gave_up = true;
    dl_work_move_on(leg);
}

static bool is_mid_article(const struct dl_work_leg *leg)
{
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (leg->parts[p].first && leg->parts[p].first->step > 0)
            return true;
    return false;
}

static void commit_due(void *ctx)
{
    struct dl_work_leg *leg = ctx;
    leg->timer_runs = false;
    if (leg->in_commit || leg->in_abort || leg->stopping ||
        (leg->uncommitted == 0 && !leg->marks_due))
        return;
    /* An article half sent because the log was full goes on at `room`; it is committed whole. */
    if (is_mid_article(leg)) {
        leg->timer_runs = true;
        dl_timer_start(leg->loop, &leg->commit_timer, leg->want.commit_ms);
        return;
    }
    start_commit(leg);
}

static void add(atomic_ullong *to, atomic_ullong *from)
{
    atomic_fetch_add(to, atomic_exchange(from, 0));
}

static void count_committed(struct dl_work_leg *leg)
{
    struct dl_work_counters *to = leg->want.counters;
    struct dl_work_counters *from = &leg->pending;
    add(&to->articles, &from->articles);
    add(&to->bytes, &from->bytes);
    add(&to->reports, &from->reports);
    add(&to->mentions, &from->mentions);
    add(&to->repeats, &from->repeats);
    add(&to->dead, &from->dead);
    atomic_fetch_add(&to->commit_ms, dl_loop_now_ms(leg->loop) - leg->commit_start_ms);
    atomic_fetch_add(&to->commits, 1);
}

static void on_committed(void *ctx)
{
    struct dl_work_leg *leg = ctx;
    leg->in_commit = false;
    count_committed(leg);
    dl_work_move_on(leg);
}

/* --- partitions come and go --- */

static void restored_record(void *ctx, const struct dl_record *record)
{
    struct work_part *part = ctx;
    struct dl_error err;
    dl_arena_reset(&part->leg->arena);
    if (record->value.at &&
        dl_outcome_remember(&part->seen, &part->leg->arena, record, &err) != DL_OK)
        dl_log_line(DL_LOG_WARN, "record of seen is unreadable",
                    DL_LOG_N("partition", record->part.partition),
                    DL_LOG_N("offset", record->offset), DL_LOG_Z("err", err.text));
}

static void start_part(struct dl_work_leg *leg, int32_t partition);

static void fail(struct dl_work_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    leg->stopping = true;
    dl_work_move_on(leg);
}

static void restored(void *ctx, const struct dl_error *err)
{
    struct work_part *part = ctx;
    struct dl_work_leg *leg = part->leg;
    part->restores--;
    if (part->phase != PART_RESTORING || leg->stopping) {
        dl_work_move_on(leg);
        return;
    }
    if (part->restores > 0) /* started anew meanwhile: the later one counts */
        return;
    if (err) {
        fail(leg, err);
        return;
    }
    part->phase = PART_RUNNING;
    part->paused = false;
    dl_bus_start(leg->bus, part->part, DL_OFFSET_COMMITTED);
}

static void start_part(struct dl_work_leg *leg, int32_t partition)
{
    struct work_part *part = &leg->parts[partition];
    clear_part(leg, part);
    part->leg = leg;
    part->part = (struct dl_part){DL_TOPIC_ARTICLES, partition};
    part->phase = PART_RESTORING;
    part->restores++;
    dl_bus_restore(leg->bus, (struct dl_part){DL_TOPIC_SEEN, partition},
                   (struct dl_bus_restore){restored_record, restored, part});
}

static void on_assigned(void *ctx, const struct dl_part *parts, uint32_t count)
{
    struct dl_work_leg *leg = ctx;
    atomic_store(&leg->want.counters->partitions, count);
    atomic_store(&leg->want.counters->member, true);
    for (uint32_t i = 0; i < count && !leg->stopping; i++)
        start_part(leg, parts[i].partition);
}

static void on_aborted(void *ctx, const struct dl_error *why)
{
    struct dl_work_leg *leg = ctx;
    leg->in_commit = leg->in_abort = leg->full = leg->marks_due = false;
    leg->uncommitted = 0;
    leg->uncommitted_bytes = 0;
    leg->pending = (struct dl_work_counters){0};
    atomic_fetch_add(&leg->want.counters->aborts, 1);
    if (why)
        dl_log_line(DL_LOG_WARN, "transaction aborted, going back to what was committed",
                    DL_LOG_Z("err", why->text));
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        bool ours = leg->parts[p].phase != PART_AWAY;
        clear_part(leg, &leg->parts[p]);
        if (ours && !leg->revoking && !leg->stopping)
            start_part(leg, (int32_t)p);
    }
    dl_work_move_on(leg);
}

static void on_revoked(void *ctx, const struct dl_part *parts, uint32_t count, bool lost)
{
    (void)parts; /* the assignors used revoke all or nothing */
    (void)count;
    struct dl_work_leg *leg = ctx;
    leg->revoking = true;
    leg->lost = leg->lost || lost;
    dl_work_move_on(leg);
}

/* True while the transaction has to end first. */
static bool ends_transaction(struct dl_work_leg *leg)
{
    if (leg->in_commit || leg->in_abort)
        return true;
    if (leg->uncommitted == 0 && !is_mid_article(leg))
        return false;
    if (leg->lost || leg->failed || is_mid_article(leg)) {
        leg->in_abort = true;
        dl_bus_abort(leg->bus);
    } else {
        start_commit(leg);
    }
    return true;
}

static void release(struct dl_work_leg *leg)
{
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        clear_part(leg, &leg->parts[p]);
    leg->revoking = leg->lost = leg->marks_due = false;
    atomic_store(&leg->want.counters->partitions, 0);
    atomic_store(&leg->want.counters->member, false);
    dl_bus_release(leg->bus);
}

/* Whatever the last call changed: sends, commits, releases or closes as is due now. */
void dl_work_move_on(struct dl_work_leg *leg)
{
    atomic_store(&leg->want.counters->inflight_bytes, leg->inflight_bytes);
    if (leg->closing)
        return;
    if (leg->revoking) {
        if (ends_transaction(leg))
            return;
        release(leg);
    }
    if (leg->stopping) {
        if (!leg->failed && !leg->gave_up && ends_transaction(leg)) {
            if (!leg->stop_timer_runs)
                dl_timer_start(leg->loop, &leg->stop_timer, STOP_MS);
            leg->stop_timer_runs = true;
            return;
        }
        for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
            clear_part(leg, &leg->parts[p]);
        dl_work_code_more(leg);    /* drops them: all are stale */
        if (leg->works_out == 0) { /* the pool still holds slices otherwise */
            leg->closing = true;
            dl_bus_close(leg->bus);
        }
        return;
    }
    dl_work_send_more(leg);
    dl_work_code_more(leg);
    resume_parts(leg);
    if (leg->in_commit || leg->in_abort || (leg->uncommitted == 0 && !leg->marks_due))
        return;
    if (dl_work_is_enough(leg) && !is_mid_article(leg)) {
        start_commit(leg);
    } else if (!leg->timer_runs) {
        leg->timer_runs = true;
        dl_timer_start(leg->loop, &leg->commit_timer, leg->want.commit_ms);
    }
}

/* --- the rest of the calls, and life --- */

static void on_room(void *ctx)
{
    struct dl_work_leg *leg = ctx;
    leg->full = false;
    dl_work_move_on(leg);
}

static void on_ready(void *ctx, bool ready, const struct dl_error *why)
{
    struct dl_work_leg *leg = ctx;
    atomic_store(&leg->want.counters->reachable, ready);
    if (!ready)
        dl_log_line(DL_LOG_WARN, "the log cannot be reached, trying again",
                    DL_LOG_Z("err", why ? why->text : ""));
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    fail(ctx, err);
}

static void on_closed(void *ctx)
{
    struct dl_work_leg *leg = ctx;
    dl_bus_free(leg->bus);
    dl_timer_close(leg->loop, &leg->commit_timer);
    dl_timer_close(leg->loop, &leg->stop_timer);
    dl_arena_done(&leg->arena);
    struct dl_work_want want = leg->want;
    struct dl_error err = leg->err;
    bool failed = leg->failed;
    free(leg);
    want.finished(want.ctx, failed ? &err : NULL);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .end = on_end,
    .committed = on_committed,
    .aborted = on_aborted,
    .room = on_room,
    .ready = on_ready,
    .failed = on_failed,
    .closed = on_closed,
};

dl_status dl_work_start(struct dl_log *log, struct dl_loop *loop, const struct dl_work_want *want,
                        struct dl_work_leg **ret_leg, struct dl_error *err)
{
    static const enum dl_topic topics[] = {DL_TOPIC_ARTICLES};
    struct dl_work_leg *leg = dl_alloc(sizeof *leg);
    leg->loop = loop;
    leg->want = *want;
    leg->commit_timer = (struct dl_timer){commit_due, leg, NULL};
    leg->stop_timer = (struct dl_timer){stop_due, leg, NULL};
    dl_arena_init(&leg->arena);
    struct dl_bus_want bus_want = {
        .group = "work",
        .slot = want->slot,
        .topics = topics,
        .topic_count = 1,
        .transactional = true,
        .calls = &calls,
        .leg = leg,
    };
    dl_status status = dl_bus_open(log, loop, &bus_want, &leg->bus, err);
    if (status != DL_OK) {
        dl_arena_done(&leg->arena);
        free(leg);
        return status;
    }
    *ret_leg = leg;
    return DL_OK;
}

void dl_work_stop(struct dl_work_leg *leg)
{
    leg->stopping = true;
    dl_work_move_on(leg);
}
