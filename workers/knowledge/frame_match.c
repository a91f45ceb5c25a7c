/* Fitting frames to trees. */
#include "workers/knowledge/frame_match.h"

#define REACH_DEPTH_MAX 40U /* words climbed from a coordinated event to the one it shares with */

struct fit {
    const struct dl_almanac *almanac;
    const struct dl_frame_tree *tree;
    const struct dl_frame *frame;
    struct dl_sense sense;
    uint32_t word;
    uint32_t taken[DL_FRAME_NEEDS_MAX]; /* by each need */
    uint32_t prepositional;             /* the noun under a needed preposition */
    uint32_t object;                    /* the needed object */
};

static bool is_relation(dl_str relation, dl_str wanted)
{
    return dl_str_eq(relation, wanted) ||
           (dl_str_starts(relation, wanted) && relation.at[wanted.len] == ':');
}

static bool has_lemma(const struct fit *fit, uint32_t at, uint64_t hash)
{
    return dl_atom_hash(fit->tree->lemmas[at]) == hash;
}

/* The case word of a noun, by its hash; DL_NODE_NONE if it has none such. */
static uint32_t case_of(const struct fit *fit, uint32_t noun, uint64_t hash)
{
    const struct dl_frame_tree *tree = fit->tree;
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->heads[i] == noun &&
            (is_relation(tree->relations[i], DL_STR("case")) ||
             is_relation(tree->relations[i], DL_STR("mark"))) &&
            has_lemma(fit, i, hash))
            return i;
    return DL_NODE_NONE;
}

/* The preposition of one of the word's own obliques, or of its object's attributes. */
static bool take_preposition(struct fit *fit, uint64_t hash, uint32_t need)
{
    const struct dl_frame_tree *tree = fit->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        bool own = tree->heads[i] == fit->word;
        bool of_object = fit->object != DL_NODE_NONE && tree->heads[i] == fit->object;
        if ((own || of_object) && i != fit->word && case_of(fit, i, hash) != DL_NODE_NONE) {
            fit->prepositional = i;
            fit->taken[need] = DL_NODE_NONE; /* the noun stays free to be an argument */
            return true;
        }
    }
    return false;
}

static bool relation_fits(const struct fit *fit, uint32_t at, uint32_t kind)
{
    static const struct {
        uint32_t kind;
        const char *relation;
    } relations[] = {
        {DL_NEED_PARTICLE, "compound"}, {DL_NEED_PARTICLE, "advmod"},
        {DL_NEED_PARTICLE, "case"},     {DL_NEED_OBJECT, "obj"},
        {DL_NEED_OBJECT, "iobj"},       {DL_NEED_OBJECT, "nsubj:pass"},
        {DL_NEED_OBJECT, "compound"},   {DL_NEED_OBJECT, "amod"},
        {DL_NEED_OBJECT, "obl"},        {DL_NEED_COMPLEMENT, "xcomp"},
        {DL_NEED_COMPLEMENT, "ccomp"},  {DL_NEED_COMPLEMENT, "advcl"},
        {DL_NEED_COMPLEMENT, "acl"},
    };
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
        if (relations[i].kind == kind &&
            is_relation(fit->tree->relations[at], dl_str_of(relations[i].relation)))
            return true;
    return false;
}

static bool take_need(struct fit *fit, uint32_t need)
{
    const struct dl_frame_need *want = &fit->frame->needs[need];
    const struct dl_frame_tree *tree = fit->tree;
    if (want->kind == DL_NEED_PREPOSITION)
        return take_preposition(fit, want->word, need);
    for (uint32_t i = 0; i < tree->count; i++) {
        if (tree->heads[i] != fit->word || !has_lemma(fit, i, want->word) ||
            !relation_fits(fit, i, want->kind))
            continue;
        fit->taken[need] = i;
        if (want->kind == DL_NEED_OBJECT)
            fit->object = i;
        return true;
    }
    return false;
}

static bool is_taken(const struct fit *fit, uint32_t at)
{
    for (uint32_t i = 0; i < fit->frame->need_count; i++)
        if (fit->taken[i] == at)
            return true;
    return false;
}

/* "obl:by", "nmod:of": a dependent of `head` with that relation and preposition. Other paths are
 * relations as they stand. */
static uint32_t dependent(const struct fit *fit, uint32_t head, dl_str path)
{
    const struct dl_frame_tree *tree = fit->tree;
    const char *colon = path.len ? memchr(path.at, ':', path.len) : NULL;
    dl_str relation = colon ? dl_str_sub(path, 0, (size_t)(colon - path.at)) : path;
    dl_str detail = colon ? dl_str_sub(path, relation.len + 1, path.len) : (dl_str){"", 0};
    bool oblique = dl_str_is(relation, "obl") || dl_str_is(relation, "nmod");
    for (uint32_t i = 0; i < tree->count; i++) {
        if (tree->heads[i] != head || is_taken(fit, i) || i == fit->word)
            continue;
        if (dl_str_eq(tree->relations[i], path))
            return i;
        if (oblique && detail.len && is_relation(tree->relations[i], relation) &&
            case_of(fit, i, dl_atom_hash(detail)) != DL_NODE_NONE)
            return i;
        if (!colon && oblique && is_relation(tree->relations[i], relation))
            return i;
    }
    return DL_NODE_NONE;
}

static bool is_cue(const struct dl_almanac *almanac, dl_str word, const char *what)
{
    struct dl_atom atom;
    struct dl_found found;
    if (dl_atoms(word, &atom, 1) != 1 ||
        !dl_almanac_find(almanac, &atom, 0, 1, DL_SENSE(DL_SENSE_CUE), &found))
        return false;
    for (uint32_t i = 0; i < found.count; i++) {
        const struct dl_cue *cue = dl_almanac_cue(almanac, found.senses[i]);
        if (dl_str_is(dl_almanac_text(almanac, found.senses[i], cue->what), what))
            return true;
    }
    return false;
}

/* The light verb a noun is object or passive subject of. */
static uint32_t light_verb(const struct fit *fit)
{
    const struct dl_frame_tree *tree = fit->tree;
    uint32_t head = tree->heads[fit->word];
    if (fit->frame->pos != DL_FRAME_NOUN || head == DL_NODE_NONE)
        return DL_NODE_NONE;
    bool object = is_relation(tree->relations[fit->word], DL_STR("obj")) ||
                  dl_str_is(tree->relations[fit->word], "nsubj:pass");
    if (!object)
        return DL_NODE_NONE;
    if (is_cue(fit->almanac, tree->lemmas[head], "light"))
        return head;
    for (uint32_t i = 0; i < tree->count; i++) /* "carry out" */
        if (tree->heads[i] == head && dl_str_is(tree->relations[i], "compound:prt"))
            return head;
    return DL_NODE_NONE;
}

static uint32_t find_path(const struct fit *fit, uint32_t path, uint32_t verb)
{
    dl_str text = dl_almanac_text(fit->almanac, fit->sense, path);
    if (!dl_str_starts(text, DL_STR("light:")))
        return dependent(fit, fit->word, text);
    if (verb == DL_NODE_NONE)
        return DL_NODE_NONE;
    uint32_t found = dependent(fit, verb, dl_str_sub(text, 6, text.len));
    return found == DL_NODE_NONE ? dependent(fit, verb, DL_STR("obl:by")) : found;
}

static uint32_t find_first(const struct fit *fit, const uint32_t *paths, uint32_t verb,
                           uint32_t but)
{
    for (uint32_t i = 0; i < DL_FRAME_PATHS_MAX && paths[i]; i++) {
        uint32_t found = find_path(fit, paths[i], verb);
        if (found != DL_NODE_NONE && found != but)
            return found;
    }
    return DL_NODE_NONE;
}

/* "opened fire on the wedding": under a word of reach, beside the verb or its object. */
static uint32_t find_reach(const struct fit *fit, uint32_t head, uint32_t but)
{
    const struct dl_frame_tree *tree = fit->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t noun = tree->heads[i];
        if (noun == DL_NODE_NONE || noun == but || tree->heads[noun] != head ||
            is_taken(fit, noun) || !is_relation(tree->relations[i], DL_STR("case")))
            continue;
        if (is_cue(fit->almanac, tree->lemmas[i], "frame:reach"))
            return noun;
    }
    return DL_NODE_NONE;
}

static void find_recipient(const struct fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    args->recipient = find_first(fit, frame->recipient, args->verb, args->actor);
    bool none = !frame->recipient[0];
    if (args->recipient != DL_NODE_NONE || none)
        return;
    if (fit->prepositional != DL_NODE_NONE && fit->prepositional != args->content) {
        args->recipient = fit->prepositional;
        return;
    }
    if (fit->object == DL_NODE_NONE)
        return;
    args->recipient = find_reach(fit, fit->word, args->actor);
    if (args->recipient == DL_NODE_NONE)
        args->recipient = find_reach(fit, fit->object, args->actor);
    if (args->recipient == DL_NODE_NONE)
        args->recipient = dependent(fit, fit->object, DL_STR("nmod:poss"));
}

/* The subject a coordinated or complement verb shares with the one it hangs on. */
static uint32_t shared_subject(const struct fit *fit)
{
    const struct dl_frame_tree *tree = fit->tree;
    uint32_t at = fit->word;
    for (uint32_t steps = 0; steps < REACH_DEPTH_MAX; steps++) {
        bool shares = is_relation(tree->relations[at], DL_STR("conj")) ||
                      is_relation(tree->relations[at], DL_STR("xcomp")) ||
                      is_relation(tree->relations[at], DL_STR("advcl"));
        at = tree->heads[at];
        if (!shares || at == DL_NODE_NONE)
            return DL_NODE_NONE;
        uint32_t found = dependent(fit, at, DL_STR("nsubj"));
        if (found != DL_NODE_NONE)
            return found;
    }
    return DL_NODE_NONE;
}

static bool fits(struct fit *fit, struct dl_frame_args *args)
{
    const struct dl_frame *frame = fit->frame;
    fit->prepositional = fit->object = DL_NODE_NONE;
    for (uint32_t i = 0; i < DL_FRAME_NEEDS_MAX; i++)
        fit->taken[i] = DL_NODE_NONE;
    for (uint32_t pass = 0; pass < 2; pass++) /* objects first: prepositions may hang on them */
        for (uint32_t i = 0; i < frame->need_count; i++)
            if ((frame->needs[i].kind == DL_NEED_PREPOSITION) == (pass == 1) && !take_need(fit, i))
                return false;
    uint32_t verb = light_verb(fit);
    *args = (struct dl_frame_args){.verb = verb == DL_NODE_NONE ? fit->word : verb};
    args->actor = find_first(fit, frame->actor, verb, DL_NODE_NONE);
    if (args->actor == DL_NODE_NONE && frame->pos == DL_FRAME_VERB &&
        dependent(fit, fit->word, DL_STR("nsubj:pass")) == DL_NODE_NONE)
        args->actor = shared_subject(fit);
    args->content = find_first(fit, frame->content, verb, args->actor);
    find_recipient(fit, args);
    if (args->content == args->recipient)
        args->content = DL_NODE_NONE;
    return !((frame->flags & DL_FRAME_ACTOR) && args->actor == DL_NODE_NONE) &&
           !((frame->flags & DL_FRAME_RECIPIENT) && args->recipient == DL_NODE_NONE);
}

bool dl_frame_match(const struct dl_almanac *almanac, const struct dl_frame_tree *tree,
                    uint32_t word, enum dl_frame_pos pos, struct dl_sense *ret_sense,
                    struct dl_frame_args *ret_args)
{
    struct dl_found found;
    assert(word < tree->count);
    if (!dl_frames_of(almanac, tree->lemmas[word], &found))
        return false;
    for (uint32_t i = 0; i < found.count; i++) {
        struct dl_frame_args args;
        struct fit fit = {
            almanac, tree, dl_almanac_frame(almanac, found.senses[i]), found.senses[i], word, {0},
            0,       0};
        if (fit.frame->pos == pos && fits(&fit, &args)) {
            *ret_sense = found.senses[i];
            *ret_args = args;
            return true;
        }
    }
    return false;
}
