/* The poller's own parts, shared by its files: poll.c (life), poll_send.c (batches), poll_feeds.c
 * (feeds and when), poll_pages.c (pages). */
#ifndef DL_PRODUCERS_POLL_POLL_LEG_H
#define DL_PRODUCERS_POLL_POLL_LEG_H

#include "core/config.h"
#include "core/loop.h"
#include "producers/poll/agenda.h"
#include "producers/poll/poll.h"
#include "producers/poll/poll_batch.h"
#include "producers/door/positions.h"
#include "producers/poll/visit.h"

struct poll_feed {
    struct dl_due due; /* first */
    struct dl_poll_leg *leg;
    struct dl_poll_feed_row row;
    bool busy;   /* under way, from the visit to the batch's end */
    bool gone;   /* removed meanwhile: freed when it is no longer busy */
    bool polled; /* by this process */
};

struct poll_page {
    struct dl_due due; /* first */
    struct dl_poll_leg *leg;
    struct poll_page *next; /* all there are */
    struct poll_page **link;
    struct dl_poll_page page; /* its strings are this one's */
    bool busy;
    bool stale; /* its item was edited since */
};

struct rows { /* of the file, on their way to the loop */
    struct dl_poll_feed_row *list;
    size_t count;
    size_t room;
};

struct dl_poll_leg {
    struct dl_log *log;
    struct dl_loop *loop;
    struct dl_poll_want want;
    struct dl_poll_rules rules;
    struct dl_bus *bus;
    struct dl_positions positions;
    struct dl_poll_store *store;
    struct dl_visits *visits;
    int lock_fd;
    dl_str position_key;
    int64_t in_log;         /* the last batch there */
    struct dl_arena arena;  /* of the leg's life */
    struct dl_arena record; /* of one record read back */

    struct poll_feed **feeds; /* by id */
    size_t feed_count;
    struct dl_agenda feed_agenda;
    struct poll_page *pages;
    struct dl_agenda page_agenda;
    size_t page_count;
    unsigned feeds_busy;
    unsigned pages_busy;
    struct dl_timer due; /* the earliest of both agendas */

    struct dl_poll_outcome *waiting; /* for the next batch */
    struct dl_poll_outcome **waiting_link;
    uint32_t waiting_count;
    unsigned reading; /* works on the pool */

    struct dl_work work; /* one at a time on the store thread */
    bool at_work;
    bool loaded;
    bool unreachable; /* the log, as it last said */
    bool reload;      /* the feeds may have changed in the file */
    struct rows rows;
    struct dl_error work_err;
    dl_status work_status;

    struct dl_poll_batch batch;
    bool in_batch;
    bool prepared;
    uint32_t sent;
    bool full;
    bool in_commit;
    uint64_t again_ms;
    bool pausing; /* before something is tried again */
    struct dl_timer again;
    struct dl_timer gather; /* a little, so that a batch is more than one */
    bool gathering;
    struct dl_timer tick;
    uint64_t forgot_ms;

    bool stopping;
    uint64_t stopping_ms;
    bool settled;
    bool closing;
    bool failed;
    struct dl_error err;
};

#define DL_POLL_GATHER_COUNT 200U /* outcomes that do not wait for more */

/* poll.c */
void dl_poll_move_on(struct dl_poll_leg *leg);
void dl_poll_fail(struct dl_poll_leg *leg, const struct dl_error *err);
void dl_poll_store_work(struct dl_poll_leg *leg, void (*run)(void *), void (*done)(void *));
void dl_poll_try_again_later(struct dl_poll_leg *leg);

/* poll_send.c */
void dl_poll_outcome_came(struct dl_poll_leg *leg, struct dl_poll_outcome *outcome);
void dl_poll_gathered(void *leg); /* the timer's */
void dl_poll_fill_batch(struct dl_poll_leg *leg);
void dl_poll_prepare(struct dl_poll_leg *leg);
void dl_poll_send_batch(struct dl_poll_leg *leg);
void dl_poll_committed(void *leg); /* the log's calls */
void dl_poll_aborted(void *leg, const struct dl_error *why);
void dl_poll_room(void *leg);

/* poll_reading.c: a pool thread makes sense of what came from `url`; then the outcome has come. */
void dl_poll_read(struct dl_poll_leg *leg, struct dl_poll_outcome *outcome, dl_str url,
                  void (*read)(struct dl_poll_outcome *outcome, const char *url));

/* poll_feeds.c */
void dl_poll_take_rows(struct dl_poll_leg *leg); /* what was loaded becomes feeds */
void dl_poll_feed_done(struct poll_feed *feed);  /* its outcome is in the log */
void dl_poll_start_feeds(struct dl_poll_leg *leg);
void dl_poll_free_feeds(struct dl_poll_leg *leg);

/* poll_pages.c */
void dl_poll_add_page(struct dl_poll_leg *leg, const struct dl_poll_page *page);
void dl_poll_drop_pages(struct dl_poll_leg *leg, const uint8_t *key); /* older ones of an item */
void dl_poll_page_done(struct poll_page *page, const struct dl_poll_outcome *outcome);
void dl_poll_start_pages(struct dl_poll_leg *leg);
void dl_poll_free_pages(struct dl_poll_leg *leg);

/* Both agendas' earliest on the one timer. */
void dl_poll_set_due(struct dl_poll_leg *leg);

#endif
