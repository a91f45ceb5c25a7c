/* dl_score MODELS FILE.conllu[.gz] [PREFIX]: how well and how fast the models read sentences of a
 * treebank, or those whose id begins with PREFIX; words a second are of CPU time, best of five. */
#include "train/treebank.h"
#include "workers/reading/syntax.h"

struct score {
    uint64_t words;
    uint64_t tags;
    uint64_t heads;
    uint64_t labels;
    double seconds[3]; /* looks, tags, trees */
};

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void count_right(const struct dl_gold_sentence *sentence, const uint8_t *tags,
                        const uint32_t *heads, const uint8_t *relations, struct score *score)
{
    for (uint32_t i = 0; i < sentence->count; i++) {
        const struct dl_gold_word *gold = &sentence->words[i + 1];
        bool head = heads[i] == gold->head - 1U;
        score->words++;
        score->tags += dl_tag_upos(tags[i]) == gold->upos;
        score->heads += head;
        score->labels += head && dl_relation_base(relations[i]) == dl_relation_base(gold->relation);
    }
}

static void read_bank(const struct dl_syntax *syntax, struct dl_treebank *bank, dl_str prefix,
                      struct score *score)
{
    static uint8_t tags[1024];
    static uint32_t heads[1024];
    static uint8_t relations[1024];
    *score = (struct score){0};
    for (uint32_t i = 0; i < bank->count; i++) {
        struct dl_gold_sentence *sentence = &bank->sentences[i];
        if (!dl_str_starts(sentence->id, prefix))
            continue;
        double start = cpu_seconds();
        for (uint32_t k = 1; k <= sentence->count; k++)
            dl_look_at(sentence->words[k].form, syntax->classes, &sentence->looks[k]);
        double looked = cpu_seconds();
        dl_tag_sentence(&syntax->tags, sentence->looks + 1, sentence->count, tags);
        double tagged = cpu_seconds();
        dl_syntax_tree(syntax, sentence->looks + 1, tags, sentence->count, heads, relations);
        score->seconds[2] += cpu_seconds() - tagged;
        score->seconds[1] += tagged - looked;
        score->seconds[0] += looked - start;
        count_right(sentence, tags, heads, relations, score);
    }
}

int main(int argc, char **argv)
{
    struct dl_syntax *syntax = NULL;
    struct dl_treebank bank;
    struct dl_error err;
    struct score best = {.seconds = {1e9, 1e9, 1e9}};
    if (argc < 3) {
        fputs("usage: dl_score MODELS FILE.conllu [PREFIX]\n", stderr);
        return 2;
    }
    dl_treebank_init(&bank);
    if (dl_syntax_load(argv[1], &syntax, &err) != DL_OK ||
        dl_treebank_read(&bank, argv[2], &err) != DL_OK) {
        fprintf(stderr, "dl_score: %s\n", err.text);
        return 1;
    }
    for (int round = 0; round < 5; round++) {
        struct score score;
        read_bank(syntax, &bank, argc > 3 ? dl_str_of(argv[3]) : DL_STR(""), &score);
        for (int i = 0; i < 3; i++)
            score.seconds[i] =
                score.seconds[i] < best.seconds[i] ? score.seconds[i] : best.seconds[i];
        best = score;
    }
    double words = (double)best.words;
    printf("%llu words: UPOS %.2f UAS %.2f LAS %.2f; thousand words/s: looks %.0f tags %.0f trees "
           "%.0f all %.0f\n",
           (unsigned long long)best.words, 100 * (double)best.tags / words,
           100 * (double)best.heads / words, 100 * (double)best.labels / words,
           words / best.seconds[0] / 1e3, words / best.seconds[1] / 1e3,
           words / best.seconds[2] / 1e3,
           words / (best.seconds[0] + best.seconds[1] + best.seconds[2]) / 1e3);
    dl_treebank_done(&bank);
    dl_syntax_free(syntax);
    return 0;
}
