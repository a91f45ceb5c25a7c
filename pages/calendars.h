/* Days of other calendars as days of ours.
 *
 * Owner    nothing.   Threads  any.
 * Errors   false for what is no day there. */
#ifndef DL_PAGES_CALENDARS_H
#define DL_PAGES_CALENDARS_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

/* The solar years of Iran and Afghanistan, 1300 to 1500; leap years by the cycle of 33 years, which
 * is what the observed calendar does in that time. `ret_day` since 1970-01-01. */
bool dl_calendar_of_persian(int64_t year, int64_t month, int64_t day, int32_t *ret_day);

/* The lunar years of Islam, 1300 to 1600, by the tabular calendar of 30 years: the moon as seen may
 * differ by a day. */
bool dl_calendar_of_hijri(int64_t year, int64_t month, int64_t day, int32_t *ret_day);

#endif
