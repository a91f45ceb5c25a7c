/* What polls brought, on its way into the poller's file and the log: a batch of outcomes.
 *
 *     outcomes ─► [store thread: items known? plan, rows] ─► records ─► log ─► rows taken over
 *
 * Owner    an outcome by whoever holds it: the loop while it is filled, the batch, the loop again.
 * Threads  dl_poll_batch_prepare() on the store thread, the rest on the loop's; never both at once.
 * Errors   DL_FATAL: nothing of the batch was written; it may be tried again. */
#ifndef DL_PRODUCERS_POLL_POLL_BATCH_H
#define DL_PRODUCERS_POLL_POLL_BATCH_H

#include "core/bus.h"
#include "producers/poll/fetch.h"
#include "producers/poll/poll_items.h"

#define DL_POLL_BATCH_OUTCOMES 500U
#define DL_POLL_BATCH_BYTES (4U << 20) /* of feeds as they came; one more may be past it */

enum dl_poll_kind {
    DL_POLL_FAILED,
    DL_POLL_POSTPONED, /* nothing was asked: the site wants to be left alone */
    DL_POLL_GONE,      /* and is not polled again */
    DL_POLL_SAME,      /* 304, or the bytes we know */
    DL_POLL_DOCUMENT,
    DL_POLL_ELSEWHERE,  /* a page that names its feed: `moved` */
    DL_POLL_PAGE,       /* an item's page came, or will not: its article is sent */
    DL_POLL_PAGE_LATER, /* its page is tried again */
    DL_POLL_PAGE_STALE, /* its item was edited meanwhile: another page is on its way */
};

struct dl_poll_new_page {
    struct dl_poll_page page;
    bool replaces; /* one of the same item may still be under way */
    struct dl_poll_new_page *next;
};

struct dl_poll_outcome {
    struct dl_poll_outcome *next;
    enum dl_poll_kind kind;
    struct dl_arena arena;
    struct dl_fetch_answer *answer; /* NULL when none came */
    void *of;                       /* the leg's: the feed or page it is of */
    int64_t at_ms;                  /* wall clock */

    /* Of a feed. */
    struct dl_poll_feed_row *row; /* taken over when the batch is in the log */
    dl_str error;                 /* what is wrong; empty when all is well */
    dl_str moved;                 /* for good; empty when it has not */
    dl_str site_name;             /* of the site to be left alone, for hold_ms */
    int64_t hold_ms;
    int64_t fresh_ms; /* the answer may be kept so long */
    uint64_t body_hash;
    struct dl_feed_document document;
    struct dl_poll_candidates candidates;

    /* Of a page. */
    struct dl_poll_page page;
    struct dl_article_record *article; /* NULL: there is nothing to send */

    /* After prepare. */
    struct dl_poll_feed_row after;
    bool removed; /* the feed is no longer there */
    bool has_moved;
    uint32_t news;
    struct dl_poll_new_page *pages; /* to be fetched */
};

struct dl_poll_batch {
    struct dl_arena arena;
    struct dl_poll_outcome *outcomes;
    uint32_t outcome_count;
    struct dl_record *records;
    uint32_t record_count;
    uint32_t record_room;
    uint32_t articles;
    uint32_t edits;
    int64_t number; /* 0: nothing of it concerns the log */
    bool new_feeds; /* a sitemap named others */
    struct dl_error err;
    dl_status status;
};

struct dl_poll_rules {
    struct dl_plan_bounds bounds;
    bool pages; /* items' pages are fetched */
};

struct dl_poll_outcome *dl_poll_outcome_new(enum dl_poll_kind kind);
void dl_poll_outcome_free(struct dl_poll_outcome *outcome);

void dl_poll_batch_init(struct dl_poll_batch *batch);
void dl_poll_batch_done(struct dl_poll_batch *batch); /* with its outcomes */

/* Everything into the file; `status` says how it went. */
void dl_poll_batch_prepare(struct dl_poll_batch *batch, struct dl_poll_store *store,
                           const struct dl_poll_rules *rules);

/* The rows as they are now. */
void dl_poll_batch_take_over(struct dl_poll_batch *batch);

/* The key of this file's position in the log; and the number of a record that is one of it. */
dl_str dl_poll_position_key(struct dl_arena *arena, const struct dl_poll_store *store);
bool dl_poll_position_read(const struct dl_record *record, dl_str key, struct dl_arena *arena,
                           int64_t *ret_number);

#endif
