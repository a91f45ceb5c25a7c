/* Element names as numbers, and what a reader must know of each.
 *
 * Owner    a dl_html_names belongs to its caller and holds no memory.
 * Threads  const once filled.   Errors  none. */
#ifndef DL_MARKUP_HTML_TAGS_H
#define DL_MARKUP_HTML_TAGS_H

#include "core/str.h"

enum dl_tag {
    DL_TAG_NONE, /* a name we do not know; laid out inline by browsers */
#define TAG(name, text, flags) DL_TAG_##name,
#include "markup/tags.def"
#undef TAG
    DL_TAG_COUNT
};

enum dl_tag_flag {
    DL_TAG_INLINE = 1,   /* flows in a line of text */
    DL_TAG_VOID = 2,     /* has no content and no end tag */
    DL_TAG_RAW = 4,      /* its content is text up to its own end tag */
    DL_TAG_ENDS_P = 8,   /* its start ends an open paragraph */
    DL_TAG_HEADING = 16, /* h1 to h6 */
    DL_TAG_SCOPE = 32,   /* end tags of other elements do not reach past it */
    DL_TAG_HIDDEN = 64,  /* shows no running text */
    DL_TAG_IN_HEAD = 128 /* may stand in head */
};

#define DL_HTML_NAME_SLOTS 512U

struct dl_html_names {
    uint8_t slots[DL_HTML_NAME_SLOTS]; /* of dl_tag, by hash of the name */
};

void dl_html_names_init(struct dl_html_names *names);
enum dl_tag dl_html_tag(const struct dl_html_names *names, dl_str name); /* any ASCII case */
unsigned dl_html_tag_flags(enum dl_tag tag);
const char *dl_html_tag_name(enum dl_tag tag); /* "" for DL_TAG_NONE */

#endif
