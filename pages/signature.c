/* Signatures. */
#include "pages/signature.h"

#include "pages/shingles.h"

#define SHINGLE_WORDS 3U
#define NONE UINT64_MAX

/* A bin without a shingle takes another's, the same one in every text that has that one filled. */
static void fill_up(uint64_t bins[DL_SIGNATURE_DIGITS])
{
    bool filled[DL_SIGNATURE_DIGITS];
    for (unsigned i = 0; i < DL_SIGNATURE_DIGITS; i++)
        filled[i] = bins[i] != NONE;
    for (unsigned i = 0; i < DL_SIGNATURE_DIGITS; i++) {
        if (filled[i])
            continue;
        uint64_t hash = i + 1;
        unsigned from;
        do {
            hash = hash * 0x9e3779b97f4a7c15U + 0x2545f4914f6cdd1dU;
            from = (unsigned)(hash >> 58);
        } while (!filled[from]);
        bins[i] = bins[from];
    }
}

dl_str dl_signature(struct dl_arena *arena, dl_str text)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t bins[DL_SIGNATURE_DIGITS];
    struct dl_shingles shingles;
    uint64_t hash;
    unsigned count = 0;
    for (unsigned i = 0; i < DL_SIGNATURE_DIGITS; i++)
        bins[i] = NONE;
    dl_shingles_init(&shingles, text, SHINGLE_WORDS);
    while (dl_shingles_next(&shingles, &hash)) {
        hash *= 0x9e3779b97f4a7c15U;
        hash ^= hash >> 31;
        hash *= 0xbf58476d1ce4e5b9U;
        unsigned bin = (unsigned)(hash >> 58);
        uint64_t rest = hash & 0x03ffffffffffffffU;
        bins[bin] = rest < bins[bin] ? rest : bins[bin];
        count += count < DL_SIGNATURE_WORDS_MIN;
    }
    if (count + SHINGLE_WORDS - 1 < DL_SIGNATURE_WORDS_MIN)
        return (dl_str){NULL, 0};
    fill_up(bins);
    char *signature = dl_arena_raw(arena, DL_SIGNATURE_DIGITS);
    for (unsigned i = 0; i < DL_SIGNATURE_DIGITS; i++)
        signature[i] = digits[bins[i] & 15]; /* low bits: the high ones are what made it smallest */
    return (dl_str){signature, DL_SIGNATURE_DIGITS};
}

double dl_signature_distance(dl_str a, dl_str b)
{
    unsigned same = 0;
    if (a.len != DL_SIGNATURE_DIGITS || b.len != DL_SIGNATURE_DIGITS)
        return 1;
    for (unsigned i = 0; i < DL_SIGNATURE_DIGITS; i++)
        same += a.at[i] == b.at[i];
    double overlap = ((double)same / DL_SIGNATURE_DIGITS - 1.0 / 16) / (15.0 / 16);
    return overlap <= 0 ? 1 : 1 - overlap;
}
