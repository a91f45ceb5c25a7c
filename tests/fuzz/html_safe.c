/* What was made safe is safe: doing it again changes nothing. */
#include "tests/fuzz/fuzz.h"

#include "core/utf8.h"
#include "markup/html_safe.h"

static bool has(dl_str text, const char *word)
{
    return text.len && memmem(text.at, text.len, word, strlen(word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    struct dl_html_names names;
    struct dl_url base;
    dl_arena_init(&arena);
    dl_html_names_init(&names);
    DL_MUST(dl_url_parse(&arena, DL_STR("https://a.example/b"), NULL, &base, NULL) == DL_OK);
    dl_str html = dl_utf8_repair(&arena, (dl_str){(const char *)data, size});
    dl_str safe = dl_html_safe(&arena, &names, html, &base);
    DL_MUST(dl_utf8_is_valid(safe));
    DL_MUST(!has(safe, "<script") && !has(safe, "<style") && !has(safe, "<iframe"));
    if (safe.len < 64U << 10) /* else its growth may be cut */
        DL_MUST(dl_str_eq(dl_html_safe(&arena, &names, safe, &base), safe));
    (void)dl_html_defuse(&arena, dl_html_plain(&arena, &names, html));
    dl_arena_done(&arena);
    return 0;
}
