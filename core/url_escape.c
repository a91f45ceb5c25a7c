/* Percent-encoding: one table says which sets a byte belongs to. */
#include "core/url_parts.h"

#define C DL_URL_SET_CONTROL
#define F DL_URL_SET_FRAGMENT
#define Q DL_URL_SET_QUERY
#define W DL_URL_SET_WEB_QUERY
#define P DL_URL_SET_PATH
#define U DL_URL_SET_USERINFO
#define ALL (C | F | Q | W | P | U)

static const unsigned char sets[256] = {
    [0x00 ... 0x1f] = ALL,
    [' '] = F | Q | W | P | U,
    ['"'] = F | Q | W | P | U,
    ['#'] = Q | W | P | U,
    ['<'] = F | Q | W | P | U,
    ['>'] = F | Q | W | P | U,
    ['\''] = W,
    ['`'] = F | P | U,
    ['?'] = P | U,
    ['^'] = P | U,
    ['{'] = P | U,
    ['}'] = P | U,
    ['/'] = U,
    [':'] = U,
    [';'] = U,
    ['='] = U,
    ['@'] = U,
    ['[' ... ']'] = U,
    ['|'] = U,
    [0x7f ... 0xff] = ALL,
};

char *dl_url_escape(char *to, dl_str text, enum dl_url_set set)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (sets[c] & set) {
            *to++ = '%';
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        } else {
            *to++ = (char)c;
        }
    }
    return to;
}

int dl_url_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t dl_url_unescape(char *to, dl_str text)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = text.at[i] == '%' && i + 2 < text.len ? dl_url_hex(text.at[i + 1]) : -1;
        int low = high >= 0 ? dl_url_hex(text.at[i + 2]) : -1;
        to[len++] = (char)(low >= 0 ? high << 4 | low : text.at[i]);
        if (low >= 0)
            i += 2;
    }
    return len;
}
