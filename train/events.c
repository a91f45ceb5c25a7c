/* Learns which words are which event, from marked sentences (train/corpus/events).
 *
 *     dl_train_events OUT.model FILE… --frames FRAMES…
 *     dl_train_events --folds FILE… --frames FRAMES…    five models, each judged on files it has
 * not seen
 *
 * What is seen of a word is what the coder will ask with. So that words without frames are known
 * too, a share of the examples is shown without what the frames say. What dateline reads by itself
 * is read from share/dateline beside the build. The seed is fixed. */
#include "train/event_corpus.h"

#define SEED UINT64_C(0xe7e27)
#define FOLDS 5U
#define ROUNDS 12U
#define BATCH 128U
#define BLIND_OF_100 30U /* examples shown without the frames */

static const struct dl_net_settings settings = {
    .bits = 15, .seen_min = 4, .rate = 2e-3F, .pull = 0.01F, .dropped = 0.5F};

/* `but`: the fold that is left out, FOLDS for none. */
static uint32_t *learned(const struct dl_event_corpus *corpus, uint32_t but, uint32_t *ret_count)
{
    uint32_t *order = dl_realloc_array(NULL, corpus->count, sizeof *order);
    *ret_count = 0;
    for (uint32_t i = 0; i < corpus->count; i++)
        if (corpus->sentences[corpus->examples[i].sentence].fold != but)
            order[(*ret_count)++] = i;
    return order;
}

static void count_features(const struct dl_event_corpus *corpus, const uint32_t *order,
                           uint32_t count, struct dl_net *net)
{
    uint32_t sentence = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_example *example = &corpus->examples[order[i]];
        if (example->sentence != sentence)
            dl_net_count(net, example->parts[DL_PART_SENTENCE]);
        sentence = example->sentence;
        dl_net_count(net, example->parts[DL_PART_WORD]);
        dl_net_count(net, example->parts[DL_PART_FRAME]);
    }
}

static void learn(const struct dl_event_corpus *corpus, uint32_t but, struct dl_net *net)
{
    struct dl_random random = {SEED};
    struct dl_net_settings these = settings;
    uint32_t count;
    uint32_t *order = learned(corpus, but, &count);
    these.steps = ROUNDS * ((count + BATCH - 1) / BATCH);
    dl_net_init(net, &these, SEED);
    count_features(corpus, order, count, net);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        dl_random_shuffle(&random, order, count);
        for (uint32_t i = 0; i < count; i++) {
            const struct dl_example *example = &corpus->examples[order[i]];
            bool blind = dl_is_blind(example) || dl_random_below(&random, 100) < BLIND_OF_100;
            dl_net_show(net, dl_example_shown(example, blind), example->class, example->weight);
            if ((i + 1) % BATCH == 0 || i + 1 == count)
                dl_net_step(net);
        }
    }
    dl_net_settle(net);
    free(order);
}

static void cross_validate(const struct dl_event_corpus *corpus)
{
    dl_chances *full = dl_realloc_array(NULL, corpus->count, sizeof *full);
    dl_chances *blind = dl_realloc_array(NULL, corpus->count, sizeof *blind);
    for (uint32_t fold = 0; fold < FOLDS; fold++) {
        struct dl_net net;
        learn(corpus, fold, &net);
        for (uint32_t i = 0; i < corpus->count; i++) {
            const struct dl_example *example = &corpus->examples[i];
            if (corpus->sentences[example->sentence].fold != fold)
                continue;
            dl_net_chances(&net, dl_example_shown(example, false), full[i]);
            dl_net_chances(&net, dl_example_shown(example, true), blind[i]);
        }
        dl_net_done(&net);
    }
    dl_judge_folds(corpus, full, blind);
    free(full);
    free(blind);
}

/* Marked sentences, and behind "--frames" the examples of frames. */
static dl_status read_all(struct dl_event_corpus *corpus, int argc, char **argv,
                          struct dl_error *err)
{
    bool frames = false;
    dl_status status = dl_event_corpus_init(corpus, err);
    for (int i = 2; status == DL_OK && i < argc; i++)
        if (strcmp(argv[i], "--frames") == 0)
            frames = true;
        else if (frames)
            status = dl_event_corpus_read_frames(corpus, argv[i], err);
        else
            status = dl_event_corpus_read(corpus, argv[i], (uint32_t)i % FOLDS, err);
    return status;
}

static dl_status write_model(const struct dl_event_corpus *corpus, const char *path,
                             struct dl_error *err)
{
    struct dl_net net;
    learn(corpus, FOLDS, &net);
    dl_status status = dl_net_write(&net, path, err);
    dl_net_done(&net);
    return status;
}

int main(int argc, char **argv)
{
    static struct dl_event_corpus corpus;
    struct dl_error err;
    bool folds = argc > 1 && strcmp(argv[1], "--folds") == 0;
    if (argc < 3) {
        fputs("usage: dl_train_events OUT.model FILE… [--frames FRAMES…]\n"
              "       dl_train_events --folds FILE… [--frames FRAMES…]\n",
              stderr);
        return 2;
    }
    dl_status status = read_all(&corpus, argc, argv, &err);
    if (status == DL_OK) {
        printf("%u sentences, %u words\n", corpus.sentence_count, corpus.count);
        if (folds)
            cross_validate(&corpus);
        else
            status = write_model(&corpus, argv[1], &err);
    }
    if (status != DL_OK)
        fprintf(stderr, "dl_train_events: %s\n", err.text);
    dl_event_corpus_done(&corpus);
    return status == DL_OK ? 0 : 1;
}
