/* Calendar arithmetic and the shapes of dates. */
#include "core/day.h"

int32_t dl_day_of_civil(int year, int month, int day)
{
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void dl_day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_date)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *ret_date = doy - (153 * mp + 2) / 5 + 1;
    *ret_month = mp < 10 ? mp + 3 : mp - 9;
    *ret_year = yoe + era * 400 + (*ret_month <= 2);
}

int dl_day_weekday(int32_t day)
{
    int weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return weekday < 0 ? weekday + 7 : weekday;
}

bool dl_day_is_valid(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* Exactly `count` digits at the front of *rest. */
static bool take_digits(dl_str *rest, size_t count, int *ret)
{
    int number = 0;
    if (rest->len < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->at[i] < '0' || rest->at[i] > '9')
            return false;
        number = number * 10 + (rest->at[i] - '0');
    }
    *rest = dl_str_sub(*rest, count, rest->len);
    *ret = number;
    return true;
}

static bool take(dl_str *rest, char c)
{
    if (rest->len == 0 || rest->at[0] != c)
        return false;
    *rest = dl_str_sub(*rest, 1, rest->len);
    return true;
}

dl_status dl_day_of_rfc3339(dl_str text, int32_t *ret_day)
{
    int year;
    int month;
    int date;
    if (!take_digits(&text, 4, &year) || !take(&text, '-') || !take_digits(&text, 2, &month) ||
        !take(&text, '-') || !take_digits(&text, 2, &date) || !dl_day_is_valid(year, month, date))
        return DL_NOT_FOUND;
    if (text.len && text.at[0] >= '0' && text.at[0] <= '9')
        return DL_NOT_FOUND;
    *ret_day = dl_day_of_civil(year, month, date);
    return DL_OK;
}

dl_str dl_day_text(struct dl_arena *arena, int32_t day)
{
    int year;
    int month;
    int date;
    dl_day_to_civil(day, &year, &month, &date);
    return dl_arena_printf(arena, "%04d-%02d-%02d", year, month, date);
}

int32_t dl_day_of_weekday(int weekday, int32_t published)
{
    int back = dl_day_weekday(published) - weekday;
    return published - (back < 0 ? back + 7 : back);
}

int32_t dl_day_of_month(int month, int date, int32_t published, int ahead)
{
    int year;
    int this_month;
    int this_date;
    dl_day_to_civil(published, &year, &this_month, &this_date);
    int32_t day = dl_day_of_civil(year + 1, month, date);
    while (day > published + ahead)
        day = dl_day_of_civil(--year + 1, month, date);
    return day;
}

/* --- shapes --- */

static int month_of(dl_str word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int m = 0; m < 12 && word.len >= 3; m++)
        if (dl_str_eq_nocase(dl_str_sub(word, 0, 3), (dl_str){names + 3 * m, 3}))
            return m + 1;
    return 0;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct parts {
    int year, month, date, hour, minute, second, offset;
    bool has_time, has_offset;
};

static bool take_time(dl_str *rest, struct parts *p)
{
    dl_str from = *rest;
    if (take_digits(rest, 2, &p->hour) && take(rest, ':') && take_digits(rest, 2, &p->minute)) {
        p->second = 0;
        if (take(rest, ':') && !take_digits(rest, 2, &p->second))
            return false;
        p->has_time = true;
        return p->hour < 24 && p->minute < 60 && p->second < 61;
    }
    *rest = from;
    return false;
}

static void take_offset(dl_str rest, struct parts *p)
{
    int hours;
    int minutes = 0;
    rest = dl_str_trim(rest);
    if (dl_str_starts(rest, DL_STR("Z")) || dl_str_starts(rest, DL_STR("GMT")) ||
        dl_str_starts(rest, DL_STR("UT"))) {
        p->has_offset = true;
        return;
    }
    int sign = rest.len && rest.at[0] == '-' ? -1 : 1;
    if (!take(&rest, '+') && !take(&rest, '-'))
        return;
    if (!take_digits(&rest, 2, &hours))
        return;
    (void)take(&rest, ':');
    (void)take_digits(&rest, 2, &minutes);
    p->offset = sign * (hours * 60 + minutes);
    p->has_offset = true;
}

/* Words and numbers in any order that holds one month name, one day and one year. */
static bool read_written(dl_str text, struct parts *p)
{
    while (text.len) {
        dl_str rest = text;
        if (p->year && take_time(&rest, p)) {
            take_offset(rest, p);
            break;
        }
        size_t n = 0;
        if (is_alpha(text.at[0])) {
            while (n < text.len && is_alpha(text.at[n]))
                n++;
            int month = month_of(dl_str_sub(text, 0, n));
            if (month && !p->month)
                p->month = month;
        } else if (text.at[0] >= '0' && text.at[0] <= '9') {
            int64_t number = 0;
            while (n < text.len && text.at[n] >= '0' && text.at[n] <= '9')
                n++;
            if (n > 4 || dl_str_to_i64(dl_str_sub(text, 0, n), &number) != DL_OK)
                return false;
            if (n == 4)
                p->year = (int)number;
            else if (!p->date)
                p->date = (int)number;
        } else {
            n = 1;
        }
        text = dl_str_sub(text, n, text.len);
    }
    return p->month && p->date && p->year;
}

dl_status dl_date_normalise(struct dl_arena *arena, dl_str text, dl_str *ret)
{
    struct parts p = {0};
    int32_t day;
    text = dl_str_trim(text);
    if (text.len > 64)
        return DL_NOT_FOUND;
    if (dl_day_of_rfc3339(text, &day) == DL_OK) {
        dl_str rest = dl_str_sub(text, 10, text.len);
        dl_day_to_civil(day, &p.year, &p.month, &p.date);
        if ((take(&rest, 'T') || take(&rest, 't') || take(&rest, ' ')) && take_time(&rest, &p)) {
            if (take(&rest, '.'))
                while (rest.len && rest.at[0] >= '0' && rest.at[0] <= '9')
                    rest = dl_str_sub(rest, 1, rest.len);
            take_offset(rest, &p);
        }
    } else if (!read_written(text, &p)) {
        return DL_NOT_FOUND;
    }
    if (!dl_day_is_valid(p.year, p.month, p.date))
        return DL_NOT_FOUND;
    if (!p.has_time || !p.has_offset) { /* a time of no known zone would be a guess */
        *ret = dl_day_text(arena, dl_day_of_civil(p.year, p.month, p.date));
        return DL_OK;
    }
    int offset = p.offset < 0 ? -p.offset : p.offset;
    dl_str zone = p.offset ? dl_arena_printf(arena, "%c%02d:%02d", p.offset < 0 ? '-' : '+',
                                             offset / 60, offset % 60)
                           : DL_STR("Z");
    *ret = dl_arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%.*s", p.year, p.month, p.date,
                           p.hour, p.minute, p.second, DL_STR_ARG(zone));
    return DL_OK;
}
