/* What the elements of feeds mean: one row each, in alphabetical order, with the field it speaks
 * of and how much its word counts against others (feed_draft.h).
 *
 * Sources: RSS 2.0 (rssboard.org), RSS 1.0 and its modules (purl.org/rss), RFC 4287 (Atom), Atom
 * 0.3, Dublin Core, Media RSS, Apple's podcast elements, GeoRSS, sitemaps.org, Google's news
 * sitemaps. */
#include "producers/feed_xml.h"

#include "core/utf8.h"
#include "markup/html_safe.h"
#include "markup/html_text.h"

#define FEED DL_FEED_IN_FEED
#define ENTRY DL_FEED_IN_ENTRY
#define BOTH (DL_FEED_IN_FEED | DL_FEED_IN_ENTRY)
#define SOURCE DL_FEED_IN_SOURCE
#define IMAGE DL_FEED_IN_IMAGE

struct element {
    const char *key;
    unsigned places; /* where it means that */
    void (*take)(struct dl_feed_reader *r, const struct element *element,
                 const struct dl_xml_token *start);
    enum dl_feed_field field;
    unsigned rank;
};

/* --- text --- */

static dl_str read_text(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    return leaf.markup.len ? leaf.markup : leaf.text;
}

static dl_str read_prose(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, true, &leaf);
    return leaf.markup.len ? leaf.markup : leaf.text;
}

/* RSS: text that may hold markup, which the field does without. */
static void take_plain(struct dl_feed_reader *r, const struct element *element,
                       const struct dl_xml_token *start)
{
    dl_str text = read_text(r, start);
    if (dl_feed_wants(dl_feed_part_of(r), element->field, element->rank))
        dl_feed_set(dl_feed_part_of(r), element->field, element->rank,
                    dl_feed_plain(r->draft, text));
}

/* RSS: text that is HTML, escaped or not. */
static void take_html(struct dl_feed_reader *r, const struct element *element,
                      const struct dl_xml_token *start)
{
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str text = read_prose(r, start);
    struct dl_feed_part *part = dl_feed_part_of(r);
    if (!dl_feed_wants(part, element->field, element->rank))
        return;
    dl_feed_set(part, element->field, element->rank, dl_feed_safe(r->draft, text, base));
}

/* An item with both a summary and a description: the description is what there is to read. */
static void take_rss_text(struct dl_feed_reader *r, const struct element *element,
                          const struct dl_xml_token *start)
{
    struct dl_feed_part *part = dl_feed_part_of(r);
    bool summary = strcmp(element->key, "rss:summary") == 0;
    unsigned other = summary ? element->rank - 1 : element->rank + 1;
    if (r->in_entry && part->rank[DL_FEED_DESCRIPTION] == other) {
        if (summary) { /* it comes second: the description moves over */
            dl_feed_set(part, DL_FEED_CONTENT, 3, part->value[DL_FEED_DESCRIPTION]);
        } else {
            struct element content = *element;
            content.field = DL_FEED_CONTENT;
            content.rank = 3;
            take_html(r, &content, start);
            return;
        }
    }
    take_html(r, element, start);
}

/* An identity is its bytes, whatever they look like. */
static void take_exact(struct dl_feed_reader *r, const struct element *element,
                       const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, dl_str_trim(leaf.text));
}

static void take_date(struct dl_feed_reader *r, const struct element *element,
                      const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_feed_set_date(r->draft, dl_feed_part_of(r), element->field, element->rank, leaf.text);
}

/* --- text of Atom, which says what it is --- */

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Empty when it is none. */
static dl_str base64_of(struct dl_arena *arena, dl_str text)
{
    char *bytes = dl_arena_raw(arena, text.len * 3 / 4 + 3);
    size_t len = 0;
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < text.len && text.at[i] != '='; i++) {
        if ((unsigned char)text.at[i] <= ' ')
            continue;
        int value = base64_value(text.at[i]);
        if (value < 0)
            return (dl_str){"", 0};
        bits = bits << 6 | (uint32_t)value;
        if (++count % 4 == 0) {
            bytes[len++] = (char)(bits >> 16);
            bytes[len++] = (char)(bits >> 8);
            bytes[len++] = (char)bits;
        }
    }
    if (count % 4 >= 2)
        bytes[len++] = (char)(bits >> (count % 4 == 2 ? 4 : 10));
    if (count % 4 == 3)
        bytes[len++] = (char)(bits >> 2);
    return dl_utf8_is_valid((dl_str){bytes, len}) ? (dl_str){bytes, len} : (dl_str){"", 0};
}

static bool contains(dl_str text, const char *word)
{
    return text.len && memmem(text.at, text.len, word, strlen(word));
}

/* Plain by its type, but written by a program that forgot to say that it is HTML. */
static bool looks_like_html(dl_str text)
{
    return contains(text, "</") || contains(text, "/>") || contains(text, "<p>") ||
           contains(text, "<br>") || contains(text, "<img ");
}

/* Media types whose content stands in base64. */
static bool is_binary(dl_str type)
{
    return dl_str_starts(type, DL_STR("image/")) || dl_str_starts(type, DL_STR("audio/")) ||
           dl_str_starts(type, DL_STR("video/")) || dl_str_is(type, "application/octet-stream") ||
           dl_str_is(type, "application/pdf") || dl_str_is(type, "application/zip");
}

/* A text construct: HTML, or plain text where *ret_plain says so. */
static dl_str read_construct(struct dl_feed_reader *r, const struct dl_xml_token *start,
                             bool *ret_plain)
{
    struct dl_feed_leaf leaf;
    dl_str type = dl_feed_attribute(r, start, "type");
    dl_str mode = dl_feed_attribute(r, start, "mode");
    dl_feed_read_leaf(r, start, true, &leaf);
    *ret_plain = false;
    if (leaf.markup.len)
        return leaf.markup;
    bool html = contains(type, "html") || contains(type, "xml");
    bool binary = is_binary(type);
    if (binary || dl_str_is(mode, "base64"))
        leaf.text = base64_of(r->arena, leaf.text); /* pictures and the like are no text */
    html = html || binary;
    *ret_plain = !html && !looks_like_html(leaf.text);
    return leaf.text;
}

static void take_construct_plain(struct dl_feed_reader *r, const struct element *element,
                                 const struct dl_xml_token *start)
{
    bool plain;
    dl_str text = read_construct(r, start, &plain);
    if (!dl_feed_wants(dl_feed_part_of(r), element->field, element->rank))
        return;
    text = plain ? dl_html_line(r->arena, text) : dl_feed_plain(r->draft, text);
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, text);
}

static void take_construct_html(struct dl_feed_reader *r, const struct element *element,
                                const struct dl_xml_token *start)
{
    bool plain;
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str text = read_construct(r, start, &plain);
    if (!dl_feed_wants(dl_feed_part_of(r), element->field, element->rank))
        return;
    text = plain ? dl_html_escape(r->arena, dl_str_trim(text)) : dl_feed_safe(r->draft, text, base);
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, text);
}

/* --- links --- */

/* rel, href and type: of Atom, and of RSS that borrows it. */
static void take_link_attributes(struct dl_feed_reader *r, const struct element *element,
                                 const struct dl_xml_token *start)
{
    struct dl_feed_part *part = dl_feed_part_of(r);
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str href = dl_feed_attribute(r, start, "href");
    dl_str rel = dl_feed_attribute(r, start, "rel");
    dl_str type = dl_feed_attribute(r, start, "type");
    dl_str iana = DL_STR("http://www.iana.org/assignments/relation/");
    if (dl_str_starts(rel, iana))
        rel = dl_str_sub(rel, iana.len, rel.len);
    bool page = type.len == 0 || contains(type, "html");
    if (href.len == 0)
        return;
    if (rel.len == 0 || dl_str_eq_nocase(rel, DL_STR("alternate"))) {
        dl_feed_set_link(r->draft, part, DL_FEED_LINK, page ? element->rank : element->rank - 1,
                         href, base);
        if (!r->in_entry)
            dl_feed_set_site(r->draft);
    } else if (dl_str_eq_nocase(rel, DL_STR("self")))
        dl_feed_set_link(r->draft, part, DL_FEED_SELF, 9, href, base);
    else if (dl_str_eq_nocase(rel, DL_STR("hub")))
        dl_feed_set_link(r->draft, part, DL_FEED_HUB, 9, href, base);
    else if (dl_str_eq_nocase(rel, DL_STR("replies")))
        dl_feed_set_link(r->draft, part, DL_FEED_COMMENTS, page ? 6 : 5, href, base);
    else if (dl_str_eq_nocase(rel, DL_STR("enclosure")))
        dl_feed_add_enclosure(r->draft, part, href, type, dl_feed_attribute(r, start, "length"),
                              base);
}

static void take_atom_link(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    take_link_attributes(r, element, start);
    dl_feed_read_leaf(r, start, false,
                      &leaf); /* it has no content; where it has, that may be meant */
    if (dl_feed_attribute(r, start, "href").len == 0)
        dl_feed_set_link(r->draft, dl_feed_part_of(r), DL_FEED_LINK, 2, leaf.text,
                         dl_feed_base(r, start));
}

static void take_rss_link(struct dl_feed_reader *r, const struct element *element,
                          const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    const struct dl_url *base = dl_feed_base(r, start);
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_str text = dl_str_trim(dl_html_decode(r->arena, leaf.text)); /* escaped twice, often */
    struct dl_feed_part *part = dl_feed_part_of(r);
    if (text.len == 0 && dl_feed_attribute(r, start, "rel").len) {
        take_link_attributes(r, element, start);
        return;
    }
    text = text.len ? text : dl_feed_attribute(r, start, "href");
    if (part->rank[element->field] == element->rank)
        part->rank[element->field]--; /* of several the last counts, as in other readers */
    dl_feed_set_link(r->draft, part, element->field, element->rank, text, base);
    if (!r->in_entry && element->field == DL_FEED_LINK)
        dl_feed_set_site(r->draft);
}

static void take_guid(struct dl_feed_reader *r, const struct element *element,
                      const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_str text = dl_str_trim(leaf.text);
    dl_str permanent = dl_feed_attribute(r, start, "isPermaLink");
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, text);
    bool address = dl_str_starts(text, DL_STR("http://")) ||
                   dl_str_starts(text, DL_STR("https://")) ||
                   dl_str_eq_nocase(permanent, DL_STR("true"));
    if (address && !dl_str_eq_nocase(permanent, DL_STR("false")))
        dl_feed_set_link(r->draft, dl_feed_part_of(r), DL_FEED_LINK, 4, text,
                         dl_feed_base(r, start));
}

static void take_atom_id(struct dl_feed_reader *r, const struct element *element,
                         const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    bool based = dl_feed_attribute(r, start, "xml:base").len || dl_feed_own_base(r);
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_str text = dl_str_trim(leaf.text);
    if (based) { /* an address by its own words */
        dl_str address = dl_feed_address(r->draft, text, dl_feed_base(r, start));
        text = address.len ? address : text;
    }
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, text);
    if (r->in_entry &&
        (dl_str_starts(text, DL_STR("http://")) || dl_str_starts(text, DL_STR("https://"))))
        dl_feed_set_link(r->draft, &r->draft->entry, DL_FEED_LINK, 1, text, NULL);
}

/* --- people --- */

static void take_author(struct dl_feed_reader *r, const struct element *element,
                        const struct dl_xml_token *start)
{
    dl_str text = read_text(r, start);
    dl_feed_add_author(r->draft, dl_feed_part_of(r), element->rank, dl_feed_plain(r->draft, text));
}

/* The text of the first child of that name, without prefix; empty when there is none. */
static dl_str child_text(struct dl_feed_reader *r, dl_str markup, const char *name)
{
    struct dl_xml_lexer lexer;
    struct dl_xml_token token;
    bool inside = false;
    dl_xml_lexer_init(&lexer, markup);
    while (dl_xml_lexer_next(&lexer, &token)) {
        const char *colon = token.name.len ? memchr(token.name.at, ':', token.name.len) : NULL;
        dl_str local =
            colon ? (dl_str){colon + 1, (size_t)(token.name.at + token.name.len - colon - 1)}
                  : token.name;
        if (token.kind == DL_XML_START)
            inside = dl_str_eq_nocase(local, dl_str_of(name)) && !token.closed;
        else if (token.kind == DL_XML_END)
            inside = false;
        else if (inside && token.kind == DL_XML_CDATA && dl_str_trim(token.text).len)
            return dl_html_line(r->arena, token.text);
        else if (inside && token.kind == DL_XML_TEXT && dl_str_trim(token.text).len)
            return dl_feed_plain(r->draft, dl_xml_decode(r->arena, &r->entities, token.text));
    }
    return (dl_str){"", 0};
}

/* An element with name, email and uri in it, or only with text. */
static void take_person(struct dl_feed_reader *r, const struct element *element,
                        const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, true, &leaf);
    dl_str text = child_text(r, leaf.markup, "name");
    if (text.len == 0)
        text = child_text(r, leaf.markup, "email");
    if (text.len == 0)
        text = child_text(r, leaf.markup, "uri");
    if (text.len == 0)
        text = dl_feed_plain(r->draft, leaf.markup.len ? leaf.markup : leaf.text);
    dl_feed_add_author(r->draft, dl_feed_part_of(r), element->rank, text);
}

/* --- lists --- */

static void take_category(struct dl_feed_reader *r, const struct element *element,
                          const struct dl_xml_token *start)
{
    (void)element;
    dl_str text = dl_feed_plain(r->draft, read_text(r, start));
    if (text.len == 0) /* borrowed from Atom */
        text = dl_feed_attribute(r, start, "term");
    dl_feed_add_category(r->draft, dl_feed_part_of(r), text);
}

static void take_atom_category(struct dl_feed_reader *r, const struct element *element,
                               const struct dl_xml_token *start)
{
    (void)element;
    dl_str label = dl_feed_attribute(r, start, "label");
    dl_str text = read_text(r, start);
    label = label.len ? label : dl_feed_attribute(r, start, "term");
    dl_feed_add_category(r->draft, dl_feed_part_of(r), label.len ? label : text);
}

/* text="…", with subcategories inside. */
static void take_category_attribute(struct dl_feed_reader *r, const struct element *element,
                                    const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_category(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "text"));
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

static void take_keywords(struct dl_feed_reader *r, const struct element *element,
                          const struct dl_xml_token *start)
{
    (void)element;
    dl_str rest = dl_html_line(r->arena, read_text(r, start));
    dl_str word;
    while (dl_str_next(&rest, ',', &word))
        dl_feed_add_category(r->draft, dl_feed_part_of(r), word);
}

static void take_enclosure(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_enclosure(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "url"),
                          dl_feed_attribute(r, start, "type"),
                          dl_feed_attribute(r, start, "length"), dl_feed_base(r, start));
    (void)read_text(r, start);
}

static void take_real_enclosure(struct dl_feed_reader *r, const struct element *element,
                                const struct dl_xml_token *start)
{
    (void)element;
    const struct dl_url *base = dl_feed_base(r, start);
    dl_feed_replace_enclosure(r->draft, dl_feed_part_of(r), read_text(r, start), base);
}

/* --- media --- */

/* The type, or as much of it as the medium says. */
static dl_str media_type(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    dl_str type = dl_feed_attribute(r, start, "type");
    dl_str medium = dl_feed_attribute(r, start, "medium");
    if (type.len)
        return type;
    if (dl_str_is(medium, "image") || dl_str_is(medium, "audio") || dl_str_is(medium, "video"))
        return dl_arena_printf(r->arena, "%.*s/*", DL_STR_ARG(medium));
    return medium.len ? DL_STR("application/octet-stream") : medium;
}

static void take_media_content(struct dl_feed_reader *r, const struct element *element,
                               const struct dl_xml_token *start)
{
    (void)element;
    dl_str url = dl_feed_attribute(r, start, "url");
    dl_str type = media_type(r, start);
    dl_feed_add_enclosure(r->draft, dl_feed_part_of(r), url, type,
                          dl_feed_attribute(r, start, "fileSize"), dl_feed_base(r, start));
    if (dl_str_starts(type, DL_STR("image/")))
        dl_feed_set_link(r->draft, dl_feed_part_of(r), DL_FEED_IMAGE, 4, url,
                         dl_feed_base(r, start));
    dl_feed_push(r, start, dl_feed_place_of(r), false); /* titles and thumbnails are inside */
}

static void take_media_thumbnail(struct dl_feed_reader *r, const struct element *element,
                                 const struct dl_xml_token *start)
{
    dl_str url = dl_feed_attribute(r, start, "url");
    dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, element->rank, url,
                     dl_feed_base(r, start));
    if (r->in_entry)
        dl_feed_add_enclosure(r->draft, &r->draft->entry, url, DL_STR("image/*"), (dl_str){"", 0},
                              dl_feed_base(r, start));
    (void)read_text(r, start);
}

static void take_media_peer(struct dl_feed_reader *r, const struct element *element,
                            const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_enclosure(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "href"),
                          dl_feed_attribute(r, start, "type"), (dl_str){"", 0},
                          dl_feed_base(r, start));
    (void)read_text(r, start);
}

static void take_media_description(struct dl_feed_reader *r, const struct element *element,
                                   const struct dl_xml_token *start)
{
    if (contains(dl_feed_attribute(r, start, "type"), "html"))
        take_html(r, element, start);
    else
        take_construct_html(r, element, start);
}

static void take_href(struct dl_feed_reader *r, const struct element *element,
                      const struct dl_xml_token *start)
{
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str href = dl_feed_attribute(r, start, "href");
    dl_str text = read_text(r, start);
    dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, element->rank,
                     href.len ? href : text, base);
}

/* --- sources, pictures, programs --- */

static void take_place(struct dl_feed_reader *r, const struct element *element,
                       const struct dl_xml_token *start)
{
    bool image = strstr(element->key, ":image") != NULL;
    dl_feed_push(r, start, image ? DL_FEED_IN_IMAGE : DL_FEED_IN_SOURCE, false);
}

/* An element that only holds others. */
static void take_through(struct dl_feed_reader *r, const struct element *element,
                         const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

static void take_rss_source(struct dl_feed_reader *r, const struct element *element,
                            const struct dl_xml_token *start)
{
    dl_feed_set_link(r->draft, dl_feed_part_of(r), DL_FEED_SOURCE_LINK, element->rank,
                     dl_feed_attribute(r, start, "url"), dl_feed_base(r, start));
    take_plain(r, element, start);
}

static void take_source_link(struct dl_feed_reader *r, const struct element *element,
                             const struct dl_xml_token *start)
{
    dl_str rel = dl_feed_attribute(r, start, "rel");
    bool self = dl_str_is(rel, "self");
    if (rel.len == 0 || self || dl_str_is(rel, "alternate"))
        dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, self ? 4 : element->rank,
                         dl_feed_attribute(r, start, "href"), dl_feed_base(r, start));
    (void)read_text(r, start);
}

static void take_generator(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    dl_str version = dl_feed_attribute(r, start, "version");
    dl_str url = dl_feed_attribute(r, start, "uri");
    dl_str text = dl_feed_plain(r->draft, read_text(r, start));
    url = url.len ? url : dl_feed_attribute(r, start, "url");
    url = url.len ? url : dl_feed_attribute(r, start, "rdf:resource");
    if (text.len && version.len)
        text = dl_str_trim(dl_arena_printf(r->arena, "%.*s v%.*s %.*s", DL_STR_ARG(text),
                                           DL_STR_ARG(version), DL_STR_ARG(url)));
    text = text.len ? text : url;
    dl_feed_set(&r->draft->feed, element->field, element->rank, text);
}

/* --- how often --- */

#define TTL_MINUTES_MAX (366 * 24 * 60)

static void take_ttl(struct dl_feed_reader *r, const struct element *element,
                     const struct dl_xml_token *start)
{
    (void)element;
    int64_t minutes;
    if (dl_str_to_i64(dl_str_trim(read_text(r, start)), &minutes) == DL_OK && minutes > 0 &&
        minutes <= TTL_MINUTES_MAX)
        r->draft->ttl_s = minutes * 60;
}

static void take_period(struct dl_feed_reader *r, const struct element *element,
                        const struct dl_xml_token *start)
{
    (void)element;
    static const struct {
        const char *word;
        int64_t seconds;
    } periods[] = {{"hourly", 3600},
                   {"daily", 86400},
                   {"weekly", 7 * 86400},
                   {"monthly", 30 * 86400},
                   {"yearly", 365 * 86400}};
    dl_str text = dl_str_trim(read_text(r, start));
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (dl_str_eq_nocase(text, dl_str_of(periods[i].word)))
            r->period_s = periods[i].seconds;
}

static void take_frequency(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    (void)element;
    (void)dl_str_to_i64(dl_str_trim(read_text(r, start)), &r->frequency); /* else it stays 0 */
}

/* --- places --- */

static void take_geo(struct dl_feed_reader *r, enum dl_feed_shape shape, dl_str numbers)
{
    struct dl_feed_part *part = dl_feed_part_of(r);
    if (dl_feed_wants(part, DL_FEED_GEO, 5))
        dl_feed_set(part, DL_FEED_GEO, 5, dl_feed_geometry(r->arena, shape, numbers));
}

/* georss:point, line, polygon, box; the shape is in the rank. */
static void take_geo_shape(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    take_geo(r, (enum dl_feed_shape)element->rank, read_text(r, start));
}

static void take_gml_shape(struct dl_feed_reader *r, const struct element *element,
                           const struct dl_xml_token *start)
{
    r->shape = (enum dl_feed_shape)element->rank;
    r->corner = (dl_str){"", 0};
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

static void take_gml_numbers(struct dl_feed_reader *r, const struct element *element,
                             const struct dl_xml_token *start)
{
    (void)element;
    take_geo(r, r->shape, read_text(r, start));
}

/* Half of a place: the two corners of a box, latitude and longitude. */
static void take_geo_half(struct dl_feed_reader *r, const struct element *element,
                          const struct dl_xml_token *start)
{
    dl_str text = dl_str_trim(read_text(r, start));
    bool corner = strstr(element->key, "corner") != NULL;
    bool second = element->rank == 2; /* longitude, upper corner */
    if (r->corner.len == 0) {
        r->corner = second ? text : dl_arena_printf(r->arena, "%.*s ", DL_STR_ARG(text));
        return;
    }
    dl_str first = second ? r->corner : text;
    dl_str last = second ? text : r->corner;
    take_geo(r, corner ? DL_FEED_BOX : DL_FEED_POINT,
             dl_arena_printf(r->arena, "%.*s %.*s", DL_STR_ARG(first), DL_STR_ARG(last)));
    r->corner = (dl_str){"", 0};
}

/* --- the rows --- */

static const struct element elements[] = {
    {"admin:generatoragent", FEED, take_generator, DL_FEED_GENERATOR, 5},
    {"atom:author", BOTH, take_person, DL_FEED_AUTHOR, 9},
    {"atom:category", BOTH, take_atom_category, DL_FEED_NO_FIELD, 0},
    {"atom:content", ENTRY, take_construct_html, DL_FEED_CONTENT, 8},
    {"atom:copyright", BOTH, take_construct_plain, DL_FEED_RIGHTS, 8},
    {"atom:created", BOTH, take_date, DL_FEED_PUBLISHED, 6},
    {"atom:generator", FEED, take_generator, DL_FEED_GENERATOR, 9},
    {"atom:icon", FEED, take_href, DL_FEED_IMAGE, 3},
    {"atom:id", BOTH, take_atom_id, DL_FEED_ID, 8},
    {"atom:issued", BOTH, take_date, DL_FEED_PUBLISHED, 8},
    {"atom:link", BOTH, take_atom_link, DL_FEED_LINK, 5},
    {"atom:link", SOURCE, take_source_link, DL_FEED_SOURCE_LINK, 5},
    {"atom:logo", FEED, take_href, DL_FEED_IMAGE, 6},
    {"atom:modified", BOTH, take_date, DL_FEED_UPDATED, 8},
    {"atom:published", BOTH, take_date, DL_FEED_PUBLISHED, 9},
    {"atom:rights", BOTH, take_construct_plain, DL_FEED_RIGHTS, 9},
    {"atom:source", ENTRY, take_place, DL_FEED_SOURCE, 5},
    {"atom:subtitle", FEED, take_construct_html, DL_FEED_DESCRIPTION, 8},
    {"atom:summary", ENTRY, take_construct_html, DL_FEED_DESCRIPTION, 7},
    {"atom:tagline", FEED, take_construct_html, DL_FEED_DESCRIPTION, 7},
    {"atom:title", BOTH, take_construct_plain, DL_FEED_TITLE, 7},
    {"atom:title", SOURCE, take_construct_plain, DL_FEED_SOURCE, 5},
    {"atom:updated", BOTH, take_date, DL_FEED_UPDATED, 9},
    {"content:encoded", ENTRY, take_html, DL_FEED_CONTENT, 9},
    {"dc:author", BOTH, take_author, DL_FEED_AUTHOR, 6},
    {"dc:contributor", ENTRY, take_author, DL_FEED_AUTHOR, 2},
    {"dc:creator", BOTH, take_author, DL_FEED_AUTHOR, 7},
    {"dc:date", ENTRY, take_date, DL_FEED_PUBLISHED, 5},
    {"dc:date", FEED, take_date, DL_FEED_UPDATED, 5},
    {"dc:description", BOTH, take_html, DL_FEED_DESCRIPTION, 5},
    {"dc:identifier", BOTH, take_exact, DL_FEED_ID, 3},
    {"dc:language", BOTH, take_plain, DL_FEED_LANGUAGE, 6},
    {"dc:rights", BOTH, take_plain, DL_FEED_RIGHTS, 7},
    {"dc:source", ENTRY, take_plain, DL_FEED_SOURCE, 2},
    {"dc:subject", BOTH, take_category, DL_FEED_NO_FIELD, 0},
    {"dc:title", BOTH, take_plain, DL_FEED_TITLE, 5},
    {"dcterms:abstract", ENTRY, take_html, DL_FEED_DESCRIPTION, 4},
    {"dcterms:available", BOTH, take_date, DL_FEED_PUBLISHED, 3},
    {"dcterms:created", BOTH, take_date, DL_FEED_PUBLISHED, 4},
    {"dcterms:creator", BOTH, take_author, DL_FEED_AUTHOR, 6},
    {"dcterms:date", ENTRY, take_date, DL_FEED_PUBLISHED, 4},
    {"dcterms:issued", BOTH, take_date, DL_FEED_PUBLISHED, 5},
    {"dcterms:modified", BOTH, take_date, DL_FEED_UPDATED, 6},
    {"dcterms:rights", BOTH, take_plain, DL_FEED_RIGHTS, 6},
    {"dcterms:subject", BOTH, take_category, DL_FEED_NO_FIELD, 0},
    {"dcterms:title", BOTH, take_plain, DL_FEED_TITLE, 4},
    {"feedburner:origenclosurelink", ENTRY, take_real_enclosure, DL_FEED_NO_FIELD, 0},
    {"feedburner:origlink", ENTRY, take_rss_link, DL_FEED_LINK, 9},
    {"geo:lat", BOTH, take_geo_half, DL_FEED_GEO, 1},
    {"geo:long", BOTH, take_geo_half, DL_FEED_GEO, 2},
    {"geo:point", BOTH, take_through, DL_FEED_GEO, 0},
    {"georss:box", BOTH, take_geo_shape, DL_FEED_GEO, DL_FEED_BOX},
    {"georss:line", BOTH, take_geo_shape, DL_FEED_GEO, DL_FEED_LINE},
    {"georss:point", BOTH, take_geo_shape, DL_FEED_GEO, DL_FEED_POINT},
    {"georss:polygon", BOTH, take_geo_shape, DL_FEED_GEO, DL_FEED_POLYGON},
    {"georss:where", BOTH, take_through, DL_FEED_GEO, 0},
    {"gml:coordinates", BOTH, take_gml_numbers, DL_FEED_GEO, 0},
    {"gml:envelope", BOTH, take_gml_shape, DL_FEED_GEO, DL_FEED_BOX},
    {"gml:exterior", BOTH, take_through, DL_FEED_GEO, 0},
    {"gml:linearring", BOTH, take_through, DL_FEED_GEO, 0},
    {"gml:linestring", BOTH, take_gml_shape, DL_FEED_GEO, DL_FEED_LINE},
    {"gml:lowercorner", BOTH, take_geo_half, DL_FEED_GEO, 1},
    {"gml:point", BOTH, take_gml_shape, DL_FEED_GEO, DL_FEED_POINT},
    {"gml:polygon", BOTH, take_gml_shape, DL_FEED_GEO, DL_FEED_POLYGON},
    {"gml:pos", BOTH, take_gml_numbers, DL_FEED_GEO, 0},
    {"gml:poslist", BOTH, take_gml_numbers, DL_FEED_GEO, 0},
    {"gml:uppercorner", BOTH, take_geo_half, DL_FEED_GEO, 2},
    {"googleplay:author", BOTH, take_author, DL_FEED_AUTHOR, 5},
    {"googleplay:category", BOTH, take_category_attribute, DL_FEED_NO_FIELD, 0},
    {"googleplay:description", BOTH, take_html, DL_FEED_DESCRIPTION, 2},
    {"googleplay:image", BOTH, take_href, DL_FEED_IMAGE, 4},
    {"image:image", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"image:loc", ENTRY, take_rss_link, DL_FEED_IMAGE, 5},
    {"itunes:author", BOTH, take_author, DL_FEED_AUTHOR, 5},
    {"itunes:category", BOTH, take_category_attribute, DL_FEED_NO_FIELD, 0},
    {"itunes:image", BOTH, take_href, DL_FEED_IMAGE, 5},
    {"itunes:keywords", BOTH, take_keywords, DL_FEED_NO_FIELD, 0},
    {"itunes:owner", FEED, take_person, DL_FEED_AUTHOR, 3},
    {"itunes:subtitle", BOTH, take_html, DL_FEED_DESCRIPTION, 3},
    {"itunes:summary", BOTH, take_html, DL_FEED_DESCRIPTION, 4},
    {"itunes:title", BOTH, take_plain, DL_FEED_TITLE, 3},
    {"media:category", BOTH, take_category, DL_FEED_NO_FIELD, 0},
    {"media:content", BOTH, take_media_content, DL_FEED_NO_FIELD, 0},
    {"media:copyright", BOTH, take_plain, DL_FEED_RIGHTS, 3},
    {"media:description", ENTRY, take_media_description, DL_FEED_DESCRIPTION, 2},
    {"media:group", BOTH, take_through, DL_FEED_NO_FIELD, 0},
    {"media:keywords", BOTH, take_keywords, DL_FEED_NO_FIELD, 0},
    {"media:peerlink", ENTRY, take_media_peer, DL_FEED_NO_FIELD, 0},
    {"media:thumbnail", BOTH, take_media_thumbnail, DL_FEED_IMAGE, 5},
    {"media:title", ENTRY, take_construct_plain, DL_FEED_TITLE, 2},
    {"news:keywords", ENTRY, take_keywords, DL_FEED_NO_FIELD, 0},
    {"news:language", ENTRY, take_plain, DL_FEED_LANGUAGE, 6},
    {"news:name", ENTRY, take_plain, DL_FEED_SOURCE, 5},
    {"news:news", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"news:publication", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"news:publication_date", ENTRY, take_date, DL_FEED_PUBLISHED, 8},
    {"news:title", ENTRY, take_plain, DL_FEED_TITLE, 8},
    {"rss:abstract", BOTH, take_html, DL_FEED_DESCRIPTION, 5},
    {"rss:author", BOTH, take_person, DL_FEED_AUTHOR, 8},
    {"rss:body", ENTRY, take_html, DL_FEED_CONTENT, 6},
    {"rss:category", BOTH, take_category, DL_FEED_NO_FIELD, 0},
    {"rss:comments", ENTRY, take_rss_link, DL_FEED_COMMENTS, 8},
    {"rss:content", ENTRY, take_html, DL_FEED_CONTENT, 7},
    {"rss:copyright", BOTH, take_plain, DL_FEED_RIGHTS, 8},
    {"rss:date", BOTH, take_date, DL_FEED_PUBLISHED, 2},
    {"rss:description", ENTRY, take_rss_text, DL_FEED_DESCRIPTION, 8},
    {"rss:description", FEED, take_html, DL_FEED_DESCRIPTION, 9},
    {"rss:enclosure", BOTH, take_enclosure, DL_FEED_NO_FIELD, 0},
    {"rss:fullitem", ENTRY, take_html, DL_FEED_CONTENT, 6},
    {"rss:fulltext", ENTRY, take_html, DL_FEED_CONTENT, 6},
    {"rss:generator", FEED, take_generator, DL_FEED_GENERATOR, 9},
    {"rss:guid", ENTRY, take_guid, DL_FEED_ID, 9},
    {"rss:image", BOTH, take_place, DL_FEED_NO_FIELD, 0},
    {"rss:language", BOTH, take_plain, DL_FEED_LANGUAGE, 7},
    {"rss:lastbuilddate", FEED, take_date, DL_FEED_UPDATED, 9},
    {"rss:link", BOTH, take_rss_link, DL_FEED_LINK, 7},
    {"rss:managingeditor", FEED, take_author, DL_FEED_AUTHOR, 8},
    {"rss:modified", BOTH, take_date, DL_FEED_UPDATED, 2},
    {"rss:pubdate", BOTH, take_date, DL_FEED_PUBLISHED, 9},
    {"rss:published", BOTH, take_date, DL_FEED_PUBLISHED, 2},
    {"rss:rights", BOTH, take_plain, DL_FEED_RIGHTS, 6},
    {"rss:source", ENTRY, take_rss_source, DL_FEED_SOURCE, 8},
    {"rss:subtitle", FEED, take_html, DL_FEED_DESCRIPTION, 6},
    {"rss:summary", ENTRY, take_rss_text, DL_FEED_DESCRIPTION, 9},
    {"rss:tagline", FEED, take_html, DL_FEED_DESCRIPTION, 6},
    {"rss:title", BOTH, take_plain, DL_FEED_TITLE, 8},
    {"rss:ttl", FEED, take_ttl, DL_FEED_NO_FIELD, 0},
    {"rss:updated", BOTH, take_date, DL_FEED_UPDATED, 2},
    {"rss:url", IMAGE, take_rss_link, DL_FEED_IMAGE, 7},
    {"rss:webmaster", FEED, take_author, DL_FEED_AUTHOR, 4},
    {"sitemap:lastmod", ENTRY, take_date, DL_FEED_UPDATED, 8},
    {"sitemap:loc", ENTRY, take_rss_link, DL_FEED_LINK, 8},
    {"sy:updatefrequency", FEED, take_frequency, DL_FEED_NO_FIELD, 0},
    {"sy:updateperiod", FEED, take_period, DL_FEED_NO_FIELD, 0},
    {"video:description", ENTRY, take_html, DL_FEED_DESCRIPTION, 3},
    {"video:publication_date", ENTRY, take_date, DL_FEED_PUBLISHED, 4},
    {"video:thumbnail_loc", ENTRY, take_rss_link, DL_FEED_IMAGE, 4},
    {"video:title", ENTRY, take_plain, DL_FEED_TITLE, 4},
    {"video:video", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"xhtml:body", ENTRY, take_html, DL_FEED_CONTENT, 7},
    {"xhtml:div", ENTRY, take_html, DL_FEED_CONTENT, 6},
};
#define ELEMENT_COUNT (sizeof elements / sizeof *elements)

/* The first row of that name, or NULL. */
static const struct element *find_element(const char *key)
{
    size_t from = 0;
    size_t to = ELEMENT_COUNT;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (strcmp(elements[middle].key, key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    bool found = from < ELEMENT_COUNT && strcmp(elements[from].key, key) == 0;
    return found ? &elements[from] : NULL;
}

bool dl_feed_take_element(struct dl_feed_reader *r, const char *key,
                          const struct dl_xml_token *start)
{
    enum dl_feed_place place = dl_feed_place_of(r);
    const struct element *element = find_element(key);
    for (; element && element < elements + ELEMENT_COUNT && strcmp(element->key, key) == 0;
         element++) {
        if (!(element->places & place))
            continue;
        element->take(r, element, start);
        return true;
    }
    return false;
}

bool dl_feed_is_element(const char *key, bool prose)
{
    static const char *const also_in_html[] = {
        "rss:author", "rss:body",   "rss:content", "rss:image",   "rss:link",
        "rss:name",   "rss:source", "rss:title",   "rss:summary", "atom:author",
        "atom:link",  "atom:title", "atom:source", "atom:name",   "atom:summary"};
    bool ours = strncmp(key, "rss:", 4) == 0 || strncmp(key, "atom:", 5) == 0;
    if (strcmp(key, "rss:item") == 0 || strcmp(key, "atom:entry") == 0 ||
        strcmp(key, "rss:channel") == 0 || strncmp(key, "sitemap:", 8) == 0)
        return true;
    for (size_t i = 0; prose && i < sizeof also_in_html / sizeof *also_in_html; i++)
        if (strcmp(key, also_in_html[i]) == 0)
            return false;
    return (ours || !prose) && strncmp(key, "xhtml:", 6) != 0 && find_element(key);
}

void dl_feed_end_place(struct dl_feed_reader *r, const struct dl_feed_frame *frame)
{
    if (frame->place == DL_FEED_IN_ENTRY) {
        r->in_entry = false;
        (void)dl_feed_entry_end(r->draft); /* past the last one taken the walk ends by itself */
    }
}
