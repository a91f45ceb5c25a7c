/* Which place a name means.
 *
 * A name has candidates (country, division, city, area); the choice weighs what they are, how
 * large, what stands beside the name ("the states of Mexico and Chihuahua", "Paris, Texas") and
 * which countries the rest of the text speaks of.
 *
 * Owner    borrows the almanac's text.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_KNOWLEDGE_PLACES_H
#define DL_WORKERS_KNOWLEDGE_PLACES_H

#include "workers/knowledge/almanac.h"

#define DL_PLACE_CONTEXT_MAX 8U

/* Countries (ISO3) and divisions (ISO 3166-2) that the text is about, the weightiest first. */
struct dl_place_context {
    dl_str countries[DL_PLACE_CONTEXT_MAX];
    bool faint[DL_PLACE_CONTEXT_MAX]; /* named in passing: a people, once */
    uint32_t country_count;
    dl_str admin1; /* or empty */
};

enum dl_place_precision {
    DL_PRECISE_POINT,
    DL_PRECISE_ADMIN1,
    DL_PRECISE_COUNTRY,
    DL_PRECISE_NONE /* a sea, a region: no country */
};

struct dl_place_choice {
    uint32_t first, atoms; /* where in the text */
    dl_str name, country, admin1;
    double lat, lon; /* not for countries and areas */
    uint32_t geonames;
    uint32_t population;
    enum dl_place_precision precision;
    int score;       /* of the chosen one; */
    int runner_up;   /* and of the best in another country, 0 without */
    const char *why; /* "alone", "beside", "context", "division" */
};

/* The best candidate for the phrase at atom `first`; `context` may be NULL. */
bool dl_place_choose(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t first,
                     uint32_t count, const struct dl_place_context *context,
                     struct dl_place_choice *ret);

/* All places of a text, left to right, longest names first; at most `room`. Countries named in the
 * text join the context. */
uint32_t dl_place_scan(const struct dl_almanac *almanac, const struct dl_atom *atoms,
                       uint32_t count, const struct dl_place_context *context,
                       struct dl_place_choice *choices, uint32_t room);

#endif
