/* The yardstick: what reading a record and writing it back exactly once costs in plain C over
 * librdkafka, with dateline's compression, batch and linger and a transaction every 100 ms, on one
 * thread.
 *
 *     plain BROKERS IN OUT STATE GROUP
 *
 * STATE "-" copies each record to OUT and that is all. Otherwise it does a worker's work without
 * any stage: unpacks the Article by protobuf-c, packs the Report with the hash of its text, and
 * writes it to OUT with a report's headers and what is to be remembered of it to STATE. It has no
 * pool, no memory of what was seen, no checks, no answer to rebalances or errors: it exits. */
#include "report.pb-c.h"

#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#define COMMIT_MS 100
#define CALL_MS 30000

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static void must(rd_kafka_error_t *error, const char *what)
{
    if (!error)
        return;
    fprintf(stderr, "plain: %s: %s\n", what, rd_kafka_error_string(error));
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char text[256];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof text) == RD_KAFKA_CONF_OK)
        return;
    fprintf(stderr, "plain: %s\n", text);
    exit(2);
}

static rd_kafka_t *open_handle(rd_kafka_type_t type, const char *const settings[][2], size_t count,
                               const char *brokers, const char *id_name, const char *id)
{
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, id_name, id);
    for (size_t i = 0; i < count; i++)
        set(conf, settings[i][0], settings[i][1]);
    rd_kafka_t *handle = rd_kafka_new(type, conf, text, sizeof text);
    if (!handle) {
        fprintf(stderr, "plain: %s\n", text);
        exit(2);
    }
    return handle;
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void put(rd_kafka_t *producer, rd_kafka_topic_t *to, const rd_kafka_message_t *message,
                const void *value, size_t bytes, rd_kafka_headers_t *headers)
{
    rd_kafka_resp_err_t code;
    while (
        (code = rd_kafka_producev(
             producer, RD_KAFKA_V_RKT(to), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
             RD_KAFKA_V_KEY(message->key, message->key_len), RD_KAFKA_V_VALUE((void *)value, bytes),
             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(producer, 10);
    if (code) {
        fprintf(stderr, "plain: produce: %s\n", rd_kafka_err2str(code));
        exit(1);
    }
}

static rd_kafka_headers_t *stamp(const rd_kafka_message_t *message, int full)
{
    char origin[48];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
    snprintf(origin, sizeof origin, "%d:%lld", message->partition, (long long)message->offset);
    rd_kafka_header_add(headers, "dateline-origin", -1, origin, -1);
    if (full) {
        rd_kafka_header_add(headers, "dateline-schema", -1, "dateline.v1.Report", -1);
        rd_kafka_header_add(headers, "ce_specversion", -1, "1.0", -1);
        rd_kafka_header_add(headers, "ce_id", -1, message->key, (ssize_t)message->key_len);
        rd_kafka_header_add(headers, "ce_source", -1, "dateline/work", -1);
        rd_kafka_header_add(headers, "ce_type", -1, "dateline.v1.Report", -1);
        rd_kafka_header_add(headers, "content-type", -1, "application/protobuf", -1);
    } else {
        rd_kafka_header_add(headers, "dateline-outcome", -1, "report", -1);
    }
    return headers;
}

static char *hash_of(const Dateline__V1__Article *article, char hex[33])
{
    XXH3_state_t *state = XXH3_createState();
    XXH3_128bits_reset(state);
    if (article->title)
        XXH3_128bits_update(state, article->title, strlen(article->title));
    if (article->text)
        XXH3_128bits_update(state, article->text, strlen(article->text));
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(hex, 33, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    return hex;
}

/* An article's report and memory, packed and sent. */
static void put_outcome(rd_kafka_t *producer, rd_kafka_topic_t *out, rd_kafka_topic_t *state,
                        const rd_kafka_message_t *message)
{
    char hex[33];
    Dateline__V1__Report report = DATELINE__V1__REPORT__INIT;
    Dateline__V1__Seen seen = DATELINE__V1__SEEN__INIT;
    Dateline__V1__Article *article =
        dateline__v1__article__unpack(NULL, message->len, message->payload);
    if (!article) {
        fputs("plain: no article\n", stderr);
        exit(1);
    }
    report.id = article->id;
    report.has_version = seen.has_version = 1;
    report.version = seen.version = 1;
    report.url = article->url;
    report.title = article->title;
    report.published = article->published;
    report.language = article->language;
    report.text = article->text;
    report.text_hash = seen.content_hash = hash_of(article, hex);
    size_t bytes = dateline__v1__report__get_packed_size(&report);
    unsigned char *packed = malloc(bytes);
    dateline__v1__report__pack(&report, packed);
    put(producer, out, message, packed, bytes, stamp(message, 1));
    unsigned char memory[256];
    put(producer, state, message, memory, dateline__v1__seen__pack(&seen, memory),
        stamp(message, 0));
    free(packed);
    dateline__v1__article__free_unpacked(article, NULL);
}

static void commit(rd_kafka_t *consumer, rd_kafka_t *producer, rd_kafka_topic_partition_list_t *at)
{
    rd_kafka_consumer_group_metadata_t *member = rd_kafka_consumer_group_metadata(consumer);
    must(rd_kafka_send_offsets_to_transaction(producer, at, member, CALL_MS), "offsets");
    must(rd_kafka_commit_transaction(producer, CALL_MS), "commit");
    must(rd_kafka_begin_transaction(producer), "begin");
    rd_kafka_consumer_group_metadata_destroy(member);
}

static void note(rd_kafka_topic_partition_list_t *at, const char *topic,
                 const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_t *place =
        rd_kafka_topic_partition_list_find(at, topic, message->partition);
    if (!place)
        place = rd_kafka_topic_partition_list_add(at, topic, message->partition);
    place->offset = message->offset + 1;
}

int main(int argc, char **argv)
{
    static const char *const reads[][2] = {
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "earliest"},
        {"isolation.level", "read_committed"},
        {"partition.assignment.strategy", "range"},
    };
    static const char *const writes[][2] = {
        {"compression.codec", "lz4"},     {"linger.ms", "25"},
        {"batch.size", "524288"},         {"partitioner", "murmur2_random"},
        {"message.max.bytes", "8388608"}, {"transaction.timeout.ms", "30000"},
    };
    if (argc != 6) {
        fputs("plain BROKERS IN OUT STATE GROUP\n", stderr);
        return 2;
    }
    const char *in = argv[2];
    int pair = strcmp(argv[4], "-") != 0;
    signal(SIGTERM, on_signal);
    rd_kafka_t *consumer = open_handle(RD_KAFKA_CONSUMER, reads, sizeof reads / sizeof *reads,
                                       argv[1], "group.id", argv[5]);
    rd_kafka_t *producer = open_handle(RD_KAFKA_PRODUCER, writes, sizeof writes / sizeof *writes,
                                       argv[1], "transactional.id", argv[5]);
    rd_kafka_topic_t *out = rd_kafka_topic_new(producer, argv[3], NULL);
    rd_kafka_topic_t *state = pair ? rd_kafka_topic_new(producer, argv[4], NULL) : NULL;
    rd_kafka_poll_set_consumer(consumer);
    must(rd_kafka_init_transactions(producer, CALL_MS), "init");
    must(rd_kafka_begin_transaction(producer), "begin");
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, in, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer, topics);

    long long due = 0;
    rd_kafka_topic_partition_list_t *at = rd_kafka_topic_partition_list_new(16);
    while (!stopped) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, at->cnt ? 5 : 100);
        if (message && !message->err) {
            if (pair)
                put_outcome(producer, out, state, message);
            else
                put(producer, out, message, message->payload, message->len, NULL);
            if (at->cnt == 0)
                due = now_ms() + COMMIT_MS;
            note(at, in, message);
        }
        if (message)
            rd_kafka_message_destroy(message);
        if (at->cnt && now_ms() >= due) {
            commit(consumer, producer, at);
            rd_kafka_topic_partition_list_destroy(at);
            at = rd_kafka_topic_partition_list_new(16);
        }
    }
    if (at->cnt)
        commit(consumer, producer, at);
    rd_kafka_consumer_close(consumer);
    return 0;
}
