/* The endpoint's life, and what is done from time to time. */
#include "producers/push/push_leg.h"

#include "core/log.h"

#define TICK_MS 250U
#define TOKENS_MS 2000U  /* between looks at the file of tokens */
#define IDLE_MS 60000U   /* of a connection between requests */
#define STOP_MS 3000U    /* what is under way may take so long */
#define KEYS_OF_TICK 500 /* forgotten at a time */

/* --- time --- */

static void forget_old_keys(struct dl_push_leg *leg)
{
    struct dl_push_key *entry;
    int64_t now_ms = dl_loop_wall_ms(leg->loop);
    for (int i = 0; i < KEYS_OF_TICK && (entry = dl_push_keys_expired(leg->keys, now_ms)); i++) {
        dl_arena_reset(&leg->arena);
        struct dl_record tombstone = dl_push_key_tombstone(&leg->arena, entry);
        if (dl_bus_send(leg->bus, &tombstone, NULL) != DL_OK)
            return; /* at the next tick */
        dl_push_keys_remove(leg->keys, entry);
    }
}

static void look_at_tokens(struct dl_push_leg *leg, uint64_t now_ms)
{
    struct dl_error err;
    if (now_ms - leg->tokens_ms < TOKENS_MS)
        return;
    leg->tokens_ms = now_ms;
    dl_status status = dl_push_tokens_refresh(leg->tokens, &err);
    if (status == DL_OK)
        dl_log_line(DL_LOG_INFO, "tokens read again", DL_LOG_N("tokens", leg->tokens->count));
    else if (status != DL_NOT_FOUND)
        dl_log_line(DL_LOG_ERROR, "the old tokens stay in force", DL_LOG_Z("err", err.text));
}

static void give_up_late_ones(struct dl_push_leg *leg, uint64_t now_ms)
{
    uint64_t limit_ms = (uint64_t)leg->want.config->push_wait_ms;
    bool end = leg->failed || (leg->stopping && now_ms - leg->stopping_ms > STOP_MS);
    for (struct dl_push_request *request = leg->live; request; request = request->next)
        if (request->conn && !request->work.run && (end || now_ms - request->since_ms > limit_ms))
            dl_push_give_up(request, "the log did not acknowledge it in time");
}

static void on_tick(void *ctx)
{
    struct dl_push_leg *leg = ctx;
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    give_up_late_ones(leg, now_ms);
    if (!leg->stopping) {
        look_at_tokens(leg, now_ms);
        forget_old_keys(leg);
    }
    dl_push_pump(leg);
    dl_timer_start(leg->loop, &leg->tick, TICK_MS);
    dl_push_move_on(leg);
}

/* --- begin and end --- */

static void fail(struct dl_push_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    dl_push_stop(leg);
}

static void server_closed(void *ctx)
{
    struct dl_push_leg *leg = ctx;
    leg->server_open = false;
    dl_push_move_on(leg);
}

static void open_server(struct dl_push_leg *leg)
{
    const struct dl_config *config = leg->want.config;
    struct dl_error err;
    struct dl_http_server_want want = {
        .listen = leg->want.listen,
        .connections_max = leg->want.connections_max,
        .head_ms = (uint64_t)config->push_head_ms,
        .body_ms = (uint64_t)config->push_body_ms,
        .idle_ms = IDLE_MS,
        .body_bytes_max = (size_t)config->push_body_bytes,
        .bodies_bytes_max = 2U * DL_PUSH_WAITING_BYTES_MAX,
        .head = dl_push_head,
        .request = dl_push_body,
        .closed = server_closed,
        .ctx = leg,
    };
    dl_status status = dl_http_server_new(leg->loop, &want, &leg->server, &err);
    leg->server_open = leg->server != NULL;
    if (status != DL_OK)
        fail(leg, &err);
    else if (leg->want.listening)
        leg->want.listening(leg->want.ctx, dl_http_server_address(leg->server));
}

static void key_came(void *ctx, const struct dl_record *record)
{
    struct dl_push_leg *leg = ctx;
    dl_arena_reset(&leg->arena);
    dl_push_keys_remember(leg->keys, record, &leg->arena);
}

static void keys_came(void *ctx, const struct dl_error *err)
{
    struct dl_push_leg *leg = ctx;
    if (err)
        fail(leg, err);
    else if (!leg->stopping)
        open_server(leg);
    atomic_store(&leg->want.counters->reachable, true);
    leg->ready = true; /* it was just read; whether that changes is told */
    dl_push_move_on(leg);
}

static void free_leg(struct dl_push_leg *leg)
{
    while (leg->live) {
        struct dl_push_request *next = leg->live->next;
        dl_push_request_free(leg->live);
        leg->live = next;
    }
    dl_positions_done(&leg->positions);
    dl_timer_close(leg->loop, &leg->tick);
    dl_push_tokens_free(leg->tokens);
    dl_push_keys_free(leg->keys);
    dl_arena_done(&leg->arena);
    if (leg->bus)
        dl_bus_free(leg->bus);
    free(leg);
}

void dl_push_move_on(struct dl_push_leg *leg)
{
    if (!leg->stopping || leg->closing || leg->server_open || leg->positions.at_work)
        return;
    leg->closing = true;
    dl_bus_close(leg->bus);
}

static void on_closed(void *ctx)
{
    struct dl_push_leg *leg = ctx;
    struct dl_push_want want = leg->want;
    struct dl_error err = leg->err;
    bool failed = leg->failed;
    free_leg(leg);
    want.finished(want.ctx, failed ? &err : NULL);
}

static void on_ready(void *ctx, bool ready, const struct dl_error *why)
{
    struct dl_push_leg *leg = ctx;
    leg->ready = ready;
    atomic_store(&leg->want.counters->reachable, ready);
    if (!ready)
        dl_log_line(DL_LOG_WARN, "the log cannot be reached, trying again",
                    DL_LOG_Z("err", why ? why->text : ""));
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    struct dl_push_leg *leg = ctx;
    fail(leg, err);
    dl_push_move_on(leg);
}

static void on_room(void *ctx)
{
    dl_push_pump(ctx);
}

static void on_committed(void *ctx)
{
    (void)ctx; /* nothing is committed by this leg */
}

static void on_aborted(void *ctx, const struct dl_error *why)
{
    (void)ctx;
    (void)why;
}

static const struct dl_bus_calls calls = {
    .committed = on_committed,
    .aborted = on_aborted,
    .acked = dl_push_acked,
    .room = on_room,
    .ready = on_ready,
    .failed = on_failed,
    .closed = on_closed,
};

dl_status dl_push_start(struct dl_log *log, struct dl_loop *loop, const struct dl_push_want *want,
                        struct dl_push_leg **ret_leg, struct dl_error *err)
{
    struct dl_push_leg *leg = dl_alloc(sizeof *leg);
    struct dl_bus_want bus_want = {.slot = "push", .calls = &calls, .leg = leg};
    leg->loop = loop;
    leg->want = *want;
    leg->live_link = &leg->live;
    leg->tick = (struct dl_timer){on_tick, leg, NULL};
    leg->keys = dl_push_keys_new();
    dl_arena_init(&leg->arena);
    dl_status status = dl_push_tokens_open(want->tokens, &leg->tokens, err);
    if (status == DL_OK)
        status = dl_bus_open(log, loop, &bus_want, &leg->bus, err);
    if (status != DL_OK) {
        free_leg(leg);
        return status;
    }
    leg->positions = (struct dl_positions){
        .log = log, .loop = loop, .bus = leg->bus, .each = key_came, .done = keys_came, .ctx = leg};
    dl_positions_read(&leg->positions);
    dl_timer_start(loop, &leg->tick, TICK_MS);
    *ret_leg = leg;
    return DL_OK;
}

void dl_push_stop(struct dl_push_leg *leg)
{
    if (leg->stopping)
        return;
    leg->stopping = true;
    leg->stopping_ms = dl_loop_now_ms(leg->loop);
    dl_positions_stop(&leg->positions);
    if (leg->server_open)
        dl_http_server_close(leg->server);
    dl_push_move_on(leg);
}
