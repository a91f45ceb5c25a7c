/* `dateline sink KIND [FILE] [--name NAME]`: one sink until SIGTERM. */
#include "sinks/sink_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/observe.h"
#include "core/open_log.h"
#include "core/slot.h"
#include "sinks/sink.h"

#include <sys/stat.h>

static const struct kind_of_sink {
    const struct dl_sink_kind *kind;
    const char *file; /* in --dir, when none is named */
    const char *help;
} kinds[] = {
    {&dl_sink_sqlite, "dateline.sqlite", "tables of reports and mentions in one SQLite file"},
    {&dl_sink_ndjson, "reports.ndjson", "one report a line, one file a partition"},
};

struct sink {
    struct dl_loop *loop;
    struct dl_sink_leg *leg;
    struct dl_sink_counters counters;
    bool stopping;
    bool finished;
    bool failed;
    struct dl_error err;
};

static void finished(void *ctx, const struct dl_error *err)
{
    struct sink *sink = ctx;
    sink->finished = true;
    sink->failed = err != NULL;
    if (err)
        sink->err = *err;
    dl_loop_stop(sink->loop);
}

static void on_signal(void *ctx, int signal)
{
    struct sink *sink = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    sink->stopping = true;
    if (!sink->finished)
        dl_sink_stop(sink->leg);
}

static void measure(void *ctx, struct dl_metrics *metrics)
{
    const struct dl_sink_counters *counters = &((struct sink *)ctx)->counters;
    const struct {
        enum dl_metric metric;
        unsigned long long value;
    } figures[] = {
        {DL_METRIC_SINK_REPORTS, atomic_load(&counters->reports)},
        {DL_METRIC_SINK_BYTES, atomic_load(&counters->bytes)},
        {DL_METRIC_SINK_BATCHES, atomic_load(&counters->batches)},
        {DL_METRIC_SINK_REFUSED, atomic_load(&counters->refused)},
        {DL_METRIC_SINK_RETRIES, atomic_load(&counters->retries)},
        {DL_METRIC_SINK_FENCES, atomic_load(&counters->fences)},
        {DL_METRIC_SINK_WAITING, atomic_load(&counters->waiting)},
        {DL_METRIC_SINK_PARTITIONS, atomic_load(&counters->partitions)},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        dl_metrics_set(metrics, figures[i].metric, (double)figures[i].value);
}

static const char *why_not_ready(void *ctx)
{
    const struct sink *sink = ctx;
    if (sink->stopping)
        return "stopping";
    if (atomic_load(&sink->counters.waiting))
        return "the store takes nothing just now";
    if (!atomic_load(&sink->counters.reachable))
        return "the log cannot be reached";
    return atomic_load(&sink->counters.member) ? NULL : "not yet a member of the group";
}

static int usage(const char *wrong, const char *word)
{
    if (wrong)
        fprintf(stderr, "dateline: sink: %s '%s'\n", wrong, word);
    fputs("dateline sink KIND [FILE] [--name NAME]\n", stderr);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        fprintf(stderr, "  %-8s %s (default %s in --dir)\n", kinds[i].kind->name, kinds[i].help,
                kinds[i].file);
    return 2;
}

static dl_status run(const struct dl_config *config, const struct dl_sink_want *asked,
                     struct dl_error *err)
{
    struct dl_log *log = NULL;
    struct dl_slot slot = {.lock = -1};
    char leg[DL_SLOT_BYTES];
    snprintf(leg, sizeof leg, "sink-%s", asked->name ? asked->name : asked->kind->name);
    dl_status status = dl_open_log(config, &log, err);
    if (status == DL_OK)
        status = dl_slot_take(config, leg, &slot, err);
    if (status != DL_OK) {
        dl_log_free(log);
        return status;
    }
    struct sink *sink = dl_alloc(sizeof *sink);
    sink->loop = dl_loop_new(1);
    struct dl_sink_want want = *asked;
    want.slot = slot.name;
    want.place.fast = strcmp(config->local_sync, "normal") == 0;
    want.counters = &sink->counters;
    want.finished = finished;
    want.ctx = sink;
    struct dl_observe *observe = NULL;
    struct dl_observe_want seen = {config->metrics_listen, leg, measure, why_not_ready, sink};
    status = dl_observe_start(sink->loop, &seen, &observe, err);
    if (status == DL_OK)
        status = dl_sink_start(log, sink->loop, &want, &sink->leg, err);
    if (status == DL_OK) {
        dl_loop_on_stop_signal(sink->loop, on_signal, sink);
        dl_loop_run(sink->loop);
    }
    dl_observe_stop(observe);
    if (status == DL_OK && sink->failed) {
        *err = sink->err;
        status = err->status;
    }
    dl_log_line(DL_LOG_INFO, "sink ended", DL_LOG_Z("sink", want.kind->name),
                DL_LOG_N("reports", atomic_load(&sink->counters.reports)),
                DL_LOG_N("refused", atomic_load(&sink->counters.refused)));
    dl_loop_free(sink->loop);
    free(sink);
    dl_slot_done(&slot);
    dl_log_free(log);
    return status;
}

int dl_sink_main(const struct dl_config *config, int argc, char **argv)
{
    const struct kind_of_sink *kind = NULL;
    struct dl_sink_want want = {0};
    const char *file = NULL;
    for (size_t i = 0; argc > 1 && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(argv[1], kinds[i].kind->name) == 0)
            kind = &kinds[i];
    if (!kind)
        return argc > 1 ? usage("no kind", argv[1]) : usage(NULL, "");
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--name") == 0 && i + 1 < argc)
            want.name = argv[++i];
        else if (argv[i][0] != '-' && !file)
            file = argv[i];
        else
            return usage("no option", argv[i]);
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", config->dir, kind->file);
    want.kind = kind->kind;
    want.place.target = file ? file : path;
    if (!file)
        (void)mkdir(config->dir, 0755); /* there already, or the sink's open says what is wrong */
    struct dl_error err;
    dl_status status = run(config, &want, &err);
    if (status == DL_OK)
        return 0;
    fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
