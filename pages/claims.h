/* What a page says of itself, wherever it says it: meta tags, links, JSON-LD, microdata, <time>.
 * All of it is kept, with how far each place is believed; others weigh it.
 *
 * Owner    the arena.   Threads  any.
 * Errors   none; past DL_CLAIMS_MAX of a field more are left out. */
#ifndef DL_PAGES_CLAIMS_H
#define DL_PAGES_CLAIMS_H

#include "markup/html_tree.h"

#define DL_CLAIMS_MAX 48U

enum dl_claim_field {
    DL_CLAIM_TITLE,
    DL_CLAIM_AUTHOR,
    DL_CLAIM_PUBLISHED,
    DL_CLAIM_MODIFIED,
    DL_CLAIM_PUBLISHER,
    DL_CLAIM_LANGUAGE,
    DL_CLAIM_CANONICAL,
    DL_CLAIM_DESCRIPTION,
    DL_CLAIM_SECTION,
    DL_CLAIM_KEYWORDS,
    DL_CLAIM_IMAGE,
    DL_CLAIM_FREE,
    DL_CLAIM_TYPE,
    DL_CLAIM_COPYRIGHT,
    DL_CLAIM_LICENCE,
    DL_CLAIM_AMP,
    DL_CLAIM_SHORT,
    DL_CLAIM_FIELD_COUNT
};

struct dl_claim {
    dl_str value; /* decoded, one line */
    int rank;     /* how far its place is believed, 1 to 99 */
    dl_str place; /* the name in data/pages/meta.txt */
};

struct dl_claim_list {
    struct dl_claim *list;
    uint32_t count;
};

struct dl_claims {
    struct dl_claim_list of[DL_CLAIM_FIELD_COUNT];
    dl_str title; /* of <title>, decoded */
    dl_str base;  /* href of <base> */
    dl_str body;  /* articleBody of JSON-LD, as one text; empty when there is none */
};

void dl_claims_read(const struct dl_html *html, struct dl_arena *arena, struct dl_claims *ret);

/* The claim believed most, the first of these; NULL. */
const struct dl_claim *dl_claims_best(const struct dl_claims *claims, enum dl_claim_field field);

/* `text` decoded, on one line; twice where it was encoded twice: "&amp;quot;". */
dl_str dl_claims_line(struct dl_arena *arena, dl_str text);

/* The text of an element, its beginning if it is long. */
dl_str dl_claims_text(const struct dl_html *html, uint32_t node, struct dl_arena *arena);

/* Adds a claim as `place` would; nothing when the place fills no field. */
void dl_claims_add(struct dl_claims *claims, struct dl_arena *arena, const char *prefix,
                   dl_str name, dl_str value, int bonus);

#define DL_CLAIMS_SCRIPTS_MAX 64U

/* The part of it that is in JSON-LD: all scripts of a page, since they point to each other. */
void dl_claims_read_ld(struct dl_claims *claims, struct dl_arena *arena, const dl_str *scripts,
                       uint32_t count);

#endif
