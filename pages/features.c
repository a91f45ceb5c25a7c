/* Blocks as numbers. */
#include "pages/features.h"

#include "pages/shingles.h"

#include <math.h>

#define LONG_MASS 80.0F /* of a paragraph that is surely one */
#define SCORED_MASS_MIN 25.0F
#define SCORED_LINK_SHARE_MAX 0.5F
#define ANCESTORS_SCORED 5U
#define CLASS_STEPS 12U /* elements around a block that are asked what they are */
#define CLAIM_SHINGLES_MAX 40000U

struct group {
    uint64_t key;
    uint32_t count;
    float mass;
    float link_mass;
};

struct making {
    const struct dl_html *html;
    const struct dl_blocks *blocks;
    struct dl_features *features;
    struct dl_arena *arena;
    float *mass_to; /* of all blocks before; one entry more than blocks */
    float *link_to;
    float *paragraphs_to;
    float *score; /* of nodes */
    float score_max;
    struct group *groups;
    uint32_t group_mask;
    uint32_t *group_of; /* of blocks */
    uint32_t headline;  /* the block of the headline; UINT32_MAX: none */
};

/* Masses are wide apart; their logarithms are not. */
static float log_mass(float mass)
{
    return logf(1 + mass);
}

static float share(float part, float all)
{
    return all > 0 ? part / all : 0;
}

/* --- sums --- */

static void sum_up(struct making *m)
{
    uint32_t count = m->blocks->count;
    m->mass_to = dl_arena_array(m->arena, float, count + 1);
    m->link_to = dl_arena_array(m->arena, float, count + 1);
    m->paragraphs_to = dl_arena_array(m->arena, float, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        m->mass_to[i + 1] = m->mass_to[i] + block->mass;
        m->link_to[i + 1] = m->link_to[i] + block->link_mass;
        m->paragraphs_to[i + 1] =
            m->paragraphs_to[i] + (block->kind == DL_BLOCK_PARAGRAPH && block->mass > LONG_MASS);
    }
}

static float mass_in(const struct making *m, uint32_t node)
{
    uint32_t from = m->blocks->block_at[node];
    uint32_t to = m->blocks->block_at[m->html->nodes[node].end];
    return m->mass_to[to] - m->mass_to[from];
}

static float link_share_in(const struct making *m, uint32_t node)
{
    uint32_t from = m->blocks->block_at[node];
    uint32_t to = m->blocks->block_at[m->html->nodes[node].end];
    return share(m->link_to[to] - m->link_to[from], m->mass_to[to] - m->mass_to[from]);
}

static float paragraphs_in(const struct making *m, uint32_t node)
{
    uint32_t from = m->blocks->block_at[node];
    uint32_t to = m->blocks->block_at[m->html->nodes[node].end];
    return m->paragraphs_to[to] - m->paragraphs_to[from];
}

/* The innermost laid-out element around `node`. */
static uint32_t box_around(const struct dl_html *html, uint32_t node)
{
    node = html->nodes[node].parent;
    while (node && (dl_html_tag_flags((enum dl_tag)html->nodes[node].tag) & DL_TAG_INLINE))
        node = html->nodes[node].parent;
    return node;
}

/* --- where the article is: each longer block votes for the elements around it --- */

static uint32_t negative_bits(void)
{
    return 1U << DL_CLASS_COMMENT | 1U << DL_CLASS_SHARE | 1U << DL_CLASS_RELATED |
           1U << DL_CLASS_NAV | 1U << DL_CLASS_FOOT | 1U << DL_CLASS_SIDE | 1U << DL_CLASS_AD |
           1U << DL_CLASS_CONSENT | 1U << DL_CLASS_SUBSCRIBE;
}

static uint32_t content_bits(void)
{
    return 1U << DL_CLASS_CONTENT | 1U << DL_CLASS_BODYTEXT;
}

static void vote(struct making *m)
{
    const struct dl_html *html = m->html;
    m->score = dl_arena_array(m->arena, float, html->count);
    for (uint32_t i = 0; i < m->blocks->count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        float links = share(block->link_mass, block->mass);
        if (block->mass < SCORED_MASS_MIN || links > SCORED_LINK_SHARE_MAX ||
            block->kind == DL_BLOCK_CAPTION || block->kind == DL_BLOCK_HEADING)
            continue;
        float votes = (1 + (float)block->commas + fminf(block->mass / 100, 3)) * (1 - links);
        uint32_t above = m->blocks->above[block->node];
        if (above & negative_bits())
            votes *= 0.3F;
        if (above & content_bits())
            votes *= 1.2F;
        uint32_t node = block->kind == DL_BLOCK_PLAIN ? block->box : box_around(html, block->box);
        for (uint32_t step = 0; step < ANCESTORS_SCORED; step++) {
            m->score[node] += step == 0 ? votes : votes / (1.6F * (float)step);
            if (node == 0)
                break;
            node = box_around(html, node);
        }
    }
}

static void choose_best(struct making *m)
{
    uint32_t best = 0;
    for (uint32_t node = 1; node < m->html->count; node++) {
        if (m->score[node] <= 0)
            continue;
        float score = m->score[node] * (1 - link_share_in(m, node));
        m->score[node] = score;
        if (score > m->score_max) {
            m->score_max = score;
            best = node;
        }
    }
    m->features->best = best;
}

/* --- blocks that are made alike: same tags and class names --- */

static uint64_t hash_of_element(const struct dl_html *html, uint32_t node)
{
    uint64_t hash = html->nodes[node].tag + 1U;
    dl_str name;
    if (dl_html_get(html, node, "class", &name))
        for (size_t i = 0; i < name.len && i < 64; i++)
            hash = (hash ^ (unsigned char)name.at[i]) * 0x100000001b3U;
    return hash * 0x9e3779b97f4a7c15U;
}

static void group_blocks(struct making *m)
{
    uint32_t size = 64;
    while (size < m->blocks->count * 2)
        size *= 2;
    m->groups = dl_arena_array(m->arena, struct group, size);
    m->group_mask = size - 1;
    m->group_of = dl_arena_array(m->arena, uint32_t, m->blocks->count);
    for (uint32_t i = 0; i < m->blocks->count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        uint64_t key = hash_of_element(m->html, block->box) ^
                       hash_of_element(m->html, m->html->nodes[block->box].parent) >> 7;
        uint32_t slot = (uint32_t)(key >> 32) & m->group_mask;
        key |= 1;
        while (m->groups[slot].key && m->groups[slot].key != key)
            slot = (slot + 1) & m->group_mask;
        struct group *group = &m->groups[slot];
        group->key = key;
        group->count++;
        group->mass += block->mass;
        group->link_mass += block->link_mass;
        m->group_of[i] = slot;
    }
}

/* --- likeness to what the page says of itself --- */

static void set_claims(struct making *m, const struct dl_page_claims *claims)
{
    struct dl_shingle_set title;
    struct dl_shingle_set description;
    struct dl_shingle_set body;
    bool has_body = claims->body.len > 200;
    dl_shingle_set_of(m->arena, claims->title, 1, 200, &title);
    dl_shingle_set_of(m->arena, claims->description, 3, 1000, &description);
    dl_shingle_set_of(m->arena, claims->body, 3, CLAIM_SHINGLES_MAX, &body);
    m->headline = UINT32_MAX;
    for (uint32_t i = 0; i < m->blocks->count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        float *row = m->features->rows[i];
        if (block->mass < 300 && title.count)
            row[DL_FEATURE_like_title] = (float)dl_shingle_share(&title, block->text);
        if (block->mass < 1000 && description.count)
            row[DL_FEATURE_like_description] = (float)dl_shingle_share(&description, block->text);
        if (has_body && block->words >= 3)
            row[DL_FEATURE_like_body] = (float)dl_shingle_share(&body, block->text) > 0.5F ? 1 : -1;
        bool top = block->kind == DL_BLOCK_HEADING && block->level == 1;
        if (m->headline == UINT32_MAX &&
            (top ? title.count == 0 || row[DL_FEATURE_like_title] > 0.5F
                 : block->kind == DL_BLOCK_HEADING && row[DL_FEATURE_like_title] > 0.8F &&
                       block->words > 3))
            m->headline = i;
    }
    for (uint32_t i = 0; i < m->blocks->count && m->headline == UINT32_MAX; i++)
        if (m->blocks->list[i].kind == DL_BLOCK_HEADING && m->blocks->list[i].level == 1)
            m->headline = i;
}

/* --- rows --- */

static void put_class_features(const struct making *m, const struct dl_block *block, float *row)
{
    uint32_t node = block->node;
    uint32_t seen = 0;
    for (uint32_t step = 0; step < CLASS_STEPS && node; step++) {
        uint32_t fresh = m->blocks->own[node] & ~seen;
        seen |= fresh;
        for (uint32_t kind = 0; fresh; kind++, fresh >>= 1)
            if (fresh & 1)
                row[DL_FEATURE_class_content + (int)kind] = 1.0F / (1.0F + (float)step);
        node = m->html->nodes[node].parent;
    }
    uint32_t near = m->blocks->own[block->node] | m->blocks->own[block->box] |
                    m->blocks->own[m->html->nodes[block->box].parent];
    row[DL_FEATURE_own_content] = (near & content_bits()) != 0;
    row[DL_FEATURE_own_negative] = (float)__builtin_popcount(near & negative_bits());
}

static void put_around_features(uint32_t around, float *row)
{
    row[DL_FEATURE_in_article] = (around & DL_IN_ARTICLE) != 0;
    row[DL_FEATURE_in_main] = (around & DL_IN_MAIN) != 0;
    row[DL_FEATURE_in_aside] = (around & DL_IN_ASIDE) != 0;
    row[DL_FEATURE_in_nav] = (around & DL_IN_NAV) != 0;
    row[DL_FEATURE_in_header] = (around & DL_IN_HEADER) != 0;
    row[DL_FEATURE_in_footer] = (around & DL_IN_FOOTER) != 0;
    row[DL_FEATURE_in_figure] = (around & DL_IN_FIGURE) != 0;
    row[DL_FEATURE_in_form] = (around & DL_IN_FORM) != 0;
    row[DL_FEATURE_in_table] = (around & DL_IN_TABLE) != 0;
    row[DL_FEATURE_in_list] = (around & DL_IN_LIST) != 0;
    row[DL_FEATURE_in_blockquote] = (around & DL_IN_QUOTE) != 0;
}

static void put_own_features(const struct dl_block *block, float *row)
{
    row[DL_FEATURE_mass] = log_mass(block->mass);
    row[DL_FEATURE_words] = (float)block->words;
    row[DL_FEATURE_link_share] = share(block->link_mass, block->mass);
    row[DL_FEATURE_stops] = (float)block->stops;
    row[DL_FEATURE_ends_in_stop] = block->ends_in_stop;
    row[DL_FEATURE_ends_in_colon] = block->ends_in_colon;
    row[DL_FEATURE_comma_share] = share((float)block->commas, (float)block->words);
    row[DL_FEATURE_digit_share] = share((float)block->digits, block->mass);
    row[DL_FEATURE_capital_share] = share((float)block->capitals, (float)block->words);
    row[DL_FEATURE_is_paragraph] = block->kind == DL_BLOCK_PARAGRAPH;
    row[DL_FEATURE_is_heading] = block->kind == DL_BLOCK_HEADING ? block->level : 0;
    row[DL_FEATURE_is_item] = block->kind == DL_BLOCK_ITEM;
    row[DL_FEATURE_is_cell] = block->kind == DL_BLOCK_CELL;
    row[DL_FEATURE_is_quote] = block->kind == DL_BLOCK_QUOTE;
    row[DL_FEATURE_is_preformatted] = block->kind == DL_BLOCK_PREFORMATTED;
    row[DL_FEATURE_is_plain] = block->kind == DL_BLOCK_PLAIN;
}

static void put_box_features(const struct making *m, const struct dl_block *block, float *row)
{
    float all = m->mass_to[m->blocks->count];
    uint32_t box = box_around(m->html, block->box);
    uint32_t outer = box_around(m->html, box);
    uint32_t far = box_around(m->html, box_around(m->html, outer));
    row[DL_FEATURE_box_mass] = share(mass_in(m, box), all);
    row[DL_FEATURE_box_link_share] = link_share_in(m, box);
    row[DL_FEATURE_outer_mass] = share(mass_in(m, outer), all);
    row[DL_FEATURE_outer_link_share] = link_share_in(m, outer);
    row[DL_FEATURE_far_mass] = share(mass_in(m, far), all);
    row[DL_FEATURE_far_link_share] = link_share_in(m, far);
    row[DL_FEATURE_paragraphs_in_box] = paragraphs_in(m, box);
    row[DL_FEATURE_depth] = (float)m->html->nodes[block->box].depth;
}

static void put_best_features(const struct making *m, const struct dl_block *block, float *row)
{
    const struct dl_html_node *nodes = m->html->nodes;
    uint32_t best = m->features->best;
    uint32_t parent = box_around(m->html, best);
    bool inside = block->node >= best && block->node < nodes[best].end;
    bool inside_parent = block->node >= parent && block->node < nodes[parent].end;
    row[DL_FEATURE_inside_best] = inside;
    row[DL_FEATURE_inside_best_parent] = inside_parent;
    row[DL_FEATURE_best_depth] = inside ? (float)(nodes[block->box].depth - nodes[best].depth) : -1;
    row[DL_FEATURE_best_share] = share(mass_in(m, best), m->mass_to[m->blocks->count]);
    uint32_t near = block->kind == DL_BLOCK_PLAIN ? block->box : box_around(m->html, block->box);
    row[DL_FEATURE_score_here] = share(m->score[near], m->score_max);
    row[DL_FEATURE_score_near] = share(m->score[box_around(m->html, near)], m->score_max);
}

static void put_group_features(const struct making *m, uint32_t i, float *row)
{
    const struct group *group = &m->groups[m->group_of[i]];
    row[DL_FEATURE_group_count] = (float)group->count;
    row[DL_FEATURE_group_mass] = share(group->mass, m->mass_to[m->blocks->count]);
    row[DL_FEATURE_group_mean] = log_mass(group->mass / (float)group->count);
    row[DL_FEATURE_group_link_share] = share(group->link_mass, group->mass);
}

static void put_neighbour_features(const struct making *m, uint32_t i, float *row)
{
    const struct dl_block *list = m->blocks->list;
    uint32_t count = m->blocks->count;
    uint32_t outer = box_around(m->html, list[i].box);
    if (i > 0) {
        const struct dl_block *before = &list[i - 1];
        row[DL_FEATURE_before_mass] = log_mass(before->mass);
        row[DL_FEATURE_before_link_share] = share(before->link_mass, before->mass);
        row[DL_FEATURE_before_same_box] = box_around(m->html, before->box) == outer;
        row[DL_FEATURE_before_ends_in_colon] = before->ends_in_colon;
        row[DL_FEATURE_before_cue_more] = m->features->cues[i - 1] == DL_CUE_MORE;
    }
    if (i + 1 < count) {
        const struct dl_block *after = &list[i + 1];
        row[DL_FEATURE_after_mass] = log_mass(after->mass);
        row[DL_FEATURE_after_link_share] = share(after->link_mass, after->mass);
        row[DL_FEATURE_after_same_box] = box_around(m->html, after->box) == outer;
    }
    row[DL_FEATURE_before2_mass] = i > 1 ? log_mass(list[i - 2].mass) : 0;
    row[DL_FEATURE_after2_mass] = i + 2 < count ? log_mass(list[i + 2].mass) : 0;
}

static void put_cue_features(enum dl_cue cue, float *row)
{
    row[DL_FEATURE_cue_more] = cue == DL_CUE_MORE;
    row[DL_FEATURE_cue_share] = cue == DL_CUE_SHARE;
    row[DL_FEATURE_cue_subscribe] = cue == DL_CUE_SUBSCRIBE;
    row[DL_FEATURE_cue_ad] = cue == DL_CUE_AD;
    row[DL_FEATURE_cue_photo] = cue == DL_CUE_PHOTO;
    row[DL_FEATURE_cue_comments] = cue == DL_CUE_COMMENTS;
    row[DL_FEATURE_cue_rights] = cue == DL_CUE_RIGHTS;
    row[DL_FEATURE_cue_by] = cue == DL_CUE_BY;
    row[DL_FEATURE_cue_date] = cue == DL_CUE_DATE;
    row[DL_FEATURE_cue_other] = cue == DL_CUE_CONSENT || cue == DL_CUE_TAGS || cue == DL_CUE_ABOUT;
}

/* How far it is to the nearest long paragraph, in blocks, on either side. */
static void put_long_features(struct making *m)
{
    uint32_t count = m->blocks->count;
    float since = 20;
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        m->features->rows[i][DL_FEATURE_long_before] = since;
        bool is_long = block->mass > LONG_MASS && block->link_mass < block->mass / 2;
        since = is_long ? 1 : fminf(since + 1, 20);
    }
    since = 20;
    for (uint32_t i = count; i-- > 0;) {
        const struct dl_block *block = &m->blocks->list[i];
        m->features->rows[i][DL_FEATURE_long_after] = since;
        bool is_long = block->mass > LONG_MASS && block->link_mass < block->mass / 2;
        since = is_long ? 1 : fminf(since + 1, 20);
    }
}

static void put_page_features(struct making *m)
{
    uint32_t count = m->blocks->count;
    float all = m->mass_to[count];
    bool comments = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_block *block = &m->blocks->list[i];
        float *row = m->features->rows[i];
        row[DL_FEATURE_place] = share((float)i, (float)count);
        row[DL_FEATURE_mass_before] = share(m->mass_to[i], all);
        row[DL_FEATURE_after_headline] = m->headline == UINT32_MAX ? 0 : i > m->headline ? 1 : -1;
        row[DL_FEATURE_after_comments] = comments;
        row[DL_FEATURE_page_mass] = log_mass(all);
        row[DL_FEATURE_page_link_share] = share(m->link_to[count], all);
        comments |= m->features->cues[i] == DL_CUE_COMMENTS && block->mass < 40 &&
                    block->kind == DL_BLOCK_HEADING && i > count / 4;
    }
}

void dl_features_read(const struct dl_html *html, const struct dl_blocks *blocks,
                      const struct dl_page_claims *claims, struct dl_arena *arena,
                      struct dl_features *ret)
{
    struct making m = {.html = html, .blocks = blocks, .features = ret, .arena = arena};
    *ret = (struct dl_features){0};
    ret->rows = dl_arena_alloc_array(arena, blocks->count + 1, sizeof *ret->rows);
    ret->cues = dl_arena_array(arena, uint8_t, blocks->count + 1);
    for (uint32_t i = 0; i < blocks->count; i++)
        ret->cues[i] = (uint8_t)dl_cue_of(blocks->list[i].text);
    sum_up(&m);
    vote(&m);
    choose_best(&m);
    group_blocks(&m);
    set_claims(&m, claims);
    put_long_features(&m);
    put_page_features(&m);
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct dl_block *block = &blocks->list[i];
        float *row = ret->rows[i];
        put_own_features(block, row);
        put_around_features(blocks->tags[block->node], row);
        put_box_features(&m, block, row);
        put_best_features(&m, block, row);
        put_group_features(&m, i, row);
        put_neighbour_features(&m, i, row);
        put_cue_features((enum dl_cue)ret->cues[i], row);
        put_class_features(&m, block, row);
    }
}
