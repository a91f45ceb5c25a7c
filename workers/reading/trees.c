/* The parser. */
#include "workers/reading/trees.h"

#include "workers/reading/tags.h"

#define ROOT_TAG 63U
#define ROOT_WORD 2U
#define MARGIN 160.0F /* in trained weights: what is further behind the best hardly ever wins */

static bool is_verb(uint8_t tag)
{
    return tag >= DL_TAG_VB && tag <= DL_TAG_VBZ;
}

void dl_tree_words(const struct dl_look *looks, const uint8_t *tags, uint32_t count,
                   struct dl_tree_words *ret)
{
    assert(count <= DL_TREE_WORDS_MAX);
    ret->count = count;
    ret->word[0] = 1;
    ret->suffix[0] = ret->group[0] = ret->kin[0] = ret->family[0] = ret->band[0] = 0;
    ret->tag[0] = ret->commas[0] = ret->verbs[0] = ret->joins[0] = 0;
    for (uint32_t i = 1; i <= count; i++) {
        const struct dl_look *look = &looks[i - 1];
        uint8_t tag = tags[i - 1];
        ret->word[i] = look->lower;
        ret->suffix[i] = look->suffix[1];
        ret->group[i] = look->group;
        ret->kin[i] = look->kin;
        ret->family[i] = look->family;
        ret->band[i] = look->band;
        ret->tag[i] = (uint8_t)(tag + 1);
        ret->commas[i] = (uint8_t)(ret->commas[i - 1] + (tag == DL_TAG_COMMA));
        ret->verbs[i] = (uint8_t)(ret->verbs[i - 1] + is_verb(tag));
        ret->joins[i] = (uint8_t)(ret->joins[i - 1] + (tag == DL_TAG_CCONJ));
    }
    uint32_t root = count + 1;
    ret->word[root] = ROOT_WORD;
    ret->suffix[root] = 0;
    ret->group[root] = ret->kin[root] = UINT16_MAX;
    ret->family[root] = ret->band[root] = UINT8_MAX;
    ret->tag[root] = ROOT_TAG;
    ret->commas[root] = ret->commas[count];
    ret->verbs[root] = ret->verbs[count];
    ret->joins[root] = ret->joins[count];
}

void dl_tree_start(const struct dl_tree_words *words, struct dl_tree_state *state)
{
    size_t nodes = words->count + 2;
    state->depth = 0;
    state->next = 1;
    memset(state->stack, 0, 3);
    memset(state->head, 0, nodes);
    memset(state->left, 0, nodes);
    memset(state->left2, 0, nodes);
    memset(state->right, 0, nodes);
    memset(state->right2, 0, nodes);
    memset(state->lefts, 0, nodes);
    memset(state->rights, 0, nodes);
}

static void add_left(struct dl_tree_state *state, uint32_t head, uint32_t dependent)
{
    state->head[dependent] = (uint8_t)head;
    state->left2[head] = state->left[head];
    state->left[head] = (uint8_t)dependent;
    if (state->lefts[head] < 7)
        state->lefts[head]++;
}

static void add_right(struct dl_tree_state *state, uint32_t head, uint32_t dependent)
{
    state->head[dependent] = (uint8_t)head;
    state->right2[head] = state->right[head];
    state->right[head] = (uint8_t)dependent;
    if (state->rights[head] < 7)
        state->rights[head]++;
}

static inline __attribute__((always_inline)) void make_move(struct dl_tree_state *state,
                                                            enum dl_move move)
{
    uint32_t top = state->stack[2 + state->depth];
    switch (move) {
    case DL_SHIFT:
        state->depth++;
        state->stack[2 + state->depth] = (uint8_t)state->next;
        state->next++;
        break;
    case DL_LEFT:
        add_left(state, state->next, top);
        state->depth--;
        break;
    default:
        add_right(state, state->stack[1 + state->depth], top);
        state->depth--;
    }
}

void dl_tree_move(struct dl_tree_state *state, enum dl_move move)
{
    make_move(state, move);
}

void dl_tree_from_heads(const struct dl_tree_words *words, const uint8_t *heads,
                        struct dl_tree_state *state)
{
    dl_tree_start(words, state);
    for (uint32_t i = words->count; i > 0; i--) /* nearest dependents first */
        if (heads[i] > i)
            add_left(state, heads[i], i);
    for (uint32_t i = 1; i <= words->count; i++)
        if (heads[i] < i)
            add_right(state, heads[i], i);
}

static inline uint32_t bucket(uint32_t distance)
{
    return distance > 10 ? 7 : distance > 5 ? 6 : distance;
}

static inline uint32_t upto(uint8_t count, uint32_t most)
{
    return count > most ? most : count;
}

#define ADD(value)                                                                                 \
    features[used] = dl_feature(value, used);                                                      \
    used++
#define PAIR(a, b) ((uint64_t)(a) << 32 | (uint32_t)(b))

static inline __attribute__((always_inline)) uint32_t
tree_features(const struct dl_tree_words *w, const struct dl_tree_state *s, uint32_t *features)
{
    uint32_t used = 0;
    uint32_t last = w->count + 1;
    uint32_t s0 = s->stack[2 + s->depth];
    uint32_t s1 = s->stack[1 + s->depth];
    uint32_t s2 = s->stack[s->depth];
    uint32_t b0 = s->next;
    uint32_t b1 = b0 + 1 <= last ? b0 + 1 : 0;
    uint32_t b2 = b0 + 2 <= last ? b0 + 2 : 0;
    uint32_t b3 = b0 + 3 <= last ? b0 + 3 : 0;
    uint32_t s0w = w->word[s0];
    uint32_t s1w = w->word[s1];
    uint32_t b0w = w->word[b0];
    uint32_t b1w = w->word[b1];
    uint32_t s0t = w->tag[s0];
    uint32_t s1t = w->tag[s1];
    uint32_t s2t = w->tag[s2];
    uint32_t b0t = w->tag[b0];
    uint32_t b1t = w->tag[b1];
    uint32_t b2t = w->tag[b2];
    uint32_t b3t = w->tag[b3];
    uint32_t s0l = w->tag[s->left[s0]];
    uint32_t s0r = w->tag[s->right[s0]];
    uint32_t s1l = w->tag[s->left[s1]];
    uint32_t s1r = w->tag[s->right[s1]];
    uint32_t b0l = w->tag[s->left[b0]];
    uint32_t s0l2 = w->tag[s->left2[s0]];
    uint32_t s0r2 = w->tag[s->right2[s0]];
    uint32_t b0l2 = w->tag[s->left2[b0]];
    uint32_t s0lw = w->word[s->left[s0]];
    uint32_t s0rw = w->word[s->right[s0]];
    uint32_t s1rw = w->word[s->right[s1]];
    uint32_t b0lw = w->word[s->left[b0]];
    uint32_t far = s0 ? bucket(b0 - s0) : 0;
    uint32_t apart = s1 ? bucket(s0 - s1) : 0;
    uint32_t between = s0 ? upto((uint8_t)(w->commas[b0 - 1] - w->commas[s0]), 2) << 4 |
                                upto((uint8_t)(w->verbs[b0 - 1] - w->verbs[s0]), 2) << 2 |
                                upto((uint8_t)(w->joins[b0 - 1] - w->joins[s0]), 2)
                          : 63;
    uint32_t inside = s1 ? upto((uint8_t)(w->commas[s0 - 1] - w->commas[s1]), 2) << 4 |
                               upto((uint8_t)(w->verbs[s0 - 1] - w->verbs[s1]), 2) << 2 |
                               upto((uint8_t)(w->joins[s0 - 1] - w->joins[s1]), 2)
                         : 63;
    uint32_t sb = s0t << 6 | b0t;
    uint32_t ss = s1t << 6 | s0t;
    uint32_t bb = b0t << 6 | b1t;
    uint32_t s0wt = s0w ^ s0t * 0x9e3779b1U;
    uint32_t s1wt = s1w ^ s1t * 0x9e3779b1U;
    uint32_t b0wt = b0w ^ b0t * 0x9e3779b1U;
    uint32_t b1wt = b1w ^ b1t * 0x9e3779b1U;
    ADD(1);
    ADD(s0w);
    ADD(s0t);
    ADD(s0wt);
    ADD(s1w);
    ADD(s1t);
    ADD(s1wt);
    ADD(b0w);
    ADD(b0t);
    ADD(b0wt);
    ADD(b1w);
    ADD(b1t);
    ADD(b1wt);
    ADD(b2t);
    ADD(s2t);
    /* pairs of top and next */
    ADD(PAIR(s0wt, b0wt));
    ADD(PAIR(s0wt, b0w));
    ADD(PAIR(s0w, b0wt));
    ADD(PAIR(s0wt, b0t));
    ADD(PAIR(s0t, b0wt));
    ADD(PAIR(s0w, b0w));
    ADD(sb);
    ADD(bb);
    /* pairs of the stack */
    ADD(PAIR(s1wt, s0t));
    ADD(PAIR(s1t, s0wt));
    ADD(PAIR(s1w, s0w));
    ADD(ss);
    ADD(PAIR(s1wt, b0t));
    ADD(PAIR(s1t, b0wt));
    /* three and four tags */
    ADD(sb << 6 | b1t);
    ADD(ss << 6 | b0t);
    ADD(s2t << 12 | ss);
    ADD(bb << 6 | b2t);
    ADD(PAIR(s0wt, bb));
    ADD(PAIR(b0w, ss));
    ADD(ss << 12 | bb);
    ADD(PAIR(bb, b2t << 6 | b3t));
    ADD(PAIR(s0w, b0t << 12 | b1t << 6 | b2t));
    /* dependents */
    ADD(sb << 6 | s0l);
    ADD(sb << 6 | s0r);
    ADD(ss << 6 | s1r);
    ADD(ss << 6 | s1l);
    ADD(ss << 6 | s0l);
    ADD(ss << 6 | s0r);
    ADD(sb << 6 | b0l);
    ADD(b0t << 12 | b0l << 6 | b0l2);
    ADD(s0t << 12 | s0l << 6 | s0l2);
    ADD(s0t << 12 | s0r << 6 | s0r2);
    ADD(PAIR(ss << 6 | s0r, b0t));
    ADD(PAIR(ss << 6 | s1r, b0t));
    ADD(PAIR(ss << 6 | s0l, b0t));
    ADD(PAIR(sb << 6 | b0l, b1t));
    ADD(PAIR(s0lw, sb));
    ADD(PAIR(b0lw, sb));
    ADD(PAIR(s0lw, ss));
    ADD(PAIR(dl_pair(s1w, s0lw), s0t));
    ADD(PAIR(s1rw, ss));
    ADD(PAIR(s0rw, sb));
    /* distance and what lies between */
    ADD(PAIR(s0w, far));
    ADD(PAIR(s0t, far));
    ADD(PAIR(b0w, far));
    ADD(PAIR(b0t, far));
    ADD(PAIR(sb, far));
    ADD(PAIR(ss, apart));
    ADD(PAIR(dl_pair(s0w, b0w), far));
    ADD(PAIR(sb, between));
    ADD(PAIR(ss, inside));
    ADD(PAIR(s0w, between));
    ADD(PAIR(sb, between << 6 | s1t));
    /* how many dependents */
    uint32_t s0n = s->rights[s0];
    uint32_t s0m = s->lefts[s0];
    uint32_t b0m = s->lefts[b0];
    ADD(PAIR(s0w, s0n));
    ADD(PAIR(s0t, s0n));
    ADD(PAIR(s0w, s0m));
    ADD(PAIR(s0t, s0m));
    ADD(PAIR(b0w, b0m));
    ADD(PAIR(b0t, b0m));
    ADD(PAIR(s1t, (uint32_t)s->rights[s1] << 4 | s->lefts[s1]));
    ADD(PAIR(s1w, s->rights[s1]));
    ADD(PAIR(sb, s0n << 4 | b0m));
    /* classes */
    uint32_t s0g = w->group[s0];
    uint32_t s1g = w->group[s1];
    uint32_t b0g = w->group[b0];
    uint32_t s0f = w->family[s0];
    uint32_t s1f = w->family[s1];
    uint32_t b0f = w->family[b0];
    ADD(PAIR(s0g, s0t));
    ADD(PAIR(s1g, s1t));
    ADD(PAIR(b0g, b0t));
    ADD(PAIR(w->group[b1], b1t));
    ADD(PAIR(s0g, b0g));
    ADD(PAIR(s0g, s1g));
    ADD(PAIR(s0f << 8 | b0f, sb));
    ADD(PAIR(s1f << 8 | s0f, ss));
    ADD(PAIR(s0g, b0t));
    ADD(PAIR(b0g, s0t));
    ADD(PAIR(s1g, s0t));
    ADD(PAIR(s0g, s1t));
    ADD(PAIR(s1f << 16 | s0f << 8 | b0f, b0t));
    ADD(PAIR(s1g << 16 | b0g, s0w));
    ADD(PAIR(s1f << 16 | b0f, s0w));
    uint32_t s0b = w->band[s0];
    uint32_t s1b = w->band[s1];
    uint32_t b0b = w->band[b0];
    ADD(PAIR(s0b << 8 | b0b, sb));
    ADD(PAIR(s1b << 8 | s0b, ss));
    ADD(PAIR(s1b << 16 | s0b << 8 | b0b, s0t));
    ADD(PAIR(s1b << 8 | b0b, s0w));
    ADD(PAIR(w->kin[s0], w->kin[b0]));
    ADD(PAIR(w->kin[s1], w->kin[s0]));
    ADD(PAIR(w->kin[s0], sb));
    ADD(PAIR(w->kin[b0], sb));
    ADD(PAIR(w->kin[s1], ss));
    return used;
}

uint32_t dl_tree_features(const struct dl_tree_words *words, const struct dl_tree_state *state,
                          uint32_t features[static DL_TREE_FEATURES_MAX])
{
    return tree_features(words, state, features);
}

/* A state of the beam after one of its moves. */
struct step {
    int32_t score;
    uint8_t from; /* place in the beam */
    uint8_t move; /* enum dl_move */
};

/* Keeps the `width` best, best first, earlier ones first among equals. */
static inline void keep_step(struct step *steps, uint32_t *count, uint32_t width, struct step step)
{
    uint32_t at = *count;
    if (at == width && step.score <= steps[at - 1].score)
        return;
    if (at == width)
        at--;
    else
        (*count)++;
    for (; at > 0 && steps[at - 1].score < step.score; at--)
        steps[at] = steps[at - 1];
    steps[at] = step;
}

static void copy_state(const struct dl_tree_words *words, const struct dl_tree_state *from,
                       struct dl_tree_state *to)
{
    size_t nodes = words->count + 2;
    to->depth = from->depth;
    to->next = from->next;
    memcpy(to->stack, from->stack, from->depth + 3);
    memcpy(to->head, from->head, nodes);
    memcpy(to->left, from->left, nodes);
    memcpy(to->left2, from->left2, nodes);
    memcpy(to->right, from->right, nodes);
    memcpy(to->right2, from->right2, nodes);
    memcpy(to->lefts, from->lefts, nodes);
    memcpy(to->rights, from->rights, nodes);
}

/* Twice as many states as the beam is wide: each may be copied before it moves. */
struct beam {
    uint32_t count;
    uint32_t spare_count;
    struct dl_tree_state *states[DL_TREE_BEAM_MAX];
    int32_t scores[DL_TREE_BEAM_MAX];
    struct dl_tree_state *spare[2 * DL_TREE_BEAM_MAX];
};

/* The states after `steps`: the last step of a state has the state itself, others a copy. */
static void take_steps(const struct dl_tree_words *words, const struct step *steps, uint32_t count,
                       struct beam *beam)
{
    struct dl_tree_state *next[DL_TREE_BEAM_MAX];
    uint32_t uses[DL_TREE_BEAM_MAX] = {0};
    for (uint32_t i = 0; i < count; i++)
        uses[steps[i].from]++;
    for (uint32_t i = 0; i < beam->count; i++)
        if (uses[i] == 0)
            beam->spare[beam->spare_count++] = beam->states[i];
    for (uint32_t i = 0; i < count; i++) {
        next[i] = beam->states[steps[i].from];
        if (--uses[steps[i].from] > 0) {
            struct dl_tree_state *copy = beam->spare[--beam->spare_count];
            copy_state(words, next[i], copy);
            next[i] = copy;
        }
        beam->scores[i] = steps[i].score;
    }
    for (uint32_t i = 0; i < count; i++) {
        make_move(next[i], (enum dl_move)steps[i].move);
        beam->states[i] = next[i];
    }
    beam->count = count;
}

static inline __attribute__((always_inline)) uint32_t find_steps(const struct dl_rows *rows,
                                                                 const struct dl_tree_words *words,
                                                                 const struct beam *beam,
                                                                 uint32_t width, struct step *steps)
{
    uint32_t features[DL_TREE_FEATURES_MAX];
    int32_t sums[DL_TREES_WIDTH] = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < beam->count; i++) {
        unsigned legal = dl_tree_legal(words, beam->states[i]);
        if (legal & (legal - 1)) {
            uint32_t used = tree_features(words, beam->states[i], features);
            dl_rows_sum_four(rows, features, used, sums);
        } else {
            memset(sums, 0, sizeof sums);
        }
        for (uint32_t move = 0; move < DL_MOVES; move++)
            if (legal >> move & 1)
                keep_step(steps, &count, width,
                          (struct step){beam->scores[i] + sums[move], (uint8_t)i, (uint8_t)move});
    }
    return count;
}

DL_WIDE
void dl_tree_search(const struct dl_rows *rows, const struct dl_tree_words *words, uint32_t width,
                    struct dl_tree_state *ret)
{
    struct dl_tree_state states[2 * DL_TREE_BEAM_MAX];
    struct step steps[DL_TREE_BEAM_MAX];
    struct beam beam = {.count = 1};
    uint32_t count;
    assert(width >= 1 && width <= DL_TREE_BEAM_MAX);
    for (uint32_t i = 1; i < 2 * DL_TREE_BEAM_MAX; i++)
        beam.spare[beam.spare_count++] = &states[i];
    beam.states[0] = &states[0];
    beam.scores[0] = 0;
    dl_tree_start(words, &states[0]);
    int32_t margin = (int32_t)(MARGIN * rows->scale);
    while ((count = find_steps(rows, words, &beam, width, steps))) {
        while (steps[count - 1].score < steps[0].score - margin)
            count--;
        take_steps(words, steps, count, &beam);
    }
    copy_state(words, beam.states[0], ret);
}
