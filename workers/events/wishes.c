/* What the word above makes of an event below it: planned, asked for, thought of or long past. */
#include "workers/events/room.h"

static bool at_clause(const struct dl_tree *tree, uint32_t word)
{
    return tree->words[word].upos == DL_UPOS_VERB || tree->words[word].upos == DL_UPOS_ADJ;
}

/* "was quick to praise", "seized the moment to ask": who is quick to do it does it. */
static bool is_done(struct dl_coding *coding, uint32_t above)
{
    uint32_t object = dl_tree_child(&coding->tree, above, DL_REL_OBJ);
    bool verb = coding->tree.words[above].upos == DL_UPOS_VERB;
    uint32_t who = verb ? object : above;
    return who != DL_NODE_NONE && (coding->tree.words[who].cues & DL_CUE_MASK(DOES));
}

/* "the use of drones to strike camps", "a way to force them": what could be done with it. */
static bool is_means(struct dl_coding *coding, uint32_t noun)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t means = dl_phrase_hash(DL_STR("means"));
    uint32_t head = tree->words[noun].head;
    bool of = tree->words[noun].base == DL_REL_NMOD && head != DL_NODE_NONE &&
              dl_tree_case(tree, noun, dl_atom_hash(DL_STR("of"))) != DL_NODE_NONE;
    return dl_tree_has_cue(tree, noun, means) || (of && dl_tree_has_cue(tree, head, means));
}

/* "steps meant to stop attacks": nobody announces anything, it is what they are for. */
static bool is_for(struct dl_coding *coding, uint32_t verb)
{
    struct dl_tree *tree = &coding->tree;
    return dl_is_passive(tree, verb) &&
           dl_tree_has_cue(tree, verb, dl_phrase_hash(DL_STR("serves")));
}

void dl_wish_from(struct dl_coding *coding, struct dl_happening *h, uint32_t above, uint32_t below,
                  bool infinitive)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *under = &tree->words[below];
    uint64_t cues = tree->words[above].cues;
    bool clause = under->base == DL_REL_CCOMP || under->base == DL_REL_PARATAXIS;
    bool verb = tree->words[above].upos == DL_UPOS_VERB;
    if (under->base == DL_REL_ADVCL && infinitive && !h->is_noun && at_clause(tree, above)) {
        if (h->type == DL_PROTEST && h->anchor == below)
            return; /* "gathered to protest": by gathering they do */
        if (is_done(coding, above))
            return;
        bool weighed = (cues & DL_CUE_MASK(WEIGHS)) != 0; /* "considers a war to weaken them" */
        dl_set_modality(h, weighed ? DL_POSSIBLE : DL_PLANNED,
                        below); /* "fired to disperse them": what for, not what */
        h->purpose = true;
        return;
    }
    bool judged = infinitive || under->base == DL_REL_XCOMP || clause || h->is_noun ||
                  (under->base == DL_REL_ACL && !under->ing);
    if (!judged || (under->base == DL_REL_ADVCL && !(cues & DL_CUE_MASK(PLANS))))
        return;
    if (clause && !(cues & (DL_CUE_MASK(PLANS) | DL_CUE_MASK(WEIGHS) | DL_CUE_MASK(ASKS))))
        return;
    if (clause && (cues & DL_CUE_MASK(SAYS)))
        return; /* "announced that", "warned that": told, not wished */
    if (cues & DL_CUE_MASK(ASKS))
        dl_set_modality(h, DL_REQUESTED, above);
    else if (cues & DL_CUE_MASK(PLANS)) {
        dl_set_modality(h, DL_PLANNED, above);
        h->purpose = h->purpose || is_for(coding, above);
    } else if (cues & (DL_CUE_MASK(WEIGHS) | DL_CUE_MASK(TRIES)))
        dl_set_modality(h, DL_POSSIBLE, above);
    else if ((cues & DL_CUE_MASK(MAYBE)) && !verb)
        dl_set_modality(h, DL_POSSIBLE, above);
    else if (under->base == DL_REL_ACL && infinitive && !verb)
        dl_set_modality(h, is_means(coding, above) ? DL_POSSIBLE : DL_PLANNED, below);
    else if ((cues & DL_CUE_MASK(HISTORICAL)) && !verb) {
        h->time = DL_HISTORICAL;
        h->time_cue = above;
    }
}
