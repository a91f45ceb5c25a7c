/* Does a frame fit a word of a dependency tree, and who hangs where?
 *
 * Owner    borrows the almanac and the tree.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_KNOWLEDGE_FRAME_MATCH_H
#define DL_WORKERS_KNOWLEDGE_FRAME_MATCH_H

#include "workers/knowledge/frames.h"

#define DL_NODE_NONE UINT32_MAX

/* One sentence; words count from 0. Relations are Universal Dependencies', with subtypes. */
struct dl_frame_tree {
    uint32_t count;
    const dl_str *lemmas;
    const dl_str *relations;
    const uint32_t *heads; /* DL_NODE_NONE for the root */
};

struct dl_frame_args {
    uint32_t actor, recipient, content; /* words, or DL_NODE_NONE */
    uint32_t verb;                      /* the light verb of a noun, or the word itself */
};

/* The first frame of the word (most needs first) that fits and has the part of speech; its sense in
 * *ret_sense. False: the word is no event. */
bool dl_frame_match(const struct dl_almanac *almanac, const struct dl_frame_tree *tree,
                    uint32_t word, enum dl_frame_pos pos, struct dl_sense *ret_sense,
                    struct dl_frame_args *ret_args);

#endif
