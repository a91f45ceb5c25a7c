/* Any bytes end in valid UTF-8; what stands before the first line feed is the HTTP header. */
#include "tests/fuzz/fuzz.h"

#include "core/utf8.h"
#include "markup/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_arena arena;
    dl_str rest = {(const char *)bytes, count};
    dl_str header = {"", 0};
    const char *name = NULL;
    dl_arena_init(&arena);
    if (!dl_str_next(&rest, '\n', &header) || !rest.at)
        rest = (dl_str){"", 0};
    dl_str text = dl_charset_decode(&arena, rest, header, &name);
    if (!name || !dl_utf8_is_valid(text))
        abort();
    dl_arena_done(&arena);
    return 0;
}
