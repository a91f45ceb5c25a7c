/* Names of elements: what their prefixes mean by the namespaces they are bound to. */
#include "producers/feeds/feed_xml.h"

#include "markup/html_lexer.h"

/* Addresses of namespaces as they are met, by their beginnings; case and "www." do not count. */
static const char *namespace_of(dl_str address)
{
    static const struct {
        dl_str begins;
        const char *name;
    } spaces[] = {
#define SPACE(begins, name) {{begins, sizeof(begins) - 1}, name}
        SPACE("http://www.w3.org/2005/atom", "atom"),
        SPACE("https://www.w3.org/2005/atom", "atom"),
        SPACE("http://purl.org/atom", "atom"),
        SPACE("http://example.com/newformat#", "atom"),
        SPACE("http://example.com/necho", "atom"),
        SPACE("http://example.com/stories/", "atom"),
        SPACE("http://purl.org/net/rss1.1", "rss"),
        SPACE("http://purl.org/rss/1.0/modules/content", "content"),
        SPACE("http://purl.org/rss/1.0/modules/syndication", "sy"),
        SPACE("http://purl.org/rss/1.0/modules/slash", "slash"),
        SPACE("http://purl.org/rss/1.0/modules/image", "image"),
        SPACE("http://purl.org/rss/1.0/modules/", "module"),
        SPACE("http://purl.org/rss/1.0", "rss"),
        SPACE("http://my.netscape.com/", "rss"),
        SPACE("http://channel.netscape.com/", "rss"),
        SPACE("http://backend.userland.com/", "rss"),
        SPACE("http://blogs.law.harvard.edu/tech/rss", "rss"),
        SPACE("http://cyber.law.harvard.edu/rss", "rss"),
        SPACE("http://www.rssboard.org/rss-specification", "rss"),
        SPACE("http://www.rssboard.org/media-rss", "media"),
        SPACE("http://search.yahoo.com/mrss", "media"),
        SPACE("https://search.yahoo.com/mrss", "media"),
        SPACE("http://tools.search.yahoo.com/mrss", "media"),
        SPACE("http://video.search.yahoo.com/mrss", "media"),
        SPACE("http://purl.org/dc/elements/", "dc"),
        SPACE("https://purl.org/dc/elements/", "dc"),
        SPACE("http://purl.org/dc/terms", "dcterms"),
        SPACE("http://www.itunes.com/dtds/", "itunes"),
        SPACE("https://www.itunes.com/dtds/", "itunes"),
        SPACE("http://example.com/dtds/podcast-1.0", "itunes"),
        SPACE("http://www.google.com/schemas/play-podcasts", "googleplay"),
        SPACE("http://www.georss.org/georss", "georss"),
        SPACE("http://www.opengis.net/gml", "gml"),
        SPACE("http://www.w3.org/2003/01/geo/wgs84_pos", "geo"),
        SPACE("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
        SPACE("http://www.w3.org/1999/xhtml", "xhtml"),
        SPACE("http://rssnamespace.org/feedburner", "feedburner"),
        SPACE("http://webns.net/mvcb", "admin"),
        SPACE("http://purl.org/syndication/thread", "thr"),
        SPACE("http://wellformedweb.org/commentapi", "wfw"),
        SPACE("http://www.sitemaps.org/schemas/sitemap", "sitemap"),
        SPACE("http://www.google.com/schemas/sitemap-news", "news"),
        SPACE("http://www.google.com/schemas/sitemap-image", "image"),
        SPACE("http://www.google.com/schemas/sitemap-video", "video"),
        SPACE("http://www.google.com/schemas/sitemap", "sitemap"),
        SPACE("http://www.w3.org/2000/svg", "other"),
        SPACE("http://www.w3.org/1998/math", "other"),
#undef SPACE
    };
    address = dl_str_trim(address);
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (address.len >= spaces[i].begins.len &&
            dl_str_eq_nocase(dl_str_sub(address, 0, spaces[i].begins.len), spaces[i].begins))
            return spaces[i].name;
    return NULL;
}

/* What a prefix means: as it is bound, innermost first; else, as feeds that forget to bind it mean
 * it, itself. */
static const char *meaning_of(const struct dl_feed_reader *r, dl_str prefix)
{
    for (unsigned i = r->binding_count; i > 0; i--)
        if (dl_str_eq(r->binding[i - 1].prefix, prefix))
            return r->binding[i - 1].name;
    return NULL;
}

/* "xml" needs no binding. */
bool dl_feed_has_unbound_prefix(const struct dl_feed_reader *r, dl_str name)
{
    const char *colon = name.len ? memchr(name.at, ':', name.len) : NULL;
    if (!colon || dl_str_starts(name, DL_STR("xml:")))
        return false;
    dl_str prefix = {name.at, (size_t)(colon - name.at)};
    for (unsigned i = r->binding_count; i > 0; i--)
        if (dl_str_eq(r->binding[i - 1].prefix, prefix))
            return false;
    return true;
}

static void bind(struct dl_feed_reader *r, dl_str prefix, dl_str address)
{
    const char *name = namespace_of(address);
    if (r->binding_count == DL_FEED_BINDINGS_MAX)
        return;
    r->binding[r->binding_count].prefix = prefix;
    r->binding[r->binding_count++].name = name;
}

void dl_feed_bind_all(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    dl_str rest = start->text;
    dl_str name;
    dl_str value;
    if (rest.len < 6 || !memmem(rest.at, rest.len, "xmlns", 5))
        return;
    while (dl_html_attribute_next(&rest, &name, &value)) {
        if (dl_str_is(name, "xmlns"))
            bind(r, (dl_str){"", 0}, value);
        else if (dl_str_starts(name, DL_STR("xmlns:")))
            bind(r, dl_str_sub(name, 6, name.len), value);
    }
}

/* "dc:creator" of an element's name: our own prefix, then the name, in lower case. */
const char *dl_feed_key(const struct dl_feed_reader *r, dl_str name,
                        char key[DL_FEED_KEY_BYTES_MAX])
{
    const char *colon = name.len ? memchr(name.at, ':', name.len) : NULL;
    size_t len = colon ? (size_t)(colon - name.at) : 0;
    dl_str prefix = dl_str_sub(name, 0, len);
    dl_str local = dl_str_sub(name, len + (colon != NULL), name.len);
    const char *space = meaning_of(r, prefix);
    const char *none = r->kind == DL_FEED_KIND_ATOM      ? "atom"
                       : r->kind == DL_FEED_KIND_SITEMAP ? "sitemap"
                                                         : "rss";
    dl_str first = space ? dl_str_of(space) : prefix.len ? prefix : dl_str_of(none);
    if (first.len + local.len + 2 > DL_FEED_KEY_BYTES_MAX)
        return "other:";
    size_t at = 0;
    for (size_t i = 0; i < first.len; i++)
        key[at++] =
            (char)(first.at[i] >= 'A' && first.at[i] <= 'Z' ? first.at[i] + 32 : first.at[i]);
    key[at++] = ':';
    for (size_t i = 0; i < local.len; i++)
        key[at++] =
            (char)(local.at[i] >= 'A' && local.at[i] <= 'Z' ? local.at[i] + 32 : local.at[i]);
    key[at] = '\0';
    return key;
}
