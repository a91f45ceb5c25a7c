/* Asking the brokers without consuming: marks, committed offsets, partitions, and whether a client
 * may start at all. Blocking; never on a leg's loop. */
#include "core/kafka_log.h"

#include <uv.h>

#define ASK_MS 2000 /* one question; a broker that answers does so in milliseconds */
#define PAUSE_MS 200
#define WEIGHT_REFUSED 4      /* asking again cannot help */
#define OFFSETS_VERSION_MIN 3 /* Kafka 2.5 */
#define MISSES_MAX 10         /* a topic made a moment ago is not known to every broker yet */

enum dl_topic dl_kafka_topic_of(const struct kafka_log *log, const char *name)
{
    for (int t = 0; t < DL_TOPIC_COUNT; t++)
        if (strcmp(log->names[t], name) == 0)
            return (enum dl_topic)t;
    return DL_TOPIC_COUNT;
}

static void pause_a_little(void)
{
    struct timespec pause = {0, PAUSE_MS * 1000000L};
    (void)nanosleep(&pause, NULL); /* woken early: asks early */
}

static int left_ms(uint64_t end_ns)
{
    uint64_t now_ns = uv_hrtime();
    return now_ns < end_ns ? (int)((end_ns - now_ns) / 1000000) + 1 : 1;
}

/* --- marks --- */

/* A topic made or a broker lost a moment ago: another one will lead the partition. */
static bool is_leader_away(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
           code == RD_KAFKA_RESP_ERR__WAIT_COORD;
}

dl_status dl_kafka_range(struct dl_log *base, struct dl_part part, int timeout_ms,
                         int64_t *ret_first, int64_t *ret_next, struct dl_error *err)
{
    struct kafka_log *log = (struct kafka_log *)base;
    uint64_t end_ns = uv_hrtime() + (uint64_t)timeout_ms * 1000000;
    rd_kafka_resp_err_t code;
    for (;;) {
        code = rd_kafka_query_watermark_offsets(log->looker, log->names[part.topic], part.partition,
                                                ret_first, ret_next, left_ms(end_ns));
        if (!is_leader_away(code) || uv_hrtime() >= end_ns)
            break;
        pause_a_little();
    }
    if (code)
        return dl_kafka_fail(log, err, DL_RETRY, "%s/%d: %s", log->names[part.topic],
                             part.partition, rd_kafka_err2str(code));
    return DL_OK;
}

static dl_status next_of_answer(struct kafka_log *log, rd_kafka_event_t *event, int64_t *ret_next,
                                struct dl_error *err)
{
    const rd_kafka_ListConsumerGroupOffsets_result_t *result =
        event ? rd_kafka_event_ListConsumerGroupOffsets_result(event) : NULL;
    if (!result || rd_kafka_event_error(event))
        return dl_kafka_fail(log, err, DL_RETRY, "%s",
                             event ? rd_kafka_event_error_string(event) : "no answer");
    size_t count = 0;
    const rd_kafka_group_result_t **groups =
        rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
    const rd_kafka_error_t *error = count ? rd_kafka_group_result_error(groups[0]) : NULL;
    const rd_kafka_topic_partition_list_t *list =
        count ? rd_kafka_group_result_partitions(groups[0]) : NULL;
    if (error)
        return dl_kafka_fail(log, err, DL_RETRY, "%s", rd_kafka_error_string(error));
    if (!list || list->cnt == 0 || list->elems[0].err)
        return dl_kafka_fail(log, err, DL_RETRY, "%s",
                             list && list->cnt ? rd_kafka_err2str(list->elems[0].err)
                                               : "empty answer");
    *ret_next = list->elems[0].offset < 0 ? DL_OFFSET_BEGIN : list->elems[0].offset;
    return DL_OK;
}

static dl_status ask_group(struct kafka_log *log, const char *group,
                           const rd_kafka_topic_partition_list_t *list, int timeout_ms,
                           int64_t *ret_next, struct dl_error *err)
{
    rd_kafka_ListConsumerGroupOffsets_t *ask = rd_kafka_ListConsumerGroupOffsets_new(group, list);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(log->looker, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    char text[256];
    (void)rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, text, sizeof text);
    /* An offset of a transaction whose end is on its way is waited for. */
    rd_kafka_error_t *refused = rd_kafka_AdminOptions_set_require_stable_offsets(options, 1);
    if (refused)
        rd_kafka_error_destroy(refused); /* not in this version: the offset before it is told */
    rd_kafka_queue_t *answers = rd_kafka_queue_new(log->looker);
    rd_kafka_ListConsumerGroupOffsets(log->looker, &ask, 1, options, answers);
    rd_kafka_event_t *event = rd_kafka_queue_poll(answers, timeout_ms + 500);
    dl_status status = next_of_answer(log, event, ret_next, err);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(answers);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ListConsumerGroupOffsets_destroy(ask);
    return status;
}

dl_status dl_kafka_group_next(struct dl_log *base, const char *group, struct dl_part part,
                              int timeout_ms, int64_t *ret_next, struct dl_error *err)
{
    struct kafka_log *log = (struct kafka_log *)base;
    char name[256];
    snprintf(name, sizeof name, "%s-%s", log->prefix, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, log->names[part.topic], part.partition);
    uint64_t end_ns = uv_hrtime() + (uint64_t)timeout_ms * 1000000;
    dl_status status;
    for (;;) {
        status = ask_group(log, name, list, left_ms(end_ns), ret_next, err);
        if (status == DL_OK || uv_hrtime() >= end_ns)
            break;
        pause_a_little();
    }
    if (status != DL_OK)
        (void)dl_fail_in(err, "group %s, %s/%d", name, log->names[part.topic], part.partition);
    rd_kafka_topic_partition_list_destroy(list);
    return status;
}

/* --- topics --- */

static rd_kafka_resp_err_t ask_topic(struct kafka_log *log, enum dl_topic topic, int timeout_ms,
                                     uint32_t *ret_count)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(log->looker, 0, log->looked[topic], &metadata, timeout_ms);
    if (code)
        return code;
    *ret_count = 0;
    if (metadata->topic_cnt > 0) {
        code = metadata->topics[0].err;
        *ret_count = (uint32_t)metadata->topics[0].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return code;
}

static bool is_missing(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

static dl_status say_missing(struct kafka_log *log, enum dl_topic topic, struct dl_error *err)
{
    return dl_kafka_fail(log, err, DL_NOT_FOUND,
                         "topic %s is missing at %s: make the topics by `dateline topics create`",
                         log->names[topic], log->brokers);
}

dl_status dl_kafka_partitions(struct dl_log *base, enum dl_topic topic, uint32_t *ret_count,
                              struct dl_error *err)
{
    struct kafka_log *log = (struct kafka_log *)base;
    uint32_t count = 0;
    rd_kafka_resp_err_t code = ask_topic(log, topic, ASK_MS, &count);
    if (is_missing(code) || (!code && count == 0))
        return say_missing(log, topic, err);
    if (code)
        return dl_kafka_fail(log, err, DL_RETRY, "%s: %s", log->names[topic],
                             rd_kafka_err2str(code));
    *ret_count = count;
    return DL_OK;
}

/* --- may a client start? --- */

/* The most telling thing of what the connections said: a refusal above a silence. */
static int weight_of(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return WEIGHT_REFUSED;
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return 3;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
        return 2;
    default:
        return 1;
    }
}

struct told {
    int weight;
    char text[DL_ERROR_TEXT_MAX];
};

static void hear(struct kafka_log *log, struct told *told)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(log->looker);
    rd_kafka_event_t *event;
    while ((event = rd_kafka_queue_poll(queue, 0))) {
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR &&
            weight_of(rd_kafka_event_error(event)) >= told->weight) {
            told->weight = weight_of(rd_kafka_event_error(event));
            snprintf(told->text, sizeof told->text, "%s", rd_kafka_event_error_string(event));
        }
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
}

/* Topics whose records belong together by partition number. */
static dl_status check_pairs(struct kafka_log *log, const uint32_t counts[DL_TOPIC_COUNT],
                             struct dl_error *err)
{
    static const enum dl_topic pairs[][2] = {{DL_TOPIC_ARTICLES, DL_TOPIC_SEEN},
                                             {DL_TOPIC_MENTIONS, DL_TOPIC_EVENTS}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uint32_t have = counts[pairs[i][1]];
        uint32_t want = counts[pairs[i][0]];
        if (have && want && have != want)
            return dl_kafka_fail(log, err, DL_FATAL,
                                 "topic %s has %u partitions and %s has %u: they must be equal",
                                 log->names[pairs[i][1]], have, log->names[pairs[i][0]], want);
        if (want > DL_PARTITIONS_MAX)
            return dl_kafka_fail(log, err, DL_FATAL, "topic %s has %u partitions, at most %u",
                                 log->names[pairs[i][0]], want, DL_PARTITIONS_MAX);
    }
    return DL_OK;
}

/* Older brokers take offsets from a worker that lost its partitions long ago: what it had in hand
 * would come twice. */
static dl_status check_age(struct kafka_log *log, struct dl_error *err)
{
    if (atomic_load(&log->offsets_version) >= OFFSETS_VERSION_MIN)
        return DL_OK;
    return dl_kafka_fail(log, err, DL_FATAL,
                         "Kafka at %s is too old: exactly once needs version 2.5 or later of every "
                         "broker",
                         log->brokers);
}

/* DL_RETRY: nobody answered; else the verdict. */
static dl_status look_once(struct kafka_log *log, struct dl_error *err)
{
    uint32_t counts[DL_TOPIC_COUNT] = {0};
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        rd_kafka_resp_err_t code = ask_topic(log, (enum dl_topic)t, ASK_MS, &counts[t]);
        if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            continue; /* not everybody may see all; the leg's own topics complain later */
        if (is_missing(code) || (!code && counts[t] == 0))
            return say_missing(log, (enum dl_topic)t, err);
        if (code)
            return dl_kafka_fail(log, err, DL_RETRY, "%s", rd_kafka_err2str(code));
    }
    dl_status status = check_pairs(log, counts, err);
    return status == DL_OK ? dl_kafka_size_check(log, ASK_MS, err) : status;
}

/* Whether anybody answers at all. */
static dl_status knock(struct kafka_log *log, struct dl_error *err)
{
    uint32_t count = 0;
    rd_kafka_resp_err_t code = ask_topic(log, DL_TOPIC_ARTICLES, ASK_MS, &count);
    if (!code || is_missing(code) || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
        return DL_OK;
    return dl_kafka_fail(log, err, DL_RETRY, "%s", rd_kafka_err2str(code));
}

static dl_status ask_until(struct kafka_log *log, int wait_ms,
                           dl_status (*ask)(struct kafka_log *log, struct dl_error *err),
                           bool (*go_on)(void *ctx), void *ctx, struct dl_error *err)
{
    struct told told = {0};
    int misses = 0;
    uint64_t end_ns = uv_hrtime() + (uint64_t)wait_ms * 1000000;
    for (;;) {
        struct dl_error why;
        dl_status status = ask(log, &why);
        if (check_age(log, &why) != DL_OK)
            status = DL_FATAL;
        hear(log, &told);
        bool late = uv_hrtime() >= end_ns;
        if (status == DL_OK)
            return DL_OK;
        misses += status == DL_NOT_FOUND;
        if (status == DL_FATAL || misses > MISSES_MAX)
            return dl_fail(err, DL_FATAL, "%s", why.text);
        if (status == DL_RETRY && (late || told.weight == WEIGHT_REFUSED))
            return dl_kafka_fail(log, err, DL_FATAL, "no Kafka at %s: %s", log->brokers,
                                 told.weight > 0 ? told.text : why.text);
        if (!go_on(ctx))
            return dl_fail(err, DL_RETRY, "stopped while waiting for %s", log->brokers);
        pause_a_little();
    }
}

dl_status dl_kafka_reach(struct kafka_log *log, int wait_ms, bool (*go_on)(void *ctx), void *ctx,
                         struct dl_error *err)
{
    return ask_until(log, wait_ms, knock, go_on, ctx, err);
}

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

dl_status dl_kafka_reach_log(struct dl_log *log, struct dl_error *err)
{
    return dl_kafka_reach((struct kafka_log *)log, DL_KAFKA_START_MS, always, NULL, err);
}

dl_status dl_kafka_start_check(struct kafka_log *log, int wait_ms, bool (*go_on)(void *ctx),
                               void *ctx, struct dl_error *err)
{
    return ask_until(log, wait_ms, look_once, go_on, ctx, err);
}
