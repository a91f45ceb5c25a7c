/* Any bytes as CoNLL-U end in documents or errors; what was read is written and read the same. */
#include "tests/fuzz/fuzz.h"

#include "workers/conllu.h"

/* Words of all documents; `out`, unless NULL, gets them written. */
static uint64_t read_all(const void *bytes, size_t len, FILE *out)
{
    struct dl_conllu_reader reader;
    struct dl_arena arena;
    struct dl_error err;
    uint64_t words = 0;
    dl_status status;
    FILE *file = len ? fmemopen((void *)(uintptr_t)bytes, len, "r") : NULL;
    if (!file)
        return 0;
    dl_arena_init(&arena);
    dl_conllu_open(&reader, file, "fuzz");
    do {
        struct dl_article article = {.arena = &arena};
        struct dl_conllu_document document;
        dl_arena_reset(&arena);
        status = dl_conllu_next(&reader, &article, &document, &err);
        if (status != DL_OK)
            continue;
        for (uint32_t i = 0; i < article.token_count; i++)
            words += dl_token_text(&article, i).at[0] != '\0';
        if (out)
            dl_conllu_write(&article, &document, out);
    } while (status != DL_NOT_FOUND);
    dl_conllu_close(&reader);
    dl_arena_done(&arena);
    (void)fclose(file); /* only read: nothing to lose */
    return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = NULL;
    size_t room = 0;
    FILE *out = open_memstream(&text, &room);
    uint64_t words = read_all(bytes, len, out);
    (void)fclose(out); /* memory */
    if (read_all(text, room, NULL) != words)
        abort();
    free(text);
    return 0;
}
