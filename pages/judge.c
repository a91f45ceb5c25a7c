/* The two looks. */
#include "pages/judge.h"

#include "pages/forest.h"

#include <math.h>

#define KEEP_ODDS 0.0F
#define KEPT_MASS_MIN 150.0F /* with less, the odds are asked for less */
#define ODDS_STEP 1.0F
#define ODDS_MIN (-4.0F)
#define BEST_MASS_MIN 60.0F /* of a paragraph */
#define BEST_ODDS_MIN (-2.5F)
#define BEST_SHARE_LOST 0.3F /* kept less of it than so */
#define BEST_SHARE_NEAR 0.7F /* and so much of it nearly */

extern const struct dl_forest dl_forest_first;
extern const struct dl_forest dl_forest_second;

void dl_judge_first(const struct dl_blocks *blocks, const struct dl_features *features,
                    struct dl_arena *arena, struct dl_judgement *ret)
{
    *ret = (struct dl_judgement){0};
    ret->first = dl_arena_array(arena, float, blocks->count + 1);
    for (uint32_t i = 0; i < blocks->count; i++)
        ret->first[i] = dl_forest_sum(&dl_forest_first, features->rows[i]);
}

static float probability(float odds)
{
    return 1 / (1 + expf(-odds));
}

struct looking {
    const struct dl_html *html;
    const struct dl_blocks *blocks;
    float *p;
    float *mass_to; /* sums up to each block: mass, and mass times probability */
    float *kept_to;
};

static float share_in(const struct looking *l, uint32_t from, uint32_t to)
{
    float mass = l->mass_to[to] - l->mass_to[from];
    return mass > 0 ? (l->kept_to[to] - l->kept_to[from]) / mass : 0;
}

static float share_of_node(const struct looking *l, uint32_t node)
{
    return share_in(l, l->blocks->block_at[node], l->blocks->block_at[l->html->nodes[node].end]);
}

static float share_around(const struct looking *l, uint32_t i, uint32_t reach)
{
    uint32_t from = i > reach ? i - reach : 0;
    uint32_t to = i + reach + 1 < l->blocks->count ? i + reach + 1 : l->blocks->count;
    return share_in(l, from, to);
}

static float p_at(const struct looking *l, uint32_t i, int step)
{
    int64_t at = (int64_t)i + step;
    return at < 0 || at >= l->blocks->count ? 0 : l->p[at];
}

static uint32_t box_around(const struct dl_html *html, uint32_t node)
{
    node = html->nodes[node].parent;
    while (node && (dl_html_tag_flags((enum dl_tag)html->nodes[node].tag) & DL_TAG_INLINE))
        node = html->nodes[node].parent;
    return node;
}

static void put_row(const struct looking *l, const struct dl_features *features, uint32_t i,
                    float *row)
{
    const struct dl_block *block = &l->blocks->list[i];
    const float *first = features->rows[i];
    uint32_t box = box_around(l->html, block->box);
    row[DL_SECOND_before] = p_at(l, i, -1);
    row[DL_SECOND_before2] = p_at(l, i, -2);
    row[DL_SECOND_before3] = p_at(l, i, -3);
    row[DL_SECOND_after] = p_at(l, i, 1);
    row[DL_SECOND_after2] = p_at(l, i, 2);
    row[DL_SECOND_after3] = p_at(l, i, 3);
    row[DL_SECOND_box] = share_of_node(l, box);
    row[DL_SECOND_outer] = share_of_node(l, box_around(l->html, box));
    row[DL_SECOND_group] = first[DL_FEATURE_group_mean];
    row[DL_SECOND_around5] = share_around(l, i, 2);
    row[DL_SECOND_around12] = share_around(l, i, 6);
    row[DL_SECOND_best] = share_of_node(l, features->best);
    row[DL_SECOND_mass2] = first[DL_FEATURE_mass];
    row[DL_SECOND_links2] = first[DL_FEATURE_link_share];
    row[DL_SECOND_heading2] = first[DL_FEATURE_is_heading];
    row[DL_SECOND_stop2] = first[DL_FEATURE_ends_in_stop];
    row[DL_SECOND_place2] = first[DL_FEATURE_place];
    row[DL_SECOND_kept_before] = share_in(l, 0, i);
    row[DL_SECOND_kept_after] = share_in(l, i + 1, l->blocks->count);
    row[DL_SECOND_next_heading] =
        i + 1 < l->blocks->count && l->blocks->list[i + 1].kind == DL_BLOCK_HEADING;
    row[DL_SECOND_paragraph2] = block->kind == DL_BLOCK_PARAGRAPH;
    row[DL_SECOND_item2] = block->kind == DL_BLOCK_ITEM;
    row[DL_SECOND_caption2] = first[DL_FEATURE_in_figure];
    row[DL_SECOND_cue2] = features->cues[i];
    row[DL_SECOND_inside2] = first[DL_FEATURE_inside_best];
}

void dl_judge_rows(const struct dl_html *html, const struct dl_blocks *blocks,
                   const struct dl_features *features, struct dl_arena *arena,
                   struct dl_judgement *judgement)
{
    uint32_t count = blocks->count;
    struct looking l = {.html = html, .blocks = blocks};
    l.p = dl_arena_array(arena, float, count + 1);
    l.mass_to = dl_arena_array(arena, float, count + 1);
    l.kept_to = dl_arena_array(arena, float, count + 1);
    judgement->rows = dl_arena_alloc_array(arena, count + 1, sizeof *judgement->rows);
    for (uint32_t i = 0; i < count; i++) {
        float mass = blocks->list[i].mass + 1;
        l.p[i] = probability(judgement->first[i]);
        l.mass_to[i + 1] = l.mass_to[i] + mass;
        l.kept_to[i + 1] = l.kept_to[i] + mass * l.p[i];
    }
    float high = 0;
    for (uint32_t i = 0; i < count; i++) {
        judgement->rows[i][DL_SECOND_first] = judgement->first[i];
        judgement->rows[i][DL_SECOND_max_before] = high;
        high = fmaxf(high * 0.85F, l.p[i]);
        put_row(&l, features, i, judgement->rows[i]);
    }
    high = 0;
    for (uint32_t i = count; i-- > 0;) {
        judgement->rows[i][DL_SECOND_max_after] = high;
        high = fmaxf(high * 0.85F, l.p[i]);
    }
}

/* Keeps what is above `odds`; the mass of it. */
static float keep_above(const struct dl_blocks *blocks, struct dl_judgement *judgement, float odds)
{
    float mass = 0;
    for (uint32_t i = 0; i < blocks->count; i++) {
        judgement->kept[i] = judgement->odds[i] > odds;
        if (judgement->kept[i] && blocks->list[i].kind != DL_BLOCK_HEADING)
            mass += blocks->list[i].mass;
    }
    return mass;
}

/* --- rules that hold whatever the forests say: they learned from text that tools had cut --- */

#define FIGURE_SHARE_MAX 0.3F /* past it, the page puts its text into figures */
#define LINKED_SHARE_MAX 0.3F /* past it, the article is a list of links */
#define FOOT_SHARE_MAX 0.5F   /* past it, the page calls its text a footer */
#define SHORT_WORDS 6U
#define LINE_WORDS 14U
#define DOUBLE_WORDS_MIN 8U /* shorter lines are said twice for a reason */
#define PULL_QUOTES_MAX 60U /* looked for in the text; a page has a few */

static bool is_caption(const struct dl_blocks *blocks, const struct dl_block *block)
{
    uint32_t near = blocks->own[block->node] | blocks->own[block->box];
    bool plain = block->kind == DL_BLOCK_PLAIN || block->kind == DL_BLOCK_PARAGRAPH;
    return block->kind == DL_BLOCK_CAPTION ||
           (plain && ((blocks->tags[block->node] & DL_IN_FIGURE) ||
                      ((near & 1U << DL_CLASS_CAPTION) && block->words < 60)));
}

/* A headline of another story, linked, in a line of its own. */
static bool is_linked_line(const struct dl_block *block, bool is_related)
{
    bool line = block->kind == DL_BLOCK_PLAIN || block->kind == DL_BLOCK_PARAGRAPH ||
                (block->kind == DL_BLOCK_ITEM && is_related);
    return line && block->words >= 3 && !block->ends_in_stop &&
           block->link_mass > 0.9F * block->mass;
}

/* A line that begins like what stands around articles and is as short as that. */
static bool is_cue_line(const struct dl_block *block, enum dl_cue cue)
{
    float links = block->mass > 0 ? block->link_mass / block->mass : 0;
    bool is_short = block->words <= SHORT_WORDS && !block->ends_in_stop;
    bool is_line = block->words <= LINE_WORDS && !block->ends_in_stop;
    switch (cue) {
    case DL_CUE_MORE:
        return links > 0.5F || (is_short && block->kind == DL_BLOCK_HEADING) ||
               (block->ends_in_colon && is_line);
    case DL_CUE_SHARE:
    case DL_CUE_SUBSCRIBE:
    case DL_CUE_AD:
    case DL_CUE_COMMENTS:
        return is_short && block->kind != DL_BLOCK_ITEM && block->kind != DL_BLOCK_CELL;
    case DL_CUE_BY:
        return is_line && block->words <= 10 && block->capitals * 2 >= block->words &&
               block->kind != DL_BLOCK_HEADING;
    case DL_CUE_DATE:
        return is_line && block->digits > 0 && block->kind != DL_BLOCK_HEADING;
    case DL_CUE_PHOTO:
        return is_line && block->kind != DL_BLOCK_HEADING && block->kind != DL_BLOCK_ITEM;
    case DL_CUE_RIGHTS:
        return block->words <= 30;
    case DL_CUE_TAGS:
        return links > 0.5F || is_short;
    case DL_CUE_ABOUT:
        return is_short;
    case DL_CUE_CONSENT:
    case DL_CUE_NONE:
        break;
    }
    return false;
}

/* Drops what `is` says of each kept block, unless that is more than `share_max` of the text. */
static void drop_rare(const struct dl_blocks *blocks, struct dl_judgement *judgement,
                      bool (*is)(const struct dl_blocks *, const struct dl_block *),
                      float share_max)
{
    float all = 0;
    float some = 0;
    for (uint32_t i = 0; i < blocks->count; i++)
        if (judgement->kept[i]) {
            all += blocks->list[i].mass;
            some += is(blocks, &blocks->list[i]) ? blocks->list[i].mass : 0;
        }
    for (uint32_t i = 0; i < blocks->count && some <= share_max * all; i++)
        if (judgement->kept[i] && is(blocks, &blocks->list[i]))
            judgement->kept[i] = false;
}

static bool is_linked(const struct dl_blocks *blocks, const struct dl_block *block)
{
    return is_linked_line(block, blocks->above[block->node] & 1U << DL_CLASS_RELATED);
}

/* Who publishes the page, and that all rights are theirs. */
static bool is_foot(const struct dl_blocks *blocks, const struct dl_block *block)
{
    return (blocks->tags[block->node] & DL_IN_FOOTER) ||
           (blocks->above[block->node] & 1U << DL_CLASS_FOOT);
}

/* Headings with nothing of their own after them: of lists that were dropped. */
static void drop_last_headings(const struct dl_blocks *blocks, struct dl_judgement *judgement)
{
    for (uint32_t i = blocks->count; i-- > 0;) {
        if (!judgement->kept[i])
            continue;
        if (blocks->list[i].kind != DL_BLOCK_HEADING)
            return;
        judgement->kept[i] = false;
    }
}

static uint64_t hash_of(dl_str text)
{
    uint64_t hash = 14695981039346656037U;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 1099511628211U;
    return hash | 1;
}

struct seen {
    uint64_t hash;
    uint32_t box;
};

/* Paragraphs that stand twice in boxes of their own, for small and for wide screens: once is
 * enough. A single one may be meant. */
static void drop_doubles(const struct dl_html *html, const struct dl_blocks *blocks,
                         struct dl_arena *arena, struct dl_judgement *judgement)
{
    uint32_t room = 16;
    while (room < 2 * blocks->count)
        room *= 2;
    struct seen *seen = dl_arena_array(arena, struct seen, room);
    bool *doubled = dl_arena_array(arena, bool, blocks->count + 1);
    for (uint32_t i = 0; i < blocks->count; i++) {
        if (!judgement->kept[i] || blocks->list[i].words < DOUBLE_WORDS_MIN)
            continue;
        uint64_t hash = hash_of(blocks->list[i].text);
        uint32_t box = html->nodes[blocks->list[i].box].parent;
        uint32_t slot = (uint32_t)(hash >> 32) & (room - 1);
        while (seen[slot].hash && seen[slot].hash != hash)
            slot = (slot + 1) & (room - 1);
        doubled[i] = seen[slot].hash && seen[slot].box != box;
        if (!doubled[i])
            seen[slot] = (struct seen){hash, box};
    }
    bool before = false;
    for (uint32_t i = 0, next; i < blocks->count; i = next) {
        for (next = i + 1; next < blocks->count && !judgement->kept[next];)
            next++;
        bool here = doubled[i];
        if (here && (before || doubled[next]))
            judgement->kept[i] = false;
        before = here;
    }
}

/* The article's words over again, large and aside. */
static void drop_pull_quotes(const struct dl_blocks *blocks, struct dl_judgement *judgement)
{
    unsigned tries = 0;
    for (uint32_t i = 0; i < blocks->count && tries < PULL_QUOTES_MAX; i++) {
        const struct dl_block *block = &blocks->list[i];
        uint32_t near = blocks->own[block->node] | blocks->own[block->box];
        bool apart = (blocks->tags[block->node] & (DL_IN_ASIDE | DL_IN_QUOTE)) ||
                     (near & 1U << DL_CLASS_QUOTE);
        if (!judgement->kept[i] || !apart || block->words < 5)
            continue;
        tries++;
        dl_str words = block->text;
        while (words.len && strchr("\"'. ", words.at[words.len - 1]))
            words.len--;
        while (words.len && strchr("\"' ", words.at[0]))
            words = dl_str_sub(words, 1, words.len);
        for (uint32_t j = 0; j < blocks->count && judgement->kept[i]; j++)
            if (j != i && judgement->kept[j] && blocks->list[j].text.len >= block->text.len &&
                memmem(blocks->list[j].text.at, blocks->list[j].text.len, words.at, words.len))
                judgement->kept[i] = false;
    }
}

/* Text of the element that looks most like the article's: paragraphs and lines that are no links.
 */
static bool is_of_best(const struct dl_features *features, const struct dl_block *block, uint32_t i)
{
    bool plain = block->kind == DL_BLOCK_PLAIN || block->kind == DL_BLOCK_PARAGRAPH;
    return features->rows[i][DL_FEATURE_inside_best] > 0.5F && plain && block->ends_in_stop &&
           block->mass >= BEST_MASS_MIN && block->link_mass < 0.3F * block->mass &&
           features->cues[i] == DL_CUE_NONE;
}

/* Where most of it was lost by a hair, the whole is surer than its parts. */
static void keep_best(const struct dl_blocks *blocks, const struct dl_features *features,
                      struct dl_judgement *judgement)
{
    float all = 0;
    float kept = 0;
    float near = 0;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct dl_block *block = &blocks->list[i];
        kept += judgement->kept[i] && block->kind != DL_BLOCK_HEADING ? block->mass : 0;
        if (!is_of_best(features, block, i))
            continue;
        all += block->mass;
        near += judgement->odds[i] > BEST_ODDS_MIN ? block->mass : 0;
    }
    if (kept >= BEST_SHARE_LOST * all || near < BEST_SHARE_NEAR * all)
        return;
    for (uint32_t i = 0; i < blocks->count; i++)
        if (is_of_best(features, &blocks->list[i], i) && judgement->odds[i] > BEST_ODDS_MIN)
            judgement->kept[i] = true;
}

void dl_judge_keep(const struct dl_html *html, const struct dl_blocks *blocks,
                   const struct dl_features *features, struct dl_arena *arena,
                   struct dl_judgement *judgement)
{
    float odds = KEEP_ODDS;
    while (keep_above(blocks, judgement, odds) < KEPT_MASS_MIN && odds > ODDS_MIN)
        odds -= ODDS_STEP; /* a page of little text: what is likeliest of it */
    drop_rare(blocks, judgement, is_foot, FOOT_SHARE_MAX);
    if (odds < KEEP_ODDS)
        return; /* too little to be choosy */
    keep_best(blocks, features, judgement);
    drop_rare(blocks, judgement, is_caption, FIGURE_SHARE_MAX);
    drop_rare(blocks, judgement, is_linked, LINKED_SHARE_MAX);
    for (uint32_t i = 0; i < blocks->count; i++)
        if (judgement->kept[i] && is_cue_line(&blocks->list[i], (enum dl_cue)features->cues[i]))
            judgement->kept[i] = false;
    drop_doubles(html, blocks, arena, judgement);
    drop_pull_quotes(blocks, judgement);
    drop_last_headings(blocks, judgement);
}

void dl_judge_second(const struct dl_html *html, const struct dl_blocks *blocks,
                     const struct dl_features *features, struct dl_arena *arena,
                     struct dl_judgement *judgement)
{
    dl_judge_rows(html, blocks, features, arena, judgement);
    judgement->odds = dl_arena_array(arena, float, blocks->count + 1);
    judgement->kept = dl_arena_array(arena, bool, blocks->count + 1);
    for (uint32_t i = 0; i < blocks->count; i++)
        judgement->odds[i] = dl_forest_sum(&dl_forest_second, judgement->rows[i]);
    dl_judge_keep(html, blocks, features, arena, judgement);
}
