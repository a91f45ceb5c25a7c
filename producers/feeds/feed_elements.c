/* What the elements of feeds mean: one row each, in alphabetical order, with the field it speaks
 * of and how much its word counts against others (feed_draft.h).
 *
 * Sources: RSS 2.0 (rssboard.org), RSS 1.0 and its modules (purl.org/rss), RFC 4287 (Atom), Atom
 * 0.3, Dublin Core, Media RSS, Apple's podcast elements, GeoRSS, sitemaps.org, Google's news
 * sitemaps. */
#include "producers/feeds/feed_take.h"

#define FEED DL_FEED_IN_FEED
#define ENTRY DL_FEED_IN_ENTRY
#define BOTH (DL_FEED_IN_FEED | DL_FEED_IN_ENTRY)
#define SOURCE DL_FEED_IN_SOURCE
#define IMAGE DL_FEED_IN_IMAGE

/* --- sources, pictures, programs --- */

static void take_place(struct dl_feed_reader *r, const struct dl_feed_element *element,
                       const struct dl_xml_token *start)
{
    bool image = strstr(element->key, ":image") != NULL;
    dl_feed_push(r, start, image ? DL_FEED_IN_IMAGE : DL_FEED_IN_SOURCE, false);
}

/* An element that only holds others. */
static void take_through(struct dl_feed_reader *r, const struct dl_feed_element *element,
                         const struct dl_xml_token *start)
{
    (void)element;
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

static void take_rss_source(struct dl_feed_reader *r, const struct dl_feed_element *element,
                            const struct dl_xml_token *start)
{
    dl_feed_set_link(r->draft, dl_feed_part_of(r), DL_FEED_SOURCE_LINK, element->rank,
                     dl_feed_attribute(r, start, "url"), dl_feed_base(r, start));
    dl_feed_take_plain(r, element, start);
}

static void take_source_link(struct dl_feed_reader *r, const struct dl_feed_element *element,
                             const struct dl_xml_token *start)
{
    dl_str rel = dl_feed_attribute(r, start, "rel");
    bool self = dl_str_is(rel, "self");
    if (rel.len == 0 || self || dl_str_is(rel, "alternate"))
        dl_feed_set_link(r->draft, dl_feed_part_of(r), element->field, self ? 4 : element->rank,
                         dl_feed_attribute(r, start, "href"), dl_feed_base(r, start));
    (void)dl_feed_read_text(r, start);
}

static void take_generator(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    dl_str version = dl_feed_attribute(r, start, "version");
    dl_str url = dl_feed_attribute(r, start, "uri");
    dl_str text = dl_feed_plain(r->draft, dl_feed_read_text(r, start));
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

static void take_ttl(struct dl_feed_reader *r, const struct dl_feed_element *element,
                     const struct dl_xml_token *start)
{
    (void)element;
    int64_t minutes;
    if (dl_str_to_i64(dl_str_trim(dl_feed_read_text(r, start)), &minutes) == DL_OK && minutes > 0 &&
        minutes <= TTL_MINUTES_MAX)
        r->draft->ttl_s = minutes * 60;
}

static void take_period(struct dl_feed_reader *r, const struct dl_feed_element *element,
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
    dl_str text = dl_str_trim(dl_feed_read_text(r, start));
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (dl_str_eq_nocase(text, dl_str_of(periods[i].word)))
            r->period_s = periods[i].seconds;
}

static void take_frequency(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    (void)element;
    (void)dl_str_to_i64(dl_str_trim(dl_feed_read_text(r, start)),
                        &r->frequency); /* else it stays 0 */
}

/* --- places --- */

static void take_geo(struct dl_feed_reader *r, enum dl_feed_shape shape, dl_str numbers)
{
    struct dl_feed_part *part = dl_feed_part_of(r);
    if (dl_feed_wants(part, DL_FEED_GEO, 5))
        dl_feed_set(part, DL_FEED_GEO, 5, dl_feed_geometry(r->arena, shape, numbers));
}

/* georss:point, line, polygon, box; the shape is in the rank. */
static void take_geo_shape(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    take_geo(r, (enum dl_feed_shape)element->rank, dl_feed_read_text(r, start));
}

static void take_gml_shape(struct dl_feed_reader *r, const struct dl_feed_element *element,
                           const struct dl_xml_token *start)
{
    r->shape = (enum dl_feed_shape)element->rank;
    r->corner = (dl_str){"", 0};
    dl_feed_push(r, start, dl_feed_place_of(r), false);
}

static void take_gml_numbers(struct dl_feed_reader *r, const struct dl_feed_element *element,
                             const struct dl_xml_token *start)
{
    (void)element;
    take_geo(r, r->shape, dl_feed_read_text(r, start));
}

/* Half of a place: the two corners of a box, latitude and longitude. */
static void take_geo_half(struct dl_feed_reader *r, const struct dl_feed_element *element,
                          const struct dl_xml_token *start)
{
    dl_str text = dl_str_trim(dl_feed_read_text(r, start));
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

static const struct dl_feed_element elements[] = {
    {"admin:generatoragent", FEED, take_generator, DL_FEED_GENERATOR, 5},
    {"atom:author", BOTH, dl_feed_take_person, DL_FEED_AUTHOR, 9},
    {"atom:category", BOTH, dl_feed_take_atom_category, DL_FEED_NO_FIELD, 0},
    {"atom:content", ENTRY, dl_feed_take_construct_html, DL_FEED_CONTENT, 8},
    {"atom:copyright", BOTH, dl_feed_take_construct_plain, DL_FEED_RIGHTS, 8},
    {"atom:created", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 6},
    {"atom:generator", FEED, take_generator, DL_FEED_GENERATOR, 9},
    {"atom:icon", FEED, dl_feed_take_href, DL_FEED_IMAGE, 3},
    {"atom:id", BOTH, dl_feed_take_atom_id, DL_FEED_ID, 8},
    {"atom:issued", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 8},
    {"atom:link", BOTH, dl_feed_take_atom_link, DL_FEED_LINK, 5},
    {"atom:link", SOURCE, take_source_link, DL_FEED_SOURCE_LINK, 5},
    {"atom:logo", FEED, dl_feed_take_href, DL_FEED_IMAGE, 6},
    {"atom:modified", BOTH, dl_feed_take_date, DL_FEED_UPDATED, 8},
    {"atom:published", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 9},
    {"atom:rights", BOTH, dl_feed_take_construct_plain, DL_FEED_RIGHTS, 9},
    {"atom:source", ENTRY, take_place, DL_FEED_SOURCE, 5},
    {"atom:subtitle", FEED, dl_feed_take_construct_html, DL_FEED_DESCRIPTION, 8},
    {"atom:summary", ENTRY, dl_feed_take_construct_html, DL_FEED_DESCRIPTION, 7},
    {"atom:tagline", FEED, dl_feed_take_construct_html, DL_FEED_DESCRIPTION, 7},
    {"atom:title", BOTH, dl_feed_take_construct_plain, DL_FEED_TITLE, 7},
    {"atom:title", SOURCE, dl_feed_take_construct_plain, DL_FEED_SOURCE, 5},
    {"atom:updated", BOTH, dl_feed_take_date, DL_FEED_UPDATED, 9},
    {"content:encoded", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 9},
    {"dc:author", BOTH, dl_feed_take_author, DL_FEED_AUTHOR, 6},
    {"dc:contributor", ENTRY, dl_feed_take_author, DL_FEED_AUTHOR, 2},
    {"dc:creator", BOTH, dl_feed_take_author, DL_FEED_AUTHOR, 7},
    {"dc:date", ENTRY, dl_feed_take_date, DL_FEED_PUBLISHED, 5},
    {"dc:date", FEED, dl_feed_take_date, DL_FEED_UPDATED, 5},
    {"dc:description", BOTH, dl_feed_take_html, DL_FEED_DESCRIPTION, 5},
    {"dc:identifier", BOTH, dl_feed_take_exact, DL_FEED_ID, 3},
    {"dc:language", BOTH, dl_feed_take_plain, DL_FEED_LANGUAGE, 6},
    {"dc:rights", BOTH, dl_feed_take_plain, DL_FEED_RIGHTS, 7},
    {"dc:source", ENTRY, dl_feed_take_plain, DL_FEED_SOURCE, 2},
    {"dc:subject", BOTH, dl_feed_take_category, DL_FEED_NO_FIELD, 0},
    {"dc:title", BOTH, dl_feed_take_plain, DL_FEED_TITLE, 5},
    {"dcterms:abstract", ENTRY, dl_feed_take_html, DL_FEED_DESCRIPTION, 4},
    {"dcterms:available", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 3},
    {"dcterms:created", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 4},
    {"dcterms:creator", BOTH, dl_feed_take_author, DL_FEED_AUTHOR, 6},
    {"dcterms:date", ENTRY, dl_feed_take_date, DL_FEED_PUBLISHED, 4},
    {"dcterms:issued", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 5},
    {"dcterms:modified", BOTH, dl_feed_take_date, DL_FEED_UPDATED, 6},
    {"dcterms:rights", BOTH, dl_feed_take_plain, DL_FEED_RIGHTS, 6},
    {"dcterms:subject", BOTH, dl_feed_take_category, DL_FEED_NO_FIELD, 0},
    {"dcterms:title", BOTH, dl_feed_take_plain, DL_FEED_TITLE, 4},
    {"feedburner:origenclosurelink", ENTRY, dl_feed_take_real_enclosure, DL_FEED_NO_FIELD, 0},
    {"feedburner:origlink", ENTRY, dl_feed_take_rss_link, DL_FEED_LINK, 9},
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
    {"googleplay:author", BOTH, dl_feed_take_author, DL_FEED_AUTHOR, 5},
    {"googleplay:category", BOTH, dl_feed_take_category_attribute, DL_FEED_NO_FIELD, 0},
    {"googleplay:description", BOTH, dl_feed_take_html, DL_FEED_DESCRIPTION, 2},
    {"googleplay:image", BOTH, dl_feed_take_href, DL_FEED_IMAGE, 4},
    {"image:image", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"image:loc", ENTRY, dl_feed_take_rss_link, DL_FEED_IMAGE, 5},
    {"itunes:author", BOTH, dl_feed_take_author, DL_FEED_AUTHOR, 5},
    {"itunes:category", BOTH, dl_feed_take_category_attribute, DL_FEED_NO_FIELD, 0},
    {"itunes:image", BOTH, dl_feed_take_href, DL_FEED_IMAGE, 5},
    {"itunes:keywords", BOTH, dl_feed_take_keywords, DL_FEED_NO_FIELD, 0},
    {"itunes:owner", FEED, dl_feed_take_person, DL_FEED_AUTHOR, 3},
    {"itunes:subtitle", BOTH, dl_feed_take_html, DL_FEED_DESCRIPTION, 3},
    {"itunes:summary", BOTH, dl_feed_take_html, DL_FEED_DESCRIPTION, 4},
    {"itunes:title", BOTH, dl_feed_take_plain, DL_FEED_TITLE, 3},
    {"media:category", BOTH, dl_feed_take_category, DL_FEED_NO_FIELD, 0},
    {"media:content", BOTH, dl_feed_take_media_content, DL_FEED_NO_FIELD, 0},
    {"media:copyright", BOTH, dl_feed_take_plain, DL_FEED_RIGHTS, 3},
    {"media:description", ENTRY, dl_feed_take_media_description, DL_FEED_DESCRIPTION, 2},
    {"media:group", BOTH, take_through, DL_FEED_NO_FIELD, 0},
    {"media:keywords", BOTH, dl_feed_take_keywords, DL_FEED_NO_FIELD, 0},
    {"media:peerlink", ENTRY, dl_feed_take_media_peer, DL_FEED_NO_FIELD, 0},
    {"media:thumbnail", BOTH, dl_feed_take_media_thumbnail, DL_FEED_IMAGE, 5},
    {"media:title", ENTRY, dl_feed_take_construct_plain, DL_FEED_TITLE, 2},
    {"news:keywords", ENTRY, dl_feed_take_keywords, DL_FEED_NO_FIELD, 0},
    {"news:language", ENTRY, dl_feed_take_plain, DL_FEED_LANGUAGE, 6},
    {"news:name", ENTRY, dl_feed_take_plain, DL_FEED_SOURCE, 5},
    {"news:news", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"news:publication", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"news:publication_date", ENTRY, dl_feed_take_date, DL_FEED_PUBLISHED, 8},
    {"news:title", ENTRY, dl_feed_take_plain, DL_FEED_TITLE, 8},
    {"rss:abstract", BOTH, dl_feed_take_html, DL_FEED_DESCRIPTION, 5},
    {"rss:author", BOTH, dl_feed_take_person, DL_FEED_AUTHOR, 8},
    {"rss:body", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 6},
    {"rss:category", BOTH, dl_feed_take_category, DL_FEED_NO_FIELD, 0},
    {"rss:comments", ENTRY, dl_feed_take_rss_link, DL_FEED_COMMENTS, 8},
    {"rss:content", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 7},
    {"rss:copyright", BOTH, dl_feed_take_plain, DL_FEED_RIGHTS, 8},
    {"rss:date", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 2},
    {"rss:description", ENTRY, dl_feed_take_rss_text, DL_FEED_DESCRIPTION, 8},
    {"rss:description", FEED, dl_feed_take_html, DL_FEED_DESCRIPTION, 9},
    {"rss:enclosure", BOTH, dl_feed_take_enclosure, DL_FEED_NO_FIELD, 0},
    {"rss:fullitem", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 6},
    {"rss:fulltext", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 6},
    {"rss:generator", FEED, take_generator, DL_FEED_GENERATOR, 9},
    {"rss:guid", ENTRY, dl_feed_take_guid, DL_FEED_ID, 9},
    {"rss:image", BOTH, take_place, DL_FEED_NO_FIELD, 0},
    {"rss:language", BOTH, dl_feed_take_plain, DL_FEED_LANGUAGE, 7},
    {"rss:lastbuilddate", FEED, dl_feed_take_date, DL_FEED_UPDATED, 9},
    {"rss:link", BOTH, dl_feed_take_rss_link, DL_FEED_LINK, 7},
    {"rss:managingeditor", FEED, dl_feed_take_author, DL_FEED_AUTHOR, 8},
    {"rss:modified", BOTH, dl_feed_take_date, DL_FEED_UPDATED, 2},
    {"rss:pubdate", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 9},
    {"rss:published", BOTH, dl_feed_take_date, DL_FEED_PUBLISHED, 2},
    {"rss:rights", BOTH, dl_feed_take_plain, DL_FEED_RIGHTS, 6},
    {"rss:source", ENTRY, take_rss_source, DL_FEED_SOURCE, 8},
    {"rss:subtitle", FEED, dl_feed_take_html, DL_FEED_DESCRIPTION, 6},
    {"rss:summary", ENTRY, dl_feed_take_rss_text, DL_FEED_DESCRIPTION, 9},
    {"rss:tagline", FEED, dl_feed_take_html, DL_FEED_DESCRIPTION, 6},
    {"rss:title", BOTH, dl_feed_take_plain, DL_FEED_TITLE, 8},
    {"rss:ttl", FEED, take_ttl, DL_FEED_NO_FIELD, 0},
    {"rss:updated", BOTH, dl_feed_take_date, DL_FEED_UPDATED, 2},
    {"rss:url", IMAGE, dl_feed_take_rss_link, DL_FEED_IMAGE, 7},
    {"rss:webmaster", FEED, dl_feed_take_author, DL_FEED_AUTHOR, 4},
    {"sitemap:lastmod", ENTRY, dl_feed_take_date, DL_FEED_UPDATED, 8},
    {"sitemap:loc", ENTRY, dl_feed_take_rss_link, DL_FEED_LINK, 8},
    {"sy:updatefrequency", FEED, take_frequency, DL_FEED_NO_FIELD, 0},
    {"sy:updateperiod", FEED, take_period, DL_FEED_NO_FIELD, 0},
    {"video:description", ENTRY, dl_feed_take_html, DL_FEED_DESCRIPTION, 3},
    {"video:publication_date", ENTRY, dl_feed_take_date, DL_FEED_PUBLISHED, 4},
    {"video:thumbnail_loc", ENTRY, dl_feed_take_rss_link, DL_FEED_IMAGE, 4},
    {"video:title", ENTRY, dl_feed_take_plain, DL_FEED_TITLE, 4},
    {"video:video", ENTRY, take_through, DL_FEED_NO_FIELD, 0},
    {"xhtml:body", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 7},
    {"xhtml:div", ENTRY, dl_feed_take_html, DL_FEED_CONTENT, 6},
};
#define ELEMENT_COUNT (sizeof elements / sizeof *elements)

/* The first row of that name, or NULL. */
static const struct dl_feed_element *find_element(const char *key)
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
    const struct dl_feed_element *element = find_element(key);
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
