/* HTTP answers out of archives. */
#include "producers/files/http_body.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#define CODINGS_MAX 4U
#define RATIO_FREE_BYTES (1U << 20)
#define ANY_WRAPPER (15 + 32) /* zlib: largest window, gzip or zlib by its header */
#define NO_WRAPPER (-15)

/* --- header --- */

bool dl_http_field(dl_str header, const char *name, dl_str *ret)
{
    dl_str wanted = dl_str_of(name);
    dl_str line;
    while (dl_str_next(&header, '\n', &line)) {
        if (line.len <= wanted.len || line.at[wanted.len] != ':' ||
            !dl_str_eq_nocase(dl_str_sub(line, 0, wanted.len), wanted))
            continue;
        *ret = dl_str_trim(dl_str_sub(line, wanted.len + 1, line.len));
        return true;
    }
    return false;
}

/* Where the empty line after the header ends; `bytes.len` when there is none. */
static size_t header_end(dl_str bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        const char *hit = memchr(bytes.at + at, '\n', bytes.len - at);
        if (!hit)
            break;
        at = (size_t)(hit - bytes.at) + 1;
        if (at < bytes.len && bytes.at[at] == '\n')
            return at + 1;
        if (at + 1 < bytes.len && bytes.at[at] == '\r' && bytes.at[at + 1] == '\n')
            return at + 2;
    }
    return bytes.len;
}

dl_status dl_http_answer_read(dl_str bytes, struct dl_http_answer *ret, struct dl_error *err)
{
    *ret = (struct dl_http_answer){0};
    if (!dl_str_starts(bytes, DL_STR("HTTP/")))
        return dl_fail(err, DL_BAD_INPUT, "no HTTP answer");
    size_t end = header_end(bytes);
    dl_str header = dl_str_sub(bytes, 0, end);
    dl_str line = header;
    dl_str rest = header;
    (void)dl_str_next(&rest, '\n', &line); /* there is a first line */
    const char *space = memchr(line.at, ' ', line.len);
    size_t at = space ? (size_t)(space - line.at) + 1 : line.len;
    int64_t number = 0;
    if (at + 3 <= line.len && dl_str_to_i64(dl_str_sub(line, at, at + 3), &number) == DL_OK)
        ret->status = (int)number;
    if (ret->status < 100 || ret->status > 999)
        return dl_fail(err, DL_BAD_INPUT, "an HTTP answer without a status");
    (void)dl_http_field(header, "content-type", &ret->content_type); /* each may be missing */
    (void)dl_http_field(header, "content-encoding", &ret->content_encoding);
    (void)dl_http_field(header, "transfer-encoding", &ret->transfer_encoding);
    ret->body = dl_str_sub(bytes, end, bytes.len);
    return DL_OK;
}

/* --- chunks --- */

/* "1a2b;x=y\r\n" at `at`: the size, and where the chunk begins; false when it is no size line. */
static bool chunk_size(dl_str body, size_t at, size_t *ret_size, size_t *ret_start)
{
    size_t size = 0;
    size_t digits = 0;
    while (at < body.len && digits < 8) {
        char c = body.at[at];
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                         : -1;
        if (digit < 0)
            break;
        size = size * 16 + (size_t)digit;
        digits++;
        at++;
    }
    if (digits == 0)
        return false;
    while (at < body.len && body.at[at] == ' ')
        at++;
    if (at < body.len && body.at[at] == ';')
        while (at < body.len && body.at[at] != '\n')
            at++;
    if (at < body.len && body.at[at] == '\r')
        at++;
    if (at >= body.len || body.at[at] != '\n')
        return false;
    *ret_size = size;
    *ret_start = at + 1;
    return true;
}

static dl_str join_chunks(struct dl_arena *arena, dl_str body)
{
    size_t size;
    size_t start;
    if (!chunk_size(body, 0, &size, &start) || (size > body.len - start && size > body.len))
        return body; /* joined already */
    struct dl_buf out = {dl_arena_raw(arena, body.len + 1), 0, body.len, body.len};
    size_t at = 0;
    while (chunk_size(body, at, &size, &start) && size) {
        if (size > body.len - start)
            size = body.len - start;
        (void)dl_buf_put(&out, body.at + start, size); /* never more than the body */
        at = start + size;
        if (at < body.len && body.at[at] == '\r')
            at++;
        if (at < body.len && body.at[at] == '\n')
            at++;
    }
    return dl_buf_str(&out);
}

/* --- codings --- */

struct unpacking {
    dl_str packed;
    struct dl_buf out;
    struct dl_error *err;
};

/* Room for the next piece; NULL when the limits are reached, with the error told. */
static char *room_for_more(struct unpacking *u, size_t *ret_room)
{
    size_t piece = 65536;
    if (u->out.len > RATIO_FREE_BYTES && u->out.len / DL_HTTP_RATIO_MAX > u->packed.len) {
        (void)dl_fail(u->err, DL_TOO_BIG, "body unpacks to more than %u times its size",
                      DL_HTTP_RATIO_MAX);
        return NULL;
    }
    if (piece > u->out.len_max - u->out.len)
        piece = u->out.len_max - u->out.len;
    char *to = piece ? dl_buf_reserve(&u->out, piece) : NULL;
    if (!to)
        (void)dl_fail(u->err, DL_TOO_BIG, "body of more than %zu bytes", u->out.len_max);
    *ret_room = piece;
    return to;
}

static dl_status inflate_as(struct unpacking *u, int window)
{
    z_stream stream = {0};
    dl_status status = DL_OK;
    int result = Z_OK;
    if (inflateInit2(&stream, window) != Z_OK)
        abort();                                       /* no memory */
    stream.next_in = (Bytef *)(uintptr_t)u->packed.at; /* zlib's signature; it only reads */
    stream.avail_in = (uInt)u->packed.len;
    while (result == Z_OK && status == DL_OK) {
        size_t room;
        char *to = room_for_more(u, &room);
        if (!to) {
            status = DL_TOO_BIG;
            break;
        }
        stream.next_out = (Bytef *)to;
        stream.avail_out = (uInt)room;
        result = inflate(&stream, Z_NO_FLUSH);
        u->out.len += room - stream.avail_out;
        if (result == Z_STREAM_END && stream.avail_in > 2 && window == ANY_WRAPPER &&
            inflateReset(&stream) == Z_OK)
            result = Z_OK; /* another member */
        if (result == Z_OK && stream.avail_in == 0 && stream.avail_out == room)
            break;
    }
    (void)inflateEnd(&stream);
    return status;
}

static dl_status unpack_brotli(struct unpacking *u)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!state)
        abort(); /* no memory */
    const uint8_t *in = (const uint8_t *)u->packed.at;
    size_t in_left = u->packed.len;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    dl_status status = DL_OK;
    while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t room;
        char *to = room_for_more(u, &room);
        if (!to) {
            status = DL_TOO_BIG;
            break;
        }
        size_t left = room;
        uint8_t *at = (uint8_t *)to;
        result = BrotliDecoderDecompressStream(state, &in_left, &in, &left, &at, NULL);
        u->out.len += room - left;
    }
    BrotliDecoderDestroyInstance(state);
    return status;
}

static dl_status unpack_zstd(struct unpacking *u)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (!stream)
        abort(); /* no memory */
    (void)ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax,
                                 23); /* 8 MiB: refuses only nonsense */
    ZSTD_inBuffer in = {u->packed.at, u->packed.len, 0};
    dl_status status = DL_OK;
    for (;;) {
        size_t room;
        char *to = room_for_more(u, &room);
        if (!to) {
            status = DL_TOO_BIG;
            break;
        }
        ZSTD_outBuffer out = {to, room, 0};
        size_t result = ZSTD_decompressStream(stream, &out, &in);
        u->out.len += out.pos;
        if (ZSTD_isError(result) || (in.pos == in.size && out.pos < room))
            break;
    }
    (void)ZSTD_freeDStream(stream);
    return status;
}

static bool looks_gzip(dl_str body)
{
    return body.len > 2 && (unsigned char)body.at[0] == 0x1f && (unsigned char)body.at[1] == 0x8b;
}

static bool looks_text(dl_str body)
{
    size_t look = body.len < 64 ? body.len : 64;
    for (size_t i = 0; i < look; i++)
        if ((unsigned char)body.at[i] < 9)
            return false;
    for (size_t i = 0; i < look; i++)
        if (body.at[i] == '<')
            return true;
    return false;
}

/* One coding undone. What is not so coded after all stays as it is. */
static dl_status undo(dl_str coding, struct unpacking *u, dl_str *ret)
{
    dl_status status = DL_OK;
    *ret = u->packed;
    if (looks_text(u->packed))
        return DL_OK;
    if (dl_str_eq_nocase(coding, DL_STR("gzip")) || dl_str_eq_nocase(coding, DL_STR("x-gzip"))) {
        if (looks_gzip(u->packed))
            status = inflate_as(u, ANY_WRAPPER);
    } else if (dl_str_eq_nocase(coding, DL_STR("deflate"))) {
        status = inflate_as(u, ANY_WRAPPER);
        if (status == DL_OK && u->out.len == 0)
            status = inflate_as(u, NO_WRAPPER);
    } else if (dl_str_eq_nocase(coding, DL_STR("br"))) {
        status = unpack_brotli(u);
    } else if (dl_str_eq_nocase(coding, DL_STR("zstd"))) {
        status = unpack_zstd(u);
    }
    if (u->out.len)
        *ret = dl_buf_str(&u->out);
    return status;
}

dl_status dl_http_body(struct dl_arena *arena, const struct dl_http_answer *answer,
                       size_t bytes_max, dl_str *ret, struct dl_error *err)
{
    dl_str body = answer->body;
    dl_str codings[CODINGS_MAX];
    unsigned count = 0;
    dl_str rest = answer->transfer_encoding;
    dl_str piece;
    while (rest.len && dl_str_next(&rest, ',', &piece))
        if (dl_str_eq_nocase(dl_str_trim(piece), DL_STR("chunked")))
            body = join_chunks(arena, body);
    rest = answer->content_encoding;
    while (rest.len && dl_str_next(&rest, ',', &piece)) {
        if (count == CODINGS_MAX)
            return dl_fail(err, DL_TOO_BIG, "more than %u codings of one body", CODINGS_MAX);
        codings[count++] = dl_str_trim(piece);
    }
    while (count-- > 0) {
        struct unpacking unpacking = {.packed = body, .err = err};
        dl_str out;
        dl_buf_init(&unpacking.out, bytes_max);
        dl_status status = undo(codings[count], &unpacking, &out);
        if (status == DL_OK && out.at != body.at)
            body = dl_arena_str(arena, out);
        dl_buf_done(&unpacking.out);
        if (status != DL_OK)
            return status;
    }
    if (body.len > bytes_max)
        return dl_fail(err, DL_TOO_BIG, "body of %zu bytes, at most %zu", body.len, bytes_max);
    *ret = body;
    return DL_OK;
}
