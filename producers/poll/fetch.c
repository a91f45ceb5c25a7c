/* libcurl's sockets and time-out in the loop:
 *
 *     curl ─ on_socket ─► uv_poll per socket ─► curl_multi_socket_action ─┐
 *          ─ on_wait ───► one dl_timer ───────► curl_multi_socket_action ─┴─► tell_done ─► done()
 */
#include "producers/poll/fetch.h"

#include "core/config.h"
#include "core/loop.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define HEADER_BYTES_MAX (64L << 10) /* floods of 100-Continue and cookies end here */
#define RATIO_MAX 200U               /* unpacked to packed, once there is a MiB: a bomb */
#define RATIO_FREE_BYTES (1U << 20)
#define RATIO_SLACK_BYTES 65536U /* read from the socket and not counted yet */
#define STALL_BYTES_PER_S 1024L
#define IDLE_CONNECTIONS 128L /* kept open for the next fetch of the same host */

struct dl_fetcher {
    struct dl_loop *loop;
    struct dl_net_guard guard;
    CURLM *multi;
    struct dl_timer timer;
    struct dl_fetch *first; /* under way */
    struct dl_fetcher_counters counters;
    char *agent;
    long connect_ms;
    long stall_s;
    uint64_t total_ms;
    bool telling;
};

struct dl_fetch {
    struct dl_fetcher *fetcher;
    struct dl_fetch *next;
    struct dl_fetch **link; /* what points here */
    CURL *easy;
    struct curl_slist *headers;
    struct dl_fetch_answer *answer;
    void (*done)(void *ctx, struct dl_fetch_answer *answer);
    void *ctx;
    size_t body_bytes_max;
    size_t header_bytes;
    uint64_t started_ms;
    char curl_says[CURL_ERROR_SIZE];
};

/* A socket libcurl wants to be told of. */
struct watch {
    uv_poll_t poll;
    struct dl_fetcher *fetcher;
    curl_socket_t socket;
};

struct dl_fetch_answer *dl_answer_new(size_t body_bytes_max)
{
    struct dl_fetch_answer *answer = dl_alloc(sizeof *answer);
    dl_arena_init(&answer->arena);
    dl_buf_init(&answer->body, body_bytes_max);
    return answer;
}

void dl_answer_free(struct dl_fetch_answer *answer)
{
    if (!answer)
        return;
    dl_buf_done(&answer->body);
    dl_arena_done(&answer->arena);
    free(answer);
}

static void free_fetch(struct dl_fetch *fetch)
{
    *fetch->link = fetch->next;
    if (fetch->next)
        fetch->next->link = fetch->link;
    curl_easy_cleanup(fetch->easy);
    curl_slist_free_all(fetch->headers);
    dl_answer_free(fetch->answer);
    free(fetch);
}

/* --- what comes --- */

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct dl_fetch *fetch = ctx;
    struct dl_fetch_answer *answer = fetch->answer;
    curl_off_t wire = 0;
    (void)curl_easy_getinfo(fetch->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire); /* cannot fail */
    size_t in_all = answer->body.len + size * count;
    if (in_all > RATIO_FREE_BYTES && in_all / RATIO_MAX > (uint64_t)wire + RATIO_SLACK_BYTES) {
        answer->status =
            dl_fail(&answer->err, DL_TOO_BIG, "unpacks to more than %u times its size", RATIO_MAX);
        return 0;
    }
    if (dl_buf_put(&answer->body, bytes, size * count) != DL_OK) {
        answer->status =
            dl_fail(&answer->err, DL_TOO_BIG, "more than %zu bytes", fetch->body_bytes_max);
        return 0;
    }
    return size * count;
}

struct wanted_header {
    const char *name;
    size_t at; /* of the field in the answer */
};
static const struct wanted_header wanted_headers[] = {
    {"etag", offsetof(struct dl_fetch_answer, etag)},
    {"last-modified", offsetof(struct dl_fetch_answer, last_modified)},
    {"location", offsetof(struct dl_fetch_answer, location)},
    {"content-type", offsetof(struct dl_fetch_answer, content_type)},
    {"cache-control", offsetof(struct dl_fetch_answer, cache_control)},
    {"expires", offsetof(struct dl_fetch_answer, expires)},
    {"date", offsetof(struct dl_fetch_answer, date)},
    {"age", offsetof(struct dl_fetch_answer, age)},
    {"retry-after", offsetof(struct dl_fetch_answer, retry_after)},
};

static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct dl_fetch *fetch = ctx;
    struct dl_fetch_answer *answer = fetch->answer;
    dl_str line = {bytes, size * count};
    fetch->header_bytes += line.len;
    if (fetch->header_bytes > HEADER_BYTES_MAX) {
        answer->status =
            dl_fail(&answer->err, DL_TOO_BIG, "more than %ld bytes of headers", HEADER_BYTES_MAX);
        return 0;
    }
    const char *colon = memchr(line.at, ':', line.len);
    if (!colon)
        return line.len;
    dl_str name = {line.at, (size_t)(colon - line.at)};
    dl_str value = dl_str_trim(dl_str_sub(line, name.len + 1, line.len));
    for (size_t i = 0; i < sizeof wanted_headers / sizeof *wanted_headers; i++)
        if (dl_str_eq_nocase(name, dl_str_of(wanted_headers[i].name)))
            *(dl_str *)((char *)answer + wanted_headers[i].at) =
                dl_arena_str(&answer->arena, value);
    return line.len;
}

/* Here, and nowhere else, it is decided whether an address may be connected to. */
static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct dl_fetch *fetch = ctx;
    struct dl_fetcher *fetcher = fetch->fetcher;
    char text[DL_NET_TEXT_MAX];
    (void)purpose; /* connections out are the only ones */
    const char *what = dl_net_guard_refuses(&fetcher->guard, &address->addr);
    if (what) {
        fetcher->counters.refused++;
        dl_net_text(&address->addr, text);
        fetch->answer->refused = true;
        (void)dl_fail(&fetch->answer->err, DL_BAD_INPUT,
                      "%s is %s: not connected to (fetch.allow names exceptions)", text, what);
        return CURL_SOCKET_BAD;
    }
    fetcher->counters.sockets++;
    return socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                  address->protocol);
}

/* --- the end of a fetch --- */

static void judge(struct dl_fetch *fetch, CURLcode result)
{
    struct dl_fetch_answer *answer = fetch->answer;
    const char *text = fetch->curl_says[0] ? fetch->curl_says : curl_easy_strerror(result);
    if (answer->status != DL_OK || result == CURLE_OK)
        return; /* a limit has spoken; or all is well */
    switch (result) {
    case CURLE_COULDNT_CONNECT:
        /* one refused address among several decides only if none of the others answered */
        answer->status = answer->refused ? DL_BAD_INPUT : DL_RETRY;
        if (!answer->refused)
            (void)dl_fail(&answer->err, DL_RETRY, "%s", text);
        return;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
        answer->status = dl_fail(&answer->err, DL_BAD_INPUT, "%s", text);
        return;
    default:
        answer->status = dl_fail(&answer->err, DL_RETRY, "%s", text);
    }
}

static void end_fetch(struct dl_fetch *fetch, CURLcode result)
{
    struct dl_fetcher *fetcher = fetch->fetcher;
    struct dl_fetch_answer *answer = fetch->answer;
    curl_off_t wire = 0;
    judge(fetch, result);
    (void)curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &answer->code);
    (void)curl_easy_getinfo(fetch->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    answer->wire_bytes = (uint64_t)wire;
    answer->took_ms = dl_loop_now_ms(fetcher->loop) - fetch->started_ms;
    fetcher->counters.bytes += answer->wire_bytes;
    if (answer->status == DL_OK)
        answer->refused = false;
    void (*done)(void *, struct dl_fetch_answer *) = fetch->done;
    void *ctx = fetch->ctx;
    fetch->answer = NULL;
    (void)curl_multi_remove_handle(fetcher->multi, fetch->easy);
    free_fetch(fetch);
    done(ctx, answer);
}

static void tell_done(struct dl_fetcher *fetcher)
{
    CURLMsg *message;
    int left;
    if (fetcher->telling)
        return;
    fetcher->telling = true;
    while ((message = curl_multi_info_read(fetcher->multi, &left))) {
        struct dl_fetch *fetch = NULL;
        CURLcode result = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&fetch);
        end_fetch(fetch, result);
    }
    fetcher->telling = false;
}

/* --- the loop --- */

static void turn(struct dl_fetcher *fetcher, curl_socket_t socket, int what)
{
    int running;
    (void)curl_multi_socket_action(fetcher->multi, socket, what, &running);
    tell_done(fetcher);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int what = status < 0 ? CURL_CSELECT_ERR
                          : (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                                (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    turn(watch->fetcher, watch->socket, what);
}

static void free_watch(uv_handle_t *handle)
{
    free(handle->data);
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *ctx, void *of_socket)
{
    struct dl_fetcher *fetcher = ctx;
    struct watch *watch = of_socket;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch) {
            (void)uv_poll_stop(&watch->poll); /* cannot fail */
            uv_close((uv_handle_t *)&watch->poll, free_watch);
            (void)curl_multi_assign(fetcher->multi, socket, NULL);
        }
        return 0;
    }
    if (!watch) {
        watch = dl_alloc(sizeof *watch);
        watch->fetcher = fetcher;
        watch->socket = socket;
        if (uv_poll_init(dl_loop_uv(fetcher->loop), &watch->poll, (int)socket) != 0)
            abort(); /* a socket that epoll does not take is no socket */
        watch->poll.data = watch;
        (void)curl_multi_assign(fetcher->multi, socket, watch);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    (void)uv_poll_start(&watch->poll, events, on_poll); /* as above */
    return 0;
}

static int on_wait(CURLM *multi, long wait_ms, void *ctx)
{
    struct dl_fetcher *fetcher = ctx;
    (void)multi;
    if (wait_ms < 0)
        dl_timer_stop(fetcher->loop, &fetcher->timer);
    else
        dl_timer_start(fetcher->loop, &fetcher->timer, (uint64_t)wait_ms);
    return 0;
}

static void timer_due(void *ctx)
{
    turn(ctx, CURL_SOCKET_TIMEOUT, 0);
}

/* --- life --- */

/* Honest: who we are, of which version, and whom to write to if we are a nuisance. */
static char *agent_of(const struct dl_config *config)
{
    char text[512];
    const char *contact = config->fetch_contact;
    int len = snprintf(text, sizeof text, "dateline/" DL_VERSION " (news-event reader%s%s)",
                       *contact ? "; +" : "", contact);
    (void)len; /* a longer contact is cut */
    return dl_strdup(text);
}

dl_status dl_fetcher_new(const struct dl_config *config, struct dl_loop *loop,
                         struct dl_fetcher **ret_fetcher, struct dl_error *err)
{
    struct dl_net_guard guard;
    dl_status status = dl_net_guard_init(&guard, config->fetch_allow, config->fetch_ports, err);
    if (status != DL_OK)
        return status;
    for (const char *c = config->fetch_contact; *c; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e) {
            dl_net_guard_done(&guard);
            return dl_fail(err, DL_BAD_CONFIG,
                           "fetch.contact: it is sent in a header: "
                           "printable ASCII only");
        }
    struct dl_fetcher *fetcher = dl_alloc(sizeof *fetcher);
    fetcher->loop = loop;
    fetcher->guard = guard;
    fetcher->timer = (struct dl_timer){timer_due, fetcher, NULL};
    fetcher->agent = agent_of(config);
    fetcher->connect_ms = (long)config->fetch_connect_ms;
    fetcher->stall_s = (long)config->fetch_stall_s;
    fetcher->total_ms = (uint64_t)config->fetch_total_ms;
    fetcher->multi = curl_multi_init();
    if (!fetcher->multi)
        abort(); /* no memory */
    /* none of these can fail on a new handle */
    (void)curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
    (void)curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, on_wait);
    (void)curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
    (void)curl_multi_setopt(fetcher->multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS);
    *ret_fetcher = fetcher;
    return DL_OK;
}

void dl_fetcher_free(struct dl_fetcher *fetcher)
{
    if (!fetcher)
        return;
    while (fetcher->first)
        dl_fetch_cancel(fetcher->first);
    (void)curl_multi_cleanup(fetcher->multi); /* nothing is left in it */
    dl_timer_close(fetcher->loop, &fetcher->timer);
    dl_net_guard_done(&fetcher->guard);
    free(fetcher->agent);
    free(fetcher);
}

const struct dl_fetcher_counters *dl_fetcher_counts(const struct dl_fetcher *fetcher)
{
    return &fetcher->counters;
}

static void add_header(struct dl_fetch *fetch, const char *name, dl_str value)
{
    if (value.len == 0)
        return;
    dl_str line = dl_arena_printf(&fetch->answer->arena, "%s: %.*s", name, DL_STR_ARG(value));
    struct curl_slist *list = curl_slist_append(fetch->headers, line.at);
    if (!list)
        abort(); /* no memory */
    fetch->headers = list;
}

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (curl_easy_setopt(fetch->easy, option, value) != CURLE_OK)                              \
            abort(); /* no memory, or a libcurl without what it had when we were built */          \
    } while (0)

static void set_limits(struct dl_fetch *fetch, uint64_t wait_ms_max)
{
    const struct dl_fetcher *fetcher = fetch->fetcher;
    uint64_t total_ms =
        wait_ms_max && wait_ms_max < fetcher->total_ms ? wait_ms_max : fetcher->total_ms;
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, ""); /* a proxy would be connected to in place of what the guard looks at */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_CONNECTTIMEOUT_MS, fetcher->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)total_ms);
    SET(CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES_PER_S);
    SET(CURLOPT_LOW_SPEED_TIME, fetcher->stall_s);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L); /* a name that does not resolve must not hold the loop up */
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
}

static void set_calls(struct dl_fetch *fetch)
{
    SET(CURLOPT_PRIVATE, fetch);
    SET(CURLOPT_ERRORBUFFER, fetch->curl_says);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, fetch);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, fetch);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
    SET(CURLOPT_OPENSOCKETDATA, fetch);
}

struct dl_fetch *dl_fetch_start(struct dl_fetcher *fetcher, const struct dl_fetch_want *want)
{
    struct dl_fetch *fetch = dl_alloc(sizeof *fetch);
    fetch->fetcher = fetcher;
    fetch->done = want->done;
    fetch->ctx = want->ctx;
    fetch->body_bytes_max = want->body_bytes_max;
    fetch->started_ms = dl_loop_now_ms(fetcher->loop);
    fetch->answer = dl_answer_new(want->body_bytes_max);
    fetch->next = fetcher->first;
    fetch->link = &fetcher->first;
    if (fetch->next)
        fetch->next->link = &fetch->next;
    fetcher->first = fetch;
    fetch->easy = curl_easy_init();
    if (!fetch->easy)
        abort(); /* no memory */
    set_calls(fetch);
    set_limits(fetch, want->wait_ms_max);
    SET(CURLOPT_URL, dl_arena_str(&fetch->answer->arena, want->url).at);
    SET(CURLOPT_USERAGENT, fetcher->agent);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip, br, zstd");
    add_header(fetch, "Accept", dl_str_of(want->accept));
    add_header(fetch, "If-None-Match", want->etag);
    add_header(fetch, "If-Modified-Since", want->last_modified);
    SET(CURLOPT_HTTPHEADER, fetch->headers);
    fetcher->counters.fetches++;
    if (curl_multi_add_handle(fetcher->multi, fetch->easy) != CURLM_OK)
        abort(); /* only for handles that are broken or in use */
    return fetch;
}

void dl_fetch_cancel(struct dl_fetch *fetch)
{
    (void)curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
    free_fetch(fetch);
}
