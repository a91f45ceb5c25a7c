/* Words and rows of words as hashes. */
#include "pages/shingles.h"

#include "core/utf8.h"

#include <utf8proc.h>

static bool is_wide(uint32_t c)
{
    return (c >= 0x3041 && c < 0xd7b0) || (c >= 0xe00 && c < 0x1000) ||
           (c >= 0x1000 && c < 0x10a0) || (c >= 0x1780 && c < 0x1800) ||
           (c >= 0x20000 && c < 0x30000);
}

static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c | 32) - 'a' < 26U || c - '0' < 10U || c == '_';
    if (c < 0xc0 || (c >= 0x2000 && c < 0x2c00) || (c >= 0x3000 && c < 0x3041))
        return c == 0xaa || c == 0xb5 || c == 0xba;
    if (c < 0x250)
        return c != 0xd7 && c != 0xf7;
    switch (utf8proc_category((int)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

static uint64_t mix(uint64_t hash, uint32_t c)
{
    hash = (hash ^ c) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 29;
}

bool dl_shingle_word(dl_str *rest, uint64_t *ret_hash, bool *ret_wide)
{
    dl_str text = *rest;
    uint64_t hash = 0;
    size_t at = 0;
    while (at < text.len) {
        size_t bytes = 1;
        uint32_t c = (unsigned char)text.at[at];
        if (c >= 0x80)
            c = dl_utf8_at(text, at, &bytes);
        if (!is_word(c)) {
            if (hash)
                break;
            at += bytes;
            continue;
        }
        bool wide = is_wide(c);
        if (wide && hash)
            break;
        at += bytes;
        c = c < 0x80 ? c - 'A' < 26U ? c + 32 : c : (uint32_t)utf8proc_tolower((int)c);
        hash = mix(hash ? hash : 0x51ed270b, c);
        if (wide) {
            if (ret_wide)
                *ret_wide = true;
            *rest = dl_str_sub(text, at, text.len);
            *ret_hash = hash;
            return true;
        }
    }
    *rest = dl_str_sub(text, at, text.len);
    *ret_hash = hash;
    if (ret_wide)
        *ret_wide = false;
    return hash != 0;
}

void dl_shingles_init(struct dl_shingles *shingles, dl_str text, unsigned words)
{
    assert(words > 0 && words <= DL_SHINGLE_WORDS_MAX);
    *shingles = (struct dl_shingles){.rest = text, .words = words};
}

bool dl_shingles_next(struct dl_shingles *s, uint64_t *ret_hash)
{
    for (;;) {
        uint64_t word;
        if (!dl_shingle_word(&s->rest, &word, NULL))
            return false;
        if (s->have == s->words)
            memmove(s->last, s->last + 1, (s->words - 1) * sizeof *s->last);
        else
            s->have++;
        s->last[s->have - 1] = word;
        if (s->have < s->words)
            continue;
        uint64_t hash = 0;
        for (unsigned i = 0; i < s->words; i++)
            hash = (hash ^ s->last[i]) * 0xff51afd7ed558ccdU + 0x2545f4914f6cdd1dU;
        hash ^= hash >> 32;
        *ret_hash = hash ? hash : 1;
        return true;
    }
}

void dl_shingle_set_of(struct dl_arena *arena, dl_str text, unsigned words, size_t max,
                       struct dl_shingle_set *ret)
{
    size_t size = 64;
    while (size < max * 2 && size < text.len)
        size *= 2;
    *ret = (struct dl_shingle_set){
        .slots = dl_arena_array(arena, uint64_t, size), .mask = size - 1, .words = words};
    struct dl_shingles shingles;
    uint64_t hash;
    dl_shingles_init(&shingles, text, words);
    while (ret->count < max && ret->count < size / 2 && dl_shingles_next(&shingles, &hash)) {
        size_t slot = hash & ret->mask;
        while (ret->slots[slot] && ret->slots[slot] != hash)
            slot = (slot + 1) & ret->mask;
        ret->count += ret->slots[slot] == 0;
        ret->slots[slot] = hash;
    }
}

double dl_shingle_share(const struct dl_shingle_set *set, dl_str text)
{
    struct dl_shingles shingles;
    uint64_t hash;
    size_t all = 0;
    size_t found = 0;
    dl_shingles_init(&shingles, text, set->words);
    while (dl_shingles_next(&shingles, &hash)) {
        size_t slot = hash & set->mask;
        while (set->slots[slot] && set->slots[slot] != hash)
            slot = (slot + 1) & set->mask;
        found += set->slots[slot] == hash;
        all++;
    }
    return all ? (double)found / (double)all : 0;
}
