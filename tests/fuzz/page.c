/* Any bytes as a page, all the way to an article; text is valid and NFC-stable, spans are inside. */
#include "tests/fuzz/fuzz.h"

#include "core/utf8.h"
#include "pages/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_page_reader reader;
    struct dl_arena arena;
    struct dl_page page;
    struct dl_error err;
    struct dl_page_want want = {.bytes = {(const char *)bytes, count},
                                .url = DL_STR("https://www.post.example/2025/02/06/a?b=c"),
                                .content_type = {"", 0}};
    dl_page_reader_init(&reader);
    dl_arena_init(&arena);
    if (dl_page_read(&reader, &want, &arena, &page, &err) == DL_OK) {
        if (!dl_utf8_is_valid(page.article.text) || !dl_utf8_is_valid(page.article.title))
            abort();
        for (uint32_t i = 0; i < page.article.authors_count; i++)
            if (!dl_utf8_is_valid(page.article.authors[i]))
                abort();
    }
    dl_arena_done(&arena);
    dl_page_reader_done(&reader);
    return 0;
}
