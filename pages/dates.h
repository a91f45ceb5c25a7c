/* Dates as pages write them, in any language, to the minute where they say so.
 *
 * Owner    plain data.   Threads  any; the clock is never read.
 * Errors   none: what is no date gives false. */
#ifndef DL_PAGES_DATES_H
#define DL_PAGES_DATES_H

#include "core/arena.h"

struct dl_page_date {
    int year, month, date;
    int hour, minute, second;
    int offset; /* minutes east of UTC */
    bool has_time;
    bool has_offset;
    bool is_lunar; /* by the moon: a day more or less */
};

/* How people write where the page is from; both strings lower case, may be empty. */
struct dl_page_ways {
    bool month_first; /* 03/04/2025 is in March, as in the United States */
    dl_str region;    /* "in": zones share names ("IST") */
    dl_str language;  /* "hi" */
};

/* The first date in `text`. `month_first`: 03/04/2025 is in March, as in the United States; else
 * in April, unless only the other reading is a date. */
bool dl_page_date_read(dl_str text, bool month_first, struct dl_page_date *ret);

/* The same, where it stands: *ret_from and *ret_to in bytes, without the time. */
bool dl_page_date_find(dl_str text, const struct dl_page_ways *ways, struct dl_page_date *ret,
                       size_t *ret_from, size_t *ret_to);

/* A day in the path of a URL: /2025/02/06/, /2025-02-06-, /20250206/. */
bool dl_page_date_of_url(dl_str url, struct dl_page_date *ret);

int32_t dl_page_date_day(const struct dl_page_date *date); /* since 1970-01-01, as written */

/* RFC 3339; without a zone its local time; without a time its day. */
dl_str dl_page_date_text(struct dl_arena *arena, const struct dl_page_date *date);

#endif
