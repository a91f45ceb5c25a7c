/* When to poll a feed next: what the publisher asks for, what the feed was seen to do, and how
 * often it failed. Pure: no clock, no chance of its own.
 *
 *     rhythm   the usual time between two articles, learnt poll by poll
 *     interval half the rhythm, at least what TTL and Cache-Control ask for, within the bounds
 *     failures double the wait each, up to backoff_max_ms; nothing ever gives a feed up
 *
 * Units    milliseconds.   Threads  any.   Errors  none. */
#ifndef DL_PRODUCERS_POLL_POLL_PLAN_H
#define DL_PRODUCERS_POLL_POLL_PLAN_H

#include "core/str.h"

struct dl_plan_bounds {
    int64_t first_ms; /* of a feed nothing is known of */
    int64_t min_ms;
    int64_t max_ms;
    int64_t backoff_max_ms;
};

struct dl_plan {
    int64_t rhythm_ms;   /* 0: not known yet */
    int64_t interval_ms; /* 0: not known yet */
    int64_t asked_ms;    /* by the publisher; 0 for nothing */
    uint32_t failures;   /* in a row */
};

/* After a poll that went well: `news` new articles since `elapsed_ms` ago (the last poll that went
 * well; 0 at the first), the last new one `quiet_ms` ago. */
void dl_plan_success(struct dl_plan *plan, const struct dl_plan_bounds *bounds, uint32_t news,
                     int64_t elapsed_ms, int64_t quiet_ms);
void dl_plan_failure(struct dl_plan *plan, const struct dl_plan_bounds *bounds);

/* How long to wait now. `chance` is any number: it spreads feeds that would go in step. */
int64_t dl_plan_wait_ms(const struct dl_plan *plan, const struct dl_plan_bounds *bounds,
                        uint64_t chance);

/* The headers of an answer as the time it may be kept: Cache-Control's max-age (less Age), else
 * Expires (less `now_ms`, the wall clock); 0 when they say nothing or forbid keeping. */
int64_t dl_plan_fresh_ms(dl_str cache_control, dl_str expires, dl_str age, int64_t now_ms);

/* Retry-After, seconds or a date; -1 when it is neither. At most a week. */
int64_t dl_plan_retry_after_ms(dl_str value, int64_t now_ms);

/* "Sun, 06 Nov 1994 08:49:37 GMT" and the two older shapes of RFC 9110, as milliseconds since 1970.
 * DL_NOT_FOUND when it is none. */
dl_status dl_http_date(dl_str text, int64_t *ret_ms);

#endif
