/* Text as slices, and a growing buffer with a ceiling.
 *
 * Owner    a dl_str borrows; whoever owns the bytes says how long. A dl_buf owns its bytes until
 *          dl_buf_done().
 * Threads  none of this is shared.
 * Errors   dl_buf_put* answer DL_TOO_BIG at the ceiling and then leave the buffer as it was. */
#ifndef DL_CORE_STR_H
#define DL_CORE_STR_H

#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dl_str {
    const char *at; /* not NUL-terminated; NULL only when len is 0 */
    size_t len;     /* bytes */
} dl_str;

#define DL_STR(literal) ((dl_str){(literal), sizeof(literal) - 1})
#define DL_STR_ARG(s) (int)(s).len, (s).at ? (s).at : "" /* for "%.*s" */

static inline dl_str dl_str_of(const char *text)
{
    return (dl_str){text, text ? strlen(text) : 0};
}

static inline bool dl_str_eq(dl_str a, dl_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool dl_str_is(dl_str a, const char *literal)
{
    return dl_str_eq(a, dl_str_of(literal));
}

static inline dl_str dl_str_sub(dl_str s, size_t start, size_t end)
{
    return (dl_str){start ? s.at + start : s.at, end - start}; /* NULL + 0 is not defined */
}

bool dl_str_eq_nocase(dl_str a, dl_str b); /* ASCII case only */
bool dl_str_starts(dl_str s, dl_str prefix);
bool dl_str_ends(dl_str s, dl_str suffix);
dl_str dl_str_trim(dl_str s); /* ASCII white space off both ends */

/* The next piece of *rest up to `separator`; false when nothing is left. "a,,b" gives three. */
bool dl_str_next(dl_str *rest, char separator, dl_str *ret_piece);

/* A whole decimal number and nothing else; DL_BAD_INPUT otherwise, also past the range. */
dl_status dl_str_to_i64(dl_str s, int64_t *ret_number);
dl_status dl_str_to_f64(dl_str s, double *ret_number);

int dl_str_compare(dl_str a, dl_str b); /* by bytes, shorter first */

struct dl_buf {
    char *at;
    size_t len;
    size_t room;
    size_t len_max; /* ceiling in bytes */
};

void dl_buf_init(struct dl_buf *buf, size_t len_max);
void dl_buf_done(struct dl_buf *buf);
static inline void dl_buf_reset(struct dl_buf *buf)
{
    buf->len = 0;
}
static inline dl_str dl_buf_str(const struct dl_buf *buf)
{
    return (dl_str){buf->at, buf->len};
}
dl_status dl_buf_put(struct dl_buf *buf, const void *bytes, size_t len);
dl_status dl_buf_put_str(struct dl_buf *buf, dl_str s);
dl_status dl_buf_put_char(struct dl_buf *buf, char c);
dl_status dl_buf_printf(struct dl_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for `len` more bytes to be written in place; then add to buf->len. NULL at the ceiling. */
char *dl_buf_reserve(struct dl_buf *buf, size_t len);

#endif
