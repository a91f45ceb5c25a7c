/* relations.model. */
#include "workers/reading/relations.h"
#include "train/example.h"
#include "train/random.h"

static uint32_t best_of(const int32_t *scores, uint64_t allowed)
{
    uint32_t best = (uint32_t)__builtin_ctzll(allowed);
    for (uint64_t left = allowed; left; left &= left - 1)
        if (scores[__builtin_ctzll(left)] > scores[best])
            best = (uint32_t)__builtin_ctzll(left);
    return best;
}

static void learn_relations(struct dl_learner *learner, const struct dl_example *example,
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
        uint64_t allowed = dl_relations_allowed(pairs, dl_relation_pair(&labelled, node));
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
static void find_pairs(const struct dl_treebank *bank, struct dl_example *example,
                       uint64_t pairs[static DL_RELATION_PAIRS])
{
    static uint32_t seen[DL_RELATION_PAIRS];
    struct dl_tree_state tree;
    struct dl_labelled labelled;
    for (uint32_t i = 0; i < bank->count; i++) {
        if (!dl_example_of(&bank->sentences[i], example))
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
    static struct dl_example example;
    static uint64_t pairs[DL_RELATION_PAIRS];
    struct dl_treebank bank;
    struct dl_learner learner;
    struct dl_model_part parts[2] = {{.at = NULL}, {.at = pairs, .bytes = sizeof pairs}};
    struct dl_random random = {3};
    dl_status status = dl_treebank_load(&bank, settings, dl_told(settings), err);
    if (status != DL_OK) {
        dl_treebank_done(&bank);
        return status;
    }
    dl_treebank_seen_tags(&bank, settings);
    find_pairs(&bank, &example, pairs);
    dl_learner_init(&learner, (uint32_t)dl_setting(settings, "relbits", 16), DL_RELATIONS_WIDTH,
                    DL_REL_COUNT, (uint32_t)dl_setting(settings, "relmin", 4));
    uint32_t rounds = (uint32_t)dl_setting(settings, "relrounds", 4);
    uint32_t *order = dl_all_in_order(bank.count);
    for (uint32_t round = 0; round < rounds; round++) {
        uint64_t counts[2] = {0, 0};
        dl_random_shuffle(&random, order, bank.count);
        for (uint32_t i = 0; i < bank.count; i++)
            if (dl_example_of(&bank.sentences[order[i]], &example))
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
