/* Broken promises for the control of the fire test: a library laid before librdkafka that makes a
 * right worker wrong. PLANTED_BUG says how:
 *
 *   late    one commit in four forgets the offsets: after a crash its articles come twice
 *   ahead   offsets are one too far: after a crash an article is never read
 *   abort   an abort commits what there was
 *   hang    the third end of a transaction never comes back, as librdkafka 2.16 does at times
 *   crash   an article that holds the words CRASH-HERE kills the process that unpacks it */
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <protobuf-c/protobuf-c.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_planted(const char *bug)
{
    const char *planted = getenv("PLANTED_BUG");
    return planted && strcmp(planted, bug) == 0;
}

typedef rd_kafka_error_t *send_offsets_fn(rd_kafka_t *, const rd_kafka_topic_partition_list_t *,
                                          const rd_kafka_consumer_group_metadata_t *, int);
typedef rd_kafka_error_t *end_fn(rd_kafka_t *, int);

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

rd_kafka_error_t *rd_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *member, int timeout_ms)
{
    static atomic_uint calls;
    send_offsets_fn *send = NULL;
    *(void **)&send = real("rd_kafka_send_offsets_to_transaction");
    if (is_planted("late") && atomic_fetch_add(&calls, 1) % 4 == 3)
        return NULL;
    if (is_planted("hang") && atomic_fetch_add(&calls, 1) == 2)
        for (;;)
            (void)pause();
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(offsets);
    for (int i = 0; i < list->cnt && is_planted("ahead"); i++)
        list->elems[i].offset++;
    rd_kafka_error_t *error = send(producer, list, member, timeout_ms);
    rd_kafka_topic_partition_list_destroy(list);
    return error;
}

rd_kafka_error_t *rd_kafka_abort_transaction(rd_kafka_t *producer, int timeout_ms)
{
    end_fn *end = NULL;
    *(void **)&end =
        real(is_planted("abort") ? "rd_kafka_commit_transaction" : "rd_kafka_abort_transaction");
    return end(producer, timeout_ms);
}

typedef ProtobufCMessage *unpack_fn(const ProtobufCMessageDescriptor *, ProtobufCAllocator *,
                                    size_t, const uint8_t *);

ProtobufCMessage *protobuf_c_message_unpack(const ProtobufCMessageDescriptor *descriptor,
                                            ProtobufCAllocator *allocator, size_t len,
                                            const uint8_t *data)
{
    unpack_fn *unpack = NULL;
    *(void **)&unpack = real("protobuf_c_message_unpack");
    if (is_planted("crash") && memmem(data, len, "CRASH-HERE", strlen("CRASH-HERE")))
        abort();
    return unpack(descriptor, allocator, len, data);
}
