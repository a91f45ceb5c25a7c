/* What frames, model and both make of sentences that the model has not seen, at several limits. */
#include "train/event_corpus.h"

/* Types that a sentence tells, as bits. */
struct tally {
    uint32_t right, told, marked, sentences, present, fits, present_found;
};

static uint32_t bits_of(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

static void count_sentence(struct tally *tally, uint32_t marked, uint32_t told)
{
    tally->right += bits_of(marked & told);
    tally->told += bits_of(told);
    tally->marked += bits_of(marked);
    tally->sentences++;
    tally->present += marked != 0;
    tally->present_found += marked && told;
    tally->fits += !marked == !told;
}

static void print_tally(const char *name, const struct tally *t)
{
    double precision = t->told ? (double)t->right / t->told : 0;
    double recall = t->marked ? (double)t->right / t->marked : 0;
    printf("%-28s type P %.3f R %.3f F1 %.3f   present: accuracy %.3f recall %.3f\n", name,
           precision, recall,
           precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0,
           (double)t->fits / t->sentences, (double)t->present_found / t->present);
}

/* Types that a sentence is marked with. */
static uint32_t marked_types(const struct dl_marked *marked)
{
    uint32_t types = 0;
    for (uint32_t m = 0; m < marked->mark_count; m++)
        if (marked->marks[m].class < DL_STATEMENT)
            types |= 1U << marked->marks[m].class;
    return types;
}

static uint32_t by_frames(const struct dl_example *example, const float *chances,
                          const struct dl_verdict_limits *limits)
{
    (void)chances;
    (void)limits;
    return example->state == DL_FRAME_JUDGED && !example->what.held ? 1U << example->what.type : 0;
}

static uint32_t by_model(const struct dl_example *example, const float *chances,
                         const struct dl_verdict_limits *limits)
{
    (void)example;
    (void)limits;
    return dl_no_event_chance(chances) < 0.5F ? 1U << dl_likeliest_type(chances) : 0;
}

static uint32_t by_both(const struct dl_example *example, const float *chances,
                        const struct dl_verdict_limits *limits)
{
    return dl_is_blind(example) ? 0 : 1U << dl_decided_type(limits, &example->what, chances);
}

static struct tally judge(const struct dl_event_corpus *corpus, const dl_chances *chances,
                          const struct dl_verdict_limits *limits,
                          uint32_t (*types_of)(const struct dl_example *, const float *,
                                               const struct dl_verdict_limits *))
{
    struct tally tally = {0};
    for (uint32_t s = 0; s < corpus->sentence_count; s++) {
        const struct dl_event_sentence *sentence = &corpus->sentences[s];
        uint32_t told = 0;
        if (sentence->fold == DL_NO_FOLD)
            continue;
        for (uint32_t i = sentence->first; i < sentence->end; i++)
            told |= types_of(&corpus->examples[i], chances[i], limits);
        count_sentence(&tally, marked_types(&sentence->marked), told & ~(1U | 1U << DL_STATEMENT));
    }
    return tally;
}

/* The coder's limits with one of them changed. */
static void try_others(const struct dl_event_corpus *corpus, const dl_chances *full)
{
    static const struct {
        const char *name;
        size_t at[2]; /* two of the same meaning, or one twice */
        float values[6];
    } tried[] = {
        {"add",
         {offsetof(struct dl_verdict_limits, add), offsetof(struct dl_verdict_limits, add)},
         {.25F, .3F, .35F, .4F, .5F, .6F}},
        {"rescue",
         {offsetof(struct dl_verdict_limits, rescue), offsetof(struct dl_verdict_limits, rescue)},
         {.35F, .4F, .5F, .6F, .7F, .8F}},
        {"none, bare",
         {offsetof(struct dl_verdict_limits, against[0].none),
          offsetof(struct dl_verdict_limits, against[0].none)},
         {.5F, .6F, .7F, .8F, .9F, .95F}},
        {"none, exact",
         {offsetof(struct dl_verdict_limits, against[1].none),
          offsetof(struct dl_verdict_limits, against[1].none)},
         {.6F, .7F, .8F, .9F, .95F, .98F}},
        {"reason, bare",
         {offsetof(struct dl_verdict_limits, against[0].reason),
          offsetof(struct dl_verdict_limits, against[0].reason)},
         {.3F, .4F, .5F, .6F, .7F, .8F}},
        {"reason, exact",
         {offsetof(struct dl_verdict_limits, against[1].reason),
          offsetof(struct dl_verdict_limits, against[1].reason)},
         {.4F, .5F, .6F, .7F, .8F, .9F}},
        {"least",
         {offsetof(struct dl_verdict_limits, against[0].least),
          offsetof(struct dl_verdict_limits, against[1].least)},
         {0, .01F, .03F, .05F, .1F, .2F}},
        {"turn, bare",
         {offsetof(struct dl_verdict_limits, against[0].turn),
          offsetof(struct dl_verdict_limits, against[0].turn)},
         {.4F, .5F, .6F, .7F, .8F, .9F}},
        {"turn, exact",
         {offsetof(struct dl_verdict_limits, against[1].turn),
          offsetof(struct dl_verdict_limits, against[1].turn)},
         {.5F, .6F, .7F, .8F, .9F, .95F}}};
    for (size_t t = 0; t < sizeof tried / sizeof *tried; t++)
        for (size_t v = 0; v < sizeof tried->values / sizeof *tried->values; v++) {
            struct dl_verdict_limits limits = dl_verdict_limits;
            char name[64];
            for (size_t a = 0; a < 2; a++)
                memcpy((char *)&limits + tried[t].at[a], &tried[t].values[v], sizeof(float));
            struct tally tally = judge(corpus, full, &limits, by_both);
            snprintf(name, sizeof name, "%s %.2f", tried[t].name, (double)tried[t].values[v]);
            print_tally(name, &tally);
        }
}

void dl_judge_folds(const struct dl_event_corpus *corpus, const dl_chances *full,
                    const dl_chances *blind)
{
    struct tally frames = judge(corpus, full, &dl_verdict_limits, by_frames);
    struct tally alone = judge(corpus, blind, &dl_verdict_limits, by_model);
    struct tally both = judge(corpus, full, &dl_verdict_limits, by_both);
    print_tally("frames alone", &frames);
    print_tally("model alone", &alone);
    print_tally("both", &both);
    try_others(corpus, full);
}
