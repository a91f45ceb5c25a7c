/* What the readers of dates share: questions to tokens, spans of days, parts of the calendar.
 *
 *     date_spans.c     units, months, seasons and parts of them as days
 *     date_calendar.c  shapes that name a day, month or year
 *     date_shapes.c    shapes that count from a day, and the order of all */
#ifndef DL_WORKERS_STAGES_DATE_PARTS_H
#define DL_WORKERS_STAGES_DATE_PARTS_H

#include "workers/stages/date_shapes.h"

#define DL_YEAR_MIN 1000 /* a number below is none */
#define DL_YEAR_MAX 2100

typedef const struct dl_date_reader reader;

struct dl_civil {
    int32_t year, month, date; /* 0: not said */
    bool year_said;
};

static inline const struct dl_wording *said(reader *r, uint32_t at, enum dl_wording_kind kind)
{
    return at < r->end ? dl_said(r->article, at, kind) : NULL;
}

static inline bool is(reader *r, uint32_t at, const char *text)
{
    return at < r->end && dl_token_is(r->article, at, text);
}

static inline dl_str text_of(reader *r, uint32_t at)
{
    return at < r->end ? dl_token_text(r->article, at) : (dl_str){"", 0};
}

static inline bool is_capital(reader *r, uint32_t at)
{
    return at < r->end && r->article->tokens[at].capital;
}

/* Digits alone; -1 otherwise. */
static inline int32_t digits_of(dl_str text)
{
    int32_t value = 0;
    if (text.len == 0 || text.len > 6)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

static inline int32_t digits_at(reader *r, uint32_t at)
{
    return digits_of(text_of(r, at));
}

static inline int32_t year_at(reader *r, uint32_t at)
{
    int32_t year = digits_at(r, at);
    return text_of(r, at).len == 4 && year >= DL_YEAR_MIN && year <= DL_YEAR_MAX ? year : 0;
}

/* --- date_spans.c: each writes the result and answers true --- */

/* `next` is the token after the phrase. */
bool dl_date_give(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t start,
                  int32_t end, int32_t precision);
bool dl_date_give_day(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t day);
bool dl_date_give_month(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                        int month);
bool dl_date_give_years(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                        int years);
/* By its first month. */
bool dl_date_give_season(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                         int month);
/* The unit ("week") a day lies in, `shift` units on; false for hours and the like. */
bool dl_date_give_unit(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
                       int32_t day, int32_t shift);
/* `count` units on from a day, or back: "the past three years". */
bool dl_date_give_stretch(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
                          int32_t day, int32_t count);
/* The part that "early" or "later" leaves of a date. */
void dl_date_take_stage(reader *r, struct dl_date_read *date, const struct dl_wording *stage);

/* --- date_calendar.c --- */

/* "10", "10th" in one token or two, 0 for none; and the token after it. */
int32_t dl_date_number(reader *r, uint32_t at, uint32_t *ret_next, bool *ret_ordinal);
/* "two", "10", "a": small counts, -1 for none. */
int32_t dl_date_count(reader *r, uint32_t at);
/* Which way does a word near the phrase look: to a coming day, to a past one? */
enum dl_date_way { DL_DATE_ANY, DL_DATE_AHEAD, DL_DATE_BACK };
enum dl_date_way dl_date_way(reader *r, uint32_t first, uint32_t next);
bool dl_date_looks_ahead(reader *r, uint32_t first, uint32_t next);
/* Each gives the token after what it read, or `at` when it is not there. */
uint32_t dl_date_skip(reader *r, uint32_t at, const char *text);
uint32_t dl_date_month(reader *r, uint32_t at, int32_t *ret_month);
uint32_t dl_date_year_after(reader *r, uint32_t at, struct dl_civil *c);
/* The year that a month, or a month and date, without one mean. */
bool dl_date_find_year(reader *r, uint32_t first, uint32_t next, struct dl_civil *c);
bool dl_date_read_day(reader *r, uint32_t at, struct dl_date_read *ret);
bool dl_date_read_figures(reader *r, uint32_t at, struct dl_date_read *ret);
bool dl_date_read_month(reader *r, uint32_t at, struct dl_date_read *ret);
bool dl_date_read_decade(reader *r, uint32_t at, struct dl_date_read *ret);
bool dl_date_read_century(reader *r, uint32_t at, struct dl_date_read *ret);
bool dl_date_read_year(reader *r, uint32_t at, struct dl_date_read *ret);

#endif
