/* The table of what can be parsed alone. */
#include "relay/parse_command.h"

#include "pages/parse_page.h"
#include "producers/feeds/parse_feed.h"
#include "producers/poll/parse_robots.h"
#include "producers/poll/parse_url.h"
#include "workers/parse_actor.h"
#include "workers/parse_text.h"

#include <stdio.h>
#include <string.h>

static const struct dl_parse_kind kinds[] = {
    {"text", dl_parse_text_main, "words, trees and names of texts: CoNLL-U, or trees to look at"},
    {"actor", dl_parse_actor_main, "who a phrase means: country and role, a line of JSON each"},
    {"feed", dl_parse_feed_main, "RSS, Atom, JSON Feed and sitemaps in one shape"},
    {"url", dl_parse_url_main, "addresses written out, and the one name of each page"},
    {"robots", dl_parse_robots_main, "what a robots.txt lets an agent fetch"},
    {"page", dl_parse_page_main, "a page of the web as an Article: its text and what it says of itself"},
};

static int usage(FILE *out)
{
    fputs("usage: dateline parse KIND [ARGUMENT…]\n\n", out);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        fprintf(out, "  %-8s %s\n", kinds[i].name, kinds[i].help);
    return out == stdout ? 0 : 2;
}

int dl_parse_main(const struct dl_config *config, int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(argv[1], kinds[i].name) == 0)
            return kinds[i].run(config, argc - 1, argv + 1);
    fprintf(stderr, "dateline: parse: no kind '%s'\n", argv[1]);
    return usage(stderr);
}
