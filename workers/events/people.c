/* Who a word of the sentence means: its phrase, those coordinated with it, pronouns, and what the
 * article said before. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

#define PHRASE_WORDS_MAX 24U
#define OWNERS_MAX 3U /* of each other: "its minister's aides" */

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

/* --- what the article said before --- */

static struct dl_remembered *find_remembered(struct dl_remembered *list, uint32_t count, dl_str key)
{
    for (uint32_t i = 0; i < count; i++)
        if (dl_str_eq(list[i].key, key))
            return &list[i];
    return NULL;
}

static void remember(struct dl_remembered *list, uint32_t *count, dl_str key,
                     const struct dl_actor *actor)
{
    struct dl_remembered *old = find_remembered(list, *count, key);
    if (!old) {
        if (*count == DL_MEMORY_MAX)
            return; /* more kinds of people than one article has */
        old = &list[(*count)++];
    }
    *old = (struct dl_remembered){key, actor->country, *actor};
}

static dl_str last_name(dl_str name)
{
    const char *space = name.len ? memrchr(name.at, ' ', name.len) : NULL;
    return space ? dl_str_sub(name, (size_t)(space + 1 - name.at), name.len) : name;
}

/* Roles whose country is the one the article stands in when none is said. */
bool dl_is_local(dl_str role)
{
    static const char *const roles[] = {"GOV", "COP", "LEG", "JUD", "MIL", "CVL", "LAB",
                                        "OPP", "PTY", "MED", "EDU", "AGR", "SPY"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_is(role, roles[i]))
            return true;
    return false;
}

/* --- resolving --- */

static void fill_actor(struct dl_coding *coding, const struct dl_actor_answer *answer,
                       struct dl_someone *someone)
{
    struct dl_arena *arena = coding->article->arena;
    struct dl_actor *actor = &someone->actor;
    actor->name = answer->name;
    actor->id = answer->id;
    actor->country = answer->country;
    actor->resolved_by = dl_str_of(answer->resolved_by);
    if (answer->role_count) {
        actor->roles = dl_arena_array(arena, dl_str, answer->role_count);
        memcpy(actor->roles, answer->roles, answer->role_count * sizeof *actor->roles);
        actor->roles_count = answer->role_count;
        actor->role = answer->roles[0];
    }
    if (answer->former) {
        actor->former = true;
        actor->has_former = true;
    }
    someone->known = actor->country.len || actor->role.len;
}

static void set_code(struct dl_coding *coding, struct dl_actor *actor)
{
    struct dl_actor_answer answer = {.country = actor->country};
    if (actor->role.len) {
        answer.roles[0] = actor->role;
        answer.role_count = 1;
    }
    actor->code = dl_actor_code(&answer, coding->article->arena);
}

void dl_lend_country(struct dl_coding *coding, struct dl_someone *someone, dl_str country,
                     const char *why)
{
    someone->actor.country = country;
    someone->actor.resolved_by = dl_str_of(why);
    someone->known = true;
    set_code(coding, &someone->actor);
}

static uint32_t antecedent(struct dl_coding *coding, uint32_t word);

/* "its fishing fleet", "his cabinet": of the country of whoever the clause above is about. */
static bool lend_owners(struct dl_coding *coding, struct dl_someone *someone)
{
    const struct dl_tree_word *first = &coding->tree.words[someone->first];
    struct dl_someone owner;
    if (first->upos != DL_UPOS_PRON || first->relation != DL_REL_NMOD_POSS ||
        first->head == DL_NODE_NONE || coding->owners >= OWNERS_MAX)
        return false;
    coding->owners++; /* an owner may have an owner */
    uint32_t of = antecedent(coding, someone->first);
    bool lent = of != DL_NODE_NONE && of != someone->word && dl_people_at(coding, of, &owner, 1) &&
                owner.actor.country.len;
    coding->owners--;
    if (lent) {
        someone->actor.country = owner.actor.country;
        someone->actor.resolved_by = DL_STR("owner");
    }
    return lent;
}

/* The country of a role that stands alone: as last said of it, else of the place the article is
 * written from. */
static void lend_country(struct dl_coding *coding, struct dl_someone *someone)
{
    struct dl_actor *actor = &someone->actor;
    uint64_t land = dl_phrase_hash(DL_STR("class:land"));
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    bool several = word->form != word->lemma && dl_tree_has_cue(&coding->tree, someone->word, land);
    if (actor->country.len || actor->role.len == 0 || actor->id.len || several)
        return; /* "both countries" are not the one last spoken of */
    if (lend_owners(coding, someone))
        return;
    const struct dl_remembered *old =
        find_remembered(coding->memory.roles, coding->memory.role_count, actor->role);
    bool anybody = dl_str_is(actor->role, "CVL") || dl_str_is(actor->role, "UAF");
    if (old && old->country.len && !anybody) {
        actor->country = old->country;
        actor->resolved_by = DL_STR("said earlier");
    } else if (coding->dateline && dl_is_local(actor->role)) {
        actor->country = coding->dateline->country;
        actor->resolved_by = DL_STR("dateline");
    }
}

/* A name that stood with its office before: "Rivera" after "Senator Ana Lilia Rivera". */
static bool from_memory(struct dl_coding *coding, struct dl_someone *someone, dl_str text)
{
    const struct dl_remembered *old =
        find_remembered(coding->memory.names, coding->memory.name_count, last_name(text));
    if (!old)
        return false;
    struct dl_span *span = someone->actor.span;
    someone->actor = old->actor;
    someone->actor.span = span;
    someone->actor.resolved_by = DL_STR("said earlier");
    someone->known = true;
    return true;
}

#define POINTER_MIN 0.4F /* surer pointers win over the subject of the clause before */

/* The article's entity whose name the word is in, or that the pronoun points to. */
static const struct dl_entity_in_text *entity_at(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_article *article = coding->article;
    uint32_t token = dl_token_of(coding, word);
    uint32_t low = 0;
    uint32_t high = article->name_count;
    while (low < high) { /* the first name that ends behind the token */
        uint32_t middle = (low + high) / 2;
        if (article->names[middle].first + article->names[middle].count <= token)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < article->name_count && article->names[low].first <= token &&
        article->names[low].entity < article->entity_count)
        return &article->entities[article->names[low].entity];
    return NULL;
}

static const struct dl_entity_in_text *pointed_at(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_article *article = coding->article;
    uint32_t token = dl_token_of(coding, word);
    uint32_t low = 0;
    uint32_t high = article->pointer_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (article->pointers[middle].first + article->pointers[middle].count <= token)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == article->pointer_count || article->pointers[low].first > token ||
        article->pointers[low].entity >= article->entity_count ||
        article->pointers[low].confidence < POINTER_MIN)
        return NULL;
    return &article->entities[article->pointers[low].entity];
}

/* Who the entity is, by its fullest name and the title it has anywhere in the article. */
static bool resolve_entity(struct dl_coding *coding, const struct dl_entity_in_text *entity,
                           struct dl_someone *someone)
{
    struct dl_actor_answer answer;
    struct dl_actor_setting setting = {
        .day = coding->article->has_published ? coding->article->published_day : DL_DAY_UNKNOWN};
    dl_str text = entity->title.len
                      ? dl_arena_printf(coding->article->arena, "%.*s %.*s",
                                        DL_STR_ARG(entity->title), DL_STR_ARG(entity->name))
                      : entity->name;
    dl_actor_resolve(coding->tree.almanac, text, &setting, &answer);
    if (answer.country.len == 0 && answer.role_count == 0)
        return false;
    if (strcmp(answer.resolved_by, "place") == 0 && entity->kind == DL_NAME_PER)
        return false;
    answer.name = answer.id.len ? answer.name : entity->name;
    fill_actor(coding, &answer, someone);
    lend_country(coding, someone);
    set_code(coding, &someone->actor);
    return true;
}

static bool is_name(const struct dl_coding *coding, uint32_t word)
{
    return coding->tree.words[word].upos == DL_UPOS_PROPN && coding->tree.words[word].capital;
}

/* A town's name is its country where something is done to it; who acts by such a name is a person
 * or a thing that shares it. */
static bool is_namesake(struct dl_coding *coding, const struct dl_someone *someone)
{
    const struct dl_tree_word *word = &coding->tree.words[someone->word];
    return word->base == DL_REL_NSUBJ && someone->actor.role.len == 0 &&
           dl_str_is(someone->actor.resolved_by, "place");
}

/* "Sánchez" is whom the article has named in full, and no other whom the almanac knows by that
 * surname. */
static bool is_named_in_full(struct dl_coding *coding, const struct dl_someone *someone,
                             const struct dl_entity_in_text **ret)
{
    const struct dl_entity_in_text *entity = entity_at(coding, someone->word);
    if (!entity || entity->kind != DL_NAME_PER || someone->actor.id.len == 0 ||
        dl_str_eq(entity->name, someone->actor.name))
        return false;
    dl_str last = last_name(entity->name);
    *ret = entity;
    return last.len < entity->name.len && dl_str_ends(someone->actor.name, last);
}

static void resolve(struct dl_coding *coding, dl_str text, struct dl_someone *someone)
{
    struct dl_actor_answer answer;
    struct dl_actor_setting setting = {
        .day = coding->article->has_published ? coding->article->published_day : DL_DAY_UNKNOWN};
    dl_actor_resolve(coding->tree.almanac, text, &setting, &answer);
    fill_actor(coding, &answer, someone);
    bool name = is_name(coding, someone->word);
    if (is_namesake(coding, someone)) {
        someone->actor.country = (dl_str){"", 0};
        someone->actor.resolved_by = DL_STR("none");
        someone->known = false;
    }
    if (!someone->known && name && from_memory(coding, someone, text))
        return;
    const struct dl_entity_in_text *entity = NULL;
    if (name && (!someone->known || !is_named_in_full(coding, someone, &entity)))
        entity = someone->known ? NULL : entity_at(coding, someone->word);
    if (entity && resolve_entity(coding, entity, someone)) {
        someone->actor.resolved_by = DL_STR("named in full elsewhere");
        return;
    }
    lend_country(coding, someone);
    if (someone->known && someone->actor.country.len && someone->actor.role.len) {
        remember(coding->memory.roles, &coding->memory.role_count, someone->actor.role,
                 &someone->actor);
        if (name)
            remember(coding->memory.names, &coding->memory.name_count, last_name(text),
                     &someone->actor);
    }
    set_code(coding, &someone->actor);
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

/* The subject of a clause above that stands before the pronoun. */
static uint32_t antecedent(struct dl_coding *coding, uint32_t word)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = word;
    if (is_object(tree, word)) {
        uint32_t object;
        at = above_own_verb(coding, word, &object);
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
    resolve(coding, text, ret);
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
    add_one(coding, word, text_of(coding, first, last), first, last, ret);
    return 1;
}

static uint32_t add_pronoun(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                            uint32_t room)
{
    uint32_t of = antecedent(coding, word);
    const struct dl_entity_in_text *entity = of == DL_NODE_NONE ? pointed_at(coding, word) : NULL;
    *ret = (struct dl_someone){.word = word, .first = word, .last = word};
    ret->actor.span = dl_span_of_words(coding, word, word);
    if (entity && resolve_entity(coding, entity, ret)) {
        ret->actor.resolved_by = DL_STR("pronoun");
        return 1;
    }
    if (of != DL_NODE_NONE && room) {
        uint32_t count = add_word(coding, of, ret, room);
        for (uint32_t i = 0; i < count; i++) {
            ret[i].word = word;
            ret[i].actor.resolved_by = DL_STR("pronoun");
        }
        return count;
    }
    *ret = (struct dl_someone){.word = word, .first = word, .last = word};
    if (coding->memory.has_last_subject) {
        ret->actor = coding->memory.last_subject;
        ret->actor.resolved_by = DL_STR("pronoun");
        ret->known = ret->actor.country.len || ret->actor.role.len;
    } else {
        ret->actor.name = text_of(coding, word, word);
    }
    ret->actor.span = dl_span_of_words(coding, word, word);
    return 1;
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

void dl_remember_sentence(struct dl_coding *coding)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone someone;
    for (uint32_t w = 0; w < tree->count; w++) {
        if (tree->words[w].head != DL_NODE_NONE || tree->words[w].base == DL_REL_PUNCT)
            continue;
        uint32_t subject = dl_tree_child_base(tree, w, DL_REL_NSUBJ);
        if (subject == DL_NODE_NONE || is_pronoun(coding, subject))
            return;
        if (dl_people_at(coding, subject, &someone, 1) && someone.known) {
            coding->memory.last_subject = someone.actor;
            coding->memory.has_last_subject = true;
        }
        return;
    }
}
