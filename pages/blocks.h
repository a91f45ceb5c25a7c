/* A page's text as blocks: what stands between two breaks of the layout, with what is needed to
 * judge whether it belongs to the article.
 *
 * Owner    the arena.   Threads  one at a time.
 * Errors   none; past DL_BLOCKS_MAX blocks the rest of a page is left out, and `cut` says so. */
#ifndef DL_PAGES_BLOCKS_H
#define DL_PAGES_BLOCKS_H

#include "markup/html_tree.h"

#define DL_BLOCKS_MAX 20000U /* a page of news has 50 to 1,000 */

/* What the words of class, id, role and the like say about an element; data/pages/classes.txt. */
enum dl_class_kind {
#define CLASS(name) DL_CLASS_##name,
#include "pages/classes.def"
#undef CLASS
    DL_CLASS_COUNT
};

enum dl_block_kind {
    DL_BLOCK_PLAIN, /* text right inside a div or the like */
    DL_BLOCK_PARAGRAPH,
    DL_BLOCK_HEADING,
    DL_BLOCK_ITEM,
    DL_BLOCK_CELL,
    DL_BLOCK_QUOTE,
    DL_BLOCK_PREFORMATTED,
    DL_BLOCK_CAPTION,
    DL_BLOCK_TERM, /* dt, dd */
};

struct dl_block {
    dl_str text;    /* decoded, white space made single; a <br> is a line feed */
    uint32_t node;  /* the deepest element that holds all of it */
    uint32_t box;   /* the innermost element that is laid out as a block */
    uint32_t first; /* its first text node */
    enum dl_block_kind kind;
    uint8_t level; /* of a heading, 1 to 6 */
    float mass;    /* letters and digits; an ideograph counts for three */
    float link_mass;
    uint32_t words;
    uint32_t stops; /* ends of sentences in it */
    uint32_t commas;
    uint32_t digits;
    uint32_t capitals; /* words that begin with one */
    bool ends_in_stop;
    bool ends_in_colon;
};

struct dl_blocks {
    struct dl_block *list;
    uint32_t count;
    bool cut;
    /* Beside the nodes of the tree. */
    uint32_t *own;      /* bits of dl_class_kind: what the element says itself */
    uint32_t *above;    /* and what it or any element around it says */
    uint32_t *block_at; /* blocks that begin before this node; one entry more than nodes */
    uint32_t *tags;     /* tags of elements around it, bits of dl_around */
};

enum dl_around {
    DL_IN_ARTICLE = 1,
    DL_IN_MAIN = 2,
    DL_IN_ASIDE = 4,
    DL_IN_NAV = 8,
    DL_IN_HEADER = 16,
    DL_IN_FOOTER = 32,
    DL_IN_FIGURE = 64,
    DL_IN_FORM = 128,
    DL_IN_TABLE = 256,
    DL_IN_LIST = 512,
    DL_IN_QUOTE = 1024,
    DL_IN_SECTION = 2048,
    DL_IN_PRE = 4096,
    DL_IN_CODE_OFF = 8192, /* script, button, … : no running text */
    DL_IN_LABEL = 16384,
    DL_IN_STRUCK = 32768
};

/* The tree must be parsed; results live in the arena. */
void dl_blocks_read(const struct dl_html *html, struct dl_arena *arena, struct dl_blocks *ret);

/* What a name of a class or id says: bits of dl_class_kind. */
uint32_t dl_class_bits(dl_str names);

#endif
