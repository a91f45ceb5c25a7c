/* Any bytes as an archive: reading ends, and every record lies inside. */
#include "tests/fuzz/fuzz.h"

#include "producers/files/warc_record.h"

struct bytes_left {
    const uint8_t *at;
    size_t count;
};

/* A byte 0xfe where a tear would be. */
static dl_status give(void *ctx, void *to, size_t room, size_t *ret_got, struct dl_error *err)
{
    struct bytes_left *left = ctx;
    size_t now = left->count < room ? left->count : room;
    now = now < 1000 ? now : 1000;
    const uint8_t *tear = now ? memchr(left->at, 0xfe, now) : NULL;
    bool torn = tear == left->at && now;
    if (tear)
        now = torn ? 1 : (size_t)(tear - left->at);
    if (!torn && now)
        memcpy(to, left->at, now);
    left->at += now;
    left->count -= now;
    *ret_got = torn ? 0 : now;
    return torn ? dl_fail(err, DL_BAD_INPUT, "torn") : DL_OK;
}

static bool wanted(dl_str header)
{
    return header.len % 3 != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct bytes_left left = {bytes, count};
    struct dl_warc warc;
    struct dl_arena arena;
    struct dl_warc_record record;
    struct dl_error err;
    size_t records = 0;
    dl_status status;
    dl_arena_init(&arena);
    dl_warc_init(&warc, give, &left, 0, 100000);
    while ((status = dl_warc_next(&warc, &arena, wanted, &record, &err)) != DL_NOT_FOUND) {
        if (status == DL_FATAL || records++ > count + 1 || warc.offset > count)
            abort();
        dl_arena_reset(&arena);
    }
    dl_warc_done(&warc);
    dl_arena_done(&arena);
    return 0;
}
