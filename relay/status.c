/* Lag and rate of every leg, once or as a table that goes on. */
#include "relay/status.h"

#include "core/bus.h"
#include "core/open_log.h"

#include <unistd.h>

#define ASK_MS 5000

struct leg_lag {
    const char *group;
    enum dl_topic topic;
    int64_t done; /* records up to the committed offsets */
    int64_t lag;
    bool seen; /* it has committed at some time */
};

static dl_status ask_leg(struct dl_log *log, uint32_t partitions, struct leg_lag *leg,
                         struct dl_error *err)
{
    leg->done = leg->lag = 0;
    for (uint32_t p = 0; p < partitions; p++) {
        struct dl_part part = {leg->topic, (int32_t)p};
        int64_t first = 0;
        int64_t next = 0;
        int64_t committed = 0;
        dl_status status = dl_log_range(log, part, ASK_MS, &first, &next, err);
        if (status != DL_OK)
            return status;
        status = dl_log_committed(log, leg->group, part, ASK_MS, &committed, err);
        if (status != DL_OK && status != DL_NOT_FOUND)
            return status;
        bool known = status == DL_OK && committed >= 0;
        leg->seen = leg->seen || known;
        if (!known || committed < first)
            committed = first;
        leg->done += committed;
        leg->lag += next > committed ? next - committed : 0;
    }
    return DL_OK;
}

static void print_leg(const struct leg_lag *leg, int64_t before, unsigned seconds)
{
    printf("%-14s %-9s ", leg->group, dl_topics[leg->topic].name);
    if (!leg->seen)
        printf("%12s %10s %10lld\n", "never", "", (long long)leg->lag);
    else if (seconds)
        printf("%12lld %8.0f/s %10lld\n", (long long)leg->done,
               (double)(leg->done - before) / seconds, (long long)leg->lag);
    else
        printf("%12lld %10s %10lld\n", (long long)leg->done, "", (long long)leg->lag);
}

static dl_status show(struct dl_log *log, struct leg_lag *legs, size_t count, unsigned seconds,
                      struct dl_error *err)
{
    uint32_t partitions = 0;
    dl_status status = dl_log_partitions(log, DL_TOPIC_ARTICLES, &partitions, err);
    printf("%-14s %-9s %12s %10s %10s\n", "leg", "reads", "done", "rate", "behind");
    for (size_t i = 0; i < count && status == DL_OK; i++) {
        int64_t before = legs[i].done;
        status = ask_leg(log, partitions, &legs[i], err);
        if (status == DL_OK)
            print_leg(&legs[i], before, seconds);
    }
    return status;
}

int dl_status_main(const struct dl_config *config, int argc, char **argv)
{
    struct leg_lag legs[] = {
        {"work", DL_TOPIC_ARTICLES, 0, 0, false},
        {"sink-sqlite", DL_TOPIC_REPORTS, 0, 0, false},
        {"sink-ndjson", DL_TOPIC_REPORTS, 0, 0, false},
    };
    bool once = isatty(STDOUT_FILENO) != 1 || (argc > 1 && strcmp(argv[1], "--once") == 0);
    struct dl_log *log = NULL;
    struct dl_error err;
    dl_status status = dl_open_log(config, &log, &err);
    if (status == DL_OK)
        status = dl_log_reach(log, &err);
    unsigned seconds = 0;
    while (status == DL_OK) {
        status = show(log, legs, sizeof legs / sizeof *legs, seconds, &err);
        if (once || status != DL_OK)
            break;
        seconds = 2;
        (void)sleep(seconds); /* a table for people; SIGINT ends it */
        fputs("\x1b[4A", stdout);
    }
    dl_log_free(log);
    if (status == DL_OK)
        return 0;
    fprintf(stderr, "dateline: status: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
