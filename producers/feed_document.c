/* From bytes to a document: the encoding, then JSON or XML. */
#include "producers/feed_document.h"

#include "core/utf8.h"
#include "markup/xml_charset.h"
#include "producers/feed_draft.h"

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
