/* Who a phrase means: "a spokesman for Germany's foreign ministry" is DEU GOV.
 *
 * The phrase is cut at its small words into a head and what hangs on it; the head's name or role
 * decides, weak heads ("members of", "a spokesman for") hand on to their complement; the country
 * comes from the name, else from the nearest word for a country, a seat or a town, else from where
 * the phrase stands. Unknown stays empty.
 *
 * Owner    slices borrow from the almanac or the phrase.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_KNOWLEDGE_ACTORS_H
#define DL_WORKERS_KNOWLEDGE_ACTORS_H

#include "core/arena.h"
#include "workers/knowledge/almanac.h"

#define DL_ACTOR_ROLES_MAX 4U
#define DL_ACTOR_ATOMS_MAX 64U /* a longer phrase is a clause; its head stands in front */

/* Where and when the phrase stands. */
struct dl_actor_setting {
    int32_t day;    /* or DL_DAY_UNKNOWN: then everyone holds the office the almanac has last */
    dl_str country; /* ISO3 the text is about, or empty */
};

struct dl_actor_answer {
    dl_str id;   /* of the almanac's actor, or empty */
    dl_str name; /* the almanac's, else the phrase */
    dl_str country;
    dl_str roles[DL_ACTOR_ROLES_MAX]; /* the first is the role */
    uint32_t role_count;
    bool former;
    const char *resolved_by; /* "name", "role", "country", "place", "context", "none" */
    dl_str rule;             /* "heads.txt:12", or empty */
};

/* `setting` may be NULL. */
void dl_actor_resolve(const struct dl_almanac *almanac, dl_str phrase,
                      const struct dl_actor_setting *setting, struct dl_actor_answer *ret);

/* "MEXMIL"; "---UAF" without a country; "UNO" for the international ones; "MEX" without a role. */
dl_str dl_actor_code(const struct dl_actor_answer *answer, struct dl_arena *arena);

#endif
