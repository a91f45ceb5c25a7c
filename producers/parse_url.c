/* Each address as {"id","input","href","canonical","site"}, or with an error. */
#include "producers/parse_url.h"

#include "core/url.h"
#include "core/utf8.h"
#include "producers/parse_lines.h"

struct options {
    const char *base; /* for inputs that name none */
    bool strict;
};

static dl_status answer(struct dl_parse_lines *lines, dl_str input, dl_str base_text,
                        struct dl_error *err)
{
    struct dl_url base;
    struct dl_url url;
    dl_status status = DL_OK;
    if (base_text.len) {
        status = dl_url_parse(&lines->arena, base_text, NULL, &base, err);
        if (status != DL_OK)
            return dl_fail_in(err, "base");
    }
    status = dl_url_parse(&lines->arena, input, base_text.len ? &base : NULL, &url, err);
    if (status != DL_OK)
        return status;
    dl_parse_begin(lines);
    dl_parse_put(lines, "input", input);
    dl_parse_put(lines, "href", dl_url_href(&lines->arena, &url));
    dl_parse_put(lines, "canonical", dl_url_canonical(&lines->arena, &url));
    dl_parse_put(lines, "site", dl_url_site(url.host));
    dl_parse_end(lines);
    return DL_OK;
}

/* {"id","url","base"} */
static dl_status answer_json(struct dl_parse_lines *lines, const struct dl_json *input,
                             struct dl_error *err)
{
    const struct options *options = lines->state;
    const struct dl_json *url = dl_json_member(input, "url");
    dl_str base = dl_json_member_text(input, "base");
    if (!url)
        url = dl_json_member(input, "input"); /* as the answer calls it */
    if (!url || url->kind != DL_JSON_STRING)
        return dl_fail(err, DL_BAD_INPUT, "no \"url\"");
    return answer(lines, url->text, base.len ? base : dl_str_of(options->base), err);
}

static void answer_argument(struct dl_parse_lines *lines, const char *text)
{
    const struct options *options = lines->state;
    struct dl_error err = {0};
    if (strcmp(text, "-") == 0 || dl_str_ends(dl_str_of(text), DL_STR(".jsonl"))) {
        dl_parse_read(lines, text);
        return;
    }
    lines->number++;
    lines->id = (dl_str){"", 0};
    dl_arena_reset(&lines->arena);
    snprintf(lines->where, sizeof lines->where, "argument %u", lines->number);
    dl_str input = dl_str_of(text);
    if (!dl_utf8_is_valid(input))
        input = dl_utf8_clean(&lines->arena, input);
    if (answer(lines, input, dl_str_of(options->base), &err) != DL_OK)
        dl_parse_put_error(lines, &err);
}

int dl_parse_url_main(const struct dl_config *config, int argc, char **argv)
{
    (void)config;
    struct options options = {0};
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--strict") == 0) {
            options.strict = true;
        } else if (strcmp(argv[i], "--base") == 0 && i + 1 < argc) {
            options.base = argv[++i];
        } else if (argv[i][0] == '-' && argv[i][1] == '-') {
            fprintf(stderr, "usage: dateline parse url [URL…|FILE.jsonl|-] [--base URL] "
                            "[--strict]\n");
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
        answer_argument(&lines, argv[i]);
    int code = dl_parse_exit(&lines, options.strict);
    dl_parse_done(&lines);
    return code;
}
