/* What the kinds of lines mean; frames have a file of their own. */
#include "workers/knowledge/almanac_make.h"

#include "core/day.h"
#include "workers/knowledge/almanac_draft.h"
#include "workers/knowledge/tree.h"

static dl_status put_phrases(struct dl_draft *draft, const struct dl_line *line,
                             struct dl_sense sense, struct dl_error *err)
{
    dl_str rest = line->phrases;
    dl_str phrase;
    uint32_t rank = 0;
    dl_status status = DL_OK;
    while (status == DL_OK && dl_str_next(&rest, ';', &phrase))
        status = dl_draft_phrase(draft, phrase, sense, rank++, line->place, err);
    return status;
}

static dl_str first_phrase(const struct dl_line *line)
{
    dl_str rest = line->phrases;
    dl_str phrase = {0};
    (void)dl_str_next(&rest, ';', &phrase); /* a line has phrases */
    phrase = dl_str_trim(phrase);
    return phrase.len && phrase.at[0] == '!' ? dl_str_sub(phrase, 1, phrase.len) : phrase;
}

static dl_status need_args(const struct dl_line *line, uint32_t count, struct dl_error *err)
{
    return line->arg_count >= count ? DL_OK
                                    : dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' needs %u arguments",
                                              line->place, DL_STR_ARG(line->kind), count);
}

static void put_code(char *to, size_t room, dl_str code)
{
    if (code.len < room)
        memcpy(to, code.at, code.len);
}

static dl_status take_sector(struct dl_draft *draft, const struct dl_line *line,
                             struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_SECTOR};
    dl_status status = need_args(line, 1, err);
    if (status != DL_OK)
        return status;
    if (line->args[0].len != 3)
        return dl_fail(err, DL_BAD_CONFIG, "%s: a sector has three letters", line->place);
    struct dl_known_role *role = dl_draft_record(draft, SECTION_ROLES, &sense.index);
    role->name = dl_draft_text(draft, line->phrases);
    put_code(role->sectors[0], 4, line->args[0]);
    return dl_draft_phrase(draft, line->args[0], sense, 0, line->place, err);
}

/* "GOV,MIL" into codes. */
static dl_status take_sectors(const struct dl_draft *draft, const struct dl_line *line, dl_str list,
                              char sectors[DL_SECTORS_MAX][4], struct dl_error *err)
{
    dl_str code;
    uint32_t count = 0;
    while (dl_str_next(&list, ',', &code)) {
        if (!dl_draft_has_sector(draft, code))
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no sector", line->place,
                           DL_STR_ARG(code));
        if (count == DL_SECTORS_MAX)
            return dl_fail(err, DL_BAD_CONFIG, "%s: at most %u sectors", line->place,
                           DL_SECTORS_MAX);
        put_code(sectors[count++], 4, code);
    }
    return DL_OK;
}

static dl_status take_country(struct dl_draft *draft, const struct dl_line *line,
                              struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_COUNTRY};
    dl_status status = need_args(line, 2, err);
    if (status != DL_OK)
        return status;
    if (line->args[0].len != 3 || line->args[1].len != 2)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s %.*s' is not ISO3 ISO2", line->place,
                       DL_STR_ARG(line->args[0]), DL_STR_ARG(line->args[1]));
    struct dl_known_country *country = dl_draft_record(draft, SECTION_COUNTRIES, &sense.index);
    put_code(country->iso3, 4, line->args[0]);
    put_code(country->iso2, 4, line->args[1]);
    country->name = dl_draft_text(draft, first_phrase(line));
    return put_phrases(draft, line, sense, err);
}

static dl_status check_country(const struct dl_draft *draft, const struct dl_line *line,
                               dl_str iso3, struct dl_error *err)
{
    return dl_draft_has_country(draft, iso3)
               ? DL_OK
               : dl_fail(err, DL_BAD_CONFIG, "%s: code '%.*s' is not a country", line->place,
                         DL_STR_ARG(iso3));
}

/* people, capital: other words for a country. */
static dl_status take_words_of(struct dl_draft *draft, const struct dl_line *line,
                               enum dl_sense_kind kind, struct dl_error *err)
{
    struct dl_sense sense = {.kind = (uint8_t)kind};
    dl_status status = need_args(line, 1, err);
    if (status == DL_OK)
        status = check_country(draft, line, line->args[0], err);
    if (status != DL_OK)
        return status;
    struct dl_known_country *country = dl_draft_record(draft, SECTION_COUNTRIES, &sense.index);
    put_code(country->iso3, 4, line->args[0]);
    country->name = dl_draft_text(draft, first_phrase(line));
    return put_phrases(draft, line, sense, err);
}

static dl_status take_people(struct dl_draft *draft, const struct dl_line *line,
                             struct dl_error *err)
{
    return take_words_of(draft, line, DL_SENSE_PEOPLE, err);
}

static dl_status take_capital(struct dl_draft *draft, const struct dl_line *line,
                              struct dl_error *err)
{
    return take_words_of(draft, line, DL_SENSE_CAPITAL, err);
}

static dl_str country_of_iso2(const struct dl_draft *draft, dl_str iso2)
{
    const struct dl_draft_list *list = &draft->lists[SECTION_COUNTRIES];
    const struct dl_known_country *countries = (const void *)list->at;
    for (size_t i = 0; i < list->count; i++)
        if (dl_str_is(iso2, countries[i].iso2))
            return dl_str_of(countries[i].iso3);
    return draft->base ? dl_almanac_iso3(draft->base, iso2) : (dl_str){"", 0};
}

static dl_status numbers_of(const struct dl_line *line, uint32_t first, uint32_t count,
                            double *numbers, struct dl_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        if (dl_str_to_f64(line->args[first + i], &numbers[i]) != DL_OK)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no number", line->place,
                           DL_STR_ARG(line->args[first + i]));
    return DL_OK;
}

static dl_status put_admin(struct dl_draft *draft, const struct dl_line *line, const double *point,
                           struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_ADMIN};
    dl_str code = line->args[0];
    dl_str iso3 = {0};
    if (code.len > 3 && code.len < 8 && code.at[2] == '-')
        iso3 = country_of_iso2(draft, dl_str_sub(code, 0, 2));
    if (iso3.len == 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no ISO 3166-2 code of a country here",
                       line->place, DL_STR_ARG(code));
    struct dl_known_place *place = dl_draft_record(draft, SECTION_PLACES, &sense.index);
    place->kind = DL_PLACE_ADMIN;
    place->lat = (float)point[0];
    place->lon = (float)point[1];
    place->population = (uint32_t)point[2];
    put_code(place->admin1, sizeof place->admin1, code);
    put_code(place->country, 4, iso3);
    place->name = dl_draft_text(draft, first_phrase(line));
    return put_phrases(draft, line, sense, err);
}

/* admin CODE LAT LON POPULATION | names */
static dl_status take_admin(struct dl_draft *draft, const struct dl_line *line,
                            struct dl_error *err)
{
    double point[3] = {0};
    dl_status status = need_args(line, 4, err);
    if (status == DL_OK)
        status = numbers_of(line, 1, 3, point, err);
    if (status == DL_OK && (point[2] < 0 || point[2] > 4e9))
        return dl_fail(err, DL_BAD_CONFIG, "%s: no such population", line->place);
    return status == DL_OK ? put_admin(draft, line, point, err) : status;
}

/* also CODE | more names of a division that has a line of its own. */
static dl_status take_also(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_ADMIN};
    const struct dl_draft_list *list = &draft->lists[SECTION_PLACES];
    const struct dl_known_place *places = (const void *)list->at;
    dl_status status = need_args(line, 1, err);
    if (status != DL_OK)
        return status;
    for (size_t i = 0; i < list->count; i++)
        if (places[i].kind == DL_PLACE_ADMIN && dl_str_is(line->args[0], places[i].admin1)) {
            sense.index = (uint32_t)i;
            return put_phrases(draft, line, sense, err);
        }
    return dl_fail(err, DL_BAD_CONFIG, "%s: no division '%.*s' before this line", line->place,
                   DL_STR_ARG(line->args[0]));
}

/* town COUNTRY LAT LON POPULATION | names: islands, valleys and towns the table lacks. */
static dl_status take_town(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_CITY};
    double point[3] = {0};
    dl_status status = need_args(line, 4, err);
    if (status == DL_OK)
        status = check_country(draft, line, line->args[0], err);
    if (status == DL_OK)
        status = numbers_of(line, 1, 3, point, err);
    if (status != DL_OK)
        return status;
    if (point[2] < 0 || point[2] > 4e9)
        return dl_fail(err, DL_BAD_CONFIG, "%s: no such population", line->place);
    struct dl_known_place *place = dl_draft_record(draft, SECTION_PLACES, &sense.index);
    *place = (struct dl_known_place){
        .population = (uint32_t)point[2], .lat = (float)point[0], .lon = (float)point[1]};
    put_code(place->country, 4, line->args[0]);
    place->name = dl_draft_text(draft, first_phrase(line));
    return put_phrases(draft, line, sense, err);
}

/* area KIND | names: seas, rivers, regions. They get no country. */
static dl_status take_area(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    dl_str rest = line->phrases;
    dl_str phrase;
    dl_status status = need_args(line, 1, err);
    while (status == DL_OK && dl_str_next(&rest, ';', &phrase)) {
        struct dl_sense sense = {.kind = DL_SENSE_AREA};
        struct dl_known_place *place = dl_draft_record(draft, SECTION_PLACES, &sense.index);
        place->kind = DL_PLACE_AREA;
        place->name = dl_draft_text(draft, dl_str_trim(phrase));
        status = dl_draft_phrase(draft, phrase, sense, 0, line->place, err);
    }
    return status;
}

/* "The River", "the Village" are by-names and hamlets; The Hague and The Bronx are towns. */
#define THE_TOWN_MIN 90000

/* id, name, ISO2, ISO 3166-2, population, lat, lon, alternates */
static dl_status take_city(void *taker, const char *where, dl_str *cells, uint32_t count,
                           struct dl_error *err)
{
    struct dl_draft *draft = taker;
    struct dl_sense sense = {.kind = DL_SENSE_CITY};
    int64_t id;
    int64_t people;
    double lat;
    double lon;
    if (count < 7 || dl_str_to_i64(cells[0], &id) != DL_OK ||
        dl_str_to_i64(cells[4], &people) != DL_OK || dl_str_to_f64(cells[5], &lat) != DL_OK ||
        dl_str_to_f64(cells[6], &lon) != DL_OK || people < 0 || people > UINT32_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is no city", where);
    if (id <= draft->last_city)
        return dl_fail(err, DL_BAD_CONFIG, "%s: id %lld is not after %lld: twice, or unsorted",
                       where, (long long)id, (long long)draft->last_city);
    draft->last_city = id;
    dl_str iso3 = country_of_iso2(draft, cells[2]);
    if (iso3.len == 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: code '%.*s' is not a country", where,
                       DL_STR_ARG(cells[2]));
    const char *place_text = dl_arena_str(&draft->arena, dl_str_of(where)).at;
    struct dl_known_place *place = dl_draft_record(draft, SECTION_PLACES, &sense.index);
    *place = (struct dl_known_place){.geonames = (uint32_t)id,
                                     .population = (uint32_t)people,
                                     .lat = (float)lat,
                                     .lon = (float)lon};
    put_code(place->country, 4, iso3);
    put_code(place->admin1, sizeof place->admin1, cells[3]);
    place->name = dl_draft_text(draft, cells[1]);
    bool small_word = dl_str_starts(cells[1], DL_STR("The ")) && people < THE_TOWN_MIN;
    /* Larger comes first; another name of a large one after the town of that name. */
    dl_status status = DL_OK;
    if (!small_word)
        status = dl_draft_phrase(draft, cells[1], sense, UINT32_MAX - 1 - (uint32_t)people / 2,
                                 place_text, err);
    dl_str rest = count > 7 ? cells[7] : (dl_str){"", 0};
    dl_str phrase;
    sense.flags |= DL_SENSE_ALTERNATE;
    while (status == DL_OK && dl_str_next(&rest, ';', &phrase))
        if (phrase.len && !dl_str_starts(phrase, DL_STR("The ")))
            status = dl_draft_phrase(draft, phrase, sense, UINT32_MAX - 1 - (uint32_t)people / 8,
                                     place_text, err);
    return status;
}

/* A year, month or day; the last day of it where `last`. Empty is open. */
static bool day_of(dl_str text, bool last, int32_t *ret)
{
    int64_t parts[3] = {0, 1, 1};
    uint32_t count = 0;
    dl_str piece;
    *ret = DL_DAY_UNKNOWN;
    if (text.len == 0)
        return true;
    while (count < 3 && dl_str_next(&text, '-', &piece))
        if (dl_str_to_i64(piece, &parts[count++]) != DL_OK)
            return false;
    if (text.len || parts[0] < 1800 || parts[0] > 2200 || parts[1] < 1 || parts[1] > 12 ||
        !dl_day_is_valid((int)parts[0], (int)parts[1], (int)parts[2]))
        return false;
    *ret = dl_day_of_civil((int)parts[0], (int)parts[1], (int)parts[2]);
    if (last && count == 1)
        *ret = dl_day_of_civil((int)parts[0] + 1, 1, 1) - 1;
    if (last && count == 2)
        *ret = dl_day_of_civil((int)parts[0], (int)parts[1] + 1, 1) - 1;
    return true;
}

static dl_status take_span(const struct dl_line *line, dl_str arg, struct dl_known_actor *actor,
                           struct dl_error *err)
{
    const char *dots = memmem(arg.at, arg.len, "..", 2);
    size_t at = (size_t)(dots - arg.at);
    if (!day_of(dl_str_sub(arg, 0, at), false, &actor->from) ||
        !day_of(dl_str_sub(arg, at + 2, arg.len), true, &actor->to))
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no span of days", line->place,
                       DL_STR_ARG(arg));
    if (actor->from != DL_DAY_UNKNOWN && actor->to != DL_DAY_UNKNOWN && actor->to < actor->from)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' ends before it begins", line->place,
                       DL_STR_ARG(arg));
    return DL_OK;
}

/* "mx-claudia-sheinbaum": the country, and the first name in plain letters. */
static dl_str make_id(struct dl_draft *draft, dl_str country, dl_str name)
{
    dl_str text = dl_arena_printf(&draft->arena, "%.*s-%.*s", country.len == 3 ? 3 : 0, country.at,
                                  DL_STR_ARG(name));
    char *id = dl_arena_alloc(&draft->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
        if (c >= 'A' && c <= 'Z')
            id[len++] = (char)(c + 32);
        else if (plain)
            id[len++] = c;
        else if (len && id[len - 1] != '-' && c != '.' && c != '\'')
            id[len++] = '-';
    }
    while (len && id[len - 1] == '-')
        len--;
    return (dl_str){id, len};
}

/* The last word, or the first where that is the family's. */
static dl_status put_surname(struct dl_draft *draft, const struct dl_line *line,
                             struct dl_sense sense, bool first, struct dl_error *err)
{
    dl_str name = first_phrase(line);
    const char *space = first ? memchr(name.at, ' ', name.len) : memrchr(name.at, ' ', name.len);
    if (!space)
        return DL_OK;
    size_t at = (size_t)(space - name.at);
    dl_str surname = first ? dl_str_sub(name, 0, at) : dl_str_sub(name, at + 1, name.len);
    if (surname.len < 2)
        return DL_OK;
    sense.flags |= DL_SENSE_SURNAME | DL_SENSE_PROPER;
    return dl_draft_phrase(draft, surname, sense, DL_RANK_GUESSED, line->place, err);
}

/* person|body COUNTRY|- SECTORS [FROM..TO] [id=ID] [part=ID] [family-first] | names */
static dl_status take_actor(struct dl_draft *draft, const struct dl_line *line,
                            struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_ACTOR};
    struct dl_known_actor actor = {.from = DL_DAY_UNKNOWN, .to = DL_DAY_UNKNOWN};
    bool family_first = false;
    dl_str part = {0};
    dl_str id = {0};
    dl_status status = need_args(line, 2, err);
    if (status == DL_OK && !dl_str_is(line->args[0], "-"))
        status = check_country(draft, line, line->args[0], err);
    if (status == DL_OK)
        status = take_sectors(draft, line, line->args[1], actor.sectors, err);
    for (uint32_t i = 2; status == DL_OK && i < line->arg_count; i++) {
        dl_str arg = line->args[i];
        if (dl_str_starts(arg, DL_STR("id=")))
            id = dl_str_sub(arg, 3, arg.len);
        else if (dl_str_starts(arg, DL_STR("part=")))
            part = dl_str_sub(arg, 5, arg.len);
        else if (dl_str_is(arg, "family-first"))
            family_first = true;
        else if (memmem(arg.at, arg.len, "..", 2))
            status = take_span(line, arg, &actor, err);
        else
            status = dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' means nothing here", line->place,
                             DL_STR_ARG(arg));
    }
    if (status != DL_OK)
        return status;
    if (!dl_str_is(line->args[0], "-"))
        put_code(actor.country, 4, line->args[0]);
    actor.person = dl_str_is(line->kind, "person");
    actor.name = dl_draft_text(draft, first_phrase(line));
    actor.rule = dl_draft_text(draft, dl_str_of(line->place));
    actor.id =
        dl_draft_text(draft, id.len ? id : make_id(draft, line->args[0], first_phrase(line)));
    struct dl_known_actor *record = dl_draft_record(draft, SECTION_ACTORS, &sense.index);
    *record = actor;
    ((dl_str *)(void *)draft->parts.at)[sense.index] = part;
    status = put_phrases(draft, line, sense, err);
    return status == DL_OK && actor.person ? put_surname(draft, line, sense, family_first, err)
                                           : status;
}

static const struct {
    const char *word;
    uint8_t flag;
} role_flags[] = {
    {"speaks", DL_ROLE_SPEAKS}, {"former", DL_ROLE_FORMER}, {"weak", DL_ROLE_WEAK},
    {"title", DL_ROLE_TITLE},   {"like", DL_ROLE_LIKE},     {"plural", DL_ROLE_PLURAL},
    {"state", DL_ROLE_STATE},   {"body", DL_ROLE_BODY},
};

/* The plural of a role's last word, as a guess that gives way to anything written. */
static dl_status put_plural(struct dl_draft *draft, dl_str word, struct dl_sense sense,
                            const char *place, struct dl_error *err)
{
    dl_str plural;
    word = dl_str_trim(word);
    if (word.len < 3 || dl_str_ends(word, DL_STR("s")))
        return DL_OK;
    if (dl_str_ends(word, DL_STR("man")))
        plural = dl_arena_printf(&draft->arena, "%.*smen", (int)word.len - 3, word.at);
    else if (dl_str_ends(word, DL_STR("y")) && !memchr("aeiou", word.at[word.len - 2], 5))
        plural = dl_arena_printf(&draft->arena, "%.*sies", (int)word.len - 1, word.at);
    else if (dl_str_ends(word, DL_STR("ch")) || dl_str_ends(word, DL_STR("sh")) ||
             dl_str_ends(word, DL_STR("x")))
        plural = dl_arena_printf(&draft->arena, "%.*ses", DL_STR_ARG(word));
    else
        plural = dl_arena_printf(&draft->arena, "%.*ss", DL_STR_ARG(word));
    return dl_draft_phrase(draft, plural, sense, DL_RANK_GUESSED, place, err);
}

/* role SECTORS [flags] | words */
static dl_status take_role(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    struct dl_known_role role = {0};
    dl_status status = need_args(line, 1, err);
    if (status == DL_OK)
        status = take_sectors(draft, line, line->args[0], role.sectors, err);
    for (uint32_t i = 1; status == DL_OK && i < line->arg_count; i++) {
        uint8_t flag = 0;
        for (size_t f = 0; f < sizeof role_flags / sizeof *role_flags; f++)
            if (dl_str_is(line->args[i], role_flags[f].word))
                flag = role_flags[f].flag;
        if (!flag)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' means nothing here", line->place,
                           DL_STR_ARG(line->args[i]));
        role.flags |= flag;
    }
    role.rule = dl_draft_text(draft, dl_str_of(line->place));
    dl_str rest = line->phrases;
    dl_str phrase;
    while (status == DL_OK && dl_str_next(&rest, ';', &phrase)) {
        struct dl_sense sense = {.kind = DL_SENSE_ROLE};
        struct dl_known_role *record = dl_draft_record(draft, SECTION_ROLES, &sense.index);
        *record = role;
        record->name = dl_draft_text(draft, dl_str_trim(phrase));
        status = dl_draft_phrase(draft, phrase, sense, 0, line->place, err);
        if (status == DL_OK)
            status = put_plural(draft, phrase, sense, line->place, err);
    }
    return status;
}

/* cue WHAT | words */
static dl_status take_cue(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_CUE};
    dl_status status = need_args(line, 1, err);
    if (status != DL_OK)
        return status;
    struct dl_cue *cue = dl_draft_record(draft, SECTION_CUES, &sense.index);
    cue->what = dl_draft_text(draft, line->args[0]);
    cue->hash = dl_phrase_hash(line->args[0]);
    cue->bit = dl_cue_bit_of(line->args[0]);
    cue->rule = dl_draft_text(draft, dl_str_of(line->place));
    return put_phrases(draft, line, sense, err);
}

static const struct {
    const char *word;
    dl_status (*take)(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err);
} kinds[] = {
    {"sector", take_sector},   {"role", take_role},       {"country", take_country},
    {"people", take_people},   {"capital", take_capital}, {"admin", take_admin},
    {"also", take_also},       {"area", take_area},       {"town", take_town},
    {"person", take_actor},    {"body", take_actor},      {"cue", take_cue},
    {"frame", dl_draft_frame},
};

static dl_status take_line(void *taker, const struct dl_line *line, struct dl_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (dl_str_is(line->kind, kinds[i].word))
            return kinds[i].take(taker, line, err);
    return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no kind of line", line->place,
                   DL_STR_ARG(line->kind));
}

/* Joins actors to what they are part of, by id. An id stands once; nobody is part of himself. */
static dl_status join_parts(struct dl_draft *draft, struct dl_error *err)
{
    struct dl_known_actor *actors = (void *)draft->lists[SECTION_ACTORS].at;
    const dl_str *parts = (const void *)draft->parts.at;
    size_t count = draft->lists[SECTION_ACTORS].count;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; parts[i].len && k < count && !actors[i].part; k++)
            if (dl_str_is(parts[i], draft->text.at + actors[k].id))
                actors[i].part = (uint32_t)k + 1;
        if (parts[i].len && !actors[i].part)
            return dl_fail(err, DL_BAD_CONFIG, "%s: no actor '%.*s' to be part of",
                           draft->text.at + actors[i].rule, DL_STR_ARG(parts[i]));
    }
    for (size_t i = 0; i < count; i++) {
        size_t steps = 0;
        for (uint32_t at = actors[i].part; at; at = actors[at - 1].part)
            if (++steps > count)
                return dl_fail(err, DL_BAD_CONFIG, "%s: a cycle: it is part of itself",
                               draft->text.at + actors[i].rule);
    }
    return DL_OK;
}

dl_status dl_almanac_make(const char *dir, const struct dl_almanac *base, void **ret,
                          size_t *ret_bytes, struct dl_error *err)
{
    static const char *const folders[] = {"roles", "countries", "places", "actors", "frames"};
    struct dl_draft draft;
    dl_status status = DL_OK;
    dl_draft_init(&draft, base);
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == DL_OK; i++)
        status = dl_lines_read(dir, folders[i], &draft.arena, take_line, &draft, err);
    if (status == DL_OK)
        status = dl_rows_read(dir, "places/cities.tsv", &draft.arena, take_city, &draft, err);
    if (status == DL_OK)
        status = join_parts(&draft, err);
    if (status == DL_OK)
        status = dl_draft_image(&draft, ret, ret_bytes, err);
    if (status != DL_OK)
        (void)dl_fail_in(err, "%s", dir);
    dl_draft_done(&draft);
    return status;
}
