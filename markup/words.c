/* Looking words up in the lists the build makes. */
#include "markup/words.h"

const struct dl_word *dl_words_find(const struct dl_words *words, dl_str key)
{
    uint32_t slot = dl_words_hash(key.at, key.len) & words->mask;
    while (words->slots[slot]) {
        const struct dl_word *word = &words->list[words->slots[slot] - 1];
        if (word->key_bytes == key.len && memcmp(word->key, key.at, key.len) == 0)
            return word;
        slot = (slot + 1) & words->mask;
    }
    return NULL;
}

int dl_words_number(const struct dl_words *words, dl_str key)
{
    const struct dl_word *word = dl_words_find(words, key);
    return word ? (int)strtol(word->value, NULL, 10) : 0;
}

const struct dl_word *dl_words_prefix(const struct dl_words *words, dl_str text)
{
    const struct dl_word *longest = NULL;
    for (uint32_t i = 0; i < words->count; i++) {
        const struct dl_word *word = &words->list[i];
        if (word->key_bytes <= text.len && memcmp(word->key, text.at, word->key_bytes) == 0 &&
            (!longest || word->key_bytes > longest->key_bytes))
            longest = word;
    }
    return longest;
}
