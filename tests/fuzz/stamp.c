/* A date that was understood is understood again as it is written out. */
#include "tests/fuzz/fuzz.h"

#include "markup/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    struct dl_stamp stamp;
    struct dl_stamp again;
    dl_arena_init(&arena);
    if (dl_stamp_read((dl_str){(const char *)data, size}, &stamp) == DL_OK) {
        DL_MUST(dl_stamp_read(dl_stamp_text(&arena, &stamp), &again) == DL_OK);
        DL_MUST(dl_stamp_seconds(&stamp) == dl_stamp_seconds(&again));
    }
    dl_arena_done(&arena);
    return 0;
}
