/* Character references and white space. The table of names is data/markup/entities.txt. */
#include "markup/html_text.h"

#include "markup/words.h"

#define NAME_BYTES_MAX 33U    /* "CounterClockwiseContourIntegral;" */
#define OLD_NAME_BYTES_MAX 6U /* the longest that may stand without ";" */

extern const struct dl_words dl_words_entities;

void dl_utf8_put(struct dl_buf *out, uint32_t point)
{
    char bytes[4];
    size_t len;
    if (point < 0x80) {
        bytes[0] = (char)point;
        len = 1;
    } else if (point < 0x800) {
        bytes[0] = (char)(0xc0 | point >> 6);
        bytes[1] = (char)(0x80 | (point & 0x3f));
        len = 2;
    } else if (point < 0x10000) {
        bytes[0] = (char)(0xe0 | point >> 12);
        bytes[1] = (char)(0x80 | (point >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (point & 0x3f));
        len = 3;
    } else {
        bytes[0] = (char)(0xf0 | point >> 18);
        bytes[1] = (char)(0x80 | (point >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (point >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (point & 0x3f));
        len = 4;
    }
    (void)dl_buf_put(out, bytes, len);
}

/* &#128; to &#159; mean what windows-1252 has there; 0 keeps the point. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static uint32_t meant(uint32_t point)
{
    if (point >= 0x80 && point < 0xa0 && windows_1252[point - 0x80])
        return windows_1252[point - 0x80];
    if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        return 0xfffd;
    return point;
}

static int digit_of(char c, int base)
{
    int digit = c >= '0' && c <= '9'                 ? c - '0'
                : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                     : 99;
    return digit < base ? digit : -1;
}

/* "&#8217;" or "&#x2019;" at the front of `text`: bytes taken, 0 when it is none. */
static size_t decode_number(dl_str text, uint32_t *ret_point)
{
    bool hex = text.len > 2 && (text.at[2] == 'x' || text.at[2] == 'X');
    size_t start = hex ? 3 : 2;
    size_t at = start;
    uint32_t point = 0;
    for (; at < text.len; at++) {
        int digit = digit_of(text.at[at], hex ? 16 : 10);
        if (digit < 0)
            break;
        if (point <= 0x10ffff)
            point = point * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (at == start)
        return 0;
    *ret_point = meant(point);
    return at + (at < text.len && text.at[at] == ';');
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The longest name at the front of `text`, which begins with "&". */
static const struct dl_word *find_name(dl_str text)
{
    size_t len = 1;
    while (len < text.len && len <= NAME_BYTES_MAX && is_alnum(text.at[len]))
        len++;
    if (len < text.len && text.at[len] == ';') {
        const struct dl_word *word =
            dl_words_find(&dl_words_entities, dl_str_sub(text, 1, len + 1));
        if (word)
            return word;
    }
    for (len = len - 1 > OLD_NAME_BYTES_MAX ? OLD_NAME_BYTES_MAX : len - 1; len >= 2; len--) {
        const struct dl_word *word =
            dl_words_find(&dl_words_entities, dl_str_sub(text, 1, len + 1));
        if (word)
            return word;
    }
    return NULL;
}

/* A reference at the front of `text`, which begins with "&": bytes taken, 0 when it is none. */
static size_t decode_one(dl_str text, uint32_t points[2])
{
    points[1] = 0;
    if (text.len < 3)
        return 0;
    if (text.at[1] == '#')
        return decode_number(text, &points[0]);
    const struct dl_word *word = find_name(text);
    if (!word)
        return 0;
    char *rest;
    points[0] = (uint32_t)strtoul(word->value, &rest, 16);
    points[1] = *rest ? (uint32_t)strtoul(rest, NULL, 16) : 0;
    return word->key_bytes + 1U;
}

void dl_html_put_preformatted(struct dl_buf *out, dl_str text)
{
    while (text.len) {
        const char *amp = memchr(text.at, '&', text.len);
        size_t plain = amp ? (size_t)(amp - text.at) : text.len;
        (void)dl_buf_put(out, text.at, plain);
        text = dl_str_sub(text, plain, text.len);
        if (text.len == 0)
            return;
        uint32_t points[2];
        size_t taken = decode_one(text, points);
        if (taken == 0) {
            (void)dl_buf_put_char(out, '&');
            taken = 1;
        } else {
            dl_utf8_put(out, points[0]);
            if (points[1])
                dl_utf8_put(out, points[1]);
        }
        text = dl_str_sub(text, taken, text.len);
    }
}

/* White space that collapses: ASCII, and no-break spaces, which news pages use as padding. */
static size_t space_at(dl_str text, size_t at)
{
    unsigned char c = (unsigned char)text.at[at];
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (c == 0xc2 && at + 1 < text.len && (unsigned char)text.at[at + 1] == 0xa0)
        return 2;
    if (c == 0xe2 && at + 2 < text.len && (unsigned char)text.at[at + 1] == 0x80) {
        unsigned char last = (unsigned char)text.at[at + 2];
        if ((last >= 0x80 && last <= 0x8b) || last == 0xa8 || last == 0xa9 || last == 0xaf)
            return 3;
    }
    if (c == 0xef && at + 2 < text.len && (unsigned char)text.at[at + 1] == 0xbb &&
        (unsigned char)text.at[at + 2] == 0xbf)
        return 3;
    return 0;
}

static bool ends_open(const struct dl_buf *out)
{
    return out->len && out->at[out->len - 1] != ' ' && out->at[out->len - 1] != '\n';
}

/* Adds decoded text; a space is put only when something follows it, or at the very end. */
/* May a white space begin with this byte? */
static bool may_be_space(unsigned char c)
{
    return c <= ' ' || c == 0xc2 || c == 0xe2 || c == 0xef;
}

/* Where the run that begins at `at` ends: words with single spaces between them. */
static size_t run_end(dl_str text, size_t at)
{
    while (at < text.len) {
        unsigned char c = (unsigned char)text.at[at];
        bool between =
            c == ' ' && at + 1 < text.len && !may_be_space((unsigned char)text.at[at + 1]);
        if (may_be_space(c) && !between && space_at(text, at))
            break;
        at++;
    }
    return at;
}

static void put_collapsed(struct dl_buf *out, dl_str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t space = space_at(text, at);
        if (space) {
            do
                at += space;
            while (at < text.len && (space = space_at(text, at)));
            if (ends_open(out))
                (void)dl_buf_put_char(out, ' ');
            continue;
        }
        size_t start = at;
        at = run_end(text, at);
        (void)dl_buf_put(out, text.at + start, at - start);
    }
}

void dl_html_put_text(struct dl_buf *out, dl_str text)
{
    while (text.len) {
        const char *amp = memchr(text.at, '&', text.len);
        size_t plain = amp ? (size_t)(amp - text.at) : text.len;
        put_collapsed(out, dl_str_sub(text, 0, plain));
        text = dl_str_sub(text, plain, text.len);
        if (text.len == 0)
            return;
        uint32_t points[2];
        size_t taken = decode_one(text, points);
        if (taken == 0) {
            (void)dl_buf_put_char(out, '&');
            taken = 1;
        } else {
            char room[16];
            struct dl_buf piece = {room, 0, sizeof room, sizeof room};
            dl_utf8_put(&piece, points[0]);
            if (points[1])
                dl_utf8_put(&piece, points[1]);
            put_collapsed(out, dl_buf_str(&piece));
        }
        text = dl_str_sub(text, taken, text.len);
    }
}

dl_str dl_html_decode(struct dl_arena *arena, dl_str text)
{
    if (text.len == 0 || !memchr(text.at, '&', text.len))
        return text;
    /* No reference decodes to more bytes than it is written with, but for a few of the second
     * plane that are written in four ("&nGt;"): twice is always enough. */
    struct dl_buf out = {dl_arena_raw(arena, text.len * 2), 0, text.len * 2, text.len * 2};
    dl_html_put_preformatted(&out, text);
    return dl_buf_str(&out);
}

dl_str dl_html_line(struct dl_arena *arena, dl_str text)
{
    text = dl_str_trim(text);
    if (text.len == 0)
        return (dl_str){"", 0};
    struct dl_buf out = {dl_arena_raw(arena, text.len * 2), 0, text.len * 2, text.len * 2};
    dl_html_put_text(&out, text);
    return dl_str_trim(dl_buf_str(&out));
}
