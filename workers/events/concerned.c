/* Whom an event concerns where its frame names nobody: further on in the clause, in what is
 * promised, refused or threatened; and who is no party after all. */
#include "workers/events/room.h"

#define REACH_WORDS 30U /* how far behind the event somebody may still be meant */
#define CLIMB_MAX 16U

/* How well somebody fits: the first of the best is taken. */
enum fitness { UNFIT, AT_THE_SCENE, OF_OUR_OWN, FOREIGN };

static bool is_somebody(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *at = &tree->words[word];
    uint16_t named = (uint16_t)(DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE) |
                                DL_SENSE(DL_SENSE_ACTOR));
    if (at->cues & (DL_CUE_MASK(TIME) | DL_CUE_MASK(NOBODY)))
        return false;
    if (at->upos == DL_UPOS_PROPN || at->upos == DL_UPOS_PRON || (at->kinds & named))
        return true;
    for (uint32_t i = 0; at->upos != DL_UPOS_ADJ && i < at->sense_count; i++)
        if (at->senses[i].kind == DL_SENSE_ROLE &&
            !(dl_almanac_role(tree->almanac, at->senses[i])->flags &
              (DL_ROLE_FORMER | DL_ROLE_LIKE)))
            return at->capital ||
                   !dl_tree_has_cue(tree, word, dl_phrase_hash(DL_STR("class:land")));
    return false;
}

/* Its preposition is of the class. */
static bool stands_under(struct dl_coding *coding, uint32_t word, const char *class_name)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t mark = dl_tree_child_base(tree, word, DL_REL_CASE);
    return mark != DL_NODE_NONE &&
           dl_tree_has_cue(tree, mark, dl_phrase_hash(dl_str_of(class_name)));
}

bool dl_is_scene(struct dl_coding *coding, uint32_t word)
{
    return stands_under(coding, word, "class:scene");
}

bool dl_is_given(struct dl_coding *coding, uint32_t word)
{
    return stands_under(coding, word, "class:gift");
}

bool dl_is_aimed_at(struct dl_coding *coding, uint32_t word)
{
    return stands_under(coding, word, "class:aim");
}

/* "its ambassador", "their troops". */
bool dl_is_ones_own(struct dl_coding *coding, uint32_t word)
{
    uint32_t owner = dl_tree_child(&coding->tree, word, DL_REL_NMOD_POSS);
    return owner != DL_NODE_NONE && coding->tree.words[owner].upos == DL_UPOS_PRON;
}

/* "…, and Washington put off a ban": coordinated, with a subject. */
static bool tells_its_own(struct dl_coding *coding, uint32_t verb)
{
    return coding->tree.words[verb].base == DL_REL_CONJ &&
           dl_tree_child_base(&coding->tree, verb, DL_REL_NSUBJ) != DL_NODE_NONE;
}

/* "…, an official said": with a subject, and with no "that" before it. */
static bool vouches(struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *at = &tree->words[verb];
    return at->upos == DL_UPOS_VERB && (at->cues & DL_CUE_MASK(SAYS)) &&
           dl_tree_child_base(tree, verb, DL_REL_NSUBJ) != DL_NODE_NONE &&
           dl_tree_child_base(tree, verb, DL_REL_MARK) == DL_NODE_NONE;
}

/* Does the word belong to what the event's verb says, and not to what is told beside it: who says
 * so, when, why? */
static bool belongs(struct dl_coding *coding, const struct dl_happening *h, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t from = word;
    for (uint32_t steps = 0; steps < CLIMB_MAX; steps++) {
        const struct dl_tree_word *at = &tree->words[word];
        if (word == h->anchor || word == h->word)
            return true;
        if (word > h->anchor && vouches(tree, word))
            return false;
        if (word == h->args.content)
            return true;
        if (word == h->args.actor) /* "the end by Berlin of exports to Iran", all hung on Berlin */
            return h->is_noun && word > h->word && steps > 0 && !dl_is_scene(coding, from);
        if (at->base == DL_REL_PARATAXIS && at->upos == DL_UPOS_VERB)
            return false;
        bool bare = at->base == DL_REL_OBL || at->base == DL_REL_NMOD;
        if (bare && dl_tree_child_base(tree, word, DL_REL_CASE) == DL_NODE_NONE &&
            dl_tree_child_cue(tree, word, DL_CUE_MASK(SAYS), DL_REL_ACL) != DL_NODE_NONE)
            return false; /* ", an official said" */
        uint32_t mark =
            at->base == DL_REL_ADVCL ? dl_tree_child_base(tree, word, DL_REL_MARK) : DL_NODE_NONE;
        if (at->head == h->anchor && mark != DL_NODE_NONE &&
            tree->words[mark].upos == DL_UPOS_SCONJ)
            return false;
        bool beside = at->upos == DL_UPOS_VERB && word > h->anchor &&
                      (at->head == h->anchor || at->head == h->args.content);
        if (beside && ((at->cues & DL_CUE_MASK(SAYS)) || tells_its_own(coding, word)))
            return false;
        word = at->head;
        if (word == DL_NODE_NONE)
            return false;
    }
    return false;
}

/* The noun whose phrase the word is part of: "civilians" of "Serb civilians", but Gaza of "Gaza's
 * hospitals" unless somebody is owned. */
static uint32_t whole_of(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    bool part = at->base == DL_REL_AMOD || at->base == DL_REL_COMPOUND || at->base == DL_REL_NMOD ||
                at->base == DL_REL_FLAT;
    if (!part || at->head == DL_NODE_NONE || (at->head < word && at->base != DL_REL_FLAT) ||
        coding->tree.words[at->head].upos == DL_UPOS_VERB)
        return word;
    if (at->relation == DL_REL_NMOD_POSS && !is_somebody(coding, at->head))
        return word;
    return at->head;
}

uint32_t dl_whole_person(const struct dl_coding *coding, uint32_t word)
{
    uint32_t whole = whole_of(coding, word);
    return is_somebody(coding, whole) ? whole : word;
}

static bool is_own(const struct dl_someone *someone, const struct dl_someone *actors,
                   uint32_t actor_count)
{
    for (uint32_t i = 0; i < actor_count; i++)
        if (dl_str_eq(someone->actor.country, actors[i].actor.country))
            return true;
    return false;
}

static bool is_same(const struct dl_someone *someone, const struct dl_someone *actors,
                    uint32_t actor_count)
{
    for (uint32_t i = 0; i < actor_count; i++)
        if (dl_str_eq(someone->actor.code, actors[i].actor.code))
            return true;
    return false;
}

static bool takes_our_own(int32_t type)
{
    return type == DL_AGREE || type == DL_REJECT || type == DL_THREATEN || type == DL_REQUEST ||
           type == DL_CONCEDE || type == DL_SANCTION || type == DL_COERCE || type == DL_ACCUSE;
}

/* "a curfew in Kosovo", "aid workers in Chad": where it is done is to whom, when it is abroad. */
static bool takes_scene(int32_t type)
{
    return type == DL_AGREE || type == DL_REJECT || type == DL_THREATEN || type == DL_REQUEST ||
           type == DL_CONCEDE || type == DL_SANCTION || type == DL_COERCE || type == DL_ACCUSE ||
           type == DL_ASSAULT || type == DL_AID || type == DL_MOBILIZE;
}

static bool has_case(struct dl_coding *coding, uint32_t word, const char *preposition)
{
    return dl_tree_case(&coding->tree, word, dl_atom_hash(dl_str_of(preposition))) != DL_NODE_NONE;
}

/* "rejected an appeal by a general", "opened an inquiry into the minister": whose it is. By whom an
 * active verb's object is hangs anywhere. */
static bool is_whose(struct dl_coding *coding, const struct dl_happening *h, uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    bool ruled = h->type == DL_REJECT || h->type == DL_ACCUSE || h->type == DL_SANCTION ||
                 h->type == DL_COERCE;
    if (!ruled || h->is_noun || word < h->word)
        return false;
    if (has_case(coding, word, "by"))
        return !h->args.passive;
    bool below = at->base == DL_REL_NMOD && at->head != DL_NODE_NONE && at->head > h->word;
    return below && (has_case(coding, word, "of") || has_case(coding, word, "into") ||
                     has_case(coding, word, "against"));
}

/* Done to it as the verb says or as its content does, and not only told of in passing. */
static bool is_done_to(struct dl_coding *coding, const struct dl_happening *h, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    if (dl_tree_child_base(tree, word, DL_REL_CASE) != DL_NODE_NONE && !dl_is_given(coding, word) &&
        !((h->type == DL_ASSAULT || h->type == DL_ACCUSE) && dl_is_aimed_at(coding, word)) &&
        !is_whose(coding, h, word))
        return false;
    for (uint32_t steps = 0; steps < CLIMB_MAX && word != DL_NODE_NONE; steps++) {
        if (word == h->anchor || word == h->word || word == h->args.content)
            return true;
        bool clause =
            tree->words[word].base == DL_REL_ACL || tree->words[word].base == DL_REL_ADVCL;
        if (clause && dl_tree_child_base(tree, word, DL_REL_NSUBJ) != DL_NODE_NONE)
            return false;
        word = tree->words[word].head;
    }
    return false;
}

/* The European Union, the African Union: of no country, and abroad for everybody. */
static bool is_between_states(dl_str role)
{
    return dl_str_is(role, "EUR") || dl_str_is(role, "IGO") || dl_str_is(role, "UNO");
}

static enum fitness fitness_of(struct dl_coding *coding, const struct dl_happening *h,
                               const struct dl_someone *someone, const struct dl_someone *actors,
                               uint32_t actor_count)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    bool town = dl_str_is(someone->actor.resolved_by, "place");
    bool scene = dl_is_scene(coding, someone->word);
    if (!someone->known || is_same(someone, actors, actor_count) ||
        dl_is_ones_own(coding, someone->word))
        return UNFIT;
    bool body = someone->actor.id.len && is_between_states(someone->actor.role);
    if (body || (someone->actor.country.len && !is_own(someone, actors, actor_count))) {
        if (!scene)
            return h->type != DL_RETREAT || is_done_to(coding, h, someone->word) ? FOREIGN : UNFIT;
        bool inside = h->type == DL_SUPPORT && word->head != h->anchor;
        return (takes_scene(h->type) || inside) && !town ? AT_THE_SCENE : UNFIT;
    }
    bool person = is_somebody(coding, someone->word) && word->upos == DL_UPOS_NOUN;
    bool troops = h->type == DL_COERCE && dl_tree_has_cue(&coding->tree, someone->word,
                                                          dl_phrase_hash(DL_STR("class:force")));
    bool taken = (takes_our_own(h->type) && !troops) || h->type == DL_ASSAULT;
    return taken && person && someone->actor.role.len && is_done_to(coding, h, someone->word)
               ? OF_OUR_OWN
               : UNFIT;
}

/* "Ethiopia" of "offered Ethiopia sole use", which the tree takes for one thing; "police" of "a
 * police station" is none. */
static bool part_of_thing(const struct dl_coding *coding, const struct dl_happening *h,
                          uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    if (at->base != DL_REL_COMPOUND || at->head == DL_NODE_NONE)
        return false;
    return at->upos == DL_UPOS_PROPN ||
           (h->type != DL_AGREE &&
            !dl_tree_has_cue(&coding->tree, at->head, dl_phrase_hash(DL_STR("class:premises"))));
}

/* "lifted its ban on live cattle from Indonesia", "agreed to take in children from Gaza",
 * "threatened to throw out the inspectors". */
uint32_t dl_whom_else(struct dl_coding *coding, const struct dl_happening *h,
                      const struct dl_someone *actors, uint32_t actor_count, struct dl_someone *ret)
{
    struct dl_tree *tree = &coding->tree;
    enum fitness best = UNFIT;
    uint32_t last = h->word + REACH_WORDS < tree->count ? h->word + REACH_WORDS : tree->count;
    for (uint32_t w = h->word + 1; w < last && best < FOREIGN; w++) {
        struct dl_someone found;
        if (!is_somebody(coding, w) || tree->words[w].upos == DL_UPOS_PRON)
            continue;
        uint32_t who =
            part_of_thing(coding, h, w) ? dl_whole_person(coding, w) : whole_of(coding, w);
        if (h->sayer != DL_NODE_NONE && (who == h->sayer || tree->words[who].head == h->sayer))
            continue;
        if (!belongs(coding, h, who) || dl_people_at(coding, who, &found, 1) == 0 ||
            dl_is_premises(coding, h, &found))
            continue;
        enum fitness fitness = fitness_of(coding, h, &found, actors, actor_count);
        if (fitness > best) {
            best = fitness;
            *ret = found;
        }
    }
    return best != UNFIT;
}

/* Things without a country, under a preposition or told by an adjective: "for the fourth night",
 * "over power cuts", "military aid". */
bool dl_is_thing(struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    if (someone->actor.country.len || is_somebody(coding, someone->word))
        return false;
    if (word->upos == DL_UPOS_ADJ)
        return true;
    return !someone->known && !dl_sounds_human(coding, someone->word) &&
           dl_tree_child_base(&coding->tree, someone->word, DL_REL_CASE) != DL_NODE_NONE;
}

bool dl_is_party(const struct dl_coding *coding, const struct dl_someone *someone)
{
    return is_somebody(coding, someone->word) ||
           coding->tree.words[someone->word].upos == DL_UPOS_NUM;
}
