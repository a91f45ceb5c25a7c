/* Requests on their way: head, body, log, answer. */
#include "producers/push/push_leg.h"

#include "core/log.h"
#include "proto/json.h"

#include <xxhash.h>

#define KEY_BYTES_MAX 255U

/* --- answers --- */

static void answer_text(struct dl_http_conn *conn, int code, const char *why, unsigned retry_s,
                        const char *header)
{
    struct dl_buf text;
    dl_buf_init(&text, 4096);
    if (code >= 400) {
        (void)dl_buf_put_str(&text, DL_STR("{\"error\":{\"message\":"));
        (void)dl_json_put_string(&text, dl_str_of(why));
        (void)dl_buf_put_str(&text, DL_STR("}}"));
    } else {
        (void)dl_buf_put_str(&text, dl_str_of(why));
    }
    (void)dl_buf_put_char(&text, '\n'); /* all of it is short */
    dl_http_reply(conn,
                  &(struct dl_http_reply){.code = code,
                                          .content_type = code >= 400 ? "application/json" : NULL,
                                          .body = dl_buf_str(&text),
                                          .retry_after_s = retry_s,
                                          .header = header});
    dl_buf_done(&text);
}

static void answer_results(struct dl_push_request *request)
{
    struct dl_buf text;
    dl_buf_init(&text, SIZE_MAX / 2);
    dl_push_request_text(request, &text);
    dl_http_reply(
        request->conn,
        &(struct dl_http_reply){.code = request->code,
                                .content_type = "application/x-ndjson",
                                .body = dl_buf_str(&text),
                                .header = request->replayed ? "Idempotency-Replayed: true" : NULL});
    dl_buf_done(&text);
}

static void leave_live(struct dl_push_leg *leg, struct dl_push_request *request)
{
    struct dl_push_request **link = &leg->live;
    while (*link != request)
        link = &(*link)->next;
    *link = request->next;
    if (!*link)
        leg->live_link = link;
}

/* The last of a request, whatever became of it. */
static void end_request(struct dl_push_request *request)
{
    struct dl_push_leg *leg = request->leg;
    struct dl_push_counters *counters = leg->want.counters;
    leave_live(leg, request);
    leg->waiting_bytes -= request->body.len;
    if (request->key && !request->replayed && !(request->key_sent && !request->failed))
        dl_push_keys_remove(leg->keys, request->key);
    if (request->failed) {
        atomic_fetch_add(&counters->turned_away, 1);
        if (request->conn)
            answer_text(request->conn, 503, request->err.text, 5, NULL);
    } else {
        if (!request->replayed) {
            atomic_fetch_add(&counters->articles, request->accepted);
            atomic_fetch_add(&counters->refused, request->result_count - request->accepted);
        }
        if (request->conn && request->why)
            answer_text(request->conn, request->code, request->why, 0, NULL);
        else if (request->conn)
            answer_results(request);
    }
    dl_push_request_free(request);
}

void dl_push_give_up(struct dl_push_request *request, const char *why)
{
    request->failed = true;
    (void)dl_fail(&request->err, DL_RETRY, "%s", why);
    if (request->conn)
        answer_text(request->conn, 503, why, 5, NULL);
    request->conn = NULL;
    request->record_count = request->sent;
}

/* --- sending --- */

void dl_push_pump(struct dl_push_leg *leg)
{
    if (leg->pumping)
        return;
    leg->pumping = true;
    bool room = true;
    while (room && leg->queue_count) {
        struct dl_push_request *request = leg->queue[leg->queue_first];
        while (room && request->sent < request->record_count) {
            dl_status status = dl_bus_send(leg->bus, &request->records[request->sent], request);
            if (status == DL_RETRY) {
                room = false;
            } else if (status != DL_OK) {
                char why[64];
                snprintf(why, sizeof why, "the log refuses a record (%s)", dl_status_name(status));
                dl_push_give_up(request, why);
            } else {
                request->sent++;
                request->unacked++;
            }
        }
        if (!room)
            break;
        leg->queue_first = (leg->queue_first + 1) % DL_PUSH_QUEUE_MAX;
        leg->queue_count--;
        request->is_queued = false;
        if (request->unacked == 0)
            end_request(request);
    }
    leg->pumping = false;
}

static void queue_request(struct dl_push_request *request)
{
    struct dl_push_leg *leg = request->leg;
    if (leg->queue_count == DL_PUSH_QUEUE_MAX) {
        dl_push_give_up(request, "too many requests wait for the log");
        if (request->unacked == 0)
            end_request(request);
        return;
    }
    leg->queue[(leg->queue_first + leg->queue_count++) % DL_PUSH_QUEUE_MAX] = request;
    request->is_queued = true;
    dl_push_pump(leg);
}

/* Everything of it is in the log. Its key follows only now: a key without its articles would lose
 * them, articles without their key come again under the same ids. */
static void all_acked(struct dl_push_request *request)
{
    struct dl_push_leg *leg = request->leg;
    if (!request->key || request->key_sent || request->failed || !request->accepted) {
        end_request(request);
        return;
    }
    request->key->taken_ms = dl_loop_wall_ms(leg->loop);
    request->key_sent = true;
    request->records[request->record_count++] = dl_push_key_record(&request->arena, request->key);
    queue_request(request);
}

void dl_push_acked(void *ctx, void *token, const struct dl_error *err)
{
    struct dl_push_leg *leg = ctx;
    struct dl_push_request *request = token;
    if (!request)
        return; /* a key forgotten; if that failed it is forgotten again after a restart */
    request->unacked--;
    if (err && !request->failed) {
        request->failed = true;
        (void)dl_fail(&request->err, DL_RETRY, "the log did not take it");
        dl_log_line(DL_LOG_WARN, "the log did not take a push", DL_LOG_Z("err", err->text));
    }
    if (request->unacked == 0 && !request->is_queued)
        all_acked(request);
    dl_push_move_on(leg);
}

/* --- requests --- */

static void read_request(void *ctx)
{
    dl_push_request_read(ctx);
}

static void request_was_read(void *ctx)
{
    struct dl_push_request *request = ctx;
    struct dl_push_leg *leg = request->leg; /* the request may end here */
    request->work.run = NULL;
    if (request->why || request->replayed)
        end_request(request);
    else
        queue_request(request);
    dl_push_move_on(leg);
}

/* False when it was answered: the key is another request's. */
static bool take_key(struct dl_push_leg *leg, struct dl_push_request *request, dl_str key)
{
    bool is_new;
    uint64_t body = XXH3_64bits(request->body.at ? request->body.at : "", request->body.len);
    if (key.len == 0)
        return true;
    struct dl_push_key *entry = dl_push_keys_enter(leg->keys, key, &is_new);
    if (is_new) {
        entry->body = body;
        request->key = entry;
        return true;
    }
    if (entry->taken_ms == 0) {
        answer_text(request->conn, 409, "a request with this key is under way", 1, NULL);
        return false;
    }
    if (entry->body != body) {
        answer_text(request->conn, 422, "this key came with another body before", 0, NULL);
        return false;
    }
    request->replayed = true;
    return true;
}

/* Types say whether it is one article or many; where they say neither, a first line that is a whole
 * object followed by more does. */
static bool is_one_article(dl_str type, dl_str body)
{
    if (type.len &&
        (memmem(type.at, type.len, "ndjson", 6) || memmem(type.at, type.len, "jsonl", 5)))
        return false;
    if (dl_str_starts(type, DL_STR("application/json")))
        return true;
    dl_str rest = body;
    dl_str first;
    return !dl_str_next(&rest, '\n', &first) || !dl_str_starts(dl_str_trim(first), DL_STR("{")) ||
           !dl_str_ends(dl_str_trim(first), DL_STR("}"));
}

void dl_push_body(void *ctx, struct dl_http_conn *conn, const struct dl_http_request *http,
                  dl_str body)
{
    struct dl_push_leg *leg = ctx;
    struct dl_push_request *request = dl_push_request_new(leg, conn);
    const struct dl_push_token *token = dl_push_tokens_find(leg->tokens, http->authorization);
    atomic_fetch_add(&leg->want.counters->requests, 1);
    request->body = body;
    if (!take_key(leg, request, http->idempotency_key)) {
        dl_push_request_free(request);
        return;
    }
    request->one_article = is_one_article(http->content_type, body);
    request->from = dl_arena_printf(&request->arena, "push/%s", token ? token->name : "");
    request->traceparent = http->traceparent;
    request->since_ms = dl_loop_now_ms(leg->loop);
    leg->waiting_bytes += body.len;
    *leg->live_link = request;
    leg->live_link = &request->next;
    request->work = (struct dl_work){read_request, request_was_read, request, NULL};
    dl_loop_work(leg->loop, DL_QUEUE_CODE, &request->work);
}

/* --- heads --- */

static bool type_is_known(dl_str type)
{
    static const char *const types[] = {
        "application/json",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-www-form-urlencoded", /* what curl says unless told */
        "application/octet-stream",
        "text/plain"};
    dl_str bare = {type.at, 0};
    while (bare.len < type.len && type.at[bare.len] != ';')
        bare.len++;
    bare = dl_str_trim(bare);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (dl_str_eq_nocase(bare, dl_str_of(types[i])))
            return true;
    return type.len == 0;
}

/* A request of this token now: the seconds to wait, 0 for none. */
static unsigned take_allowance(struct dl_push_leg *leg, struct dl_push_token *token)
{
    double rate = (double)leg->want.config->push_rate;
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    if (rate == 0)
        return 0;
    if (token->allowance_ms == 0)
        token->allowance = rate;
    else
        token->allowance += (double)(now_ms - token->allowance_ms) / 1000 * rate;
    if (token->allowance > rate)
        token->allowance = rate; /* a second's worth at once */
    token->allowance_ms = now_ms;
    if (token->allowance < 1)
        return 1;
    token->allowance -= 1;
    return 0;
}

static bool turn_away(struct dl_push_leg *leg, struct dl_http_conn *conn, int code, const char *why,
                      unsigned retry_s, const char *header)
{
    atomic_fetch_add(&leg->want.counters->turned_away, 1);
    answer_text(conn, code, why, retry_s, header);
    return false;
}

static bool answer_get(struct dl_push_leg *leg, struct dl_http_conn *conn, dl_str target)
{
    if (dl_str_is(target, "/healthz"))
        answer_text(conn, 200, "ok", 0, NULL);
    else if (dl_str_is(target, "/readyz") && leg->ready)
        answer_text(conn, 200, "ready", 0, NULL);
    else if (dl_str_is(target, "/readyz"))
        answer_text(conn, 503, "the log cannot be reached", 5, NULL);
    else
        answer_text(conn, 405, "articles are sent by POST", 0, "Allow: POST");
    return false;
}

bool dl_push_head(void *ctx, struct dl_http_conn *conn, const struct dl_http_request *http)
{
    struct dl_push_leg *leg = ctx;
    if (dl_str_is(http->method, "GET"))
        return answer_get(leg, conn, http->target);
    if (!dl_str_is(http->method, "POST"))
        return turn_away(leg, conn, 405, "articles are sent by POST", 0, "Allow: POST");
    struct dl_push_token *token = dl_push_tokens_find(leg->tokens, http->authorization);
    if (!token)
        return turn_away(leg, conn, 401, "a bearer token is needed", 0,
                         "WWW-Authenticate: Bearer realm=\"dateline\"");
    unsigned wait_s = take_allowance(leg, token);
    if (wait_s)
        return turn_away(leg, conn, 429, "too many requests with this token", wait_s, NULL);
    if (!leg->ready || leg->waiting_bytes > DL_PUSH_WAITING_BYTES_MAX ||
        leg->queue_count > DL_PUSH_QUEUE_MAX / 2)
        return turn_away(leg, conn, 503, "the log does not take more now", 5, NULL);
    if (http->content_encoding.len && !dl_str_eq_nocase(http->content_encoding, DL_STR("identity")))
        return turn_away(leg, conn, 415, "a body is sent as it is, not compressed", 0, NULL);
    if (!type_is_known(http->content_type))
        return turn_away(leg, conn, 415, "neither application/json nor application/x-ndjson", 0,
                         NULL);
    if (http->idempotency_key.len > KEY_BYTES_MAX)
        return turn_away(leg, conn, 400, "an Idempotency-Key of more than 255 bytes", 0, NULL);
    return true;
}
