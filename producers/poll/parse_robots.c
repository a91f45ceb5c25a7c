/* A file and one address give the word "allow" or "deny"; JSONL gives a line of JSON each. */
#include "producers/poll/parse_robots.h"

#include "producers/feeds/parse_lines.h"
#include "producers/poll/robots.h"

struct options {
    const char *agent;
    const char *url;
};

/* An address, or only its path. */
static dl_status read_url(struct dl_arena *arena, dl_str text, struct dl_url *ret_url,
                          struct dl_error *err)
{
    struct dl_url anywhere;
    dl_status status = dl_url_parse(arena, DL_STR("http://localhost/"), NULL, &anywhere, err);
    return status == DL_OK ? dl_url_parse(arena, text, &anywhere, ret_url, err) : status;
}

/* {"id","robots","agent","url"}; "file" in place of "robots" names one. */
static dl_status answer_json(struct dl_parse_lines *lines, const struct dl_json *input,
                             struct dl_error *err)
{
    const struct options *options = lines->command->state;
    const struct dl_json *text = dl_json_member(input, "robots");
    dl_str file = dl_json_member_text(input, "file");
    dl_str agent = dl_json_member_text(input, "agent");
    dl_str bytes = text ? text->text : (dl_str){"", 0};
    struct dl_robots robots;
    struct dl_url url;
    dl_status status = DL_OK;
    if (!text && !file.len)
        return dl_fail(err, DL_BAD_INPUT, "no \"robots\"");
    if (!text) {
        char beside[sizeof lines->where];
        snprintf(beside, sizeof beside, "%s", lines->where); /* its folder is what counts */
        status = dl_parse_file(lines, file, beside, 8U << 20, &bytes, err);
    }
    if (status == DL_OK)
        status = read_url(&lines->arena, dl_json_member_text(input, "url"), &url, err);
    if (status != DL_OK)
        return status;
    const struct dl_robots_rule *rule;
    dl_robots_read(&lines->arena, bytes, agent.len ? agent : dl_str_of(options->agent), &robots);
    bool allowed = dl_robots_allow(&lines->arena, &robots, &url, &rule);
    dl_parse_begin(lines);
    (void)dl_buf_printf(&lines->out, ",\"allowed\":%s", allowed ? "true" : "false");
    if (rule)
        dl_parse_put(lines, "rule", rule->pattern);
    if (robots.delay_ms != DL_ROBOTS_NO_DELAY)
        (void)dl_buf_printf(&lines->out, ",\"crawl_delay\":%.3f", (double)robots.delay_ms / 1000);
    dl_parse_end(lines);
    return DL_OK;
}

static dl_status read_file(struct dl_parse_lines *lines, const char *path, struct dl_error *err)
{
    const struct options *options = lines->command->state;
    struct dl_robots robots;
    struct dl_url url;
    dl_str bytes;
    dl_status status = dl_parse_file(lines, dl_str_of(path), NULL, 8U << 20, &bytes, err);
    if (status == DL_OK)
        status = read_url(&lines->arena, dl_str_of(options->url), &url, err);
    if (status != DL_OK)
        return status;
    dl_robots_read(&lines->arena, bytes, dl_str_of(options->agent), &robots);
    puts(dl_robots_allow(&lines->arena, &robots, &url, NULL) ? "allow" : "deny");
    return DL_OK;
}

/* For a person: a word on stdout, or what is wrong on stderr. */
static dl_status answer_file(struct dl_parse_lines *lines, const char *path, struct dl_error *err)
{
    const struct options *options = lines->command->state;
    if (!options->url)
        return DL_NOT_FOUND;
    if (read_file(lines, path, err) == DL_OK)
        return DL_OK;
    fprintf(stderr, "dateline: parse robots: %s\n", err->text);
    lines->failed = true;
    return DL_OK;
}

int dl_parse_robots_main(const struct dl_config *config, int argc, char **argv)
{
    (void)config;
    struct options options = {.agent = "dateline"};
    struct dl_parse_command command = {
        .usage = "usage: dateline parse robots FILE --agent A --url U\n"
                 "       dateline parse robots [FILE.jsonl|-] [--strict]\n",
        .options = {{"--agent", &options.agent}, {"--url", &options.url}},
        .state = &options,
        .answer = answer_json,
        .argument = answer_file};
    return dl_parse_run(&command, argc, argv);
}
