/* The log over Kafka: the topics of the contract as PREFIX.articles and so on.
 *
 * A process opens the log once and a client per leg. A client has one consumer handle, read on the
 * leg's loop, and one producer handle; whatever of librdkafka blocks runs on threads of the client.
 * Members are static (group.instance.id PREFIX-GROUP-SLOT) and so are transactional ids, so that a
 * restarted worker goes on at once and aborts what its predecessor left open. A member or producer
 * that the brokers fenced is replaced by another one of the same name; two processes with one slot,
 * which fence each other, notice it, and the older one is told by `failed`.
 *
 * DL_BAD_CONFIG for a property librdkafka refuses or the contract depends on. A log that cannot be
 * reached is no error here: each client tries for 30 s and then says `failed`. */
#ifndef DL_CORE_BUS_KAFKA_H
#define DL_CORE_BUS_KAFKA_H

#include "core/bus.h"
#include "core/config.h"

/* `props` go verbatim to librdkafka; copied. Values of secret ones never show in a message. */
dl_status dl_bus_at_brokers(const char *brokers, const char *prefix,
                            const struct dl_property *props, uint32_t count, struct dl_log **ret,
                            struct dl_error *err);

/* What `dateline topics` tells of one topic: one line a finding, borrowed for the call. */
typedef void dl_kafka_say_fn(void *ctx, const char *line);

/* Makes the missing topics (blocking, for commands); `replicas` 0: 3, or as many as there are
 * brokers. Existing ones are left as they are. */
dl_status dl_kafka_topics_create(struct dl_log *log, uint32_t partitions, uint32_t replicas,
                                 dl_kafka_say_fn *say, void *ctx, struct dl_error *err);

/* Looks whether the topics can carry the contract: there, partitions that belong together equal,
 * max.message.bytes, clean-up policy, min.insync.replicas. DL_BAD_CONFIG naming the first that
 * cannot; what merely differs is only said. */
dl_status dl_kafka_topics_check(struct dl_log *log, dl_kafka_say_fn *say, void *ctx,
                                struct dl_error *err);

/* The version of the library at run time, for `dateline version`. */
const char *dl_kafka_version(void);

#endif
