/* Intervals. */
#include "producers/poll/poll_plan.h"

#include "core/day.h"

#define DAY_MS INT64_C(86400000)
#define RETRY_AFTER_MS_MAX (7 * DAY_MS)
#define FRESH_MS_MAX (7 * DAY_MS)
#define BACKOFF_DOUBLINGS_MAX 20U
#define RHYTHM_WEIGHT 4 /* a new gap counts for one in four */

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

void dl_plan_success(struct dl_plan *plan, const struct dl_plan_bounds *bounds, uint32_t news,
                     int64_t elapsed_ms, int64_t quiet_ms)
{
    plan->failures = 0;
    if (news && elapsed_ms > 0) {
        int64_t gap_ms = elapsed_ms / news;
        plan->rhythm_ms =
            plan->rhythm_ms ? plan->rhythm_ms + (gap_ms - plan->rhythm_ms) / RHYTHM_WEIGHT : gap_ms;
    } else if (!news && plan->rhythm_ms && quiet_ms > plan->rhythm_ms) {
        plan->rhythm_ms = quiet_ms; /* it has become slower than we thought */
    } else if (!news && !plan->rhythm_ms && quiet_ms > 2 * bounds->first_ms) {
        plan->rhythm_ms = quiet_ms; /* not seen yet, but slower than the first guess */
    }
    int64_t interval_ms = plan->rhythm_ms ? plan->rhythm_ms / 2 : bounds->first_ms;
    if (interval_ms < plan->asked_ms)
        interval_ms = plan->asked_ms;
    plan->interval_ms = clamp(interval_ms, bounds->min_ms, bounds->max_ms);
}

void dl_plan_failure(struct dl_plan *plan, const struct dl_plan_bounds *bounds)
{
    if (plan->failures < UINT32_MAX)
        plan->failures++;
    if (plan->interval_ms == 0)
        plan->interval_ms = clamp(bounds->first_ms, bounds->min_ms, bounds->max_ms);
}

int64_t dl_plan_wait_ms(const struct dl_plan *plan, const struct dl_plan_bounds *bounds,
                        uint64_t chance)
{
    int64_t wait_ms = plan->interval_ms ? plan->interval_ms
                                        : clamp(bounds->first_ms, bounds->min_ms, bounds->max_ms);
    if (plan->failures == 0) /* one in a hundred either way: enough to drift apart */
        return wait_ms + wait_ms / 100 * (int64_t)(chance % 201 - 100) / 100;
    uint32_t doublings = plan->failures - 1;
    if (doublings > BACKOFF_DOUBLINGS_MAX)
        doublings = BACKOFF_DOUBLINGS_MAX;
    while (doublings-- && wait_ms < bounds->backoff_max_ms)
        wait_ms *= 2;
    if (wait_ms > bounds->backoff_max_ms)
        wait_ms = bounds->backoff_max_ms;
    /* up to a quarter less: those that failed together come back one by one */
    return wait_ms - wait_ms / 4 * (int64_t)(chance % 1001) / 1000;
}

/* --- headers --- */

static bool read_seconds(dl_str text, int64_t *ret_ms, int64_t ms_max)
{
    int64_t seconds;
    if (text.len == 0 || text.at[0] == '-')
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    if (dl_str_to_i64(text, &seconds) != DL_OK || seconds > ms_max / 1000)
        seconds = ms_max / 1000; /* more digits than a number holds is for ever */
    *ret_ms = seconds * 1000;
    return true;
}

int64_t dl_plan_fresh_ms(dl_str cache_control, dl_str expires, dl_str age, int64_t now_ms)
{
    dl_str piece;
    int64_t fresh_ms = -1;
    int64_t until_ms;
    int64_t age_ms = 0;
    dl_str rest = cache_control;
    while (dl_str_next(&rest, ',', &piece)) {
        dl_str value = dl_str_trim(piece);
        dl_str name;
        (void)dl_str_next(&value, '=', &name); /* there is always a first piece */
        name = dl_str_trim(name);
        value = dl_str_trim(value);
        if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
            value = dl_str_sub(value, 1, value.len - 1);
        if (dl_str_eq_nocase(name, DL_STR("no-store")) ||
            dl_str_eq_nocase(name, DL_STR("no-cache")))
            return 0;
        if (dl_str_eq_nocase(name, DL_STR("max-age")) && fresh_ms < 0)
            (void)read_seconds(value, &fresh_ms, FRESH_MS_MAX); /* else as if it were not there */
    }
    if (fresh_ms >= 0) {
        if (read_seconds(age, &age_ms, FRESH_MS_MAX))
            fresh_ms -= age_ms;
        return fresh_ms > 0 ? fresh_ms : 0;
    }
    if (dl_http_date(expires, &until_ms) != DL_OK)
        return 0;
    return clamp(until_ms - now_ms, 0, FRESH_MS_MAX);
}

int64_t dl_plan_retry_after_ms(dl_str value, int64_t now_ms)
{
    int64_t ms;
    if (read_seconds(value, &ms, RETRY_AFTER_MS_MAX))
        return ms;
    if (dl_http_date(value, &ms) != DL_OK)
        return -1;
    return clamp(ms - now_ms, 0, RETRY_AFTER_MS_MAX);
}

/* --- dates of HTTP --- */

static bool two_digits(dl_str text, size_t at, int *ret)
{
    if (at + 2 > text.len)
        return false;
    char tens = text.at[at] == ' ' ? '0' : text.at[at]; /* asctime's "Nov  6" */
    char ones = text.at[at + 1];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9')
        return false;
    *ret = (tens - '0') * 10 + (ones - '0');
    return true;
}

static int month_of(dl_str text, size_t at)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int m = 0; at + 3 <= text.len && m < 12; m++)
        if (memcmp(names + 3 * m, text.at + at, 3) == 0)
            return m + 1;
    return 0;
}

static bool read_time(dl_str text, size_t at, int64_t *ret_ms)
{
    int h;
    int m;
    int s;
    if (at + 8 > text.len || !two_digits(text, at, &h) || text.at[at + 2] != ':' ||
        !two_digits(text, at + 3, &m) || text.at[at + 5] != ':' || !two_digits(text, at + 6, &s) ||
        h > 23 || m > 59 || s > 60)
        return false;
    *ret_ms = ((h * 60 + m) * 60 + s) * INT64_C(1000);
    return true;
}

dl_status dl_http_date(dl_str text, int64_t *ret_ms)
{
    text = dl_str_trim(text);
    const char *comma = text.len ? memchr(text.at, ',', text.len) : NULL;
    size_t at = comma ? (size_t)(comma - text.at) + 2 : 4;
    int date;
    int century = 0;
    int year;
    int month;
    int64_t time_ms;
    if (comma) { /* "06 Nov 1994 08:49:37 GMT", or the year of two digits of RFC 850: "06-Nov-94 …"
                  */
        if (!two_digits(text, at, &date) || !(month = month_of(text, at + 3)))
            return DL_NOT_FOUND;
        bool four = text.at[at + 2] == ' ';
        if (four && !two_digits(text, at + 7, &century))
            return DL_NOT_FOUND;
        if (!two_digits(text, at + (four ? 9 : 7), &year) ||
            !read_time(text, at + (four ? 12 : 10), &time_ms))
            return DL_NOT_FOUND;
        year += four ? century * 100 : year < 70 ? 2000 : 1900;
    } else { /* "Sun Nov  6 08:49:37 1994" */
        if (!(month = month_of(text, at)) || !two_digits(text, at + 4, &date) ||
            !read_time(text, at + 7, &time_ms) || !two_digits(text, at + 16, &century) ||
            !two_digits(text, at + 18, &year))
            return DL_NOT_FOUND;
        year += century * 100;
    }
    if (!dl_day_is_valid(year, month, date))
        return DL_NOT_FOUND;
    *ret_ms = dl_day_of_civil(year, month, date) * DAY_MS + time_ms;
    return DL_OK;
}
