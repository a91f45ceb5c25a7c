/* The tagger. */
#include "workers/reading/tags.h"

static const uint8_t upos_of[] = {
#define DL_TAG(name, upos, xpos) DL_UPOS_##upos,
#include "workers/reading/tags.def"
};

static const uint8_t xpos_of[] = {
#define DL_TAG(name, upos, xpos) DL_XPOS_##xpos,
#include "workers/reading/tags.def"
};

enum dl_upos dl_tag_upos(enum dl_tag tag)
{
    return (enum dl_upos)upos_of[tag];
}

enum dl_xpos dl_tag_xpos(enum dl_tag tag)
{
    return (enum dl_xpos)xpos_of[tag];
}

/* Where the Penn tag is none of a class's own, the coarsest class of the part of speech. */
enum dl_tag dl_tag_of(enum dl_upos upos, enum dl_xpos xpos)
{
    static const uint8_t first_of[DL_UPOS_COUNT] = {
        [DL_UPOS_NONE] = DL_TAG_X,      [DL_UPOS_ADJ] = DL_TAG_ADJ,
        [DL_UPOS_ADP] = DL_TAG_ADP,     [DL_UPOS_ADV] = DL_TAG_ADV,
        [DL_UPOS_AUX] = DL_TAG_AUX,     [DL_UPOS_CCONJ] = DL_TAG_CCONJ,
        [DL_UPOS_DET] = DL_TAG_DET,     [DL_UPOS_INTJ] = DL_TAG_INTJ,
        [DL_UPOS_NOUN] = DL_TAG_NN,     [DL_UPOS_NUM] = DL_TAG_NUM,
        [DL_UPOS_PART] = DL_TAG_NOT,    [DL_UPOS_PRON] = DL_TAG_PRON,
        [DL_UPOS_PROPN] = DL_TAG_PROPN, [DL_UPOS_PUNCT] = DL_TAG_PUNCT,
        [DL_UPOS_SCONJ] = DL_TAG_SCONJ, [DL_UPOS_SYM] = DL_TAG_SYM,
        [DL_UPOS_VERB] = DL_TAG_VB,     [DL_UPOS_X] = DL_TAG_X,
    };
    if (upos == DL_UPOS_PRON && (xpos == DL_XPOS_WP || xpos == DL_XPOS_WP_POSS))
        return DL_TAG_RELATIVE;
    for (uint32_t tag = 0; tag < DL_TAG_COUNT; tag++)
        if (upos_of[tag] == upos && xpos_of[tag] == xpos)
            return (enum dl_tag)tag;
    return (enum dl_tag)first_of[upos];
}

#define ADD(value)                                                                                 \
    features[used] = dl_feature(value, used);                                                      \
    used++
#define PAIR(a, b) ((uint64_t)(a) << 32 | (b))

static const struct dl_look outside = {0};

static inline __attribute__((always_inline)) uint32_t tag_features(const struct dl_look *looks,
                                                                   uint32_t count, uint32_t at,
                                                                   const uint8_t *tags,
                                                                   uint32_t *features)
{
    const struct dl_look *word = &looks[at];
    const struct dl_look *before = at > 0 ? word - 1 : &outside;
    const struct dl_look *before2 = at > 1 ? word - 2 : &outside;
    const struct dl_look *after = at + 1 < count ? word + 1 : &outside;
    const struct dl_look *after2 = at + 2 < count ? word + 2 : &outside;
    uint32_t tag1 = at > 0 ? tags[at - 1] + 1U : 0;
    uint32_t tag2 = at > 1 ? tags[at - 2] + 1U : 0;
    uint32_t both = tag1 << 6 | tag2;
    uint32_t used = 0;
    ADD(1);
    ADD(word->lower);
    ADD(word->form);
    ADD(word->suffix[0]);
    ADD(word->suffix[1]);
    ADD(word->suffix[2]);
    ADD(word->suffix[3]);
    ADD(word->prefix[0]);
    ADD(word->prefix[1]);
    ADD(word->prefix[2]);
    ADD((uint32_t)word->shape << 1 | (at == 0));
    ADD(PAIR(word->outline, at == 0));
    ADD(tag1);
    ADD(both);
    ADD(PAIR(word->lower, tag1));
    ADD(PAIR(word->lower, both));
    ADD(before->lower);
    ADD(before2->lower);
    ADD(after->lower);
    ADD(after2->lower);
    ADD(PAIR(before->lower, word->lower));
    ADD(PAIR(word->lower, after->lower));
    ADD(PAIR(before->lower, after->lower));
    ADD(after->suffix[2]);
    ADD(after->suffix[1]);
    ADD(before->suffix[2]);
    ADD(PAIR(word->suffix[2], tag1));
    ADD(PAIR(word->suffix[1], both));
    ADD(PAIR(after->lower, tag1));
    ADD(PAIR(word->shape, after->shape));
    ADD(PAIR(word->shape, before->shape));
    ADD(word->group);
    ADD(PAIR(word->group, tag1));
    ADD(after->group);
    ADD(before->group);
    ADD(after2->group);
    ADD(PAIR(word->family << 8 | after->family, before->family));
    ADD(PAIR(word->group, word->shape));
    ADD(PAIR(word->group, after->group));
    ADD(PAIR(before->group, word->group));
    ADD(PAIR(word->suffix[2], word->shape));
    ADD(PAIR(word->suffix[1], after->suffix[1]));
    ADD(word->kin);
    ADD(word->band);
    ADD(PAIR(word->band, tag1));
    ADD(PAIR(word->band, (uint32_t)before->band << 8 | after->band));
    ADD(PAIR(word->kin, word->shape));
    ADD(PAIR(after->kin, tag1));
    ADD(word->forms);
    ADD(PAIR(word->forms, tag1));
    ADD(PAIR(word->forms, both));
    ADD(PAIR(word->forms, word->suffix[1]));
    ADD(PAIR(word->forms, (uint32_t)after->forms << 8 | before->forms));
    ADD(PAIR(word->forms, (uint32_t)after->forms << 8 | tag1));
    ADD(PAIR((uint32_t)after->forms << 8 | word->forms, (uint32_t)after2->forms << 8 | tag1));
    ADD(PAIR(word->forms, after->lower));
    ADD(PAIR(word->forms, before->lower));
    ADD(PAIR(word->lower, after->forms));
    ADD(PAIR(word->shape, word->forms));
    return used;
}

uint32_t dl_tag_features(const struct dl_look *looks, uint32_t count, uint32_t at,
                         const uint8_t *tags, uint32_t features[static DL_TAG_FEATURES_MAX])
{
    return tag_features(looks, count, at, tags, features);
}

DL_WIDE
void dl_tag_sentence(const struct dl_rows *rows, const struct dl_look *looks, uint32_t count,
                     uint8_t *tags)
{
    uint32_t features[DL_TAG_FEATURES_MAX];
    int16_t sums[DL_TAGS_WIDTH];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t used = tag_features(looks, count, i, tags, features);
        dl_rows_sum_bytes(rows, features, used, DL_TAGS_WIDTH, sums);
        tags[i] = (uint8_t)dl_rows_best(sums, DL_TAG_COUNT);
    }
}

int32_t dl_tag_price(const struct dl_rows *rows, const struct dl_look *looks, uint32_t count,
                     uint32_t at, const uint8_t *tags, enum dl_tag from, enum dl_tag to)
{
    uint32_t features[DL_TAG_FEATURES_MAX];
    int16_t sums[DL_TAGS_WIDTH];
    uint32_t used = tag_features(looks, count, at, tags, features);
    dl_rows_sum_bytes(rows, features, used, DL_TAGS_WIDTH, sums);
    return sums[from] - sums[to];
}
