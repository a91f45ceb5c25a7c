/* URLs by the rules browsers follow (the WHATWG URL standard): parsing, resolving, writing out; and
 * the canonical form under which two addresses of one page are the same.
 *
 *     https://user:pass@news.example:8080/a/b;v=1?id=7#top
 *     scheme  username password host  port path    query fragment
 *
 * Owner    a dl_url borrows nothing from its input: its parts live in the arena given.
 * Threads  any; nothing here is shared or depends on the machine.
 * Errors   DL_BAD_INPUT names the reason; DL_TOO_BIG past DL_URL_BYTES_MAX. All linear but
 *          punycode, which is bounded by the length of a host. */
#ifndef DL_CORE_URL_H
#define DL_CORE_URL_H

#include "core/arena.h"

#define DL_URL_NO_PORT (-1)

struct dl_url {
    dl_str scheme; /* lower case */
    dl_str username;
    dl_str password;
    dl_str host;     /* as it is written out: IPv6 with its brackets, names in ASCII */
    dl_str path;     /* with its first slash, unless opaque */
    dl_str query;    /* without '?' */
    dl_str fragment; /* without '#' */
    int port;        /* DL_URL_NO_PORT for the scheme's own */
    bool has_host;   /* file: has one though it may be empty; mailto: has none */
    bool has_query;  /* "?" alone is a query too */
    bool has_fragment;
    bool opaque; /* mailto:, data:, urn: …: the path is no list of segments */
};

/* `input` as it stands in a page or a person typed it; white space around it does not count. `base`
 * may be NULL: then a relative reference is DL_BAD_INPUT. */
dl_status dl_url_parse(struct dl_arena *arena, dl_str input, const struct dl_url *base,
                       struct dl_url *ret_url, struct dl_error *err);

/* The URL written out; parsing that gives the same URL. */
dl_str dl_url_href(struct dl_arena *arena, const struct dl_url *url);

bool dl_url_is_web(const struct dl_url *url); /* http or https */

/* The port a connection goes to, or DL_URL_NO_PORT where the scheme has none. */
int dl_url_port(const struct dl_url *url);

/* `reference` against `base` (both as text), written out. Where there is no base or it is broken,
 * only an absolute reference has an answer. */
dl_status dl_url_resolve(struct dl_arena *arena, dl_str base, dl_str reference, dl_str *ret_href,
                         struct dl_error *err);

/* One name for what is one page: no credentials, no fragment, no tracking parameters
 * (data/web/tracking.txt), no session ids, percent-escapes in their shortest form, parameters in
 * order of their names, no dot after the host, no empty query. Scheme, host and path stay what
 * they are: "www.", a last slash and http may each lead to something else. For schemes other than
 * http and https it is the href. */
dl_str dl_url_canonical(struct dl_arena *arena, const struct dl_url *url);

/* The registrable domain of a host ("bbc.co.uk" of "www.bbc.co.uk") by the public suffix list; the
 * host itself where it is an address, a suffix or has no dot. Borrows from `host`. */
dl_str dl_url_site(dl_str host);

#endif
