/* Who is no party after all: words for nobody, places, buildings, and those an event of its type is
 * not done to. */
#include "workers/events/room.h"

uint32_t dl_only_people(const struct dl_coding *coding, struct dl_someone *people, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_tree_word *word = &coding->tree.words[people[i].word];
        if (people[i].known || !(word->cues & (DL_CUE_MASK(NOBODY) | DL_CUE_MASK(TIME))))
            people[kept++] = people[i];
    }
    return kept;
}

bool dl_sounds_human(const struct dl_coding *coding, uint32_t at)
{
    static const char *const ends[] = {"ist",  "ists", "er",    "ers",   "or", "ors",
                                       "ian",  "ians", "man",   "men",   "ee", "ees",
                                       "ants", "ant",  "woman", "women", "ese"};
    dl_str word = dl_token_text(coding->article, dl_token_of(coding, at));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (dl_str_ends(word, dl_str_of(ends[i])))
            return true;
    return false;
}

static bool is_somebody(const struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    if (someone->known || word->upos == DL_UPOS_PRON || word->upos == DL_UPOS_NUM)
        return true;
    for (uint32_t w = someone->first; w <= someone->last; w++)
        if (coding->tree.words[w].upos == DL_UPOS_PROPN && coding->tree.words[w].capital)
            return true;
    return dl_sounds_human(coding, someone->word);
}

bool dl_is_named(const struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    return someone->known && word->upos == DL_UPOS_PROPN && word->capital;
}

static bool is_place_of(const struct dl_coding *coding, const struct dl_someone *someone,
                        const struct dl_someone *actors, uint32_t actor_count)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    if ((word->cues & DL_CUE_MASK(NOWHERE)) && !dl_is_named(coding, someone))
        return true;
    return dl_str_is(someone->actor.resolved_by, "place") && actor_count &&
           dl_str_eq(someone->actor.country, actors[0].actor.country) && word->base != DL_REL_OBJ;
}

/* "each other" */
static bool is_mutual(const struct dl_coding *coding, const struct dl_someone *someone)
{
    for (uint32_t w = someone->first; w < someone->last; w++)
        if (coding->tree.words[w].form == dl_atom_hash(DL_STR("each")) &&
            coding->tree.words[w + 1].form == dl_atom_hash(DL_STR("other")))
            return true;
    return false;
}

static bool has_class(const struct dl_coding *coding, uint32_t word, const char *name)
{
    return dl_tree_has_cue(&coding->tree, word, dl_phrase_hash(dl_str_of(name)));
}

/* Somebody whose it is: before it, or behind "of". */
static bool has_owner(const struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree *tree = &coding->tree;
    uint16_t named = (uint16_t)(DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE) |
                                DL_SENSE(DL_SENSE_ACTOR));
    bool of = false;
    for (uint32_t w = someone->first; w <= someone->last && w < tree->count; w++) {
        const struct dl_tree_word *word = &tree->words[w];
        if (w > someone->word && word->base == DL_REL_CASE)
            of = word->form == dl_atom_hash(DL_STR("of"));
        bool owner = word->relation == DL_REL_NMOD_POSS || (w > someone->word && of);
        if ((w < someone->word || of) &&
            ((word->kinds & named) || (owner && (word->kinds & DL_SENSE(DL_SENSE_ROLE)))))
            return true;
    }
    return false;
}

bool dl_is_premises(const struct dl_coding *coding, const struct dl_happening *h,
                    const struct dl_someone *someone)
{
    bool served = h->type == DL_AID || h->type == DL_AGREE || h->type == DL_COOPERATE ||
                  h->type == DL_CONSULT;
    bool army = h->type == DL_ASSAULT && dl_str_is(someone->actor.role, "MIL");
    return !served && !army && someone->actor.id.len == 0 &&
           has_class(coding, someone->word, "class:premises") && !has_owner(coding, someone);
}

static bool is_foreign(const struct dl_someone *someone, const struct dl_someone *actors,
                       uint32_t actor_count)
{
    return someone->actor.country.len &&
           !(actor_count && dl_str_eq(someone->actor.country, actors[0].actor.country));
}

/* What troops and crowds do is done to whom they aim at or follow; what is given up, to whom it is
 * handed or who is set free. The rest of the clause is where and why. */
static bool is_out_of_reach(struct dl_coding *coding, const struct dl_happening *h,
                            const struct dl_someone *actors, uint32_t actor_count,
                            const struct dl_someone *someone)
{
    bool town = dl_str_is(someone->actor.resolved_by, "place");
    bool free = dl_tree_child_base(&coding->tree, someone->word, DL_REL_CASE) == DL_NODE_NONE;
    bool of = dl_tree_case(&coding->tree, someone->word, dl_atom_hash(DL_STR("of"))) !=
              DL_NODE_NONE; /* "the release of fishermen" */
    bool aimed = dl_is_aimed_at(coding, someone->word) && someone->actor.role.len;
    switch (h->type) {
    case DL_MOBILIZE:
        return town || !is_foreign(someone, actors, actor_count) || !(free || aimed) ||
               has_class(coding, someone->word, "class:force");
    case DL_PROTEST:
        return town || !(aimed || (free && is_foreign(someone, actors, actor_count)));
    case DL_RETREAT:
        return town || !(free || of || dl_is_given(coding, someone->word));
    case DL_AGREE: /* "to reopen Kartarpur" */
        return town && free && someone->actor.role.len == 0;
    case DL_THREATEN: /* "to halt its flights to Nasir" */
        return town && !free && someone->actor.role.len == 0;
    case DL_AID:
        return town && dl_is_scene(coding, someone->word);
    case DL_ASSAULT:
        return town && !free && !of && !dl_is_aimed_at(coding, someone->word);
    default:
        return false;
    }
}

bool dl_is_bystander(struct dl_coding *coding, const struct dl_happening *h,
                     const struct dl_someone *actors, uint32_t actor_count,
                     const struct dl_someone *someone)
{
    return is_place_of(coding, someone, actors, actor_count) ||
           is_out_of_reach(coding, h, actors, actor_count, someone) ||
           dl_is_premises(coding, h, someone);
}

uint32_t dl_only_concerned(struct dl_coding *coding, const struct dl_happening *h,
                           const struct dl_someone *actors, uint32_t actor_count,
                           struct dl_someone *recipients, uint32_t count)
{
    uint32_t kept = 0;
    bool force = h->type == DL_ASSAULT; /* "attacked a restaurant" */
    for (uint32_t i = 0; i < count; i++)
        if ((force || is_somebody(coding, &recipients[i])) && !is_mutual(coding, &recipients[i]) &&
            !dl_is_bystander(coding, h, actors, actor_count, &recipients[i]))
            recipients[kept++] = recipients[i];
    return kept;
}
