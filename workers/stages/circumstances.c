/* What of the found dates, places and numbers belongs to one happening: its clause first, by the
 * tree where there is one, by distance where there is none. */
#include "workers/stages/circumstances.h"

#define PLACES_OF_MAX 8U
#define CLAUSE_POINTS 40
#define SAME_AS_DATELINE_POINTS 6
#define FINER_POINTS 8     /* a town rather than a country, */
#define WITHIN_POINTS 40   /* and most of all when its country is named too */
#define FAR_TOKENS 30      /* points lost to distance are no more */
#define LOCATES_WEIGHT 5U  /* of a place something happened at */
#define CROSSING_POINTS 12 /* a comma or "and" lies between */

static uint32_t distance(uint32_t first, uint32_t count, uint32_t trigger)
{
    if (trigger < first)
        return first - trigger;
    return trigger < first + count ? 0 : trigger - (first + count - 1);
}

/* How near a phrase stands to the trigger: clause, words between, and what parts them. */
static int points_near(const struct dl_article *article, uint32_t first, uint32_t count,
                       uint32_t trigger, uint32_t sentence)
{
    uint32_t far = distance(first, count, trigger);
    int points = -(int)(far < FAR_TOKENS ? far : FAR_TOKENS);
    if (dl_has_tree(article, sentence)) {
        uint32_t head = first;
        for (uint32_t i = first; i < first + count; i++) { /* the phrase's own head */
            uint32_t up = article->tokens[i].head;
            if (up < first || up >= first + count)
                head = i;
        }
        return points +
               (dl_clause_of(article, head) == dl_clause_of(article, trigger) ? CLAUSE_POINTS : 0);
    }
    uint32_t from = trigger < first ? trigger : first + count;
    uint32_t to = trigger < first ? first : trigger;
    for (uint32_t i = from; i < to; i++)
        if (dl_token_is(article, i, ",") || dl_token_is(article, i, ";") ||
            dl_token_is(article, i, "while") || dl_token_is(article, i, "when"))
            points -= CROSSING_POINTS;
    return points;
}

/* --- when --- */

/* Of things in order: the first of a sentence. `sentences` points to its number in the first thing,
 * and things are `step` bytes apart. */
static uint32_t first_of(const void *sentences, size_t step, uint32_t count, uint32_t sentence)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint32_t *of = (const void *)((const char *)sentences + middle * step);
        if (*of < sentence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A date right beside "said" dates the speech: "police said on Thursday". */
static bool dates_speech(const struct dl_article *article, const struct dl_found_date *date,
                         uint32_t trigger)
{
    uint32_t first = article->sentences[date->sentence].first;
    uint32_t at = date->first;
    for (uint32_t back = 0; back < 3 && at > first; back++, at--) {
        const struct dl_wording *says = dl_said(article, at - 1, DL_WORDING_SAYS);
        if (says)
            return at - 1 != trigger;
        if (article->tokens[at - 1].kind == DL_PUNCT)
            return false;
    }
    return false;
}

struct dl_when *dl_when_of(const struct dl_article *article, uint32_t trigger)
{
    const struct dl_circumstances *c = article->circumstances;
    const struct dl_found_date *best = NULL;
    int best_points = 0;
    uint32_t sentence = dl_sentence_of(article, trigger);
    uint32_t i;
    if (!c)
        return NULL;
    i = first_of(&c->dates->sentence, sizeof *c->dates, c->date_count, sentence);
    for (; i < c->date_count && c->dates[i].sentence == sentence; i++) {
        const struct dl_found_date *date = &c->dates[i];
        bool in_dateline = c->dateline.count && date->first >= c->dateline.first &&
                           date->first < c->dateline.first + c->dateline.count;
        if (in_dateline)
            continue;
        int points = points_near(article, date->first, date->count, trigger, sentence);
        if (dates_speech(article, date, trigger))
            points -= CLAUSE_POINTS;
        if (!best || points > best_points) {
            best = date;
            best_points = points;
        }
    }
    if (!best)
        return NULL;
    struct dl_when *when = dl_arena_alloc(article->arena, sizeof *when);
    *when = best->when;
    return when;
}

/* --- where --- */

struct ranked {
    const struct dl_found_place *found;
    int points;
};

static void put_place(const struct dl_article *article, struct dl_place *list, uint32_t *count,
                      const struct dl_found_place *found, const char *where)
{
    for (uint32_t i = 0; i < *count; i++)
        if (dl_str_eq(list[i].name, found->place.name) &&
            list[i].precision == found->place.precision)
            return;
    if (*count == PLACES_OF_MAX)
        return;
    struct dl_place *place = &list[(*count)++];
    *place = found->place;
    place->why = dl_arena_printf(article->arena, "%s%.*s", where,
                                 (int)(found->place.why.len - strlen("named")),
                                 found->place.why.at + strlen("named"));
}

static bool same_as_dateline(const struct dl_circumstances *c, const struct dl_place *place)
{
    for (uint32_t i = 0; i < c->place_count; i++)
        if (c->places[i].role == DL_PLACE_DATELINE)
            return dl_str_eq(c->places[i].place.country, place->country) &&
                   c->places[i].place.geonames_id == place->geonames_id;
    return false;
}

/* Does the sentence say that something is in the country of a place, too? */
static bool country_is_named(const struct dl_circumstances *c, uint32_t place, uint32_t sentence)
{
    for (uint32_t i = place; i-- > 0 && c->places[i].sentence == sentence;)
        if (c->places[i].role == DL_PLACE_LOCATES && c->places[i].place.precision == DL_COUNTRY &&
            dl_str_eq(c->places[i].place.country, c->places[place].place.country))
            return true;
    return false;
}

/* Places of one sentence by points, the best first. */
static uint32_t rank_places(const struct dl_article *article, uint32_t sentence, uint32_t trigger,
                            struct ranked *ranked)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t count = 0;
    uint32_t i;
    i = first_of(&c->places->sentence, sizeof *c->places, c->place_count, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++) {
        const struct dl_found_place *found = &c->places[i];
        if (found->role != DL_PLACE_LOCATES || count == PLACES_OF_MAX)
            continue;
        int points = found->weight * 3;
        points += points_near(article, found->first, found->count, trigger, sentence);
        points += same_as_dateline(c, &found->place) ? SAME_AS_DATELINE_POINTS : 0;
        if (found->place.precision != DL_COUNTRY)
            points += country_is_named(c, i, sentence) ? WITHIN_POINTS : FINER_POINTS;
        if (found->place.precision == DL_PRECISION_NONE)
            points -= FAR_TOKENS; /* a sea, for want of anything better */
        if (found->first > trigger)
            points += 4;
        uint32_t at = count++;
        while (at > 0 && ranked[at - 1].points < points) {
            ranked[at] = ranked[at - 1];
            at--;
        }
        ranked[at] = (struct ranked){found, points};
    }
    return count;
}

static const struct dl_found_place *dateline_place(const struct dl_circumstances *c)
{
    for (uint32_t i = 0; i < c->place_count; i++)
        if (c->places[i].role == DL_PLACE_DATELINE)
            return &c->places[i];
    return NULL;
}

/* A town or division that the sentence names without a word that says where: "Ciudad Juárez will
 * receive troops". One that something comes from is not where it happens. */
static const struct dl_found_place *named_place(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t i = first_of(&c->places->sentence, sizeof *c->places, c->place_count, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++)
        if (c->places[i].role == DL_PLACE_NAMED && c->places[i].weight == 0 &&
            (c->places[i].place.precision == DL_POINT || c->places[i].place.precision == DL_ADMIN1))
            return &c->places[i];
    return NULL;
}

static void put_country(const struct dl_article *article, struct dl_place *list, uint32_t *count,
                        dl_str iso3)
{
    dl_str name = dl_almanac_country_name(article->circumstances->almanac, iso3);
    if (name.len == 0)
        return;
    list[(*count)++] = (struct dl_place){.name = name,
                                         .country = iso3,
                                         .precision = DL_COUNTRY,
                                         .why = DL_STR("the actor's country")};
}

/* Where the article's first happening is: the first place of its body that locates one. */
static const struct dl_found_place *place_of_article(const struct dl_article *article)
{
    const struct dl_circumstances *c = article->circumstances;
    for (uint32_t i = 0; i < c->place_count; i++)
        if (c->places[i].role == DL_PLACE_LOCATES && c->places[i].place.precision)
            return &c->places[i];
    return NULL;
}

uint32_t dl_places_of(const struct dl_article *article, uint32_t trigger, dl_str actor_country,
                      struct dl_place **ret)
{
    const struct dl_circumstances *c = article->circumstances;
    struct ranked ranked[PLACES_OF_MAX];
    uint32_t count = 0;
    uint32_t sentence = dl_sentence_of(article, trigger);
    *ret = NULL;
    if (!c)
        return 0;
    struct dl_place *list = dl_arena_array(article->arena, struct dl_place, PLACES_OF_MAX);
    *ret = list;
    uint32_t found = rank_places(article, sentence, trigger, ranked);
    for (uint32_t i = 0; i < found; i++)
        put_place(article, list, &count, ranked[i].found, "named in the sentence");
    const struct dl_found_place *other = count ? NULL : named_place(article, sentence);
    if (other)
        put_place(article, list, &count, other, "named in the sentence");
    uint32_t paragraph = article->sentences[sentence].section;
    for (uint32_t s = sentence; count == 0 && s-- > 0;) {
        if (article->sentences[s].section != paragraph)
            break;
        found = rank_places(article, s, trigger, ranked);
        if (found)
            put_place(article, list, &count, ranked[0].found, "named in a sentence before it");
    }
    other = count ? NULL : dateline_place(c);
    if (other)
        put_place(article, list, &count, other, "the dateline");
    if (count == 0)
        put_country(article, list, &count, actor_country);
    other = count ? NULL : place_of_article(article);
    if (other)
        put_place(article, list, &count, other, "the first place of the article");
    return count;
}

/* --- how many --- */

static uint32_t trigger_of(const struct dl_article *article, const struct dl_found_number *number,
                           const uint32_t *triggers, uint32_t count)
{
    uint32_t best = triggers[0];
    int best_points = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (number->verb == triggers[i])
            return triggers[i];
        int points =
            points_near(article, number->first, number->count, triggers[i], number->sentence);
        if (i == 0 || points > best_points) {
            best = triggers[i];
            best_points = points;
        }
    }
    return best;
}

uint32_t dl_quantities_of(const struct dl_article *article, uint32_t trigger,
                          const uint32_t *triggers, uint32_t trigger_count,
                          struct dl_quantity **ret)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t sentence = dl_sentence_of(article, trigger);
    uint32_t from;
    uint32_t count = 0;
    *ret = NULL;
    if (!c || trigger_count == 0)
        return 0;
    from = first_of(&c->numbers->sentence, sizeof *c->numbers, c->number_count, sentence);
    uint32_t end = from;
    while (end < c->number_count && c->numbers[end].sentence == sentence)
        end++;
    *ret = dl_arena_array(article->arena, struct dl_quantity, end - from);
    for (uint32_t i = from; i < end; i++)
        if (trigger_of(article, &c->numbers[i], triggers, trigger_count) == trigger)
            (*ret)[count++] = c->numbers[i].quantity;
    return count;
}

/* --- who said it --- */

const struct dl_quote *dl_quote_around(const struct dl_article *article, uint32_t token)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t at = article->tokens[token].start;
    const struct dl_quote *told = NULL;
    for (uint32_t i = 0; c && i < c->quote_count; i++) {
        if (c->quotes[i].start > at)
            break;
        if (at < c->quotes[i].end)
            told = &c->quotes[i].quote; /* the innermost comes last */
    }
    return told;
}
