/* XML into tokens. */
#include "markup/xml_lexer.h"

enum in_vain {
    NO_QUOTE = 1,      /* no " from here on */
    NO_APOSTROPHE = 2, /* no ' */
    NO_TAG_END = 4,
    NO_COMMENT_END = 8,
    NO_CDATA_END = 16,
    NO_INSTRUCTION_END = 32,
    NO_DOCTYPE_END = 64,
};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

void dl_xml_lexer_init(struct dl_xml_lexer *lexer, dl_str source)
{
    *lexer = (struct dl_xml_lexer){.source = source};
}

static void mark_broken(struct dl_xml_lexer *lexer, const char *why)
{
    if (!lexer->broken)
        lexer->broken = why;
}

/* The next `what` at or after `from`; the end of the source, remembered, when there is none. */
static size_t find(struct dl_xml_lexer *lexer, size_t from, dl_str what, unsigned vain)
{
    size_t end = lexer->source.len;
    if (from >= end || (lexer->in_vain & vain))
        return end;
    const char *hit = memmem(lexer->source.at + from, end - from, what.at, what.len);
    if (hit)
        return (size_t)(hit - lexer->source.at);
    lexer->in_vain |= vain;
    return end;
}

static size_t find_char(struct dl_xml_lexer *lexer, size_t from, char c, unsigned vain)
{
    size_t end = lexer->source.len;
    if (from >= end || (lexer->in_vain & vain))
        return end;
    const char *hit = memchr(lexer->source.at + from, c, end - from);
    if (hit)
        return (size_t)(hit - lexer->source.at);
    lexer->in_vain |= vain;
    return end;
}

/* Past a quoted value that begins at `at`; the same place when its quote seems to be missing: then
 * the next quote belongs to another tag, and no space or ">" follows it. */
static size_t skip_quoted(struct dl_xml_lexer *lexer, size_t at)
{
    dl_str text = lexer->source;
    char quote = text.at[at];
    size_t end = find_char(lexer, at + 1, quote, quote == '"' ? NO_QUOTE : NO_APOSTROPHE);
    if (end >= text.len)
        return at;
    if (memchr(text.at + at, '<', end - at)) {
        char after = end + 1 < text.len ? text.at[end + 1] : '>';
        mark_broken(lexer, "a '<' in an attribute");
        if (!is_space(after) && after != '>' && after != '/' && after != '?')
            return at;
    }
    return end + 1;
}

static bool is_quoted_after(dl_str text, size_t equals)
{
    size_t at = equals + 1;
    while (at < text.len && is_space(text.at[at]))
        at++;
    return at < text.len && (text.at[at] == '"' || text.at[at] == '\'');
}

/* Where the tag whose attributes begin at `at` has its ">", or the "<" of the next one, or the end
 * of the source. Attributes with values are counted in *ret_values. */
static size_t tag_end(struct dl_xml_lexer *lexer, size_t at, unsigned *ret_values)
{
    dl_str text = lexer->source;
    while (at < text.len && text.at[at] != '>' && text.at[at] != '<') {
        if (text.at[at] != '"' && text.at[at] != '\'') {
            if (text.at[at] == '=' && !is_quoted_after(text, at))
                mark_broken(lexer, "an attribute without quotes");
            *ret_values += text.at[at] == '=';
            at++;
            continue;
        }
        size_t after = skip_quoted(lexer, at);
        if (after == at) {
            mark_broken(lexer, "a quote that does not close");
            at++;
        } else {
            at = after;
        }
    }
    return at;
}

static size_t name_end(dl_str text, size_t at)
{
    while (at < text.len && !is_space(text.at[at]) && text.at[at] != '/' && text.at[at] != '>' &&
           text.at[at] != '<')
        at++;
    return at;
}

/* White space with a line feed in it: what is before is more likely a tag without its ">". */
static bool is_line_end(dl_str between)
{
    return dl_str_trim(between).len == 0 && between.len && memchr(between.at, '\n', between.len);
}

static bool take_start(struct dl_xml_lexer *lexer, size_t at, struct dl_xml_token *ret)
{
    dl_str text = lexer->source;
    if (lexer->in_vain & NO_TAG_END)
        return false;
    size_t name_stop = name_end(text, at + 1);
    unsigned values = 0;
    size_t end = tag_end(lexer, name_stop, &values);
    bool whole = end < text.len && text.at[end] == '>';
    if (!whole) {
        mark_broken(lexer, "a tag that does not end");
        if (values == 0 && !is_line_end(dl_str_sub(text, name_stop, end))) /* "a <b <c" */
            return false;
    }
    ret->kind = DL_XML_START;
    ret->name = dl_str_sub(text, at + 1, name_stop);
    ret->closed = whole && end > name_stop && text.at[end - 1] == '/';
    ret->text = dl_str_sub(text, name_stop, end - ret->closed);
    lexer->at = end + whole;
    return true;
}

static bool take_end(struct dl_xml_lexer *lexer, size_t at, struct dl_xml_token *ret)
{
    dl_str text = lexer->source;
    size_t name = at + 2;
    while (name < text.len && is_space(text.at[name]))
        name++;
    size_t end = name_end(text, name);
    ret->kind = DL_XML_END;
    ret->name = dl_str_sub(text, name, end);
    while (end < text.len && text.at[end] != '>' && text.at[end] != '<')
        end++;
    bool whole = end < text.len && text.at[end] == '>';
    if (!whole)
        mark_broken(lexer, "an end tag that does not end");
    lexer->at = end + whole;
    return ret->name.len > 0;
}

/* Between two marks; the second one found, or only the first one passed over. */
static void take_section(struct dl_xml_lexer *lexer, size_t inside, dl_str close, unsigned vain,
                         struct dl_xml_token *ret)
{
    size_t end = find(lexer, inside, close, vain);
    if (end < lexer->source.len) {
        ret->text = dl_str_sub(lexer->source, inside, end);
        lexer->at = end + close.len;
        return;
    }
    mark_broken(lexer, "a section that does not end");
    lexer->at = inside;
}

/* To its ">", past an internal subset in brackets and the quotes in it. */
static void take_doctype(struct dl_xml_lexer *lexer, size_t inside, struct dl_xml_token *ret)
{
    dl_str text = lexer->source;
    bool subset = false;
    size_t at = inside;
    if (lexer->in_vain & NO_DOCTYPE_END)
        at = text.len;
    for (; at < text.len; at++) {
        char c = text.at[at];
        if (c == '[')
            subset = true;
        else if (c == ']')
            subset = false;
        else if (c == '>' && !subset)
            break;
        else if (c == '"' || c == '\'') {
            size_t end = find_char(lexer, at + 1, c, c == '"' ? NO_QUOTE : NO_APOSTROPHE);
            if (end < text.len)
                at = end;
        }
    }
    ret->kind = DL_XML_DOCTYPE;
    if (at >= text.len) {
        mark_broken(lexer, "a document type that does not end");
        lexer->in_vain |= NO_DOCTYPE_END;
        at = find_char(lexer, inside, '>', NO_TAG_END);
    }
    ret->text = dl_str_sub(text, inside, at);
    lexer->at = at < text.len ? at + 1 : at;
}

static bool starts_with(dl_str text, size_t at, dl_str what)
{
    return text.len - at >= what.len && dl_str_eq_nocase((dl_str){text.at + at, what.len}, what);
}

static void take_declaration(struct dl_xml_lexer *lexer, size_t at, struct dl_xml_token *ret)
{
    dl_str text = lexer->source;
    if (starts_with(text, at, DL_STR("<![CDATA["))) {
        ret->kind = DL_XML_CDATA;
        take_section(lexer, at + 9, DL_STR("]]>"), NO_CDATA_END, ret);
    } else if (starts_with(text, at, DL_STR("<!--"))) {
        ret->kind = DL_XML_COMMENT;
        take_section(lexer, at + 4, DL_STR("-->"), NO_COMMENT_END, ret);
    } else if (starts_with(text, at, DL_STR("<!DOCTYPE"))) {
        take_doctype(lexer, at + 9, ret);
    } else {
        mark_broken(lexer, "a declaration that is none");
        ret->kind = DL_XML_COMMENT;
        take_section(lexer, at + 2, DL_STR(">"), NO_TAG_END, ret);
    }
}

static void take_instruction(struct dl_xml_lexer *lexer, size_t at, struct dl_xml_token *ret)
{
    size_t stop = name_end(lexer->source, at + 2);
    ret->kind = DL_XML_INSTRUCTION;
    ret->name = dl_str_sub(lexer->source, at + 2, stop);
    if (find(lexer, at + 2, DL_STR("?>"), NO_INSTRUCTION_END) < lexer->source.len)
        take_section(lexer, at + 2, DL_STR("?>"), NO_INSTRUCTION_END, ret);
    else
        take_section(lexer, at + 2, DL_STR(">"), NO_TAG_END, ret);
}

/* A tag or section at "<"; false when it is only text. */
static bool take_markup(struct dl_xml_lexer *lexer, size_t at, struct dl_xml_token *ret)
{
    char c = at + 1 < lexer->source.len ? lexer->source.at[at + 1] : ' ';
    if (starts_name(c))
        return take_start(lexer, at, ret);
    if (c == '/')
        return take_end(lexer, at, ret);
    if (c != '!' && c != '?')
        return false;
    if (c == '!')
        take_declaration(lexer, at, ret);
    else
        take_instruction(lexer, at, ret);
    return true;
}

bool dl_xml_lexer_next(struct dl_xml_lexer *lexer, struct dl_xml_token *ret)
{
    dl_str text = lexer->source;
    size_t start = lexer->at;
    *ret = (struct dl_xml_token){.start = start};
    if (start >= text.len)
        return false;
    if (text.at[start] == '<') {
        if (take_markup(lexer, start, ret))
            return true;
        mark_broken(lexer, "a '<' that begins nothing");
    }
    const char *hit =
        start + 1 < text.len ? memchr(text.at + start + 1, '<', text.len - start - 1) : NULL;
    size_t end = hit ? (size_t)(hit - text.at) : text.len;
    *ret = (struct dl_xml_token){
        .kind = DL_XML_TEXT, .text = dl_str_sub(text, start, end), .start = start};
    lexer->at = end;
    return true;
}
