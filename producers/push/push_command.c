/* `dateline produce push --listen ADDRESS:PORT [--tokens FILE]`. */
#include "producers/push/push_command.h"

#include "core/log.h"
#include "core/loop.h"
#include "core/observe.h"
#include "core/open_log.h"
#include "producers/push/push.h"
#include "producers/push/push_tokens.h"

#include <errno.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_DESCRIPTORS 32U /* the log, the loop, what reads and writes */
#define CODE_THREADS 2        /* reading bodies: a core's worth, and one for a large one */

struct pusher {
    struct dl_loop *loop;
    struct dl_push_leg *leg;
    struct dl_push_counters counters;
    bool finished;
    bool failed;
    struct dl_error err;
};

static const char help[] =
    "dateline produce push --listen ADDRESS:PORT [--tokens FILE]\n"
    "  --listen   where to listen; port 0 takes any free one\n"
    "  --tokens   file of bearer tokens, one a line, a name before it if you like; its owner\n"
    "             only may read it (default DIR/push.tokens, made with one token if missing)\n"
    "\n"
    "POST one article (application/json) or one a line (application/x-ndjson), to any path, with\n"
    "\"Authorization: Bearer TOKEN\". 202 when the log has all of it; one result a line.\n"
    "GET /healthz, /readyz. TLS is a reverse proxy's work. More: docs/PUSH.md\n";

static int usage(const char *wrong, const char *word)
{
    fprintf(stderr, "dateline: produce push: %s '%s'\n%s", wrong, word, help);
    return 2;
}

static void listening(void *ctx, const char *address)
{
    (void)ctx;
    dl_log_line(DL_LOG_INFO, "listening", DL_LOG_Z("address", address));
}

static void finished(void *ctx, const struct dl_error *err)
{
    struct pusher *pusher = ctx;
    pusher->finished = true;
    pusher->failed = err != NULL;
    if (err)
        pusher->err = *err;
    dl_loop_stop(pusher->loop);
}

static void on_signal(void *ctx, int signal)
{
    struct pusher *pusher = ctx;
    dl_log_line(DL_LOG_INFO, "stopping", DL_LOG_N("signal", signal));
    if (!pusher->finished)
        dl_push_stop(pusher->leg);
}

static void measure(void *ctx, struct dl_metrics *metrics)
{
    const struct dl_push_counters *counters = &((struct pusher *)ctx)->counters;
    const struct {
        enum dl_metric metric;
        unsigned long long value;
    } figures[] = {
        {DL_METRIC_PUSH_REQUESTS, atomic_load(&counters->requests)},
        {DL_METRIC_PUSH_ARTICLES, atomic_load(&counters->articles)},
        {DL_METRIC_PUSH_REFUSED, atomic_load(&counters->refused)},
        {DL_METRIC_PUSH_TURNED_AWAY, atomic_load(&counters->turned_away)},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        dl_metrics_set(metrics, figures[i].metric, (double)figures[i].value);
}

static const char *why_not_ready(void *ctx)
{
    return atomic_load(&((struct pusher *)ctx)->counters.reachable) ? NULL
                                                                    : "the log cannot be reached";
}

/* As many descriptors as we may have: a connection is one. How many connections that allows: those
 * that come when there are none left would be sent away, whoever they are, instead of the idle
 * ones. */
static unsigned connections_max(const struct dl_config *config)
{
    struct rlimit limit;
    unsigned wanted = (unsigned)config->push_connections;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* else fewer connections at once */
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > wanted + OTHER_DESCRIPTORS)
        return wanted;
    return limit.rlim_cur > 2 * OTHER_DESCRIPTORS ? (unsigned)limit.rlim_cur - OTHER_DESCRIPTORS
                                                  : OTHER_DESCRIPTORS / 2;
}

/* The file named; else DIR/push.tokens, which is made where there is none. */
static dl_status find_tokens(const struct dl_config *config, const char *named, char path[PATH_MAX],
                             struct dl_error *err)
{
    if (!named && *config->push_tokens)
        named = config->push_tokens;
    int len = named ? snprintf(path, PATH_MAX, "%s", named)
                    : snprintf(path, PATH_MAX, "%s/push.tokens", config->dir);
    if (len < 0 || len >= PATH_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "the path of the tokens is too long");
    if (named || access(path, F_OK) == 0)
        return DL_OK;
    if (mkdir(config->dir, 0755) != 0 && errno != EEXIST)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", config->dir, strerror(errno));
    dl_status status = dl_push_tokens_make(path, err);
    if (status == DL_OK)
        dl_log_line(DL_LOG_INFO, "no tokens yet: made a file with one", DL_LOG_Z("file", path));
    return status;
}

static dl_status serve(const struct dl_config *config, const char *listen, const char *tokens,
                       struct pusher *pusher, struct dl_error *err)
{
    struct dl_log *log = NULL;
    dl_status status = dl_open_log(config, &log, err);
    if (status != DL_OK)
        return status;
    pusher->loop = dl_loop_new(CODE_THREADS);
    struct dl_observe *observe = NULL;
    struct dl_observe_want seen = {config->metrics_listen, "push", measure, why_not_ready, pusher};
    struct dl_push_want want = {.config = config,
                                .listen = listen,
                                .tokens = tokens,
                                .connections_max = connections_max(config),
                                .counters = &pusher->counters,
                                .listening = listening,
                                .finished = finished,
                                .ctx = pusher};
    status = dl_observe_start(pusher->loop, &seen, &observe, err);
    if (status == DL_OK)
        status = dl_push_start(log, pusher->loop, &want, &pusher->leg, err);
    if (status == DL_OK) {
        dl_loop_on_stop_signal(pusher->loop, on_signal, pusher);
        dl_loop_run(pusher->loop);
        if (pusher->failed) {
            *err = pusher->err;
            status = err->status;
        }
    }
    dl_observe_stop(observe);
    dl_loop_free(pusher->loop);
    dl_log_free(log);
    return status;
}

int dl_push_main(const struct dl_config *config, int argc, char **argv)
{
    const char *listen = NULL;
    const char *named = NULL;
    char tokens[PATH_MAX];
    struct pusher pusher = {0};
    struct dl_error err;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return 0;
        }
        if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc)
            listen = argv[++i];
        else if (strcmp(argv[i], "--tokens") == 0 && i + 1 < argc)
            named = argv[++i];
        else
            return usage("no option, or one without its value:", argv[i]);
    }
    if (!listen)
        return usage("it needs", "--listen ADDRESS:PORT");
    dl_status status = find_tokens(config, named, tokens, &err);
    if (status == DL_OK)
        status = serve(config, listen, tokens, &pusher, &err);
    if (status == DL_OK) {
        dl_log_line(DL_LOG_INFO, "push ended",
                    DL_LOG_N("requests", atomic_load(&pusher.counters.requests)),
                    DL_LOG_N("articles", atomic_load(&pusher.counters.articles)),
                    DL_LOG_N("refused", atomic_load(&pusher.counters.refused)),
                    DL_LOG_N("turned_away", atomic_load(&pusher.counters.turned_away)));
        return 0;
    }
    fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
