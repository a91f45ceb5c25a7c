/* Ends of transactions as the loop sees them: asked for by the leg, done by the end thread
 * (kafka_end.c), answered by `committed` or `aborted`.
 *
 * librdkafka promises that each call ends within the time it is given. One does not when the
 * group's coordinator leaves the cluster in that moment (send_offsets_to_transaction in every
 * version up to 2.16, confluentinc/librdkafka issues 5456 and 5511). The loop counts how long a
 * call lasts, forsakes the thread that is stuck in it, with its producer, and goes on with another
 * thread, which begins by replacing the producer. */
#include "core/kafka_end.h"

#define STUCK_TICKS 20 /* of 500 ms that the loop has seen: a stalled process does not count */
#define STUCK_MAX 8    /* each holds a handle: a process with more is better started again */

static void end_done(struct kafka_job *base)
{
    struct end_job *job = (struct end_job *)base;
    struct kafka_client *client = base->client;
    client->in_commit = false;
    client->ending = NULL;
    if (client->transactional)
        client->writer = WRITER_OPEN;
    if (job->producer != client->producer)
        dl_kafka_exchange(client, job->producer);
    if (job->outcome == END_FAILED) {
        client->writer = WRITER_GONE;
        dl_kafka_failed(client, &job->err);
    } else if (job->outcome == END_COMMITTED) {
        if (client->calls.committed && client->close == CLOSE_NOT)
            client->calls.committed(client->leg);
    } else if (job->outcome == END_ABORTED) {
        dl_kafka_group_rewind(client);
        if (client->close == CLOSE_NOT)
            client->calls.aborted(client->leg, job->err.text[0] ? &job->err : NULL);
    }
    dl_kafka_free_end(job);
}

static void start_end(struct kafka_client *client, struct end_job *job)
{
    job->base.done = end_done;
    job->producer = client->producer;
    client->ending = job;
    client->in_commit = true;
    if (client->transactional)
        client->writer = WRITER_ENDING;
    dl_kafka_do(client, client->end, &job->base);
}

static rd_kafka_topic_partition_list_t *list_of(struct kafka_client *client,
                                                const struct dl_position *positions, uint32_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (uint32_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_t *elem = rd_kafka_topic_partition_list_add(
            list, client->log->names[positions[i].part.topic], positions[i].part.partition);
        elem->offset = positions[i].next;
        if (positions[i].note.len > 0) {
            elem->metadata = rd_kafka_mem_malloc(NULL, positions[i].note.len);
            memcpy(elem->metadata, positions[i].note.at, positions[i].note.len);
            elem->metadata_size = positions[i].note.len;
        }
    }
    return list;
}

void dl_kafka_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(!client->in_commit);
    struct end_job *job = dl_alloc(sizeof *job);
    job->commits = true;
    if (count > 0 && client->consumer) {
        job->offsets = list_of(client, positions, count);
        job->member = rd_kafka_consumer_group_metadata(client->consumer);
    }
    job->base.run = client->transactional ? dl_kafka_run_end : dl_kafka_run_store;
    start_end(client, job);
}

void dl_kafka_abort(struct dl_bus *bus)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(client->transactional && !client->in_commit);
    struct end_job *job = dl_alloc(sizeof *job);
    job->base.run = dl_kafka_run_end;
    start_end(client, job);
}

/* --- a call that does not come back --- */

/* The same end once more, by another thread with another producer. What the stuck call may still
 * do counts for nothing once that one has the transactional id, or was in time and is found out. */
static void go_on_without(struct kafka_client *client, struct kafka_thread *heir)
{
    struct end_job *stuck = client->ending;
    struct end_job *job = dl_alloc(sizeof *job);
    job->replaces = true;
    job->asked = stuck->asked;
    job->committed = stuck->committed;
    if (stuck->offsets)
        job->offsets = rd_kafka_topic_partition_list_copy(stuck->offsets);
    (void)dl_fail(&job->err, DL_RETRY, "%s: librdkafka does not come back from a call", client->id);
    rd_kafka_set_log_level(stuck->producer, 0); /* what it says would be lost on a dead log */
    if (stuck->producer == client->producer) {
        dl_kafka_writer_drop(client);
        client->producer = NULL;
    }
    client->end = heir;
    job->base.run = dl_kafka_run_end;
    start_end(client, job);
}

void dl_kafka_end_watch(struct kafka_client *client)
{
    if (dl_kafka_call_ticks(client->end) < STUCK_TICKS || client->close != CLOSE_NOT)
        return;
    struct kafka_thread *heir = dl_kafka_thread_new();
    if (client->ending && dl_kafka_stuck() < STUCK_MAX) {
        if (dl_kafka_forsake(client->end, heir))
            go_on_without(client, heir);
        else
            dl_kafka_thread_stop(heir);
        return;
    }
    dl_kafka_thread_stop(heir);
    struct dl_error err;
    (void)dl_kafka_fail(client->log, &err, DL_FATAL,
                        "transactional id %s: librdkafka does not come back from a call: start "
                        "again, the brokers abort what was open",
                        client->id);
    dl_kafka_failed(client, &err);
}

/* --- at start --- */

struct init_job {
    struct kafka_job base;
    dl_status status;
    struct dl_error err;
};

static void run_init(struct kafka_job *base)
{
    struct init_job *job = (struct init_job *)base;
    job->status = dl_kafka_run_init(base, &job->err);
}

static void init_done(struct kafka_job *base)
{
    struct init_job *job = (struct init_job *)base;
    struct kafka_client *client = base->client;
    if (client->close == CLOSE_NOT && job->status != DL_OK) {
        dl_kafka_failed(client, &job->err);
    } else if (client->close == CLOSE_NOT) {
        client->writer = WRITER_OPEN;
        if (client->checked)
            dl_kafka_writer_ready(client);
    }
    free(job);
}

void dl_kafka_init_writer(struct kafka_client *client)
{
    struct init_job *job = dl_alloc(sizeof *job);
    job->base.run = run_init;
    job->base.done = init_done;
    dl_kafka_do(client, client->end, &job->base);
}
