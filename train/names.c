/* Learns to label names, from marked paragraphs and BIO files.
 *
 *     dl_train_names OUT.model KIND[*TIMES]:FILE…
 *
 *     own     paragraphs with names in brackets (train/corpus/names)
 *     bio     word TAB label lines, an empty one after each sentence
 *     part    the same from a set that does not mark MISC: it teaches nothing about that
 *     male, female    given names, one a line
 *
 * What dateline reads by itself (cuts, tags, almanac) is read from share/dateline beside the build.
 * Paragraphs and sentences are units; each round makes documents of runs of units, some of them
 * without capitals, some all in capitals, some with a share of words lower-cased. The second pass
 * learns from what first passes say of units that they have not learned from (five folds). The seed
 * is fixed. */
#include "train/learner.h"
#include "train/lines.h"
#include "train/random.h"
#include "workers/name_hints.h"

#include <ctype.h>

#define SEED UINT64_C(0x0a11ce5eed5)
#define FOLDS 5U
#define FOLD_ROUNDS 5U
#define ROUNDS 8U
#define BITS 19U
#define UPDATES_MIN 2U
#define REACH 0.35
#define DOCUMENT_UNITS_MAX 40U

enum spelling { AS_IS, LOWER, UPPER, MIXED, SPELLINGS };

struct unit {
    struct dl_name_word *words[SPELLINGS];
    uint8_t *labels[SPELLINGS];
    uint32_t counts[SPELLINGS];
    uint8_t fold;
    bool part; /* MISC is not marked */
};

struct corpus {
    struct dl_arena arena;
    struct dl_knowledge knowledge; /* but for names */
    struct unit *units;
    uint32_t count;
    uint32_t room;
    uint32_t *order; /* units, those of files taken several times as often */
    uint32_t order_count;
    uint32_t order_room;
    struct given {
        uint32_t *hashes;
        uint32_t count;
        uint32_t room;
    } given[2]; /* male, female */
    struct dl_random random;
};

/* A unit on its way in. */
struct draft {
    struct dl_buf text;
    uint8_t *marks; /* the kind of name each byte of the text is in */
    size_t room;
    bool words_given; /* blanks part the words, newlines the sentences */
};

static void *grown(void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 1024;
    return dl_realloc_array(old, *room, size);
}

static void put_marked(struct draft *draft, dl_str text, uint8_t kind)
{
    size_t at = draft->text.len;
    (void)dl_buf_put_str(&draft->text, text);
    if (draft->text.len > draft->room) {
        draft->room = draft->text.len * 2;
        draft->marks = dl_realloc_array(draft->marks, draft->room, 1);
    }
    for (size_t i = at; i < draft->text.len; i++)
        draft->marks[i] = kind;
}

/* --- units --- */

static void respell(struct corpus *corpus, char *text, size_t len, enum spelling spelling)
{
    bool lower = spelling == LOWER;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool word = isalnum(c) || c >= 0x80;
        bool before = i > 0 && (isalnum((unsigned char)text[i - 1]) || text[i - 1] & 0x80);
        if (spelling == MIXED && word && !before)
            lower = dl_random_below(&corpus->random, 100) < 15;
        if (spelling == UPPER)
            text[i] = (char)toupper(c);
        else if (lower)
            text[i] = (char)tolower(c);
    }
}

/* Tokens as given: between blanks. */
static void take_words(struct dl_article *article)
{
    dl_str text = article->text;
    uint32_t room = 2;
    for (size_t i = 0; i < text.len; i++)
        room += text.at[i] == ' ' || text.at[i] == '\n';
    article->tokens = dl_arena_array(article->arena, struct dl_token, room);
    article->sentences = dl_arena_array(article->arena, struct dl_sentence, room);
    uint32_t first = 0;
    for (uint32_t at = 0; at < text.len;) {
        uint32_t end = at;
        while (end < text.len && text.at[end] != ' ' && text.at[end] != '\n')
            end++;
        if (end > at)
            article->tokens[article->token_count++] = (struct dl_token){
                .start = at, .len = end - at, .spaced = true, .head = DL_NO_TOKEN};
        if ((end == text.len || text.at[end] == '\n') && article->token_count > first) {
            article->sentences[article->sentence_count++] =
                (struct dl_sentence){.first = first, .count = article->token_count - first};
            first = article->token_count;
        }
        at = end + 1;
    }
    dl_tokens_look(article);
}

static uint8_t label_of(const struct draft *draft, const struct dl_token *token)
{
    for (uint32_t i = token->start; i < token->start + token->len; i++)
        if (draft->marks[i])
            return draft->marks[i];
    return 0;
}

static dl_status read_unit(struct corpus *corpus, const struct draft *draft, struct unit *unit,
                           enum spelling spelling, struct dl_error *err)
{
    struct dl_article article = {.arena = &corpus->arena, .english = true};
    dl_status status = DL_OK;
    dl_str copy = dl_arena_str(&corpus->arena, dl_buf_str(&draft->text));
    respell(corpus, (char *)(uintptr_t)copy.at, copy.len, spelling);
    dl_article_set_text(&article, copy);
    if (draft->words_given)
        take_words(&article);
    else
        status = dl_stage_tokens(&corpus->knowledge, &article, err);
    if (status == DL_OK && !draft->words_given)
        status = dl_stage_sentences(&corpus->knowledge, &article, err);
    if (status == DL_OK)
        status = dl_stage_tags(&corpus->knowledge, &article, err);
    if (status != DL_OK)
        return status;
    uint8_t *labels = dl_arena_array(&corpus->arena, uint8_t, article.token_count + 1);
    for (uint32_t i = 0; i < article.token_count; i++)
        labels[i] = label_of(draft, &article.tokens[i]);
    unit->words[spelling] = dl_name_words(corpus->knowledge.almanac, &article);
    unit->labels[spelling] = labels;
    unit->counts[spelling] = article.token_count;
    return DL_OK;
}

static dl_status add_unit(struct corpus *corpus, struct draft *draft, bool part,
                          struct dl_error *err)
{
    dl_status status = DL_OK;
    if (draft->text.len == 0)
        return DL_OK;
    corpus->units = grown(corpus->units, corpus->count, &corpus->room, sizeof *corpus->units);
    struct unit *unit = &corpus->units[corpus->count];
    *unit = (struct unit){.part = part, .fold = (uint8_t)(corpus->count / 10 % FOLDS)};
    for (int spelling = 0; spelling < SPELLINGS && status == DL_OK; spelling++)
        status = read_unit(corpus, draft, unit, (enum spelling)spelling, err);
    corpus->count++;
    dl_buf_reset(&draft->text);
    return status;
}

/* --- files --- */

static const char *const kind_names[] = {"", "PER", "ORG", "LOC", "MISC"};

static uint8_t kind_of(dl_str name)
{
    for (uint8_t kind = 1; kind < DL_NAME_KINDS; kind++)
        if (dl_str_is(name, kind_names[kind]))
            return kind;
    return 0;
}

/* "[LOC Bamako] (…)": the paragraph's pieces. */
static dl_status take_paragraph(struct draft *draft, dl_str line, const struct dl_lines *lines,
                                struct dl_error *err)
{
    while (line.len) {
        const char *open = memchr(line.at, '[', line.len);
        size_t plain = open ? (size_t)(open - line.at) : line.len;
        put_marked(draft, dl_str_sub(line, 0, plain), 0);
        line = dl_str_sub(line, plain, line.len);
        if (!open)
            break;
        const char *close = memchr(line.at, ']', line.len);
        const char *blank = memchr(line.at, ' ', line.len);
        uint8_t kind = close && blank && blank < close
                           ? kind_of((dl_str){line.at + 1, (size_t)(blank - line.at - 1)})
                           : 0;
        if (kind == 0)
            return dl_fail(err, DL_BAD_INPUT, "%s:%u: a bracket that marks no name", lines->path,
                           lines->number);
        put_marked(draft, (dl_str){blank + 1, (size_t)(close - blank - 1)}, kind);
        line = dl_str_sub(line, (size_t)(close + 1 - line.at), line.len);
    }
    return DL_OK;
}

/* "word TAB B-PER" */
static void take_word(struct draft *draft, dl_str line)
{
    const char *tab = memchr(line.at, '\t', line.len);
    if (!tab || tab == line.at)
        return;
    dl_str label = {tab + 1, line.len - (size_t)(tab + 1 - line.at)};
    dl_str word = {line.at, (size_t)(tab - line.at)};
    uint8_t kind = label.len > 2 ? kind_of(dl_str_sub(label, 2, label.len)) : 0;
    size_t at = draft->text.len;
    if (at)
        put_marked(draft, DL_STR(" "), 0);
    at = draft->text.len;
    put_marked(draft, word, kind);
    for (size_t i = at; i < draft->text.len; i++)
        if (draft->text.at[i] == ' ')
            draft->text.at[i] = '_';
}

static void add_given(struct given *given, dl_str name)
{
    struct dl_look look;
    if (name.len < 2 || name.at[0] == '#')
        return;
    dl_look_at(name, NULL, &look);
    given->hashes = grown(given->hashes, given->count, &given->room, sizeof *given->hashes);
    given->hashes[given->count++] = look.lower;
}

/* A file's units as often as it counts, one round of them after the other. */
static void put_in_order(struct corpus *corpus, uint32_t first, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++)
        for (uint32_t unit = first; unit < corpus->count; unit++) {
            corpus->order = grown(corpus->order, corpus->order_count, &corpus->order_room,
                                  sizeof *corpus->order);
            corpus->order[corpus->order_count++] = unit;
        }
}

static dl_status read_set(struct corpus *corpus, const char *kind, uint32_t times, const char *path,
                          struct dl_error *err)
{
    static struct dl_lines lines;
    struct draft draft = {0};
    dl_str line;
    bool own = strcmp(kind, "own") == 0;
    struct given *given = strcmp(kind, "male") == 0     ? &corpus->given[0]
                          : strcmp(kind, "female") == 0 ? &corpus->given[1]
                                                        : NULL;
    bool part = strcmp(kind, "part") == 0;
    uint32_t first = corpus->count;
    dl_status status = dl_lines_open(&lines, path, err);
    if (status != DL_OK)
        return status;
    dl_buf_init(&draft.text, 16U << 20);
    draft.words_given = !own;
    while (status == DL_OK && dl_lines_next(&lines, &line)) {
        if (given) {
            add_given(given, dl_str_trim(line));
        } else if (own) {
            if (line.len == 0 || line.at[0] == '#')
                continue;
            status = take_paragraph(&draft, line, &lines, err);
            if (status == DL_OK)
                status = add_unit(corpus, &draft, part, err);
        } else if (line.len == 0) {
            status = add_unit(corpus, &draft, part, err);
        } else {
            take_word(&draft, line);
        }
    }
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    if (status == DL_OK)
        status = add_unit(corpus, &draft, part, err);
    put_in_order(corpus, first, times);
    dl_lines_close(&lines);
    dl_buf_done(&draft.text);
    free(draft.marks);
    return status;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool is_given(const struct given *given, uint32_t lower)
{
    return given->count &&
           bsearch(&lower, given->hashes, given->count, sizeof *given->hashes, by_number);
}

static void hint_given(struct corpus *corpus)
{
    for (int list = 0; list < 2; list++)
        if (corpus->given[list].count)
            qsort(corpus->given[list].hashes, corpus->given[list].count, sizeof(uint32_t),
                  by_number);
    for (uint32_t u = 0; u < corpus->count; u++)
        for (int spelling = 0; spelling < SPELLINGS; spelling++) {
            struct dl_name_word *words = corpus->units[u].words[spelling];
            for (uint32_t i = 0; i < corpus->units[u].counts[spelling]; i++)
                if (is_given(&corpus->given[0], words[i].look->lower) ||
                    is_given(&corpus->given[1], words[i].look->lower))
                    words[i].hint |= DL_HINT_GIVEN;
        }
}

/* --- learning --- */

struct document {
    struct dl_name_word *words;
    uint8_t *gold;
    uint32_t count;
    uint32_t room;
};

/* Units order[from..] in one spelling, as many as belong together; where it stopped. */
static uint32_t make_document(struct corpus *corpus, const uint32_t *order, uint32_t from,
                              uint32_t count, struct document *document)
{
    static const enum spelling dice[20] = {LOWER, LOWER, LOWER, LOWER, MIXED, MIXED, MIXED, UPPER};
    enum spelling spelling = dice[dl_random_below(&corpus->random, 20)];
    uint32_t units = 1 + dl_random_below(&corpus->random, DOCUMENT_UNITS_MAX);
    uint32_t fold = corpus->units[order[from]].fold;
    bool part = corpus->units[order[from]].part;
    document->count = 0;
    uint32_t i = from;
    for (; i < count && i - from < units; i++) {
        const struct unit *unit = &corpus->units[order[i]];
        uint32_t words = unit->counts[spelling];
        if (unit->fold != fold || unit->part != part)
            break;
        if (document->count + words > document->room) {
            document->room = (document->count + words) * 2;
            document->words =
                dl_realloc_array(document->words, document->room, sizeof *document->words);
            document->gold = dl_realloc_array(document->gold, document->room, 1);
        }
        memcpy(document->words + document->count, unit->words[spelling],
               words * sizeof *document->words);
        memcpy(document->gold + document->count, unit->labels[spelling], words);
        document->count += words;
    }
    return i;
}

static uint32_t best_of(const int32_t *scores)
{
    uint32_t best = 0;
    for (uint32_t kind = 1; kind < DL_NAME_WIDTH; kind++)
        if (scores[kind] > scores[best])
            best = kind;
    return scores[best] > 0 ? best + 1 : 0;
}

/* What is no name has no weights: only the other side moves. */
static void update(struct dl_learner *learner, const uint32_t *features, uint32_t count,
                   uint32_t right, uint32_t wrong)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *updates = &learner->updates[features[i] >> (32 - learner->bits)];
        *updates = *updates < UINT8_MAX ? (uint8_t)(*updates + 1) : *updates;
    }
    if (right)
        dl_learner_add(learner, features, count, right - 1, 1);
    if (wrong)
        dl_learner_add(learner, features, count, wrong - 1, -1);
}

static uint32_t learn_document(struct corpus *corpus, struct dl_learner *learner, uint32_t pass,
                               struct document *document, bool part)
{
    uint32_t features[DL_FEATURES_MAX];
    int32_t scores[DL_NAME_WIDTH];
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < document->count; i++) {
        uint32_t count = dl_name_features(document->words, i, pass, features);
        uint32_t gold = document->gold[i];
        dl_learner_scores(learner, features, count, scores);
        uint32_t best = best_of(scores);
        bool unknown = part && gold == DL_NAME_NONE && best == DL_NAME_MISC;
        if (best != gold && !unknown) {
            update(learner, features, count, gold, best);
            wrong++;
        }
        dl_learner_tick(learner);
        document->words[i].label =
            (uint8_t)(dl_random_below(&corpus->random, 10) == 0 ? gold : best);
    }
    return wrong;
}

/* Neighbours stay together, so that a document is one. */
static void shuffle_runs(struct corpus *corpus, uint32_t *order)
{
    enum { RUN = 10 };
    uint32_t runs = (corpus->order_count + RUN - 1) / RUN;
    uint32_t *starts = dl_realloc_array(NULL, runs, sizeof *starts);
    uint32_t put = 0;
    for (uint32_t i = 0; i < runs; i++)
        starts[i] = i * RUN;
    dl_random_shuffle(&corpus->random, starts, runs);
    for (uint32_t i = 0; i < runs; i++)
        for (uint32_t k = starts[i]; k < starts[i] + RUN && k < corpus->order_count; k++)
            order[put++] = corpus->order[k];
    free(starts);
}

/* Pass 1 without fold `without` (FOLDS: with all), or pass 2 over what `folds` say. */
static void learn(struct corpus *corpus, struct dl_learner *learner, uint32_t pass, uint32_t rounds,
                  uint32_t without, const struct dl_rows *folds)
{
    struct document document = {0};
    struct dl_arena arena;
    uint32_t *order = dl_realloc_array(NULL, corpus->order_count + 1, sizeof *order);
    dl_arena_init(&arena);
    for (uint32_t round = 0; round < rounds; round++) {
        uint64_t wrong = 0;
        uint64_t words = 0;
        shuffle_runs(corpus, order);
        for (uint32_t at = 0; at < corpus->order_count;) {
            const struct unit *unit = &corpus->units[order[at]];
            at = make_document(corpus, order, at, corpus->order_count, &document);
            if (unit->fold == without)
                continue;
            dl_arena_reset(&arena);
            dl_names_look(document.words, document.count, &arena);
            if (pass == 2) {
                dl_names_pass(&folds[unit->fold], 1, document.words, document.count);
                dl_names_vote(document.words, document.count, &arena);
            }
            wrong += learn_document(corpus, learner, pass, &document, unit->part);
            words += document.count;
        }
        fprintf(stderr, "pass %u round %u: %lu of %lu wrong\n", pass, round + 1, wrong, words);
    }
    free(order);
    free(document.words);
    free(document.gold);
    dl_arena_done(&arena);
}

static struct dl_model_part learn_part(struct corpus *corpus, uint32_t pass, uint32_t rounds,
                                       uint32_t without, const struct dl_rows *folds)
{
    struct dl_learner learner;
    struct dl_model_part part;
    dl_learner_init(&learner, BITS, DL_NAME_WIDTH, DL_NAME_WIDTH, UPDATES_MIN);
    learn(corpus, &learner, pass, rounds, without, folds);
    dl_learner_rows(&learner, 1, REACH, &part);
    dl_learner_done(&learner);
    return part;
}

static dl_status make_model(struct corpus *corpus, const char *path, struct dl_error *err)
{
    struct dl_rows folds[FOLDS];
    struct dl_model_part parts[4];
    for (uint32_t fold = 0; fold < FOLDS; fold++) {
        struct dl_model_part part = learn_part(corpus, 1, FOLD_ROUNDS, fold, NULL);
        folds[fold] = (struct dl_rows){
            .at = part.at, .shift = 32 - BITS, .width = DL_NAME_WIDTH, .weight_bytes = 1};
    }
    parts[0] = learn_part(corpus, 1, ROUNDS, FOLDS, NULL);
    parts[1] = learn_part(corpus, 2, ROUNDS, FOLDS, folds);
    for (int list = 0; list < 2; list++)
        parts[2 + list] =
            (struct dl_model_part){.at = corpus->given[list].hashes,
                                   .bytes = corpus->given[list].count * sizeof(uint32_t)};
    dl_status status = dl_model_write(path, "names", DL_NAMES_VERSION, parts, 4, err);
    for (uint32_t fold = 0; fold < FOLDS; fold++)
        free((void *)(uintptr_t)folds[fold].at);
    free((void *)(uintptr_t)parts[0].at);
    free((void *)(uintptr_t)parts[1].at);
    return status;
}

static dl_status read_argument(struct corpus *corpus, char *text, struct dl_error *err)
{
    char *colon = strchr(text, ':');
    if (!colon)
        return dl_fail(err, DL_BAD_CONFIG, "'%s' is not KIND:FILE", text);
    *colon = '\0';
    char *star = strchr(text, '*');
    int64_t times = 1;
    if (star) {
        *star = '\0';
        if (dl_str_to_i64(dl_str_of(star + 1), &times) != DL_OK || times < 1 || times > 100)
            return dl_fail(err, DL_BAD_CONFIG, "%s: how many times?", colon + 1);
    }
    return read_set(corpus, text, (uint32_t)times, colon + 1, err);
}

static dl_status load_knowledge(struct dl_knowledge *knowledge, struct dl_error *err)
{
    char path[4096];
    dl_status status = dl_share_path("almanac.bin", path, sizeof path, err);
    if (status == DL_OK)
        status = dl_almanac_open(path, NULL, &knowledge->almanac, err);
    if (status == DL_OK)
        status = dl_share_path("models/cuts.model", path, sizeof path, err);
    if (status == DL_OK)
        status = dl_cuts_open(path, &knowledge->cuts, err);
    if (status == DL_OK)
        status = dl_share_path("models", path, sizeof path, err);
    if (status == DL_OK)
        status = dl_syntax_load(path, &knowledge->syntax, err);
    return status;
}

int main(int argc, char **argv)
{
    struct dl_error err;
    struct corpus corpus = {.random = {SEED}};
    if (argc < 3) {
        fputs("usage: dl_train_names OUT.model own|bio|part[*TIMES]|male|female:FILE…\n", stderr);
        return 2;
    }
    dl_arena_init(&corpus.arena);
    dl_status status = load_knowledge(&corpus.knowledge, &err);
    for (int i = 2; i < argc && status == DL_OK; i++)
        status = read_argument(&corpus, argv[i], &err);
    if (status == DL_OK) {
        hint_given(&corpus);
        status = make_model(&corpus, argv[1], &err);
    }
    dl_almanac_close(corpus.knowledge.almanac);
    dl_cuts_close(corpus.knowledge.cuts);
    dl_syntax_free(corpus.knowledge.syntax);
    dl_arena_done(&corpus.arena);
    free(corpus.units);
    free(corpus.order);
    free(corpus.given[0].hashes);
    free(corpus.given[1].hashes);
    if (status != DL_OK)
        fprintf(stderr, "dl_train_names: %s\n", err.text);
    return status == DL_OK ? 0 : 1;
}
