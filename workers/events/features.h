/* What those share who say what the model of events sees: scene.c, features.c, frame_features.c. */
#ifndef DL_WORKERS_EVENTS_FEATURES_H
#define DL_WORKERS_EVENTS_FEATURES_H

#include "workers/events/verdict.h"

/* Who a word is, in the low four bits of scene->who; above them the sector of roles and actors, the
 * kind of names. From WHO_NATION on it is somebody. */
enum who {
    WHO_WORD,
    WHO_NOBODY,
    WHO_TIME,
    WHO_NUMBER,
    WHO_PRONOUN,
    WHO_NATION,
    WHO_ROLE,
    WHO_ACTOR,
    WHO_NAME
};
#define WHO_OF_NATION (1U << 28) /* "Turkish police": a nation stands beside it */
#define WHO_NONE (1U << 29)      /* there is no such word */

static inline uint32_t who_at(const struct dl_scene *scene, uint32_t word)
{
    return word == DL_NODE_NONE ? WHO_NONE : scene->who[word];
}

static inline void add(struct dl_event_features *to, enum dl_event_feature what, uint32_t word,
                       uint64_t value)
{
    if (to->count == DL_FEATURES_MAX)
        return;
    to->hash[to->count] = dl_feature(value, what);
    to->what[to->count] = (uint8_t)what;
    to->word[to->count] = (uint16_t)word;
    to->count++;
}

static inline uint64_t both(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9e3779b97f4a7c15) + b;
}

static inline uint32_t up_to(uint32_t count, uint32_t most)
{
    return count < most ? count : most;
}

static inline bool is_content(const struct dl_tree_word *word)
{
    return word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_VERB || word->upos == DL_UPOS_ADJ;
}

/* The classes of words that frames ask for ("class:force"): cues that code asks nothing about. */
#define CLASSES_MAX 3U
uint32_t dl_cue_classes(const struct dl_tree *tree, uint32_t word,
                        uint64_t ret[static CLASSES_MAX]);

#endif
