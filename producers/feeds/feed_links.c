/* Elements that hold addresses: links, identities that are links, files, pictures. */
#include "producers/feeds/feed_take.h"

#include "markup/html_text.h"

/* --- links --- */

/* rel, href and type: of Atom, and of RSS that borrows it. */
static void take_link_attributes(struct dl_feed_reader *r, const struct dl_feed_element *element,
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
    bool page = type.len == 0 || dl_feed_contains(type, "html");
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

void dl_feed_take_atom_link(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

void dl_feed_take_rss_link(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

void dl_feed_take_guid(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

void dl_feed_take_atom_id(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

/* --- files and pictures --- */

void dl_feed_take_enclosure(struct dl_feed_reader *r, const struct dl_feed_element *element,
                            const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_enclosure(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "url"),
                          dl_feed_attribute(r, start, "type"),
                          dl_feed_attribute(r, start, "length"), dl_feed_base(r, start));
    (void)dl_feed_read_text(r, start);
}

void dl_feed_take_real_enclosure(struct dl_feed_reader *r, const struct dl_feed_element *element,
                                 const struct dl_xml_token *start)
{
    (void)element;
    const struct dl_url *base = dl_feed_base(r, start);
    dl_feed_replace_enclosure(r->draft, dl_feed_part_of(r), dl_feed_read_text(r, start), base);
}

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

void dl_feed_take_media_content(struct dl_feed_reader *r, const struct dl_feed_element *element,
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

void dl_feed_take_media_thumbnail(struct dl_feed_reader *r, const struct dl_feed_element *element,
                                  const struct dl_xml_token *start)
{
    dl_str url = dl_feed_attribute(r, start, "url");
    dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, element->rank, url,
                     dl_feed_base(r, start));
    if (r->in_entry)
        dl_feed_add_enclosure(r->draft, &r->draft->entry, url, DL_STR("image/*"), (dl_str){"", 0},
                              dl_feed_base(r, start));
    (void)dl_feed_read_text(r, start);
}

void dl_feed_take_media_peer(struct dl_feed_reader *r, const struct dl_feed_element *element,
                             const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_add_enclosure(r->draft, dl_feed_part_of(r), dl_feed_attribute(r, start, "href"),
                          dl_feed_attribute(r, start, "type"), (dl_str){"", 0},
                          dl_feed_base(r, start));
    (void)dl_feed_read_text(r, start);
}

void dl_feed_take_media_description(struct dl_feed_reader *r, const struct dl_feed_element *element,
                                    const struct dl_xml_token *start)
{
    if (dl_feed_contains(dl_feed_attribute(r, start, "type"), "html"))
        dl_feed_take_html(r, element, start);
    else
        dl_feed_take_construct_html(r, element, start);
}

void dl_feed_take_href(struct dl_feed_reader *r, const struct dl_feed_element *element,
                       const struct dl_xml_token *start)
{
    const struct dl_url *base = dl_feed_base(r, start);
    dl_str href = dl_feed_attribute(r, start, "href");
    dl_str text = dl_feed_read_text(r, start);
    dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, element->rank,
                     href.len ? href : text, base);
}
