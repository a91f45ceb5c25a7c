/* `dateline work`: one worker until SIGTERM. */
#include "workers/work_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/open_log.h"
#include "core/slot.h"
#include "workers/pipeline.h"

struct worker {
    struct dl_loop *loop;
    struct dl_work_leg *leg;
    struct dl_work_counters counters;
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
    if (!worker->finished)
        dl_work_stop(worker->leg);
}

void dl_work_configure(const struct dl_config *config, struct dl_work_want *want)
{
    want->slot = *config->slot ? config->slot : NULL;
    want->commit_ms = (uint64_t)config->work_commit_ms;
    want->commit_records = (uint32_t)config->work_commit_records;
    want->inflight_bytes_max = (size_t)config->work_inflight_bytes;
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
        status = dl_work_start(log, worker.loop, &want, &worker.leg, err);
        if (status == DL_OK) {
            dl_loop_on_stop_signal(worker.loop, on_signal, &worker);
            dl_loop_run(worker.loop);
        }
        if (status == DL_OK && worker.failed) {
            *err = worker.err;
            status = err->status;
        }
        dl_loop_free(worker.loop);
    }
    dl_slot_done(&slot);
    dl_log_free(log);
    dl_knowledge_free(knowledge);
    return status;
}

int dl_work_main(const struct dl_config *config, int argc, char **argv)
{
    const char *until = NULL;
    struct dl_error err;
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
