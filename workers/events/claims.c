/* Is it so? Polarity, modality, time and report of an event, each with the word that says it. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

#define CLIMB_MAX 12U /* from an event to the clause that judges it */

static bool has_cue(const struct dl_coding *coding, uint32_t word, uint64_t cues)
{
    return word != DL_NODE_NONE && (coding->tree.words[word].cues & cues) != 0;
}

void dl_set_modality(struct dl_happening *h, int32_t modality, uint32_t cue)
{
    /* A condition outdoes a plan, a request a guess: the later of the contract's list. */
    if (modality <= h->modality)
        return;
    h->modality = modality;
    h->modality_cue = cue;
}

static void negate(struct dl_happening *h, uint32_t cue)
{
    h->polarity = DL_NEGATED;
    h->polarity_cue = cue;
}

/* "not only" affirms, "no-go" is a word. */
static bool is_negator(const struct dl_coding *coding, uint32_t word)
{
    static const char *const affirming[] = {"only", "just", "merely", "least"};
    if (!has_cue(coding, word, DL_CUE_MASK(NEGATOR)))
        return false;
    if (word + 1 < coding->tree.count && dl_is_dash(coding->article, dl_token_of(coding, word + 1)))
        return false;
    for (size_t i = 0; i < sizeof affirming / sizeof *affirming; i++)
        if (word + 1 < coding->tree.count &&
            coding->tree.words[word + 1].form == dl_atom_hash(dl_str_of(affirming[i])))
            return false;
    return true;
}

/* "has yet to ratify" */
static bool has_yet(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_tree_word *words = coding->tree.words;
    return word > 1 && words[word - 1].form == dl_atom_hash(DL_STR("to")) &&
           words[word - 2].form == dl_atom_hash(DL_STR("yet"));
}

/* "Had officers beaten anyone, …": a sentence that begins so, up to its comma. */
static bool is_inverted(const struct dl_coding *coding, uint32_t word)
{
    static const char *const words[] = {"had", "were", "should"};
    const struct dl_tree *tree = &coding->tree;
    for (uint32_t w = 1; w < word; w++)
        if (tree->words[w].upos == DL_UPOS_PUNCT)
            return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word > 0 && tree->words[0].form == dl_atom_hash(dl_str_of(words[i])))
            return true;
    return false;
}

/* "told never to torture": what is told is not to. */
static bool is_of_infinitive(const struct dl_coding *coding, uint32_t verb, uint32_t negator)
{
    return negator > verb && negator + 1 < coding->tree.count &&
           coding->tree.words[negator + 1].form == dl_atom_hash(DL_STR("to"));
}

/* "if", "unless"; but "before being sent on", "before troops sealed it" is only later, and as real
 * as what was before. */
static uint32_t condition_at(struct dl_coding *coding, uint32_t clause)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t mark = dl_tree_child_cue(tree, clause, DL_CUE_MASK(IF), DL_REL_MARK);
    uint32_t aux = dl_tree_child(tree, clause, DL_REL_AUX_PASS);
    bool participle = tree->words[clause].ing || (aux != DL_NODE_NONE && tree->words[aux].ing);
    bool told = coding->article->tokens[dl_token_of(coding, clause)].xpos == DL_XPOS_VBD;
    if (mark != DL_NODE_NONE && (participle || told) &&
        dl_tree_has_cue(tree, mark, dl_phrase_hash(DL_STR("until"))))
        return DL_NODE_NONE;
    return mark;
}

static void take_aux(const struct dl_coding *coding, struct dl_happening *h, uint32_t aux,
                     int32_t must)
{
    uint64_t cues = coding->tree.words[aux].cues;
    if (cues & DL_CUE_MASK(WILL))
        dl_set_modality(h, DL_PLANNED, aux);
    else if (cues & DL_CUE_MASK(MUST))
        dl_set_modality(h, must, aux);
    else if (cues & DL_CUE_MASK(MAY))
        dl_set_modality(h, DL_POSSIBLE, aux);
}

/* What hangs on the verb or noun itself. */
static void judge_own(struct dl_coding *coding, struct dl_happening *h, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    bool noun = word == h->word && h->is_noun;
    uint32_t condition = DL_NODE_NONE;
    for (uint32_t c = tree->words[word].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *at = &tree->words[c];
        tree->work--;
        bool grammar =
            at->base == DL_REL_AUX || at->base == DL_REL_ADVMOD || at->base == DL_REL_DET ||
            at->base == DL_REL_MARK || at->base == DL_REL_CASE || at->base == DL_REL_CC ||
            at->base == DL_REL_COMPOUND || at->base == DL_REL_AMOD || at->base == DL_REL_DISCOURSE;
        bool nothing = at->base == DL_REL_OBL && at->upos == DL_UPOS_PRON; /* "agree on nothing" */
        if ((grammar || nothing) && is_negator(coding, c) && !is_of_infinitive(coding, word, c))
            negate(h, c);
        if (at->base == DL_REL_AUX) {
            take_aux(coding, h, c, DL_REQUESTED);
        } else if (at->base == DL_REL_MARK && c == condition_at(coding, word)) {
            dl_set_modality(h, DL_CONDITIONAL, c);
        } else if (at->base == DL_REL_ADVMOD || at->base == DL_REL_AMOD) {
            if (at->cues & DL_CUE_MASK(MAYBE))
                dl_set_modality(h, DL_POSSIBLE, c);
            else if (noun && (at->cues & DL_CUE_MASK(AHEAD)))
                dl_set_modality(h, DL_PLANNED, c);
            else if (at->cues & DL_CUE_MASK(HISTORICAL)) {
                h->time = DL_HISTORICAL;
                h->time_cue = c;
            } else if (at->base == DL_REL_ADVMOD && (at->cues & DL_CUE_MASK(SAYS))) {
                h->reported = true;
                h->reported_cue = c;
            }
        } else if (at->base == DL_REL_ADVCL) {
            uint32_t mark = condition_at(coding, c);
            condition = mark == DL_NODE_NONE ? condition : mark;
        }
    }
    if (condition != DL_NODE_NONE &&
        (h->modality == DL_PLANNED || h->frame->pos == DL_FRAME_ADJECTIVE))
        dl_set_modality(h, DL_CONDITIONAL, condition); /* "will fly if asked" */
    if (is_inverted(coding, h->word))
        dl_set_modality(h, DL_CONDITIONAL, 0);
    if (has_yet(coding, word))
        negate(h, word);
    /* "no troops crossed", "lodged no protest", "met nobody" */
    uint32_t parties[] = {h->args.actor, h->args.recipient,
                          h->args.passive ? dl_patient_of(tree, h->word) : DL_NODE_NONE,
                          h->is_noun ? DL_NODE_NONE : dl_tree_child(tree, word, DL_REL_OBJ)};
    for (size_t i = 0; i < sizeof parties / sizeof *parties; i++) {
        uint32_t no = parties[i] == DL_NODE_NONE
                          ? DL_NODE_NONE
                          : dl_tree_child_cue(tree, parties[i], DL_CUE_MASK(NEGATOR), DL_REL_DET);
        if (no != DL_NODE_NONE && !is_negator(coding, no))
            no = DL_NODE_NONE; /* "its no-go zone" */
        if (no == DL_NODE_NONE && parties[i] != DL_NODE_NONE && is_negator(coding, parties[i]))
            no = parties[i];
        if (no != DL_NODE_NONE)
            negate(h, no);
    }
}

static bool is_infinitive(struct dl_coding *coding, uint32_t word)
{
    uint32_t mark = dl_tree_child(&coding->tree, word, DL_REL_MARK);
    return mark != DL_NODE_NONE && coding->tree.words[mark].lemma == dl_atom_hash(DL_STR("to"));
}

static void report_by(struct dl_coding *coding, struct dl_happening *h, uint32_t verb)
{
    uint32_t sayer = dl_agent_of(&coding->tree, verb);
    if (sayer != DL_NODE_NONE && has_cue(coding, sayer, DL_CUE_MASK(OPINION)))
        h->opinion = true;
    if (h->reported_cue != DL_NODE_NONE)
        return;
    h->sayer = sayer;
    h->reported_cue = verb;
    h->reported = true;
}

/* "stopped short of accusing" */
static bool stops_short(struct dl_coding *coding, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t mark = dl_tree_case(tree, word, dl_atom_hash(DL_STR("of")));
    return mark != DL_NODE_NONE && mark > 0 &&
           tree->words[mark - 1].form == dl_atom_hash(DL_STR("short"));
}

/* What nobody would say: a negator before the saying. */
static bool is_unsaid(struct dl_coding *coding, uint32_t verb, uint32_t below)
{
    struct dl_tree *tree = &coding->tree;
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        tree->work--;
        if (c < verb && c < below &&
            (is_negator(coding, c) ||
             (tree->words[c].base == DL_REL_NSUBJ && /* "neither side would confirm" */
              dl_tree_child_cue(tree, c, DL_CUE_MASK(NEGATOR), DL_REL_DET) != DL_NODE_NONE)))
            return true;
    }
    return false;
}

/* "Marines drove into the port, the vanguard of those ordered north": what is told in the past
 * before the verb was not wished by it, whatever hangs on what. */
static bool is_told_before(struct dl_coding *coding, uint32_t above, uint32_t below)
{
    const struct dl_tree_word *under = &coding->tree.words[below];
    return under->base == DL_REL_CCOMP && below < above && under->upos == DL_UPOS_VERB &&
           under->form != under->lemma && !under->ing &&
           !(coding->tree.words[above].cues & DL_CUE_MASK(SAYS)) &&
           dl_tree_child_base(&coding->tree, below, DL_REL_AUX) == DL_NODE_NONE &&
           dl_tree_child_base(&coding->tree, below, DL_REL_MARK) == DL_NODE_NONE;
}

/* The word above judges what hangs below it as a complement, an object or an attribute. */
static void judge_from(struct dl_coding *coding, struct dl_happening *h, uint32_t above,
                       uint32_t below)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *under = &tree->words[below];
    uint64_t cues = tree->words[above].cues;
    bool infinitive = is_infinitive(coding, below);
    bool clause = under->base == DL_REL_CCOMP || under->base == DL_REL_PARATAXIS;
    bool argument = under->base == DL_REL_XCOMP || under->base == DL_REL_OBJ ||
                    under->base == DL_REL_OBL || under->base == DL_REL_NMOD ||
                    under->base == DL_REL_ACL || under->base == DL_REL_ADVCL ||
                    under->relation == DL_REL_NSUBJ_PASS || under->base == DL_REL_CSUBJ ||
                    under->base == DL_REL_IOBJ;
    bool verb = tree->words[above].upos == DL_UPOS_VERB;
    if (is_told_before(coding, above, below))
        return;
    if (under->base != DL_REL_CCOMP && stops_short(coding, below)) {
        negate(h, above);
        return;
    }
    if (under->relation == DL_REL_ACL_RELCL ||
        (under->base == DL_REL_ADVCL && !infinitive && !(cues & DL_CUE_MASK(DENIES))) ||
        (under->base == DL_REL_OBL && (under->cues & DL_CUE_MASK(TIME))))
        return;
    if (under->base == DL_REL_OBL && !h->is_noun)
        return;
    if ((clause || under->base == DL_REL_XCOMP || (under->base == DL_REL_ADVCL && under->ing)) &&
        (cues & DL_CUE_MASK(DENIES))) {
        negate(h, above);
        return;
    }
    if (under->base == DL_REL_XCOMP && tree->words[above].form == dl_atom_hash(DL_STR("used"))) {
        h->time = DL_HISTORICAL; /* "used to seize" */
        h->time_cue = above;
    }
    if (argument && !verb) { /* "no plans to", "no reason to" */
        uint32_t no = dl_tree_child_cue(tree, above, DL_CUE_MASK(NEGATOR), DL_REL_DET);
        if (no != DL_NODE_NONE)
            negate(h, no);
    }
    if (!clause && !argument)
        return;
    if (argument && (cues & DL_CUE_MASK(DENIES)) && h->is_noun && verb)
        negate(h, above);
    bool light = h->anchor == above && h->word != above;
    if (argument && (cues & DL_CUE_MASK(NEGATES)) && !light)
        negate(h, above);
    if ((cues & DL_CUE_MASK(SAYS)) && (clause || infinitive || under->base == DL_REL_XCOMP))
        report_by(coding, h, above);
    if (clause && (cues & DL_CUE_MASK(SAYS)) && !(cues & DL_CUE_MASK(DENIES)) &&
        is_unsaid(coding, above, below))
        dl_set_modality(h, DL_POSSIBLE, above); /* "would not confirm that", "neither confirmed" */
    if (!light)
        dl_wish_from(coding, h, above, below, infinitive);
}

/* "may attack or bomb", "could send troops, bombing the camp": what stands before the first verb
 * goes for the others. */
static void share_aux(struct dl_coding *coding, struct dl_happening *h, uint32_t above, uint32_t at)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *word = &tree->words[at];
    uint32_t aux = dl_tree_child_base(tree, above, DL_REL_AUX);
    bool own = dl_tree_child_base(tree, at, DL_REL_NSUBJ) != DL_NODE_NONE ||
               dl_tree_child_base(tree, at, DL_REL_AUX) != DL_NODE_NONE;
    if (!own && aux != DL_NODE_NONE && word->upos == DL_UPOS_VERB &&
        (word->form == word->lemma || word->ing))
        take_aux(coding, h, aux, DL_REQUESTED);
}

/* What stands beside the verb above: "has not agreed to withdraw", "could include sending". */
static void take_from_beside(struct dl_coding *coding, struct dl_happening *h, uint32_t above,
                             uint32_t at)
{
    struct dl_tree *tree = &coding->tree;
    if (tree->words[at].base != DL_REL_XCOMP && !h->is_noun)
        return;
    for (uint32_t c = tree->words[above].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        tree->work--;
        if (c < at && is_negator(coding, c) && tree->words[c].base == DL_REL_ADVMOD)
            negate(h, c);
        if (tree->words[c].base == DL_REL_AUX && tree->words[above].upos == DL_UPOS_VERB)
            take_aux(coding, h, c, DL_POSSIBLE);
    }
}

/* Whether a clause above, up to the one that is told, has a condition, an aux or a negator that
 * goes for what is below: "if it attacks". */
static void judge_above(struct dl_coding *coding, struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = h->anchor;
    for (uint32_t steps = 0; steps < CLIMB_MAX; steps++) {
        const struct dl_tree_word *word = &tree->words[at];
        uint32_t above = word->head;
        if (above == DL_NODE_NONE || word->relation == DL_REL_ACL_RELCL)
            break;
        judge_from(coding, h, above, at);
        bool participle = word->base == DL_REL_ADVCL && word->ing &&
                          dl_tree_child_base(tree, at, DL_REL_MARK) == DL_NODE_NONE;
        /* "considers a cyber war to weaken them by targeting": means and ends are as real as what
         * they serve. */
        uint32_t mark_of = dl_tree_child_base(tree, at, DL_REL_MARK);
        bool serves = word->base == DL_REL_ADVCL &&
                      (is_infinitive(coding, at) ||
                       (word->ing && mark_of != DL_NODE_NONE &&
                        tree->words[mark_of].form == dl_atom_hash(DL_STR("by"))));
        bool there = word->base == DL_REL_NSUBJ && /* "that there is no invasion" */
                     dl_tree_child(tree, above, DL_REL_EXPL) != DL_NODE_NONE;
        bool goes_on = word->base == DL_REL_XCOMP || word->base == DL_REL_CCOMP ||
                       word->base == DL_REL_ACL || word->base == DL_REL_OBJ ||
                       word->base == DL_REL_NMOD || word->base == DL_REL_OBL ||
                       word->base == DL_REL_CSUBJ || word->relation == DL_REL_NSUBJ_PASS ||
                       word->base == DL_REL_CONJ || participle || there || serves;
        if (word->base == DL_REL_CONJ || participle) {
            share_aux(coding, h, above, at);
        } else if (word->base == DL_REL_ADVCL) {
            uint32_t mark = condition_at(coding, at);
            if (mark != DL_NODE_NONE)
                dl_set_modality(h, DL_CONDITIONAL, mark);
        } else if (goes_on && word->base != DL_REL_CCOMP) {
            take_from_beside(coding, h, above, at);
        }
        if (!goes_on)
            break;
        at = above;
    }
}

/* "…, police said" where the parser put the telling verb below what is told; "according to". */
static void judge_beside(struct dl_coding *coding, struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t according = dl_atom_hash(DL_STR("accord"));
    for (uint32_t c = tree->words[h->anchor].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        if (word->base == DL_REL_PARATAXIS && (word->cues & DL_CUE_MASK(SAYS))) {
            report_by(coding, h, c);
        } else if (word->base == DL_REL_OBL || word->base == DL_REL_NMOD) {
            uint32_t mark = dl_tree_case(tree, c, according);
            if (mark == DL_NODE_NONE)
                mark = dl_tree_case(tree, c, dl_atom_hash(DL_STR("according")));
            if (mark != DL_NODE_NONE) {
                h->reported = true;
                h->reported_cue = mark;
                h->sayer = c;
            }
        }
    }
}

/* A critic or analyst somewhere above says so. */
static bool is_opinion(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = h->word;
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *word = &tree->words[at];
        if (word->upos == DL_UPOS_VERB && at != h->word) {
            uint32_t sayer = dl_tree_child_base(tree, at, DL_REL_NSUBJ);
            if (sayer != DL_NODE_NONE)
                for (uint32_t w = tree->words[sayer].first; w <= tree->words[sayer].last; w++)
                    if ((tree->words[w].cues & DL_CUE_MASK(OPINION)) &&
                        tree->words[w].upos != DL_UPOS_PROPN &&
                        (w == sayer || tree->words[w].head == sayer))
                        return true;
        }
        at = word->head;
    }
    return false;
}

/* "officials said the bloc is to station guards": the tree has "to" for a mere mark. */
static bool is_due(struct dl_coding *coding, uint32_t verb)
{
    uint32_t mark = dl_tree_child(&coding->tree, verb, DL_REL_MARK);
    return mark != DL_NODE_NONE && mark > 0 &&
           coding->tree.words[mark - 1].lemma == dl_atom_hash(DL_STR("be"));
}

void dl_judge_happening(struct dl_coding *coding, struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    h->polarity = DL_POSITIVE;
    h->modality = DL_ACTUAL;
    h->time = DL_PAST;
    judge_own(coding, h, h->word);
    if (h->anchor != h->word)
        judge_own(coding, h, h->anchor);
    const struct dl_tree_word *anchor = &tree->words[h->anchor];
    bool bare = anchor->head == DL_NODE_NONE ||
                (anchor->head != DL_NODE_NONE &&
                 tree->words[anchor->head].lemma == dl_atom_hash(DL_STR("be")));
    if (is_infinitive(coding, h->anchor) && (bare || is_due(coding, h->anchor))) /* "is to visit" */
        dl_set_modality(h, DL_PLANNED, dl_tree_child(tree, h->anchor, DL_REL_MARK));
    judge_above(coding, h);
    judge_beside(coding, h);
    dl_judge_years(coding, h);
    h->background = (uint8_t)dl_background_of(coding, h);
    h->opinion = h->opinion || is_opinion(coding, h);
    const struct dl_token *last =
        &coding->article->tokens[coding->sentence->first + coding->sentence->count - 1];
    if (last->len == 1 && coding->article->text.at[last->start] == '?')
        dl_set_modality(h, DL_POSSIBLE, coding->tree.count - 1);
    if (h->modality == DL_PLANNED && h->time == DL_PAST)
        h->time = DL_FUTURE;
}

int32_t dl_actuality_of(const struct dl_mention *m)
{
    int32_t actuality = m->reported ? DL_IS_REPORTED : DL_IS_ASSERTED;
    switch (m->modality) {
    case DL_PLANNED:
        actuality = DL_IS_PLANNED;
        break;
    case DL_POSSIBLE:
        actuality = DL_IS_POSSIBLE;
        break;
    case DL_CONDITIONAL:
        actuality = DL_IS_CONDITIONAL;
        break;
    case DL_REQUESTED:
        actuality = DL_IS_REQUESTED;
        break;
    default:
        break;
    }
    if (m->time == DL_HISTORICAL)
        actuality = DL_IS_HISTORICAL;
    if (m->polarity == DL_NEGATED)
        actuality = DL_IS_NEGATED;
    return actuality;
}
