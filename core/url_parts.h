/* What the files of the URL parser share: sets of bytes to escape, hosts. Not for others. */
#ifndef DL_CORE_URL_PARTS_H
#define DL_CORE_URL_PARTS_H

#include "core/url.h"

/* The percent-encode sets of the standard; each bit marks the ASCII bytes of one set. Bytes past
 * 0x7e are in all of them. */
enum dl_url_set {
    DL_URL_SET_CONTROL = 1,
    DL_URL_SET_FRAGMENT = 2,
    DL_URL_SET_QUERY = 4,
    DL_URL_SET_WEB_QUERY = 8, /* of special schemes */
    DL_URL_SET_PATH = 16,
    DL_URL_SET_USERINFO = 32,
};

/* Escapes into `to`, which has room for three times `text`; gives the new end. */
char *dl_url_escape(char *to, dl_str text, enum dl_url_set set);

/* %41 to its byte; broken escapes stay. Into `to`, which has room for `text`. */
size_t dl_url_unescape(char *to, dl_str text);

int dl_url_hex(char c); /* 0 to 15, or -1 */

/* Host as written in a URL to host as written out. `special`: the scheme is http or its like. */
dl_status dl_url_host(struct dl_arena *arena, dl_str text, bool special, dl_str *ret_host,
                      struct dl_error *err);

/* A name to its ASCII form by UTS 46, non-transitional, as the standard asks. `name` valid UTF-8.
 */
dl_status dl_url_ascii_name(struct dl_arena *arena, dl_str name, dl_str *ret_ascii,
                            struct dl_error *err);

static inline bool dl_url_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool dl_url_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
