/* Leg 4: reports out of the log into something people can look into.
 *
 *     records ─► pending batches ─► [store thread: begin, put …, commit] ─► offsets for lag
 *                    │                          │
 *                    too many: partitions pause cannot now: the same batch again, for ever
 *
 * The leg (sink*.c) consumes, batches, retries and holds back; a kind (sqlite.c, ndjson.c) knows
 * one place where reports can be kept. Each kind stores the log's offsets with the reports
 * themselves, so that both move together: what the store says is where reading starts, and the
 * log's own committed offsets are for lag only.
 *
 * Owner    the leg until `finished`, which is its last call; it frees itself after it.
 * Threads  the leg's calls on the loop thread; a kind's functions on the loop's store thread, one
 *          at a time; counters may be read from any.
 * Errors   through `finished`. A store that cannot take a batch now is waited for and logged. */
#ifndef DL_SINKS_SINK_H
#define DL_SINKS_SINK_H

#include "core/bus.h"
#include "proto/records.h"

#include <stdatomic.h>

struct dl_loop;

/* --- what a kind of sink gives ------------------------------------------------------------- */

/* Where a kind keeps its reports. */
struct dl_sink_place {
    const char *target; /* path of a file; later kinds: a URL */
    bool fast;          /* a power cut may lose the last batches (they come again), a crash not */
    bool sole;          /* the only member of its group: one file instead of one a partition */
};

/* One record to keep. Everything is borrowed for the call. */
struct dl_sink_item {
    const struct dl_record *record;
    const struct dl_report *report;
    int64_t ingested_ms;    /* since 1970: when its batch was begun */
    struct dl_arena *arena; /* for what putting it takes; emptied after the call */
};

/* How far a batch goes in one partition. */
struct dl_sink_step {
    struct dl_part part;
    int64_t expected; /* what the store must still say */
    int64_t next;     /* what it says afterwards */
};

struct dl_sink_store; /* the kind's own, from open to close */

/* Errors of all of them: DL_RETRY when it may go later (the disk is full, somebody holds a lock);
 * DL_FATAL when it never will (a damaged or newer file), with the name of the thing. */
struct dl_sink_kind {
    /* The command's word, and the group's name without --name: "sqlite". */
    const char *name;

    /* Opens or makes the store, and mends what a crash left. */
    dl_status (*open)(const struct dl_sink_place *place, struct dl_sink_store **ret_store,
                      struct dl_error *err);

    /* The next offset of a partition as the store has it; 0 when it has none of it. */
    dl_status (*position)(struct dl_sink_store *store, struct dl_part part, int64_t *ret_next,
                          struct dl_error *err);

    /* Begins a batch. After any failure of begin, put or commit, abort is called. */
    dl_status (*begin)(struct dl_sink_store *store, struct dl_error *err);

    /* Takes one report into the batch. DL_BAD_INPUT, DL_TOO_BIG: this one cannot be kept here,
     * nothing of it was taken; the leg logs it and goes on. */
    dl_status (*put)(struct dl_sink_store *store, const struct dl_sink_item *item,
                     struct dl_error *err);

    /* Makes the batch and the steps durable together. DL_NOT_FOUND: another member moved an
     * offset; nothing was kept. */
    dl_status (*commit)(struct dl_sink_store *store, const struct dl_sink_step *steps,
                        uint32_t count, struct dl_error *err);

    /* Undoes the batch as if it had never begun; also when none was. */
    void (*abort)(struct dl_sink_store *store);

    void (*close)(struct dl_sink_store *store);
};

extern const struct dl_sink_kind dl_sink_sqlite;
extern const struct dl_sink_kind dl_sink_ndjson;

/* --- the leg ------------------------------------------------------------------------------- */

struct dl_sink_counters {
    atomic_ullong reports; /* kept, in committed batches */
    atomic_ullong bytes;   /* of their records */
    atomic_ullong batches;
    atomic_ullong refused; /* records that are no Report or cannot be kept; logged, left out */
    atomic_ullong retries;
    atomic_ullong fences;  /* another member was there */
    atomic_bool waiting;   /* for the store; the log says why */
    atomic_bool reachable; /* the log answers */
    atomic_bool member;    /* the group has given us our partitions, be it none */
    atomic_uint partitions;
    /* By partition of the topic reports: everything before it is in the store. */
    atomic_llong next[DL_PARTITIONS_MAX];
};

/* True when everything before `ends` (dl_log_range's next offsets, by partition) is in the store:
 * how `run --once` knows that this sink is through. */
bool dl_sink_has_stored(const struct dl_sink_counters *counters, const int64_t *ends,
                        uint32_t count);

struct dl_sink_want {
    const struct dl_sink_kind *kind;
    struct dl_sink_place place;
    const char *name;         /* of the group, after "sink-"; NULL: the kind's */
    const char *slot;         /* as in dl_bus_want */
    uint32_t batch_records;   /* a batch is stored at the latest with so many records; 0: default */
    size_t batch_bytes;       /* or bytes */
    uint64_t batch_ms;        /* or so long after its first record came */
    size_t pending_bytes_max; /* of records waiting to be stored; then partitions pause */
    struct dl_sink_counters *counters;
    void (*finished)(void *ctx, const struct dl_error *err); /* err NULL: stopped as asked */
    void *ctx;
};

struct dl_sink_leg;

/* Strings of `want` are copied. What opening the store has to say comes through `finished`. */
dl_status dl_sink_start(struct dl_log *log, struct dl_loop *loop, const struct dl_sink_want *want,
                        struct dl_sink_leg **ret_leg, struct dl_error *err);

/* Ends the batch being stored, drops what waits (it is read again), leaves the group. */
void dl_sink_stop(struct dl_sink_leg *leg);

#endif
