/* What of the found dates, places and numbers belongs to one happening: its clause first, by the
 * tree where there is one, by distance where there is none. */
#include "workers/stages/circumstances.h"

#include "core/day.h"

#define PLACES_OF_MAX 8U
#define CLAUSE_POINTS 40
#define BELOW_POINTS 25
#define CLIMB_MAX 32U     /* clauses */
#define SPEECH_POINTS 10  /* "…, police said on Thursday" */
#define BACK_SENTENCES 8U /* to the day a story goes on from */
#define BACK_DAYS 7
#define HEAD_TOKENS 10U /* of a sentence that speaks of the one before */
#define SAME_AS_DATELINE_POINTS 6
#define FINER_POINTS 8   /* a town rather than a country, */
#define WITHIN_POINTS 70 /* and most of all when its country is named too */
#define FAR_TOKENS 30    /* points lost to distance are no more */
#define WHERE_POINTS 60
#define FROM_WEIGHT 3U     /* of one that something comes from */
#define VOTES_MIN 2U       /* places that make a country an article's own */
#define CROSSING_POINTS 12 /* a comma or "and" lies between */

static uint32_t distance(uint32_t first, uint32_t count, uint32_t trigger)
{
    if (trigger < first)
        return first - trigger;
    return trigger < first + count ? 0 : trigger - (first + count - 1);
}

/* In the trigger's clause, in one above it, or in one that only hangs below it? */
static int points_of_clauses(const struct dl_article *article, uint32_t head, uint32_t trigger)
{
    uint32_t clause = dl_clause_of(article, trigger);
    uint32_t own = dl_clause_of(article, head);
    if (own == clause)
        return CLAUSE_POINTS;
    for (uint32_t n = 0, at = own; n < CLIMB_MAX; n++) {
        uint32_t up = article->tokens[at].head;
        if (article->tokens[at].relation == DL_REL_ROOT || up >= article->token_count || up == at)
            break;
        at = dl_clause_of(article, up);
        if (at == clause)
            return -BELOW_POINTS;
    }
    return 0;
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
        return points + points_of_clauses(article, head, trigger);
    }
    uint32_t from = trigger < first ? trigger : first + count;
    uint32_t to = trigger < first ? first : trigger;
    to = to > from + FAR_TOKENS ? from + FAR_TOKENS : to;
    for (uint32_t i = from; i < to; i++)
        if (dl_token_is(article, i, ",") || dl_token_is(article, i, ";") ||
            dl_token_is(article, i, "while") || dl_token_is(article, i, "when"))
            points -= CROSSING_POINTS;
    return points;
}

/* --- when --- */

/* Of `count` things in order, `step` bytes each, that have the number of their sentence at
 * `offset`: the first of a sentence. */
static uint32_t first_of(const void *things, size_t step, size_t offset, uint32_t count,
                         uint32_t sentence)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint32_t *of = (const void *)((const char *)things + middle * step + offset);
        if (*of < sentence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_in_dateline(const struct dl_circumstances *c, const struct dl_found_date *date)
{
    return date->first >= c->dateline.first && date->first < c->dateline.first + c->dateline.count;
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

/* "fired", "were detained": a story's next step; words of speech are the publication's day's. */
static bool is_past(const struct dl_article *article, uint32_t trigger)
{
    const struct dl_token *t = &article->tokens[trigger];
    if (dl_said(article, trigger, DL_WORDING_SAYS))
        return false;
    if (t->xpos == DL_XPOS_VBD)
        return true;
    for (uint32_t i = trigger; t->xpos == DL_XPOS_VBN && i-- > 0 && trigger - i < 4;)
        if (dl_token_is(article, i, "was") || dl_token_is(article, i, "were"))
            return true;
    return false;
}

/* A story goes on from the last day it told, if that is near enough. */
static const struct dl_found_date *day_before(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t i = first_of(c->dates, sizeof *c->dates, offsetof(struct dl_found_date, sentence),
                          c->date_count, sentence);
    while (i-- > 0 && c->dates[i].sentence + BACK_SENTENCES >= sentence) {
        const struct dl_found_date *date = &c->dates[i];
        if (dl_section_of(article, date->sentence) != DL_BODY || is_in_dateline(c, date))
            continue;
        bool near_day = date->when.precision == DL_DAY && !date->since && c->has_day &&
                        date->start <= c->day && date->start >= c->day - BACK_DAYS;
        return near_day ? date : NULL;
    }
    return NULL;
}

/* "… to Esmeraldas next" | "Monday": a sentence that was cut where it does not end. */
static const struct dl_found_date *day_cut_off(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    const struct dl_sentence *s = &article->sentences[sentence];
    const struct dl_token *last = &article->tokens[s->first + s->count - 1];
    uint32_t next = sentence + 1;
    if (next >= article->sentence_count || last->line_end || last->kind == DL_PUNCT)
        return NULL;
    uint32_t i = first_of(c->dates, sizeof *c->dates, offsetof(struct dl_found_date, sentence),
                          c->date_count, next);
    bool opens = i < c->date_count && c->dates[i].first <= article->sentences[next].first + 1;
    return opens ? &c->dates[i] : NULL;
}

/* "… has approved it. This decision, passed on December 10, …": the next sentence dates it. */
static const struct dl_found_date *day_after(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t next = sentence + 1;
    if (next >= article->sentence_count ||
        article->sentences[next].section != article->sentences[sentence].section ||
        !dl_token_is(article, article->sentences[next].first, "this"))
        return NULL;
    uint32_t i = first_of(c->dates, sizeof *c->dates, offsetof(struct dl_found_date, sentence),
                          c->date_count, next);
    bool told = i < c->date_count && c->dates[i].sentence == next && c->has_day &&
                c->dates[i].start <= c->day &&
                c->dates[i].first < article->sentences[next].first + HEAD_TOKENS;
    return told ? &c->dates[i] : NULL;
}

/* "from July 2003 to December 2004": the second date, or NULL. */
static const struct dl_found_date *range_end(const struct dl_article *article,
                                             const struct dl_found_date *from)
{
    const struct dl_circumstances *c = article->circumstances;
    const struct dl_found_date *to = from + 1;
    bool joined = from->first > 0 && to < c->dates + c->date_count &&
                  to->sentence == from->sentence && to->first == from->first + from->count + 1 &&
                  dl_said(article, from->first - 1, DL_WORDING_FROM) &&
                  dl_said(article, to->first - 1, DL_WORDING_TO) && to->end > from->start;
    return joined ? to : NULL;
}

static void stretch(const struct dl_article *article, struct dl_when *when,
                    const struct dl_found_date *from, int32_t end)
{
    if (end <= from->end)
        return;
    when->end = dl_day_text(article->arena, end);
    when->precision = DL_RANGE;
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
    i = first_of(c->dates, sizeof *c->dates, offsetof(struct dl_found_date, sentence),
                 c->date_count, sentence);
    for (; i < c->date_count && c->dates[i].sentence == sentence; i++) {
        const struct dl_found_date *date = &c->dates[i];
        if (is_in_dateline(c, date))
            continue;
        int points = points_near(article, date->first, date->count, trigger, sentence);
        if (dates_speech(article, date, trigger)) /* wherever a tree may have hung it */
            points = -SPEECH_POINTS - (int)distance(date->first, date->count, trigger);
        if (!best || points > best_points) {
            best = date;
            best_points = points;
        }
    }
    if (!best)
        best = day_cut_off(article, sentence);
    bool inferred = !best && is_past(article, trigger);
    if (inferred)
        best = day_before(article, sentence);
    if (!best) {
        best = day_after(article, sentence);
        inferred = best != NULL;
    }
    if (!best)
        return NULL;
    struct dl_when *when = dl_arena_alloc(article->arena, sizeof *when);
    *when = best->when;
    if (best->since)
        stretch(article, when, best, c->day);
    const struct dl_found_date *to = range_end(article, best);
    if (to)
        stretch(article, when, best, to->end);
    if (inferred)
        when->basis = DL_WHEN_INFERRED;
    return when;
}

bool dl_tells_day(const struct dl_article *article, uint32_t token)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t sentence = dl_sentence_of(article, token);
    if (!c)
        return false;
    uint32_t i = first_of(c->dates, sizeof *c->dates, offsetof(struct dl_found_date, sentence),
                          c->date_count, sentence);
    return i < c->date_count && c->dates[i].sentence == sentence;
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
    uint32_t i = place;
    while (i > 0 && c->places[i - 1].sentence == sentence)
        i--;
    for (; i < c->place_count && c->places[i].sentence == sentence; i++)
        if (i != place && c->places[i].role != DL_PLACE_NAMED &&
            c->places[i].place.precision == DL_COUNTRY &&
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
    const struct dl_wording *done = dl_said(article, trigger, DL_WORDING_DONE);
    bool leaves = done && dl_str_is(done->word, "displaced");
    i = first_of(c->places, sizeof *c->places, offsetof(struct dl_found_place, sentence),
                 c->place_count, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++) {
        const struct dl_found_place *found = &c->places[i];
        bool left = leaves && found->weight == FROM_WEIGHT;  /* "fled from Kayes" */
        bool there = found->where && trigger > found->first; /* "Tijuana, where troops landed" */
        if ((found->role != DL_PLACE_LOCATES && !left && !there) || count == PLACES_OF_MAX)
            continue;
        int points = there ? WHERE_POINTS : found->weight * 3;
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
    uint32_t i = first_of(c->places, sizeof *c->places, offsetof(struct dl_found_place, sentence),
                          c->place_count, sentence);
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
    uint32_t i = first_of(c->places, sizeof *c->places, offsetof(struct dl_found_place, sentence),
                          c->place_count, sentence);
    while (i-- > 0 && c->places[i].sentence + BACK_SENTENCES >= sentence) {
        const struct dl_found_place *found = &c->places[i];
        bool near = found->role == DL_PLACE_LOCATES &&
                    (found->place.precision == DL_POINT || found->place.precision == DL_ADMIN1);
        if (near && (country.len == 0 || dl_str_eq(found->place.country, country)))
            return found;
    }
    return NULL;
}

uint32_t dl_places_of(const struct dl_article *article, uint32_t trigger, dl_str actor_country,
                      bool speaks, struct dl_place **ret)
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
        if (article->sentences[s].section != paragraph || sentence - s > BACK_SENTENCES)
            break;
        found = rank_places(article, s, trigger, ranked);
        if (found)
            put_place(article, list, &count, ranked[0].found, "named in a sentence before it");
    }
    const struct dl_found_place *dateline = dateline_place(c);
    other = count ? NULL : place_of_article(article);
    bool abroad = speaks && actor_country.len && dateline &&
                  !dl_str_eq(dateline->place.country, actor_country);
    if (count == 0 && abroad) /* Beijing urges restraint at home, wherever that is written */
        put_country(article, list, &count, actor_country, "the actor's country");
    if (count == 0 && is_bureau(c, dateline, other))
        put_country(article, list, &count, other->place.country, "the country of the article");
    else if (count == 0 && dateline)
        put_place(article, list, &count, dateline, "the dateline");
    other = count || dateline ? NULL : place_before(article, sentence, actor_country);
    if (other)
        put_place(article, list, &count, other, "where the story was before");
    if (count == 0)
        put_country(article, list, &count, actor_country, "the actor's country");
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
    from = first_of(c->numbers, sizeof *c->numbers, offsetof(struct dl_found_number, sentence),
                    c->number_count, sentence);
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
