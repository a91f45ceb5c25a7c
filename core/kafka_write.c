/* The producer as the loop sees it: records go in, acknowledgements come back. */
#include "core/kafka_client.h"

#define RECORD_OVERHEAD 128U /* what Kafka adds to one record and its batch, at most */
#define HEADER_OVERHEAD 20U  /* and to each header */
#define FLUSH_MS 5000        /* at close, for records on their way */

/* --- handles --- */

static void adopt(struct kafka_client *client, rd_kafka_t *producer)
{
    client->producer = producer;
    client->reports = rd_kafka_queue_get_main(producer);
    dl_kafka_pump_watch(client->pump, client->reports);
}

void dl_kafka_writer_drop(struct kafka_client *client)
{
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        if (client->outputs[t])
            rd_kafka_topic_destroy(client->outputs[t]);
        client->outputs[t] = NULL;
    }
    if (client->reports) {
        dl_kafka_pump_unwatch(client->reports);
        rd_kafka_queue_destroy(client->reports);
    }
    client->reports = NULL;
}

dl_status dl_kafka_writer_open(struct kafka_client *client, struct dl_error *err)
{
    rd_kafka_t *producer;
    dl_status status =
        dl_kafka_handle(client->log, client->transactional ? KAFKA_WRITER : KAFKA_SENDER, NULL,
                        client->id, &producer, err);
    if (status != DL_OK)
        return status;
    /* Without transactions records may wait for the start check in the handle's queue. */
    client->writer = client->transactional ? WRITER_STARTING : WRITER_OPEN;
    adopt(client, producer);
    return DL_OK;
}

void dl_kafka_writer_ready(struct kafka_client *client)
{
    client->writer = WRITER_OPEN;
    if (client->room_wanted && client->close == CLOSE_NOT) {
        client->room_wanted = false;
        if (client->calls.room)
            client->calls.room(client->leg);
    }
}

void dl_kafka_exchange(struct kafka_client *client, rd_kafka_t *producer)
{
    rd_kafka_t *old = client->producer;
    dl_kafka_writer_drop(client);
    adopt(client, producer);
    if (old) /* not forsaken */
        dl_kafka_destroy(client, client->end, old);
}

/* --- replacing an idempotent producer that lost its sequence --- */

struct renew_job {
    struct kafka_job base;
    rd_kafka_t *producer;
};

static void run_renew(struct kafka_job *base)
{
    struct kafka_client *client = base->client;
    struct dl_error err;
    (void)rd_kafka_purge(client->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    (void)rd_kafka_flush(client->producer, dl_kafka_patience(client, FLUSH_MS));
    if (dl_kafka_handle(client->log, KAFKA_SENDER, NULL, client->id,
                        &((struct renew_job *)base)->producer, &err) != DL_OK)
        abort(); /* the same settings made one before: no memory for a thread */
}

static void renew_done(struct kafka_job *base)
{
    dl_kafka_exchange(base->client, ((struct renew_job *)base)->producer);
    base->client->room_wanted = true;
    if (base->client->writer == WRITER_ENDING)
        dl_kafka_writer_ready(base->client);
    free(base);
}

void dl_kafka_renew(struct kafka_client *client)
{
    if (client->writer != WRITER_OPEN)
        return;
    struct renew_job *job = dl_alloc(sizeof *job);
    job->base.run = run_renew;
    job->base.done = renew_done;
    client->writer = WRITER_ENDING;
    dl_kafka_do(client, client->end, &job->base);
}

/* --- sending --- */

static rd_kafka_topic_t *output(struct kafka_client *client, enum dl_topic topic)
{
    if (!client->outputs[topic])
        client->outputs[topic] =
            rd_kafka_topic_new(client->producer, client->log->names[topic], NULL);
    return client->outputs[topic];
}

static size_t wire_bytes(const struct dl_record *record)
{
    size_t bytes = record->key.len + record->value.len + RECORD_OVERHEAD;
    for (uint32_t h = 0; h < record->header_count; h++)
        bytes += record->headers[h].name.len + record->headers[h].value.len + HEADER_OVERHEAD;
    return bytes;
}

static rd_kafka_headers_t *headers_of(const struct dl_record *record)
{
    if (record->header_count == 0)
        return NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (uint32_t h = 0; h < record->header_count; h++) {
        const struct dl_header *header = &record->headers[h];
        (void)rd_kafka_header_add(headers, header->name.at, (ssize_t)header->name.len,
                                  header->value.at ? header->value.at : "",
                                  (ssize_t)header->value.len); /* no memory aborts inside */
    }
    return headers;
}

static rd_kafka_resp_err_t produce(struct kafka_client *client, const struct dl_record *record,
                                   rd_kafka_headers_t *headers, void *token)
{
    return rd_kafka_producev(
        client->producer, RD_KAFKA_V_RKT(output(client, record->part.topic)),
        RD_KAFKA_V_PARTITION(record->part.partition < 0 ? RD_KAFKA_PARTITION_UA
                                                        : record->part.partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(record->key.at, record->key.len),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)record->value.at, record->value.len),
        RD_KAFKA_V_TIMESTAMP(record->timestamp_ms), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(token), RD_KAFKA_V_END);
}

dl_status dl_kafka_send(struct dl_bus *bus, const struct dl_record *record, void *token)
{
    struct kafka_client *client = kafka_client_of(bus);
    if (wire_bytes(record) > DL_RECORD_BYTES_MAX)
        return DL_TOO_BIG;
    bool starts = client->writer == WRITER_STARTING || (client->transactional && !client->checked);
    if (starts || client->writer != WRITER_OPEN || client->in_commit ||
        client->close != CLOSE_NOT) {
        client->room_wanted = client->room_wanted || starts;
        return DL_RETRY;
    }
    rd_kafka_headers_t *headers = headers_of(record);
    rd_kafka_resp_err_t code = produce(client, record, headers, token);
    if (!code)
        return DL_OK;
    if (headers)
        rd_kafka_headers_destroy(headers);
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return DL_TOO_BIG;
    /* A full queue; or a broken producer, whose replacement comes with the next commit (its
     * transaction is lost) or is under way. */
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL && client->transactional)
        return DL_OK;
    client->room_wanted = true;
    client->full_at = rd_kafka_outq_len(client->producer);
    return DL_RETRY;
}

/* --- what comes back --- */

static void on_reports(struct kafka_client *client, rd_kafka_event_t *event)
{
    const rd_kafka_message_t *message;
    while ((message = rd_kafka_event_message_next(event))) {
        if (!client->calls.acked)
            continue;
        struct dl_error err;
        if (message->err)
            (void)dl_kafka_fail(client->log, &err, DL_FATAL, "%s: %s",
                                rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
        client->calls.acked(client->leg, message->_private, message->err ? &err : NULL);
    }
}

void dl_kafka_writer_serve(struct kafka_client *client, uint32_t *budget)
{
    rd_kafka_event_t *event;
    while (client->reports && *budget > 0 && (event = rd_kafka_queue_poll(client->reports, 0))) {
        --*budget;
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR)
            on_reports(client, event);
        else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            dl_kafka_heard(client, client->producer, event);
        rd_kafka_event_destroy(event);
    }
    if (client->writer == WRITER_OPEN && client->room_wanted && !client->in_commit &&
        (client->checked || !client->transactional) && client->close == CLOSE_NOT &&
        rd_kafka_outq_len(client->producer) <= client->full_at / 2) {
        client->room_wanted = false;
        if (client->calls.room)
            client->calls.room(client->leg);
    }
}

/* --- closing --- */

static void run_close(struct kafka_job *base)
{
    struct kafka_client *client = base->client;
    if (client->transactional) {
        dl_kafka_end_for_close(client);
    } else if (rd_kafka_flush(client->producer, dl_kafka_patience(client, FLUSH_MS))) {
        /* What is left is told as failed; the loop hears the reports. */
        (void)rd_kafka_purge(client->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_flush(client->producer, dl_kafka_patience(client, FLUSH_MS / 5));
    }
}

static void close_done(struct kafka_job *base)
{
    base->client->close_waits = false;
    base->client->writer = WRITER_GONE;
    free(base);
}

void dl_kafka_writer_close(struct kafka_client *client)
{
    struct kafka_job *job = dl_alloc(sizeof *job);
    job->run = run_close;
    job->done = close_done;
    client->close_waits = true;
    dl_kafka_do(client, client->end, job);
}
