/* Who a word of the sentence means: its phrase, those coordinated with it, pronouns. Whom the
 * phrase names is memory.c's. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

#define PHRASE_WORDS_MAX 24U

/* --- phrases --- */

static bool is_country_word(const struct dl_tree_word *word)
{
    return (word->kinds & (DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE))) != 0;
}

/* Does the dependent belong to the name of its head? Clauses and what is coordinated do not. */
static bool names_head(const struct dl_tree_word *word, bool left)
{
    switch (word->base) {
    case DL_REL_NMOD:
    case DL_REL_AMOD:
    case DL_REL_COMPOUND:
    case DL_REL_FLAT:
    case DL_REL_FIXED:
    case DL_REL_GOESWITH:
    case DL_REL_NUMMOD:
    case DL_REL_DET:
        return true;
    case DL_REL_APPOS:
    case DL_REL_LIST:
    case DL_REL_DEP:
        return !left;
    default:
        return false;
    }
}

/* Whether the word is part of a date: those detained "on Sunday" are not called so. */
static bool is_dated(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_circumstances *known = coding->article->circumstances;
    uint32_t token = dl_token_of(coding, word);
    uint32_t low = 0;
    uint32_t high = known ? known->date_count : 0;
    while (low < high) { /* the first date that ends behind the token */
        uint32_t middle = low + (high - low) / 2;
        const struct dl_found_date *date = &known->dates[middle];
        if (date->first + date->count <= token)
            low = middle + 1;
        else
            high = middle;
    }
    return known && low < known->date_count && known->dates[low].first <= token;
}

/* Does what hangs behind the head go on with its phrase? What a comma cuts off does so only as
 * another name of it. */
static bool goes_on(const struct dl_coding *coding, uint32_t word, uint32_t last)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    uint32_t reach = at->base == DL_REL_NMOD ? last + 1 : last + 2;
    if (at->base == DL_REL_NMOD && coding->tree.words[at->first].base == DL_REL_PUNCT)
        return false; /* "27 people, according to police" */
    return names_head(at, false) && at->first <= reach && !is_dated(coding, word) &&
           at->upos != DL_UPOS_VERB;
}

/* The last word of the phrase whose head it is. */
static uint32_t phrase_end(struct dl_coding *coding, uint32_t head, uint32_t limit)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t last = head;
    for (uint32_t c = tree->words[head].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        if (c < head || word->base == DL_REL_PUNCT || word->relation == DL_REL_CASE)
            continue;
        if (c > limit || !goes_on(coding, c, last))
            break;
        last = phrase_end(coding, c, limit);
    }
    return last;
}

/* The stretch round the head that is one phrase, without preposition before and clauses behind. */
static void phrase_at(struct dl_coding *coding, uint32_t head, uint32_t *ret_first,
                      uint32_t *ret_last)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t first = head;
    for (uint32_t c = tree->words[head].child; c < head && tree->work; c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        if (names_head(word, true))
            first = word->first < first ? word->first : first;
        else if (word->last < head)
            first = head; /* what stands before it is no part of the name */
    }
    while (first > 0 && head - first < 4 && is_country_word(&tree->words[first - 1]) &&
           tree->words[first - 1].capital && tree->words[first - 1].base != DL_REL_CONJ &&
           tree->words[first - 1].child == DL_NODE_NONE)
        first--; /* "Kyrgyz border guards", whatever the tree has "Kyrgyz" for */
    if (head - first > PHRASE_WORDS_MAX)
        first = head - PHRASE_WORDS_MAX;
    *ret_first = first;
    *ret_last = phrase_end(coding, head, head + PHRASE_WORDS_MAX);
}

static dl_str text_of(const struct dl_coding *coding, uint32_t first, uint32_t last)
{
    const struct dl_token *from = &coding->article->tokens[dl_token_of(coding, first)];
    const struct dl_token *to = &coding->article->tokens[dl_token_of(coding, last)];
    if (to->start + to->len < from->start)
        return (dl_str){"", 0};
    return dl_str_sub(coding->article->text, from->start, to->start + to->len);
}

/* "More than 200 fighters", "Young men": what is no name, though a town or somebody bears it, has
 * its capital from where it stands. */
static bool only_begins(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    if (word > 0 || at->upos == DL_UPOS_PROPN ||
        (at->kinds & (DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE))))
        return false;
    for (uint32_t i = 0; i < at->sense_count; i++)
        if (at->senses[i].kind == DL_SENSE_ACTOR && !(at->senses[i].flags & DL_SENSE_SURNAME))
            return false;
    return true;
}

static dl_str phrase_text(const struct dl_coding *coding, uint32_t first, uint32_t last)
{
    dl_str text = text_of(coding, first, last);
    if (!only_begins(coding, first) || text.len == 0 || *text.at < 'A' || *text.at > 'Z')
        return text;
    char *small = dl_arena_raw(coding->article->arena, text.len);
    memcpy(small, text.at, text.len);
    small[0] = (char)(small[0] - 'A' + 'a');
    return (dl_str){small, text.len};
}

/* --- pronouns --- */

static bool is_pronoun(const struct dl_coding *coding, uint32_t word)
{
    return coding->tree.words[word].upos == DL_UPOS_PRON;
}

/* "arrested … and beat", whatever the tree calls it. */
static bool goes_on_from(struct dl_tree *tree, uint32_t verb)
{
    return tree->words[verb].base == DL_REL_CONJ ||
           (tree->words[verb].base == DL_REL_CCOMP &&
            dl_tree_child(tree, verb, DL_REL_CC) != DL_NODE_NONE);
}

/* Who an object is not: the subject of its own verb. Where that verb goes on from another, it is
 * more likely who that one was done to: "arrested a reporter and beat her". The word to climb from,
 * and in *ret_found the object before. */
static uint32_t above_own_verb(struct dl_coding *coding, uint32_t word, uint32_t *ret_found)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t verb = tree->words[word].head;
    *ret_found = DL_NODE_NONE;
    while (goes_on_from(tree, verb) && tree->words[verb].head != DL_NODE_NONE &&
           dl_tree_child_base(tree, verb, DL_REL_NSUBJ) == DL_NODE_NONE) {
        verb = tree->words[verb].head;
        uint32_t object = dl_tree_child(tree, verb, DL_REL_OBJ);
        if (object == DL_NODE_NONE)
            object = dl_tree_child(tree, verb, DL_REL_NSUBJ_PASS);
        if (object != DL_NODE_NONE && object < word && !is_pronoun(coding, object))
            *ret_found = object;
        if (tree->work == 0)
            break;
        tree->work--;
    }
    return verb;
}

/* "him", "them": somebody else than who does it; "nobody", "others" point at nobody. */
static bool is_object(const struct dl_tree *tree, uint32_t word)
{
    const struct dl_tree_word *at = &tree->words[word];
    return dl_tree_has_cue(tree, word, dl_phrase_hash(DL_STR("class:them"))) &&
           (at->base == DL_REL_OBJ || at->base == DL_REL_IOBJ || at->base == DL_REL_OBL) &&
           at->head != DL_NODE_NONE && tree->words[at->head].upos == DL_UPOS_VERB;
}

/* "freed the girls ten days after gunmen abducted them": whom the clause above was done to, where
 * the pronoun's own has another subject. */
static uint32_t object_above(struct dl_coding *coding, uint32_t word, uint32_t verb)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t above = tree->words[verb].head;
    uint8_t base = tree->words[verb].base;
    if ((base != DL_REL_ADVCL && base != DL_REL_ACL) || above == DL_NODE_NONE ||
        tree->words[word].form == dl_atom_hash(DL_STR("it")) ||
        dl_tree_child_base(tree, verb, DL_REL_MARK) == DL_NODE_NONE ||
        dl_tree_child_base(tree, verb, DL_REL_NSUBJ) == DL_NODE_NONE)
        return DL_NODE_NONE;
    uint32_t object = base == DL_REL_ACL ? above : dl_tree_child(tree, above, DL_REL_OBJ);
    bool somebody = object != DL_NODE_NONE && object < word && !is_pronoun(coding, object) &&
                    (tree->words[object].kinds & DL_SENSE(DL_SENSE_ROLE));
    bool several = somebody && tree->words[object].form != tree->words[object].lemma;
    bool them = tree->words[word].form == dl_atom_hash(DL_STR("them"));
    return somebody && several == them ? object : DL_NODE_NONE;
}

/* The subject of a clause above that stands before the pronoun. */
uint32_t dl_antecedent(struct dl_coding *coding, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = word;
    if (is_object(tree, word)) {
        uint32_t object;
        at = above_own_verb(coding, word, &object);
        if (object == DL_NODE_NONE)
            object = object_above(coding, word, at);
        if (object != DL_NODE_NONE)
            return object;
    }
    bool own = at == word && tree->words[at].base == DL_REL_NSUBJ;
    for (uint32_t steps = 0; steps < 12 && at != DL_NODE_NONE; steps++) {
        uint32_t above = tree->words[at].head;
        if (above == DL_NODE_NONE)
            break;
        if (steps > 0 || !own) {
            uint32_t subject = dl_tree_child_base(tree, above, DL_REL_NSUBJ);
            if (subject != DL_NODE_NONE && subject < word && subject != at &&
                !is_pronoun(coding, subject))
                return subject;
        }
        at = above;
    }
    return DL_NODE_NONE;
}

static uint32_t add_pronoun(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                            uint32_t room);

/* --- a word and those beside it --- */

static void add_one(struct dl_coding *coding, uint32_t head, dl_str text, uint32_t first,
                    uint32_t last, struct dl_someone *ret)
{
    *ret = (struct dl_someone){.word = head, .first = first, .last = last};
    ret->actor.span = dl_span_of_words(coding, first, last);
    dl_resolve_phrase(coding, text, ret);
}

/* A dependent that names a country and shares its head with others: "French and German officials",
 * "the leaders of Egypt, Jordan and Syria". */
static uint32_t shared_country(struct dl_coding *coding, uint32_t head)
{
    struct dl_tree *tree = &coding->tree;
    for (uint32_t c = tree->words[head].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        bool qualifies =
            word->base == DL_REL_AMOD || word->base == DL_REL_COMPOUND || word->base == DL_REL_NMOD;
        if (!qualifies || !is_country_word(word))
            continue;
        for (uint32_t k = word->child; k != DL_NODE_NONE; k = tree->words[k].next)
            if (tree->words[k].base == DL_REL_CONJ && is_country_word(&tree->words[k]))
                return c;
    }
    return DL_NODE_NONE;
}

static uint32_t add_sharing(struct dl_coding *coding, uint32_t head, uint32_t country,
                            struct dl_someone *ret, uint32_t room)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t first;
    uint32_t last;
    uint32_t count = 0;
    phrase_at(coding, head, &first, &last);
    dl_str noun = country < head ? text_of(coding, head, last) : text_of(coding, first, head);
    for (uint32_t k = country; k != DL_NODE_NONE && count < room;) {
        dl_str own = text_of(coding, k, k);
        const char *format = country < head ? "%.*s %.*s" : "%.*s of %.*s";
        dl_str text = country < head ? dl_arena_printf(coding->article->arena, format,
                                                       DL_STR_ARG(own), DL_STR_ARG(noun))
                                     : dl_arena_printf(coding->article->arena, format,
                                                       DL_STR_ARG(noun), DL_STR_ARG(own));
        add_one(coding, head, text, first, last, &ret[count]);
        count++;
        uint32_t next = k == country ? tree->words[country].child : tree->words[k].next;
        while (next != DL_NODE_NONE &&
               !(tree->words[next].base == DL_REL_CONJ && is_country_word(&tree->words[next])))
            next = tree->words[next].next;
        k = next;
    }
    return count;
}

static uint32_t add_word(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                         uint32_t room)
{
    uint32_t first;
    uint32_t last;
    if (room == 0)
        return 0;
    if (is_pronoun(coding, word))
        return add_pronoun(coding, word, ret, room);
    uint32_t country = shared_country(coding, word);
    if (country != DL_NODE_NONE)
        return add_sharing(coding, word, country, ret, room);
    phrase_at(coding, word, &first, &last);
    add_one(coding, word, phrase_text(coding, first, last), first, last, ret);
    return 1;
}

static uint32_t add_pronoun(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                            uint32_t room)
{
    uint32_t of = dl_antecedent(coding, word);
    *ret = (struct dl_someone){.word = word, .first = word, .last = word};
    ret->actor.span = dl_span_of_words(coding, word, word);
    if (of == DL_NODE_NONE) {
        if (!dl_resolve_pointer(coding, ret))
            dl_resolve_subject_before(coding, ret);
        return 1;
    }
    uint32_t count = add_word(coding, of, ret, room);
    for (uint32_t i = 0; i < count; i++) {
        ret[i].word = word;
        ret[i].actor.resolved_by = DL_STR("pronoun");
    }
    return count;
}

uint32_t dl_people_at(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                      uint32_t room)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t count = add_word(coding, word, ret, room);
    for (uint32_t c = tree->words[word].child; c != DL_NODE_NONE && tree->work && count < room;
         c = tree->words[c].next) {
        tree->work--;
        bool noun = tree->words[c].upos != DL_UPOS_VERB && tree->words[c].upos != DL_UPOS_AUX;
        if (tree->words[c].base != DL_REL_CONJ || !noun || c < word)
            continue;
        uint32_t more = add_word(coding, c, ret + count, room - count);
        /* Nobody known and no "and": the tree takes for one of several what goes on otherwise. */
        if (more == 1 && !ret[count].known && dl_tree_child(tree, c, DL_REL_CC) == DL_NODE_NONE)
            continue;
        count += more;
    }
    return count;
}
