/* A frame being fitted to a word of a tree: what the three files of it share.
 *
 *     frame_needs.c   is what must hang on the word there
 *     frame_args.c    who hangs where
 *     frame_match.c   which frame of the word fits, by both
 *
 * Owner    whoever fits, on the stack; borrows tree and frame.   Threads  one tree, one thread.
 * Errors   none. */
#ifndef DL_WORKERS_KNOWLEDGE_FRAME_FIT_H
#define DL_WORKERS_KNOWLEDGE_FRAME_FIT_H

#include "workers/knowledge/frame_match.h"

struct dl_fit {
    struct dl_tree *tree;
    const struct dl_frame *frame;
    uint32_t word;
    uint32_t light;                     /* the light verb of a noun, or DL_NODE_NONE */
    uint32_t taken[DL_FRAME_NEEDS_MAX]; /* by each need */
    uint32_t prepositional;             /* the noun under a needed preposition */
    uint32_t object;                    /* the needed object */
};

static inline const struct dl_tree_word *dl_fit_word(const struct dl_fit *fit, uint32_t at)
{
    return &fit->tree->words[at];
}

static inline bool dl_fit_is_verb(const struct dl_fit *fit)
{
    return fit->frame->pos == DL_FRAME_VERB;
}

/* By a need. */
static inline bool dl_fit_has_taken(const struct dl_fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at)
            return true;
    return false;
}

/* frame_needs.c. Takes what each need asks for; false where one finds nothing. */
bool dl_fit_take_needs(struct dl_fit *fit);
/* Is it the need's word, of its class, somebody where anybody will do? */
bool dl_fit_is_word(const struct dl_fit *fit, uint32_t at, const struct dl_frame_need *need);
/* What follows with "to", though the tree has it for a purpose or an attribute of the object:
 * "asked the court to name", "offered on Thursday to build". */
uint32_t dl_fit_infinitive(const struct dl_fit *fit);

/* frame_args.c. Actor, content and recipient of a frame whose needs are taken. */
void dl_fit_find_args(const struct dl_fit *fit, struct dl_frame_args *args);
/* Someone may act by this word: a name, or a word for a role or a people. */
bool dl_fit_may_act(const struct dl_fit *fit, uint32_t at);
/* ":=person": whoever can be somebody, and pronouns. */
bool dl_fit_is_person(const struct dl_fit *fit, uint32_t at);

#endif
