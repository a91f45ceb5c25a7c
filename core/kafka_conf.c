/* From our names and the user's properties to handles of librdkafka: one table of settings, each
 * with its reason, and the messages they may appear in. */
#include "core/kafka_log.h"

#include "core/log.h"

#include <stdarg.h>
#include <strings.h>

#define READERS (1U << KAFKA_LOOKER | 1U << KAFKA_MEMBER | 1U << KAFKA_RESTORER)
#define WRITERS (1U << KAFKA_SENDER | 1U << KAFKA_WRITER)
#define BATCHES (1U << KAFKA_MEMBER | 1U << KAFKA_RESTORER)
#define ALL (READERS | WRITERS)
#define LEVEL_DEBUG 7                  /* syslog's */
#define FETCH_BACKOFF_SINCE 0x020200ff /* before, a full queue is looked at again after 1 s */

struct setting {
    const char *name;
    const char *value;
    unsigned roles;
    bool fixed; /* the contract depends on it */
};

/* clang-format off */
static const struct setting settings[] = {
    {"socket.keepalive.enable", "true", ALL, false},     /* half-open connections are noticed */
    {"reconnect.backoff.max.ms", "2000", ALL, false},    /* a restarted broker is used in seconds */
    {"log.connection.close", "false", ALL, false},       /* idle ones come and go */
    {"socket.timeout.ms", "10000", ALL, false},          /* a hung broker is given up for another */

    {"allow.auto.create.topics", "false", READERS, true}, /* a misspelt prefix must not make topics */
    {"enable.auto.commit", "false", READERS, true},
    {"enable.auto.offset.store", "false", READERS, true},
    {"auto.offset.reset", "error", READERS, true},       /* going back silently would double */
    {"enable.partition.eof", "true", READERS, true},
    {"isolation.level", "read_uncommitted", 1U << KAFKA_LOOKER, true}, /* marks of open transactions too */
    {"isolation.level", "read_committed", BATCHES, true},
    {"partition.assignment.strategy", "range,roundrobin", 1U << KAFKA_MEMBER, false},
    {"session.timeout.ms", "6000", 1U << KAFKA_MEMBER, false},    /* the least brokers allow */
    {"heartbeat.interval.ms", "1500", 1U << KAFKA_MEMBER, false},
    {"max.poll.interval.ms", "30000", 1U << KAFKA_MEMBER, false}, /* longest end of a transaction */
    /* Each partition has a queue of its own: memory is this times the partitions, and what one
     * fetch may overshoot. */
    {"queued.max.messages.kbytes", "1536", BATCHES, false},
    {"fetch.message.max.bytes", "524288", BATCHES, false},
    {"fetch.max.bytes", "4194304", BATCHES, false},
    {"fetch.wait.max.ms", "200", 1U << KAFKA_MEMBER, false},  /* a partition just started waits for it */
    {"fetch.wait.max.ms", "20", 1U << KAFKA_RESTORER, false}, /* how long the end of a log is looked at */
    {"fetch.error.backoff.ms", "200", BATCHES, false},

    {"enable.idempotence", "true", WRITERS, true},
    {"acks", "all", WRITERS, true},
    {"partitioner", "murmur2_random", WRITERS, true},    /* joins with Java's producers */
    {"compression.codec", "lz4", WRITERS, false},
    {"linger.ms", "25", 1U << KAFKA_WRITER, false},      /* a commit does not wait for it */
    {"linger.ms", "5", 1U << KAFKA_SENDER, false},       /* somebody waits for each */
    {"batch.size", "524288", WRITERS, false},
    {"queue.buffering.max.kbytes", "24576", WRITERS, false},
    {"message.timeout.ms", "0", 1U << KAFKA_SENDER, false}, /* kept until the brokers are back */
    {"transaction.timeout.ms", "10000", 1U << KAFKA_WRITER, false}, /* how long a stalled worker blocks readers */
};
/* clang-format on */

/* Named by us, from slot and prefix; a property could only break them. */
static const char *const ours[] = {
    "bootstrap.servers", "metadata.broker.list", "group.id",
    "group.instance.id", "transactional.id",     "enable.gapless.guarantee",
};

static bool is_secret(const char *name)
{
    static const char *const words[] = {"password",    "secret", "oauthbearer.config",
                                        "ssl.key.pem", "jaas",   "token"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

/* --- messages --- */

static void mask(char *text, const char *secret)
{
    size_t len = strlen(secret);
    char *at;
    while (len > 0 && (at = strstr(text, secret))) {
        size_t stars = len < 4 ? len : 4;
        memmove(at + stars, at + len, strlen(at + len) + 1);
        memset(at, '*', stars);
        if (strspn(secret, "*") == len)
            return; /* stars for stars would never end */
    }
}

static void mask_all(const struct kafka_log *log, char *text)
{
    for (uint32_t i = 0; i < log->prop_count; i++)
        if (is_secret(log->props[i].name))
            mask(text, log->props[i].value);
}

dl_status dl_kafka_fail(const struct kafka_log *log, struct dl_error *err, dl_status status,
                        const char *format, ...)
{
    char text[DL_ERROR_TEXT_MAX * 2];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args); /* cut to fit: dl_fail() cuts sooner */
    va_end(args);
    mask_all(log, text);
    return dl_fail(err, status, "%s", text);
}

/* What a broker can do is told nowhere but in these lines of librdkafka's. */
static void hear_version(struct kafka_log *log, const char *text)
{
    static const char key[] = "ApiKey TxnOffsetCommit (28) Versions ";
    const char *at = strstr(text, key);
    int first;
    int last;
    if (!at || sscanf(at + strlen(key), "%d..%d", &first, &last) != 2)
        return;
    int lowest = atomic_load(&log->offsets_version);
    while (last < lowest && !atomic_compare_exchange_weak(&log->offsets_version, &lowest, last))
        ;
}

/* Any thread of librdkafka. Connections that come and go are told once, by `ready`. */
static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *text)
{
    struct kafka_log *log = rd_kafka_opaque(handle);
    static const char *const routine[] = {"FAIL",   "ERROR",     "CONFWARN", "REQTMOUT",
                                          "GETPID", "FATAL",     "MAXPOLL",  "SESSTMOUT",
                                          "TXNERR", "COMMITFAIL"};
    if (strcmp(facility, "APIVERSION") == 0)
        hear_version(log, text);
    if (level == LEVEL_DEBUG && !dl_kafka_property(log, "debug"))
        return; /* only for the above */
    enum dl_log_level to = level <= 4 ? DL_LOG_WARN : DL_LOG_DEBUG;
    for (size_t i = 0; i < sizeof routine / sizeof *routine; i++)
        if (strcmp(facility, routine[i]) == 0)
            to = DL_LOG_DEBUG;
    if (!dl_log_enabled(to))
        return;
    char line[1024];
    snprintf(line, sizeof line, "%s", text);
    mask_all(log, line);
    dl_log_line(to, "kafka", DL_LOG_Z("facility", facility), DL_LOG_Z("text", line));
}

/* --- handles --- */

static dl_status set(const struct kafka_log *log, rd_kafka_conf_t *conf, const char *name,
                     const char *value, struct dl_error *err)
{
    char text[512];
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value, text, sizeof text);
    if (result == RD_KAFKA_CONF_OK)
        return DL_OK;
    if (is_secret(name))
        return dl_fail(err, DL_BAD_CONFIG, "-X %s: librdkafka refuses the value", name);
    return dl_kafka_fail(log, err, DL_BAD_CONFIG, "-X %s: %s", name, text);
}

static dl_status check_property(const struct dl_property *prop, struct dl_error *err)
{
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcmp(prop->name, ours[i]) == 0)
            return dl_fail(err, DL_BAD_CONFIG, "-X %s: set by brokers, prefix and slot", ours[i]);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (settings[i].fixed && strcmp(prop->name, settings[i].name) == 0)
            return dl_fail(err, DL_BAD_CONFIG, "-X %s: exactly once needs it as it is", prop->name);
    if (strcmp(prop->name, "partition.assignment.strategy") == 0 &&
        strstr(prop->value, "cooperative"))
        return dl_fail(err, DL_BAD_CONFIG,
                       "-X %s: range and roundrobin only, partitions are handed over whole",
                       prop->name);
    if (strcmp(prop->name, "enable.ssl.certificate.verification") == 0 &&
        strcasecmp(prop->value, "true") != 0)
        return dl_fail(err, DL_BAD_CONFIG, "-X %s: name the CA by ssl.ca.location instead",
                       prop->name);
    return DL_OK;
}

static dl_status fill(const struct kafka_log *log, rd_kafka_conf_t *conf, enum kafka_role role,
                      struct dl_error *err)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (settings[i].roles & 1U << role) {
            dl_status status = set(log, conf, settings[i].name, settings[i].value, err);
            if (status != DL_OK)
                return status;
        }
    char byte_limit[16];
    snprintf(byte_limit, sizeof byte_limit, "%u", DL_RECORD_BYTES_MAX);
    if (WRITERS & 1U << role)
        (void)set(log, conf, "message.max.bytes", byte_limit, NULL); /* in its range */
    if ((BATCHES & 1U << role) && rd_kafka_version() >= FETCH_BACKOFF_SINCE)
        (void)set(log, conf, "fetch.queue.backoff.ms", "20", NULL); /* in its range */
    for (uint32_t i = 0; i < log->prop_count; i++) {
        dl_status status = check_property(&log->props[i], err);
        if (status == DL_OK)
            status = set(log, conf, log->props[i].name, log->props[i].value, err);
        if (status != DL_OK)
            return status;
    }
    if (role == KAFKA_LOOKER) {
        char debug[256];
        const char *wanted = dl_kafka_property(log, "debug");
        snprintf(debug, sizeof debug, "%s%sfeature", wanted ? wanted : "", wanted ? "," : "");
        return set(log, conf, "debug", debug, err);
    }
    return DL_OK;
}

static dl_status name_handle(const struct kafka_log *log, rd_kafka_conf_t *conf,
                             enum kafka_role role, const char *group, const char *id,
                             struct dl_error *err)
{
    dl_status status = set(log, conf, "bootstrap.servers", log->brokers, err);
    if (status == DL_OK)
        status = set(log, conf, "client.id", id ? id : log->prefix, err);
    if (status == DL_OK && (READERS & 1U << role)) /* no group is joined without a subscription */
        status = set(log, conf, "group.id", group ? group : log->prefix, err);
    if (status == DL_OK && role == KAFKA_MEMBER)
        status = set(log, conf, "group.instance.id", id, err);
    if (status == DL_OK && role == KAFKA_WRITER)
        status = set(log, conf, "transactional.id", id, err);
    return status;
}

dl_status dl_kafka_handle(struct kafka_log *log, enum kafka_role role, const char *group,
                          const char *id, rd_kafka_t **ret, struct dl_error *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    dl_status status = fill(log, conf, role, err);
    if (status == DL_OK)
        status = name_handle(log, conf, role, group, id, err);
    if (status != DL_OK) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    bool reads = READERS & 1U << role;
    int events = RD_KAFKA_EVENT_ERROR;
    if (reads)
        events |= RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE;
    if (role == KAFKA_SENDER)
        events |= RD_KAFKA_EVENT_DR;
    rd_kafka_conf_set_events(conf, events);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_opaque(conf, log);

    char text[512];
    *ret = rd_kafka_new(reads ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!*ret) {
        rd_kafka_conf_destroy(conf);
        return dl_kafka_fail(log, err, DL_BAD_CONFIG, "kafka: %s", text);
    }
    if (reads)
        (void)rd_kafka_poll_set_consumer(*ret); /* fails only on producers */
    return DL_OK;
}

const char *dl_kafka_property(const struct kafka_log *log, const char *name)
{
    for (uint32_t i = log->prop_count; i-- > 0;)
        if (strcmp(log->props[i].name, name) == 0)
            return log->props[i].value;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (strcmp(settings[i].name, name) == 0)
            return settings[i].value;
    return NULL;
}
