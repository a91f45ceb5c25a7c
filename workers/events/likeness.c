/* Can two words of an article tell one happening, and what speaks for it? */
#include "workers/events/tellings.h"

#include <math.h>

enum like {
#define DL_LIKE(name, points) LIKE_##name,
#include "workers/events/likeness.def"
    LIKES
};

static const double points[LIKES] = {
#define DL_LIKE(name, points) points,
#include "workers/events/likeness.def"
};

#define STEM_MIN 4U      /* letters that a word and its derivation share */
#define STEM_LOST_MAX 2U /* and how many the shorter may lose: "suspend", "suspension" */
#define APART_KM 50.0
#define LASTING_DAYS 2      /* troops arrive from Tuesday on, and are seen on Wednesday */
#define FADES_SENTENCES 60U /* distance is no more than that */

/* --- words --- */

static bool ends_in(dl_str word, const char *ending)
{
    dl_str end = dl_str_of(ending);
    return word.len > end.len && memcmp(word.at + word.len - end.len, end.at, end.len) == 0;
}

/* "protester", "detainee", "assailant". */
static bool is_somebody(dl_str word)
{
    static const char *const endings[] = {"er",  "ers", "or",   "ors",  "ee", "ees",
                                          "ant", "ist", "ants", "ists", "eer"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_in(word, endings[i]))
            return true;
    return false;
}

bool dl_same_stem(dl_str a, dl_str b)
{
    if (dl_str_eq(a, b))
        return true;
    dl_str shorter = a.len < b.len ? a : b;
    dl_str longer = a.len < b.len ? b : a;
    size_t same = 0;
    while (same < shorter.len && a.at[same] == b.at[same])
        same++;
    size_t least = shorter.len > STEM_LOST_MAX + STEM_MIN ? shorter.len - STEM_LOST_MAX : STEM_MIN;
    return same >= least && !is_somebody(longer) && longer.len > shorter.len;
}

static bool are_alike(const struct dl_telling *a, const struct dl_telling *b)
{
    for (uint32_t i = 0; i < a->alike_count; i++)
        for (uint32_t k = 0; k < b->alike_count; k++)
            if (a->alike[i] == b->alike[k])
                return true;
    return false;
}

static bool have_related_words(const struct dl_telling *a, const struct dl_telling *b)
{
    return dl_same_stem(a->lemma, b->lemma) || are_alike(a, b);
}

/* --- parties --- */

enum meeting { MEET_UNKNOWN, MEET_APART, MEET_LENT, MEET_LAND, MEET_SAME };

enum camp { CAMP_ANYBODY, CAMP_STATE, CAMP_ARMED, CAMP_SOCIETY };

static enum camp camp_of(dl_str role)
{
    static const struct {
        const char *role;
        enum camp camp;
    } camps[] = {{"GOV", CAMP_STATE}, {"MIL", CAMP_STATE},  {"COP", CAMP_STATE},
                 {"SPY", CAMP_STATE}, {"LEG", CAMP_STATE},  {"JUD", CAMP_STATE},
                 {"ELI", CAMP_STATE}, {"REB", CAMP_ARMED},  {"UAF", CAMP_ARMED},
                 {"CRM", CAMP_ARMED}, {"PRM", CAMP_ARMED},  {"SEP", CAMP_ARMED},
                 {"RAD", CAMP_ARMED}, {"CVL", CAMP_ANYBODY}};
    for (size_t i = 0; i < sizeof camps / sizeof *camps; i++)
        if (dl_str_is(role, camps[i].role))
            return camps[i].camp;
    return role.len ? CAMP_SOCIETY : CAMP_ANYBODY;
}

/* Somebody that nothing is known of, or whose country is that of the place. */
static bool is_lent(const struct dl_actor *a)
{
    return dl_str_is(a->resolved_by, "pronoun") || dl_str_is(a->resolved_by, "dateline") ||
           dl_str_is(a->resolved_by, "where it happened") ||
           dl_str_is(a->resolved_by, "whom it concerned");
}

static enum meeting meeting_of(const struct dl_actor *a, const struct dl_actor *b)
{
    bool known = (a->country.len || a->role.len) && (b->country.len || b->role.len);
    if (!known)
        return dl_str_is(a->name, "") || !dl_str_eq(a->name, b->name) ? MEET_UNKNOWN : MEET_SAME;
    enum meeting apart = is_lent(a) || is_lent(b) ? MEET_LENT : MEET_APART;
    if (a->id.len && dl_str_eq(a->id, b->id))
        return MEET_SAME;
    if (a->country.len && b->country.len && !dl_str_eq(a->country, b->country))
        return apart;
    bool land = a->country.len && b->country.len;
    if (a->role.len == 0 || b->role.len == 0)
        return land ? MEET_LAND : MEET_UNKNOWN;
    if (dl_str_eq(a->role, b->role))
        return land ? MEET_SAME : MEET_LAND;
    enum camp camp = camp_of(a->role);
    enum camp other = camp_of(b->role);
    if (camp != CAMP_ANYBODY && other != CAMP_ANYBODY && camp != other)
        return apart;
    if (camp == CAMP_SOCIETY && other == CAMP_SOCIETY) /* students and workers of one march? */
        return MEET_UNKNOWN;
    return land ? MEET_LAND : MEET_UNKNOWN;
}

/* The best meeting of two of them. */
static enum meeting meeting(const struct dl_actor *a, uint32_t a_count, const struct dl_actor *b,
                            uint32_t b_count)
{
    enum meeting best = MEET_APART;
    if (a_count == 0 || b_count == 0)
        return MEET_UNKNOWN;
    bool unknown = false;
    for (uint32_t i = 0; i < a_count; i++)
        for (uint32_t k = 0; k < b_count; k++) {
            enum meeting m = meeting_of(&a[i], &b[k]);
            unknown = unknown || m == MEET_UNKNOWN;
            best = m > best ? m : best;
        }
    return best <= MEET_LENT && unknown ? MEET_UNKNOWN : best;
}

/* Of a noun with one party it is often not said which it is: "the expulsion of Belarusians". */
static enum meeting actors_meet(const struct dl_telling *a, const struct dl_telling *b)
{
    enum meeting straight = meeting(a->actors, a->actor_count, b->actors, b->actor_count);
    bool told_twice =
        b->actor_count && b->recipient_count && dl_str_eq(b->actors[0].code, b->recipients[0].code);
    if (!b->is_noun || (b->recipient_count && !told_twice))
        return straight;
    enum meeting across = meeting(a->recipients, a->recipient_count, b->actors, b->actor_count);
    return across > straight ? across : straight;
}

static enum meeting recipients_meet(const struct dl_telling *a, const struct dl_telling *b)
{
    return meeting(a->recipients, a->recipient_count, b->recipients, b->recipient_count);
}

/* "Its" may be who acts or whom it concerns. */
static enum meeting owner_meets(const struct dl_telling *a, const struct dl_actor *owner)
{
    enum meeting acts = meeting(a->actors, a->actor_count, owner, 1);
    enum meeting suffers = meeting(a->recipients, a->recipient_count, owner, 1);
    return acts > suffers ? acts : suffers;
}

/* Who condemns or welcomes it has not done it. */
static bool judges_himself(const struct dl_telling *a, const struct dl_actor *judge)
{
    enum meeting m = meeting(a->actors, a->actor_count, judge, 1);
    return m == MEET_SAME || (m == MEET_LAND && judge->role.len == 0);
}

static double points_of_meeting(enum meeting m)
{
    switch (m) {
    case MEET_SAME:
        return points[LIKE_PARTY_SAME];
    case MEET_LAND:
        return points[LIKE_PARTY_LAND];
    case MEET_LENT:
        return points[LIKE_PARTY_LENT];
    default:
        return 0;
    }
}

/* --- place and day --- */

static double km_between(const struct dl_place *a, const struct dl_place *b)
{
    double radian = acos(-1.0) / 180;
    double north = (a->lat - b->lat) * radian;
    double east = (a->lon - b->lon) * radian * cos((a->lat + b->lat) / 2 * radian);
    return 6371.0 * sqrt(north * north + east * east);
}

static bool spots_part(const struct dl_place *a, const struct dl_place *b)
{
    if (!a || !b)
        return false;
    if (a->country.len && b->country.len && !dl_str_eq(a->country, b->country))
        return true;
    if (a->precision == DL_POINT && b->precision == DL_POINT && a->has_lat && b->has_lat)
        return km_between(a, b) > APART_KM;
    return a->admin1.len && b->admin1.len && !dl_str_eq(a->admin1, b->admin1);
}

static bool same_spot(const struct dl_place *a, const struct dl_place *b)
{
    return a && b && a->precision == DL_POINT && dl_str_eq(a->name, b->name);
}

/* What goes on for days: the day of a part is not that of the whole. */
static bool is_lasting(int32_t type)
{
    return type == DL_MOBILIZE || type == DL_PROTEST || type == DL_CONSULT || type == DL_AID;
}

static bool days_part(const struct dl_telling *a, const struct dl_telling *b)
{
    if (!a->dated || !b->dated)
        return false;
    int32_t slack = is_lasting(a->type) && is_lasting(b->type) ? LASTING_DAYS : 0;
    return a->end + slack < b->start || b->end + slack < a->start;
}

static double points_of_days(const struct dl_telling *a, const struct dl_telling *b)
{
    if (!(a->dated || a->inferred) || !(b->dated || b->inferred))
        return 0;
    bool part = a->end < b->start || b->end < a->start;
    bool said = a->dated && b->dated;
    if (part)
        return points[said ? LIKE_DAYS_PART : LIKE_STORY_MOVES];
    return a->start == b->start && a->end == b->end && said ? points[LIKE_DAY]
                                                            : points[LIKE_DAYS_MEET];
}

static double points_of_numbers(const struct dl_telling *a, const struct dl_telling *b)
{
    double sum = 0;
    for (uint32_t i = 0; i < a->number_count; i++)
        for (uint32_t k = 0; k < b->number_count; k++) {
            const struct dl_quantity *x = &a->numbers[i];
            const struct dl_quantity *y = &b->numbers[k];
            if (x->what != y->what || x->what == DL_OF_OTHER)
                continue;
            if (x->value >= y->value && x->value <= y->value)
                sum += points[LIKE_NUMBER];
            else if (x->bound == DL_EXACT && y->bound == DL_EXACT)
                sum += points[LIKE_OTHER_NUMBER];
        }
    return sum;
}

/* --- both together --- */

static bool points_back(const struct dl_telling *b)
{
    return b->is_noun && b->pointing != DL_POINTS_NOWHERE;
}

bool dl_are_apart(const struct dl_telling *a, const struct dl_telling *b)
{
    /* Nouns have no tense: "the deployment" may be one that is planned. Nobody denied tells again.
     */
    bool told_so = a->polarity == b->polarity && (b->definite || a->modality == b->modality);
    if (b->object_of == a->token && b->token != a->token) /* "welcomed the move" */
        return true;
    if (!told_so || b->other || days_part(a, b) || spots_part(a->spot, b->spot))
        return true;
    bool same_content = !a->content_type || !b->content_type || a->content_type == b->content_type;
    if (!same_content)
        return true;
    if (b->owner && owner_meets(a, b->owner) == MEET_APART)
        return true;
    if (b->judge && judges_himself(a, b->judge))
        return true;
    return actors_meet(a, b) == MEET_APART || recipients_meet(a, b) == MEET_APART;
}

/* By its type and form alone. */
static bool may_tell_again(const struct dl_telling *a, const struct dl_telling *b)
{
    bool related = have_related_words(a, b);
    /* A verb coded as something else is still what a noun that is made of it points to. */
    bool of_it = points_back(b) && b->mention == DL_NODE_NONE && related;
    if (!((a->is & b->may_be) || of_it))
        return false;
    /* "the strikes", "the measures": only what is called alike can be one of several. */
    return !b->several || a->type == b->type || related;
}

static double points_of_type(const struct dl_telling *a, const struct dl_telling *b)
{
    if (b->type == 0 && b->may_be == DL_ANY_TYPE)
        return b->sentence <= a->sentence + 1 ? points[LIKE_ANY_NOUN] : 0;
    bool same = a->type == b->type || (b->type == 0 && (a->is & b->may_be));
    if (!same && b->is_noun) /* "the raid" of what was an attack */
        return points[have_related_words(a, b) ? LIKE_TYPE_NOUN : LIKE_KIN_NOUN];
    if (!same)
        return points[LIKE_KIN_VERB];
    bool vague = points_back(b) && !b->whole && !have_related_words(a, b);
    return points[vague ? LIKE_TYPE_NOUN : LIKE_TYPE];
}

static double points_of_words(const struct dl_telling *a, const struct dl_telling *b)
{
    double sum = 0;
    for (uint32_t i = 0; i < a->word_count; i++)
        for (uint32_t k = 0; k < b->word_count; k++)
            sum += a->words[i] == b->words[k] ? points[LIKE_WORD] : 0;
    return b->is_noun && b->word_count && sum <= 0 ? points[LIKE_OTHER_WORDS] : sum;
}

static double points_of_distance(const struct dl_telling *a, const struct dl_telling *b)
{
    uint32_t far = b->sentence - a->sentence;
    if (far == 0)
        return points[LIKE_SAME_SENTENCE];
    if (far == 1)
        return points[LIKE_NEXT_SENTENCE] +
               (points_back(b) && have_related_words(a, b)) * points[LIKE_JUST_TOLD];
    return points[LIKE_SENTENCE] * (far < FADES_SENTENCES ? far : FADES_SENTENCES);
}

/* What of two verbs is said to be the same. */
static bool share_something(const struct dl_telling *a, const struct dl_telling *b)
{
    bool days = (a->dated || a->inferred) && (b->dated || b->inferred);
    bool day = days && a->start == b->start && a->end == b->end;
    return day || same_spot(a->spot, b->spot) || actors_meet(a, b) >= MEET_LAND ||
           recipients_meet(a, b) >= MEET_LAND;
}

#define UNFOLDS_SENTENCES 5U /* in which the dead of what an article is about are counted */

/* Behind who struck, who was struck: right there, or of what the article is about. */
static bool completes(const struct dl_telling *a, const struct dl_telling *b)
{
    uint32_t reach = a->subject ? UNFOLDS_SENTENCES : 1;
    return a->type == DL_ASSAULT && b->type == DL_ASSAULT && !b->is_noun &&
           b->sentence > a->sentence && b->sentence <= a->sentence + reach && a->actor_count &&
           !a->recipient_count && !b->actor_count && b->recipient_count;
}

/* "signed an agreement", "the agreement" */
static bool names_object(const struct dl_telling *a, const struct dl_telling *b)
{
    for (uint32_t i = 0; points_back(b) && !a->is_noun && i < a->word_count; i++)
        if (a->words[i] == b->word)
            return true;
    return false;
}

/* Of two verbs that are not called alike, another mode is another deed: "fired", "beat". */
static double points_of_modes(const struct dl_telling *a, const struct dl_telling *b)
{
    if (dl_str_eq(a->mode, b->mode))
        return points[LIKE_MODE];
    bool deeds = !a->is_noun && !b->is_noun && !have_related_words(a, b);
    return points[deeds ? LIKE_OTHER_DEED : LIKE_OTHER_MODE];
}

double dl_likeness(const struct dl_telling *a, const struct dl_telling *b)
{
    if (!may_tell_again(a, b))
        return 0;
    double sum = points_of_type(a, b) + points_of_days(a, b) + points_of_numbers(a, b) +
                 points_of_words(a, b) + points_of_distance(a, b);
    sum += points_of_meeting(actors_meet(a, b)) + points_of_meeting(recipients_meet(a, b));
    if (dl_same_stem(a->lemma, b->lemma))
        sum += points[LIKE_STEM];
    else if (are_alike(a, b))
        sum += points[LIKE_ALIKE];
    if (names_object(a, b))
        sum += points[LIKE_NAMED];
    if (b->owner && owner_meets(a, b->owner) >= MEET_LAND)
        sum += points[LIKE_OWNER];
    bool right_before = b->sentence <= a->sentence + 1 && !a->again;
    if (a->past && !right_before && b->pointing != DL_POINTS_NEAR)
        sum += points[LIKE_PAST];
    if (a->mode.len && b->mode.len && a->type == b->type)
        sum += points_of_modes(a, b);
    if (a->content_type && a->content_type == b->content_type)
        sum += points[LIKE_CONTENT];
    if (same_spot(a->spot, b->spot))
        sum += points[LIKE_SPOT];
    if (a->subject)
        sum += points[LIKE_SUBJECT];
    if (completes(a, b))
        sum += points[LIKE_COMPLETES];
    else if (!b->is_noun && !share_something(a, b))
        sum += points[LIKE_NOTHING_SHARED];
    if (b->is_noun)
        sum += (b->pointing != DL_POINTS_NOWHERE) * points[LIKE_POINTS_BACK] +
               (b->pointing == DL_POINTS_NEAR && b->sentence <= a->sentence + 1) *
                   points[LIKE_POINTS_NEAR];
    return sum;
}

static bool is_speech(int32_t type)
{
    return type == DL_AGREE || type == DL_SUPPORT || type == DL_REQUEST || type == DL_ACCUSE ||
           type == DL_REJECT || type == DL_THREATEN || type == DL_CONCEDE;
}

double dl_likeness_min(const struct dl_telling *b)
{
    if (points_back(b))
        return points[LIKE_MIN_NOUN];
    if (is_speech(b->type))
        return points[LIKE_MIN_SPEECH];
    return points[b->mention == DL_NODE_NONE ? LIKE_MIN_HELD : LIKE_MIN_VERB];
}
