/* Tagging: from the looks of a sentence's words to a tag each, left to right.
 *
 * A tag is a part of speech, finer where trees need it (tags.def). Greedy: a word's tag depends on
 * the words two to each side and the tags before it. One row of 32 one-byte weights a feature.
 *
 * Threads  any: the model is const.   Errors  loading only. */
#ifndef DL_WORKERS_READING_TAGS_H
#define DL_WORKERS_READING_TAGS_H

#include "workers/reading/look.h"
#include "workers/ud.h"

enum dl_tag {
#define DL_TAG(name, upos, xpos) DL_TAG_##name,
#include "workers/reading/tags.def"
    DL_TAG_COUNT
};

#define DL_TAGS_WIDTH 32U
#define DL_TAGS_VERSION 1U
#define DL_TAG_FEATURES_MAX 64U

enum dl_upos dl_tag_upos(enum dl_tag tag);
enum dl_xpos dl_tag_xpos(enum dl_tag tag); /* the usual one */
enum dl_tag dl_tag_of(enum dl_upos upos, enum dl_xpos xpos);

/* Features of word `at` of `count` words, given the tags before it; how many. */
uint32_t dl_tag_features(const struct dl_look *looks, uint32_t count, uint32_t at,
                         const uint8_t *tags, uint32_t features[static DL_TAG_FEATURES_MAX]);

/* Tags of a sentence into `tags`. */
void dl_tag_sentence(const struct dl_rows *rows, const struct dl_look *looks, uint32_t count,
                     uint8_t *tags);

/* What it costs to have word `at` under `to` in place of `from`, the tags before it as they are. */
int32_t dl_tag_price(const struct dl_rows *rows, const struct dl_look *looks, uint32_t count,
                     uint32_t at, const uint8_t *tags, enum dl_tag from, enum dl_tag to);

#endif
