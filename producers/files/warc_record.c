/* Records out of WARC. ISO 28500:2017. */
#include "producers/files/warc_record.h"

#include "producers/files/http_body.h"

#define HEADER_BYTES_MAX (64U << 10)
#define PIECE_BYTES 65536U
#define PASSED_BYTES_MAX (1U << 30) /* archives are split at a gigabyte: more is a lie */

static const char magic[] = "WARC/";
static const char bom[] = "\xef\xbb\xbf";
#define MAGIC_BYTES 5U

void dl_warc_init(struct dl_warc *warc, dl_warc_source source, void *ctx, uint64_t offset,
                  size_t block_bytes_max)
{
    *warc = (struct dl_warc){
        .source = source, .ctx = ctx, .offset = offset, .block_bytes_max = block_bytes_max};
    dl_buf_init(&warc->window, block_bytes_max + 2 * HEADER_BYTES_MAX + PIECE_BYTES);
}

void dl_warc_done(struct dl_warc *warc)
{
    dl_buf_done(&warc->window);
}

/* Takes bytes off the window's front. */
static void take(struct dl_warc *warc, size_t bytes)
{
    memmove(warc->window.at, warc->window.at + bytes, warc->window.len - bytes);
    warc->window.len -= bytes;
    warc->offset += bytes;
}

/* At least `bytes` in the window, or all there is up to the end or a tear. */
static dl_status fill(struct dl_warc *warc, size_t bytes, struct dl_error *err)
{
    while (warc->window.len < bytes && !warc->ended && !warc->torn) {
        size_t got = 0;
        char *to = dl_buf_reserve(&warc->window, PIECE_BYTES);
        if (!to)
            return DL_OK; /* as much as may be held */
        dl_status status = warc->source(warc->ctx, to, PIECE_BYTES, &got, &warc->tear);
        if (status == DL_BAD_INPUT || status == DL_TOO_BIG) {
            warc->torn = true;
        } else if (status != DL_OK) {
            if (err)
                *err = warc->tear;
            return status;
        } else if (got == 0) {
            warc->ended = true;
        }
        warc->window.len += got;
    }
    return DL_OK;
}

static bool is_blank(char c)
{
    return c == '\r' || c == '\n' || c == ' ' || c == '\t';
}

/* "WARC/1." at `at`, wherever in a line. */
static bool is_magic(const struct dl_warc *warc, size_t at)
{
    const char *text = warc->window.at;
    return at + MAGIC_BYTES + 1 < warc->window.len && memcmp(text + at, magic, MAGIC_BYTES) == 0 &&
           text[at + MAGIC_BYTES] >= '0' && text[at + MAGIC_BYTES] <= '9' &&
           text[at + MAGIC_BYTES + 1] == '.';
}

/* "WARC/1." at a line's begin, from `from` on; the window's length when there is none. */
static size_t find_magic(const struct dl_warc *warc, size_t from)
{
    const char *text = warc->window.at;
    size_t len = warc->window.len;
    while (from + MAGIC_BYTES + 1 < len) {
        const char *hit = memmem(text + from, len - from, magic, MAGIC_BYTES);
        if (!hit)
            break;
        size_t at = (size_t)(hit - text);
        if (is_magic(warc, at) && (at == 0 || text[at - 1] == '\n'))
            return at;
        from = at + 1;
    }
    return len;
}

/* Drops bytes until a record begins at the window's front. DL_NOT_FOUND at the end. */
static dl_status resync(struct dl_warc *warc, size_t from, struct dl_error *err)
{
    for (;;) {
        size_t at = find_magic(warc, from);
        if (at < warc->window.len) {
            take(warc, at);
            return DL_OK;
        }
        if (warc->torn) { /* what comes after the tear begins anew */
            take(warc, warc->window.len);
            warc->torn = false;
        } else if (warc->ended) {
            take(warc, warc->window.len);
            return DL_NOT_FOUND;
        } else if (warc->window.len > MAGIC_BYTES + 2) { /* a begin may be cut at the end */
            take(warc, warc->window.len - (MAGIC_BYTES + 2));
        }
        from = 0;
        size_t before = warc->window.len;
        dl_status status = fill(warc, before + 1, err);
        if (status != DL_OK)
            return status;
    }
}

/* Past the empty lines between records, and over a tear between two. */
static dl_status skip_blank(struct dl_warc *warc, struct dl_error *err)
{
    for (;;) {
        size_t at = 0;
        if (warc->offset == 0 && warc->window.len >= 3 && memcmp(warc->window.at, bom, 3) == 0)
            at = 3; /* an editor was here */
        while (at < warc->window.len && is_blank(warc->window.at[at]))
            at++;
        if (at)
            take(warc, at);
        if (warc->window.len || warc->ended || warc->torn)
            return DL_OK;
        dl_status status = fill(warc, 1, err);
        if (status != DL_OK)
            return status;
    }
}

/* Where the header's empty line ends; 0 when it has none within the limit. */
static size_t header_end(const struct dl_warc *warc)
{
    const char *text = warc->window.at;
    size_t len = warc->window.len < HEADER_BYTES_MAX ? warc->window.len : HEADER_BYTES_MAX;
    for (size_t at = 0; at < len; at++) {
        if (text[at] != '\n')
            continue;
        if (at + 1 < len && text[at + 1] == '\n')
            return at + 2;
        if (at + 2 < len && text[at + 1] == '\r' && text[at + 2] == '\n')
            return at + 3;
    }
    return 0;
}

/* A copy with lines that begin in white space joined to those before. */
static dl_str unfold(struct dl_arena *arena, dl_str header)
{
    dl_str copy = dl_arena_str(arena, header);
    char *at = (char *)(uintptr_t)copy.at; /* our copy */
    for (size_t i = 0; i + 1 < copy.len; i++)
        if (at[i] == '\n' && (at[i + 1] == ' ' || at[i + 1] == '\t'))
            at[i] = ' ';
    return copy;
}

static dl_status broken(const struct dl_warc *warc, const struct dl_warc_record *record,
                        const char *why, struct dl_error *err)
{
    if (warc->torn && warc->tear.status == DL_TOO_BIG)
        return dl_fail(err, DL_TOO_BIG, "record at byte %llu: %s",
                       (unsigned long long)record->offset, warc->tear.text);
    return dl_fail(err, DL_BAD_INPUT, "record at byte %llu: %s", (unsigned long long)record->offset,
                   why);
}

/* Passes over a block that nobody wants. False when it was not all there. */
static dl_status pass_over(struct dl_warc *warc, uint64_t bytes, bool *ret_whole,
                           struct dl_error *err)
{
    *ret_whole = true;
    while (bytes) {
        dl_status status = fill(warc, 1, err);
        if (status != DL_OK)
            return status;
        size_t now = bytes < warc->window.len ? (size_t)bytes : warc->window.len;
        if (now == 0) {
            *ret_whole = false;
            return DL_OK;
        }
        take(warc, now);
        bytes -= now;
    }
    return DL_OK;
}

/* The record's block, whole and followed by what may follow it; else the record is broken, and the
 * window is left where the next one may begin. */
static dl_status read_block(struct dl_warc *warc, struct dl_arena *arena, size_t header,
                            struct dl_warc_record *ret, struct dl_error *err)
{
    size_t whole = header + (size_t)ret->bytes;
    dl_status status = fill(warc, whole + 4 + MAGIC_BYTES + 2, err);
    if (status != DL_OK)
        return status;
    bool complete = warc->window.len >= whole;
    size_t after = complete ? whole : warc->window.len;
    size_t next = after;
    while (next < warc->window.len && next < after + 4 &&
           (warc->window.at[next] == '\r' || warc->window.at[next] == '\n'))
        next++;
    bool follows = next == warc->window.len ? warc->ended || warc->torn || next >= whole + 2
                                            : next > after || is_magic(warc, after);
    if (follows && next < warc->window.len && next < after + 2 && !is_magic(warc, next))
        follows = next > after;
    if (complete && follows) {
        ret->block = dl_arena_str(arena, (dl_str){warc->window.at + header, (size_t)ret->bytes});
        take(warc, whole);
        return DL_OK;
    }
    /* A record that begins inside of the block, after an empty line, shows that the length lies. */
    size_t inside = find_magic(warc, header);
    size_t stop = inside < warc->window.len ? inside : after;
    ret->block = dl_arena_str(arena, (dl_str){warc->window.at + header, stop - header});
    (void)broken(warc, ret,
                 complete     ? "its length is not its block's"
                 : warc->torn ? warc->tear.text
                              : "cut off",
                 err);
    status = resync(warc, header, NULL);
    return status == DL_FATAL ? status : err ? err->status : DL_BAD_INPUT;
}

dl_status dl_warc_next(struct dl_warc *warc, struct dl_arena *arena, bool (*wanted)(dl_str header),
                       struct dl_warc_record *ret, struct dl_error *err)
{
    *ret = (struct dl_warc_record){0};
    dl_status status = skip_blank(warc, err);
    if (status == DL_OK)
        status = fill(warc, MAGIC_BYTES + 3, err);
    if (status != DL_OK)
        return status;
    ret->offset = warc->offset;
    if (warc->window.len == 0 && warc->ended)
        return DL_NOT_FOUND;
    if (find_magic(warc, 0) != 0) {
        bool nothing = warc->window.len == 0;
        size_t shown = warc->window.len < HEADER_BYTES_MAX ? warc->window.len : HEADER_BYTES_MAX;
        ret->block = dl_arena_str(arena, (dl_str){warc->window.at, shown});
        dl_status answer = broken(
            warc, ret, nothing && warc->torn ? warc->tear.text : "does not begin with WARC/", err);
        status = resync(warc, 0, err);
        return status == DL_FATAL ? status : answer;
    }
    status = fill(warc, HEADER_BYTES_MAX < warc->window.len ? 0 : 4096, err);
    size_t header = header_end(warc);
    if (status == DL_OK && header == 0) {
        status = fill(warc, HEADER_BYTES_MAX, err);
        header = header_end(warc);
    }
    if (status != DL_OK)
        return status;
    dl_str length;
    int64_t bytes = -1;
    ret->header = unfold(arena, (dl_str){warc->window.at, header ? header : 0});
    if (header == 0 || !dl_http_field(ret->header, "content-length", &length) ||
        dl_str_to_i64(length, &bytes) != DL_OK || bytes < 0) {
        dl_status answer =
            broken(warc, ret, header == 0 ? "its header has no end" : "no Content-Length", err);
        status = resync(warc, 1, NULL);
        return status == DL_FATAL ? status : answer;
    }
    ret->bytes = (uint64_t)bytes;
    bool asked = wanted(ret->header);
    if (asked && ret->bytes <= warc->block_bytes_max)
        return read_block(warc, arena, header, ret, err);
    if (asked || ret->bytes > PASSED_BYTES_MAX) { /* the next one may begin long before that */
        ret->passed = true;
        status = resync(warc, header, NULL);
        if (status == DL_FATAL)
            return status;
        return dl_fail(err, DL_TOO_BIG, "record at byte %llu: %llu bytes, at most %zu",
                       (unsigned long long)ret->offset, (unsigned long long)ret->bytes,
                       warc->block_bytes_max);
    }
    take(warc, header);
    bool whole;
    status = pass_over(warc, ret->bytes, &whole, err);
    if (status != DL_OK)
        return status;
    ret->passed = true;
    return whole ? DL_OK : broken(warc, ret, warc->torn ? warc->tear.text : "cut off", err);
}
