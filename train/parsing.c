/* trees.model and relations.model. */
#include "train/random.h"
#include "train/tagging.h"
#include "workers/reading/relations.h"

/* A sentence as the parser sees it, with the truth beside. */
struct example {
    struct dl_tree_words words;
    uint8_t heads[DL_TREE_NODES];     /* count + 1 is the root */
    uint8_t relations[DL_TREE_NODES]; /* enum dl_relation */
};

static bool take_example(const struct dl_gold_sentence *sentence, struct example *ret)
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

/* How many right arcs each move makes impossible (Goldberg & Nivre 2013). */
static void find_costs(const struct example *example, const struct dl_tree_state *state,
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

struct choice {
    int said;
    int right; /* the best of the moves that cost least */
};

static struct choice choose(const int32_t *scores, unsigned legal, const uint32_t *costs)
{
    struct choice choice = {-1, -1};
    uint32_t least = UINT32_MAX;
    for (int move = 0; move < DL_MOVES; move++)
        if (legal >> move & 1 && costs[move] < least)
            least = costs[move];
    for (int move = 0; move < DL_MOVES; move++) {
        if (!(legal >> move & 1))
            continue;
        if (choice.said < 0 || scores[move] > scores[choice.said])
            choice.said = move;
        if (costs[move] == least && (choice.right < 0 || scores[move] > scores[choice.right]))
            choice.right = move;
    }
    return choice;
}

static uint32_t drop;
static uint32_t thin(uint32_t *features, uint32_t count, struct dl_random *random)
{
    uint32_t kept = 0;
    if (!drop)
        return count;
    for (uint32_t i = 0; i < count; i++)
        if (dl_random_below(random, 100) >= drop)
            features[kept++] = features[i];
    return kept;
}
static void learn_tree(struct dl_learner *learner, const struct example *example, bool explore,
                       struct dl_random *random, uint64_t counts[2])
{
    struct dl_tree_state state;
    uint32_t features[DL_TREE_FEATURES_MAX];
    int32_t scores[DL_TREES_WIDTH];
    uint32_t costs[DL_MOVES];
    unsigned legal;
    dl_tree_start(&example->words, &state);
    while ((legal = dl_tree_legal(&example->words, &state))) {
        if (!(legal & (legal - 1))) {
            dl_tree_move(&state, (enum dl_move)__builtin_ctz(legal));
            continue;
        }
        uint32_t count = dl_tree_features(&example->words, &state, features);
        count = thin(features, count, random);
        dl_learner_scores(learner, features, count, scores);
        find_costs(example, &state, costs);
        struct choice choice = choose(scores, legal, costs);
        if (choice.said != choice.right)
            dl_learner_update(learner, features, count, (uint32_t)choice.right,
                              (uint32_t)choice.said);
        dl_learner_tick(learner);
        counts[0] += choice.said == choice.right;
        counts[1]++;
        bool follow = explore && dl_random_below(random, 10);
        dl_tree_move(&state, (enum dl_move)(follow ? choice.said : choice.right));
    }
}

static uint32_t *all_in_order(uint32_t count)
{
    uint32_t *order = dl_realloc_array(NULL, count, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    return order;
}

/* The example from its end to its beginning. */
static void mirror(const struct example *example, const uint8_t *guide, struct example *ret)
{
    uint32_t count = example->words.count;
    dl_tree_mirror(&example->words, guide, &ret->words);
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t head = example->heads[i];
        ret->heads[count + 1 - i] = (uint8_t)(head > count ? head : count + 1 - head);
    }
}

/* Trees of other parsers to be guided by: DL_TREE_NODES heads a sentence, or NULL. */
static void learn_trees(struct dl_learner *learner, const struct dl_treebank *bank,
                        const struct dl_settings *settings, uint32_t fold,
                        uint8_t (*guides)[DL_TREE_NODES], uint32_t rounds)
{
    static struct example example;
    static struct example mirrored;
    struct dl_random random = {(uint64_t)dl_setting(settings, "seed", 2)};
    dl_learner_init(learner, (uint32_t)dl_setting(settings, "treebits", 20), DL_TREES_WIDTH,
                    DL_MOVES, (uint32_t)dl_setting(settings, "treemin", 4));
    uint32_t *order = all_in_order(bank->count);
    for (uint32_t round = 0; round < rounds; round++) {
        uint64_t counts[2] = {0, 0};
        dl_random_shuffle(&random, order, bank->count);
        for (uint32_t i = 0; i < bank->count; i++) {
            const struct dl_gold_sentence *sentence = &bank->sentences[order[i]];
            if (dl_treebank_fold(sentence->id) == fold || !take_example(sentence, &example))
                continue;
            if (guides)
                mirror(&example, guides[order[i]], &mirrored);
            learn_tree(learner, guides ? &mirrored : &example, round > 0, &random, counts);
        }
        if (fold == DL_FOLDS)
            printf("round %u: %.2f %%\n", round + 1, 100.0 * (double)counts[0] / (double)counts[1]);
    }
    free(order);
}

static void guide_by_folds(const struct dl_treebank *bank, const struct dl_settings *settings,
                           uint8_t (*guides)[DL_TREE_NODES])
{
    static struct example example;
    struct dl_tree_state state;
    for (uint32_t fold = 0; fold < DL_FOLDS; fold++) {
        struct dl_learner learner;
        struct dl_model_part part;
        struct dl_rows rows;
        learn_trees(&learner, bank, settings, fold, NULL,
                    (uint32_t)dl_setting(settings, "foldtreerounds", 5));
        dl_learner_rows(&learner, 2, 1, &part);
        rows = (struct dl_rows){.at = part.at, .shift = 32 - learner.bits, .width = 4};
        for (uint32_t i = 0; i < bank->count; i++)
            if (dl_treebank_fold(bank->sentences[i].id) == fold &&
                take_example(&bank->sentences[i], &example)) {
                dl_tree_build(&rows, &example.words, &state);
                memcpy(guides[i], state.head, example.words.count + 2);
            }
        free((void *)(uintptr_t)part.at);
        dl_learner_done(&learner);
    }
}

dl_status dl_make_trees(const struct dl_settings *settings, struct dl_error *err)
{
    struct dl_treebank bank;
    struct dl_learner learner;
    struct dl_model_part parts[2];
    dl_status status = dl_treebank_load(&bank, settings, err);
    if (status != DL_OK) {
        dl_treebank_done(&bank);
        return status;
    }
    drop = (uint32_t)dl_setting(settings, "drop", 0);
    dl_treebank_seen_tags(&bank, settings);
    uint32_t rounds = (uint32_t)dl_setting(settings, "treerounds", 8);
    uint8_t(*guides)[DL_TREE_NODES] = dl_realloc_array(NULL, bank.count, sizeof *guides);
    memset(guides, 0, bank.count * sizeof *guides);
    learn_trees(&learner, &bank, settings, DL_FOLDS, NULL, rounds);
    dl_learner_rows(&learner, 2, dl_setting(settings, "treereach", 1), &parts[0]);
    dl_learner_done(&learner);
    guide_by_folds(&bank, settings, guides);
    learn_trees(&learner, &bank, settings, DL_FOLDS, guides, rounds);
    dl_learner_rows(&learner, 2, dl_setting(settings, "treereach", 1), &parts[1]);
    dl_learner_done(&learner);
    status = dl_model_write(dl_path_of(settings->models, "trees.model").text, "trees",
                            DL_TREES_VERSION, parts, 2, err);
    free((void *)(uintptr_t)parts[0].at);
    free((void *)(uintptr_t)parts[1].at);
    free(guides);
    dl_treebank_done(&bank);
    return status;
}

static uint32_t best_of(const int32_t *scores, uint64_t allowed)
{
    uint32_t best = (uint32_t)__builtin_ctzll(allowed);
    for (uint64_t left = allowed; left; left &= left - 1)
        if (scores[__builtin_ctzll(left)] > scores[best])
            best = (uint32_t)__builtin_ctzll(left);
    return best;
}

static void learn_relations(struct dl_learner *learner, const struct example *example,
                            const uint64_t *pairs, uint64_t counts[2])
{
    struct dl_tree_state tree;
    struct dl_labelled labelled;
    uint32_t features[DL_RELATION_FEATURES_MAX];
    int32_t scores[DL_RELATIONS_WIDTH];
    dl_tree_from_heads(&example->words, example->heads, &tree);
    dl_relations_start(&example->words, &tree, &labelled);
    for (uint32_t i = 0; i < example->words.count; i++) {
        uint32_t node = labelled.order[i];
        uint32_t gold = example->relations[node];
        uint64_t allowed = pairs[dl_relation_pair(&labelled, node)];
        labelled.relation[node] = (uint8_t)gold;
        if (example->heads[node] > example->words.count || !(allowed & (allowed - 1)))
            continue;
        uint32_t count = dl_relation_features(&labelled, node, features);
        dl_learner_scores(learner, features, count, scores);
        uint32_t said = best_of(scores, allowed);
        if (said != gold)
            dl_learner_update(learner, features, count, gold, said);
        dl_learner_tick(learner);
        labelled.relation[node] = (uint8_t)said;
        counts[0] += said == gold;
        counts[1]++;
    }
}

/* Which relations stand between which tags; all where less than a handful was seen. */
static void find_pairs(const struct dl_treebank *bank, struct example *example,
                       uint64_t pairs[static DL_RELATION_PAIRS])
{
    static uint32_t seen[DL_RELATION_PAIRS];
    struct dl_tree_state tree;
    struct dl_labelled labelled;
    for (uint32_t i = 0; i < bank->count; i++) {
        if (!take_example(&bank->sentences[i], example))
            continue;
        dl_tree_from_heads(&example->words, example->heads, &tree);
        dl_relations_start(&example->words, &tree, &labelled);
        for (uint32_t k = 1; k <= example->words.count; k++) {
            uint32_t pair = dl_relation_pair(&labelled, k);
            pairs[pair] |= UINT64_C(1) << example->relations[k];
            seen[pair]++;
        }
    }
    uint64_t all = (UINT64_C(1) << DL_REL_COUNT) - 2;
    for (uint32_t i = 0; i < DL_RELATION_PAIRS; i++)
        if (seen[i] < 5)
            pairs[i] = all;
}

dl_status dl_make_relations(const struct dl_settings *settings, struct dl_error *err)
{
    static struct example example;
    static uint64_t pairs[DL_RELATION_PAIRS];
    struct dl_treebank bank;
    struct dl_learner learner;
    struct dl_model_part parts[2] = {{.at = NULL}, {.at = pairs, .bytes = sizeof pairs}};
    struct dl_random random = {3};
    dl_status status = dl_treebank_load(&bank, settings, err);
    if (status != DL_OK) {
        dl_treebank_done(&bank);
        return status;
    }
    dl_treebank_seen_tags(&bank, settings);
    find_pairs(&bank, &example, pairs);
    dl_learner_init(&learner, (uint32_t)dl_setting(settings, "relbits", 17), DL_RELATIONS_WIDTH,
                    DL_REL_COUNT, (uint32_t)dl_setting(settings, "relmin", 4));
    uint32_t rounds = (uint32_t)dl_setting(settings, "relrounds", 6);
    uint32_t *order = all_in_order(bank.count);
    for (uint32_t round = 0; round < rounds; round++) {
        uint64_t counts[2] = {0, 0};
        dl_random_shuffle(&random, order, bank.count);
        for (uint32_t i = 0; i < bank.count; i++)
            if (take_example(&bank.sentences[order[i]], &example))
                learn_relations(&learner, &example, pairs, counts);
        printf("round %u: %.2f %%\n", round + 1, 100.0 * (double)counts[0] / (double)counts[1]);
    }
    dl_learner_rows(&learner, 1, dl_setting(settings, "relreach", 1), &parts[0]);
    status = dl_model_write(dl_path_of(settings->models, "relations.model").text, "relations",
                            DL_RELATIONS_VERSION, parts, 2, err);
    free((void *)(uintptr_t)parts[0].at);
    free(order);
    dl_learner_done(&learner);
    dl_treebank_done(&bank);
    return status;
}
