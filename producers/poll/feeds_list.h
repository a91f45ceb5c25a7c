/* The feeds a person keeps: added by address or OPML, shown as a table or as JSON.
 *
 * Threads  any, with a store of its own.
 * Errors   DL_BAD_INPUT for an address that is none, naming it. */
#ifndef DL_PRODUCERS_POLL_FEEDS_LIST_H
#define DL_PRODUCERS_POLL_FEEDS_LIST_H

#include "producers/poll/poll_store.h"

/* The address as it is kept: "example.org/feed" is http. */
dl_status dl_feeds_address(struct dl_arena *arena, dl_str text, dl_str *ret_url,
                           struct dl_error *err);

struct dl_feeds_added {
    uint32_t added;
    uint32_t known;
    uint32_t refused; /* each was told on stderr */
};
dl_status dl_feeds_add(struct dl_poll_store *store, dl_str url, dl_str title, dl_str site,
                       int64_t now_ms, struct dl_feeds_added *added, struct dl_error *err);
dl_status dl_feeds_import(struct dl_poll_store *store, const char *path, int64_t now_ms,
                          struct dl_feeds_added *added, struct dl_error *err);

/* One line a feed: address, title. */
dl_status dl_feeds_show(struct dl_poll_store *store, bool json, FILE *out, struct dl_error *err);
dl_status dl_feeds_export(struct dl_poll_store *store, FILE *out, struct dl_error *err);
/* The ones that need a look first; `json`: all that is known, a line of JSON each. *ret_ill is how
 * many fail or are stopped. */
dl_status dl_feeds_health(struct dl_poll_store *store, bool json, int64_t now_ms, FILE *out,
                          uint32_t *ret_ill, struct dl_error *err);

#endif
