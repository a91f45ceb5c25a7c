/* Elements that hold text: of RSS, which may be HTML; of Atom, which says what it is; names of
 * people, categories. */
#include "producers/feeds/feed_take.h"

#include "core/utf8.h"
#include "markup/html_safe.h"
#include "markup/html_text.h"

/* --- text --- */

dl_str dl_feed_read_text(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    return leaf.markup.len ? leaf.markup : leaf.text;
}

dl_str dl_feed_read_prose(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, true, &leaf);
    return leaf.markup.len ? leaf.markup : leaf.text;
}

/* RSS: text that may hold markup, which the field does without. */
void dl_feed_take_plain(struct dl_feed_reader *r, const struct dl_feed_element *element,
                        const struct dl_xml_token *start)
{
    dl_str text = dl_feed_read_text(r, start);
    if (dl_feed_wants(dl_feed_part_of(r), element->field, element->rank))
        dl_feed_set(dl_feed_part_of(r), element->field, element->rank,
                    dl_feed_plain(r->draft, text));
}

/* RSS: text that is HTML, escaped or not. */
void dl_feed_take_html(struct dl_feed_reader *r, const struct dl_feed_element *element,
                       const struct dl_xml_token *start)
{
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str text = dl_feed_read_prose(r, start);
    struct dl_feed_part *part = dl_feed_part_of(r);
    if (!dl_feed_wants(part, element->field, element->rank))
        return;
    dl_feed_set(part, element->field, element->rank, dl_feed_safe(r->draft, text, base));
}

/* An item with both a summary and a description: the description is what there is to read. */
void dl_feed_take_rss_text(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    struct dl_feed_part *part = dl_feed_part_of(r);
    bool summary = strcmp(element->key, "rss:summary") == 0;
    unsigned other = summary ? element->rank - 1 : element->rank + 1;
    if (r->in_entry && part->rank[DL_FEED_DESCRIPTION] == other) {
        if (summary) { /* it comes second: the description moves over */
            dl_feed_set(part, DL_FEED_CONTENT, 3, part->value[DL_FEED_DESCRIPTION]);
        } else {
            struct dl_feed_element content = *element;
            content.field = DL_FEED_CONTENT;
            content.rank = 3;
            dl_feed_take_html(r, &content, start);
            return;
        }
    }
    dl_feed_take_html(r, element, start);
}

/* An identity is its bytes, whatever they look like. */
void dl_feed_take_exact(struct dl_feed_reader *r, const struct dl_feed_element *element,
                        const struct dl_xml_token *start)
{
    struct dl_feed_leaf leaf;
    dl_feed_read_leaf(r, start, false, &leaf);
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, dl_str_trim(leaf.text));
}

void dl_feed_take_date(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

bool dl_feed_contains(dl_str text, const char *word)
{
    return text.len && memmem(text.at, text.len, word, strlen(word));
}

/* Plain by its type, but written by a program that forgot to say that it is HTML. */
static bool looks_like_html(dl_str text)
{
    return dl_feed_contains(text, "</") || dl_feed_contains(text, "/>") ||
           dl_feed_contains(text, "<p>") || dl_feed_contains(text, "<br>") ||
           dl_feed_contains(text, "<img ");
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
    bool html = dl_feed_contains(type, "html") || dl_feed_contains(type, "xml");
    bool binary = is_binary(type);
    if (binary || dl_str_is(mode, "base64"))
        leaf.text = base64_of(r->arena, leaf.text); /* pictures and the like are no text */
    html = html || binary;
    *ret_plain = !html && !looks_like_html(leaf.text);
    return leaf.text;
}

void dl_feed_take_construct_plain(struct dl_feed_reader *r, const struct dl_feed_element *element,
                                  const struct dl_xml_token *start)
{
    bool plain;
    dl_str text = read_construct(r, start, &plain);
    if (!dl_feed_wants(dl_feed_part_of(r), element->field, element->rank))
        return;
    text = plain ? dl_html_line(r->arena, text) : dl_feed_plain(r->draft, text);
    dl_feed_set(dl_feed_part_of(r), element->field, element->rank, text);
}

void dl_feed_take_construct_html(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

/* --- people --- */

void dl_feed_take_author(struct dl_feed_reader *r, const struct dl_feed_element *element,
                         const struct dl_xml_token *start)
{
    dl_str text = dl_feed_read_text(r, start);
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
void dl_feed_take_person(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

void dl_feed_take_category(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    (void)element;
    dl_str text = dl_feed_plain(r->draft, dl_feed_read_text(r, start));
    if (text.len == 0) /* borrowed from Atom */
        text = dl_feed_attribute(r, start, "term");
    dl_feed_add_category(r->draft, dl_feed_part_of(r), text);
}

void dl_feed_take_atom_category(struct dl_feed_reader *r, const struct dl_feed_element *element,
                                const struct dl_xml_token *start)
{
    (void)element;
    dl_str label = dl_feed_attribute(r, start, "label");
    dl_str text = dl_feed_read_text(r, start);
    label = label.len ? label : dl_feed_attribute(r, start, "term");
    dl_feed_add_category(r->draft, dl_feed_part_of(r), label.len ? label : text);
}

/* text="…", with subcategories inside. */
void dl_feed_take_category_attribute(struct dl_feed_reader *r,
                                     const struct dl_feed_element *element,
                                     const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_category(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "text"));
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

void dl_feed_take_keywords(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    (void)element;
    dl_str rest = dl_html_line(r->arena, dl_feed_read_text(r, start));
    dl_str word;
    while (dl_str_next(&rest, ',', &word))
        dl_feed_add_category(r->draft, dl_feed_part_of(r), word);
}
