/* Runs .case files: a page goes in, fields of its Article are compared.
 *
 *     # Why it is so, in a sentence.
 *     url: https://post.example/a     (optional)
 *     head: <meta …>                  (any number of lines, in the order of the page)
 *     body: <h1>…</h1>
 *     want: title = Bridge closed
 *     want: authors = Ann Lee | Bo Ek
 *     want: published =               (empty: nobody says)
 *     want: text has Bridge           (or lacks)
 *
 * A blank line ends a case. Five paragraphs of news are in every page, where "{text}" stands in a
 * body line or else at the end; lang: gives the page's language. */
#include "pages/page.h"

#include <errno.h>

#define PAGE_BYTES_MAX (1U << 20)

static const char paragraphs[] =
    "<p>The ministers of three countries met on Thursday in the old harbour, and agreed to open "
    "the border crossing again after two years of talks.</p>"
    "<p>Officials said that lorries would be let through first, while travellers have to wait "
    "until the new posts are built, probably in the autumn.</p>"
    "<p>Both parliaments still have to vote on the treaty. The opposition, which has asked for "
    "a referendum, called the plan hasty, expensive and badly prepared.</p>"
    "<p>Shops on both sides of the river closed early, and a crowd of about two hundred sang "
    "until the last ferry had left, witnesses told the paper.</p>"
    "<p>The governor, who had promised the opening during her campaign, did not come to the "
    "ceremony. A spokesman said that she was on her way back from the capital.</p>";

struct run {
    struct dl_page_reader reader;
    struct dl_arena arena;
    struct dl_page page;
    struct dl_buf head, body;
    dl_str url, lang;
    const char *file;
    unsigned line, case_line, cases, failed;
    bool is_read, is_placed;
};

static void begin_case(struct run *run)
{
    dl_arena_reset(&run->arena);
    dl_buf_reset(&run->head);
    dl_buf_reset(&run->body);
    run->url = run->lang = (dl_str){"", 0};
    run->is_read = run->is_placed = false;
    run->case_line = 0;
}

static void put_body(struct run *run, dl_str line)
{
    const char *mark = memmem(line.at, line.len, "{text}", 6);
    size_t at = mark ? (size_t)(mark - line.at) : line.len;
    (void)dl_buf_put(&run->body, line.at, at);
    if (mark) {
        (void)dl_buf_put_str(&run->body, DL_STR(paragraphs));
        (void)dl_buf_put(&run->body, mark + 6, line.len - at - 6);
        run->is_placed = true;
    }
    (void)dl_buf_put_char(&run->body, '\n');
}

static void read_case(struct run *run)
{
    struct dl_error err;
    if (run->is_read)
        return;
    if (!run->is_placed)
        (void)dl_buf_put_str(&run->body, DL_STR(paragraphs));
    dl_str lang = run->lang.len ? run->lang : DL_STR("en");
    dl_str bytes = dl_arena_printf(
        &run->arena, "<!doctype html><html lang=\"%.*s\"><head>%.*s</head><body>%.*s</body></html>",
        DL_STR_ARG(lang), DL_STR_ARG(dl_buf_str(&run->head)), DL_STR_ARG(dl_buf_str(&run->body)));
    struct dl_page_want want = {
        .bytes = bytes, .url = run->url, .content_type = {"", 0}, .is_text = true};
    if (dl_page_read(&run->reader, &want, &run->arena, &run->page, &err) != DL_OK) {
        fprintf(stderr, "%s:%u: %s\n", run->file, run->case_line, err.text);
        exit(1);
    }
    run->is_read = true;
}

static dl_str join(struct dl_arena *arena, const dl_str *list, uint32_t count)
{
    dl_str all = {"", 0};
    for (uint32_t i = 0; i < count; i++)
        all = dl_arena_printf(arena, "%.*s%s%.*s", DL_STR_ARG(all), i ? " | " : "",
                              DL_STR_ARG(list[i]));
    return all;
}

static dl_str field_of(struct run *run, dl_str name)
{
    static const char *const bases[] = {"unsaid", "given", "page", "text", "none"};
    const struct dl_article_record *article = &run->page.article;
    const struct {
        const char *name;
        dl_str value;
    } fields[] = {
        {"title", article->title},
        {"published", article->published},
        {"modified", article->modified},
        {"canonical", article->canonical_url},
        {"language", article->language},
        {"description", article->description},
        {"section", article->section},
        {"image", article->lead_image},
        {"text", article->text},
        {"site", article->publisher ? article->publisher->name : (dl_str){"", 0}},
        {"authors", join(&run->arena, article->authors, article->authors_count)},
        {"keywords", join(&run->arena, article->keywords, article->keywords_count)},
        {"basis", dl_str_of(bases[(unsigned)article->published_basis % 5])},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (dl_str_is(name, fields[i].name))
            return fields[i].value;
    fprintf(stderr, "%s:%u: no field %.*s\n", run->file, run->line, DL_STR_ARG(name));
    exit(1);
}

/* "title = Bridge closed", "text has Bridge", "text lacks Bridge" */
static void check(struct run *run, dl_str want)
{
    dl_str name;
    dl_str how;
    read_case(run);
    (void)dl_str_next(&want, ' ', &name);
    if (!dl_str_next(&want, ' ', &how))
        how = DL_STR("=");
    dl_str wanted = dl_str_trim(want);
    dl_str got = field_of(run, name);
    bool inside = wanted.len && got.len && memmem(got.at, got.len, wanted.at, wanted.len);
    bool ok = dl_str_is(how, "has")     ? inside
              : dl_str_is(how, "lacks") ? !inside
                                        : dl_str_eq(got, wanted) || (!got.len && !wanted.len);
    if (ok)
        return;
    run->failed++;
    fprintf(stderr, "%s:%u: %.*s %.*s %.*s\n    got: %.*s\n", run->file, run->line,
            DL_STR_ARG(name), DL_STR_ARG(how), DL_STR_ARG(wanted), DL_STR_ARG(got));
}

static bool take_field(dl_str line, const char *name, dl_str *ret)
{
    size_t len = strlen(name);
    if (!dl_str_starts(line, dl_str_of(name)) || line.len <= len || line.at[len] != ':')
        return false;
    *ret = dl_str_trim(dl_str_sub(line, len + 1, line.len));
    return true;
}

static void take_line(struct run *run, dl_str line)
{
    dl_str value;
    run->line++;
    if (line.len == 0) {
        begin_case(run);
        return;
    }
    if (line.at[0] == '#')
        return;
    if (!run->case_line) {
        run->case_line = run->line;
        run->cases++;
    }
    if (take_field(line, "url", &value)) {
        run->url = dl_arena_str(&run->arena, value);
    } else if (take_field(line, "lang", &value)) {
        run->lang = dl_arena_str(&run->arena, value);
    } else if (take_field(line, "head", &value)) {
        (void)dl_buf_put_str(&run->head, value);
        (void)dl_buf_put_char(&run->head, '\n');
    } else if (take_field(line, "body", &value)) {
        put_body(run, value);
    } else if (take_field(line, "want", &value)) {
        check(run, value);
    } else {
        fprintf(stderr, "%s:%u: what is this?\n", run->file, run->line);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct run run = {0};
    dl_page_reader_init(&run.reader);
    dl_arena_init(&run.arena);
    dl_buf_init(&run.head, PAGE_BYTES_MAX);
    dl_buf_init(&run.body, PAGE_BYTES_MAX);
    for (int i = 1; i < argc; i++) {
        char *line = NULL;
        size_t room = 0;
        ssize_t len;
        FILE *file = fopen(argv[i], "re");
        if (!file) {
            fprintf(stderr, "%s: %s\n", argv[i], strerror(errno));
            return 1;
        }
        run.file = argv[i];
        run.line = 0;
        begin_case(&run);
        while ((len = getline(&line, &room, file)) >= 0)
            take_line(&run, dl_str_trim((dl_str){line, (size_t)len}));
        free(line);
        (void)fclose(file); /* only read */
    }
    printf("%u cases, %u wants failed\n", run.cases, run.failed);
    dl_buf_done(&run.head);
    dl_buf_done(&run.body);
    dl_arena_done(&run.arena);
    dl_page_reader_done(&run.reader);
    return run.failed || !run.cases;
}
