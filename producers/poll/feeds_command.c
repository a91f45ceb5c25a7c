/* `dateline produce feeds [--opml FILE] [--once] [--pages] [URL…]`, and what is done to the list of
 * feeds. */
#include "producers/poll/feeds_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/observe.h"
#include "core/open_log.h"
#include "producers/poll/feeds_list.h"
#include "producers/poll/poll.h"

#include <sys/resource.h>
#include <unistd.h>

#define CODE_THREADS 2 /* parsing: a core's worth, and one for a large feed */
#define SHOW_MS 1000U

static int64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static dl_status open_store(const struct dl_config *config, struct dl_poll_store **ret,
                            struct dl_error *err)
{
    return dl_poll_store_open(config->dir, strcmp(config->local_sync, "normal") == 0, ret, err);
}

static int tell(dl_status status, const struct dl_error *err)
{
    if (status == DL_OK)
        return 0;
    fprintf(stderr, "dateline: %s\n", err->text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}

static void tell_added(const struct dl_feeds_added *added)
{
    dl_log_line(DL_LOG_INFO, "feeds added", DL_LOG_N("added", added->added),
                DL_LOG_N("known", added->known), DL_LOG_N("refused", added->refused));
}

/* --- polling --- */

struct poller {
    struct dl_loop *loop;
    struct dl_poll_leg *leg;
    struct dl_poll_counters counters;
    struct dl_timer show;
    bool finished;
    bool failed;
    struct dl_error err;
};

static const char poll_help[] =
    "dateline produce feeds [--opml FILE] [--once] [--pages] [--strict] [URL…]\n"
    "  URL       a feed, a sitemap, or a page that names its feed; kept in DIR from then on\n"
    "  --opml    a list of feeds to keep, as OPML\n"
    "  --once    polls every feed once, now, and ends\n"
    "  --pages   fetches the pages that items link to and takes their text\n"
    "  --strict  exit 1 when a feed could not be had (with --once)\n"
    "\n"
    "Polls all feeds kept in DIR, new ones and those of `dateline feeds add`. Addresses that are\n"
    "not public are not connected to; -o fetch.allow=CIDR,… makes exceptions. More: "
    "docs/FEEDS.md\n";

static void finished(void *ctx, const struct dl_error *err)
{
    struct poller *poller = ctx;
    poller->finished = true;
    poller->failed = err != NULL;
    if (err)
        poller->err = *err;
    dl_loop_stop(poller->loop);
}

static void on_signal(void *ctx, int signal)
{
    struct poller *poller = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    if (!poller->finished)
        dl_poll_stop(poller->leg);
}

static void show(void *ctx)
{
    struct poller *poller = ctx;
    const struct dl_poll_counters *counters = &poller->counters;
    fprintf(stderr, "\r\x1b[K%llu feeds, %llu polls (%llu unchanged, %llu failed), %llu articles",
            atomic_load(&counters->feeds), atomic_load(&counters->polls),
            atomic_load(&counters->same), atomic_load(&counters->failed),
            atomic_load(&counters->articles));
    dl_timer_start(poller->loop, &poller->show, SHOW_MS);
}

static void measure(void *ctx, struct dl_metrics *metrics)
{
    const struct dl_poll_counters *counters = &((struct poller *)ctx)->counters;
    const struct {
        enum dl_metric metric;
        unsigned long long value;
    } figures[] = {
        {DL_METRIC_FEEDS, atomic_load(&counters->feeds)},
        {DL_METRIC_FEED_POLLS, atomic_load(&counters->polls)},
        {DL_METRIC_FEED_UNCHANGED, atomic_load(&counters->same)},
        {DL_METRIC_FEED_FAILED, atomic_load(&counters->failed)},
        {DL_METRIC_FEED_POSTPONED, atomic_load(&counters->postponed)},
        {DL_METRIC_FEED_ARTICLES, atomic_load(&counters->articles)},
        {DL_METRIC_FEED_PAGES, atomic_load(&counters->pages)},
        {DL_METRIC_FETCH_SOCKETS, atomic_load(&counters->sockets)},
        {DL_METRIC_FETCH_REFUSED, atomic_load(&counters->refused)},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        dl_metrics_set(metrics, figures[i].metric, (double)figures[i].value);
    dl_metrics_set(metrics, DL_METRIC_FEED_LATE_SECONDS,
                   (double)atomic_load(&counters->late_ms_max) / 1000);
}

static const char *why_not_ready(void *ctx)
{
    return atomic_load(&((struct poller *)ctx)->counters.reachable)
               ? NULL
               : "the log cannot be reached, or is being read";
}

/* As many descriptors as we may have: a fetch is one. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* else fewer fetches at once */
}

static dl_status poll_feeds(const struct dl_config *config, bool once, bool pages,
                            struct poller *poller, struct dl_error *err)
{
    struct dl_log *log = NULL;
    dl_status status = dl_open_log(config, &log, err);
    if (status != DL_OK)
        return status;
    poller->loop = dl_loop_new(CODE_THREADS);
    poller->show = (struct dl_timer){show, poller, NULL};
    struct dl_observe *observe = NULL;
    struct dl_observe_want seen = {config->metrics_listen, "feeds", measure, why_not_ready, poller};
    struct dl_poll_want want = {.config = config,
                                .once = once,
                                .pages = pages,
                                .counters = &poller->counters,
                                .finished = finished,
                                .ctx = poller};
    status = dl_observe_start(poller->loop, &seen, &observe, err);
    if (status == DL_OK)
        status = dl_poll_start(log, poller->loop, &want, &poller->leg, err);
    if (status == DL_OK) {
        bool live = isatty(STDERR_FILENO) == 1;
        dl_loop_on_stop_signal(poller->loop, on_signal, poller);
        if (live)
            dl_timer_start(poller->loop, &poller->show, SHOW_MS);
        dl_loop_run(poller->loop);
        if (live)
            fputs("\r\x1b[K", stderr);
        if (poller->failed) {
            *err = poller->err;
            status = err->status;
        }
    }
    dl_observe_stop(observe);
    dl_timer_close(poller->loop, &poller->show);
    dl_loop_free(poller->loop);
    dl_log_free(log);
    return status;
}

static void tell_result(const struct dl_poll_counters *counters)
{
    dl_log_line(DL_LOG_INFO, "feeds polled", DL_LOG_N("feeds", atomic_load(&counters->feeds)),
                DL_LOG_N("polls", atomic_load(&counters->polls)),
                DL_LOG_N("unchanged", atomic_load(&counters->same)),
                DL_LOG_N("failed", atomic_load(&counters->failed)),
                DL_LOG_N("postponed", atomic_load(&counters->postponed)),
                DL_LOG_N("articles", atomic_load(&counters->articles)),
                DL_LOG_N("pages", atomic_load(&counters->pages)),
                DL_LOG_N("late_ms_max", atomic_load(&counters->late_ms_max)),
                DL_LOG_N("sockets", atomic_load(&counters->sockets)),
                DL_LOG_N("refused_sockets", atomic_load(&counters->refused)));
}

static int poll_usage(const char *wrong, const char *word)
{
    fprintf(stderr, "dateline: produce feeds: %s '%s'\n%s", wrong, word, poll_help);
    return 2;
}

static dl_status add_given(const struct dl_config *config, const char *opml, int count, char **urls,
                           struct dl_feeds_added *added, struct dl_error *err)
{
    struct dl_poll_store *store;
    dl_status status = open_store(config, &store, err);
    if (status != DL_OK)
        return status;
    if (opml)
        status = dl_feeds_import(store, opml, wall_ms(), added, err);
    for (int i = 0; i < count && status == DL_OK; i++)
        status = dl_feeds_add(store, dl_str_of(urls[i]), (dl_str){NULL, 0}, (dl_str){NULL, 0},
                              wall_ms(), added, err);
    dl_poll_store_close(store);
    return status;
}

int dl_produce_feeds_main(const struct dl_config *config, int argc, char **argv)
{
    const char *opml = NULL;
    bool once = false;
    bool pages = false;
    bool strict = false;
    int urls = 0;
    struct dl_feeds_added added = {0};
    struct poller poller = {0};
    struct dl_error err;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(poll_help, stdout);
            return 0;
        }
        if (strcmp(argv[i], "--opml") == 0 && i + 1 < argc)
            opml = argv[++i];
        else if (strcmp(argv[i], "--once") == 0)
            once = true;
        else if (strcmp(argv[i], "--pages") == 0)
            pages = true;
        else if (strcmp(argv[i], "--strict") == 0)
            strict = true;
        else if (argv[i][0] != '-')
            argv[1 + urls++] = argv[i];
        else
            return poll_usage("no option, or one without its value:", argv[i]);
    }
    raise_descriptors();
    dl_status status = add_given(config, opml, urls, argv + 1, &added, &err);
    if (status == DL_OK && added.refused)
        return 2;
    if (status == DL_OK)
        status = poll_feeds(config, once, pages, &poller, &err);
    if (status != DL_OK)
        return tell(status, &err);
    tell_result(&poller.counters);
    return strict && once && atomic_load(&poller.counters.failed) ? 1 : 0;
}

/* --- the list --- */

static const char list_help[] =
    "dateline feeds add URL…            keeps feeds, sitemaps, or pages that name their feed\n"
    "dateline feeds remove URL…         polls them no more\n"
    "dateline feeds list [--json]       address and title\n"
    "dateline feeds import FILE         adds the feeds of an OPML file\n"
    "dateline feeds export              all feeds as OPML, on stdout\n"
    "dateline feeds health [--json]     how each is doing, those that need a look first\n"
    "\n"
    "A running `dateline produce feeds` of the same --dir takes changes up within seconds.\n";

static int add_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_feeds_added added = {0};
    struct dl_error err;
    dl_status status = DL_OK;
    for (int i = 0; i < count && status == DL_OK; i++)
        status = dl_feeds_add(store, dl_str_of(words[i]), (dl_str){NULL, 0}, (dl_str){NULL, 0},
                              wall_ms(), &added, &err);
    if (status != DL_OK)
        return tell(status, &err);
    tell_added(&added);
    return added.refused ? 1 : 0;
}

static int import_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_feeds_added added = {0};
    struct dl_error err;
    dl_status status = DL_OK;
    for (int i = 0; i < count && status == DL_OK; i++)
        status = dl_feeds_import(store, words[i], wall_ms(), &added, &err);
    if (status != DL_OK)
        return tell(status, &err);
    tell_added(&added);
    return 0; /* bad ones among good ones */
}

static int remove_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_arena arena;
    struct dl_error err;
    int code = 0;
    dl_arena_init(&arena);
    for (int i = 0; i < count; i++) {
        dl_str url = dl_str_of(words[i]);
        (void)dl_feeds_address(&arena, url, &url, &err); /* else as it was given */
        dl_status status = dl_poll_store_remove(store, url, &err);
        if (status == DL_NOT_FOUND) {
            fprintf(stderr, "dateline: no feed '%s'\n", words[i]);
            code = 1;
        } else if (status != DL_OK) {
            code = tell(status, &err);
            break;
        }
    }
    dl_arena_done(&arena);
    return code;
}

static bool wants_json(int count, char **words)
{
    return count == 1 && strcmp(words[0], "--json") == 0;
}

static int list_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_error err;
    return tell(dl_feeds_show(store, wants_json(count, words), stdout, &err), &err);
}

static int export_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_error err;
    (void)count;
    (void)words;
    return tell(dl_feeds_export(store, stdout, &err), &err);
}

static int health_command(struct dl_poll_store *store, int count, char **words)
{
    struct dl_error err;
    uint32_t ill;
    return tell(dl_feeds_health(store, wants_json(count, words), wall_ms(), stdout, &ill, &err),
                &err);
}

static const struct list_command {
    const char *name;
    int (*run)(struct dl_poll_store *store, int count, char **words);
    bool needs_words;
    bool takes_json;
} list_commands[] = {
    {"add", add_command, true, false},        {"remove", remove_command, true, false},
    {"list", list_command, false, true},      {"import", import_command, true, false},
    {"export", export_command, false, false}, {"health", health_command, false, true},
};

static int list_usage(const char *wrong)
{
    fprintf(stderr, "dateline: feeds: %s\n%s", wrong, list_help);
    return 2;
}

int dl_feeds_main(const struct dl_config *config, int argc, char **argv)
{
    struct dl_poll_store *store;
    struct dl_error err;
    const struct list_command *command = NULL;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(list_help, stdout);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < sizeof list_commands / sizeof *list_commands; i++)
        if (strcmp(argv[1], list_commands[i].name) == 0)
            command = &list_commands[i];
    if (!command)
        return list_usage("it needs one of these words");
    if (command->needs_words ? argc < 3
                             : argc > 2 && !(command->takes_json && wants_json(argc - 2, argv + 2)))
        return list_usage("what it needs is missing, or it does not take that");
    dl_status status = open_store(config, &store, &err);
    if (status != DL_OK)
        return tell(status, &err);
    int code = command->run(store, argc - 2, argv + 2);
    dl_poll_store_close(store);
    return code;
}
