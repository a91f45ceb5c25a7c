/* Texts, JSONL or CoNLL-U through the reading stages, many documents a process. */
#include "workers/parse_text.h"

#include "core/config.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "proto/json.h"
#include "workers/conllu.h"
#include "workers/pipeline.h"
#include "workers/tree_text.h"

#include <errno.h>
#include <unistd.h>

struct parse {
    struct dl_knowledge *knowledge;
    struct dl_pipeline from_text;
    struct dl_pipeline from_words;
    struct dl_arena arena;
    bool conllu; /* in */
    bool trees;  /* out */
    bool strict;
    unsigned bad;
};

static void put_error(struct parse *parse, const char *text)
{
    parse->bad++;
    fflush(stdout);
    fprintf(stderr, "dateline: %s\n", text);
}

/* Runs the stages and writes what came of them. */
static dl_status read_article(struct parse *parse, const struct dl_pipeline *pipeline,
                              struct dl_article *article, struct dl_conllu_document *document,
                              struct dl_error *err)
{
    const char *stage;
    article->english = true; /* whoever asks for it gets it read as English */
    dl_status status = dl_pipeline_run(pipeline, parse->knowledge, article, &stage, err);
    if (status != DL_OK)
        return status;
    if (parse->trees)
        dl_tree_draw(article, stdout);
    else
        dl_conllu_write(article, document, stdout);
    return DL_OK;
}

/* The text as it is: a clean copy only where it is not UTF-8, so that offsets hold. */
static dl_status read_text(struct parse *parse, dl_str id, dl_str text, struct dl_error *err)
{
    struct dl_article_record record = {.id = id, .text = text};
    struct dl_article article = {.arena = &parse->arena, .record = &record};
    struct dl_conllu_document document = {.id = id, .has_start = true};
    if (text.len > DL_ARTICLE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "text of %zu bytes, at most %u", text.len,
                       DL_ARTICLE_BYTES_MAX);
    bool clean = dl_utf8_is_valid(text) && (text.len == 0 || !memchr(text.at, '\0', text.len));
    dl_article_set_text(&article, clean ? text : dl_utf8_clean(&parse->arena, text));
    return read_article(parse, &parse->from_text, &article, &document, err);
}

static void read_jsonl(struct parse *parse, FILE *file, const char *name)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    while ((len = getline(&line, &room, file)) >= 0) {
        struct dl_article_record *record = NULL;
        struct dl_error err;
        dl_str text = dl_str_trim((dl_str){line, (size_t)len});
        number++;
        if (text.len == 0)
            continue;
        dl_arena_reset(&parse->arena);
        dl_status status = text.len > DL_ARTICLE_BYTES_MAX
                               ? dl_fail(&err, DL_TOO_BIG, "a line of %zu bytes", text.len)
                               : dl_article_from_json(text, &parse->arena, &record, &err);
        if (status == DL_OK)
            status = read_text(parse, record->id, record->text, &err);
        if (status != DL_OK) {
            (void)dl_fail_in(&err, "%.400s:%u", name, number);
            put_error(parse, err.text);
        }
    }
    free(line);
}

static void read_whole(struct parse *parse, FILE *file, const char *name)
{
    struct dl_buf text;
    struct dl_error err;
    char chunk[65536];
    size_t len;
    dl_status status = DL_OK;
    dl_buf_init(&text, DL_ARTICLE_BYTES_MAX);
    dl_arena_reset(&parse->arena);
    while (status == DL_OK && (len = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (dl_buf_put(&text, chunk, len) != DL_OK)
            status = dl_fail(&err, DL_TOO_BIG, "%.400s: larger than %u bytes", name,
                             DL_ARTICLE_BYTES_MAX);
    if (status == DL_OK && ferror(file))
        status = dl_fail(&err, DL_BAD_INPUT, "%.400s: %s", name, strerror(errno));
    dl_str all = dl_buf_str(&text);
    if (dl_str_starts(all, DL_STR("\xef\xbb\xbf"))) /* a mark of the encoding, not of the text */
        all = dl_str_sub(all, 3, all.len);
    const char *base = strrchr(name, '/');
    if (status == DL_OK) {
        status = read_text(parse, dl_str_of(base ? base + 1 : name), all, &err);
        if (status != DL_OK)
            (void)dl_fail_in(&err, "%.400s", name);
    }
    if (status != DL_OK)
        put_error(parse, err.text);
    dl_buf_done(&text);
}

static void read_conllu(struct parse *parse, FILE *file, const char *name)
{
    struct dl_conllu_reader reader;
    struct dl_error err;
    dl_status status;
    dl_conllu_open(&reader, file, name);
    do {
        struct dl_article article = {.arena = &parse->arena};
        struct dl_conllu_document document;
        dl_arena_reset(&parse->arena);
        status = dl_conllu_next(&reader, &article, &document, &err);
        if (status == DL_OK)
            status = read_article(parse, &parse->from_words, &article, &document, &err);
        if (status != DL_OK && status != DL_NOT_FOUND)
            put_error(parse, err.text);
    } while (status != DL_NOT_FOUND);
    dl_conllu_close(&reader);
}

static void read_file(struct parse *parse, const char *name)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "re");
    if (!file) {
        struct dl_error err;
        (void)dl_fail(&err, DL_BAD_INPUT, "%.400s: %s", name, strerror(errno));
        put_error(parse, err.text);
        return;
    }
    int first = getc(file);
    if (first != EOF)
        (void)ungetc(first, file); /* one byte always goes back */
    if (parse->conllu)
        read_conllu(parse, file, name);
    else if (dl_str_ends(dl_str_of(name), DL_STR(".jsonl")) || (is_stdin && first == '{'))
        read_jsonl(parse, file, name);
    else
        read_whole(parse, file, name);
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
}

static int usage(const char *wrong)
{
    fprintf(stderr,
            "dateline: parse text: %s\n"
            "usage: dateline parse text [FILE…|FILE.jsonl|-] [--input text|conllu] "
            "[--format conllu|text] [--strict]\n",
            wrong);
    return -1;
}

/* Options out of argv; how many words are left, or -1. */
static int take_options(struct parse *parse, int argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--strict") == 0) {
            parse->strict = true;
        } else if (strcmp(argv[i], "--input") == 0) {
            i++;
            parse->conllu = strcmp(value, "conllu") == 0;
            if (!parse->conllu && strcmp(value, "text") != 0)
                return usage("--input is text or conllu");
        } else if (strcmp(argv[i], "--format") == 0) {
            i++;
            parse->trees = strcmp(value, "text") == 0;
            if (!parse->trees && strcmp(value, "conllu") != 0)
                return usage("--format is conllu or text");
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return usage("an option that is not known");
        } else {
            argv[kept++] = argv[i];
        }
    }
    return kept;
}

int dl_parse_text_main(const struct dl_config *config, int argc, char **argv)
{
    struct parse parse = {0};
    struct dl_error err;
    int words = take_options(&parse, argc, argv);
    if (words < 0)
        return 2;
    dl_pipeline_reading(&parse.from_text, "signature");
    dl_pipeline_reading(&parse.from_words, "sentences");
    dl_status status = dl_knowledge_load(NULL, config->data, &parse.knowledge, &err);
    if (status != DL_OK) {
        fprintf(stderr, "dateline: %s\n", err.text);
        return status == DL_BAD_CONFIG ? 2 : 1;
    }
    dl_arena_init(&parse.arena);
    if (words == 1)
        read_file(&parse, "-");
    for (int i = 1; i < words; i++)
        read_file(&parse, argv[i]);
    dl_knowledge_free(parse.knowledge);
    dl_arena_done(&parse.arena);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "dateline: writing: %s\n", strerror(errno));
        return 1;
    }
    return parse.strict && parse.bad ? 1 : 0;
}
