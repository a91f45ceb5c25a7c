/* Lists of feeds as OPML, the form all readers import and export.
 *
 * Owner    strings live in the arena.   Threads  any.
 * Errors   reading: none but DL_BAD_INPUT when there is no feed in it; broken XML is read as far as
 *          it can be meant. Writing: DL_TOO_BIG at the buffer's ceiling. */
#ifndef DL_PRODUCERS_FEEDS_OPML_H
#define DL_PRODUCERS_FEEDS_OPML_H

#include "core/arena.h"

struct dl_opml_feed {
    dl_str url;
    dl_str title;
    dl_str site; /* the page the feed belongs to */
};

struct dl_opml {
    struct dl_opml_feed *feeds;
    uint32_t count;
};

/* `bytes` in any encoding. */
dl_status dl_opml_read(struct dl_arena *arena, dl_str bytes, struct dl_opml *ret_opml,
                       struct dl_error *err);
dl_status dl_opml_write(const struct dl_opml *opml, struct dl_buf *out);

#endif
