/* What an input of articles gives, one record after the other, and where it stands.
 *
 * An input that is a file can be left after any record and gone on with later: `offset` and `line`
 * of a record say where the next one begins.
 *
 * Owner    whoever opened it closes it. A record lives in the arena given to `next`.
 * Threads  one at a time; everything may block, so never the loop's.
 * Errors   a broken record is no error but an item of its own kind; DL_FATAL: the rest of this
 *          input cannot be read. */
#ifndef DL_PRODUCERS_DOOR_FEED_H
#define DL_PRODUCERS_DOOR_FEED_H

#include "core/arena.h"
#include "proto/records.h"

struct dl_feed;
struct dl_field_map;

struct dl_feed_item {
    /* The article, or NULL for a broken record. */
    struct dl_article_record *article;

    /* A broken record: what was there, why it is refused. */
    dl_str bytes;          /* the first DL_DEAD_BYTES_MAX of it */
    uint64_t bytes_in_all; /* before cutting */
    dl_str hash;           /* hex, of all of it */
    struct dl_error why;   /* DL_BAD_INPUT or DL_TOO_BIG */

    uint64_t line; /* where it begins, from 1; 0 for a whole file */

    /* Where to go on after it. */
    uint64_t next_offset; /* bytes, uncompressed */
    uint64_t next_line;   /* lines before that */
};

struct dl_feed_kind {
    /* The next record. DL_NOT_FOUND at the end. */
    dl_status (*next)(struct dl_feed *feed, struct dl_arena *arena, struct dl_feed_item *ret_item,
                      struct dl_error *err);
    /* How much of the file was read, as it is on disk; for progress. */
    uint64_t (*disk_bytes)(const struct dl_feed *feed);
    void (*close)(struct dl_feed *feed);
};
struct dl_feed { /* first member of each kind's own struct */
    const struct dl_feed_kind *kind;
};

static inline dl_status dl_feed_next(struct dl_feed *feed, struct dl_arena *arena,
                                     struct dl_feed_item *ret_item, struct dl_error *err)
{
    return feed->kind->next(feed, arena, ret_item, err);
}
static inline uint64_t dl_feed_disk_bytes(const struct dl_feed *feed)
{
    return feed->kind->disk_bytes(feed);
}
static inline void dl_feed_close(struct dl_feed *feed)
{
    if (feed)
        feed->kind->close(feed);
}

/* Where a feed begins, and what holds for all its articles. Strings are borrowed while it is open.
 */
struct dl_feed_want {
    const char *path;
    uint64_t offset;  /* go on after these bytes, uncompressed */
    uint64_t line;    /* and so many lines */
    dl_str published; /* for articles without a date of their own; RFC 3339 or a bare day */
    const struct dl_field_map *map; /* names of fields in JSONL; NULL: ours */
};

/* A file of articles, one JSON object a line; .gz or not. */
dl_status dl_feed_jsonl(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                        struct dl_error *err);
/* A file that is one article: text after optional header lines ("Title: …"). */
dl_status dl_feed_text(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err);
/* A file that is one page of the web. */
dl_status dl_feed_html(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err);
/* A WARC file, packed or not: its answers that are pages. */
dl_status dl_feed_warc(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err);

#endif
