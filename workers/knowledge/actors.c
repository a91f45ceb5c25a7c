/* Deciding who a phrase means. */
#include "workers/knowledge/actors.h"

#include "workers/knowledge/actor_phrase.h"

/* What one link of the phrase says: its segment and the owners before it. */
struct part {
    const struct dl_segment *segment; /* NULL: the phrase has no such part */
    const struct dl_segment *owners[3];
    uint32_t owner_count;
};

struct decision {
    const struct dl_actor_phrase *phrase;
    const struct dl_actor_setting *setting;
    struct part head;
    const struct dl_segment_role *role; /* that decided */
    const struct dl_known_actor *actor;
    struct dl_sense actor_sense;
    bool former;
};

/* The next segment with this link at or after *at, and its owners; *at moves behind it. */
static struct part next_part(const struct dl_actor_phrase *phrase, enum dl_segment_link link,
                             uint32_t *at)
{
    struct part part = {0};
    for (; *at < phrase->segment_count && !part.segment; ++*at) {
        const struct dl_segment *segment = &phrase->segments[*at];
        if (segment->link != link)
            part.owner_count = 0;
        else if (segment->owner && part.owner_count < 3 && *at + 1 < phrase->segment_count &&
                 phrase->segments[*at + 1].link == link)
            part.owners[part.owner_count++] = segment;
        else
            part.segment = segment;
    }
    return part;
}

static struct part part_of(const struct dl_actor_phrase *phrase, enum dl_segment_link link)
{
    uint32_t at = 0;
    return next_part(phrase, link, &at);
}

static dl_str country_of(const struct part *part)
{
    if (!part->segment)
        return (dl_str){"", 0};
    if (part->segment->country.len)
        return part->segment->country;
    for (uint32_t i = part->owner_count; i > 0; i--)
        if (part->owners[i - 1]->country.len)
            return part->owners[i - 1]->country;
    return (dl_str){"", 0};
}

static dl_str seat_or_place_of(const struct part *part)
{
    for (uint32_t i = 0; part->segment && i <= part->owner_count; i++) {
        const struct dl_segment *segment = i == 0 ? part->segment : part->owners[i - 1];
        if (segment->seat.len)
            return segment->seat;
        if (segment->place.len)
            return segment->place;
    }
    return (dl_str){"", 0};
}

/* The country the phrase names nearest to its head, in whatever way. */
static dl_str named_country(const struct dl_actor_phrase *phrase)
{
    static const enum dl_segment_link links[] = {DL_LINK_HEAD, DL_LINK_OF, DL_LINK_APPOSITION,
                                                 DL_LINK_IN};
    for (int by_place = 0; by_place < 2; by_place++)
        for (size_t i = 0; i < sizeof links / sizeof *links; i++)
            for (uint32_t at = 0; at < phrase->segment_count;) {
                struct part part = next_part(phrase, links[i], &at);
                dl_str country = by_place ? seat_or_place_of(&part) : country_of(&part);
                if (country.len && (by_place || links[i] != DL_LINK_IN))
                    return country;
                if (by_place && links[i] == DL_LINK_IN && country_of(&part).len)
                    return country_of(&part);
            }
    return (dl_str){"", 0};
}

#define FIT_STEP 40000 /* days; more than anyone's last one */

static bool in_office(const struct dl_known_actor *actor, int32_t day)
{
    return day == DL_DAY_UNKNOWN || ((actor->from == DL_DAY_UNKNOWN || actor->from <= day) &&
                                     (actor->to == DL_DAY_UNKNOWN || day <= actor->to));
}

/* How well a namesake fits: country named, country around, in office; then who served last. */
static int fit_of(const struct decision *decision, struct dl_sense sense, dl_str named)
{
    const struct dl_known_actor *actor = dl_almanac_actor(decision->phrase->almanac, sense);
    dl_str country = dl_str_of(actor->country);
    int fit = sense.flags & DL_SENSE_SURNAME ? 0 : 4;
    if (named.len)
        fit += dl_str_eq(country, named) ? 32 : country.len == 0 ? 8 : 0;
    else if (decision->setting && decision->setting->country.len)
        fit += dl_str_eq(country, decision->setting->country) ? 16 : 0;
    int32_t day = decision->setting ? decision->setting->day : DL_DAY_UNKNOWN;
    if (in_office(actor, day))
        fit += 8;
    int last = actor->to == DL_DAY_UNKNOWN || actor->to > FIT_STEP - 1 ? FIT_STEP - 1 : actor->to;
    return fit * FIT_STEP + (last > 0 ? last : 0);
}

/* Is the name made of words that are a role of their own? "Vietnam's Ministry of Public Security"
 */
static bool is_role_too(const struct dl_segment *segment, const struct dl_segment_actor *actor)
{
    for (uint32_t i = 0; i < segment->role_count; i++)
        if (segment->roles[i].first >= actor->first &&
            segment->roles[i].first < actor->first + actor->atoms)
            return true;
    return false;
}

/* The best namesake; none where the phrase names a country that has no such actor, or where two
 * countries have one and nothing speaks for either. */
static bool choose_actor(struct decision *decision, const struct dl_segment *segment)
{
    dl_str named = named_country(decision->phrase);
    struct part head = part_of(decision->phrase, DL_LINK_HEAD);
    dl_str abroad = segment == head.segment ? country_of(&head) : (dl_str){"", 0};
    for (uint32_t a = 0; a < segment->actor_count; a++) {
        const struct dl_found *found = &segment->actors[a].found;
        int best = -1;
        bool torn = false;
        struct dl_sense sense = {0};
        for (uint32_t i = 0; i < found->count; i++) {
            int fit = fit_of(decision, found->senses[i], named);
            const struct dl_known_actor *actor =
                dl_almanac_actor(decision->phrase->almanac, found->senses[i]);
            if (fit > best) {
                best = fit;
                sense = found->senses[i];
                torn = false;
            } else if (fit == best &&
                       strcmp(actor->country,
                              dl_almanac_actor(decision->phrase->almanac, sense)->country) != 0) {
                torn = true;
            }
        }
        const struct dl_known_actor *actor = dl_almanac_actor(decision->phrase->almanac, sense);
        bool foreign = named.len && actor->country[0] &&
                       !dl_str_eq(named, dl_str_of(actor->country)) &&
                       (!actor->person || (sense.flags & DL_SENSE_SURNAME));
        if ((torn && !actor->person) || (foreign && found->count > 1) ||
            (abroad.len && !dl_str_eq(abroad, dl_str_of(actor->country)) && !actor->person &&
             is_role_too(segment, &segment->actors[a])) ||
            (foreign && (sense.flags & DL_SENSE_SURNAME)))
            continue;
        decision->actor = actor;
        decision->actor_sense = sense;
        return true;
    }
    return false;
}

/* The last role of the segment that has all of `flags` unset in `without`. */
static const struct dl_segment_role *last_role(const struct dl_segment *segment, uint8_t without)
{
    for (uint32_t i = segment->role_count; i > 0; i--)
        if (!(segment->roles[i - 1].role->flags & without))
            return &segment->roles[i - 1];
    return NULL;
}

#define NOT_STRONG (DL_ROLE_WEAK | DL_ROLE_SPEAKS | DL_ROLE_LIKE | DL_ROLE_FORMER)

/* Takes what the segment says strongly: a name, a role. */
static bool take_strong(struct decision *decision, const struct dl_segment *segment)
{
    const struct dl_segment_role *role = last_role(segment, NOT_STRONG);
    bool any = choose_actor(decision, segment);
    if (role && !decision->role) {
        decision->role = role;
        any = true;
    }
    return any;
}

/* "Former" counts before what decided: "rebels who back the ousted president" are none. */
static bool is_former(const struct decision *decision, const struct dl_segment *segment)
{
    uint32_t before = UINT32_MAX;
    if (decision->role)
        before = decision->role->first;
    else if (segment->actor_count)
        before = segment->actors[0].first;
    for (uint32_t i = 0; i < segment->role_count; i++)
        if ((segment->roles[i].role->flags & DL_ROLE_FORMER) && segment->roles[i].first < before)
            return true;
    return false;
}

/* "Gunmen of Los Chapitos", "militants of the Islamic State" are identified. */
static void identify(struct decision *decision)
{
    struct part of = part_of(decision->phrase, DL_LINK_OF);
    if (decision->actor || !decision->role || !of.segment ||
        (strcmp(decision->role->role->sectors[0], "UAF") != 0 &&
         strcmp(decision->role->role->sectors[0], "REB") != 0))
        return;
    if (choose_actor(decision, of.segment) && decision->actor->person)
        decision->actor = NULL;
}

/* "Kim's powerful sister, Kim Yo Jong" */
static bool names_in_full(const struct part *part)
{
    return part->segment && part->segment->actor_count && !part->segment->actors[0].surname;
}

/* From the head, else from whom it hands on to. */
static void decide(struct decision *decision)
{
    const struct part *head = &decision->head;
    if (!head->segment)
        return;
    bool strong = take_strong(decision, head->segment);
    decision->former = is_former(decision, head->segment);
    if (strong) {
        identify(decision);
        return;
    }
    const struct dl_segment_role *weak = last_role(head->segment, DL_ROLE_FORMER);
    bool bare = !weak && (country_of(head).len || seat_or_place_of(head).len);
    if (bare)
        return;
    struct part beside = part_of(decision->phrase, DL_LINK_APPOSITION);
    if (names_in_full(&beside) && take_strong(decision, beside.segment))
        return;
    for (uint32_t i = head->owner_count; i > 0; i--)
        if (take_strong(decision, head->owners[i - 1]))
            return;
    /* The last for "Planning and Investment Minister". */
    static const enum dl_segment_link links[] = {DL_LINK_OF, DL_LINK_APPOSITION, DL_LINK_AND};
    for (size_t i = 0; i < sizeof links / sizeof *links - (weak != NULL); i++)
        for (uint32_t at = 0; at < decision->phrase->segment_count;) {
            struct part part = next_part(decision->phrase, links[i], &at);
            if (part.segment && take_strong(decision, part.segment))
                return;
            for (uint32_t k = part.segment ? part.owner_count : 0; k > 0; k--)
                if (take_strong(decision, part.owners[k - 1]))
                    return;
            const struct dl_segment_role *next =
                part.segment ? last_role(part.segment, DL_ROLE_FORMER) : NULL;
            if (next && (!weak || (weak->role->flags & DL_ROLE_LIKE)))
                weak = next;
        }
    decision->role = weak;
}

static void add_role(struct dl_actor_answer *answer, dl_str role)
{
    if (role.len == 0 || dl_str_is(role, "UNK"))
        return;
    for (uint32_t i = 0; i < answer->role_count; i++)
        if (dl_str_eq(answer->roles[i], role))
            return;
    if (answer->role_count < DL_ACTOR_ROLES_MAX)
        answer->roles[answer->role_count++] = role;
}

static void add_sectors(struct dl_actor_answer *answer, const char sectors[DL_SECTORS_MAX][4])
{
    for (uint32_t i = 0; i < DL_SECTORS_MAX; i++)
        add_role(answer, dl_str_of(sectors[i]));
}

/* Sectors that say where someone works; who he is there says more ("Boeing workers"). */
static bool yields(const struct dl_known_actor *actor)
{
    static const char *const sectors[] = {"PTY", "BUS", "MNC"};
    for (size_t i = 0; i < sizeof sectors / sizeof *sectors; i++)
        if (strcmp(actor->sectors[0], sectors[i]) == 0)
            return true;
    return actor->person;
}

static bool is_rank(const struct dl_actor_phrase *phrase, uint32_t at)
{
    static const char what[] = "actor:rank";
    struct dl_found found;
    if (!dl_almanac_find(phrase->almanac, phrase->atoms, at, phrase->atom_count,
                         DL_SENSE(DL_SENSE_CUE), &found))
        return false;
    for (uint32_t i = 0; i < found.count; i++) {
        const struct dl_cue *cue = dl_almanac_cue(phrase->almanac, found.senses[i]);
        if (dl_str_is(dl_almanac_text(phrase->almanac, found.senses[i], cue->what), what))
            return true;
    }
    return false;
}

/* "General Zia" rules, whatever his rank. */
static bool is_rank_of_ruler(const struct decision *decision)
{
    const struct dl_known_actor *actor = decision->actor;
    int32_t day = decision->setting ? decision->setting->day : DL_DAY_UNKNOWN;
    return actor->person && strcmp(actor->sectors[0], "GOV") == 0 &&
           is_rank(decision->phrase, decision->role->first) && in_office(actor, day);
}

/* Offices that one can be out of. */
static bool is_office(dl_str role)
{
    static const char *const offices[] = {"GOV", "LEG", "JUD", "MIL", "SPY", "COP"};
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (dl_str_is(role, offices[i]))
            return true;
    return false;
}

static void fill_roles(const struct decision *decision, struct dl_actor_answer *answer)
{
    const struct dl_known_actor *actor = decision->actor;
    int32_t day = decision->setting ? decision->setting->day : DL_DAY_UNKNOWN;
    bool over = actor && actor->person && actor->to != DL_DAY_UNKNOWN && day != DL_DAY_UNKNOWN &&
                actor->to < day && !decision->role;
    bool role_first = decision->role && (!actor || (yields(actor) && !is_rank_of_ruler(decision)));
    answer->former = decision->former || over;
    if (role_first)
        add_sectors(answer, decision->role->role->sectors);
    if (actor)
        add_sectors(answer, actor->sectors);
    if (decision->role)
        add_sectors(answer, decision->role->role->sectors);
    if (answer->former && answer->role_count && is_office(answer->roles[0])) {
        uint32_t kept =
            answer->role_count < DL_ACTOR_ROLES_MAX ? answer->role_count : DL_ACTOR_ROLES_MAX - 1;
        memmove(answer->roles + 1, answer->roles, kept * sizeof *answer->roles);
        answer->roles[0] = DL_STR("ELI");
        answer->role_count = kept + 1;
    }
}

/* Of someone named beside the head: "the government of Mugabe", "Merkel's cabinet". */
static dl_str country_of_names(const struct decision *decision)
{
    static const enum dl_segment_link links[] = {DL_LINK_HEAD, DL_LINK_OF, DL_LINK_APPOSITION,
                                                 DL_LINK_IN, DL_LINK_TO};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        for (uint32_t at = 0; at < decision->phrase->segment_count;) {
            struct part part = next_part(decision->phrase, links[i], &at);
            for (uint32_t k = 0; part.segment && k <= part.owner_count; k++) {
                struct decision other = {.phrase = decision->phrase, .setting = decision->setting};
                const struct dl_segment *segment = k == 0 ? part.segment : part.owners[k - 1];
                if (choose_actor(&other, segment) && other.actor->country[0])
                    return dl_str_of(other.actor->country);
            }
        }
    return (dl_str){"", 0};
}

static void fill_country(const struct decision *decision, struct dl_actor_answer *answer)
{
    if (decision->actor && (decision->actor->country[0] || !yields(decision->actor))) {
        answer->country = dl_str_of(decision->actor->country);
        return;
    }
    answer->country = named_country(decision->phrase);
    if (answer->country.len == 0 && !decision->actor)
        answer->country = country_of_names(decision);
    if (answer->country.len == 0 && (decision->role || decision->actor)) {
        struct part stop = part_of(decision->phrase, DL_LINK_STOP);
        answer->country = country_of(&stop);
    }
    if (answer->country.len == 0 && decision->role && decision->setting &&
        decision->setting->country.len) {
        answer->country = decision->setting->country;
        answer->resolved_by = "context";
    }
}

/* "Washington" is its government, "Kenyans" are people, "Mexico" is Mexico. */
static void fill_bare(const struct decision *decision, struct dl_actor_answer *answer)
{
    const struct dl_segment *segment = decision->head.segment;
    struct part of = part_of(decision->phrase, DL_LINK_OF);
    if (!segment || decision->actor || answer->role_count)
        return;
    if (decision->role && of.segment) /* "thousands of Kenyans" */
        segment = of.segment;
    if (segment->people)
        add_role(answer, DL_STR("CVL"));
    else if (segment->seat.len && segment->country.len == 0)
        add_role(answer, DL_STR("GOV"));
}

void dl_actor_resolve(const struct dl_almanac *almanac, dl_str text,
                      const struct dl_actor_setting *setting, struct dl_actor_answer *ret)
{
    struct dl_actor_phrase phrase;
    dl_actor_phrase_read(almanac, text, &phrase);
    struct decision decision = {.phrase = &phrase, .setting = setting};
    *ret = (struct dl_actor_answer){.resolved_by = "none", .name = dl_str_trim(text)};
    decision.head = part_of(&phrase, DL_LINK_HEAD);
    decide(&decision);
    fill_roles(&decision, ret);
    fill_country(&decision, ret);
    fill_bare(&decision, ret);
    if (decision.actor) {
        ret->id = dl_almanac_text(almanac, decision.actor_sense, decision.actor->id);
        ret->name = dl_almanac_text(almanac, decision.actor_sense, decision.actor->name);
        ret->rule = dl_almanac_text(almanac, decision.actor_sense, decision.actor->rule);
        ret->resolved_by = "name";
    } else if (decision.role) {
        ret->rule = dl_almanac_text(almanac, decision.role->sense, decision.role->role->rule);
        if (strcmp(ret->resolved_by, "context") != 0)
            ret->resolved_by = "role";
    } else if (ret->country.len) {
        ret->resolved_by = phrase.segments[0].country.len ? "country" : "place";
    }
}

static bool is_international(dl_str role)
{
    static const char *const sectors[] = {"IGO", "UNO", "EUR", "NGO", "ISM", "IMG", "MNC"};
    for (size_t i = 0; i < sizeof sectors / sizeof *sectors; i++)
        if (dl_str_is(role, sectors[i]))
            return true;
    return false;
}

dl_str dl_actor_code(const struct dl_actor_answer *answer, struct dl_arena *arena)
{
    dl_str role = answer->role_count ? answer->roles[0] : (dl_str){"", 0};
    if (answer->country.len == 0 && role.len == 0)
        return (dl_str){"", 0};
    if (answer->country.len == 0 && is_international(role))
        return role;
    return dl_arena_printf(arena, "%.*s%.*s", 3, answer->country.len ? answer->country.at : "---",
                           DL_STR_ARG(role));
}
