/* Who hangs where on a frame's word. */
#include "workers/knowledge/frame_fit.h"
#include "workers/knowledge/voices.h"

/* A word for somebody, and not only for what somebody was or how many they are. */
static bool is_role(const struct dl_fit *fit, const struct dl_tree_word *word)
{
    for (uint32_t i = 0; i < word->sense_count; i++)
        if (word->senses[i].kind == DL_SENSE_ROLE &&
            !(dl_almanac_role(fit->tree->almanac, word->senses[i])->flags &
              (DL_ROLE_FORMER | DL_ROLE_LIKE)))
            return true;
    return false;
}

bool dl_fit_may_act(const struct dl_fit *fit, uint32_t at)
{
    const struct dl_tree_word *word = dl_fit_word(fit, at);
    if (word->cues & DL_CUE_MASK(TIME))
        return false;
    if (word->upos == DL_UPOS_PROPN || word->capital ||
        (word->kinds &
         (DL_SENSE(DL_SENSE_PEOPLE) | DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_ACTOR))))
        return true;
    return (word->kinds & DL_SENSE(DL_SENSE_ROLE)) && is_role(fit, word);
}

bool dl_fit_is_person(const struct dl_fit *fit, uint32_t at)
{
    return dl_fit_may_act(fit, at) || dl_fit_word(fit, at)->upos == DL_UPOS_PRON ||
           dl_fit_word(fit, at)->upos == DL_UPOS_NUM; /* "pulled 43 from the sea" */
}

/* "Israeli attack", "police raid"; names may be told apart wrongly, so any left dependent does. */
static uint32_t modifier(const struct dl_fit *fit, uint32_t noun)
{
    for (uint32_t c = dl_fit_word(fit, noun)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        const struct dl_tree_word *word = dl_fit_word(fit, c);
        fit->tree->work--;
        bool left = word->base == DL_REL_AMOD || word->base == DL_REL_COMPOUND ||
                    (word->base == DL_REL_NMOD && word->relation != DL_REL_NMOD_POSS);
        if (left && c < noun && !dl_fit_has_taken(fit, c) && dl_fit_may_act(fit, c))
            return c;
    }
    return DL_NODE_NONE;
}

/* A child under the preposition; 0 for any oblique. */
static uint32_t prepositional(const struct dl_fit *fit, uint32_t home, uint64_t preposition)
{
    if (home == DL_NODE_NONE)
        return DL_NODE_NONE;
    for (uint32_t c = dl_fit_word(fit, home)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        const struct dl_tree_word *word = dl_fit_word(fit, c);
        fit->tree->work--;
        bool oblique = word->base == DL_REL_OBL ||
                       (word->base == DL_REL_NMOD && word->relation != DL_REL_NMOD_POSS);
        if (!oblique || dl_fit_has_taken(fit, c) || c == fit->word ||
            (word->cues & DL_CUE_MASK(TIME)))
            continue;
        if (!preposition || dl_tree_case(fit->tree, c, preposition) != DL_NODE_NONE)
            return c;
    }
    return DL_NODE_NONE;
}

/* Attachment is where parsers err most: the word's own, then its object's, the light verb's, its
 * first attribute's, those of what it complements. */
static uint32_t prepositional_near(const struct dl_fit *fit, uint64_t preposition)
{
    uint32_t found = prepositional(fit, fit->word, preposition);
    if (found != DL_NODE_NONE || !preposition)
        return found;
    if (dl_fit_is_verb(fit)) {
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
    if (found == DL_NODE_NONE && dl_fit_word(fit, fit->word)->base == DL_REL_CONJ)
        found = prepositional(fit, dl_fit_word(fit, fit->word)->head, preposition);
    if (found == DL_NODE_NONE)
        found = prepositional(fit, dl_tree_child(fit->tree, fit->word, DL_REL_CONJ), preposition);
    return found;
}

static uint32_t subject_of(const struct dl_fit *fit, uint32_t home)
{
    if (fit->frame->pos == DL_FRAME_ADJECTIVE && home == fit->word) {
        uint32_t found = dl_tree_child_base(fit->tree, home, DL_REL_NSUBJ);
        if (found == DL_NODE_NONE && dl_fit_word(fit, home)->base == DL_REL_XCOMP)
            found = dl_tree_child_base(fit->tree, dl_fit_word(fit, home)->head, DL_REL_NSUBJ);
        if (found == DL_NODE_NONE && dl_fit_word(fit, home)->base == DL_REL_AMOD)
            found = dl_fit_word(fit, home)->head;
        return found;
    }
    return dl_agent_of(fit->tree, home);
}

/* "gave Malta a ship": its indirect object, or the first of two objects. */
static uint32_t receiver(const struct dl_fit *fit, uint32_t verb)
{
    uint32_t found = dl_tree_child(fit->tree, verb, DL_REL_IOBJ);
    if (found != DL_NODE_NONE || fit->object == DL_NODE_NONE)
        return found;
    found = dl_tree_child(fit->tree, verb, DL_REL_OBJ);
    return found == fit->object || found > fit->object ? DL_NODE_NONE : found;
}

static bool is_particle(const struct dl_fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at && fit->frame->needs[i].kind == DL_NEED_PARTICLE)
            return true;
    return false;
}

static uint32_t find_path(const struct dl_fit *fit, const struct dl_frame_path *path)
{
    uint32_t home = path->light ? fit->light : fit->word;
    if (home == DL_NODE_NONE)
        return DL_NODE_NONE;
    uint32_t object = home;
    if (dl_fit_is_verb(fit) && !path->light)
        object = fit->object != DL_NODE_NONE ? fit->object : dl_patient_of(fit->tree, home);
    switch (path->relation) {
    case DL_REL_NSUBJ:
        return subject_of(fit, home);
    case DL_REL_OBJ: {
        uint32_t found =
            dl_fit_is_verb(fit) || path->light ? dl_patient_of(fit->tree, home) : DL_NODE_NONE;
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
        return found == DL_NODE_NONE && home == fit->word ? dl_fit_infinitive(fit) : found;
    }
    default:
        return dl_tree_child(fit->tree, home, (enum dl_relation)path->relation);
    }
}

/* A need for some of a class took somebody: "expelled two diplomats". */
static bool takes_somebody(const struct dl_fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at && fit->frame->needs[i].of_class)
            return dl_fit_is_person(fit, at);
    return false;
}

/* What a need has taken is no argument unless it is somebody. */
static uint32_t find_first(const struct dl_fit *fit, const struct dl_frame_path *paths,
                           uint32_t but)
{
    for (uint32_t i = 0; i < DL_FRAME_PATHS_MAX && paths[i].relation; i++) {
        uint32_t found = find_path(fit, &paths[i]);
        bool whole = (paths[i].relation == DL_REL_OBJ || paths[i].relation == DL_REL_NSUBJ_PASS) &&
                     found != DL_NODE_NONE && takes_somebody(fit, found);
        if (found != DL_NODE_NONE && found != but && found != fit->word &&
            (whole || !dl_fit_has_taken(fit, found)) &&
            !(dl_fit_word(fit, found)->cues & DL_CUE_MASK(TIME)))
            return found;
    }
    return DL_NODE_NONE;
}

/* "opened fire on the wedding": under a word of reach, beside the verb or its object. */
static uint32_t find_reach(const struct dl_fit *fit, uint32_t head, uint32_t but)
{
    for (uint32_t c = dl_fit_word(fit, head)->child; c != DL_NODE_NONE && fit->tree->work;
         c = dl_fit_word(fit, c)->next) {
        const struct dl_tree_word *word = dl_fit_word(fit, c);
        fit->tree->work--;
        if (c == but || dl_fit_has_taken(fit, c) || (word->cues & DL_CUE_MASK(TIME)) ||
            (word->base != DL_REL_OBL && word->base != DL_REL_NMOD))
            continue;
        if (dl_tree_child_cue(fit->tree, c, DL_CUE_MASK(REACH), DL_REL_CASE) != DL_NODE_NONE)
            return c;
    }
    return DL_NODE_NONE;
}

static void find_recipient(const struct dl_fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    args->recipient = find_first(fit, frame->recipient, args->actor);
    if (args->recipient != DL_NODE_NONE && !dl_fit_is_person(fit, args->recipient) &&
        fit->prepositional != DL_NODE_NONE && fit->prepositional != args->content &&
        fit->prepositional != args->actor && dl_fit_is_person(fit, fit->prepositional))
        args->recipient = fit->prepositional; /* "fired gas at students" */
    if (args->recipient != DL_NODE_NONE || !frame->recipient[0].relation)
        return;
    if (fit->prepositional != DL_NODE_NONE && fit->prepositional != args->content &&
        dl_fit_word(fit, fit->prepositional)->upos != DL_UPOS_VERB) {
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

void dl_fit_find_args(const struct dl_fit *fit, struct dl_frame_args *args)
{
    args->content = DL_NODE_NONE;
    args->actor = find_first(fit, fit->frame->actor, DL_NODE_NONE);
    args->content = find_first(fit, fit->frame->content, args->actor);
    find_recipient(fit, args);
    if (args->content == args->recipient)
        args->content = DL_NODE_NONE;
}
