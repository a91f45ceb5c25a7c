/* Whom a phrase names: by the almanac, and by what the article has said of people, offices and
 * countries so far. */
#include "workers/events/room.h"

#define OWNERS_MAX 3U    /* of each other: "its minister's aides" */
#define POINTER_MIN 0.4F /* surer pointers win over the subject of the clause before */

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

void dl_give_role(struct dl_coding *coding, struct dl_someone *someone, dl_str role)
{
    struct dl_actor *actor = &someone->actor;
    dl_str *roles = dl_arena_array(coding->article->arena, dl_str, actor->roles_count + 1);
    uint32_t count = 0;
    if (role.len)
        roles[count++] = role;
    for (uint32_t i = 0; i < actor->roles_count; i++)
        if (!dl_str_eq(actor->roles[i], role))
            roles[count++] = actor->roles[i];
    actor->roles = roles;
    actor->roles_count = count;
    actor->role = role;
    someone->known = true;
    set_code(coding, actor);
}

/* "its fishing fleet", "his cabinet": of the country of whoever the clause above is about. */
static bool lend_owners(struct dl_coding *coding, struct dl_someone *someone)
{
    const struct dl_tree_word *first = &coding->tree.words[someone->first];
    struct dl_someone owner;
    if (first->upos != DL_UPOS_PRON || first->relation != DL_REL_NMOD_POSS ||
        first->head == DL_NODE_NONE || coding->owners >= OWNERS_MAX)
        return false;
    coding->owners++; /* an owner may have an owner */
    uint32_t of = dl_antecedent(coding, someone->first);
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

void dl_resolve_phrase(struct dl_coding *coding, dl_str text, struct dl_someone *someone)
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

bool dl_resolve_pointer(struct dl_coding *coding, struct dl_someone *someone)
{
    const struct dl_entity_in_text *entity = pointed_at(coding, someone->word);
    if (!entity || !resolve_entity(coding, entity, someone))
        return false;
    someone->actor.resolved_by = DL_STR("pronoun");
    return true;
}

void dl_resolve_subject_before(const struct dl_coding *coding, struct dl_someone *someone)
{
    struct dl_span *span = someone->actor.span;
    if (coding->memory.has_last_subject) {
        someone->actor = coding->memory.last_subject;
        someone->actor.resolved_by = DL_STR("pronoun");
        someone->known = someone->actor.country.len || someone->actor.role.len;
    } else {
        someone->actor = (struct dl_actor){.name = span->text};
    }
    someone->actor.span = span;
}

void dl_remember_sentence(struct dl_coding *coding)
{
    struct dl_tree *tree = &coding->tree;
    struct dl_someone someone;
    for (uint32_t w = 0; w < tree->count; w++) {
        if (tree->words[w].head != DL_NODE_NONE || tree->words[w].base == DL_REL_PUNCT)
            continue;
        uint32_t subject = dl_tree_child_base(tree, w, DL_REL_NSUBJ);
        if (subject == DL_NODE_NONE || tree->words[subject].upos == DL_UPOS_PRON)
            return;
        if (dl_people_at(coding, subject, &someone, 1) && someone.known) {
            coding->memory.last_subject = someone.actor;
            coding->memory.has_last_subject = true;
        }
        return;
    }
}
