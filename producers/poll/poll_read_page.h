/* What a fetched page adds to what its feed said of it, and the feed a page names.
 *
 * Owner    the outcome's arena.   Threads  any.   Errors  none: what is no page changes nothing. */
#ifndef DL_PRODUCERS_POLL_POLL_READ_PAGE_H
#define DL_PRODUCERS_POLL_POLL_READ_PAGE_H

#include "producers/poll/poll_batch.h"

/* `url` is where the answer came from. */
void dl_poll_read_page(struct dl_poll_outcome *outcome, const char *url);

/* True when the answer is a page that names a feed: `moved` is it. */
bool dl_poll_find_feed(struct dl_poll_outcome *outcome, const char *url);

#endif
