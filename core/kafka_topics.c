/* The topics themselves: made with the right settings, and checked. Blocking, for commands and for
 * the check at a client's start. */
#include "core/kafka_log.h"

#include <inttypes.h>
#include <uv.h>

#define CREATE_MS 30000
#define DESCRIBE_MS 10000
#define KNOWN_LOOK_MS 50
#define REPLICAS 3U

struct topic_facts {
    bool known;
    int64_t message_bytes;
    int64_t min_isr;
    char cleanup[64];
};

/* --- settings as the brokers tell them --- */

static void read_entries(const rd_kafka_ConfigResource_t *resource, struct topic_facts *facts)
{
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_ConfigEntry_name(entries[i]);
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);
        if (!value)
            continue;
        if (strcmp(name, "max.message.bytes") == 0)
            (void)dl_str_to_i64(dl_str_of(value), &facts->message_bytes); /* stays 0 */
        else if (strcmp(name, "min.insync.replicas") == 0)
            (void)dl_str_to_i64(dl_str_of(value), &facts->min_isr); /* stays 0 */
        else if (strcmp(name, "cleanup.policy") == 0)
            snprintf(facts->cleanup, sizeof facts->cleanup, "%s", value);
    }
    facts->known = count > 0;
}

static rd_kafka_event_t *await(rd_kafka_queue_t *answers, int timeout_ms)
{
    return rd_kafka_queue_poll(answers, timeout_ms);
}

/* Leaves a topic unknown where the brokers do not tell. */
static dl_status describe(struct kafka_log *log, int timeout_ms,
                          struct topic_facts facts[DL_TOPIC_COUNT], struct dl_error *err)
{
    rd_kafka_ConfigResource_t *asked[DL_TOPIC_COUNT];
    for (int t = 0; t < DL_TOPIC_COUNT; t++)
        asked[t] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, log->names[t]);
    rd_kafka_queue_t *answers = rd_kafka_queue_new(log->looker);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(log->looker, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    char text[256];
    (void)rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, text, sizeof text);
    rd_kafka_DescribeConfigs(log->looker, asked, DL_TOPIC_COUNT, options, answers);
    rd_kafka_event_t *event = await(answers, timeout_ms + 500);

    dl_status status = DL_OK;
    const rd_kafka_DescribeConfigs_result_t *result =
        event ? rd_kafka_event_DescribeConfigs_result(event) : NULL;
    if (!result || rd_kafka_event_error(event)) {
        status = dl_kafka_fail(log, err, DL_RETRY, "settings of the topics: %s",
                               event ? rd_kafka_event_error_string(event) : "no answer");
    } else {
        size_t count = 0;
        const rd_kafka_ConfigResource_t **resources =
            rd_kafka_DescribeConfigs_result_resources(result, &count);
        for (size_t i = 0; i < count; i++) {
            enum dl_topic topic =
                dl_kafka_topic_of(log, rd_kafka_ConfigResource_name(resources[i]));
            if (topic < DL_TOPIC_COUNT && !rd_kafka_ConfigResource_error(resources[i]))
                read_entries(resources[i], &facts[topic]);
        }
    }
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(answers);
    rd_kafka_ConfigResource_destroy_array(asked, DL_TOPIC_COUNT);
    return status;
}

static dl_status check_size(struct kafka_log *log, const struct topic_facts *facts,
                            struct dl_error *err)
{
    for (int t = 0; t < DL_TOPIC_COUNT; t++)
        if (facts[t].known && facts[t].message_bytes < (int64_t)DL_RECORD_BYTES_MAX)
            return dl_kafka_fail(log, err, DL_FATAL,
                                 "topic %s takes records of %" PRId64
                                 " bytes, %u are needed: raise its max.message.bytes",
                                 log->names[t], facts[t].message_bytes, DL_RECORD_BYTES_MAX);
    return DL_OK;
}

dl_status dl_kafka_size_check(struct kafka_log *log, int timeout_ms, struct dl_error *err)
{
    struct topic_facts facts[DL_TOPIC_COUNT] = {0};
    dl_status status = describe(log, timeout_ms, facts, err);
    return status == DL_OK ? check_size(log, facts, err) : status;
}

/* --- making --- */

static uint32_t count_brokers(struct kafka_log *log)
{
    const struct rd_kafka_metadata *metadata = NULL;
    if (rd_kafka_metadata(log->looker, 0, log->looked[0], &metadata, DESCRIBE_MS))
        return 0;
    uint32_t count = (uint32_t)metadata->broker_cnt;
    rd_kafka_metadata_destroy(metadata);
    return count;
}

static rd_kafka_NewTopic_t *new_topic(struct kafka_log *log, int t, uint32_t partitions,
                                      uint32_t replicas)
{
    char text[256];
    char number[32];
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(log->names[t], (int)partitions, (int)replicas, text, sizeof text);
    if (!topic)
        return NULL;
    (void)rd_kafka_NewTopic_set_config(topic, "cleanup.policy",
                                       dl_topics[t].compacted ? "compact" : "delete");
    snprintf(number, sizeof number, "%u", DL_RECORD_BYTES_MAX);
    (void)rd_kafka_NewTopic_set_config(topic, "max.message.bytes", number);
    if (dl_topics[t].retention_ms > 0) {
        snprintf(number, sizeof number, "%" PRId64, dl_topics[t].retention_ms);
        (void)rd_kafka_NewTopic_set_config(topic, "retention.ms", number);
    }
    if (t == DL_TOPIC_SEEN) { /* it also tells of repeats: kept as long as the articles are */
        snprintf(number, sizeof number, "%" PRId64, dl_topics[DL_TOPIC_ARTICLES].retention_ms);
        (void)rd_kafka_NewTopic_set_config(topic, "min.compaction.lag.ms", number);
    }
    /* One broker may be away and what is acknowledged is still on two. */
    (void)rd_kafka_NewTopic_set_config(topic, "min.insync.replicas", replicas >= 3 ? "2" : "1");
    return topic;
}

static dl_status read_created(struct kafka_log *log, rd_kafka_event_t *event, dl_kafka_say_fn *say,
                              void *ctx, struct dl_error *err)
{
    const rd_kafka_CreateTopics_result_t *result =
        event ? rd_kafka_event_CreateTopics_result(event) : NULL;
    if (!result || rd_kafka_event_error(event))
        return dl_kafka_fail(log, err, DL_FATAL, "making the topics at %s: %s", log->brokers,
                             event ? rd_kafka_event_error_string(event) : "no answer");
    size_t count = 0;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(result, &count);
    dl_status status = DL_OK;
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
        const char *name = rd_kafka_topic_result_name(topics[i]);
        const char *why = rd_kafka_topic_result_error_string(topics[i]);
        bool there = code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
        char line[DL_ERROR_TEXT_MAX];
        snprintf(line, sizeof line, "%s: %s", name,
                 !code ? "made" : (there ? "was there" : (why ? why : rd_kafka_err2str(code))));
        say(ctx, line);
        if (code && !there)
            status = dl_kafka_fail(log, err, DL_FATAL, "%s", line);
    }
    return status;
}

/* Made is not yet known everywhere: what starts next must find them. */
static dl_status wait_until_known(struct kafka_log *log, struct dl_error *err)
{
    uint64_t end_ns = uv_hrtime() + (uint64_t)CREATE_MS * 1000000;
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        uint32_t count = 0;
        dl_status status;
        while ((status = dl_kafka_partitions(&log->base, (enum dl_topic)t, &count, err)) != DL_OK &&
               uv_hrtime() < end_ns)
            uv_sleep(KNOWN_LOOK_MS);
        if (status != DL_OK)
            return status;
    }
    return DL_OK;
}

dl_status dl_kafka_topics_create(struct dl_log *base, uint32_t partitions, uint32_t replicas,
                                 dl_kafka_say_fn *say, void *ctx, struct dl_error *err)
{
    struct kafka_log *log = (struct kafka_log *)base;
    dl_status reached = dl_kafka_reach_log(base, err);
    if (reached != DL_OK)
        return reached;
    uint32_t brokers = count_brokers(log);
    if (replicas == 0)
        replicas = brokers < REPLICAS ? brokers : REPLICAS;
    if (partitions == 0)
        partitions = DL_PARTITIONS;
    rd_kafka_NewTopic_t *topics[DL_TOPIC_COUNT];
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        topics[t] = new_topic(log, t, partitions, replicas);
        if (!topics[t]) {
            rd_kafka_NewTopic_destroy_array(topics, (size_t)t);
            return dl_kafka_fail(log, err, DL_BAD_CONFIG,
                                 "%s: %u partitions with %u replicas cannot be", dl_topics[t].name,
                                 partitions, replicas);
        }
    }
    rd_kafka_queue_t *answers = rd_kafka_queue_new(log->looker);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(log->looker, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    char text[256];
    (void)rd_kafka_AdminOptions_set_operation_timeout(options, CREATE_MS, text, sizeof text);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, CREATE_MS, text, sizeof text);
    rd_kafka_CreateTopics(log->looker, topics, DL_TOPIC_COUNT, options, answers);
    rd_kafka_event_t *event = await(answers, CREATE_MS + 1000);
    dl_status status = read_created(log, event, say, ctx, err);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(answers);
    rd_kafka_NewTopic_destroy_array(topics, DL_TOPIC_COUNT);
    return status == DL_OK ? wait_until_known(log, err) : status;
}

/* --- checking --- */

static void say_facts(struct kafka_log *log, int t, uint32_t partitions,
                      const struct topic_facts *facts, dl_kafka_say_fn *say, void *ctx)
{
    char line[DL_ERROR_TEXT_MAX];
    const char *want = dl_topics[t].compacted ? "compact" : "delete";
    snprintf(line, sizeof line,
             "%s: %u partitions, cleanup.policy %s, min.insync.replicas %" PRId64, log->names[t],
             partitions, facts->known ? facts->cleanup : "not told",
             facts->known ? facts->min_isr : -1);
    say(ctx, line);
    if (facts->known && strcmp(facts->cleanup, want) != 0) {
        snprintf(line, sizeof line, "%s: cleanup.policy should be %s", log->names[t], want);
        say(ctx, line);
    }
}

static bool go_on_asking(void *ctx)
{
    (void)ctx;
    return true;
}

dl_status dl_kafka_topics_check(struct dl_log *base, dl_kafka_say_fn *say, void *ctx,
                                struct dl_error *err)
{
    struct kafka_log *log = (struct kafka_log *)base;
    dl_status status = dl_kafka_reach_log(base, err);
    if (status != DL_OK)
        return status;
    status = dl_kafka_start_check(log, DL_KAFKA_START_MS, go_on_asking, NULL, err);
    if (status == DL_FATAL) /* the text stays */
        status = err->status = DL_BAD_CONFIG;
    if (status != DL_OK)
        return status;
    struct topic_facts facts[DL_TOPIC_COUNT] = {0};
    status = describe(log, DESCRIBE_MS, facts, err);
    for (int t = 0; t < DL_TOPIC_COUNT && status == DL_OK; t++) {
        uint32_t partitions = 0;
        status = dl_kafka_partitions(base, (enum dl_topic)t, &partitions, err);
        if (status != DL_OK)
            break;
        say_facts(log, t, partitions, &facts[t], say, ctx);
        if (facts[t].known && dl_topics[t].compacted && !strstr(facts[t].cleanup, "compact"))
            status = dl_kafka_fail(log, err, DL_BAD_CONFIG,
                                   "topic %s holds state: its cleanup.policy must be compact",
                                   log->names[t]);
    }
    return status;
}
