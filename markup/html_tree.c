/* Tokens into a tree. */
#include "markup/html_tree.h"

#include "markup/html_lexer.h"
#include "markup/html_text.h"

#define ELEMENTS_MAX (DL_HTML_NODES_MAX - DL_HTML_NODES_MAX / 8)

struct builder {
    struct dl_html *html;
    uint32_t open[DL_HTML_DEPTH_MAX + 1]; /* nodes; [0] is the root */
    uint32_t depth;                       /* of the innermost open one */
    uint32_t too_deep;                    /* start tags that were left out for their depth */
    uint32_t open_count[DL_TAG_COUNT];
    uint32_t link_depth; /* of the open <a href>; 0: none */
    bool in_body;
};

static uint32_t add_node(struct builder *b, uint8_t tag, dl_str slice)
{
    struct dl_html *html = b->html;
    if (html->count == html->room) {
        html->room = html->room ? html->room * 2 : 4096;
        html->nodes = dl_realloc_array(html->nodes, html->room, sizeof *html->nodes);
    }
    struct dl_html_node *node = &html->nodes[html->count];
    *node = (struct dl_html_node){
        .parent = b->open[b->depth],
        .end = html->count + 1,
        .at = (uint32_t)(slice.at - html->source.at),
        .bytes = (uint32_t)slice.len,
        .tag = tag,
        .depth = (uint16_t)(b->depth + 1),
    };
    return html->count++;
}

static enum dl_tag tag_at(const struct builder *b, uint32_t depth)
{
    return (enum dl_tag)b->html->nodes[b->open[depth]].tag;
}

/* Closes what is open down to and including `depth`, at least 1. */
static void close_to(struct builder *b, uint32_t depth)
{
    while (b->depth >= depth) {
        b->html->nodes[b->open[b->depth]].end = b->html->count;
        b->open_count[tag_at(b, b->depth)]--;
        if (b->link_depth == b->depth)
            b->link_depth = 0;
        b->depth--;
    }
}

/* The depth of the innermost open element of that tag, looking no further out than a scope; 0 when
 * there is none. `also` is a second tag that stops the search, DL_TAG_NONE for none. */
static uint32_t find_open(const struct builder *b, enum dl_tag tag, enum dl_tag stop,
                          enum dl_tag also)
{
    if (b->open_count[tag] == 0)
        return 0;
    for (uint32_t depth = b->depth; depth > 0; depth--) {
        enum dl_tag open = tag_at(b, depth);
        if (open == tag)
            return depth;
        if (open != DL_TAG_NONE && (open == stop || open == also))
            return 0;
        if (dl_html_tag_flags(open) & DL_TAG_SCOPE)
            return 0;
    }
    return 0;
}

static void close_open(struct builder *b, enum dl_tag tag, enum dl_tag stop, enum dl_tag also)
{
    uint32_t depth = find_open(b, tag, stop, also);
    if (depth)
        close_to(b, depth);
}

/* Table parts end one another up to their table. */
static void close_table_parts(struct builder *b, enum dl_tag tag)
{
    for (uint32_t depth = b->depth; depth > 0; depth--) {
        enum dl_tag open = tag_at(b, depth);
        if (open == DL_TAG_TABLE || open == DL_TAG_TEMPLATE)
            return;
        bool cell = open == DL_TAG_TD || open == DL_TAG_TH;
        bool row = open == DL_TAG_TR;
        bool part = open == DL_TAG_THEAD || open == DL_TAG_TBODY || open == DL_TAG_TFOOT;
        bool opens_row = tag == DL_TAG_TR;
        bool opens_cell = tag == DL_TAG_TD || tag == DL_TAG_TH;
        if ((cell && opens_cell) || (row && opens_row) || (part && !opens_row && !opens_cell)) {
            close_to(b, depth);
            return;
        }
        if (row && opens_cell)
            return;
        if (part && opens_row)
            return;
    }
}

/* What the start of `tag` ends without saying so. */
static void close_implied(struct builder *b, enum dl_tag tag)
{
    unsigned flags = dl_html_tag_flags(tag);
    if (flags & DL_TAG_ENDS_P)
        close_open(b, DL_TAG_P, DL_TAG_BUTTON, DL_TAG_NONE);
    switch (tag) {
    case DL_TAG_LI:
        close_open(b, DL_TAG_LI, DL_TAG_UL, DL_TAG_OL);
        break;
    case DL_TAG_DT:
    case DL_TAG_DD:
        close_open(b, DL_TAG_DT, DL_TAG_DL, DL_TAG_NONE);
        close_open(b, DL_TAG_DD, DL_TAG_DL, DL_TAG_NONE);
        break;
    case DL_TAG_OPTION:
        close_open(b, DL_TAG_OPTION, DL_TAG_SELECT, DL_TAG_NONE);
        break;
    case DL_TAG_A:
        if (b->link_depth) /* links do not nest */
            close_open(b, DL_TAG_A, DL_TAG_NONE, DL_TAG_NONE);
        break;
    case DL_TAG_RP:
    case DL_TAG_RT:
        close_open(b, DL_TAG_RP, DL_TAG_RUBY, DL_TAG_NONE);
        close_open(b, DL_TAG_RT, DL_TAG_RUBY, DL_TAG_NONE);
        break;
    case DL_TAG_TD:
    case DL_TAG_TH:
    case DL_TAG_TR:
    case DL_TAG_THEAD:
    case DL_TAG_TBODY:
    case DL_TAG_TFOOT:
        if (b->open_count[DL_TAG_TABLE])
            close_table_parts(b, tag);
        break;
    default:
        if ((flags & DL_TAG_HEADING) && (dl_html_tag_flags(tag_at(b, b->depth)) & DL_TAG_HEADING))
            close_to(b, b->depth);
        break;
    }
    if (b->open_count[DL_TAG_HEAD] && !(flags & DL_TAG_IN_HEAD) && tag != DL_TAG_HEAD &&
        !b->open_count[DL_TAG_NOSCRIPT] && tag != DL_TAG_NONE)
        close_open(b, DL_TAG_HEAD, DL_TAG_NONE, DL_TAG_NONE);
}

/* Rows and cells outside of a table: browsers show what is in them as if they were not there. */
static bool is_stray(const struct builder *b, enum dl_tag tag)
{
    bool part = tag == DL_TAG_TD || tag == DL_TAG_TH || tag == DL_TAG_TR || tag == DL_TAG_THEAD ||
                tag == DL_TAG_TBODY || tag == DL_TAG_TFOOT;
    return part && !b->open_count[DL_TAG_TABLE] && !b->open_count[DL_TAG_TEMPLATE];
}

static void start(struct builder *b, const struct dl_html_token *token)
{
    enum dl_tag tag = token->tag;
    if (is_stray(b, tag))
        return;
    /* A second html or body only has attributes to give, and a head after the body is none. */
    if ((tag == DL_TAG_HTML && b->open_count[tag]) || (tag == DL_TAG_BODY && b->in_body) ||
        (tag == DL_TAG_HEAD && b->in_body))
        return;
    close_implied(b, tag);
    b->in_body |= tag == DL_TAG_BODY;
    bool is_void = dl_html_tag_flags(tag) & DL_TAG_VOID;
    bool is_deep = b->depth == DL_HTML_DEPTH_MAX && !is_void;
    if (b->html->count >= (is_deep ? ELEMENTS_MAX / 2 : ELEMENTS_MAX)) { /* room for text is left */
        b->html->cut = true;
        b->too_deep += is_deep;
        return;
    }
    uint32_t node = add_node(b, (uint8_t)tag, token->text);
    if (is_void || (token->closed && tag == DL_TAG_NONE))
        return;
    if (b->depth == DL_HTML_DEPTH_MAX) {
        b->too_deep++;
        return;
    }
    b->open[++b->depth] = node;
    b->open_count[tag]++;
    dl_str href;
    if (tag == DL_TAG_A && dl_html_attribute(token->text, "href", &href))
        b->link_depth = b->depth;
}

/* May the end tag of `tag` close an element outside of `open`? Formatting does not end blocks. */
static bool reaches_past(enum dl_tag tag, enum dl_tag open)
{
    unsigned flags = dl_html_tag_flags(open);
    if (flags & DL_TAG_SCOPE)
        return tag == DL_TAG_TABLE || (tag == DL_TAG_TR && open != DL_TAG_TABLE) ||
               ((tag == DL_TAG_TBODY || tag == DL_TAG_THEAD || tag == DL_TAG_TFOOT) &&
                open != DL_TAG_TABLE);
    if (!(dl_html_tag_flags(tag) & DL_TAG_INLINE))
        return true;
    return flags & DL_TAG_INLINE;
}

static void end(struct builder *b, enum dl_tag tag)
{
    if (b->too_deep) {
        b->too_deep -= !(dl_html_tag_flags(tag) & DL_TAG_VOID);
        return;
    }
    if (tag == DL_TAG_A && b->link_depth) { /* the link ends even where its element cannot */
        uint32_t depth = b->link_depth;
        b->link_depth = 0;
        for (uint32_t i = b->depth; i > depth; i--)
            if (!(dl_html_tag_flags(tag_at(b, i)) & DL_TAG_INLINE))
                return;
        close_to(b, depth);
        return;
    }
    if (tag == DL_TAG_BODY || tag == DL_TAG_HTML || b->open_count[tag] == 0)
        return; /* what comes after the body's end still belongs to it */
    bool heading = dl_html_tag_flags(tag) & DL_TAG_HEADING;
    for (uint32_t depth = b->depth; depth > 0; depth--) {
        enum dl_tag open = tag_at(b, depth);
        if (open == tag || (heading && (dl_html_tag_flags(open) & DL_TAG_HEADING))) {
            close_to(b, depth);
            return;
        }
        if (!reaches_past(tag, open))
            return;
    }
}

static void text(struct builder *b, const struct dl_html_token *token, bool raw)
{
    uint32_t node = add_node(b, DL_HTML_IS_TEXT, token->text);
    b->html->nodes[node].flags =
        (uint8_t)((b->link_depth ? DL_HTML_IN_LINK : 0) | (raw ? DL_HTML_IS_RAW : 0));
}

void dl_html_init(struct dl_html *html)
{
    *html = (struct dl_html){0};
    dl_html_names_init(&html->names);
}

void dl_html_done(struct dl_html *html)
{
    free(html->nodes);
    html->nodes = NULL;
    html->count = html->room = 0;
}

void dl_html_parse(struct dl_html *html, dl_str source)
{
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    struct builder builder = {.html = html};
    assert(source.len <= UINT32_MAX);
    html->source = source.at ? source : (dl_str){"", 0};
    html->count = 0;
    html->cut = false;
    (void)add_node(&builder, DL_TAG_NONE, dl_str_sub(html->source, 0, 0)); /* the root */
    html->nodes[0].depth = 0;
    dl_html_lexer_init(&lexer, &html->names, html->source);
    while (dl_html_lexer_next(&lexer, &token)) {
        if (html->count >= DL_HTML_NODES_MAX) {
            html->cut = true;
            break;
        }
        switch (token.kind) {
        case DL_HTML_TEXT:
            text(&builder, &token, false);
            break;
        case DL_HTML_RAW:
            text(&builder, &token, true);
            break;
        case DL_HTML_START:
            start(&builder, &token);
            break;
        case DL_HTML_END:
            end(&builder, token.tag);
            break;
        case DL_HTML_COMMENT:
        case DL_HTML_END_OF_INPUT:
            break;
        }
    }
    close_to(&builder, 1);
    html->nodes[0].end = html->count;
}

bool dl_html_get(const struct dl_html *html, uint32_t node, const char *name, dl_str *ret_value)
{
    if (html->nodes[node].tag == DL_HTML_IS_TEXT || html->nodes[node].bytes == 0)
        return false;
    return dl_html_attribute(dl_html_slice(html, node), name, ret_value);
}

dl_str dl_html_value(const struct dl_html *html, uint32_t node, const char *name,
                     struct dl_arena *arena)
{
    dl_str value;
    if (!dl_html_get(html, node, name, &value))
        return (dl_str){"", 0};
    return dl_html_line(arena, value);
}

uint32_t dl_html_find(const struct dl_html *html, uint32_t from, uint32_t end_node, enum dl_tag tag)
{
    while (from < end_node && html->nodes[from].tag != tag)
        from++;
    return from;
}
