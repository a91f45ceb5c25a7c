/* The two looks. */
#include "pages/judge.h"

#include "pages/forest.h"

#include <math.h>

#define KEEP_ODDS 0.0F
#define KEPT_MASS_MIN 150.0F /* with less, the odds are asked for less */
#define ODDS_STEP 1.0F
#define ODDS_MIN (-4.0F)

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

void dl_judge_keep(const struct dl_blocks *blocks, const struct dl_features *features,
                   struct dl_judgement *judgement)
{
    (void)features;
    float odds = KEEP_ODDS;
    while (keep_above(blocks, judgement, odds) < KEPT_MASS_MIN && odds > ODDS_MIN)
        odds -= ODDS_STEP; /* a page of little text: what is likeliest of it */
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
    dl_judge_keep(blocks, features, judgement);
}
