/* The producer leg: what is read ahead, what is sent in which transaction, when it is over. */
#include "producers/produce.h"

#include "core/log.h"
#include "core/loop.h"
#include "producers/files/reading.h"

#include <unistd.h>
#include <xxhash.h>

#define AGAIN_MS_MIN 100U /* after a transaction the log gave up */
#define AGAIN_MS_MAX 10000U
#define STOP_MS 2000U /* a commit under way is waited for so long */
#define SLOT_BYTES 40U

struct dl_produce_leg {
    struct dl_log *log;
    struct dl_loop *loop;
    struct dl_bus *bus;
    struct dl_produce_want want;
    char slot[SLOT_BYTES];
    char *published;
    char *traceparent;

    struct dl_reading reading;
    struct dl_arena arena; /* of one position read back */
    uint32_t partitions;
    uint32_t restored; /* partitions of the topic positions */
    bool restoring;
    bool ready_to_read;

    struct dl_work work; /* filling a parcel, or tidying up after the last */
    bool at_work;
    bool tidied;
    struct dl_parcel *spare;
    struct dl_parcel *filling;
    struct dl_parcel *filled;
    struct dl_parcel *sending; /* NULL between parcels */
    uint32_t sent;
    bool full; /* a send said DL_RETRY: `room` follows */
    bool in_commit;
    bool read_all;

    struct dl_timer timer; /* before trying again, or while stopping */
    uint64_t again_ms;
    bool waiting;
    bool stop_timer_runs;
    bool stopping;
    bool closing;
    bool closed;
    bool failed;
    struct dl_error err;
    struct dl_error ask_err; /* the store thread's, of the last question for partitions */
};

static void move_on(struct dl_produce_leg *leg);

static void fail(struct dl_produce_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    leg->stopping = true;
}

/* --- reading --- */

static void fill(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    dl_reading_fill(&leg->reading, leg->filling);
}

static void tell_notes(struct dl_produce_leg *leg, const struct dl_parcel *parcel)
{
    for (uint32_t i = 0; i < parcel->note_count; i++)
        dl_log_line(parcel->notes[i].is_file ? DL_LOG_ERROR : DL_LOG_WARN,
                    parcel->notes[i].is_file ? "file not read" : "broken record set aside",
                    DL_LOG_S("err", parcel->notes[i].text));
    struct dl_produce_counters *counters = leg->want.counters;
    atomic_fetch_add(&counters->skipped, parcel->skipped);
    atomic_fetch_add(&counters->unread, parcel->unread);
    atomic_fetch_add(&counters->unread_named, parcel->unread_named);
}

static void filled(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->at_work = false;
    leg->filled = leg->filling;
    leg->filling = NULL;
    leg->read_all = leg->filled->last;
    tell_notes(leg, leg->filled);
    move_on(leg);
}

static void start_filling(struct dl_produce_leg *leg)
{
    if (leg->at_work || leg->filled || leg->read_all)
        return;
    leg->filling = leg->spare ? leg->spare : dl_parcel_new();
    leg->spare = NULL;
    leg->at_work = true;
    leg->work = (struct dl_work){fill, filled, leg, NULL};
    dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->work);
}

/* --- sending --- */

static void parcel_is_through(struct dl_produce_leg *leg)
{
    struct dl_produce_counters *counters = leg->want.counters;
    struct dl_parcel *parcel = leg->sending;
    atomic_fetch_add(&counters->articles, parcel->articles);
    atomic_fetch_add(&counters->bytes, parcel->bytes);
    atomic_fetch_add(&counters->dead, parcel->dead);
    atomic_fetch_add(&counters->disk_bytes_read, parcel->disk_bytes);
    dl_parcel_free(leg->spare);
    leg->spare = parcel;
    leg->sending = NULL;
    leg->sent = 0;
    leg->again_ms = 0;
}

static void send_parcel(struct dl_produce_leg *leg)
{
    struct dl_parcel *parcel = leg->sending;
    struct dl_error err;
    dl_status status = dl_bus_send_all(leg->bus, parcel->records, parcel->count, &leg->sent, &err);
    leg->full = status == DL_RETRY;
    if (status == DL_FATAL)
        fail(leg, &err);
    if (status != DL_OK)
        return;
    if (parcel->count == 0) {
        parcel_is_through(leg);
        return;
    }
    leg->in_commit = true;
    dl_bus_commit(leg->bus, NULL, 0);
}

static void on_committed(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->in_commit = false;
    if (leg->sending)
        parcel_is_through(leg);
    move_on(leg);
}

/* Nothing of the parcel is in the log: it is sent again, after a while. */
static void on_aborted(void *ctx, const struct dl_error *why)
{
    struct dl_produce_leg *leg = ctx;
    leg->in_commit = leg->full = false;
    leg->sent = 0;
    leg->again_ms = leg->again_ms ? leg->again_ms * 2 : AGAIN_MS_MIN;
    if (leg->again_ms > AGAIN_MS_MAX)
        leg->again_ms = AGAIN_MS_MAX;
    dl_log_line(DL_LOG_WARN, "the log gave the transaction up, sending again",
                DL_LOG_N("wait_ms", leg->again_ms), DL_LOG_Z("err", why ? why->text : ""));
    if (!leg->stopping) {
        leg->waiting = true;
        dl_timer_start(leg->loop, &leg->timer, leg->again_ms);
    }
    move_on(leg);
}

static void on_room(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->full = false;
    move_on(leg);
}

static void timer_due(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->waiting = false;
    if (leg->stopping)
        leg->in_commit = false; /* its outcome is the log's; the position says which it was */
    move_on(leg);
}

/* --- where the files stood --- */

static void ask_partitions(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    if (dl_log_partitions(leg->log, DL_TOPIC_POSITIONS, &leg->partitions, &leg->ask_err) != DL_OK)
        leg->partitions = 0;
}

static void partitions_came(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->at_work = false;
    if (leg->partitions == 0 && leg->ask_err.status == DL_RETRY && !leg->stopping) {
        leg->waiting = true;
        dl_timer_start(leg->loop, &leg->timer, AGAIN_MS_MAX / 10);
    } else if (leg->partitions == 0 && !leg->stopping) {
        fail(leg, &leg->ask_err);
    }
    move_on(leg);
}

static void position_came(void *ctx, const struct dl_record *record)
{
    struct dl_produce_leg *leg = ctx;
    dl_arena_reset(&leg->arena);
    dl_reading_remember(&leg->reading, record, &leg->arena);
}

static void positions_came(void *ctx, const struct dl_error *err)
{
    struct dl_produce_leg *leg = ctx;
    leg->restoring = false;
    if (err)
        fail(leg, err);
    leg->restored++;
    leg->ready_to_read = leg->restored == leg->partitions;
    move_on(leg);
}

/* One step on the way to reading. */
static void prepare(struct dl_produce_leg *leg)
{
    if (leg->want.again) {
        leg->ready_to_read = true;
        return;
    }
    if (leg->at_work || leg->restoring)
        return;
    if (leg->partitions == 0) {
        leg->at_work = true;
        leg->work = (struct dl_work){ask_partitions, partitions_came, leg, NULL};
        dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->work);
        return;
    }
    leg->restoring = true;
    dl_bus_restore(leg->bus, (struct dl_part){DL_TOPIC_POSITIONS, (int32_t)leg->restored},
                   (struct dl_bus_restore){position_came, positions_came, leg});
}

/* --- the end --- */

static void tidy(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    dl_reading_tidy(&leg->reading);
}

static void tidied(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->at_work = false;
    leg->tidied = true;
    move_on(leg);
}

static void finish(struct dl_produce_leg *leg)
{
    struct dl_produce_want want = leg->want;
    struct dl_error err = leg->err;
    bool failed = leg->failed;
    dl_bus_free(leg->bus);
    dl_timer_close(leg->loop, &leg->timer);
    dl_reading_done(&leg->reading);
    dl_parcel_free(leg->spare);
    dl_parcel_free(leg->filled);
    dl_parcel_free(leg->sending);
    dl_arena_done(&leg->arena);
    free(leg->published);
    free(leg->traceparent);
    free(leg);
    want.finished(want.ctx, failed ? &err : NULL);
}

static void close_bus(struct dl_produce_leg *leg)
{
    leg->closing = true;
    dl_bus_close(leg->bus);
}

/* A transaction half sent is aborted by closing; one being committed is waited for. */
static void stop(struct dl_produce_leg *leg)
{
    if (leg->in_commit && !leg->failed) {
        if (!leg->stop_timer_runs) {
            leg->stop_timer_runs = true;
            dl_timer_start(leg->loop, &leg->timer, STOP_MS);
        }
        return;
    }
    if (!leg->at_work)
        close_bus(leg);
}

/* Whatever the last call changed: reads, sends, commits or ends as is due now. */
static void move_on(struct dl_produce_leg *leg)
{
    if (leg->closing) {
        if (leg->closed && !leg->at_work)
            finish(leg);
        return;
    }
    if (!leg->stopping && !leg->waiting && !leg->ready_to_read)
        prepare(leg);
    if (!leg->stopping && leg->ready_to_read) {
        start_filling(leg);
        if (!leg->sending && leg->filled) {
            leg->sending = leg->filled;
            leg->filled = NULL;
            start_filling(leg);
        }
        if (leg->sending && !leg->in_commit && !leg->full && !leg->waiting)
            send_parcel(leg);
    }
    if (leg->stopping) {
        stop(leg);
        return;
    }
    if (!leg->ready_to_read || leg->sending || leg->filled || leg->at_work || !leg->read_all) {
        if (leg->ready_to_read && !leg->sending && leg->filled)
            move_on(leg); /* an empty parcel: the next one is here already */
        return;
    }
    if (leg->tidied) {
        close_bus(leg);
        return;
    }
    leg->at_work = true;
    leg->work = (struct dl_work){tidy, tidied, leg, NULL};
    dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->work);
}

/* --- the rest of the calls, and life --- */

static void on_ready(void *ctx, bool ready, const struct dl_error *why)
{
    (void)ctx;
    if (!ready)
        dl_log_line(DL_LOG_WARN, "the log cannot be reached, trying again",
                    DL_LOG_Z("err", why ? why->text : ""));
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    struct dl_produce_leg *leg = ctx;
    fail(leg, err);
    move_on(leg);
}

static void on_closed(void *ctx)
{
    struct dl_produce_leg *leg = ctx;
    leg->closed = true;
    move_on(leg);
}

static const struct dl_bus_calls calls = {
    .committed = on_committed,
    .aborted = on_aborted,
    .room = on_room,
    .ready = on_ready,
    .failed = on_failed,
    .closed = on_closed,
};

/* Producers of the same files take the same slot, so that one that was killed in a transaction has
 * it aborted by its successor at once, and two that run side by side fence each other instead of
 * doing the work twice. */
static void name_slot(struct dl_produce_leg *leg)
{
    XXH64_hash_t hash = 0;
    for (size_t i = 0; i < leg->want.files->count; i++) {
        const char *path = leg->want.files->list[i].path;
        hash = XXH3_64bits_withSeed(path, strlen(path), hash);
    }
    snprintf(leg->slot, sizeof leg->slot, "produce-%016llx", (unsigned long long)hash);
}

dl_status dl_produce_start(struct dl_log *log, struct dl_loop *loop,
                           const struct dl_produce_want *want, struct dl_produce_leg **ret_leg,
                           struct dl_error *err)
{
    assert(want->files && want->counters && want->finished);
    struct dl_produce_leg *leg = dl_alloc(sizeof *leg);
    leg->log = log;
    leg->loop = loop;
    leg->want = *want;
    name_slot(leg);
    struct dl_bus_want bus_want = {
        .slot = leg->slot, .transactional = true, .calls = &calls, .leg = leg};
    dl_status status = dl_bus_open(log, loop, &bus_want, &leg->bus, err);
    if (status != DL_OK) {
        free(leg);
        return status;
    }
    leg->published = want->published ? dl_strdup(want->published) : NULL;
    leg->traceparent = want->traceparent ? dl_strdup(want->traceparent) : NULL;
    leg->timer = (struct dl_timer){timer_due, leg, NULL};
    dl_arena_init(&leg->arena);
    dl_reading_init(&leg->reading, want->files, dl_str_of(leg->published),
                    dl_str_of(leg->traceparent));
    atomic_fetch_add(&want->counters->disk_bytes_in_all, want->files->bytes);
    *ret_leg = leg;
    move_on(leg);
    return DL_OK;
}

void dl_produce_stop(struct dl_produce_leg *leg)
{
    leg->stopping = true;
    move_on(leg);
}
