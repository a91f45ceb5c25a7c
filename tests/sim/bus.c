/* The log contract of a simulated member. */
#include "tests/sim/world.h"

#define FETCH_RECORDS_MAX 7U
#define LATENCY_MS_MAX 30U
#define POLL_MS 40U /* a reader at the end looks again */

struct sim_log {
    struct dl_log base;
    struct sim *sim;
    uint32_t slot;
};

static struct sim_member *of(struct dl_bus *bus)
{
    return (struct sim_member *)bus;
}

static uint64_t latency(struct sim *sim)
{
    return 1 + sim_draw(sim, LATENCY_MS_MAX);
}

/* --- producer --- */

static void transaction_expired(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)member;
    uint32_t txn = (uint32_t)(uintptr_t)ctx;
    if (sim->txns[txn].state != SIM_OPEN)
        return;
    struct sim_slot *slot = &sim->slots[sim->txns[txn].slot];
    sim_say(sim, "transaction %u timed out", txn);
    sim_end_txn(sim, txn, SIM_ABORTED);
    slot->txn = 0;
    slot->epoch++; /* whoever comes back with the old one is fenced */
}

static uint32_t open_txn(struct sim *sim, struct sim_member *member)
{
    struct sim_slot *slot = &sim->slots[member->slot];
    if (slot->txn)
        return slot->txn;
    if (sim->txn_count % 4096 == 0)
        sim->txns = dl_realloc_array(sim->txns, sim->txn_count + 4096, sizeof *sim->txns);
    slot->txn = sim->txn_count++;
    sim->txns[slot->txn] = (struct sim_txn){SIM_OPEN, member->slot};
    sim_at(sim, SIM_TRANSACTION_MS, NULL, transaction_expired, (void *)(uintptr_t)slot->txn);
    return slot->txn;
}

/* A new producer with the same transactional id: what the old one left open is aborted. */
void sim_init_producer(struct sim *sim, struct sim_member *member)
{
    struct sim_slot *slot = &sim->slots[member->slot];
    sim_end_txn(sim, slot->txn, SIM_ABORTED);
    slot->txn = 0;
    member->epoch = ++slot->epoch;
}

static void tell_room(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)sim;
    (void)ctx;
    member->room_owed = false;
    if (!member->ghost && !member->closing)
        member->calls.room(member->leg);
}

static dl_status send(struct dl_bus *bus, const struct dl_record *record, void *token)
{
    struct sim_member *member = of(bus);
    struct sim *sim = member->sim;
    (void)token;
    if (member->in_commit || member->in_abort)
        sim_fail(sim, "member %u sends while its transaction ends", member->number);
    if (member->ghost)
        return DL_OK;
    if (sim_chance(sim, 1)) { /* full */
        if (!member->room_owed)
            sim_at(sim, latency(sim), member, tell_room, NULL);
        member->room_owed = true;
        return DL_RETRY;
    }
    if (member->epoch == sim->slots[member->slot].epoch) /* else it is fenced and will hear so */
        sim_append(sim, record, open_txn(sim, member));
    return DL_OK;
}

static void stop_reading(struct sim_member *member)
{
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++) {
        member->readings[p].started = false;
        member->readings[p].epoch++;
    }
}

static void tell_aborted(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct dl_error *why = ctx;
    if (!member->ghost && !member->closing) {
        member->in_commit = member->in_abort = false;
        sim_say(sim, "member %u: aborted (%s)", member->number, why ? why->text : "as asked");
        if (sim->bug == SIM_NO_REWIND && why) {
            member->calls.committed(member->leg); /* it goes on as if nothing had happened */
        } else {
            stop_reading(member);
            member->calls.aborted(member->leg, why);
        }
    }
    free(why);
}

static void tell_committed(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)ctx;
    if (member->ghost || member->closing)
        return;
    member->in_commit = false;
    sim_say(sim, "member %u: committed", member->number);
    member->calls.committed(member->leg);
}

static void answer_aborted(struct sim *sim, struct sim_member *member, const char *why)
{
    struct dl_error *err = dl_alloc(sizeof *err);
    (void)dl_fail(err, DL_RETRY, "%s", why);
    sim_init_producer(sim, member);
    sim_at(sim, latency(sim), member, tell_aborted, err);
}

struct commit {
    struct dl_position positions[SIM_PARTITIONS];
    uint32_t count;
    uint32_t generation; /* the member's as it asked */
};

/* The commit arrives at the coordinator, which checks epoch and generation, not ownership. */
static void arrive_commit(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct commit *commit = ctx;
    struct sim_slot *slot = &sim->slots[member->slot];
    if (member->ghost) {
        free(commit);
        return;
    }
    if (member->epoch != slot->epoch) {
        answer_aborted(sim, member, "fenced");
    } else if (!member->in_group || commit->generation != sim->generation) {
        answer_aborted(sim, member, "illegal generation");
    } else if (sim_chance(sim, 2)) {
        answer_aborted(sim, member, "an abortable error");
    } else {
        sim_end_txn(sim, slot->txn, SIM_COMMITTED);
        slot->txn = 0;
        for (uint32_t i = 0; i < commit->count; i++)
            sim->committed[commit->positions[i].part.partition] = commit->positions[i].next;
        /* the reply may be lost and asked for again, which only takes time */
        sim_at(sim, sim_chance(sim, 5) ? 500 : latency(sim), member, tell_committed, NULL);
    }
    free(commit);
}

static void commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count)
{
    struct sim_member *member = of(bus);
    struct sim *sim = member->sim;
    assert(count <= SIM_PARTITIONS && !member->in_commit && !member->in_abort);
    member->in_commit = true;
    if (member->ghost)
        return;
    struct commit *ask = dl_alloc(sizeof *ask);
    ask->generation = member->generation;
    ask->count = count;
    for (uint32_t i = 0; i < count; i++) {
        ask->positions[i] = positions[i];
        if (sim->bug == SIM_OFF_BY_ONE)
            ask->positions[i].next++;
        if (sim->bug == SIM_OFFSET_BEFORE_WORK)
            ask->positions[i].next = member->delivered[positions[i].part.partition];
    }
    sim_at(sim, latency(sim), member, arrive_commit, ask);
}

static void arrive_abort(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)ctx;
    if (member->ghost)
        return;
    sim_init_producer(sim, member);
    sim_at(sim, latency(sim), member, tell_aborted, NULL);
}

static void abort_txn(struct dl_bus *bus)
{
    struct sim_member *member = of(bus);
    assert(!member->in_commit && !member->in_abort);
    member->in_abort = true;
    if (!member->ghost)
        sim_at(member->sim, latency(member->sim), member, arrive_abort, NULL);
}

/* --- consumer --- */

struct fetch {
    struct dl_part part;
    uint64_t epoch;
};

struct sim_batch {
    struct dl_batch base;
    struct dl_record *records;
};

static void free_batch(struct dl_batch *base)
{
    struct sim_batch *batch = (struct sim_batch *)base;
    for (uint32_t i = 0; i < base->count; i++) {
        free((char *)(uintptr_t)batch->records[i].key.at);
        free((char *)(uintptr_t)batch->records[i].value.at);
    }
    free(batch->records);
    free(batch);
}

static dl_str copy(const char *bytes, size_t len)
{
    char *to = dl_alloc(len + 1);
    memcpy(to, bytes, len);
    return (dl_str){to, len};
}

/* Up to `max` committed records from *next on, below the last stable offset. */
static struct sim_batch *read_log(struct sim *sim, struct dl_part part, int64_t *next, uint32_t max)
{
    const struct sim_partition *log = &sim->log[part.topic][part.partition];
    int64_t end = sim_stable_end(sim, part);
    struct sim_batch *batch = dl_alloc(sizeof *batch);
    batch->base = (struct dl_batch){.part = part, .free = free_batch};
    batch->records = dl_alloc(max * sizeof *batch->records);
    batch->base.records = batch->records;
    for (; *next < end && batch->base.count < max; ++*next) {
        const struct sim_record *from = &log->records[*next];
        if (sim->txns[from->txn].state != SIM_COMMITTED)
            continue;
        batch->records[batch->base.count++] = (struct dl_record){
            .part = part,
            .offset = from->offset,
            .key = copy(from->key, from->key_len),
            .value = from->value ? copy(from->value, from->value_len) : (dl_str){NULL, 0}};
        batch->base.bytes += from->key_len + from->value_len;
    }
    return batch;
}

static void do_fetch(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct fetch *fetch = ctx;
    struct sim_reading *reading = &member->readings[fetch->part.partition];
    if (member->ghost || member->closing || !reading->started || reading->epoch != fetch->epoch ||
        reading->paused) {
        free(fetch);
        return;
    }
    uint64_t wait = latency(sim);
    struct sim_batch *batch =
        read_log(sim, fetch->part, &reading->next, 1 + (uint32_t)sim_draw(sim, FETCH_RECORDS_MAX));
    sim_at(sim, batch->base.count ? wait : POLL_MS, member, do_fetch, fetch);
    if (batch->base.count == 0) {
        free_batch(&batch->base);
        if (!reading->end_told && member->calls.end)
            member->calls.end(member->leg, fetch->part, reading->next);
        reading->end_told = true;
        return;
    }
    reading->end_told = false;
    member->delivered[fetch->part.partition] = reading->next;
    member->calls.records(member->leg, &batch->base);
}

static void start(struct dl_bus *bus, struct dl_part part, int64_t offset)
{
    struct sim_member *member = of(bus);
    struct sim *sim = member->sim;
    struct sim_reading *reading = &member->readings[part.partition];
    int64_t next = offset == DL_OFFSET_COMMITTED ? sim->committed[part.partition] : offset;
    *reading = (struct sim_reading){
        .started = true, .next = next < 0 ? 0 : next, .epoch = reading->epoch + 1};
    struct fetch *fetch = dl_alloc(sizeof *fetch);
    *fetch = (struct fetch){part, reading->epoch};
    sim_say(sim, "member %u reads partition %d from %lld", member->number, part.partition,
            (long long)reading->next);
    sim_at(sim, latency(sim), member, do_fetch, fetch);
}

static void pause_part(struct dl_bus *bus, struct dl_part part)
{
    of(bus)->readings[part.partition].paused = true;
}

static void resume_part(struct dl_bus *bus, struct dl_part part)
{
    struct sim_member *member = of(bus);
    struct sim_reading *reading = &member->readings[part.partition];
    reading->paused = false;
    reading->epoch++;
    struct fetch *fetch = dl_alloc(sizeof *fetch);
    *fetch = (struct fetch){part, reading->epoch};
    sim_at(member->sim, latency(member->sim), member, do_fetch, fetch);
}

static void release(struct dl_bus *bus)
{
    struct sim_member *member = of(bus);
    if (!member->ghost)
        sim_released(member->sim, member);
}

static void committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret)
{
    (void)bus;
    (void)part;
    (void)ret;
    abort(); /* no simulated leg asks */
}

struct restore {
    struct dl_part part;
    struct dl_bus_restore calls;
    int64_t high; /* the end when it was asked for, open transactions included */
};

static void do_restore(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct restore *restore = ctx;
    if (member->ghost || member->closing) {
        free(restore);
        return;
    }
    if (sim_stable_end(sim, restore->part) < restore->high) {
        sim_at(sim, POLL_MS, member, do_restore, restore);
        return;
    }
    int64_t next = 0;
    for (;;) {
        struct sim_batch *batch = read_log(sim, restore->part, &next, 16);
        uint32_t count = batch->base.count;
        for (uint32_t i = 0; i < count; i++)
            restore->calls.each(restore->calls.ctx, &batch->records[i]);
        free_batch(&batch->base);
        if (count == 0)
            break;
    }
    restore->calls.done(restore->calls.ctx, NULL);
    free(restore);
}

static void restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore calls)
{
    struct sim_member *member = of(bus);
    struct sim *sim = member->sim;
    struct restore *ask = dl_alloc(sizeof *ask);
    sim_say(sim, "member %u restores partition %d", member->number, part.partition);
    *ask = (struct restore){part, calls, sim->log[part.topic][part.partition].count};
    sim_at(sim, latency(sim), member, do_restore, ask);
}

/* --- life --- */

static void tell_closed(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)ctx;
    if (member->gone)
        return; /* it was killed before the answer came */
    sim_say(sim, "member %u closed", member->number);
    member->gone = true;
    member->calls.closed(member->leg);
}

static void close_bus(struct dl_bus *bus)
{
    struct sim_member *member = of(bus);
    member->closing = true;
    if (member->ghost)
        return;
    if (member->epoch == member->sim->slots[member->slot].epoch)
        sim_init_producer(member->sim, member);
    sim_leave(member->sim, member);
    sim_at(member->sim, latency(member->sim), member, tell_closed, NULL);
}

static void free_bus(struct dl_bus *bus)
{
    (void)bus; /* the room keeps its members */
}

static dl_status open_bus(struct dl_log *base, struct dl_loop *loop, const struct dl_bus_want *want,
                          struct dl_bus **ret_bus, struct dl_error *err);

static const struct dl_bus_kind kind = {
    .open = open_bus,
    .start = start,
    .pause = pause_part,
    .resume = resume_part,
    .release = release,
    .committed = committed,
    .send = send,
    .commit = commit,
    .abort = abort_txn,
    .restore = restore,
    .close = close_bus,
    .free = free_bus,
};

static dl_status open_bus(struct dl_log *base, struct dl_loop *loop, const struct dl_bus_want *want,
                          struct dl_bus **ret_bus, struct dl_error *err)
{
    (void)err;
    struct sim_log *log = (struct sim_log *)base;
    struct sim *sim = log->sim;
    struct sim_member *member = sim_last_member(sim);
    if (loop != &member->loop)
        abort();
    member->bus.kind = &kind;
    member->calls = *want->calls;
    member->leg = want->leg;
    sim_init_producer(sim, member);
    sim_join(sim, member);
    *ret_bus = &member->bus;
    return DL_OK;
}

struct dl_log *sim_log_for(struct sim *sim, uint32_t slot)
{
    struct sim_log *log = dl_alloc(sizeof *log);
    *log = (struct sim_log){{&kind}, sim, slot};
    struct sim_member *member = dl_alloc(sizeof *member);
    assert(sim->member_count < SIM_MEMBERS_MAX);
    member->sim = sim;
    member->slot = slot;
    member->number = sim->member_count;
    sim->members[sim->member_count++] = member;
    sim_loop_init(member);
    return &log->base;
}

struct sim_member *sim_last_member(struct sim *sim)
{
    return sim->members[sim->member_count - 1];
}
