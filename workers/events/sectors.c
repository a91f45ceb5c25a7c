/* Which country and which role somebody has of whom the sentence says neither: by the place, by the
 * other party, by what is done. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

static bool has_country(const struct dl_someone *people, uint32_t count)
{
    return count && people[0].actor.country.len;
}

/* Bodies of one country that clash within it. */
static bool is_domestic(dl_str role)
{
    static const char *const roles[] = {"COP", "REB", "UAF", "CRM", "OPP", "CVL",
                                        "LAB", "JRN", "EDU", "AGR", "JUD", "LEG",
                                        "REL", "MED", "PRM", "PTY", "ELI", "BUS"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_is(role, roles[i]))
            return true;
    return false;
}

static void settle(struct dl_coding *coding, struct dl_someone *people, uint32_t count,
                   dl_str place, bool peaceful, bool lent, const struct dl_someone *others,
                   uint32_t other_count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct dl_actor *actor = &people[i].actor;
        bool role = actor->role.len && (dl_is_local(actor->role) || is_domestic(actor->role));
        if (actor->country.len || actor->id.len || !role)
            continue;
        if (place.len)
            dl_lend_country(coding, &people[i], place, "where it happened");
        else if (lent && has_country(others, other_count) && (is_domestic(actor->role) || peaceful))
            dl_lend_country(coding, &people[i], others[0].actor.country, "whom it concerned");
    }
}

static bool has_mode(const struct dl_coding *coding, const struct dl_happening *h, const char *mode)
{
    for (uint32_t m = 0; m < DL_FRAME_MODES_MAX && h->frame->modes[m] && !h->by_model; m++)
        if (dl_str_is(dl_almanac_text(coding->tree.almanac, h->sense, h->frame->modes[m]), mode))
            return true;
    return false;
}

/* What police and courts do to people: "nabbed fourteen suspected cultists". */
static bool takes_people(const struct dl_coding *coding, const struct dl_happening *h,
                         const struct dl_someone *actors, uint32_t actor_count)
{
    static const char *const modes[] = {"arrest", "deport", "beat", "torture", "convict"};
    bool office = actor_count && (dl_str_is(actors[0].actor.role, "COP") ||
                                  dl_str_is(actors[0].actor.role, "JUD"));
    for (size_t i = 0; office && i < sizeof modes / sizeof *modes; i++)
        if (has_mode(coding, h, modes[i]))
            return true;
    return false;
}

/* Whoever they are, and nothing else is known of them, those who are taken, freed or hurt are
 * people of the place. */
static void anybody(struct dl_coding *coding, const struct dl_happening *h,
                    struct dl_someone *people, uint32_t count, const struct dl_someone *actors,
                    uint32_t actor_count)
{
    bool all = takes_people(coding, h, actors, actor_count);
    bool known = actor_count && actors[0].known;
    bool human =
        h->type == DL_RETREAT ||
        ((h->type == DL_COERCE || h->type == DL_SANCTION || h->type == DL_ASSAULT) && known);
    for (uint32_t i = 0; i < count && !h->by_model; i++) {
        bool sounds = human && coding->tree.words[people[i].word].upos == DL_UPOS_NOUN &&
                      dl_sounds_human(coding, people[i].word) &&
                      !dl_is_premises(coding, h, &people[i]);
        if (people[i].known || !(all || sounds))
            continue;
        dl_give_role(coding, &people[i], DL_STR("CVL"));
        people[i].actor.resolved_by = DL_STR("what was done to them");
    }
}

/* "a Turkish freighter", "Serbian goods", "a Palestinian state": their country's, and of no sector.
 */
static bool is_ware(const struct dl_coding *coding, const struct dl_someone *someone)
{
    static const char *const classes[] = {"class:premises", "class:goods", "class:land"};
    const struct dl_actor *actor = &someone->actor;
    bool sector = dl_str_is(actor->role, "BUS") || dl_str_is(actor->role, "AGR") ||
                  dl_str_is(actor->role, "GOV");
    if (actor->country.len == 0 || actor->id.len || !sector)
        return false;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (dl_tree_has_cue(&coding->tree, someone->word, dl_phrase_hash(dl_str_of(classes[i]))))
            return !dl_str_is(actor->resolved_by, "where it happened");
    return false;
}

/* "apologised to the Congolese" */
static bool is_people(struct dl_coding *coding, const struct dl_happening *h,
                      const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    uint32_t the = dl_tree_child_base(&coding->tree, someone->word, DL_REL_DET);
    bool hurt =
        h->type == DL_CONCEDE || h->type == DL_ASSAULT || h->type == DL_COERCE || h->type == DL_AID;
    return hurt && someone->actor.country.len && someone->actor.role.len == 0 &&
           someone->actor.id.len == 0 && (word->kinds & DL_SENSE(DL_SENSE_PEOPLE)) &&
           !(word->kinds & DL_SENSE(DL_SENSE_COUNTRY)) && the != DL_NODE_NONE;
}

/* "a Belarusian swimmer" is one of the people; a firm that is done to by another country works
 * across borders. */
static void give_roles(struct dl_coding *coding, const struct dl_happening *h,
                       struct dl_someone *people, uint32_t count, const struct dl_someone *actors,
                       uint32_t actor_count)
{
    bool driven = has_mode(coding, h, "expel") || has_mode(coding, h, "deport");
    uint64_t firm = DL_CUE_MASK(FIRM);
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_actor *actor = &people[i].actor;
        const struct dl_tree_word *word = &coding->tree.words[people[i].word];
        bool abroad = actor_count && actors[0].actor.country.len && actor->country.len &&
                      !dl_str_eq(actors[0].actor.country, actor->country);
        if (actor->country.len && actor->role.len == 0 && word->upos == DL_UPOS_NOUN &&
            (dl_str_is(actor->resolved_by, "country") || dl_str_is(actor->resolved_by, "place")) &&
            dl_sounds_human(coding, people[i].word))
            dl_give_role(coding, &people[i], DL_STR("CVL"));
        else if (abroad && actor->id.len == 0 && dl_str_is(actor->role, "BUS") &&
                 (word->cues & firm))
            dl_give_role(coding, &people[i], DL_STR("MNC"));
        if (is_ware(coding, &people[i]))
            dl_give_role(coding, &people[i], (dl_str){"", 0});
        if (is_people(coding, h, &people[i]))
            dl_give_role(coding, &people[i], DL_STR("CVL"));
        bool home = h->type == DL_COERCE && !abroad;
        if (driven && !home && dl_str_is(people[i].actor.role, "CVL"))
            dl_give_role(coding, &people[i], DL_STR("REF"));
    }
}

void dl_settle_parties(struct dl_coding *coding, const struct dl_happening *h,
                       struct dl_someone *actors, uint32_t actor_count,
                       struct dl_someone *recipients, uint32_t recipient_count)
{
    struct dl_place *places;
    dl_str place = {"", 0};
    if (dl_places_of(coding->article, dl_token_of(coding, h->word), place, DL_ACT_DONE, &places) &&
        !dl_str_is(places[0].why, "dateline"))
        place = places[0].country;
    bool peaceful = h->type != DL_ASSAULT && h->type != DL_MOBILIZE; /* "asked the army" */
    bool visits = h->type == DL_CONSULT && !(h->frame->flags & DL_FRAME_PEERS);
    settle(coding, actors, actor_count, visits ? (dl_str){"", 0} : place, peaceful && !visits, true,
           recipients, recipient_count); /* who visits is of another place */
    anybody(coding, h, recipients, recipient_count, actors, actor_count);
    bool lent = h->type != DL_AID; /* "rescued 61 migrants": of whatever country */
    settle(coding, recipients, recipient_count, place, peaceful, lent, actors, actor_count);
    give_roles(coding, h, recipients, recipient_count, actors, actor_count);
}
