/* Where PLOVER counts one thing as another: what is announced, refused, or said that it must be. */
#include "workers/events/room.h"

static bool is_cooperative(int32_t type)
{
    return type == DL_AGREE || type == DL_CONSULT || type == DL_SUPPORT || type == DL_CONCEDE ||
           type == DL_COOPERATE || type == DL_AID || type == DL_RETREAT;
}

static bool is_withdrawal(const struct dl_happening *h)
{
    return h->type == DL_RETREAT && h->withdraws;
}

static void turn(struct dl_happening *h, int32_t type, const char *cameo)
{
    h->shifted = h->type;
    h->type = type;
    h->cameo = cameo;
    h->modality = DL_ACTUAL;
    h->modality_cue = DL_NODE_NONE;
    h->polarity = DL_POSITIVE;
    h->polarity_cue = DL_NODE_NONE;
    h->time = DL_PAST;
}

/* "is ready to use tear gas": who promises harm threatens. */
static void shift_content(const struct dl_coding *coding, struct dl_happening *h)
{
    if (h->type != DL_AGREE || h->content == DL_NODE_NONE ||
        !dl_tree_has_cue(&coding->tree, h->word, dl_phrase_hash(DL_STR("class:vow"))))
        return;
    switch (coding->happenings[h->content].type) {
    case DL_ASSAULT:
    case DL_COERCE:
    case DL_SANCTION:
        h->type = DL_THREATEN;
        h->cameo = "130";
        break;
    default:
        break;
    }
}

/* The model knows "will share the cost" for an agreement, "did not take the call" for a refusal. */
static bool is_shifted_already(const struct dl_happening *h)
{
    if (!h->by_model || h->time == DL_HISTORICAL)
        return false;
    if (h->polarity == DL_NEGATED)
        return h->type == DL_REJECT && h->polarity_cue < h->word;
    return h->modality == DL_PLANNED && (h->type == DL_AGREE || h->type == DL_THREATEN);
}

void dl_shift(struct dl_coding *coding, struct dl_happening *h, bool own)
{
    shift_content(coding, h);
    if (is_shifted_already(h)) {
        turn(h, h->type, h->cameo);
        return;
    }
    bool negated = h->polarity == DL_NEGATED;
    bool withdrawal = h->type == DL_RETREAT && own; /* "will withdraw unless" */
    if (h->time == DL_HISTORICAL || h->purpose ||
        (h->modality != DL_PLANNED && !(h->modality == DL_CONDITIONAL && (negated || own))))
        return;
    if (h->modality == DL_CONDITIONAL && withdrawal) {
        turn(h, DL_THREATEN, "130");
        return;
    }
    if (h->modality == DL_CONDITIONAL && !negated && is_cooperative(h->type) &&
        h->type != DL_CONSULT && h->type != DL_AID)
        return;
    if (h->polarity == DL_NEGATED) { /* "will not lift the ban" */
        uint32_t aux = dl_tree_child_cue(&coding->tree, h->anchor, DL_CUE_MASK(WILL), DL_REL_AUX);
        bool nobody = h->args.passive && h->args.actor == DL_NODE_NONE; /* "none will be signed" */
        bool will = aux != DL_NODE_NONE && h->polarity_cue != DL_NODE_NONE &&
                    (coding->tree.words[h->polarity_cue].cues & DL_CUE_MASK(NEGATOR));
        if (will && is_cooperative(h->type) && h->frame->pos == DL_FRAME_VERB && !nobody)
            turn(h, DL_REJECT, "120");
        return;
    }
    switch (h->type) {
    case DL_CONSULT:
        turn(h, DL_AGREE, "036");
        break;
    case DL_SUPPORT:
    case DL_COOPERATE:
        turn(h, DL_AGREE, "030");
        break;
    case DL_AID:
        turn(h, DL_AGREE, "033");
        break;
    case DL_CONCEDE:
        turn(h, DL_AGREE, "035");
        break;
    case DL_RETREAT:
        turn(h, is_withdrawal(h) ? DL_CONCEDE : DL_AGREE, is_withdrawal(h) ? "080" : "035");
        break;
    case DL_COERCE:
    case DL_SANCTION:
    case DL_ASSAULT:
    case DL_PROTEST:
        if (own)
            turn(h, DL_THREATEN, "130");
        break;
    default:
        break;
    }
}

/* "has to do more", "needs to withdraw" */
static bool is_obliged(struct dl_coding *coding, uint32_t verb)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t below = dl_tree_child(tree, verb, DL_REL_XCOMP);
    return below != DL_NODE_NONE && dl_tree_child(tree, verb, DL_REL_OBJ) == DL_NODE_NONE &&
           dl_tree_case(tree, below, dl_atom_hash(DL_STR("to"))) != DL_NODE_NONE &&
           dl_tree_has_cue(tree, verb, dl_phrase_hash(DL_STR("obliged")));
}

/* "insisted that the mill pay", "that he be released" */
static bool is_subjunctive(struct dl_coding *coding, uint32_t verb, uint32_t clause)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t aux = dl_tree_child_base(tree, clause, DL_REL_AUX);
    const struct dl_tree_word *finite = &tree->words[aux == DL_NODE_NONE ? clause : aux];
    uint32_t subject = dl_tree_child_base(tree, clause, DL_REL_NSUBJ);
    bool one = subject != DL_NODE_NONE && tree->words[subject].form == tree->words[subject].lemma;
    bool be = aux != DL_NODE_NONE && finite->lemma == dl_atom_hash(DL_STR("be"));
    return (tree->words[verb].cues & DL_CUE_MASK(ASKS)) && finite->form == finite->lemma &&
           (be || (aux == DL_NODE_NONE && one && tree->words[clause].upos == DL_UPOS_VERB));
}

/* The clause that is said, if it must be. */
static uint32_t demanded_clause(struct dl_coding *coding, uint32_t verb)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t clause = dl_tree_child(tree, verb, DL_REL_CCOMP);
    if (clause == DL_NODE_NONE && tree->words[verb].base == DL_REL_PARATAXIS)
        clause = tree->words[verb].head;
    if (clause == DL_NODE_NONE ||
        (dl_tree_child_cue(tree, clause, DL_CUE_MASK(MUST), DL_REL_AUX) == DL_NODE_NONE &&
         !is_obliged(coding, clause) && !is_subjunctive(coding, verb, clause)))
        return DL_NODE_NONE;
    return clause;
}

void dl_shift_sayings(struct dl_coding *coding)
{
    struct dl_tree *tree = &coding->tree;
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        struct dl_happening *h = &coding->happenings[i];
        if (h->type != DL_STATEMENT || h->dropped || h->is_noun)
            continue;
        uint32_t clause = demanded_clause(coding, h->word);
        if (clause == DL_NODE_NONE)
            continue;
        uint32_t asked =
            dl_is_passive(tree, clause) ? dl_patient_of(tree, clause) : dl_agent_of(tree, clause);
        if (asked == DL_NODE_NONE || asked == h->args.actor)
            continue;
        h->shifted = h->type;
        h->type = DL_REQUEST;
        h->cameo = "100";
        h->args.recipient = asked;
        h->args.content = clause;
        for (uint32_t k = 0; k < coding->happening_count; k++) {
            struct dl_happening *other = &coding->happenings[k];
            bool inside = other->word == clause ||
                          (other->content_of == DL_NODE_NONE && k != i &&
                           dl_tree_is_under(tree, other->word, clause) && other->word > clause);
            if (!inside || other == h)
                continue;
            other->content_of = i;
            if (h->content == DL_NODE_NONE)
                h->content = k;
        }
    }
}
