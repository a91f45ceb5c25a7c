/* Feeds: when each is polled, and what an answer means. */
#include "producers/poll/poll_leg.h"

#include "producers/poll/poll_read_page.h"

#include <xxhash.h>

#define ACCEPT                                                                                     \
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "    \
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
#define STAGGER_MS_MAX 100U /* between feeds that are overdue at the start */
#define WAITING_MAX 2000U   /* outcomes: then the log comes first */

static struct poll_feed *feed_of(struct dl_due *due)
{
    return (struct poll_feed *)due;
}

/* --- rows from the file --- */

static void free_feed(struct poll_feed *feed)
{
    dl_agenda_remove(&feed->leg->feed_agenda, &feed->due);
    dl_poll_feed_row_done(&feed->row);
    free(feed);
}

/* When a feed is due, on the loop's clock: by its row, but never later than its wait would be, so
 * that a wall clock that was set back does not silence it. */
static uint64_t due_of(const struct dl_poll_leg *leg, const struct poll_feed *feed,
                       uint64_t overdue_ms)
{
    int64_t wait_ms = feed->row.next_ms - dl_loop_wall_ms(leg->loop);
    struct dl_plan calm = feed->row.plan;
    int64_t longest_ms = dl_plan_wait_ms(&calm, &leg->rules.bounds, 0) * 5 / 4;
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    if (leg->want.once || wait_ms <= 0)
        return now_ms + overdue_ms;
    if (feed->row.error == NULL && wait_ms > longest_ms)
        wait_ms = longest_ms;
    return now_ms + (uint64_t)wait_ms;
}

/* Those overdue at the start are spread over their interval instead of all coming at once, now and
 * at each interval after. */
static uint64_t stagger_ms(const struct dl_poll_leg *leg)
{
    uint64_t each_ms = leg->feed_count ? (uint64_t)leg->rules.bounds.min_ms / leg->feed_count : 0;
    return leg->want.once ? 0 : each_ms < STAGGER_MS_MAX ? each_ms : STAGGER_MS_MAX;
}

static void schedule(struct dl_poll_leg *leg, struct poll_feed *feed, uint64_t *overdue_ms,
                     uint64_t step_ms)
{
    if (feed->busy || feed->row.stopped || (leg->want.once && feed->polled))
        return;
    bool overdue = leg->want.once || feed->row.next_ms <= dl_loop_wall_ms(leg->loop);
    dl_agenda_set(&leg->feed_agenda, &feed->due, due_of(leg, feed, *overdue_ms));
    if (overdue)
        *overdue_ms += step_ms;
}

static struct poll_feed *new_feed(struct dl_poll_leg *leg, struct dl_poll_feed_row *row)
{
    struct poll_feed *feed = dl_alloc(sizeof *feed);
    feed->leg = leg;
    feed->row = *row;
    *row = (struct dl_poll_feed_row){0};
    return feed;
}

static void drop_feed(struct poll_feed *feed)
{
    feed->gone = true;
    if (!feed->busy)
        free_feed(feed);
}

/* Both lists are in the order of ids: one pass keeps, adds and drops. */
void dl_poll_take_rows(struct dl_poll_leg *leg)
{
    struct rows *rows = &leg->rows;
    struct poll_feed **old = leg->feeds;
    size_t old_count = leg->feed_count;
    size_t at = 0;
    uint64_t overdue_ms = 0;
    unsigned long long active = 0;
    leg->feeds = dl_alloc((rows->count + 1) * sizeof(struct poll_feed *));
    leg->feed_count = rows->count;
    uint64_t step_ms = stagger_ms(leg);
    for (size_t i = 0; i < rows->count; i++) {
        struct dl_poll_feed_row *row = &rows->list[i];
        while (at < old_count && old[at]->row.id < row->id)
            drop_feed(old[at++]);
        if (at < old_count && old[at]->row.id == row->id) {
            struct poll_feed *feed = old[at++];
            if (feed->row.stopped && !row->stopped && !feed->busy) { /* revived */
                dl_poll_feed_row_done(&feed->row);
                feed->row = *row;
                *row = (struct dl_poll_feed_row){0};
                schedule(leg, feed, &overdue_ms, step_ms);
            }
            dl_poll_feed_row_done(row);
            leg->feeds[i] = feed;
        } else {
            leg->feeds[i] = new_feed(leg, row);
            schedule(leg, leg->feeds[i], &overdue_ms, step_ms);
        }
        active += !leg->feeds[i]->row.stopped;
    }
    while (at < old_count)
        drop_feed(old[at++]);
    free(old);
    free(rows->list);
    *rows = (struct rows){0};
    atomic_store(&leg->want.counters->feeds, active);
}

void dl_poll_free_feeds(struct dl_poll_leg *leg)
{
    for (size_t i = 0; i < leg->feed_count; i++)
        free_feed(leg->feeds[i]);
    free(leg->feeds);
    dl_agenda_done(&leg->feed_agenda);
}

/* --- what came --- */

static void fail(struct dl_poll_outcome *outcome, enum dl_poll_kind kind, const char *why)
{
    outcome->kind = kind;
    outcome->error = dl_arena_str(&outcome->arena, dl_str_of(why));
}

static void judge_code(struct dl_poll_outcome *outcome, long code)
{
    char why[64];
    if (code == 410) {
        fail(outcome, DL_POLL_GONE, "410 Gone");
        return;
    }
    const char *meaning = code == 401   ? " Unauthorized"
                          : code == 403 ? " Forbidden"
                          : code == 404 ? " Not Found"
                          : code == 429 ? " Too Many Requests"
                          : code == 503 ? " Service Unavailable"
                                        : "";
    snprintf(why, sizeof why, "answered %ld%s", code, meaning);
    fail(outcome, DL_POLL_FAILED, why);
}

/* Pool thread: bytes into items. */
static void read_feed(struct dl_poll_outcome *outcome, const char *url)
{
    const struct dl_fetch_answer *answer = outcome->answer;
    struct dl_error err;
    dl_status status =
        dl_feed_document_read(&outcome->arena, dl_buf_str(&answer->body), dl_str_of(url),
                              answer->content_type, &outcome->document, &err);
    if (status == DL_OK)
        dl_poll_items_read(&outcome->arena, &outcome->document, outcome->row->id,
                           dl_str_of(outcome->row->url), &outcome->candidates);
    else if ((!outcome->row->added_as || outcome->row->ok_ms) && /* pages may name each other */
             dl_poll_find_feed(outcome, url))
        outcome->kind = DL_POLL_ELSEWHERE;
    else
        fail(outcome, DL_POLL_FAILED, err.text);
}

static void answer_came(void *ctx, struct dl_visit_answer *visit)
{
    struct poll_feed *feed = ctx;
    struct dl_poll_leg *leg = feed->leg;
    struct dl_fetch_answer *answer = visit->fetched;
    if (leg->stopping) {
        dl_answer_free(answer);
        return;
    }
    struct dl_poll_outcome *outcome = dl_poll_outcome_new(DL_POLL_SAME);
    outcome->of = feed;
    outcome->row = &feed->row;
    outcome->at_ms = dl_loop_wall_ms(leg->loop);
    outcome->answer = answer;
    outcome->hold_ms = (int64_t)visit->hold_ms;
    outcome->moved = visit->moved;
    outcome->fresh_ms =
        dl_plan_fresh_ms(answer->cache_control, answer->expires, answer->age, outcome->at_ms);
    if (outcome->hold_ms)
        outcome->site_name = dl_visit_site(&outcome->arena, visit->url);
    if (visit->postponed) {
        outcome->kind = DL_POLL_POSTPONED;
        atomic_fetch_add(&leg->want.counters->postponed, 1);
        dl_poll_outcome_came(leg, outcome);
        return;
    }
    atomic_fetch_add(&leg->want.counters->polls, 1);
    if (answer->status != DL_OK) {
        fail(outcome, DL_POLL_FAILED, answer->err.text);
    } else if (answer->code == 200) {
        outcome->body_hash =
            XXH3_64bits(answer->body.at ? answer->body.at : "", answer->body.len) | 1;
        if (outcome->body_hash != feed->row.body_hash || feed->row.plan.failures) {
            outcome->kind = DL_POLL_DOCUMENT;
            dl_poll_read(leg, outcome, visit->url, read_feed);
            return;
        }
    } else if (answer->code != 304) {
        judge_code(outcome, answer->code);
    }
    dl_poll_outcome_came(leg, outcome);
}

/* --- polling --- */

static void start_feed(struct dl_poll_leg *leg, struct poll_feed *feed, uint64_t late_ms)
{
    const struct dl_poll_feed_row *row = &feed->row;
    dl_agenda_remove(&leg->feed_agenda, &feed->due);
    feed->busy = feed->polled = true;
    leg->feeds_busy++;
    if (late_ms > atomic_load(&leg->want.counters->late_ms_max))
        atomic_store(&leg->want.counters->late_ms_max, late_ms);
    dl_visit_start(
        leg->visits,
        &(struct dl_visit_want){
            .url = dl_str_of(row->url),
            .etag = {row->etag, row->etag ? row->etag_len : 0},
            .last_modified = {row->last_modified, row->last_modified ? row->last_modified_len : 0},
            .accept = ACCEPT,
            .body_bytes_max = (size_t)leg->want.config->fetch_bytes,
            .done = answer_came,
            .ctx = feed,
        });
}

void dl_poll_start_feeds(struct dl_poll_leg *leg)
{
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    unsigned busy_max = 4U * (unsigned)leg->want.config->fetch_connections;
    struct dl_due *due;
    while (leg->feeds_busy < busy_max && leg->waiting_count < WAITING_MAX &&
           (due = dl_agenda_first(&leg->feed_agenda)) && due->at_ms <= now_ms)
        start_feed(leg, feed_of(due), now_ms - due->at_ms);
}

void dl_poll_feed_done(struct poll_feed *feed)
{
    struct dl_poll_leg *leg = feed->leg;
    uint64_t none = 0;
    feed->busy = false;
    leg->feeds_busy--;
    if (feed->gone)
        free_feed(feed);
    else
        schedule(leg, feed, &none, 0);
}
