/* When, where, how many and who said it: what the stages find in a text, and what of it belongs to
 * one happening.
 *
 * The stages wordings, dates, numbers, places and quotes fill `struct dl_circumstances` in the
 * order of the text; each found thing carries its tokens and its record for the Report. Whoever
 * codes a happening asks with the trigger's token and gets copies he may keep.
 *
 * Owner    the article's arena.   Threads  one article, one thread.   Errors  none. */
#ifndef DL_WORKERS_STAGES_CIRCUMSTANCES_H
#define DL_WORKERS_STAGES_CIRCUMSTANCES_H

#include "workers/stage.h"

/* A place, date and agency before the first words: "NAIROBI, Kenya, April 6 (AFP) — ". */
struct dl_dateline {
    uint32_t first; /* tokens, up to and without the dash; count 0: there is none */
    uint32_t count;
    dl_str agency; /* "AFP"; empty without */
};

struct dl_found_date {
    uint32_t first, count; /* tokens */
    uint32_t sentence;
    int32_t start, end; /* days */
    bool since;         /* what it dates goes on to today */
    struct dl_when when;
};

struct dl_found_number {
    uint32_t first, count;
    uint32_t sentence;
    uint32_t verb; /* token that makes them dead, arrested …; DL_NO_TOKEN without */
    struct dl_quantity quantity;
};

enum dl_place_role {
    DL_PLACE_NAMED,    /* no more than a name: an actor, an origin */
    DL_PLACE_LOCATES,  /* after "in", "near", "struck" … */
    DL_PLACE_DATELINE, /* where the article was written */
    DL_PLACE_WITHIN    /* only says where the one before it lies: "Paris, Texas" */
};

struct dl_found_place {
    uint32_t first, count;
    uint32_t sentence;
    uint8_t role;   /* enum dl_place_role */
    uint8_t weight; /* 0 to 10: how surely something happened there */
    bool where;     /* ", where" follows: what is told then happened there */
    struct dl_place place;
};

struct dl_found_quote {
    uint32_t start, end; /* bytes */
    uint32_t sentence;
    struct dl_quote quote;
};

struct dl_people; /* quote_marks.h */

struct dl_circumstances {
    const struct dl_almanac *almanac;
    struct dl_people *people;
    struct dl_dateline dateline;
    int32_t day; /* "today" of the text, days since 1970 */
    bool has_day;
    struct dl_found_date *dates;
    uint32_t date_count;
    struct dl_found_number *numbers;
    uint32_t number_count;
    struct dl_found_place *places;
    uint32_t place_count;
    struct dl_found_quote *quotes;
    uint32_t quote_count;
};

/* --- for the happening whose trigger is token `trigger` --- */

/* The day or days it happened: a date of its clause, else of its sentence; NULL when the sentence
 * says none. */
struct dl_when *dl_when_of(const struct dl_article *article, uint32_t trigger);

/* Does the token's sentence tell a day, or a time of any length? */
bool dl_tells_day(const struct dl_article *article, uint32_t token);

/* What states say and decree is at home rather than where the article was written; what they say
 * may be about anywhere. */
enum dl_act { DL_ACT_DONE, DL_ACT_DECREED, DL_ACT_SPOKEN };

/* Where, the main place first; `why` tells how it was chosen. From the clause, else the sentence,
 * else the sentences before it in the paragraph, else the dateline, else the actor's country (ISO3,
 * or empty). 0 when nobody says it. */
uint32_t dl_places_of(const struct dl_article *article, uint32_t trigger, dl_str actor_country,
                      enum dl_act act, struct dl_place **ret);

/* Counts that belong to it, among the triggers of its sentence (in order; it is one of them). */
uint32_t dl_quantities_of(const struct dl_article *article, uint32_t trigger,
                          const uint32_t *triggers, uint32_t trigger_count,
                          struct dl_quantity **ret);

/* The quote the token stands in, quoted or told; NULL outside. */
const struct dl_quote *dl_quote_around(const struct dl_article *article, uint32_t token);

/* --- between the stages --- */

/* What phrase of the kind begins at the token, or NULL. */
static inline const struct dl_wording *dl_said(const struct dl_article *article, uint32_t token,
                                               enum dl_wording_kind kind)
{
    return token < article->token_count ? dl_wording_of(article->wordings[token], kind) : NULL;
}

/* The same for a phrase that ends right before token `end`, at most `reach` tokens long. */
const struct dl_wording *dl_said_before(const struct dl_article *article, uint32_t end,
                                        uint32_t from, enum dl_wording_kind kind);

bool dl_token_is(const struct dl_article *article, uint32_t token, const char *text); /* any case */
bool dl_is_dash(const struct dl_article *article, uint32_t token);

/* Index of the sentence the token is in. */
uint32_t dl_sentence_of(const struct dl_article *article, uint32_t token);

/* What kind of line the sentence stands in: enum of the contract. */
int32_t dl_section_of(const struct dl_article *article, uint32_t sentence);

/* The circumstances, for the stages that fill them. */
struct dl_circumstances *dl_circumstances_open(struct dl_article *article);

/* Finds the dateline, and with it a publication date that nobody gave. */
void dl_read_dateline(struct dl_article *article, struct dl_circumstances *c);

/* Has the sentence a tree? And the verb or root whose clause the token is in. */
bool dl_has_tree(const struct dl_article *article, uint32_t sentence);
uint32_t dl_clause_of(const struct dl_article *article, uint32_t token);

#endif
