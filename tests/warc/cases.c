/* Archives whose pages are known: each line of expected.txt names a file beside it and, in order,
 * the last part of the address of each page that comes out of it. "?" after the name stands for
 * whatever comes out: only that reading ends counts.
 *
 * usage: warc_cases EXPECTED [--show]     (--show prints what comes out in the same form) */
#include "core/limits.h"
#include "producers/door/feed.h"

#include <errno.h>
#include <limits.h>

static struct dl_arena arena;

/* "a b c", and how many records were broken. */
static dl_str read_archive(const char *path, unsigned *ret_broken)
{
    struct dl_feed *feed;
    struct dl_feed_want open = {.path = path};
    struct dl_feed_item item;
    struct dl_error err;
    dl_str got = {"", 0};
    *ret_broken = 0;
    if (dl_feed_warc(&open, &feed, &err) != DL_OK) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        exit(1);
    }
    while (dl_feed_next(feed, &arena, &item, &err) == DL_OK) {
        if (!item.article) {
            ++*ret_broken;
            continue;
        }
        dl_str url = item.article->url;
        const char *slash = url.len ? memrchr(url.at, '/', url.len) : NULL;
        dl_str last = dl_str_sub(url, slash ? (size_t)(slash - url.at) + 1 : 0, url.len);
        got = dl_arena_printf(&arena, "%.*s%s%.*s", DL_STR_ARG(got), got.len ? " " : "",
                              DL_STR_ARG(last));
    }
    dl_feed_close(feed);
    return got;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned cases = 0;
    unsigned failed = 0;
    bool show = argc > 2;
    FILE *file = argc > 1 ? fopen(argv[1], "re") : NULL;
    if (!file) {
        fprintf(stderr, "usage: warc_cases EXPECTED [--show]\n");
        return 2;
    }
    const char *slash = strrchr(argv[1], '/');
    int folder = slash ? (int)(slash - argv[1]) + 1 : 0;
    dl_arena_init(&arena);
    while ((len = getline(&line, &room, file)) >= 0) {
        char path[PATH_MAX];
        unsigned broken;
        dl_str want = dl_str_trim((dl_str){line, (size_t)len});
        dl_str name;
        if (want.len == 0 || want.at[0] == '#' || !dl_str_next(&want, ':', &name))
            continue;
        want = dl_str_trim(want);
        snprintf(path, sizeof path, "%.*s%.*s", folder, argv[1], DL_STR_ARG(name));
        dl_str got = read_archive(path, &broken);
        cases++;
        if (show) {
            printf("%.*s: %.*s\t%u broken\n", DL_STR_ARG(name), DL_STR_ARG(got), broken);
        } else if (!dl_str_is(want, "?") && !dl_str_eq(got, want)) {
            failed++;
            fprintf(stderr, "%.*s: %.*s\n    wanted: %.*s\n", DL_STR_ARG(name), DL_STR_ARG(got),
                    DL_STR_ARG(want));
        }
        dl_arena_reset(&arena);
    }
    free(line);
    (void)fclose(file); /* only read */
    dl_arena_done(&arena);
    printf("%u cases, %u failed\n", cases, failed);
    return failed || !cases;
}
