/* From fetched messages to a batch: one allocation with the array of records and their headers,
 * whose bytes stay where librdkafka put them until the batch goes. */
#include "core/kafka_client.h"

struct kafka_batch {
    struct dl_batch base;
    struct kafka_fetched *fetched; /* of the records, which borrow from them */
    struct dl_record records[];    /* then `fetched`, then the headers */
};

/* --- fetching --- */

uint32_t dl_kafka_fetch(rd_kafka_queue_t *queue, int64_t *next, struct kafka_fetched *to,
                        uint32_t most, rd_kafka_event_t **ret_other)
{
    uint32_t count = 0;
    size_t bytes = 0;
    rd_kafka_event_t *event;
    *ret_other = NULL;
    while (count < most && bytes < DL_KAFKA_BATCH_BYTES &&
           (event = rd_kafka_queue_poll(queue, 0))) {
        const rd_kafka_message_t *message = rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH
                                                ? rd_kafka_event_message_next(event)
                                                : NULL;
        if (!message || message->err) {
            *ret_other = event;
            break;
        }
        if (message->offset < *next) { /* a batch is fetched whole, from before a seek's offset */
            rd_kafka_event_destroy(event);
            continue;
        }
        *next = message->offset + 1;
        bytes += message->len + message->key_len;
        to[count++] = (struct kafka_fetched){event, message};
    }
    return count;
}

void dl_kafka_fetched_done(struct kafka_fetched *fetched, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        rd_kafka_event_destroy(fetched[i].event);
}

/* --- records --- */

static rd_kafka_headers_t *headers_of(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers))
        return NULL;
    return headers;
}

static size_t count_headers(const struct kafka_fetched *fetched, uint32_t count)
{
    size_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const rd_kafka_headers_t *headers = headers_of(fetched[i].message);
        sum += headers ? rd_kafka_header_cnt(headers) : 0;
    }
    return sum;
}

static uint32_t list_headers(const rd_kafka_message_t *message, struct dl_header *to)
{
    uint32_t count = 0;
    rd_kafka_headers_t *headers = headers_of(message);
    const char *name;
    const void *value;
    size_t len;
    while (headers && !rd_kafka_header_get_all(headers, count, &name, &value, &len))
        to[count++] = (struct dl_header){dl_str_of(name), {value, value ? len : 0}};
    return count;
}

static void free_batch(struct dl_batch *base)
{
    struct kafka_batch *batch = (struct kafka_batch *)base;
    dl_kafka_fetched_done(batch->fetched, base->count);
    free(batch);
}

struct dl_batch *dl_kafka_batch(struct dl_part part, const struct kafka_fetched *fetched,
                                uint32_t count)
{
    size_t bytes = 0;
    size_t records_bytes = count * sizeof(struct dl_record);
    size_t fetched_bytes = count * sizeof *fetched;
    size_t headers_bytes = count_headers(fetched, count) * sizeof(struct dl_header);
    struct kafka_batch *batch =
        dl_realloc_array(NULL, 1, sizeof *batch + records_bytes + fetched_bytes + headers_bytes);
    batch->fetched = (struct kafka_fetched *)(void *)&batch->records[count];
    memcpy(batch->fetched, fetched, fetched_bytes);
    struct dl_header *headers = (struct dl_header *)(void *)&batch->fetched[count];
    for (uint32_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = fetched[i].message;
        struct dl_record *record = &batch->records[i];
        *record = (struct dl_record){.part = part, .offset = message->offset};
        record->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
        record->key = (dl_str){message->key, message->key ? message->key_len : 0};
        record->value = (dl_str){message->payload, message->payload ? message->len : 0};
        record->header_count = list_headers(message, headers);
        record->headers = record->header_count ? headers : NULL;
        headers += record->header_count;
        bytes += record->key.len + record->value.len;
    }
    batch->base = (struct dl_batch){.part = part,
                                    .records = batch->records,
                                    .count = count,
                                    .bytes = bytes,
                                    .free = free_batch};
    return &batch->base;
}
