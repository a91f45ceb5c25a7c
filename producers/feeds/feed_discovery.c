/* One walk over the tags of a page. */
#include "producers/feeds/feed_discovery.h"

#include "core/url.h"
#include "markup/html_lexer.h"
#include "markup/html_text.h"

enum worth {
    WORTH_NAMED = 4,    /* the head says: this is our feed */
    WORTH_ANCHOR = 2,   /* the body has a link to something that looks like one */
    WORTH_ARTICLES = 1, /* and it is not of comments */
};

struct search {
    struct dl_arena *arena;
    struct dl_url page;
    const struct dl_url *base;
    struct dl_found_feed *found;
    uint32_t count;
};

static bool has_nocase(dl_str text, const char *word)
{
    dl_str wanted = dl_str_of(word);
    for (size_t i = 0; i + wanted.len <= text.len; i++)
        if (dl_str_eq_nocase((dl_str){text.at + i, wanted.len}, wanted))
            return true;
    return false;
}

static bool is_word_of(dl_str list, const char *word)
{
    dl_str rest = list;
    dl_str piece;
    while (dl_str_next(&rest, ' ', &piece))
        if (dl_str_eq_nocase(dl_str_trim(piece), dl_str_of(word)))
            return true;
    return false;
}

static void add(struct search *s, dl_str href, dl_str title, unsigned worth)
{
    struct dl_url url;
    href = dl_str_trim(dl_html_decode(s->arena, href));
    if (href.len > 5 && dl_str_eq_nocase(dl_str_sub(href, 0, 5), DL_STR("feed:")))
        href = dl_str_sub(href, 5, href.len); /* "feed://a" is "//a" then, "feed:http:…" itself */
    if (href.len == 0 || dl_url_parse(s->arena, href, s->base, &url, NULL) != DL_OK ||
        !dl_url_is_web(&url))
        return;
    url.has_fragment = false;
    dl_str address = dl_url_href(s->arena, &url);
    if (!has_nocase(title, "comment") && !has_nocase(url.path, "comment"))
        worth += WORTH_ARTICLES;
    for (uint32_t i = 0; i < s->count; i++)
        if (dl_str_eq(s->found[i].url, address)) {
            s->found[i].worth = s->found[i].worth > worth ? s->found[i].worth : worth;
            return;
        }
    if (s->count < DL_FEEDS_FOUND_MAX)
        s->found[s->count++] =
            (struct dl_found_feed){address, dl_html_line(s->arena, title), worth};
}

/* Media types that feeds are served as. */
static bool is_feed_type(dl_str type)
{
    return has_nocase(type, "application/rss") || has_nocase(type, "application/atom") ||
           has_nocase(type, "application/rdf") || has_nocase(type, "application/feed+json") ||
           has_nocase(type, "application/x.atom") || has_nocase(type, "text/rss") ||
           has_nocase(type, "text/atom");
}

static dl_str attribute(dl_str attributes, const char *name)
{
    dl_str value;
    return dl_html_attribute(attributes, name, &value) ? value : (dl_str){"", 0};
}

static void take_link(struct search *s, dl_str attributes)
{
    dl_str rel = attribute(attributes, "rel");
    dl_str type = attribute(attributes, "type");
    bool named = (is_word_of(rel, "alternate") && is_feed_type(type)) || is_word_of(rel, "feed");
    if (named)
        add(s, attribute(attributes, "href"), attribute(attributes, "title"), WORTH_NAMED);
}

/* Paths that feeds commonly have: "/feed", "/rss.xml", "/index.rdf", "/blog.atom". */
static bool looks_like_feed(dl_str path)
{
    static const char *const ends[] = {
        "/feed",      "/feed/",     "/rss",       "/rss/",     "/atom",     "/atom/",
        "/feeds",     ".rss",       ".atom",      ".rdf",      "/rss.xml",  "/atom.xml",
        "/feed.xml",  "/feed.json", "/index.xml", "/rss2.xml", "/news.xml", "/feed.rss",
        "/feed.atom", "/rss.php",   "/feed.php"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        dl_str end = dl_str_of(ends[i]);
        if (path.len >= end.len &&
            dl_str_eq_nocase(dl_str_sub(path, path.len - end.len, path.len), end))
            return true;
        if (end.at[0] == '/' && dl_str_eq_nocase(path, dl_str_sub(end, 1, end.len)))
            return true;
    }
    return false;
}

static void take_anchor(struct search *s, dl_str attributes)
{
    dl_str href = dl_str_trim(attribute(attributes, "href"));
    size_t end = 0;
    while (end < href.len && href.at[end] != '?' && href.at[end] != '#')
        end++;
    dl_str query = dl_str_sub(href, end, href.len);
    bool feed = looks_like_feed(dl_str_sub(href, 0, end)) || has_nocase(query, "format=rss") ||
                has_nocase(query, "feed=rss") || has_nocase(query, "feed=atom") ||
                is_feed_type(attribute(attributes, "type")) || dl_str_starts(href, DL_STR("feed:"));
    if (feed)
        add(s, href, attribute(attributes, "title"), WORTH_ANCHOR);
}

/* The first <base> is where the page's addresses start from. */
static void take_base(struct search *s, dl_str attributes)
{
    dl_str href = dl_html_decode(s->arena, attribute(attributes, "href"));
    struct dl_url url;
    if (s->base != &s->page || href.len == 0 ||
        dl_url_parse(s->arena, href, &s->page, &url, NULL) != DL_OK)
        return;
    struct dl_url *kept = dl_arena_alloc(s->arena, sizeof *kept);
    *kept = url;
    s->base = kept;
}

static void sort_by_worth(struct dl_found_feed *found, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct dl_found_feed moved = found[i];
        uint32_t j = i;
        for (; j && found[j - 1].worth < moved.worth; j--)
            found[j] = found[j - 1];
        found[j] = moved;
    }
}

uint32_t dl_feed_discover(struct dl_arena *arena, dl_str html, dl_str url,
                          struct dl_found_feed found[DL_FEEDS_FOUND_MAX])
{
    struct search s = {.arena = arena, .found = found};
    struct dl_html_names names;
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    if (dl_url_parse(arena, url, NULL, &s.page, NULL) != DL_OK)
        return 0;
    s.base = &s.page;
    dl_html_names_init(&names);
    dl_html_lexer_init(&lexer, &names, html);
    while (dl_html_lexer_next(&lexer, &token)) {
        if (token.kind != DL_HTML_START)
            continue;
        if (token.tag == DL_TAG_LINK)
            take_link(&s, token.text);
        else if (token.tag == DL_TAG_A)
            take_anchor(&s, token.text);
        else if (token.tag == DL_TAG_BASE)
            take_base(&s, token.text);
    }
    sort_by_worth(found, s.count);
    return s.count;
}
