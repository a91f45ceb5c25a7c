/* From bytes to a document: the encoding, then JSON or XML. */
#include "producers/feed_document.h"

#include "core/utf8.h"
#include "markup/html_safe.h"
#include "markup/xml_charset.h"
#include "producers/feed_draft.h"
#include "proto/json.h"

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

/* --- written out --- */

struct writer {
    struct dl_arena *arena;
    struct dl_buf *out;
    bool first; /* of the object being written */
};

static void put_name(struct writer *w, const char *name)
{
    (void)dl_buf_printf(w->out, "%s\"%s\":", w->first ? "" : ",", name);
    w->first = false;
}

static void put_string(struct writer *w, const char *name, dl_str text)
{
    if (text.len == 0)
        return;
    put_name(w, name);
    (void)dl_json_put_string(w->out, text);
}

/* Plain text, in which nothing may be taken for a tag by whoever shows it. */
static void put_plain(struct writer *w, const char *name, dl_str text)
{
    if (text.len)
        put_string(w, name, dl_html_defuse(w->arena, text));
}

static void put_categories(struct writer *w, const struct dl_feed_text *list)
{
    if (!list)
        return;
    put_name(w, "categories");
    for (const struct dl_feed_text *one = list; one; one = one->next) {
        (void)dl_buf_put_char(w->out, one == list ? '[' : ',');
        (void)dl_json_put_string(w->out, dl_html_defuse(w->arena, one->text));
    }
    (void)dl_buf_put_char(w->out, ']');
}

static void put_enclosures(struct writer *w, const struct dl_feed_entry *entry)
{
    if (entry->enclosure_count == 0)
        return;
    put_name(w, "enclosures");
    for (uint32_t i = 0; i < entry->enclosure_count; i++) {
        (void)dl_buf_put_str(w->out, i ? DL_STR(",{") : DL_STR("[{"));
        struct writer inner = {w->arena, w->out, true};
        put_string(&inner, "url", entry->enclosures[i].url);
        put_plain(&inner, "type", entry->enclosures[i].type);
        put_plain(&inner, "length", entry->enclosures[i].length);
        (void)dl_buf_put_char(w->out, '}');
    }
    (void)dl_buf_put_char(w->out, ']');
}

static void put_entry(struct writer *w, const struct dl_feed_entry *entry)
{
    put_plain(w, "id", entry->id);
    put_plain(w, "title", entry->title);
    put_string(w, "link", entry->link);
    put_string(w, "published", entry->published);
    put_string(w, "updated", entry->updated);
    put_plain(w, "author", entry->author);
    put_string(w, "summary", entry->summary);
    put_string(w, "content", entry->content);
    put_categories(w, entry->categories);
    put_enclosures(w, entry);
    put_string(w, "comments", entry->comments);
    put_plain(w, "language", entry->language);
    put_plain(w, "rights", entry->rights);
    put_plain(w, "source", entry->source);
    put_string(w, "source_link", entry->source_link);
    put_string(w, "image", entry->image);
    if (entry->geo.len) {
        put_name(w, "geo");
        (void)dl_buf_put_str(w->out, entry->geo);
    }
}

static void put_head(struct writer *w, const struct dl_feed_document *document)
{
    put_plain(w, "title", document->title);
    put_string(w, "link", document->link);
    put_string(w, "self", document->self);
    put_string(w, "hub", document->hub);
    put_plain(w, "description", document->description);
    put_plain(w, "language", document->language);
    put_plain(w, "author", document->author);
    put_plain(w, "rights", document->rights);
    put_plain(w, "id", document->id);
    put_string(w, "updated", document->updated);
    put_string(w, "published", document->published);
    put_plain(w, "generator", document->generator);
    put_string(w, "image", document->image);
    put_categories(w, document->categories);
    if (document->ttl_s) {
        put_name(w, "ttl");
        (void)dl_buf_printf(w->out, "%lld", (long long)document->ttl_s);
    }
}

dl_status dl_feed_document_json(const struct dl_feed_document *document, struct dl_arena *arena,
                                struct dl_buf *out)
{
    struct writer w = {arena, out, true};
    put_string(&w, "format", dl_str_of(document->format));
    put_string(&w, "encoding", document->encoding);
    put_name(&w, "bozo");
    (void)dl_buf_put_str(out, document->bozo ? DL_STR("true") : DL_STR("false"));
    if (document->bozo)
        put_string(&w, "bozo_reason", dl_str_of(document->bozo));
    put_name(&w, "feed");
    (void)dl_buf_put_char(out, '{');
    w.first = true;
    put_head(&w, document);
    (void)dl_buf_put_str(out, DL_STR("},\"entries\":["));
    for (uint32_t i = 0; i < document->entry_count; i++) {
        (void)dl_buf_put_str(out, i ? DL_STR(",{") : DL_STR("{"));
        w.first = true;
        put_entry(&w, &document->entries[i]);
        (void)dl_buf_put_char(out, '}');
    }
    return dl_buf_put_char(out, ']');
}
