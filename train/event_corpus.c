/* Reading marked sentences as examples: each is coded by the frames as an article of its own, and a
 * watch is shown what the coder would ask the model. */
#include "train/event_corpus.h"

#include "train/lines.h"

#include "core/day.h"
#include "proto/words.h"

#define BESIDE_WEIGHT 0.3F /* of what frames find beside what is marked */
#define FRAME_WEIGHT 0.3F  /* of a frame's example: it is short, and made for its frame */
#define PUBLISHED "2026-01-15"

/* A file that is being read. */
struct source {
    struct dl_arena arena; /* of one sentence */
    uint32_t fold;
    uint32_t wanted; /* of the frame's head: what its examples are; 0 for none */
    int32_t type;    /* the frame's */
};

static void *grown(void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 1024;
    return dl_realloc_array(old, *room, size);
}

dl_status dl_event_corpus_init(struct dl_event_corpus *corpus, struct dl_error *err)
{
    *corpus = (struct dl_event_corpus){0};
    dl_arena_init(&corpus->arena);
    dl_status status = dl_knowledge_load_for(DL_BY_FRAMES, NULL, NULL, &corpus->knowledge, err);
    return status == DL_OK ? dl_pipeline_init(&corpus->pipeline, "quotes", err) : status;
}

void dl_event_corpus_done(struct dl_event_corpus *corpus)
{
    free(corpus->sentences);
    free(corpus->examples);
    dl_arena_done(&corpus->arena);
    dl_knowledge_free(corpus->knowledge);
}

static struct dl_feature_list keep(struct dl_arena *arena, const struct dl_event_features *features)
{
    uint32_t *list = dl_arena_array(arena, uint32_t, features->count);
    memcpy(list, features->hash, features->count * sizeof *list);
    return (struct dl_feature_list){list, features->count};
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

/* The example of a frame: what a frame of that type finds is of the class, and nothing else is an
 * event. */
static bool class_by_frame(const struct dl_finding *finding, uint32_t wanted, int32_t type,
                           uint32_t *ret)
{
    *ret = DL_VERDICT_NONE;
    if (finding->state == DL_FRAME_NONE)
        return true;
    *ret = wanted;
    return finding->state == DL_FRAME_JUDGED && finding->happening->type == type;
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

/* Once for the words of a sentence. */
static void keep_sentence(struct dl_event_corpus *corpus, const struct dl_scene *scene)
{
    if (corpus->scene == scene)
        return;
    int8_t *about = dl_arena_array(&corpus->arena, int8_t, DL_VECTOR_DIMS);
    memcpy(about, scene->about, sizeof scene->about);
    corpus->about = about;
    corpus->shared = keep(&corpus->arena, &scene->sentence);
    corpus->scene = scene;
}

static void show(void *context, const struct dl_coding *coding, const struct dl_scene *scene,
                 uint32_t word, const struct dl_finding *finding)
{
    struct dl_event_corpus *corpus = context;
    struct dl_event_sentence *sentence = &corpus->sentences[corpus->sentence_count];
    struct dl_event_features features;
    uint32_t class;
    bool is_known = sentence->wanted
                        ? class_by_frame(finding, sentence->wanted, sentence->frame_type, &class)
                        : class_of(coding, scene, word, &sentence->marked, finding, &class);
    if (!is_known)
        return;
    keep_sentence(corpus, scene);
    corpus->examples =
        grown(corpus->examples, corpus->count, &corpus->room, sizeof *corpus->examples);
    struct dl_example *example = &corpus->examples[corpus->count++];
    *example = (struct dl_example){
        .sentence = corpus->sentence_count,
        .class = class,
        .weight = sentence->wanted ? FRAME_WEIGHT : weight_of(&sentence->marked, finding, class),
        .state = (uint8_t)finding->state};
    if (finding->state == DL_FRAME_JUDGED)
        example->what = dl_verdict_case_of(finding->happening, finding->why);
    example->parts[DL_PART_SENTENCE] = corpus->shared;
    dl_word_features(scene, word, &features);
    example->parts[DL_PART_WORD] = keep(&corpus->arena, &features);
    memcpy(example->points, features.meanings, sizeof example->points);
    example->points[DL_MEANING_SENTENCE] = corpus->about;
    features.count = 0;
    dl_frame_features(scene, word, finding, &features);
    example->parts[DL_PART_FRAME] = keep(&corpus->arena, &features);
}

static struct dl_event_sentence *new_sentence(struct dl_event_corpus *corpus, uint32_t fold)
{
    corpus->sentences = grown(corpus->sentences, corpus->sentence_count, &corpus->sentence_room,
                              sizeof *corpus->sentences);
    struct dl_event_sentence *sentence = &corpus->sentences[corpus->sentence_count];
    *sentence = (struct dl_event_sentence){.fold = fold, .first = corpus->count};
    return sentence;
}

/* Codes the new sentence, whose marks are known, and adds its examples. */
static dl_status add_sentence(struct dl_event_corpus *corpus, struct dl_event_sentence *sentence,
                              const char *place, struct dl_arena *arena, struct dl_error *err)
{
    struct dl_article article;
    const char *stage;
    const struct dl_watch watch = {show, corpus};
    struct dl_article_record record = {.id = dl_str_of(place), .text = sentence->marked.text};
    dl_arena_reset(arena);
    (void)dl_date_normalise(arena, DL_STR(PUBLISHED), &record.published); /* it is one */
    dl_article_begin(&article, arena, &record, 1);
    dl_status status = dl_pipeline_run(&corpus->pipeline, corpus->knowledge, &article, &stage, err);
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

static dl_status read_marked(struct dl_event_corpus *corpus, dl_str line, const char *place,
                             struct source *reading, struct dl_error *err)
{
    if (dl_str_trim(line).len == 0 || line.at[0] == '#')
        return DL_OK;
    struct dl_event_sentence *sentence = new_sentence(corpus, reading->fold);
    dl_status status = dl_marked_read(line, place, &corpus->arena, &sentence->marked, err);
    return status == DL_OK ? add_sentence(corpus, sentence, place, &reading->arena, err) : status;
}

/* "frame verb ASSAULT - 190 … | words | example / example": the head says the type, also of the
 * lines indented below it; what is told in figures of speech is none. */
static void read_head(dl_str line, struct source *reading)
{
    dl_str field;
    reading->wanted = 0;
    reading->type = 0;
    if (!dl_str_starts(line, DL_STR("frame ")))
        return;
    for (int i = 0; i < 3; i++)
        (void)dl_str_next(&line, ' ', &field);
    int32_t type = dl_event_type_of(field);
    while (dl_str_next(&line, ' ', &field) && !dl_str_is(field, "|"))
        if (dl_str_is(field, "figure"))
            reading->wanted = DL_VERDICT_FIGURE;
    if (type > 0 && !reading->wanted)
        reading->wanted = (uint32_t)type;
    reading->type = type;
}

static dl_status read_frame(struct dl_event_corpus *corpus, dl_str line, const char *place,
                            struct source *reading, struct dl_error *err)
{
    dl_status status = DL_OK;
    dl_str example = {NULL, 0};
    if (dl_str_trim(line).len == 0 || line.at[0] == '#')
        return DL_OK;
    bool head = line.at[0] != ' ' && line.at[0] != '\t';
    int bars = head ? -2 : -1;
    if (head)
        read_head(line, reading);
    while (dl_str_next(&line, '|', &example))
        bars++;
    while (bars > 0 && reading->wanted && status == DL_OK && dl_str_next(&example, '/', &line)) {
        struct dl_event_sentence *sentence = new_sentence(corpus, DL_NO_FOLD);
        sentence->marked.text = dl_arena_str(&corpus->arena, dl_str_trim(line));
        sentence->wanted = reading->wanted;
        sentence->frame_type = reading->type;
        if (sentence->marked.text.len)
            status = add_sentence(corpus, sentence, place, &reading->arena, err);
    }
    return status;
}

static dl_status read_lines(struct dl_event_corpus *corpus, const char *path,
                            dl_status (*read)(struct dl_event_corpus *, dl_str, const char *,
                                              struct source *, struct dl_error *),
                            uint32_t fold, struct dl_error *err)
{
    static struct dl_lines lines;
    struct source reading = {.fold = fold};
    dl_str line;
    dl_status status = dl_lines_open(&lines, path, err);
    if (status != DL_OK)
        return status;
    dl_arena_init(&reading.arena);
    while (status == DL_OK && dl_lines_next(&lines, &line)) {
        char place[1100];
        snprintf(place, sizeof place, "%s:%u", path, lines.number);
        status = read(corpus, line, place, &reading, err);
    }
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    dl_lines_close(&lines);
    dl_arena_done(&reading.arena);
    return status;
}

dl_status dl_event_corpus_read(struct dl_event_corpus *corpus, const char *path, uint32_t fold,
                               struct dl_error *err)
{
    return read_lines(corpus, path, read_marked, fold, err);
}

dl_status dl_event_corpus_read_frames(struct dl_event_corpus *corpus, const char *path,
                                      struct dl_error *err)
{
    return read_lines(corpus, path, read_frame, DL_NO_FOLD, err);
}
