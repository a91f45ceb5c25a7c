/* A page of the web as an Article: its main text, and what it and its text say of it.
 *
 *     bytes ─► UTF-8 ─► tree ─┬► claims ───────────────────────┬─► article
 *                             └► blocks ─► features ─► judgement ┘
 *
 * Owner    a reader holds memory from page to page, dl_page_reader_done() gives it back; what a
 *          page gives lives in the arena and borrows the bytes given.
 * Threads  one reader a thread.
 * Errors   DL_TOO_BIG past DL_PAGE_BYTES_MAX, or with more text than an article may have;
 *          DL_BAD_INPUT when there is no text in it. */
#ifndef DL_PAGES_PAGE_H
#define DL_PAGES_PAGE_H

#include "pages/claims.h"
#include "pages/judge.h"
#include "proto/records.h"

#define DL_PAGE_BYTES_MAX (8U << 20) /* pages with everything inlined reach 5 MB */

struct dl_page_reader {
    struct dl_html html;
};

void dl_page_reader_init(struct dl_page_reader *reader);
void dl_page_reader_done(struct dl_page_reader *reader);

struct dl_page_want {
    dl_str bytes;
    dl_str url;          /* where it was fetched; may be empty */
    dl_str content_type; /* of the HTTP header; may be empty */
    bool is_text;        /* decoded before: UTF-8 whatever the page says of itself */
};

struct dl_page {
    const struct dl_html *html;
    const char *charset; /* iconv name */
    struct dl_claims claims;
    struct dl_blocks blocks;
    struct dl_features features;
    struct dl_judgement judgement;
    struct dl_article_record article;
    const char *text_from; /* "blocks", "json-ld" */
};

/* Everything up to the features: what training needs. */
dl_status dl_page_look(struct dl_page_reader *reader, const struct dl_page_want *want,
                       struct dl_arena *arena, struct dl_page *ret, struct dl_error *err);

/* The whole way. */
dl_status dl_page_read(struct dl_page_reader *reader, const struct dl_page_want *want,
                       struct dl_arena *arena, struct dl_page *ret, struct dl_error *err);

#endif
