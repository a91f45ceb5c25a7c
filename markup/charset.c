/* Bytes into UTF-8. The table of labels is data/markup/charsets.txt. */
#include "markup/charset.h"

#include "core/utf8.h"
#include "markup/words.h"

#include <errno.h>
#include <iconv.h>
#include <uchardet/uchardet.h>

#define META_BYTES 8192U /* the standard looks at 1,024; pages put it later */
#define GUESS_BYTES (64U << 10)
#define LABEL_BYTES_MAX 40U
#define BROKEN_SHARE_MAX 20U /* one broken sequence in so many characters is no longer UTF-8 */

extern const struct dl_words dl_words_charsets;

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

const char *dl_charset_of_label(dl_str label)
{
    char lower[LABEL_BYTES_MAX];
    label = dl_str_trim(label);
    if (label.len == 0 || label.len > sizeof lower)
        return NULL;
    for (size_t i = 0; i < label.len; i++)
        lower[i] =
            (char)(label.at[i] >= 'A' && label.at[i] <= 'Z' ? label.at[i] + 32 : label.at[i]);
    const struct dl_word *word = dl_words_find(&dl_words_charsets, (dl_str){lower, label.len});
    return word ? word->value : NULL;
}

/* After "charset" or "encoding" and "=": a label, in quotes or not. */
static const char *label_after(dl_str text, size_t at)
{
    while (at < text.len && is_space(text.at[at]))
        at++;
    if (at >= text.len || text.at[at] != '=')
        return NULL;
    at++;
    while (at < text.len && (is_space(text.at[at]) || text.at[at] == '"' || text.at[at] == '\''))
        at++;
    size_t start = at;
    while (at < text.len && !is_space(text.at[at]) && !strchr("\"';,/>?", text.at[at]))
        at++;
    return dl_charset_of_label(dl_str_sub(text, start, at));
}

static const char *find_label(dl_str text, const char *word, size_t word_bytes)
{
    for (size_t at = 0; at + word_bytes < text.len; at++) {
        if ((text.at[at] | 32) != word[0] ||
            !dl_str_eq_nocase(dl_str_sub(text, at, at + word_bytes), (dl_str){word, word_bytes}))
            continue;
        const char *name = label_after(text, at + word_bytes);
        if (name)
            return name;
    }
    return NULL;
}

/* By the tags <meta …> near the front, or an XML declaration. */
static const char *declared(dl_str bytes)
{
    dl_str head = dl_str_sub(bytes, 0, bytes.len < META_BYTES ? bytes.len : META_BYTES);
    if (dl_str_starts(head, DL_STR("<?xml"))) {
        const char *end = memchr(head.at, '>', head.len);
        const char *name =
            end ? find_label(dl_str_sub(head, 0, (size_t)(end - head.at)), "encoding", 8) : NULL;
        if (name)
            return name;
    }
    for (size_t at = 0; at + 5 < head.len; at++) {
        if (head.at[at] != '<' ||
            !dl_str_eq_nocase(dl_str_sub(head, at + 1, at + 5), DL_STR("meta")))
            continue;
        const char *end = memchr(head.at + at, '>', head.len - at);
        size_t stop = end ? (size_t)(end - head.at) : head.len;
        const char *name = find_label(dl_str_sub(head, at, stop), "charset", 7);
        if (name) /* a page whose meta we can read as bytes is not UTF-16, whatever it says */
            return strncmp(name, "UTF-16", 6) == 0 ? "UTF-8" : name;
        at = stop - 1;
    }
    return NULL;
}

static bool has_high(dl_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if ((unsigned char)bytes.at[i] >= 0x80)
            return true;
    return false;
}

/* Mostly UTF-8 with a few broken places, as where a page was cut or pasted together. */
static bool is_nearly_utf8(dl_str bytes)
{
    size_t good = 0;
    size_t bad = 0;
    for (size_t at = 0; at < bytes.len;) {
        unsigned char c = (unsigned char)bytes.at[at];
        if (c < 0x80) {
            at++;
            continue;
        }
        size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
        size_t got = 1;
        while (want && got < want && at + got < bytes.len &&
               ((unsigned char)bytes.at[at + got] & 0xc0) == 0x80)
            got++;
        if (want && got == want)
            good++;
        else
            bad++;
        at += got;
    }
    return good > bad * BROKEN_SHARE_MAX;
}

/* A name we know for what the guesser says; NULL when it says nothing. */
static const char *guess(dl_str bytes)
{
    const char *name = NULL;
    uchardet_t guesser = uchardet_new();
    if (!guesser)
        abort(); /* no memory */
    if (uchardet_handle_data(guesser, bytes.at,
                             bytes.len < GUESS_BYTES ? bytes.len : GUESS_BYTES) == 0) {
        uchardet_data_end(guesser);
        name = dl_charset_of_label(dl_str_of(uchardet_get_charset(guesser)));
    }
    uchardet_delete(guesser);
    return name;
}

static const char *marked(dl_str *bytes)
{
    static const struct mark {
        const char *bytes;
        size_t len;
        const char *name;
    } marks[] = {
        {"\xef\xbb\xbf", 3, "UTF-8"}, {"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dl_str_starts(*bytes, (dl_str){marks[i].bytes, marks[i].len})) {
            *bytes = dl_str_sub(*bytes, marks[i].len, bytes->len);
            return marks[i].name;
        }
    if (bytes->len >= 4 && bytes->at[0] == '<' && bytes->at[1] == 0) /* no mark, but clear */
        return "UTF-16LE";
    if (bytes->len >= 4 && bytes->at[0] == 0 && bytes->at[1] == '<')
        return "UTF-16BE";
    return NULL;
}

static dl_str convert(struct dl_arena *arena, dl_str bytes, const char *name)
{
    iconv_t way = iconv_open("UTF-8", name);
    if (way == (iconv_t)-1)
        return bytes;
    /* One byte becomes three at most; what is not written to takes no memory. */
    size_t room = bytes.len * 3 + 64;
    struct dl_buf out = {dl_arena_raw(arena, room), 0, room, room};
    char *from = (char *)(uintptr_t)bytes.at; /* iconv's signature; it only reads */
    size_t left = bytes.len;
    while (left) {
        char *to = out.at + out.len;
        size_t to_left = out.room - out.len;
        size_t before = to_left;
        size_t result = iconv(way, &from, &left, &to, &to_left);
        out.len += before - to_left;
        if (result != (size_t)-1 || errno == E2BIG)
            break;
        (void)dl_buf_put_str(&out, DL_STR("\xef\xbf\xbd")); /* a byte that is no character */
        from++;
        left--;
    }
    (void)iconv_close(way);
    return dl_buf_str(&out);
}

dl_str dl_charset_decode(struct dl_arena *arena, dl_str bytes, dl_str content_type,
                         const char **ret_name)
{
    const char *ignored;
    const char **name = ret_name ? ret_name : &ignored;
    *name = marked(&bytes);
    if (!*name) {
        bool valid = dl_utf8_is_valid(bytes);
        *name = find_label(content_type, "charset", 7);
        if (!*name)
            *name = declared(bytes);
        if (valid && (!*name || has_high(bytes)) &&
            !(*name && (strncmp(*name, "UTF-16", 6) == 0 || strcmp(*name, "ISO-2022-JP") == 0)))
            *name = "UTF-8";
        else if (!valid && (!*name || strcmp(*name, "UTF-8") == 0))
            *name = is_nearly_utf8(bytes) ? "UTF-8" : guess(bytes);
        if (!*name)
            *name = "CP1252";
    }
    if (strcmp(*name, "UTF-8") != 0)
        bytes = convert(arena, bytes, *name);
    return dl_utf8_repair(arena, bytes);
}
