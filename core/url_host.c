/* Hosts: names, IPv4 in all the spellings the standard takes, IPv6, opaque hosts. */
#include "core/url_parts.h"

#include "core/utf8.h"

static bool is_forbidden(char c)
{
    return c == '\0' || (c != '\0' && strchr("\t\n\r #/:<>?@[\\]^|", c) != NULL);
}

static bool is_forbidden_in_name(char c)
{
    return is_forbidden(c) || (unsigned char)c <= 0x1f || c == '%' || c == 0x7f;
}

/* One part of an IPv4 address: decimal, 0octal or 0xhex; empty after 0x is 0. */
static bool read_ipv4_number(dl_str part, uint64_t *ret_number)
{
    unsigned base = 10;
    if (part.len == 0)
        return false;
    if (part.len >= 2 && part.at[0] == '0' && (part.at[1] == 'x' || part.at[1] == 'X')) {
        part = dl_str_sub(part, 2, part.len);
        base = 16;
    } else if (part.len >= 2 && part.at[0] == '0') {
        part = dl_str_sub(part, 1, part.len);
        base = 8;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < part.len; i++) {
        int digit = dl_url_hex(part.at[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return false;
        if (number <= UINT32_MAX) /* past that it only has to stay too large */
            number = number * base + (unsigned)digit;
    }
    *ret_number = number;
    return true;
}

static bool is_digits(dl_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!dl_url_is_digit(text.at[i]))
            return false;
    return text.len > 0;
}

/* Such a name is an IPv4 address or nothing. */
static bool ends_in_number(dl_str name)
{
    if (name.len && name.at[name.len - 1] == '.')
        name.len--;
    size_t start = name.len;
    while (start && name.at[start - 1] != '.')
        start--;
    dl_str last = dl_str_sub(name, start, name.len);
    uint64_t number;
    return is_digits(last) || read_ipv4_number(last, &number);
}

static dl_status read_ipv4(struct dl_arena *arena, dl_str text, dl_str *ret_host,
                           struct dl_error *err)
{
    uint64_t numbers[4];
    unsigned count = 0;
    dl_str rest = text;
    dl_str part;
    if (rest.len && rest.at[rest.len - 1] == '.')
        rest.len--;
    while (dl_str_next(&rest, '.', &part)) {
        if (count == 4 || !read_ipv4_number(part, &numbers[count]))
            return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' is no IPv4 address", DL_STR_ARG(text));
        count++;
    }
    uint64_t address = numbers[count - 1];
    bool fits = address < UINT64_C(1) << (8 * (5 - count));
    for (unsigned i = 0; i + 1 < count; i++) {
        fits = fits && numbers[i] < 256;
        address += numbers[i] << (8 * (3 - i));
    }
    if (!fits)
        return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' has a part too large for IPv4",
                       DL_STR_ARG(text));
    *ret_host = dl_arena_printf(arena, "%u.%u.%u.%u", (unsigned)(address >> 24) & 255,
                                (unsigned)(address >> 16) & 255, (unsigned)(address >> 8) & 255,
                                (unsigned)address & 255);
    return DL_OK;
}

/* "1.2.3.4" as the last two pieces of an IPv6 address: decimal only, no leading zeros. */
static bool read_ipv4_tail(dl_str text, uint16_t piece[2])
{
    unsigned numbers[4];
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        if (i && (at >= text.len || text.at[at++] != '.'))
            return false;
        size_t start = at;
        numbers[i] = 0;
        while (at < text.len && dl_url_is_digit(text.at[at]) && at - start < 3)
            numbers[i] = numbers[i] * 10 + (unsigned)(text.at[at++] - '0');
        if (at == start || numbers[i] > 255 || (at - start > 1 && text.at[start] == '0'))
            return false;
    }
    piece[0] = (uint16_t)(numbers[0] << 8 | numbers[1]);
    piece[1] = (uint16_t)(numbers[2] << 8 | numbers[3]);
    return at == text.len;
}

/* Eight pieces, with at most one "::" for as many zeros as are missing. */
static bool read_ipv6(dl_str text, uint16_t piece[8])
{
    int count = 0;
    int gap = -1;
    size_t at = 0;
    memset(piece, 0, 8 * sizeof *piece);
    if (text.len && text.at[0] == ':') {
        if (text.len < 2 || text.at[1] != ':')
            return false;
        at = 2;
        gap = 0;
    }
    while (at < text.len) {
        if (count == 8)
            return false;
        if (text.at[at] == ':') {
            if (gap >= 0)
                return false;
            at++;
            gap = count;
            continue;
        }
        unsigned value = 0;
        size_t start = at;
        while (at < text.len && at - start < 4 && dl_url_hex(text.at[at]) >= 0)
            value = value << 4 | (unsigned)dl_url_hex(text.at[at++]);
        if (at < text.len && text.at[at] == '.') {
            if (at == start || count > 6 ||
                !read_ipv4_tail(dl_str_sub(text, start, text.len), &piece[count]))
                return false;
            count += 2;
            break;
        }
        if (at < text.len && (text.at[at] != ':' || at + 1 == text.len))
            return false;
        at += at < text.len;
        piece[count++] = (uint16_t)value;
    }
    if (gap >= 0 && count < 8) {
        int tail = count - gap;
        memmove(piece + 8 - tail, piece + gap, (size_t)tail * sizeof *piece);
        memset(piece + gap, 0, (size_t)(8 - count) * sizeof *piece);
        return true;
    }
    return count == 8 && gap < 0;
}

/* The first longest run of two or more zero pieces. */
static int longest_zeros(const uint16_t piece[8], int *ret_length)
{
    int best = -1;
    *ret_length = 1;
    for (int i = 0; i < 8; i++) {
        int end = i;
        while (end < 8 && piece[end] == 0)
            end++;
        if (end - i > *ret_length) {
            *ret_length = end - i;
            best = i;
        }
        if (end > i)
            i = end;
    }
    return best;
}

static dl_str write_ipv6(struct dl_arena *arena, const uint16_t piece[8])
{
    char text[48];
    int length;
    int gap = longest_zeros(piece, &length);
    size_t at = 0;
    text[at++] = '[';
    for (int i = 0; i < 8; i++) {
        if (i == gap) {
            memcpy(text + at, "::", 2);
            at += i ? 1 : 2; /* the colon after the piece before is there already */
            i += length - 1;
            continue;
        }
        at += (size_t)snprintf(text + at, sizeof text - at, i < 7 ? "%x:" : "%x", piece[i]);
    }
    text[at++] = ']';
    return dl_arena_str(arena, (dl_str){text, at});
}

static dl_status read_name(struct dl_arena *arena, dl_str text, dl_str *ret_host,
                           struct dl_error *err)
{
    char *bytes = dl_arena_raw(arena, text.len + 1);
    dl_str name = {bytes, dl_url_unescape(bytes, text)};
    if (!dl_utf8_is_valid(name)) /* the replacement character is in no name */
        return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' is not UTF-8", DL_STR_ARG(text));
    dl_status status = dl_url_ascii_name(arena, name, &name, err);
    if (status != DL_OK)
        return status;
    for (size_t i = 0; i < name.len; i++)
        if (is_forbidden_in_name(name.at[i]))
            return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' holds a byte no name may",
                           DL_STR_ARG(text));
    if (name.len == 0)
        return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' is nothing", DL_STR_ARG(text));
    if (ends_in_number(name))
        return read_ipv4(arena, name, ret_host, err);
    *ret_host = name;
    return DL_OK;
}

dl_status dl_url_host(struct dl_arena *arena, dl_str text, bool special, dl_str *ret_host,
                      struct dl_error *err)
{
    if (text.len && text.at[0] == '[') {
        uint16_t piece[8];
        if (text.at[text.len - 1] != ']' || !read_ipv6(dl_str_sub(text, 1, text.len - 1), piece))
            return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' is no IPv6 address", DL_STR_ARG(text));
        *ret_host = write_ipv6(arena, piece);
        return DL_OK;
    }
    if (special)
        return read_name(arena, text, ret_host, err);
    for (size_t i = 0; i < text.len; i++)
        if (is_forbidden(text.at[i]))
            return dl_fail(err, DL_BAD_INPUT, "host: '%.*s' holds a byte no host may",
                           DL_STR_ARG(text));
    char *bytes = dl_arena_raw(arena, text.len * 3 + 1);
    *ret_host = (dl_str){bytes, (size_t)(dl_url_escape(bytes, text, DL_URL_SET_CONTROL) - bytes)};
    return DL_OK;
}
