/* When and how many of what was found belong to one happening, and who said it: its clause first,
 * by the tree where there is one, by distance where there is none. Where is places_of.c. */
#include "workers/stages/nearness.h"

#include "core/day.h"
#include "core/first_of.h"

#define SPEECH_POINTS 10  /* "…, police said on Thursday" */
#define BACK_SENTENCES 8U /* to the day a story goes on from */
#define BACK_DAYS 7
#define OVER_SENTENCES 32U /* a longer paragraph is not of what stands over it */
#define NESTED_MAX 4U      /* quotes within each other */
#define LEAD_SENTENCES 3U
#define HEAD_TOKENS 10U /* of a sentence that speaks of the one before */

/* --- when --- */

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

/* "Police fired": with a subject and no auxiliary, whatever the tagger took the form for. */
static bool does_itself(const struct dl_article *article, uint32_t trigger)
{
    bool subject = false;
    const struct dl_sentence *s = &article->sentences[dl_sentence_of(article, trigger)];
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        if (article->tokens[i].head != trigger)
            continue;
        if (article->tokens[i].relation == DL_REL_AUX ||
            article->tokens[i].relation == DL_REL_AUX_PASS)
            return false;
        subject = subject || article->tokens[i].relation == DL_REL_NSUBJ;
    }
    return subject;
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
    return t->xpos == DL_XPOS_VBN && does_itself(article, trigger);
}

/* Does the sentence name a place of its own, other than where the date's sentence is? */
static bool is_elsewhere(const struct dl_article *article, uint32_t sentence, uint32_t before)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t i = DL_FIRST_OF(c->places, c->place_count, sentence, sentence);
    for (; i < c->place_count && c->places[i].sentence == sentence; i++) {
        bool same = c->places[i].place.precision == DL_COUNTRY ||
                    c->places[i].place.precision == DL_PRECISION_NONE;
        for (uint32_t k = i; !same && k-- > 0 && c->places[k].sentence >= before;)
            same = c->places[k].sentence == before &&
                   dl_str_eq(c->places[k].place.name, c->places[i].place.name);
        if (!same)
            return true;
    }
    return false;
}

/* Within words in marks that the trigger is not within: they speak of another day. */
static bool is_quoted_apart(const struct dl_article *article, uint32_t date, uint32_t trigger)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t at = article->tokens[date].start;
    uint32_t from = article->tokens[trigger].start;
    uint32_t low =
        DL_FIRST_OF(c->quotes, c->quote_count, start, at + 1); /* begin before the date */
    for (uint32_t i = low > NESTED_MAX ? low - NESTED_MAX : 0; i < low; i++)
        if (c->quotes[i].quote.kind != DL_INDIRECT && at < c->quotes[i].end &&
            (from < c->quotes[i].start || from >= c->quotes[i].end))
            return true;
    return false;
}

static bool is_near_day(const struct dl_circumstances *c, const struct dl_found_date *date)
{
    return date->when.precision == DL_DAY && !date->since && c->has_day && date->start <= c->day &&
           date->start >= c->day - BACK_DAYS;
}

/* A story goes on from the last day it told that is near enough. */
static const struct dl_found_date *day_before(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t section = article->sentences[sentence].section;
    uint32_t i = DL_FIRST_OF(c->dates, c->date_count, sentence, sentence);
    while (i-- > 0 && c->dates[i].sentence + BACK_SENTENCES >= sentence) {
        const struct dl_found_date *date = &c->dates[i];
        if (dl_section_of(article, date->sentence) != DL_BODY || is_in_dateline(c, date) ||
            is_quoted_apart(article, date->first, article->sentences[sentence].first))
            continue;
        bool other_line = article->sentences[date->sentence].section != section;
        if (other_line && is_elsewhere(article, sentence, date->sentence))
            return NULL;
        if (is_near_day(c, date))
            return date;
    }
    return NULL;
}

/* The day of the happening that the lead tells. */
static const struct dl_found_date *day_of_lead(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t lead = 0;
    while (lead < article->sentence_count && dl_section_of(article, lead) != DL_BODY)
        lead++;
    for (uint32_t i = 0; i < c->date_count && c->dates[i].sentence <= lead + LEAD_SENTENCES; i++) {
        const struct dl_found_date *date = &c->dates[i];
        if (date->sentence >= lead && date->sentence < sentence && !is_in_dateline(c, date) &&
            is_near_day(c, date))
            return is_elsewhere(article, sentence, date->sentence) ? NULL : date;
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
    uint32_t i = DL_FIRST_OF(c->dates, c->date_count, sentence, next);
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
    uint32_t i = DL_FIRST_OF(c->dates, c->date_count, sentence, next);
    bool told = i < c->date_count && c->dates[i].sentence == next && c->has_day &&
                c->dates[i].start <= c->day &&
                c->dates[i].first < article->sentences[next].first + HEAD_TOKENS;
    return told ? &c->dates[i] : NULL;
}

/* "October 2024: A company closed a road. Families protested.": what stands over the paragraph. */
static const struct dl_found_date *day_over(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t s = sentence;
    while (s > 0 && s + OVER_SENTENCES > sentence &&
           article->sentences[s - 1].section == article->sentences[sentence].section)
        s--;
    uint32_t i = DL_FIRST_OF(c->dates, c->date_count, sentence, s);
    bool opens = i < c->date_count && c->dates[i].sentence == s &&
                 c->dates[i].first <= article->sentences[s].first + 1 &&
                 dl_token_is(article, c->dates[i].first + c->dates[i].count, ":");
    return opens ? &c->dates[i] : NULL;
}

/* What was done is not of a day to come: "promised a vote in June". "said" and the like aside, a
 * day within what somebody is accused of is that deed's: "accused them of firing last week". */
static bool is_of_content(const struct dl_article *article, const struct dl_found_date *date,
                          uint32_t trigger)
{
    const struct dl_circumstances *c = article->circumstances;
    const struct dl_token *t = &article->tokens[trigger];
    if (c->has_day && date->start > c->day && t->xpos == DL_XPOS_VBD)
        return true;
    uint32_t clause = dl_clause_of(article, date->first);
    const struct dl_token *deed = &article->tokens[clause];
    return clause > trigger + 1 && deed->xpos == DL_XPOS_VBG && deed->head == trigger &&
           date->first > clause && dl_token_is(article, clause - 1, "of") &&
           article->tokens[clause - 2].head == trigger;
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

/* "through March 20": from now on. */
static bool is_until(const struct dl_article *article, const struct dl_found_date *date)
{
    return date->first > 0 && dl_said(article, date->first - 1, DL_WORDING_UNTIL);
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
    i = DL_FIRST_OF(c->dates, c->date_count, sentence, sentence);
    for (; i < c->date_count && c->dates[i].sentence == sentence; i++) {
        const struct dl_found_date *date = &c->dates[i];
        if (is_in_dateline(c, date) || is_quoted_apart(article, date->first, trigger) ||
            is_of_content(article, date, trigger))
            continue;
        int points = dl_points_near(article, date->first, date->count, trigger, sentence);
        if (dates_speech(article, date, trigger)) /* wherever a tree may have hung it */
            points = -SPEECH_POINTS - (int)dl_token_distance(date->first, date->count, trigger);
        if (!best || points > best_points) {
            best = date;
            best_points = points;
        }
    }
    if (!best)
        best = day_cut_off(article, sentence);
    if (!best)
        best = day_over(article, sentence);
    bool inferred = !best && is_past(article, trigger);
    if (inferred)
        best = day_before(article, sentence);
    if (!best && inferred)
        best = day_of_lead(article, sentence);
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
    if (is_until(article, best) && c->has_day && best->end > c->day && !inferred) {
        when->start = dl_day_text(article->arena, c->day);
        when->precision = DL_RANGE;
    }
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
    uint32_t i = DL_FIRST_OF(c->dates, c->date_count, sentence, sentence);
    return i < c->date_count && c->dates[i].sentence == sentence;
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
            dl_points_near(article, number->first, number->count, triggers[i], number->sentence);
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
    from = DL_FIRST_OF(c->numbers, c->number_count, sentence, sentence);
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
