/* Is it of today? Years, decades and the like that an event is told with, and whose they are. */
#include "core/day.h"
#include "workers/events/room.h"

#define ELLIPSIS_WORDS 4U /* from "as" to "did" */
#define CLIMB_MAX 5U      /* from a date to what it dates */

static bool is_under(struct dl_tree *tree, uint32_t word, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dl_tree_case(tree, word, dl_atom_hash(dl_str_of(marks[i]))) != DL_NODE_NONE)
            return true;
    return false;
}

/* "protesters of 2019", "the 2009 murder": it dates the noun. */
static bool dates_noun(struct dl_tree *tree, uint32_t word)
{
    static const char *const of[] = {"of"};
    const struct dl_tree_word *at = &tree->words[word];
    if (at->head == DL_NODE_NONE || (tree->words[at->head].cues & DL_CUE_MASK(TIME)) ||
        tree->words[at->head].upos == DL_UPOS_VERB)
        return false;
    bool before = word < at->head && (at->base == DL_REL_COMPOUND || at->base == DL_REL_NUMMOD ||
                                      at->base == DL_REL_AMOD || at->base == DL_REL_NMOD);
    return before || (at->base == DL_REL_NMOD && is_under(tree, word, of, 1));
}

/* Another event stands between, and has a better claim to the date; not what it is done to:
 * "crushed the mutiny in 1964". */
static bool is_nearer_another(const struct dl_coding *coding, const struct dl_happening *h,
                              uint32_t word)
{
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        const struct dl_happening *other = &coding->happenings[i];
        bool object = coding->tree.words[other->word].base == DL_REL_OBJ &&
                      coding->tree.words[other->word].head == h->word;
        if (other != h && !other->dropped && !object && other->word > h->word &&
            other->word > h->anchor && other->word < word)
            return true;
    }
    return false;
}

static uint32_t end_of(const struct dl_happening *h)
{
    return h->word > h->anchor ? h->word : h->anchor;
}

bool dl_is_of_comparison(const struct dl_coding *coding, const struct dl_happening *h,
                         uint32_t word)
{
    const struct dl_tree *tree = &coding->tree;
    uint32_t from = end_of(h);
    uint64_t as = dl_atom_hash(DL_STR("as"));
    uint64_t does = dl_atom_hash(DL_STR("do"));
    uint64_t in = dl_atom_hash(DL_STR("in"));
    for (uint32_t w = from + 1; w + 1 < word; w++) {
        if (tree->words[w].form != as)
            continue;
        bool elliptic = tree->words[w + 1].form == in;
        for (uint32_t k = w + 1; k < word && k <= w + ELLIPSIS_WORDS; k++)
            elliptic =
                elliptic || (tree->words[k].lemma == does && tree->words[k].upos == DL_UPOS_AUX);
        if (elliptic)
            return true;
    }
    return false;
}

bool dl_is_dated_by(struct dl_coding *coding, const struct dl_happening *h, uint32_t word)
{
    static const char *const since[] = {"since"};
    struct dl_tree *tree = &coding->tree;
    uint32_t from = end_of(h);
    if (is_nearer_another(coding, h, word))
        return false;
    for (uint32_t w = from + 1; w < word; w++)
        if (tree->words[w].upos == DL_UPOS_VERB)
            return false;
    if (dl_is_of_comparison(coding, h, word))
        return false;
    for (uint32_t steps = 0; steps < CLIMB_MAX && word != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *at = &tree->words[word];
        if (word == h->anchor || word == h->word)
            return true;
        bool clause = steps && (at->upos == DL_UPOS_VERB || at->base == DL_REL_ACL ||
                                at->base == DL_REL_ADVCL);
        bool other = !steps && word > from && dates_noun(tree, word) && at->head != h->word &&
                     at->head != h->anchor;
        if (clause || other || is_under(tree, word, since, 1))
            return false;
        word = at->head;
    }
    return false;
}

/* "in antiquity", but not "on the anniversary": that is today. */
static bool is_of_the_past(struct dl_tree *tree, const struct dl_happening *h, uint32_t word)
{
    static const char *const today[] = {"on", "at", "for", "to", "before"};
    const struct dl_tree_word *at = &tree->words[word];
    if (!(at->cues & DL_CUE_MASK(TIME)) &&
        dl_tree_child_base(tree, word, DL_REL_CASE) == DL_NODE_NONE)
        return false; /* "on Monday, the anniversary of" */
    return (at->cues & DL_CUE_MASK(HISTORICAL)) &&
           (at->base == DL_REL_OBL || at->base == DL_REL_NMOD) &&
           (at->head == h->word || at->head == h->anchor) &&
           !is_under(tree, word, today, sizeof today / sizeof *today);
}

/* "1500 soldiers", "1700 GMT": counts and hours are no years. */
static bool is_count(const struct dl_tree *tree, uint32_t word)
{
    static const char *const units[] = {"gmt", "utc", "hours", "hrs", "est", "edt", "bst", "cet"};
    const struct dl_tree_word *at = &tree->words[word];
    for (size_t i = 0; word + 1 < tree->count && i < sizeof units / sizeof *units; i++)
        if (tree->words[word + 1].form == dl_atom_hash(dl_str_of(units[i])))
            return true;
    return at->base == DL_REL_NUMMOD && at->head != DL_NODE_NONE && at->head > word &&
           tree->words[at->head].form != tree->words[at->head].lemma;
}

void dl_judge_years(struct dl_coding *coding, struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *clause = &tree->words[h->anchor];
    uint64_t ago = dl_atom_hash(DL_STR("ago"));
    uint64_t years = dl_atom_hash(DL_STR("year"));
    uint64_t decades = dl_atom_hash(DL_STR("decade"));
    int year = 0;
    int month;
    int day;
    if (coding->article->has_published)
        dl_day_to_civil(coding->article->published_day, &year, &month, &day);
    for (uint32_t w = clause->first; w <= clause->last && tree->work; w++) {
        const struct dl_tree_word *word = &tree->words[w];
        int64_t number;
        tree->work--;
        dl_str text = dl_token_text(coding->article, dl_token_of(coding, w));
        bool old_year = text.len == 4 && dl_str_to_i64(text, &number) == DL_OK && number > 1000 &&
                        number < year - 1 && !is_count(tree, w);
        bool long_ago = w > 0 && word->lemma == ago &&
                        (tree->words[w - 1].lemma == years || tree->words[w - 1].lemma == decades);
        if (!(is_of_the_past(tree, h, w) && !is_nearer_another(coding, h, w)) &&
            !((old_year || long_ago) && dl_is_dated_by(coding, h, w)))
            continue;
        h->time = DL_HISTORICAL;
        h->time_cue = w;
    }
}
