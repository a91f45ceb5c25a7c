/* Dates as people and programs write them. Months are data/pages/months.txt, zones
 * data/pages/zones.txt. */
#include "pages/dates.h"

#include "core/day.h"
#include "core/utf8.h"
#include "markup/words.h"

#include <utf8proc.h>

#define TEXT_BYTES_MAX 400U
#define TOKENS_MAX 64U
#define YEAR_MIN 1990
#define YEAR_MAX 2099
#define BUDDHIST_YEARS 543 /* Thai news counts years from the Buddha's death */
#define WORD_BYTES_MAX 40U

extern const struct dl_words dl_words_page_months;
extern const struct dl_words dl_words_page_zones;

enum token_kind { TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

struct date_token {
    enum token_kind kind;
    int64_t number;
    unsigned digits;
    uint32_t sign; /* the character */
    char word[WORD_BYTES_MAX];
    uint8_t word_bytes;
    bool spaced; /* white space before it */
};

struct date_tokens {
    struct date_token list[TOKENS_MAX];
    unsigned count;
};

/* Digits of any script; -1. */
static int digit_of(uint32_t c)
{
    static const uint32_t zeros[] = {'0',    0x660,  0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x17e0,
                                     0x1040, 0xff10, 0xa66, 0xae6, 0xbe6, 0xc66, 0xce6, 0xd66};
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (c - zeros[i] < 10U)
            return (int)(c - zeros[i]);
    return -1;
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c | 32) - 'a' < 26U;
    if (c < 0xc0 || (c >= 0x2000 && c < 0x2c00) || (c >= 0x3000 && c < 0x3041))
        return false;
    return true;
}

/* 年 月 日 and their like stand apart, digits around them or not. */
static bool is_unit(uint32_t c)
{
    return c == 0x5e74 || c == 0x6708 || c == 0x65e5 || c == 0x6642 || c == 0x65f6 || c == 0x70b9 ||
           c == 0x5206 || c == 0x79d2 || c == 0xb144 || c == 0xc6d4 || c == 0xc77c || c == 0xc2dc ||
           c == 0xbd84;
}

static void tokenise(dl_str text, struct date_tokens *tokens)
{
    bool spaced = false;
    tokens->count = 0;
    if (text.len > TEXT_BYTES_MAX)
        text.len = TEXT_BYTES_MAX;
    for (size_t at = 0; at < text.len && tokens->count < TOKENS_MAX;) {
        size_t bytes;
        if (at + dl_utf8_step((unsigned char)text.at[at]) > text.len)
            break; /* cut in a character */
        uint32_t c = dl_utf8_at(text, at, &bytes);
        if (c == ' ' || c == '\n' || c == '\t' || c == 0xa0 || c == 0x200f || c == 0x200e ||
            c == 0x202f || c == '\r' || c == 0x2009) {
            spaced = true;
            at += bytes;
            continue;
        }
        struct date_token *token = &tokens->list[tokens->count++];
        *token = (struct date_token){.spaced = spaced};
        spaced = false;
        int digit = digit_of(c);
        if (digit >= 0) {
            token->kind = TOKEN_NUMBER;
            while (digit >= 0 && token->digits < 18) {
                token->number = token->number * 10 + digit;
                token->digits++;
                at += bytes;
                if (at >= text.len || at + dl_utf8_step((unsigned char)text.at[at]) > text.len)
                    break;
                digit = digit_of(dl_utf8_at(text, at, &bytes));
            }
            continue;
        }
        if (!is_letter(c) || is_unit(c)) {
            token->kind = TOKEN_SIGN;
            token->sign = c;
            at += bytes;
            continue;
        }
        token->kind = TOKEN_WORD;
        while (is_letter(c) && !is_unit(c)) {
            char raw[4];
            uint32_t low =
                c < 0x80 ? (c - 'A' < 26U ? c + 32 : c) : (uint32_t)utf8proc_tolower((int)c);
            utf8proc_ssize_t len = utf8proc_encode_char((int)low, (utf8proc_uint8_t *)raw);
            if (len > 0 && token->word_bytes + (size_t)len < sizeof token->word) {
                memcpy(token->word + token->word_bytes, raw, (size_t)len);
                token->word_bytes = (uint8_t)(token->word_bytes + len);
            }
            at += bytes;
            if (at >= text.len || at + dl_utf8_step((unsigned char)text.at[at]) > text.len)
                break;
            c = dl_utf8_at(text, at, &bytes);
            if (digit_of(c) >= 0)
                break;
        }
    }
}

static const struct date_token *token_at(const struct date_tokens *tokens, unsigned i)
{
    static const struct date_token none = {.kind = TOKEN_SIGN};
    return i < tokens->count ? &tokens->list[i] : &none;
}

static bool is_sign(const struct date_tokens *tokens, unsigned i, uint32_t sign)
{
    return i < tokens->count && tokens->list[i].kind == TOKEN_SIGN && tokens->list[i].sign == sign;
}

static bool is_number(const struct date_tokens *tokens, unsigned i, unsigned digits_min,
                      unsigned digits_max)
{
    return i < tokens->count && tokens->list[i].kind == TOKEN_NUMBER &&
           tokens->list[i].digits >= digits_min && tokens->list[i].digits <= digits_max;
}

static bool is_word(const struct date_tokens *tokens, unsigned i, const char *word)
{
    return i < tokens->count && tokens->list[i].kind == TOKEN_WORD &&
           dl_str_is((dl_str){tokens->list[i].word, tokens->list[i].word_bytes}, word);
}

/* The month a word, or two, names; 0. */
static int month_at(const struct date_tokens *tokens, unsigned i, unsigned *ret_taken)
{
    if (i >= tokens->count || tokens->list[i].kind != TOKEN_WORD)
        return 0;
    const struct date_token *token = &tokens->list[i];
    if (i + 1 < tokens->count && tokens->list[i + 1].kind == TOKEN_WORD) {
        char both[2 * WORD_BYTES_MAX + 1];
        const struct date_token *second = &tokens->list[i + 1];
        int len = snprintf(both, sizeof both, "%.*s %.*s", token->word_bytes, token->word,
                           second->word_bytes, second->word);
        int month = dl_words_number(&dl_words_page_months, (dl_str){both, (size_t)len});
        if (month) {
            *ret_taken = 2;
            return month;
        }
    }
    *ret_taken = 1;
    return dl_words_number(&dl_words_page_months, (dl_str){token->word, token->word_bytes});
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

/* --- the day: each shape says how many tokens it took, 0 for none --- */

/* 2025-02-06, 2025/02/06, 2025.02.06, 2025. 2. 6., 2025年2月6日 */
static unsigned year_first(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (!is_number(t, i, 4, 4) || !is_number(t, i + 2, 1, 2) || !is_number(t, i + 4, 1, 2))
        return 0;
    uint32_t sign = token_at(t, i + 1)->sign;
    uint32_t second = token_at(t, i + 3)->sign;
    bool same = sign == second && (sign == '-' || sign == '/' || sign == '.' || sign == 0x2013);
    bool units = (sign == 0x5e74 && second == 0x6708) || (sign == 0xb144 && second == 0xc6d4);
    if (!same && !units)
        return 0;
    if (!set_day(date, year_of(t->list[i].number), t->list[i + 2].number, t->list[i + 4].number))
        return 0;
    return 5;
}

/* 06.02.2025, 6/2/2025, 06-02-25 */
static unsigned day_first(const struct date_tokens *t, unsigned i, bool month_first,
                          struct dl_page_date *date)
{
    if (!is_number(t, i, 1, 2) || !is_number(t, i + 2, 1, 2) ||
        (!is_number(t, i + 4, 4, 4) && !is_number(t, i + 4, 2, 2)))
        return 0;
    uint32_t sign = token_at(t, i + 1)->sign;
    if (sign != token_at(t, i + 3)->sign || (sign != '-' && sign != '/' && sign != '.'))
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
static unsigned run_together(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (is_number(t, i, 8, 8)) {
        int64_t n = t->list[i].number;
        return set_day(date, year_of(n / 10000), n / 100 % 100, n % 100) ? 1 : 0;
    }
    if (is_number(t, i, 14, 14) || is_number(t, i, 12, 12)) {
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

/* Seconds or milliseconds since 1970, and nothing else in the text. */
static unsigned since_1970(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (t->count != 1 || (!is_number(t, i, 10, 10) && !is_number(t, i, 13, 13)))
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
static unsigned skip_small(const struct date_tokens *t, unsigned i)
{
    for (unsigned steps = 0; steps < 3 && i < t->count; steps++, i++) {
        const struct date_token *token = &t->list[i];
        bool sign = token->kind == TOKEN_SIGN &&
                    (token->sign == ',' || token->sign == '.' || token->sign == 0x60c ||
                     token->sign == '-' || token->sign == '/' || token->sign == 0x5e74 ||
                     token->sign == 0xba || token->sign == '\'');
        unsigned taken;
        bool small = token->kind == TOKEN_WORD && token->word_bytes <= 4 && !month_at(t, i, &taken);
        if (!sign && !small)
            return i;
    }
    return i;
}

/* "February 6, 2025", "6 February 2025", "6. Februar 2025", "2025 m. vasario 6 d." */
static unsigned written(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    unsigned taken;
    unsigned at;
    int month = month_at(t, i, &taken);
    if (month) {
        at = skip_small(t, i + taken);
        if (!is_number(t, at, 1, 2))
            return 0;
        int64_t day = t->list[at].number;
        unsigned year_at = skip_small(t, at + 1);
        if (is_number(t, year_at, 4, 4) &&
            set_day(date, year_of(t->list[year_at].number), month, day))
            return year_at + 1 - i;
        return 0;
    }
    if (is_number(t, i, 4, 4) && year_of(t->list[i].number)) {
        at = skip_small(t, i + 1);
        month = month_at(t, at, &taken);
        if (!month)
            return 0;
        unsigned day_at = skip_small(t, at + taken);
        if (is_number(t, day_at, 1, 2) &&
            set_day(date, year_of(t->list[i].number), month, t->list[day_at].number))
            return day_at + 1 - i;
        return 0;
    }
    if (!is_number(t, i, 1, 2))
        return 0;
    at = skip_small(t, i + 1);
    month = month_at(t, at, &taken);
    if (!month)
        return 0;
    unsigned year_at = skip_small(t, at + taken);
    if (is_number(t, year_at, 4, 4) &&
        set_day(date, year_of(t->list[year_at].number), month, t->list[i].number))
        return year_at + 1 - i;
    if (is_number(t, year_at, 2, 2) && !is_sign(t, year_at + 1, ':') && at == i + 2 &&
        is_sign(t, i + 1, '-') &&
        set_day(date, 2000 + (int)t->list[year_at].number, month, t->list[i].number))
        return year_at + 1 - i; /* 06-Feb-25 */
    return 0;
}

/* --- the time --- */

static void read_offset(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (is_sign(t, i, '.') && is_number(t, i + 1, 1, 9)) /* of a second */
        i += 2;
    if (is_sign(t, i, '('))
        i++;
    const struct date_token *token = token_at(t, i);
    if (token->kind == TOKEN_WORD && i < t->count) {
        const struct dl_word *zone =
            dl_words_find(&dl_words_page_zones, (dl_str){token->word, token->word_bytes});
        if (!zone)
            return;
        date->offset = (int)strtol(zone->value, NULL, 10);
        date->has_offset = true;
        i++; /* "GMT+2" says more */
    }
    bool west = is_sign(t, i, '-') || is_sign(t, i, 0x2212);
    if ((!west && !is_sign(t, i, '+')) || i + 1 >= t->count)
        return;
    const struct date_token *number = &t->list[i + 1];
    int64_t hours = number->number;
    int64_t minutes = 0;
    if (number->kind != TOKEN_NUMBER || number->spaced)
        return;
    if (number->digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (number->digits > 2) {
        return;
    } else if (is_sign(t, i + 2, ':') && is_number(t, i + 3, 2, 2)) {
        minutes = t->list[i + 3].number;
    }
    if (hours > 14 || minutes > 59)
        return;
    date->offset = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    date->has_offset = true;
}

static bool is_pm(const struct date_tokens *t, unsigned i, bool *ret_pm)
{
    bool p = is_word(t, i, "pm") || (is_word(t, i, "p") && is_sign(t, i + 1, '.'));
    bool a = is_word(t, i, "am") || (is_word(t, i, "a") && is_sign(t, i + 1, '.'));
    *ret_pm = p;
    return p || a;
}

/* 10:30, 10:30:15, 10h30, 10.30 after "kl" or before "Uhr", 10時30分 */
static bool time_at(const struct date_tokens *t, unsigned i, struct dl_page_date *date)
{
    if (!is_number(t, i, 1, 2) || t->list[i].number > 23)
        return false;
    unsigned after;
    const struct date_token *sign = token_at(t, i + 1);
    bool colon = sign->kind == TOKEN_SIGN &&
                 (sign->sign == ':' || sign->sign == 0xff1a || sign->sign == 0x6642 ||
                  sign->sign == 0x65f6 || sign->sign == 0xc2dc || sign->sign == 0x70b9);
    bool h = is_word(t, i + 1, "h");
    bool dot = is_sign(t, i + 1, '.') && is_number(t, i + 2, 2, 2) && !t->list[i + 2].spaced &&
               !is_sign(t, i + 3, '.');
    bool pm;
    if ((colon || h || dot) && is_number(t, i + 2, 2, 2) && t->list[i + 2].number < 60) {
        date->hour = (int)t->list[i].number;
        date->minute = (int)t->list[i + 2].number;
        date->second = 0;
        after = i + 3;
        if (is_sign(t, after, ':') && is_number(t, after + 1, 2, 2) &&
            t->list[after + 1].number < 60) {
            date->second = (int)t->list[after + 1].number;
            after += 2;
        }
    } else if (is_pm(t, i + 1, &pm) && t->list[i].number <= 12) {
        date->hour = (int)t->list[i].number;
        date->minute = date->second = 0;
        after = i + 1;
    } else {
        return false;
    }
    date->has_time = true;
    if (is_pm(t, after, &pm)) {
        if (date->hour <= 12)
            date->hour = date->hour % 12 + (pm ? 12 : 0);
        after += is_word(t, after, "pm") || is_word(t, after, "am") ? 1 : 4;
    }
    read_offset(t, after, date);
    return true;
}

/* The nearest time after the day, or just before it. */
static void find_time(const struct date_tokens *t, unsigned day, unsigned after,
                      struct dl_page_date *date)
{
    for (unsigned i = after; i < t->count && i < after + 8; i++)
        if (time_at(t, i, date))
            return;
    for (unsigned i = day > 8 ? day - 8 : 0; i < day; i++)
        if (time_at(t, i, date))
            return;
}

bool dl_page_date_read(dl_str text, bool month_first, struct dl_page_date *ret)
{
    struct date_tokens tokens;
    tokenise(text, &tokens);
    for (unsigned i = 0; i < tokens.count; i++) {
        struct dl_page_date date = {0};
        unsigned taken = year_first(&tokens, i, &date);
        if (!taken)
            taken = since_1970(&tokens, i, &date);
        if (!taken)
            taken = run_together(&tokens, i, &date);
        if (!taken)
            taken = day_first(&tokens, i, month_first, &date);
        if (!taken)
            taken = written(&tokens, i, &date);
        if (!taken)
            continue;
        if (!date.has_time) {
            unsigned after = i + taken;
            if (is_word(&tokens, after, "t") && is_number(&tokens, after + 1, 6, 6)) {
                int64_t time = tokens.list[after + 1].number; /* T103015 */
                date.hour = (int)(time / 10000 % 24);
                date.minute = (int)(time / 100 % 100 % 60);
                date.second = (int)(time % 100 % 60);
                date.has_time = true;
                read_offset(&tokens, after + 2, &date);
            } else {
                find_time(&tokens, i, after, &date);
            }
        }
        *ret = date;
        return true;
    }
    return false;
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
        struct date_tokens tokens;
        struct dl_page_date date = {0};
        if (digits == 4) {
            if (rest.len > 12)
                rest.len = 12;
            tokenise(rest, &tokens);
            if (year_first(&tokens, 0, &date) || written(&tokens, 0, &date)) {
                *ret = date;
                return true;
            }
        } else if (digits == 8) {
            tokenise(dl_str_sub(rest, 0, 8), &tokens);
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
