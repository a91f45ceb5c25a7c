/* Who and to whom, where the sentence says it elsewhere: in the content of a promise, further on in
 * the clause, or by the place. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

static uint32_t people_of(struct dl_coding *coding, uint32_t word, struct dl_someone *ret)
{
    return word == DL_NODE_NONE
               ? 0
               : dl_only_people(coding, ret, dl_people_at(coding, word, ret, DL_PEOPLE_MAX));
}

/* "This strategy could include strikes": whose strategy it is acts. Troops that are sent, with
 * nobody who sends them, stand for their country. */
static uint32_t stand_in(struct dl_coding *coding, const struct dl_happening *h,
                         struct dl_someone *actors, uint32_t actor_count)
{
    uint64_t policy = dl_phrase_hash(DL_STR("class:policy"));
    if (actor_count && (actors[0].known || !dl_tree_has_cue(&coding->tree, actors[0].word, policy)))
        return actor_count;
    if (h->args.actor != DL_NODE_NONE && coding->memory.has_last_subject &&
        dl_tree_has_cue(&coding->tree, h->args.actor, policy)) {
        actors[0] = (struct dl_someone){.word = h->args.actor,
                                        .first = h->args.actor,
                                        .last = h->args.actor,
                                        .actor = coding->memory.last_subject,
                                        .known = true};
        actors[0].actor.resolved_by = DL_STR("whose plan it is");
        actors[0].actor.span = dl_span_of_words(coding, h->args.actor, h->args.actor);
        return 1;
    }
    if (h->type == DL_MOBILIZE && !h->is_noun && h->args.actor == DL_NODE_NONE) {
        uint32_t sent = dl_patient_of(&coding->tree, h->word);
        if (sent == h->args.recipient)
            return 0;
        return people_of(coding, sent, actors);
    }
    return 0;
}

/* A promise or threat goes to whom its content is for, where it names nobody itself. */
static uint32_t borrow_recipient(struct dl_coding *coding, const struct dl_happening *h,
                                 const struct dl_someone *actors, uint32_t actor_count,
                                 struct dl_someone *recipients, uint32_t recipient_count)
{
    if (h->content == DL_NODE_NONE || (h->frame->flags & DL_FRAME_PEERS) ||
        (recipient_count && (recipients[0].actor.country.len || recipients[0].actor.id.len ||
                             dl_str_is(recipients[0].actor.role, "IGO"))))
        return recipient_count;
    const struct dl_happening *what = &coding->happenings[h->content];
    if (what->type == DL_STATEMENT)
        return recipient_count; /* who says so is not promised anything */
    uint32_t words[] = {what->args.recipient, what->args.actor};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct dl_someone found[DL_PEOPLE_MAX];
        uint32_t count = words[i] == h->args.actor ? 0 : people_of(coding, words[i], found);
        bool self =
            count && actor_count && dl_str_eq(found[0].actor.country, actors[0].actor.country);
        if (count == 0 || found[0].actor.country.len == 0 || self)
            continue;
        memcpy(recipients, found, count * sizeof *found);
        return count;
    }
    return recipient_count;
}

static bool has_country(const struct dl_someone *people, uint32_t count)
{
    return count && people[0].actor.country.len;
}

/* "demanded that the Philippines tow it away": who should do it is asked. */
static uint32_t asked_in_clause(struct dl_coding *coding, const struct dl_happening *h,
                                struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_someone found[DL_PEOPLE_MAX];
    uint32_t clause = h->args.content;
    if (h->type != DL_REQUEST || has_country(recipients, recipient_count) ||
        clause == DL_NODE_NONE || coding->tree.words[clause].base != DL_REL_CCOMP)
        return recipient_count;
    uint32_t who = dl_is_passive(&coding->tree, clause) ? dl_patient_of(&coding->tree, clause)
                                                        : dl_agent_of(&coding->tree, clause);
    uint32_t count = who == h->args.actor ? 0 : people_of(coding, who, found);
    if (count == 0 || !found[0].known)
        return recipient_count;
    memcpy(recipients, found, count * sizeof *found);
    return count;
}

static bool is_mutual(const struct dl_happening *h)
{
    return (h->frame->flags & DL_FRAME_PEERS) || h->type == DL_AGREE || h->type == DL_CONSULT ||
           h->type == DL_COOPERATE || h->type == DL_SUPPORT;
}

/* Several of different countries who do it together need nobody else. */
static bool are_peers(const struct dl_happening *h, const struct dl_someone *actors, uint32_t count)
{
    return is_mutual(h) && count > 1 && actors[0].actor.country.len &&
           actors[1].actor.country.len &&
           !dl_str_eq(actors[0].actor.country, actors[1].actor.country);
}

/* "Police and protesters clashed" */
static bool fight_each_other(const struct dl_happening *h, const struct dl_someone *actors,
                             uint32_t count)
{
    return (h->frame->flags & DL_FRAME_PEERS) && count > 1 &&
           !dl_str_eq(actors[0].actor.code, actors[1].actor.code);
}

/* "protesters were beaten in Maputo", "the envoy was summoned over a film": where and why give way
 * to whom it happened. */
static uint32_t leave_scene(struct dl_coding *coding, const struct dl_happening *h,
                            const struct dl_someone *actors, uint32_t actor_count,
                            struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_someone found[DL_PEOPLE_MAX];
    uint64_t nowhere = dl_phrase_hash(DL_STR("class:nowhere"));
    if (recipient_count && dl_tree_has_cue(&coding->tree, recipients[0].word, nowhere) &&
        !dl_is_named(coding, &recipients[0]))
        return 0; /* "closed its border with Belarus" */
    bool scene = recipient_count && dl_is_scene(coding, recipients[0].word);
    if (h->type == DL_ACCUSE && scene && dl_is_aimed_at(coding, recipients[0].word))
        scene = false; /* "pointed the finger at Kabul" */
    if (scene && fight_each_other(h, actors, actor_count))
        return 0;
    bool nobody = recipient_count == 0 && h->args.passive && h->args.recipient != DL_NODE_NONE;
    if (!scene && !nobody && !(recipient_count && dl_is_thing(coding, &recipients[0])))
        return recipient_count;
    uint32_t patient = h->is_noun ? DL_NODE_NONE : dl_patient_of(&coding->tree, h->word);
    bool other = nobody ? patient != h->args.recipient : patient != recipients[0].word;
    if (other && patient != h->args.actor) {
        uint32_t count = people_of(coding, patient, found);
        if (count && (dl_is_party(coding, &found[0]) || found[0].actor.country.len)) {
            memcpy(recipients, found, count * sizeof *found);
            return count;
        }
    }
    return !scene || h->type == DL_CONSULT || h->type == DL_AID ? recipient_count : 0;
}

/* "fired tear gas at students": at whom, whatever was fired. */
static uint32_t aimed_at(struct dl_coding *coding, const struct dl_happening *h,
                         struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone found[DL_PEOPLE_MAX];
    if (h->type != DL_ASSAULT || h->is_noun || recipient_count == 0 || recipients[0].known ||
        dl_is_party(coding, &recipients[0]))
        return recipient_count;
    uint32_t homes[] = {h->word, recipients[0].word};
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        for (uint32_t c = tree->words[homes[i]].child; c != DL_NODE_NONE && tree->work;
             c = tree->words[c].next) {
            tree->work--;
            if (c < h->word || !dl_is_aimed_at(coding, c) ||
                (tree->words[c].cues & DL_CUE_MASK(TIME)))
                continue;
            uint32_t count = people_of(coding, c, found);
            if (count == 0)
                continue;
            memcpy(recipients, found, count * sizeof *found);
            return count;
        }
    return recipient_count;
}

/* "Two reporters were expelled from Chad": Chad did it, and to them. */
static void cast_out(struct dl_coding *coding, const struct dl_happening *h,
                     struct dl_someone *actors, uint32_t *actor_count,
                     struct dl_someone *recipients, uint32_t *recipient_count)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone found[DL_PEOPLE_MAX];
    if ((h->type != DL_COERCE && h->type != DL_SANCTION) || h->is_noun || *actor_count ||
        !h->args.passive)
        return;
    uint64_t from = dl_atom_hash(DL_STR("from"));
    for (uint32_t c = tree->words[h->word].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        tree->work--;
        uint32_t patient = dl_patient_of(tree, h->word);
        if (tree->words[c].base != DL_REL_OBL || c == patient || patient == DL_NODE_NONE ||
            dl_tree_case(tree, c, from) == DL_NODE_NONE || dl_people_at(coding, c, found, 1) == 0 ||
            !dl_str_is(found[0].actor.resolved_by, "country") || found[0].actor.role.len)
            continue;
        actors[0] = found[0];
        *actor_count = 1;
        uint32_t count = people_of(coding, patient, found);
        memcpy(recipients, found, count * sizeof *found);
        *recipient_count = count;
        return;
    }
}

/* "threatened to strike unless the ministry pays": who could turn it away is threatened. */
static uint32_t threatened_in_condition(struct dl_coding *coding, const struct dl_happening *h,
                                        struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone found[DL_PEOPLE_MAX];
    if (h->type != DL_THREATEN || recipient_count)
        return recipient_count;
    for (uint32_t w = h->word + 1; w < tree->count && tree->work; w++) {
        const struct dl_tree_word *mark = &tree->words[w];
        tree->work--;
        if (mark->base != DL_REL_MARK || mark->head == DL_NODE_NONE ||
            !dl_tree_has_cue(tree, w, dl_phrase_hash(DL_STR("class:condition"))))
            continue;
        uint32_t who = dl_tree_child_base(tree, mark->head, DL_REL_NSUBJ);
        uint32_t count =
            who == DL_NODE_NONE || who == h->args.actor || tree->words[who].upos == DL_UPOS_PRON
                ? 0
                : people_of(coding, who, found);
        if (count == 0 || !found[0].known)
            continue;
        memcpy(recipients, found, count * sizeof *found);
        return count;
    }
    return recipient_count;
}

/* "retook the town from insurgents": from whom. */
static uint32_t taken_from(struct dl_coding *coding, const struct dl_happening *h,
                           struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone found[DL_PEOPLE_MAX];
    bool somebody = recipient_count && recipients[0].known &&
                    !dl_str_is(recipients[0].actor.resolved_by, "place") &&
                    !dl_is_premises(coding, h, &recipients[0]);
    if (h->type != DL_COERCE || h->is_noun || somebody)
        return recipient_count;
    for (uint32_t w = h->word + 1; w < tree->count && tree->work; w++) {
        tree->work--;
        bool below = tree->words[w].head == h->word ||
                     (tree->words[w].head != DL_NODE_NONE && tree->words[w].head > h->word &&
                      tree->words[tree->words[w].head].head == h->word);
        if (!below || (tree->words[w].cues & DL_CUE_MASK(TIME)) ||
            dl_tree_case(tree, w, dl_atom_hash(DL_STR("from"))) == DL_NODE_NONE)
            continue;
        uint32_t count = people_of(coding, w, found);
        if (count == 0 || found[0].actor.role.len == 0 || dl_is_premises(coding, h, &found[0]))
            continue;
        memcpy(recipients, found, count * sizeof *found);
        return count;
    }
    return recipient_count;
}

/* "beat a tax collector and burned his motorcycle": whose it is. */
static uint32_t whose_it_is(struct dl_coding *coding, const struct dl_happening *h,
                            struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_someone found[DL_PEOPLE_MAX];
    if (recipient_count != 1 || !dl_is_premises(coding, h, &recipients[0]) ||
        !dl_is_ones_own(coding, recipients[0].word))
        return recipient_count;
    uint32_t owner = dl_tree_child(&coding->tree, recipients[0].word, DL_REL_NMOD_POSS);
    uint32_t of = dl_antecedent(coding, owner);
    uint32_t count = of == h->args.actor ? 0 : people_of(coding, of, found);
    if (count == 0 || !found[0].known)
        return recipient_count;
    memcpy(recipients, found, count * sizeof *found);
    return count;
}

/* "extradited a banker to Peru": the banker, and Peru. */
static uint32_t handed_over(struct dl_coding *coding, const struct dl_happening *h,
                            struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone found[DL_PEOPLE_MAX];
    if (h->type != DL_COOPERATE || recipient_count != 1 ||
        !dl_is_given(coding, recipients[0].word) ||
        !dl_tree_has_cue(tree, h->word, dl_phrase_hash(DL_STR("class:handover"))))
        return recipient_count;
    uint32_t who = dl_patient_of(tree, h->word);
    uint32_t count =
        who == recipients[0].word || who == h->args.actor ? 0 : people_of(coding, who, found);
    if (count == 0 || count + recipient_count > DL_PEOPLE_MAX ||
        !(dl_is_party(coding, &found[0]) || dl_sounds_human(coding, who)))
        return recipient_count;
    memmove(recipients + count, recipients, recipient_count * sizeof *found);
    memcpy(recipients, found, count * sizeof *found);
    return count + recipient_count;
}

/* Roles that things do not have: "the former first lady", but not "a market". */
static bool is_office(dl_str role)
{
    static const char *const roles[] = {"GOV", "LEG", "JUD", "ELI", "OPP", "PTY", "REB", "COP",
                                        "SPY", "CVL", "REF", "JRN", "LAB", "REL", "AGR"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_is(role, roles[i]))
            return true;
    return false;
}

/* "lifted its ban on cattle from Indonesia": nobody is named, or one's own. */
static uint32_t further_on(struct dl_coding *coding, const struct dl_happening *h,
                           const struct dl_someone *actors, uint32_t actor_count,
                           struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_someone found;
    bool own = recipient_count && dl_is_ones_own(coding, recipients[0].word) &&
               !dl_str_is(recipients[0].actor.role, "CVL"); /* its envoy, but not its citizens */
    own = own && !(actor_count && has_country(recipients, recipient_count) &&
                   !dl_str_eq(recipients[0].actor.country, actors[0].actor.country));
    bool bystander =
        recipient_count && dl_is_bystander(coding, h, actors, actor_count, &recipients[0]);
    if ((has_country(recipients, recipient_count) && !own && !bystander) ||
        are_peers(h, actors, actor_count) || fight_each_other(h, actors, actor_count))
        return recipient_count;
    bool named = recipient_count && !own && !bystander &&
                 (recipients[0].actor.id.len || dl_is_party(coding, &recipients[0]) ||
                  is_office(recipients[0].actor.role));
    if (recipient_count && !recipients[0].known && dl_is_scene(coding, recipients[0].word))
        named = false; /* "on the Arabian Sea" */
    bool proper = recipient_count && coding->tree.words[recipients[0].word].upos != DL_UPOS_NOUN;
    bool gives = h->type == DL_AID || h->type == DL_AGREE;
    if ((named && (proper || !gives)) || dl_whom_else(coding, h, actors, actor_count, &found) == 0)
        return recipient_count;
    if (named && !(found.actor.country.len && dl_is_given(coding, found.word)))
        return recipient_count; /* "offered doctors to Jamaica" goes to Jamaica */
    if (own &&
        dl_str_eq(found.actor.country, actor_count ? actors[0].actor.country : (dl_str){"", 0}))
        return recipient_count;
    bool beside =
        h->type == DL_ASSAULT && recipient_count == 1 && recipients[0].known && !bystander;
    recipients[beside] = found; /* "struck a power station, wounding two workers" */
    return 1 + beside;
}

/* "refugees from Afghanistan", though the tree hangs it elsewhere. */
static void come_from(struct dl_coding *coding, struct dl_someone *people, uint32_t count)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t from = dl_atom_hash(DL_STR("from"));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = people[i].last + 1;
        struct dl_someone where;
        if (people[i].actor.country.len || at >= tree->count || tree->words[at].form != from ||
            tree->words[at].base != DL_REL_CASE || tree->words[at].head == DL_NODE_NONE ||
            dl_people_at(coding, tree->words[at].head, &where, 1) == 0 ||
            !dl_str_is(where.actor.resolved_by, "country"))
            continue;
        dl_lend_country(coding, &people[i], where.actor.country, "where they come from");
    }
}

static uint32_t without_things(struct dl_coding *coding, const struct dl_happening *h,
                               const struct dl_someone *actors, uint32_t actor_count,
                               struct dl_someone *people, uint32_t count)
{
    uint32_t kept = 0;
    bool peers = are_peers(h, actors, actor_count);
    for (uint32_t i = 0; i < count; i++) {
        bool party = people[i].known && !dl_str_is(people[i].actor.resolved_by, "place");
        if (!dl_is_thing(coding, &people[i]) && (!peers || party))
            people[kept++] = people[i];
    }
    return kept;
}

void dl_complete_parties(struct dl_coding *coding, const struct dl_happening *h,
                         struct dl_someone *actors, uint32_t *actor_count,
                         struct dl_someone *recipients, uint32_t *recipient_count)
{
    *actor_count = stand_in(coding, h, actors, *actor_count);
    if (*actor_count && *recipient_count && dl_str_is(recipients[0].actor.resolved_by, "pronoun") &&
        dl_str_eq(recipients[0].actor.code, actors[0].actor.code))
        *recipient_count = 0; /* "closed its airspace", "committed themselves": to nobody else */
    *recipient_count = asked_in_clause(coding, h, recipients, *recipient_count);
    *recipient_count =
        borrow_recipient(coding, h, actors, *actor_count, recipients, *recipient_count);
    cast_out(coding, h, actors, actor_count, recipients, recipient_count);
    *recipient_count = leave_scene(coding, h, actors, *actor_count, recipients, *recipient_count);
    *recipient_count = aimed_at(coding, h, recipients, *recipient_count);
    *recipient_count = whose_it_is(coding, h, recipients, *recipient_count);
    *recipient_count = taken_from(coding, h, recipients, *recipient_count);
    come_from(coding, recipients, *recipient_count);
    *recipient_count = further_on(coding, h, actors, *actor_count, recipients, *recipient_count);
    *recipient_count = handed_over(coding, h, recipients, *recipient_count);
    *recipient_count = threatened_in_condition(coding, h, recipients, *recipient_count);
    *recipient_count =
        without_things(coding, h, actors, *actor_count, recipients, *recipient_count);
    dl_settle_parties(coding, h, actors, *actor_count, recipients, *recipient_count);
}
