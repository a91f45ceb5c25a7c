/* Shapes that count from the day of speaking or from a day told before, and the order in which all
 * shapes are tried: that of trust, the longest first. */
#include "workers/stages/date_parts.h"

#include "core/day.h"

#define TOLD_DAYS 2        /* from the day told to "earlier in the day" */
#define LATE_DAYS 2        /* from a dateline to its publication */
#define YEARS_BACK_MAX 900 /* "5,000 years ago" has no calendar */

/* A weekday's name in a paper's or a film's is none. */
static bool is_name_of_paper(reader *r, uint32_t at)
{
    return at > r->first && is(r, at - 1, "the") && is_capital(r, at + 1) &&
           !said(r, at + 1, DL_WORDING_MONTH);
}

/* "Next week: on Wednesday …"; a verb of saying dates itself. */
static bool is_in_week(reader *r, uint32_t at)
{
    for (uint32_t i = r->week_end; r->week_end && i < at; i++)
        if (said(r, i, DL_WORDING_SAYS))
            return false;
    return r->week_end > 0;
}

static bool read_weekday(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *relative = said(r, at, DL_WORDING_RELATIVE);
    uint32_t i = relative ? at + relative->words : at;
    if (!relative && at == r->first && at > 0 && !r->article->tokens[at - 1].line_end)
        relative = dl_said(r->article, at - 1, DL_WORDING_RELATIVE); /* a sentence cut too early */
    const struct dl_wording *weekday = said(r, i, DL_WORDING_WEEKDAY);
    if (!weekday || !is_capital(r, i) || is_name_of_paper(r, i))
        return false;
    uint32_t next = i + 1;
    uint32_t after = dl_date_skip(r, next, ",");
    struct dl_date_read day;
    if (dl_date_read_day(r, after, &day)) { /* "Friday, May 8, 2009" */
        day.count += after - at;
        day.first = at;
        *ret = day;
        return true;
    }
    if (!r->has_day)
        return false;
    if (said(r, next, DL_WORDING_DAYPART))
        next++;
    int32_t monday = r->day - dl_day_weekday(r->day);
    int32_t when = dl_day_of_weekday(weekday->a, r->day);
    int32_t late = dl_day_of_weekday(weekday->a, r->news);
    if (!relative && late > r->day && r->news - r->day <= LATE_DAYS)
        when = late; /* written on Thursday, brought out with what happened on Friday */
    if (relative && relative->a == 0)
        when = monday + weekday->a;
    else if (relative && relative->a > 0)
        when = monday + 7 + weekday->a;
    else if (relative)
        when -= when == r->day ? 7 : 0;
    else if (is_in_week(r, at))
        when = r->week + weekday->a;
    else if (dl_date_looks_ahead(r, at, next) && when < r->day)
        when += 7;
    /* "from Monday to Wednesday" */
    const struct dl_wording *last = NULL;
    if (at > r->first && said(r, at - 1, DL_WORDING_FROM) && said(r, next, DL_WORDING_TO))
        last = said(r, next + 1, DL_WORDING_WEEKDAY);
    if (last)
        return dl_date_give(ret, at, next + 2, when, when + (last->a - weekday->a + 7) % 7,
                            DL_RANGE);
    return dl_date_give_day(ret, at, next, when);
}

static bool read_deictic(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *word = said(r, at, DL_WORDING_DEICTIC);
    bool name = at > r->first && is_capital(r, at) && is_capital(r, at - 1); /* World Today News */
    if (!word || !r->has_day || name)
        return false;
    uint32_t next = at + word->words;
    if (said(r, next, DL_WORDING_DAYPART))
        next++;
    bool that_day = is(r, at + 1, "in") && r->has_told && r->told <= r->day &&
                    r->told + TOLD_DAYS >= r->day; /* "earlier in the day" */
    if (that_day)
        return dl_date_give_day(ret, at, next, r->told) && (ret->inferred = true);
    return dl_date_give_day(ret, at, next, r->day + word->a);
}

static bool read_season(reader *r, uint32_t at, const struct dl_wording *relative,
                        struct dl_date_read *ret)
{
    uint32_t i = relative ? at + relative->words : at;
    const struct dl_wording *season = said(r, i, DL_WORDING_SEASON);
    if (!season)
        return false;
    uint32_t next = i + 1;
    struct dl_civil c = {.month = season->a};
    uint32_t end = dl_date_year_after(r, next, &c);
    if (c.year)
        return dl_date_give_season(ret, at, end, c.year, season->a);
    bool expected = relative || (i > r->first && (is(r, i - 1, "the") || is(r, i - 1, "in") ||
                                                  said(r, i - 1, DL_WORDING_STAGE)));
    if (!r->has_day || !expected || (is(r, i, "fall") && !relative) ||
        (!relative && is(r, next, "of"))) /* "the spring of the Danube" */
        return false;
    int year;
    int month;
    int date;
    dl_day_to_civil(r->day, &year, &month, &date);
    bool ahead = relative ? relative->a > 0 : dl_date_looks_ahead(r, at, next);
    bool begun = month >= season->a;
    bool within = begun && month < season->a + 3;
    bool just_over = month < season->a + 5; /* "last spring" in June is the year before's */
    if (season->a == 12 && month <= 2) {    /* in the winter that began last year */
        year--;
        begun = within = true;
    }
    if (relative && relative->a == 0)
        ; /* this year's */
    else if (ahead)
        year += begun && (relative || !within) ? 1 : 0;
    else if (!begun || (relative && (within || just_over)))
        year--;
    return dl_date_give_season(ret, at, next, year, season->a);
}

/* "last week", "the past three years", "this month", "next January", "the following day". */
static bool read_relative(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *relative = said(r, at, DL_WORDING_RELATIVE);
    if (!relative || !r->has_day)
        return false;
    if (read_season(r, at, relative, ret))
        return true;
    uint32_t i = at + relative->words;
    struct dl_civil c = {0};
    uint32_t next = dl_date_month(r, i, &c.month);
    if (next > i) { /* "last January" */
        int year;
        int month;
        int date;
        dl_day_to_civil(r->day, &year, &month, &date);
        if (relative->a < 0)
            year -= c.month >= month;
        else if (relative->a > 0)
            year += c.month <= month;
        return dl_date_give_month(ret, at, next, year, c.month);
    }
    int32_t count = dl_date_count(r, i);
    bool counted = count > 0 && said(r, i + 1, DL_WORDING_UNIT);
    const struct dl_wording *unit = said(r, counted ? i + 1 : i, DL_WORDING_UNIT);
    if (!unit)
        return false;
    next = counted ? i + 2 : i + 1;
    if (next < r->end && dl_is_dash(r->article, next) && !r->article->tokens[next].spaced)
        return false; /* "next-day delivery" */
    bool many = dl_str_ends(text_of(r, next - 1), DL_STR("s"));
    if (!counted && many)
        return false; /* "in the coming weeks" says no days */
    if (counted || relative->a == -3 || relative->a == 3)
        return count <= YEARS_BACK_MAX && relative->a != 0 &&
               dl_date_give_stretch(ret, at, next, unit->word, r->day,
                                    (relative->a < 0 ? -1 : 1) * (counted ? count : 1));
    bool day = dl_str_is(unit->word, "day");
    if (relative->a == 0 && dl_str_is(unit->word, "weekend") && dl_day_weekday(r->day) < 5 &&
        dl_date_way(r, at, next) == DL_DATE_BACK) /* "met this weekend", told on a Tuesday */
        return dl_date_give_unit(ret, at, next, unit->word, r->day, -1);
    bool told = relative->a == 2 || relative->a == -2 || day;
    if (relative->a == -2 && day && !r->has_told)
        return dl_date_give_day(ret, at, next, r->day - 1) && (ret->inferred = true);
    if (told && !r->has_told && !(day && relative->a == 0))
        return false;
    int32_t from = !told || !r->has_told ? r->day : day ? r->told : r->told_last;
    if (!dl_date_give_unit(ret, at, next, unit->word, from,
                           relative->a > 0   ? 1
                           : relative->a < 0 ? -1
                                             : 0))
        return false;
    ret->inferred = told;
    return true;
}

/* "that day", "the same week" */
static bool read_that(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *that = said(r, at, DL_WORDING_THAT);
    const struct dl_wording *unit = that ? said(r, at + that->words, DL_WORDING_UNIT) : NULL;
    if (!unit || !r->has_told || dl_str_ends(text_of(r, at + that->words), DL_STR("s")) ||
        !dl_date_give_unit(ret, at, at + that->words + 1, unit->word, r->told, 0))
        return false;
    ret->inferred = true;
    return true;
}

static bool read_weekend(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *unit = said(r, at + 1, DL_WORDING_UNIT);
    if (!is(r, at, "the") || !unit || !dl_str_is(unit->word, "weekend") || !r->has_day)
        return false;
    bool ahead = dl_date_looks_ahead(r, at, at + 2);
    int32_t shift = !ahead && dl_day_weekday(r->day) < 5 ? -1 : 0;
    return dl_date_give_unit(ret, at, at + 2, unit->word, r->day, shift);
}

bool dl_date_shift(struct dl_date_read *date, int32_t from)
{
    struct dl_date_read moved;
    bool exact = dl_str_is(date->unit, "week");
    if (exact)
        dl_date_give_day(&moved, date->first, date->first + date->count, from + 7 * date->shift);
    else if (!dl_date_give_unit(&moved, date->first, date->first + date->count, date->unit, from,
                                date->shift))
        return false;
    date->start = moved.start;
    date->end = moved.end;
    date->precision = moved.precision;
    date->inferred = true;
    date->waits = false;
    return true;
}

/* "two weeks ago", "a day later", "in three days", "two days after the vote", "the day before". */
static bool read_distance(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t count = dl_date_count(r, at);
    bool the = is(r, at, "the");
    if (the && said(r, at + 1, DL_WORDING_DAYPART) && is(r, at + 2, "before") && r->has_told) {
        ret->inferred = dl_date_give_day(ret, at, at + 3, r->told - 1);
        return true;
    }
    if (the && is(r, at + 1, "day"))
        count = 1;
    uint32_t i = at + 1;
    if (i < r->end && dl_is_dash(r->article, i))
        return false; /* "a two-week truce" */
    const struct dl_wording *unit = said(r, i, DL_WORDING_UNIT);
    if (count < 1 || !unit || count > YEARS_BACK_MAX)
        return false;
    if (dl_str_is(unit->word, "hour") || dl_str_is(unit->word, "minute"))
        return false;
    const struct dl_wording *ago = said(r, i + 1, DL_WORDING_AGO);
    const struct dl_wording *after = said(r, i + 1, DL_WORDING_AFTER);
    bool in_future = at > r->first && is(r, at - 1, "in") && !ago && !after &&
                     dl_date_looks_ahead(r, at - 1, i + 1);
    if (in_future)
        return r->has_day && dl_date_give_unit(ret, at, i + 1, unit->word, r->day, count);
    if (!ago && !after)
        return false;
    uint32_t next = i + 1 + (ago ? ago->words : after->words);
    bool open = next >= r->end || r->article->tokens[next].kind == DL_PUNCT;
    if (is(r, i + 1, "on") || (is(r, i + 1, "following") && open))
        return false;
    int32_t sign = ago ? ago->a : after->a;
    if (is(r, i + 1, "ago"))
        return r->has_day && dl_date_give_unit(ret, at, next, unit->word, r->day, -count);
    if (after && !open && !is(r, i + 1, "earlier") && !is(r, i + 1, "later")) {
        dl_date_give(ret, at, next, 0, 0, DL_DAY);
        ret->waits = true;
        ret->shift = after->a * count;
        ret->unit = unit->word;
        return true;
    }
    if (!r->has_told && !(r->has_day && sign < 0))
        return false;
    dl_date_give(ret, at, next, 0, 0, DL_DAY);
    ret->shift = sign * count;
    ret->unit = unit->word;
    return dl_date_shift(ret, r->has_told ? r->told : r->day);
}

/* "the first week of January", "the last week of March" */
static bool read_week_of(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *ordinal = said(r, at, DL_WORDING_ORDINAL);
    bool last = is(r, at, "last") || is(r, at, "final");
    struct dl_date_read month;
    if ((!ordinal && !last) || !is(r, at + 1, "week") || !is(r, at + 2, "of") ||
        !dl_date_read_month(r, at + 3, &month) || month.precision != DL_MONTH ||
        (ordinal && ordinal->a > 4))
        return false;
    int32_t start = last ? month.end - 6 : month.start + 7 * (ordinal->a - 1);
    return dl_date_give(ret, at, month.first + month.count, start, start + 6, DL_WEEK);
}

/* "the last day of February", "the first of March" */
static bool read_day_of(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct dl_date_read month;
    bool last = is(r, at, "last") || is(r, at, "final");
    const struct dl_wording *ordinal = said(r, at, DL_WORDING_ORDINAL);
    uint32_t of = is(r, at + 1, "day") ? at + 2 : at + 1;
    if ((!ordinal && !(last && of == at + 2)) || !is(r, of, "of") ||
        !dl_date_read_month(r, of + 1, &month) || month.precision != DL_MONTH)
        return false;
    int32_t day = ordinal ? month.start + ordinal->a - 1 : month.end;
    return day <= month.end && dl_date_give_day(ret, at, month.first + month.count, day);
}

/* "the week of February 10" */
static bool read_week_from(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct dl_date_read day;
    if (!is(r, at, "week") || !is(r, at + 1, "of") || !dl_date_read_day(r, at + 2, &day) ||
        day.precision != DL_DAY)
        return false;
    int32_t monday = day.start - dl_day_weekday(day.start);
    return dl_date_give(ret, at, day.first + day.count, monday, monday + 6, DL_WEEK);
}

static bool read_feast(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *feast = said(r, at, DL_WORDING_FEAST);
    if (!feast || !is_capital(r, at))
        return false;
    struct dl_civil c = {.month = feast->a, .date = feast->b};
    uint32_t next = dl_date_year_after(r, at + feast->words, &c);
    return dl_date_find_year(r, at, next, &c) &&
           dl_date_give_day(ret, at, next, dl_day_of_civil(c.year, c.month, c.date));
}

static bool read_period(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *p = said(r, at, DL_WORDING_PERIOD);
    return p && is_capital(r, at + (is(r, at, "the") ? 1 : 0)) &&
           dl_date_give(ret, at, at + p->words,
                        dl_day_of_civil(p->a / 10000, p->a / 100 % 100, p->a % 100),
                        dl_day_of_civil(p->b / 10000, p->b / 100 % 100, p->b % 100), DL_RANGE);
}

/* "mid-2024", "mid-January" in one token. */
static bool read_mid(reader *r, uint32_t at, struct dl_date_read *ret)
{
    dl_str text = text_of(r, at);
    if (text.len < 7 || !dl_str_eq_nocase(dl_str_sub(text, 0, 4), DL_STR("mid-")))
        return false;
    dl_str rest = dl_str_sub(text, 4, text.len);
    uint64_t word = dl_wording_hash(rest);
    const struct dl_wording *month =
        dl_wording_of(dl_wordings_find(r->wordings, &word, 0, 1), DL_WORDING_MONTH);
    struct dl_wording stage = {.a = 2, .b = 3};
    struct dl_civil c = {.month = month ? month->a : 0};
    uint32_t next = month ? dl_date_year_after(r, at + 1, &c) : at + 1;
    int32_t year = rest.len == 4 ? digits_of(rest) : 0;
    if (year >= DL_YEAR_MIN && year <= DL_YEAR_MAX)
        dl_date_give_years(ret, at, next, year, 1);
    else if (month && dl_date_find_year(r, at, next, &c))
        dl_date_give_month(ret, at, next, c.year, c.month);
    else
        return false;
    dl_date_take_stage(r, ret, &stage);
    return true;
}

static bool read_plain(reader *r, uint32_t at, struct dl_date_read *ret)
{
    return read_week_of(r, at, ret) || read_day_of(r, at, ret) || read_week_from(r, at, ret) ||
           read_mid(r, at, ret) || read_weekday(r, at, ret) || dl_date_read_figures(r, at, ret) ||
           dl_date_read_day(r, at, ret) || dl_date_read_month(r, at, ret) ||
           read_distance(r, at, ret) || read_deictic(r, at, ret) || read_relative(r, at, ret) ||
           read_that(r, at, ret) || read_weekend(r, at, ret) || read_feast(r, at, ret) ||
           read_period(r, at, ret) || read_season(r, at, NULL, ret) ||
           dl_date_read_decade(r, at, ret) || dl_date_read_century(r, at, ret) ||
           dl_date_read_year(r, at, ret);
}

/* "early 2025", "mid-March", "late last year", "the end of the year". */
static bool read_stage(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *stage = said(r, at, DL_WORDING_STAGE);
    if (!stage)
        return false;
    uint32_t i = at + stage->words;
    if (i < r->end && dl_is_dash(r->article, i))
        i++;
    i = dl_date_skip(r, i, "in");
    i = dl_date_skip(r, i, "on");
    const struct dl_wording *unit = is(r, i, "the") ? said(r, i + 1, DL_WORDING_UNIT) : NULL;
    bool found = unit && r->has_day ? dl_date_give_unit(ret, i, i + 2, unit->word, r->day, 0)
                                    : read_plain(r, dl_date_skip(r, i, "the"), ret);
    if (!found || ret->waits)
        return false;
    ret->count += ret->first - at;
    ret->first = at;
    dl_date_take_stage(r, ret, stage);
    return true;
}

/* Only words of dates, small numbers, articles and figures begin one. */
static bool may_begin(reader *r, uint32_t at)
{
    const struct dl_wording *chain = r->article->wordings[at];
    dl_str text = text_of(r, at);
    if (text.at[0] >= '0' && text.at[0] <= '9')
        return true;
    for (; chain; chain = chain->next)
        if (chain->kind <= DL_WORDING_NO_DATE || chain->kind == DL_WORDING_NUMBER)
            return true;
    bool mid = text.len > 4 && (text.at[0] == 'm' || text.at[0] == 'M') && text.at[3] == '-';
    return mid || is(r, at, "a") || is(r, at, "an") || is(r, at, "the") || is(r, at, "final");
}

bool dl_date_read(const struct dl_date_reader *r, uint32_t at, struct dl_date_read *ret)
{
    if (r->article->tokens[at].kind == DL_PUNCT || said(r, at, DL_WORDING_NO_DATE) ||
        !may_begin(r, at))
        return false;
    return read_stage(r, at, ret) || read_plain(r, at, ret);
}
