/* Fields of life in which nobody of politics acts: sport, films and games, markets, nature,
 * history. A sentence is of one by its words, unless arms or an office say otherwise. */
#include "workers/events/room.h"

#define FIGURES_MIN 2U /* words of a field in a sentence that make it one of that field */
#define WORDS_OF_PEOPLE (DL_CUES_OF_FIELDS | DL_CUE_MASK(SURE_SPORT) | DL_CUE_MASK(SURE_CULTURE))

static const struct {
    uint64_t cue;
    uint64_t sure; /* one such word is enough */
    const char *name;
} fields[] = {{DL_CUE_MASK(SPORT), DL_CUE_MASK(SURE_SPORT), "sport"},
              {DL_CUE_MASK(CULTURE), DL_CUE_MASK(SURE_CULTURE), "film and games"},
              {DL_CUE_MASK(MARKETS), DL_CUE_MASK(SURE_MARKETS), "markets"},
              {DL_CUE_MASK(NATURE), DL_CUE_MASK(SURE_NATURE), "nature"},
              {DL_CUE_MASK(SURE_HISTORY), DL_CUE_MASK(SURE_HISTORY), "history"}};

const char *dl_field_name(uint64_t cues)
{
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        if (cues & fields[f].cue)
            return fields[f].name;
    return NULL;
}

/* "The film tells how", "In the game, players": all of it happens there. */
static bool is_of_a_work(struct dl_coding *coding)
{
    const struct dl_tree_word *words = coding->tree.words;
    for (uint32_t w = 0; w < coding->tree.count; w++)
        if ((words[w].cues & DL_CUE_MASK(CULTURE)) && words[w].head != DL_NODE_NONE &&
            words[words[w].head].head == DL_NODE_NONE && w < words[w].head &&
            (words[w].relation == DL_REL_NSUBJ ||
             (words[w].base == DL_REL_OBL &&
              dl_tree_case(&coding->tree, w, dl_atom_hash(DL_STR("in"))) != DL_NODE_NONE)))
            return true;
    return false;
}

/* A race for votes is no race. */
static bool has_ballot(const struct dl_coding *coding)
{
    for (uint32_t w = 0; w < coding->tree.count; w++)
        if (coding->tree.words[w].cues & DL_CUE_MASK(BALLOT))
            return true;
    return false;
}

static const char *field_of(struct dl_coding *coding)
{
    if (is_of_a_work(coding))
        return "film and games";
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (uint32_t w = 0; w < coding->tree.count; w++)
            if (coding->tree.words[w].cues & fields[f].sure)
                return fields[f].name;
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        uint32_t count = 0;
        for (uint32_t w = 0; w < coding->tree.count; w++)
            count += (coding->tree.words[w].cues & fields[f].cue) != 0;
        if (count >= FIGURES_MIN && !(f == 0 && has_ballot(coding)))
            return fields[f].name;
    }
    return NULL;
}

/* Armed, and no captain or guard of a team. */
static bool any_in_arms(const struct dl_coding *coding, const struct dl_someone *people,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (dl_is_armed_role(people[i].actor.role) &&
            !(coding->tree.words[people[i].word].cues & DL_CUE_MASK(SPORT)))
            return true;
    return false;
}

static bool any_of_roles(const struct dl_someone *people, uint32_t count, const char *const *roles,
                         size_t role_count)
{
    for (uint32_t i = 0; i < count; i++)
        for (size_t r = 0; r < role_count; r++)
            if (dl_str_is(people[i].actor.role, roles[r]))
                return true;
    return false;
}

/* "Algeria released a novelist", "police arrested a sprinter": what office does to somebody of a
 * field. A country's team is no office. */
static bool is_person_of_field(const struct dl_coding *coding, const struct dl_happening *h,
                               const char *field, const struct dl_someone *actors,
                               uint32_t actor_count, const struct dl_someone *recipients,
                               uint32_t recipient_count)
{
    static const char *const offices[] = {"COP", "SPY", "MIL"};
    bool power = h->type == DL_COERCE || h->type == DL_SANCTION || h->type == DL_AID ||
                 h->type == DL_RETREAT || h->type == DL_CONCEDE || h->type == DL_ACCUSE;
    bool sport = dl_str_is(dl_str_of(field), "sport");
    if (!power || !actor_count || !recipient_count ||
        !(sport || dl_str_is(dl_str_of(field), "film and games")) ||
        !(coding->tree.words[recipients[0].word].cues & WORDS_OF_PEOPLE))
        return false;
    if (!sport && actors[0].actor.country.len)
        return true;
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (dl_str_is(actors[0].actor.role, offices[i]))
            return true;
    return false;
}

const char *dl_why_field(struct dl_coding *coding, const struct dl_happening *h,
                         const struct dl_someone *actors, uint32_t actor_count,
                         const struct dl_someone *recipients, uint32_t recipient_count)
{
    /* Parliaments have laws on wolves, courts judge shipyards, relief follows floods. */
    static const char *const chambers[] = {"LEG", "JUD"};
    static const char *const helpers[] = {"IGO", "NGO", "GOV"};
    const char *field = field_of(coding);
    bool policy = field && !h->is_noun && h->type != DL_THREATEN && !dl_is_forceful(h->type) &&
                  (dl_str_is(dl_str_of(field), "nature") || dl_str_is(dl_str_of(field), "markets"));
    bool relief = field && h->type == DL_AID && dl_str_is(dl_str_of(field), "nature") &&
                  any_of_roles(actors, actor_count, helpers, sizeof helpers / sizeof *helpers);
    if (!field || relief ||
        (policy &&
         any_of_roles(actors, actor_count, chambers, sizeof chambers / sizeof *chambers)) ||
        is_person_of_field(coding, h, field, actors, actor_count, recipients, recipient_count) ||
        any_in_arms(coding, actors, actor_count) ||
        any_in_arms(coding, recipients, recipient_count))
        return NULL;
    return field;
}
