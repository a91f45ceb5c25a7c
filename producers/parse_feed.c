/* Each feed as one line of JSON. */
#include "producers/parse_feed.h"

#include "producers/feed_document.h"
#include "producers/parse_lines.h"

struct options {
    const char *url;
    const char *content_type;
    bool strict;
};

static dl_status answer(struct dl_parse_lines *lines, dl_str bytes, dl_str url, dl_str content_type,
                        struct dl_error *err)
{
    struct dl_feed_document document;
    dl_status status =
        dl_feed_document_read(&lines->arena, bytes, url, content_type, &document, err);
    if (status != DL_OK)
        return status;
    dl_parse_begin(lines);
    (void)dl_buf_put_char(&lines->out, ',');
    (void)dl_feed_document_json(&document, &lines->arena,
                                &lines->out); /* _end() tells the ceiling */
    dl_parse_end(lines);
    return DL_OK;
}

static dl_str first_of(dl_str a, dl_str b)
{
    return a.len ? a : b;
}

/* {"id","file" or "text","url","content_type"} */
static dl_status answer_json(struct dl_parse_lines *lines, const struct dl_json *input,
                             struct dl_error *err)
{
    const struct options *options = lines->state;
    dl_str bytes = dl_json_member_text(input, "text");
    dl_str file = dl_json_member_text(input, "file");
    dl_str url = first_of(dl_json_member_text(input, "url"), dl_json_member_text(input, "base"));
    dl_str type = dl_json_member_text(input, "content_type");
    dl_status status = DL_OK;
    if (bytes.len == 0 && file.len == 0)
        return dl_fail(err, DL_BAD_INPUT, "neither \"file\" nor \"text\"");
    if (bytes.len == 0)
        status = dl_parse_file(lines, file, lines->where, DL_FEED_BYTES_MAX, &bytes, err);
    if (status != DL_OK)
        return status;
    return answer(lines, bytes, first_of(url, dl_str_of(options->url)),
                  first_of(type, dl_str_of(options->content_type)), err);
}

static void answer_file(struct dl_parse_lines *lines, const char *path)
{
    const struct options *options = lines->state;
    struct dl_error err = {0};
    dl_str bytes;
    if (dl_str_ends(dl_str_of(path), DL_STR(".jsonl"))) {
        dl_parse_read(lines, path);
        return;
    }
    lines->number++;
    lines->id = dl_str_of(path);
    dl_arena_reset(&lines->arena);
    snprintf(lines->where, sizeof lines->where, "%.400s", path);
    dl_status status = dl_parse_file(lines, dl_str_of(path), NULL, DL_FEED_BYTES_MAX, &bytes, &err);
    if (status == DL_OK)
        status =
            answer(lines, bytes, dl_str_of(options->url), dl_str_of(options->content_type), &err);
    if (status != DL_OK)
        dl_parse_put_error(lines, &err);
}

int dl_parse_feed_main(const struct dl_config *config, int argc, char **argv)
{
    (void)config;
    struct options options = {0};
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--strict") == 0) {
            options.strict = true;
        } else if (strcmp(argv[i], "--url") == 0 && i + 1 < argc) {
            options.url = argv[++i];
        } else if (strcmp(argv[i], "--content-type") == 0 && i + 1 < argc) {
            options.content_type = argv[++i];
        } else if (argv[i][0] == '-' && argv[i][1] == '-') {
            fprintf(stderr, "usage: dateline parse feed FILE… [--url URL] [--content-type T]\n"
                            "       dateline parse feed [FILE.jsonl|-] [--strict]\n");
            return 2;
        } else {
            argv[kept++] = argv[i];
        }
    }
    struct dl_parse_lines lines;
    dl_parse_init(&lines);
    lines.state = &options;
    lines.answer = answer_json;
    if (kept == 1)
        dl_parse_read(&lines, "-");
    for (int i = 1; i < kept; i++)
        if (strcmp(argv[i], "-") == 0)
            dl_parse_read(&lines, "-");
        else
            answer_file(&lines, argv[i]);
    int code = dl_parse_exit(&lines, options.strict);
    dl_parse_done(&lines);
    return code;
}
