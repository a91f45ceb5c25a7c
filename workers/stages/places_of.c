/* Where one happening was, the main place first: what its clause and sentence say, then what stands
 * before it, then where the article was written, then the actor's country. */
#include "core/first_of.h"
#include "workers/stages/nearness.h"

#define PLACES_OF_MAX 8U
#define BACK_SENTENCES 8U
#define SAME_AS_DATELINE_POINTS 6
#define FINER_POINTS 8   /* a town rather than a country, */
#define WITHIN_POINTS 70 /* and most of all when its country is named too, */
#define ADMIN1_POINTS 40 /* or even its division */
#define WHERE_POINTS 60
#define ON_WEIGHT 5U       /* of what something is about, or on */
#define FROM_WEIGHT 3U     /* of one that something comes from */
#define OVER_SENTENCES 32U /* a longer paragraph is not of what stands over it */
#define LEAD_SENTENCES 3U
#define STORY_SENTENCES 2U /* from the dateline to where its story is */
#define VOTES_MIN 2U       /* places that make a country an article's own */

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

/* Is `wide` the country or the division that a place lies in? */
static bool holds(const struct dl_place *wide, const struct dl_place *place)
{
    bool same_admin1 = place->admin1.len == 0 || dl_str_eq(wide->admin1, place->admin1);
    return dl_str_eq(wide->country, place->country) &&
           (wide->precision == DL_COUNTRY ||
            (wide->precision == DL_ADMIN1 && place->precision == DL_POINT && same_admin1));
}

/* A town says more than a country, most of all where the sentence names what it lies in, too. */
static int points_within(const struct dl_circumstances *c, uint32_t place, uint32_t sentence)
{
    uint32_t i = place;
    int points = FINER_POINTS;
    while (i > 0 && c->places[i - 1].sentence == sentence)
        i--;
    for (; i < c->place_count && c->places[i].sentence == sentence; i++)
        if (i != place && c->places[i].role != DL_PLACE_NAMED &&
            holds(&c->places[i].place, &c->places[place].place)) {
            bool admin1 = c->places[i].place.precision == DL_ADMIN1;
            int more = WITHIN_POINTS + (admin1 ? ADMIN1_POINTS : 0);
            points = more > points ? more : points;
        }
    return points;
}

/* Places of one sentence by points, the best first. */
static uint32_t rank_places(const struct dl_article *article, uint32_t sentence, uint32_t trigger,
                            struct ranked *ranked)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t count = 0;
    uint32_t i;
    const struct dl_wording *done = dl_said(article, trigger, DL_WORDING_DONE);
    bool leaves = (done && dl_str_is(done->word, "displaced")) ||
                  dl_said(article, trigger, DL_WORDING_LEAVES);
    i = DL_FIRST_OF(c->places, c->place_count, sentence, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++) {
        const struct dl_found_place *found = &c->places[i];
        bool left = leaves && found->weight == FROM_WEIGHT;  /* "fled from Kayes" */
        bool there = found->where && trigger > found->first; /* "Tijuana, where troops landed" */
        if ((found->role != DL_PLACE_LOCATES && !left && !there) || count == PLACES_OF_MAX)
            continue;
        int points = there ? WHERE_POINTS : found->weight * 3;
        points += dl_points_near(article, found->first, found->count, trigger, sentence);
        points += same_as_dateline(c, &found->place) ? SAME_AS_DATELINE_POINTS : 0;
        if (found->place.precision != DL_COUNTRY)
            points += points_within(c, i, sentence);
        if (found->place.precision == DL_PRECISION_NONE)
            points -= DL_FAR_TOKENS; /* a sea, for want of anything better */
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
    uint32_t i = DL_FIRST_OF(c->places, c->place_count, sentence, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++)
        if (c->places[i].role == DL_PLACE_NAMED && c->places[i].weight == 0 &&
            (c->places[i].place.precision == DL_POINT || c->places[i].place.precision == DL_ADMIN1))
            return &c->places[i];
    return NULL;
}

static void put_country(const struct dl_article *article, struct dl_place *list, uint32_t *count,
                        dl_str iso3, const char *why)
{
    dl_str name = dl_almanac_country_name(article->circumstances->almanac, iso3);
    if (name.len == 0)
        return;
    list[(*count)++] = (struct dl_place){
        .name = name, .country = iso3, .precision = DL_COUNTRY, .why = dl_str_of(why)};
}

static uint32_t votes_of(const struct dl_circumstances *c, dl_str country)
{
    uint32_t votes = 0;
    for (uint32_t i = 0; i < c->place_count; i++)
        votes +=
            c->places[i].role == DL_PLACE_LOCATES && dl_str_eq(c->places[i].place.country, country);
    return votes;
}

/* A bureau in one country that writes about another: nothing in its text is at the dateline's. */
static bool is_bureau(const struct dl_circumstances *c, const struct dl_found_place *dateline,
                      const struct dl_found_place *first)
{
    return dateline && first && !dl_str_eq(dateline->place.country, first->place.country) &&
           votes_of(c, first->place.country) >=
               VOTES_MIN + 2 * votes_of(c, dateline->place.country);
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

/* Without a dateline a story stays where it was, within the actor's country. */
static const struct dl_found_place *place_before(const struct dl_article *article,
                                                 uint32_t sentence, dl_str country)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t i = DL_FIRST_OF(c->places, c->place_count, sentence, sentence);
    while (i-- > 0 && c->places[i].sentence + BACK_SENTENCES >= sentence) {
        const struct dl_found_place *found = &c->places[i];
        bool near = found->role == DL_PLACE_LOCATES &&
                    (found->place.precision == DL_POINT || found->place.precision == DL_ADMIN1);
        if (near && (country.len == 0 || dl_str_eq(found->place.country, country)))
            return found;
    }
    return NULL;
}

/* "Peru: Congress voted …", or the heading above a paragraph: the place that stands over it. */
static const struct dl_found_place *label_of(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t section = article->sentences[sentence].section;
    uint32_t s = sentence;
    while (s > 0 && s + OVER_SENTENCES > sentence && article->sentences[s - 1].section == section)
        s--;
    for (uint32_t n = 0; n < 2; n++) {
        uint32_t i = DL_FIRST_OF(c->places, c->place_count, sentence, s);
        const struct dl_found_place *found = &c->places[i];
        uint32_t first = article->sentences[s].first;
        uint32_t last = first + article->sentences[s].count - 1;
        bool opens = i < c->place_count && found->sentence == s && found->first == first;
        uint32_t end = opens ? found->first + found->count : 0;
        if (opens && n == 0 && dl_token_is(article, end, ":"))
            return found;
        if (opens && n == 1)
            return end > last || dl_token_is(article, end, ":") || dl_token_is(article, end, ",")
                       ? found
                       : NULL;
        bool heading = s > 0 && dl_section_of(article, s - 1) == DL_HEADING;
        if (n == 1 || !heading)
            break;
        s--;
    }
    return NULL;
}

/* Does a person do it, who may be anywhere, rather than a state? */
static bool is_persons(const struct dl_article *article, uint32_t sentence, uint32_t trigger)
{
    uint32_t first = article->sentences[sentence].first;
    for (uint32_t i = first; i < trigger; i++)
        if (article->tokens[i].head == trigger && article->tokens[i].relation == DL_REL_NSUBJ)
            return article->tokens[i].name == DL_NAME_PER ||
                   dl_said(article, i, DL_WORDING_PRONOUN) != NULL;
    return false;
}

/* The question where one happening was, and the answer so far. */
struct asking {
    const struct dl_article *article;
    const struct dl_circumstances *c;
    uint32_t trigger, sentence;
    dl_str country; /* the actor's, or empty */
    bool speaks;    /* what it says may be about another place */
    bool home;      /* done there, as Beijing urges restraint, wherever that is written */
    struct dl_place *list;
    uint32_t count;
};

static bool is_allowed(const struct asking *ask, const struct dl_found_place *found)
{
    return found && (!ask->home || dl_str_eq(found->place.country, ask->country));
}

static void take(struct asking *ask, const struct dl_found_place *found, const char *why)
{
    if (ask->count == 0 && found)
        put_place(ask->article, ask->list, &ask->count, found, why);
}

/* "accused it of sending troops into Congo", "a statement on Ukraine": no place of the words. */
static bool is_of_content(const struct asking *ask, const struct dl_found_place *found)
{
    if (!ask->speaks || found->first < ask->trigger)
        return false;
    return found->weight <= ON_WEIGHT || (dl_has_tree(ask->article, ask->sentence) &&
                                          dl_is_below(ask->article, found->first, ask->trigger));
}

static void take_sentence(struct asking *ask)
{
    struct ranked ranked[PLACES_OF_MAX];
    uint32_t found = rank_places(ask->article, ask->sentence, ask->trigger, ranked);
    for (uint32_t i = 0; i < found; i++)
        if (!is_of_content(ask, ranked[i].found))
            put_place(ask->article, ask->list, &ask->count, ranked[i].found,
                      "named in the sentence");
    if (ask->count == 0)
        take(ask, named_place(ask->article, ask->sentence), "named in the sentence");
}

static void take_paragraph(struct asking *ask)
{
    const struct dl_sentence *sentences = ask->article->sentences;
    uint32_t paragraph = sentences[ask->sentence].section;
    struct ranked ranked[PLACES_OF_MAX];
    for (uint32_t s = ask->sentence; ask->count == 0 && s-- > 0;) {
        if (sentences[s].section != paragraph || ask->sentence - s > BACK_SENTENCES)
            break;
        uint32_t found = rank_places(ask->article, s, ask->trigger, ranked);
        if (found && is_allowed(ask, ranked[0].found))
            take(ask, ranked[0].found, "named in a sentence before it");
    }
    const struct dl_found_place *over = ask->count ? NULL : label_of(ask->article, ask->sentence);
    if (is_allowed(ask, over))
        take(ask, over, "named over the paragraph");
}

/* Where the lead tells that its story was, other than where it was written. */
static const struct dl_found_place *story_of(const struct asking *ask,
                                             const struct dl_found_place *dateline)
{
    const struct dl_circumstances *c = ask->c;
    for (uint32_t i = 0; i < c->place_count; i++) {
        const struct dl_found_place *found = &c->places[i];
        if (found->sentence > dateline->sentence + STORY_SENTENCES)
            break;
        bool fine = found->place.precision == DL_POINT || found->place.precision == DL_ADMIN1;
        if (found->role == DL_PLACE_LOCATES && fine &&
            dl_section_of(ask->article, found->sentence) == DL_BODY)
            return found->place.geonames_id == dateline->place.geonames_id ? NULL : found;
    }
    return NULL;
}

static bool same_line(const struct asking *ask, const struct dl_found_place *found)
{
    const struct dl_sentence *sentences = ask->article->sentences;
    return sentences[found->sentence].section == sentences[ask->sentence].section;
}

static void take_dateline(struct asking *ask, bool at_home)
{
    const struct dl_found_place *dateline = dateline_place(ask->c);
    if (ask->count || !dateline)
        return;
    const struct dl_found_place *first = place_of_article(ask->article);
    const struct dl_found_place *story = at_home ? NULL : story_of(ask, dateline);
    if (at_home && ask->country.len && !dl_str_eq(dateline->place.country, ask->country))
        put_country(ask->article, ask->list, &ask->count, ask->country, "the actor's country");
    if (ask->speaks && ask->sentence == dateline->sentence)
        take(ask, dateline, "the dateline");
    bool told = story && (story->sentence < ask->sentence || same_line(ask, story));
    if (told && dateline->sentence != ask->sentence)
        take(ask, story, "where the lead tells the story");
    if (ask->count == 0 && is_bureau(ask->c, dateline, first))
        put_country(ask->article, ask->list, &ask->count, first->place.country,
                    "the country of the article");
    take(ask, dateline, "the dateline");
}

uint32_t dl_places_of(const struct dl_article *article, uint32_t trigger, dl_str actor_country,
                      enum dl_act act, struct dl_place **ret)
{
    struct asking ask = {.article = article,
                         .c = article->circumstances,
                         .trigger = trigger,
                         .sentence = dl_sentence_of(article, trigger),
                         .country = actor_country};
    *ret = NULL;
    if (!ask.c)
        return 0;
    *ret = ask.list = dl_arena_array(article->arena, struct dl_place, PLACES_OF_MAX);
    ask.speaks = act == DL_ACT_SPOKEN && (actor_country.len || dateline_place(ask.c));
    ask.home =
        act != DL_ACT_DONE && actor_country.len && !is_persons(article, ask.sentence, trigger);
    take_sentence(&ask);
    take_paragraph(&ask);
    take_dateline(&ask, act != DL_ACT_DONE);
    if (ask.count == 0)
        take(&ask, place_before(article, ask.sentence, actor_country),
             "where the story was before");
    const struct dl_found_place *first = ask.count ? NULL : place_of_article(article);
    bool domestic = first && first->place.precision != DL_COUNTRY &&
                    (actor_country.len == 0 || dl_str_eq(first->place.country, actor_country));
    if (domestic && !ask.home && ask.sentence <= LEAD_SENTENCES)
        take(&ask, first, "the first place of the article"); /* the lead's next line says where */
    if (ask.count == 0)
        put_country(article, ask.list, &ask.count, actor_country, "the actor's country");
    take(&ask, first, "the first place of the article");
    return ask.count;
}
