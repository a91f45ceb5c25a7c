/* Articles that came as a page of HTML.
 *
 * Owner    what is filled in lives in the arena and borrows the article's html.   Threads  any.
 * Errors   those of pages/page.h. */
#ifndef DL_PAGES_FILL_H
#define DL_PAGES_FILL_H

#include "core/arena.h"
#include "proto/records.h"

/* Takes text out of the article's html and fills in what else it lacks; what it has stays. The html
 * is dropped. */
dl_status dl_page_fill(struct dl_arena *arena, struct dl_article_record *article,
                       struct dl_error *err);

#endif
