/* One walk over the tokens, with the elements that are open. */
#include "markup/html_safe.h"

#include "markup/html_lexer.h"
#include "markup/html_text.h"
#include "markup/words.h"

extern const struct dl_words dl_words_safe;

struct cleaner {
    struct dl_arena *arena;
    const struct dl_html_names *names;
    const struct dl_url *base;
    struct dl_buf out;
    const struct dl_word *open[DL_HTML_SAFE_DEPTH_MAX];
    unsigned depth;
    bool inside_frame; /* reading what an <iframe> holds, once */
    size_t len_max;    /* of the result: a long base makes much of short addresses */
};

/* --- text --- */

/* Into a buffer that has no ceiling of its own: what is put is bounded by what is read. */
static void put(struct dl_buf *out, const char *at, size_t len)
{
    (void)dl_buf_put(out, at, len);
}

static void put_escaped(struct dl_buf *out, dl_str text, bool quotes)
{
    size_t start = 0;
    if (text.len == 0)
        return;
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = text.at[i] == '&'             ? "&amp;"
                             : text.at[i] == '<'           ? "&lt;"
                             : text.at[i] == '>'           ? "&gt;"
                             : text.at[i] == '"' && quotes ? "&quot;"
                                                           : NULL;
        if (!escape)
            continue;
        put(out, text.at + start, i - start);
        put(out, escape, strlen(escape));
        start = i + 1;
    }
    put(out, text.at + start, text.len - start);
}

static bool begins_tag(dl_str text, size_t at)
{
    char c = at + 1 < text.len ? text.at[at + 1] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '!' || c == '?';
}

/* A tag that the end of the text cut off is none of its text. */
static dl_str without_cut_tag(dl_str text)
{
    if (text.len && text.at[0] == '<' && begins_tag(text, 0) && memchr(text.at, '=', text.len))
        text.len = 0;
    return text;
}

static void put_text(struct cleaner *c, dl_str text)
{
    text = without_cut_tag(text);
    if (text.len)
        put_escaped(&c->out, dl_html_decode(c->arena, text), false);
}

/* --- addresses --- */

static bool is_safe_scheme(dl_str scheme)
{
    return dl_str_is(scheme, "http") || dl_str_is(scheme, "https") || dl_str_is(scheme, "mailto") ||
           dl_str_is(scheme, "tel");
}

/* No scheme can hide in it: no colon before the path. */
static bool is_plainly_relative(dl_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '/' || text.at[i] == '?' || text.at[i] == '#')
            break;
        if (text.at[i] == ':' || text.at[i] == '&' || (unsigned char)text.at[i] <= ' ')
            return false;
    }
    return text.len > 0;
}

/* The address as it may stand; empty when it may not. */
static dl_str safe_address(struct cleaner *c, dl_str text)
{
    struct dl_url url;
    text = dl_str_trim(text);
    if (dl_url_parse(c->arena, text, c->base, &url, NULL) == DL_OK)
        return is_safe_scheme(url.scheme) ? dl_url_href(c->arena, &url) : (dl_str){"", 0};
    return !c->base && is_plainly_relative(text) ? text : (dl_str){"", 0};
}

/* --- tags --- */

static bool lists(const char *list, dl_str name)
{
    dl_str rest = dl_str_of(list);
    dl_str piece;
    while (dl_str_next(&rest, ' ', &piece))
        if (piece.len && dl_str_eq_nocase(piece, name))
            return true;
    return false;
}

static void put_attributes(struct cleaner *c, const struct dl_word *element, dl_str attributes)
{
    dl_str name;
    dl_str value;
    unsigned count = 0;
    while (count < 16 && dl_html_attribute_next(&attributes, &name, &value)) {
        if (!lists(element->value, name) && !lists("lang dir title", name))
            continue;
        value = dl_html_decode(c->arena, value);
        if (lists("href src cite poster longdesc", name)) {
            value = safe_address(c, value);
            if (value.len == 0)
                continue;
        }
        put(&c->out, " ", 1);
        for (size_t i = 0; i < name.len; i++)
            put(&c->out, (char[]){(char)(name.at[i] | 0x20)}, 1);
        put(&c->out, "=\"", 2);
        put_escaped(&c->out, value, true);
        put(&c->out, "\"", 1);
        count++;
    }
}

/* The element by its name, without a prefix ("xhtml:p"); NULL when it is not let through. */
static const struct dl_word *element_of(dl_str name)
{
    char lower[16];
    const char *colon = name.len ? memrchr(name.at, ':', name.len) : NULL;
    if (colon)
        name = dl_str_sub(name, (size_t)(colon - name.at) + 1, name.len);
    if (name.len == 0 || name.len > sizeof lower)
        return NULL;
    for (size_t i = 0; i < name.len; i++)
        lower[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
    return dl_words_find(&dl_words_safe, (dl_str){lower, name.len});
}

static void close_top(struct cleaner *c)
{
    const struct dl_word *element = c->open[--c->depth];
    put(&c->out, "</", 2);
    put(&c->out, element->key, element->key_bytes);
    put(&c->out, ">", 1);
}

static bool is_open(const struct cleaner *c, const struct dl_word *element)
{
    for (unsigned i = 0; i < c->depth; i++)
        if (c->open[i] == element)
            return true;
    return false;
}

/* What need not be closed in HTML is closed by its like. */
static bool ends_at_start_of(const struct dl_word *open, const struct dl_word *element,
                             unsigned flags)
{
    if (strcmp(open->key, "p") == 0)
        return flags & DL_TAG_ENDS_P;
    return open == element && lists("li dt dd td th tr option", dl_str_of(open->key));
}

static void put_start(struct cleaner *c, const struct dl_html_token *token)
{
    const struct dl_word *element = element_of(token->name);
    if (!element)
        return;
    dl_str key = {element->key, element->key_bytes};
    unsigned flags = dl_html_tag_flags(dl_html_tag(c->names, key));
    while (c->depth && ends_at_start_of(c->open[c->depth - 1], element, flags))
        close_top(c);
    if (!(flags & DL_TAG_VOID) && c->depth == DL_HTML_SAFE_DEPTH_MAX)
        return;
    put(&c->out, "<", 1);
    put(&c->out, key.at, key.len);
    put_attributes(c, element, token->text);
    put(&c->out, ">", 1);
    if (!(flags & DL_TAG_VOID))
        c->open[c->depth++] = element;
}

static void put_end(struct cleaner *c, const struct dl_html_token *token)
{
    const struct dl_word *element = element_of(token->name);
    if (!element || !is_open(c, element))
        return;
    while (c->open[c->depth - 1] != element)
        close_top(c);
    close_top(c);
}

static void clean(struct cleaner *c, dl_str html);

static void put_raw(struct cleaner *c, const struct dl_html_token *token)
{
    switch (token->tag) {
    case DL_TAG_SCRIPT:
    case DL_TAG_STYLE:
        break;
    case DL_TAG_IFRAME: /* shown by what shows no frames: markup of its own */
    case DL_TAG_NOEMBED:
    case DL_TAG_NOFRAMES:
        if (!c->inside_frame) {
            c->inside_frame = true;
            clean(c, token->text);
            c->inside_frame = false;
        }
        break;
    default:
        put_text(c, token->text);
    }
}

/* What a CDATA section holds, which is a comment to HTML; nothing for other comments. */
static dl_str cdata_of(dl_str comment)
{
    if (!dl_str_starts(comment, DL_STR("[CDATA[")))
        return (dl_str){"", 0};
    comment = dl_str_sub(comment, 7, comment.len);
    if (dl_str_ends(comment, DL_STR("]]")))
        comment.len -= 2;
    return comment;
}

static void clean(struct cleaner *c, dl_str html)
{
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    dl_html_lexer_init(&lexer, c->names, html);
    while (c->out.len <= c->len_max && dl_html_lexer_next(&lexer, &token)) {
        switch (token.kind) {
        case DL_HTML_TEXT:
            put_text(c, token.text);
            break;
        case DL_HTML_START:
            put_start(c, &token);
            break;
        case DL_HTML_END:
            put_end(c, &token);
            break;
        case DL_HTML_RAW:
            put_raw(c, &token);
            break;
        case DL_HTML_COMMENT:
            put_escaped(&c->out, cdata_of(token.text), false);
            break;
        case DL_HTML_END_OF_INPUT:
            return;
        }
    }
}

dl_str dl_html_safe(struct dl_arena *arena, const struct dl_html_names *names, dl_str html,
                    const struct dl_url *base)
{
    html = dl_str_trim(html);
    if (html.len == 0)
        return (dl_str){"", 0};
    struct cleaner c = {
        .arena = arena, .names = names, .base = base, .len_max = html.len * 8 + (64U << 10)};
    dl_buf_init(&c.out, SIZE_MAX / 4);
    clean(&c, html);
    while (c.depth)
        close_top(&c);
    dl_str safe = dl_arena_str(arena, dl_str_trim(dl_buf_str(&c.out)));
    dl_buf_done(&c.out);
    return safe;
}

dl_str dl_html_escape(struct dl_arena *arena, dl_str text)
{
    struct dl_buf out = {dl_arena_raw(arena, text.len * 5 + 1), 0, text.len * 5 + 1,
                         text.len * 5 + 1};
    put_escaped(&out, text, false);
    return dl_buf_str(&out);
}

/* --- plain text --- */

static void put_break(struct dl_buf *out)
{
    if (out->len && out->at[out->len - 1] != ' ')
        put(out, " ", 1);
}

/* "List<String>": a tag only by its looks. */
static bool is_no_element(const struct dl_html_token *token)
{
    return token->tag == DL_TAG_NONE && token->text.len == 0 &&
           !memchr(token->name.at, ':', token->name.len);
}

static void put_as_text(struct dl_buf *out, const struct dl_html_token *token)
{
    put(out, "</", token->kind == DL_HTML_END ? 2 : 1);
    put(out, token->name.at, token->name.len);
    put(out, ">", 1);
}

dl_str dl_html_plain(struct dl_arena *arena, const struct dl_html_names *names, dl_str html)
{
    if (html.len == 0 || !memchr(html.at, '<', html.len))
        return dl_html_line(arena, html);
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    struct dl_buf out;
    dl_buf_init(&out, html.len * 2 + 64);
    dl_html_lexer_init(&lexer, names, html);
    while (dl_html_lexer_next(&lexer, &token)) {
        bool tag = token.kind == DL_HTML_START || token.kind == DL_HTML_END;
        if (token.kind == DL_HTML_TEXT)
            dl_html_put_text(&out, without_cut_tag(token.text));
        else if (token.kind == DL_HTML_RAW && token.tag != DL_TAG_SCRIPT &&
                 token.tag != DL_TAG_STYLE)
            dl_html_put_text(&out, token.text);
        else if (token.kind == DL_HTML_COMMENT)
            dl_html_put_text(&out, cdata_of(token.text));
        else if (tag && is_no_element(&token))
            put_as_text(&out, &token);
        else if (tag && (token.tag == DL_TAG_BR ||
                         !(dl_html_tag_flags(token.tag) & (DL_TAG_INLINE | DL_TAG_RAW))))
            put_break(&out);
    }
    dl_str plain = dl_arena_str(arena, dl_str_trim(dl_buf_str(&out)));
    dl_buf_done(&out);
    return plain;
}

dl_str dl_html_defuse(struct dl_arena *arena, dl_str text)
{
    size_t tags = 0;
    for (size_t i = 0; i < text.len; i++)
        tags += text.at[i] == '<' && begins_tag(text, i);
    if (tags == 0)
        return text;
    char *bytes = dl_arena_raw(arena, text.len + 3 * tags);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '<' && begins_tag(text, i)) {
            memcpy(bytes + len, "&lt;", 4);
            len += 4;
        } else {
            bytes[len++] = text.at[i];
        }
    }
    return (dl_str){bytes, len};
}
