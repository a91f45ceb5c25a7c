/* All legs of the relay, each on its thread, over one embedded log; and the person's view of it. */
#include "relay/run.h"

#include "core/bus_local.h"
#include "core/log.h"
#include "producers/files/files.h"
#include "producers/produce.h"
#include "relay/leg_thread.h"
#include "relay/summary.h"
#include "sinks/sink.h"
#include "workers/crashes.h"
#include "workers/pipeline.h"
#include "workers/work_command.h"

#include <unistd.h>

#define LOOK_MS 50 /* between looks at whether all is through */
#define SHOW_MS 500

enum { LEG_WORK, LEG_SQLITE, LEG_NDJSON, LEG_PRODUCE, LEGS };

struct run {
    const struct dl_config *config;
    bool once;
    const char *published;
    const char *until; /* last stage, NULL for all */
    struct dl_log *log;
    struct dl_pipeline pipeline;
    struct dl_crashes *crashes;
    struct dl_knowledge *knowledge;
    struct dl_files *files;
    char *sqlite_path;
    char *ndjson_path;

    struct dl_work_counters work_counters;
    struct dl_sink_counters sqlite_counters;
    struct dl_sink_counters ndjson_counters;
    struct dl_produce_counters produce_counters;
    struct dl_work_leg *work;
    struct dl_sink_leg *sqlite;
    struct dl_sink_leg *ndjson;
    struct dl_produce_leg *produce;
    struct dl_leg_thread legs[LEGS];

    struct dl_loop *loop; /* of the thread that looks on */
    struct dl_timer look;
    uint64_t started_ms;
    uint64_t shown_ms;
    bool stopping;
    bool through; /* every article has its outcome in every sink */
    bool live;    /* stderr is a terminal */
};

/* --- starting each leg, on its own thread --- */

static dl_status start_work(void *ctx, struct dl_loop *loop, struct dl_leg_thread *thread,
                            struct dl_error *err)
{
    struct run *run = ctx;
    struct dl_work_want want = {.pipeline = &run->pipeline,
                                .knowledge = run->knowledge,
                                .crashes = run->crashes,
                                .counters = &run->work_counters,
                                .finished = dl_leg_finished,
                                .ctx = thread};
    dl_work_configure(run->config, &want);
    return dl_work_start(run->log, loop, &want, &run->work, err);
}

static void stop_work(void *ctx)
{
    dl_work_stop(((struct run *)ctx)->work);
}

static dl_status start_sink(struct run *run, const struct dl_sink_kind *kind, const char *path,
                            struct dl_sink_counters *counters, struct dl_loop *loop,
                            struct dl_leg_thread *thread, struct dl_sink_leg **ret,
                            struct dl_error *err)
{
    struct dl_sink_want want = {
        .kind = kind,
        .place = {.target = path,
                  .fast = strcmp(run->config->local_sync, "normal") == 0,
                  .sole = true},
        .batch_ms = 100,
        .pending_bytes_max = 6U << 20,
        .counters = counters,
        .finished = dl_leg_finished,
        .ctx = thread,
    };
    return dl_sink_start(run->log, loop, &want, ret, err);
}

static dl_status start_sqlite(void *ctx, struct dl_loop *loop, struct dl_leg_thread *thread,
                              struct dl_error *err)
{
    struct run *run = ctx;
    return start_sink(run, &dl_sink_sqlite, run->sqlite_path, &run->sqlite_counters, loop, thread,
                      &run->sqlite, err);
}

static void stop_sqlite(void *ctx)
{
    dl_sink_stop(((struct run *)ctx)->sqlite);
}

static dl_status start_ndjson(void *ctx, struct dl_loop *loop, struct dl_leg_thread *thread,
                              struct dl_error *err)
{
    struct run *run = ctx;
    return start_sink(run, &dl_sink_ndjson, run->ndjson_path, &run->ndjson_counters, loop, thread,
                      &run->ndjson, err);
}

static void stop_ndjson(void *ctx)
{
    dl_sink_stop(((struct run *)ctx)->ndjson);
}

static dl_status start_produce(void *ctx, struct dl_loop *loop, struct dl_leg_thread *thread,
                               struct dl_error *err)
{
    struct run *run = ctx;
    struct dl_produce_want want = {.files = run->files,
                                   .published = run->published,
                                   .counters = &run->produce_counters,
                                   .finished = dl_leg_finished,
                                   .ctx = thread};
    return dl_produce_start(run->log, loop, &want, &run->produce, err);
}

static void stop_produce(void *ctx)
{
    dl_produce_stop(((struct run *)ctx)->produce);
}

static void start_legs(struct run *run)
{
    const struct dl_leg_want wants[LEGS] = {
        [LEG_WORK] = {"work", (unsigned)run->config->work_threads, start_work, stop_work, run},
        [LEG_SQLITE] = {"sink sqlite", 1, start_sqlite, stop_sqlite, run},
        [LEG_NDJSON] = {"sink ndjson", 1, start_ndjson, stop_ndjson, run},
        [LEG_PRODUCE] = {"produce", 1, start_produce, stop_produce, run},
    };
    for (int i = 0; i < LEGS; i++)
        dl_leg_start(&run->legs[i], &wants[i]);
}

static void stop_legs(struct run *run)
{
    for (int i = 0; i < LEGS; i++)
        dl_leg_stop(&run->legs[i]);
}

/* --- looking on --- */

/* Every article committed by the worker, every report stored by both sinks. */
static bool is_through(struct run *run)
{
    struct dl_error err;
    uint32_t partitions = 0;
    int64_t ends[DL_PARTITIONS_MAX];
    int64_t first;
    if (!dl_leg_is_finished(&run->legs[LEG_PRODUCE]) ||
        dl_log_partitions(run->log, DL_TOPIC_ARTICLES, &partitions, &err) != DL_OK)
        return false;
    for (uint32_t p = 0; p < partitions; p++) {
        struct dl_part part = {DL_TOPIC_ARTICLES, (int32_t)p};
        int64_t end = 0;
        int64_t next = 0;
        if (dl_log_range(run->log, part, 5000, &first, &end, &err) != DL_OK)
            return false;
        dl_status status = dl_log_committed(run->log, "work", part, 5000, &next, &err);
        if ((status != DL_OK && status != DL_NOT_FOUND) || next < end)
            return false;
    }
    for (uint32_t p = 0; p < partitions; p++) {
        struct dl_part part = {DL_TOPIC_REPORTS, (int32_t)p};
        if (dl_log_range(run->log, part, 5000, &first, &ends[p], &err) != DL_OK)
            return false;
    }
    return dl_sink_has_stored(&run->sqlite_counters, ends, partitions) &&
           dl_sink_has_stored(&run->ndjson_counters, ends, partitions);
}

static void show_progress(struct run *run, uint64_t now_ms)
{
    double seconds = (double)(now_ms - run->started_ms) / 1000;
    unsigned long long done = atomic_load(&run->work_counters.articles);
    fprintf(stderr, "\r\x1b[K%llu read, %llu coded (%.0f/s), %llu events, %llu dead letters",
            atomic_load(&run->produce_counters.articles), done,
            seconds > 0 ? (double)done / seconds : 0, atomic_load(&run->work_counters.mentions),
            atomic_load(&run->work_counters.dead) + atomic_load(&run->produce_counters.dead));
    run->shown_ms = now_ms;
}

static bool a_leg_failed(struct run *run)
{
    for (int i = 0; i < LEGS; i++)
        if (i != LEG_PRODUCE && dl_leg_is_finished(&run->legs[i]))
            return true;
    return dl_leg_is_finished(&run->legs[LEG_PRODUCE]) && run->legs[LEG_PRODUCE].status != DL_OK;
}

static bool all_finished(struct run *run)
{
    for (int i = 0; i < LEGS; i++)
        if (!dl_leg_is_finished(&run->legs[i]))
            return false;
    return true;
}

static void look(void *ctx)
{
    struct run *run = ctx;
    uint64_t now_ms = dl_loop_now_ms(run->loop);
    if (run->live && now_ms - run->shown_ms >= SHOW_MS)
        show_progress(run, now_ms);
    if (!run->stopping) {
        bool failed = a_leg_failed(run);
        run->through = !failed && run->once && is_through(run);
        if (failed || run->through) {
            run->stopping = true;
            stop_legs(run);
        }
    }
    if (run->stopping && all_finished(run))
        dl_loop_stop(run->loop);
    else
        dl_timer_start(run->loop, &run->look, LOOK_MS);
}

static void on_signal(void *ctx, int signal)
{
    struct run *run = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    run->stopping = true;
    stop_legs(run);
}

/* --- the command --- */

static char *path_in(const char *dir, const char *name)
{
    size_t bytes = strlen(dir) + strlen(name) + 2;
    char *path = dl_alloc(bytes);
    snprintf(path, bytes, "%s/%s", dir, name);
    return path;
}

static dl_status collect_inputs(struct run *run, int count, char **paths, struct dl_error *err)
{
    char examples[4096];
    run->files = dl_files_new();
    dl_files_add_spooled(run->files, run->config->dir);
    if (count == 0) {
        dl_status status = dl_share_path("examples", examples, sizeof examples, err);
        if (status != DL_OK)
            return status;
        dl_files_add(run->files, examples);
    }
    dl_status status = DL_OK;
    for (int i = 0; i < count && status == DL_OK; i++) {
        if (strcmp(paths[i], "-") == 0)
            status = dl_files_add_stream(run->files, STDIN_FILENO, run->config->dir, err);
        else
            dl_files_add(run->files, paths[i]);
    }
    return status;
}

static dl_status prepare(struct run *run, int count, char **paths, struct dl_error *err)
{
    struct dl_local_options options = {.fast = strcmp(run->config->local_sync, "normal") == 0};
    if (*run->config->brokers)
        return dl_fail(err, DL_BAD_CONFIG,
                       "run works on the embedded log; on Kafka start `dateline produce`, "
                       "`dateline work` and `dateline sink` with -b");
    dl_status status = dl_pipeline_init(&run->pipeline, run->until, err);
    if (status == DL_OK)
        status = dl_knowledge_load(NULL, run->config->data, &run->knowledge, err);
    if (status == DL_OK)
        status = dl_bus_at_dir(run->config->dir, &options, &run->log, err);
    if (status == DL_OK)
        status = collect_inputs(run, count, paths, err);
    if (status == DL_OK)
        run->crashes = dl_work_crashes(run->config, "0");
    run->sqlite_path = path_in(run->config->dir, "dateline.sqlite");
    run->ndjson_path = path_in(run->config->dir, "reports.ndjson");
    return status;
}

static void look_on(struct run *run)
{
    run->loop = dl_loop_new(1);
    run->look = (struct dl_timer){look, run, NULL};
    run->started_ms = dl_loop_now_ms(run->loop);
    start_legs(run);
    dl_loop_on_stop_signal(run->loop, on_signal, run);
    dl_timer_start(run->loop, &run->look, LOOK_MS);
    dl_loop_run(run->loop);
    if (run->live)
        fputs("\r\x1b[K", stderr);
}

/* The first leg that failed tells the story; others may only have missed it. */
static dl_status join_legs(struct run *run, struct dl_error *err)
{
    dl_status status = DL_OK;
    for (int i = 0; i < LEGS; i++) {
        dl_status one = dl_leg_join(&run->legs[i]);
        if (one != DL_OK && status == DL_OK) {
            status = one;
            *err = run->legs[i].err;
        }
    }
    dl_timer_close(run->loop, &run->look);
    dl_loop_free(run->loop);
    return status;
}

static void close_run(struct run *run)
{
    dl_files_free(run->files);
    dl_log_free(run->log);
    dl_crashes_close(run->crashes);
    dl_knowledge_free(run->knowledge);
    free(run->sqlite_path);
    free(run->ndjson_path);
}

static int usage(const char *wrong)
{
    fprintf(stderr,
            "%s%sdateline run [INPUT…] [--once] [--published DATE] [--until STAGE] [--dir DIR]\n",
            wrong ? wrong : "", wrong ? "\n" : "");
    return 2;
}

static int parse_args(struct run *run, int argc, char **argv)
{
    int paths = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--once") == 0)
            run->once = true;
        else if (strcmp(argv[i], "--published") == 0 && i + 1 < argc)
            run->published = argv[++i];
        else if (strcmp(argv[i], "--until") == 0 && i + 1 < argc)
            run->until = argv[++i];
        else if (argv[i][0] == '-' && argv[i][1])
            return -1;
        else
            argv[paths++] = argv[i];
    }
    return paths;
}

static struct dl_summary_counts count_run(struct run *run)
{
    return (struct dl_summary_counts){
        .articles = atomic_load(&run->work_counters.articles),
        .set_aside =
            atomic_load(&run->work_counters.dead) + atomic_load(&run->produce_counters.dead),
        .unread = atomic_load(&run->produce_counters.unread),
    };
}

int dl_run_main(const struct dl_config *config, int argc, char **argv)
{
    struct run *run = dl_alloc(sizeof *run);
    struct dl_error err;
    struct dl_summary_from from;
    run->config = config;
    run->live = isatty(STDERR_FILENO) == 1;
    int paths = parse_args(run, argc, argv);
    if (paths < 0) {
        free(run);
        return usage("dateline: run: an option that it does not have, or without its value");
    }
    dl_status status = prepare(run, paths - 1, argv + 1, &err);
    if (status == DL_OK)
        status = dl_summary_mark(run->log, &from, &err);
    if (status == DL_OK) {
        look_on(run);
        status = join_legs(run, &err);
        struct dl_summary_counts counts = count_run(run);
        if (status == DL_OK && run->through)
            status = dl_summary_print(run->log, &from, &counts, config->dir,
                                      isatty(STDOUT_FILENO) == 1, stdout, &err);
    }
    bool unread = atomic_load(&run->produce_counters.unread_named) > 0;
    close_run(run);
    free(run);
    if (status == DL_OK)
        return unread ? 1 : 0;
    fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
