/* How near a phrase stands to the word that tells a happening: by the clauses of the tree where
 * there is one, by distance and what parts them where there is none.
 *
 * Owner    nothing is kept.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_STAGES_NEARNESS_H
#define DL_WORKERS_STAGES_NEARNESS_H

#include "workers/stages/circumstances.h"

#define DL_FAR_TOKENS 30 /* points lost to distance are no more */

/* Tokens from the phrase of `count` to the trigger; 0 inside. */
uint32_t dl_token_distance(uint32_t first, uint32_t count, uint32_t trigger);

/* More is nearer; only to be compared with each other. */
int dl_points_near(const struct dl_article *article, uint32_t first, uint32_t count,
                   uint32_t trigger, uint32_t sentence);

/* Is the token in a clause that hangs below the trigger's: in what is told, asked or threatened? */
bool dl_is_below(const struct dl_article *article, uint32_t token, uint32_t trigger);

#endif
