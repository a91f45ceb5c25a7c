/* Reading and resolving dates. Each read_ function tries one shape at a token; the order in
 * dl_date_read() is that of trust, the longest first. */
#include "workers/stages/date_shapes.h"

#include "core/day.h"

#define NEAR_DAYS 62   /* "April 13" in a February article is the coming one */
#define CUE_TOKENS 25U /* from "will" to its day */
#define PAST_AHEAD 4U
#define CUE_AHEAD 6U  /* "On Friday, lawmakers will vote" */
#define YEAR_MIN 1000 /* a number below is none */
#define YEAR_PLAIN_MIN 1900
#define YEAR_MAX 2100
#define YEARS_BACK_MAX 900 /* "5,000 years ago" has no calendar */

typedef const struct dl_date_reader reader;

/* --- tokens --- */

static const struct dl_wording *said(reader *r, uint32_t at, enum dl_wording_kind kind)
{
    return at < r->end ? dl_said(r->article, at, kind) : NULL;
}

static bool is(reader *r, uint32_t at, const char *text)
{
    return at < r->end && dl_token_is(r->article, at, text);
}

static dl_str text_of(reader *r, uint32_t at)
{
    return at < r->end ? dl_token_text(r->article, at) : (dl_str){"", 0};
}

static bool is_capital(reader *r, uint32_t at)
{
    return at < r->end && r->article->tokens[at].capital;
}

/* Digits alone; -1 otherwise. */
static int32_t digits_of(dl_str text)
{
    int32_t value = 0;
    if (text.len == 0 || text.len > 6)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

static int32_t digits_at(reader *r, uint32_t at)
{
    return digits_of(text_of(r, at));
}

static int32_t year_at(reader *r, uint32_t at)
{
    int32_t year = digits_at(r, at);
    return text_of(r, at).len == 4 && year >= YEAR_MIN && year <= YEAR_MAX ? year : 0;
}

static bool is_ordinal_end(dl_str text)
{
    return dl_str_eq_nocase(text, DL_STR("st")) || dl_str_eq_nocase(text, DL_STR("nd")) ||
           dl_str_eq_nocase(text, DL_STR("rd")) || dl_str_eq_nocase(text, DL_STR("th"));
}

/* "10", "10th" in one token or two: the number, and the token after it. */
static int32_t date_at(reader *r, uint32_t at, uint32_t *ret_next, bool *ret_ordinal)
{
    dl_str text = text_of(r, at);
    *ret_next = at + 1;
    *ret_ordinal = false;
    if (text.len > 2 && is_ordinal_end(dl_str_sub(text, text.len - 2, text.len))) {
        text.len -= 2;
        *ret_ordinal = true;
    }
    int32_t date = digits_of(text);
    if (date < 1 || date > 31)
        return 0;
    if (!*ret_ordinal && at + 1 < r->end && !r->article->tokens[at + 1].spaced &&
        is_ordinal_end(text_of(r, at + 1))) {
        *ret_ordinal = true;
        *ret_next = at + 2;
    }
    return date;
}

/* A small count: "two", "10", "a". */
static int32_t count_at(reader *r, uint32_t at)
{
    const struct dl_wording *number = said(r, at, DL_WORDING_NUMBER);
    if (number && number->words == 1 && number->a > 0)
        return number->a;
    if (is(r, at, "a") || is(r, at, "an"))
        return 1;
    return digits_at(r, at);
}

/* Does a word before look ahead? The nearest decides: "will", or a verb of saying. */
static bool looks_ahead(reader *r, uint32_t first, uint32_t next)
{
    const struct dl_token *tokens = r->article->tokens;
    uint32_t soon = next + PAST_AHEAD < r->end ? next + PAST_AHEAD : r->end;
    for (uint32_t i = next; i < soon && tokens[i].kind != DL_PUNCT; i++)
        if (tokens[i].xpos == DL_XPOS_VBD) /* "By Tuesday it had reached" */
            return false;
    uint32_t from = first > r->first + CUE_TOKENS ? first - CUE_TOKENS : r->first;
    for (uint32_t i = first; i-- > from;) {
        if (said(r, i, DL_WORDING_FUTURE))
            return true;
        if (said(r, i, DL_WORDING_SAYS) || is(r, i, ";") || is(r, i, ":") ||
            tokens[i].xpos == DL_XPOS_VBD)
            return false;
    }
    uint32_t to = next + CUE_AHEAD < r->end ? next + CUE_AHEAD : r->end;
    for (uint32_t i = next; i < to; i++) {
        if (is(r, i, "will") || is(r, i, "should") || is(r, i, "shall"))
            return true;
        if (said(r, i, DL_WORDING_SAYS))
            return false;
    }
    return false;
}

/* --- spans of days --- */

static bool give(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t start,
                 int32_t end, int32_t precision)
{
    *ret = (struct dl_date_read){
        .first = first, .count = next - first, .start = start, .end = end, .precision = precision};
    return true;
}

static bool give_day(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t day)
{
    return give(ret, first, next, day, day, DL_DAY);
}

static bool give_month(struct dl_date_read *ret, uint32_t first, uint32_t next, int year, int month)
{
    return give(ret, first, next, dl_day_of_civil(year, month, 1),
                dl_day_of_civil(year, month + 1, 1) - 1, DL_MONTH);
}

static bool give_years(struct dl_date_read *ret, uint32_t first, uint32_t next, int year, int years)
{
    return give(ret, first, next, dl_day_of_civil(year, 1, 1),
                dl_day_of_civil(year + years, 1, 1) - 1, years == 1 ? DL_YEAR : DL_RANGE);
}

static bool give_season(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                        int month)
{
    return give(ret, first, next, dl_day_of_civil(year, month, 1),
                dl_day_of_civil(year, month + 3, 1) - 1, DL_SEASON);
}

/* The calendar unit a day lies in, `shift` units on. */
static bool give_unit(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
                      int32_t day, int32_t shift)
{
    int year;
    int month;
    int date;
    int32_t monday = day - dl_day_weekday(day) + 7 * shift;
    dl_day_to_civil(day, &year, &month, &date);
    if (dl_str_is(unit, "day"))
        return give_day(ret, first, next, day + shift);
    if (dl_str_is(unit, "week"))
        return give(ret, first, next, monday, monday + 6, DL_WEEK);
    if (dl_str_is(unit, "fortnight"))
        return give(ret, first, next, monday + 7 * shift, monday + 7 * shift + 6, DL_WEEK);
    if (dl_str_is(unit, "weekend"))
        return give(ret, first, next, monday + 5, monday + 6, DL_RANGE);
    if (dl_str_is(unit, "month")) {
        int months = year * 12 + month - 1 + shift;
        return give_month(ret, first, next, months / 12, months % 12 + 1);
    }
    if (dl_str_is(unit, "quarter")) {
        int quarter = year * 4 + (month - 1) / 3 + shift;
        int from = quarter % 4 * 3 + 1;
        return give(ret, first, next, dl_day_of_civil(quarter / 4, from, 1),
                    dl_day_of_civil(quarter / 4, from + 3, 1) - 1, DL_RANGE);
    }
    if (dl_str_is(unit, "year"))
        return give_years(ret, first, next, year + shift, 1);
    if (dl_str_is(unit, "decade"))
        return give_years(ret, first, next, (year / 10 + shift) * 10, 10);
    if (dl_str_is(unit, "century"))
        return give_years(ret, first, next, (year / 100 + shift) * 100, 100);
    return false;
}

/* `count` units back from (or on from) a day, both ends in. */
static bool give_stretch(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
                         int32_t day, int32_t count)
{
    int year;
    int month;
    int date;
    int32_t other = day;
    dl_day_to_civil(day, &year, &month, &date);
    if (dl_str_is(unit, "hour"))
        other = day + count / 24;
    else if (dl_str_is(unit, "day"))
        other = day + count;
    else if (dl_str_is(unit, "week"))
        other = day + 7 * count;
    else if (dl_str_is(unit, "month")) {
        int months = year * 12 + month - 1 + count;
        other = dl_day_of_civil(months / 12, months % 12 + 1, date);
    } else if (dl_str_is(unit, "year"))
        other = dl_day_of_civil(year + count, month, date);
    else if (dl_str_is(unit, "decade"))
        other = dl_day_of_civil(year + 10 * count, month, date);
    else
        return false;
    if (count < 0) /* "the past three years" end today and begin the day after three years ago */
        return give(ret, first, next, other + (day - other > 6), day, DL_RANGE);
    return give(ret, first, next, day, other, DL_RANGE);
}

/* The part of a span that "early", "the second half of" or "later" leaves. */
static void take_stage(reader *r, struct dl_date_read *date, const struct dl_wording *stage)
{
    int32_t days = date->end - date->start + 1;
    int32_t k = stage->a;
    int32_t n = stage->b;
    int year;
    int month;
    int day;
    if (date->precision == DL_DAY || days > 2 * 366) /* which years "the late 1980s" are is open */
        return;   /* "early Thursday" is Thursday */
    if (n == 0) { /* the end of */
        date->start = date->end;
        date->precision = DL_DAY;
        return;
    }
    if (k > n) { /* earlier and later in it, seen from today */
        if (k == n + 1 && r->has_day && r->day >= date->start && r->day <= date->end)
            date->end = r->day;
        else if (r->has_day && r->day >= date->start && r->day <= date->end)
            date->start = r->day;
        return;
    }
    dl_day_to_civil(date->start, &year, &month, &day);
    if (date->precision == DL_YEAR) {
        date->end = dl_day_of_civil(year, 1 + k * 12 / n, 1) - 1;
        date->start = dl_day_of_civil(year, 1 + (k - 1) * 12 / n, 1);
    } else if (date->precision == DL_MONTH) {
        int32_t step = n == 2 ? 15 : 30 / n;
        date->end = k == n ? date->end : date->start + k * step - 1;
        date->start += (k - 1) * step;
    } else {
        date->end = date->start + days * k / n - 1;
        date->start += days * (k - 1) / n;
    }
    date->precision = DL_RANGE;
}

/* --- calendar --- */

struct civil {
    int32_t year, month, date; /* 0: not said */
    bool year_said;
};

static uint32_t skip(reader *r, uint32_t at, const char *text)
{
    return is(r, at, text) ? at + 1 : at;
}

static uint32_t month_at(reader *r, uint32_t at, int32_t *ret_month)
{
    const struct dl_wording *month = said(r, at, DL_WORDING_MONTH);
    if (!month || !is_capital(r, at))
        return at;
    *ret_month = month->a;
    bool short_form = text_of(r, at).len <= 4;
    at += month->words;
    return short_form && at < r->end && is(r, at, ".") && !r->article->tokens[at].spaced ? at + 1
                                                                                         : at;
}

/* A year right after, with or without a comma; "last" and "this year" are read elsewhere. */
static uint32_t year_after(reader *r, uint32_t at, struct civil *c)
{
    uint32_t next = skip(r, at, ",");
    next = next == at ? skip(r, at, "of") : next;
    int32_t year = year_at(r, next);
    if (r->has_told && is(r, at, "of") && is(r, at + 1, "that") && is(r, at + 2, "year")) {
        int month;
        int date;
        dl_day_to_civil(r->told_last, &c->year, &month, &date);
        c->year_said = true;
        return at + 3;
    }
    if (!year || (next > at && said(r, next + 1, DL_WORDING_COUNTED)))
        return at;
    c->year = year;
    c->year_said = true;
    return next + 1;
}

/* "December 10th, 2024", "10 December", "the 10th of December". The token after, or `at`. */
static uint32_t read_month_day(reader *r, uint32_t at, struct civil *c)
{
    uint32_t next;
    bool ordinal;
    uint32_t i = month_at(r, at, &c->month);
    if (i > at) {
        i = skip(r, i, "the");
        c->date = date_at(r, i, &next, &ordinal);
        if (!c->date || said(r, next, DL_WORDING_SCALE) || is(r, next, "%"))
            return at;
        return year_after(r, next, c);
    }
    i = skip(r, at, "the");
    c->date = date_at(r, i, &next, &ordinal);
    if (!c->date)
        return at;
    if (is(r, next, "day") && is(r, next + 1, "of"))
        next++;
    next = skip(r, next, "of");
    i = month_at(r, next, &c->month);
    return i > next ? year_after(r, i, c) : at;
}

/* The year a month and date without one mean. */
static bool find_year(reader *r, uint32_t first, uint32_t next, struct civil *c)
{
    if (c->year)
        return true;
    if (!r->has_day)
        return false;
    int year;
    int month;
    int date;
    dl_day_to_civil(r->day, &year, &month, &date);
    bool ahead = looks_ahead(r, first, next);
    c->year = year;
    if (c->date) {
        int32_t day = dl_day_of_civil(year, c->month, c->date);
        if (ahead && day < r->day)
            c->year++;
        else if (!ahead && day > r->day + NEAR_DAYS)
            c->year--;
        else if (!ahead && dl_day_of_civil(year + 1, c->month, c->date) <= r->day + NEAR_DAYS)
            c->year++; /* "January 27" in December */
        return dl_day_is_valid(c->year, c->month, c->date);
    }
    if (ahead && c->month < month)
        c->year++;
    else if (!ahead && c->month > month)
        c->year--;
    return true;
}

/* The second end of "January 27 to March 27" or "16-20". The token after, or `at`. */
static uint32_t read_range_end(reader *r, uint32_t first, uint32_t at, const struct civil *from,
                               struct civil *to)
{
    const struct dl_wording *word = said(r, at, DL_WORDING_TO);
    bool between = first > r->first && is(r, first - 1, "between");
    bool dash = at < r->end && dl_is_dash(r->article, at);
    if (!dash && !word)
        return at;
    uint32_t next = at + 1;
    uint32_t end = read_month_day(r, next, to);
    bool and_word = is(r, at, "and");
    if (end > next)
        return and_word && !between ? at : end;
    bool ordinal;
    *to = (struct civil){.month = from->month};
    to->date = date_at(r, next, &end, &ordinal);
    if (!to->date || to->date <= from->date || said(r, end, DL_WORDING_COUNTED) ||
        said(r, end, DL_WORDING_UNIT) || said(r, end, DL_WORDING_SCALE))
        return at;
    if (and_word && !between && to->date != from->date + 1)
        return at;
    return year_after(r, end, to);
}

static bool read_day(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct civil from = {0};
    struct civil to = {0};
    uint32_t next = read_month_day(r, at, &from);
    if (next == at)
        return false;
    uint32_t end = read_range_end(r, at, next, &from, &to);
    if (end > next && to.year && !from.year) { /* one year for both: the start comes before */
        from.year = to.year;
        if (from.month > to.month)
            from.year--;
    }
    if (!find_year(r, at, next, &from) || !dl_day_is_valid(from.year, from.month, from.date))
        return false;
    int32_t start = dl_day_of_civil(from.year, from.month, from.date);
    if (end == next)
        return give_day(ret, at, next, start);
    if (!to.year)
        to.year = to.month < from.month ? from.year + 1 : from.year;
    if (!dl_day_is_valid(to.year, to.month, to.date))
        return give_day(ret, at, next, start);
    int32_t last = dl_day_of_civil(to.year, to.month, to.date);
    return last > start ? give(ret, at, end, start, last, DL_RANGE)
                        : give_day(ret, at, next, start);
}

/* "2024-12-10", "10/12/2024" where only one reading is a date. */
static bool read_figures(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t part[3];
    dl_str text = text_of(r, at);
    int32_t day;
    if (text.len == 10 && text.at[4] == '-' && dl_day_of_rfc3339(text, &day) == DL_OK)
        return give_day(ret, at, at + 1, day);
    if (at + 5 > r->end)
        return false;
    for (uint32_t i = 0; i < 3; i++)
        part[i] = digits_at(r, at + 2 * i);
    for (uint32_t i = 1; i < 5; i++)
        if (r->article->tokens[at + i].spaced)
            return false;
    bool hyphen = is(r, at + 1, "-") && is(r, at + 3, "-");
    bool slash = is(r, at + 1, "/") && is(r, at + 3, "/");
    if (hyphen && year_at(r, at) && part[1] > 0 && part[2] > 0 &&
        dl_day_is_valid(part[0], part[1], part[2]))
        return give_day(ret, at, at + 5, dl_day_of_civil(part[0], part[1], part[2]));
    if (!slash || !year_at(r, at + 4) || part[0] < 1 || part[1] < 1)
        return false;
    bool day_first = part[0] > 12 && dl_day_is_valid(part[2], part[1], part[0]);
    bool month_first = part[1] > 12 && dl_day_is_valid(part[2], part[0], part[1]);
    if (day_first || part[0] == part[1])
        return give_day(ret, at, at + 5, dl_day_of_civil(part[2], part[1], part[0]));
    return month_first && give_day(ret, at, at + 5, dl_day_of_civil(part[2], part[0], part[1]));
}

/* Month names that are also words stand alone only where a date is expected. */
static bool stands_as_month(reader *r, uint32_t at, int32_t month)
{
    bool common = month == 5 || month == 3 || month == 8; /* May, March, August */
    bool short_form = text_of(r, at).len <= 3 && month != 5;
    if (short_form)
        return false;
    if (!common)
        return true;
    return at > r->first &&
           (said(r, at - 1, DL_WORDING_DURING) || said(r, at - 1, DL_WORDING_STAGE) ||
            said(r, at - 1, DL_WORDING_TO) || said(r, at - 1, DL_WORDING_RELATIVE) ||
            dl_is_dash(r->article, at - 1));
}

static bool read_month(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct civil c = {0};
    struct civil to = {0};
    uint32_t next = month_at(r, at, &c.month);
    if (next == at)
        return false;
    uint32_t end = year_after(r, next, &c);
    if (end == next && !stands_as_month(r, at, c.month))
        return false;
    /* "between March and May 2024", "March-May" */
    bool between = at > r->first && said(r, at - 1, DL_WORDING_FROM);
    bool joins = end < r->end && (dl_is_dash(r->article, end) || said(r, end, DL_WORDING_TO)) &&
                 (between || !is(r, end, "and"));
    uint32_t last = joins ? month_at(r, end + 1, &to.month) : end;
    if (joins && last > end + 1) {
        uint32_t after = year_after(r, last, &to);
        if (c.year_said && to.year_said) /* two dates that stand for themselves */
            return give_month(ret, at, end, c.year, c.month);
        if (to.year && !c.year)
            c.year = to.month < c.month ? to.year - 1 : to.year;
        if (find_year(r, at, next, &c)) {
            int year = to.year ? to.year : to.month < c.month ? c.year + 1 : c.year;
            return give(ret, at, after, dl_day_of_civil(c.year, c.month, 1),
                        dl_day_of_civil(year, to.month + 1, 1) - 1, DL_RANGE);
        }
    }
    return find_year(r, at, next, &c) && give_month(ret, at, end, c.year, c.month);
}

/* "1990s" in one token or two. */
static bool read_decade(reader *r, uint32_t at, struct dl_date_read *ret)
{
    dl_str text = text_of(r, at);
    uint32_t next = at + 1;
    if (text.len >= 5 && text.at[text.len - 1] == 's') {
        text.len = text.at[4] == 's' ? 4 : 0;
    } else if (!(next < r->end && is(r, next, "s") && !r->article->tokens[next].spaced)) {
        return false;
    } else {
        next++;
    }
    int32_t year = digits_of(text);
    return text.len == 4 && year >= YEAR_MIN && year <= YEAR_MAX && year % 10 == 0 &&
           give_years(ret, at, next, year, year % 100 == 0 && year < 2000 ? 100 : 10);
}

static bool read_century(reader *r, uint32_t at, struct dl_date_read *ret)
{
    uint32_t next = at + 1;
    bool ordinal = false;
    const struct dl_wording *word = said(r, at, DL_WORDING_ORDINAL);
    int32_t number = word ? word->a : date_at(r, at, &next, &ordinal);
    if (word)
        next = at + word->words;
    if (!number || (!word && !ordinal))
        return false;
    if (next < r->end && dl_is_dash(r->article, next))
        next++;
    const struct dl_wording *unit = said(r, next, DL_WORDING_UNIT);
    if (!unit || !dl_str_is(unit->word, "century") || number < 11 || number > 21 ||
        is(r, next + 1, "BC") || is(r, next + 1, "BCE"))
        return false;
    return give_years(ret, at, next + 1, (number - 1) * 100, 100);
}

static bool read_year(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t year = year_at(r, at);
    if (!year)
        return false;
    uint32_t next = at + 1;
    if (is(r, next, "BC") || is(r, next, "BCE") || is(r, next, "%") ||
        said(r, next, DL_WORDING_NOT_COUNTED) || said(r, next, DL_WORDING_COUNTED) ||
        said(r, next, DL_WORDING_SCALE) || said(r, next, DL_WORDING_CURRENCY))
        return false;
    bool expected = at == r->first || said(r, at - 1, DL_WORDING_DURING) ||
                    said(r, at - 1, DL_WORDING_STAGE) || said(r, at - 1, DL_WORDING_SEASON) ||
                    said(r, at - 1, DL_WORDING_UNIT) || is(r, at - 1, "(");
    if (at > r->first && (said(r, at - 1, DL_WORDING_CURRENCY) || is(r, at - 1, "#") ||
                          is(r, at - 1, "no.") || is(r, at - 1, "number") ||
                          (is(r, at - 1, ".") && at > r->first + 1 && !is(r, at - 2, "c"))))
        return false;
    if (!expected && (year < YEAR_PLAIN_MIN || year >= 2050))
        return false;
    /* "in 2015-2018", "from 1994 to 2003" */
    bool dash = next < r->end && dl_is_dash(r->article, next) && !r->article->tokens[next].spaced;
    bool joins =
        dash || (said(r, next, DL_WORDING_TO) && at > r->first && said(r, at - 1, DL_WORDING_FROM));
    int32_t last = joins ? year_at(r, next + 1) : 0;
    if (joins && dash && !last && text_of(r, next + 1).len == 2 &&
        digits_at(r, next + 1) > year % 100)
        last = year / 100 * 100 + digits_at(r, next + 1);
    if (last > year)
        return give_years(ret, at, next + 2, year, last - year + 1) && (ret->precision = DL_RANGE);
    return give_years(ret, at, next, year, 1);
}

/* --- by the day of speaking --- */

/* A weekday's name in a paper's or a film's is none. */
static bool is_name_of_paper(reader *r, uint32_t at)
{
    return at > r->first && is(r, at - 1, "the") && is_capital(r, at + 1) &&
           !said(r, at + 1, DL_WORDING_MONTH);
}

static bool read_weekday(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *relative = said(r, at, DL_WORDING_RELATIVE);
    uint32_t i = relative ? at + relative->words : at;
    const struct dl_wording *weekday = said(r, i, DL_WORDING_WEEKDAY);
    if (!weekday || !is_capital(r, i) || is_name_of_paper(r, i))
        return false;
    uint32_t next = i + 1;
    uint32_t after = skip(r, next, ",");
    struct dl_date_read day;
    if (read_day(r, after, &day)) { /* "Friday, May 8, 2009" */
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
    if (relative && relative->a == 0)
        when = monday + weekday->a;
    else if (relative && relative->a > 0)
        when = monday + 7 + weekday->a;
    else if (relative)
        when -= when == r->day ? 7 : 0;
    else if (looks_ahead(r, at, next) && when < r->day)
        when += 7;
    /* "from Monday to Wednesday" */
    const struct dl_wording *last = NULL;
    if (at > r->first && said(r, at - 1, DL_WORDING_FROM) && said(r, next, DL_WORDING_TO))
        last = said(r, next + 1, DL_WORDING_WEEKDAY);
    if (last)
        return give(ret, at, next + 2, when, when + (last->a - weekday->a + 7) % 7, DL_RANGE);
    return give_day(ret, at, next, when);
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
    return give_day(ret, at, next, r->day + word->a);
}

static bool read_season(reader *r, uint32_t at, const struct dl_wording *relative,
                        struct dl_date_read *ret)
{
    uint32_t i = relative ? at + relative->words : at;
    const struct dl_wording *season = said(r, i, DL_WORDING_SEASON);
    if (!season)
        return false;
    uint32_t next = i + 1;
    struct civil c = {.month = season->a};
    uint32_t end = year_after(r, next, &c);
    if (c.year)
        return give_season(ret, at, end, c.year, season->a);
    bool expected = relative || (i > r->first && (is(r, i - 1, "the") || is(r, i - 1, "in") ||
                                                  said(r, i - 1, DL_WORDING_STAGE)));
    if (!r->has_day || !expected || (is(r, i, "fall") && !relative) ||
        (!relative && is(r, next, "of"))) /* "the spring of the Danube" */
        return false;
    int year;
    int month;
    int date;
    dl_day_to_civil(r->day, &year, &month, &date);
    bool ahead = relative ? relative->a > 0 : looks_ahead(r, at, next);
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
    return give_season(ret, at, next, year, season->a);
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
    struct civil c = {0};
    uint32_t next = month_at(r, i, &c.month);
    if (next > i) { /* "last January" */
        int year;
        int month;
        int date;
        dl_day_to_civil(r->day, &year, &month, &date);
        if (relative->a < 0)
            year -= c.month >= month;
        else if (relative->a > 0)
            year += c.month <= month;
        return give_month(ret, at, next, year, c.month);
    }
    int32_t count = count_at(r, i);
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
               give_stretch(ret, at, next, unit->word, r->day,
                            (relative->a < 0 ? -1 : 1) * (counted ? count : 1));
    bool day = dl_str_is(unit->word, "day");
    bool told = relative->a == 2 || relative->a == -2 || day;
    if (told && !r->has_told && !(day && relative->a == 0))
        return false;
    int32_t from = !told || !r->has_told ? r->day : day ? r->told : r->told_last;
    if (!give_unit(ret, at, next, unit->word, from, relative->a > 0 ? 1 : relative->a < 0 ? -1 : 0))
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
        !give_unit(ret, at, at + that->words + 1, unit->word, r->told, 0))
        return false;
    ret->inferred = true;
    return true;
}

static bool read_weekend(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *unit = said(r, at + 1, DL_WORDING_UNIT);
    if (!is(r, at, "the") || !unit || !dl_str_is(unit->word, "weekend") || !r->has_day)
        return false;
    bool ahead = looks_ahead(r, at, at + 2);
    int32_t shift = !ahead && dl_day_weekday(r->day) < 5 ? -1 : 0;
    return give_unit(ret, at, at + 2, unit->word, r->day, shift);
}

bool dl_date_shift(struct dl_date_read *date, int32_t from)
{
    struct dl_date_read moved;
    bool exact = dl_str_is(date->unit, "week");
    if (exact)
        give_day(&moved, date->first, date->first + date->count, from + 7 * date->shift);
    else if (!give_unit(&moved, date->first, date->first + date->count, date->unit, from,
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
    int32_t count = count_at(r, at);
    bool the = is(r, at, "the");
    if (the && said(r, at + 1, DL_WORDING_DAYPART) && is(r, at + 2, "before") && r->has_told) {
        ret->inferred = give_day(ret, at, at + 3, r->told - 1);
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
    bool in_future =
        at > r->first && is(r, at - 1, "in") && !ago && !after && looks_ahead(r, at - 1, i + 1);
    if (in_future)
        return r->has_day && give_unit(ret, at, i + 1, unit->word, r->day, count);
    if (!ago && !after)
        return false;
    uint32_t next = i + 1 + (ago ? ago->words : after->words);
    bool open = next >= r->end || r->article->tokens[next].kind == DL_PUNCT;
    if (is(r, i + 1, "on") || (is(r, i + 1, "following") && open))
        return false;
    int32_t sign = ago ? ago->a : after->a;
    if (is(r, i + 1, "ago"))
        return r->has_day && give_unit(ret, at, next, unit->word, r->day, -count);
    if (after && !open && !is(r, i + 1, "earlier") && !is(r, i + 1, "later")) {
        give(ret, at, next, 0, 0, DL_DAY);
        ret->waits = true;
        ret->shift = after->a * count;
        ret->unit = unit->word;
        return true;
    }
    if (!r->has_told && !(r->has_day && sign < 0))
        return false;
    give(ret, at, next, 0, 0, DL_DAY);
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
        !read_month(r, at + 3, &month) || month.precision != DL_MONTH ||
        (ordinal && ordinal->a > 4))
        return false;
    int32_t start = last ? month.end - 6 : month.start + 7 * (ordinal->a - 1);
    return give(ret, at, month.first + month.count, start, start + 6, DL_WEEK);
}

static bool read_feast(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *feast = said(r, at, DL_WORDING_FEAST);
    if (!feast || !is_capital(r, at))
        return false;
    struct civil c = {.month = feast->a, .date = feast->b};
    uint32_t next = year_after(r, at + feast->words, &c);
    return find_year(r, at, next, &c) &&
           give_day(ret, at, next, dl_day_of_civil(c.year, c.month, c.date));
}

static bool read_period(reader *r, uint32_t at, struct dl_date_read *ret)
{
    const struct dl_wording *p = said(r, at, DL_WORDING_PERIOD);
    return p && is_capital(r, at + (is(r, at, "the") ? 1 : 0)) &&
           give(ret, at, at + p->words, dl_day_of_civil(p->a / 10000, p->a / 100 % 100, p->a % 100),
                dl_day_of_civil(p->b / 10000, p->b / 100 % 100, p->b % 100), DL_RANGE);
}

static bool read_plain(reader *r, uint32_t at, struct dl_date_read *ret)
{
    return read_week_of(r, at, ret) || read_weekday(r, at, ret) || read_figures(r, at, ret) ||
           read_day(r, at, ret) || read_month(r, at, ret) || read_distance(r, at, ret) ||
           read_deictic(r, at, ret) || read_relative(r, at, ret) || read_that(r, at, ret) ||
           read_weekend(r, at, ret) || read_feast(r, at, ret) || read_period(r, at, ret) ||
           read_season(r, at, NULL, ret) || read_decade(r, at, ret) || read_century(r, at, ret) ||
           read_year(r, at, ret);
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
    i = skip(r, i, "in");
    i = skip(r, i, "on");
    const struct dl_wording *unit = is(r, i, "the") ? said(r, i + 1, DL_WORDING_UNIT) : NULL;
    bool found = unit && r->has_day ? give_unit(ret, i, i + 2, unit->word, r->day, 0)
                                    : read_plain(r, skip(r, i, "the"), ret);
    if (!found || ret->waits)
        return false;
    ret->count += ret->first - at;
    ret->first = at;
    take_stage(r, ret, stage);
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
    return is(r, at, "a") || is(r, at, "an") || is(r, at, "the") || is(r, at, "final");
}

bool dl_date_read(const struct dl_date_reader *r, uint32_t at, struct dl_date_read *ret)
{
    if (r->article->tokens[at].kind == DL_PUNCT || said(r, at, DL_WORDING_NO_DATE) ||
        !may_begin(r, at))
        return false;
    return read_stage(r, at, ret) || read_plain(r, at, ret);
}
