/* Encodings of XML. */
#include "markup/xml_charset.h"

#include "core/utf8.h"
#include "markup/charset.h"

#include <errno.h>
#include <iconv.h>

#define HEAD_BYTES 512U /* where an XML declaration ends */
#define LABEL_BYTES_MAX 40U

struct attempt {
    dl_str label;
    const char *name; /* iconv's */
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* --- what the document says --- */

/* The value after `word` and "=", in quotes or not. */
static dl_str value_after(dl_str text, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len < text.len; at++) {
        if (!dl_str_eq_nocase(dl_str_sub(text, at, at + len), dl_str_of(word)))
            continue;
        dl_str rest = dl_str_trim(dl_str_sub(text, at + len, text.len));
        if (rest.len == 0 || rest.at[0] != '=')
            continue;
        rest = dl_str_trim(dl_str_sub(rest, 1, rest.len));
        if (rest.len && (rest.at[0] == '"' || rest.at[0] == '\''))
            rest = dl_str_sub(rest, 1, rest.len);
        size_t end = 0;
        while (end < rest.len && !strchr(" \t\r\n\"';,?>", rest.at[end]))
            end++;
        return dl_str_sub(rest, 0, end);
    }
    return (dl_str){"", 0};
}

static dl_str declared(dl_str bytes)
{
    dl_str head =
        dl_str_trim(dl_str_sub(bytes, 0, bytes.len < HEAD_BYTES ? bytes.len : HEAD_BYTES));
    if (!dl_str_starts(head, DL_STR("<?xml")))
        return (dl_str){"", 0};
    const char *end = memchr(head.at, '>', head.len);
    return value_after(dl_str_sub(head, 0, end ? (size_t)(end - head.at) : head.len), "encoding");
}

/* Chinese in seven bits, which iconv does not know. */
static bool is_hz(const char *name)
{
    return strcmp(name, "hz") == 0 || strcmp(name, "hz-gb-2312") == 0;
}

static bool is_way(const char *name)
{
    iconv_t way = iconv_open("UTF-8", name);
    if (way == (iconv_t)-1)
        return false;
    (void)iconv_close(way);
    return true;
}

/* Spellings of one label: as it is, with dashes, with "x-" before it, without punctuation. */
static dl_str respelled(struct dl_arena *arena, dl_str label, unsigned way)
{
    char *text = dl_arena_alloc(arena, label.len + 3); /* NUL after it for iconv */
    size_t len = 0;
    if (way == 2) {
        memcpy(text, "x-", 2);
        len = 2;
    }
    for (size_t i = 0; i < label.len; i++) {
        bool punctuation = label.at[i] == '_' || label.at[i] == '-';
        if (way == 3 && punctuation)
            continue;
        text[len++] = (char)(way && punctuation ? '-' : lower(label.at[i]));
    }
    return (dl_str){text, len};
}

/* The label in lower case, and iconv's name for it; no name when nobody knows it. */
static struct attempt attempt_of(struct dl_arena *arena, dl_str label)
{
    struct attempt attempt = {{"", 0}, NULL};
    label = dl_str_trim(label);
    if (label.len == 0 || label.len > LABEL_BYTES_MAX)
        return attempt;
    for (size_t i = 0; i < label.len; i++) {
        char c = lower(label.at[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._:+-()", c))))
            return attempt;
    }
    attempt.label = respelled(arena, label, 0);
    for (unsigned way = 0; way < 4 && !attempt.name; way++)
        attempt.name = dl_charset_of_label(respelled(arena, label, way));
    for (unsigned way = 0; way < 4 && !attempt.name; way++) {
        const char *name = respelled(arena, label, way).at;
        attempt.name = is_way(name) || is_hz(name) ? name : NULL;
    }
    return attempt;
}

/* --- what the bytes show --- */

static bool begins(dl_str bytes, const char *with, size_t len)
{
    return bytes.len >= len && memcmp(bytes.at, with, len) == 0;
}

static struct attempt seen(dl_str *bytes)
{
    static const struct {
        const char *bytes;
        size_t len;
        size_t skip;
        const char *label;
    } signs[] = {
        {"\xef\xbb\xbf", 3, 3, "utf-8"},    {"\xff\xfe\0\0", 4, 4, "utf-32le"},
        {"\0\0\xfe\xff", 4, 4, "utf-32be"}, {"\xff\xfe", 2, 2, "utf-16le"},
        {"\xfe\xff", 2, 2, "utf-16be"},     {"<\0\0\0", 4, 0, "utf-32le"},
        {"\0\0\0<", 4, 0, "utf-32be"},      {"<\0", 2, 0, "utf-16le"},
        {"\0<", 2, 0, "utf-16be"},          {"\x4c\x6f\xa7\x94", 4, 0, "cp037"},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!begins(*bytes, signs[i].bytes, signs[i].len))
            continue;
        *bytes = dl_str_sub(*bytes, signs[i].skip, bytes->len);
        return (struct attempt){dl_str_of(signs[i].label), signs[i].label};
    }
    return (struct attempt){{"", 0}, NULL};
}

static bool is_ascii(dl_str bytes)
{
    unsigned char all = 0;
    for (size_t i = 0; i < bytes.len; i++)
        all |= (unsigned char)bytes.at[i];
    return all < 0x80;
}

/* Bytes past ASCII stand alone, as accents do among Latin letters; a guess by statistics has too
 * little to go by. */
static bool is_accented(dl_str bytes)
{
    size_t high = 0;
    size_t together = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        high += (unsigned char)bytes.at[i] >= 0x80;
        together +=
            i && (unsigned char)bytes.at[i] >= 0x80 && (unsigned char)bytes.at[i - 1] >= 0x80;
    }
    return together * 2 < high;
}

/* Encodings in which ASCII bytes do not mean themselves. */
static bool is_not_ascii_based(const char *name)
{
    return strncasecmp(name, "utf-7", 5) == 0 || strncasecmp(name, "utf7", 4) == 0 ||
           strncasecmp(name, "iso-2022", 8) == 0 || strncasecmp(name, "iso2022", 7) == 0 ||
           is_hz(name);
}

static bool is_wide(const char *name)
{
    return strncasecmp(name, "utf-16", 6) == 0 || strncasecmp(name, "utf-32", 6) == 0 ||
           strncasecmp(name, "ucs-", 4) == 0 || strncasecmp(name, "iso-10646", 9) == 0;
}

/* --- converting --- */

/* "~{VP~}" as GB2312 in eight bits (RFC 1843). */
static dl_str from_hz(struct dl_arena *arena, dl_str bytes)
{
    char *to = dl_arena_raw(arena, bytes.len + 1);
    size_t len = 0;
    bool chinese = false;
    for (size_t i = 0; i < bytes.len; i++) {
        char next = bytes.at[i] == '~' && i + 1 < bytes.len ? bytes.at[i + 1] : '\0';
        if (next == '{' || next == '}') {
            chinese = next == '{';
            i++;
        } else if (next == '~' || next == '\n') {
            if (next == '~')
                to[len++] = '~';
            i++;
        } else {
            to[len++] = (char)(chinese && bytes.at[i] > ' ' ? bytes.at[i] | 0x80 : bytes.at[i]);
        }
    }
    return (dl_str){to, len};
}

/* Empty when more than `bad_max` places could not be decoded. */
static dl_str convert(struct dl_arena *arena, dl_str bytes, const char *name, size_t bad_max)
{
    dl_str none = {NULL, 0};
    if (is_hz(name)) {
        bytes = from_hz(arena, bytes);
        name = "GB18030";
    }
    iconv_t way = iconv_open("UTF-8", name);
    if (way == (iconv_t)-1)
        return none;
    struct dl_buf out;
    dl_buf_init(&out, bytes.len * 6 + 256);
    char *from = (char *)(uintptr_t)bytes.at; /* iconv's signature; it only reads */
    size_t left = bytes.len;
    size_t bad = 0;
    while (left && bad <= bad_max) {
        size_t room = left + left / 2 + 32;
        char *to = dl_buf_reserve(&out, room);
        if (!to)
            break;
        size_t to_left = room;
        size_t result = iconv(way, &from, &left, &to, &to_left);
        out.len += room - to_left;
        if (result != (size_t)-1 || errno == E2BIG)
            continue;
        (void)dl_buf_put_str(&out, DL_STR("\xef\xbf\xbd")); /* a byte that is no character */
        bad++;
        from++;
        left--;
    }
    (void)iconv_close(way);
    dl_str text = bad > bad_max ? none : dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return text;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 && c != '\n' && c != '\r' && c != '\t';
}

/* In blocks without a way out of the middle, which the compiler makes wide. */
static bool has_controls(dl_str text)
{
    size_t at = 0;
    for (; at + 64 <= text.len; at += 64) {
        unsigned found = 0;
        for (size_t i = 0; i < 64; i++)
            found |= is_control(text.at[at + i]);
        if (found)
            return true;
    }
    for (; at < text.len; at++)
        if (is_control(text.at[at]))
            return true;
    return false;
}

/* Control bytes mean nothing in XML and break what comes after. */
static dl_str without_controls(struct dl_arena *arena, dl_str text, const char **odd)
{
    if (!has_controls(text))
        return text;
    *odd = "control bytes";
    text = dl_arena_str(arena, text);
    char *bytes = (char *)(uintptr_t)text.at; /* just copied */
    for (size_t i = 0; i < text.len; i++)
        bytes[i] = is_control(bytes[i]) ? ' ' : bytes[i];
    return text;
}

static dl_str finish(struct dl_arena *arena, dl_str text, const char **odd)
{
    if (!dl_utf8_is_valid(text)) {
        *odd = "bytes that are no characters of its encoding";
        text = dl_utf8_repair(arena, text);
    }
    if (dl_str_starts(text, DL_STR("\xef\xbb\xbf")))
        text = dl_str_sub(text, 3, text.len);
    return without_controls(arena, text, odd);
}

dl_str dl_xml_charset_decode(struct dl_arena *arena, dl_str bytes, dl_str content_type,
                             dl_str *ret_label, const char **ret_odd)
{
    *ret_odd = NULL;
    struct attempt sign = seen(&bytes);
    if (sign.name && strcmp(sign.name, "cp037") == 0) { /* EBCDIC: its own words say which */
        dl_str head = convert(arena, dl_str_sub(bytes, 0, bytes.len < 128 ? bytes.len : 128),
                              sign.name, SIZE_MAX);
        struct attempt said = attempt_of(arena, declared(head));
        sign = said.name ? said : sign;
    }
    if (sign.name) {
        *ret_label = sign.label;
        dl_str text =
            strcmp(sign.name, "utf-8") == 0 ? bytes : convert(arena, bytes, sign.name, SIZE_MAX);
        return finish(arena, text, ret_odd);
    }
    struct attempt tries[] = {attempt_of(arena, value_after(content_type, "charset")),
                              attempt_of(arena, declared(bytes))};
    dl_str said = declared(bytes);
    bool utf8 = dl_utf8_is_valid(bytes);
    bool ascii = utf8 && is_ascii(bytes);
    if (said.len && !tries[1].name)
        *ret_odd = "an encoding nobody knows";
    for (unsigned i = 0; i < 2; i++) {
        const char *name = tries[i].name;
        if (!name || is_wide(name) || (utf8 && !ascii && strcmp(name, "UTF-8") != 0))
            continue;
        bool as_it_is = strcmp(name, "UTF-8") == 0 ? utf8 : ascii && !is_not_ascii_based(name);
        dl_str text = as_it_is                     ? bytes
                      : strcmp(name, "UTF-8") == 0 ? (dl_str){NULL, 0}
                                                   : convert(arena, bytes, name, 0);
        if (!text.at)
            continue;
        if (i == 1 && tries[0].name)
            *ret_odd = "an encoding that is not the one declared";
        *ret_label = tries[i].label;
        return finish(arena, text, ret_odd);
    }
    if (tries[0].name || tries[1].name)
        *ret_odd = "an encoding that is not the one declared";
    *ret_label = DL_STR("utf-8");
    if (!utf8) {
        const char *name = "windows-1252";
        bytes = is_accented(bytes) ? convert(arena, bytes, "CP1252", SIZE_MAX)
                                   : dl_charset_decode(arena, bytes, (dl_str){"", 0}, &name);
        *ret_label = dl_str_of(name);
    }
    return finish(arena, bytes, ret_odd);
}
