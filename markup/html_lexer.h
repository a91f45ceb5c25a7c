/* HTML as a row of tokens: tags, text, comments. Any bytes are HTML; nothing is refused.
 *
 * Follows the tokenizer of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html)
 * where it decides what is text and what is tag; where a page ends inside a tag or comment, the
 * rest is read again as text instead of being lost. Linear: what was searched for in vain is not
 * searched for again.
 *
 * Owner    tokens are slices of the source, undecoded.
 * Threads  one at a time.   Errors  none. */
#ifndef DL_MARKUP_HTML_LEXER_H
#define DL_MARKUP_HTML_LEXER_H

#include "markup/html_tags.h"

enum dl_html_kind {
    DL_HTML_END_OF_INPUT,
    DL_HTML_TEXT,
    DL_HTML_START,
    DL_HTML_END,
    DL_HTML_RAW,    /* the content of script, style, title, textarea… */
    DL_HTML_COMMENT /* also doctype and processing instructions */
};

struct dl_html_token {
    enum dl_html_kind kind;
    enum dl_tag tag;
    dl_str name; /* of a tag, as written */
    dl_str text; /* text: it; start tag: its attributes, for dl_html_attribute(); comment: inside */
    bool closed; /* a start tag that ends in "/>" */
};

struct dl_html_lexer {
    const struct dl_html_names *names;
    dl_str source;
    size_t at;
    enum dl_tag raw;      /* inside this element */
    dl_str raw_name;      /* as its start tag wrote it */
    unsigned in_vain;     /* ends that are known not to come any more, by kind */
    unsigned open_quotes; /* tags that ran to the end of the page for want of a quote */
    uint8_t raw_in_vain[DL_TAG_COUNT];
};

/* `source` should be UTF-8; it and `names` must outlive the lexer. */
void dl_html_lexer_init(struct dl_html_lexer *lexer, const struct dl_html_names *names,
                        dl_str source);
/* false at the end. */
bool dl_html_lexer_next(struct dl_html_lexer *lexer, struct dl_html_token *ret);

/* Attributes one after the other off the front of a start tag's text; false when none is left.
 * The value is undecoded and empty where none was given. */
bool dl_html_attribute_next(dl_str *rest, dl_str *ret_name, dl_str *ret_value);
/* The first of that name, given in lower case. */
bool dl_html_attribute(dl_str attributes, const char *name, dl_str *ret_value);

#endif
