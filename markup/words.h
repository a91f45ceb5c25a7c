/* Lists of words that the build makes from text files in data/: a key, and what it stands for.
 *
 * markup/words_make.c writes each list as a constant with a hash table beside it, so that nothing
 * is read or built at run time.
 *
 * Owner    process; all const.   Threads  any.   Errors  none. */
#ifndef DL_MARKUP_WORDS_H
#define DL_MARKUP_WORDS_H

#include "core/str.h"

struct dl_word {
    const char *key;
    uint16_t key_bytes;
    const char *value; /* the rest of the line, "" when there is none */
};

struct dl_words {
    const struct dl_word *list; /* in the order of the file */
    uint32_t count;
    const uint16_t *slots; /* index + 1, 0 empty; open addressing by dl_words_hash() */
    uint32_t mask;
};

/* FNV-1a of the key's bytes. */
static inline uint32_t dl_words_hash(const char *at, size_t len)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)at[i]) * 16777619U;
    return hash;
}

/* The word's line, by exact bytes; NULL when the list has none. */
const struct dl_word *dl_words_find(const struct dl_words *words, dl_str key);

/* Its number, when the value is one; 0 when there is none. */
int dl_words_number(const struct dl_words *words, dl_str key);

/* The first list key that begins at `text`; NULL. For lists of a few dozen phrases. */
const struct dl_word *dl_words_prefix(const struct dl_words *words, dl_str text);

#endif
