/* What a word is labelled by. */
#include "workers/reading/names.h"

/* --- of the whole text: case and votes --- */

struct tally {
    uint32_t lower;          /* 0 is free */
    uint32_t capital, small; /* in the middle of sentences */
    uint32_t kinds[DL_NAME_KINDS];
};

struct tallies {
    struct tally *slots;
    uint32_t mask;
};

static struct tallies new_tallies(struct dl_arena *arena, uint32_t count)
{
    uint32_t size = 64;
    while (size < count * 2)
        size *= 2;
    return (struct tallies){dl_arena_array(arena, struct tally, size), size - 1};
}

static struct tally *tally_of(const struct tallies *tallies, uint32_t lower)
{
    lower += lower == 0;
    uint32_t i = (lower * 0x9e3779b1U) >> 7 & tallies->mask;
    while (tallies->slots[i].lower && tallies->slots[i].lower != lower)
        i = (i + 1) & tallies->mask;
    tallies->slots[i].lower = lower;
    return &tallies->slots[i];
}

static bool is_capital(const struct dl_look *look)
{
    return look->shape & (DL_SHAPE_CAPITAL | DL_SHAPE_CAPITALS);
}

static uint32_t end_of_sentence(const struct dl_name_word *words, uint32_t i, uint32_t count)
{
    while (i < count && !words[i].last)
        i++;
    return i < count ? i + 1 : count;
}

/* A sentence whose words are nearly all capitalised says nothing by its capitals. */
static bool is_heading(const struct dl_name_word *words, uint32_t from, uint32_t end)
{
    uint32_t capitals = 0;
    uint32_t letters = 0;
    for (uint32_t i = from; i < end; i++) {
        bool word = !(words[i].look->shape & (DL_SHAPE_LETTERLESS | DL_SHAPE_DIGITS));
        letters += word;
        capitals += word && is_capital(words[i].look);
    }
    return letters > 3 && capitals * 10 > letters * 7;
}

static void count_cases(const struct tallies *tallies, const struct dl_name_word *words,
                        uint32_t count)
{
    for (uint32_t from = 0; from < count;) {
        uint32_t end = end_of_sentence(words, from, count);
        if (!is_heading(words, from, end))
            for (uint32_t i = from + 1; i < end; i++) {
                struct tally *tally = tally_of(tallies, words[i].look->lower);
                if (is_capital(words[i].look))
                    tally->capital++;
                else
                    tally->small++;
            }
        from = end;
    }
}

/* 0: not seen elsewhere; 1: small, 2: mostly small, 3: mostly capital, 4: capital. */
static uint8_t case_of(const struct tallies *tallies, const struct dl_name_word *words, uint32_t i)
{
    const struct tally *tally = tally_of(tallies, words[i].look->lower);
    bool here = !words[i].first;
    bool capital = is_capital(words[i].look);
    uint32_t capitals = tally->capital - (here && capital && tally->capital ? 1U : 0U);
    uint32_t smalls = tally->small - (here && !capital && tally->small ? 1U : 0U);
    if (capitals + smalls == 0)
        return 0;
    if (capitals == 0)
        return 1;
    if (smalls == 0)
        return 4;
    return capitals > smalls ? 3 : 2;
}

/* What runs of capitals go over: "Bank of England", "Port-au-Prince". Of, the, and, for, de, al,
 * bin … are short. */
static bool may_bridge(const struct dl_look *look)
{
    return look->bytes <= 3 && !(look->shape & (DL_SHAPE_DIGITS | DL_SHAPE_DIGIT)) &&
           (!(look->shape & DL_SHAPE_LETTERLESS) || look->shape & DL_SHAPE_HYPHEN);
}

#define BRIDGE_MAX 3U /* words */
#define RUN_MAX 100U

/* One past the capital that a bridge from `at` on leads to, in the same sentence; `at` for none. */
static uint32_t cross(const struct dl_name_word *words, uint32_t at, uint32_t count)
{
    uint32_t to = at;
    while (to < count && to - at < BRIDGE_MAX && !is_capital(words[to].look) &&
           may_bridge(words[to].look) && !words[to].last)
        to++;
    return to < count && to > at && is_capital(words[to].look) ? to + 1 : at;
}

/* Runs of capitalised words, with short words between two of them. */
static void find_runs(struct dl_name_word *words, uint32_t count)
{
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i;
        if (is_capital(words[i].look)) {
            end = i + 1;
            while (end < count && !words[end - 1].last && end - i < RUN_MAX) {
                uint32_t next = is_capital(words[end].look) ? end + 1 : cross(words, end, count);
                if (next == end)
                    break;
                end = next;
            }
        }
        for (uint32_t k = i; k < end; k++) {
            words[k].run_place = (uint16_t)(k - i + 1);
            words[k].run_left = (uint16_t)(end - 1 - k);
        }
        if (end == i) {
            words[i].run_place = 0;
            words[i].run_left = 0;
            end = i + 1;
        }
        i = end;
    }
}

void dl_names_look(struct dl_name_word *words, uint32_t count, struct dl_arena *arena)
{
    struct tallies tallies = new_tallies(arena, count);
    count_cases(&tallies, words, count);
    for (uint32_t i = 0; i < count; i++)
        words[i].letter_case = case_of(&tallies, words, i);
    find_runs(words, count);
}

static bool is_voter(const struct dl_name_word *word)
{
    return !(word->look->shape & (DL_SHAPE_LETTERLESS | DL_SHAPE_DIGITS)) && word->look->bytes > 1;
}

/* kind * 3 + strength, 0: not seen elsewhere. */
static uint8_t vote_of(const struct tally *tally, uint32_t own)
{
    uint32_t best = 0;
    uint32_t most = 0;
    uint32_t all = 0;
    for (uint32_t kind = 0; kind < DL_NAME_KINDS; kind++) {
        uint32_t votes = tally->kinds[kind] - (kind == own && tally->kinds[kind] ? 1U : 0U);
        all += votes;
        if (votes > most) {
            most = votes;
            best = kind;
        }
    }
    if (all == 0)
        return 0;
    return (uint8_t)(1 + best * 3 + (most * 5 < all * 4 ? 0 : most > 2 ? 2 : 1));
}

void dl_names_vote(struct dl_name_word *words, uint32_t count, struct dl_arena *arena)
{
    struct tallies tallies = new_tallies(arena, count);
    for (uint32_t i = 0; i < count; i++) {
        words[i].before = words[i].label;
        if (!is_voter(&words[i]))
            continue;
        struct tally *tally = tally_of(&tallies, words[i].look->lower);
        tally->kinds[words[i].label]++;
    }
    for (uint32_t i = 0; i < count; i++)
        words[i].vote = is_voter(&words[i])
                            ? vote_of(tally_of(&tallies, words[i].look->lower), words[i].before)
                            : 0;
}

/* --- of one word --- */

static const struct dl_look no_look;
static const struct dl_name_word no_word = {.look = &no_look};

/* Features with their places: those that do not apply leave theirs free. */
struct list {
    uint32_t *at;
    uint32_t count;
    uint32_t place;
};

#define PUT(value) (list->at[list->count++] = dl_feature((value), list->place++))
#define TWO(a, b) ((uint64_t)(a) << 32 | (uint32_t)(b))

/* Words around, within the sentence. */
struct around {
    const struct dl_name_word *pp, *p, *c, *n, *nn;
};

static struct around look_around(const struct dl_name_word *words, uint32_t i)
{
    struct around a = {&no_word, &no_word, &words[i], &no_word, &no_word};
    if (!a.c->first) {
        a.p = a.c - 1;
        if (!a.p->first)
            a.pp = a.p - 1;
    }
    if (!a.c->last) {
        a.n = a.c + 1;
        if (!a.n->last)
            a.nn = a.n + 1;
    }
    return a;
}

static void put_words(const struct around *a, struct list *list)
{
    const struct dl_look *pp = a->pp->look;
    const struct dl_look *p = a->p->look;
    const struct dl_look *c = a->c->look;
    const struct dl_look *n = a->n->look;
    const struct dl_look *nn = a->nn->look;
    uint32_t opening = c->outline + a->c->first;
    PUT(0);
    PUT(c->lower);
    PUT(c->form);
    PUT(p->lower);
    PUT(n->lower);
    PUT(pp->lower);
    PUT(nn->lower);
    PUT(TWO(p->lower, c->lower));
    PUT(TWO(c->lower, n->lower));
    PUT(TWO(p->lower, n->lower));
    PUT(c->suffix[1]);
    PUT(c->suffix[2]);
    PUT(c->suffix[3]);
    PUT(c->prefix[1]);
    PUT(c->prefix[2]);
    PUT(opening);
    PUT(p->outline);
    PUT(n->outline);
    PUT(TWO(dl_pair(p->outline, opening), n->outline));
    PUT(TWO(dl_pair(opening, n->outline), nn->outline));
    PUT(TWO(dl_pair(pp->outline, p->outline), opening));
    PUT(TWO(c->shape, c->group));
    PUT(TWO(c->shape, c->suffix[2]));
    PUT(p->suffix[2]);
    PUT(n->suffix[2]);
    PUT(c->group);
    PUT(p->group);
    PUT(n->group);
    PUT(pp->group);
    PUT(nn->group);
    PUT(TWO(p->group, c->group));
    PUT(TWO(c->group, n->group));
    PUT(TWO(p->group, dl_pair(c->family, c->shape)));
    PUT(TWO(n->group, dl_pair(c->family, c->shape)));
    PUT(TWO(dl_pair(p->family, c->family), n->family));
    PUT(TWO(dl_pair(pp->family, p->family), c->family));
    PUT(TWO(dl_pair(c->family, n->family), nn->family));
    PUT(TWO(dl_pair(p->lower, opening), n->family));
    PUT(TWO(dl_pair(n->lower, opening), p->family));
    PUT(TWO(dl_pair(pp->lower, p->lower), opening));
    PUT(TWO(dl_pair(n->lower, nn->lower), opening));
}

static void put_hints(const struct around *a, struct list *list)
{
    uint32_t c = a->c->hint;
    const struct dl_look *look = a->c->look;
    PUT(c);
    PUT(TWO(c, look->outline));
    PUT(TWO(c, a->p->look->lower));
    PUT(TWO(c, a->n->look->lower));
    PUT(TWO(a->p->hint, c));
    PUT(TWO(c, a->n->hint));
    PUT(TWO(a->p->hint, dl_pair(look->outline, a->n->hint)));
    PUT(TWO(dl_pair(a->pp->hint, a->p->hint), look->outline));
    PUT(TWO(c, dl_pair(a->p->look->family, a->n->look->family)));
    PUT(TWO(c & 0x1ff, a->c->letter_case));
    PUT(TWO(look->shape & 3, a->c->letter_case));
    PUT(TWO(look->group, dl_pair(look->shape & 3, a->c->letter_case)));
    PUT(TWO(dl_pair(a->c->letter_case, a->c->first), dl_pair(look->shape & 3, look->suffix[1])));
}

/* The whole run of capitals: its last word, what stands before and after it. */
static void put_run(const struct dl_name_word *words, uint32_t i, struct list *list)
{
    const struct dl_name_word *c = &words[i];
    if (c->run_place == 0) {
        list->place += 8;
        return;
    }
    const struct dl_name_word *first = c - (c->run_place - 1);
    const struct dl_name_word *last = c + c->run_left;
    const struct dl_look *before = first->first ? &no_look : (first - 1)->look;
    const struct dl_look *after = last->last ? &no_look : (last + 1)->look;
    uint32_t where =
        (c->run_place < 3 ? c->run_place : 3U) * 4 + (c->run_left < 3 ? c->run_left : 3U);
    uint32_t whole = 0;
    for (const struct dl_name_word *w = first; w <= last && w < first + 12; w++)
        whole = dl_pair(whole, w->look->lower);
    PUT(where);
    PUT(TWO(whole, where));
    PUT(TWO(last->look->lower, where));
    PUT(TWO(first->look->lower, where));
    PUT(TWO(before->lower, where));
    PUT(TWO(after->lower, where));
    PUT(TWO(dl_pair(before->lower, after->family), where));
    PUT(TWO(dl_pair(before->family, last->look->group), dl_pair(after->family, where)));
}

/* Where the name that the word before is in began; `i` when it is in none. */
static uint32_t name_start(const struct dl_name_word *words, uint32_t i)
{
    uint32_t start = i;
    while (i - start < 5 && !words[start].first && words[start - 1].label &&
           (start == i || words[start - 1].label == words[start].label))
        start--;
    return start;
}

static void put_labels(const struct around *a, const struct dl_name_word *words, uint32_t i,
                       struct list *list)
{
    const struct dl_look *c = a->c->look;
    const struct dl_look *p = a->p->look;
    uint32_t l1 = a->p->label + (a->c->first ? 16U : 0U);
    uint32_t l2 = a->pp->label;
    uint32_t both = l1 * 32 + l2;
    uint32_t start = name_start(words, i);
    const struct dl_look *opener = words[start].look;
    uint32_t length = i - start < 4 ? i - start : 4;
    PUT(l1);
    PUT(both);
    PUT(TWO(l1, c->lower));
    PUT(TWO(l1, c->outline));
    PUT(TWO(l1, p->lower));
    PUT(TWO(l1, a->n->look->lower));
    PUT(TWO(l1, c->suffix[2]));
    PUT(TWO(l1, c->group));
    PUT(TWO(l1, dl_pair(p->group, c->family)));
    PUT(TWO(l1, dl_pair(p->lower, c->outline)));
    PUT(TWO(l1, dl_pair(c->outline, a->n->look->outline)));
    PUT(TWO(l1, a->c->hint));
    PUT(TWO(l1, dl_pair(length, c->outline)));
    PUT(TWO(l1, dl_pair(length, opener->lower)));
    PUT(TWO(both, dl_pair(c->outline, p->lower)));
    PUT(TWO(both, dl_pair(c->family, c->outline)));
}

/* What the first pass said around, and of the same words elsewhere. */
static void put_votes(const struct around *a, const struct dl_name_word *words, uint32_t i,
                      struct list *list)
{
    const struct dl_name_word *c = a->c;
    uint32_t end = i;
    while (c->before && !words[end].last && end - i < 8 && words[end + 1].before == c->before)
        end++;
    uint32_t after = words[end].last ? 15 : words[end + 1].before;
    PUT(c->before);
    PUT(TWO(c->before, a->n->before));
    PUT(TWO(a->p->before, c->before));
    PUT(TWO(dl_pair(a->p->before, c->before), dl_pair(a->n->before, a->nn->before)));
    PUT(TWO(c->before, c->look->lower));
    PUT(TWO(c->before, c->look->outline));
    PUT(TWO(c->before, a->n->look->lower));
    PUT(TWO(c->before, c->hint));
    PUT(TWO(dl_pair(c->before, after), words[end].look->lower));
    PUT(TWO(c->before, dl_pair(after, end - i)));
    PUT(c->vote);
    PUT(TWO(c->vote, c->before));
    PUT(TWO(c->vote, c->look->outline));
    PUT(TWO(c->vote, a->p->label));
    PUT(TWO(c->vote, dl_pair(a->p->vote, a->n->vote)));
    PUT(TWO(c->vote, dl_pair(c->before, a->n->before)));
    PUT(TWO(c->vote, c->look->family));
    PUT(TWO(c->vote, c->hint & 0x1ff));
}

static void put_tags(const struct around *a, struct list *list)
{
    const struct dl_look *c = a->c->look;
    uint32_t p = a->p->tag;
    uint32_t t = a->c->tag;
    uint32_t n = a->n->tag;
    PUT(TWO(t, c->outline));
    PUT(TWO(dl_pair(p, t), n));
    PUT(TWO(dl_pair(p, t), c->outline));
    PUT(TWO(dl_pair(t, n), a->nn->tag));
    PUT(TWO(t, c->group));
    PUT(TWO(dl_pair(t, a->p->label), n));
}

uint32_t dl_name_features(const struct dl_name_word *words, uint32_t i, uint32_t pass,
                          uint32_t *features)
{
    struct around a = look_around(words, i);
    struct list list = {.at = features};
    put_words(&a, &list);
    put_hints(&a, &list);
    put_run(words, i, &list);
    put_labels(&a, words, i, &list);
    put_tags(&a, &list);
    if (pass == 2)
        put_votes(&a, words, i, &list);
    return list.count;
}
