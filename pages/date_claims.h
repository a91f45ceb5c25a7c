/* All dates of a page, from claims, <time>, the address, lines and scripts, and how far each is
 * believed. Not for others than weigh_dates.c.
 *
 * Owner    the arena.   Threads  any.   Errors  none; past DL_DATES_MAX dates the rest is left out.
 */
#ifndef DL_PAGES_DATE_CLAIMS_H
#define DL_PAGES_DATE_CLAIMS_H

#include "pages/dates.h"
#include "pages/page.h"

#define DL_DATES_MAX 64U
#define DL_DATE_RANK_MIN 12   /* with less nobody knows */
#define DL_DATE_RANK_STAMP 75 /* from there on a machine's stamp of the article itself */

struct dl_date_claim {
    struct dl_page_date date;
    int rank;
    bool in_text;
    bool in_address;
};

struct dl_date_claims {
    struct dl_date_claim list[DL_DATES_MAX];
    uint32_t count;
};

struct dl_dated_page {
    const struct dl_page *page;
    struct dl_arena *arena;
    struct dl_page_ways ways;
    struct dl_date_claims dates;
    struct dl_date_claims modified;
    uint32_t headline; /* UINT32_MAX: none */
};

/* Fills `dates` and `modified`; page, arena, ways and headline are given. `url`: where the page is.
 */
void dl_date_gather(struct dl_dated_page *w, dl_str url);

/* The first of those believed most; NULL. */
const struct dl_date_claim *dl_date_best(const struct dl_date_claims *dates);

/* The block that is the headline; UINT32_MAX when there is none. */
uint32_t dl_date_headline(const struct dl_page *page);

#endif
