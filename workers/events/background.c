/* How far from the main clause an event is told. */
#include "workers/events/room.h"
#include "workers/knowledge/relatives.h"

#define CLIMB_MAX 12U /* from an event to the clause it stands below */

/* "began the process of returning", "a series of attacks": of the object; but not "an era of
 * trade". */
static bool is_counted(struct dl_tree *tree, uint32_t word)
{
    uint32_t head = tree->words[word].head;
    return head != DL_NODE_NONE && tree->words[head].base == DL_REL_OBJ &&
           !dl_tree_has_cue(tree, head, dl_phrase_hash(DL_STR("abstract"))) &&
           dl_tree_case(tree, word, dl_atom_hash(DL_STR("of"))) != DL_NODE_NONE;
}

/* "condemned the attack", "praised the deal": what is condemned was told before. */
static bool is_object_of_event(const struct dl_coding *coding, const struct dl_happening *h,
                               const struct dl_tree_word *noun)
{
    if (noun->base != DL_REL_OBJ && noun->relation != DL_REL_NSUBJ_PASS)
        return false;
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        const struct dl_happening *other = &coding->happenings[i];
        if (other->word == noun->head && !other->dropped && other != h &&
            (other->type == DL_ACCUSE || other->type == DL_SUPPORT || other->type == DL_REJECT))
            return true;
    }
    return false;
}

/* "who attack", but not "who had attacked": what was done by then is as good as told beside. */
static bool is_clause(struct dl_tree *tree, uint32_t verb)
{
    uint32_t aux = dl_tree_child_base(tree, verb, DL_REL_AUX);
    bool perfect = aux != DL_NODE_NONE && tree->words[aux].lemma == dl_atom_hash(DL_STR("have"));
    return dl_tree_child_base(tree, verb, DL_REL_NSUBJ) != DL_NODE_NONE && !perfect;
}

/* "After refusing for months, the ministry handed over": what begins with a subject of its own
 * behind the comma is the main clause, though parsers hang it below the one before. */
static bool is_past_comma(struct dl_tree *tree, const struct dl_happening *h, uint32_t clause)
{
    uint32_t subject = dl_tree_child_base(tree, h->anchor, DL_REL_NSUBJ);
    if (subject == DL_NODE_NONE || clause > subject || subject > h->anchor ||
        dl_tree_child_base(tree, h->anchor, DL_REL_MARK) != DL_NODE_NONE)
        return false;
    uint32_t first = tree->words[subject].first;
    return first > clause + 1 && tree->words[first - 1].upos == DL_UPOS_PUNCT;
}

static bool is_span(const struct dl_tree *tree, uint32_t word)
{
    static const char *const spans[] = {"year", "decade", "century", "generation"};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (tree->words[word].lemma == dl_atom_hash(dl_str_of(spans[i])))
            return true;
    return false;
}

/* "Twenty-two years after troops invaded": long past. The tree may have the years for its subject.
 */
static bool is_years_after(struct dl_tree *tree, uint32_t clause)
{
    uint32_t mark = dl_tree_child_cue(tree, clause, DL_CUE_MASK(AFTER), DL_REL_MARK);
    uint32_t subject = dl_tree_child_base(tree, clause, DL_REL_NSUBJ);
    if (subject != DL_NODE_NONE && subject + 1 < clause && is_span(tree, subject) &&
        tree->words[subject + 1].form == dl_atom_hash(DL_STR("after")))
        return true;
    return mark != DL_NODE_NONE && mark > 0 && is_span(tree, mark - 1);
}

enum dl_background dl_background_of(struct dl_coding *coding, struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    enum dl_background found = DL_MAIN;
    uint32_t at = h->anchor;
    uint64_t after = DL_CUE_MASK(AFTER);
    if (h->is_noun && h->anchor == h->word && is_object_of_event(coding, h, &tree->words[h->word]))
        return DL_BEFORE;
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *word = &tree->words[at];
        bool noun = word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_PROPN;
        if (dl_cleft_focus(tree, at) != DL_NODE_NONE)
            return found;
        if (word->base == DL_REL_ACL && !dl_is_hidden_finite(tree, at) &&
            !(word->ing && (tree->words[word->head].cues & DL_CUE_MASK(NOBODY))))
            found = is_clause(tree, at) ? DL_BEFORE : DL_ATTRIBUTE;
        if (is_years_after(tree, at)) {
            h->time = DL_HISTORICAL;
            return DL_BEFORE;
        }
        if (word->upos == DL_UPOS_VERB && word->head != DL_NODE_NONE &&
            (dl_tree_child_cue(tree, at, after, DL_REL_MARK) != DL_NODE_NONE ||
             dl_tree_child_cue(tree, at, after, DL_REL_ADVMOD) != DL_NODE_NONE) &&
            !(word->cues & DL_CUE_MASK(SAYS)) && /* "was quoted as saying" */
            !is_past_comma(tree, h, at))
            return h->is_noun || found == DL_BEFORE || at != h->anchor ? DL_BEFORE : DL_CLAUSE;
        bool having = dl_tree_child_cue(tree, at, DL_CUE_MASK(HAVING), DL_REL_AUX) != DL_NODE_NONE;
        if (word->base == DL_REL_ADVCL && (word->ing || having) && at == h->word &&
            dl_tree_case(tree, at, dl_atom_hash(DL_STR("for"))) != DL_NODE_NONE)
            return DL_BEFORE; /* "arrested for collaborating" */
        if (h->is_noun && noun && (word->base == DL_REL_OBL || word->base == DL_REL_NMOD) &&
            !is_counted(tree, at))
            found = found == DL_BEFORE ? found : DL_ATTRIBUTE;
        if ((word->base == DL_REL_OBL || word->base == DL_REL_NMOD) &&
            dl_tree_child_cue(tree, at, after, DL_REL_CASE) != DL_NODE_NONE)
            return DL_BEFORE;
        if ((word->cues & DL_CUE_MASK(HISTORICAL)) && noun && at != h->word) {
            h->time = DL_HISTORICAL; /* "the anniversary of the day troops shelled the market" */
            h->time_cue = at;
        }
        at = word->head;
    }
    return found;
}
