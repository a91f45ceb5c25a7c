/* Events, the generator, and the log of the simulated room. */
#include "tests/sim/world.h"

#include <stdarg.h>

/* --- chance: splitmix64 (Sebastiano Vigna, public domain) --- */

static uint64_t next_random(struct sim *sim)
{
    uint64_t z = (sim->state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

uint64_t sim_draw(struct sim *sim, uint64_t below)
{
    return next_random(sim) % below;
}

bool sim_chance(struct sim *sim, uint32_t percent)
{
    return sim_draw(sim, 100) < percent;
}

void sim_say(struct sim *sim, const char *format, ...)
{
    if (!sim->trace)
        return;
    va_list args;
    va_start(args, format);
    printf("%7llu ms  ", (unsigned long long)sim->now_ms);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

void sim_fail(struct sim *sim, const char *format, ...)
{
    if (sim->failure[0])
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(sim->failure, sizeof sim->failure, format, args);
    va_end(args);
    sim_say(sim, "BROKEN: %s", sim->failure);
}

/* --- events --- */

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void push(struct sim *sim, struct sim_event event)
{
    if (sim->event_count == sim->event_room) {
        sim->event_room = sim->event_room ? sim->event_room * 2 : 256;
        sim->events = dl_realloc_array(sim->events, sim->event_room, sizeof *sim->events);
    }
    uint32_t i = sim->event_count++;
    while (i > 0 && earlier(&event, &sim->events[(i - 1) / 2])) {
        sim->events[i] = sim->events[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    sim->events[i] = event;
}

static struct sim_event pop(struct sim *sim)
{
    struct sim_event top = sim->events[0];
    struct sim_event last = sim->events[--sim->event_count];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= sim->event_count)
            break;
        if (child + 1 < sim->event_count && earlier(&sim->events[child + 1], &sim->events[child]))
            child++;
        if (!earlier(&sim->events[child], &last))
            break;
        sim->events[i] = sim->events[child];
        i = child;
    }
    sim->events[i] = last;
    return top;
}

void sim_at(struct sim *sim, uint64_t wait_ms, struct sim_member *member, sim_act *act, void *ctx)
{
    push(sim, (struct sim_event){sim->now_ms + wait_ms, sim->order++, member, act, ctx, false});
}

void sim_mark_work(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->event_count; i++)
        if (sim->events[i].order + 1 == sim->order)
            sim->events[i].is_work = true;
}

bool sim_step(struct sim *sim)
{
    if (sim->event_count == 0)
        return false;
    struct sim_event event = pop(sim);
    sim->now_ms = event.at_ms;
    struct sim_member *member = event.member;
    if (member && member->stalled_until_ms > sim->now_ms) {
        event.at_ms = member->stalled_until_ms; /* its process stands still */
        push(sim, event);
        return true;
    }
    if (event.act)
        event.act(sim, member, event.ctx);
    return true;
}

void sim_finish_works(struct sim *sim, struct sim_member *member)
{
    for (uint32_t i = 0; i < sim->event_count;) {
        struct sim_event event = sim->events[i];
        if (event.member != member || !event.is_work) {
            i++;
            continue;
        }
        sim->events[i].is_work = false; /* once */
        sim->events[i].member = NULL;
        sim->events[i].act = NULL;
        event.act(sim, member, event.ctx); /* may push: start over */
        i = 0;
    }
}

/* --- the log --- */

static char *copy(dl_str s)
{
    char *bytes = dl_alloc(s.len + 1);
    if (s.len)
        memcpy(bytes, s.at, s.len);
    return bytes;
}

static void copy_header(const struct dl_record *record, const char *name, char *to, size_t room)
{
    for (uint32_t h = 0; h < record->header_count; h++)
        if (dl_str_is(record->headers[h].name, name))
            snprintf(to, room, "%.*s", DL_STR_ARG(record->headers[h].value));
}

int64_t sim_append(struct sim *sim, const struct dl_record *record, uint32_t txn)
{
    int32_t number = record->part.partition >= 0 ? record->part.partition
                                                 : dl_partition_of(record->key, SIM_PARTITIONS);
    struct sim_partition *part = &sim->log[record->part.topic][number];
    if (part->count == part->room) {
        part->room = part->room ? part->room * 2 : 32;
        part->records = dl_realloc_array(part->records, part->room, sizeof *part->records);
    }
    struct sim_record *to = &part->records[part->count];
    *to = (struct sim_record){.offset = part->count,
                              .txn = txn,
                              .key = copy(record->key),
                              .key_len = record->key.len,
                              .value = record->value.at ? copy(record->value) : NULL,
                              .value_len = record->value.len};
    copy_header(record, "dateline-origin", to->origin, sizeof to->origin);
    copy_header(record, "dateline-outcome", to->outcome, sizeof to->outcome);
    part->count++;
    return to->offset;
}

/* Everything before it is decided. */
int64_t sim_stable_end(struct sim *sim, struct dl_part part)
{
    const struct sim_partition *log = &sim->log[part.topic][part.partition];
    for (uint32_t i = 0; i < log->count; i++)
        if (sim->txns[log->records[i].txn].state == SIM_OPEN)
            return i;
    return log->count;
}

void sim_end_txn(struct sim *sim, uint32_t txn, enum sim_txn_state state)
{
    if (txn && sim->txns[txn].state == SIM_OPEN)
        sim->txns[txn].state = state;
}

/* --- life --- */

struct sim *sim_new(uint64_t seed, enum sim_bug bug, bool trace)
{
    struct sim *sim = dl_alloc(sizeof *sim);
    sim->state = seed * 0x2545f4914f6cdd1dULL + 1;
    sim->bug = bug;
    sim->trace = trace;
    sim->txns = dl_realloc_array(NULL, 4096, sizeof *sim->txns);
    sim->txns[0] = (struct sim_txn){SIM_COMMITTED, 0};
    sim->txn_count = 1;
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++)
        sim->committed[p] = DL_OFFSET_BEGIN;
    return sim;
}

void sim_free(struct sim *sim)
{
    for (int topic = 0; topic < DL_TOPIC_COUNT; topic++) {
        for (uint32_t p = 0; p < SIM_PARTITIONS; p++) {
            struct sim_partition *part = &sim->log[topic][p];
            for (uint32_t i = 0; i < part->count; i++) {
                free(part->records[i].key);
                free(part->records[i].value);
            }
            free(part->records);
        }
    }
    for (uint32_t m = 0; m < sim->member_count; m++)
        free(sim->members[m]);
    free(sim->txns);
    free(sim->events);
    free(sim);
}
