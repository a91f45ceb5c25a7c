/* Hints from the almanac: the longest known phrase at each word, left to right. */
#include "workers/name_hints.h"

#define ATOMS_MAX 4096U /* of a sentence; the rest of a longer one has no hints */
#define CITY_POPULATION_MIN 300000U

#define KINDS                                                                                      \
    (DL_SENSE_PLACES | DL_SENSE(DL_SENSE_PEOPLE) | DL_SENSE(DL_SENSE_ACTOR) |                      \
     DL_SENSE(DL_SENSE_ROLE))

static uint32_t hint_of(const struct dl_almanac *almanac, struct dl_sense sense)
{
    switch (sense.kind) {
    case DL_SENSE_COUNTRY:
        return DL_HINT_COUNTRY;
    case DL_SENSE_PEOPLE:
        return DL_HINT_PEOPLE;
    case DL_SENSE_CITY:
        return dl_almanac_place(almanac, sense)->population >= CITY_POPULATION_MIN ? DL_HINT_CITY
                                                                                   : DL_HINT_TOWN;
    case DL_SENSE_ADMIN:
        return DL_HINT_ADMIN;
    case DL_SENSE_AREA:
        return DL_HINT_AREA;
    case DL_SENSE_ACTOR:
        return dl_almanac_actor(almanac, sense)->person ? DL_HINT_PERSON : DL_HINT_BODY;
    case DL_SENSE_ROLE:
        return DL_HINT_ROLE;
    default:
        return 0;
    }
}

static void hint_sentence(const struct dl_almanac *almanac, const struct dl_article *article,
                          const struct dl_sentence *sentence, struct dl_name_word *words,
                          struct dl_atom *atoms)
{
    uint32_t first = sentence->first;
    uint32_t end = first + sentence->count;
    uint32_t start = article->tokens[first].start;
    const struct dl_token *last = &article->tokens[end - 1];
    if (start + (size_t)(last->start + last->len - start) > article->text.len)
        return; /* words behind the text */
    dl_str text = dl_str_sub(article->text, start, last->start + last->len);
    uint32_t count = dl_atoms(text, atoms, ATOMS_MAX);
    uint32_t token = first;
    struct dl_found found;
    for (uint32_t i = 0; i < count; i++) /* "mali" in a text without capitals is Mali, too */
        atoms[i].shape |= DL_ATOM_CAPITAL;
    for (uint32_t i = 0; i < count;) {
        if (!dl_almanac_find(almanac, atoms, i, count, KINDS, &found)) {
            i++;
            continue;
        }
        uint32_t hint = 0;
        for (uint32_t k = 0; k < found.count; k++)
            hint |= hint_of(almanac, found.senses[k]);
        uint32_t from = start + atoms[i].start;
        uint32_t to = start + atoms[i + found.atoms - 1].end;
        while (token < end && article->tokens[token].start + article->tokens[token].len <= from)
            token++;
        for (uint32_t k = token; k < end && article->tokens[k].start < to; k++)
            words[k].hint |=
                hint | (k == token ? DL_HINT_BEGINS : 0U) |
                (k + 1 == end || article->tokens[k + 1].start >= to ? DL_HINT_ENDS : 0U);
        i += found.atoms;
    }
}

struct dl_name_word *dl_name_words(const struct dl_almanac *almanac, struct dl_article *article)
{
    struct dl_name_word *words =
        dl_arena_array(article->arena, struct dl_name_word, (size_t)article->token_count + 1);
    struct dl_atom *atoms = dl_arena_raw(article->arena, ATOMS_MAX * sizeof *atoms);
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        const struct dl_sentence *sentence = &article->sentences[s];
        uint32_t end = sentence->first + sentence->count;
        for (uint32_t i = sentence->first; i < end; i++) {
            words[i].look = &article->looks[i];
            words[i].tag = article->tokens[i].tag;
            words[i].first = i == sentence->first;
            words[i].last = i + 1 == end;
        }
        hint_sentence(almanac, article, sentence, words, atoms);
    }
    return words;
}
