/* Pages from files and JSONL, Articles out. */
#include "pages/parse_page.h"

#include "core/config.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "pages/explain.h"
#include "pages/json_loose.h"
#include "proto/json.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

/* A line of JSON holds a page with its quotes and line ends escaped. */
#define LINE_BYTES_MAX (DL_PAGE_BYTES_MAX + (4U << 20))
#define OUT_BYTES_MAX (32U << 20)

struct parse {
    struct dl_page_reader reader;
    struct dl_arena arena;
    struct dl_buf line; /* of the answer */
    struct dl_buf file; /* the page */
    dl_str url;
    dl_str content_type;
    bool explain;
    bool strict;
    unsigned bad;
    unsigned number;
};

static void put_id(struct parse *parse, dl_str id)
{
    char number[16];
    snprintf(number, sizeof number, "%u", parse->number);
    dl_buf_reset(&parse->line);
    (void)dl_buf_put_str(&parse->line, DL_STR("{\"id\":")); /* far below the ceiling */
    (void)dl_json_put_string(&parse->line, id.len ? id : dl_str_of(number));
}

static void put_error(struct parse *parse, dl_str id, dl_status status, const char *message,
                      const char *where)
{
    parse->bad++;
    put_id(parse, id);
    (void)dl_buf_printf(&parse->line,
                        ",\"error\":{\"kind\":\"%s\",\"message\":", dl_status_name(status));
    (void)dl_json_put_string(&parse->line, dl_str_of(message));
    (void)dl_buf_put_str(&parse->line, DL_STR(",\"where\":"));
    (void)dl_json_put_string(&parse->line, dl_str_of(where));
    (void)dl_buf_put_str(&parse->line, DL_STR("}}\n"));
    fwrite(parse->line.at, 1, parse->line.len, stdout);
}

static void parse_one(struct parse *parse, dl_str id, const struct dl_page_want *want,
                      const char *where)
{
    struct dl_page page;
    struct dl_error err;
    dl_status status = dl_page_read(&parse->reader, want, &parse->arena, &page, &err);
    if (status == DL_OK) {
        dl_buf_reset(&parse->line);
        page.article.id = id;
        status = parse->explain ? dl_page_explain(&page, &parse->line)
                                : dl_article_json(&page.article, &parse->arena, &parse->line);
        if (status != DL_OK)
            (void)dl_fail(&err, status, "the article is too large to be written");
    }
    if (status != DL_OK) {
        put_error(parse, id, status, err.text, where);
        return;
    }
    (void)dl_buf_put_char(&parse->line, '\n');
    fwrite(parse->line.at, 1, parse->line.len, stdout);
}

static dl_status read_file(FILE *file, struct dl_buf *bytes, struct dl_error *err)
{
    char piece[65536];
    size_t got;
    dl_buf_reset(bytes);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        if (dl_buf_put(bytes, piece, got) != DL_OK)
            return dl_fail(err, DL_TOO_BIG, "page of more than %u bytes", DL_PAGE_BYTES_MAX);
    return ferror(file) ? dl_fail(err, DL_BAD_INPUT, "%s", strerror(errno)) : DL_OK;
}

static void parse_file(struct parse *parse, FILE *file, const char *name, dl_str id,
                       struct dl_page_want want)
{
    struct dl_error err;
    dl_status status = read_file(file, &parse->file, &err);
    want.bytes = dl_buf_str(&parse->file);
    if (status == DL_OK)
        parse_one(parse, id, &want, name);
    else
        put_error(parse, id, status, err.text, name);
}

static void parse_path(struct parse *parse, const char *path, dl_str id, struct dl_page_want want,
                       const char *where)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        char message[DL_ERROR_TEXT_MAX];
        snprintf(message, sizeof message, "%.300s: %s", path, strerror(errno));
        put_error(parse, id, DL_BAD_INPUT, message, where);
        return;
    }
    parse_file(parse, file, path, id, want);
    (void)fclose(file); /* only read: nothing to lose */
}

static dl_str member(const struct dl_loose *object, const char *name)
{
    const struct dl_loose *value = dl_loose_get(object, name);
    if (!value || (value->kind != DL_LOOSE_STRING && value->kind != DL_LOOSE_WORD) ||
        (value->kind == DL_LOOSE_WORD && dl_str_is(value->text, "null")))
        return (dl_str){"", 0};
    return value->text;
}

/* {"id","html"|"file","url","content_type"}; `file` is relative to the JSONL. */
static void parse_json(struct parse *parse, dl_str line, const char *name, const char *where)
{
    const struct dl_loose *object = dl_loose_read(&parse->arena, line)->first;
    char path[PATH_MAX];
    bool whole = line.at[line.len - 1] == '}';
    if (!object || object->kind != DL_LOOSE_OBJECT || !whole) {
        put_error(parse, member(object, "id"), DL_BAD_INPUT, "not a line of JSON", where);
        return;
    }
    dl_str id = member(object, "id");
    dl_str url = member(object, "url");
    dl_str file = member(object, "file");
    struct dl_page_want want = {
        .bytes = member(object, "html"),
        .url = url.len ? url : parse->url,
        .content_type = member(object, "content_type"),
        .is_text = true,
    };
    if (want.bytes.len) {
        parse_one(parse, id, &want, where);
    } else if (file.len == 0) {
        put_error(parse, id, DL_BAD_INPUT, "neither html nor file", where);
    } else {
        const char *slash = strrchr(name, '/');
        int folder = slash && file.at[0] != '/' ? (int)(slash - name) + 1 : 0;
        want.is_text = false;
        snprintf(path, sizeof path, "%.*s%.*s", folder, name, DL_STR_ARG(file));
        parse_path(parse, path, id, want, where);
    }
}

/* A line into `parse->line`-sized memory; false at the end. *ret_long: past the ceiling, its rest
 * was read over. */
static bool read_line(FILE *file, struct dl_buf *line, bool *ret_long)
{
    bool any = false;
    int c;
    dl_buf_reset(line);
    *ret_long = false;
    while ((c = getc_unlocked(file)) != EOF) {
        any = true;
        if (c == '\n')
            break;
        if (dl_buf_put_char(line, (char)c) != DL_OK)
            *ret_long = true;
    }
    return any;
}

/* The id of a line of which only the beginning is known. */
static dl_str id_of_head(struct parse *parse, dl_str line)
{
    dl_str head = dl_str_sub(line, 0, line.len < 1024 ? line.len : 1024);
    return member(dl_loose_read(&parse->arena, head)->first, "id");
}

static void parse_lines(struct parse *parse, FILE *file, const char *name)
{
    struct dl_buf line;
    unsigned number = 0;
    bool too_long;
    dl_buf_init(&line, LINE_BYTES_MAX);
    while (read_line(file, &line, &too_long)) {
        char where[512];
        dl_str text = dl_str_trim(dl_buf_str(&line));
        number++;
        if (text.len == 0)
            continue;
        parse->number++;
        dl_arena_reset(&parse->arena);
        snprintf(where, sizeof where, "%.400s:%u", name, number);
        if (too_long)
            put_error(parse, id_of_head(parse, text), DL_TOO_BIG, "line of more than 12 MiB",
                      where);
        else if (text.at[0] != '{')
            put_error(parse, (dl_str){"", 0}, DL_BAD_INPUT, "not a line of JSON", where);
        else
            parse_json(parse, text, name, where);
    }
    dl_buf_done(&line);
}

static bool is_json(FILE *file, const char *name)
{
    if (dl_str_ends(dl_str_of(name), DL_STR(".jsonl")) ||
        dl_str_ends(dl_str_of(name), DL_STR(".ndjson")))
        return true;
    int first = getc(file);
    if (first != EOF)
        (void)ungetc(first, file); /* one byte always goes back */
    return first == '{';
}

static void parse_argument(struct parse *parse, const char *name)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "re");
    struct dl_page_want want = {.url = parse->url, .content_type = parse->content_type};
    if (!file) {
        put_error(parse, dl_str_of(name), DL_BAD_INPUT, strerror(errno), name);
        return;
    }
    if (is_json(file, name)) {
        parse_lines(parse, file, name);
    } else {
        parse->number++;
        dl_arena_reset(&parse->arena);
        parse_file(parse, file, name, dl_str_of(name), want);
    }
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
}

static int usage(void)
{
    fputs("usage: dateline parse page [FILE.html|FILE.jsonl|-]… [--url URL] [--content-type T] "
          "[--explain] [--strict]\n"
          "  a line of JSONL is {\"id\", \"html\" or \"file\", \"url\", \"content_type\"}\n",
          stderr);
    return 2;
}

int dl_parse_page_main(const struct dl_config *config, int argc, char **argv)
{
    struct parse parse = {.url = {"", 0}, .content_type = {"", 0}};
    int files = 1;
    (void)config;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--url") == 0 && i + 1 < argc)
            parse.url = dl_str_of(argv[++i]);
        else if (strcmp(argv[i], "--content-type") == 0 && i + 1 < argc)
            parse.content_type = dl_str_of(argv[++i]);
        else if (strcmp(argv[i], "--explain") == 0)
            parse.explain = true;
        else if (strcmp(argv[i], "--strict") == 0)
            parse.strict = true;
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage();
        else
            argv[files++] = argv[i];
    }
    dl_page_reader_init(&parse.reader);
    dl_arena_init(&parse.arena);
    dl_buf_init(&parse.line, OUT_BYTES_MAX);
    dl_buf_init(&parse.file, DL_PAGE_BYTES_MAX);
    if (files == 1)
        parse_argument(&parse, "-");
    for (int i = 1; i < files; i++)
        parse_argument(&parse, argv[i]);
    dl_buf_done(&parse.line);
    dl_buf_done(&parse.file);
    dl_arena_done(&parse.arena);
    dl_page_reader_done(&parse.reader);
    return fflush(stdout) != 0 || (parse.strict && parse.bad) ? 1 : 0;
}
