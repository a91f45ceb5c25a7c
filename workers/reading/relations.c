/* The labeller. */
#include "workers/reading/relations.h"

#include "workers/reading/tags.h"

void dl_relations_start(const struct dl_tree_words *words, const struct dl_tree_state *tree,
                        struct dl_labelled *labelled)
{
    uint8_t first[DL_TREE_NODES] = {0};
    uint8_t next[DL_TREE_NODES];
    uint8_t stack[DL_TREE_NODES];
    uint32_t depth = 0;
    uint32_t used = 0;
    labelled->words = words;
    labelled->tree = tree;
    for (uint32_t i = words->count; i > 0; i--) {
        uint32_t head = tree->head[i];
        next[i] = first[head];
        labelled->before[i] = 0;
        if (first[head])
            labelled->before[first[head]] = (uint8_t)i;
        first[head] = (uint8_t)i;
        labelled->relation[i] = DL_REL_NONE;
    }
    labelled->relation[0] = labelled->relation[words->count + 1] = DL_REL_NONE;
    stack[depth++] = first[words->count + 1];
    while (depth) { /* preorder; a node's next sibling waits below its dependents */
        uint32_t node = stack[--depth];
        labelled->order[used++] = (uint8_t)node;
        if (next[node])
            stack[depth++] = next[node];
        if (first[node])
            stack[depth++] = first[node];
    }
    assert(used == words->count);
}

#define ADD(value)                                                                                 \
    features[used] = dl_feature(value, used);                                                      \
    used++
#define PAIR(a, b) ((uint64_t)(a) << 32 | (uint32_t)(b))

static inline __attribute__((always_inline)) uint32_t
relation_features(const struct dl_labelled *l, uint32_t node, uint32_t *features)
{
    const struct dl_tree_words *w = l->words;
    const struct dl_tree_state *t = l->tree;
    uint32_t used = 0;
    uint32_t head = t->head[node];
    uint32_t side = head > node;
    uint32_t grand = head <= w->count ? t->head[head] : 0;
    uint32_t dw = w->word[node];
    uint32_t hw = w->word[head];
    uint32_t dt = w->tag[node];
    uint32_t ht = w->tag[head];
    uint32_t pair = (ht << 6 | dt) << 1 | side;
    uint32_t far = side ? head - node : node - head;
    far = far > 7 ? 7 : far;
    uint32_t dl = t->left[node];
    uint32_t dr = t->right[node];
    uint32_t hl = t->left[head];
    uint32_t hr = t->right[head];
    uint32_t before = l->before[node];
    uint32_t before_rel = l->relation[before];
    uint32_t head_rel = l->relation[head];
    uint32_t dlw = w->word[dl];
    uint32_t many = (uint32_t)t->lefts[head] << 3 | t->rights[head];
    ADD(1);
    ADD(dw);
    ADD(dt);
    ADD(hw);
    ADD(pair);
    ADD(PAIR(hw, dw));
    ADD(PAIR(hw, dt << 1 | side));
    ADD(PAIR(dw, ht << 1 | side));
    ADD(PAIR(far, pair));
    ADD(PAIR(w->tag[node - 1], pair));
    ADD(PAIR(w->tag[node + 1], pair));
    ADD(PAIR(w->tag[head - 1], pair));
    ADD(PAIR(head <= w->count ? w->tag[head + 1] : 0, pair));
    ADD(PAIR(w->tag[dl], pair));
    ADD(PAIR(w->tag[dr], pair));
    ADD(PAIR(dlw, pair));
    ADD(PAIR(dlw, hw));
    ADD(PAIR(w->word[dr], pair));
    ADD(PAIR((uint32_t)w->tag[hl] << 6 | w->tag[hr], pair));
    ADD(PAIR(w->word[hl], pair));
    ADD(PAIR((side ? hl : hr) == node, pair));
    ADD(PAIR(many, pair));
    ADD(PAIR(dw, (uint32_t)t->lefts[node] << 3 | t->rights[node]));
    ADD(PAIR(w->suffix[node], ht));
    ADD(PAIR(w->suffix[head], pair));
    ADD(PAIR(w->suffix[node], pair));
    ADD(PAIR(head_rel, pair));
    ADD(PAIR(head_rel, dw));
    ADD(PAIR(before_rel, pair));
    ADD(PAIR(before_rel << 6 | w->tag[before], pair));
    ADD(PAIR(before_rel, hw));
    ADD(PAIR(before_rel << 6 | head_rel, pair));
    ADD(PAIR((uint32_t)w->tag[grand] << 1 | (grand > head), pair));
    ADD(PAIR(w->word[node - 1], pair));
    ADD(PAIR(w->word[node + 1], pair));
    ADD(PAIR(w->word[head - 1], pair));
    ADD(PAIR(w->group[node], pair));
    ADD(PAIR(w->group[head], pair));
    ADD(PAIR(w->group[node], w->group[head]));
    ADD(PAIR((uint32_t)w->family[head] << 8 | w->family[node], pair));
    ADD(PAIR(dlw, (uint32_t)w->family[node] << 8 | w->family[head]));
    ADD(PAIR(dlw, w->group[node]));
    ADD(PAIR(dl_pair(dlw, w->suffix[head]), pair));
    ADD(PAIR(dl_pair(dlw, dw), ht));
    ADD(PAIR(w->kin[node], pair));
    ADD(PAIR(w->kin[head], pair));
    ADD(PAIR(w->band[node], pair));
    ADD(PAIR((uint32_t)w->band[head] << 8 | w->band[node], pair));
    ADD(PAIR(dl_pair(dlw, w->band[node]), pair));
    ADD(PAIR(dl_pair(dlw, w->kin[head]), dt));
    ADD(PAIR(hw, w->band[node]));
    ADD(PAIR(dw, w->band[head]));
    return used;
}

uint32_t dl_relation_features(const struct dl_labelled *labelled, uint32_t node,
                              uint32_t features[static DL_RELATION_FEATURES_MAX])
{
    return relation_features(labelled, node, features);
}

uint64_t dl_relations_allowed(const uint64_t *pairs, uint32_t pair)
{
    uint64_t allowed = pairs[pair] & ~(UINT64_C(1) << DL_REL_ROOT);
    return allowed ? allowed : UINT64_C(1) << DL_REL_DEP;
}

static uint8_t best_of(const int16_t *sums, uint64_t pairs)
{
    int best = __builtin_ctzll(pairs);
    for (uint64_t left = pairs & (pairs - 1); left; left &= left - 1) {
        int at = __builtin_ctzll(left);
        if (sums[at] > sums[best])
            best = at;
    }
    return (uint8_t)best;
}

DL_WIDE
void dl_relations_find(const struct dl_rows *rows, const uint64_t *pairs,
                       struct dl_labelled *labelled)
{
    uint32_t features[DL_RELATION_FEATURES_MAX];
    int16_t sums[DL_RELATIONS_WIDTH];
    uint32_t root = labelled->words->count + 1;
    for (uint32_t i = 0; i < labelled->words->count; i++) {
        uint32_t node = labelled->order[i];
        if (labelled->tree->head[node] == root) {
            labelled->relation[node] = DL_REL_ROOT;
            continue;
        }
        uint64_t allowed = dl_relations_allowed(pairs, dl_relation_pair(labelled, node));
        if (allowed & (allowed - 1)) {
            uint32_t used = relation_features(labelled, node, features);
            dl_rows_sum_bytes(rows, features, used, DL_RELATIONS_WIDTH, sums);
        }
        labelled->relation[node] = best_of(sums, allowed);
    }
}
