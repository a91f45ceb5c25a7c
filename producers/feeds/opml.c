/* Outlines with an address are feeds, wherever they stand. */
#include "producers/feeds/opml.h"

#include "core/utf8.h"
#include "markup/charset.h"
#include "markup/html_lexer.h"
#include "markup/html_text.h"

static dl_str attribute(struct dl_arena *arena, const struct dl_html_token *token, const char *name)
{
    dl_str value;
    if (!dl_html_attribute(token->text, name, &value))
        return (dl_str){NULL, 0};
    return dl_utf8_clean(arena, dl_html_line(arena, value));
}

dl_status dl_opml_read(struct dl_arena *arena, dl_str bytes, struct dl_opml *ret_opml,
                       struct dl_error *err)
{
    struct dl_html_names names;
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    struct dl_opml opml = {0};
    uint32_t room = 0;
    dl_str text = dl_charset_decode(arena, bytes, (dl_str){NULL, 0}, NULL);
    dl_html_names_init(&names);
    dl_html_lexer_init(&lexer, &names, text);
    while (dl_html_lexer_next(&lexer, &token)) {
        if (token.kind != DL_HTML_START || !dl_str_eq_nocase(token.name, DL_STR("outline")))
            continue;
        struct dl_opml_feed feed = {.url = attribute(arena, &token, "xmlurl")};
        if (feed.url.len == 0)
            continue;
        feed.title = attribute(arena, &token, "title");
        if (feed.title.len == 0)
            feed.title = attribute(arena, &token, "text");
        feed.site = attribute(arena, &token, "htmlurl");
        if (opml.count == room) {
            uint32_t wider = room ? room * 2 : 64;
            struct dl_opml_feed *list = dl_arena_array(arena, struct dl_opml_feed, wider);
            if (room)
                memcpy(list, opml.feeds, room * sizeof *list);
            opml.feeds = list;
            room = wider;
        }
        opml.feeds[opml.count++] = feed;
    }
    if (opml.count == 0)
        return dl_fail(err, DL_BAD_INPUT, "no outline with an xmlUrl in it");
    *ret_opml = opml;
    return DL_OK;
}

/* --- writing --- */

static void put_escaped(struct dl_buf *out, dl_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        const char *escaped = c == '&'    ? "&amp;"
                              : c == '<'  ? "&lt;"
                              : c == '>'  ? "&gt;"
                              : c == '"'  ? "&quot;"
                              : c == '\n' ? "&#10;"
                                          : NULL;
        if (escaped)
            (void)dl_buf_put_str(out, dl_str_of(escaped));
        else if ((unsigned char)c >= 0x20 || c == '\t') /* XML has no other control characters */
            (void)dl_buf_put_char(out, c);
    }
}

static void put_attribute(struct dl_buf *out, const char *name, dl_str value)
{
    if (value.len == 0)
        return;
    (void)dl_buf_printf(out, " %s=\"", name);
    put_escaped(out, value);
    (void)dl_buf_put_char(out, '"');
}

dl_status dl_opml_write(const struct dl_opml *opml, struct dl_buf *out)
{
    (void)dl_buf_put_str(out, DL_STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                     "<opml version=\"2.0\">\n"
                                     "<head><title>dateline feeds</title></head>\n<body>\n"));
    for (uint32_t i = 0; i < opml->count; i++) {
        const struct dl_opml_feed *feed = &opml->feeds[i];
        (void)dl_buf_put_str(out, DL_STR("<outline type=\"rss\""));
        put_attribute(out, "text", feed->title.len ? feed->title : feed->url);
        put_attribute(out, "title", feed->title);
        put_attribute(out, "xmlUrl", feed->url);
        put_attribute(out, "htmlUrl", feed->site);
        (void)dl_buf_put_str(out, DL_STR("/>\n"));
    }
    return dl_buf_put_str(out, DL_STR("</body>\n</opml>\n")); /* fails when anything before did */
}
