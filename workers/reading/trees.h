/* Dependency trees, without labels: arc-hybrid transitions (Kuhlmann et al. 2011) and a beam.
 *
 * The words are nodes 1..count; the root stands behind them as node count + 1, node 0 is nothing:
 *
 *     stack  … s2 s1 s0 | buffer  b0 b1 b2 … root
 *     SHIFT   b0 goes on the stack
 *     LEFT    s0 becomes a dependent of b0 and is gone
 *     RIGHT   s0 becomes a dependent of s1 and is gone
 *
 * The root takes one dependent: LEFT onto it is legal only for the last word of the stack. What
 * comes out is a projective tree with one root in 2 * count steps, whatever the weights are.
 *
 * Threads  any: the model is const.   Errors  none. */
#ifndef DL_WORKERS_READING_TREES_H
#define DL_WORKERS_READING_TREES_H

#include "workers/reading/look.h"

#include <stdbool.h>

#define DL_TREE_WORDS_MAX 253U /* of a piece: a node is a byte */
#define DL_TREE_NODES (DL_TREE_WORDS_MAX + 3)
#define DL_TREES_WIDTH 4U
#define DL_TREES_VERSION 1U
#define DL_TREE_FEATURES_MAX 160U

enum dl_move { DL_SHIFT, DL_LEFT, DL_RIGHT, DL_MOVES };

/* What trees are built from. */
struct dl_tree_words {
    uint32_t count;
    uint32_t word[DL_TREE_NODES];   /* lower; nothing and root have ids of their own */
    uint32_t suffix[DL_TREE_NODES]; /* of two bytes */
    uint16_t group[DL_TREE_NODES];  /* classes of look.h */
    uint16_t kin[DL_TREE_NODES];
    uint8_t family[DL_TREE_NODES];
    uint8_t band[DL_TREE_NODES];
    uint8_t tag[DL_TREE_NODES];    /* enum dl_tag + 1; 0 nothing, 63 root */
    uint8_t commas[DL_TREE_NODES]; /* up to and with the node, modulo 256 */
    uint8_t verbs[DL_TREE_NODES];
    uint8_t joins[DL_TREE_NODES]; /* "and", "or" */
};

struct dl_tree_state {
    uint32_t depth;                   /* words on the stack */
    uint32_t next;                    /* b0 */
    uint8_t stack[DL_TREE_NODES + 3]; /* stack[2 + i]; three nothings lie below */
    uint8_t head[DL_TREE_NODES];
    uint8_t left[DL_TREE_NODES];  /* outermost dependents so far, 0 none */
    uint8_t left2[DL_TREE_NODES]; /* and the ones before them */
    uint8_t right[DL_TREE_NODES];
    uint8_t right2[DL_TREE_NODES];
    uint8_t lefts[DL_TREE_NODES]; /* how many, up to 7 */
    uint8_t rights[DL_TREE_NODES];
};

/* looks and tags of `count` <= DL_TREE_WORDS_MAX words. */
void dl_tree_words(const struct dl_look *looks, const uint8_t *tags, uint32_t count,
                   struct dl_tree_words *ret);

void dl_tree_start(const struct dl_tree_words *words, struct dl_tree_state *state);

/* A bit for each enum dl_move; 0 when the tree is done. */
static inline unsigned dl_tree_legal(const struct dl_tree_words *words,
                                     const struct dl_tree_state *state)
{
    bool more = state->next <= words->count;
    unsigned left = state->depth > 0 && (more || state->depth == 1);
    return (unsigned)more << DL_SHIFT | left << DL_LEFT | (unsigned)(state->depth > 1) << DL_RIGHT;
}

void dl_tree_move(struct dl_tree_state *state, enum dl_move move);

/* The state at the end of a tree that is known: heads of nodes 1..count, count + 1 for the root. */
void dl_tree_from_heads(const struct dl_tree_words *words, const uint8_t *heads,
                        struct dl_tree_state *state);

uint32_t dl_tree_features(const struct dl_tree_words *words, const struct dl_tree_state *state,
                          uint32_t features[static DL_TREE_FEATURES_MAX]);

/* The likeliest of the trees that a beam of `width` <= DL_TREE_BEAM_MAX states keeps in sight;
 * ret->head has it, count + 1 for the root's dependent. */
#define DL_TREE_BEAM_MAX 8U
void dl_tree_search(const struct dl_rows *rows, const struct dl_tree_words *words, uint32_t width,
                    struct dl_tree_state *ret);

#endif
