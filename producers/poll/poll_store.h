/* What the poller knows: feeds.sqlite in its folder. Feeds with their validators and rhythm, the
 * items already sent, pages still to be fetched.
 *
 * Items are sent once, although the log and this file are two places. Each batch has a number:
 *
 *     prepare N   items, validators and N, in one transaction of this file
 *     send        articles and "N is in" (topic positions), in one transaction of the log
 *     settle N    written with the next batch
 *
 * After a crash the log says which was the last batch; what was prepared beyond it is undone, and
 * its feeds are read again from scratch.
 *
 * Owner    dl_poll_store_close().
 * Threads  any, one at a time; everything may block, so never the loop's.
 * Errors   DL_FATAL naming the file. A file of a newer version is DL_BAD_CONFIG. */
#ifndef DL_PRODUCERS_POLL_POLL_STORE_H
#define DL_PRODUCERS_POLL_POLL_STORE_H

#include "core/arena.h"
#include "producers/poll/poll_plan.h"

struct dl_poll_store;

/* A feed, as it is kept. Strings belong to it; NULL where nothing is known. Times are milliseconds
 * since 1970, 0 for never. */
struct dl_poll_feed_row {
    int64_t id;
    char *url;
    char *title;
    char *added_as; /* the URL a person gave, when it has moved since */
    char *etag;     /* byte for byte, as are all validators */
    size_t etag_len;
    char *last_modified;
    size_t last_modified_len;
    uint64_t body_hash;
    struct dl_plan plan;
    int64_t next_ms;    /* planned poll */
    int64_t polled_ms;  /* last poll */
    int64_t ok_ms;      /* last poll that went well */
    int64_t new_ms;     /* last poll with a new article */
    int64_t parsed_day; /* of the last answer that was read: days since 1970 */
    int64_t polls;
    int64_t articles; /* sent */
    int32_t code;     /* HTTP status of the last poll; 0 without an answer */
    char *error;      /* what is wrong; NULL when all is well */
    char *stopped;    /* why it is polled no more */
    char *site;       /* the page it belongs to */
    int64_t parent;   /* the sitemap that names this one; 0 for none */
};
void dl_poll_feed_row_done(struct dl_poll_feed_row *row);

/* Opens or makes DIR/feeds.sqlite, and DIR. `fast`: a power cut may lose the last seconds. */
dl_status dl_poll_store_open(const char *dir, bool fast, struct dl_poll_store **ret_store,
                             struct dl_error *err);
void dl_poll_store_close(struct dl_poll_store *store);

/* A name for this file's positions in the log, random, the same as long as the file lives. */
const char *dl_poll_store_name(const struct dl_poll_store *store);

/* --- feeds --- */

/* DL_NOT_FOUND when it is there already. Title and site may be empty, `parent` is 0 for none. */
dl_status dl_poll_store_add(struct dl_poll_store *store, dl_str url, dl_str title, dl_str site,
                            int64_t parent, int64_t now_ms, struct dl_error *err);
/* By URL, or by the one it was added as; DL_NOT_FOUND when there is none. What a sitemap named goes
 * with it. Its items stay known, so that it may come back. */
dl_status dl_poll_store_remove(struct dl_poll_store *store, dl_str url, struct dl_error *err);
/* A feed that was stopped is polled again. */
dl_status dl_poll_store_revive(struct dl_poll_store *store, dl_str url, struct dl_error *err);

/* All feeds in the order they were added; `each` takes the row's strings. */
dl_status dl_poll_store_each(struct dl_poll_store *store,
                             void (*each)(void *ctx, struct dl_poll_feed_row *row), void *ctx,
                             struct dl_error *err);

/* True when another process has written since the last question. */
bool dl_poll_store_changed(struct dl_poll_store *store);

/* --- batches --- */

/* The last batch the log has of this file. Undoes what was prepared beyond it. */
dl_status dl_poll_store_recover(struct dl_poll_store *store, int64_t in_log, struct dl_error *err);

dl_status dl_poll_store_begin(struct dl_poll_store *store, struct dl_error *err);
/* *ret_number is its number if it has anything that must not be known before the log has the batch;
 * else 0, and that was all. */
dl_status dl_poll_store_prepare(struct dl_poll_store *store, int64_t *ret_number,
                                struct dl_error *err);
void dl_poll_store_rollback(struct dl_poll_store *store);
void dl_poll_store_settled(struct dl_poll_store *store, int64_t number); /* it is in the log */
/* Writes that down now; else it goes with the next batch. */
dl_status dl_poll_store_settle(struct dl_poll_store *store, struct dl_error *err);

/* Within a batch. */
dl_status dl_poll_store_put_feed(struct dl_poll_store *store, const struct dl_poll_feed_row *row,
                                 bool has_news, struct dl_error *err); /* DL_NOT_FOUND: removed */
/* The feed has a new URL; DL_NOT_FOUND when another feed has that one. */
dl_status dl_poll_store_move(struct dl_poll_store *store, int64_t feed, dl_str url,
                             struct dl_error *err);

#define DL_POLL_KEY_BYTES 16U

struct dl_poll_item {
    uint8_t key[DL_POLL_KEY_BYTES]; /* of the feed and the item's own identity */
    dl_str article;                 /* id */
    uint64_t content;               /* hash of what would be sent */
};
/* What is to be done with an item: DL_OK it is new, DL_RETRY it is known with other content,
 * DL_NOT_FOUND it is known as it is. Notes it as such. *ret_article is the id it was sent under, or
 * is sent under now. */
dl_status dl_poll_store_item(struct dl_poll_store *store, int64_t feed,
                             const struct dl_poll_item *item, int64_t now_ms,
                             struct dl_arena *arena, dl_str *ret_article, struct dl_error *err);

/* --- pages --- */

struct dl_poll_page {
    uint8_t key[DL_POLL_KEY_BYTES]; /* of the item */
    int64_t feed;
    dl_str url;
    dl_str article; /* packed, what the feed says of it */
    uint32_t tries;
    int64_t next_ms;
};
dl_status dl_poll_store_put_page(struct dl_poll_store *store, const struct dl_poll_page *page,
                                 struct dl_error *err);
/* Its article goes with this batch; `content` is the hash of what it says now. DL_NOT_FOUND: it
 * does not, since it says what was sent before, or the page was dealt with. */
dl_status dl_poll_store_page_sent(struct dl_poll_store *store, const uint8_t *key, uint64_t content,
                                  struct dl_error *err);
/* Those waiting; borrowed for the call. */
dl_status dl_poll_store_pages(struct dl_poll_store *store,
                              void (*each)(void *ctx, const struct dl_poll_page *page), void *ctx,
                              struct dl_error *err);

/* --- sites that want to be left alone --- */

dl_status dl_poll_store_hold(struct dl_poll_store *store, dl_str site, int64_t until_ms,
                             struct dl_error *err);
dl_status dl_poll_store_holds(struct dl_poll_store *store, int64_t now_ms,
                              void (*each)(void *ctx, dl_str site, int64_t until_ms), void *ctx,
                              struct dl_error *err);

/* Forgets items that have been gone from their feed for half a year, and wishes of sites that are
 * over. */
dl_status dl_poll_store_forget(struct dl_poll_store *store, int64_t now_ms, struct dl_error *err);

#endif
