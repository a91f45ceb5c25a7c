/* Pages that items link to: fetched, read, and their articles sent; what cannot be had after some
 * tries is sent as its feed had it. */
#include "producers/poll/poll_leg.h"

#include "producers/poll/poll_read_page.h"
#include "proto/codec.h"

#define ACCEPT "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
#define TRIES_MAX 4U
#define AGAIN_MS INT64_C(300000) /* doubled at each try */
#define BUSY_MAX 2000U           /* in all sites' lines */
#define WAITING_MAX 2000U        /* outcomes: then the log comes first */

static struct poll_page *page_of(struct dl_due *due)
{
    return (struct poll_page *)due;
}

static char *copy(dl_str text)
{
    char *bytes = dl_alloc(text.len + 1);
    if (text.len)
        memcpy(bytes, text.at, text.len);
    return bytes;
}

static void schedule(struct poll_page *page)
{
    struct dl_poll_leg *leg = page->leg;
    int64_t wait_ms = page->page.next_ms - dl_loop_wall_ms(leg->loop);
    if (wait_ms < 0 || leg->want.once)
        wait_ms = 0;
    dl_agenda_set(&leg->page_agenda, &page->due, dl_loop_now_ms(leg->loop) + (uint64_t)wait_ms);
}

static void free_page(struct poll_page *page)
{
    dl_agenda_remove(&page->leg->page_agenda, &page->due);
    *page->link = page->next;
    if (page->next)
        page->next->link = page->link;
    page->leg->page_count--;
    free((char *)(uintptr_t)page->page.url.at);
    free((char *)(uintptr_t)page->page.article.at);
    free(page);
}

void dl_poll_add_page(struct dl_poll_leg *leg, const struct dl_poll_page *page)
{
    struct poll_page *fresh = dl_alloc(sizeof *fresh);
    fresh->leg = leg;
    fresh->page = *page;
    fresh->page.url.at = copy(page->url);
    fresh->page.article.at = copy(page->article);
    fresh->next = leg->pages;
    fresh->link = &leg->pages;
    if (fresh->next)
        fresh->next->link = &fresh->next;
    leg->pages = fresh;
    leg->page_count++;
    schedule(fresh);
}

void dl_poll_drop_pages(struct dl_poll_leg *leg, const uint8_t *key)
{
    struct poll_page *next;
    for (struct poll_page *page = leg->pages; page; page = next) {
        next = page->next;
        if (memcmp(page->page.key, key, sizeof page->page.key) != 0)
            continue;
        if (page->busy)
            page->stale = true;
        else
            free_page(page);
    }
}

void dl_poll_free_pages(struct dl_poll_leg *leg)
{
    while (leg->pages)
        free_page(leg->pages);
    dl_agenda_done(&leg->page_agenda);
}

/* --- what came --- */

/* Whether another try may help. */
static bool is_passing(const struct dl_fetch_answer *answer)
{
    if (answer->status != DL_OK)
        return answer->status == DL_RETRY;
    return answer->code == 408 || answer->code == 429 || answer->code >= 500;
}

/* Pool thread. */
static void read_page(struct dl_poll_outcome *outcome, const char *url)
{
    struct dl_error err;
    if (dl_article_unpack(outcome->page.article, &outcome->arena, &outcome->article, &err) !=
        DL_OK) {
        outcome->kind = DL_POLL_PAGE_LATER; /* our own file has gone bad: not for the log */
        return;
    }
    dl_poll_read_page(outcome, url);
}

static void answer_came(void *ctx, struct dl_visit_answer *visit)
{
    struct poll_page *page = ctx;
    struct dl_poll_leg *leg = page->leg;
    struct dl_fetch_answer *answer = visit->fetched;
    if (leg->stopping) {
        dl_answer_free(answer);
        return;
    }
    struct dl_poll_outcome *outcome = dl_poll_outcome_new(DL_POLL_PAGE);
    outcome->of = page;
    outcome->answer = answer;
    outcome->at_ms = dl_loop_wall_ms(leg->loop);
    outcome->page = page->page;
    if (visit->postponed) {
        outcome->kind = DL_POLL_PAGE_LATER;
        outcome->page.next_ms = outcome->at_ms + (int64_t)visit->hold_ms;
        dl_poll_outcome_came(leg, outcome);
        return;
    }
    atomic_fetch_add(&leg->want.counters->pages, 1);
    outcome->page.tries++;
    if (is_passing(answer) && outcome->page.tries < TRIES_MAX && !leg->want.once) {
        int64_t wait_ms = AGAIN_MS << outcome->page.tries;
        outcome->kind = DL_POLL_PAGE_LATER;
        outcome->page.next_ms =
            outcome->at_ms +
            ((int64_t)visit->hold_ms > wait_ms ? (int64_t)visit->hold_ms : wait_ms);
        dl_poll_outcome_came(leg, outcome);
        return;
    }
    dl_poll_read(leg, outcome, visit->url, read_page);
}

/* --- fetching --- */

static void start_page(struct dl_poll_leg *leg, struct poll_page *page)
{
    dl_agenda_remove(&leg->page_agenda, &page->due);
    page->busy = true;
    leg->pages_busy++;
    dl_visit_start(leg->visits, &(struct dl_visit_want){
                                    .url = page->page.url,
                                    .accept = ACCEPT,
                                    .body_bytes_max = (size_t)leg->want.config->fetch_bytes,
                                    .done = answer_came,
                                    .ctx = page,
                                });
}

void dl_poll_start_pages(struct dl_poll_leg *leg)
{
    uint64_t now_ms = dl_loop_now_ms(leg->loop);
    struct dl_due *due;
    while (leg->pages_busy < BUSY_MAX && leg->waiting_count < WAITING_MAX &&
           (due = dl_agenda_first(&leg->page_agenda)) && due->at_ms <= now_ms)
        start_page(leg, page_of(due));
}

void dl_poll_page_done(struct poll_page *page, const struct dl_poll_outcome *outcome)
{
    page->busy = false;
    page->leg->pages_busy--;
    if (outcome->kind != DL_POLL_PAGE_LATER || page->stale) {
        free_page(page);
        return;
    }
    page->page.tries = outcome->page.tries;
    page->page.next_ms = outcome->page.next_ms;
    if (!page->leg->want.once)
        schedule(page);
}
