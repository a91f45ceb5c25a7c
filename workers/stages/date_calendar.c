/* Shapes that name a day, a month, a year or more by the calendar. */
#include "workers/stages/date_parts.h"

#include "core/day.h"

#define FAR_DAYS 245 /* further ahead a date has its year */
#define FAR_MONTHS 8
#define NEAR_MONTHS 1
#define NEAR_DAYS 62   /* "April 13" in a February article is the coming one */
#define CUE_TOKENS 25U /* from "will" to its day */
#define PAST_AHEAD 4U
#define CUE_AHEAD 6U /* "On Friday, lawmakers will vote" */
#define YEAR_PLAIN_MIN 1900
#define YEAR_HISTORY_MIN 1400
#define LIFE_DAYS 1000

static bool is_ordinal_end(dl_str text)
{
    return dl_str_eq_nocase(text, DL_STR("st")) || dl_str_eq_nocase(text, DL_STR("nd")) ||
           dl_str_eq_nocase(text, DL_STR("rd")) || dl_str_eq_nocase(text, DL_STR("th"));
}

/* "10", "10th" in one token or two: the number, and the token after it. */
int32_t dl_date_number(reader *r, uint32_t at, uint32_t *ret_next, bool *ret_ordinal)
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
int32_t dl_date_count(reader *r, uint32_t at)
{
    const struct dl_wording *number = said(r, at, DL_WORDING_NUMBER);
    if (number && number->words == 1 && number->a > 0)
        return number->a;
    if (is(r, at, "a") || is(r, at, "an"))
        return 1;
    return digits_at(r, at);
}

/* "Schools close on Friday": the present with a day is a plan; being and having are not. */
static bool is_present(reader *r, uint32_t at)
{
    const struct dl_token *t = &r->article->tokens[at];
    return (t->xpos == DL_XPOS_VBZ || t->xpos == DL_XPOS_VBP) && t->upos == DL_UPOS_VERB &&
           !said(r, at, DL_WORDING_SAYS) && !is(r, at, "has") && !is(r, at, "have");
}

/* "was arrested on Monday", "those killed on Monday"; not "to be held on Monday". */
static bool is_done(reader *r, uint32_t at)
{
    const struct dl_token *t = &r->article->tokens[at];
    if (t->xpos == DL_XPOS_VBD)
        return true;
    return t->xpos == DL_XPOS_VBN && t->upos == DL_UPOS_VERB && at > r->first &&
           !is(r, at - 1, "be");
}

/* Which way does a word before look? The nearest decides: "will", a verb of what was done, or one
 * of saying. */
enum dl_date_way dl_date_way(reader *r, uint32_t first, uint32_t next)
{
    const struct dl_token *tokens = r->article->tokens;
    uint32_t soon = next + PAST_AHEAD < r->end ? next + PAST_AHEAD : r->end;
    for (uint32_t i = next; i < soon && tokens[i].kind != DL_PUNCT; i++)
        if (tokens[i].xpos == DL_XPOS_VBD) /* "By Tuesday it had reached" */
            return DL_DATE_BACK;
    uint32_t from = first > r->first + CUE_TOKENS ? first - CUE_TOKENS : r->first;
    for (uint32_t i = first; i-- > from;) {
        if (said(r, i, DL_WORDING_FUTURE) || (!r->headline && is_present(r, i)))
            return DL_DATE_AHEAD;
        if (said(r, i, DL_WORDING_SAYS) || is(r, i, ";") || is(r, i, ":"))
            return DL_DATE_ANY;
        if (is_done(r, i))
            return DL_DATE_BACK;
    }
    uint32_t to = next + CUE_AHEAD < r->end ? next + CUE_AHEAD : r->end;
    for (uint32_t i = next; i < to; i++) {
        if (is(r, i, "will") || is(r, i, "should") || is(r, i, "shall"))
            return DL_DATE_AHEAD;
        if (said(r, i, DL_WORDING_SAYS))
            return DL_DATE_ANY;
    }
    return DL_DATE_ANY;
}

bool dl_date_looks_ahead(reader *r, uint32_t first, uint32_t next)
{
    return dl_date_way(r, first, next) == DL_DATE_AHEAD;
}

uint32_t dl_date_skip(reader *r, uint32_t at, const char *text)
{
    return is(r, at, text) ? at + 1 : at;
}

uint32_t dl_date_month(reader *r, uint32_t at, int32_t *ret_month)
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
uint32_t dl_date_year_after(reader *r, uint32_t at, struct dl_civil *c)
{
    uint32_t next = dl_date_skip(r, at, ",");
    next = next == at ? dl_date_skip(r, at, "of") : next;
    int32_t year = year_at(r, next);
    const struct dl_wording *relative = said(r, next, DL_WORDING_RELATIVE);
    if (relative && r->has_day && relative->a >= -1 && relative->a <= 1 &&
        is(r, next + relative->words, "year")) { /* "March last year", "March of this year" */
        int month;
        int date;
        dl_day_to_civil(r->day, &c->year, &month, &date);
        c->year += relative->a;
        c->year_said = true;
        return next + relative->words + 1;
    }
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
static uint32_t read_month_day(reader *r, uint32_t at, struct dl_civil *c)
{
    uint32_t next;
    bool ordinal;
    uint32_t i = dl_date_month(r, at, &c->month);
    if (i > at) {
        i = dl_date_skip(r, i, "the");
        c->date = dl_date_number(r, i, &next, &ordinal);
        if (!c->date || said(r, next, DL_WORDING_SCALE) || is(r, next, "%"))
            return at;
        return dl_date_year_after(r, next, c);
    }
    i = dl_date_skip(r, at, "the");
    c->date = dl_date_number(r, i, &next, &ordinal);
    if (!c->date)
        return at;
    if (is(r, next, "day") && is(r, next + 1, "of"))
        next++;
    next = dl_date_skip(r, next, "of");
    i = dl_date_month(r, next, &c->month);
    return i > next ? dl_date_year_after(r, i, c) : at;
}

/* The year a month and date without one mean. */
bool dl_date_find_year(reader *r, uint32_t first, uint32_t next, struct dl_civil *c)
{
    if (c->year)
        return true;
    if (!r->has_day)
        return false;
    int year;
    int month;
    int date;
    if (r->history && r->has_told) { /* "on May 30" after "in 1832" */
        dl_day_to_civil(r->told_last, &year, &month, &date);
        bool coming = is(r, next, "next");
        bool past = is(r, next, "last");
        bool later = c->month > month || (c->month == month && c->date > date);
        c->year = year + (coming && !later) - (past && later);
        return true;
    }
    dl_day_to_civil(r->day, &year, &month, &date);
    enum dl_date_way way = dl_date_way(r, first, next);
    bool ahead = way == DL_DATE_AHEAD;
    c->year = year;
    if (c->date) {
        int32_t day = dl_day_of_civil(year, c->month, c->date);
        if (ahead && day < r->day)
            c->year += dl_day_of_civil(year + 1, c->month, c->date) <= r->day + FAR_DAYS;
        else if (!ahead && day > r->day + NEAR_DAYS)
            c->year--;
        else if (!ahead && dl_day_of_civil(year + 1, c->month, c->date) <= r->day + NEAR_DAYS)
            c->year++; /* "January 27" in December */
        return dl_day_is_valid(c->year, c->month, c->date);
    }
    int32_t months = (c->month - month + 12) % 12; /* to the coming one */
    if (ahead && c->month < month)
        c->year += months <= FAR_MONTHS;
    else if (!ahead && c->month > month)
        c->year -= way == DL_DATE_BACK || months > NEAR_MONTHS;
    else if (way == DL_DATE_ANY && c->month < month && months <= NEAR_MONTHS && !r->headline)
        c->year++; /* "in January" in December */
    return true;
}

/* The second end of "January 27 to March 27" or "16-20". The token after, or `at`. */
static uint32_t read_range_end(reader *r, uint32_t first, uint32_t at, const struct dl_civil *from,
                               struct dl_civil *to)
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
    *to = (struct dl_civil){.month = from->month};
    to->date = dl_date_number(r, next, &end, &ordinal);
    if (!to->date || to->date <= from->date || said(r, end, DL_WORDING_COUNTED) ||
        said(r, end, DL_WORDING_UNIT) || said(r, end, DL_WORDING_SCALE))
        return at;
    if (and_word && !between && to->date != from->date + 1)
        return at;
    return dl_date_year_after(r, end, to);
}

/* "6 to 10 January", "6 and 7 January": the month stands behind both. The token after, or `at`. */
static uint32_t read_days_of_month(reader *r, uint32_t at, struct dl_civil *from,
                                   struct dl_civil *to)
{
    uint32_t next;
    bool ordinal;
    from->date = dl_date_number(r, at, &next, &ordinal);
    bool joined = from->date && next < r->end &&
                  (dl_is_dash(r->article, next) || said(r, next, DL_WORDING_TO));
    uint32_t end = joined ? read_month_day(r, next + 1, to) : at;
    if (!joined || end == next + 1 || to->date <= from->date ||
        dl_said(r->article, next + 1, DL_WORDING_MONTH))
        return at;
    from->month = to->month;
    from->year = to->year;
    from->year_said = to->year_said;
    return end;
}

static bool read_days(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct dl_civil from = {0};
    struct dl_civil to = {0};
    uint32_t end = read_days_of_month(r, at, &from, &to);
    if (end == at || !dl_date_find_year(r, at, end, &from) ||
        !dl_day_is_valid(from.year, from.month, from.date) ||
        !dl_day_is_valid(from.year, to.month, to.date))
        return false;
    return dl_date_give(ret, at, end, dl_day_of_civil(from.year, from.month, from.date),
                        dl_day_of_civil(from.year, to.month, to.date), DL_RANGE);
}

bool dl_date_read_day(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct dl_civil from = {0};
    struct dl_civil to = {0};
    if (read_days(r, at, ret))
        return true;
    uint32_t next = read_month_day(r, at, &from);
    if (next == at)
        return false;
    uint32_t end = read_range_end(r, at, next, &from, &to);
    if (end > next && to.year && !from.year) { /* one year for both: the start comes before */
        from.year = to.year;
        if (from.month > to.month)
            from.year--;
    }
    if (!dl_date_find_year(r, at, next, &from) ||
        !dl_day_is_valid(from.year, from.month, from.date))
        return false;
    int32_t start = dl_day_of_civil(from.year, from.month, from.date);
    if (end == next)
        return dl_date_give_day(ret, at, next, start);
    if (!to.year)
        to.year = to.month < from.month ? from.year + 1 : from.year;
    if (!dl_day_is_valid(to.year, to.month, to.date))
        return dl_date_give_day(ret, at, next, start);
    int32_t last = dl_day_of_civil(to.year, to.month, to.date);
    if (dl_is_dash(r->article, next) && from.year_said && to.year_said &&
        last - start > LIFE_DAYS) /* born and died: two dates */
        return dl_date_give_day(ret, at, next, start);
    return last > start ? dl_date_give(ret, at, end, start, last, DL_RANGE)
                        : dl_date_give_day(ret, at, next, start);
}

/* "2024-12-10", "10/12/2024" where only one reading is a date. */
bool dl_date_read_figures(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t part[3];
    dl_str text = text_of(r, at);
    int32_t day;
    if (text.len == 10 && text.at[4] == '-' && dl_day_of_rfc3339(text, &day) == DL_OK)
        return dl_date_give_day(ret, at, at + 1, day);
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
        return dl_date_give_day(ret, at, at + 5, dl_day_of_civil(part[0], part[1], part[2]));
    if (!slash || !year_at(r, at + 4) || part[0] < 1 || part[1] < 1)
        return false;
    bool day_first = part[0] > 12 && dl_day_is_valid(part[2], part[1], part[0]);
    bool month_first = part[1] > 12 && dl_day_is_valid(part[2], part[0], part[1]);
    if (day_first || part[0] == part[1])
        return dl_date_give_day(ret, at, at + 5, dl_day_of_civil(part[2], part[1], part[0]));
    return month_first &&
           dl_date_give_day(ret, at, at + 5, dl_day_of_civil(part[2], part[0], part[1]));
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
            is(r, at + 1, "'s") || is(r, at + 1, "\xe2\x80\x99s") || is(r, at - 1, "that") ||
            dl_is_dash(r->article, at - 1));
}

bool dl_date_read_month(reader *r, uint32_t at, struct dl_date_read *ret)
{
    struct dl_civil c = {0};
    struct dl_civil to = {0};
    uint32_t next = dl_date_month(r, at, &c.month);
    if (next == at)
        return false;
    uint32_t end = dl_date_year_after(r, next, &c);
    if (end == next && !stands_as_month(r, at, c.month))
        return false;
    /* "between March and May 2024", "March-May" */
    bool between = at > r->first && said(r, at - 1, DL_WORDING_FROM);
    bool joins = end < r->end && (dl_is_dash(r->article, end) || said(r, end, DL_WORDING_TO)) &&
                 (between || !is(r, end, "and"));
    uint32_t last = joins ? dl_date_month(r, end + 1, &to.month) : end;
    if (joins && last > end + 1) {
        uint32_t after = dl_date_year_after(r, last, &to);
        if (c.year_said && to.year_said) /* two dates that stand for themselves */
            return dl_date_give_month(ret, at, end, c.year, c.month);
        if (to.year && !c.year)
            c.year = to.month < c.month ? to.year - 1 : to.year;
        if (dl_date_find_year(r, at, next, &c)) {
            int year = to.year ? to.year : to.month < c.month ? c.year + 1 : c.year;
            return dl_date_give(ret, at, after, dl_day_of_civil(c.year, c.month, 1),
                                dl_day_of_civil(year, to.month + 1, 1) - 1, DL_RANGE);
        }
    }
    return dl_date_find_year(r, at, next, &c) && dl_date_give_month(ret, at, end, c.year, c.month);
}

/* "1990s" in one token or two. */
bool dl_date_read_decade(reader *r, uint32_t at, struct dl_date_read *ret)
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
    return text.len == 4 && year >= DL_YEAR_MIN && year <= DL_YEAR_MAX && year % 10 == 0 &&
           dl_date_give_years(ret, at, next, year, year % 100 == 0 && year < 2000 ? 100 : 10);
}

bool dl_date_read_century(reader *r, uint32_t at, struct dl_date_read *ret)
{
    uint32_t next = at + 1;
    bool ordinal = false;
    const struct dl_wording *word = said(r, at, DL_WORDING_ORDINAL);
    int32_t number = word ? word->a : dl_date_number(r, at, &next, &ordinal);
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
    return dl_date_give_years(ret, at, next + 1, (number - 1) * 100, 100);
}

/* "1992-95" in one token. */
static bool read_years(reader *r, uint32_t at, struct dl_date_read *ret)
{
    dl_str text = text_of(r, at);
    size_t dash = text.len > 7 && (unsigned char)text.at[4] == 0xe2 ? 3 : 1;
    if (text.len < 5 + dash + 1 || (dash == 1 && text.at[4] != '-'))
        return false;
    int32_t year = digits_of(dl_str_sub(text, 0, 4));
    dl_str rest = dl_str_sub(text, 4 + dash, text.len);
    int32_t last = digits_of(rest);
    if (rest.len == 2)
        last += year / 100 * 100;
    return (rest.len == 2 || rest.len == 4) && year >= DL_YEAR_MIN && last > year &&
           last <= DL_YEAR_MAX && dl_date_give_years(ret, at, at + 1, year, last - year + 1) &&
           (ret->precision = DL_RANGE);
}

/* "1871 – 72": the second. */
static bool read_short_year(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t short_year = text_of(r, at).len == 2 ? digits_at(r, at) : -1;
    if (short_year < 0 || at < r->first + 2 || !dl_is_dash(r->article, at - 1) ||
        !r->article->tokens[at].spaced)
        return false;
    int32_t year = year_at(r, at - 2);
    return year && short_year > year % 100 &&
           dl_date_give_years(ret, at, at + 1, year / 100 * 100 + short_year, 1);
}

bool dl_date_read_year(reader *r, uint32_t at, struct dl_date_read *ret)
{
    int32_t year = year_at(r, at);
    if (!year && (read_years(r, at, ret) || read_short_year(r, at, ret)))
        return true;
    if (!year)
        return false;
    uint32_t next = at + 1;
    if (is(r, next, "BC") || is(r, next, "BCE") || is(r, next, "%") || is(r, next, "GMT") ||
        is(r, next, "UTC") || is(r, next, "hours") || said(r, next, DL_WORDING_NOT_COUNTED) ||
        said(r, next, DL_WORDING_COUNTED) || said(r, next, DL_WORDING_SCALE) ||
        said(r, next, DL_WORDING_CURRENCY))
        return false;
    bool expected = at == r->first || said(r, at - 1, DL_WORDING_DURING) ||
                    said(r, at - 1, DL_WORDING_STAGE) || said(r, at - 1, DL_WORDING_SEASON) ||
                    said(r, at - 1, DL_WORDING_UNIT) || is(r, at - 1, "(");
    if (at > r->first && (said(r, at - 1, DL_WORDING_CURRENCY) || is(r, at - 1, "#") ||
                          is(r, at - 1, "no.") || is(r, at - 1, "number") ||
                          (is(r, at - 1, ".") && at > r->first + 1 && !is(r, at - 2, "c"))))
        return false;
    if (!expected && (year < (r->history ? YEAR_HISTORY_MIN : YEAR_PLAIN_MIN) || year >= 2050))
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
        return dl_date_give_years(ret, at, next + 2, year, last - year + 1) &&
               (ret->precision = DL_RANGE);
    return dl_date_give_years(ret, at, next, year, 1);
}
