/* What is held back, and why. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

const char *dl_why_section_out(const struct dl_coding *coding)
{
    const struct dl_report *report = &coding->article->report;
    if (coding->tree.count > 1 && (coding->tree.words[0].cues & DL_CUE_MASK(LABEL)))
        return "no news"; /* "Explainer: …" */
    switch (report->sections[coding->sentence->section].kind) {
    case DL_CAPTION:
        return "caption";
    case DL_QUESTION:
        return "question";
    case DL_ANSWER:
        return "interview answer";
    case DL_BOILERPLATE:
        return "boilerplate";
    case DL_HEADING:
        return "heading";
    case DL_TITLE:
        for (uint32_t i = 0; i < report->sections_count; i++)
            if (report->sections[i].kind == DL_BODY)
                return "title"; /* the body tells it */
        return NULL;
    default:
        return NULL;
    }
}

/* Bodies that carry arms or power: what they attack is attacked. */
bool dl_is_armed_role(dl_str role)
{
    static const char *const roles[] = {"MIL", "REB", "UAF", "COP", "CRM", "PRM", "IMG", "SPY"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_is(role, roles[i]))
            return true;
    return false;
}

static bool any_armed(const struct dl_someone *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (dl_is_armed_role(people[i].actor.role))
            return true;
    return false;
}

static bool any_known(const struct dl_someone *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (people[i].known)
            return true;
    return false;
}

/* A name or a word for people that tells neither country nor role: "leaders", "Shefket Musliu". */
static bool any_named(const struct dl_coding *coding, const struct dl_someone *people,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_tree_word *word = &coding->tree.words[people[i].word];
        if (word->kinds & DL_SENSE(DL_SENSE_ROLE))
            return true;
        for (uint32_t w = people[i].first; w <= people[i].last; w++)
            if (coding->tree.words[w].upos == DL_UPOS_PROPN && coding->tree.words[w].capital &&
                !(coding->tree.words[w].cues & DL_CUE_MASK(TIME)))
                return true;
    }
    return false;
}

/* Somebody with a country, or a role that is more than "people". */
static bool any_state(const struct dl_someone *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (people[i].actor.country.len ||
            (people[i].actor.role.len && !dl_str_is(people[i].actor.role, "CVL")))
            return true;
    return false;
}

static bool any_country(const struct dl_someone *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (people[i].actor.country.len || people[i].actor.id.len)
            return true;
    return false;
}

/* An analyst, an expert: what they say are guesses. */
static bool is_pundit(const struct dl_coding *coding, const struct dl_someone *someone)
{
    for (uint32_t w = someone->first; w <= someone->last; w++) {
        const struct dl_tree_word *word = &coding->tree.words[w];
        bool itself = w == someone->word || word->head == someone->word;
        if ((word->cues & DL_CUE_MASK(OPINION)) && word->upos != DL_UPOS_PROPN && itself)
            return true;
    }
    return false;
}

/* Things that can be struck: "attacked a village" is no figure of speech. */
static bool is_thing(const struct dl_coding *coding, uint32_t word)
{
    static const char *const classes[] = {"class:site",    "class:town",   "class:road",
                                          "class:captive", "class:people", "class:force",
                                          "class:police"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (dl_tree_has_cue(&coding->tree, word, dl_phrase_hash(dl_str_of(classes[i]))))
            return true;
    return false;
}

/* Nobody of office, arms or any group: a word in the singular for a person, or none at all. */
static bool is_one_person(const struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    dl_str role = someone->actor.role;
    if (role.len == 0 && dl_str_is(someone->actor.resolved_by, "whose plan it is"))
        return false;
    static const char *const weapons[] = {"class:arms",  "class:shell", "class:bomb",
                                          "class:force", "class:raid",  "class:armed"};
    for (size_t i = 0; i < sizeof weapons / sizeof *weapons; i++) /* "a drone hit a school" */
        if (dl_tree_has_cue(&coding->tree, someone->word, dl_phrase_hash(dl_str_of(weapons[i]))))
            return false;
    bool nobody = role.len == 0 || dl_str_is(role, "CVL") || dl_str_is(role, "CRM");
    return nobody && someone->actor.id.len == 0 && word->upos == DL_UPOS_NOUN &&
           word->form == word->lemma;
}

static bool is_anybody(dl_str role)
{
    return role.len == 0 || dl_str_is(role, "CVL") || dl_str_is(role, "AGR") ||
           dl_str_is(role, "BUS") || dl_str_is(role, "CRM") || dl_str_is(role, "EDU");
}

/* "A burglar shot a pensioner", "the school expelled two boys", "two brothers were charged": what
 * happens between people of no office is no politics. */
static bool is_private(const struct dl_coding *coding, const struct dl_happening *h,
                       const struct dl_someone *actors, uint32_t actor_count,
                       const struct dl_someone *recipients, uint32_t recipient_count)
{
    if (recipient_count == 0 || !is_anybody(recipients[0].actor.role) ||
        coding->tree.words[recipients[0].word].upos != DL_UPOS_NOUN)
        return false;
    if (h->type == DL_ACCUSE)
        return actor_count == 0 && h->args.passive;
    if (actor_count == 0)
        return false;
    bool house = dl_str_is(actors[0].actor.role, "EDU") || dl_str_is(actors[0].actor.role, "BUS");
    if (h->type == DL_SANCTION || h->type == DL_COERCE)
        return house;
    return h->type == DL_ASSAULT && is_one_person(coding, &actors[0]);
}

static bool has_time_object(const struct dl_coding *coding, const struct dl_happening *h)
{
    const struct dl_tree_word *words = coding->tree.words;
    for (uint32_t c = words[h->word].child; c != DL_NODE_NONE; c = words[c].next)
        if (words[c].relation == DL_REL_OBJ && (words[c].cues & DL_CUE_MASK(TIME)))
            return true;
    return false;
}

bool dl_is_forceful(int32_t type)
{
    return type == DL_ASSAULT || type == DL_COERCE || type == DL_MOBILIZE || type == DL_RETREAT;
}

/* "a curfew was imposed", "the ban was lifted": only who has power there can. */
static bool is_act_of_power(const struct dl_coding *coding, const struct dl_happening *h)
{
    return (h->type == DL_COERCE || h->type == DL_CONCEDE) && h->args.passive &&
           h->args.taken[0] != DL_NODE_NONE &&
           dl_tree_has_cue(&coding->tree, h->args.taken[0], dl_phrase_hash(DL_STR("class:curb")));
}

/* "declared a health emergency" is no rule by decree. */
static bool is_partial_emergency(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t emergency = dl_atom_hash(DL_STR("emergency"));
    uint64_t of = dl_phrase_hash(DL_STR("emergency:of"));
    for (uint32_t n = 0; n < h->frame->need_count; n++) {
        uint32_t word = h->args.taken[n];
        if (h->type != DL_COERCE || word == DL_NODE_NONE || tree->words[word].lemma != emergency)
            continue;
        for (uint32_t c = tree->words[word].child; c != DL_NODE_NONE; c = tree->words[c].next)
            if (c < word && dl_tree_has_cue(tree, c, of))
                return true;
    }
    return false;
}

bool dl_is_figure(struct dl_coding *coding, const struct dl_happening *h)
{
    return (h->frame->flags & DL_FRAME_FIGURE) || is_partial_emergency(coding, h);
}

/* "who asked not to be named" */
static bool asks_to_be_unnamed(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t clause = h->args.content;
    return h->type == DL_REQUEST && clause != DL_NODE_NONE && dl_is_passive(tree, clause) &&
           dl_tree_has_cue(tree, clause, dl_phrase_hash(DL_STR("unnamed"))) &&
           dl_tree_child_cue(tree, clause, DL_CUE_MASK(NEGATOR), DL_REL_ADVMOD) != DL_NODE_NONE;
}

/* "The exercise strengthens cooperation between Oman and Iran": a thing does, and says how it is.
 */
static bool is_object_of_thing(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = h->word;
    if (h->type != DL_COOPERATE || !h->is_noun || h->anchor != h->word)
        return false;
    if (tree->words[at].base == DL_REL_CONJ)
        at = tree->words[at].head;
    if (tree->words[at].base != DL_REL_OBJ)
        return false;
    uint32_t subject = dl_tree_child(tree, tree->words[at].head, DL_REL_NSUBJ);
    struct dl_someone someone;
    return subject != DL_NODE_NONE && tree->words[subject].upos == DL_UPOS_NOUN &&
           (dl_people_at(coding, subject, &someone, 1) == 0 || !someone.known);
}

/* "protests in Luanda": those who live there. */
static bool is_protest_somewhere(const struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_place *places;
    dl_str country = {"", 0};
    return h->type == DL_PROTEST && h->is_noun &&
           dl_places_of(coding->article, dl_token_of(coding, h->word), country, DL_ACT_DONE,
                        &places) &&
           !dl_str_is(places[0].why, "dateline");
}

/* Reasons in who takes part, or in that nobody does who counts. */
static const char *why_parties(struct dl_coding *coding, const struct dl_happening *h,
                               const struct dl_someone *actors, uint32_t actor_count,
                               const struct dl_someone *recipients, uint32_t recipient_count)
{
    const struct dl_tree_word *words = coding->tree.words;
    bool actor_known = any_known(actors, actor_count);
    bool recipient_known = any_known(recipients, recipient_count);
    bool named =
        any_named(coding, actors, actor_count) || any_named(coding, recipients, recipient_count);
    if (h->opinion)
        return "opinion";
    if (h->type == DL_STATEMENT && actor_count == 0)
        return "no actor"; /* "patrols were reported" */
    if (h->type == DL_PROTEST && h->by_model && any_armed(actors, actor_count))
        return "nobody acts"; /* "soldiers walked the beach" */
    if (h->type == DL_REQUEST && h->shifted == DL_STATEMENT && !recipient_known)
        return "no recipient";
    if (h->type == DL_CONSULT && recipient_count && is_pundit(coding, &recipients[0]))
        return "opinion";
    if (actor_count && is_pundit(coding, &actors[0]) && !h->is_noun && !dl_is_forceful(h->type) &&
        h->type != DL_PROTEST)
        return "opinion";
    if (is_private(coding, h, actors, actor_count, recipients, recipient_count))
        return "crime";
    if (!actor_known && !recipient_known && (!named || h->is_noun) && !is_act_of_power(coding, h) &&
        !is_protest_somewhere(coding, h))
        return "no actor";
    if (h->is_noun && h->args.recipient == DL_NODE_NONE && actor_count && h->anchor == h->word &&
        dl_str_is(actors[0].actor.resolved_by, "where it happened") &&
        !dl_str_is(actors[0].actor.role, "COP") && !dl_str_is(actors[0].actor.role, "MIL"))
        return "no actor"; /* "cartel violence" */
    if (h->is_noun && !any_country(actors, actor_count) &&
        !any_country(recipients, recipient_count) && !(actor_known && recipient_known) &&
        !is_protest_somewhere(coding, h))
        return "no actor"; /* "cartel violence" */
    if (h->args.recipient != DL_NODE_NONE && !recipient_known &&
        (words[h->args.recipient].cues & (DL_CUE_MASK(NATURE) | DL_CUE_MASK(SURE_NATURE))) &&
        h->type == DL_ACCUSE)
        return "nature"; /* "blamed the rain" */
    if (h->type == DL_ASSAULT && recipient_count &&
        (words[recipients[0].word].cues & DL_CUE_MASK(CULTURE)))
        return "film and games"; /* "shot a film about" */
    if (h->type == DL_ASSAULT && actor_count == 0 && !any_state(recipients, recipient_count))
        return "no actor"; /* "five people were killed" */
    if ((h->frame->flags & DL_FRAME_ACTOR) && !actor_known)
        return "no actor";
    if ((h->frame->flags & DL_FRAME_RECIPIENT) && !recipient_known)
        return "no recipient";
    return NULL;
}

/* Reasons in the words around: a field of life, a figure of speech, a bare noun. */
static const char *why_words(struct dl_coding *coding, const struct dl_happening *h,
                             const struct dl_someone *actors, uint32_t actor_count,
                             const struct dl_someone *recipients, uint32_t recipient_count)
{
    const struct dl_tree_word *words = coding->tree.words;
    uint64_t doer = h->args.actor == DL_NODE_NONE ? 0 : words[h->args.actor].cues;
    bool actor_known = any_known(actors, actor_count);
    bool recipient_known = any_known(recipients, recipient_count);
    if (h->type == DL_PROTEST && actor_count && !actor_known &&
        words[actors[0].word].upos == DL_UPOS_NOUN &&
        !(words[actors[0].word].kinds & DL_SENSE(DL_SENSE_ROLE)))
        return "nobody acts"; /* "was blocked by a lorry" */
    if (asks_to_be_unnamed(coding, h))
        return "anonymity";
    if (is_object_of_thing(coding, h))
        return "generic";
    if (dl_is_forceful(h->type) && h->args.recipient == DL_NODE_NONE && has_time_object(coding, h))
        return "figurative"; /* "seized the moment" */
    if (dl_is_forceful(h->type) && h->args.actor != DL_NODE_NONE && !h->args.passive &&
        dl_tree_has_cue(&coding->tree, h->args.actor, dl_phrase_hash(DL_STR("class:feeling"))))
        return "figurative"; /* "fear seized the market" */
    if ((doer & DL_CUES_OF_FIELDS) && !any_armed(actors, actor_count))
        return dl_field_name(doer);
    if (h->is_noun &&
        dl_tree_child_cue(&coding->tree, h->word, DL_CUES_OF_FIELDS, DL_REL_NONE) != DL_NODE_NONE)
        return "figurative"; /* "a cardiac arrest" */
    if (recipient_count && !recipient_known && (words[recipients[0].word].cues & DL_CUES_OF_FIELDS))
        return dl_field_name(words[recipients[0].word].cues);
    if (h->is_noun && (h->frame->flags & DL_FRAME_PEERS) && h->anchor == h->word &&
        actor_count + recipient_count < 2)
        return "no actor"; /* "the talks" */
    const char *field = dl_why_field(coding, h, actors, actor_count, recipients, recipient_count);
    if (field)
        return field;
    if ((h->type == DL_ASSAULT || (h->type == DL_COERCE && !any_country(actors, actor_count))) &&
        !h->is_noun && h->frame->need_count == 0 && recipient_count && !recipient_known &&
        !any_armed(actors, actor_count) && words[recipients[0].word].upos == DL_UPOS_NOUN &&
        !is_thing(coding, recipients[0].word))
        return "figurative";
    if (h->is_noun && h->args.actor == DL_NODE_NONE && h->args.recipient == DL_NODE_NONE &&
        h->polarity != DL_NEGATED && !is_protest_somewhere(coding, h))
        return "no actor";
    return NULL;
}

const char *dl_why_not(struct dl_coding *coding, const struct dl_happening *h,
                       const struct dl_someone *actors, uint32_t actor_count,
                       const struct dl_someone *recipients, uint32_t recipient_count)
{
    const char *why = why_parties(coding, h, actors, actor_count, recipients, recipient_count);
    if (!why)
        why = why_words(coding, h, actors, actor_count, recipients, recipient_count);
    if (!why)
        why = dl_why_everyday(coding, h, actors, actor_count, recipients, recipient_count);
    return why;
}
