/* Days as numbers: since 1970-01-01, proleptic Gregorian, no clock and no zone of the machine.
 *
 * Calendar arithmetic after Howard Hinnant's "chrono-compatible low-level date algorithms". */
#ifndef DL_CORE_DAY_H
#define DL_CORE_DAY_H

#include "core/arena.h"

int32_t dl_day_of_civil(int year, int month, int day); /* month and day may be out of range */
void dl_day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_date);
int dl_day_weekday(int32_t day); /* 0 Monday to 6 Sunday */
bool dl_day_is_valid(int year, int month, int day);

/* "2025-02-06", also with a time and offset after it: the day as written, in its own offset.
 * DL_NOT_FOUND when it is none. */
dl_status dl_day_of_rfc3339(dl_str text, int32_t *ret_day);

/* Shapes people write: RFC 3339, "6 February 2025", "Feb. 6, 2025", "Thu, 06 Feb 2025 10:00:00
 * GMT". The result is a day, or RFC 3339 where a time was given; in the arena. DL_NOT_FOUND
 * otherwise. */
dl_status dl_date_normalise(struct dl_arena *arena, dl_str text, dl_str *ret);

dl_str dl_day_text(struct dl_arena *arena, int32_t day); /* "2025-02-06" */

/* The day a bare weekday means in news copy: the latest one not after publication. */
int32_t dl_day_of_weekday(int weekday, int32_t published);

/* The day a month and date without a year mean: the latest not more than `ahead` days after
 * publication. */
int32_t dl_day_of_month(int month, int date, int32_t published, int ahead);

#endif
