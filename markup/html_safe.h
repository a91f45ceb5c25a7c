/* Markup from strangers, made safe to keep and to show; and its text alone.
 *
 * Safe: only the elements and attributes of data/markup/safe.txt are left, addresses are absolute
 * and http, https, mailto or tel, every tag that is opened is closed, all text is escaped. No
 * script, style, frame, form, object or event handler gets through, however it was broken up.
 *
 * Owner    results live in the arena.   Threads  any.
 * Errors   none: any bytes give something safe. Linear in the input. */
#ifndef DL_MARKUP_HTML_SAFE_H
#define DL_MARKUP_HTML_SAFE_H

#include "core/url.h"
#include "markup/html_tags.h"

#define DL_HTML_SAFE_DEPTH_MAX 64U /* elements nested deeper lose their tags */

/* `html` UTF-8. `base` may be NULL: then relative addresses stay as they are. */
dl_str dl_html_safe(struct dl_arena *arena, const struct dl_html_names *names, dl_str html,
                    const struct dl_url *base);

/* Text as HTML: only escaped. */
dl_str dl_html_escape(struct dl_arena *arena, dl_str text);

/* The text of a fragment on one line, references decoded. What looks like a tag of no element of
 * HTML ("List<String>") stays as it is. */
dl_str dl_html_plain(struct dl_arena *arena, const struct dl_html_names *names, dl_str html);

/* Plain text in which nothing can be taken for a tag: "<" before a letter, "/", "!" or "?" becomes
 * "&lt;". */
dl_str dl_html_defuse(struct dl_arena *arena, dl_str text);

#endif
