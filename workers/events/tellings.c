/* What is compared of a word that tells of a happening. */
#include "workers/events/tellings.h"

#include "core/day.h"
#include "core/first_of.h"
#include "proto/words.h"
#include "workers/stages/circumstances.h"

#define TELLINGS_MAX (2 * DL_MENTIONS_MAX)

static uint32_t bit_of(int32_t type)
{
    return 1U << (uint32_t)type;
}

/* Types that reporters use for one another's. */
static uint32_t kin_of(int32_t type)
{
    switch (type) {
    case DL_ASSAULT:
        return bit_of(DL_COERCE);
    case DL_COERCE:
        return bit_of(DL_ASSAULT) | bit_of(DL_SANCTION);
    case DL_SANCTION:
        return bit_of(DL_COERCE);
    case DL_RETREAT:
        return bit_of(DL_CONCEDE) | bit_of(DL_AID);
    case DL_CONCEDE:
        return bit_of(DL_RETREAT);
    case DL_AID:
        return bit_of(DL_RETREAT);
    case DL_ACCUSE:
        return bit_of(DL_REJECT);
    default:
        return 0;
    }
}

uint32_t dl_retold_types(const struct dl_coding *coding, uint32_t word, dl_str *ret_rule)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    const struct dl_almanac *almanac = coding->tree.almanac;
    static const dl_str prefix = {"retold:", sizeof "retold:" - 1};
    uint32_t types = 0;
    for (uint32_t i = 0; i < at->sense_count; i++) {
        if (at->senses[i].kind != DL_SENSE_CUE)
            continue;
        const struct dl_cue *cue = dl_almanac_cue(almanac, at->senses[i]);
        dl_str what = dl_almanac_text(almanac, at->senses[i], cue->what);
        if (!dl_str_starts(what, prefix))
            continue;
        what = dl_str_sub(what, prefix.len, what.len);
        if (dl_str_is(what, "none"))
            return 0;
        int32_t type = dl_event_type_of(what);
        if (type || dl_str_is(what, "any")) {
            types |= type ? bit_of(type) : DL_ANY_TYPE;
            *ret_rule = dl_almanac_text(almanac, at->senses[i], cue->rule);
        }
    }
    return types;
}

/* "arrest", "detention", "took": lists by which words stand for one another. */
static void set_alike(const struct dl_coding *coding, uint32_t word, struct dl_telling *t)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    static const dl_str prefix = {"alike:", sizeof "alike:" - 1};
    for (uint32_t i = 0; i < at->sense_count && t->alike_count < DL_TELLING_ALIKE; i++) {
        if (at->senses[i].kind != DL_SENSE_CUE)
            continue;
        const struct dl_cue *cue = dl_almanac_cue(coding->tree.almanac, at->senses[i]);
        if (dl_str_starts(dl_almanac_text(coding->tree.almanac, at->senses[i], cue->what), prefix))
            t->alike[t->alike_count++] = cue->hash;
    }
}

/* --- how a noun points --- */

static bool is_one_of(uint64_t hash, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hash == dl_atom_hash(dl_str_of(words[i])))
            return true;
    return false;
}

static bool is_demonstrative(uint64_t form)
{
    static const char *const words[] = {"this", "that", "these", "those"};
    return is_one_of(form, words, sizeof words / sizeof *words);
}

/* "It was the second assault in a month": this one, whatever its number. */
static bool is_what_it_was(struct dl_tree *tree, uint32_t word)
{
    static const char *const words[] = {"it", "this", "that"};
    uint32_t subject = dl_tree_child_base(tree, word, DL_REL_NSUBJ);
    return subject != DL_NODE_NONE && dl_tree_child(tree, word, DL_REL_COP) != DL_NODE_NONE &&
           is_one_of(tree->words[subject].form, words, sizeof words / sizeof *words);
}

/* "the killing of a teacher", "its commitment to peace", "the plan to attack": what says which. */
static bool completes(struct dl_tree *tree, uint32_t word)
{
    const struct dl_tree_word *at = &tree->words[word];
    if (at->base == DL_REL_ACL)
        return at->relation != DL_REL_ACL_RELCL;
    return at->base == DL_REL_NMOD && !(at->cues & DL_CUE_MASK(TIME)) &&
           (dl_tree_case(tree, word, dl_atom_hash(DL_STR("of"))) != DL_NODE_NONE ||
            dl_tree_case(tree, word, dl_atom_hash(DL_STR("to"))) != DL_NODE_NONE);
}

static bool has_demonstrative(struct dl_tree *tree, uint32_t word)
{
    uint32_t det = dl_tree_child_base(tree, word, DL_REL_DET);
    return det != DL_NODE_NONE && is_demonstrative(tree->words[det].form);
}

/* NULL for a day: "Tuesday's attack". */
static const struct dl_actor *owner_at(struct dl_coding *coding, uint32_t word)
{
    struct dl_someone owner;
    if ((coding->tree.words[word].cues & DL_CUE_MASK(TIME)) ||
        dl_people_at(coding, word, &owner, 1) == 0)
        return NULL;
    struct dl_actor *copy = dl_arena_alloc(coding->article->arena, sizeof *copy);
    *copy = owner.actor;
    return copy;
}

/* "the Latvian move" */
static bool is_land(const struct dl_tree_word *word)
{
    return (word->base == DL_REL_AMOD || word->base == DL_REL_COMPOUND) &&
           (word->kinds & (DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE)));
}

static void point(struct dl_coding *coding, uint32_t word, struct dl_telling *t)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t the = dl_atom_hash(DL_STR("the"));
    uint64_t other = dl_phrase_hash(DL_STR("retold:other"));
    bool known_by_itself = false;
    bool definite = false;
    for (uint32_t c = tree->words[word].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *at = &tree->words[c];
        tree->work--;
        if (at->base == DL_REL_DET && is_demonstrative(at->form))
            t->pointing = DL_POINTS_NEAR;
        else if (at->base == DL_REL_DET && at->form == the && t->pointing == DL_POINTS_NOWHERE)
            t->pointing = DL_POINTS_BACK;
        else if (at->relation == DL_REL_NMOD_POSS) {
            t->pointing = DL_POINTS_BACK;
            t->owner = owner_at(coding, c);
        } else if (c < word && is_land(at) && !t->owner) {
            t->owner = owner_at(coding, c);
        } else if (c > word && completes(tree, c) && !has_demonstrative(tree, c)) {
            known_by_itself = true; /* but "the approval of this deployment" points back */
        }
        definite = definite || at->form == the;
        bool beside = c < word && at->base != DL_REL_NMOD && at->base != DL_REL_NSUBJ;
        if (beside && dl_tree_has_cue(tree, c, other))
            t->other = true;
    }
    t->definite = t->pointing != DL_POINTS_NOWHERE;
    if (known_by_itself && t->pointing == DL_POINTS_BACK)
        t->pointing = DL_POINTS_NOWHERE;
    if (definite && is_what_it_was(tree, word)) {
        t->pointing = DL_POINTS_NEAR;
        t->other = false;
    }
}

/* "another bombing", "others" */
static bool is_another(struct dl_tree *tree, uint32_t noun)
{
    uint64_t another = dl_phrase_hash(DL_STR("retold:another"));
    if (dl_tree_has_cue(tree, noun, another))
        return true;
    for (uint32_t c = tree->words[noun].child; c < noun && tree->work; c = tree->words[c].next) {
        tree->work--;
        if (dl_tree_has_cue(tree, c, another))
            return true;
    }
    return false;
}

static bool is_told_as_other(struct dl_coding *coding, uint32_t verb)
{
    uint64_t other = dl_phrase_hash(DL_STR("retold:other"));
    struct dl_tree *tree = &coding->tree;
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        uint8_t base = tree->words[c].base;
        tree->work--;
        if (base == DL_REL_ADVMOD && dl_tree_has_cue(tree, c, other))
            return true;
        if ((base == DL_REL_NSUBJ || base == DL_REL_OBJ) && is_another(tree, c))
            return true;
    }
    return false;
}

/* "two of those killed": whom it was done to is known, so is that it was. */
static bool is_of_those(const struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *at = &tree->words[verb];
    static const char *const words[] = {"those"};
    return at->base == DL_REL_ACL && at->relation != DL_REL_ACL_RELCL && at->head + 1 == verb &&
           is_one_of(tree->words[at->head].form, words, 1);
}

/* Who "called the move regrettable". */
static const struct dl_actor *judge_of(struct dl_coding *coding, uint32_t noun)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *at = &tree->words[noun];
    uint32_t verb = at->head;
    if (verb != DL_NODE_NONE && at->base == DL_REL_NSUBJ && tree->words[verb].base == DL_REL_XCOMP)
        verb = tree->words[verb].head; /* as subject of what it is called */
    if (verb == DL_NODE_NONE || verb > noun ||
        !dl_tree_has_cue(tree, verb, dl_phrase_hash(DL_STR("retold:judged"))))
        return NULL;
    uint32_t who = dl_agent_of(tree, verb);
    return who == DL_NODE_NONE ? NULL : owner_at(coding, who);
}

/* --- what stands by it --- */

static void add_head(struct dl_coding *coding, uint32_t word, struct dl_telling *t)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    if (at->upos == DL_UPOS_NOUN && t->word_count < DL_TELLING_WORDS)
        t->words[t->word_count++] = at->lemma;
}

/* "wave" and "troops" of "the first wave of troops arrived", "the wave of troops sent north". */
static void add_heads(struct dl_coding *coding, uint32_t word, struct dl_telling *t)
{
    struct dl_tree *tree = &coding->tree;
    const struct dl_tree_word *words = tree->words;
    for (uint32_t c = words[word].child; c != DL_NODE_NONE && tree->work; c = words[c].next) {
        tree->work--;
        uint8_t base = words[c].base;
        if (base != DL_REL_NSUBJ && base != DL_REL_OBJ && base != DL_REL_COMPOUND)
            continue;
        add_head(coding, c, t);
        uint32_t of = dl_tree_child_base(tree, c, DL_REL_NMOD);
        if (of != DL_NODE_NONE)
            add_head(coding, of, t);
    }
    if (words[word].base != DL_REL_ACL || words[word].relation == DL_REL_ACL_RELCL)
        return;
    uint32_t sent = words[word].head;
    add_head(coding, sent, t);
    if (words[sent].base == DL_REL_NMOD && words[sent].head != DL_NODE_NONE)
        add_head(coding, words[sent].head, t);
}

static void set_days(struct dl_telling *t, const struct dl_when *when)
{
    bool said = when && (when->basis == DL_WHEN_TEXT || when->basis == DL_WHEN_INFERRED) &&
                dl_day_of_rfc3339(when->start, &t->start) == DL_OK &&
                dl_day_of_rfc3339(when->end, &t->end) == DL_OK;
    t->dated = said && when->basis == DL_WHEN_TEXT;
    t->inferred = said && when->basis == DL_WHEN_INFERRED;
}

/* "condemned the raid on Friday": whose day that is, no tree knows. */
static bool is_own_date(const struct dl_coding *coding, uint32_t noun,
                        const struct dl_found_date *date)
{
    return date->first < dl_token_of(coding, noun) ||
           coding->tree.words[noun].base == DL_REL_NSUBJ ||
           (date->first > 0 && dl_token_is(coding->article, date->first - 1, "of"));
}

/* A noun is dated and placed by its own phrase: "Thursday's attack", "the strike of 2017". */
static void set_phrase(const struct dl_coding *coding, uint32_t word, struct dl_telling *t)
{
    const struct dl_circumstances *c = coding->article->circumstances;
    const struct dl_tree_word *at = &coding->tree.words[word];
    uint32_t first = dl_token_of(coding, at->first);
    uint32_t last = dl_token_of(coding, at->last);
    t->spot = NULL;
    t->dated = t->inferred = false;
    if (!c || at->head == DL_NODE_NONE) /* a root covers its sentence */
        return;
    uint32_t low = DL_FIRST_OF(c->dates, c->date_count, first, first);
    if (low < c->date_count && c->dates[low].first <= last &&
        is_own_date(coding, word, &c->dates[low]))
        set_days(t, &c->dates[low].when);
    low = DL_FIRST_OF(c->places, c->place_count, first, first);
    if (low < c->place_count && c->places[low].first <= last &&
        c->places[low].role == DL_PLACE_LOCATES)
        t->spot = &c->places[low].place;
}

static void set_numbers(struct dl_coding *coding, uint32_t token, struct dl_telling *t)
{
    uint32_t triggers[DL_HAPPENINGS_MAX];
    uint32_t count = 0;
    struct dl_quantity *numbers;
    for (uint32_t i = 0; i < coding->happening_count; i++)
        if (!coding->happenings[i].dropped)
            triggers[count++] = dl_token_of(coding, coding->happenings[i].word);
    uint32_t found = dl_quantities_of(coding->article, token, triggers, count, &numbers);
    for (uint32_t i = 0; i < found && t->number_count < DL_TELLING_NUMBERS; i++)
        if (numbers[i].scope == DL_THIS_EVENT)
            t->numbers[t->number_count++] = numbers[i];
}

struct dl_telling dl_telling_of_word(struct dl_coding *coding, uint32_t word, int32_t type,
                                     bool is_noun)
{
    dl_str rule;
    uint32_t token = dl_token_of(coding, word);
    struct dl_telling t = {.mention = DL_NODE_NONE,
                           .token = token,
                           .object_of = DL_NODE_NONE,
                           .sentence = coding->sentence_index,
                           .lemma = coding->article->tokens[token].lemma,
                           .word = coding->tree.words[word].lemma,
                           .type = type,
                           .is_noun = is_noun,
                           .polarity = DL_POSITIVE,
                           .modality = DL_ACTUAL};
    t.may_be = is_noun ? dl_retold_types(coding, word, &rule) : 0;
    if (type)
        t.may_be |= bit_of(type) | kin_of(type);
    t.is = type ? bit_of(type) : t.may_be;
    set_alike(coding, word, &t);
    t.whole =
        is_noun && dl_tree_has_cue(&coding->tree, word, dl_phrase_hash(DL_STR("retold:whole")));
    t.several = is_noun && coding->tree.words[word].form != coding->tree.words[word].lemma;
    if (!is_noun && is_of_those(&coding->tree, word)) {
        t.is_noun = t.whole = true;
        t.pointing = DL_POINTS_BACK;
    } else if (is_noun) {
        point(coding, word, &t);
    } else {
        t.other = is_told_as_other(coding, word);
    }
    const struct dl_tree_word *at = &coding->tree.words[word];
    if (is_noun && at->base == DL_REL_OBJ && at->head != DL_NODE_NONE)
        t.object_of = dl_token_of(coding, at->head);
    if (is_noun && t.pointing != DL_POINTS_NOWHERE)
        t.judge = judge_of(coding, word);
    add_heads(coding, word, &t);
    if (is_noun)
        set_phrase(coding, word, &t);
    return t;
}

/* A verb is dated, placed and counted by its clause. */
static void set_clause(struct dl_coding *coding, const struct dl_when *when,
                       const struct dl_place *place, struct dl_telling *t)
{
    static const dl_str here = {"named in the sentence", sizeof "named in the sentence" - 1};
    set_days(t, when);
    if (place && dl_str_starts(place->why, here))
        t->spot = place;
    set_numbers(coding, t->token, t);
}

struct dl_telling dl_telling_of_held(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_telling t = dl_telling_of_word(coding, h->word, h->type, h->is_noun);
    struct dl_place *places;
    t.polarity = h->polarity;
    t.modality = h->modality;
    if (h->frame->modes[0] && !h->by_model)
        t.mode = dl_almanac_text(coding->tree.almanac, h->sense, h->frame->modes[0]);
    if (h->is_noun || h->type == DL_STATEMENT)
        return t;
    uint32_t count = dl_places_of(coding->article, t.token, (dl_str){"", 0}, false, &places);
    set_clause(coding, dl_when_of(coding->article, t.token), count ? &places[0] : NULL, &t);
    return t;
}

struct dl_telling dl_telling_of_mention(struct dl_coding *coding, const struct dl_happening *h,
                                        uint32_t mention)
{
    const struct dl_mention *m = &coding->mentions[mention];
    struct dl_telling t = dl_telling_of_word(coding, h->word, m->type, h->is_noun);
    t.mention = mention;
    t.polarity = m->polarity;
    t.modality = m->modality;
    t.past = m->time == DL_HISTORICAL;
    t.actors = m->actor;
    t.actor_count = m->actor_count;
    t.recipients = m->recipient;
    t.recipient_count = m->recipient_count;
    t.owner = NULL; /* is one of the parties */
    if (m->modes_count)
        t.mode = m->modes[0];
    for (uint32_t n = 0; n < h->frame->need_count && !h->by_model;
         n++) /* "opened fire", "signed a deal" */
        if (h->args.taken[n] != DL_NODE_NONE)
            set_alike(coding, h->args.taken[n], &t);
    t.content_type = m->content ? m->content->type : 0;
    if (h->shifted && t.content_type) /* "will meet" is an agreement to the meeting */
        t.is |= bit_of(t.content_type);
    if (!h->is_noun)
        set_clause(coding, m->when, m->places_count ? &m->places[0] : NULL, &t);
    return t;
}

void dl_keep_telling(struct dl_coding *coding, const struct dl_telling *telling)
{
    if (!coding->tellings) {
        uint32_t room = coding->article->token_count;
        coding->telling_room = room < TELLINGS_MAX ? room : TELLINGS_MAX;
        coding->tellings = /* not cleared: most of it is never used */
            dl_arena_raw(coding->article->arena, coding->telling_room * sizeof *coding->tellings);
    }
    if (coding->telling_count < coding->telling_room)
        coding->tellings[coding->telling_count++] = *telling;
}
