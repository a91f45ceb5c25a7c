/* Partitions read back from their beginning to the mark they have now, beside any group.
 *
 * The mark is the high watermark, which open transactions have moved already; the reading is
 * read_committed, so reaching it means that they have ended. It comes with the first answer to a
 * fetch, which was asked for after the restore began: asking for it apart would take a round to
 * the brokers for each partition, while partitions stand still. One handle serves all restores of
 * a client and goes when the last is done. */
#include "core/kafka_client.h"

#define MARK_UNKNOWN (-1)
#define WARM_PARTITIONS 3 /* their leaders are most of the brokers */
#define WARM_MS 1000

enum restore_phase {
    RESTORE_WAITS, /* the same partition is being restored already */
    RESTORE_ASKS,  /* for its partition */
    RESTORE_READS,
    RESTORE_LEAVES, /* its partition is being given back */
};

struct kafka_restore {
    struct kafka_restore *next;
    struct dl_part part;
    struct dl_bus_restore call;
    enum restore_phase phase;
    int64_t mark; /* done when everything before it was seen; MARK_UNKNOWN before an answer */
    int64_t at;
    rd_kafka_queue_t *queue;
    rd_kafka_t *handle;
    bool assigned; /* the ask thread's */
};

struct restore_job {
    struct kafka_job base;
    struct kafka_restore *restore;
    bool failed;
    struct dl_error err;
};

static void remove_restore(struct kafka_client *client, struct kafka_restore *restore)
{
    struct kafka_restore **link = &client->restores;
    while (*link != restore)
        link = &(*link)->next;
    *link = restore->next;
    free(restore);
}

/* --- on the ask thread --- */

static rd_kafka_topic_partition_list_t *list_of(const struct kafka_job *base,
                                                const struct kafka_restore *restore)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, base->client->log->names[restore->part.topic],
                                      restore->part.partition)
        ->offset = RD_KAFKA_OFFSET_BEGINNING;
    return list;
}

static void run_ask(struct kafka_job *base)
{
    struct restore_job *job = (struct restore_job *)base;
    struct kafka_client *client = base->client;
    rd_kafka_topic_partition_list_t *list = list_of(base, job->restore);
    rd_kafka_error_t *error = rd_kafka_incremental_assign(job->restore->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    job->restore->assigned = !error;
    if (error) {
        job->failed = true;
        (void)dl_kafka_fail(client->log, &job->err, DL_FATAL, "%s/%d: %s",
                            client->log->names[job->restore->part.topic],
                            job->restore->part.partition, rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
    }
}

static void run_leave(struct kafka_job *base)
{
    struct restore_job *job = (struct restore_job *)base;
    if (!job->restore->assigned)
        return;
    rd_kafka_topic_partition_list_t *list = list_of(base, job->restore);
    rd_kafka_error_t *error = rd_kafka_incremental_unassign(job->restore->handle, list);
    if (error)
        rd_kafka_error_destroy(error); /* it goes with the handle at the latest */
    rd_kafka_topic_partition_list_destroy(list);
}

/* --- on the loop --- */

static void start_restore(struct kafka_client *client, struct kafka_restore *restore);

static void drop_handle(struct kafka_client *client)
{
    if (!client->restorer)
        return;
    dl_kafka_pump_unwatch(client->restorer_events);
    rd_kafka_queue_destroy(client->restorer_events);
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        if (client->restored[t])
            rd_kafka_topic_destroy(client->restored[t]);
        client->restored[t] = NULL;
    }
    dl_kafka_destroy(client, client->ask, client->restorer);
    client->restorer = NULL;
    client->restorer_events = NULL;
}

static void start_waiting(struct kafka_client *client, struct dl_part part)
{
    for (struct kafka_restore *it = client->restores; it; it = it->next)
        if (it->phase == RESTORE_WAITS && it->part.topic == part.topic &&
            it->part.partition == part.partition) {
            start_restore(client, it);
            return;
        }
}

static void left(struct kafka_job *base)
{
    struct restore_job *job = (struct restore_job *)base;
    struct kafka_client *client = base->client;
    struct dl_part part = job->restore->part;
    remove_restore(client, job->restore);
    free(job);
    if (client->close != CLOSE_NOT)
        return;
    start_waiting(client, part);
    if (!client->restores)
        drop_handle(client);
}

static void finish(struct kafka_client *client, struct kafka_restore *restore,
                   const struct dl_error *err)
{
    struct dl_bus_restore call = restore->call;
    if (restore->queue) {
        dl_kafka_pump_unwatch(restore->queue);
        rd_kafka_queue_destroy(restore->queue);
    }
    if (client->close != CLOSE_NOT) {
        remove_restore(client, restore); /* the handle is gone or going */
        return;
    }
    restore->queue = NULL;
    restore->phase = RESTORE_LEAVES;
    struct restore_job *job = dl_alloc(sizeof *job);
    job->base.run = run_leave;
    job->base.done = left;
    job->restore = restore;
    dl_kafka_do(client, client->ask, &job->base);
    call.done(call.ctx, err);
}

static void asked(struct kafka_job *base)
{
    struct restore_job *job = (struct restore_job *)base;
    struct kafka_client *client = base->client;
    struct kafka_restore *restore = job->restore;
    if (job->failed || client->close != CLOSE_NOT)
        finish(client, restore, job->failed ? &job->err : NULL);
    else
        restore->phase = RESTORE_READS;
    free(job);
    dl_kafka_poke(client->pump);
}

static void open_handle(struct kafka_client *client)
{
    struct dl_error err;
    if (client->restorer)
        return;
    if (dl_kafka_handle(client->log, KAFKA_RESTORER, NULL, NULL, &client->restorer, &err) != DL_OK)
        abort(); /* the same settings were tried at open: no memory for a thread */
    client->restorer_events = rd_kafka_queue_get_consumer(client->restorer);
    dl_kafka_pump_watch(client->pump, client->restorer_events);
}

struct warm_job {
    struct kafka_job base;
    rd_kafka_t *handle;
};

/* Who leads the partitions of the handle's topics, and a connection to the first leaders. */
static void run_warm(struct kafka_job *base)
{
    struct warm_job *job = (struct warm_job *)base;
    struct kafka_client *client = base->client;
    const struct rd_kafka_metadata *metadata = NULL;
    if (rd_kafka_metadata(job->handle, 0, NULL, &metadata, dl_kafka_patience(client, WARM_MS)))
        return;
    rd_kafka_metadata_destroy(metadata);
    for (int p = 0; p < WARM_PARTITIONS; p++) {
        int64_t low;
        int64_t high;
        (void)rd_kafka_query_watermark_offsets(job->handle, client->log->names[DL_TOPIC_SEEN], p,
                                               &low, &high, dl_kafka_patience(client, WARM_MS));
    }
}

static void warmed(struct kafka_job *base)
{
    free(base);
}

void dl_kafka_restore_warm(struct kafka_client *client)
{
    open_handle(client);
    for (int t = 0; t < DL_TOPIC_COUNT; t++)
        if (dl_topics[t].compacted) /* they hold what is restored */
            client->restored[t] = rd_kafka_topic_new(client->restorer, client->log->names[t], NULL);
    struct warm_job *job = dl_alloc(sizeof *job);
    job->base.run = run_warm;
    job->base.done = warmed;
    job->handle = client->restorer;
    dl_kafka_do(client, client->ask, &job->base);
}

static void start_restore(struct kafka_client *client, struct kafka_restore *restore)
{
    open_handle(client);
    restore->phase = RESTORE_ASKS;
    restore->handle = client->restorer;
    restore->at = 0;
    restore->mark = MARK_UNKNOWN;
    restore->queue = rd_kafka_queue_get_partition(
        client->restorer, client->log->names[restore->part.topic], restore->part.partition);
    rd_kafka_queue_forward(restore->queue, NULL);
    dl_kafka_pump_watch(client->pump, restore->queue);
    struct restore_job *job = dl_alloc(sizeof *job);
    job->base.run = run_ask;
    job->base.done = asked;
    job->restore = restore;
    dl_kafka_do(client, client->ask, &job->base);
}

void dl_kafka_restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore call)
{
    struct kafka_client *client = kafka_client_of(bus);
    struct kafka_restore *restore = dl_alloc(sizeof *restore);
    restore->part = part;
    restore->call = call;
    bool busy = false;
    struct kafka_restore **link = &client->restores;
    for (; *link; link = &(*link)->next)
        busy = busy ||
               ((*link)->part.topic == part.topic && (*link)->part.partition == part.partition);
    *link = restore;
    if (busy)
        restore->phase = RESTORE_WAITS;
    else
        start_restore(client, restore);
}

/* --- records --- */

/* Called with the first thing that a fetch brought. */
static void take_mark(struct kafka_client *client, struct kafka_restore *restore)
{
    int64_t low = 0;
    int64_t high = 0;
    if (restore->mark == MARK_UNKNOWN &&
        !rd_kafka_get_watermark_offsets(restore->handle, client->log->names[restore->part.topic],
                                        restore->part.partition, &low, &high) &&
        high >= 0)
        restore->mark = high;
}

static bool is_through(const struct kafka_restore *restore, int64_t at)
{
    return restore->mark != MARK_UNKNOWN && at >= restore->mark;
}

/* True when the event ends the restore at its mark. */
static bool is_end(struct kafka_client *client, struct kafka_restore *restore,
                   rd_kafka_event_t *event)
{
    bool end = false;
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        rd_kafka_topic_partition_t *at = rd_kafka_event_topic_partition(event);
        take_mark(client, restore);
        end = at && is_through(restore, at->offset);
        if (at)
            rd_kafka_topic_partition_destroy(at);
    } else {
        dl_kafka_heard(client, restore->handle, event);
    }
    rd_kafka_event_destroy(event);
    return end;
}

static void read_some(struct kafka_client *client, struct kafka_restore *restore, uint32_t *budget)
{
    while (*budget > 0 && client->close == CLOSE_NOT) {
        struct kafka_fetched fetched[DL_KAFKA_BATCH_RECORDS];
        rd_kafka_event_t *other;
        uint32_t most = *budget < DL_KAFKA_BATCH_RECORDS ? *budget : DL_KAFKA_BATCH_RECORDS;
        uint32_t count = dl_kafka_fetch(restore->queue, &restore->at, fetched, most, &other);
        *budget -= count;
        if (count > 0) {
            take_mark(client, restore);
            struct dl_batch *batch = dl_kafka_batch(restore->part, fetched, count);
            for (uint32_t i = 0; i < count; i++)
                restore->call.each(restore->call.ctx, &batch->records[i]);
            dl_batch_free(batch);
        }
        bool end = is_through(restore, restore->at);
        if (other && is_end(client, restore, other))
            end = true;
        if (end) {
            finish(client, restore, NULL);
            return;
        }
        if (count == 0 && !other)
            return;
    }
}

void dl_kafka_restore_serve(struct kafka_client *client, uint32_t *budget)
{
    rd_kafka_event_t *event;
    while (client->restorer_events && *budget > 0 &&
           (event = rd_kafka_queue_poll(client->restorer_events, 0))) {
        --*budget;
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            dl_kafka_heard(client, client->restorer, event);
        rd_kafka_event_destroy(event);
    }
    /* finish() takes nothing off the list at once; what the leg adds goes to its end */
    for (struct kafka_restore *it = client->restores; it && *budget > 0; it = it->next)
        if (it->phase == RESTORE_READS)
            read_some(client, it, budget);
}

void dl_kafka_restore_drop(struct kafka_client *client)
{
    for (struct kafka_restore *it = client->restores; it; it = it->next)
        if (it->queue) {
            dl_kafka_pump_unwatch(it->queue);
            rd_kafka_queue_destroy(it->queue);
            it->queue = NULL;
            it->phase = RESTORE_LEAVES;
        }
    drop_handle(client);
}

void dl_kafka_restore_free(struct kafka_client *client)
{
    while (client->restores)
        remove_restore(client, client->restores);
}
