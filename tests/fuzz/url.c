/* A reference and, after a line feed, its base. What is written out reads back the same, and the
 * canonical form is its own. */
#include "tests/fuzz/fuzz.h"

#include "core/url.h"

static void check_again(struct dl_arena *arena, const struct dl_url *url)
{
    struct dl_url again;
    dl_str href = dl_url_href(arena, url);
    if (dl_url_parse(arena, href, NULL, &again, NULL) != DL_OK) {
        DL_MUST(href.len > 8192); /* escapes made it too long */
        return;
    }
    DL_MUST(dl_str_eq(dl_url_href(arena, &again), href));
    dl_str canonical = dl_url_canonical(arena, url);
    if (!dl_url_is_web(url) || dl_url_parse(arena, canonical, NULL, &again, NULL) != DL_OK)
        return;
    DL_MUST(dl_str_eq(dl_url_canonical(arena, &again), canonical));
    DL_MUST(dl_url_site(url->host).len <= url->host.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    struct dl_url base;
    struct dl_url url;
    struct dl_error err;
    dl_str rest = {(const char *)data, size};
    dl_str reference = {"", 0};
    dl_arena_init(&arena);
    (void)dl_str_next(&rest, '\n', &reference);
    bool based = rest.at && dl_url_parse(&arena, rest, NULL, &base, &err) == DL_OK;
    if (dl_url_parse(&arena, reference, based ? &base : NULL, &url, &err) == DL_OK)
        check_again(&arena, &url);
    dl_arena_done(&arena);
    return 0;
}
