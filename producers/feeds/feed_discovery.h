/* The feeds that a web page names: links in its head, and anchors that look like feeds.
 *
 * Owner    everything lives in the arena.   Threads  any.
 * Errors   none: any bytes are a page; one may name no feeds. */
#ifndef DL_PRODUCERS_FEEDS_FEED_DISCOVERY_H
#define DL_PRODUCERS_FEEDS_FEED_DISCOVERY_H

#include "core/arena.h"

#define DL_FEEDS_FOUND_MAX 32U

struct dl_found_feed {
    dl_str url; /* absolute */
    dl_str title;
    unsigned worth; /* the page says so, it is of articles; higher is likelier the one meant */
};

/* Best first, each once. `html` UTF-8, `url` that of the page. */
uint32_t dl_feed_discover(struct dl_arena *arena, dl_str html, dl_str url,
                          struct dl_found_feed found[DL_FEEDS_FOUND_MAX]);

#endif
