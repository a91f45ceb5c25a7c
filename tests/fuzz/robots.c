/* A path and, after a line feed, the robots.txt. */
#include "tests/fuzz/fuzz.h"

#include "producers/poll/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    struct dl_robots robots;
    struct dl_url site;
    struct dl_url url;
    const struct dl_robots_rule *rule;
    dl_str rest = {(const char *)data, size};
    dl_str path = {"", 0};
    dl_arena_init(&arena);
    (void)dl_str_next(&rest, '\n', &path);
    dl_robots_read(&arena, rest.at ? rest : DL_STR(""), DL_STR("dateline"), &robots);
    DL_MUST(dl_url_parse(&arena, DL_STR("https://a.example/"), NULL, &site, NULL) == DL_OK);
    if (dl_url_parse(&arena, path, &site, &url, NULL) == DL_OK) {
        bool allowed = dl_robots_allow(&arena, &robots, &url, &rule);
        DL_MUST(allowed || (rule && !rule->allow));
    }
    dl_arena_done(&arena);
    return 0;
}
