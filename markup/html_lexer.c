/* HTML into tokens. */
#include "markup/html_lexer.h"

enum in_vain {
    NO_QUOTE = 1,      /* no " from here on */
    NO_APOSTROPHE = 2, /* no ' */
    NO_TAG_END = 4,    /* no > */
    NO_COMMENT_END = 8 /* no --> */
};

/* So many tags may be looked through to the end of the page for a quote; then quotes no longer
 * count, for each look costs the length of the page. */
#define OPEN_QUOTES_MAX 8U

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void dl_html_lexer_init(struct dl_html_lexer *lexer, const struct dl_html_names *names,
                        dl_str source)
{
    *lexer = (struct dl_html_lexer){.names = names, .source = source};
}

/* The next `c` at or after `from`; the end of the source, remembered, when there is none. */
static size_t find(struct dl_html_lexer *lexer, size_t from, char c, unsigned vain)
{
    size_t end = lexer->source.len;
    if (lexer->in_vain & vain)
        return end;
    const char *hit = from < end ? memchr(lexer->source.at + from, c, end - from) : NULL;
    if (hit)
        return (size_t)(hit - lexer->source.at);
    lexer->in_vain |= vain;
    return end;
}

/* --- attributes --- */

/* Past white space and stray slashes. */
static size_t skip_between(dl_str text, size_t at)
{
    while (at < text.len && (is_space(text.at[at]) || text.at[at] == '/'))
        at++;
    return at;
}

static size_t skip_space(dl_str text, size_t at)
{
    while (at < text.len && is_space(text.at[at]))
        at++;
    return at;
}

/* The end of an attribute's name that begins at `at`; a first "=" belongs to it. */
static size_t name_end(dl_str text, size_t at)
{
    size_t start = at;
    while (at < text.len && !is_space(text.at[at]) && text.at[at] != '/' && text.at[at] != '>' &&
           (text.at[at] != '=' || at == start))
        at++;
    return at;
}

static size_t bare_value_end(dl_str text, size_t at)
{
    while (at < text.len && !is_space(text.at[at]) && text.at[at] != '>')
        at++;
    return at;
}

bool dl_html_attribute_next(dl_str *rest, dl_str *ret_name, dl_str *ret_value)
{
    dl_str text = *rest;
    size_t start = skip_between(text, 0);
    if (start >= text.len || text.at[start] == '>')
        return false;
    size_t end = name_end(text, start);
    size_t at = skip_space(text, end);
    *ret_name = dl_str_sub(text, start, end);
    *ret_value = (dl_str){text.at + end, 0};
    if (at < text.len && text.at[at] == '=') {
        at = skip_space(text, at + 1);
        if (at < text.len && (text.at[at] == '"' || text.at[at] == '\'')) {
            const char *quote = memchr(text.at + at + 1, text.at[at], text.len - at - 1);
            end = quote ? (size_t)(quote - text.at) : text.len;
            *ret_value = dl_str_sub(text, at + 1, end);
            end += quote != NULL;
        } else {
            end = bare_value_end(text, at);
            *ret_value = dl_str_sub(text, at, end);
        }
    }
    *rest = dl_str_sub(text, end, text.len);
    return true;
}

bool dl_html_attribute(dl_str attributes, const char *name, dl_str *ret_value)
{
    dl_str wanted = dl_str_of(name);
    dl_str found;
    dl_str value;
    while (dl_html_attribute_next(&attributes, &found, &value))
        if (found.len == wanted.len && dl_str_eq_nocase(found, wanted)) {
            *ret_value = value;
            return true;
        }
    return false;
}

/* Where the tag whose attributes begin at `at` has its ">"; the source's end when it has none. */
static size_t tag_end(struct dl_html_lexer *lexer, size_t at)
{
    dl_str text = lexer->source;
    for (;;) {
        at = skip_between(text, at);
        if (at >= text.len || text.at[at] == '>')
            return at;
        at = skip_space(text, name_end(text, at));
        if (at >= text.len || text.at[at] != '=')
            continue;
        at = skip_space(text, at + 1);
        if (at >= text.len)
            return at;
        if (text.at[at] == '"' || text.at[at] == '\'') {
            bool quote = text.at[at] == '"';
            at = find(lexer, at + 1, text.at[at], quote ? NO_QUOTE : NO_APOSTROPHE);
            if (at >= text.len)
                return at;
            at++;
        } else {
            at = bare_value_end(text, at);
        }
    }
}

/* --- tags --- */

static size_t tag_name_end(dl_str text, size_t at)
{
    while (at < text.len && !is_space(text.at[at]) && text.at[at] != '/' && text.at[at] != '>')
        at++;
    return at;
}

/* A tag at "<" or "</"; `name_at` is where its name begins. */
static bool take_tag(struct dl_html_lexer *lexer, size_t name_at, bool end_tag,
                     struct dl_html_token *ret)
{
    dl_str text = lexer->source;
    if (lexer->in_vain & NO_TAG_END)
        return false;
    size_t name_stop = tag_name_end(text, name_at);
    size_t end = lexer->open_quotes < OPEN_QUOTES_MAX ? tag_end(lexer, name_stop) : text.len;
    if (end >= text.len) { /* a quote that never closes: end at the first ">" all the same */
        lexer->open_quotes += lexer->open_quotes < OPEN_QUOTES_MAX;
        end = find(lexer, name_stop, '>', NO_TAG_END);
        if (end >= text.len)
            return false;
    }
    ret->kind = end_tag ? DL_HTML_END : DL_HTML_START;
    ret->name = dl_str_sub(text, name_at, name_stop);
    ret->tag = dl_html_tag(lexer->names, ret->name);
    ret->text = dl_str_sub(text, name_stop, end);
    ret->closed = end > name_stop && text.at[end - 1] == '/';
    lexer->at = end + 1;
    if (!end_tag && (dl_html_tag_flags(ret->tag) & DL_TAG_RAW)) {
        lexer->raw = ret->tag;
        lexer->raw_name = ret->name;
    }
    return true;
}

/* "<!" and "<?" at `at`. */
static void take_comment(struct dl_html_lexer *lexer, size_t at, struct dl_html_token *ret)
{
    dl_str text = lexer->source;
    ret->kind = DL_HTML_COMMENT;
    size_t inside = at + 2;
    if (text.len - at >= 4 && memcmp(text.at + at, "<!--", 4) == 0) {
        inside = at + 4;
        const char *hit = lexer->in_vain & NO_COMMENT_END
                              ? NULL
                              : memmem(text.at + inside - 2, text.len - inside + 2, "-->", 3);
        if (hit) {
            size_t end = (size_t)(hit - text.at);
            ret->text = dl_str_sub(text, inside, end < inside ? inside : end);
            lexer->at = end + 3;
            return;
        }
        lexer->in_vain |= NO_COMMENT_END;
    }
    size_t end = find(lexer, inside, '>', NO_TAG_END);
    ret->text = dl_str_sub(text, inside < end ? inside : end, end);
    lexer->at = end < text.len ? end + 1 : end;
}

/* Where "</name" stands, at or after lexer->at; the source's end, remembered, when nowhere. */
static size_t find_raw_end(struct dl_html_lexer *lexer)
{
    dl_str text = lexer->source;
    size_t at = lexer->at;
    if (lexer->raw_in_vain[lexer->raw])
        return text.len;
    while (at < text.len) {
        const char *hit = memchr(text.at + at, '<', text.len - at);
        if (!hit)
            break;
        at = (size_t)(hit - text.at);
        size_t name = at + 2;
        size_t stop = name + lexer->raw_name.len;
        if (stop <= text.len && text.at[at + 1] == '/' &&
            dl_str_eq_nocase(dl_str_sub(text, name, stop), lexer->raw_name) &&
            (stop == text.len || is_space(text.at[stop]) || text.at[stop] == '>' ||
             text.at[stop] == '/'))
            return at;
        at++;
    }
    lexer->raw_in_vain[lexer->raw] = 1;
    return text.len;
}

/* The content of script, title and their like. Without an end, code runs to the end of the page
 * as in browsers, but a title or text area only to the next tag. */
static bool take_raw(struct dl_html_lexer *lexer, struct dl_html_token *ret)
{
    enum dl_tag tag = lexer->raw;
    size_t start = lexer->at;
    size_t end = find_raw_end(lexer);
    if (end == lexer->source.len && tag != DL_TAG_SCRIPT && tag != DL_TAG_STYLE) {
        const char *hit = start < end ? memchr(lexer->source.at + start, '<', end - start) : NULL;
        end = hit ? (size_t)(hit - lexer->source.at) : end;
    }
    lexer->raw = DL_TAG_NONE;
    lexer->at = end;
    *ret = (struct dl_html_token){
        .kind = DL_HTML_RAW, .tag = tag, .text = dl_str_sub(lexer->source, start, end)};
    return end > start;
}

/* A tag or comment at "<"; false when it is only text. */
static bool take_markup(struct dl_html_lexer *lexer, size_t at, struct dl_html_token *ret)
{
    dl_str text = lexer->source;
    if (at + 1 >= text.len)
        return false;
    char c = text.at[at + 1];
    if (is_alpha(c))
        return take_tag(lexer, at + 1, false, ret);
    if (c == '/' && at + 2 < text.len && is_alpha(text.at[at + 2]))
        return take_tag(lexer, at + 2, true, ret);
    if (c != '!' && c != '?' && c != '/')
        return false;
    if (lexer->in_vain & NO_TAG_END)
        return false;
    take_comment(lexer, at, ret);
    return true;
}

bool dl_html_lexer_next(struct dl_html_lexer *lexer, struct dl_html_token *ret)
{
    dl_str text = lexer->source;
    if (lexer->raw && take_raw(lexer, ret))
        return true;
    *ret = (struct dl_html_token){0};
    if (lexer->at >= text.len)
        return false;
    size_t start = lexer->at;
    if (text.at[start] == '<' && take_markup(lexer, start, ret))
        return true;
    /* Text up to something that can be markup. */
    size_t at = start + 1;
    for (;;) {
        const char *hit = at < text.len ? memchr(text.at + at, '<', text.len - at) : NULL;
        at = hit ? (size_t)(hit - text.at) : text.len;
        if (at + 1 >= text.len) {
            at = text.len;
            break;
        }
        char c = text.at[at + 1];
        if (is_alpha(c) || c == '/' || c == '!' || c == '?')
            break;
        at++;
    }
    ret->kind = DL_HTML_TEXT;
    ret->text = dl_str_sub(text, start, at);
    lexer->at = at;
    return true;
}
