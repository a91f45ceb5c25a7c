/* A simulated machine room: a clock, a log with transactions and groups, members that crash, stall
 * and lose replies; everything in an order drawn from a seed, so that any run can be had again.
 *
 * What is simulated is the contract of core/bus.h over a log that behaves as Kafka does: read
 * committed up to the last stable offset, one open transaction a producer, epochs that fence,
 * offsets checked by generation (not by ownership), eager rebalances, session and transaction
 * time-outs.
 *
 *     events (time, order) ─► member's call │ broker's act
 *
 * Threads  one.   Owner  sim_free(). */
#ifndef DL_TESTS_SIM_WORLD_H
#define DL_TESTS_SIM_WORLD_H

#include "core/bus.h"
#include "core/loop.h"

#define SIM_PARTITIONS 4U
#define SIM_MEMBERS_MAX 64U /* over one run, dead ones counted */

#define SIM_SESSION_MS 1000U
#define SIM_REBALANCE_MS 3000U
#define SIM_TRANSACTION_MS 2000U

struct sim;
struct sim_member;

/* --- events --- */

typedef void sim_act(struct sim *sim, struct sim_member *member, void *ctx);

struct sim_event {
    uint64_t at_ms;
    uint64_t order;
    struct sim_member *member; /* its thread does it; NULL: the room itself */
    sim_act *act;
    void *ctx;    /* freed by the act */
    bool is_work; /* a piece of work under way, done even when its process dies */
};

/* --- the log --- */

enum sim_txn_state { SIM_OPEN, SIM_COMMITTED, SIM_ABORTED };

struct sim_record {
    int64_t offset;
    uint32_t txn; /* index; 0 is the always committed one */
    char *key;
    size_t key_len;
    char *value;
    size_t value_len;
    char origin[32];
    char outcome[16]; /* header dateline-outcome */
};

struct sim_partition {
    struct sim_record *records;
    uint32_t count;
    uint32_t room;
};

struct sim_txn {
    enum sim_txn_state state;
    uint32_t slot;
};

struct sim_slot { /* a transactional id */
    uint32_t epoch;
    uint32_t txn; /* open one, 0: none */
};

/* --- members --- */

struct sim_reading {
    bool started;
    bool paused;
    bool end_told;
    int64_t next;
    uint64_t epoch;
};

struct sim_member {
    struct dl_bus bus; /* what the leg holds */
    struct dl_loop loop;
    struct sim *sim;
    struct dl_bus_calls calls;
    void *leg;
    uint32_t number;
    uint32_t slot;
    uint32_t epoch;
    uint32_t generation;
    bool in_group;
    bool ghost; /* crashed: nothing it does has an effect any more */
    bool gone;  /* closed */
    bool owns[SIM_PARTITIONS];
    bool owes_release;
    uint32_t rebalance; /* the one it owes the release for */
    uint32_t joins;     /* a revocation of an earlier stay in the group is void */
    uint64_t stalled_until_ms;
    uint32_t stalls;
    bool in_commit;
    bool in_abort;
    bool closing;
    bool room_owed;
    int64_t delivered[SIM_PARTITIONS]; /* for the planted bugs */
    struct sim_reading readings[SIM_PARTITIONS];
};

enum sim_bug {
    SIM_NO_BUG,
    SIM_OFFSET_BEFORE_WORK,
    SIM_NO_END_ON_REVOKE,
    SIM_OFF_BY_ONE,
    SIM_NO_REWIND,
    SIM_BUGS
};

struct sim {
    uint64_t state; /* of the generator */
    uint64_t now_ms;
    uint64_t order;
    struct sim_event *events; /* a heap */
    uint32_t event_count;
    uint32_t event_room;

    struct sim_partition log[DL_TOPIC_COUNT][SIM_PARTITIONS];
    struct sim_txn *txns;
    uint32_t txn_count;
    struct sim_slot slots[SIM_MEMBERS_MAX];
    int64_t committed[SIM_PARTITIONS];
    uint32_t generation;
    uint32_t rebalance; /* counts them */
    bool rebalancing;
    bool again; /* asked for while one was under way */

    struct sim_member *members[SIM_MEMBERS_MAX];
    uint32_t member_count;

    enum sim_bug bug;
    bool trace;
    char failure[256]; /* the first broken invariant */
};

struct sim *sim_new(uint64_t seed, enum sim_bug bug, bool trace);
void sim_free(struct sim *sim);
uint64_t sim_draw(struct sim *sim, uint64_t below); /* 0 to below-1 */
bool sim_chance(struct sim *sim, uint32_t percent);
void sim_say(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

void sim_at(struct sim *sim, uint64_t wait_ms, struct sim_member *member, sim_act *act, void *ctx);
void sim_mark_work(struct sim *sim); /* the event pushed last is a piece of work */
bool sim_step(struct sim *sim);      /* false when nothing is left to happen */
/* Does a dead member's pieces of work, so that their memory comes back. */
void sim_finish_works(struct sim *sim, struct sim_member *member);

/* loop.c */
void sim_loop_init(struct sim_member *member);

/* log.c */
int64_t sim_append(struct sim *sim, const struct dl_record *record, uint32_t txn);
int64_t sim_stable_end(struct sim *sim, struct dl_part part);
void sim_end_txn(struct sim *sim, uint32_t txn, enum sim_txn_state state);

/* group.c */
void sim_join(struct sim *sim, struct sim_member *member);
void sim_kick(struct sim *sim, struct sim_member *member);
void sim_leave(struct sim *sim, struct sim_member *member);
void sim_released(struct sim *sim, struct sim_member *member);
void sim_init_producer(struct sim *sim, struct sim_member *member);

/* bus.c: the log a member opens. One member at a time is being opened. */
struct dl_log *sim_log_for(struct sim *sim, uint32_t slot);
struct sim_member *sim_last_member(struct sim *sim);

#endif
