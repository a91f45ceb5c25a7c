/* Names to ASCII by UTS 46, non-transitional, without length and hyphen checks, as the URL standard
 * asks. libidn2 does nearly all of them; it follows IDNA 2008 in refusing symbols and emoji, and
 * names with hyphens or lengths registries do not hand out, which browsers take. Those few go a
 * second way here, by the same mapping out of utf8proc.
 *
 * Punycode after RFC 3492. */
#include "core/url_parts.h"

#include "core/utf8.h"

#include <idn2.h>
#include <utf8proc.h>

#define LABEL_POINTS_MAX 512U /* punycode is quadratic; DNS ends at 63 bytes */

enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS_FIRST = 72, N_FIRST = 128 };

static uint32_t adapt(uint32_t delta, uint32_t count, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / count;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias)
{
    return k <= bias + T_MIN ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

/* `to` has room: a point takes at most 5 digits within LABEL_POINTS_MAX. */
static size_t encode(const uint32_t *point, uint32_t count, char *to)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++)
        if (point[i] < 0x80)
            to[len++] = (char)point[i];
    uint32_t basic = (uint32_t)len;
    uint32_t done = basic;
    uint32_t n = N_FIRST;
    uint32_t delta = 0;
    uint32_t bias = BIAS_FIRST;
    if (basic)
        to[len++] = '-';
    while (done < count) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (point[i] >= n && point[i] < next)
                next = point[i];
        delta += (next - n) * (done + 1);
        n = next;
        for (uint32_t i = 0; i < count; i++) {
            delta += point[i] < n;
            if (point[i] != n)
                continue;
            uint32_t q = delta;
            for (uint32_t k = BASE;; k += BASE) {
                uint32_t t = threshold(k, bias);
                if (q < t)
                    break;
                to[len++] = digits[t + (q - t) % (BASE - t)];
                q = (q - t) / (BASE - t);
            }
            to[len++] = digits[q];
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        n++;
    }
    return len;
}

/* How many points; 0 when it is no punycode, or of nothing but ASCII. */
static uint32_t decode(dl_str text, uint32_t *point)
{
    uint32_t count = 0;
    size_t at = text.len;
    while (at && text.at[at - 1] != '-')
        at--;
    for (size_t i = 0; i + 1 < at; i++)
        point[count++] = (unsigned char)text.at[i];
    uint32_t basic = count;
    uint32_t n = N_FIRST;
    uint32_t i = 0;
    uint32_t bias = BIAS_FIRST;
    while (at < text.len) {
        uint32_t before = i;
        uint32_t weight = 1;
        for (uint32_t k = BASE;; k += BASE) {
            if (at == text.len)
                return 0;
            char c = text.at[at++];
            uint32_t digit = c >= 'a' && c <= 'z' ? (uint32_t)(c - 'a')
                             : dl_url_is_digit(c) ? (uint32_t)(c - '0') + 26
                                                  : BASE;
            uint32_t t = threshold(k, bias);
            uint32_t add;
            if (digit == BASE || __builtin_mul_overflow(digit, weight, &add) ||
                __builtin_add_overflow(i, add, &i))
                return 0;
            if (digit < t)
                break;
            if (__builtin_mul_overflow(weight, BASE - t, &weight))
                return 0;
        }
        bias = adapt(i - before, count + 1, before == 0);
        if (__builtin_add_overflow(n, i / (count + 1), &n) || n > 0x10ffff)
            return 0;
        i %= count + 1;
        memmove(point + i + 1, point + i, (count - i) * sizeof *point);
        point[i++] = n;
        count++;
    }
    return count > basic ? count : 0;
}

static uint32_t points_of(dl_str label, uint32_t *point)
{
    uint32_t count = 0;
    for (size_t at = 0; at < label.len && count < LABEL_POINTS_MAX;) {
        size_t bytes;
        point[count++] = dl_utf8_at(label, at, &bytes);
        at += bytes;
    }
    return count;
}

/* What UTS 46 lets stand in a label: nothing unassigned, private, invisible or apart from its
 * base; joiners only where a script needs them. Right-to-left labels never come this way. */
static bool is_valid_label(const uint32_t *point, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (point[i] < 0x80)
            continue;
        const utf8proc_property_t *property = utf8proc_get_property((int32_t)point[i]);
        bool joiner = point[i] == 0x200c || point[i] == 0x200d;
        const utf8proc_property_t *before = i ? utf8proc_get_property((int32_t)point[i - 1]) : NULL;
        if (joiner && (!before || before->combining_class != 9)) /* no virama */
            return false;
        switch (joiner ? UTF8PROC_CATEGORY_LO : property->category) {
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            if (i == 0)
                return false;
            break;
        default:
            break;
        }
        utf8proc_propval_t bidi = property->bidi_class;
        if (point[i] == 0xfffd || bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL ||
            bidi == UTF8PROC_BIDI_CLASS_AN)
            return false;
    }
    return true;
}

/* ß, ς and the joiners are themselves in UTS 46, but folding would change them. */
static bool is_deviation(uint32_t c)
{
    return c == 0xdf || c == 0x3c2 || c == 0x200c || c == 0x200d;
}

static dl_status map_run(struct dl_buf *out, dl_str run)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t bytes = utf8proc_map(
        (const utf8proc_uint8_t *)run.at, (utf8proc_ssize_t)run.len, &mapped,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    dl_status status = bytes < 0 ? DL_BAD_INPUT : dl_buf_put(out, mapped, (size_t)bytes);
    free(mapped);
    return status;
}

/* Folded, composed, all full stops of all scripts as '.'. */
static dl_status map_name(struct dl_arena *arena, dl_str name, dl_str *ret_mapped)
{
    struct dl_buf out;
    size_t start = 0;
    dl_status status = DL_OK;
    dl_buf_init(&out, name.len * 24 + 64); /* one ligature folds to 18 letters */
    for (size_t at = 0; at < name.len && status == DL_OK;) {
        size_t bytes;
        uint32_t c = dl_utf8_at(name, at, &bytes);
        bool stop = c == 0x3002 || c == 0xff0e || c == 0xff61;
        if (stop || is_deviation(c)) {
            if (at > start)
                status = map_run(&out, dl_str_sub(name, start, at));
            if (status == DL_OK)
                status = stop ? dl_buf_put_char(&out, '.') : dl_buf_put(&out, name.at + at, bytes);
            start = at + bytes;
        }
        at += bytes;
    }
    if (status == DL_OK && name.len > start)
        status = map_run(&out, dl_str_sub(name, start, name.len));
    if (status == DL_OK)
        *ret_mapped = dl_arena_str(arena, dl_utf8_clean(arena, dl_buf_str(&out)));
    dl_buf_done(&out);
    return status;
}

static bool is_ascii(dl_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

static bool is_too_strict(int code)
{
    return code == IDN2_DISALLOWED || code == IDN2_HYPHEN_STARTEND || code == IDN2_2HYPHEN ||
           code == IDN2_TOO_BIG_DOMAIN || code == IDN2_TOO_BIG_LABEL || code == IDN2_CONTEXTO ||
           code == IDN2_CONTEXTO_NO_RULE || code == IDN2_UNASSIGNED ||
           code == IDN2_ALABEL_ROUNDTRIP_FAILED || code == IDN2_PUNYCODE_BIG_OUTPUT ||
           code == IDN2_PUNYCODE_BAD_INPUT || code == IDN2_ENCODING_ERROR;
}

/* Whether a label that is punycode already may stand. */
static bool is_valid_code(dl_str label)
{
    uint32_t point[LABEL_POINTS_MAX + 1];
    char again[LABEL_POINTS_MAX * 6];
    uint8_t *ascii = NULL;
    memcpy(again, label.at, label.len);
    again[label.len] = '\0';
    int answer =
        idn2_lookup_u8((const uint8_t *)again, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    idn2_free(ascii);
    if (answer == IDN2_OK || !is_too_strict(answer))
        return answer == IDN2_OK;
    dl_str code = dl_str_sub(label, 4, label.len);
    uint32_t count = decode(code, point);
    return count && is_valid_label(point, count) &&
           dl_str_eq(code, (dl_str){again, encode(point, count, again)});
}

static char *put_label(char *to, dl_str label)
{
    uint32_t point[LABEL_POINTS_MAX + 1];
    bool code = dl_str_starts(label, DL_STR("xn--"));
    if (label.len > LABEL_POINTS_MAX)
        return NULL;
    if (is_ascii(label)) {
        if (code && !is_valid_code(label))
            return NULL;
        memcpy(to, label.at, label.len);
        return to + label.len;
    }
    uint32_t count = points_of(label, point);
    if (!is_valid_label(point, count) || code)
        return NULL;
    memcpy(to, "xn--", 4);
    return to + 4 + encode(point, count, to + 4);
}

static dl_status by_ourselves(struct dl_arena *arena, dl_str name, dl_str *ret_ascii)
{
    dl_str rest;
    dl_str label;
    if (map_name(arena, name, &rest) != DL_OK)
        return DL_BAD_INPUT;
    char *bytes = dl_arena_raw(arena, rest.len * 6 + 16);
    char *to = bytes;
    bool first = true;
    while (to && dl_str_next(&rest, '.', &label)) {
        if (!first)
            *to++ = '.';
        first = false;
        to = put_label(to, label);
    }
    if (!to)
        return DL_BAD_INPUT;
    *ret_ascii = (dl_str){bytes, (size_t)(to - bytes)};
    return DL_OK;
}

/* Lower case; true when that is all a name needs. */
static bool lower_name(char *to, dl_str name)
{
    bool plain = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        to[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        plain = plain && !((unsigned char)c & 0x80);
        if (i >= 3 && to[i] == '-' && to[i - 1] == '-' && to[i - 2] == 'n' && to[i - 3] == 'x' &&
            (i == 3 || to[i - 4] == '.'))
            plain = false;
    }
    to[name.len] = '\0';
    return plain;
}

dl_status dl_url_ascii_name(struct dl_arena *arena, dl_str name, dl_str *ret_ascii,
                            struct dl_error *err)
{
    char *lower = dl_arena_raw(arena, name.len + 1);
    if (lower_name(lower, name)) {
        *ret_ascii = (dl_str){lower, name.len};
        return DL_OK;
    }
    uint8_t *ascii = NULL;
    int code =
        name.len && memchr(name.at, '\0', name.len)
            ? IDN2_INVALID_FLAGS
            : idn2_lookup_u8((const uint8_t *)lower, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code == IDN2_OK) {
        *ret_ascii = dl_arena_str(arena, dl_str_of((const char *)ascii));
        idn2_free(ascii);
        return DL_OK;
    }
    if (is_too_strict(code) && by_ourselves(arena, name, ret_ascii) == DL_OK)
        return DL_OK;
    return dl_fail(err, DL_BAD_INPUT, "host: '%.*s': %s", DL_STR_ARG(name), idn2_strerror(code));
}
