/* The front of dl_kafka_topics_create() and dl_kafka_topics_check(). */
#include "relay/topics.h"

#include "core/bus_kafka.h"

static int usage(void)
{
    fputs("dateline topics create [--partitions N] [--replicas N]\n"
          "dateline topics check\n",
          stderr);
    return 2;
}

static void say(void *ctx, const char *line)
{
    (void)ctx;
    puts(line);
}

/* `--name N`; false when it is no number from 1 to `most`. */
static bool take_count(const char *text, int64_t most, uint32_t *ret_count)
{
    int64_t count = 0;
    if (!text || dl_str_to_i64(dl_str_of(text), &count) != DL_OK || count < 1 || count > most)
        return false;
    *ret_count = (uint32_t)count;
    return true;
}

int dl_topics_main(const struct dl_config *config, int argc, char **argv)
{
    uint32_t partitions = 0;
    uint32_t replicas = 0;
    bool create = argc > 1 && strcmp(argv[1], "create") == 0;
    if (!create && (argc != 2 || strcmp(argv[1], "check") != 0))
        return usage();
    for (int i = 2; i < argc; i += 2) {
        bool good = false;
        if (strcmp(argv[i], "--partitions") == 0)
            good = take_count(argv[i + 1], DL_PARTITIONS_MAX, &partitions);
        else if (strcmp(argv[i], "--replicas") == 0)
            good = take_count(argv[i + 1], INT16_MAX, &replicas);
        if (!good)
            return usage();
    }
    if (!*config->brokers) {
        puts("the embedded log makes its topics by itself; -b BROKERS for Kafka's");
        return 0;
    }
    struct dl_log *log = NULL;
    struct dl_error err;
    dl_status status = dl_bus_at_brokers(config->brokers, config->prefix, config->properties,
                                         config->property_count, &log, &err);
    if (status == DL_OK && create)
        status = dl_kafka_topics_create(log, partitions, replicas, say, NULL, &err);
    else if (status == DL_OK)
        status = dl_kafka_topics_check(log, say, NULL, &err);
    dl_log_free(log);
    if (status != DL_OK)
        fprintf(stderr, "dateline: topics: %s\n", err.text);
    return status == DL_OK ? 0 : (status == DL_BAD_CONFIG ? 2 : 1);
}
