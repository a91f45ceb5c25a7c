/* Which encoding an XML document is in, and the same document as UTF-8.
 *
 * Tried in this order: byte order mark; the pattern of the first four bytes (UTF-16, UTF-32,
 * EBCDIC); UTF-8 where all of it is that and more than ASCII; the HTTP header; the XML
 * declaration; UTF-8; a guess. A declared encoding that the bytes contradict is passed over for the
 * next. Labels mean what the WHATWG encoding standard says (data/markup/charsets.txt), others what
 * iconv says.
 *
 * Owner    results live in the arena, or are the input itself.
 * Threads  any.
 * Errors   none: what cannot be decoded becomes U+FFFD. */
#ifndef DL_MARKUP_XML_CHARSET_H
#define DL_MARKUP_XML_CHARSET_H

#include "core/arena.h"

/* Valid UTF-8 without byte order mark and without control bytes but tab and line ends. *ret_label
 * is what the encoding was called, lower case. *ret_odd says what was not as declared, or is NULL.
 * `content_type` is the HTTP header's value, or empty. */
dl_str dl_xml_charset_decode(struct dl_arena *arena, dl_str bytes, dl_str content_type,
                             dl_str *ret_label, const char **ret_odd);

#endif
