/* XML as a row of tokens, whether it is well-formed or not: what feeds and sitemaps are written in.
 *
 * Nothing is refused. A "<" that begins no tag is text; a quote that never closes ends at the first
 * ">"; a section that never ends is only its first mark. Each such place sets `broken`, with its
 * reason. Entities are never fetched, and those a document declares never expand into each other
 * (see xml_text.h). Linear: what was searched for in vain is not searched for again.
 *
 * Owner    tokens are slices of the source, undecoded.
 * Threads  one at a time.   Errors  none. */
#ifndef DL_MARKUP_XML_LEXER_H
#define DL_MARKUP_XML_LEXER_H

#include "core/str.h"

enum dl_xml_kind {
    DL_XML_TEXT,
    DL_XML_CDATA,
    DL_XML_START,
    DL_XML_END,
    DL_XML_COMMENT,
    DL_XML_INSTRUCTION, /* <?…?> */
    DL_XML_DOCTYPE      /* with the internal subset in its text */
};

struct dl_xml_token {
    enum dl_xml_kind kind;
    dl_str name;  /* of a tag, with its prefix; of an instruction */
    dl_str text;  /* text: it; start tag: its attributes, for dl_html_attribute(); else what is
                     inside */
    bool closed;  /* a start tag that ends in "/>" */
    size_t start; /* where it begins in the source; it ends where the lexer stands */
};

struct dl_xml_lexer {
    dl_str source;
    size_t at;
    unsigned in_vain;   /* ends that are known not to come any more */
    const char *broken; /* the first thing that is not well-formed, or NULL */
};

/* `source` UTF-8, without a byte order mark. */
void dl_xml_lexer_init(struct dl_xml_lexer *lexer, dl_str source);
/* false at the end. */
bool dl_xml_lexer_next(struct dl_xml_lexer *lexer, struct dl_xml_token *ret);

#endif
