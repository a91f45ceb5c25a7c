/* Fetching as a good guest: what robots.txt forbids is not fetched, sites are not asked more often
 * than they bear (pace.h), and redirects are followed, each hop on the same terms.
 *
 *     visit ─► robots.txt of the origin (kept a day) ─► pace of the site ─► fetch ─┬─► done
 *        ▲                                                                        │
 *        └────────────────────────── redirect, at most 5 ◄────────────────────────┘
 *
 * robots.txt, RFC 9309: 4xx allows everything; 5xx, 429 and no answer forbid everything until it
 * can be had, unless an older copy is there.
 *
 * Owner    dl_visits_free(), which ends visits under way without a call. The answer is `done`'s.
 * Threads  the loop's only.
 * Errors   in the answer, as of fetch.h; DL_BAD_INPUT with `forbidden` for robots.txt. */
#ifndef DL_PRODUCERS_POLL_VISIT_H
#define DL_PRODUCERS_POLL_VISIT_H

#include "producers/poll/fetch.h"
#include "producers/poll/pace.h"

#define DL_VISIT_HOPS_MAX 5U

struct dl_visits;
struct dl_visit;

struct dl_visit_answer {
    struct dl_fetch_answer *fetched; /* never NULL; to be freed by dl_answer_free() */
    dl_str url;                      /* where it came from */
    dl_str moved; /* where the URL asked for has moved to for good; empty when it has not */
    bool forbidden;
    bool postponed;   /* nothing was fetched: the site wants to be left alone for hold_ms */
    uint64_t hold_ms; /* the site wants no request for so long; 0 when it said nothing */
};

struct dl_visit_want {
    dl_str url;
    dl_str etag;
    dl_str last_modified;
    const char *accept;
    size_t body_bytes_max;
    bool ignore_robots;
    /* Strings hold until `fetched` is freed. Never from inside dl_visit_start(). */
    void (*done)(void *ctx, struct dl_visit_answer *answer);
    void *ctx;
};

dl_status dl_visits_new(const struct dl_config *config, struct dl_loop *loop,
                        struct dl_visits **ret_visits, struct dl_error *err);
void dl_visits_free(struct dl_visits *visits);

void dl_visit_start(struct dl_visits *visits, const struct dl_visit_want *want);

unsigned dl_visits_under_way(const struct dl_visits *visits);
const struct dl_fetcher_counters *dl_visits_counts(const struct dl_visits *visits);

/* The site of a URL, as pace.h knows it; the arena holds it. */
dl_str dl_visit_site(struct dl_arena *arena, dl_str url);
void dl_visits_hold(struct dl_visits *visits, dl_str site, uint64_t wait_ms);

#endif
