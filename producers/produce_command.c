/* `dateline produce files PATH… [--published DATE] [--dry-run] [--again] [--strict]`. */
#include "producers/produce_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/open_log.h"
#include "producers/door/door.h"
#include "producers/files/field_map.h"
#include "producers/files/reading.h"
#include "producers/files/watch.h"
#include "producers/poll/feeds_command.h"
#include "producers/produce.h"
#include "producers/push/push_command.h"

#include <unistd.h>

#define SHOW_MS 500U
#define QUIET_MS 500U  /* after a change in a folder it is looked at again */
#define SETTLE_MS 2000 /* a file somebody wrote to since may not be whole */

struct order {
    char **paths;
    int path_count;
    const char *published;
    const char *traceparent;
    bool dry_run;
    bool again;
    bool strict;
    bool watch;
    struct dl_field_map map;
};

struct producer {
    struct dl_loop *loop;
    struct dl_produce_leg *leg;
    struct dl_produce_counters counters;
    struct dl_timer show;
    uint64_t started_ms;
    bool finished;
    bool waiting; /* for a folder to change */
    bool stopped; /* by a signal, before its end */
    bool failed;
    struct dl_error err;
};

static int usage(const char *wrong, const char *word)
{
    if (wrong)
        fprintf(stderr, "dateline: produce: %s '%s'\n", wrong, word);
    fputs(
        "dateline produce files PATH… [--published DATE] [--map OURS=THEIRS]… [--watch]\n"
        "                       [--dry-run] [--again] [--strict]\n"
        "  PATH         a text file (one article, after lines like \"Title: …\" and \"Date: …\"),\n"
        "               JSON lines (.jsonl, .ndjson), a page (.html, .htm), an archive of pages\n"
        "               (.warc), each also as .gz or .zst; a folder; - for stdin\n"
        "  --published  date of articles that have none, 2025-02-06 or RFC 3339\n"
        "  --map        a field of JSON lines that has another name there: text=body\n"
        "  --watch      goes on with what comes into the folders, until it is stopped\n"
        "  --dry-run    reads and checks, sends nothing\n"
        "  --again      also files that were read before\n"
        "  --strict     exit 1 when a record was broken or a file could not be read\n",
        stderr);
    return 2;
}

/* --- progress --- */

static void show(void *ctx)
{
    struct producer *producer = ctx;
    double seconds = (double)(dl_loop_now_ms(producer->loop) - producer->started_ms) / 1000;
    unsigned long long articles = atomic_load(&producer->counters.articles);
    double done = (double)atomic_load(&producer->counters.disk_bytes_read);
    double in_all = (double)atomic_load(&producer->counters.disk_bytes_in_all);
    double share = in_all > 0 ? done / in_all : 1;
    if (share > 1)
        share = 1;
    fprintf(stderr, "\r\x1b[K%llu articles, %.0f/s, %.0f %%", articles,
            seconds > 0 ? (double)articles / seconds : 0, share * 100);
    if (share > 0.001 && share < 1) {
        unsigned left = (unsigned)(seconds / share * (1 - share) + 0.5);
        fprintf(stderr, ", %u:%02u:%02u to go", left / 3600, left / 60 % 60, left % 60);
    }
    dl_timer_start(producer->loop, &producer->show, SHOW_MS);
}

static void finished(void *ctx, const struct dl_error *err)
{
    struct producer *producer = ctx;
    producer->finished = true;
    producer->failed = err != NULL;
    if (err)
        producer->err = *err;
    dl_loop_stop(producer->loop);
}

static void on_signal(void *ctx, int signal)
{
    struct producer *producer = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    producer->stopped = true;
    if (!producer->finished)
        dl_produce_stop(producer->leg);
    else if (producer->waiting)
        dl_loop_stop(producer->loop);
}

static void changed(void *ctx)
{
    struct producer *producer = ctx;
    if (producer->waiting)
        dl_loop_stop(producer->loop);
}

static void tell_result(const struct dl_produce_counters *counters, const struct dl_files *files)
{
    dl_log_line(DL_LOG_INFO, "files read", DL_LOG_N("articles", atomic_load(&counters->articles)),
                DL_LOG_N("broken", atomic_load(&counters->dead)),
                DL_LOG_N("unread_files", atomic_load(&counters->unread)),
                DL_LOG_N("read_before", atomic_load(&counters->skipped)),
                DL_LOG_N("left_aside", files->left_aside));
    if (files->count == 0)
        dl_log_line(DL_LOG_WARN, "nothing to read: no file here has a name that says it holds "
                                 "articles");
    else if (atomic_load(&counters->skipped) == files->count)
        dl_log_line(DL_LOG_INFO, "all of it was read before; --again reads it again");
}

/* --- producing --- */

/* All files once. */
static dl_status produce_once(struct dl_log *log, const struct order *order, struct dl_files *files,
                              struct producer *producer, struct dl_error *err)
{
    struct dl_produce_want want = {
        .files = files,
        .published = order->published,
        .traceparent = order->traceparent,
        .again = order->again,
        .counters = &producer->counters,
        .finished = finished,
        .ctx = producer,
    };
    producer->finished = false;
    dl_status status = dl_produce_start(log, producer->loop, &want, &producer->leg, err);
    if (status != DL_OK)
        return status;
    bool live = isatty(STDERR_FILENO);
    if (live)
        dl_timer_start(producer->loop, &producer->show, SHOW_MS);
    dl_loop_run(producer->loop);
    if (live) {
        dl_timer_stop(producer->loop, &producer->show);
        fputs("\r\x1b[K", stderr);
    }
    if (producer->failed)
        *err = producer->err;
    return producer->failed ? err->status : DL_OK;
}

static dl_status collect(const struct dl_config *config, const struct order *order,
                         struct dl_files *files, struct dl_error *err)
{
    dl_status status = DL_OK;
    files->map = order->map.count ? &order->map : NULL;
    if (!order->dry_run)
        dl_files_add_spooled(files, config->dir);
    for (int i = 0; i < order->path_count && status == DL_OK; i++) {
        if (strcmp(order->paths[i], "-") == 0)
            status = dl_files_add_stream(files, STDIN_FILENO, config->dir, err);
        else
            dl_files_add(files, order->paths[i]);
    }
    return status;
}

/* A watch on all folders that were named; it stands before their files are listed, so that nothing
 * comes in between unseen. */
static dl_status watch_folders(const struct order *order, struct producer *producer,
                               struct dl_watch **ret, struct dl_error *err)
{
    struct dl_watch *watch = dl_watch_new(producer->loop, QUIET_MS, changed, producer);
    unsigned folders = 0;
    for (int i = 0; i < order->path_count; i++) {
        dl_status status = dl_watch_folder(watch, order->paths[i], err);
        if (status == DL_FATAL) {
            dl_watch_free(watch);
            return status;
        }
        folders += status == DL_OK;
    }
    if (folders == 0) {
        dl_watch_free(watch);
        return dl_fail(err, DL_BAD_CONFIG, "--watch: no folder is named");
    }
    *ret = watch;
    return DL_OK;
}

/* What comes into the folders, until a signal ends it. What was read before is known by the
 * positions in the log, as after any start. */
static dl_status follow(const struct dl_config *config, struct dl_log *log, struct order *order,
                        struct producer *producer, struct dl_error *err)
{
    dl_status status = DL_OK;
    struct dl_watch *watch = NULL;
    while (status == DL_OK && !producer->stopped) {
        status = watch_folders(order, producer, &watch, err);
        if (status != DL_OK)
            break;
        struct dl_files *files = dl_files_new();
        files->unsettled_to_ms = dl_loop_wall_ms(producer->loop) + 1;
        files->unsettled_from_ms = files->unsettled_to_ms - SETTLE_MS;
        status = collect(config, order, files, err);
        if (files->unsettled)
            dl_watch_again(watch);
        if (status == DL_OK)
            status = produce_once(log, order, files, producer, err);
        dl_files_free(files);
        order->again = false; /* of what was there at the start */
        if (status == DL_OK && !producer->stopped && !dl_watch_is_due(watch)) {
            producer->waiting = true;
            dl_loop_run(producer->loop);
            producer->waiting = false;
        }
        dl_watch_free(watch);
    }
    return status;
}

static dl_status produce(const struct dl_config *config, struct order *order,
                         struct dl_files *files, struct producer *producer, struct dl_error *err)
{
    struct dl_log *log = NULL;
    dl_status status = dl_open_log(config, &log, err);
    if (status != DL_OK)
        return status;
    producer->loop = dl_loop_new(1);
    producer->show = (struct dl_timer){show, producer, NULL};
    producer->started_ms = dl_loop_now_ms(producer->loop);
    dl_loop_on_stop_signal(producer->loop, on_signal, producer);
    status = order->watch ? follow(config, log, order, producer, err)
                          : produce_once(log, order, files, producer, err);
    dl_timer_close(producer->loop, &producer->show);
    dl_loop_free(producer->loop);
    dl_log_free(log);
    return status;
}

/* The same reading without a log. */
static void read_only(const struct order *order, const struct dl_files *files,
                      struct dl_produce_counters *counters)
{
    struct dl_reading reading;
    struct dl_parcel *parcel = dl_parcel_new();
    dl_reading_init(&reading, files, dl_str_of(order->published), (dl_str){NULL, 0});
    do {
        dl_reading_fill(&reading, parcel);
        for (uint32_t i = 0; i < parcel->note_count; i++)
            dl_log_line(parcel->notes[i].is_file ? DL_LOG_ERROR : DL_LOG_WARN,
                        parcel->notes[i].is_file ? "file not read" : "broken record",
                        DL_LOG_S("err", parcel->notes[i].text));
        atomic_fetch_add(&counters->articles, parcel->articles);
        atomic_fetch_add(&counters->dead, parcel->dead);
        atomic_fetch_add(&counters->skipped, parcel->skipped);
        atomic_fetch_add(&counters->unread, parcel->unread);
        atomic_fetch_add(&counters->unread_named, parcel->unread_named);
    } while (!parcel->last);
    dl_reading_done(&reading);
    dl_parcel_free(parcel);
}

static int run(const struct dl_config *config, struct order *order)
{
    struct dl_error err;
    struct producer producer = {0};
    struct dl_files *files = dl_files_new();
    dl_status status =
        order->watch && !order->dry_run ? DL_OK : collect(config, order, files, &err);
    if (status == DL_OK && order->dry_run)
        read_only(order, files, &producer.counters);
    else if (status == DL_OK)
        status = produce(config, order, files, &producer, &err);
    if (status == DL_OK && (!order->watch || order->dry_run))
        tell_result(&producer.counters, files);
    else if (status != DL_OK)
        fprintf(stderr, "dateline: %s\n", err.text);
    dl_files_free(files);
    bool bad = producer.counters.dead || producer.counters.unread;
    if (status != DL_OK)
        return status == DL_BAD_CONFIG ? 2 : 1;
    bool cut_short = producer.stopped && !order->watch; /* watching ends by a signal */
    return producer.counters.unread_named || cut_short || (order->strict && bad) ? 1 : 0;
}

static int produce_files_main(const struct dl_config *config, int argc, char **argv)
{
    struct order order = {.paths = argv};
    struct dl_error err;
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--published") == 0     ? &order.published
                             : strcmp(argv[i], "--traceparent") == 0 ? &order.traceparent
                                                                     : NULL;
        if (value && i + 1 < argc)
            *value = argv[++i];
        else if (strcmp(argv[i], "--dry-run") == 0)
            order.dry_run = true;
        else if (strcmp(argv[i], "--again") == 0)
            order.again = true;
        else if (strcmp(argv[i], "--strict") == 0)
            order.strict = true;
        else if (strcmp(argv[i], "--watch") == 0)
            order.watch = true;
        else if (strcmp(argv[i], "--map") == 0 && i + 1 < argc) {
            if (dl_field_map_add(&order.map, argv[++i], &err) != DL_OK) {
                fprintf(stderr, "dateline: --map: %s\n", err.text);
                return 2;
            }
        } else if (argv[i][0] != '-' || argv[i][1] == '\0')
            argv[order.path_count++] = argv[i];
        else
            return usage("no option", argv[i]);
    }
    if (order.path_count == 0)
        return usage(NULL, "");
    struct dl_arena arena;
    dl_str date = {NULL, 0};
    dl_arena_init(&arena);
    dl_status status = order.published ? dl_door_date(&arena, order.published, &date, &err) : DL_OK;
    int code = 2;
    if (status == DL_OK) {
        order.published = date.at ? date.at : NULL;
        code = run(config, &order);
    } else {
        fprintf(stderr, "dateline: --published: %s\n", err.text);
    }
    dl_arena_done(&arena);
    return code;
}

/* --- what there is --- */

static const struct producer_kind {
    const char *name;
    int (*run)(const struct dl_config *config, int argc, char **argv);
    const char *help;
} kinds[] = {
    {"files", produce_files_main, "text, JSON lines, pages, archives of pages, folders"},
    {"feeds", dl_produce_feeds_main, "RSS, Atom, JSON Feed and sitemaps, polled"},
    {"push", dl_push_main, "an HTTP endpoint that others post articles to"},
};

static int list_kinds(FILE *out)
{
    fputs("usage: dateline produce KIND [OPTION…]\n\n", out);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        fprintf(out, "  %-6s %s\n", kinds[i].name, kinds[i].help);
    fputs("\n`dateline produce KIND --help` says more.\n", out);
    return out == stdout ? 0 : 2;
}

int dl_produce_main(const struct dl_config *config, int argc, char **argv)
{
    if (argc < 2)
        return list_kinds(stderr);
    if (strcmp(argv[1], "--help") == 0)
        return list_kinds(stdout);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(argv[1], kinds[i].name) == 0)
            return kinds[i].run(config, argc - 1, argv + 1);
    fprintf(stderr, "dateline: produce: no kind '%s'\n", argv[1]);
    return list_kinds(stderr);
}
