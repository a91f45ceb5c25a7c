/* Weighing candidates. The figures are points on one scale, tuned on names in sentences of our own
 * (tests/unit/workers/knowledge/places.txt): a country beats a large namesake, the size of a town
 * counts by its digits, and what stands beside the name beats both. */
#include "workers/knowledge/places.h"

#include <math.h>

#define POINTS_COUNTRY 100
#define POINTS_AREA 95
#define POINTS_ADMIN 40
#define POINTS_CITY 18
#define POINTS_CAPITAL 26 /* of its state, besides its size */
#define POINTS_ALTERNATE -14
#define POINTS_CONTEXT 26    /* the text speaks of its country */
#define POINTS_FAINT 8       /* in passing */
#define POINTS_SAME_ADMIN 40 /* Atlanta, *Georgia* */
#define POINTS_BESIDE 100    /* "Paris, Texas" */
#define POINTS_DIVISION 60   /* "the states of", "province" */

#define BACK_MAX 8U /* atoms looked back for "the states of A, B and C" */

struct question {
    const struct dl_almanac *almanac;
    const struct dl_atom *atoms;
    uint32_t first, count;
    const struct dl_place_context *context;
    bool division;         /* a division is asked for */
    dl_str beside_country; /* of the name after a comma */
    dl_str beside_admin1;
};

static bool has_cue(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t first,
                    uint32_t count, const char *what, uint32_t *ret_atoms)
{
    struct dl_found found;
    if (first >= count ||
        !dl_almanac_find(almanac, atoms, first, count, DL_SENSE(DL_SENSE_CUE), &found))
        return false;
    for (uint32_t i = 0; i < found.count; i++) {
        const struct dl_cue *cue = dl_almanac_cue(almanac, found.senses[i]);
        if (dl_str_is(dl_almanac_text(almanac, found.senses[i], cue->what), what)) {
            *ret_atoms = found.atoms;
            return true;
        }
    }
    return false;
}

/* "state" after the name, or "the states of" before it and its neighbours in a list. */
static bool asks_division(const struct question *ask, uint32_t atoms)
{
    uint32_t len;
    uint32_t after = ask->first + atoms;
    if (after < ask->count && !(ask->atoms[after].shape & DL_ATOM_BREAK) &&
        has_cue(ask->almanac, ask->atoms, after, ask->count, "division-after", &len))
        return true;
    for (uint32_t back = 1; back <= BACK_MAX && back <= ask->first; back++) {
        uint32_t at = ask->first - back;
        if (has_cue(ask->almanac, ask->atoms, at, ask->count, "division-before", &len) && len == 2)
            return true;
        uint8_t shape = ask->atoms[at].shape;
        if (!(shape & DL_ATOM_CAPITAL) && ask->atoms[at].hash != dl_atom_hash(DL_STR("and")) &&
            ask->atoms[at].hash != dl_atom_hash(DL_STR("of")) &&
            ask->atoms[at].hash != dl_atom_hash(DL_STR("the")))
            return false;
    }
    return false;
}

/* "Ga." after "Athens,": the division's code, or empty. */
static dl_str short_division(const struct question *ask, uint32_t at)
{
    struct dl_found found;
    if (!(ask->atoms[at].shape & DL_ATOM_CAPITAL) ||
        !dl_almanac_find(ask->almanac, ask->atoms, at, ask->count, DL_SENSE(DL_SENSE_CUE), &found))
        return (dl_str){"", 0};
    for (uint32_t i = 0; i < found.count; i++) {
        const struct dl_cue *cue = dl_almanac_cue(ask->almanac, found.senses[i]);
        dl_str what = dl_almanac_text(ask->almanac, found.senses[i], cue->what);
        if (dl_str_starts(what, DL_STR("US-")))
            return what;
    }
    return (dl_str){"", 0};
}

/* The division or country right after a comma. */
static void look_beside(struct question *ask, uint32_t atoms)
{
    struct dl_found found;
    uint32_t after = ask->first + atoms;
    if (after >= ask->count || !(ask->atoms[after].shape & DL_ATOM_BREAK))
        return;
    ask->beside_admin1 = short_division(ask, after);
    if (!dl_almanac_find(ask->almanac, ask->atoms, after, ask->count,
                         DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_ADMIN), &found))
        return;
    for (uint32_t i = 0; i < found.count; i++) {
        struct dl_sense sense = found.senses[i];
        if (sense.kind == DL_SENSE_COUNTRY && ask->beside_country.len == 0)
            ask->beside_country = dl_str_of(dl_almanac_country(ask->almanac, sense)->iso3);
        if (sense.kind == DL_SENSE_ADMIN && ask->beside_admin1.len == 0)
            ask->beside_admin1 = dl_str_of(dl_almanac_place(ask->almanac, sense)->admin1);
    }
}

static int points_of_context(const struct question *ask, const struct dl_place_choice *choice)
{
    int points = 0;
    for (uint32_t i = 0; ask->context && i < ask->context->country_count; i++)
        if (dl_str_eq(choice->country, ask->context->countries[i])) {
            points = ask->context->faint[i] ? POINTS_FAINT : POINTS_CONTEXT - (int)i;
            break;
        }
    if (ask->context && ask->context->admin1.len && dl_str_eq(choice->admin1, ask->context->admin1))
        points += POINTS_SAME_ADMIN;
    return points;
}

static int points_beside(const struct question *ask, const struct dl_place_choice *choice)
{
    bool in_country = ask->beside_country.len && dl_str_eq(choice->country, ask->beside_country);
    bool in_admin1 = ask->beside_admin1.len && dl_str_eq(choice->admin1, ask->beside_admin1);
    return (in_country || in_admin1) && choice->precision == DL_PRECISE_POINT ? POINTS_BESIDE : 0;
}

static void read_place(const struct question *ask, struct dl_sense sense, bool capital,
                       struct dl_place_choice *choice)
{
    const struct dl_known_place *place = dl_almanac_place(ask->almanac, sense);
    int digits = place->population ? (int)(log10((double)place->population) * 8) : 0;
    choice->name = dl_almanac_text(ask->almanac, sense, place->name);
    choice->country = dl_str_of(place->country);
    choice->admin1 = dl_str_of(place->admin1);
    choice->lat = (double)place->lat;
    choice->lon = (double)place->lon;
    choice->geonames = place->geonames;
    choice->population = place->population;
    if (sense.kind == DL_SENSE_AREA) {
        choice->precision = DL_PRECISE_NONE;
        choice->score = POINTS_AREA;
    } else if (sense.kind == DL_SENSE_ADMIN) {
        choice->precision = DL_PRECISE_ADMIN1;
        choice->score = POINTS_ADMIN + digits / 2 + (ask->division ? POINTS_DIVISION : 0);
    } else {
        choice->precision = DL_PRECISE_POINT;
        choice->score = POINTS_CITY + digits + (capital ? POINTS_CAPITAL : 0) +
                        (sense.flags & DL_SENSE_ALTERNATE ? POINTS_ALTERNATE : 0);
    }
}

static void read_choice(const struct question *ask, const struct dl_found *found, uint32_t i,
                        struct dl_place_choice *choice)
{
    struct dl_sense sense = found->senses[i];
    *choice = (struct dl_place_choice){.first = ask->first, .atoms = found->atoms};
    if (sense.kind == DL_SENSE_COUNTRY) {
        const struct dl_known_country *country = dl_almanac_country(ask->almanac, sense);
        choice->name = dl_almanac_text(ask->almanac, sense, country->name);
        choice->country = dl_str_of(country->iso3);
        choice->precision = DL_PRECISE_COUNTRY;
        choice->score = POINTS_COUNTRY;
    } else {
        bool capital = false;
        for (uint32_t k = 0; k < found->count; k++)
            if (found->senses[k].kind == DL_SENSE_CAPITAL && sense.kind == DL_SENSE_CITY)
                capital = strcmp(dl_almanac_country(ask->almanac, found->senses[k])->iso3,
                                 dl_almanac_place(ask->almanac, sense)->country) == 0;
        read_place(ask, sense, capital, choice);
    }
    int beside = points_beside(ask, choice);
    int context = points_of_context(ask, choice);
    choice->score += beside + context;
    choice->why = beside                                                    ? "beside"
                  : ask->division && choice->precision == DL_PRECISE_ADMIN1 ? "division"
                  : context                                                 ? "context"
                                                                            : "alone";
}

/* "Wales" is a name of its state and the division itself: the division says more. "Mexico", where
 * the state's own name is meant, stays the state. */
static void prefer_division(const struct question *ask, const struct dl_found *found,
                            struct dl_place_choice *choice)
{
    struct dl_atom own[DL_PHRASE_ATOMS_MAX];
    uint32_t count = dl_atoms(choice->name, own, DL_PHRASE_ATOMS_MAX);
    bool same = count == choice->atoms;
    for (uint32_t i = 0; i < count && same; i++)
        same = own[i].hash == ask->atoms[choice->first + i].hash;
    for (uint32_t i = 0; i < found->count && !same; i++) {
        struct dl_place_choice division;
        if (found->senses[i].kind != DL_SENSE_ADMIN)
            continue;
        read_choice(ask, found, i, &division);
        if (!dl_str_eq(division.country, choice->country))
            continue;
        division.score = choice->score;
        division.runner_up = choice->runner_up;
        *choice = division;
        return;
    }
}

bool dl_place_choose(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t first,
                     uint32_t count, const struct dl_place_context *context,
                     struct dl_place_choice *ret)
{
    struct question ask = {almanac, atoms, first, count, context, false, {0}, {0}};
    struct dl_found found;
    if (!dl_almanac_find(almanac, atoms, first, count, DL_SENSE_PLACES | DL_SENSE(DL_SENSE_CAPITAL),
                         &found))
        return false;
    ask.division = asks_division(&ask, found.atoms);
    look_beside(&ask, found.atoms);
    bool any = false;
    int runner_up = 0;
    for (uint32_t i = 0; i < found.count; i++) {
        struct dl_place_choice choice;
        if (found.senses[i].kind == DL_SENSE_CAPITAL)
            continue;
        read_choice(&ask, &found, i, &choice);
        if (any && choice.score <= ret->score) {
            if (!dl_str_eq(choice.country, ret->country) && choice.score > runner_up)
                runner_up = choice.score;
            continue;
        }
        if (any && !dl_str_eq(choice.country, ret->country))
            runner_up = ret->score;
        *ret = choice;
        any = true;
    }
    ret->runner_up = runner_up;
    if (any && ret->precision == DL_PRECISE_COUNTRY)
        prefer_division(&ask, &found, ret);
    return any;
}

/* Countries and peoples named outright are what a text is about. */
static void add_named(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t count,
                      struct dl_place_context *context)
{
    struct dl_found found;
    for (uint32_t i = 0; i < count && context->country_count < DL_PLACE_CONTEXT_MAX; i++) {
        if (!dl_almanac_find(almanac, atoms, i, count, DL_SENSE_PLACES | DL_SENSE(DL_SENSE_PEOPLE),
                             &found))
            continue;
        /* A name that may also be a division ("Georgia", "Mexico") says nothing yet. */
        bool sure = found.senses[0].kind <= DL_SENSE_PEOPLE;
        for (uint32_t k = 1; k < found.count; k++)
            if (found.senses[k].kind == DL_SENSE_ADMIN)
                sure = false;
        if (sure) {
            dl_str iso3 = dl_str_of(dl_almanac_country(almanac, found.senses[0])->iso3);
            bool known = false;
            for (uint32_t k = 0; k < context->country_count; k++)
                known = known || dl_str_eq(context->countries[k], iso3);
            if (!known)
                context->countries[context->country_count++] = iso3;
        }
        i += found.atoms - 1;
    }
}

uint32_t dl_place_scan(const struct dl_almanac *almanac, const struct dl_atom *atoms,
                       uint32_t count, const struct dl_place_context *context,
                       struct dl_place_choice *choices, uint32_t room)
{
    struct dl_place_context about = {0};
    uint32_t found = 0;
    if (context)
        about = *context;
    add_named(almanac, atoms, count, &about);
    for (uint32_t i = 0; i < count && found < room; i++)
        if (dl_place_choose(almanac, atoms, i, count, &about, &choices[found])) {
            /* After "Atlanta," Georgia is the one Atlanta lies in. */
            bool beside = strcmp(choices[found].why, "beside") == 0;
            about.admin1 = beside ? choices[found].admin1 : (dl_str){"", 0};
            i += choices[found].atoms - 1;
            found++;
        }
    return found;
}
