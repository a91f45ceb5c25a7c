/* Examples for the parser. */
#include "train/example.h"

bool dl_example_of(const struct dl_gold_sentence *sentence, struct dl_example *ret)
{
    uint8_t tags[DL_TREE_WORDS_MAX];
    if (sentence->count > DL_TREE_WORDS_MAX)
        return false;
    for (uint32_t i = 1; i <= sentence->count; i++) {
        const struct dl_gold_word *word = &sentence->words[i];
        tags[i - 1] = word->seen_tag;
        ret->heads[i] = (uint8_t)(word->head ? word->head : sentence->count + 1);
        ret->relations[i] = word->relation;
    }
    dl_tree_words(sentence->looks + 1, tags, sentence->count, &ret->words);
    return true;
}

void dl_example_costs(const struct dl_example *example, const struct dl_tree_state *state,
                      uint32_t costs[static DL_MOVES])
{
    const uint8_t *heads = example->heads;
    uint32_t count = example->words.count;
    uint32_t next = state->next;
    uint32_t top = state->stack[2 + state->depth];
    uint32_t below = state->stack[1 + state->depth];
    costs[DL_SHIFT] = costs[DL_LEFT] = costs[DL_RIGHT] = 0;
    if (next <= count)
        for (uint32_t i = 1; i <= state->depth; i++) {
            uint32_t on_stack = state->stack[2 + i];
            costs[DL_SHIFT] += heads[on_stack] == next;
            costs[DL_SHIFT] += heads[next] == on_stack && i < state->depth;
        }
    if (!state->depth)
        return;
    uint32_t lost = 0; /* dependents of the top that are still to come */
    for (uint32_t i = next; i <= count; i++)
        lost += heads[i] == top;
    costs[DL_LEFT] = lost + (heads[top] > next || (below && heads[top] == below));
    costs[DL_RIGHT] = lost + (heads[top] >= next);
}

uint32_t *dl_all_in_order(uint32_t count)
{
    uint32_t *order = dl_realloc_array(NULL, count, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    return order;
}
