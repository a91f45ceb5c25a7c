/* The worker leg: what is read when, what is sent in which order, what is committed together. */
#include "workers/work.h"

#include "core/log.h"
#include "core/loop.h"
#include "proto/codec.h"
#include "workers/outcome.h"
#include "workers/seen.h"
#include "workers/slice.h"

#define WORKS_OUT_MAX 16U /* slices with the pool: enough that no thread waits */
#define STOP_MS 2000U
#define COMMIT_BYTES (12U << 20) /* of reports and mentions: half of what librdkafka may hold */

enum part_phase {
    PART_AWAY,      /* another member's, or not yet ours */
    PART_RESTORING, /* reading back `seen` */
    PART_RUNNING,
};

struct work_part {
    struct dl_work_leg *leg;
    struct dl_part part;
    enum part_phase phase;
    uint64_t generation; /* one more at every start: what is of an older one is dropped */
    struct dl_slice *first;
    struct dl_slice *last;
    int64_t next; /* after the last article wholly sent */
    int64_t end;  /* the log's, as last told: what lies between are marks without records */
    bool dirty;   /* `next` is not committed */
    bool paused;
    uint32_t restores; /* under way */
    struct dl_seen seen;
};

struct dl_work_leg {
    struct dl_bus *bus;
    struct dl_loop *loop;
    struct dl_work_want want;
    struct work_part parts[DL_PARTITIONS_MAX];
    struct dl_arena arena; /* of one record being sent */
    struct dl_timer commit_timer;
    struct dl_timer stop_timer; /* how long the end waits for the last commit's answer */
    bool timer_runs;
    bool marks_due; /* offsets alone are to be committed, so that nobody sees us behind */
    bool in_commit;
    bool in_abort;
    bool full;     /* a send said DL_RETRY: `room` follows */
    bool revoking; /* the partitions are to be released when the transaction has ended */
    bool lost;     /* and were lost: nothing of them may be committed */
    bool stopping;
    bool stop_timer_runs;
    bool gave_up; /* the answer does not come: its outcome is the log's */
    bool closing;
    uint64_t commit_start_ms;
    size_t inflight_bytes;          /* of all slices */
    size_t result_bytes;            /* of those, coded and waiting to be sent */
    struct dl_slice *uncoded_first; /* not yet with the pool, in order of arrival */
    struct dl_slice *uncoded_last;
    uint32_t works_out;              /* slices with the pool */
    uint32_t turn;                   /* the partition that sends first */
    uint32_t uncommitted;            /* articles sent since the last commit */
    size_t uncommitted_bytes;        /* of what they led to */
    struct dl_work_counters pending; /* of the open transaction */
    bool failed;
    struct dl_error err;
};

static void move_on(struct dl_work_leg *leg);

/* --- slices --- */

static void slice_done(void *ctx);

static void code_slice(struct dl_work_leg *leg, struct dl_slice *slice)
{
    slice->done = false;
    slice->work = (struct dl_work){dl_slice_run, slice_done, slice, NULL};
    leg->works_out++;
    dl_loop_work(leg->loop, DL_QUEUE_CODE, &slice->work);
}

static void drop_slice(struct dl_work_leg *leg, struct dl_slice *slice)
{
    leg->inflight_bytes -= slice->bytes;
    leg->result_bytes -= slice->bytes - slice->input_bytes;
    dl_slice_free(slice);
}

static bool is_stale(const struct dl_slice *slice)
{
    return slice->generation != ((const struct work_part *)slice->part)->generation;
}

static void wait_for_coding(struct dl_work_leg *leg, struct dl_slice *slice)
{
    slice->next_uncoded = NULL;
    if (leg->uncoded_last)
        leg->uncoded_last->next_uncoded = slice;
    else
        leg->uncoded_first = slice;
    leg->uncoded_last = slice;
}

/* Results are several times their articles: no more are made than may wait to be sent. The first
 * slice of a partition always goes before its later ones, so what is made can always be sent. */
static void code_more(struct dl_work_leg *leg)
{
    struct dl_slice *slice;
    while ((slice = leg->uncoded_first) &&
           (is_stale(slice) || (leg->works_out < WORKS_OUT_MAX &&
                                leg->result_bytes <= leg->want.inflight_bytes_max / 2))) {
        leg->uncoded_first = slice->next_uncoded;
        if (!leg->uncoded_first)
            leg->uncoded_last = NULL;
        if (is_stale(slice))
            drop_slice(leg, slice);
        else
            code_slice(leg, slice);
    }
}

static void slice_done(void *ctx)
{
    struct dl_slice *slice = ctx;
    struct work_part *part = slice->part;
    struct dl_work_leg *leg = part->leg;
    size_t before = slice->bytes;
    leg->works_out--;
    slice->done = true;
    slice->bytes = slice->input_bytes + slice->kept.bytes;
    leg->inflight_bytes += slice->bytes - before;
    leg->result_bytes += slice->bytes - before;
    if (is_stale(slice))
        drop_slice(leg, slice); /* its partition went away meanwhile */
    move_on(leg);
}

/* Forgets all that was read of a partition; what the pool still has is dropped when it comes. */
static void clear_part(struct dl_work_leg *leg, struct work_part *part)
{
    part->generation++;
    struct dl_slice *slice = part->first;
    while (slice) {
        struct dl_slice *next = slice->next;
        if (slice->done)
            drop_slice(leg, slice);
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
        slice->part = part;
        slice->generation = part->generation;
        leg->inflight_bytes += slice->bytes;
        if (part->last)
            part->last->next = slice;
        else
            part->first = slice;
        part->last = slice;
        wait_for_coding(leg, slice);
    }
    code_more(leg);
    if (leg->inflight_bytes > leg->want.inflight_bytes_max && !part->paused) {
        part->paused = true;
        dl_bus_pause(leg->bus, part->part);
    }
}

/* With all of a partition sent, the marks of transactions behind it are passed too. */
static bool pass_marks(struct work_part *part)
{
    if (part->first || part->end <= part->next)
        return false;
    part->next = part->end;
    part->dirty = true;
    return true;
}

static void on_end(void *ctx, struct dl_part where, int64_t next)
{
    struct dl_work_leg *leg = ctx;
    struct work_part *part = &leg->parts[where.partition];
    if (part->phase != PART_RUNNING || leg->revoking || leg->stopping)
        return;
    part->end = next;
    leg->marks_due = pass_marks(part) || leg->marks_due;
    move_on(leg);
}

/* Hysteresis: a pause throws away what was fetched ahead, so it should last. */
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

/* --- sending --- */

static dl_status send(void *ctx, const struct dl_record *record)
{
    struct dl_work_leg *leg = ctx;
    dl_status status = dl_bus_send(leg->bus, record, NULL);
    if (status == DL_RETRY)
        leg->full = true;
    else
        leg->uncommitted_bytes += record->value.len;
    return status;
}

/* The version this article must have now, or 0 for a repeat. */
static uint32_t version_due(const struct work_part *part, const struct dl_coded *coded)
{
    const struct dl_seen_entry *entry = dl_seen_find(&part->seen, coded->article_id);
    if (!entry)
        return coded->version;
    if (dl_seen_same_content(entry, coded->content_hash))
        return 0;
    return coded->version > entry->version ? coded->version : entry->version + 1;
}

/* Sends all that one article leads to; DL_RETRY leaves `slice->step` where to go on. */
static dl_status send_article(struct dl_work_leg *leg, struct work_part *part,
                              struct dl_slice *slice)
{
    struct dl_slice_result *result = &slice->results[slice->sent];
    struct dl_outcome outcome = {
        .input = &slice->records[slice->sent],
        .coded = &result->coded,
        .step = &slice->step,
        .arena = &leg->arena,
        .send = send,
        .ctx = leg,
        .counters = &leg->pending,
    };
    dl_arena_reset(&leg->arena);
    if (result->status != DL_OK)
        return dl_outcome_dead(&outcome, result->status, &result->err);
    if (slice->step == 0) {
        uint32_t version = version_due(part, &result->coded);
        if (version == 0)
            return dl_outcome_repeat(&outcome, dl_seen_find(&part->seen, result->coded.article_id));
        if (version != result->coded.version) {
            slice->again = slice->sent;
            slice->again_version = version;
            code_slice(leg, slice);
            return DL_NOT_FOUND; /* not yet: it is being coded again */
        }
    }
    return dl_outcome_report(&outcome, &part->seen);
}

static bool is_enough(const struct dl_work_leg *leg)
{
    return leg->uncommitted >= leg->want.commit_records || leg->uncommitted_bytes >= COMMIT_BYTES;
}

/* Sends what is finished of one partition, in order. False when the log takes no more now. */
static bool send_part(struct dl_work_leg *leg, struct work_part *part)
{
    while (part->first && part->first->done) {
        struct dl_slice *slice = part->first;
        for (uint32_t i = slice->sent; i < slice->count; i++)
            dl_seen_expect(&part->seen, slice->results[i].coded.article_id);
        while (slice->sent < slice->count) {
            dl_status status = send_article(leg, part, slice);
            if (status == DL_RETRY)
                return false;
            if (status == DL_NOT_FOUND)
                return true;
            slice->step = 0;
            part->next = slice->records[slice->sent].offset + 1;
            part->dirty = true;
            leg->pending.articles++;
            leg->pending.bytes += slice->records[slice->sent].value.len;
            slice->sent++;
            leg->uncommitted++;
            if (is_enough(leg))
                return false; /* goes on when that much is committed */
        }
        part->first = slice->next;
        if (!part->first)
            part->last = NULL;
        drop_slice(leg, slice);
        pass_marks(part);
    }
    return true;
}

/* An article that was cut short by a full log goes on first: its partition keeps the turn. */
static void send_more(struct dl_work_leg *leg)
{
    if (leg->in_commit || leg->in_abort || leg->full)
        return;
    for (uint32_t i = 0; i < DL_PARTITIONS_MAX; i++) {
        if (!send_part(leg, &leg->parts[leg->turn]))
            return;
        leg->turn = (leg->turn + 1) % DL_PARTITIONS_MAX;
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
    move_on(leg);
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
    move_on(leg);
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
    move_on(leg);
}

static void restored(void *ctx, const struct dl_error *err)
{
    struct work_part *part = ctx;
    struct dl_work_leg *leg = part->leg;
    part->restores--;
    if (part->phase != PART_RESTORING || leg->stopping) {
        move_on(leg);
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
    move_on(leg);
}

static void on_revoked(void *ctx, const struct dl_part *parts, uint32_t count, bool lost)
{
    (void)parts; /* the assignors used revoke all or nothing */
    (void)count;
    struct dl_work_leg *leg = ctx;
    leg->revoking = true;
    leg->lost = leg->lost || lost;
    move_on(leg);
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
static void move_on(struct dl_work_leg *leg)
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
        code_more(leg);            /* drops them: all are stale */
        if (leg->works_out == 0) { /* the pool still holds slices otherwise */
            leg->closing = true;
            dl_bus_close(leg->bus);
        }
        return;
    }
    send_more(leg);
    code_more(leg);
    resume_parts(leg);
    if (leg->in_commit || leg->in_abort || (leg->uncommitted == 0 && !leg->marks_due))
        return;
    if (is_enough(leg) && !is_mid_article(leg)) {
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
    move_on(leg);
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
    move_on(leg);
}
