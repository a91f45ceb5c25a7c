/* Relative clauses. */
#include "workers/knowledge/relatives.h"

#define FOCUS_STEPS 3U /* from the clause to the noun with the copula */

static bool is_any(const struct dl_tree *tree, uint32_t word, const char *const *forms,
                   size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tree->words[word].form == dl_atom_hash(dl_str_of(forms[i])))
            return true;
    return false;
}

uint32_t dl_cleft_focus(struct dl_tree *tree, uint32_t verb)
{
    uint64_t it = dl_atom_hash(DL_STR("it"));
    uint32_t at = tree->words[verb].head;
    if (tree->words[verb].base != DL_REL_ACL)
        return DL_NODE_NONE;
    for (uint32_t steps = 0; steps < FOCUS_STEPS && at != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *word = &tree->words[at];
        if (word->upos == DL_UPOS_VERB)
            return DL_NODE_NONE;
        uint32_t subject = dl_tree_child_base(tree, at, DL_REL_NSUBJ);
        if (subject == DL_NODE_NONE)
            subject = dl_tree_child_base(tree, at, DL_REL_EXPL);
        if (subject != DL_NODE_NONE && tree->words[subject].form == it &&
            dl_tree_child_base(tree, at, DL_REL_COP) != DL_NODE_NONE)
            return at;
        at = word->head;
    }
    return DL_NODE_NONE;
}

static bool is_name(const struct dl_tree_word *word)
{
    return word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_PROPN;
}

/* The last noun of the phrase that begins here. */
static uint32_t phrase_from(const struct dl_tree *tree, uint32_t first, uint32_t end)
{
    uint32_t found = DL_NODE_NONE;
    for (uint32_t w = first; w < end; w++) {
        const struct dl_tree_word *word = &tree->words[w];
        bool leads =
            word->upos == DL_UPOS_DET || word->upos == DL_UPOS_ADJ || word->upos == DL_UPOS_NUM;
        if (is_name(word))
            found = w;
        else if (found != DL_NODE_NONE || !leads)
            break;
    }
    return found;
}

uint32_t dl_relative_subject(const struct dl_tree *tree, uint32_t verb)
{
    static const char *const pronouns[] = {"who", "whom", "which", "that"};
    const struct dl_tree_word *word = &tree->words[verb];
    if (word->base != DL_REL_ACL || word->upos != DL_UPOS_VERB || word->ing || word->head > verb)
        return DL_NODE_NONE;
    uint32_t pronoun = DL_NODE_NONE;
    for (uint32_t w = word->head + 1; w < verb; w++) {
        if (pronoun != DL_NODE_NONE &&
            (tree->words[w].upos == DL_UPOS_VERB || tree->words[w].upos == DL_UPOS_PUNCT))
            return DL_NODE_NONE;
        if (pronoun == DL_NODE_NONE &&
            is_any(tree, w, pronouns, sizeof pronouns / sizeof *pronouns))
            pronoun = w;
    }
    return pronoun == DL_NODE_NONE ? DL_NODE_NONE : phrase_from(tree, pronoun + 1, verb);
}
