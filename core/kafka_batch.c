/* From fetched messages to a batch: one allocation with the array of records, their headers and
 * all their bytes. */
#include "core/kafka_client.h"

struct kafka_batch {
    struct dl_batch base;
    struct dl_record records[]; /* then the headers, then the bytes */
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

/* --- copying --- */

struct size {
    size_t headers;
    size_t bytes;
};

static rd_kafka_headers_t *headers_of(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers))
        return NULL;
    return headers;
}

static struct size measure(const struct kafka_fetched *fetched, uint32_t count)
{
    struct size size = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = fetched[i].message;
        size.bytes += message->len + message->key_len;
        rd_kafka_headers_t *headers = headers_of(message);
        const char *name;
        const void *value;
        size_t len;
        for (size_t h = 0; headers && !rd_kafka_header_get_all(headers, h, &name, &value, &len);
             h++) {
            size.headers++;
            size.bytes += strlen(name) + len;
        }
    }
    return size;
}

static dl_str copy(char **to, const void *from, size_t len)
{
    dl_str s = {*to, len};
    if (!from)
        return (dl_str){NULL, 0};
    if (len)
        memcpy(*to, from, len);
    *to += len;
    return s;
}

static uint32_t copy_headers(const rd_kafka_message_t *message, struct dl_header *to, char **bytes)
{
    uint32_t count = 0;
    rd_kafka_headers_t *headers = headers_of(message);
    const char *name;
    const void *value;
    size_t len;
    while (headers && !rd_kafka_header_get_all(headers, count, &name, &value, &len)) {
        to[count].name = copy(bytes, name, strlen(name));
        to[count].value = copy(bytes, value, len);
        count++;
    }
    return count;
}

static void free_batch(struct dl_batch *batch)
{
    free(batch);
}

struct dl_batch *dl_kafka_batch(struct dl_part part, const struct kafka_fetched *fetched,
                                uint32_t count)
{
    struct size size = measure(fetched, count);
    size_t records_bytes = count * sizeof(struct dl_record);
    size_t headers_bytes = size.headers * sizeof(struct dl_header);
    struct kafka_batch *batch =
        dl_realloc_array(NULL, 1, sizeof *batch + records_bytes + headers_bytes + size.bytes);
    struct dl_header *headers = (struct dl_header *)(void *)&batch->records[count];
    char *bytes = (char *)(headers + size.headers);
    for (uint32_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = fetched[i].message;
        struct dl_record *record = &batch->records[i];
        *record = (struct dl_record){.part = part, .offset = message->offset};
        record->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
        record->key = copy(&bytes, message->key, message->key_len);
        record->value = copy(&bytes, message->payload, message->len);
        record->header_count = copy_headers(message, headers, &bytes);
        record->headers = record->header_count ? headers : NULL;
        headers += record->header_count;
    }
    batch->base = (struct dl_batch){.part = part,
                                    .records = batch->records,
                                    .count = count,
                                    .bytes = size.bytes,
                                    .free = free_batch};
    return &batch->base;
}
