/* What a feed says, as articles that may be sent.
 *
 * An article's id is the hash of its canonical link; where the link is no page of its own (a home
 * page, one for several entries, none) it is that of the feed's guid, else of the text.
 *
 * Owner    the arena.   Threads  any.   Errors  none: what the door refuses is counted. */
#ifndef DL_PRODUCERS_POLL_POLL_ITEMS_H
#define DL_PRODUCERS_POLL_POLL_ITEMS_H

#include "producers/feeds/feed_document.h"
#include "producers/poll/poll_store.h"
#include "proto/records.h"

struct dl_poll_candidate {
    struct dl_poll_item item;
    struct dl_article_record *article;
    bool has_text; /* of its own, beyond a title */
    bool has_day;
    int32_t day; /* published or changed; days since 1970 */
};

struct dl_poll_candidates {
    struct dl_poll_candidate *list; /* as in the feed: mostly the newest first */
    uint32_t count;
    uint32_t refused;
    bool is_sitemap;
};

/* The strings of `document` must live as long as the candidates. `feed` is the id and `url` the
 * address of the feed. */
void dl_poll_items_read(struct dl_arena *arena, const struct dl_feed_document *document,
                        int64_t feed, dl_str url, struct dl_poll_candidates *ret);

#endif
