/* Names that mean the same become one entity:
 *
 *     Marco Rubio … Rubio                          a person's surname, or given name
 *     World Health Organization (WHO) … WHO        an acronym
 *     Islamic Resistance in Iraq … the Islamic Resistance     the beginning of a longer name
 *     United States … U.S.                         two names of one country
 *
 * Each name is looked up by keys of the entities before it, the latest first; time is linear. */
#include "workers/stages/entities.h"

#include "workers/knowledge/actors.h"
#include "workers/knowledge/places.h"
#include "workers/reading/look.h"

#define ACRONYM_MAX 8U /* letters */
#define NAME_ATOMS_MAX 16U

enum key_kind { KEY_WHOLE, KEY_LAST, KEY_FIRST, KEY_ACRONYM, KEY_COUNTRY, KEY_START };

struct key {
    uint32_t hash;   /* 0 is free */
    uint32_t entity; /* the latest */
};

struct work {
    const struct dl_knowledge *knowledge;
    struct dl_article *article;
    struct dl_known *known;
    struct key *keys;
    uint32_t mask;
    struct dl_place_context context; /* countries that are named */
};

/* --- keys --- */

static uint32_t key_hash(enum key_kind which, uint8_t kind, uint32_t text)
{
    uint32_t hash = dl_pair(text, (uint32_t)which * 8 + kind);
    return hash + (hash == 0);
}

static struct key *key_at(struct work *work, uint32_t hash)
{
    uint32_t i = hash & work->mask;
    while (work->keys[i].hash && work->keys[i].hash != hash)
        i = (i + 1) & work->mask;
    return &work->keys[i];
}

static bool find_key(struct work *work, enum key_kind which, uint8_t kind, uint32_t text,
                     uint32_t *ret)
{
    const struct key *key = key_at(work, key_hash(which, kind, text));
    *ret = key->entity;
    return key->hash != 0;
}

static void set_key(struct work *work, enum key_kind which, uint8_t kind, uint32_t text,
                    uint32_t entity)
{
    uint32_t hash = key_hash(which, kind, text);
    *key_at(work, hash) = (struct key){hash, entity};
}

/* --- a name's parts --- */

static uint32_t word(const struct work *work, uint32_t token)
{
    return work->article->looks[token].lower;
}

static uint32_t hash_of(const struct work *work, uint32_t first, uint32_t count)
{
    uint32_t hash = 0;
    for (uint32_t i = first; i < first + count; i++)
        hash = dl_pair(hash, word(work, i));
    return hash;
}

static bool is_mark(const struct work *work, uint32_t token)
{
    return work->article->tokens[token].kind == DL_PUNCT;
}

/* "Jr." and "III" end no surname. */
static bool is_after_surname(const struct work *work, uint32_t token)
{
    dl_str text = dl_token_text(work->article, token);
    size_t numerals = 0;
    while (numerals < text.len && (text.at[numerals] == 'I' || text.at[numerals] == 'V'))
        numerals++;
    return is_mark(work, token) || numerals == text.len || text.at[text.len - 1] == '.';
}

static uint32_t surname_of(const struct work *work, const struct dl_name *name)
{
    uint32_t last = name->first + name->count - 1;
    while (last > name->first + 1 && is_after_surname(work, last))
        last--;
    return last;
}

/* The first letters of a name's capitalised words: "who" of World Health Organization. */
static uint32_t initials_of(const struct work *work, const struct dl_name *name)
{
    char letters[ACRONYM_MAX];
    uint32_t count = 0;
    for (uint32_t i = name->first; i < name->first + name->count; i++) {
        char c = work->article->text.at[work->article->tokens[i].start];
        if (!work->article->tokens[i].capital || (unsigned char)c >= 0x80)
            continue;
        if (count == ACRONYM_MAX)
            return 0;
        letters[count++] = (char)(c | 0x20);
    }
    return count >= 2 ? dl_look_hash(letters, count) : 0;
}

/* "WHO", "U.N.": its letters. */
static uint32_t acronym_of(const struct work *work, const struct dl_name *name)
{
    dl_str text = dl_token_text(work->article, name->first);
    char letters[ACRONYM_MAX];
    uint32_t count = 0;
    if (name->count != 1)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '.')
            continue;
        if (text.at[i] < 'A' || text.at[i] > 'Z' || count == ACRONYM_MAX)
            return 0;
        letters[count++] = (char)(text.at[i] | 0x20);
    }
    return count >= 2 ? dl_look_hash(letters, count) : 0;
}

static dl_str name_text(const struct dl_article *article, const struct dl_name *name)
{
    const struct dl_token *last = &article->tokens[name->first + name->count - 1];
    return dl_str_sub(article->text, article->tokens[name->first].start, last->start + last->len);
}

/* The country a place's name is, as a hash; 0 for none. */
static uint32_t country_of(const struct work *work, const struct dl_name *name)
{
    struct dl_atom atoms[NAME_ATOMS_MAX];
    struct dl_found found;
    uint32_t count = dl_atoms(name_text(work->article, name), atoms, NAME_ATOMS_MAX);
    if (name->kind != DL_NAME_LOC || count == 0 ||
        !dl_almanac_find(work->knowledge->almanac, atoms, 0, count, DL_SENSE(DL_SENSE_COUNTRY),
                         &found) ||
        found.atoms != count)
        return 0;
    const char *iso3 = dl_almanac_country(work->knowledge->almanac, found.senses[0])->iso3;
    return dl_look_hash(iso3, 3);
}

/* --- linking --- */

/* "Organization (WHO)": the name just before the bracket. */
static bool in_brackets_after(const struct work *work, uint32_t index, uint32_t *ret)
{
    const struct dl_article *article = work->article;
    const struct dl_name *name = &article->names[index];
    uint32_t end = name->first + name->count;
    if (index == 0 || end >= article->token_count || !dl_str_is(dl_token_text(article, end), ")"))
        return false;
    const struct dl_name *before = name - 1;
    if (before->kind != name->kind || before->first + before->count + 1 != name->first ||
        !dl_str_is(dl_token_text(article, name->first - 1), "("))
        return false;
    *ret = before->entity;
    return name->kind != DL_NAME_LOC; /* "Springfield (Illinois)" are two */
}

static bool find_entity(struct work *work, uint32_t index, uint32_t *ret)
{
    const struct dl_name *name = &work->article->names[index];
    uint32_t whole = hash_of(work, name->first, name->count);
    uint32_t acronym = acronym_of(work, name);
    uint32_t country = country_of(work, name);
    if (find_key(work, KEY_WHOLE, name->kind, whole, ret))
        return true;
    if (in_brackets_after(work, index, ret))
        return true;
    if (name->kind == DL_NAME_PER) {
        uint32_t last = surname_of(work, name);
        if (name->count == 1)
            return find_key(work, KEY_LAST, name->kind, word(work, name->first), ret) ||
                   find_key(work, KEY_FIRST, name->kind, word(work, name->first), ret);
        /* a headline's "Rubio" before the text's "Marco Rubio" */
        return find_key(work, KEY_WHOLE, name->kind, hash_of(work, last, 1), ret) &&
               work->article->names[work->known[*ret].fullest].count == 1;
    }
    if (name->kind == DL_NAME_LOC)
        return country && find_key(work, KEY_COUNTRY, name->kind, country, ret);
    if (acronym && find_key(work, KEY_ACRONYM, name->kind, acronym, ret))
        return true;
    if (name->kind == DL_NAME_ORG) {
        uint32_t initials = initials_of(work, name);
        return find_key(work, KEY_START, name->kind, whole, ret) ||
               (name->count > 1 && initials &&
                find_key(work, KEY_WHOLE, name->kind, dl_pair(1, initials), ret));
    }
    return false;
}

static void set_keys(struct work *work, const struct dl_name *name, uint32_t entity)
{
    uint32_t country = country_of(work, name);
    uint32_t acronym = acronym_of(work, name);
    set_key(work, KEY_WHOLE, name->kind, hash_of(work, name->first, name->count), entity);
    if (acronym) /* the full name may come later */
        set_key(work, KEY_WHOLE, name->kind, dl_pair(1, acronym), entity);
    if (country)
        set_key(work, KEY_COUNTRY, name->kind, country, entity);
    if (name->count < 2)
        return;
    if (name->kind == DL_NAME_PER) {
        set_key(work, KEY_LAST, name->kind, word(work, surname_of(work, name)), entity);
        set_key(work, KEY_FIRST, name->kind, word(work, name->first), entity);
    }
    if (name->kind == DL_NAME_ORG) {
        uint32_t initials = initials_of(work, name);
        if (initials)
            set_key(work, KEY_ACRONYM, name->kind, initials, entity);
        for (uint32_t words = 1; words < name->count && words < NAME_ATOMS_MAX; words++)
            set_key(work, KEY_START, name->kind, hash_of(work, name->first, words), entity);
    }
}

static uint32_t new_entity(struct work *work, uint32_t index)
{
    struct dl_article *article = work->article;
    const struct dl_name *name = &article->names[index];
    uint32_t at = article->entity_count++;
    article->entities[at] = (struct dl_entity_in_text){.kind = name->kind, .first_name = index};
    work->known[at] = (struct dl_known){
        .entity = &article->entities[at], .fullest = index, .country = country_of(work, name) != 0};
    return at;
}

static void link_name(struct work *work, uint32_t index)
{
    struct dl_article *article = work->article;
    struct dl_name *name = &article->names[index];
    if (!find_entity(work, index, &name->entity))
        name->entity = new_entity(work, index);
    struct dl_known *known = &work->known[name->entity];
    const struct dl_name *fullest = &article->names[known->fullest];
    dl_str text = name_text(article, name);
    bool longer = name->count > fullest->count && name_text(article, fullest).len < text.len;
    if (longer || known->entity->names == 0) {
        known->fullest = index;
        known->entity->name = text;
    }
    known->entity->names++;
    if (name->kind == DL_NAME_PER && known->entity->title.len == 0)
        known->entity->title = dl_title_of(work->knowledge, article, name);
    set_keys(work, name, name->entity);
}

/* --- the report's entities --- */

static void add_country(struct work *work, dl_str country)
{
    struct dl_place_context *context = &work->context;
    for (uint32_t i = 0; i < context->country_count; i++)
        if (dl_str_eq(context->countries[i], country))
            return;
    if (context->country_count < DL_PLACE_CONTEXT_MAX)
        context->countries[context->country_count++] = country;
}

static void resolve_place(struct work *work, dl_str name, struct dl_entity *entity)
{
    struct dl_atom atoms[NAME_ATOMS_MAX];
    struct dl_place_choice choice;
    uint32_t count = dl_atoms(name, atoms, NAME_ATOMS_MAX);
    if (count &&
        dl_place_choose(work->knowledge->almanac, atoms, 0, count, &work->context, &choice) &&
        choice.atoms == count)
        entity->country = choice.country;
}

static void resolve_actor(struct work *work, const struct dl_entity_in_text *in_text,
                          struct dl_entity *entity)
{
    struct dl_article *article = work->article;
    const struct dl_almanac *almanac = work->knowledge->almanac;
    struct dl_actor_setting setting = {.day = article->has_published ? article->published_day
                                                                     : DL_DAY_UNKNOWN};
    struct dl_actor_answer answer;
    dl_actor_resolve(almanac, in_text->name, &setting, &answer);
    if (in_text->kind == DL_NAME_PER && answer.id.len == 0) {
        if (in_text->title.len == 0)
            return; /* a name that nobody knows says nothing: "Iza" is a town, too */
        dl_actor_resolve(almanac, in_text->title, &setting, &answer);
    }
    entity->country = answer.country;
    if (answer.role_count || answer.country.len)
        entity->code = dl_actor_code(&answer, article->arena);
}

static int32_t record_kind(uint8_t kind)
{
    static const int32_t kinds[] = {DL_ENTITY_NONE, DL_PER, DL_ORG, DL_LOC, DL_MISC};
    return kinds[kind];
}

static void report_entities(struct work *work)
{
    struct dl_article *article = work->article;
    struct dl_entity *list =
        dl_arena_array(article->arena, struct dl_entity, article->entity_count);
    for (uint32_t i = 0; i < article->entity_count; i++)
        if (work->known[i].country) {
            struct dl_entity found = {0};
            resolve_place(work, article->entities[i].name, &found);
            if (found.country.len)
                add_country(work, found.country);
        }
    for (uint32_t i = 0; i < article->entity_count; i++) {
        const struct dl_entity_in_text *in_text = &article->entities[i];
        list[i].name = in_text->name;
        list[i].kind = record_kind(in_text->kind);
        list[i].spans = dl_arena_array(article->arena, struct dl_span, in_text->names);
        if (in_text->kind == DL_NAME_LOC)
            resolve_place(work, in_text->name, &list[i]);
        else if (in_text->kind != DL_NAME_MISC)
            resolve_actor(work, in_text, &list[i]);
    }
    for (uint32_t i = 0; i < article->name_count; i++) {
        const struct dl_name *name = &article->names[i];
        struct dl_entity *entity = &list[name->entity];
        entity->spans[entity->spans_count++] =
            *dl_span_of_tokens(article, name->first, name->count);
    }
    article->report.entities = list;
    article->report.entities_count = article->entity_count;
}

dl_status dl_stage_entities(const struct dl_knowledge *knowledge, struct dl_article *article,
                            struct dl_error *err)
{
    (void)err; /* names always are someone's */
    struct work work = {.knowledge = knowledge, .article = article, .mask = 63};
    size_t keys = 0;
    for (uint32_t i = 0; i < article->name_count; i++)
        keys += 6 + (article->names[i].count < NAME_ATOMS_MAX ? article->names[i].count
                                                              : NAME_ATOMS_MAX);
    while (work.mask < keys * 2)
        work.mask = work.mask * 2 + 1;
    work.keys = dl_arena_array(article->arena, struct key, (size_t)work.mask + 1);
    work.known = dl_arena_array(article->arena, struct dl_known, article->name_count);
    article->entities =
        dl_arena_array(article->arena, struct dl_entity_in_text, article->name_count);
    for (uint32_t i = 0; i < article->name_count; i++)
        link_name(&work, i);
    dl_find_pointers(knowledge, article, work.known);
    report_entities(&work);
    return DL_OK;
}
