/* Which encoding bytes are in, and the same bytes as UTF-8.
 *
 * Looked at, in this order: a byte order mark, the HTTP header, what the page says of itself (meta,
 * XML declaration), whether it is valid UTF-8, and at last a guess by letter statistics. Labels
 * mean what the WHATWG encoding standard says ("iso-8859-1" is windows-1252). A page that calls
 * itself something else and is valid UTF-8 with characters past ASCII is UTF-8: no other encoding
 * looks like that by chance.
 *
 * Owner    the result lives in the arena, or is the input itself when nothing had to change.
 * Threads  any.
 * Errors   none: what cannot be decoded becomes U+FFFD. */
#ifndef DL_MARKUP_CHARSET_H
#define DL_MARKUP_CHARSET_H

#include "core/arena.h"

/* `content_type` is the HTTP header's value, or empty. *ret_name, if asked, is the iconv name used.
 * The result is valid UTF-8 without byte order mark; it is not normalised. */
dl_str dl_charset_decode(struct dl_arena *arena, dl_str bytes, dl_str content_type,
                         const char **ret_name);

/* The iconv name of a label, any case; NULL for one nobody knows. */
const char *dl_charset_of_label(dl_str label);

#endif
