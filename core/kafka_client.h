/* One leg's client of Kafka: what its loop thread and its two threads of blocking calls share.
 *
 *     rdkafka ──byte──► pipe ──uv_poll──► loop: look everywhere ──► the leg's calls
 *     ask thread ──done job, byte──┘          │ jobs
 *     end thread ──done job, byte──┘ ◄────────┘
 *
 * Everything here is the loop's unless it says otherwise. Only the kafka_*.c files include this. */
#ifndef DL_CORE_KAFKA_CLIENT_H
#define DL_CORE_KAFKA_CLIENT_H

#include "core/kafka_log.h"
#include "core/loop.h"

#include <stdatomic.h>
#include <uv.h>

#define DL_KAFKA_BATCH_RECORDS 256U
#define DL_KAFKA_BATCH_BYTES (256U << 10)
#define DL_KAFKA_BURST 512U /* events and records before other work of the loop has its turn */
#define DL_KAFKA_CLOSE_MS 6000U

struct kafka_client;

/* --- kafka_jobs.c: blocking calls, each on a thread of the client --- */

/* `run` on the thread, then `done` on the loop, which frees the job. First member of the structs
 * that carry what the two need. */
struct kafka_job {
    struct kafka_job *next;
    struct kafka_client *client;
    struct kafka_thread *thread;
    rd_kafka_t *consumer; /* the client's when the job was given: lives until the job is done */
    void (*run)(struct kafka_job *job);
    void (*done)(struct kafka_job *job);
};

/* A thread is the client's until one of its calls into librdkafka does not come back: then it is
 * forsaken, ends by itself should the call ever return, and another one goes on with its jobs. */
struct kafka_thread {
    struct kafka_client *client;
    uv_thread_t thread;
    uv_cond_t came;
    struct kafka_job *first; /* under the client's mutex */
    struct kafka_job *last;
    bool runs;
    bool stops;
    atomic_ullong call;              /* odd inside a watched call; CALL_FORSAKEN */
    unsigned long long call_watched; /* the loop's: as it was at the last tick */
    uint32_t call_ticks;             /* and at how many before */
};

/* Takes a job whose `run` and `done` are set; starts the thread at its first job. */
void dl_kafka_do(struct kafka_client *client, struct kafka_thread *thread, struct kafka_job *job);
struct kafka_thread *dl_kafka_thread_new(void);

/* Around a call that may not come back. False after it: the thread is forsaken, nothing of the
 * client may be touched any more; `run` drops what is its own, the job too, and returns. */
void dl_kafka_call_begins(struct kafka_thread *thread);
bool dl_kafka_call_ends(struct kafka_thread *thread);
/* Each tick of the loop: how many ticks the present call lasts. */
uint32_t dl_kafka_call_ticks(struct kafka_thread *thread);
/* Gives the thread up if it is inside a call still, and hands its waiting jobs to `heir`. */
bool dl_kafka_forsake(struct kafka_thread *thread, struct kafka_thread *heir);
uint32_t dl_kafka_stuck(void); /* forsaken threads of the process that did not come back yet */
/* Destroys a handle whose queues and topics were given back, without a farewell to its group. */
void dl_kafka_destroy(struct kafka_client *client, struct kafka_thread *thread, rd_kafka_t *handle);
void dl_kafka_thread_stop(struct kafka_thread *thread); /* waits for its jobs; frees it */

/* On a job's thread: waits `ms` with a job's patience, false at once when the client closes. */
bool dl_kafka_wait(struct kafka_client *client, uint64_t ms);
/* On a job's thread: how long a call may still take; less when the client closes. */
int dl_kafka_patience(struct kafka_client *client, int ms);

/* --- the client --- */

enum part_phase {
    PART_WAITING,  /* for dl_bus_start() */
    PART_STARTING, /* the ask thread seeks */
    PART_RUNNING,
};

struct kafka_part {
    struct dl_part part;
    rd_kafka_queue_t *queue;
    enum part_phase phase;
    bool paused;
    bool ended;     /* `end` was told and no record since */
    int64_t next;   /* offset the leg sees next, or DL_OFFSET_BEGIN; in PART_WAITING: where the
                       handle stands */
    uint64_t epoch; /* of starts: an answer to an older one is nobody's */
};

enum writer_phase {
    WRITER_NONE,
    WRITER_STARTING,
    WRITER_OPEN,   /* takes sends */
    WRITER_ENDING, /* commit, abort or replacement is under way */
    WRITER_GONE,
};

enum close_phase {
    CLOSE_NOT,
    CLOSE_WRITER, /* the transaction ends, the sends are waited for */
    CLOSE_LEAVE,  /* partitions are given back */
    CLOSE_GROUP,  /* rdkafka closes its consumer */
    CLOSE_HANDLES,
    CLOSE_DONE,
};

struct kafka_restore; /* kafka_restore.c */
struct end_job;       /* kafka_end.h */

struct kafka_client {
    struct dl_bus base;
    struct kafka_log *log;
    struct dl_loop *loop;
    struct dl_bus_calls calls;
    void *leg;
    char *group; /* on the wire; NULL without one */
    char *id;    /* PREFIX-GROUP-SLOT: instance and transactional id */
    char *slot;
    enum dl_topic topics[DL_TOPIC_COUNT];
    uint32_t topic_count;
    bool transactional;
    bool own_offsets;

    struct kafka_pump *pump;
    struct dl_timer tick; /* once a second: rdkafka wants to be polled */
    struct kafka_thread *ask;
    struct kafka_thread *end; /* ends transactions; owns the producer while WRITER_ENDING */
    uv_mutex_t mutex;         /* guards the threads' lists and `done_*` */
    uv_cond_t stopped;        /* `closing` was set */
    struct kafka_job *done_first;
    struct kafka_job *done_last;
    atomic_bool closing;
    atomic_ullong close_end_ns; /* by uv_hrtime(): blocking calls return by then */

    /* the group */
    rd_kafka_t *consumer;
    rd_kafka_queue_t *events; /* the consumer's own */
    struct kafka_part *parts;
    uint32_t part_count;
    uint32_t turn;
    rd_kafka_event_t *revoke; /* held until dl_bus_release() */
    uint32_t assigning;       /* jobs that are answering an assignment */
    bool member_lost;         /* the handle is of no more use: another one follows */
    bool loss_told;           /* the leg was asked for its partitions without an event */
    uint32_t fences;          /* of this member, in a row */
    uint64_t fenced_ms;       /* the last one */
    uint64_t cut_ms;          /* a broker was last seen to be away */

    /* writing */
    rd_kafka_t *producer;
    rd_kafka_queue_t *reports; /* the producer's main queue */
    rd_kafka_topic_t *outputs[DL_TOPIC_COUNT];
    enum writer_phase writer;
    bool in_commit;
    bool room_wanted;
    int full_at;            /* messages waiting when the queue was full */
    struct end_job *ending; /* the one under way, NULL without */
    uint64_t begun_ns;      /* end thread: when the open transaction began */
    uint32_t fenced_soon;   /* end thread: in a row, sooner than any time-out of ours */

    struct kafka_restore *restores; /* the first ones are being read */
    rd_kafka_t *restorer;
    rd_kafka_queue_t *restorer_events;
    rd_kafka_topic_t *restored[DL_TOPIC_COUNT]; /* of the restorer: known ahead */

    bool checked; /* the start check is over */
    bool joined;
    bool told_ready;
    bool ready;
    bool probing; /* a job asks whether the brokers are back */
    bool failed;
    enum close_phase close;
    uint64_t close_start_ms;
    bool close_waits; /* for a job of the present phase */
    bool abandoned;   /* the watchdog fired: threads may still be inside rdkafka */
};

static inline struct kafka_client *kafka_client_of(struct dl_bus *bus)
{
    return (struct kafka_client *)bus;
}

/* --- kafka_pump.c: one pipe, watched by the loop --- */

/* `serve` on the loop whenever anybody poked. */
struct kafka_pump *dl_kafka_pump_new(struct dl_loop *loop, void (*serve)(void *ctx), void *ctx);
void dl_kafka_poke(struct kafka_pump *pump); /* any thread */
void dl_kafka_pump_watch(struct kafka_pump *pump, rd_kafka_queue_t *queue);
void dl_kafka_pump_unwatch(rd_kafka_queue_t *queue);
/* `leak`: the pipe stays, since threads may still write to it. */
void dl_kafka_pump_free(struct kafka_pump *pump, bool leak);

/* --- bus_kafka.c --- */

void dl_kafka_failed(struct kafka_client *client, const struct dl_error *err);
void dl_kafka_unready(struct kafka_client *client, const char *why);
/* An error event of any handle. */
void dl_kafka_heard(struct kafka_client *client, rd_kafka_t *handle, rd_kafka_event_t *event);

/* --- kafka_batch.c --- */

struct kafka_fetched {
    rd_kafka_event_t *event;
    const rd_kafka_message_t *message; /* the event's only one */
};

/* One batch of these messages, which it takes: their bytes stay where they are until it is freed.
 * A leg frees its batches before it closes: rdkafka waits for them. */
struct dl_batch *dl_kafka_batch(struct dl_part part, const struct kafka_fetched *fetched,
                                uint32_t count);

/* Polls one partition's queue for at most `most` messages or DL_KAFKA_BATCH_BYTES; skips those
 * before *next and moves it behind the last one. Stops at anything else, which is then *ret_other
 * (the caller's), or NULL. */
uint32_t dl_kafka_fetch(rd_kafka_queue_t *queue, int64_t *next, struct kafka_fetched *to,
                        uint32_t most, rd_kafka_event_t **ret_other);
void dl_kafka_fetched_done(struct kafka_fetched *fetched, uint32_t count);

/* --- kafka_group.c: the consumer --- */

dl_status dl_kafka_group_open(struct kafka_client *client, struct dl_error *err);
dl_status dl_kafka_group_join(struct kafka_client *client, struct dl_error *err);
void dl_kafka_group_serve(struct kafka_client *client, uint32_t *budget);
/* Every partition waits for dl_bus_start() again. */
void dl_kafka_group_rewind(struct kafka_client *client);
void dl_kafka_group_drop_parts(struct kafka_client *client); /* their queues, before the handle */
void dl_kafka_answer_revoke(struct kafka_client *client);
/* An assignment's partitions are the leg's no longer. */
void dl_kafka_tell_revoked(struct kafka_client *client, bool lost);
void dl_kafka_start(struct dl_bus *bus, struct dl_part part, int64_t offset);
void dl_kafka_pause(struct dl_bus *bus, struct dl_part part);
void dl_kafka_resume(struct dl_bus *bus, struct dl_part part);
void dl_kafka_release(struct dl_bus *bus);
void dl_kafka_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret);

/* --- kafka_member.c: a consumer that cannot go on is replaced --- */

/* The consumer's handle is fatally broken, for this reason. */
void dl_kafka_member_lost(struct kafka_client *client, rd_kafka_resp_err_t code, const char *text);
/* Once the leg has given back what the old member had: another one joins. */
void dl_kafka_member_serve(struct kafka_client *client);

/* --- kafka_write.c: the producer on the loop --- */

dl_status dl_kafka_writer_open(struct kafka_client *client, struct dl_error *err);
void dl_kafka_writer_start(struct kafka_client *client);
void dl_kafka_writer_serve(struct kafka_client *client, uint32_t *budget);
void dl_kafka_writer_close(struct kafka_client *client); /* clears close_waits when done */
void dl_kafka_writer_drop(struct kafka_client *client);  /* references, before the handle */
/* Goes on with another handle; the old one is destroyed by the end thread. */
void dl_kafka_exchange(struct kafka_client *client, rd_kafka_t *producer);
/* A producer without transactions that can send no more: its records fail, others follow. */
void dl_kafka_renew(struct kafka_client *client);
void dl_kafka_writer_ready(struct kafka_client *client); /* WRITER_STARTING is over */
dl_status dl_kafka_send(struct dl_bus *bus, const struct dl_record *record, void *token);

/* --- kafka_commit.c, kafka_end.c: ends of transactions, on their own thread --- */

/* Each tick of the loop: goes on with another thread and producer when a call never ends. */
void dl_kafka_end_watch(struct kafka_client *client);
void dl_kafka_init_writer(struct kafka_client *client);
void dl_kafka_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count);
void dl_kafka_abort(struct dl_bus *bus);
void dl_kafka_end_for_close(struct kafka_client *client); /* end thread: abort, give up in time */

/* --- kafka_restore.c --- */

void dl_kafka_restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore restore);
/* Opens the handle and its connections ahead of the first restore, which partitions wait for. */
void dl_kafka_restore_warm(struct kafka_client *client);
void dl_kafka_restore_serve(struct kafka_client *client, uint32_t *budget);
void dl_kafka_restore_drop(struct kafka_client *client);
void dl_kafka_restore_free(struct kafka_client *client);

#endif
