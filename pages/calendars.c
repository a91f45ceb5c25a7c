/* The solar and the lunar years of the Hijra. */
#include "pages/calendars.h"

#define PERSIAN_ANCHOR_YEAR 1403 /* 1403-01-01 is 2024-03-20 */
#define PERSIAN_ANCHOR_DAY 19802
#define HIJRI_FIRST_DAY (-492148) /* 1-01-01, Friday 16 July 622 of the Julian calendar */

/* Leap days of the years before `year`. A leap year comes every fourth, after seven of them every
 * fifth: years 1, 5, 9, 13, 17, 22, 26 and 30 of each 33. */
static int64_t persian_leaps(int64_t year)
{
    static const int64_t leap[] = {1, 5, 9, 13, 17, 22, 26, 30};
    int64_t leaps = year / 33 * 8;
    for (unsigned i = 0; i < sizeof leap / sizeof *leap; i++)
        leaps += leap[i] < year % 33;
    return leaps;
}

static bool is_persian_leap(int64_t year)
{
    return persian_leaps(year + 1) != persian_leaps(year);
}

bool dl_calendar_of_persian(int64_t year, int64_t month, int64_t day, int32_t *ret_day)
{
    if (year < 1300 || year > 1500 || month < 1 || month > 12 || day < 1)
        return false;
    int64_t days = month <= 6 ? 31 : month < 12 || is_persian_leap(year) ? 30 : 29;
    if (day > days)
        return false;
    int64_t before = month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30;
    *ret_day =
        (int32_t)(PERSIAN_ANCHOR_DAY + (year - PERSIAN_ANCHOR_YEAR) * 365 + persian_leaps(year) -
                  persian_leaps(PERSIAN_ANCHOR_YEAR) + before + day - 1);
    return true;
}

bool dl_calendar_of_hijri(int64_t year, int64_t month, int64_t day, int32_t *ret_day)
{
    if (year < 1300 || year > 1600 || month < 1 || month > 12 || day < 1 || day > 30)
        return false;
    int64_t before = (month - 1) * 29 + month / 2; /* months of 30 and 29 days by turns */
    *ret_day =
        (int32_t)(HIJRI_FIRST_DAY + (year - 1) * 354 + (3 + 11 * year) / 30 + before + day - 1);
    return true;
}
