/* The shapes in which a date stands in a sentence, each read and resolved at its first token.
 *
 * Absolute ("December 10, 2024", "July 2003", "the 1990s"), by the day of speaking ("on Wednesday",
 * "last month", "two weeks ago", "early this year"), and by what was told before ("two days later",
 * "that week"). "two days after the vote" is read here and waits for the vote's day.
 *
 * Conventions: weeks are Monday to Sunday; early, mid and late are thirds; what lies N days back is
 * a day, N weeks a week, N months a month, N years a year; a bare weekday or month is the latest,
 * unless a word before it looks ahead.
 *
 * Owner    the caller's structs.   Threads  any.   Errors  none: what is no date is not read. */
#ifndef DL_WORKERS_STAGES_DATE_SHAPES_H
#define DL_WORKERS_STAGES_DATE_SHAPES_H

#include "workers/stages/circumstances.h"

struct dl_date_reader {
    const struct dl_article *article;
    const struct dl_wordings *wordings;
    uint32_t first, end; /* tokens of the sentence */
    int32_t day;         /* of speaking */
    int32_t news;        /* of publication, a day or two after a dateline's; the same without */
    bool has_day;
    int32_t told;      /* the last single day told; */
    int32_t told_last; /* and the first day of the last date of any length */
    bool has_told;
    int32_t week;      /* the Monday of "next week", told earlier in the sentence, */
    uint32_t week_end; /* and the token after it; 0: none */
    bool history;      /* the text tells of years long past, and of no others */
    bool headline;     /* whose present tense is past */
};

struct dl_date_read {
    uint32_t first, count; /* tokens */
    int32_t start, end;    /* days */
    int32_t precision;     /* DL_DAY to DL_RANGE */
    bool inferred;         /* by a day told in another sentence */
    bool waits;            /* for the day of what stands after it: */
    int32_t shift;         /* so many units from there */
    dl_str unit;
};

bool dl_date_read(const struct dl_date_reader *reader, uint32_t at, struct dl_date_read *ret);

/* `shift` units on from a day: days and weeks to the day, months and years to themselves. */
bool dl_date_shift(struct dl_date_read *date, int32_t from);

#endif
