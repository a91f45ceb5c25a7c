/* A page as a tree, flat in one array in the order of the source:
 *
 *     0 html ──────────────────────────────── end
 *     1   body ──────────────────────── end
 *     2     p ─────────── end
 *     3       "Ministers "
 *     4       b ── end
 *     5         "met"
 *
 * A node's subtree is the nodes up to its `end`; its next sibling, if its parent goes on, is at
 * `end`. Attributes and text stay as they stand in the source until somebody asks.
 *
 * Elements are closed as the HTML standard says (implied end tags, scopes), except that nothing is
 * moved: misnested formatting is closed where its block closes. What is nested deeper than
 * DL_HTML_DEPTH_MAX hangs at that depth; its text is all there.
 *
 * Owner    dl_html_done(); the source is the caller's and must outlive the tree.
 * Threads  one at a time; one tree is used for page after page.
 * Errors   none: any bytes give a tree. Past DL_HTML_NODES_MAX nodes it ends, and `cut` says so. */
#ifndef DL_MARKUP_HTML_TREE_H
#define DL_MARKUP_HTML_TREE_H

#include "core/arena.h"
#include "markup/html_tags.h"

#define DL_HTML_DEPTH_MAX 200U
#define DL_HTML_NODES_MAX 500000U /* 10 MB of nodes; pages of news have 2,000 to 20,000 */

enum dl_html_node_flag {
    DL_HTML_IN_LINK = 1, /* text inside an open <a href> */
    DL_HTML_IS_RAW = 2   /* text of script, title…: see the parent's tag */
};

struct dl_html_node {
    uint32_t parent; /* of the root: itself */
    uint32_t end;    /* one past its subtree */
    uint32_t at;     /* in the source: text, or an element's attributes */
    uint32_t bytes;
    uint8_t tag; /* enum dl_tag; of text DL_TAG_COUNT */
    uint8_t flags;
    uint16_t depth;
};
#define DL_HTML_IS_TEXT DL_TAG_COUNT

struct dl_html {
    dl_str source;
    struct dl_html_node *nodes; /* [0] is a root that no tag made */
    uint32_t count;
    uint32_t room;
    bool cut;
    struct dl_html_names names;
};

void dl_html_init(struct dl_html *html);
void dl_html_done(struct dl_html *html);

/* `source` is UTF-8, at most 4 GiB. Replaces what was read before. */
void dl_html_parse(struct dl_html *html, dl_str source);

static inline dl_str dl_html_slice(const struct dl_html *html, uint32_t node)
{
    return (dl_str){html->source.at + html->nodes[node].at, html->nodes[node].bytes};
}
static inline bool dl_html_is_text(const struct dl_html *html, uint32_t node)
{
    return html->nodes[node].tag == DL_HTML_IS_TEXT;
}

/* An element's attribute, undecoded; false when it has none of that name. */
bool dl_html_get(const struct dl_html *html, uint32_t node, const char *name, dl_str *ret_value);
/* Decoded and trimmed, in the arena; empty when there is none. */
dl_str dl_html_value(const struct dl_html *html, uint32_t node, const char *name,
                     struct dl_arena *arena);

/* The next element of that tag in [from, end); `end` when there is none. */
uint32_t dl_html_find(const struct dl_html *html, uint32_t from, uint32_t end, enum dl_tag tag);

#endif
