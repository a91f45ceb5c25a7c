/* Any bytes as an answer with a coded body: bounded, or told to be too big. */
#include "tests/fuzz/fuzz.h"

#include "producers/files/http_body.h"

#define BODY_BYTES_MAX (1U << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_arena arena;
    struct dl_http_answer answer;
    struct dl_error err;
    dl_str body;
    dl_arena_init(&arena);
    if (dl_http_answer_read((dl_str){(const char *)bytes, count}, &answer, &err) == DL_OK &&
        dl_http_body(&arena, &answer, BODY_BYTES_MAX, &body, &err) == DL_OK &&
        body.len > BODY_BYTES_MAX)
        abort();
    dl_arena_done(&arena);
    return 0;
}
