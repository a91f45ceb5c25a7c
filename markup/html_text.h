/* Text out of markup: character references decoded, white space as a page shows it.
 *
 * Owner    results live in the arena or buffer given.   Threads  any.
 * Errors   none; a buffer at its ceiling keeps what it has. */
#ifndef DL_MARKUP_HTML_TEXT_H
#define DL_MARKUP_HTML_TEXT_H

#include "core/arena.h"

/* Character references ("&amp;", "&#8217;", "&eacute") decoded as the HTML standard says, with the
 * windows-1252 meanings of &#128; to &#159;. The input itself when there are none. */
dl_str dl_html_decode(struct dl_arena *arena, dl_str text);

/* Decoded; runs of white space made one space; none at the ends. */
dl_str dl_html_line(struct dl_arena *arena, dl_str text);

/* The same, added to what `out` holds: a space goes before it only where white space stood and
 * `out` ends in something else. */
void dl_html_put_text(struct dl_buf *out, dl_str text);
/* Decoded, white space kept. */
void dl_html_put_preformatted(struct dl_buf *out, dl_str text);

void dl_utf8_put(struct dl_buf *out, uint32_t point);

#endif
