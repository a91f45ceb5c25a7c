/* Any bytes as loose JSON: a tree of bounded depth comes out. */
#include "tests/fuzz/fuzz.h"

#include "pages/json_loose.h"

static void walk(const struct dl_loose *value, unsigned depth)
{
    if (depth > DL_LOOSE_DEPTH_MAX + 2)
        abort();
    for (const struct dl_loose *one = value->first; one; one = one->next)
        walk(one, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_arena arena;
    dl_arena_init(&arena);
    walk(dl_loose_read(&arena, (dl_str){(const char *)bytes, count}), 0);
    dl_arena_done(&arena);
    return 0;
}
