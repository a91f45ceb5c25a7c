/* Fitting frames to trees. */
#include "workers/knowledge/frame_fit.h"
#include "workers/knowledge/voices.h"

/* "is considering strikes": who considers them would carry them out. */
#define WANTS (DL_CUE_MASK(WEIGHS) | DL_CUE_MASK(PLANS) | DL_CUE_MASK(TRIES))

/* The light verb a noun is object or passive subject of, itself or by "a series of". */
static uint32_t light_verb(const struct dl_fit *fit)
{
    uint32_t noun = fit->word;
    if (fit->frame->pos != DL_FRAME_NOUN)
        return DL_NODE_NONE;
    if (dl_fit_word(fit, noun)->base == DL_REL_NMOD &&
        dl_fit_word(fit, noun)->head != DL_NODE_NONE &&
        dl_tree_case(fit->tree, noun, dl_atom_hash(DL_STR("of"))) != DL_NODE_NONE &&
        dl_fit_word(fit, dl_fit_word(fit, noun)->head)->base == DL_REL_OBJ)
        noun = dl_fit_word(fit, noun)->head;
    uint32_t head = dl_fit_word(fit, noun)->head;
    bool object = dl_fit_word(fit, noun)->relation == DL_REL_OBJ ||
                  dl_fit_word(fit, noun)->relation == DL_REL_NSUBJ_PASS ||
                  (dl_fit_word(fit, noun)->base == DL_REL_ACL &&
                   dl_fit_word(fit, head)->upos == DL_UPOS_VERB);
    if (!object || head == DL_NODE_NONE)
        return DL_NODE_NONE;
    bool light = (dl_fit_word(fit, head)->cues & (DL_CUE_MASK(LIGHT) | WANTS)) ||
                 dl_tree_child(fit->tree, head, DL_REL_COMPOUND_PRT) != DL_NODE_NONE;
    return light ? head : DL_NODE_NONE;
}

/* "helped to build", "tried to leave": the verb only leads to another, unless its frame takes what
 * follows. */
static bool only_leads(const struct dl_fit *fit)
{
    if (!dl_fit_is_verb(fit) || (fit->frame->flags & DL_FRAME_CONTENT) || fit->frame->need_count)
        return false;
    uint32_t below = dl_tree_child(fit->tree, fit->word, DL_REL_XCOMP);
    return below != DL_NODE_NONE && dl_fit_word(fit, below)->upos == DL_UPOS_VERB &&
           dl_tree_child(fit->tree, fit->word, DL_REL_OBJ) == DL_NODE_NONE &&
           !dl_is_passive(fit->tree, fit->word);
}

/* "insisted that no army had crossed the border", but not "that it withdraw", "that it must". */
static bool is_indicative(const struct dl_fit *fit, uint32_t clause)
{
    const struct dl_tree_word *verb = dl_fit_word(fit, clause);
    if (verb->base != DL_REL_CCOMP || verb->upos != DL_UPOS_VERB ||
        dl_tree_child_cue(fit->tree, clause, DL_CUE_MASK(MUST), DL_REL_AUX) != DL_NODE_NONE)
        return false;
    uint32_t aux = dl_tree_child_base(fit->tree, clause, DL_REL_AUX);
    const struct dl_tree_word *finite = aux == DL_NODE_NONE ? verb : dl_fit_word(fit, aux);
    return finite->form != finite->lemma;
}

/* What is asked, and not only whether, or that it is so. */
static bool says_what(const struct dl_fit *fit, uint32_t content)
{
    return content != DL_NODE_NONE && !is_indicative(fit, content) &&
           dl_tree_child_cue(fit->tree, content, DL_CUE_MASK(IF), DL_REL_MARK) == DL_NODE_NONE;
}

/* "called off the strike" is no "called a strike". */
static bool has_other_particle(const struct dl_fit *fit)
{
    uint32_t particle = dl_tree_child(fit->tree, fit->word, DL_REL_COMPOUND_PRT);
    if (!dl_fit_is_verb(fit) || particle == DL_NODE_NONE)
        return false;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (dl_fit_is_word(fit, particle, &fit->frame->needs[i]))
            return false;
    return true;
}

static bool fits(struct dl_fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    if (only_leads(fit) || has_other_particle(fit))
        return false;
    fit->light = light_verb(fit);
    if (!dl_fit_take_needs(fit))
        return false;
    bool carries =
        fit->light != DL_NODE_NONE && (!(dl_fit_word(fit, fit->light)->cues & WANTS) ||
                                       (dl_fit_word(fit, fit->light)->cues & DL_CUE_MASK(LIGHT)));
    *args = (struct dl_frame_args){.verb = carries ? fit->light : fit->word};
    args->passive = dl_fit_is_verb(fit) && dl_is_passive(fit->tree, fit->word);
    dl_fit_find_args(fit, args);
    memcpy(args->taken, fit->taken, sizeof args->taken);
    if ((frame->flags & DL_FRAME_SAID) && !says_what(fit, args->content))
        return false;
    return !((frame->flags & DL_FRAME_ACTOR) && args->actor == DL_NODE_NONE) &&
           !((frame->flags & DL_FRAME_RECIPIENT) && args->recipient == DL_NODE_NONE);
}

bool dl_frame_fits(struct dl_tree *tree, uint32_t word, const struct dl_frame *frame,
                   struct dl_frame_args *ret_args)
{
    struct dl_fit fit = {.tree = tree, .word = word, .frame = frame};
    return fits(&fit, ret_args);
}

bool dl_frame_match(struct dl_tree *tree, uint32_t word, enum dl_frame_pos pos,
                    struct dl_sense *ret_sense, struct dl_frame_args *ret_args)
{
    assert(word < tree->count);
    const struct dl_tree_word *at = &tree->words[word];
    for (uint32_t i = 0; i < at->sense_count && tree->work; i++) {
        struct dl_fit fit = {.tree = tree, .word = word};
        if (at->senses[i].kind != DL_SENSE_FRAME)
            continue;
        fit.frame = dl_almanac_frame(tree->almanac, at->senses[i]);
        struct dl_frame_args args;
        if (fit.frame->pos == pos && fits(&fit, &args)) {
            *ret_sense = at->senses[i];
            *ret_args = args;
            return true;
        }
    }
    return false;
}
