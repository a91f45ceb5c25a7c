/* The poller's life. */
#include "producers/poll/poll_leg.h"

#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICK_MS 1000U
#define FORGET_MS 86400000U
#define AGAIN_MS_MIN 100U /* after the log or the disk gave something up */
#define AGAIN_MS_MAX 10000U
#define STOP_MS 2000U /* a commit under way is waited for so long */

void dl_poll_fail(struct dl_poll_leg *leg, const struct dl_error *err)
{
    if (!leg->failed)
        leg->err = *err;
    leg->failed = true;
    dl_poll_stop(leg);
}

void dl_poll_store_work(struct dl_poll_leg *leg, void (*run)(void *), void (*done)(void *))
{
    assert(!leg->at_work);
    leg->at_work = true;
    leg->work = (struct dl_work){run, done, leg, NULL};
    dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->work);
}

void dl_poll_try_again_later(struct dl_poll_leg *leg)
{
    leg->again_ms = leg->again_ms ? leg->again_ms * 2 : AGAIN_MS_MIN;
    if (leg->again_ms > AGAIN_MS_MAX)
        leg->again_ms = AGAIN_MS_MAX;
    leg->pausing = true;
    dl_timer_start(leg->loop, &leg->again, leg->again_ms);
}

static void again_due(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->pausing = false;
    dl_poll_move_on(leg);
}

/* --- loading --- */

static void add_row(void *ctx, struct dl_poll_feed_row *row)
{
    struct rows *rows = ctx;
    if (rows->count == rows->room) {
        rows->room = rows->room ? rows->room * 2 : 64;
        rows->list = dl_realloc_array(rows->list, rows->room, sizeof *rows->list);
    }
    rows->list[rows->count++] = *row;
}

static void free_rows(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        dl_poll_feed_row_done(&rows->list[i]);
    free(rows->list);
    *rows = (struct rows){0};
}

static void add_page(void *ctx, const struct dl_poll_page *page)
{
    dl_poll_add_page(ctx, page);
}

static void hold(void *ctx, dl_str site, int64_t until_ms)
{
    struct dl_poll_leg *leg = ctx;
    int64_t wait_ms = until_ms - dl_loop_wall_ms(leg->loop);
    if (wait_ms > 0)
        dl_visits_hold(leg->visits, site, (uint64_t)wait_ms);
}

static void load(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->work_status = dl_poll_store_each(leg->store, add_row, &leg->rows, &leg->work_err);
}

/* Before anything else is done: the loop waits for nothing but this. */
static void recover_and_load(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    int64_t now_ms = dl_loop_wall_ms(leg->loop);
    leg->work_status = dl_poll_store_recover(leg->store, leg->in_log, &leg->work_err);
    if (leg->work_status == DL_OK)
        load(leg);
    if (leg->work_status == DL_OK)
        leg->work_status = dl_poll_store_pages(leg->store, add_page, leg, &leg->work_err);
    if (leg->work_status == DL_OK)
        leg->work_status = dl_poll_store_holds(leg->store, now_ms, hold, leg, &leg->work_err);
}

static void was_loaded(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->at_work = false;
    if (leg->work_status != DL_OK) {
        free_rows(&leg->rows);
        dl_poll_fail(leg, &leg->work_err);
    } else {
        leg->loaded = true;
        leg->reload = false;
        atomic_store(&leg->want.counters->reachable, !leg->unreachable);
        dl_poll_take_rows(leg);
    }
    dl_poll_move_on(leg);
}

static void look_for_changes(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->work_status = DL_OK;
    if (dl_poll_store_changed(leg->store) || leg->reload)
        load(leg);
    else
        leg->work_status = DL_NOT_FOUND;
}

static void was_looked(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    if (leg->work_status != DL_NOT_FOUND) {
        was_loaded(leg);
        return;
    }
    leg->at_work = false;
    dl_poll_move_on(leg);
}

/* --- time --- */

void dl_poll_set_due(struct dl_poll_leg *leg)
{
    const struct dl_due *feed = dl_agenda_first(&leg->feed_agenda);
    const struct dl_due *page = dl_agenda_first(&leg->page_agenda);
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    uint64_t at_ms = feed ? feed->at_ms : UINT64_MAX;
    if (page && page->at_ms < at_ms)
        at_ms = page->at_ms;
    /* what is due and was not begun waits for others to end, which calls again */
    if (at_ms != UINT64_MAX && at_ms > now_ms)
        dl_timer_start(leg->loop, &leg->due, at_ms - now_ms);
}

static void something_due(void *ctx)
{
    dl_poll_move_on(ctx);
}

static void forget(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    /* at worst they are forgotten tomorrow */
    (void)dl_poll_store_forget(leg->store, dl_loop_wall_ms(leg->loop), NULL);
}

static void was_forgotten(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->at_work = false;
    dl_poll_move_on(leg);
}

static void copy_counts(struct dl_poll_leg *leg)
{
    const struct dl_fetcher_counters *counts = dl_visits_counts(leg->visits);
    atomic_store(&leg->want.counters->sockets, counts->sockets);
    atomic_store(&leg->want.counters->refused, counts->refused);
}

static void on_tick(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    copy_counts(leg);
    dl_timer_start(leg->loop, &leg->tick, TICK_MS);
    if (leg->loaded && !leg->at_work && !leg->in_batch && !leg->stopping) {
        if (now_ms - leg->forgot_ms > FORGET_MS) {
            leg->forgot_ms = now_ms;
            dl_poll_store_work(leg, forget, was_forgotten);
        } else {
            dl_poll_store_work(leg, look_for_changes, was_looked);
        }
    }
    dl_poll_move_on(leg);
}

/* --- the end --- */

static void free_leg(struct dl_poll_leg *leg)
{
    dl_visits_free(leg->visits);
    dl_poll_batch_done(&leg->batch);
    while (leg->waiting) {
        struct dl_poll_outcome *next = leg->waiting->next;
        dl_poll_outcome_free(leg->waiting);
        leg->waiting = next;
    }
    dl_poll_free_feeds(leg);
    dl_poll_free_pages(leg);
    free_rows(&leg->rows);
    dl_positions_done(&leg->positions);
    struct dl_timer *timers[] = {&leg->due, &leg->again, &leg->gather, &leg->tick};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        dl_timer_close(leg->loop, timers[i]);
    dl_poll_store_close(leg->store);
    if (leg->lock_fd >= 0)
        (void)close(leg->lock_fd); /* the lock goes with it */
    if (leg->bus)
        dl_bus_free(leg->bus);
    dl_arena_done(&leg->record);
    dl_arena_done(&leg->arena);
    free(leg);
}

static void settle(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    (void)dl_poll_store_settle(leg->store, NULL); /* the log knows it too */
}

static void was_settled(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->at_work = false;
    leg->settled = true;
    dl_poll_move_on(leg);
}

/* One step on the way out. */
static void end(struct dl_poll_leg *leg)
{
    bool waits_for_log =
        leg->in_commit && !leg->failed && dl_loop_now_ms(leg->loop) - leg->stopping_ms < STOP_MS;
    if (leg->closing || leg->at_work || leg->positions.at_work || leg->reading || waits_for_log)
        return; /* a call follows, the tick at the latest */
    if (!leg->settled && leg->loaded) {
        dl_poll_store_work(leg, settle, was_settled);
        return;
    }
    leg->closing = true;
    dl_bus_close(leg->bus);
}

static bool all_is_done(const struct dl_poll_leg *leg)
{
    return leg->want.once && leg->loaded && !leg->reload && leg->feeds_busy == 0 &&
           leg->pages_busy == 0 && !leg->in_batch && leg->waiting_count == 0 && !leg->at_work &&
           !dl_agenda_first(&leg->feed_agenda) && !dl_agenda_first(&leg->page_agenda);
}

/* Whatever the last call changed: begins what is due now. */
void dl_poll_move_on(struct dl_poll_leg *leg)
{
    if (leg->stopping) {
        end(leg);
        return;
    }
    if (!leg->loaded)
        return;
    if (leg->in_batch && leg->prepared && !leg->in_commit && !leg->full && !leg->pausing &&
        !leg->at_work)
        dl_poll_send_batch(leg);
    else if (leg->in_batch && !leg->prepared && !leg->pausing && !leg->at_work)
        dl_poll_prepare(leg);
    if (!leg->in_batch && !leg->at_work && leg->waiting &&
        (!leg->gathering || leg->waiting_count >= DL_POLL_GATHER_COUNT)) {
        dl_poll_batch_init(&leg->batch);
        dl_poll_fill_batch(leg);
        leg->in_batch = true;
        dl_poll_prepare(leg);
    }
    if (!leg->in_batch && !leg->at_work && leg->reload)
        dl_poll_store_work(leg, look_for_changes, was_looked);
    if (leg->stopping)
        return; /* the log refused something */
    dl_poll_start_feeds(leg);
    dl_poll_start_pages(leg);
    dl_poll_set_due(leg);
    if (all_is_done(leg))
        dl_poll_stop(leg);
}

/* --- begin --- */

static void position_came(void *ctx, const struct dl_record *record)
{
    struct dl_poll_leg *leg = ctx;
    int64_t number;
    dl_arena_reset(&leg->record);
    if (dl_poll_position_read(record, leg->position_key, &leg->record, &number))
        leg->in_log = number;
}

static void positions_came(void *ctx, const struct dl_error *err)
{
    struct dl_poll_leg *leg = ctx;
    if (err)
        dl_poll_fail(leg, err);
    else if (!leg->stopping)
        dl_poll_store_work(leg, recover_and_load, was_loaded);
    dl_poll_move_on(leg);
}

static void on_ready(void *ctx, bool ready, const struct dl_error *why)
{
    struct dl_poll_leg *leg = ctx;
    leg->unreachable = !ready;
    if (leg->loaded)
        atomic_store(&leg->want.counters->reachable, ready);
    if (!ready)
        dl_log_line(DL_LOG_WARN, "the log cannot be reached, trying again",
                    DL_LOG_Z("err", why ? why->text : ""));
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    dl_poll_fail(ctx, err);
}

static void on_closed(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    struct dl_poll_want want = leg->want;
    struct dl_error err = leg->err;
    bool failed = leg->failed;
    copy_counts(leg);
    free_leg(leg);
    want.finished(want.ctx, failed ? &err : NULL);
}

static const struct dl_bus_calls calls = {
    .committed = dl_poll_committed,
    .aborted = dl_poll_aborted,
    .room = dl_poll_room,
    .ready = on_ready,
    .failed = on_failed,
    .closed = on_closed,
};

static dl_status lock_folder(struct dl_poll_leg *leg, struct dl_error *err)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/feeds.lock", leg->want.config->dir);
    if (len < 0 || (size_t)len >= sizeof path)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", leg->want.config->dir, strerror(ENAMETOOLONG));
    leg->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (leg->lock_fd < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    if (flock(leg->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: another poller is at work here", path);
    return DL_OK;
}

static struct dl_poll_rules rules_of(const struct dl_poll_want *want)
{
    const struct dl_config *config = want->config;
    int64_t min_ms = config->feeds_interval_min_s * 1000;
    int64_t max_ms = config->feeds_interval_max_s * 1000;
    int64_t backoff_ms = config->feeds_backoff_max_s * 1000;
    return (struct dl_poll_rules){
        .bounds = {.first_ms = config->feeds_interval_s * 1000,
                   .min_ms = min_ms < max_ms ? min_ms : max_ms,
                   .max_ms = max_ms,
                   .backoff_max_ms = backoff_ms > max_ms ? backoff_ms : max_ms},
        .pages = want->pages};
}

dl_status dl_poll_start(struct dl_log *log, struct dl_loop *loop, const struct dl_poll_want *want,
                        struct dl_poll_leg **ret_leg, struct dl_error *err)
{
    struct dl_poll_leg *leg = dl_alloc(sizeof *leg);
    char slot[64];
    leg->log = log;
    leg->loop = loop;
    leg->want = *want;
    leg->rules = rules_of(want);
    leg->waiting_link = &leg->waiting;
    leg->lock_fd = -1;
    leg->due = (struct dl_timer){something_due, leg, NULL};
    leg->again = (struct dl_timer){again_due, leg, NULL};
    leg->gather = (struct dl_timer){dl_poll_gathered, leg, NULL};
    leg->tick = (struct dl_timer){on_tick, leg, NULL};
    leg->forgot_ms = dl_loop_now_ms(loop);
    dl_arena_init(&leg->arena);
    dl_arena_init(&leg->record);
    dl_status status = dl_poll_store_open(
        want->config->dir, strcmp(want->config->local_sync, "normal") == 0, &leg->store, err);
    if (status == DL_OK)
        status = lock_folder(leg, err);
    if (status == DL_OK)
        status = dl_visits_new(want->config, loop, &leg->visits, err);
    if (status == DL_OK) {
        snprintf(slot, sizeof slot, "feeds-%s", dl_poll_store_name(leg->store));
        leg->position_key = dl_poll_position_key(&leg->arena, leg->store);
        struct dl_bus_want bus_want = {
            .slot = slot, .transactional = true, .calls = &calls, .leg = leg};
        status = dl_bus_open(log, loop, &bus_want, &leg->bus, err);
    }
    if (status != DL_OK) {
        free_leg(leg);
        return status;
    }
    leg->positions = (struct dl_positions){.log = log,
                                           .loop = loop,
                                           .bus = leg->bus,
                                           .each = position_came,
                                           .done = positions_came,
                                           .ctx = leg};
    dl_positions_read(&leg->positions);
    dl_timer_start(loop, &leg->tick, TICK_MS);
    *ret_leg = leg;
    return DL_OK;
}

void dl_poll_stop(struct dl_poll_leg *leg)
{
    if (leg->stopping)
        return;
    leg->stopping = true;
    leg->stopping_ms = dl_loop_now_ms(leg->loop);
    dl_positions_stop(&leg->positions);
    dl_poll_move_on(leg);
}
