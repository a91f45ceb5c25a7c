/* Fitting frames to trees. */
#include "workers/knowledge/frame_match.h"

#include "workers/knowledge/voices.h"

struct fit {
    struct dl_tree *tree;
    const struct dl_frame *frame;
    uint32_t word;
    uint32_t light;                     /* the light verb of a noun, or DL_NODE_NONE */
    uint32_t taken[DL_FRAME_NEEDS_MAX]; /* by each need */
    uint32_t prepositional;             /* the noun under a needed preposition */
    uint32_t object;                    /* the needed object */
};

static const struct dl_tree_word *word_of(const struct fit *fit, uint32_t at)
{
    return &fit->tree->words[at];
}

static bool is_taken(const struct fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at)
            return true;
    return false;
}

static bool is_particle(const struct fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at && fit->frame->needs[i].kind == DL_NEED_PARTICLE)
            return true;
    return false;
}

static bool is_verb(const struct fit *fit)
{
    return fit->frame->pos == DL_FRAME_VERB;
}

/* --- needs --- */

static bool may_act(const struct fit *fit, uint32_t at);

/* ":=person": whoever can be somebody, and pronouns. */
static bool is_person(const struct fit *fit, uint32_t at)
{
    return may_act(fit, at) || word_of(fit, at)->upos == DL_UPOS_PRON ||
           word_of(fit, at)->upos == DL_UPOS_NUM; /* "pulled 43 from the sea" */
}

static bool is_for_anybody(const struct dl_frame_need *need)
{
    return need->of_class == DL_NEED_ANYBODY;
}

static bool is_word(const struct fit *fit, uint32_t at, const struct dl_frame_need *need)
{
    if (at == DL_NODE_NONE)
        return false;
    if (is_for_anybody(need))
        return is_person(fit, at);
    if (need->of_class)
        return dl_tree_has_cue(fit->tree, at, need->word);
    if (need->word == 0) /* ">*": whatever it is */
        return true;
    return word_of(fit, at)->lemma == need->word || word_of(fit, at)->form == need->word;
}

/* The wanted word at the noun, among those coordinated with it, or counted by it ("a series of
 * talks"). */
static uint32_t word_around(const struct fit *fit, uint32_t noun, const struct dl_frame_need *need)
{
    if (noun == DL_NODE_NONE || is_word(fit, noun, need))
        return noun;
    for (uint32_t c = word_of(fit, noun)->child; c != DL_NODE_NONE && fit->tree->work;
         c = word_of(fit, c)->next) {
        fit->tree->work--;
        enum dl_relation base = (enum dl_relation)word_of(fit, c)->base;
        bool counted = (word_of(fit, noun)->cues & DL_CUE_MASK(QUANTITY)) != 0 ||
                       word_of(fit, noun)->upos == DL_UPOS_NUM;
        counted = counted || word_of(fit, noun)->upos == DL_UPOS_SYM; /* "€10 million in aid" */
        bool near = base == DL_REL_CONJ || base == DL_REL_NUMMOD ||
                    (base == DL_REL_NMOD && (counted || c < noun)) || base == DL_REL_COMPOUND ||
                    base == DL_REL_AMOD || base == DL_REL_FLAT;
        if (near && is_word(fit, c, need) && word_of(fit, c)->relation != DL_REL_NMOD_POSS)
            return c;
    }
    return DL_NODE_NONE;
}

/* A clause under another word than "to" or "that". */
static bool is_prepositional(const struct fit *fit, uint32_t clause)
{
    uint32_t mark = dl_tree_child_base(fit->tree, clause, DL_REL_MARK);
    return word_of(fit, clause)->base == DL_REL_ADVCL && mark != DL_NODE_NONE &&
           word_of(fit, mark)->form != dl_atom_hash(DL_STR("to")) &&
           word_of(fit, mark)->form != dl_atom_hash(DL_STR("that"));
}

static uint32_t child_among(const struct fit *fit, const struct dl_frame_need *need,
                            const uint8_t *bases, size_t count)
{
    for (uint32_t c = word_of(fit, fit->word)->child; c != DL_NODE_NONE && fit->tree->work;
         c = word_of(fit, c)->next) {
        fit->tree->work--;
        if (need->kind == DL_NEED_COMPLEMENT && is_prepositional(fit, c))
            continue; /* "vote on impeaching" is no "vote to impeach" */
        for (size_t i = 0; i < count; i++)
            if (word_of(fit, c)->base == bases[i] && is_word(fit, c, need))
                return c;
    }
    return DL_NODE_NONE;
}

/* "to" before a verb is no preposition. */
static bool is_infinitive(const struct fit *fit, uint32_t word, uint32_t mark)
{
    return word_of(fit, mark)->base == DL_REL_MARK && !word_of(fit, word)->ing &&
           word_of(fit, mark)->form == dl_atom_hash(DL_STR("to"));
}

static bool take_preposition(struct fit *fit, const struct dl_frame_need *need)
{
    uint32_t homes[] = {fit->word, fit->object,
                        is_verb(fit) ? dl_patient_of(fit->tree, fit->word) : fit->light};
    for (size_t h = 0; h < sizeof homes / sizeof *homes; h++) {
        if (homes[h] == DL_NODE_NONE)
            continue;
        for (uint32_t c = word_of(fit, homes[h])->child; c != DL_NODE_NONE && fit->tree->work;
             c = word_of(fit, c)->next) {
            fit->tree->work--;
            uint8_t base = word_of(fit, c)->base;
            bool oblique = base == DL_REL_OBL || base == DL_REL_NMOD || base == DL_REL_ADVCL ||
                           base == DL_REL_XCOMP || base == DL_REL_ACL;
            bool time = (word_of(fit, c)->cues & DL_CUE_MASK(TIME)) != 0;
            uint32_t at = oblique && !time ? dl_tree_case(fit->tree, c, need->word) : DL_NODE_NONE;
            if (at != DL_NODE_NONE && !is_infinitive(fit, c, at)) {
                fit->prepositional = c; /* the noun stays free to be an argument */
                return true;
            }
            bool stray = base == DL_REL_ADVMOD || base == DL_REL_CASE ||
                         word_of(fit, c)->relation == DL_REL_COMPOUND_PRT;
            if (h == 0 && is_verb(fit) && stray && is_word(fit, c, need))
                return true;
        }
    }
    return false;
}

/* "cut ties with the brigade" cuts no brigade, but "put in jail" does put in jail. */
static bool stands_right(const struct fit *fit, uint32_t found)
{
    const struct dl_tree_word *word = word_of(fit, found);
    if (word->base == DL_REL_NSUBJ && word->relation != DL_REL_NSUBJ_PASS)
        return found > fit->word || found == dl_patient_of(fit->tree, fit->word);
    if (word->base != DL_REL_OBL || word->head != fit->word ||
        dl_tree_child_base(fit->tree, found, DL_REL_CASE) == DL_NODE_NONE)
        return true;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->frame->needs[i].kind == DL_NEED_PARTICLE && /* "called off the talks" */
            dl_tree_child_base(fit->tree, found, DL_REL_CASE) == fit->word + 1 &&
            word_of(fit, fit->word + 1)->lemma == fit->frame->needs[i].word)
            return true;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->frame->needs[i].kind == DL_NEED_PREPOSITION &&
            dl_tree_case(fit->tree, found, fit->frame->needs[i].word) != DL_NODE_NONE)
            return true;
    return false;
}

static bool take_object(struct fit *fit, const struct dl_frame_need *need, uint32_t *taken)
{
    static const uint8_t of_verb[] = {DL_REL_OBL, DL_REL_XCOMP, DL_REL_AMOD, DL_REL_COMPOUND,
                                      DL_REL_ADVMOD};
    static const uint8_t of_noun[] = {DL_REL_COMPOUND, DL_REL_AMOD, DL_REL_NMOD};
    static const uint8_t late_subject[] = {DL_REL_NSUBJ}; /* "were taken hostage" */
    uint32_t found = DL_NODE_NONE;
    static const uint8_t objects[] = {DL_REL_OBJ, DL_REL_IOBJ};
    if (is_verb(fit)) {
        found = child_among(fit, need, objects, sizeof objects); /* "sent Malta two planes" */
        uint32_t patient = dl_patient_of(fit->tree, fit->word);
        if (is_for_anybody(need)) { /* itself, and no word beside it */
            found = found == DL_NODE_NONE && is_word(fit, patient, need) ? patient : found;
            *taken = fit->object = found;
            return found != DL_NODE_NONE;
        }
        if (fit->frame->flags & DL_FRAME_FIGURE) { /* "struck an oil refinery" struck no oil */
            if (found == DL_NODE_NONE && is_word(fit, patient, need))
                found = patient;
        } else {
            if (found == DL_NODE_NONE)
                found = word_around(fit, patient, need);
            if (found == DL_NODE_NONE)
                found = word_around(fit, dl_tree_child(fit->tree, fit->word, DL_REL_OBJ), need);
        }
        if (found == DL_NODE_NONE)
            found = child_among(fit, need, of_verb, sizeof of_verb);
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

/* What follows with "to", though the tree has it for a purpose or an attribute of the object:
 * "asked the court to name", "offered on Thursday to build". */
static uint32_t infinitive_near(const struct fit *fit)
{
    uint64_t to = dl_atom_hash(DL_STR("to"));
    uint32_t homes[] = {fit->word, dl_patient_of(fit->tree, fit->word)};
    if (!is_verb(fit))
        return DL_NODE_NONE;
    for (size_t h = 0; h < sizeof homes / sizeof *homes; h++) {
        if (homes[h] == DL_NODE_NONE)
            continue;
        for (uint32_t c = word_of(fit, homes[h])->child; c != DL_NODE_NONE && fit->tree->work;
             c = word_of(fit, c)->next) {
            const struct dl_tree_word *word = word_of(fit, c);
            fit->tree->work--;
            uint32_t mark = dl_tree_child_base(fit->tree, c, DL_REL_MARK);
            if (c > fit->word && word->upos == DL_UPOS_VERB && !word->ing &&
                word->base == (h ? DL_REL_ACL : DL_REL_ADVCL) && mark != DL_NODE_NONE &&
                word_of(fit, mark)->form == to)
                return c;
        }
    }
    return DL_NODE_NONE;
}

static bool take_need(struct fit *fit, uint32_t index)
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
            word_of(fit, fit->word + 1)->lemma == need->word && is_verb(fit))
            found = fit->word + 1; /* "called off the talks", taken for a preposition */
        if (found == DL_NODE_NONE) /* "held joint patrols" */
            found = word_around(fit, dl_patient_of(fit->tree, fit->word), need);
        break;
    case DL_NEED_COMPLEMENT:
        found = child_among(fit, need, clauses, sizeof clauses);
        if (found == DL_NODE_NONE) {
            found = infinitive_near(fit);
            found = is_word(fit, found, need) ? found : DL_NODE_NONE;
        }
        if (found != DL_NODE_NONE) /* the content: it stays free to be an argument */
            return true;
        break;
    default:
        if (is_verb(fit))
            return word_around(fit, dl_agent_of(fit->tree, fit->word), need) != DL_NODE_NONE;
        found = child_among(fit, need, before, sizeof before);
        return found != DL_NODE_NONE;
    }
    fit->taken[index] = found;
    return found != DL_NODE_NONE;
}

/* --- arguments --- */

/* A word for somebody, and not only for what somebody was or how many they are. */
static bool is_role(const struct fit *fit, const struct dl_tree_word *word)
{
    for (uint32_t i = 0; i < word->sense_count; i++)
        if (word->senses[i].kind == DL_SENSE_ROLE &&
            !(dl_almanac_role(fit->tree->almanac, word->senses[i])->flags &
              (DL_ROLE_FORMER | DL_ROLE_LIKE)))
            return true;
    return false;
}

/* Someone may act by this word: a name, or a word for a role or a people. */
static bool may_act(const struct fit *fit, uint32_t at)
{
    const struct dl_tree_word *word = word_of(fit, at);
    if (word->cues & DL_CUE_MASK(TIME))
        return false;
    if (word->upos == DL_UPOS_PROPN || word->capital ||
        (word->kinds &
         (DL_SENSE(DL_SENSE_PEOPLE) | DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_ACTOR))))
        return true;
    return (word->kinds & DL_SENSE(DL_SENSE_ROLE)) && is_role(fit, word);
}

/* "Israeli attack", "police raid"; names may be told apart wrongly, so any left dependent does. */
static uint32_t modifier(const struct fit *fit, uint32_t noun)
{
    for (uint32_t c = word_of(fit, noun)->child; c != DL_NODE_NONE && fit->tree->work;
         c = word_of(fit, c)->next) {
        const struct dl_tree_word *word = word_of(fit, c);
        fit->tree->work--;
        bool left = word->base == DL_REL_AMOD || word->base == DL_REL_COMPOUND ||
                    (word->base == DL_REL_NMOD && word->relation != DL_REL_NMOD_POSS);
        if (left && c < noun && !is_taken(fit, c) && may_act(fit, c))
            return c;
    }
    return DL_NODE_NONE;
}

/* A child under the preposition; 0 for any oblique. */
static uint32_t prepositional(const struct fit *fit, uint32_t home, uint64_t preposition)
{
    if (home == DL_NODE_NONE)
        return DL_NODE_NONE;
    for (uint32_t c = word_of(fit, home)->child; c != DL_NODE_NONE && fit->tree->work;
         c = word_of(fit, c)->next) {
        const struct dl_tree_word *word = word_of(fit, c);
        fit->tree->work--;
        bool oblique = word->base == DL_REL_OBL ||
                       (word->base == DL_REL_NMOD && word->relation != DL_REL_NMOD_POSS);
        if (!oblique || is_taken(fit, c) || c == fit->word || (word->cues & DL_CUE_MASK(TIME)))
            continue;
        if (!preposition || dl_tree_case(fit->tree, c, preposition) != DL_NODE_NONE)
            return c;
    }
    return DL_NODE_NONE;
}

/* Attachment is where parsers err most: the word's own, then its object's, the light verb's, its
 * first attribute's, those of what it complements. */
static uint32_t prepositional_near(const struct fit *fit, uint64_t preposition)
{
    uint32_t found = prepositional(fit, fit->word, preposition);
    if (found != DL_NODE_NONE || !preposition)
        return found;
    if (is_verb(fit)) {
        found = prepositional(fit, fit->object, preposition);
        if (found == DL_NODE_NONE)
            found =
                prepositional(fit, dl_tree_child(fit->tree, fit->word, DL_REL_OBJ), preposition);
        if (found == DL_NODE_NONE)
            found =
                prepositional(fit, dl_tree_child(fit->tree, fit->word, DL_REL_XCOMP), preposition);
        return found;
    }
    found = prepositional(fit, fit->light, preposition);
    if (found == DL_NODE_NONE)
        found = prepositional(fit, dl_tree_child(fit->tree, fit->word, DL_REL_NMOD), preposition);
    if (found == DL_NODE_NONE && word_of(fit, fit->word)->base == DL_REL_CONJ)
        found = prepositional(fit, word_of(fit, fit->word)->head, preposition);
    if (found == DL_NODE_NONE)
        found = prepositional(fit, dl_tree_child(fit->tree, fit->word, DL_REL_CONJ), preposition);
    return found;
}

static uint32_t subject_of(const struct fit *fit, uint32_t home)
{
    if (fit->frame->pos == DL_FRAME_ADJECTIVE && home == fit->word) {
        uint32_t found = dl_tree_child_base(fit->tree, home, DL_REL_NSUBJ);
        if (found == DL_NODE_NONE && word_of(fit, home)->base == DL_REL_XCOMP)
            found = dl_tree_child_base(fit->tree, word_of(fit, home)->head, DL_REL_NSUBJ);
        if (found == DL_NODE_NONE && word_of(fit, home)->base == DL_REL_AMOD)
            found = word_of(fit, home)->head;
        return found;
    }
    return dl_agent_of(fit->tree, home);
}

/* "gave Malta a ship": its indirect object, or the first of two objects. */
static uint32_t receiver(const struct fit *fit, uint32_t verb)
{
    uint32_t found = dl_tree_child(fit->tree, verb, DL_REL_IOBJ);
    if (found != DL_NODE_NONE || fit->object == DL_NODE_NONE)
        return found;
    found = dl_tree_child(fit->tree, verb, DL_REL_OBJ);
    return found == fit->object || found > fit->object ? DL_NODE_NONE : found;
}

static uint32_t find_path(const struct fit *fit, const struct dl_frame_path *path)
{
    uint32_t home = path->light ? fit->light : fit->word;
    if (home == DL_NODE_NONE)
        return DL_NODE_NONE;
    uint32_t object = home;
    if (is_verb(fit) && !path->light)
        object = fit->object != DL_NODE_NONE ? fit->object : dl_patient_of(fit->tree, home);
    switch (path->relation) {
    case DL_REL_NSUBJ:
        return subject_of(fit, home);
    case DL_REL_OBJ: {
        uint32_t found =
            is_verb(fit) || path->light ? dl_patient_of(fit->tree, home) : DL_NODE_NONE;
        bool particle = found != DL_NODE_NONE && found == home + 1 && is_particle(fit, found);
        return particle ? dl_object_after(fit->tree, found) : found; /* "shot dead a fisherman" */
    }
    case DL_REL_IOBJ:
        return receiver(fit, home);
    case DL_REL_NSUBJ_PASS:
        return dl_is_passive(fit->tree, home) ? dl_patient_of(fit->tree, home) : DL_NODE_NONE;
    case DL_REL_AMOD:
    case DL_REL_COMPOUND:
        return object == DL_NODE_NONE ? DL_NODE_NONE : modifier(fit, object);
    case DL_REL_NMOD_POSS: /* of a verb: its object's owner */
        return object == DL_NODE_NONE ? DL_NODE_NONE
                                      : dl_tree_child(fit->tree, object, DL_REL_NMOD_POSS);
    case DL_REL_OBL:
    case DL_REL_NMOD:
        if (path->word == dl_atom_hash(DL_STR("by"))) {
            uint32_t agent = dl_tree_child(fit->tree, home, DL_REL_OBL_AGENT);
            if (agent != DL_NODE_NONE)
                return agent;
        }
        return path->light ? prepositional(fit, home, path->word)
                           : prepositional_near(fit, path->word);
    case DL_REL_XCOMP: {
        uint32_t found = dl_tree_child(fit->tree, home, DL_REL_XCOMP);
        return found == DL_NODE_NONE && home == fit->word ? infinitive_near(fit) : found;
    }
    default:
        return dl_tree_child(fit->tree, home, (enum dl_relation)path->relation);
    }
}

/* A need for some of a class took somebody: "expelled two diplomats". */
static bool takes_somebody(const struct fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at && fit->frame->needs[i].of_class)
            return is_person(fit, at);
    return false;
}

/* What a need has taken is no argument unless it is somebody. */
static uint32_t find_first(const struct fit *fit, const struct dl_frame_path *paths, uint32_t but)
{
    for (uint32_t i = 0; i < DL_FRAME_PATHS_MAX && paths[i].relation; i++) {
        uint32_t found = find_path(fit, &paths[i]);
        bool whole = (paths[i].relation == DL_REL_OBJ || paths[i].relation == DL_REL_NSUBJ_PASS) &&
                     found != DL_NODE_NONE && takes_somebody(fit, found);
        if (found != DL_NODE_NONE && found != but && found != fit->word &&
            (whole || !is_taken(fit, found)) && !(word_of(fit, found)->cues & DL_CUE_MASK(TIME)))
            return found;
    }
    return DL_NODE_NONE;
}

/* "opened fire on the wedding": under a word of reach, beside the verb or its object. */
static uint32_t find_reach(const struct fit *fit, uint32_t head, uint32_t but)
{
    for (uint32_t c = word_of(fit, head)->child; c != DL_NODE_NONE && fit->tree->work;
         c = word_of(fit, c)->next) {
        const struct dl_tree_word *word = word_of(fit, c);
        fit->tree->work--;
        if (c == but || is_taken(fit, c) || (word->cues & DL_CUE_MASK(TIME)) ||
            (word->base != DL_REL_OBL && word->base != DL_REL_NMOD))
            continue;
        if (dl_tree_child_cue(fit->tree, c, DL_CUE_MASK(REACH), DL_REL_CASE) != DL_NODE_NONE)
            return c;
    }
    return DL_NODE_NONE;
}

static void find_recipient(const struct fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    args->recipient = find_first(fit, frame->recipient, args->actor);
    if (args->recipient != DL_NODE_NONE && !is_person(fit, args->recipient) &&
        fit->prepositional != DL_NODE_NONE && fit->prepositional != args->content &&
        fit->prepositional != args->actor && is_person(fit, fit->prepositional))
        args->recipient = fit->prepositional; /* "fired gas at students" */
    if (args->recipient != DL_NODE_NONE || !frame->recipient[0].relation)
        return;
    if (fit->prepositional != DL_NODE_NONE && fit->prepositional != args->content &&
        word_of(fit, fit->prepositional)->upos != DL_UPOS_VERB) {
        args->recipient = fit->prepositional;
        return;
    }
    if (fit->object == DL_NODE_NONE || (frame->flags & DL_FRAME_PEERS))
        return;
    args->recipient = find_reach(fit, fit->word, args->actor);
    if (args->recipient == DL_NODE_NONE)
        args->recipient = find_reach(fit, fit->object, args->actor);
    if (args->recipient == DL_NODE_NONE)
        args->recipient = dl_tree_child(fit->tree, fit->object, DL_REL_NMOD_POSS);
    if (args->recipient == DL_NODE_NONE)
        args->recipient = modifier(fit, fit->object);
    if (args->recipient == args->actor)
        args->recipient = DL_NODE_NONE;
}

/* "is considering strikes": who considers them would carry them out. */
#define WANTS (DL_CUE_MASK(WEIGHS) | DL_CUE_MASK(PLANS) | DL_CUE_MASK(TRIES))

/* The light verb a noun is object or passive subject of, itself or by "a series of". */
static uint32_t light_verb(const struct fit *fit)
{
    uint32_t noun = fit->word;
    if (fit->frame->pos != DL_FRAME_NOUN)
        return DL_NODE_NONE;
    if (word_of(fit, noun)->base == DL_REL_NMOD && word_of(fit, noun)->head != DL_NODE_NONE &&
        dl_tree_case(fit->tree, noun, dl_atom_hash(DL_STR("of"))) != DL_NODE_NONE &&
        word_of(fit, word_of(fit, noun)->head)->base == DL_REL_OBJ)
        noun = word_of(fit, noun)->head;
    uint32_t head = word_of(fit, noun)->head;
    bool object =
        word_of(fit, noun)->relation == DL_REL_OBJ ||
        word_of(fit, noun)->relation == DL_REL_NSUBJ_PASS ||
        (word_of(fit, noun)->base == DL_REL_ACL && word_of(fit, head)->upos == DL_UPOS_VERB);
    if (!object || head == DL_NODE_NONE)
        return DL_NODE_NONE;
    bool light = (word_of(fit, head)->cues & (DL_CUE_MASK(LIGHT) | WANTS)) ||
                 dl_tree_child(fit->tree, head, DL_REL_COMPOUND_PRT) != DL_NODE_NONE;
    return light ? head : DL_NODE_NONE;
}

/* "helped to build", "tried to leave": the verb only leads to another, unless its frame takes what
 * follows. */
static bool only_leads(const struct fit *fit)
{
    if (!is_verb(fit) || (fit->frame->flags & DL_FRAME_CONTENT) || fit->frame->need_count)
        return false;
    uint32_t below = dl_tree_child(fit->tree, fit->word, DL_REL_XCOMP);
    return below != DL_NODE_NONE && word_of(fit, below)->upos == DL_UPOS_VERB &&
           dl_tree_child(fit->tree, fit->word, DL_REL_OBJ) == DL_NODE_NONE &&
           !dl_is_passive(fit->tree, fit->word);
}

/* What is asked, and not only whether. */
static bool says_what(const struct fit *fit, uint32_t content)
{
    return content != DL_NODE_NONE &&
           dl_tree_child_cue(fit->tree, content, DL_CUE_MASK(IF), DL_REL_MARK) == DL_NODE_NONE;
}

/* "called off the strike" is no "called a strike". */
static bool has_other_particle(const struct fit *fit)
{
    uint32_t particle = dl_tree_child(fit->tree, fit->word, DL_REL_COMPOUND_PRT);
    if (!is_verb(fit) || particle == DL_NODE_NONE)
        return false;
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (is_word(fit, particle, &fit->frame->needs[i]))
            return false;
    return true;
}

static bool fits(struct fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    if (only_leads(fit) || has_other_particle(fit))
        return false;
    fit->prepositional = fit->object = DL_NODE_NONE;
    for (uint32_t i = 0; i < DL_FRAME_NEEDS_MAX; i++)
        fit->taken[i] = DL_NODE_NONE;
    fit->light = light_verb(fit);
    for (uint32_t pass = 0; pass < 2; pass++) /* objects first: prepositions may hang on them */
        for (uint32_t i = 0; i < frame->need_count; i++)
            if ((frame->needs[i].kind == DL_NEED_PREPOSITION) == (pass == 1) && !take_need(fit, i))
                return false;
    bool carries =
        fit->light != DL_NODE_NONE && (!(word_of(fit, fit->light)->cues & WANTS) ||
                                       (word_of(fit, fit->light)->cues & DL_CUE_MASK(LIGHT)));
    *args = (struct dl_frame_args){.verb = carries ? fit->light : fit->word};
    args->passive = is_verb(fit) && dl_is_passive(fit->tree, fit->word);
    args->content = DL_NODE_NONE;
    args->actor = find_first(fit, frame->actor, DL_NODE_NONE);
    args->content = find_first(fit, frame->content, args->actor);
    find_recipient(fit, args);
    if (args->content == args->recipient)
        args->content = DL_NODE_NONE;
    memcpy(args->taken, fit->taken, sizeof args->taken);
    if ((frame->flags & DL_FRAME_SAID) && !says_what(fit, args->content))
        return false;
    return !((frame->flags & DL_FRAME_ACTOR) && args->actor == DL_NODE_NONE) &&
           !((frame->flags & DL_FRAME_RECIPIENT) && args->recipient == DL_NODE_NONE);
}

bool dl_frame_fits(struct dl_tree *tree, uint32_t word, const struct dl_frame *frame,
                   struct dl_frame_args *ret_args)
{
    struct fit fit = {.tree = tree, .word = word, .frame = frame};
    return fits(&fit, ret_args);
}

bool dl_frame_match(struct dl_tree *tree, uint32_t word, enum dl_frame_pos pos,
                    struct dl_sense *ret_sense, struct dl_frame_args *ret_args)
{
    assert(word < tree->count);
    const struct dl_tree_word *at = &tree->words[word];
    for (uint32_t i = 0; i < at->sense_count && tree->work; i++) {
        struct fit fit = {.tree = tree, .word = word};
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
