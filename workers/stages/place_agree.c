/* One name means one place throughout a text. */
#include "core/first_of.h"
#include "workers/stages/place_room.h"

#define TOLD_MAX 64U        /* names that are taken further */
#define COUNTRY_TOKENS 100U /* of a sentence, asked for the country it speaks of */

/* Does the sentence name the country or its people? */
static bool speaks_of_country(const struct dl_placing *w, uint32_t sentence, dl_str country)
{
    const struct dl_sentence *s = &w->article->sentences[sentence];
    struct dl_found found;
    uint32_t low = dl_first_of(w->tokens, sizeof *w->tokens, 0, w->atom_count, s->first); /* atom */
    uint32_t end = s->first + (s->count < COUNTRY_TOKENS ? s->count : COUNTRY_TOKENS);
    for (uint32_t i = low; i < w->atom_count && w->tokens[i] < end; i++)
        if ((w->atoms[i].shape & DL_ATOM_CAPITAL) &&
            dl_almanac_find(w->almanac, w->atoms, i, w->atom_count,
                            DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE), &found) &&
            dl_str_is(country, dl_almanac_country(w->almanac, found.senses[0])->iso3))
            return true;
    return false;
}

void dl_places_agree(struct dl_placing *w)
{
    struct dl_circumstances *c = w->c;
    uint32_t told = 0;
    for (uint32_t i = 0; i < c->place_count && told < TOLD_MAX; i++) {
        const struct dl_place *sure = &c->places[i].place;
        if (!dl_str_ends(sure->why, dl_str_of(DL_WHY_BESIDE)) || sure->precision != DL_POINT)
            continue;
        told++;
        for (uint32_t k = 0; k < c->place_count; k++) {
            struct dl_place *other = &c->places[k].place;
            if (other->precision != DL_POINT || other->geonames_id == sure->geonames_id ||
                !dl_str_eq_nocase(other->name, sure->name) ||
                dl_str_ends(other->why, dl_str_of(DL_WHY_BESIDE)) ||
                (!dl_str_eq(other->country, sure->country) &&
                 speaks_of_country(w, c->places[k].sentence, other->country)))
                continue; /* "French police … in Paris" is the other Paris */
            dl_str name = other->name;
            struct dl_span *span = other->span;
            *other = *sure;
            other->name = name;
            other->span = span;
            other->why = DL_STR("named, the one told elsewhere");
        }
    }
}

static bool is_in_dateline(const struct dl_circumstances *c, const struct dl_found_place *found)
{
    return found->first >= c->dateline.first &&
           found->first < c->dateline.first + c->dateline.count;
}

/* "SPRINGLANDS, Guyana —": a town that the gazetteer knows only elsewhere is in the country that
 * the dateline says, wherever that is in it; later in the text, too. */
void dl_places_believe_dateline(struct dl_placing *w)
{
    struct dl_circumstances *c = w->c;
    for (uint32_t i = 0; i + 1 < c->place_count && is_in_dateline(c, &c->places[i]); i++) {
        const struct dl_found_place *town = &c->places[i];
        const struct dl_found_place *country = &c->places[i + 1];
        uint32_t end = town->first + town->count;
        if (!is_in_dateline(c, country) || town->place.precision != DL_POINT ||
            country->place.precision != DL_COUNTRY || country->first != end + 1 ||
            !dl_token_is(w->article, end, ",") ||
            dl_str_eq(town->place.country, country->place.country))
            continue;
        uint64_t elsewhere = town->place.geonames_id;
        for (uint32_t k = 0; k < c->place_count; k++) {
            struct dl_place *place = &c->places[k].place;
            if (place->geonames_id != elsewhere || place->precision != DL_POINT)
                continue;
            *place = (struct dl_place){.name = place->name,
                                       .span = place->span,
                                       .country = country->place.country,
                                       .precision = DL_COUNTRY,
                                       .why = DL_STR("named, in the country of the dateline")};
        }
    }
}
