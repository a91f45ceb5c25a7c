/* `dateline code [FILE…]`: text, JSONL or CoNLL-U in, one Report a line out; `dateline explain` the
 * same with reasons. */
#include "workers/code_command.h"

#include "core/config.h"
#include "core/day.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "markup/charset.h"
#include "proto/codec.h"
#include "proto/json.h"
#include "workers/coding.h"
#include "workers/explain_text.h"
#include "workers/given.h"
#include "workers/pipeline.h"
#include "workers/report_circumstances.h"
#include "workers/report_text.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

struct code {
    struct dl_knowledge *knowledge;
    struct dl_pipeline pipeline;
    struct dl_arena arena;
    struct dl_buf line;
    dl_str published;
    const char *format;
    const char *until;
    bool conllu; /* in */
    bool explains;
    bool trees; /* of what is explained */
    bool colour;
    bool strict;
    enum dl_decider decider;
    unsigned bad;
};

static void put_error(struct code *code, dl_str id, dl_status status, const char *message,
                      const char *where)
{
    code->bad++;
    code->line.len = 0;
    (void)dl_buf_put_str(&code->line, DL_STR("{\"id\":")); /* far below the ceiling */
    (void)dl_json_put_string(&code->line, id);
    (void)dl_buf_printf(&code->line,
                        ",\"error\":{\"kind\":\"%s\",\"message\":", dl_status_name(status));
    (void)dl_json_put_string(&code->line, dl_str_of(message));
    (void)dl_buf_put_str(&code->line, DL_STR(",\"where\":"));
    (void)dl_json_put_string(&code->line, dl_str_of(where));
    (void)dl_buf_put_str(&code->line, DL_STR("}}\n"));
    fwrite(code->line.at, 1, code->line.len, stdout);
}

static dl_status put_report(struct code *code, const struct dl_report *report, struct dl_error *err)
{
    dl_status status;
    code->line.len = 0;
    if (strcmp(code->format, "json") == 0)
        status = dl_report_json(report, NULL, &code->arena, &code->line);
    else if (strcmp(code->format, "csv") == 0)
        status = dl_report_csv(report, &code->line);
    else if (strcmp(code->format, "geojson") == 0)
        status = dl_report_geojson(report, &code->line);
    else
        status = dl_report_text(report, code->colour, &code->line);
    if (status != DL_OK)
        return dl_fail(err, DL_TOO_BIG, "the report is too large to be written");
    fwrite(code->line.at, 1, code->line.len, stdout);
    if (strcmp(code->format, "csv") != 0 && strcmp(code->format, "geojson") != 0)
        fputc('\n', stdout);
    return DL_OK;
}

/* The reasons and the line of dates; or the map alone. */
static dl_status put_explained(struct code *code, const struct dl_article *article,
                               struct dl_error *err)
{
    if (strcmp(code->format, "geojson") == 0)
        return put_report(code, &article->report, err);
    dl_explain_article(article, (struct dl_explain){code->colour, code->trees}, stdout);
    code->line.len = 0;
    if (dl_report_date_line(&article->report, code->colour, &code->line) != DL_OK)
        return dl_fail(err, DL_TOO_BIG, "the line of dates is too large to be written");
    if (code->line.len) /* a text without dates has no such line */
        fwrite(code->line.at, 1, code->line.len, stdout);
    return DL_OK;
}

static dl_status explain_one(struct code *code, const struct dl_article_record *record,
                             struct dl_error *err)
{
    struct dl_article article;
    const char *stage;
    dl_article_begin(&article, &code->arena, record, 1);
    article.explains = true;
    dl_status status = dl_pipeline_run(&code->pipeline, code->knowledge, &article, &stage, err);
    return status == DL_OK ? put_explained(code, &article, err) : status;
}

static dl_status code_one(struct code *code, struct dl_article_record *article,
                          struct dl_error *err)
{
    struct dl_coded coded = {0};
    struct dl_report *report = NULL;
    if (article->published.len == 0 && code->published.len) {
        article->published = code->published;
        article->published_basis = DL_BASIS_GIVEN;
    }
    if (code->explains)
        return explain_one(code, article, err);
    dl_str bytes = dl_article_pack(article, &code->arena);
    dl_status status = dl_code_article(&code->pipeline, code->knowledge, &code->arena, &code->arena,
                                       bytes, 1, &coded, err);
    if (status == DL_OK)
        status = dl_report_unpack(coded.report, &code->arena, &report, err);
    if (status != DL_OK)
        return status;
    return put_report(code, report, err);
}

static void code_conllu(struct code *code, FILE *file, const char *name)
{
    struct dl_conllu_reader reader;
    struct dl_error err;
    dl_status status;
    dl_conllu_open(&reader, file, name);
    reader.keeps_trees = true;
    do {
        struct dl_article article = {.arena = &code->arena};
        struct dl_conllu_document document;
        dl_arena_reset(&code->arena);
        status = dl_conllu_next(&reader, &article, &document, &err);
        if (status == DL_NOT_FOUND)
            break;
        if (status == DL_OK)
            status = dl_code_given(&code->pipeline, code->knowledge, &article, &document,
                                   code->published, &err);
        struct dl_coder coder = code->knowledge->coder;
        article.report.coder = &coder;
        if (status == DL_OK && code->explains)
            status = put_explained(code, &article, &err);
        else if (status == DL_OK)
            status = put_report(code, &article.report, &err);
        if (status != DL_OK)
            put_error(code, document.id, status, err.text, name);
    } while (true);
    dl_conllu_close(&reader);
}

static dl_status read_all(FILE *file, struct dl_buf *text)
{
    char chunk[65536];
    size_t len;
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (dl_buf_put(text, chunk, len) != DL_OK)
            return DL_TOO_BIG;
    return ferror(file) ? DL_BAD_INPUT : DL_OK;
}

/* A tag, doctype or comment first: a page of HTML, in whatever encoding. */
static bool is_markup(dl_str bytes)
{
    if (dl_str_starts(bytes, DL_STR("\xef\xbb\xbf")))
        bytes = dl_str_sub(bytes, 3, bytes.len);
    bytes = dl_str_trim(bytes);
    if (dl_str_starts(bytes, DL_STR("\xff\xfe<")) || dl_str_starts(bytes, DL_STR("\xfe\xff")))
        return true;
    return bytes.len > 2 && bytes.at[0] == '<' &&
           (bytes.at[1] == '!' || bytes.at[1] == '?' ||
            ((bytes.at[1] | 32) >= 'a' && (bytes.at[1] | 32) <= 'z'));
}

/* A whole file as the text or the page of an article. */
static dl_status take_content(struct code *code, FILE *file, struct dl_article_record *article,
                              struct dl_error *err)
{
    struct dl_buf bytes;
    dl_buf_init(&bytes, DL_ARTICLE_BYTES_MAX);
    dl_status status = read_all(file, &bytes);
    if (status == DL_TOO_BIG)
        (void)dl_fail(err, status, "larger than %u bytes", DL_ARTICLE_BYTES_MAX);
    else if (status != DL_OK)
        (void)dl_fail(err, status, "%s", strerror(errno));
    else if (is_markup(dl_buf_str(&bytes)))
        article->html = dl_arena_str(
            &code->arena,
            dl_charset_decode(&code->arena, dl_arena_str(&code->arena, dl_buf_str(&bytes)),
                              (dl_str){"", 0}, NULL));
    else
        article->text = dl_utf8_clean(&code->arena, dl_arena_str(&code->arena, dl_buf_str(&bytes)));
    dl_buf_done(&bytes);
    return status;
}

/* A line that names a file instead of holding the text; relative to the JSONL. */
static dl_status take_file(struct code *code, const char *name, struct dl_article_record *article,
                           struct dl_error *err)
{
    char path[PATH_MAX];
    const char *slash = strrchr(name, '/');
    for (uint32_t i = 0; i < article->attributes_count; i++) {
        dl_str file = article->attributes[i].value;
        if (!dl_str_is(article->attributes[i].name, "file"))
            continue;
        int folder = slash && !dl_str_starts(file, DL_STR("/")) ? (int)(slash - name) + 1 : 0;
        snprintf(path, sizeof path, "%.*s%.*s", folder, name, DL_STR_ARG(file));
        FILE *content = fopen(path, "re");
        if (!content)
            return dl_fail(err, DL_BAD_INPUT, "%s: %s", path, strerror(errno));
        dl_status status = take_content(code, content, article, err);
        (void)fclose(content); /* only read: nothing to lose */
        return status;
    }
    return DL_OK;
}

static void code_jsonl(struct code *code, FILE *file, const char *name)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    while ((len = getline(&line, &room, file)) >= 0) {
        struct dl_article_record *article = NULL;
        struct dl_error err;
        char where[512];
        number++;
        dl_str text = dl_str_trim((dl_str){line, (size_t)len});
        if (text.len == 0)
            continue;
        dl_arena_reset(&code->arena);
        snprintf(where, sizeof where, "%.400s:%u", name, number);
        dl_status status = text.len > DL_ARTICLE_BYTES_MAX
                               ? dl_fail(&err, DL_TOO_BIG, "a line of %zu bytes", text.len)
                               : dl_article_from_json(text, &code->arena, &article, &err);
        if (status == DL_OK && article->text.len == 0 && article->html.len == 0)
            status = take_file(code, name, article, &err);
        if (status == DL_OK)
            status = code_one(code, article, &err);
        if (status != DL_OK)
            put_error(code, article ? article->id : DL_STR(""), status, err.text, where);
    }
    free(line);
}

/* Leading "Date: …" counts. */
static void take_date(struct code *code, struct dl_article_record *article)
{
    dl_str rest = article->text;
    dl_str line;
    dl_str date;
    if (!dl_str_next(&rest, '\n', &line) || !dl_str_starts(line, DL_STR("Date:")))
        return;
    if (dl_date_normalise(&code->arena, dl_str_sub(line, 5, line.len), &date) != DL_OK)
        return;
    article->published = date;
    article->published_basis = DL_BASIS_GIVEN;
    article->text = rest.at ? dl_str_trim(rest) : (dl_str){"", 0};
}

static void code_text(struct code *code, FILE *file, const char *name)
{
    struct dl_article_record article = {.text = {"", 0}};
    struct dl_error err;
    dl_arena_reset(&code->arena);
    dl_status status = take_content(code, file, &article, &err);
    if (status == DL_OK) {
        take_date(code, &article);
        status = code_one(code, &article, &err);
    }
    if (status != DL_OK)
        put_error(code, dl_str_of(name), status, err.text, name);
}

static void code_file(struct code *code, const char *name)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "re");
    if (!file) {
        put_error(code, dl_str_of(name), DL_BAD_INPUT, strerror(errno), name);
        return;
    }
    int first = getc(file);
    if (first != EOF)
        (void)ungetc(first, file); /* one byte always goes back */
    if (code->conllu)
        code_conllu(code, file, name);
    else if (dl_str_ends(dl_str_of(name), DL_STR(".jsonl")) || first == '{')
        code_jsonl(code, file, name);
    else
        code_text(code, file, name);
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
}

static int usage(bool explains, const char *wrong)
{
    if (explains) {
        fprintf(stderr,
                "%s%sdateline explain [FILE…] [--tree] [--geojson] [--input text|conllu] "
                "[--published DATE] [--decide both|frames|model]\n",
                wrong ? wrong : "", wrong ? "\n" : "");
        return 2;
    }
    fprintf(stderr,
            "%s%sdateline code [FILE…] [--input text|conllu] [--format json|text|csv|geojson] "
            "[--published DATE] [--until STAGE] [--decide both|frames|model] [--strict]\n",
            wrong ? wrong : "", wrong ? "\n" : "");
    return 2;
}

static dl_status take_decider(struct code *code, const char *name, struct dl_error *err)
{
    static const char *const names[] = {"both", "frames", "model"}; /* as enum dl_decider */
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            code->decider = (enum dl_decider)i;
            return DL_OK;
        }
    return dl_fail(err, DL_BAD_CONFIG, "--decide: '%s' is not both, frames or model", name);
}

static int parse_args(struct code *code, int argc, char **argv, struct dl_error *err)
{
    int files = 1;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--strict") == 0) {
            code->strict = true;
        } else if (strcmp(argv[i], "--input") == 0 && value) {
            code->conllu = strcmp(argv[++i], "conllu") == 0;
            if (!code->conllu && strcmp(value, "text") != 0) {
                (void)dl_fail(err, DL_BAD_CONFIG, "--input: '%s' is not text or conllu", value);
                return -1;
            }
        } else if (strcmp(argv[i], "--tree") == 0 && code->explains) {
            code->trees = true;
        } else if (strcmp(argv[i], "--geojson") == 0 && code->explains) {
            code->format = "geojson";
        } else if (strcmp(argv[i], "--format") == 0 && value && !code->explains) {
            code->format = argv[++i];
        } else if (strcmp(argv[i], "--until") == 0 && value) {
            code->until = argv[++i];
        } else if (strcmp(argv[i], "--decide") == 0 && value) {
            if (take_decider(code, argv[++i], err) != DL_OK)
                return -1;
        } else if (strcmp(argv[i], "--published") == 0 && value) {
            i++;
            if (dl_date_normalise(&code->arena, dl_str_of(value), &code->published) != DL_OK) {
                (void)dl_fail(err, DL_BAD_CONFIG, "--published: '%s' is no date", value);
                return -1;
            }
            code->published = dl_str_of(dl_strdup(code->published.at)); /* for the whole run */
        } else if (argv[i][0] == '-' && argv[i][1]) {
            (void)dl_fail(err, DL_BAD_CONFIG, "code: no option '%s', or its value is missing",
                          argv[i]);
            return -1;
        } else {
            argv[files++] = argv[i];
        }
    }
    if (strcmp(code->format, "json") != 0 && strcmp(code->format, "text") != 0 &&
        strcmp(code->format, "csv") != 0 && strcmp(code->format, "geojson") != 0) {
        (void)dl_fail(err, DL_BAD_CONFIG, "--format: '%s' is not json, text, csv or geojson",
                      code->format);
        return -1;
    }
    return files;
}

static int run(struct code code, const struct dl_config *config, int argc, char **argv)
{
    struct dl_error err;
    dl_arena_init(&code.arena);
    dl_buf_init(&code.line, 64U << 20);
    int files = parse_args(&code, argc, argv, &err);
    if (files < 0)
        return usage(code.explains, err.text);
    dl_status status = dl_pipeline_init(&code.pipeline, code.until, &err);
    if (status == DL_OK)
        status = dl_knowledge_load_for(code.decider, NULL, config->data, &code.knowledge, &err);
    if (status != DL_OK) {
        fprintf(stderr, "dateline: %s\n", err.text);
        return status == DL_BAD_CONFIG ? 2 : 1;
    }
    if (strcmp(code.format, "csv") == 0 && dl_report_csv_head(&code.line) == DL_OK)
        fwrite(code.line.at, 1, code.line.len, stdout);
    if (files == 1)
        code_file(&code, "-");
    for (int i = 1; i < files; i++)
        code_file(&code, argv[i]);
    dl_knowledge_free(code.knowledge);
    dl_buf_done(&code.line);
    dl_arena_done(&code.arena);
    free((char *)(uintptr_t)code.published.at);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "dateline: writing the reports: %s\n", strerror(errno));
        return 1;
    }
    return code.strict && code.bad ? 1 : 0;
}

int dl_code_main(const struct dl_config *config, int argc, char **argv)
{
    return run((struct code){.format = "json", .colour = isatty(STDOUT_FILENO) == 1}, config, argc,
               argv);
}

int dl_explain_main(const struct dl_config *config, int argc, char **argv)
{
    return run(
        (struct code){.format = "text", .explains = true, .colour = isatty(STDOUT_FILENO) == 1},
        config, argc, argv);
}
