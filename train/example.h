/* A sentence as the parser sees it, with the truth beside. */
#ifndef DL_TRAIN_EXAMPLE_H
#define DL_TRAIN_EXAMPLE_H

#include "train/tagging.h"
#include "workers/reading/trees.h"

struct dl_example {
    struct dl_tree_words words;
    uint8_t heads[DL_TREE_NODES];     /* count + 1 is the root */
    uint8_t relations[DL_TREE_NODES]; /* enum dl_relation */
};

/* false for sentences past DL_TREE_WORDS_MAX. */
bool dl_example_of(const struct dl_gold_sentence *sentence, struct dl_example *ret);

/* How many right arcs each move makes impossible (Goldberg & Nivre 2013). */
void dl_example_costs(const struct dl_example *example, const struct dl_tree_state *state,
                      uint32_t costs[static DL_MOVES]);

/* One sentence with a beam (search.c). counts: sentences that came out right, sentences. */
void dl_learn_search(struct dl_learner *learner, const struct dl_example *example, uint32_t width,
                     uint64_t counts[2]);

/* 0, 1 … count - 1; free() it. */
uint32_t *dl_all_in_order(uint32_t count);

#endif
