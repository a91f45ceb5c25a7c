/* Learns where text is cut, from treebanks.
 *
 *     dl_train_cuts DATA/WORDS classes.model OUT.model TREEBANK.conllu…
 *
 * Each round lays the documents out anew as text: in lines of several kinds, and some with noise
 * of the web's kinds (blanks missing after punctuation, one case throughout, curly quotes); so the
 * model sees many spellings of each document. The seed is fixed. */
#include "workers/reading/cuts.h"
#include "train/learner.h"
#include "train/random.h"
#include "workers/conllu.h"

#include <ctype.h>
#include <errno.h>

#define ROUNDS 8
#define TOKEN_BITS 16U
#define SENTENCE_BITS 17U
#define UPDATES_MIN 1U
#define REACH 0.7
#define ENDS_MAX 256U
#define ENDS_SHARE 1U /* of a hundred sentences, that end in an abbreviation */
#define SEED UINT64_C(0x5ca1ab1e0ddba11)

/* A surface token. */
struct gold {
    dl_str form;
    uint32_t splits[3]; /* bytes where further words begin, 0: none */
    bool spaced;        /* a blank stood before it */
    bool sentence;      /* begins one, */
    bool paragraph;     /* and a paragraph */
};

struct document {
    struct gold *tokens;
    uint32_t count;
};

struct corpus {
    struct dl_arena arena;
    struct document *documents;
    uint32_t count;
    uint32_t room;
};

static struct gold *gold_of(struct corpus *corpus, const struct dl_article *article,
                            const struct dl_conllu_document *document, uint32_t *ret_count)
{
    struct gold *list = dl_arena_array(&corpus->arena, struct gold, article->token_count + 1);
    uint32_t count = 0;
    uint32_t surface = 0;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        uint32_t first = article->sentences[s].first;
        uint32_t end = first + article->sentences[s].count;
        for (uint32_t i = first; i < end; i++) {
            const struct dl_token *token = &article->tokens[i];
            if (token->joined) {
                struct gold *whole = &list[count - 1];
                uint32_t at = token->start - (uint32_t)(whole->form.at - article->text.at);
                for (uint32_t k = 0; k < 3 && at > 0 && at < whole->form.len; k++)
                    if (whole->splits[k] == 0) {
                        whole->splits[k] = at;
                        break;
                    }
                continue;
            }
            dl_str form = dl_str_sub(article->text, token->start, token->start + token->len);
            while (surface < document->surface_count && document->surfaces[surface].token < i)
                surface++;
            if (surface < document->surface_count && document->surfaces[surface].token == i)
                form = (dl_str){article->text.at + document->surfaces[surface].start,
                                document->surfaces[surface].len};
            list[count++] = (struct gold){.form = form,
                                          .spaced = token->spaced,
                                          .sentence = i == first,
                                          .paragraph = i == first && document->paragraphs[s]};
        }
    }
    *ret_count = count;
    return list;
}

static dl_status read_treebank(struct corpus *corpus, const char *path, struct dl_error *err)
{
    struct dl_conllu_reader reader;
    FILE *file = fopen(path, "re");
    dl_status status = DL_OK;
    if (!file)
        return dl_fail(err, DL_BAD_INPUT, "%s: %s", path, strerror(errno));
    dl_conllu_open(&reader, file, path);
    while (status == DL_OK) {
        struct dl_article article = {.arena = &corpus->arena};
        struct dl_conllu_document document;
        status = dl_conllu_next(&reader, &article, &document, err);
        if (status != DL_OK)
            break;
        if (corpus->count == corpus->room) {
            corpus->room = corpus->room ? corpus->room * 2 : 256;
            corpus->documents =
                dl_realloc_array(corpus->documents, corpus->room, sizeof *corpus->documents);
        }
        struct document *added = &corpus->documents[corpus->count++];
        added->tokens = gold_of(corpus, &article, &document, &added->count);
    }
    dl_conllu_close(&reader);
    (void)fclose(file); /* only read: nothing to lose */
    return status == DL_NOT_FOUND ? DL_OK : status;
}

/* --- documents as text --- */

enum layout { PARAGRAPHS, LINES, WRAPPED, ONE_LINE, SENTENCES };

struct noise {
    enum layout layout;
    uint32_t width; /* of lines that are wrapped */
    bool tight;     /* blanks go missing */
    bool curly;
    int letter_case; /* 1 lower, 2 upper */
};

struct lesson {
    struct dl_cut_judge judge;
    struct dl_buf text;
    const dl_str *ends; /* words with a stop that a sentence may end in */
    uint32_t end_count;
    struct gold *varied;
    uint32_t varied_room;
    uint8_t *cuts;   /* enum dl_cut at each byte */
    uint8_t *starts; /* a sentence begins at the byte */
    size_t room;
    const struct dl_piece *pieces;
    const struct dl_classes *classes;
    struct dl_learner *tokens;
    struct dl_learner *sentences;
    uint64_t asked[2];
    uint64_t wrong[2];
};

static struct noise pick_noise(struct dl_random *random)
{
    struct noise noise = {0};
    uint32_t dice = dl_random_below(random, 100);
    noise.layout = dice < 30   ? PARAGRAPHS
                   : dice < 50 ? LINES
                   : dice < 70 ? WRAPPED
                   : dice < 90 ? ONE_LINE
                               : SENTENCES;
    noise.width = 60 + dl_random_below(random, 30);
    noise.tight = dl_random_below(random, 100) < 15;
    noise.curly = dl_random_below(random, 100) < 30;
    dice = dl_random_below(random, 100);
    noise.letter_case = dice < 7 ? 1 : dice < 10 ? 2 : 0;
    return noise;
}

/* A straight quote as typesetters have it; how many bytes of `form` it stands for. */
static size_t put_curly(struct dl_buf *text, dl_str form, bool opening)
{
    char c = form.at[0];
    if (c == '"')
        (void)dl_buf_put_str(text, opening ? DL_STR("\xe2\x80\x9c") : DL_STR("\xe2\x80\x9d"));
    else if (c == '\'')
        (void)dl_buf_put_str(text, opening && form.len == 1 ? DL_STR("\xe2\x80\x98")
                                                            : DL_STR("\xe2\x80\x99"));
    else
        return 0;
    return 1;
}

static void mark(struct lesson *lesson, size_t at, uint8_t cut, bool starts)
{
    while (at >= lesson->room) {
        size_t room = lesson->room ? lesson->room * 2 : 1U << 16;
        lesson->cuts = dl_realloc_array(lesson->cuts, room, 1);
        lesson->starts = dl_realloc_array(lesson->starts, room, 1);
        memset(lesson->cuts + lesson->room, 0, room - lesson->room);
        memset(lesson->starts + lesson->room, 0, room - lesson->room);
        lesson->room = room;
    }
    lesson->cuts[at] = cut;
    lesson->starts[at] = starts;
}

static void put_token(struct lesson *lesson, const struct gold *gold, const struct noise *noise,
                      bool opening)
{
    uint32_t split = 0;
    mark(lesson, lesson->text.len, DL_CUT_TOKEN, gold->sentence);
    for (size_t i = 0; i < gold->form.len;) {
        dl_str rest = dl_str_sub(gold->form, i, gold->form.len);
        if (split < 3 && gold->splits[split] == i && i > 0) {
            mark(lesson, lesson->text.len, DL_CUT_WORD, false);
            split++;
        }
        size_t bytes = noise->curly ? put_curly(&lesson->text, rest, opening) : 0;
        if (bytes == 0) {
            int c = (unsigned char)rest.at[0];
            c = noise->letter_case == 1 ? tolower(c) : noise->letter_case == 2 ? toupper(c) : c;
            (void)dl_buf_put_char(&lesson->text, (char)c);
            bytes = 1;
        }
        i += bytes;
    }
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) != 0;
}

/* May the blank between these two go missing, as it does on the web? */
static bool may_stick(const struct gold *a, const struct gold *b)
{
    char last = a->form.at[a->form.len - 1];
    char first = b->form.at[0];
    return (strchr(".,;:!?\")", last) && is_letter(first)) ||
           (strchr(".!?", last) && first == '"' && a->form.len == 1);
}

/* Bytes up to the next blank. */
static size_t chunk_bytes(const struct document *document, uint32_t i)
{
    size_t bytes = document->tokens[i].form.len;
    for (i++; i < document->count && !document->tokens[i].spaced; i++)
        bytes += document->tokens[i].form.len;
    return bytes;
}

static dl_str gap_of(const struct document *document, uint32_t i, const struct noise *noise,
                     size_t column)
{
    const struct gold *gold = &document->tokens[i];
    if (gold->paragraph && noise->layout != ONE_LINE)
        return noise->layout == LINES || noise->layout == SENTENCES ? DL_STR("\n") : DL_STR("\n\n");
    if (gold->sentence && noise->layout == SENTENCES)
        return DL_STR("\n");
    if (!gold->spaced)
        return DL_STR("");
    if (noise->layout == WRAPPED && column + 1 + chunk_bytes(document, i) > noise->width)
        return DL_STR("\n");
    return DL_STR(" ");
}

static bool is_address(dl_str form)
{
    return form.len > 6 && (memchr(form.at, '@', form.len) || memmem(form.at, form.len, "://", 3));
}

/* What treebanks have too little of: sentences that end in an abbreviation, whose stop is the
 * sentence's, and addresses with a stop or a comma after them. */
static struct document vary(struct lesson *lesson, const struct document *document,
                            struct dl_random *random)
{
    uint32_t count = 0;
    if (lesson->varied_room < document->count * 2) {
        lesson->varied_room = document->count * 2;
        lesson->varied =
            dl_realloc_array(lesson->varied, lesson->varied_room, sizeof *lesson->varied);
    }
    for (uint32_t i = 0; i < document->count; i++) {
        const struct gold *gold = &document->tokens[i];
        bool last = i + 1 == document->count || gold[1].sentence;
        struct gold *before = count ? &lesson->varied[count - 1] : NULL;
        if (last && dl_str_is(gold->form, ".") && before && !before->sentence &&
            is_letter(before->form.at[0]) && dl_random_below(random, 100) < ENDS_SHARE) {
            before->form = lesson->ends[dl_random_below(random, lesson->end_count)];
            memset(before->splits, 0, sizeof before->splits);
            continue;
        }
        lesson->varied[count++] = *gold;
        if (is_address(gold->form) && (last || gold[1].spaced) && dl_random_below(random, 3) == 0)
            lesson->varied[count++] = (struct gold){.form = last ? DL_STR(".") : DL_STR(",")};
    }
    return (struct document){lesson->varied, count};
}

static void lay_out(struct lesson *lesson, const struct document *document,
                    const struct noise *noise, struct dl_random *random)
{
    size_t line = 0;
    dl_buf_reset(&lesson->text);
    memset(lesson->cuts, 0, lesson->room);
    memset(lesson->starts, 0, lesson->room);
    for (uint32_t i = 0; i < document->count; i++) {
        const struct gold *gold = &document->tokens[i];
        bool opening = i == 0 || gold->spaced || gold->sentence;
        if (i > 0) {
            dl_str gap = gap_of(document, i, noise, lesson->text.len - line);
            if (noise->tight && dl_str_is(gap, " ") && may_stick(gold - 1, gold) &&
                dl_random_below(random, 4) == 0)
                gap = DL_STR("");
            (void)dl_buf_put_str(&lesson->text, gap);
            if (gap.len && gap.at[0] == '\n')
                line = lesson->text.len;
        }
        put_token(lesson, gold, noise, opening);
    }
}

/* --- learning --- */

static uint32_t learn(struct lesson *lesson, struct dl_learner *learner, unsigned which,
                      const uint32_t *features, uint32_t count, uint32_t right, uint32_t classes)
{
    int32_t scores[DL_CUT_WIDTH];
    uint32_t best = 0;
    dl_learner_scores(learner, features, count, scores);
    for (uint32_t k = 1; k < classes; k++)
        if (scores[k] > scores[best])
            best = k;
    if (best != right)
        dl_learner_update(learner, features, count, right, best);
    dl_learner_tick(learner);
    lesson->asked[which]++;
    lesson->wrong[which] += best != right;
    return right; /* what follows is learned as if all before were right */
}

static uint32_t learn_token(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                            uint32_t at)
{
    struct lesson *lesson = (struct lesson *)judge;
    return learn(lesson, lesson->tokens, 0, features, count, lesson->cuts[at], DL_CUT_KINDS);
}

static uint32_t learn_sentence(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                               uint32_t at)
{
    struct lesson *lesson = (struct lesson *)judge;
    return learn(lesson, lesson->sentences, 1, features, count,
                 lesson->starts[lesson->pieces[at + 1].start], 2);
}

static dl_status learn_document(struct lesson *lesson, const struct dl_cut_lists *lists,
                                struct dl_arena *arena, struct dl_error *err)
{
    struct dl_piece *pieces;
    uint32_t count;
    dl_str text = dl_buf_str(&lesson->text);
    dl_arena_reset(arena);
    dl_status status =
        dl_cut_tokens(text, lists, &lesson->judge, 1U << 24, arena, &pieces, &count, err);
    lesson->pieces = pieces;
    if (status != DL_OK)
        return status;
    struct dl_look *looks = dl_arena_array(arena, struct dl_look, count);
    for (uint32_t i = 0; i < count; i++)
        dl_look_at(dl_str_sub(text, pieces[i].start, pieces[i].start + pieces[i].len),
                   lesson->classes, &looks[i]);
    dl_cut_sentences(text, lists, &lesson->judge, looks, arena, pieces, count);
    return DL_OK;
}

static dl_status train(const struct corpus *corpus, const struct dl_cut_lists *lists,
                       const struct dl_classes *classes, const dl_str *ends, uint32_t end_count,
                       struct dl_learner *tokens, struct dl_learner *sentences,
                       struct dl_error *err)
{
    struct lesson lesson = {.judge = {learn_token, learn_sentence},
                            .classes = classes,
                            .ends = ends,
                            .end_count = end_count,
                            .tokens = tokens,
                            .sentences = sentences};
    struct dl_random random = {SEED};
    struct dl_arena arena;
    dl_status status = DL_OK;
    uint32_t *order = dl_realloc_array(NULL, corpus->count, sizeof *order);
    dl_arena_init(&arena);
    dl_buf_init(&lesson.text, 64U << 20);
    mark(&lesson, 0, 0, false);
    for (uint32_t i = 0; i < corpus->count; i++)
        order[i] = i;
    for (uint32_t round = 0; round < ROUNDS && status == DL_OK; round++) {
        dl_random_shuffle(&random, order, corpus->count);
        memset(lesson.asked, 0, sizeof lesson.asked);
        memset(lesson.wrong, 0, sizeof lesson.wrong);
        for (uint32_t i = 0; i < corpus->count && status == DL_OK; i++) {
            struct noise noise = pick_noise(&random);
            struct document varied = vary(&lesson, &corpus->documents[order[i]], &random);
            lay_out(&lesson, &varied, &noise, &random);
            status = learn_document(&lesson, lists, &arena, err);
        }
        fprintf(stderr, "round %u: tokens %lu of %lu wrong, sentences %lu of %lu\n", round + 1,
                lesson.wrong[0], lesson.asked[0], lesson.wrong[1], lesson.asked[1]);
    }
    free(order);
    free(lesson.varied);
    free(lesson.cuts);
    free(lesson.starts);
    dl_buf_done(&lesson.text);
    dl_arena_done(&arena);
    return status;
}

/* --- lists --- */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Lines of words with blanks between; "can|not" is a join. */
static dl_status read_list(const char *dir, const char *name, uint32_t *numbers, bool joins,
                           size_t *ret_count, struct dl_error *err)
{
    char path[4096];
    char line[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return dl_fail(err, DL_BAD_INPUT, "%s: %s", path, strerror(errno));
    size_t count = 0;
    while (fgets(line, sizeof line, file) && count < 4000) {
        dl_str rest = dl_str_trim((dl_str){line, strcspn(line, "#\n")});
        dl_str word;
        while (rest.len && dl_str_next(&rest, ' ', &word)) {
            char plain[64];
            size_t len = 0;
            uint32_t bytes = 0;
            for (size_t i = 0; i < word.len && len < sizeof plain; i++) {
                if (word.at[i] == '|')
                    bytes = (uint32_t)len;
                else
                    plain[len++] = word.at[i];
            }
            if (len == 0)
                continue;
            numbers[count++] = dl_cut_hash((dl_str){plain, len});
            if (joins)
                numbers[count++] = bytes;
        }
    }
    (void)fclose(file); /* only read: nothing to lose */
    *ret_count = count;
    qsort(numbers, joins ? count / 2 : count, joins ? 8 : 4, by_number);
    return DL_OK;
}

/* Words as they are spelled. */
static dl_status read_ends(const char *dir, struct dl_arena *arena, dl_str *ends,
                           uint32_t *ret_count, struct dl_error *err)
{
    char path[4096];
    char line[4096];
    snprintf(path, sizeof path, "%s/ends.txt", dir);
    FILE *file = fopen(path, "re");
    if (!file)
        return dl_fail(err, DL_BAD_INPUT, "%s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, file)) {
        dl_str rest = dl_str_trim((dl_str){line, strcspn(line, "#\n")});
        dl_str word;
        while (rest.len && *ret_count < ENDS_MAX && dl_str_next(&rest, ' ', &word))
            ends[(*ret_count)++] = dl_arena_str(arena, word);
    }
    (void)fclose(file); /* only read: nothing to lose */
    return *ret_count ? DL_OK : dl_fail(err, DL_BAD_INPUT, "%s: no words", path);
}

int main(int argc, char **argv)
{
    struct dl_error err;
    struct corpus corpus = {0};
    struct dl_learner tokens;
    struct dl_learner sentences;
    static uint32_t abbreviations[4096];
    static uint32_t joins[4096];
    struct dl_cut_lists lists = {.abbreviations = abbreviations};
    size_t join_numbers = 0;
    static dl_str ends[ENDS_MAX];
    uint32_t end_count = 0;
    struct dl_classes *classes = NULL;
    if (argc < 5) {
        fputs("usage: dl_train_cuts DATA/WORDS classes.model OUT.model TREEBANK.conllu…\n", stderr);
        return 2;
    }
    dl_arena_init(&corpus.arena);
    dl_status status = read_list(argv[1], "abbreviations.txt", abbreviations, false,
                                 &lists.abbreviation_count, &err);
    if (status == DL_OK)
        status = read_list(argv[1], "joins.txt", joins, true, &join_numbers, &err);
    if (status == DL_OK)
        status = dl_classes_load(argv[2], &classes, &err);
    if (status == DL_OK)
        status = read_ends(argv[1], &corpus.arena, ends, &end_count, &err);
    lists.joins = (const struct dl_cut_join *)(const void *)joins;
    lists.join_count = join_numbers / 2;
    for (int i = 4; i < argc && status == DL_OK; i++)
        status = read_treebank(&corpus, argv[i], &err);
    dl_learner_init(&tokens, TOKEN_BITS, DL_CUT_WIDTH, DL_CUT_KINDS, UPDATES_MIN);
    dl_learner_init(&sentences, SENTENCE_BITS, DL_CUT_WIDTH, 2, UPDATES_MIN);
    if (status == DL_OK)
        status = train(&corpus, &lists, classes, ends, end_count, &tokens, &sentences, &err);
    if (status == DL_OK) {
        struct dl_model_part parts[4] = {
            {0},
            {0},
            {.at = abbreviations, .bytes = lists.abbreviation_count * sizeof(uint32_t)},
            {.at = joins, .bytes = join_numbers * sizeof(uint32_t)}};
        dl_learner_rows(&tokens, 2, REACH, &parts[0]);
        dl_learner_rows(&sentences, 2, REACH, &parts[1]);
        status = dl_model_write(argv[3], "cuts", DL_CUTS_VERSION, parts, 4, &err);
        free((void *)(uintptr_t)parts[0].at);
        free((void *)(uintptr_t)parts[1].at);
    }
    dl_classes_free(classes);
    dl_learner_done(&tokens);
    dl_learner_done(&sentences);
    dl_arena_done(&corpus.arena);
    free(corpus.documents);
    if (status != DL_OK)
        fprintf(stderr, "dl_train_cuts: %s\n", err.text);
    return status == DL_OK ? 0 : 1;
}
