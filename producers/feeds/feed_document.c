/* From bytes to a document: the encoding, then JSON or XML. */
#include "producers/feeds/feed_document.h"

#include "core/utf8.h"
#include "markup/xml_charset.h"
#include "producers/feeds/feed_draft.h"

#include <zlib.h>

/* Sitemaps are served as .gz files, which no transfer encoding tells of. */
static bool is_gzip(dl_str bytes)
{
    return bytes.len > 18 && bytes.at[0] == '\x1f' && bytes.at[1] == '\x8b';
}

/* All members, bounded by what may come out. */
static dl_status unpack(struct dl_arena *arena, dl_str *bytes, struct dl_error *err)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes->at, /* zlib only reads */
                       .avail_in = (uInt)bytes->len};
    struct dl_buf out;
    int result = inflateInit2(&stream, 15 + 16);
    if (result != Z_OK)
        return dl_fail(err, DL_BAD_INPUT, "gzip: %s", zError(result));
    dl_buf_init(&out, DL_FEED_BYTES_MAX);
    while (result == Z_OK) {
        size_t left = out.len_max - out.len;
        size_t room = left < (64U << 10) ? left : 64U << 10;
        char *to = dl_buf_reserve(&out, room);
        stream.next_out = (Bytef *)to;
        stream.avail_out = (uInt)room;
        result = room ? inflate(&stream, Z_NO_FLUSH) : Z_BUF_ERROR;
        out.len += room - stream.avail_out;
        if (result == Z_STREAM_END && stream.avail_in)
            result = inflateReset(&stream);
    }
    (void)inflateEnd(&stream);
    dl_status status = DL_OK;
    if (result != Z_STREAM_END && out.len == out.len_max)
        status = dl_fail(err, DL_TOO_BIG, "gzip: more than %u bytes", DL_FEED_BYTES_MAX);
    else if (result != Z_STREAM_END && out.len == 0)
        status = dl_fail(err, DL_BAD_INPUT, "gzip: %s", zError(result));
    else
        *bytes = dl_arena_str(arena, dl_buf_str(&out)); /* also what came before a break */
    dl_buf_done(&out);
    return status;
}

dl_status dl_feed_document_read(struct dl_arena *arena, dl_str bytes, dl_str url,
                                dl_str content_type, struct dl_feed_document *ret_document,
                                struct dl_error *err)
{
    struct dl_feed_draft *draft = dl_arena_alloc(arena, sizeof *draft);
    const char *odd;
    *ret_document = (struct dl_feed_document){0};
    if (bytes.len > DL_FEED_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "a feed of %zu bytes, at most %u", bytes.len,
                       DL_FEED_BYTES_MAX);
    if (is_gzip(bytes) && unpack(arena, &bytes, err) != DL_OK)
        return err ? err->status : DL_BAD_INPUT;
    dl_str text = dl_str_trim(
        dl_xml_charset_decode(arena, bytes, content_type, &ret_document->encoding, &odd));
    if (text.len == 0)
        return dl_fail(err, DL_BAD_INPUT, "no feed: nothing is there");
    dl_feed_draft_init(draft, arena, url);
    if (odd)
        dl_feed_odd(draft, odd);
    dl_status status = text.at[0] == '{' || text.at[0] == '[' ? dl_feed_read_json(draft, text, err)
                                                              : dl_feed_read_xml(draft, text, err);
    if (status == DL_OK)
        dl_feed_draft_finish(draft, ret_document);
    return status;
}
