/* One leg's client of the embedded log: what its loop thread and its reader thread share.
 * Only bus_local.c and local_reader.c include this. */
#ifndef DL_CORE_LOCAL_CLIENT_H
#define DL_CORE_LOCAL_CLIENT_H

#include "core/local_log.h"
#include "core/loop.h"

#include <stdatomic.h>

enum inbox_kind {
    INBOX_ASSIGNED,
    INBOX_BATCH,
    INBOX_END,
    INBOX_WRITTEN,
    INBOX_DROPPED,
    INBOX_ABORTED,
    INBOX_READY,
    INBOX_POSITION,
    INBOX_RESTORED,      /* a batch of a restore */
    INBOX_RESTORE_ENDED, /* err says how */
    INBOX_FAILED,
    INBOX_CLOSED,
};

/* A thing to tell the leg on its loop. */
struct inbox_item {
    struct inbox_item *next;
    enum inbox_kind kind;
    struct dl_part part;
    uint64_t epoch; /* of the part, for batches and ends */
    int64_t offset;
    struct dl_batch *batch;
    struct local_request *request;
    struct dl_bus_restore restore;
    dl_bus_position_fn *position_fn;
    char *note;
    size_t note_len;
    bool has_error;
    struct dl_error err;
};

/* A thing for the reader thread to do before reading on. */
struct reader_order {
    struct reader_order *next;
    struct dl_part part;
    dl_bus_position_fn *position_fn; /* else a restore */
    struct dl_bus_restore restore;
};

struct reading {
    bool started;
    bool paused;
    bool aligned;    /* `next` is where a row begins */
    bool maybe_more; /* not known to be at the end */
    bool end_told;
    int64_t next; /* or DL_OFFSET_*, which the reader resolves */
    uint64_t epoch;
};

struct local_client {
    struct dl_bus base;
    struct local_log *log;
    struct dl_loop *loop;
    struct dl_bus_calls calls;
    void *leg;
    char *group; /* "" without one */
    int lock_fd;
    struct dl_wake *wake;
    bool transactional;
    bool wants_topic[DL_TOPIC_COUNT];
    struct local_client *next; /* in the log's list, under its mutex */
    atomic_bool closing;

    /* the loop thread's */
    struct local_request *open; /* being filled */
    size_t bytes_out;           /* with the writer */
    uint32_t requests_out;
    bool in_commit;
    bool room_wanted;
    bool leaving; /* only `closed` is left to say */
    bool closed;

    uv_mutex_t mutex; /* guards what follows */
    uv_cond_t orders_came;
    struct inbox_item *inbox_first;
    struct inbox_item *inbox_last;
    struct reader_order *order_first;
    struct reader_order *order_last;
    struct reading *readings; /* [topic][partition] */
    size_t fetched_bytes;     /* in the inbox */
    uint32_t turn;            /* which partition is read next */
    bool reader_runs;
    bool reader_stops;
    uv_thread_t reader;
    sqlite3 *db; /* the reader's */
};

static inline struct reading *reading_of(struct local_client *client, struct dl_part part)
{
    return &client->readings[(uint32_t)part.topic * client->log->partitions +
                             (uint32_t)part.partition];
}

/* Any thread, mutex not held. The client owns the item now. */
void dl_local_tell(struct local_client *client, struct inbox_item *item);
struct inbox_item *dl_local_item(enum inbox_kind kind, struct dl_part part);

/* Starts the reader thread at the first need of it. */
void dl_local_reader_start(struct local_client *client);
void dl_local_reader_stop(struct local_client *client);
void dl_local_reader_order(struct local_client *client, struct reader_order *order);

#endif
