/* The tree into blocks, in one pass. */
#include "pages/blocks.h"

#include "core/utf8.h"
#include "markup/html_lexer.h"
#include "markup/html_text.h"

#define WORD_LETTERS 6U      /* and marks of a word where no space tells, about */
#define SENTENCE_LETTERS 60U /* fewer may be a heading */
#define TEXT_BYTES_MAX (32U << 20)

struct reading {
    const struct dl_html *html;
    struct dl_blocks *blocks;
    uint32_t room;
    struct dl_arena *arena;
    struct dl_buf text; /* of the open block */
    uint32_t first;     /* text nodes of the open block; first > last: none yet */
    uint32_t last;
    float link_mass;
    bool after_break; /* the last thing was a <br> */
};

/* --- elements --- */

static uint32_t around_bit(enum dl_tag tag)
{
    switch (tag) {
    case DL_TAG_ARTICLE:
        return DL_IN_ARTICLE;
    case DL_TAG_MAIN:
        return DL_IN_MAIN;
    case DL_TAG_ASIDE:
        return DL_IN_ASIDE;
    case DL_TAG_NAV:
        return DL_IN_NAV;
    case DL_TAG_HEADER:
        return DL_IN_HEADER;
    case DL_TAG_FOOTER:
        return DL_IN_FOOTER;
    case DL_TAG_FIGURE:
    case DL_TAG_FIGCAPTION:
        return DL_IN_FIGURE;
    case DL_TAG_FORM:
    case DL_TAG_FIELDSET:
        return DL_IN_FORM;
    case DL_TAG_TABLE:
        return DL_IN_TABLE;
    case DL_TAG_UL:
    case DL_TAG_OL:
        return DL_IN_LIST;
    case DL_TAG_BLOCKQUOTE:
        return DL_IN_QUOTE;
    case DL_TAG_SECTION:
        return DL_IN_SECTION;
    case DL_TAG_PRE:
        return DL_IN_PRE;
    case DL_TAG_LABEL:
        return DL_IN_LABEL;
    case DL_TAG_DEL:
    case DL_TAG_S:
    case DL_TAG_STRIKE:
        return DL_IN_STRUCK;
    default:
        return dl_html_tag_flags(tag) & DL_TAG_HIDDEN ? DL_IN_CODE_OFF : 0;
    }
}

/* Does the style attribute take the element out of sight? */
static bool is_undisplayed(dl_str style)
{
    for (size_t at = 0; at + 8 <= style.len; at++) {
        if ((style.at[at] | 32) != 'd' ||
            !dl_str_eq_nocase(dl_str_sub(style, at, at + 8), DL_STR("display:")))
            continue;
        dl_str value = dl_str_trim(dl_str_sub(style, at + 8, style.len));
        return value.len >= 4 && dl_str_eq_nocase(dl_str_sub(value, 0, 4), DL_STR("none"));
    }
    return false;
}

/* What the element's attributes say of it. */
static uint32_t look_at_attributes(dl_str attributes)
{
    uint32_t bits = 0;
    dl_str name;
    dl_str value;
    while (dl_html_attribute_next(&attributes, &name, &value)) {
        if (name.len < 2 || name.len > 16)
            continue;
        switch (name.at[0] | 32) {
        case 'c':
            if (dl_str_eq_nocase(name, DL_STR("class")))
                bits |= dl_class_bits(value);
            break;
        case 'i':
            if (dl_str_eq_nocase(name, DL_STR("id")) || dl_str_eq_nocase(name, DL_STR("itemprop")))
                bits |= dl_class_bits(value);
            break;
        case 'r':
            if (dl_str_eq_nocase(name, DL_STR("role")))
                bits |= dl_class_bits(value);
            break;
        case 'd':
            if (dl_str_eq_nocase(name, DL_STR("data-testid")) ||
                dl_str_eq_nocase(name, DL_STR("data-component")) ||
                dl_str_eq_nocase(name, DL_STR("data-module")) ||
                dl_str_eq_nocase(name, DL_STR("data-type")) ||
                dl_str_eq_nocase(name, DL_STR("data-qa")))
                bits |= dl_class_bits(value);
            break;
        case 's':
            if (dl_str_eq_nocase(name, DL_STR("style")) && is_undisplayed(value))
                bits |= 1U << DL_CLASS_HIDDEN;
            break;
        case 'h':
            if (dl_str_eq_nocase(name, DL_STR("hidden")))
                bits |= 1U << DL_CLASS_HIDDEN;
            break;
        case 'a':
            if (dl_str_eq_nocase(name, DL_STR("aria-hidden")) &&
                dl_str_eq_nocase(value, DL_STR("true")))
                bits |= 1U << DL_CLASS_HIDDEN;
            break;
        default:
            break;
        }
    }
    return bits;
}

static void enter_element(struct reading *r, uint32_t node)
{
    const struct dl_html_node *element = &r->html->nodes[node];
    struct dl_blocks *blocks = r->blocks;
    enum dl_tag tag = (enum dl_tag)element->tag;
    uint32_t own = element->bytes ? look_at_attributes(dl_html_slice(r->html, node)) : 0;
    if (tag == DL_TAG_BODY || tag == DL_TAG_HTML) /* themes describe the whole page there */
        own = 0;
    blocks->own[node] = own;
    blocks->above[node] = own | blocks->above[element->parent];
    blocks->tags[node] = around_bit(tag) | blocks->tags[element->parent];
}

/* --- text --- */

/* Scripts that set no spaces between words: Thai, Lao, Burmese, Khmer. */
static bool is_unspaced(uint32_t c)
{
    return (c >= 0xe01 && c < 0xf00) || (c >= 0x1000 && c < 0x10a0) || (c >= 0x1780 && c < 0x1800);
}

/* Counts what the block's text is made of. */
static void weigh(struct dl_block *block)
{
    dl_str text = block->text;
    bool in_word = false;
    uint32_t run = 0; /* letters since the last space, where words have none */
    uint32_t last = 0;
    uint32_t before_last = 0;
    for (size_t at = 0; at < text.len;) {
        size_t bytes = 1;
        uint32_t c = (unsigned char)text.at[at];
        if (c >= 0x80)
            c = dl_utf8_at(text, at, &bytes);
        at += bytes;
        bool letter = (c | 32) - 'a' < 26U || (c >= 0xc0 && !(c >= 0x2000 && c < 0x3041));
        bool digit = c - 48U < 10U;
        bool wide = c >= 0x3041 && c < 0xd7b0;
        if (c == ' ' || c == '\n') {
            in_word = false;
            block->stops += run >= SENTENCE_LETTERS && last < 0xf00; /* Thai parts sentences so */
            run = 0;
        }
        if (letter || digit) {
            block->mass += wide && c < 0xac00 ? 3 : 1;
            bool next_word = is_unspaced(c) && run++ % WORD_LETTERS == 0;
            if (!in_word || next_word || (wide && c < 0xac00)) {
                block->words++;
                block->capitals += c - 'A' < 26U || (c >= 0x410 && c < 0x430) ||
                                   (c >= 0xc0 && c < 0xdf) || (c >= 0x391 && c < 0x3aa);
            }
            in_word = true;
            block->digits += digit;
        }
        bool stop_before = last == '.' || last == '!' || last == '?' || last == 0x2026;
        block->stops += (stop_before && c == ' ') || c == 0x3002 || c == 0xff01 || c == 0xff1f ||
                        c == 0x964 || c == 0x61f || c == 0x6d4 || c == 0x104b || c == 0x17d4;
        block->commas += c == ',' || c == 0x3001 || c == 0xff0c || c == 0x60c || c == ';';
        before_last = last;
        last = c;
    }
    if (last == '"' || last == ')' || last == 0x201d || last == 0x2019 || last == 0xbb ||
        last == 0x300d || last == '\'' || last == 0x201c)
        last = before_last;
    bool stop = last == '.' || last == '!' || last == '?' || last == 0x2026;
    block->stops += stop;
    block->ends_in_stop = stop || last == 0x3002 || last == 0xff01 || last == 0xff1f ||
                          last == 0x964 || last == 0x61f || last == 0x6d4 || last == 0x104b ||
                          last == 0x17d4;
    if (last >= 0xe01 && last < 0xf00 && block->mass >= SENTENCE_LETTERS) /* no stop in Thai */
        block->ends_in_stop = true;
    block->ends_in_colon = last == ':' || last == 0xff1a;
}

static float mass_of(dl_str text)
{
    float mass = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        mass += (c | 32U) - 'a' < 26U || c - 48U < 10U || (c >= 0xc3 && c < 0xe2);
        mass += c >= 0xe2 && c < 0xf0 ? (c >= 0xe3 && c < 0xea ? 3 : 1) : 0;
    }
    return mass;
}

static enum dl_block_kind kind_of(const struct dl_html *html, const struct dl_blocks *blocks,
                                  uint32_t node, uint8_t *ret_level)
{
    uint32_t around = blocks->tags[node];
    if (around & DL_IN_PRE)
        return DL_BLOCK_PREFORMATTED;
    for (uint32_t at = node, steps = 0; at != 0 && steps < 6;
         at = html->nodes[at].parent, steps++) {
        enum dl_tag tag = (enum dl_tag)html->nodes[at].tag;
        if (dl_html_tag_flags(tag) & DL_TAG_HEADING) {
            *ret_level = (uint8_t)(tag - DL_TAG_H1 + 1);
            return DL_BLOCK_HEADING;
        }
        switch (tag) {
        case DL_TAG_FIGCAPTION:
        case DL_TAG_CAPTION:
            return DL_BLOCK_CAPTION;
        case DL_TAG_P:
            return around & DL_IN_QUOTE ? DL_BLOCK_QUOTE : DL_BLOCK_PARAGRAPH;
        case DL_TAG_LI:
            return DL_BLOCK_ITEM;
        case DL_TAG_TD:
        case DL_TAG_TH:
            return DL_BLOCK_CELL;
        case DL_TAG_DT:
        case DL_TAG_DD:
            return DL_BLOCK_TERM;
        case DL_TAG_BLOCKQUOTE:
            return DL_BLOCK_QUOTE;
        case DL_TAG_SECTION:
        case DL_TAG_ARTICLE:
        case DL_TAG_MAIN:
        case DL_TAG_BODY:
            return DL_BLOCK_PLAIN;
        default:
            break;
        }
    }
    return DL_BLOCK_PLAIN;
}

static struct dl_block *add_block(struct reading *r)
{
    struct dl_blocks *blocks = r->blocks;
    if (blocks->count == DL_BLOCKS_MAX) {
        blocks->cut = true;
        return NULL;
    }
    if (blocks->count == r->room) {
        uint32_t room = r->room ? r->room * 2 : 256;
        struct dl_block *list = dl_arena_array(r->arena, struct dl_block, room);
        if (blocks->count)
            memcpy(list, blocks->list, blocks->count * sizeof *list);
        blocks->list = list;
        r->room = room;
    }
    blocks->list[blocks->count] = (struct dl_block){0};
    return &blocks->list[blocks->count++];
}

/* Ends the open block, if anything is in it. */
static void flush(struct reading *r)
{
    const struct dl_html *html = r->html;
    dl_str text = dl_str_trim(dl_buf_str(&r->text));
    uint32_t node = r->first <= r->last ? html->nodes[r->first].parent : 0;
    if (text.len && node <= r->last && r->first <= r->last) {
        struct dl_block *block = add_block(r);
        if (block) {
            while (html->nodes[node].end <= r->last)
                node = html->nodes[node].parent;
            block->text = dl_arena_str(r->arena, text);
            block->node = node;
            block->first = r->first;
            while (node && (dl_html_tag_flags((enum dl_tag)html->nodes[node].tag) & DL_TAG_INLINE))
                node = html->nodes[node].parent;
            block->box = node;
            block->kind = kind_of(html, r->blocks, block->node, &block->level);
            weigh(block);
            block->link_mass = r->link_mass < block->mass ? r->link_mass : block->mass;
        }
    }
    r->text.len = 0;
    r->first = UINT32_MAX;
    r->last = 0;
    r->link_mass = 0;
    r->after_break = false;
}

/* A <span class=…>, <time> or link: what style sheets set apart. */
static bool is_set_apart(const struct dl_html *html, uint32_t node)
{
    dl_str names;
    enum dl_tag tag = (enum dl_tag)html->nodes[node].tag;
    return tag == DL_TAG_TIME ||
           ((tag == DL_TAG_SPAN || tag == DL_TAG_A) && dl_html_get(html, node, "class", &names));
}

/* "<span class=date>6 May 2025</span><span class=time>10:00</span>" is two words. */
static bool needs_space(const struct reading *r, uint32_t node)
{
    const struct dl_html *html = r->html;
    uint32_t here = node - 1;
    if (r->text.len == 0 || r->last == UINT32_MAX || here != html->nodes[node].parent ||
        !is_set_apart(html, here))
        return false;
    uint32_t there = html->nodes[r->last].parent;
    char last = r->text.at[r->text.len - 1];
    return html->nodes[there].end == here && is_set_apart(html, there) && last != ' ' &&
           last != '\n';
}

static void add_text(struct reading *r, uint32_t node, bool preformatted)
{
    const struct dl_html *html = r->html;
    dl_str text = dl_html_slice(html, node);
    if (!preformatted && needs_space(r, node))
        (void)dl_buf_put_char(&r->text, ' ');
    size_t before = r->text.len;
    if (preformatted)
        dl_html_put_preformatted(&r->text, text);
    else
        dl_html_put_text(&r->text, text);
    dl_str added = dl_str_trim(dl_str_sub(dl_buf_str(&r->text), before, r->text.len));
    if (added.len == 0)
        return;
    if (r->first == UINT32_MAX)
        r->first = node;
    r->last = node;
    r->after_break = false;
    if (html->nodes[node].flags & DL_HTML_IN_LINK)
        r->link_mass += mass_of(added);
}

/* One <br> is a new line of the block, two are its end. */
static void take_break(struct reading *r)
{
    if (r->after_break) {
        flush(r);
        return;
    }
    while (r->text.len && r->text.at[r->text.len - 1] == ' ')
        r->text.len--;
    if (r->text.len)
        (void)dl_buf_put_char(&r->text, '\n');
    r->after_break = true;
}

static bool is_block_tag(enum dl_tag tag)
{
    return !(dl_html_tag_flags(tag) & DL_TAG_INLINE);
}

static void read_nodes(struct reading *r)
{
    const struct dl_html *html = r->html;
    struct dl_blocks *blocks = r->blocks;
    uint32_t ends[DL_HTML_DEPTH_MAX + 2]; /* of open elements that break the line */
    uint32_t open = 0;
    for (uint32_t node = 0; node < html->count; node++) {
        while (open && ends[open - 1] <= node) {
            flush(r);
            open--;
        }
        blocks->block_at[node] = blocks->count;
        if (html->nodes[node].tag == DL_HTML_IS_TEXT) {
            uint32_t around = blocks->tags[html->nodes[node].parent];
            bool shown = !(around & DL_IN_CODE_OFF);
            if (shown && (!(html->nodes[node].flags & DL_HTML_IS_RAW)))
                add_text(r, node, (around & DL_IN_PRE) != 0);
            continue;
        }
        enum dl_tag tag = (enum dl_tag)html->nodes[node].tag;
        if (node)
            enter_element(r, node);
        if (tag == DL_TAG_BR) {
            take_break(r);
        } else if (is_block_tag(tag) && !(dl_html_tag_flags(tag) & DL_TAG_HIDDEN)) {
            flush(r);
            blocks->block_at[node] = blocks->count;
            if (html->nodes[node].end > node + 1 && open < DL_HTML_DEPTH_MAX + 2)
                ends[open++] = html->nodes[node].end;
        }
    }
    flush(r);
    blocks->block_at[html->count] = blocks->count;
}

void dl_blocks_read(const struct dl_html *html, struct dl_arena *arena, struct dl_blocks *ret)
{
    struct reading r = {.html = html, .blocks = ret, .arena = arena, .first = UINT32_MAX};
    *ret = (struct dl_blocks){0};
    ret->own = dl_arena_array(arena, uint32_t, html->count);
    ret->above = dl_arena_array(arena, uint32_t, html->count);
    ret->tags = dl_arena_array(arena, uint32_t, html->count);
    ret->block_at = dl_arena_array(arena, uint32_t, html->count + 1);
    dl_buf_init(&r.text, TEXT_BYTES_MAX);
    read_nodes(&r);
    dl_buf_done(&r.text);
}
