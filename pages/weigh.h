/* Claims and text weighed against each other, field by field.
 *
 * Owner    the arena.   Threads  any.   Errors  none: what nobody says stays empty. */
#ifndef DL_PAGES_WEIGH_H
#define DL_PAGES_WEIGH_H

#include "core/url.h"
#include "pages/page.h"

/* Without the publisher's name before or after it. */
dl_str dl_weigh_title(const struct dl_page *page, struct dl_arena *arena);
/* `*ret` in the arena, `*ret_count` names. */
void dl_weigh_authors(const struct dl_page *page, dl_str publisher, struct dl_arena *arena,
                      dl_str **ret, uint32_t *ret_count);
struct dl_weighed_dates {
    dl_str published;
    dl_str modified;
    int32_t basis; /* enum dl_published_basis */
};
void dl_weigh_dates(const struct dl_page *page, dl_str url, dl_str language, struct dl_arena *arena,
                    struct dl_weighed_dates *ret);
dl_str dl_weigh_publisher(const struct dl_page *page, dl_str url, struct dl_arena *arena);
dl_str dl_weigh_language(const struct dl_page *page, dl_str text, struct dl_arena *arena);
dl_str dl_weigh_description(const struct dl_page *page);
/* Believable, or empty: not a home page, not on another host than `url`. */
dl_str dl_weigh_canonical(const struct dl_page *page, dl_str url, struct dl_arena *arena);
void dl_weigh_keywords(const struct dl_page *page, struct dl_arena *arena, dl_str **ret,
                       uint32_t *ret_count);

/* Does `piece` name the site, by its name or by its host? Either may be empty. */
bool dl_names_site(struct dl_arena *arena, dl_str piece, dl_str site, dl_str host);

/* Is it one? Its parts in `*ret`. */
bool dl_address_is_web(struct dl_arena *arena, dl_str url, struct dl_url *ret);
/* The host of a web address, lower case and without "www."; empty when it is none. */
dl_str dl_address_host(struct dl_arena *arena, dl_str url);
/* `reference` seen from `base`; empty when that gives no http(s) URL. */
dl_str dl_address_join(struct dl_arena *arena, dl_str base, dl_str reference);

#endif
