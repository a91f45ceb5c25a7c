/* The counting of a text: what its files share.
 *
 *     amounts.c  the numbers themselves, in figures and words
 *     numbers.c  what they count; the stage */
#ifndef DL_WORKERS_STAGES_COUNT_ROOM_H
#define DL_WORKERS_STAGES_COUNT_ROOM_H

#include "workers/stages/circumstances.h"

struct dl_counting {
    const struct dl_almanac *almanac;
    struct dl_article *article;
    struct dl_circumstances *c;
    uint32_t first, end; /* tokens of the sentence */
    uint32_t sentence;
    uint32_t room;
    uint32_t date; /* the first not before where we are */
};

struct dl_amount {
    uint32_t first, next;    /* tokens */
    double value, value_max; /* value_max 0: one value */
    bool vague;
    bool divided; /* "a third of": its value is no count */
    dl_str currency;
};

static inline const struct dl_wording *said(const struct dl_counting *w, uint32_t at,
                                            enum dl_wording_kind kind)
{
    return at < w->end ? dl_said(w->article, at, kind) : NULL;
}

static inline bool is(const struct dl_counting *w, uint32_t at, const char *text)
{
    return at < w->end && dl_token_is(w->article, at, text);
}

/* A number or two at the token: "10 to 15", "between 5 and 10", "a quarter of a million". */
bool dl_amount_read(const struct dl_counting *w, uint32_t at, struct dl_amount *amount);

#endif
