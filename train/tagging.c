/* tags.model, and tags for the trainings after it. */
#include "train/tagging.h"

#include "train/random.h"
#include "workers/reading/tags.h"

#define FOLDS 5U

uint32_t dl_told(const struct dl_settings *settings)
{
    return (uint32_t)dl_setting(settings, "told", 10);
}

dl_status dl_treebank_load(struct dl_treebank *bank, const struct dl_settings *settings,
                           uint32_t told, struct dl_error *err)
{
    static const char *const files[] = {"ud-ewt/train.conllu.gz", "ud-gum-open/train.conllu.gz"};
    struct dl_classes *classes = NULL;
    dl_status status =
        dl_classes_load(dl_path_of(settings->models, "classes.model").text, &classes, err);
    dl_treebank_init(bank);
    for (size_t i = 0; status == DL_OK && i < sizeof files / sizeof *files; i++)
        status = dl_treebank_read(bank, dl_path_of(settings->data, files[i]).text, err);
    if (status == DL_OK && told)
        status = dl_treebank_tell(bank, DL_TOLD, told, 20260102, err);
    if (status != DL_OK) {
        dl_classes_free(classes);
        return status;
    }
    uint32_t own = bank->count;
    struct dl_spelling share = {.lower = (uint32_t)dl_setting(settings, "lower", 6),
                                .upper = (uint32_t)dl_setting(settings, "upper", 5),
                                .title = (uint32_t)dl_setting(settings, "title", 5),
                                .mixed = (uint32_t)dl_setting(settings, "mixed", 4)};
    dl_treebank_respell(bank, share, 20260101);
    dl_treebank_look(bank, classes);
    dl_classes_free(classes);
    printf("%u sentences, %u copies, %llu words\n", own, bank->count - own,
           (unsigned long long)bank->words);
    return DL_OK;
}

static uint32_t best_of(const int32_t *scores, uint32_t classes)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < classes; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

static void learn_sentence(struct dl_learner *learner, const struct dl_gold_sentence *sentence,
                           uint32_t *right)
{
    uint32_t features[DL_TAG_FEATURES_MAX];
    int32_t scores[DL_TAGS_WIDTH];
    uint8_t tags[1024];
    for (uint32_t i = 0; i < sentence->count; i++) {
        uint32_t count = dl_tag_features(sentence->looks + 1, sentence->count, i, tags, features);
        dl_learner_scores(learner, features, count, scores);
        uint32_t said = best_of(scores, DL_TAG_COUNT);
        uint32_t gold = sentence->words[i + 1].tag;
        if (said != gold)
            dl_learner_update(learner, features, count, gold, said);
        dl_learner_tick(learner);
        tags[i] = (uint8_t)said;
        *right += said == gold;
    }
}

static uint32_t fold_of(dl_str id)
{
    return dl_look_hash(id.at, id.len) % FOLDS;
}

/* Learns from all but `fold`. */
static void learn(struct dl_learner *learner, const struct dl_treebank *bank,
                  const struct dl_settings *settings, uint32_t fold, uint32_t rounds)
{
    uint32_t *order = dl_realloc_array(NULL, bank->count, sizeof *order);
    uint32_t count = 0;
    struct dl_random random = {1};
    for (uint32_t i = 0; i < bank->count; i++)
        if (fold_of(bank->sentences[i].id) != fold)
            order[count++] = i;
    dl_learner_init(learner, (uint32_t)dl_setting(settings, "tagbits", 17), DL_TAGS_WIDTH,
                    DL_TAG_COUNT, (uint32_t)dl_setting(settings, "tagmin", 2));
    for (uint32_t round = 0; round < rounds; round++) {
        uint32_t right = 0;
        dl_random_shuffle(&random, order, count);
        for (uint32_t i = 0; i < count; i++)
            learn_sentence(learner, &bank->sentences[order[i]], &right);
        if (fold == FOLDS)
            printf("round %u: %.2f %%\n", round + 1, 100.0 * right / (double)bank->words);
    }
    free(order);
}

static struct dl_rows rows_of(const struct dl_model_part *part, uint32_t bits)
{
    return (struct dl_rows){.at = part->at,
                            .shift = 32 - bits,
                            .width = part->width,
                            .weight_bytes = part->weight_bytes,
                            .scale = part->scale};
}

void dl_treebank_seen_tags(struct dl_treebank *bank, const struct dl_settings *settings)
{
    uint32_t rounds = (uint32_t)dl_setting(settings, "foldrounds", 4);
    for (uint32_t fold = 0; fold < FOLDS; fold++) {
        struct dl_learner learner;
        struct dl_model_part part;
        learn(&learner, bank, settings, fold, rounds);
        dl_learner_rows(&learner, 1, dl_setting(settings, "tagreach", 1), &part);
        struct dl_rows rows = rows_of(&part, learner.bits);
        for (uint32_t i = 0; i < bank->count; i++) {
            struct dl_gold_sentence *sentence = &bank->sentences[i];
            uint8_t tags[1024];
            if (fold_of(sentence->id) != fold)
                continue;
            dl_tag_sentence(&rows, sentence->looks + 1, sentence->count, tags);
            for (uint32_t k = 0; k < sentence->count; k++)
                sentence->words[k + 1].seen_tag = tags[k];
        }
        free((void *)(uintptr_t)part.at);
        dl_learner_done(&learner);
    }
}

dl_status dl_make_tags(const struct dl_settings *settings, struct dl_error *err)
{
    struct dl_treebank bank;
    struct dl_learner learner;
    struct dl_model_part part;
    dl_status status = dl_treebank_load(&bank, settings, 0, err);
    if (status == DL_OK) {
        learn(&learner, &bank, settings, FOLDS, (uint32_t)dl_setting(settings, "tagrounds", 8));
        dl_learner_rows(&learner, 1, dl_setting(settings, "tagreach", 1), &part);
        dl_learner_done(&learner);
        status = dl_model_write(dl_path_of(settings->models, "tags.model").text, "tags",
                                DL_TAGS_VERSION, &part, 1, err);
        free((void *)(uintptr_t)part.at);
    }
    dl_treebank_done(&bank);
    return status;
}
