/* Who wrote it: names out of claims and of bylines in the text. */
#include "core/utf8.h"
#include "pages/weigh.h"
#include "pages/writers.h"

#include <utf8proc.h>

#define BYLINE_BYTES_MAX 200U
#define BYLINE_BLOCKS_MAX 400U /* after the headline */
#define BYLINE_WORDS_MAX 20U
#define NEAR_BLOCKS 15U /* of the headline: a byline nobody called one stands there */
#define ABOVE_BLOCKS 6U /* some stand above it */
#define MORE_BLOCKS 8U  /* after a writer, others in boxes of their own */
#define RANK_MIN 20     /* claims believed less are no names */

static bool has_capital(dl_str text)
{
    size_t bytes;
    uint32_t c = text.len ? dl_utf8_at(text, 0, &bytes) : 0;
    return c >= 0x530 || (c != 0 && (uint32_t)utf8proc_tolower((int)c) != c);
}

/* May the block be a byline? `called`: its maker says so by a class. */
static bool may_be_byline(const struct dl_page *page, uint32_t i, bool *ret_called)
{
    const struct dl_block *block = &page->blocks.list[i];
    const struct dl_blocks *blocks = &page->blocks;
    uint32_t above = blocks->above[block->node];
    uint32_t near = blocks->own[block->node] | blocks->own[block->box] |
                    blocks->own[page->html->nodes[block->box].parent];
    *ret_called = near & 1U << DL_CLASS_AUTHOR;
    return block->text.len <= BYLINE_BYTES_MAX && block->words <= BYLINE_WORDS_MAX &&
           block->kind != DL_BLOCK_CAPTION &&
           page->features.rows[i][DL_FEATURE_like_title] < 0.8F &&
           !(block->kind == DL_BLOCK_HEADING && block->level < 3 && !*ret_called) &&
           !(above & (1U << DL_CLASS_COMMENT | 1U << DL_CLASS_RELATED)) &&
           !(near & 1U << DL_CLASS_CAPTION) &&
           !(blocks->tags[block->node] & (DL_IN_FIGURE | DL_IN_NAV | DL_IN_FOOTER));
}

static uint32_t find_headline(const struct dl_page *page)
{
    for (uint32_t i = 0; i < page->blocks.count; i++)
        if (page->features.rows[i][DL_FEATURE_like_title] > 0.8F &&
            page->blocks.list[i].kind == DL_BLOCK_HEADING)
            return i;
    return 0;
}

/* The elements inside of a line that are called a writer: "<p><b class=author>Ann Lee</b> Feb 6".
 */
static uint32_t read_inside(struct dl_writers *names, const struct dl_page *page, uint32_t i,
                            struct dl_arena *arena)
{
    const struct dl_block *block = &page->blocks.list[i];
    const struct dl_html *html = page->html;
    uint32_t before = names->count;
    for (uint32_t node = block->node + 1; node < html->nodes[block->node].end; node++) {
        if (dl_html_is_text(html, node) || !(page->blocks.own[node] & 1U << DL_CLASS_AUTHOR) ||
            page->blocks.block_at[node] > i)
            continue;
        bool had = false;
        uint32_t end = html->nodes[node].end;
        dl_str text = dl_writers_without_before(dl_claims_text(html, node, arena), &had);
        text = dl_writers_before_date(text);
        bool is_word =
            !memchr(text.at, ' ', text.len) && dl_html_find(html, node, end, DL_TAG_A) == end;
        if (has_capital(text) && dl_writers_look(text) && !dl_writers_is_office(text) &&
            !(is_word && (unsigned char)text.at[0] < 0xd6))
            (void)dl_writers_add(names, text);
        node = end - 1;
    }
    return names->count - before;
}

/* More of the same after a byline: linked names in boxes beside it. */
static void read_others(struct dl_writers *names, const struct dl_page *page, uint32_t i)
{
    for (uint32_t next = i + 1; next < page->blocks.count && next <= i + MORE_BLOCKS; next++) {
        const struct dl_block *block = &page->blocks.list[next];
        bool called;
        if (!may_be_byline(page, next, &called) || block->kind == DL_BLOCK_HEADING)
            return;
        bool linked = block->link_mass > 0.9F * block->mass;
        if (called && linked && block->words <= 4 && dl_writers_look(block->text) &&
            !dl_writers_is_office(block->text) && block->digits == 0)
            (void)dl_writers_add(names, block->text);
    }
}

/* A short block near the headline that says "By Jane Doe", or is called a byline by its maker. */
static void read_bylines(struct dl_writers *names, const struct dl_page *page,
                         struct dl_arena *arena)
{
    uint32_t headline = find_headline(page);
    uint32_t count = page->blocks.count;
    uint32_t end = headline + BYLINE_BLOCKS_MAX < count ? headline + BYLINE_BLOCKS_MAX : count;
    uint32_t begin = headline > ABOVE_BLOCKS ? headline - ABOVE_BLOCKS : 0;
    for (unsigned look = 0; look < 2 && names->count == 0; look++)
        for (uint32_t i = begin; i < end && names->count == 0; i++) {
            const struct dl_block *block = &page->blocks.list[i];
            bool called;
            bool had = false;
            if (!may_be_byline(page, i, &called))
                continue;
            if (look == 0 && i < headline + NEAR_BLOCKS && read_inside(names, page, i, arena))
                break;
            dl_str rest =
                dl_writers_before_date(dl_writers_without_before(dl_str_trim(block->text), &had));
            bool wanted =
                look == 0 ? called : had && i < headline + NEAR_BLOCKS && dl_writers_look(rest);
            if (!wanted || !has_capital(rest) || (block->ends_in_stop && block->words > 6))
                continue;
            if (dl_writers_add(names, rest))
                read_others(names, page, i);
        }
}

/* Profiles of writers stand where their names should. */
static bool is_address(dl_str text)
{
    return (!memchr(text.at, ' ', text.len) && memchr(text.at, '/', text.len)) ||
           dl_str_starts(text, DL_STR("http")) || dl_str_starts(text, DL_STR("www.")) ||
           text.at[0] == '@';
}

/* The place believed most that gives a name; others of the same rank add to it. */
static void read_claims(struct dl_writers *names, const struct dl_claim_list *claims)
{
    int tried = 100;
    while (names->count == 0) {
        int rank = 0;
        for (uint32_t i = 0; i < claims->count; i++)
            if (claims->list[i].rank < tried && claims->list[i].rank > rank)
                rank = claims->list[i].rank;
        if (rank < RANK_MIN)
            return;
        for (uint32_t i = 0; i < claims->count; i++)
            if (claims->list[i].rank == rank && !is_address(claims->list[i].value))
                (void)dl_writers_add(names, claims->list[i].value); /* or it has none */
        tried = rank;
    }
}

/* Is it the house itself that signs: its name, or its address? */
static bool is_house(struct dl_arena *arena, dl_str name, dl_str publisher, dl_str host)
{
    return dl_writers_same(name, publisher) || dl_writers_same(name, host) ||
           dl_names_site(arena, name, publisher, host);
}

void dl_weigh_authors(const struct dl_page *page, dl_str publisher, struct dl_arena *arena,
                      dl_str **ret, uint32_t *ret_count)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_AUTHOR];
    struct dl_writers names = {.publisher = publisher};
    dl_str host = dl_address_host(arena, page->article.url);
    bool house = true;
    read_claims(&names, claims);
    for (uint32_t i = 0; i < names.count && house; i++)
        house = is_house(arena, names.list[i], publisher, host);
    /* A house that signs for its writers may still name them below the headline. */
    if (house) {
        struct dl_writers others = {.publisher = publisher, .in_text = true};
        read_bylines(&others, page, arena);
        if (others.count)
            names = others;
    }
    *ret = NULL;
    *ret_count = names.count;
    if (names.count) {
        *ret = dl_arena_array(arena, dl_str, names.count);
        memcpy(*ret, names.list, names.count * sizeof *names.list);
    }
}
