/* Dates as people and programs write them in feeds and pages: RFC 822 and its abuses, ISO 8601 in
 * all its shapes, zones by name, months in some thirty languages (data/dates/words.txt), points of
 * Unix time.
 *
 * Where only numbers stand and could be read both ways: 3/4/2025 is the 4th of March, 3.4.2025 and
 * 3-4-2025 are the 3rd of April. A time without a zone is taken as UTC. Summer time of zones
 * that are places follows today's rules of their part of the world.
 *
 * Owner    text lives in the arena.   Threads  any; no clock, no zone of the machine.
 * Errors   DL_NOT_FOUND: that is no date. */
#ifndef DL_MARKUP_STAMP_H
#define DL_MARKUP_STAMP_H

#include "core/arena.h"

#define DL_STAMP_BYTES_MAX 128U /* of the text; longer is a story */

struct dl_stamp {
    int32_t day;    /* since 1970-01-01, in its own zone */
    int32_t second; /* of that day, in its own zone; 0 where no time was given */
    int16_t offset; /* minutes east of UTC */
    bool has_time;
    bool has_zone;
};

dl_status dl_stamp_read(dl_str text, struct dl_stamp *ret_stamp);

/* "2025-02-06T10:00:00+01:00", or "2025-02-06" where no time was given. */
dl_str dl_stamp_text(struct dl_arena *arena, const struct dl_stamp *stamp);

int64_t dl_stamp_seconds(const struct dl_stamp *stamp); /* since 1970, UTC */

/* Is it summer time by the rule a zone of data/dates/words.txt names ("us", "eu", "au", "nz")?
 * `second` of the day, local standard time. False for "". */
bool dl_stamp_is_summer(const char *rule, int32_t day, int year, int32_t second);

#endif
