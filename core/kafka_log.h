/* What every client of one Kafka log shares: addresses, names, properties and a handle to look
 * with. Only the kafka_*.c files include this. */
#ifndef DL_CORE_KAFKA_LOG_H
#define DL_CORE_KAFKA_LOG_H

#include "core/bus_kafka.h"

#include <librdkafka/rdkafka.h>

#include <stdatomic.h>

#define DL_KAFKA_START_MS                                                                          \
    30000 /* a log that cannot be reached at start is waited for this long                         \
           */

struct kafka_log {
    struct dl_log base;
    char *brokers;
    char *prefix;
    char *names[DL_TOPIC_COUNT]; /* on the wire */
    struct dl_property *props;   /* the user's */
    uint32_t prop_count;
    rd_kafka_t *looker; /* a reader without group, read_uncommitted: asks, never consumes */
    rd_kafka_topic_t *looked[DL_TOPIC_COUNT];
    atomic_int offsets_version; /* of the request that adds offsets to a transaction: the lowest
                                   of the brokers asked so far, INT_MAX before the first */
};

/* --- kafka_conf.c: handles --- */

enum kafka_role {
    KAFKA_LOOKER,   /* asks for metadata and marks */
    KAFKA_MEMBER,   /* the consumer of a group */
    KAFKA_RESTORER, /* reads partitions back, beside any group */
    KAFKA_SENDER,   /* producer without transactions */
    KAFKA_WRITER,   /* producer with transactions */
};

/* `group`, `id` (instance or transactional) NULL where the role has none. */
dl_status dl_kafka_handle(struct kafka_log *log, enum kafka_role role, const char *group,
                          const char *id, rd_kafka_t **ret, struct dl_error *err);

/* dl_fail() with every secret value of the properties replaced by ****. */
dl_status dl_kafka_fail(const struct kafka_log *log, struct dl_error *err, dl_status status,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The property's value as librdkafka will use it in this role, or NULL. */
const char *dl_kafka_property(const struct kafka_log *log, const char *name);

/* --- kafka_look.c, kafka_topics.c: asking --- */

/* The topic of a name on the wire; DL_TOPIC_COUNT for a stranger's. */
enum dl_topic dl_kafka_topic_of(const struct kafka_log *log, const char *name);

/* Waits until the brokers answer. */
dl_status dl_kafka_reach(struct kafka_log *log, int wait_ms, bool (*go_on)(void *ctx), void *ctx,
                         struct dl_error *err);

/* Waits until the brokers answer and the topics are there and fit, at most `wait_ms`; `go_on`
 * false ends it early. DL_FATAL with the most telling thing the brokers said. */
dl_status dl_kafka_start_check(struct kafka_log *log, int wait_ms, bool (*go_on)(void *ctx),
                               void *ctx, struct dl_error *err);

/* DL_FATAL naming the topic whose max.message.bytes is too small for our records; brokers that do
 * not tell (no permission) are believed. */
dl_status dl_kafka_size_check(struct kafka_log *log, int timeout_ms, struct dl_error *err);

/* The same for commands that only look: DL_KAFKA_START_MS. */
dl_status dl_kafka_reach_log(struct dl_log *log, struct dl_error *err);

/* DL_RETRY when nobody answers within `timeout_ms`. */
dl_status dl_kafka_range(struct dl_log *log, struct dl_part part, int timeout_ms,
                         int64_t *ret_first, int64_t *ret_next, struct dl_error *err);
dl_status dl_kafka_group_next(struct dl_log *log, const char *group, struct dl_part part,
                              int timeout_ms, int64_t *ret_next, struct dl_error *err);
dl_status dl_kafka_partitions(struct dl_log *log, enum dl_topic topic, uint32_t *ret_count,
                              struct dl_error *err);

#endif
