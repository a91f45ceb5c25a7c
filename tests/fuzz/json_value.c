/* JSON of strangers, into a tree and over it. */
#include "tests/fuzz/fuzz.h"

#include "core/json_value.h"
#include "core/utf8.h"

static uint32_t walk(const struct dl_json *value)
{
    uint32_t count = 1;
    for (const struct dl_json *member = value->first; member; member = member->next)
        count += walk(member);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dl_arena arena;
    const struct dl_json *value;
    struct dl_error err;
    dl_arena_init(&arena);
    dl_str text = dl_utf8_repair(&arena, (dl_str){(const char *)data, size});
    if (dl_json_read(&arena, text, &value, &err) == DL_OK) {
        DL_MUST(walk(value) <= DL_JSON_VALUES_MAX + 1);
        DL_MUST(dl_utf8_is_valid(dl_json_member_text(value, "a")));
    }
    dl_arena_done(&arena);
    return 0;
}
