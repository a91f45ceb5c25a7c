/* Each feed as one line of JSON. */
#include "producers/feeds/parse_feed.h"

#include "producers/feeds/feed_document.h"
#include "producers/feeds/parse_lines.h"

struct options {
    const char *url;
    const char *content_type;
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
    const struct options *options = lines->command->state;
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

static dl_status answer_file(struct dl_parse_lines *lines, const char *path, struct dl_error *err)
{
    const struct options *options = lines->command->state;
    dl_str bytes;
    lines->id = dl_str_of(path);
    snprintf(lines->where, sizeof lines->where, "%.*s", DL_STR_ARG(lines->id));
    dl_status status = dl_parse_file(lines, dl_str_of(path), NULL, DL_FEED_BYTES_MAX, &bytes, err);
    if (status != DL_OK)
        return status;
    return answer(lines, bytes, dl_str_of(options->url), dl_str_of(options->content_type), err);
}

int dl_parse_feed_main(const struct dl_config *config, int argc, char **argv)
{
    (void)config;
    struct options options = {0};
    struct dl_parse_command command = {
        .usage = "usage: dateline parse feed FILE… [--url URL] [--content-type T]\n"
                 "       dateline parse feed [FILE.jsonl|-] [--strict]\n",
        .options = {{"--url", &options.url}, {"--content-type", &options.content_type}},
        .state = &options,
        .answer = answer_json,
        .argument = answer_file};
    return dl_parse_run(&command, argc, argv);
}
