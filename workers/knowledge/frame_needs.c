/* What a frame asks for beside its word. */
#include "workers/knowledge/frame_fit.h"
#include "workers/knowledge/voices.h"

static bool is_for_anybody(const struct dl_frame_need *need)
{
    return need->of_class == DL_NEED_ANYBODY;
}

bool dl_fit_is_word(const struct dl_fit *fit, uint32_t at, const struct dl_frame_need *need)
{
    if (at == DL_NODE_NONE)
        return false;
    if (is_for_anybody(need))
        return dl_fit_is_person(fit, at);
    if (need->of_class)
        return dl_tree_has_cue(fit->tree, at, need->word);
    if (need->word == 0) /* ">*": whatever it is */
        return true;
    return dl_fit_word(fit, at)->lemma == need->word || dl_fit_word(fit, at)->form == need->word;
}

/* The wanted word at the noun, among those coordinated with it, or counted by it ("a series of
 * talks"). */
static uint32_t word_around(const struct dl_fit *fit, uint32_t noun,
                            const struct dl_frame_need *need)
{
    if (noun == DL_NODE_NONE || dl_fit_is_word(fit, noun, need))
        return noun;
    for (uint32_t c = dl_fit_word(fit, noun)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        fit->tree->work--;
        enum dl_relation base = (enum dl_relation)dl_fit_word(fit, c)->base;
        bool counted = (dl_fit_word(fit, noun)->cues & DL_CUE_MASK(QUANTITY)) != 0 ||
                       dl_fit_word(fit, noun)->upos == DL_UPOS_NUM;
        counted = counted || dl_fit_word(fit, noun)->upos == DL_UPOS_SYM; /* "€10 million in aid" */
        bool near = base == DL_REL_CONJ || base == DL_REL_NUMMOD ||
                    (base == DL_REL_NMOD && (counted || c < noun)) || base == DL_REL_COMPOUND ||
                    base == DL_REL_AMOD || base == DL_REL_FLAT;
        if (near && dl_fit_is_word(fit, c, need) &&
            dl_fit_word(fit, c)->relation != DL_REL_NMOD_POSS)
            return c;
    }
    return DL_NODE_NONE;
}

/* A clause under another word than "to" or "that". */
static bool is_prepositional(const struct dl_fit *fit, uint32_t clause)
{
    uint32_t mark = dl_tree_child_base(fit->tree, clause, DL_REL_MARK);
    return dl_fit_word(fit, clause)->base == DL_REL_ADVCL && mark != DL_NODE_NONE &&
           dl_fit_word(fit, mark)->form != dl_atom_hash(DL_STR("to")) &&
           dl_fit_word(fit, mark)->form != dl_atom_hash(DL_STR("that"));
}

static uint32_t child_among(const struct dl_fit *fit, const struct dl_frame_need *need,
                            const uint8_t *bases, size_t count)
{
    for (uint32_t c = dl_fit_word(fit, fit->word)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        fit->tree->work--;
        if (need->kind == DL_NEED_COMPLEMENT && is_prepositional(fit, c))
            continue; /* "vote on impeaching" is no "vote to impeach" */
        for (size_t i = 0; i < count; i++)
            if (dl_fit_word(fit, c)->base == bases[i] && dl_fit_is_word(fit, c, need))
                return c;
    }
    return DL_NODE_NONE;
}

/* "to" before a verb is no preposition. */
static bool is_infinitive(const struct dl_fit *fit, uint32_t word, uint32_t mark)
{
    return dl_fit_word(fit, mark)->base == DL_REL_MARK && !dl_fit_word(fit, word)->ing &&
           dl_fit_word(fit, mark)->form == dl_atom_hash(DL_STR("to"));
}

static bool take_preposition(struct dl_fit *fit, const struct dl_frame_need *need)
{
    uint32_t homes[] = {fit->word, fit->object,
                        dl_fit_is_verb(fit) ? dl_patient_of(fit->tree, fit->word) : fit->light};
    for (size_t h = 0; h < sizeof homes / sizeof *homes; h++) {
        if (homes[h] == DL_NODE_NONE)
            continue;
        for (uint32_t c = dl_fit_word(fit, homes[h])->child; c != DL_NODE_NONE && fit->tree->work;
             c = dl_fit_word(fit, c)->next) {
            fit->tree->work--;
            uint8_t base = dl_fit_word(fit, c)->base;
            bool oblique = base == DL_REL_OBL || base == DL_REL_NMOD || base == DL_REL_ADVCL ||
                           base == DL_REL_XCOMP || base == DL_REL_ACL;
            bool time = (dl_fit_word(fit, c)->cues & DL_CUE_MASK(TIME)) != 0;
            uint32_t at = oblique && !time ? dl_tree_case(fit->tree, c, need->word) : DL_NODE_NONE;
            if (at != DL_NODE_NONE && !is_infinitive(fit, c, at)) {
                fit->prepositional = c; /* the noun stays free to be an argument */
                return true;
            }
            bool stray = base == DL_REL_ADVMOD || base == DL_REL_CASE ||
                         dl_fit_word(fit, c)->relation == DL_REL_COMPOUND_PRT;
            if (h == 0 && dl_fit_is_verb(fit) && stray && dl_fit_is_word(fit, c, need))
                return true;
        }
    }
    return false;
}

/* "cut ties with the brigade" cuts no brigade, but "put in jail" does put in jail. */
static bool stands_right(const struct dl_fit *fit, uint32_t found)
{
    const struct dl_tree_word *word = dl_fit_word(fit, found);
    if (word->base == DL_REL_NSUBJ && word->relation != DL_REL_NSUBJ_PASS)
        return found > fit->word || found == dl_patient_of(fit->tree, fit->word);
    if (word->base != DL_REL_OBL || word->head != fit->word ||
        dl_tree_child_base(fit->tree, found, DL_REL_CASE) == DL_NODE_NONE)
        return true;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->frame->needs[i].kind == DL_NEED_PARTICLE && /* "called off the talks" */
            dl_tree_child_base(fit->tree, found, DL_REL_CASE) == fit->word + 1 &&
            dl_fit_word(fit, fit->word + 1)->lemma == fit->frame->needs[i].word)
            return true;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->frame->needs[i].kind == DL_NEED_PREPOSITION &&
            dl_tree_case(fit->tree, found, fit->frame->needs[i].word) != DL_NODE_NONE)
            return true;
    return false;
}

/* "refused the unions a permit", "pulled sailors from a ferry": hung on the first object. */
static uint32_t on_object(const struct dl_fit *fit, uint32_t object,
                          const struct dl_frame_need *need)
{
    if (object == DL_NODE_NONE)
        return DL_NODE_NONE;
    for (uint32_t c = dl_fit_word(fit, object)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        fit->tree->work--;
        if (c < object || !dl_fit_is_word(fit, c, need))
            continue;
        if (dl_fit_word(fit, c)->base == DL_REL_OBJ)
            return c;
        for (uint32_t i = 0; i < fit->frame->need_count; i++)
            if (dl_fit_word(fit, c)->base == DL_REL_NMOD &&
                fit->frame->needs[i].kind == DL_NEED_PREPOSITION &&
                dl_tree_case(fit->tree, c, fit->frame->needs[i].word) != DL_NODE_NONE)
                return c;
    }
    return DL_NODE_NONE;
}

/* "took part in a training mission": before the noun under a preposition that is needed, too. */
static uint32_t before_oblique(struct dl_fit *fit, const struct dl_frame_need *need)
{
    bool prepositional = false;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        prepositional = prepositional || fit->frame->needs[i].kind == DL_NEED_PREPOSITION;
    for (uint32_t c = dl_fit_word(fit, fit->word)->child; prepositional && c != DL_NODE_NONE;
         c = dl_fit_word(fit, c)->next)
        for (uint32_t k = dl_fit_word(fit, c)->child;
             dl_fit_word(fit, c)->base == DL_REL_OBL && k != DL_NODE_NONE && fit->tree->work;
             k = dl_fit_word(fit, k)->next) {
            fit->tree->work--;
            if (dl_fit_word(fit, k)->base == DL_REL_COMPOUND && k < c &&
                dl_fit_is_word(fit, k, need))
                return k;
        }
    return DL_NODE_NONE;
}

static bool take_object(struct dl_fit *fit, const struct dl_frame_need *need, uint32_t *taken)
{
    static const uint8_t of_verb[] = {DL_REL_OBL, DL_REL_XCOMP, DL_REL_AMOD, DL_REL_COMPOUND,
                                      DL_REL_ADVMOD};
    static const uint8_t of_noun[] = {DL_REL_COMPOUND, DL_REL_AMOD, DL_REL_NMOD};
    static const uint8_t late_subject[] = {DL_REL_NSUBJ}; /* "were taken hostage" */
    uint32_t found = DL_NODE_NONE;
    static const uint8_t objects[] = {DL_REL_OBJ, DL_REL_IOBJ};
    if (dl_fit_is_verb(fit)) {
        found = child_among(fit, need, objects, sizeof objects); /* "sent Malta two planes" */
        uint32_t patient = dl_patient_of(fit->tree, fit->word);
        if (is_for_anybody(need)) { /* itself, and no word beside it */
            found = found == DL_NODE_NONE && dl_fit_is_word(fit, patient, need) ? patient : found;
            *taken = fit->object = found;
            return found != DL_NODE_NONE;
        }
        if (fit->frame->flags & DL_FRAME_FIGURE) { /* "struck an oil refinery" struck no oil */
            if (found == DL_NODE_NONE && dl_fit_is_word(fit, patient, need))
                found = patient;
        } else {
            if (found == DL_NODE_NONE)
                found = word_around(fit, patient, need);
            if (found == DL_NODE_NONE)
                found = word_around(fit, dl_tree_child(fit->tree, fit->word, DL_REL_OBJ), need);
        }
        if (found == DL_NODE_NONE)
            found = on_object(fit, patient, need);
        if (found == DL_NODE_NONE)
            found = child_among(fit, need, of_verb, sizeof of_verb);
        if (found == DL_NODE_NONE)
            found = before_oblique(fit, need);
        if (found == DL_NODE_NONE)
            found = child_among(fit, need, late_subject, sizeof late_subject);
        if (found != DL_NODE_NONE && !stands_right(fit, found))
            found = DL_NODE_NONE;
    } else {
        found = child_among(fit, need, of_noun, sizeof of_noun);
    }
    *taken = fit->object = found;
    return found != DL_NODE_NONE;
}

uint32_t dl_fit_infinitive(const struct dl_fit *fit)
{
    uint64_t to = dl_atom_hash(DL_STR("to"));
    uint32_t homes[] = {fit->word, dl_patient_of(fit->tree, fit->word)};
    if (!dl_fit_is_verb(fit))
        return DL_NODE_NONE;
    for (size_t h = 0; h < sizeof homes / sizeof *homes; h++) {
        if (homes[h] == DL_NODE_NONE)
            continue;
        for (uint32_t c = dl_fit_word(fit, homes[h])->child; c != DL_NODE_NONE && fit->tree->work;
             c = dl_fit_word(fit, c)->next) {
            const struct dl_tree_word *word = dl_fit_word(fit, c);
            fit->tree->work--;
            uint32_t mark = dl_tree_child_base(fit->tree, c, DL_REL_MARK);
            if (c > fit->word && word->upos == DL_UPOS_VERB && !word->ing &&
                word->base == (h ? DL_REL_ACL : DL_REL_ADVCL) && mark != DL_NODE_NONE &&
                dl_fit_word(fit, mark)->form == to)
                return c;
        }
    }
    return DL_NODE_NONE;
}

static bool take_need(struct dl_fit *fit, uint32_t index)
{
    static const uint8_t particles[] = {DL_REL_COMPOUND, DL_REL_ADVMOD, DL_REL_CASE, DL_REL_XCOMP,
                                        DL_REL_OBL};
    static const uint8_t clauses[] = {DL_REL_XCOMP, DL_REL_CCOMP, DL_REL_ADVCL, DL_REL_ACL};
    static const uint8_t before[] = {DL_REL_COMPOUND, DL_REL_AMOD, DL_REL_NMOD};
    const struct dl_frame_need *need = &fit->frame->needs[index];
    uint32_t found = DL_NODE_NONE;
    switch (need->kind) {
    case DL_NEED_PREPOSITION:
        return take_preposition(fit, need);
    case DL_NEED_OBJECT:
        return take_object(fit, need, &fit->taken[index]);
    case DL_NEED_PARTICLE:
        found = child_among(fit, need, particles, sizeof particles);
        if (found == DL_NODE_NONE && fit->word + 1 < fit->tree->count &&
            dl_fit_word(fit, fit->word + 1)->lemma == need->word && dl_fit_is_verb(fit))
            found = fit->word + 1; /* "called off the talks", taken for a preposition */
        if (found == DL_NODE_NONE) /* "held joint patrols" */
            found = word_around(fit, dl_patient_of(fit->tree, fit->word), need);
        break;
    case DL_NEED_COMPLEMENT:
        found = child_among(fit, need, clauses, sizeof clauses);
        if (found == DL_NODE_NONE) {
            found = dl_fit_infinitive(fit);
            found = dl_fit_is_word(fit, found, need) ? found : DL_NODE_NONE;
        }
        if (found != DL_NODE_NONE) /* the content: it stays free to be an argument */
            return true;
        break;
    default:
        if (dl_fit_is_verb(fit))
            return word_around(fit, dl_agent_of(fit->tree, fit->word), need) != DL_NODE_NONE;
        found = child_among(fit, need, before, sizeof before);
        return found != DL_NODE_NONE;
    }
    fit->taken[index] = found;
    return found != DL_NODE_NONE;
}

bool dl_fit_take_needs(struct dl_fit *fit)
{
    fit->prepositional = fit->object = DL_NODE_NONE;
    for (uint32_t i = 0; i < DL_FRAME_NEEDS_MAX; i++)
        fit->taken[i] = DL_NODE_NONE;
    for (uint32_t pass = 0; pass < 2; pass++) /* objects first: prepositions may hang on them */
        for (uint32_t i = 0; i < fit->frame->need_count; i++)
            if ((fit->frame->needs[i].kind == DL_NEED_PREPOSITION) == (pass == 1) &&
                !take_need(fit, i))
                return false;
    return true;
}
