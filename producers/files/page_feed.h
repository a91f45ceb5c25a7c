/* What the inputs that hold pages share: a page's bytes into an article that may enter the log, and
 * broken records as items.
 *
 * Owner    the arena.   Threads  any.
 * Errors   in the item: a broken record is none of the feed's. */
#ifndef DL_PRODUCERS_FILES_PAGE_FEED_H
#define DL_PRODUCERS_FILES_PAGE_FEED_H

#include "pages/page.h"
#include "producers/door/feed.h"

/* The page as an article, checked as every article is. It is read in `scratch`: a page takes a
 * hundred times the memory of its text. */
dl_status dl_page_feed_read(struct dl_page_reader *reader, const struct dl_page_want *want,
                            dl_str published, struct dl_arena *scratch,
                            struct dl_article_record **ret, struct dl_error *err);

/* A copy of the article that lives in `arena` alone. */
dl_status dl_page_feed_copy(const struct dl_article_record *article, struct dl_arena *scratch,
                            struct dl_arena *arena, struct dl_article_record **ret,
                            struct dl_error *err);

/* A refused record: what is kept of it. `bytes_in_all` may be more than `bytes` holds; the hash is
 * of `bytes`. */
void dl_page_feed_refuse(struct dl_arena *arena, dl_str bytes, uint64_t bytes_in_all,
                         struct dl_feed_item *item);

#endif
