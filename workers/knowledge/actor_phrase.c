/* Cutting an actor phrase. */
#include "workers/knowledge/actor_phrase.h"

#include "workers/knowledge/places.h"

/* Inhabitants from which a town's name beside a stranger's is still taken for the town. */
#define LARGE_TOWN 300000U
#define METROPOLIS 1000000U  /* from here on the town comes before whoever has its name */
#define SURNAME_BYTES_MIN 3U /* "No", "So" alone are other words */

#define KINDS                                                                                      \
    (DL_SENSE(DL_SENSE_ACTOR) | DL_SENSE(DL_SENSE_ROLE) | DL_SENSE(DL_SENSE_PEOPLE) |              \
     DL_SENSE(DL_SENSE_CAPITAL) | DL_SENSE(DL_SENSE_CUE) | DL_SENSE_PLACES)

static dl_str cue_of(const struct dl_almanac *almanac, const struct dl_found *found)
{
    for (uint32_t i = 0; i < found->count; i++)
        if (found->senses[i].kind == DL_SENSE_CUE) {
            const struct dl_cue *cue = dl_almanac_cue(almanac, found->senses[i]);
            dl_str what = dl_almanac_text(almanac, found->senses[i], cue->what);
            if (dl_str_starts(what, DL_STR("actor:")))
                return dl_str_sub(what, 6, what.len);
        }
    return (dl_str){"", 0};
}

static const struct dl_sense *sense_of(const struct dl_found *found, enum dl_sense_kind kind)
{
    for (uint32_t i = 0; i < found->count; i++)
        if (found->senses[i].kind == kind)
            return &found->senses[i];
    return NULL;
}

/* Begins a segment at atom `first` unless the last one is still empty: then it only changes. */
static struct dl_segment *begin(struct dl_actor_phrase *phrase, enum dl_segment_link link,
                                uint32_t first)
{
    struct dl_segment *last = &phrase->segments[phrase->segment_count - 1];
    if (last->first == last->end && !last->owner) {
        if (phrase->segment_count > 1) /* "at least 165 Venezuelans" has its head yet to come */
            last->link = link;
        last->first = last->end = first;
        return last;
    }
    if (phrase->segment_count == DL_SEGMENTS_MAX)
        return NULL;
    struct dl_segment *segment = &phrase->segments[phrase->segment_count++];
    *segment = (struct dl_segment){.link = link, .first = first, .end = first};
    return segment;
}

static bool is_plural(dl_str word)
{
    return dl_str_ends(word, DL_STR("s")) && !dl_str_ends(word, DL_STR("ss")) &&
           !dl_str_ends(word, DL_STR("ois"));
}

static bool cue_is(const struct dl_actor_phrase *phrase, uint32_t at, const char *what)
{
    struct dl_found found;
    return dl_almanac_find(phrase->almanac, phrase->atoms, at, phrase->atom_count,
                           DL_SENSE(DL_SENSE_CUE), &found) &&
           dl_str_is(cue_of(phrase->almanac, &found), what);
}

/* "US-backed", "Iran-aligned", "pro-Russian": the country is none of the actor's. */
static bool is_backer(const struct dl_actor_phrase *phrase, uint32_t first, uint32_t next)
{
    if (first && (phrase->atoms[first].shape & DL_ATOM_HYPHEN) && cue_is(phrase, first - 1, "pro"))
        return true;
    return next < phrase->atom_count && (phrase->atoms[next].shape & DL_ATOM_HYPHEN) &&
           cue_is(phrase, next, "backed");
}

static void take_country(struct dl_actor_phrase *phrase, struct dl_segment *segment,
                         struct dl_sense sense, uint32_t first, uint32_t atoms)
{
    dl_str iso3 = dl_str_of(dl_almanac_country(phrase->almanac, sense)->iso3);
    if (is_backer(phrase, first, first + atoms)) {
        segment->backed = iso3;
        return;
    }
    if (sense.kind == DL_SENSE_CAPITAL) {
        if (segment->seat.len == 0)
            segment->seat = iso3;
        return;
    }
    if (segment->country.len)
        return;
    segment->country = iso3;
    const struct dl_atom *last = &phrase->atoms[first + atoms - 1];
    segment->people = sense.kind == DL_SENSE_PEOPLE &&
                      is_plural(dl_str_sub(phrase->text, last->start, last->end));
}

/* A capitalised word we know nothing of: part of a name. */
static bool is_unknown_name(const struct dl_actor_phrase *phrase, uint32_t at)
{
    struct dl_found found;
    if (!(phrase->atoms[at].shape & DL_ATOM_CAPITAL))
        return false;
    if (!dl_almanac_find(phrase->almanac, phrase->atoms, at, phrase->atom_count,
                         KINDS & ~DL_SENSE_PLACES, &found))
        return true;
    for (uint32_t i = 0; i < found.count; i++) /* another's surname is as good as unknown */
        if (!(found.senses[i].flags & DL_SENSE_SURNAME))
            return false;
    return true;
}

/* "Hunt" may be the one we know, "Helen Hunt" and "Hunt Valley" are others. */
static bool surname_stands_free(const struct dl_actor_phrase *phrase, uint32_t first,
                                uint32_t atoms, uint32_t segment_first)
{
    uint32_t next = first + atoms;
    if (first > segment_first && is_unknown_name(phrase, first - 1))
        return false;
    return next >= phrase->atom_count || (phrase->atoms[next].shape & DL_ATOM_BREAK) ||
           !is_unknown_name(phrase, next);
}

static bool take_actor(struct dl_actor_phrase *phrase, struct dl_segment *segment,
                       const struct dl_found *found, uint32_t first)
{
    if (segment->actor_count == DL_SEGMENT_ACTORS_MAX ||
        is_backer(phrase, first, first + found->atoms))
        return sense_of(found, DL_SENSE_ACTOR) != NULL;
    struct dl_segment_actor actor = {.first = first, .atoms = found->atoms, .surname = true};
    bool short_name = phrase->atoms[first].end - phrase->atoms[first].start < SURNAME_BYTES_MIN;
    bool free_name =
        !short_name && surname_stands_free(phrase, first, found->atoms, segment->first);
    for (uint32_t i = 0; i < found->count; i++) {
        struct dl_sense sense = found->senses[i];
        if (sense.kind != DL_SENSE_ACTOR || ((sense.flags & DL_SENSE_SURNAME) && !free_name))
            continue;
        actor.found.senses[actor.found.count++] = sense;
        if (!(sense.flags & DL_SENSE_SURNAME))
            actor.surname = false;
    }
    if (actor.found.count == 0)
        return false;
    segment->actors[segment->actor_count++] = actor;
    return true;
}

static void take_role(const struct dl_actor_phrase *phrase, struct dl_segment *segment,
                      struct dl_sense sense, uint32_t first, uint32_t atoms)
{
    if (segment->role_count == DL_SEGMENT_ROLES_MAX) /* the last ones stand nearest to the head */
        memmove(segment->roles, segment->roles + 1, --segment->role_count * sizeof *segment->roles);
    segment->roles[segment->role_count++] =
        (struct dl_segment_role){dl_almanac_role(phrase->almanac, sense), sense, first, atoms};
}

static void take_place(const struct dl_actor_phrase *phrase, struct dl_segment *segment,
                       uint32_t first)
{
    struct dl_place_choice choice;
    if (segment->place.len ||
        !dl_place_choose(phrase->almanac, phrase->atoms, first, phrase->atom_count, NULL, &choice))
        return;
    bool large = choice.precision != DL_PRECISE_POINT || choice.population >= LARGE_TOWN;
    if (large || surname_stands_free(phrase, first, choice.atoms, segment->first))
        segment->place = choice.country;
}

/* "Mr Wellington", "Prime Minister Muscat": a person, though the word is a capital, too. */
static bool follows_title(const struct dl_actor_phrase *phrase, const struct dl_segment *segment,
                          uint32_t first)
{
    const struct dl_segment_role *last =
        segment->role_count ? &segment->roles[segment->role_count - 1] : NULL;
    return (last && (last->role->flags & DL_ROLE_TITLE) && last->first + last->atoms == first) ||
           (first && cue_is(phrase, first - 1, "honorific"));
}

/* "Georgia state troopers", "Paris, Texas": what stands beside the name says that it is another
 * place of that name. */
static bool is_another_place(const struct dl_actor_phrase *phrase, struct dl_sense sense,
                             uint32_t first, uint32_t atoms, struct dl_place_choice *ret)
{
    return dl_place_choose(phrase->almanac, phrase->atoms, first, phrase->atom_count, NULL, ret) &&
           ret->atoms == atoms && ret->precision != DL_PRECISE_COUNTRY &&
           !dl_str_is(ret->country, dl_almanac_country(phrase->almanac, sense)->iso3);
}

/* "Savannah, Georgia": the division of that name, in which the town before it lies. */
static bool is_division_of_town(const struct dl_actor_phrase *phrase,
                                const struct dl_segment *segment, const struct dl_found *found,
                                dl_str *ret)
{
    const struct dl_sense *admin = sense_of(found, DL_SENSE_ADMIN);
    if (!admin || segment == phrase->segments)
        return false;
    dl_str country = dl_str_of(dl_almanac_place(phrase->almanac, *admin)->country);
    if (segment->link != DL_LINK_APPOSITION || !dl_str_eq(segment[-1].place, country))
        return false;
    *ret = country;
    return true;
}

/* One known phrase into the segment. What a word may be is asked in this order: a name, a country,
 * a role, a capital, a town. */
static void take(struct dl_actor_phrase *phrase, struct dl_segment *segment,
                 const struct dl_found *found, uint32_t first)
{
    const struct dl_sense *country = sense_of(found, DL_SENSE_COUNTRY);
    const struct dl_sense *people = sense_of(found, DL_SENSE_PEOPLE);
    const struct dl_sense *role = sense_of(found, DL_SENSE_ROLE);
    const struct dl_sense *capital = sense_of(found, DL_SENSE_CAPITAL);
    const struct dl_sense *actor = sense_of(found, DL_SENSE_ACTOR);
    bool surname = actor && (actor->flags & DL_SENSE_SURNAME);
    bool titled = surname && follows_title(phrase, segment, first);
    struct dl_place_choice place;
    if (country && is_division_of_town(phrase, segment, found, &segment->place))
        return;
    if ((country || (capital && !titled)) && !(actor && !surname) && segment->place.len == 0 &&
        is_another_place(phrase, country ? *country : *capital, first, found->atoms, &place)) {
        segment->place = place.country;
        return;
    }
    if (surname && !titled && !capital && sense_of(found, DL_SENSE_CITY) &&
        dl_place_choose(phrase->almanac, phrase->atoms, first, phrase->atom_count, NULL, &place) &&
        place.population >= METROPOLIS) { /* "Lagos" */
        take_place(phrase, segment, first);
        return;
    }
    if (surname && capital && !titled) { /* "Lima", "Muscat" */
        take_country(phrase, segment, *capital, first, found->atoms);
        return;
    }
    if (actor && !surname && take_actor(phrase, segment, found, first)) {
        if (role) /* "the National Guard": whose is not yet known */
            take_role(phrase, segment, *role, first, found->atoms);
        return;
    }
    if (country || people)
        take_country(phrase, segment, country ? *country : *people, first, found->atoms);
    else if (role)
        take_role(phrase, segment, *role, first, found->atoms);
    else if (capital && !surname)
        take_country(phrase, segment, *capital, first, found->atoms);
    else if (!(surname && take_actor(phrase, segment, found, first)))
        take_place(phrase, segment, first);
}

/* "Edward J. Snowden" is Edward Snowden. */
static bool find_around_initial(const struct dl_actor_phrase *phrase, uint32_t i,
                                struct dl_found *found)
{
    struct dl_atom atoms[4];
    uint32_t count = 0;
    if (i + 2 >= phrase->atom_count || phrase->atoms[i + 1].end != phrase->atoms[i + 1].start + 1 ||
        !(phrase->atoms[i].shape & phrase->atoms[i + 1].shape & DL_ATOM_CAPITAL))
        return false;
    atoms[count++] = phrase->atoms[i];
    for (uint32_t k = i + 2; k < phrase->atom_count && count < 4; k++)
        atoms[count++] = phrase->atoms[k];
    if (!dl_almanac_find(phrase->almanac, atoms, 0, count, DL_SENSE(DL_SENSE_ACTOR), found) ||
        found->atoms < 2)
        return false;
    found->atoms++;
    return true;
}

static bool link_of(dl_str cue, enum dl_segment_link *ret)
{
    static const struct {
        const char *cue;
        enum dl_segment_link link;
    } links[] = {{"of", DL_LINK_OF},
                 {"to", DL_LINK_TO},
                 {"in", DL_LINK_IN},
                 {"and", DL_LINK_AND},
                 {"stop", DL_LINK_STOP}};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (dl_str_is(cue, links[i].cue)) {
            *ret = links[i].link;
            return true;
        }
    return false;
}

/* The atom `i`, or the phrase that begins there; how many atoms it took. */
static uint32_t step(struct dl_actor_phrase *phrase, uint32_t i, struct dl_segment **segment)
{
    struct dl_found found;
    enum dl_segment_link link;
    const struct dl_atom *atom = &phrase->atoms[i];
    if (atom->shape & DL_ATOM_POSSESSIVE) {
        (*segment)->owner = true;
        *segment = begin(phrase, (*segment)->link, i + 1);
        return 1;
    }
    if ((atom->shape & DL_ATOM_BREAK) && i > (*segment)->first)
        *segment = begin(phrase, DL_LINK_APPOSITION, i);
    if (!*segment ||
        (!find_around_initial(phrase, i, &found) &&
         !dl_almanac_find(phrase->almanac, phrase->atoms, i, phrase->atom_count, KINDS, &found))) {
        if (*segment)
            (*segment)->end = i + 1;
        return 1;
    }
    const struct dl_sense *actor = sense_of(&found, DL_SENSE_ACTOR);
    bool named = (atom->shape & DL_ATOM_CAPITAL) && actor && !(actor->flags & DL_SENSE_SURNAME);
    bool small = !(atom->shape & DL_ATOM_CAPITAL) || (i == 0 && !named);
    if (small && dl_almanac_longer_next(phrase->almanac, phrase->atoms, i, phrase->atom_count,
                                        KINDS, &found)) {
        (*segment)->end = i + 1;
        return 1;
    }
    dl_str cue = cue_of(phrase->almanac, &found);
    if (dl_str_is(cue, "plain")) {
        (*segment)->end = i + found.atoms;
        return found.atoms;
    }
    bool hyphened = (atom->shape & DL_ATOM_HYPHEN) != 0;
    bool word = !hyphened && !((atom->shape & DL_ATOM_CAPITAL) && i > 0);
    if (word && link_of(cue, &link) && (link != DL_LINK_STOP || i > (*segment)->first)) {
        *segment = begin(phrase, link, i + found.atoms);
        return found.atoms;
    }
    if (cue.len == 0 || found.count > 1)
        take(phrase, *segment, &found, i);
    (*segment)->end = i + found.atoms;
    return found.atoms;
}

void dl_actor_phrase_read(const struct dl_almanac *almanac, dl_str text,
                          struct dl_actor_phrase *ret)
{
    ret->almanac = almanac; /* atoms and segments are written before they are read */
    ret->text = text;
    ret->segment_count = 1;
    ret->segments[0] = (struct dl_segment){0};
    ret->atom_count = dl_atoms(text, ret->atoms, DL_ACTOR_ATOMS_MAX);
    struct dl_segment *segment = &ret->segments[0];
    for (uint32_t i = 0; i < ret->atom_count && segment;)
        i += step(ret, i, &segment);
}
