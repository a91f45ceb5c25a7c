/* Pages beside their items, and what a page links to as its feed. */
#include "producers/poll/poll_read_page.h"

#include "core/url.h"
#include "markup/charset.h"
#include "markup/html_lexer.h"
#include "markup/html_text.h"
#include "pages/page.h"
#include "producers/door/door.h"

#define HEAD_BYTES_MAX (1U << 20) /* where links to feeds are looked for */

static bool is_page(const struct dl_fetch_answer *answer)
{
    dl_str type = answer->content_type;
    return answer->status == DL_OK && answer->code == 200 && answer->body.len &&
           (type.len == 0 || memmem(type.at, type.len, "html", 4) ||
            memmem(type.at, type.len, "text/plain", 10));
}

static void fill(dl_str *field, dl_str from)
{
    if (field->len == 0)
        *field = from;
}

/* What the feed says stays; the text is the page's when it has more of it. */
static void merge(struct dl_article_record *article, const struct dl_article_record *page)
{
    bool is_placeholder = dl_str_eq(article->text, article->url);
    if (is_placeholder || page->text.len > article->text.len) {
        if (!is_placeholder && !dl_str_eq(article->text, article->title))
            fill(&article->description, article->text);
        article->text = page->text;
        article->has_truncated = page->has_truncated;
        article->truncated = page->truncated;
    }
    fill(&article->title, page->title);
    fill(&article->description, page->description);
    fill(&article->section, page->section);
    fill(&article->modified, page->modified);
    fill(&article->lead_image, page->lead_image);
    fill(&article->language, page->language);
    if (article->published.len == 0 && page->published.len) {
        article->published = page->published;
        article->published_basis = page->published_basis;
    }
    if (article->authors_count == 0) {
        article->authors = page->authors;
        article->authors_count = page->authors_count;
    }
    if (article->keywords_count == 0) {
        article->keywords = page->keywords;
        article->keywords_count = page->keywords_count;
    }
    if (!article->rights)
        article->rights = page->rights;
    if (article->publisher && page->publisher)
        fill(&article->publisher->name, page->publisher->name);
}

void dl_poll_read_page(struct dl_poll_outcome *outcome, const char *url)
{
    const struct dl_fetch_answer *answer = outcome->answer;
    struct dl_page_reader reader;
    struct dl_page page;
    if (is_page(answer)) {
        struct dl_page_want want = {.bytes = dl_buf_str(&answer->body),
                                    .url = dl_str_of(url),
                                    .content_type = answer->content_type};
        dl_page_reader_init(&reader);
        if (dl_page_read(&reader, &want, &outcome->arena, &page, NULL) == DL_OK) {
            struct dl_article_record *both = dl_arena_alloc(&outcome->arena, sizeof *both);
            *both = *outcome->article;
            merge(both, &page.article);
            if (dl_door_article(&outcome->arena, both, (dl_str){NULL, 0}, NULL) == DL_OK)
                outcome->article = both;
        }
        dl_page_reader_done(&reader);
    }
    struct dl_article_record *article = outcome->article;
    if (dl_str_eq(article->text, article->url)) /* an address in a sitemap, and no page there */
        article->text = article->title;
    if (article->text.len == 0)
        outcome->article = NULL;
}

/* --- the feed of a page --- */

static bool has_word(dl_str list, const char *word)
{
    dl_str piece;
    while (dl_str_next(&list, ' ', &piece))
        if (dl_str_eq_nocase(piece, dl_str_of(word)))
            return true;
    return false;
}

static bool is_feed_type(dl_str type)
{
    static const char *const types[] = {"application/rss+xml", "application/atom+xml",
                                        "application/feed+json", "application/rdf+xml"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (dl_str_eq_nocase(type, dl_str_of(types[i])))
            return true;
    return false;
}

/* Feeds of comments stand beside the feed of a page, mostly after it. */
static bool is_of_comments(struct dl_arena *arena, dl_str attributes, dl_str href)
{
    dl_str title;
    if (memmem(href.at, href.len, "comments", 8))
        return true;
    if (!dl_html_attribute(attributes, "title", &title))
        return false;
    title = dl_html_line(arena, title);
    for (size_t i = 0; i + 7 <= title.len; i++)
        if (dl_str_eq_nocase(dl_str_sub(title, i, i + 7), DL_STR("comment")))
            return true;
    return false;
}

static dl_str attribute(struct dl_arena *arena, dl_str attributes, const char *name)
{
    dl_str value;
    return dl_html_attribute(attributes, name, &value) ? dl_html_line(arena, value)
                                                       : (dl_str){NULL, 0};
}

bool dl_poll_find_feed(struct dl_poll_outcome *outcome, const char *url)
{
    const struct dl_fetch_answer *answer = outcome->answer;
    struct dl_arena *arena = &outcome->arena;
    struct dl_html_names names;
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    struct dl_url parsed;
    dl_str found = {NULL, 0};
    dl_str base = dl_str_of(url);
    if (!is_page(answer))
        return false;
    dl_str text = dl_charset_decode(arena, dl_buf_str(&answer->body), answer->content_type, NULL);
    if (text.len > HEAD_BYTES_MAX)
        text.len = HEAD_BYTES_MAX;
    dl_html_names_init(&names);
    dl_html_lexer_init(&lexer, &names, text);
    while (found.len == 0 && dl_html_lexer_next(&lexer, &token)) {
        dl_str href;
        if (token.kind != DL_HTML_START)
            continue;
        if (token.tag == DL_TAG_BASE)
            (void)dl_url_resolve(arena, base, attribute(arena, token.text, "href"), &base, NULL);
        if (token.tag != DL_TAG_LINK ||
            !has_word(attribute(arena, token.text, "rel"), "alternate") ||
            !is_feed_type(attribute(arena, token.text, "type")))
            continue;
        href = attribute(arena, token.text, "href");
        if (href.len && !is_of_comments(arena, token.text, href) &&
            dl_url_resolve(arena, base, href, &href, NULL) == DL_OK)
            found = href;
    }
    if (found.len == 0 || dl_str_is(found, url) ||
        dl_url_parse(arena, found, NULL, &parsed, NULL) != DL_OK || !dl_url_is_web(&parsed))
        return false;
    outcome->moved = dl_arena_str(arena, found);
    return true;
}
