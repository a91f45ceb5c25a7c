/* The log as the legs see it: topics, partitions, groups, transactions.
 *
 * A leg opens one client. Everything the log has to say comes as a call on the client's loop
 * thread; everything the leg wants is a call that does not block. The same contract stands over
 * the embedded log (bus_local.c), over Kafka (bus_kafka.c) and over a simulated log in tests, so a
 * leg knows neither files nor brokers.
 *
 *     assigned ─► dl_bus_start(part, offset) ─► records … records ─► end (caught up)
 *                    │                              │
 *                    │     dl_bus_send … dl_bus_commit(offsets) ─► committed │ aborted
 *                    │                                                        │
 *                    └── revoked ─► (commit, or abort if lost) ─► dl_bus_release
 *
 * Transactions (clients with `transactional`). What is sent between two commits and the offsets
 * given to the commit become visible together or not at all. From dl_bus_commit() until
 * `committed` or `aborted` no send is taken (DL_RETRY). `aborted` covers an abort asked for, one
 * the log decided, and a fenced producer that was replaced: nothing since the last `committed`
 * happened, every partition must be started again by the leg (usually at DL_OFFSET_COMMITTED), and
 * batches already delivered must be forgotten. An unknown outcome is never reported: the bus asks
 * until it knows.
 *
 * Rebalances. `revoked` asks the leg to end its transaction: commit what is finished if !lost,
 * abort if lost, then dl_bus_release(). Until then no other member gets the partitions. No
 * records of them arrive after `revoked`. A group is answered for by the leg, not by the bus:
 * offsets are kept only by dl_bus_commit(), or by the leg itself in its own database.
 *
 * Owner    the client until `closed`. Strings and bytes given to a call are copied before it
 *          returns. A batch of records belongs to the leg until dl_batch_free(), which may be
 *          called from any thread, once, also after `revoked` and before dl_bus_free().
 * Threads  every function but dl_batch_free() on the loop thread; callbacks come there, never from
 *          inside a call of the leg.
 * Errors   DL_RETRY: full or in commit, `room` or `committed` will follow. DL_TOO_BIG: this record
 *          can never be sent. DL_FATAL only through `failed`, after which only dl_bus_close(). */
#ifndef DL_CORE_BUS_H
#define DL_CORE_BUS_H

#include "core/limits.h"
#include "core/str.h"

struct dl_loop;
struct dl_bus;

/* Topics. Names on the wire are PREFIX.articles and so on. */
enum dl_topic {
    DL_TOPIC_ARTICLES,
    DL_TOPIC_REPORTS,
    DL_TOPIC_MENTIONS,
    DL_TOPIC_DEAD,
    DL_TOPIC_EVENTS,    /* compacted */
    DL_TOPIC_SEEN,      /* compacted; the workers' state */
    DL_TOPIC_POSITIONS, /* compacted; how far a file has been read by a producer */
    DL_TOPIC_COUNT
};

struct dl_topic_settings {
    const char *name; /* after the prefix: "articles" */
    bool compacted;
    int64_t retention_ms; /* -1: as long as the key lives */
};
extern const struct dl_topic_settings dl_topics[DL_TOPIC_COUNT];

struct dl_part {
    enum dl_topic topic;
    int32_t partition;
};

struct dl_header {
    dl_str name;
    dl_str value;
};

/* One record. `value.at` NULL is a tombstone. Times are milliseconds since 1970, UTC. */
struct dl_record {
    struct dl_part part;
    int64_t offset;
    int64_t timestamp_ms;
    dl_str key;
    dl_str value;
    const struct dl_header *headers;
    uint32_t header_count;
};

/* Consecutive records of one partition; offsets rise, with gaps where the log compacted or keeps
 * transaction marks. */
struct dl_batch {
    struct dl_part part;
    const struct dl_record *records;
    uint32_t count;
    size_t bytes; /* of keys, values and headers together, for the leg's own bound */
    void (*free)(struct dl_batch *batch);
};

static inline void dl_batch_free(struct dl_batch *batch)
{
    if (batch)
        batch->free(batch);
}

#define DL_OFFSET_COMMITTED (-1) /* where the group's committed offset says, else the beginning */
#define DL_OFFSET_BEGIN (-2)
#define DL_OFFSET_END (-3)

/* The next offset to read of a partition, with a short note that travels with it (the crash-loop
 * breaker's count); `note` empty for none. */
struct dl_position {
    struct dl_part part;
    int64_t next;
    dl_str note; /* <= 256 bytes */
};

/* What the log tells the leg. Unused ones may be NULL. */
struct dl_bus_calls {
    /* These partitions are the leg's; each waits for dl_bus_start(). */
    void (*assigned)(void *leg, const struct dl_part *parts, uint32_t count);
    void (*revoked)(void *leg, const struct dl_part *parts, uint32_t count, bool lost);
    void (*records)(void *leg, struct dl_batch *batch);        /* the leg owns the batch now */
    void (*end)(void *leg, struct dl_part part, int64_t next); /* nothing beyond `next` right now */
    void (*committed)(void *leg);
    void (*aborted)(void *leg, const struct dl_error *why);
    /* A send outside transactions is durable, or has failed for good. In the order of sending
     * within one partition. */
    void (*acked)(void *leg, void *token, const struct dl_error *err); /* err NULL: durable */
    void (*room)(void *leg);                                           /* after a DL_RETRY */
    /* The log can be reached, or not (`why`, for the leg to log); told when it changes. */
    void (*ready)(void *leg, bool ready, const struct dl_error *why);
    void (*failed)(void *leg, const struct dl_error *err);
    void (*closed)(void *leg); /* the last call of all; now dl_bus_free() */
};

/* What a leg asks for. */
struct dl_bus_want {
    const char *group;           /* without the prefix ("work"); NULL reads nothing */
    const char *slot;            /* stable name of this member and of its transactions; NULL: "0" */
    const enum dl_topic *topics; /* what the group reads */
    uint32_t topic_count;
    bool transactional;
    bool own_offsets; /* the leg keeps its offsets: commits are for lag only */
    const struct dl_bus_calls *calls;
    void *leg;
};

/* Where the log is. Made by dl_bus_at_dir() or dl_bus_at_brokers(); shared by all clients of a
 * process and freed after the last of them. */
struct dl_log;

dl_status dl_bus_open(struct dl_log *log, struct dl_loop *loop, const struct dl_bus_want *want,
                      struct dl_bus **ret_bus, struct dl_error *err);

/* `offset` is a record offset or one of DL_OFFSET_*. Also after `aborted`, to go back. */
void dl_bus_start(struct dl_bus *bus, struct dl_part part, int64_t offset);
/* No records of a paused partition arrive; what was on its way comes again after the resume. */
void dl_bus_pause(struct dl_bus *bus, struct dl_part part);
void dl_bus_resume(struct dl_bus *bus, struct dl_part part);

/* The revoked partitions may go to others now. */
void dl_bus_release(struct dl_bus *bus);

/* The committed position of a partition of this group; answered by `ret` on the loop. `next` is
 * DL_OFFSET_BEGIN and the note empty where nothing was ever committed. */
typedef void dl_bus_position_fn(void *leg, const struct dl_position *position);
void dl_bus_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret);

/* `partition` -1: by the key (murmur2, as Java's producers do). `token` comes back in `acked` and
 * is not used in transactions. */
dl_status dl_bus_send(struct dl_bus *bus, const struct dl_record *record, void *token);

/* The records from *at on, which counts them; DL_RETRY when `room` has to come first, and DL_FATAL
 * for one that the log never takes. */
dl_status dl_bus_send_all(struct dl_bus *bus, const struct dl_record *records, uint32_t count,
                          uint32_t *at, struct dl_error *err);

/* Ends the transaction with these offsets (the partitions' next ones). With own_offsets or without
 * `transactional`: only stores the offsets; `committed` follows all the same. */
void dl_bus_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count);
void dl_bus_abort(struct dl_bus *bus);

/* Reads one partition from its beginning to where it ends now, beside any group, under
 * read_committed and waiting for transactions open there; `each` per record (borrowed for the
 * call), then `done` once, err NULL or why not. For state kept in compacted topics. */
struct dl_bus_restore {
    void (*each)(void *ctx, const struct dl_record *record);
    void (*done)(void *ctx, const struct dl_error *err);
    void *ctx;
};
void dl_bus_restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore restore);

/* Waits until the log answers, as long as a client's start would; blocking, for commands that look.
 * DL_FATAL says who does not answer and why. */
dl_status dl_log_reach(struct dl_log *log, struct dl_error *err);

/* First and next offset of a partition, asked of the log; blocking up to `timeout_ms`: for
 * commands that look (status, audit), not for legs. */
dl_status dl_log_range(struct dl_log *log, struct dl_part part, int timeout_ms, int64_t *ret_first,
                       int64_t *ret_next, struct dl_error *err);
dl_status dl_log_committed(struct dl_log *log, const char *group, struct dl_part part,
                           int timeout_ms, int64_t *ret_next, struct dl_error *err);
/* Partitions of the topic. */
dl_status dl_log_partitions(struct dl_log *log, enum dl_topic topic, uint32_t *ret_count,
                            struct dl_error *err);

/* Leaves the group; a transaction still open is aborted. `closed` follows within the watchdog's
 * time whatever the brokers do. */
void dl_bus_close(struct dl_bus *bus);
void dl_bus_free(struct dl_bus *bus);

void dl_log_free(struct dl_log *log);

/* What a kind of log implements; first member of its own structs. */
struct dl_bus_kind {
    dl_status (*open)(struct dl_log *log, struct dl_loop *loop, const struct dl_bus_want *want,
                      struct dl_bus **ret_bus, struct dl_error *err);
    void (*start)(struct dl_bus *bus, struct dl_part part, int64_t offset);
    void (*pause)(struct dl_bus *bus, struct dl_part part);
    void (*resume)(struct dl_bus *bus, struct dl_part part);
    void (*release)(struct dl_bus *bus);
    void (*committed)(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret);
    dl_status (*send)(struct dl_bus *bus, const struct dl_record *record, void *token);
    void (*commit)(struct dl_bus *bus, const struct dl_position *positions, uint32_t count);
    void (*abort)(struct dl_bus *bus);
    void (*restore)(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore restore);
    void (*close)(struct dl_bus *bus);
    void (*free)(struct dl_bus *bus);
    dl_status (*reach)(struct dl_log *log, struct dl_error *err); /* NULL: it is always there */
    dl_status (*range)(struct dl_log *log, struct dl_part part, int timeout_ms, int64_t *ret_first,
                       int64_t *ret_next, struct dl_error *err);
    dl_status (*group_next)(struct dl_log *log, const char *group, struct dl_part part,
                            int timeout_ms, int64_t *ret_next, struct dl_error *err);
    dl_status (*partitions)(struct dl_log *log, enum dl_topic topic, uint32_t *ret_count,
                            struct dl_error *err);
    void (*free_log)(struct dl_log *log);
};

struct dl_log {
    const struct dl_bus_kind *kind;
};
struct dl_bus {
    const struct dl_bus_kind *kind;
};

/* The partition of a key among `count`: Java's murmur2, so that other producers' records join. */
int32_t dl_partition_of(dl_str key, uint32_t count);

#endif
