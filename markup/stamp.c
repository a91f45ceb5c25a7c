/* Three passes over a short row of tokens: the time of day is found by its colons, the zone by
 * what follows it, and what numbers are left make the day. */
#include "markup/stamp.h"

#include "core/day.h"
#include "core/utf8.h"
#include "markup/stamp_words.h"

#define YEAR_MIN 1000 /* "0001-01-01" is how some programs say that they know no date */

struct reading {
    struct dl_stamp_token token[DL_STAMP_TOKENS_MAX];
    unsigned count;
    int year, month, day;
    int hour, minute, second;
    bool has_time, has_zone;
    int offset;
    const char *rule; /* of summer time, "" for none */
};

static bool is(const struct reading *r, unsigned i, char kind)
{
    return i < r->count && r->token[i].kind == kind && !r->token[i].used;
}

static bool is_short(const struct reading *r, unsigned i)
{
    return is(r, i, '0') && r->token[i].digits <= 2;
}

static bool means(const struct reading *r, unsigned i, enum dl_stamp_meaning meaning)
{
    return i < r->count && r->token[i].meaning == meaning && !r->token[i].used;
}

static void use(struct reading *r, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        r->token[i].used = true;
}

/* --- the time of day --- */

/* "10:14", "10:14:55.3"; gives where it ends, or `i`. */
static unsigned take_colon_time(struct reading *r, unsigned i)
{
    if (!is_short(r, i) || !is(r, i + 1, ':') || !is_short(r, i + 2))
        return i;
    unsigned end = i + 3;
    r->hour = (int)r->token[i].number;
    r->minute = (int)r->token[i + 2].number;
    if (is(r, end, ':') && is_short(r, end + 1)) {
        r->second = (int)r->token[end + 1].number;
        end += 2;
        if ((is(r, end, '.') || is(r, end, ',') || is(r, end, ':')) && is(r, end + 1, '0') &&
            !r->token[end].after_space && !r->token[end + 1].after_space)
            end += 2; /* a fraction of the second */
    }
    return end;
}

/* "T101455", "T1014" after a date of digits only. */
static unsigned take_compact_time(struct reading *r, unsigned i)
{
    if (!means(r, i, DL_STAMP_MEANS_TIME) || !is(r, i + 1, '0'))
        return i;
    int number = (int)(r->token[i + 1].number % 1000000);
    if (r->token[i + 1].digits == 4)
        number *= 100;
    else if (r->token[i + 1].digits == 2 && !is(r, i + 2, ':')) /* "T10" */
        number *= 10000;
    else if (r->token[i + 1].digits != 6)
        return i;
    r->hour = number / 10000;
    r->minute = number / 100 % 100;
    r->second = number % 100;
    bool fraction = is(r, i + 2, '.') && is(r, i + 3, '0');
    return i + (fraction ? 4 : 2);
}

/* "10時14分55秒" */
static unsigned take_marked_time(struct reading *r, unsigned i)
{
    if (!is_short(r, i) || !means(r, i + 1, DL_STAMP_MEANS_HOUR_MARK))
        return i;
    r->hour = (int)r->token[i].number;
    i += 2;
    bool marked = means(r, i + 1, DL_STAMP_MEANS_MINUTE_MARK);
    if (is_short(r, i) && (marked || !r->token[i].after_space)) { /* "15h04" too */
        r->minute = (int)r->token[i].number;
        i += marked ? 2 : 1;
    }
    if (is_short(r, i) && means(r, i + 1, DL_STAMP_MEANS_SECOND_MARK)) {
        r->second = (int)r->token[i].number;
        i += 2;
    }
    return i;
}

/* "15.04 Uhr" */
static unsigned take_dotted_time(struct reading *r, unsigned i)
{
    if (!is_short(r, i) || !is(r, i + 1, '.') || !is_short(r, i + 2) ||
        !means(r, i + 3, DL_STAMP_MEANS_CLOCK))
        return i;
    r->hour = (int)r->token[i].number;
    r->minute = (int)r->token[i + 2].number;
    return i + 4;
}

/* "am" or "pm" at `i`; where it ends. */
static unsigned take_half(struct reading *r, unsigned i, enum dl_stamp_meaning *ret_half)
{
    if (means(r, i, DL_STAMP_MEANS_AM) || means(r, i, DL_STAMP_MEANS_PM)) {
        *ret_half = r->token[i].meaning;
        return i + 1;
    }
    return i;
}

/* The hour by the half of the day that stands by it. */
static void set_half(struct reading *r, unsigned from, unsigned *end)
{
    enum dl_stamp_meaning half = DL_STAMP_MEANS_NOTHING;
    *end = take_half(r, *end, &half);
    if (half == DL_STAMP_MEANS_NOTHING && from) /* "오후 3:04" */
        (void)take_half(r, from - 1, &half);
    if (half == DL_STAMP_MEANS_PM && r->hour < 12)
        r->hour += 12;
    if (half == DL_STAMP_MEANS_AM && r->hour == 12)
        r->hour = 0;
}

/* Gives the token after it; the end where there is no time. */
static unsigned take_time(struct reading *r)
{
    for (unsigned i = 0; i < r->count; i++) {
        unsigned end = take_colon_time(r, i);
        end = end == i ? take_compact_time(r, i) : end;
        end = end == i ? take_marked_time(r, i) : end;
        end = end == i ? take_dotted_time(r, i) : end;
        if (end == i)
            continue;
        use(r, i, end);
        set_half(r, i, &end);
        r->has_time = true;
        return end;
    }
    for (unsigned i = 0; i + 1 < r->count; i++) { /* "3 pm" */
        if (!is_short(r, i) ||
            (!means(r, i + 1, DL_STAMP_MEANS_AM) && !means(r, i + 1, DL_STAMP_MEANS_PM)))
            continue;
        unsigned end = i + 1;
        r->hour = (int)r->token[i].number;
        use(r, i, end);
        set_half(r, i, &end);
        r->has_time = true;
        return end;
    }
    return r->count;
}

/* --- the zone --- */

/* "+0100", "-05:00", "+7": only digits that stand by the sign. */
static bool take_offset(struct reading *r, unsigned i)
{
    if ((!is(r, i, '+') && !is(r, i, '-')) || !is(r, i + 1, '0') || r->token[i + 1].after_space)
        return false;
    const struct dl_stamp_token *number = &r->token[i + 1];
    int minutes;
    unsigned end = i + 2;
    if (number->digits <= 2 && is(r, end, ':') && is_short(r, end + 1)) {
        minutes = (int)(number->number * 60 + r->token[end + 1].number);
        end += 2;
    } else if (number->digits <= 2) {
        minutes = (int)number->number * 60;
    } else if (number->digits <= 4) {
        minutes = (int)(number->number / 100 * 60 + number->number % 100);
    } else {
        return false;
    }
    if (minutes > 18 * 60)
        return false;
    r->offset = r->token[i].kind == '-' ? -minutes : minutes;
    r->has_zone = true;
    use(r, i, end);
    return true;
}

/* "+0100" further on, after a date: four digits by a sign that stands by nothing else. */
static bool take_late_offset(struct reading *r, unsigned after_time)
{
    for (unsigned i = after_time + 1; i < r->count; i++)
        if (r->token[i].after_space && r->token[i + 1].digits == 4 && take_offset(r, i))
            return true;
    return false;
}

static void take_zone(struct reading *r, unsigned after_time)
{
    bool doubled = (is(r, after_time, ':') || is(r, after_time, '-')) &&
                   (is(r, after_time + 1, '-') || is(r, after_time + 1, '+'));
    if (take_offset(r, after_time + doubled))
        return;
    for (unsigned i = 0; i < r->count; i++) {
        if (!means(r, i, DL_STAMP_MEANS_ZONE))
            continue;
        r->token[i].used = true;
        r->has_zone = true;
        r->offset = r->token[i].value;
        r->rule = r->token[i].rule;
        if (r->offset == 0 && take_offset(r, i + 1)) /* "GMT+01:00" */
            r->rule = "";
        return;
    }
    if (is(r, after_time, '(') && take_offset(r, after_time + 1)) /* "(+0100)" */
        return;
    if (take_late_offset(r, after_time))
        return;
    for (unsigned i = 0; i < r->count; i++) /* none is named, but the words say whose time it is */
        if (r->token[i].meaning != DL_STAMP_MEANS_MONTH && r->token[i].value)
            r->offset = r->token[i].value;
}

/* --- the day --- */

static int full_year(const struct dl_stamp_token *token)
{
    int year = (int)token->number;
    if (token->digits > 2)
        return year;
    return year < 70 ? year + 2000 : year + 1900;
}

static bool take_marked_day(struct reading *r)
{
    for (unsigned i = 0; i + 1 < r->count; i++) {
        if (!is(r, i, '0') || r->token[i].digits > 4)
            continue;
        if (means(r, i + 1, DL_STAMP_MEANS_YEAR_MARK))
            r->year = full_year(&r->token[i]);
        else if (means(r, i + 1, DL_STAMP_MEANS_MONTH_MARK))
            r->month = (int)r->token[i].number;
        else if (means(r, i + 1, DL_STAMP_MEANS_DAY_MARK))
            r->day = (int)r->token[i].number;
    }
    return r->year && r->month && r->day;
}

/* A month by its name, with a day and a year around it in any order. The last name counts: short
 * names of days can look like months ("mar, 5 ene 2010"). */
static bool take_named_day(struct reading *r)
{
    unsigned named = r->count;
    for (unsigned i = 0; i < r->count; i++)
        if (means(r, i, DL_STAMP_MEANS_MONTH))
            named = i;
    if (named == r->count)
        return false;
    r->month = r->token[named].value;
    for (unsigned i = 0; i < r->count; i++) {
        if (!is(r, i, '0') || r->token[i].digits > 4)
            continue;
        const struct dl_stamp_token *token = &r->token[i];
        bool year = token->digits >= 3 || token->number > 31 || token->number == 0 || r->day;
        if (year && !r->year)
            r->year = full_year(token);
        else if (!year)
            r->day = (int)token->number;
    }
    return r->year && r->day;
}

static void set_ordinal(struct reading *r, int year, int day_of_year)
{
    dl_day_to_civil(dl_day_of_civil(year, 1, 1) + day_of_year - 1, &r->year, &r->month, &r->day);
}

/* ISO weeks: week 1 holds the 4th of January. */
static void set_week(struct reading *r, int year, int week, int weekday)
{
    int32_t fourth = dl_day_of_civil(year, 1, 4);
    int32_t monday = fourth - dl_day_weekday(fourth) + 7 * (week - 1);
    dl_day_to_civil(monday + weekday - 1, &r->year, &r->month, &r->day);
}

/* "2025-02-06", "2/6/2025", "6.2.25", "2025-037", "2025-02". */
static bool take_number_row(struct reading *r, unsigned i)
{
    const struct dl_stamp_token *a = &r->token[i];
    char by = i + 1 < r->count ? r->token[i + 1].kind : ' ';
    bool row = (by == '-' || by == '/' || by == '.') && is(r, i + 2, '0');
    if (!row)
        return false;
    const struct dl_stamp_token *b = &r->token[i + 2];
    const struct dl_stamp_token *c =
        is(r, i + 3, by) && is(r, i + 4, '0') ? &r->token[i + 4] : NULL;
    if (a->digits == 4 && !c) {
        if (b->digits == 3) {
            set_ordinal(r, (int)a->number, (int)b->number);
        } else {
            r->year = (int)a->number;
            r->month = (int)b->number;
            r->day = 1;
        }
        return b->digits <= 3;
    }
    if (!c || a->digits > 4 || b->digits > 2 || c->digits > 4)
        return false;
    bool year_first = a->digits == 4 || (by == '-' && c->digits <= 2);
    if (year_first) {
        r->year = full_year(a);
        r->month = (int)b->number;
        r->day = (int)c->number;
    } else {
        r->year = full_year(c);
        r->month = (int)(by == '/' ? a->number : b->number);
        r->day = (int)(by == '/' ? b->number : a->number);
    }
    if (r->month > 12 && r->day <= 12) { /* the other way round after all */
        int month = r->day;
        r->day = r->month;
        r->month = month;
    }
    return true;
}

/* "20250206", "250206", "2025037", "20250206101455", seconds or milliseconds of Unix time. */
static bool take_compact_day(struct reading *r, unsigned i)
{
    const struct dl_stamp_token *token = &r->token[i];
    int64_t n = token->number;
    if (token->digits == 14 || token->digits == 12) {
        int64_t clock = token->digits == 14 ? n % 1000000 : n % 10000 * 100;
        n /= token->digits == 14 ? 1000000 : 10000;
        r->hour = (int)(clock / 10000);
        r->minute = (int)(clock / 100 % 100);
        r->second = (int)(clock % 100);
        r->has_time = true;
    } else if (token->digits == 10 || token->digits == 13) {
        n = token->digits == 13 ? n / 1000 : n;
        dl_day_to_civil((int32_t)(n / 86400), &r->year, &r->month, &r->day);
        r->hour = (int)(n % 86400 / 3600);
        r->minute = (int)(n % 3600 / 60);
        r->second = (int)(n % 60);
        r->has_time = r->has_zone = true;
        return true;
    } else if (token->digits == 7) {
        set_ordinal(r, (int)(n / 1000), (int)(n % 1000));
        return true;
    } else if (token->digits == 6) {
        n += n / 10000 < 70 ? 20000000 : 19000000;
    } else if (token->digits != 8) {
        return false;
    }
    r->year = (int)(n / 10000);
    r->month = (int)(n / 100 % 100);
    r->day = (int)(n % 100);
    return true;
}

static bool take_number_day(struct reading *r)
{
    for (unsigned i = 0; i < r->count; i++) {
        if (!is(r, i, '0'))
            continue;
        unsigned week = is(r, i + 1, '-') ? i + 2 : i + 1;
        if (r->token[i].digits == 4 && means(r, week, DL_STAMP_MEANS_WEEK) &&
            is_short(r, week + 1)) {
            bool day = is(r, week + 2, '-') && is(r, week + 3, '0');
            set_week(r, (int)r->token[i].number, (int)r->token[week + 1].number,
                     day ? (int)r->token[week + 3].number : 1);
            return true;
        }
        if (take_number_row(r, i) || take_compact_day(r, i))
            return true;
    }
    if (r->count == 1 && is(r, 0, '0') && r->token[0].digits == 4) { /* a year alone */
        r->year = (int)r->token[0].number;
        r->month = r->day = 1;
        return true;
    }
    return false;
}

/* --- summer time --- */

/* The day of the `nth` Sunday of a month; nth 0 is the last one. */
static int32_t sunday(int year, int month, int nth)
{
    int32_t first = nth ? dl_day_of_civil(year, month, 1) + 7 * (nth - 1)
                        : dl_day_of_civil(year, month + 1, 1) - 7;
    return first + (6 - dl_day_weekday(first));
}

/* Local standard time decides; the hour of the change itself is not worth a rule. */
bool dl_stamp_is_summer(const char *rule, int32_t day, int year, int32_t second)
{
    static const struct {
        const char *name;
        int from_month, from_nth, to_month, to_nth;
    } rules[] = {{"us", 3, 2, 11, 1}, {"eu", 3, 0, 10, 0}, {"au", 10, 1, 4, 1}, {"nz", 9, 0, 4, 1}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rule, rules[i].name) != 0)
            continue;
        int32_t from = sunday(year, rules[i].from_month, rules[i].from_nth);
        int32_t to = sunday(year, rules[i].to_month, rules[i].to_nth);
        bool after_from = day > from || (day == from && second >= 2 * 3600);
        bool before_to = day < to || (day == to && second < 2 * 3600);
        return from < to ? after_from && before_to : after_from || before_to;
    }
    return false;
}

/* --- all of it --- */

dl_status dl_stamp_read(dl_str text, struct dl_stamp *ret_stamp)
{
    struct reading r = {.rule = ""};
    text = dl_str_trim(text);
    if (text.len == 0 || text.len > DL_STAMP_BYTES_MAX || !dl_utf8_is_valid(text) ||
        !dl_stamp_split(text, r.token, &r.count))
        return DL_NOT_FOUND;
    take_zone(&r, take_time(&r));
    if (!take_marked_day(&r) && !take_named_day(&r) && !take_number_day(&r))
        return DL_NOT_FOUND;
    if (r.year < YEAR_MIN || !dl_day_is_valid(r.year, r.month, r.day) || r.hour > 24 ||
        r.minute > 59 || r.second > 60 || (r.hour == 24 && r.minute))
        return DL_NOT_FOUND;
    int32_t day = dl_day_of_civil(r.year, r.month, r.day);
    int32_t second = r.hour * 3600 + r.minute * 60 + r.second;
    if (r.has_time && dl_stamp_is_summer(r.rule, day, r.year, second))
        r.offset += 60;
    if (second >= 86400) { /* 24:00, a leap second before midnight */
        day++;
        second -= 86400;
    }
    *ret_stamp = (struct dl_stamp){.day = day,
                                   .second = second,
                                   .offset = (int16_t)(r.has_time ? r.offset : 0),
                                   .has_time = r.has_time,
                                   .has_zone = r.has_zone};
    return DL_OK;
}

dl_str dl_stamp_text(struct dl_arena *arena, const struct dl_stamp *stamp)
{
    dl_str day = dl_day_text(arena, stamp->day);
    int offset = stamp->offset < 0 ? -stamp->offset : stamp->offset;
    if (!stamp->has_time)
        return day;
    dl_str zone = offset ? dl_arena_printf(arena, "%c%02d:%02d", stamp->offset < 0 ? '-' : '+',
                                           offset / 60, offset % 60)
                         : DL_STR("Z");
    return dl_arena_printf(arena, "%.*sT%02d:%02d:%02d%.*s", DL_STR_ARG(day), stamp->second / 3600,
                           stamp->second / 60 % 60, stamp->second % 60, DL_STR_ARG(zone));
}

int64_t dl_stamp_seconds(const struct dl_stamp *stamp)
{
    return (int64_t)stamp->day * 86400 + stamp->second - (int64_t)stamp->offset * 60;
}
