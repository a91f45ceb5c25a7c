/* Units of the calendar, and parts of them, as days. */
#include "workers/stages/date_parts.h"

#include "core/day.h"

bool dl_date_give(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t start,
                  int32_t end, int32_t precision)
{
    *ret = (struct dl_date_read){
        .first = first, .count = next - first, .start = start, .end = end, .precision = precision};
    return true;
}

bool dl_date_give_day(struct dl_date_read *ret, uint32_t first, uint32_t next, int32_t day)
{
    return dl_date_give(ret, first, next, day, day, DL_DAY);
}

bool dl_date_give_month(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                        int month)
{
    return dl_date_give(ret, first, next, dl_day_of_civil(year, month, 1),
                        dl_day_of_civil(year, month + 1, 1) - 1, DL_MONTH);
}

bool dl_date_give_years(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                        int years)
{
    return dl_date_give(ret, first, next, dl_day_of_civil(year, 1, 1),
                        dl_day_of_civil(year + years, 1, 1) - 1, years == 1 ? DL_YEAR : DL_RANGE);
}

bool dl_date_give_season(struct dl_date_read *ret, uint32_t first, uint32_t next, int year,
                         int month)
{
    return dl_date_give(ret, first, next, dl_day_of_civil(year, month, 1),
                        dl_day_of_civil(year, month + 3, 1) - 1, DL_SEASON);
}

/* The calendar unit a day lies in, `shift` units on. */
bool dl_date_give_unit(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
                       int32_t day, int32_t shift)
{
    int year;
    int month;
    int date;
    int32_t monday = day - dl_day_weekday(day) + 7 * shift;
    dl_day_to_civil(day, &year, &month, &date);
    if (dl_str_is(unit, "day"))
        return dl_date_give_day(ret, first, next, day + shift);
    if (dl_str_is(unit, "week"))
        return dl_date_give(ret, first, next, monday, monday + 6, DL_WEEK);
    if (dl_str_is(unit, "fortnight"))
        return dl_date_give(ret, first, next, monday + 7 * shift, monday + 7 * shift + 6, DL_WEEK);
    if (dl_str_is(unit, "weekend"))
        return dl_date_give(ret, first, next, monday + 5, monday + 6, DL_RANGE);
    if (dl_str_is(unit, "month")) {
        int months = year * 12 + month - 1 + shift;
        return dl_date_give_month(ret, first, next, months / 12, months % 12 + 1);
    }
    if (dl_str_is(unit, "quarter")) {
        int quarter = year * 4 + (month - 1) / 3 + shift;
        int from = quarter % 4 * 3 + 1;
        return dl_date_give(ret, first, next, dl_day_of_civil(quarter / 4, from, 1),
                            dl_day_of_civil(quarter / 4, from + 3, 1) - 1, DL_RANGE);
    }
    if (dl_str_is(unit, "year"))
        return dl_date_give_years(ret, first, next, year + shift, 1);
    if (dl_str_is(unit, "decade"))
        return dl_date_give_years(ret, first, next, (year / 10 + shift) * 10, 10);
    if (dl_str_is(unit, "century"))
        return dl_date_give_years(ret, first, next, (year / 100 + shift) * 100, 100);
    return false;
}

/* `count` units back from (or on from) a day, both ends in. */
bool dl_date_give_stretch(struct dl_date_read *ret, uint32_t first, uint32_t next, dl_str unit,
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
        return dl_date_give(ret, first, next, other + (day - other > 6), day, DL_RANGE);
    return dl_date_give(ret, first, next, day, other, DL_RANGE);
}

/* The part of a span that "early", "the second half of" or "later" leaves. */
void dl_date_take_stage(reader *r, struct dl_date_read *date, const struct dl_wording *stage)
{
    int32_t days = date->end - date->start + 1;
    int32_t k = stage->a;
    int32_t n = stage->b;
    int year;
    int month;
    int day;
    if (date->precision == DL_DAY || days > 2 * 366) /* which years "the late 1980s" are is open */
        return;                                      /* "early Thursday" is Thursday */
    if (n == 0) {                                    /* the end of */
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
