/* Who may act in a sentence: countries, peoples, roles and known actors, put together. */
#include "workers/stages/first.h"

static uint32_t phrase_at(const struct dl_article *article, uint32_t token)
{
    uint32_t low = 0;
    uint32_t high = article->phrase_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (article->phrases[middle].first < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct dl_phrase *dl_phrase_in(const struct dl_article *article, uint32_t first, uint32_t end,
                                     enum dl_entry_kind kind)
{
    for (uint32_t p = phrase_at(article, first);
         p < article->phrase_count && article->phrases[p].first < end; p++)
        if (dl_entry_of(article->phrases[p].entries, kind))
            return &article->phrases[p];
    return NULL;
}

const struct dl_phrase *dl_cue_in(const struct dl_article *article, uint32_t first, uint32_t end,
                                  const char *what)
{
    const struct dl_phrase *found = NULL;
    for (uint32_t p = phrase_at(article, first);
         p < article->phrase_count && article->phrases[p].first < end; p++) {
        const struct dl_entry *cue = dl_entry_of(article->phrases[p].entries, DL_ENTRY_CUE);
        if (cue && dl_str_is(cue->args[0], what))
            found = &article->phrases[p];
    }
    return found;
}

static bool within_dates(const struct dl_article *article, const struct dl_entry *entry)
{
    for (uint32_t i = 3; i < entry->arg_count && article->has_published; i++) {
        dl_str arg = entry->args[i];
        bool from = dl_str_starts(arg, DL_STR("from="));
        bool to = dl_str_starts(arg, DL_STR("to="));
        if (!from && !to)
            continue;
        dl_str published = article->record->published;
        dl_str day = dl_str_sub(arg, from ? 5 : 3, arg.len);
        int order = dl_str_compare((dl_str){published.at, 10}, day);
        if ((from && order < 0) || (to && order > 0))
            return false;
    }
    return true;
}

static void take_country(struct dl_acting *acting, dl_str country)
{
    if (!dl_str_is(country, "-"))
        acting->country = country;
}

/* Adds one phrase to who is being put together; false if it is no part of anyone. */
static bool take_phrase(const struct dl_article *article, const struct dl_phrase *phrase,
                        struct dl_acting *acting)
{
    const struct dl_entry *entry;
    if ((entry = dl_entry_of(phrase->entries, DL_ENTRY_ACTOR))) {
        take_country(acting, entry->args[0]);
        if (acting->role.len && acting->id.len == 0)
            acting->title = (dl_str){article->text.at + article->tokens[acting->first].start,
                                     article->tokens[phrase->first - 1].start +
                                         article->tokens[phrase->first - 1].len -
                                         article->tokens[acting->first].start};
        acting->id = entry->args[2];
        acting->role = within_dates(article, entry) ? entry->args[1] : DL_STR("ELI");
        acting->resolved_by = "dictionary";
    } else if ((entry = dl_entry_of(phrase->entries, DL_ENTRY_ROLE))) {
        if (acting->id.len)
            return false;
        acting->role = entry->args[0];
        acting->opinion = entry->arg_count > 1 && dl_str_is(entry->args[1], "opinion");
        acting->resolved_by = acting->country.len ? "country and role" : "role";
    } else if ((entry = dl_entry_of(phrase->entries, DL_ENTRY_COUNTRY)) ||
               (entry = dl_entry_of(phrase->entries, DL_ENTRY_PEOPLE))) {
        if (acting->role.len)
            return false;
        take_country(acting, entry->args[0]);
        acting->resolved_by = "country";
    } else {
        return false;
    }
    acting->count = phrase->first + phrase->count - acting->first;
    return true;
}

static void remember(struct dl_acting_memory *memory, dl_str role, dl_str country)
{
    uint32_t i = 0;
    while (i < memory->count && !dl_str_eq(memory->roles[i], role))
        i++;
    if (i == sizeof memory->roles / sizeof *memory->roles)
        return; /* more kinds of role than one article has */
    memory->count += i == memory->count;
    memory->roles[i] = role;
    memory->countries[i] = country;
}

/* Side by side, or with the clitic of "Mexico's National Guard" between. */
static bool follows(const struct dl_article *article, const struct dl_acting *acting,
                    uint32_t token)
{
    uint32_t end = acting->first + acting->count;
    if (token == end)
        return true;
    return token == end + 1 && !article->tokens[end].spaced && article->tokens[end].kind == DL_WORD;
}

/* "National Guard" after "Mexican" is Mexico's for the rest of the article. */
static void resolve(struct dl_acting_memory *memory, struct dl_acting *acting, dl_str nearby)
{
    if (acting->role.len == 0)
        return;
    if (acting->country.len) {
        remember(memory, acting->role, acting->country);
        return;
    }
    if (acting->id.len)
        return;
    for (uint32_t i = 0; i < memory->count; i++) {
        if (dl_str_eq(memory->roles[i], acting->role)) {
            acting->country = memory->countries[i];
            acting->resolved_by = "said earlier";
            return;
        }
    }
    if (nearby.len) {
        acting->country = nearby;
        acting->resolved_by = "country in the sentence";
    }
}

/* Whether a noun that is nobody follows: "Mexican exports", "U.S. soil". */
static bool qualifies_noun(const struct dl_article *article, const struct dl_acting *acting,
                           const struct dl_sentence *sentence)
{
    uint32_t next = acting->first + acting->count;
    const struct dl_phrase *last = dl_phrase_in(article, acting->first, next, DL_ENTRY_PEOPLE);
    if (!last || acting->role.len || next >= sentence->first + sentence->count)
        return false;
    return article->tokens[next].kind == DL_WORD &&
           dl_cue_in(article, next, next + 1, "be") == NULL;
}

uint32_t dl_find_acting(struct dl_article *article, const struct dl_sentence *sentence,
                        struct dl_acting_memory *memory, struct dl_acting **ret)
{
    uint32_t end = sentence->first + sentence->count;
    uint32_t first = phrase_at(article, sentence->first);
    uint32_t room = 0;
    while (first + room < article->phrase_count && article->phrases[first + room].first < end)
        room++;
    struct dl_acting *list = dl_arena_array(article->arena, struct dl_acting, room);
    uint32_t count = 0;
    dl_str nearby = {NULL, 0};
    for (uint32_t p = first; p < first + room;) {
        struct dl_acting acting = {.first = article->phrases[p].first};
        uint32_t q = p;
        while (q < first + room &&
               (q == p || follows(article, &acting, article->phrases[q].first)) &&
               take_phrase(article, &article->phrases[q], &acting))
            q++;
        if (q == p) {
            p++;
            continue;
        }
        resolve(memory, &acting, nearby);
        if (acting.country.len)
            nearby = acting.country;
        acting.weak = qualifies_noun(article, &acting, sentence);
        list[count++] = acting;
        p = q;
    }
    *ret = list;
    return count;
}

void dl_actor_of(const struct dl_article *article, const struct dl_acting *from,
                 struct dl_actor *ret)
{
    *ret = (struct dl_actor){.country = from->country,
                             .role = from->role,
                             .id = from->id,
                             .title = from->title,
                             .resolved_by = dl_str_of(from->resolved_by)};
    ret->span = dl_span_of_tokens(article, from->first, from->count);
    ret->name = ret->span->text;
    ret->code = dl_arena_printf(article->arena, "%.*s%.*s",
                                DL_STR_ARG(from->country.len ? from->country : DL_STR("---")),
                                DL_STR_ARG(from->role));
    if (from->role.len) {
        ret->roles = dl_arena_array(article->arena, dl_str, 1);
        ret->roles[0] = from->role;
        ret->roles_count = 1;
    }
    if (dl_str_is(from->role, "ELI")) {
        ret->former = true;
        ret->has_former = true;
    }
}
