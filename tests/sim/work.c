/* The worker leg in the simulated room: articles come, members crash, stall, join and leave; at
 * every step no article may have two outcomes, and at the end each must have one.
 *
 *     sim_work [--seeds FROM TO] [--seed N] [--trace] [--bug K] [--expect-found]
 *
 * A failing seed prints how to see it again with its trace. With --bug a wrong variant is planted
 * and --expect-found makes it an error not to find it. */
#include "workers/work.h"
#include "core/log.h"
#include "proto/codec.h"
#include "tests/sim/world.h"
#include "workers/pipeline.h"

#define ARTICLES 60U
#define SLOTS 3U
#define FAULTS 8U
#define FAULT_UNTIL_MS 12000U
#define STUCK_MS 120000U

struct scenario {
    struct sim *sim;
    struct dl_pipeline pipeline;
    struct dl_knowledge knowledge;
    struct dl_work_counters counters;
    struct sim_member *by_slot[SLOTS];
    struct dl_work_leg *legs[SIM_MEMBERS_MAX];
    bool finished[SIM_MEMBERS_MAX];
    bool over;
    uint32_t planned; /* faults and articles still to come */
    int64_t sent[SIM_PARTITIONS];
};

struct finished_ctx {
    struct scenario *scenario;
    uint32_t member;
};

static void on_finished(void *ctx, const struct dl_error *err)
{
    struct finished_ctx *which = ctx;
    which->scenario->finished[which->member] = true;
    if (err && !which->scenario->sim->members[which->member]->ghost)
        sim_fail(which->scenario->sim, "member %u failed: %s", which->member, err->text);
    free(which);
}

static void start_member(struct scenario *s, uint32_t slot)
{
    struct dl_log *log = sim_log_for(s->sim, slot);
    struct sim_member *member = sim_last_member(s->sim);
    struct finished_ctx *ctx = dl_alloc(sizeof *ctx);
    *ctx = (struct finished_ctx){s, member->number};
    struct dl_work_want want = {
        .pipeline = &s->pipeline,
        .knowledge = &s->knowledge,
        .commit_ms = 60,
        .commit_records = 5,
        .inflight_bytes_max = 2000,
        .counters = &s->counters,
        .finished = on_finished,
        .ctx = ctx,
    };
    struct dl_error err;
    if (dl_work_start(log, &member->loop, &want, &s->legs[member->number], &err) != DL_OK)
        abort();
    free(log);
    s->by_slot[slot] = member;
    sim_say(s->sim, "member %u starts in slot %u", member->number, slot);
}

/* --- articles --- */

static void put_article(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)member;
    struct scenario *s = ctx;
    struct dl_arena arena;
    char id[16];
    char text[64];
    /* some ids come again, with the same text or another; some records are no articles */
    uint32_t number = (uint32_t)sim_draw(sim, ARTICLES);
    snprintf(id, sizeof id, "a%u", number);
    snprintf(text, sizeof text, "text %u of %u", (unsigned)sim_draw(sim, 2), number);
    dl_arena_init(&arena);
    struct dl_article_record article = {.id = dl_str_of(id), .text = dl_str_of(text)};
    struct dl_record record = {.part = {DL_TOPIC_ARTICLES, -1},
                               .key = article.id,
                               .value = dl_article_pack(&article, &arena)};
    if (sim_chance(sim, 5))
        record.value = DL_STR("\xff\xff no article");
    sim_append(sim, &record, 0);
    dl_arena_done(&arena);
    s->planned--;
}

/* --- faults --- */

/* kill -9: nothing it did since counts, its session ends later. */
static void session_ended(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct sim_member *dead = ctx;
    (void)member;
    sim_leave(sim, dead);
}

static void kill_member(struct scenario *s, struct sim_member *member)
{
    struct sim *sim = s->sim;
    if (member->ghost || member->gone)
        return;
    sim_say(sim, "member %u is killed", member->number);
    member->ghost = true;
    sim_at(sim, SIM_SESSION_MS, NULL, session_ended, member);
    sim_finish_works(sim, member); /* only so that its memory comes back */
    dl_work_stop(s->legs[member->number]);
    for (int i = 0; i < 8 && !member->gone; i++) {
        if (member->in_commit || member->in_abort) {
            member->in_commit = member->in_abort = false;
            member->calls.aborted(member->leg, NULL);
        } else if (member->closing) {
            member->gone = true;
            member->calls.closed(member->leg);
        }
        sim_finish_works(sim, member);
    }
    if (!member->gone)
        sim_fail(sim, "member %u does not end when it is told to", member->number);
}

static void restart(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct scenario *s = ctx;
    (void)member;
    for (uint32_t slot = 0; slot < SLOTS && !s->over; slot++)
        if (!s->by_slot[slot] || s->by_slot[slot]->ghost || s->by_slot[slot]->closing)
            start_member(s, slot);
    (void)sim;
    s->planned--;
}

static void plan_restart(struct scenario *s)
{
    s->planned++;
    sim_at(s->sim, 100 + sim_draw(s->sim, 2500), NULL, restart, s);
}

static void session_check(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)member;
    struct sim_member *stalled = ctx;
    if (stalled->stalled_until_ms > sim->now_ms && !stalled->ghost)
        sim_kick(sim, stalled);
}

static void fault(struct sim *sim, struct sim_member *unused, void *ctx)
{
    (void)unused;
    struct scenario *s = ctx;
    struct sim_member *member = s->by_slot[sim_draw(sim, SLOTS)];
    s->planned--;
    if (!member || member->ghost || member->closing) {
        plan_restart(s);
        return;
    }
    switch (sim_draw(sim, 4)) {
    case 0:
        kill_member(s, member);
        plan_restart(s);
        break;
    case 1: /* SIGSTOP, sometimes past all time-outs */
        member->stalled_until_ms = sim->now_ms + 200 + sim_draw(sim, 6000);
        sim_say(sim, "member %u stands still until %llu", member->number,
                (unsigned long long)member->stalled_until_ms);
        sim_at(sim, SIM_SESSION_MS, NULL, session_check, member);
        break;
    case 2: /* SIGTERM */
        sim_say(sim, "member %u is asked to stop", member->number);
        dl_work_stop(s->legs[member->number]);
        plan_restart(s);
        break;
    default: /* the coordinator forgets it: partitions lost without a word before */
        sim_kick(sim, member);
        break;
    }
}

/* --- invariants --- */

struct origin {
    uint32_t outcomes;
};

static void count_outcomes(struct sim *sim, enum dl_topic topic, bool repeats_only,
                           struct origin *origins, uint32_t room)
{
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++) {
        const struct sim_partition *log = &sim->log[topic][p];
        for (uint32_t i = 0; i < log->count; i++) {
            const struct sim_record *record = &log->records[i];
            if (sim->txns[record->txn].state != SIM_COMMITTED)
                continue;
            if (repeats_only && strcmp(record->outcome, "repeat") != 0)
                continue;
            unsigned partition = 0;
            unsigned offset = 0;
            if (sscanf(record->origin, "%u:%u", &partition, &offset) != 2 ||
                partition >= SIM_PARTITIONS || offset >= room) {
                sim_fail(sim, "a record of foreign origin '%s'", record->origin);
                return;
            }
            if (++origins[partition * room + offset].outcomes > 1)
                sim_fail(sim, "article %u:%u has two outcomes", partition, offset);
        }
    }
}

static void check(struct sim *sim, bool at_end)
{
    enum { ROOM = 256 };
    struct origin origins[SIM_PARTITIONS * ROOM];
    memset(origins, 0, sizeof origins);
    count_outcomes(sim, DL_TOPIC_REPORTS, false, origins, ROOM);
    count_outcomes(sim, DL_TOPIC_DEAD, false, origins, ROOM);
    count_outcomes(sim, DL_TOPIC_SEEN, true, origins, ROOM);
    for (uint32_t p = 0; p < SIM_PARTITIONS && !sim->failure[0]; p++) {
        int64_t committed = sim->committed[p] < 0 ? 0 : sim->committed[p];
        if (committed > sim->log[DL_TOPIC_ARTICLES][p].count)
            sim_fail(sim, "offset %lld of partition %u is beyond its end", (long long)committed, p);
        for (int64_t o = 0; o < committed && !sim->failure[0]; o++)
            if (origins[p * ROOM + (uint32_t)o].outcomes == 0)
                sim_fail(sim, "article %u:%lld is committed without an outcome", p, (long long)o);
        if (at_end && committed != sim->log[DL_TOPIC_ARTICLES][p].count)
            sim_fail(sim, "partition %u is stuck at %lld", p, (long long)committed);
    }
}

static bool all_done(const struct scenario *s)
{
    const struct sim *sim = s->sim;
    if (s->planned)
        return false;
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++)
        if (sim->committed[p] != sim->log[DL_TOPIC_ARTICLES][p].count &&
            sim->log[DL_TOPIC_ARTICLES][p].count)
            return false;
    return true;
}

/* --- one run --- */

static bool run_seed(uint64_t seed, enum sim_bug bug, bool trace, char failure[256])
{
    struct scenario *s = dl_alloc(sizeof *s);
    struct sim *sim = s->sim = sim_new(seed, bug, trace);
    s->pipeline.count = 0; /* parse, stamp and pack: coding is not what is tried here */
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        start_member(s, slot);
    for (uint32_t i = 0; i < ARTICLES; i++, s->planned++)
        sim_at(sim, sim_draw(sim, FAULT_UNTIL_MS), NULL, put_article, s);
    for (uint32_t i = 0; i < FAULTS; i++, s->planned++)
        sim_at(sim, 300 + sim_draw(sim, FAULT_UNTIL_MS), NULL, fault, s);
    uint64_t commits_seen = 0;
    while (!all_done(s) && !sim->failure[0] && sim->now_ms < STUCK_MS && sim_step(sim)) {
        uint64_t commits = atomic_load(&s->counters.commits) + atomic_load(&s->counters.aborts);
        if (commits != commits_seen) /* between them nothing becomes visible */
            check(sim, false);
        commits_seen = commits;
    }
    if (!sim->failure[0])
        check(sim, true);
    for (uint32_t m = 0; m < sim->member_count; m++)
        if (!sim->members[m]->gone)
            kill_member(s, sim->members[m]);
    s->over = true; /* what was planned still comes, but starts nothing */
    uint64_t end = sim->now_ms + 30000;
    for (uint32_t m = 0; m < sim->member_count; m++)
        sim->members[m]->stalled_until_ms = 0;
    while (sim->now_ms < end && sim_step(sim))
        continue; /* what is still on its way frees itself */
    bool good = sim->failure[0] == '\0';
    snprintf(failure, 256, "%s", sim->failure);
    sim_free(sim);
    free(s);
    return good;
}

int main(int argc, char **argv)
{
    unsigned long long from = 1;
    unsigned long long to = 1000;
    enum sim_bug bug = SIM_NO_BUG;
    bool trace = false;
    bool expect_found = false;
    dl_log_setup(DL_LOG_ERROR, DL_LOG_LOGFMT);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seeds") == 0 && i + 2 < argc) {
            from = strtoull(argv[++i], NULL, 10);
            to = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            from = to = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--bug") == 0 && i + 1 < argc) {
            bug = (enum sim_bug)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--trace") == 0) {
            trace = true;
        } else if (strcmp(argv[i], "--expect-found") == 0) {
            expect_found = true;
        } else {
            fprintf(stderr, "sim_work [--seeds FROM TO] [--seed N] [--trace] [--bug 1-4] "
                            "[--expect-found]\n");
            return 2;
        }
    }
    unsigned long long failed = 0;
    for (unsigned long long seed = from; seed <= to; seed++) {
        char failure[256];
        if (run_seed(seed, bug, trace, failure))
            continue;
        failed++;
        printf("seed %llu: %s; to see it again: sim_work --seed %llu --bug %d --trace\n", seed,
               failure, seed, (int)bug);
        if (expect_found || failed >= 10)
            break;
    }
    printf("%llu seeds from %llu, %llu failed\n", to - from + 1, from, failed);
    return (failed > 0) != expect_found;
}
