/* A feed of whatever kind; what is written of it is JSON again. */
#include "tests/fuzz/fuzz.h"

#include "core/json_value.h"
#include "core/utf8.h"
#include "producers/feeds/feed_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    struct dl_buf out;
    struct dl_feed_document document;
    struct dl_error err;
    const struct dl_json *value;
    dl_arena_init(&arena);
    dl_buf_init(&out, 1U << 28);
    if (dl_feed_document_read(&arena, (dl_str){(const char *)data, size},
                              DL_STR("https://a.example/feed"), DL_STR("application/xml"),
                              &document, &err) == DL_OK) {
        DL_MUST(dl_buf_put_char(&out, '{') == DL_OK);
        DL_MUST(dl_feed_document_json(&document, &arena, &out) == DL_OK);
        DL_MUST(dl_buf_put_char(&out, '}') == DL_OK);
        DL_MUST(dl_utf8_is_valid(dl_buf_str(&out)));
        DL_MUST(dl_json_read(&arena, dl_buf_str(&out), &value, &err) == DL_OK ||
                err.status == DL_TOO_BIG);
    }
    dl_buf_done(&out);
    dl_arena_done(&arena);
    return 0;
}
