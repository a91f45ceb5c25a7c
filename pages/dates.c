/* Dates as people and programs write them. Months are data/pages/months.txt, zones
 * data/pages/zones.txt. */
#include "pages/dates.h"

#include "core/day.h"
#include "markup/stamp.h"
#include "markup/words.h"
#include "pages/calendars.h"
#include "pages/date_tokens.h"

#define YEAR_MIN 1990
#define YEAR_MAX 2045      /* from there on numbers may be years of Nepal */
#define BUDDHIST_YEARS 543 /* Thai news counts years from the Buddha's death */
#define PERSIAN_YEAR_MIN 1369
#define PERSIAN_YEAR_MAX 1412 /* from there on numbers are lunar years, for a while */
#define WORD_ROOM (2 * DL_DATE_WORD_BYTES_MAX + 2)
#define ZONE_KEY_BYTES 64U

extern const struct dl_words dl_words_page_calendars;
extern const struct dl_words dl_words_page_eras;
extern const struct dl_words dl_words_page_halves;
extern const struct dl_words dl_words_page_months;
extern const struct dl_words dl_words_page_zones;

/* The line of a list for a word, two of them, or two letters with a stop between ("ก.พ."). */
static const struct dl_word *find_at(const struct dl_words *words, const struct dl_date_tokens *t,
                                     unsigned i, unsigned *ret_taken)
{
    dl_str word = dl_date_word(t, i);
    char both[WORD_ROOM];
    if (word.len == 0)
        return NULL;
    bool stop = dl_date_is_sign(t, i + 1, '.') && !dl_date_token_at(t, i + 1)->spaced;
    dl_str second = dl_date_word(t, i + 1 + stop);
    if (second.len) {
        int len = snprintf(both, sizeof both, "%.*s%c%.*s", DL_STR_ARG(word), stop ? '.' : ' ',
                           DL_STR_ARG(second));
        const struct dl_word *found = dl_words_find(words, (dl_str){both, (size_t)len});
        if (found) {
            *ret_taken = 2U + stop;
            return found;
        }
    }
    *ret_taken = 1;
    return dl_words_find(words, word);
}

/* The month that words name, or a word and a number ("tháng 2"); 0. */
static int month_at(const struct dl_date_tokens *t, unsigned i, unsigned *ret_taken)
{
    const struct dl_word *found = find_at(&dl_words_page_months, t, i, ret_taken);
    if (!found)
        return 0;
    if (strcmp(found->value, "next") != 0)
        return (int)strtol(found->value, NULL, 10);
    if (!dl_date_is_number(t, i + 1, 1, 2) || dl_date_token_at(t, i + 1)->number > 12)
        return 0;
    *ret_taken = 2;
    return (int)dl_date_token_at(t, i + 1)->number;
}

static int year_of(int64_t number)
{
    if (number >= YEAR_MIN + BUDDHIST_YEARS && number <= YEAR_MAX + BUDDHIST_YEARS)
        number -= BUDDHIST_YEARS;
    return number >= YEAR_MIN && number <= YEAR_MAX ? (int)number : 0;
}

static bool set_day(struct dl_page_date *date, int year, int64_t month, int64_t day)
{
    if (!year || month < 1 || month > 12 || day < 1 || day > 31 ||
        !dl_day_is_valid(year, (int)month, (int)day))
        return false;
    date->year = year;
    date->month = (int)month;
    date->date = (int)day;
    return true;
}

static void set_day_number(struct dl_page_date *date, int32_t day)
{
    dl_day_to_civil(day, &date->year, &date->month, &date->date);
}

/* A day in figures of the solar Hijra, 1403/11/18. */
static bool set_elsewhere(struct dl_page_date *date, int64_t year, int64_t month, int64_t day)
{
    int32_t number;
    if (year < PERSIAN_YEAR_MIN || year > PERSIAN_YEAR_MAX ||
        !dl_calendar_of_persian(year, month, day, &number))
        return false;
    set_day_number(date, number);
    return true;
}

/* --- the day: each shape says how many tokens it took, 0 for none --- */

/* 2025-02-06, 2025/02/06, 2025.02.06, 2025. 2. 6., 2025年2月6日 */
static unsigned year_first(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (!dl_date_is_number(t, i, 4, 4) || !dl_date_is_number(t, i + 2, 1, 2) ||
        !dl_date_is_number(t, i + 4, 1, 2))
        return 0;
    uint32_t sign = dl_date_token_at(t, i + 1)->sign;
    uint32_t second = dl_date_token_at(t, i + 3)->sign;
    bool same = sign == second && (sign == '-' || sign == '/' || sign == '.' || sign == 0x2013);
    bool units = (sign == 0x5e74 && second == 0x6708) || (sign == 0xb144 && second == 0xc6d4);
    if (!same && !units)
        return 0;
    if (!set_day(date, year_of(t->list[i].number), t->list[i + 2].number, t->list[i + 4].number) &&
        !set_elsewhere(date, t->list[i].number, t->list[i + 2].number, t->list[i + 4].number))
        return 0;
    return 5;
}

/* 06.02.2025, 6/2/2025, 06-02-25 */
static unsigned day_first(const struct dl_date_tokens *t, unsigned i, bool month_first,
                          struct dl_page_date *date)
{
    if (!dl_date_is_number(t, i, 1, 2) || !dl_date_is_number(t, i + 2, 1, 2) ||
        (!dl_date_is_number(t, i + 4, 4, 4) && !dl_date_is_number(t, i + 4, 2, 2)))
        return 0;
    uint32_t sign = dl_date_token_at(t, i + 1)->sign;
    if (sign != dl_date_token_at(t, i + 3)->sign || (sign != '-' && sign != '/' && sign != '.'))
        return 0;
    int64_t number = t->list[i + 4].number;
    int year = year_of(t->list[i + 4].digits == 2 ? 2000 + number : number);
    int64_t a = t->list[i].number;
    int64_t b = t->list[i + 2].number;
    bool us = month_first && sign == '/';
    if (set_day(date, year, us ? a : b, us ? b : a) || set_day(date, year, us ? b : a, us ? a : b))
        return 5;
    return 0;
}

/* 20250206, 20250206T1030 */
static unsigned run_together(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (dl_date_is_number(t, i, 8, 8)) {
        int64_t n = t->list[i].number;
        return set_day(date, year_of(n / 10000), n / 100 % 100, n % 100) ? 1 : 0;
    }
    if (dl_date_is_number(t, i, 14, 14) || dl_date_is_number(t, i, 12, 12)) {
        int64_t n = t->list[i].digits == 14 ? t->list[i].number : t->list[i].number * 100;
        int64_t day = n / 1000000;
        int64_t time = n % 1000000;
        if (time / 10000 > 23 || time / 100 % 100 > 59 || time % 100 > 59 ||
            !set_day(date, year_of(day / 10000), day / 100 % 100, day % 100))
            return 0;
        date->hour = (int)(time / 10000);
        date->minute = (int)(time / 100 % 100);
        date->second = (int)(time % 100);
        date->has_time = true;
        return 1;
    }
    return 0;
}

/* 18 Bahman 1403, 7 Shaban 1446: a month of another calendar, the year after it. */
static unsigned other_month(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    unsigned taken;
    int32_t number;
    if (!dl_date_is_number(t, i, 1, 2))
        return 0;
    const struct dl_word *month = find_at(&dl_words_page_calendars, t, i + 1, &taken);
    unsigned at = i + 1 + (month ? taken : 0);
    while (at < i + 5 && (dl_date_is_sign(t, at, 0x60c) || dl_date_is_sign(t, at, ',')))
        at++;
    if (!month || !dl_date_is_number(t, at, 4, 4))
        return 0;
    char *rest;
    int64_t month_number = strtol(month->value, &rest, 10);
    date->is_lunar = strstr(rest, "lunar") != NULL;
    bool found = (date->is_lunar ? dl_calendar_of_hijri : dl_calendar_of_persian)(
        t->list[at].number, month_number, t->list[i].number, &number);
    if (!found)
        return 0;
    set_day_number(date, number);
    return at + 1 - i;
}

/* 令和7年2月6日: an era, and a year of it. */
static unsigned of_era(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    int base = dl_words_number(&dl_words_page_eras, dl_date_word(t, i));
    if (!base || !dl_date_is_number(t, i + 1, 1, 3) || !dl_date_is_sign(t, i + 2, 0x5e74) ||
        !dl_date_is_number(t, i + 3, 1, 2) || !dl_date_is_sign(t, i + 4, 0x6708) ||
        !dl_date_is_number(t, i + 5, 1, 2))
        return 0;
    int year = year_of(base + t->list[i + 1].number);
    return set_day(date, year, t->list[i + 3].number, t->list[i + 5].number) ? 6 : 0;
}

/* Seconds or milliseconds since 1970, and nothing else in the text. */
static unsigned since_1970(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (t->count != 1 || (!dl_date_is_number(t, i, 10, 10) && !dl_date_is_number(t, i, 13, 13)))
        return 0;
    int64_t seconds = t->list[i].digits == 13 ? t->list[i].number / 1000 : t->list[i].number;
    int year;
    dl_day_to_civil((int32_t)(seconds / 86400), &year, &date->month, &date->date);
    if (!year_of(year))
        return 0;
    date->year = year;
    date->hour = (int)(seconds % 86400 / 3600);
    date->minute = (int)(seconds % 3600 / 60);
    date->second = (int)(seconds % 60);
    date->has_time = date->has_offset = true;
    return 1;
}

/* Small words and signs between the parts of a written date: "4 de marzo de 2021", "6th of". */
static unsigned skip_small(const struct dl_date_tokens *t, unsigned i)
{
    for (unsigned steps = 0; steps < 3 && i < t->count; steps++, i++) {
        const struct dl_date_token *token = &t->list[i];
        bool sign = token->kind == DL_DATE_SIGN &&
                    (token->sign == ',' || token->sign == '.' || token->sign == 0x60c ||
                     token->sign == '-' || token->sign == '/' || token->sign == 0x5e74 ||
                     token->sign == 0xba || token->sign == '\'');
        unsigned taken;
        bool small =
            token->kind == DL_DATE_WORD && token->word_bytes <= 4 && !month_at(t, i, &taken);
        if (!sign && !small)
            return i;
    }
    return i;
}

/* "February 6, 2025", "6 February 2025", "6. Februar 2025", "2025 m. vasario 6 d." */
static unsigned written(const struct dl_date_tokens *t, unsigned i, struct dl_page_date *date)
{
    unsigned taken;
    unsigned at;
    int month = month_at(t, i, &taken);
    if (month) {
        at = skip_small(t, i + taken);
        if (!dl_date_is_number(t, at, 1, 2))
            return 0;
        int64_t day = t->list[at].number;
        unsigned year_at = skip_small(t, at + 1);
        if (dl_date_is_number(t, year_at, 4, 4) &&
            set_day(date, year_of(t->list[year_at].number), month, day))
            return year_at + 1 - i;
        return 0;
    }
    if (dl_date_is_number(t, i, 4, 4) && year_of(t->list[i].number)) {
        at = skip_small(t, i + 1);
        month = month_at(t, at, &taken);
        if (!month && dl_date_is_number(t, at, 1, 2)) { /* "2025. gada 6. februāris" */
            unsigned name_at = skip_small(t, at + 1);
            month = month_at(t, name_at, &taken);
            return month && at > i + 1 &&
                           set_day(date, year_of(t->list[i].number), month, t->list[at].number)
                       ? name_at + taken - i
                       : 0;
        }
        if (!month)
            return 0;
        unsigned day_at = skip_small(t, at + taken);
        if (dl_date_is_number(t, day_at, 1, 2) &&
            set_day(date, year_of(t->list[i].number), month, t->list[day_at].number))
            return day_at + 1 - i;
        return 0;
    }
    if (!dl_date_is_number(t, i, 1, 2))
        return 0;
    at = skip_small(t, i + 1);
    month = month_at(t, at, &taken);
    if (!month)
        return 0;
    unsigned year_at = skip_small(t, at + taken);
    if (dl_date_is_number(t, year_at, 4, 4) &&
        set_day(date, year_of(t->list[year_at].number), month, t->list[i].number))
        return year_at + 1 - i;
    if (dl_date_is_number(t, year_at, 2, 2) && !dl_date_is_sign(t, year_at + 1, ':') &&
        at == i + 2 && dl_date_is_sign(t, i + 1, '-') &&
        set_day(date, 2000 + (int)t->list[year_at].number, month, t->list[i].number))
        return year_at + 1 - i; /* 06-Feb-25 */
    return 0;
}

/* --- the time --- */

/* Minutes east of UTC that a zone's name stands for, where it is written: "ist.in", else "ist". */
static bool read_zone(dl_str name, const struct dl_page_ways *ways, struct dl_page_date *date)
{
    char key[ZONE_KEY_BYTES];
    const struct dl_word *zone = NULL;
    const dl_str places[] = {ways->region, ways->language};
    char *rule;
    for (size_t i = 0; i < 2 && !zone && name.len; i++) {
        int len = snprintf(key, sizeof key, "%.*s.%.*s", DL_STR_ARG(name), DL_STR_ARG(places[i]));
        if (places[i].len && (size_t)len < sizeof key)
            zone = dl_words_find(&dl_words_page_zones, (dl_str){key, (size_t)len});
    }
    if (!zone)
        zone = dl_words_find(&dl_words_page_zones, name);
    if (!zone)
        return false;
    date->offset = (int)strtol(zone->value, &rule, 10);
    rule += strspn(rule, " ");
    if (dl_stamp_is_summer(rule, dl_page_date_day(date), date->year,
                           date->hour * 3600 + date->minute * 60))
        date->offset += 60;
    date->has_offset = true;
    return true;
}

static void read_offset(const struct dl_date_tokens *t, unsigned i, const struct dl_page_ways *ways,
                        struct dl_page_date *date)
{
    if (dl_date_is_sign(t, i, '.') && dl_date_is_number(t, i + 1, 1, 9)) /* of a second */
        i += 2;
    if (dl_date_is_sign(t, i, '('))
        i++;
    if (dl_date_word(t, i).len) {
        bool found = read_zone(dl_date_word(t, i), ways, date);
        if (!found) { /* "14:30 Uhr MEZ", "14:30 hrs (IST)" */
            i++;
            i += dl_date_is_sign(t, i, '(');
            found = read_zone(dl_date_word(t, i), ways, date);
        }
        if (!found)
            return;
        i++; /* "GMT+2" says more */
    }
    bool west = dl_date_is_sign(t, i, '-') || dl_date_is_sign(t, i, 0x2212);
    if ((!west && !dl_date_is_sign(t, i, '+')) || i + 1 >= t->count)
        return;
    const struct dl_date_token *number = &t->list[i + 1];
    int64_t hours = number->number;
    int64_t minutes = 0;
    if (number->kind != DL_DATE_NUMBER || number->spaced)
        return;
    if (number->digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (number->digits > 2) {
        return;
    } else if (dl_date_is_sign(t, i + 2, ':') && dl_date_is_number(t, i + 3, 2, 2)) {
        minutes = t->list[i + 3].number;
    }
    if (hours > 14 || minutes > 59)
        return;
    date->offset = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    date->has_offset = true;
}

/* "pm", "p.m.", "午後": tokens taken, 0 for none. `before` a time only scripts without capitals set
 * it: "am 6.2." is no morning. */
static unsigned half_at(const struct dl_date_tokens *t, unsigned i, bool before, bool *ret_pm)
{
    unsigned taken;
    const struct dl_word *word = find_at(&dl_words_page_halves, t, i, &taken);
    if (!word || (before && (unsigned char)word->key[0] < 0xd6))
        return 0;
    *ret_pm = strcmp(word->value, "pm") == 0;
    return taken + (taken == 3 && dl_date_is_sign(t, i + 3, '.'));
}

static bool is_hour_sign(uint32_t sign)
{
    return sign == ':' || sign == 0xff1a || sign == 0x6642 || sign == 0x65f6 || sign == 0xc2dc ||
           sign == 0x70b9;
}

/* 10:30, 10:30:15, 10h30, 10.30 after "kl" or before "Uhr", 10時30分, 午後2時30分 */
static bool time_at(const struct dl_date_tokens *t, unsigned i, const struct dl_page_ways *ways,
                    struct dl_page_date *date)
{
    if (!dl_date_is_number(t, i, 1, 2) || t->list[i].number > 23)
        return false;
    unsigned after;
    const struct dl_date_token *sign = dl_date_token_at(t, i + 1);
    bool colon = sign->kind == DL_DATE_SIGN && is_hour_sign(sign->sign);
    bool h = dl_date_is_word(t, i + 1, "h");
    bool dot = dl_date_is_sign(t, i + 1, '.') && dl_date_is_number(t, i + 2, 2, 2) &&
               !t->list[i + 2].spaced && !dl_date_is_sign(t, i + 3, '.');
    bool pm = false;
    if ((colon || h || dot) && dl_date_is_number(t, i + 2, 1 + !sign->spaced, 2) &&
        t->list[i + 2].number < 60) {
        date->hour = (int)t->list[i].number;
        date->minute = (int)t->list[i + 2].number;
        date->second = 0;
        after = i + 3;
        if (dl_date_is_sign(t, after, ':') && dl_date_is_number(t, after + 1, 2, 2) &&
            t->list[after + 1].number < 60) {
            date->second = (int)t->list[after + 1].number;
            after += 2;
        }
    } else if (half_at(t, i + 1, false, &pm) && t->list[i].number <= 12) {
        date->hour = (int)t->list[i].number;
        date->minute = date->second = 0;
        after = i + 1;
    } else {
        return false;
    }
    date->has_time = true;
    unsigned half = half_at(t, after, false, &pm);
    bool has_half = half || (i > 0 && half_at(t, i - 1, true, &pm));
    if (has_half && date->hour <= 12)
        date->hour = date->hour % 12 + (pm ? 12 : 0);
    read_offset(t, after + half, ways, date);
    return true;
}

/* The nearest time after the day, or just before it. */
static void find_time(const struct dl_date_tokens *t, unsigned day, unsigned after,
                      const struct dl_page_ways *ways, struct dl_page_date *date)
{
    for (unsigned i = after; i < t->count && i < after + 8; i++)
        if (time_at(t, i, ways, date))
            return;
    for (unsigned i = day > 8 ? day - 8 : 0; i < day; i++)
        if (time_at(t, i, ways, date))
            return;
}

/* The day that begins at token `i`; how many tokens it took, 0 for none. */
static unsigned day_at(const struct dl_date_tokens *t, unsigned i, const struct dl_page_ways *ways,
                       struct dl_page_date *date)
{
    unsigned taken = year_first(t, i, date);
    if (!taken)
        taken = since_1970(t, i, date);
    if (!taken)
        taken = run_together(t, i, date);
    if (!taken)
        taken = day_first(t, i, ways->month_first, date);
    if (!taken)
        taken = written(t, i, date);
    if (!taken)
        taken = other_month(t, i, date);
    return taken ? taken : of_era(t, i, date);
}

bool dl_page_date_find(dl_str text, const struct dl_page_ways *ways, struct dl_page_date *ret,
                       size_t *ret_from, size_t *ret_to)
{
    struct dl_date_tokens t;
    bool found = false;
    dl_date_tokenise(text, &t);
    for (unsigned i = 0; i < t.count; i++) {
        struct dl_page_date date = {0};
        unsigned taken = day_at(&t, i, ways, &date);
        if (!taken || (found && date.is_lunar))
            continue;
        unsigned after = i + taken;
        if (!date.has_time && dl_date_is_word(&t, after, "t") &&
            dl_date_is_number(&t, after + 1, 6, 6)) {
            int64_t time = t.list[after + 1].number; /* T103015 */
            date.hour = (int)(time / 10000 % 24);
            date.minute = (int)(time / 100 % 100 % 60);
            date.second = (int)(time % 100 % 60);
            date.has_time = true;
            read_offset(&t, after + 2, ways, &date);
        } else if (!date.has_time) {
            find_time(&t, i, after, ways, &date);
        }
        *ret = date;
        *ret_from = t.list[i].from;
        *ret_to = t.list[after - 1].to;
        found = true;
        if (!date.is_lunar) /* one of ours beside it is surer */
            break;
    }
    return found;
}

bool dl_page_date_read(dl_str text, bool month_first, struct dl_page_date *ret)
{
    struct dl_page_ways ways = {.month_first = month_first};
    size_t from;
    size_t to;
    return dl_page_date_find(text, &ways, ret, &from, &to);
}

bool dl_page_date_of_url(dl_str url, struct dl_page_date *ret)
{
    for (size_t at = 0; at + 8 <= url.len; at++) {
        if (url.at[at] != '/' && url.at[at] != '-' && url.at[at] != '_' && url.at[at] != '.')
            continue;
        dl_str rest = dl_str_sub(url, at + 1, url.len);
        size_t digits = 0;
        while (digits < rest.len && rest.at[digits] >= '0' && rest.at[digits] <= '9')
            digits++;
        struct dl_date_tokens tokens;
        struct dl_page_date date = {0};
        if (digits == 4) {
            if (rest.len > 12)
                rest.len = 12;
            dl_date_tokenise(rest, &tokens);
            if (year_first(&tokens, 0, &date) || written(&tokens, 0, &date)) {
                *ret = date;
                return true;
            }
        } else if (digits == 8) {
            dl_date_tokenise(dl_str_sub(rest, 0, 8), &tokens);
            if (run_together(&tokens, 0, &date) && !date.has_time) {
                *ret = date;
                return true;
            }
        }
    }
    return false;
}

int32_t dl_page_date_day(const struct dl_page_date *date)
{
    return dl_day_of_civil(date->year, date->month, date->date);
}

dl_str dl_page_date_text(struct dl_arena *arena, const struct dl_page_date *date)
{
    if (!date->has_time)
        return dl_day_text(arena, dl_page_date_day(date));
    dl_str local = dl_arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d", date->year, date->month,
                                   date->date, date->hour, date->minute, date->second);
    if (!date->has_offset)
        return local;
    if (date->offset == 0)
        return dl_arena_printf(arena, "%.*sZ", DL_STR_ARG(local));
    int minutes = date->offset < 0 ? -date->offset : date->offset;
    return dl_arena_printf(arena, "%.*s%c%02d:%02d", DL_STR_ARG(local),
                           date->offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
