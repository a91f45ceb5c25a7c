/* Labels of a finished tree: each word's relation to its head, heads before dependents.
 *
 * A word's label sees both words, their surroundings, their other dependents, the label of the head
 * and of the sibling before. Which relations there are between two tags is a table of the model;
 * where there is one, nothing is scored.
 *
 * Threads  any: the model is const.   Errors  loading only. */
#ifndef DL_WORKERS_READING_RELATIONS_H
#define DL_WORKERS_READING_RELATIONS_H

#include "workers/reading/trees.h"
#include "workers/ud.h"

#define DL_RELATIONS_WIDTH 64U
#define DL_RELATIONS_VERSION 1U
#define DL_RELATION_FEATURES_MAX 96U

_Static_assert(DL_REL_COUNT <= DL_RELATIONS_WIDTH, "a relation is a class of a row");

struct dl_labelled {
    const struct dl_tree_words *words;
    const struct dl_tree_state *tree;
    uint8_t order[DL_TREE_NODES];    /* of labelling: heads first, siblings from left to right */
    uint8_t before[DL_TREE_NODES];   /* the sibling to the left, 0 none */
    uint8_t relation[DL_TREE_NODES]; /* enum dl_relation so far */
};

/* Relations seen between a head's tag (0..63), a dependent's and a side (1: the head is right). */
#define DL_RELATION_PAIRS (64U * 64U * 2U)
static inline uint32_t dl_relation_pair(const struct dl_labelled *labelled, uint32_t node)
{
    uint32_t head = labelled->tree->head[node];
    return (uint32_t)labelled->words->tag[head] << 7 | (uint32_t)labelled->words->tag[node] << 1 |
           (head > node);
}

/* Of a pair, where the head is a word: never none, never the root's. */
uint64_t dl_relations_allowed(const uint64_t *pairs, uint32_t pair);

void dl_relations_start(const struct dl_tree_words *words, const struct dl_tree_state *tree,
                        struct dl_labelled *labelled);

uint32_t dl_relation_features(const struct dl_labelled *labelled, uint32_t node,
                              uint32_t features[static DL_RELATION_FEATURES_MAX]);

/* Fills relation of nodes 1..count. `pairs` has a bit a relation for each pair, all bits where
 * nothing is known. */
void dl_relations_find(const struct dl_rows *rows, const uint64_t *pairs,
                       struct dl_labelled *labelled);

#endif
