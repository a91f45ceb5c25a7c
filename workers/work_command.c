/* `dateline work`: one worker until SIGTERM. */
#include "workers/work_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/observe.h"
#include "core/open_log.h"
#include "core/slot.h"
#include "workers/crashes.h"
#include "workers/pipeline.h"

#include <malloc.h>
#include <sys/stat.h>

#define FREED_BYTES_KEPT (64 << 20)
#define HEAPS_MAX 4
#define BLOCKS_KEPT (4 << 20) /* larger ones go to the system at once */

struct worker {
    struct dl_loop *loop;
    struct dl_work_leg *leg;
    struct dl_work_counters counters;
    bool stopping;
    bool finished;
    bool failed;
    struct dl_error err;
};

static void finished(void *ctx, const struct dl_error *err)
{
    struct worker *worker = ctx;
    worker->finished = true;
    worker->failed = err != NULL;
    if (err)
        worker->err = *err;
    dl_loop_stop(worker->loop);
}

static void on_signal(void *ctx, int signal)
{
    struct worker *worker = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    worker->stopping = true;
    if (!worker->finished)
        dl_work_stop(worker->leg);
}

static void measure(void *ctx, struct dl_metrics *metrics)
{
    const struct dl_work_counters *counters = &((struct worker *)ctx)->counters;
    const struct {
        enum dl_metric metric;
        unsigned long long value;
    } figures[] = {
        {DL_METRIC_WORK_ARTICLES, atomic_load(&counters->articles)},
        {DL_METRIC_WORK_BYTES, atomic_load(&counters->bytes)},
        {DL_METRIC_WORK_REPORTS, atomic_load(&counters->reports)},
        {DL_METRIC_WORK_MENTIONS, atomic_load(&counters->mentions)},
        {DL_METRIC_WORK_REPEATS, atomic_load(&counters->repeats)},
        {DL_METRIC_WORK_DEAD, atomic_load(&counters->dead)},
        {DL_METRIC_WORK_COMMITS, atomic_load(&counters->commits)},
        {DL_METRIC_WORK_ABORTS, atomic_load(&counters->aborts)},
        {DL_METRIC_WORK_PARTITIONS, atomic_load(&counters->partitions)},
        {DL_METRIC_WORK_INFLIGHT_BYTES, atomic_load(&counters->inflight_bytes)},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        dl_metrics_set(metrics, figures[i].metric, (double)figures[i].value);
    dl_metrics_set(metrics, DL_METRIC_WORK_COMMIT_SECONDS,
                   (double)atomic_load(&counters->commit_ms) / 1000);
}

static const char *why_not_ready(void *ctx)
{
    const struct worker *worker = ctx;
    if (worker->stopping)
        return "stopping";
    if (!atomic_load(&worker->counters.reachable))
        return "the log cannot be reached";
    return atomic_load(&worker->counters.member) ? NULL : "not yet a member of the group";
}

/* Serves figures and works until the end. */
static dl_status run(const struct dl_config *config, struct dl_log *log, struct worker *worker,
                     const struct dl_work_want *want, struct dl_error *err)
{
    struct dl_observe *observe = NULL;
    struct dl_observe_want seen = {config->metrics_listen, "work", measure, why_not_ready, worker};
    dl_status status = dl_observe_start(worker->loop, &seen, &observe, err);
    if (status == DL_OK)
        status = dl_work_start(log, worker->loop, want, &worker->leg, err);
    if (status == DL_OK) {
        dl_loop_on_stop_signal(worker->loop, on_signal, worker);
        dl_loop_run(worker->loop);
    }
    dl_observe_stop(observe);
    if (status == DL_OK && worker->failed) {
        *err = worker->err;
        status = err->status;
    }
    if (status == DL_OK)
        dl_log_line(DL_LOG_INFO, "work ended", DL_LOG_Z("slot", want->slot),
                    DL_LOG_N("articles", atomic_load(&worker->counters.articles)),
                    DL_LOG_N("reports", atomic_load(&worker->counters.reports)),
                    DL_LOG_N("dead", atomic_load(&worker->counters.dead)));
    return status;
}

void dl_work_configure(const struct dl_config *config, struct dl_work_want *want)
{
    want->slot = *config->slot ? config->slot : NULL;
    want->commit_ms = (uint64_t)config->work_commit_ms;
    want->commit_records = (uint32_t)config->work_commit_records;
    want->inflight_bytes_max = (size_t)config->work_inflight_bytes;
}

struct dl_crashes *dl_work_crashes(const struct dl_config *config, const char *slot)
{
    char path[4096];
    char name[DL_SLOT_BYTES];
    struct dl_crashes *crashes = NULL;
    struct dl_error err;
    snprintf(name, sizeof name, "%s", slot);
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '-';
    (void)mkdir(config->dir, 0755); /* there already, or the opening says what is wrong */
    int len =
        snprintf(path, sizeof path, "%s/%s-work-%s.crashes", config->dir, config->prefix, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return NULL;
    if (dl_crashes_open(path, &crashes, &err) != DL_OK)
        dl_log_line(DL_LOG_WARN, "articles that kill their worker will not be found out",
                    DL_LOG_Z("err", err.text));
    return crashes;
}

static dl_status work(const struct dl_config *config, const char *until, struct dl_error *err)
{
    struct worker worker = {0};
    struct dl_pipeline pipeline;
    struct dl_knowledge *knowledge = NULL;
    struct dl_log *log = NULL;
    struct dl_slot slot = {.lock = -1};
    dl_status status = dl_pipeline_init(&pipeline, until, err);
    if (status == DL_OK)
        status = dl_knowledge_load(NULL, config->data, &knowledge, err);
    if (status == DL_OK)
        status = dl_open_log(config, &log, err);
    if (status == DL_OK)
        status = dl_slot_take(config, "work", &slot, err);
    if (status == DL_OK) {
        worker.loop = dl_loop_new((unsigned)config->work_threads);
        struct dl_work_want want = {.pipeline = &pipeline,
                                    .knowledge = knowledge,
                                    .counters = &worker.counters,
                                    .finished = finished,
                                    .ctx = &worker};
        dl_work_configure(config, &want);
        want.slot = slot.name;
        struct dl_crashes *crashes = dl_work_crashes(config, slot.name);
        want.crashes = crashes;
        status = run(config, log, &worker, &want, err);
        dl_crashes_close(crashes);
        dl_loop_free(worker.loop);
    }
    dl_slot_done(&slot);
    dl_log_free(log);
    dl_knowledge_free(knowledge);
    return status;
}

/* Megabytes are had and given back all the time, on few threads: what the heap's top holds is kept,
 * and shared, instead of going to the system and back with every batch. */
static void keep_freed_memory(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, FREED_BYTES_KEPT); /* refused: only slower */
    (void)mallopt(M_MMAP_THRESHOLD, BLOCKS_KEPT);
    (void)mallopt(M_ARENA_MAX, HEAPS_MAX);
}

int dl_work_main(const struct dl_config *config, int argc, char **argv)
{
    const char *until = NULL;
    struct dl_error err;
    keep_freed_memory();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--until") == 0 && i + 1 < argc) {
            until = argv[++i];
        } else {
            fprintf(stderr,
                    "dateline: work: no option '%s'\n"
                    "dateline work [--slot NAME] [--until STAGE] [--data DIR]\n",
                    argv[i]);
            return 2;
        }
    }
    dl_status status = work(config, until, &err);
    if (status == DL_OK)
        return 0;
    fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
