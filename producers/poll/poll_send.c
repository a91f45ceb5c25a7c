/* Outcomes gathered, noted, sent, and taken over. */
#include "producers/poll/poll_leg.h"

#include "core/log.h"

#define GATHER_MS 50U /* outcomes of so long go together */

/* --- batches --- */

void dl_poll_outcome_came(struct dl_poll_leg *leg, struct dl_poll_outcome *outcome)
{
    outcome->next = NULL;
    *leg->waiting_link = outcome;
    leg->waiting_link = &outcome->next;
    leg->waiting_count++;
    if (outcome->kind == DL_POLL_SAME)
        atomic_fetch_add(&leg->want.counters->same, 1);
    else if (outcome->row && outcome->error.len)
        atomic_fetch_add(&leg->want.counters->failed, 1);
    if (!leg->gathering) {
        leg->gathering = true;
        dl_timer_start(leg->loop, &leg->gather, GATHER_MS);
    }
    if (leg->waiting_count >= DL_POLL_GATHER_COUNT)
        dl_poll_move_on(leg);
}

void dl_poll_gathered(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->gathering = false;
    dl_poll_move_on(leg);
}

void dl_poll_fill_batch(struct dl_poll_leg *leg)
{
    size_t bytes = 0;
    struct dl_poll_outcome **link = &leg->batch.outcomes;
    while (leg->waiting && leg->batch.outcome_count < DL_POLL_BATCH_OUTCOMES &&
           bytes < DL_POLL_BATCH_BYTES) {
        struct dl_poll_outcome *outcome = leg->waiting;
        leg->waiting = outcome->next;
        if (!leg->waiting)
            leg->waiting_link = &leg->waiting;
        leg->waiting_count--;
        outcome->next = NULL;
        if (!outcome->row && ((struct poll_page *)outcome->of)->stale)
            outcome->kind = DL_POLL_PAGE_STALE;
        *link = outcome;
        link = &outcome->next;
        leg->batch.outcome_count++;
        bytes += outcome->answer ? outcome->answer->body.len : 0;
    }
}

static void prepare(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    dl_poll_batch_prepare(&leg->batch, leg->store, &leg->rules);
}

static void finish_batch(struct dl_poll_leg *leg)
{
    struct dl_poll_batch *batch = &leg->batch;
    struct dl_poll_counters *counters = leg->want.counters;
    if (batch->number)
        dl_poll_store_settled(leg->store, batch->number);
    atomic_fetch_add(&counters->articles, batch->articles);
    leg->reload = leg->reload || batch->new_feeds;
    dl_poll_batch_take_over(batch);
    for (struct dl_poll_outcome *outcome = batch->outcomes; outcome; outcome = outcome->next) {
        for (const struct dl_poll_new_page *page = outcome->pages; page; page = page->next) {
            if (page->replaces)
                dl_poll_drop_pages(leg, page->page.key);
            dl_poll_add_page(leg, &page->page);
        }
        if (outcome->row && outcome->error.len)
            dl_log_line(DL_LOG_DEBUG, "feed failed", DL_LOG_Z("url", outcome->row->url),
                        DL_LOG_S("err", outcome->error));
        if (outcome->row && outcome->kind == DL_POLL_ELSEWHERE)
            ((struct poll_feed *)outcome->of)->polled = false; /* there it is polled now */
        if (outcome->row)
            dl_poll_feed_done(outcome->of);
        else
            dl_poll_page_done(outcome->of, outcome);
    }
    dl_poll_batch_done(batch);
    leg->in_batch = leg->prepared = false;
    leg->sent = 0;
    leg->again_ms = 0;
}

static void was_prepared(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->at_work = false;
    leg->prepared = leg->batch.status == DL_OK;
    if (!leg->prepared) {
        dl_log_line(DL_LOG_ERROR, "feeds cannot be noted, trying again",
                    DL_LOG_S("err", dl_str_of(leg->batch.err.text)));
        if (!leg->stopping)
            dl_poll_try_again_later(leg);
    } else if (leg->batch.number == 0) {
        finish_batch(leg);
    }
    dl_poll_move_on(leg);
}

void dl_poll_send_batch(struct dl_poll_leg *leg)
{
    struct dl_error err;
    dl_status status =
        dl_bus_send_all(leg->bus, leg->batch.records, leg->batch.record_count, &leg->sent, &err);
    leg->full = status == DL_RETRY;
    if (status == DL_FATAL)
        dl_poll_fail(leg, &err);
    if (status != DL_OK)
        return;
    leg->in_commit = true;
    dl_bus_commit(leg->bus, NULL, 0);
}

void dl_poll_committed(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->in_commit = false;
    if (leg->in_batch)
        finish_batch(leg);
    dl_poll_move_on(leg);
}

/* Nothing of the batch is in the log: its records are sent again, after a while. */
void dl_poll_aborted(void *ctx, const struct dl_error *why)
{
    struct dl_poll_leg *leg = ctx;
    leg->in_commit = leg->full = false;
    leg->sent = 0;
    dl_log_line(DL_LOG_WARN, "the log gave the transaction up, sending again",
                DL_LOG_Z("err", why ? why->text : ""));
    if (!leg->stopping)
        dl_poll_try_again_later(leg);
    dl_poll_move_on(leg);
}

void dl_poll_room(void *ctx)
{
    struct dl_poll_leg *leg = ctx;
    leg->full = false;
    dl_poll_move_on(leg);
}

void dl_poll_prepare(struct dl_poll_leg *leg)
{
    dl_poll_store_work(leg, prepare, was_prepared);
}
