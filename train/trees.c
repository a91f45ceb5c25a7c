/* trees.model. */
#include "train/example.h"
#include "train/random.h"

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

static void learn_tree(struct dl_learner *learner, const struct dl_example *example, bool explore,
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
        dl_learner_scores(learner, features, count, scores);
        dl_example_costs(example, &state, costs);
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

/* First greedily, which teaches to go on after mistakes, then with a beam. */
static void learn_trees(struct dl_learner *learner, const struct dl_treebank *bank,
                        const struct dl_settings *settings)
{
    static struct dl_example example;
    struct dl_random random = {2};
    uint32_t greedy = (uint32_t)dl_setting(settings, "treerounds", 3);
    uint32_t all = greedy + (uint32_t)dl_setting(settings, "searchrounds", 12);
    uint32_t width = (uint32_t)dl_setting(settings, "beam", 8);
    uint32_t *order = dl_all_in_order(bank->count);
    for (uint32_t round = 0; round < all; round++) {
        uint64_t counts[2] = {0, 0};
        if (round == greedy)
            dl_learner_restart(learner);
        dl_random_shuffle(&random, order, bank->count);
        for (uint32_t i = 0; i < bank->count; i++) {
            if (!dl_example_of(&bank->sentences[order[i]], &example))
                continue;
            if (round < greedy)
                learn_tree(learner, &example, round > 0, &random, counts);
            else
                dl_learn_search(learner, &example, width, counts);
        }
        printf("round %u: %.2f %% of %s\n", round + 1,
               100.0 * (double)counts[0] / (double)counts[1],
               round < greedy ? "moves" : "sentences");
    }
    free(order);
}

dl_status dl_make_trees(const struct dl_settings *settings, struct dl_error *err)
{
    struct dl_treebank bank;
    struct dl_learner learner;
    struct dl_model_part part;
    dl_status status = dl_treebank_load(&bank, settings, dl_told(settings), err);
    if (status == DL_OK) {
        dl_treebank_seen_tags(&bank, settings);
        dl_learner_init(&learner, (uint32_t)dl_setting(settings, "treebits", 20), DL_TREES_WIDTH,
                        DL_MOVES, (uint32_t)dl_setting(settings, "treemin", 4));
        learn_trees(&learner, &bank, settings);
        dl_learner_rows(&learner, 2, dl_setting(settings, "treereach", 1), &part);
        dl_learner_done(&learner);
        status = dl_model_write(dl_path_of(settings->models, "trees.model").text, "trees",
                                DL_TREES_VERSION, &part, 1, err);
        free((void *)(uintptr_t)part.at);
    }
    dl_treebank_done(&bank);
    return status;
}
