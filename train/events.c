/* Learns which words are which event, from marked sentences (train/corpus/events).
 *
 *     dl_train_events OUT.model FILE…
 *     dl_train_events --folds FILE…       five models, each judged on files it has not seen
 *
 * Each sentence is coded by the frames as an article of its own; for each word that may be an
 * event, or that the frames judge, the model learns from what it will be asked with
 * (workers/events/ verdict.h). So that words without frames are known by more than their letters, a
 * share of the examples is shown without what the frames say, and a share without the words
 * themselves. What dateline reads by itself is read from share/dateline beside the build. The seed
 * is fixed. */
#include "train/lines.h"
#include "train/logistic.h"
#include "train/marked.h"
#include "train/random.h"
#include "workers/events/verdict.h"
#include "workers/pipeline.h"

#include "core/day.h"

#define SEED UINT64_C(0xe7e27)
#define FOLDS 5U
#define ROUNDS 10U
#define BITS 16U
#define SEEN_MIN 2U
#define RATE 0.05F
#define PULL 2e-4F
#define BLIND_OF_100 30U    /* examples shown without the frames */
#define WORDLESS_OF_100 15U /* without their own words */
#define BESIDE_WEIGHT 0.3F  /* of what frames find beside what is marked */
#define PUBLISHED "2026-01-15"

enum part { SENTENCE, WORD, FRAME, PARTS };

struct example {
    struct dl_feature_list parts[PARTS];
    struct dl_feature_list wordless[PARTS]; /* without features of single words */
    uint32_t sentence;
    uint32_t class;
    float weight;
    int32_t type; /* what the frames make of it, DL_TYPE_NONE for no event */
    uint8_t state;
};

struct sentence {
    struct dl_marked marked;
    uint32_t fold;
    uint32_t first, end; /* examples */
};

struct corpus {
    struct dl_arena arena;
    struct dl_knowledge *knowledge;
    struct dl_pipeline pipeline;
    struct sentence *sentences;
    uint32_t sentence_count, sentence_room;
    struct example *examples;
    uint32_t count, room;
    struct dl_feature_list shared[2]; /* the sentence's features, while its examples are made */
    const struct dl_scene *scene;
    bool failed;
};

static void *grown(void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 1024;
    return dl_realloc_array(old, *room, size);
}

/* --- reading --- */

/* Features of single words, not of kinds of words. */
static bool is_wordy(uint8_t what)
{
    switch (what) {
    case DL_FEATURE_LEMMA:
    case DL_FEATURE_LEMMA_UPOS:
    case DL_FEATURE_FORM:
    case DL_FEATURE_PAIR_AFTER:
    case DL_FEATURE_PAIR_BEFORE:
    case DL_FEATURE_CHILD_PAIR:
    case DL_FEATURE_CHILD_CASE_LEMMA:
    case DL_FEATURE_CHILD_CLASS_PAIR:
    case DL_FEATURE_PARTY_CLASS_PAIR:
    case DL_FEATURE_PATIENT_KIN_PAIR:
    case DL_FEATURE_F_RULE:
    case DL_FEATURE_F_RULE_WHY:
        return true;
    default:
        return false;
    }
}

static struct dl_feature_list keep(struct dl_arena *arena, const struct dl_event_features *features,
                                   bool wordless)
{
    uint32_t *list = dl_arena_array(arena, uint32_t, features->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < features->count; i++)
        if (!wordless || !is_wordy(features->what[i]))
            list[count++] = features->hash[i];
    return (struct dl_feature_list){list, count};
}

static bool is_in(const struct dl_mark *mark, const struct dl_token *token)
{
    return token->start < mark->end && mark->start < token->start + token->len;
}

/* The word of a mark that its event hangs on: the head of its words, or the object of a light verb
 * there. */
static uint32_t word_of_mark(const struct dl_coding *coding, const struct dl_scene *scene,
                             const struct dl_mark *mark)
{
    uint32_t head = DL_NODE_NONE;
    for (uint32_t w = 0; w < scene->tree->count; w++) {
        if (!is_in(mark, &scene->tokens[w]))
            continue;
        for (uint32_t i = 0; i < coding->happening_count; i++)
            if (coding->happenings[i].word == w && !coding->happenings[i].dropped)
                return w;
        uint32_t above = scene->tree->words[w].head;
        bool top = above == DL_NODE_NONE || !is_in(mark, &scene->tokens[above]);
        if (head == DL_NODE_NONE && top)
            head = w;
    }
    if (head == DL_NODE_NONE || !(scene->tree->words[head].cues & DL_CUE_MASK(LIGHT)))
        return head;
    uint32_t object = dl_tree_child(scene->tree, head, DL_REL_OBJ);
    return object != DL_NODE_NONE && is_in(mark, &scene->tokens[object]) ? object : head;
}

/* A frame that tells a marked event by another word than the marked one is right, too. */
static bool tells_other(const struct dl_coding *coding, const struct dl_scene *scene,
                        const struct dl_marked *marked, const struct dl_finding *finding)
{
    if (finding->state != DL_FRAME_JUDGED || finding->why)
        return false;
    for (uint32_t m = 0; m < marked->mark_count; m++) {
        if ((int32_t)marked->marks[m].class != finding->happening->type)
            continue;
        uint32_t word = word_of_mark(coding, scene, &marked->marks[m]);
        bool told = false;
        for (uint32_t i = 0; i < coding->happening_count; i++)
            told = told || coding->happenings[i].word == word;
        if (!told)
            return true;
    }
    return false;
}

/* What the word is by the marks; false where that is not known: other words of a mark. */
static bool class_of(const struct dl_coding *coding, const struct dl_scene *scene, uint32_t word,
                     const struct dl_marked *marked, const struct dl_finding *finding,
                     uint32_t *ret)
{
    *ret = DL_VERDICT_NONE;
    for (uint32_t m = 0; m < marked->mark_count; m++) {
        const struct dl_mark *mark = &marked->marks[m];
        if (!is_in(mark, &scene->tokens[word]))
            continue;
        *ret = mark->class;
        return mark->class > DL_VERDICT_LAST_TYPE || word == word_of_mark(coding, scene, mark);
    }
    if (tells_other(coding, scene, marked, finding))
        *ret = (uint32_t)finding->happening->type;
    return true;
}

/* Who marks a sentence marks what it tells above all. What a frame finds beside that may well be an
 * event, too. */
static float weight_of(const struct dl_marked *marked, const struct dl_finding *finding,
                       uint32_t class)
{
    if (class != DL_VERDICT_NONE || finding->state != DL_FRAME_JUDGED || finding->why)
        return 1;
    for (uint32_t m = 0; m < marked->mark_count; m++)
        if (marked->marks[m].class < DL_STATEMENT)
            return BESIDE_WEIGHT;
    return 1;
}

static void show(void *context, const struct dl_coding *coding, const struct dl_scene *scene,
                 uint32_t word, const struct dl_finding *finding)
{
    struct corpus *corpus = context;
    struct sentence *sentence = &corpus->sentences[corpus->sentence_count];
    struct dl_event_features features;
    uint32_t class;
    if (!class_of(coding, scene, word, &sentence->marked, finding, &class))
        return;
    if (corpus->scene != scene)
        for (int wordless = 0; wordless < 2; wordless++)
            corpus->shared[wordless] = keep(&corpus->arena, &scene->sentence, wordless);
    corpus->scene = scene;
    corpus->examples =
        grown(corpus->examples, corpus->count, &corpus->room, sizeof *corpus->examples);
    struct example *example = &corpus->examples[corpus->count++];
    *example = (struct example){.sentence = corpus->sentence_count,
                                .class = class,
                                .weight = weight_of(&sentence->marked, finding, class),
                                .state = (uint8_t)finding->state};
    if (finding->state == DL_FRAME_JUDGED && !finding->why)
        example->type = finding->happening->type;
    example->parts[SENTENCE] = corpus->shared[0];
    example->wordless[SENTENCE] = corpus->shared[1];
    dl_word_features(scene, word, &features);
    example->parts[WORD] = keep(&corpus->arena, &features, false);
    example->wordless[WORD] = keep(&corpus->arena, &features, true);
    features.count = 0;
    dl_frame_features(scene, word, finding, &features);
    example->parts[FRAME] = keep(&corpus->arena, &features, false);
    example->wordless[FRAME] = keep(&corpus->arena, &features, true);
}

static dl_status read_sentence(struct corpus *corpus, dl_str line, const char *place,
                               struct dl_arena *arena, uint32_t fold, struct dl_error *err)
{
    struct dl_article article;
    const char *stage;
    const struct dl_watch watch = {show, corpus};
    corpus->sentences = grown(corpus->sentences, corpus->sentence_count, &corpus->sentence_room,
                              sizeof *corpus->sentences);
    struct sentence *sentence = &corpus->sentences[corpus->sentence_count];
    *sentence = (struct sentence){.fold = fold, .first = corpus->count};
    dl_arena_reset(arena);
    dl_status status = dl_marked_read(line, place, &corpus->arena, &sentence->marked, err);
    if (status != DL_OK)
        return status;
    struct dl_article_record record = {.id = dl_str_of(place), .text = sentence->marked.text};
    (void)dl_date_normalise(arena, DL_STR(PUBLISHED), &record.published); /* it is one */
    dl_article_begin(&article, arena, &record, 1);
    status = dl_pipeline_run(&corpus->pipeline, corpus->knowledge, &article, &stage, err);
    if (status != DL_OK)
        return status;
    if (!dl_str_eq(article.text, sentence->marked.text))
        return dl_fail(err, DL_BAD_INPUT, "%s: the sentence is not read as it stands", place);
    corpus->scene = NULL;
    dl_watch_events(corpus->knowledge, &article, &watch);
    sentence->end = corpus->count;
    corpus->sentence_count++;
    return DL_OK;
}

static dl_status read_file(struct corpus *corpus, const char *path, uint32_t fold,
                           struct dl_error *err)
{
    static struct dl_lines lines;
    struct dl_arena arena;
    dl_str line;
    dl_status status = dl_lines_open(&lines, path, err);
    if (status != DL_OK)
        return status;
    dl_arena_init(&arena);
    while (status == DL_OK && dl_lines_next(&lines, &line)) {
        char place[1100];
        if (dl_str_trim(line).len == 0 || line.at[0] == '#')
            continue;
        snprintf(place, sizeof place, "%s:%u", path, lines.number);
        status = read_sentence(corpus, line, place, &arena, fold, err);
    }
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    dl_lines_close(&lines);
    dl_arena_done(&arena);
    return status;
}

/* --- learning --- */

static bool is_learned(const struct example *example, const struct corpus *corpus, uint32_t but)
{
    return corpus->sentences[example->sentence].fold != but;
}

/* Contents and parts of other events are never asked about with their frames. */
static bool is_blind(const struct example *example)
{
    return example->state == DL_FRAME_SUBJECT || example->state == DL_FRAME_PART;
}

static struct dl_shown shown(const struct example *example, bool blind, bool wordless)
{
    return (struct dl_shown){wordless ? example->wordless : example->parts, blind ? FRAME : PARTS};
}

/* `but`: the fold that is left out, FOLDS for none. */
static void learn(const struct corpus *corpus, uint32_t but, struct dl_logistic *logistic)
{
    struct dl_random random = {SEED};
    uint32_t *order = dl_realloc_array(NULL, corpus->count, sizeof *order);
    uint32_t count = 0;
    dl_logistic_init(logistic, BITS, DL_VERDICTS, SEEN_MIN, RATE, PULL);
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct example *example = &corpus->examples[i];
        if (!is_learned(example, corpus, but))
            continue;
        order[count++] = i;
        if (i == 0 || example->sentence != corpus->examples[i - 1].sentence)
            dl_logistic_count(logistic, example->parts[SENTENCE]);
        dl_logistic_count(logistic, example->parts[WORD]);
        dl_logistic_count(logistic, example->parts[FRAME]);
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        dl_random_shuffle(&random, order, count);
        for (uint32_t i = 0; i < count; i++) {
            const struct example *example = &corpus->examples[order[i]];
            bool blind = dl_random_below(&random, 100) < BLIND_OF_100;
            bool wordless = dl_random_below(&random, 100) < WORDLESS_OF_100;
            (void)dl_logistic_learn(logistic, shown(example, blind || is_blind(example), wordless),
                                    example->class, example->weight);
        }
    }
    dl_logistic_settle(logistic);
    free(order);
}

/* --- judging --- */

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

static float no_event(const float *chances)
{
    return dl_no_event_chance(chances);
}

struct limits {
    float add, reject, turn, rescue;
};

static int32_t decide(const struct example *example, const float *full, const struct limits *limits)
{
    int32_t type = dl_likeliest_type(full);
    if (example->state != DL_FRAME_JUDGED)
        return full[type] >= limits->add ? type : 0;
    if (!example->type)
        return full[type] >= limits->rescue ? type : 0;
    if (example->type == DL_STATEMENT)
        return full[type] > limits->turn ? type : 0;
    if (no_event(full) > limits->reject)
        return 0;
    return full[type] > limits->turn ? type : example->type;
}

static void judge(const struct corpus *corpus, float (*full)[DL_LOGISTIC_WIDTH],
                  float (*blind)[DL_LOGISTIC_WIDTH])
{
    struct tally frames = {0};
    struct tally alone = {0};
    static const struct limits tried[] = {
        {2, 2, 2, 2},         {2, .9F, 2, 2},       {2, .8F, 2, 2},       {2, .7F, 2, 2},
        {2, .6F, 2, 2},       {2, .5F, 2, 2},       {2, .7F, .7F, 2},     {2, .7F, .5F, 2},
        {2, .7F, .5F, .8F},   {2, .7F, .5F, .6F},   {2, .7F, .5F, .5F},   {.8F, .7F, .5F, .6F},
        {.7F, .7F, .5F, .6F}, {.6F, .7F, .5F, .6F}, {.5F, .7F, .5F, .6F}, {.5F, .5F, .5F, .5F},
        {.4F, .6F, .4F, .4F}, {.4F, .5F, .4F, .4F}, {.6F, .6F, .5F, .6F}};
    struct tally both[sizeof tried / sizeof *tried] = {{0}};
    for (uint32_t s = 0; s < corpus->sentence_count; s++) {
        const struct sentence *sentence = &corpus->sentences[s];
        uint32_t marked = 0;
        uint32_t by_frames = 0;
        uint32_t by_model = 0;
        uint32_t by_both[sizeof tried / sizeof *tried] = {0};
        for (uint32_t m = 0; m < sentence->marked.mark_count; m++)
            if (sentence->marked.marks[m].class < DL_STATEMENT)
                marked |= 1U << sentence->marked.marks[m].class;
        for (uint32_t i = sentence->first; i < sentence->end; i++) {
            const struct example *example = &corpus->examples[i];
            int32_t type = dl_likeliest_type(blind[i]);
            if (example->type != DL_STATEMENT)
                by_frames |= 1U << example->type;
            if (no_event(blind[i]) < 0.5F && type != DL_STATEMENT)
                by_model |= 1U << type;
            if (is_blind(example))
                continue;
            for (size_t t = 0; t < sizeof tried / sizeof *tried; t++)
                by_both[t] |= 1U << decide(example, full[i], &tried[t]);
        }
        count_sentence(&frames, marked, by_frames & ~1U);
        count_sentence(&alone, marked, by_model & ~1U);
        for (size_t t = 0; t < sizeof tried / sizeof *tried; t++)
            count_sentence(&both[t], marked, by_both[t] & ~(1U | 1U << DL_STATEMENT));
    }
    print_tally("frames alone", &frames);
    print_tally("model alone", &alone);
    for (size_t t = 0; t < sizeof tried / sizeof *tried; t++) {
        char name[64];
        snprintf(name, sizeof name, "both +%.1f -%.1f >%.1f ^%.1f", tried[t].add, tried[t].reject,
                 tried[t].turn, tried[t].rescue);
        print_tally(name, &both[t]);
    }
}

static void cross_validate(const struct corpus *corpus)
{
    float(*full)[DL_LOGISTIC_WIDTH] = dl_realloc_array(NULL, corpus->count, sizeof *full);
    float(*blind)[DL_LOGISTIC_WIDTH] = dl_realloc_array(NULL, corpus->count, sizeof *blind);
    for (uint32_t fold = 0; fold < FOLDS; fold++) {
        struct dl_logistic logistic;
        learn(corpus, fold, &logistic);
        for (uint32_t i = 0; i < corpus->count; i++) {
            const struct example *example = &corpus->examples[i];
            if (is_learned(example, corpus, fold))
                continue;
            dl_logistic_chances(&logistic, shown(example, false, false), full[i]);
            dl_logistic_chances(&logistic, shown(example, true, false), blind[i]);
        }
        dl_logistic_done(&logistic);
    }
    judge(corpus, full, blind);
    free(full);
    free(blind);
}

static dl_status write_model(const struct corpus *corpus, const char *path, struct dl_error *err)
{
    struct dl_logistic logistic;
    struct dl_model_part part;
    learn(corpus, FOLDS, &logistic);
    dl_logistic_rows(&logistic, &part);
    dl_logistic_done(&logistic);
    dl_status status = dl_model_write(path, "events", DL_VERDICTS_VERSION, &part, 1, err);
    free((void *)(uintptr_t)part.at);
    return status;
}

int main(int argc, char **argv)
{
    static struct corpus corpus;
    struct dl_error err;
    bool folds = argc > 1 && strcmp(argv[1], "--folds") == 0;
    if (argc < 3) {
        fputs("usage: dl_train_events OUT.model FILE…\n       dl_train_events --folds FILE…\n",
              stderr);
        return 2;
    }
    dl_arena_init(&corpus.arena);
    dl_status status = dl_knowledge_load_for(DL_BY_FRAMES, NULL, NULL, &corpus.knowledge, &err);
    if (status == DL_OK)
        status = dl_pipeline_init(&corpus.pipeline, "quotes", &err);
    for (int i = 2; status == DL_OK && i < argc; i++)
        status = read_file(&corpus, argv[i], (uint32_t)i % FOLDS, &err);
    if (status == DL_OK) {
        printf("%u sentences, %u words\n", corpus.sentence_count, corpus.count);
        if (folds)
            cross_validate(&corpus);
        else
            status = write_model(&corpus, argv[1], &err);
    }
    if (status != DL_OK)
        fprintf(stderr, "dl_train_events: %s\n", err.text);
    free(corpus.sentences);
    free(corpus.examples);
    dl_arena_done(&corpus.arena);
    dl_knowledge_free(corpus.knowledge);
    return status == DL_OK ? 0 : 1;
}
