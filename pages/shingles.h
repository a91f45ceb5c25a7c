/* Words of any script as hashes, and sets of them: for "does this text stand in that one?".
 *
 * A word is a run of letters and digits, folded to lower case; where a script writes without
 * spaces each character is a word.
 *
 * Owner    the arena.   Threads  any.   Errors  none. */
#ifndef DL_PAGES_SHINGLES_H
#define DL_PAGES_SHINGLES_H

#include "core/arena.h"

/* The next word of *rest; false when there is none. *ret_wide, if asked: one character of a script
 * without spaces. */
bool dl_shingle_word(dl_str *rest, uint64_t *ret_hash, bool *ret_wide);

struct dl_shingle_set {
    uint64_t *slots;
    size_t mask;
    size_t count;
    unsigned words; /* a shingle is so many words in a row */
};

/* The set of all shingles of `text`, of at most `max` of them. */
void dl_shingle_set_of(struct dl_arena *arena, dl_str text, unsigned words, size_t max,
                       struct dl_shingle_set *ret);

/* The share of `text`'s shingles that are in the set, 0 to 1; of a text shorter than one shingle,
 * 0. */
double dl_shingle_share(const struct dl_shingle_set *set, dl_str text);

#define DL_SHINGLE_WORDS_MAX 8U

/* Shingles of a text one after the other. */
struct dl_shingles {
    dl_str rest;
    uint64_t last[DL_SHINGLE_WORDS_MAX];
    unsigned words;
    unsigned have;
};
void dl_shingles_init(struct dl_shingles *shingles, dl_str text, unsigned words);
bool dl_shingles_next(struct dl_shingles *shingles, uint64_t *ret_hash);

#endif
