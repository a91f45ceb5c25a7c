/* What is everyday life and no politics: firms among themselves, private people, rules and habits,
 * advertisements, results of matches. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

static bool has_cue(const struct dl_coding *coding, uint32_t word, uint64_t cues)
{
    return (coding->tree.words[word].cues & cues) != 0;
}

static enum dl_xpos xpos_of(const struct dl_coding *coding, uint32_t word)
{
    return (enum dl_xpos)coding->article->tokens[dl_token_of(coding, word)].xpos;
}

/* --- whose business it is --- */

/* An office, an armed body, a state, a party, a people in movement: somebody of public life. */
static bool is_public(const struct dl_coding *coding, const struct dl_someone *someone)
{
    static const char *const roles[] = {"GOV", "MIL", "COP", "JUD", "LEG", "REB", "UAF",
                                        "SPY", "PRM", "PTY", "OPP", "IGO", "NGO", "REL",
                                        "ELI", "IMG", "REF", "JRN", "LAB", "ISM", "SOC"};
    const struct dl_actor *actor = &someone->actor;
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    if (has_cue(coding, someone->word, DL_CUE_MASK(PRIVATE)) && word->form == word->lemma &&
        actor->id.len == 0)
        return false; /* "a driver" */
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_is(actor->role, roles[i]))
            return true;
    if (has_cue(coding, someone->word, DL_CUE_MASK(FIRM) | DL_CUE_MASK(PRIVATE)))
        return false;
    return actor->country.len && actor->role.len == 0;
}

static bool any_public(const struct dl_coding *coding, const struct dl_someone *people,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (is_public(coding, &people[i]))
            return true;
    return false;
}

/* "a group of elders" */
static bool is_group_of(const struct dl_tree *tree, uint32_t word)
{
    return word + 1 < tree->count && tree->words[word + 1].form == dl_atom_hash(DL_STR("of"));
}

static bool is_firm(const struct dl_coding *coding, const struct dl_someone *someone)
{
    return dl_str_is(someone->actor.role, "BUS") ||
           (has_cue(coding, someone->word, DL_CUE_MASK(FIRM)) && !is_public(coding, someone) &&
            !is_group_of(&coding->tree, someone->word));
}

/* "two men attacked" may be anybody, "a man attacked" is nobody. */
static bool is_private(const struct dl_coding *coding, const struct dl_happening *h, uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    bool force = h->type == DL_ASSAULT || h->type == DL_COERCE || h->type == DL_MOBILIZE;
    return has_cue(coding, word, DL_CUE_MASK(PRIVATE)) && (!force || at->form == at->lemma);
}

/* --- always, not once --- */

static bool is_present_form(const struct dl_coding *coding, uint32_t verb)
{
    enum dl_xpos xpos = xpos_of(coding, verb);
    return xpos == DL_XPOS_VBZ || xpos == DL_XPOS_VBP;
}

static bool is_present(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t aux = dl_tree_child_base(tree, h->anchor, DL_REL_AUX);
    if (aux != DL_NODE_NONE) {
        uint64_t form = tree->words[aux].form;
        return h->args.passive &&
               (form == dl_atom_hash(DL_STR("is")) || form == dl_atom_hash(DL_STR("are")));
    }
    return tree->words[h->anchor].upos == DL_UPOS_VERB && is_present_form(coding, h->anchor);
}

/* Named for what they are, and not lent from where the text stands. */
static bool any_own_country(const struct dl_someone *people, uint32_t count)
{
    static const char *const lent[] = {"dateline", "where it happened", "whom it concerned",
                                       "said earlier"};
    for (uint32_t i = 0; i < count; i++) {
        bool own = people[i].actor.country.len || people[i].actor.id.len;
        for (size_t k = 0; k < sizeof lent / sizeof *lent; k++)
            own = own && !dl_str_is(people[i].actor.resolved_by, lent[k]);
        if (own)
            return true;
    }
    return false;
}

static bool ends_with_stop(const struct dl_coding *coding)
{
    uint32_t last = coding->tree.count - 1;
    return dl_str_is(dl_token_text(coding->article, dl_token_of(coding, last)), ".");
}

static bool has_habit(struct dl_coding *coding, const struct dl_happening *h)
{
    const struct dl_tree_word *clause = &coding->tree.words[h->anchor];
    for (uint32_t w = clause->first; w <= clause->last && w < coding->tree.count; w++)
        if (has_cue(coding, w, DL_CUE_MASK(HABIT)))
            return true;
    return false;
}

/* The tagger takes "when they take" for an infinitive now and then. */
static bool is_present_or_base(const struct dl_coding *coding, uint32_t verb)
{
    return is_present_form(coding, verb) || xpos_of(coding, verb) == DL_XPOS_VB;
}

/* "When police take a boat, they take the engine": whenever it is so, in either clause. */
static bool is_whenever(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t clauses[] = {h->anchor, dl_tree_child(tree, h->anchor, DL_REL_ADVCL)};
    uint64_t when = dl_phrase_hash(DL_STR("whenever"));
    for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++) {
        uint32_t c = clauses[i] == DL_NODE_NONE ? DL_NODE_NONE : tree->words[clauses[i]].child;
        for (; c != DL_NODE_NONE; c = tree->words[c].next)
            if ((tree->words[c].base == DL_REL_MARK || tree->words[c].base == DL_REL_ADVMOD) &&
                c < clauses[i] && dl_tree_has_cue(tree, c, when))
                return is_present_or_base(coding, clauses[i]) &&
                       is_present_or_base(coding, h->anchor);
    }
    return false;
}

/* --- nobody tells it --- */

/* "Meet the ambassadors of taste", "Book now and visit Oman". */
static bool is_imperative(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *word = &tree->words[h->anchor];
    uint32_t top = word->base == DL_REL_CONJ ? word->head : h->anchor;
    return word->upos == DL_UPOS_VERB && top == 0 && word->form == word->lemma &&
           xpos_of(coding, h->anchor) != DL_XPOS_VBD && h->args.actor == DL_NODE_NONE &&
           dl_tree_child_base(tree, top, DL_REL_NSUBJ) == DL_NODE_NONE && ends_with_stop(coding);
}

/* "Your council promises" */
static bool is_yours(const struct dl_coding *coding, const struct dl_someone *people,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (coding->tree.words[people[i].first].form == dl_atom_hash(DL_STR("your")))
            return true;
    return false;
}

/* "19-17", where nobody votes. */
static bool has_score(const struct dl_coding *coding)
{
    bool score = false;
    for (uint32_t w = 0; w < coding->tree.count; w++) {
        dl_str text = dl_token_text(coding->article, dl_token_of(coding, w));
        uint32_t digits = 0;
        uint32_t dashes = 0;
        if (has_cue(coding, w, DL_CUE_MASK(BALLOT)))
            return false;
        for (size_t i = 0; i < text.len; i++) {
            digits += text.at[i] >= '0' && text.at[i] <= '9';
            dashes += text.at[i] == '-';
        }
        bool pieces = w + 2 < coding->tree.count && coding->tree.words[w].upos == DL_UPOS_NUM &&
                      coding->tree.words[w + 2].upos == DL_UPOS_NUM &&
                      dl_is_dash(coding->article, dl_token_of(coding, w + 1)) && text.len <= 3 &&
                      digits == text.len;
        score = score || pieces ||
                (dashes == 1 && digits > 1 && digits + 1 == text.len && text.len <= 7);
    }
    return score;
}

/* What firms do with others of no office: "agreed to buy shops from a French rival". */
static bool is_dealing(int32_t type)
{
    return type == DL_AGREE || type == DL_SUPPORT || type == DL_COOPERATE || type == DL_AID ||
           type == DL_CONSULT || type == DL_CONCEDE;
}

/* A state by its name, and no town or rival in it. */
static bool any_state(const struct dl_coding *coding, const struct dl_someone *people,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_tree_word *word = &coding->tree.words[people[i].word];
        bool office = people[i].actor.role.len && is_public(coding, &people[i]);
        bool named = people[i].actor.id.len || (word->kinds & DL_SENSE(DL_SENSE_COUNTRY)) ||
                     (word->kinds & DL_SENSE(DL_SENSE_PEOPLE));
        if (office || (named && is_public(coding, &people[i])))
            return true;
    }
    return false;
}

/* "a lottery winner", "the band": one of whom nothing is known, and no crowd. */
static bool is_just_somebody(const struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    return word->upos == DL_UPOS_NOUN && word->form == word->lemma && someone->actor.id.len == 0 &&
           someone->actor.country.len == 0 && !is_group_of(&coding->tree, someone->word) &&
           !dl_tree_has_cue(&coding->tree, someone->word, dl_phrase_hash(DL_STR("class:crowd")));
}

/* "killed when their bus plunged off the road": nobody did it. */
static bool is_accident(struct dl_coding *coding, const struct dl_happening *h)
{
    uint64_t accident = dl_phrase_hash(DL_STR("class:accident"));
    if (h->type != DL_ASSAULT)
        return false;
    for (uint32_t w = 0; w < coding->tree.count; w++)
        if (dl_tree_has_cue(&coding->tree, w, accident))
            return true;
    return false;
}

const char *dl_why_everyday(struct dl_coding *coding, const struct dl_happening *h,
                            const struct dl_someone *actors, uint32_t actor_count,
                            const struct dl_someone *recipients, uint32_t recipient_count)
{
    bool actor_public = any_public(coding, actors, actor_count);
    bool recipient_public = any_public(coding, recipients, recipient_count);
    if (has_score(coding))
        return "sport";
    if (is_imperative(coding, h) || is_yours(coding, actors, actor_count))
        return "advert";
    if (actor_count == 0 && is_accident(coding, h))
        return "nature";
    if (h->type == DL_AID && !h->is_noun && !actor_public &&
        !any_own_country(actors, actor_count) && !any_own_country(recipients, recipient_count))
        return "crime"; /* "firefighters rescued two children" */
    if (actor_count && is_dealing(h->type) && !actor_public &&
        !any_state(coding, recipients, recipient_count)) {
        if (is_firm(coding, &actors[0]))
            return "markets";
        if (!h->is_noun && is_just_somebody(coding, &actors[0]))
            return "crime";
    }
    if (actor_count && h->type != DL_PROTEST && !actor_public && !recipient_public) {
        if (is_firm(coding, &actors[0]))
            return "markets";
        if (is_private(coding, h, actors[0].word))
            return "crime";
    }
    if (actor_count && has_cue(coding, actors[0].word, DL_CUE_MASK(HABIT)) &&
        coding->tree.words[actors[0].word].upos == DL_UPOS_PRON)
        return "generic"; /* "whoever attacks" */
    if (is_whenever(coding, h))
        return "generic";
    if (is_present(coding, h) && !h->reported &&
        (has_habit(coding, h) ||
         (ends_with_stop(coding) && !h->is_noun && !any_own_country(actors, actor_count) &&
          !any_own_country(recipients, recipient_count))))
        return "generic";
    return NULL;
}
