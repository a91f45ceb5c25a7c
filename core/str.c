/* Slices and the bounded buffer. */
#include "core/str.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool dl_str_eq_nocase(dl_str a, dl_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

bool dl_str_starts(dl_str s, dl_str prefix)
{
    return s.len >= prefix.len && dl_str_eq((dl_str){s.at, prefix.len}, prefix);
}

bool dl_str_ends(dl_str s, dl_str suffix)
{
    return s.len >= suffix.len &&
           dl_str_eq((dl_str){s.at + (s.len - suffix.len), suffix.len}, suffix);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

dl_str dl_str_trim(dl_str s)
{
    while (s.len && is_space(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len && is_space(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool dl_str_next(dl_str *rest, char separator, dl_str *ret_piece)
{
    if (!rest->at)
        return false;
    const char *end = rest->len ? memchr(rest->at, separator, rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->at) : rest->len;
    *ret_piece = (dl_str){rest->at, len};
    *rest = end ? (dl_str){end + 1, rest->len - len - 1} : (dl_str){NULL, 0};
    return true;
}

dl_status dl_str_to_i64(dl_str s, int64_t *ret_number)
{
    bool negative = s.len && s.at[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.len)
        return DL_BAD_INPUT;
    int64_t number = 0;
    for (; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return DL_BAD_INPUT;
        int digit = s.at[i] - '0';
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number)) /* downwards: INT64_MIN fits too */
            return DL_BAD_INPUT;
    }
    if (!negative && number == INT64_MIN)
        return DL_BAD_INPUT;
    *ret_number = negative ? number : -number;
    return DL_OK;
}

dl_status dl_str_to_f64(dl_str s, double *ret_number)
{
    char text[64]; /* longer is no number a person writes */
    if (s.len == 0 || s.len >= sizeof text || is_space(s.at[0]))
        return DL_BAD_INPUT;
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    char *end;
    errno = 0;
    double number = strtod(text, &end);
    if (end != text + s.len || errno == ERANGE || !isfinite(number))
        return DL_BAD_INPUT;
    *ret_number = number;
    return DL_OK;
}

int dl_str_compare(dl_str a, dl_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;
    if (order)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

void dl_buf_init(struct dl_buf *buf, size_t len_max)
{
    *buf = (struct dl_buf){.len_max = len_max};
}

void dl_buf_done(struct dl_buf *buf)
{
    if (!buf)
        return;
    free(buf->at);
    *buf = (struct dl_buf){0};
}

char *dl_buf_reserve(struct dl_buf *buf, size_t len)
{
    if (len > buf->len_max || buf->len > buf->len_max - len)
        return NULL;
    size_t need = buf->len + len;
    if (need > buf->room || !buf->at) { /* offset 0 of nothing is not a place */
        size_t room = buf->room ? buf->room : 256;
        while (room < need)
            room *= 2;
        buf->at = dl_realloc_array(buf->at, room, 1);
        buf->room = room;
    }
    return buf->at + buf->len;
}

dl_status dl_buf_put(struct dl_buf *buf, const void *bytes, size_t len)
{
    char *to = dl_buf_reserve(buf, len);
    if (!to)
        return DL_TOO_BIG;
    if (len)
        memcpy(to, bytes, len);
    buf->len += len;
    return DL_OK;
}

dl_status dl_buf_put_str(struct dl_buf *buf, dl_str s)
{
    return dl_buf_put(buf, s.at, s.len);
}

dl_status dl_buf_put_char(struct dl_buf *buf, char c)
{
    return dl_buf_put(buf, &c, 1);
}

dl_status dl_buf_printf(struct dl_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return DL_BAD_INPUT;
    char *to = dl_buf_reserve(buf, (size_t)len + 1);
    if (!to)
        return DL_TOO_BIG;
    va_start(args, format);
    vsnprintf(to, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return DL_OK;
}
