/* A second thought where a sentence has come out without a finite verb.
 *
 * Taggers take "railway apologised" for a participle and "Dhaka summons" for two nouns, and then the
 * tree has a noun at its root and no subject. Where a whole sentence reads so, the tagger is asked
 * again with the condition that one word be a finite verb: of the words that can be one, the one
 * whose tag it gave up most readily. The tree is parsed anew and kept if that word leads it.
 *
 * Threads  any: models are const.   Errors  none. */
#ifndef DL_WORKERS_READING_FINITE_H
#define DL_WORKERS_READING_FINITE_H

#include "workers/reading/syntax.h"

/* Mends tags, heads and relations of a sentence as dl_syntax_tree() gave them; whether it did. */
bool dl_mend_finite(const struct dl_syntax *syntax, const struct dl_look *looks, uint32_t count,
                    uint8_t *tags, uint32_t *heads, uint8_t *relations);

#endif
