/* Any text is cut into pieces that lie in it in order; the last one ends a sentence. */
#include "tests/fuzz/fuzz.h"

#include "core/utf8.h"
#include "workers/knowledge/knowledge.h"

static const struct dl_cuts *the_cuts(void)
{
    static struct dl_cuts *cuts; /* of the process: a target is called a million times */
    char path[4096];
    struct dl_error err;
    if (!cuts && (dl_share_path("models/cuts.model", path, sizeof path, &err) != DL_OK ||
                  dl_cuts_open(path, &cuts, &err) != DL_OK)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return cuts;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct dl_arena arena;
    struct dl_piece *pieces = NULL;
    uint32_t count = 0;
    dl_arena_init(&arena);
    dl_str text = dl_utf8_clean(&arena, (dl_str){(const char *)bytes, len});
    if (dl_cuts_tokens(the_cuts(), text, 1U << 20, &arena, &pieces, &count, NULL) == DL_OK) {
        uint32_t end = 0;
        struct dl_look *looks = dl_arena_array(&arena, struct dl_look, count);
        for (uint32_t i = 0; i < count; i++)
            dl_look_at(dl_str_sub(text, pieces[i].start, pieces[i].start + pieces[i].len), NULL,
                       &looks[i]);
        dl_cuts_sentences(the_cuts(), text, looks, &arena, pieces, count);
        for (uint32_t i = 0; i < count; i++) {
            if (pieces[i].start < end || pieces[i].len == 0)
                abort();
            end = pieces[i].start + pieces[i].len;
        }
        if (end > text.len || (count && !pieces[count - 1].last))
            abort();
    }
    dl_arena_done(&arena);
    return 0;
}
