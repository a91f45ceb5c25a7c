/* When, where and how many, as far as a sentence says it plainly. */
#include "core/day.h"
#include "proto/words.h"
#include "workers/stages/first.h"

#define AHEAD_DAYS 60  /* "January 27" in a December article is the coming one */
#define COUNTED_GAP 3U /* "10,000 heavily armed troops" */

static bool number_at(const struct dl_article *article, uint32_t token, double *ret)
{
    char text[40];
    size_t len = 0;
    dl_str digits = dl_token_text(article, token);
    if (article->tokens[token].kind != DL_NUMBER || digits.len >= sizeof text)
        return false;
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] != ',')
            text[len++] = digits.at[i];
    return dl_str_to_f64((dl_str){text, len}, ret) == DL_OK;
}

static struct dl_when *new_when(const struct dl_article *article, int32_t start, int32_t end,
                                int32_t precision, uint32_t first, uint32_t count)
{
    struct dl_when *when = dl_arena_alloc(article->arena, sizeof *when);
    when->start = dl_day_text(article->arena, start);
    when->end = dl_day_text(article->arena, end);
    when->precision = precision;
    when->basis = DL_WHEN_TEXT;
    when->span = dl_span_of_tokens(article, first, count);
    when->text = when->span->text;
    return when;
}

/* "December 10", "10 December", with or without a year after. */
static struct dl_when *month_day(const struct dl_article *article, const struct dl_phrase *month,
                                 uint32_t end)
{
    int number = (int)dl_entry_of(month->entries, DL_ENTRY_MONTH)->numbers[0];
    uint32_t after = month->first + month->count;
    double value = 0;
    double year = 0;
    if (after < end && dl_str_is(dl_token_text(article, after), "."))
        after++;
    if (after >= end || !number_at(article, after, &value) || value < 1 || value > 31)
        return NULL;
    uint32_t last = after + 1;
    uint32_t at = last;
    if (at < end && dl_str_is(dl_token_text(article, at), ","))
        at++;
    if (at < end && number_at(article, at, &year) && year >= 1900 && year <= 2100)
        last = at + 1;
    else if (!article->has_published)
        return NULL;
    int32_t day = year >= 1900
                      ? dl_day_of_civil((int)year, number, (int)value)
                      : dl_day_of_month(number, (int)value, article->published_day, AHEAD_DAYS);
    return new_when(article, day, day, DL_DAY, month->first, last - month->first);
}

struct dl_when *dl_when_in(const struct dl_article *article, const struct dl_sentence *sentence)
{
    uint32_t end = sentence->first + sentence->count;
    const struct dl_phrase *phrase = NULL;
    for (uint32_t at = sentence->first; at < end; at = phrase->first + phrase->count) {
        phrase = dl_phrase_in(article, at, end, DL_ENTRY_MONTH);
        if (!phrase)
            break;
        struct dl_when *when = month_day(article, phrase, end);
        if (when)
            return when;
    }
    phrase = dl_phrase_in(article, sentence->first, end, DL_ENTRY_WEEKDAY);
    if (phrase && article->has_published) {
        int weekday = (int)dl_entry_of(phrase->entries, DL_ENTRY_WEEKDAY)->numbers[0];
        int32_t day = dl_day_of_weekday(weekday, article->published_day);
        return new_when(article, day, day, DL_DAY, phrase->first, phrase->count);
    }
    return NULL;
}

static int32_t bound_before(const struct dl_article *article, uint32_t first, uint32_t token)
{
    uint32_t from = token > first + 3 ? token - 3 : first;
    if (dl_cue_in(article, from, token, "at_least"))
        return DL_AT_LEAST;
    if (dl_cue_in(article, from, token, "at_most"))
        return DL_AT_MOST;
    return dl_cue_in(article, from, token, "about") ? DL_ABOUT : DL_EXACT;
}

uint32_t dl_quantities_in(const struct dl_article *article, const struct dl_sentence *sentence,
                          struct dl_quantity **ret)
{
    uint32_t end = sentence->first + sentence->count;
    uint32_t room = 0;
    uint32_t count = 0;
    *ret = NULL;
    for (uint32_t i = sentence->first; i < end; i++) {
        double value;
        const struct dl_phrase *word = dl_phrase_in(article, i, i + 1, DL_ENTRY_NUMBER);
        if (word && word->first == i)
            value = dl_entry_of(word->entries, DL_ENTRY_NUMBER)->numbers[0];
        else if (!number_at(article, i, &value))
            continue;
        const struct dl_phrase *counted =
            dl_phrase_in(article, i + 1, i + 2 + COUNTED_GAP < end ? i + 2 + COUNTED_GAP : end,
                         DL_ENTRY_COUNTED);
        if (!counted)
            continue;
        if (count == room) {
            room = room ? room * 2 : 4;
            struct dl_quantity *more = dl_arena_array(article->arena, struct dl_quantity, room);
            if (count)
                memcpy(more, *ret, count * sizeof *more);
            *ret = more;
        }
        dl_str what = dl_entry_of(counted->entries, DL_ENTRY_COUNTED)->args[0];
        (*ret)[count++] = (struct dl_quantity){
            .value = value,
            .has_value = true,
            .bound = bound_before(article, sentence->first, i),
            .what = dl_quantity_of_of(what),
            .scope = DL_THIS_EVENT,
            .span = dl_span_of_tokens(article, i, counted->first + counted->count - i),
        };
    }
    return count;
}

uint32_t dl_places_in(const struct dl_article *article, const struct dl_sentence *sentence,
                      uint32_t token, struct dl_place **ret)
{
    uint32_t end = sentence->first + sentence->count;
    enum { PLACES_MAX = 8 };
    struct dl_place *list = dl_arena_array(article->arena, struct dl_place, PLACES_MAX);
    uint32_t count = 0;
    uint32_t main = 0;
    bool after = false;
    for (uint32_t at = sentence->first; at < end && count < PLACES_MAX;) {
        const struct dl_phrase *phrase = dl_phrase_in(article, at, end, DL_ENTRY_PLACE);
        if (!phrase)
            break;
        const struct dl_entry *entry = dl_entry_of(phrase->entries, DL_ENTRY_PLACE);
        struct dl_place *place = &list[count];
        int64_t id = 0;
        place->span = dl_span_of_tokens(article, phrase->first, phrase->count);
        place->name = place->span->text;
        place->country = entry->args[0];
        if (!dl_str_is(entry->args[1], "-"))
            place->admin1 = entry->args[1];
        place->lat = entry->numbers[0];
        place->lon = entry->numbers[1];
        place->has_lat = place->has_lon = true;
        (void)dl_str_to_i64(entry->args[4], &id); /* checked when loaded */
        place->geonames_id = (uint64_t)id;
        place->precision = DL_POINT;
        place->why = DL_STR("named in the sentence");
        if (phrase->first > token && !after) { /* the first one after the trigger leads */
            main = count;
            after = true;
        }
        count++;
        at = phrase->first + phrase->count;
    }
    if (main) {
        struct dl_place first = list[main];
        memmove(list + 1, list, main * sizeof *list);
        list[0] = first;
    }
    *ret = list;
    return count;
}
