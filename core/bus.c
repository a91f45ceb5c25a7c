/* The contract's front: each call goes to the kind of log the client was opened on. */
#include "core/bus.h"

#define DAY_MS (24LL * 3600 * 1000)

const struct dl_topic_settings dl_topics[DL_TOPIC_COUNT] = {
    [DL_TOPIC_ARTICLES] = {"articles", false, 7 * DAY_MS},
    [DL_TOPIC_REPORTS] = {"reports", false, 30 * DAY_MS},
    [DL_TOPIC_MENTIONS] = {"mentions", false, 7 * DAY_MS},
    [DL_TOPIC_DEAD] = {"dead", false, 30 * DAY_MS},
    [DL_TOPIC_EVENTS] = {"events", true, -1},
    [DL_TOPIC_SEEN] = {"seen", true, -1},
    [DL_TOPIC_POSITIONS] = {"positions", true, -1},
};

dl_status dl_bus_open(struct dl_log *log, struct dl_loop *loop, const struct dl_bus_want *want,
                      struct dl_bus **ret_bus, struct dl_error *err)
{
    return log->kind->open(log, loop, want, ret_bus, err);
}

void dl_bus_start(struct dl_bus *bus, struct dl_part part, int64_t offset)
{
    bus->kind->start(bus, part, offset);
}

void dl_bus_pause(struct dl_bus *bus, struct dl_part part)
{
    bus->kind->pause(bus, part);
}

void dl_bus_resume(struct dl_bus *bus, struct dl_part part)
{
    bus->kind->resume(bus, part);
}

void dl_bus_release(struct dl_bus *bus)
{
    bus->kind->release(bus);
}

void dl_bus_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret)
{
    bus->kind->committed(bus, part, ret);
}

dl_status dl_bus_send(struct dl_bus *bus, const struct dl_record *record, void *token)
{
    return bus->kind->send(bus, record, token);
}

dl_status dl_bus_send_all(struct dl_bus *bus, const struct dl_record *records, uint32_t count,
                          uint32_t *at, struct dl_error *err)
{
    for (; *at < count; ++*at) {
        dl_status status = dl_bus_send(bus, &records[*at], NULL);
        if (status == DL_RETRY)
            return DL_RETRY;
        if (status != DL_OK)
            return dl_fail(err, DL_FATAL, "the log refuses a record of %zu bytes (%s)",
                           records[*at].value.len, dl_status_name(status));
    }
    return DL_OK;
}

void dl_bus_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count)
{
    bus->kind->commit(bus, positions, count);
}

void dl_bus_abort(struct dl_bus *bus)
{
    bus->kind->abort(bus);
}

void dl_bus_restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore restore)
{
    bus->kind->restore(bus, part, restore);
}

void dl_bus_close(struct dl_bus *bus)
{
    bus->kind->close(bus);
}

void dl_bus_free(struct dl_bus *bus)
{
    if (bus)
        bus->kind->free(bus);
}

dl_status dl_log_reach(struct dl_log *log, struct dl_error *err)
{
    return log->kind->reach ? log->kind->reach(log, err) : DL_OK;
}

dl_status dl_log_range(struct dl_log *log, struct dl_part part, int timeout_ms, int64_t *ret_first,
                       int64_t *ret_next, struct dl_error *err)
{
    return log->kind->range(log, part, timeout_ms, ret_first, ret_next, err);
}

dl_status dl_log_committed(struct dl_log *log, const char *group, struct dl_part part,
                           int timeout_ms, int64_t *ret_next, struct dl_error *err)
{
    return log->kind->group_next(log, group, part, timeout_ms, ret_next, err);
}

dl_status dl_log_partitions(struct dl_log *log, enum dl_topic topic, uint32_t *ret_count,
                            struct dl_error *err)
{
    return log->kind->partitions(log, topic, ret_count, err);
}

void dl_log_free(struct dl_log *log)
{
    if (log)
        log->kind->free_log(log);
}

/* MurmurHash2 with Kafka's seed, by Austin Appleby, public domain; sign bit cleared as in Kafka's
 * default partitioner. */
int32_t dl_partition_of(dl_str key, uint32_t count)
{
    const unsigned char *data = (const unsigned char *)key.at;
    const uint32_t m = 0x5bd1e995;
    uint32_t h = 0x9747b28cU ^ (uint32_t)key.len;
    size_t len = key.len;
    for (; len >= 4; len -= 4, data += 4) {
        uint32_t k = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                     (uint32_t)data[3] << 24;
        k *= m;
        k ^= k >> 24;
        k *= m;
        h = h * m ^ k;
    }
    if (len >= 3)
        h ^= (uint32_t)data[2] << 16;
    if (len >= 2)
        h ^= (uint32_t)data[1] << 8;
    if (len >= 1)
        h = (h ^ data[0]) * m;
    h ^= h >> 13;
    h *= m;
    h ^= h >> 15;
    return (int32_t)((h & 0x7fffffffU) % count);
}
