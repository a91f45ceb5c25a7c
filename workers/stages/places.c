/* The places a text names, each with the one it means and how surely something happened there.
 *
 * A people, an organisation, a person and a capital that stands for its government are no places.
 * What a name means is weighed in knowledge/places.h; here it gets the countries the text is about:
 * that of the dateline first, then by how often they are named. */
#include "workers/stages/place_room.h"

#include "workers/stages/quote_marks.h"

#define PLACES_MAX 4096U
#define DISTINCT_MAX 256U
#define COUNTRIES_MAX 64U /* counted while the text is looked through */
#define SEAT_WEIGHT_MIN 6 /* "in Moscow", "to Moscow"; less is its government */
#define ACRONYM_MAX 4U    /* letters */
#define SURE_WEIGHT_MIN 8
#define SURE_TOWN_MIN 1000000U
#define LIST_TOKENS 2U /* ", " or " and " between places of one list */
#define DATELINE_VOTES 20U
#define PEOPLE_VOTES 4U          /* of one name in the text */
#define HEADING_TOWN_MIN 100000U /* smaller ones are words with a capital in a headline */

/* --- what the text is about --- */

static void map_tokens(struct dl_placing *w)
{
    uint32_t token = 0;
    for (uint32_t i = 0; i < w->atom_count; i++) {
        while (token + 1 < w->article->token_count &&
               w->article->tokens[token + 1].start <= w->atoms[i].start)
            token++;
        w->tokens[i] = token;
    }
}

static void count_countries(struct dl_placing *w)
{
    dl_str codes[COUNTRIES_MAX];
    uint32_t votes[COUNTRIES_MAX] = {0};
    bool named[COUNTRIES_MAX] = {false}; /* the country itself, not only its people */
    uint32_t count = 0;
    struct dl_found found;
    uint32_t dateline_end = w->c->dateline.first + w->c->dateline.count;
    for (uint32_t i = 0; i < w->atom_count; i++) {
        if (!(w->atoms[i].shape & DL_ATOM_CAPITAL) ||
            !dl_almanac_find(w->almanac, w->atoms, i, w->atom_count,
                             DL_SENSE_PLACES | DL_SENSE(DL_SENSE_PEOPLE), &found))
            continue;
        bool place = false;
        for (uint32_t k = 0; k < found.count; k++)
            place = place || found.senses[k].kind != DL_SENSE_PEOPLE;
        w->is_place[i] = place;
        /* A name that may also be a division ("Georgia", "Mexico") votes where it is a country for
         * all the others too: it votes weakly. */
        uint32_t weight =
            w->c->dateline.count && w->tokens[i] < dateline_end ? DATELINE_VOTES : PEOPLE_VOTES;
        for (uint32_t k = 1; k < found.count; k++)
            if (found.senses[k].kind == DL_SENSE_ADMIN)
                weight = 1;
        if (found.senses[0].kind <= DL_SENSE_PEOPLE) {
            dl_str iso3 = dl_str_of(dl_almanac_country(w->almanac, found.senses[0])->iso3);
            uint32_t k = 0;
            while (k < count && !dl_str_eq(codes[k], iso3))
                k++;
            if (k == count && count < COUNTRIES_MAX)
                codes[count++] = iso3;
            if (k < count) {
                votes[k] += weight;
                named[k] = named[k] || found.senses[0].kind != DL_SENSE_PEOPLE;
            }
        }
        i += found.atoms - 1;
    }
    while (w->about.country_count < DL_PLACE_CONTEXT_MAX) { /* the most named first */
        uint32_t best = 0;
        for (uint32_t k = 1; k < count; k++)
            if (votes[k] > votes[best])
                best = k;
        if (count == 0 || votes[best] == 0)
            return;
        w->about.faint[w->about.country_count] = !named[best] && votes[best] <= PEOPLE_VOTES;
        votes[best] = 0;
        w->about.countries[w->about.country_count++] = codes[best];
    }
}

/* --- what is no place --- */

static bool in_house(const struct dl_placing *w, uint32_t first, uint32_t end)
{
    const struct dl_article *article = w->article;
    uint32_t from = first > DL_WORDING_WORDS_MAX ? first - DL_WORDING_WORDS_MAX : 0;
    for (uint32_t i = from; i < end; i++) {
        const struct dl_wording *house = dl_said(article, i, DL_WORDING_HOUSE);
        if (house && i + house->words >= first && (i + house->words > first || i < first))
            return true;
    }
    return false;
}

static bool is_name_word(const struct dl_article *article, uint32_t token)
{
    const struct dl_token *t = &article->tokens[token];
    return t->kind == DL_WORD && t->capital && t->len > 1;
}

static bool has_title(const struct dl_placing *w, uint32_t atom)
{
    struct dl_found found;
    if (atom >= w->atom_count || !dl_almanac_find(w->almanac, w->atoms, atom, w->atom_count,
                                                  DL_SENSE(DL_SENSE_ROLE), &found))
        return false;
    return (dl_almanac_role(w->almanac, found.senses[0])->flags & DL_ROLE_TITLE) != 0;
}

static bool is_place_word(const struct dl_article *article, uint32_t token)
{
    return dl_said(article, token, DL_WORDING_SIDE) ||
           dl_said(article, token, DL_WORDING_LOCATES) ||
           dl_said(article, token, DL_WORDING_MONTH) ||
           dl_said(article, token, DL_WORDING_WEEKDAY) || dl_said(article, token, DL_WORDING_SMALL);
}

/* "Hamas" is a village, "Most" a town: what is found as another kind of name, or as none, is only a
 * large place, or one that a preposition makes one. */
static bool is_doubtful(const struct dl_article *article, const struct dl_place_choice *choice,
                        uint32_t first, uint8_t weight)
{
    if (article->name_count == 0 || choice->precision != DL_PRECISE_POINT ||
        weight >= SURE_WEIGHT_MIN)
        return false;
    uint8_t kind = article->tokens[first].name;
    return (kind == DL_NAME_NONE || kind == DL_NAME_ORG || kind == DL_NAME_MISC) &&
           choice->population < SURE_TOWN_MIN;
}

/* By the names found in the text: "Paris Hilton" is a person, "Bank of Ghana" an organisation. */
static bool is_named_otherwise(const struct dl_article *article, uint32_t first, uint32_t end)
{
    uint8_t kind = article->tokens[first].name;
    if (kind == DL_NAME_PER)
        return true;
    if (kind != DL_NAME_ORG)
        return false;
    bool before = first > 0 && article->tokens[first - 1].name == DL_NAME_ORG;
    bool after = end < article->token_count && article->tokens[end].name == DL_NAME_ORG;
    return before || after; /* alone it may well be the place */
}

static bool is_in_date(struct dl_placing *w, uint32_t first)
{
    while (w->date < w->c->date_count &&
           w->c->dates[w->date].first + w->c->dates[w->date].count <= first)
        w->date++;
    return w->date < w->c->date_count && w->c->dates[w->date].first <= first;
}

/* A word that only has a capital because of where it stands, or a person's name. */
static bool is_plain_word(struct dl_placing *w, const struct dl_place_choice *choice,
                          uint32_t first, uint32_t sentence, uint8_t weight)
{
    const struct dl_article *article = w->article;
    const struct dl_token *token = &article->tokens[first];
    int32_t kind = dl_section_of(article, sentence);
    if (choice->precision == DL_PRECISE_COUNTRY || choice->atoms > 1)
        return false;
    if (w->atoms[choice->first].shape & DL_ATOM_CAPITALS && token->len <= ACRONYM_MAX)
        return true; /* "UN": a town of India, too */
    bool heading = kind == DL_TITLE || kind == DL_HEADING;
    bool opens = first == article->sentences[sentence].first;
    uint32_t end = first + 1;
    bool amid = end < article->token_count && is_name_word(article, end) &&
                !article->tokens[first].line_end && !dl_said(article, end, DL_WORDING_SITE);
    if (heading && choice->precision == DL_PRECISE_POINT && weight < SEAT_WEIGHT_MIN &&
        (choice->population < HEADING_TOWN_MIN || (amid && token->name != DL_NAME_LOC)))
        return true;
    if (opens &&
        (dl_said(article, first, DL_WORDING_SMALL) || dl_said(article, first, DL_WORDING_PRONOUN) ||
         dl_said(article, first, DL_WORDING_PERSON)))
        return true;
    bool proper = token->upos == DL_UPOS_NONE || token->upos == DL_UPOS_PROPN ||
                  (!opens && (token->upos == DL_UPOS_NOUN || token->upos == DL_UPOS_ADJ ||
                              token->upos == DL_UPOS_X));
    return (!heading && !proper) || dl_is_persons_name(w->c->people, first);
}

/* Is the name the part of another one, as its neighbours in capitals say? */
static bool is_part_of_name(const struct dl_placing *w, const struct dl_place_choice *choice,
                            uint32_t first, uint32_t end, uint32_t sentence)
{
    const struct dl_article *article = w->article;
    const struct dl_sentence *s = &article->sentences[sentence];
    int32_t kind = dl_section_of(article, sentence);
    if (kind == DL_TITLE || kind == DL_HEADING)
        return false; /* all words may have capitals there */
    uint32_t next_atom = choice->first + choice->atoms;
    if (first > s->first + 1 && is_name_word(article, first - 1) && article->tokens[first].spaced &&
        !is_place_word(article, first - 1) && !has_title(w, choice->first - 1) &&
        choice->precision != DL_PRECISE_COUNTRY)
        return true;
    if (first == s->first + 1 && is_name_word(article, first - 1) &&
        !dl_token_is(article, first - 1, "the") && !is_place_word(article, first - 1) &&
        !article->wordings[first - 1] && article->tokens[first].spaced)
        return true;
    if (end < s->first + s->count && is_name_word(article, end) && article->tokens[end].spaced &&
        !dl_said(article, end, DL_WORDING_SITE) && !is_place_word(article, end) &&
        !article->tokens[end - 1].line_end) {
        struct dl_found found;
        bool place =
            next_atom < w->atom_count && dl_almanac_find(w->almanac, w->atoms, next_atom,
                                                         w->atom_count, DL_SENSE_PLACES, &found);
        return !place && !has_title(w, next_atom);
    }
    return false;
}

/* "a Somali town": a people, though a division has its name, too. */
static bool is_people(const struct dl_placing *w, const struct dl_place_choice *choice)
{
    struct dl_found found;
    return choice->precision == DL_PRECISE_ADMIN1 && strcmp(choice->why, "division") != 0 &&
           strcmp(choice->why, "beside") != 0 &&
           dl_almanac_find(w->almanac, w->atoms, choice->first, w->atom_count,
                           DL_SENSE(DL_SENSE_PEOPLE), &found) &&
           found.atoms == choice->atoms;
}

/* "Moscow said": a seat of government that does something is the government. */
static bool is_government(const struct dl_placing *w, const struct dl_place_choice *choice,
                          uint32_t first, uint32_t end, uint8_t weight)
{
    const struct dl_article *article = w->article;
    struct dl_found found;
    if (weight >= SEAT_WEIGHT_MIN || choice->precision != DL_PRECISE_POINT ||
        !dl_almanac_find(w->almanac, w->atoms, choice->first, w->atom_count,
                         DL_SENSE(DL_SENSE_CAPITAL), &found) ||
        found.atoms != choice->atoms)
        return false;
    if (article->tokens[first].relation != DL_REL_NONE)
        return true;
    if (end >= article->token_count || article->tokens[end].kind == DL_PUNCT)
        return false;
    return !dl_said(article, end, DL_WORDING_LOCATES) && !dl_said(article, end, DL_WORDING_SITE);
}

/* --- how surely something happened there --- */

/* The preposition or verb before the name, over "the", "northern" and the like. */
static uint8_t weight_before(const struct dl_placing *w, uint32_t first, uint32_t sentence)
{
    const struct dl_article *article = w->article;
    uint32_t from = article->sentences[sentence].first;
    uint32_t at = first;
    bool apposition =
        at >= from + 2 && dl_token_is(article, at - 1, ",") && !article->tokens[at - 2].capital &&
        (dl_said(article, at - 2, DL_WORDING_SITE) || dl_token_is(article, at - 2, "capital"));
    if (apposition) /* "in the capital, Mogadishu" */
        at--;
    for (uint32_t back = 0; back < 5 && at > from; back++) {
        const struct dl_wording *said = dl_said_before(article, at, from, DL_WORDING_LOCATES);
        if (said)
            return (uint8_t)said->a;
        if (!dl_said(article, at - 1, DL_WORDING_SIDE) && !dl_token_is(article, at - 1, "the") &&
            !dl_token_is(article, at - 1, "'s") && !dl_token_is(article, at - 1, "\xe2\x80\x99s") &&
            !dl_token_is(article, at - 1, "city") && !dl_token_is(article, at - 1, "province") &&
            !dl_token_is(article, at - 1, "town") && !dl_is_dash(article, at - 1))
            break;
        at--;
    }
    return 0;
}

static bool in_list(const struct dl_placing *w, const struct dl_found_place *before, uint32_t first,
                    uint32_t sentence)
{
    const struct dl_article *article = w->article;
    uint32_t end = before->first + before->count;
    if (before->sentence != sentence || first < end || first - end > LIST_TOKENS)
        return false;
    for (uint32_t i = end; i < first; i++)
        if (!dl_token_is(article, i, ",") && !dl_token_is(article, i, "and") &&
            !dl_token_is(article, i, "or"))
            return false;
    return first > end;
}

/* "Nigeria's northwestern" before the name. */
static bool owns(const struct dl_placing *w, const struct dl_found_place *before, uint32_t first,
                 uint32_t sentence)
{
    const struct dl_article *article = w->article;
    uint32_t at = before->first + before->count;
    bool owner = dl_token_is(article, at, "'s") || dl_token_is(article, at, "\xe2\x80\x99s");
    if (before->sentence != sentence || !owner || before->place.precision != DL_COUNTRY)
        return false;
    for (at++; at < first; at++)
        if (!dl_said(article, at, DL_WORDING_SIDE) && !dl_is_dash(article, at) &&
            !dl_token_is(article, at, "city") && !dl_token_is(article, at, "province"))
            return false;
    return at == first;
}

static const char *why_of(const struct dl_place_choice *choice)
{
    if (strcmp(choice->why, "beside") == 0)
        return DL_WHY_BESIDE;
    if (choice->precision == DL_PRECISE_COUNTRY)
        return "";
    if (strcmp(choice->why, "context") == 0 && choice->runner_up)
        return ", in a country the text is about";
    if (strcmp(choice->why, "division") == 0)
        return ", a division by the word beside it";
    return choice->runner_up ? ", the largest of that name" : "";
}

/* To what is known: the almanac's floats have no more than four places. */
static double rounded(double degrees)
{
    return (double)(long)(degrees * 1e4 + (degrees < 0 ? -0.5 : 0.5)) / 1e4;
}

static void add(struct dl_placing *w, const struct dl_place_choice *choice, uint32_t first,
                uint32_t end, uint32_t sentence, uint8_t weight)
{
    struct dl_circumstances *c = w->c;
    if (c->place_count == w->room) {
        w->room = w->room ? w->room * 2 : 16;
        struct dl_found_place *more =
            dl_arena_array(w->article->arena, struct dl_found_place, w->room);
        if (c->place_count)
            memcpy(more, c->places, c->place_count * sizeof *more);
        c->places = more;
    }
    struct dl_found_place *found = &c->places[c->place_count];
    const struct dl_found_place *before = c->place_count ? &c->places[c->place_count - 1] : NULL;
    *found = (struct dl_found_place){
        .first = first, .count = end - first, .sentence = sentence, .weight = weight};
    found->role = weight >= 5 ? DL_PLACE_LOCATES : DL_PLACE_NAMED;
    if (before && in_list(w, before, first, sentence)) {
        bool within = dl_token_is(w->article, first - 1, ",") &&
                      choice->precision != DL_PRECISE_POINT &&
                      dl_str_eq(before->place.country, choice->country) &&
                      before->place.precision != DL_COUNTRY;
        found->role = within ? DL_PLACE_WITHIN : before->role;
        found->weight = before->weight;
    }
    if (c->dateline.count && first < c->dateline.first + c->dateline.count &&
        first >= c->dateline.first && found->role != DL_PLACE_WITHIN)
        found->role = DL_PLACE_DATELINE;
    struct dl_place *place = &found->place;
    place->span = dl_span_of_tokens(w->article, first, end - first);
    place->name = place->span->text;
    place->country = choice->country;
    place->admin1 = choice->admin1;
    place->geonames_id = choice->geonames;
    if (choice->precision == DL_PRECISE_POINT || choice->precision == DL_PRECISE_ADMIN1) {
        place->lat = rounded(choice->lat);
        place->lon = rounded(choice->lon);
        place->has_lat = place->has_lon = true;
    }
    place->precision = choice->precision == DL_PRECISE_POINT     ? DL_POINT
                       : choice->precision == DL_PRECISE_ADMIN1  ? DL_ADMIN1
                       : choice->precision == DL_PRECISE_COUNTRY ? DL_COUNTRY
                                                                 : DL_PRECISION_NONE;
    place->why = dl_arena_printf(w->article->arena, "named%s", why_of(choice));
    c->place_count++;
}

/* The choice's tokens, unless it is no place. */
static bool take_choice(struct dl_placing *w, const struct dl_place_choice *choice)
{
    const struct dl_article *article = w->article;
    uint32_t first = w->tokens[choice->first];
    uint32_t last_atom = choice->first + choice->atoms - 1;
    uint32_t end = w->tokens[last_atom] + 1;
    uint32_t sentence = dl_sentence_of(article, first);
    uint32_t sentence_end = article->sentences[sentence].first + article->sentences[sentence].count;
    if (end > sentence_end)
        return false; /* two sentences make no name */
    int32_t kind = dl_section_of(article, sentence);
    bool joined = last_atom + 1 < w->atom_count && w->atoms[last_atom + 1].shape & DL_ATOM_HYPHEN &&
                  !(w->atoms[last_atom + 1].shape & DL_ATOM_CAPITAL);
    bool dateline = w->c->dateline.count && first >= w->c->dateline.first &&
                    first < w->c->dateline.first + w->c->dateline.count;
    bool surely = dateline || strcmp(choice->why, "division") == 0; /* "department of Colón" */
    if (kind == DL_BOILERPLATE || joined || in_house(w, first, end) || is_people(w, choice) ||
        is_in_date(w, first) || (!surely && is_named_otherwise(article, first, end)))
        return false;
    uint8_t weight = weight_before(w, first, sentence);
    /* "KENYA (Reuters)" is as much a place as "Kenya"; "US" and "us" are told apart by case. */
    if (!dateline && (is_doubtful(article, choice, first, weight) ||
                      is_part_of_name(w, choice, first, end, sentence) ||
                      is_plain_word(w, choice, first, sentence, weight)))
        return false;
    bool owner =
        last_atom + 1 < w->atom_count && w->atoms[last_atom + 1].shape & DL_ATOM_POSSESSIVE;
    if (owner && weight < 8)
        weight = weight > 1 ? 1 : weight;
    struct dl_found_place *before = w->c->place_count ? &w->c->places[w->c->place_count - 1] : NULL;
    if (before && owns(w, before, first, sentence)) { /* "in Nigeria's northwestern Zamfara" */
        weight = before->weight > weight ? before->weight : weight;
        before->role = DL_PLACE_WITHIN;
    }
    bool listed = before && in_list(w, before, first, sentence);
    if (!dateline && !listed && is_government(w, choice, first, end, weight))
        return false;
    add(w, choice, first, end, sentence, weight);
    w->c->places[w->c->place_count - 1].where =
        dl_token_is(article, end, ",") && dl_token_is(article, end + 1, "where");
    return true;
}

static void find_places(struct dl_placing *w)
{
    for (uint32_t i = 0; i < w->atom_count && w->c->place_count < PLACES_MAX; i++) {
        struct dl_place_choice choice;
        if (!w->is_place[i])
            continue;
        if (!dl_place_choose(w->almanac, w->atoms, i, w->atom_count, &w->about, &choice))
            continue;
        bool taken = take_choice(w, &choice);
        /* After "Atlanta," Georgia is the one Atlanta lies in. */
        bool beside = taken && strcmp(choice.why, "beside") == 0;
        w->about.admin1 = beside ? choice.admin1 : w->home;
        bool dateline = taken && w->c->places[w->c->place_count - 1].role == DL_PLACE_DATELINE;
        if (dateline &&
            dl_str_is(choice.country, "USA")) /* whose towns have names in every state */
            w->home = w->about.admin1 = choice.admin1;
        i += choice.atoms - 1;
    }
}

/* The Report has each place once, where it is named first. */
static void give_places(struct dl_article *article, const struct dl_circumstances *c)
{
    struct dl_place *list = dl_arena_array(article->arena, struct dl_place, c->place_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->place_count; i++) {
        const struct dl_place *place = &c->places[i].place;
        uint32_t k = 0;
        while (k < count && !(dl_str_eq(list[k].name, place->name) &&
                              dl_str_eq(list[k].country, place->country) &&
                              list[k].precision == place->precision &&
                              list[k].geonames_id == place->geonames_id))
            k++;
        if (k == count && count < DISTINCT_MAX)
            list[count++] = *place;
    }
    article->report.places = list;
    article->report.places_count = count;
}

dl_status dl_stage_places(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    (void)err; /* a text without places is a text */
    struct dl_circumstances *c = dl_circumstances_open(article);
    if (!article->english || article->token_count == 0)
        return DL_OK;
    uint32_t room = article->token_count * 2;
    struct dl_placing w = {.almanac = knowledge->almanac, .article = article, .c = c};
    w.atoms = dl_arena_raw(article->arena, room * sizeof *w.atoms);
    w.atom_count = dl_atoms(article->text, w.atoms, room);
    w.tokens = dl_arena_raw(article->arena, (size_t)(w.atom_count + 1) * sizeof *w.tokens);
    w.is_place = dl_arena_array(article->arena, bool, w.atom_count + 1);
    map_tokens(&w);
    c->almanac = knowledge->almanac;
    c->people = dl_people_of(article, knowledge);
    count_countries(&w);
    find_places(&w);
    dl_places_agree(&w);
    dl_places_believe_dateline(&w);
    give_places(article, c);
    return DL_OK;
}
