/* Each address as {"id","input","href","canonical","site"}, or with an error. */
#include "producers/poll/parse_url.h"

#include "core/url.h"
#include "core/utf8.h"
#include "producers/feeds/parse_lines.h"

struct options {
    const char *base; /* for inputs that name none */
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
    const struct options *options = lines->command->state;
    const struct dl_json *url = dl_json_member(input, "url");
    dl_str base = dl_json_member_text(input, "base");
    if (!url)
        url = dl_json_member(input, "input"); /* as the answer calls it */
    if (!url || url->kind != DL_JSON_STRING)
        return dl_fail(err, DL_BAD_INPUT, "no \"url\"");
    return answer(lines, url->text, base.len ? base : dl_str_of(options->base), err);
}

static dl_status answer_argument(struct dl_parse_lines *lines, const char *text,
                                 struct dl_error *err)
{
    const struct options *options = lines->command->state;
    dl_str input = dl_str_of(text);
    if (!dl_utf8_is_valid(input))
        input = dl_utf8_clean(&lines->arena, input);
    return answer(lines, input, dl_str_of(options->base), err);
}

int dl_parse_url_main(const struct dl_config *config, int argc, char **argv)
{
    (void)config;
    struct options options = {0};
    struct dl_parse_command command = {
        .usage = "usage: dateline parse url [URL…|FILE.jsonl|-] [--base URL] [--strict]\n",
        .options = {{"--base", &options.base}},
        .state = &options,
        .answer = answer_json,
        .argument = answer_argument};
    return dl_parse_run(&command, argc, argv);
}
