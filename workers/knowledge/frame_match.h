/* Does a frame fit a word of a dependency tree, and who hangs where?
 *
 * Owner    borrows the almanac and the tree.   Threads  one tree, one thread.   Errors  none. */
#ifndef DL_WORKERS_KNOWLEDGE_FRAME_MATCH_H
#define DL_WORKERS_KNOWLEDGE_FRAME_MATCH_H

#include "workers/knowledge/frames.h"
#include "workers/knowledge/tree.h"

struct dl_frame_args {
    uint32_t actor, recipient, content; /* words, or DL_NODE_NONE */
    uint32_t verb;                      /* the light verb of a noun, or the word itself */
    uint32_t taken[DL_FRAME_NEEDS_MAX]; /* by each need, or DL_NODE_NONE */
    bool passive;
};

/* The first frame of the word (most needs first) that fits and has the part of speech; its sense in
 * *ret_sense. False: the word is no event. */
bool dl_frame_match(struct dl_tree *tree, uint32_t word, enum dl_frame_pos pos,
                    struct dl_sense *ret_sense, struct dl_frame_args *ret_args);

/* One frame alone, of the almanac or not. */
bool dl_frame_fits(struct dl_tree *tree, uint32_t word, const struct dl_frame *frame,
                   struct dl_frame_args *ret_args);

#endif
