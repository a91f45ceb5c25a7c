/* A feed as a line of JSON. Readers want a title and a link for everything, so where a feed gives
 * none one is put together for them, and named in "derived": title, link, updated. */
#include "producers/feeds/feed_document.h"

#include "core/utf8.h"
#include "markup/html_safe.h"
#include "markup/stamp.h"
#include "proto/json.h"

#define SHOWN_TITLE_POINTS_MAX 100U

struct writer {
    struct dl_arena *arena;
    struct dl_buf *out;
    bool first;             /* of the object being written */
    const char *derived[4]; /* names of its fields that are ours */
    unsigned derived_count;
};

/* An object inside; what is derived belongs to each for itself. */
static struct writer writer_in(const struct writer *w)
{
    return (struct writer){.arena = w->arena, .out = w->out, .first = true};
}

static void put_name(struct writer *w, const char *name)
{
    (void)dl_buf_put_str(w->out, w->first ? DL_STR("\"") : DL_STR(",\""));
    (void)dl_buf_put_str(w->out, dl_str_of(name));
    (void)dl_buf_put_str(w->out, DL_STR("\":"));
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
        struct writer inner = writer_in(w);
        put_string(&inner, "url", entry->enclosures[i].url);
        put_plain(&inner, "type", entry->enclosures[i].type);
        put_plain(&inner, "length", entry->enclosures[i].length);
        (void)dl_buf_put_char(w->out, '}');
    }
    (void)dl_buf_put_char(w->out, ']');
}

/* --- what is put together --- */

static dl_str derived(struct writer *w, const char *name, dl_str value)
{
    if (value.len && w->derived_count < sizeof w->derived / sizeof *w->derived)
        w->derived[w->derived_count++] = name;
    return value;
}

static void put_derived(struct writer *w)
{
    if (w->derived_count == 0)
        return;
    put_name(w, "derived");
    for (unsigned i = 0; i < w->derived_count; i++)
        (void)dl_buf_printf(w->out, "%s\"%s\"", i ? "," : "[", w->derived[i]);
    (void)dl_buf_put_char(w->out, ']');
}

/* The beginning, cut between words. */
static dl_str beginning(struct dl_arena *arena, dl_str text)
{
    size_t at = 0;
    size_t space = 0;
    unsigned points = 0;
    for (; at < text.len && points < SHOWN_TITLE_POINTS_MAX; points++) {
        if (text.at[at] == ' ')
            space = at;
        at += dl_utf8_step((unsigned char)text.at[at]);
    }
    if (at >= text.len)
        return text;
    return dl_arena_printf(arena, "%.*s\xe2\x80\xa6", (int)(space ? space : at), text.at);
}

static dl_str shown_link(const struct dl_feed_document *document, const struct dl_feed_entry *entry)
{
    return entry->enclosure_count ? entry->enclosures[0].url : document->link;
}

static dl_str shown_title(struct writer *w, const struct dl_feed_entry *entry, dl_str link)
{
    if (entry->summary.len == 0 && entry->content.len == 0)
        return link;
    struct dl_html_names names; /* few entries come without a title */
    dl_html_names_init(&names);
    dl_str text = dl_html_plain(w->arena, &names, entry->summary);
    if (text.len == 0)
        text = dl_html_plain(w->arena, &names, entry->content);
    return text.len ? beginning(w->arena, text) : link;
}

/* JSON Feed has no date of its own: the newest of its entries. */
static dl_str newest(const struct dl_feed_document *document)
{
    dl_str newest = {"", 0};
    int64_t newest_s = 0;
    for (uint32_t i = 0; i < document->entry_count; i++) {
        const struct dl_feed_entry *entry = &document->entries[i];
        dl_str text = entry->updated.len ? entry->updated : entry->published;
        struct dl_stamp date;
        if (text.len == 0 || dl_stamp_read(text, &date) != DL_OK ||
            (newest.len && dl_stamp_seconds(&date) <= newest_s))
            continue;
        newest = text;
        newest_s = dl_stamp_seconds(&date);
    }
    return newest;
}

/* --- the document --- */

static void put_entry(struct writer *w, const struct dl_feed_document *document,
                      const struct dl_feed_entry *entry)
{
    dl_str link = entry->link.len ? entry->link : derived(w, "link", shown_link(document, entry));
    dl_str title =
        entry->title.len ? entry->title : derived(w, "title", shown_title(w, entry, link));
    put_plain(w, "id", entry->id);
    put_plain(w, "title", title);
    put_string(w, "link", link);
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
    put_derived(w);
}

static void put_head(struct writer *w, const struct dl_feed_document *document)
{
    bool dateless = document->format[0] == 'j';
    dl_str link = document->link.len   ? document->link
                  : document->self.len ? derived(w, "link", document->self)
                                       : derived(w, "link", document->url);
    dl_str title = document->title.len ? document->title : derived(w, "title", link);
    dl_str updated = dateless ? derived(w, "updated", newest(document)) : document->updated;
    put_plain(w, "title", title);
    put_string(w, "link", link);
    put_string(w, "self", document->self);
    put_string(w, "hub", document->hub);
    put_string(w, "description", document->description);
    put_plain(w, "language", document->language);
    put_plain(w, "author", document->author);
    put_plain(w, "rights", document->rights);
    put_plain(w, "id", document->id);
    put_string(w, "updated", updated);
    put_string(w, "published", document->published);
    put_plain(w, "generator", document->generator);
    put_string(w, "image", document->image);
    put_categories(w, document->categories);
    if (document->ttl_s) {
        put_name(w, "ttl");
        (void)dl_buf_printf(w->out, "%lld", (long long)document->ttl_s);
    }
    put_derived(w);
}

dl_status dl_feed_document_json(const struct dl_feed_document *document, struct dl_arena *arena,
                                struct dl_buf *out)
{
    struct writer w = {.arena = arena, .out = out, .first = true};
    put_string(&w, "format", dl_str_of(document->format));
    put_string(&w, "encoding", document->encoding);
    put_name(&w, "bozo");
    (void)dl_buf_put_str(out, document->bozo ? DL_STR("true") : DL_STR("false"));
    if (document->bozo)
        put_string(&w, "bozo_reason", dl_str_of(document->bozo));
    put_name(&w, "feed");
    (void)dl_buf_put_char(out, '{');
    struct writer head = writer_in(&w);
    put_head(&head, document);
    (void)dl_buf_put_str(out, DL_STR("},\"entries\":["));
    for (uint32_t i = 0; i < document->entry_count; i++) {
        (void)dl_buf_put_str(out, i ? DL_STR(",{") : DL_STR("{"));
        struct writer entry = writer_in(&w);
        put_entry(&entry, document, &document->entries[i]);
        (void)dl_buf_put_char(out, '}');
    }
    return dl_buf_put_char(out, ']');
}
