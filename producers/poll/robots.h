/* robots.txt by RFC 9309: what of a site an agent may fetch.
 *
 * Groups that name the agent are taken together; without one the groups of "*" hold; the longest
 * matching pattern decides, and Allow wins over Disallow of the same length. "*" and a last "$" in
 * patterns, percent-escapes compared by what they mean, Crawl-delay and Sitemap beside it. What is
 * no rule is passed over, as are the spellings people get wrong ("Dissallow", no colon).
 *
 * Owner    rules live in the arena given, the bytes are not kept.
 * Threads  a read dl_robots is const.
 * Errors   none: any bytes are a robots.txt, if need be one without rules. What an answer of 404 or
 *          500 means is for who fetched it. */
#ifndef DL_PRODUCERS_POLL_ROBOTS_H
#define DL_PRODUCERS_POLL_ROBOTS_H

#include "core/url.h"

#define DL_ROBOTS_BYTES_MAX (500U << 10) /* of RFC 9309; the rest is not looked at */
#define DL_ROBOTS_NO_DELAY (-1)
#define DL_ROBOTS_SITEMAPS_MAX 64U

struct dl_robots_rule {
    dl_str pattern; /* normal form */
    bool allow;
};

struct dl_robots {
    const struct dl_robots_rule *rules; /* of the groups that hold for the agent */
    uint32_t rule_count;
    int64_t delay_ms; /* DL_ROBOTS_NO_DELAY when none is asked for */
    const dl_str *sitemaps;
    uint32_t sitemap_count;
};

/* `agent` is a product token ("dateline") or a whole User-Agent that begins with one. */
void dl_robots_read(struct dl_arena *arena, dl_str bytes, dl_str agent,
                    struct dl_robots *ret_robots);

/* *ret_rule (may be NULL) is the rule that decided, or NULL. The arena holds the path in its
 * normal form. */
bool dl_robots_allow(struct dl_arena *arena, const struct dl_robots *robots,
                     const struct dl_url *url, const struct dl_robots_rule **ret_rule);

#endif
