/* The body of an HTTP answer as it was saved: chunks joined, codings undone.
 *
 * Archives are full of answers whose header no longer fits their body, because the crawler undid
 * the coding and kept the header: what does not look coded is taken as it is.
 *
 * Owner    the arena.   Threads  any.
 * Errors   DL_TOO_BIG past `bytes_max` or DL_HTTP_RATIO_MAX; a body that ends in its middle gives
 *          what there is of it. */
#ifndef DL_PRODUCERS_FILES_HTTP_BODY_H
#define DL_PRODUCERS_FILES_HTTP_BODY_H

#include "core/arena.h"

#define DL_HTTP_RATIO_MAX 200U /* unpacked to packed; pages pack to a tenth */

struct dl_http_answer {
    int status;
    dl_str content_type;
    dl_str content_encoding;
    dl_str transfer_encoding;
    dl_str body; /* as saved */
};

/* Splits header and body. DL_BAD_INPUT when it does not begin like an answer. */
dl_status dl_http_answer_read(dl_str bytes, struct dl_http_answer *ret, struct dl_error *err);

/* The body decoded. */
dl_status dl_http_body(struct dl_arena *arena, const struct dl_http_answer *answer,
                       size_t bytes_max, dl_str *ret, struct dl_error *err);

/* The value of a header line's field, by name in any case; false when there is none. Header lines
 * end in CRLF or LF; continued lines are joined by their reader, not here. */
bool dl_http_field(dl_str header, const char *name, dl_str *ret);

#endif
