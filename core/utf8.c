/* UTF-8 at the door. ASCII goes 32 bytes at a time; only what is not quick-checked as NFC meets
 * the normaliser, which is many times slower than all the rest. */
#include "core/utf8.h"

#include <utf8proc.h>

#define HIGH_BITS 0x8080808080808080ULL

static uint64_t eight(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

static size_t ascii_run(dl_str text, size_t at)
{
    size_t start = at;
    for (; at + 32 <= text.len; at += 32) {
        const char *s = text.at + at;
        if ((eight(s) | eight(s + 8) | eight(s + 16) | eight(s + 24)) & HIGH_BITS)
            break;
    }
    while (at + 8 <= text.len && !(eight(text.at + at) & HIGH_BITS))
        at += 8;
    while (at < text.len && !((unsigned char)text.at[at] & 0x80))
        at++;
    return at - start;
}

/* Bytes of the valid sequence at `at`, or 0; then *ret_bad is how many bytes the broken part has.
 */
static size_t sequence_at(dl_str text, size_t at, size_t *ret_bad)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    size_t left = text.len - at;
    *ret_bad = 1;
    unsigned char lead = s[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    size_t need = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (lead == 0xe0)
        low = 0xa0;
    if (lead == 0xed)
        high = 0x9f;
    if (lead == 0xf0)
        low = 0x90;
    if (lead == 0xf4)
        high = 0x8f;
    for (size_t i = 1; i < need; i++) {
        if (i >= left || s[i] < low || s[i] > high) {
            *ret_bad = i;
            return 0;
        }
        low = 0x80;
        high = 0xbf;
    }
    return need;
}

bool dl_utf8_is_valid(dl_str text)
{
    size_t at = 0;
    while (at < text.len) {
        at += ascii_run(text, at);
        if (at == text.len)
            break;
        size_t bad;
        size_t bytes = sequence_at(text, at, &bad);
        if (bytes == 0)
            return false;
        at += bytes;
    }
    return true;
}

size_t dl_utf8_count(dl_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

uint32_t dl_utf8_at(dl_str text, size_t at, size_t *ret_bytes)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    size_t bytes = dl_utf8_step(s[0]);
    *ret_bytes = bytes;
    switch (bytes) {
    case 1:
        return s[0];
    case 2:
        return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
    case 3:
        return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
    default:
        return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
               (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
    }
}

/* Below U+0300 nothing combines, and nearly all news stays below or in the blocks of punctuation
 * and CJK, which normalise to themselves. */
static bool may_change_in_nfc(uint32_t c)
{
    return c >= 0x300 && !(c >= 0x2010 && c <= 0x2027) && !(c >= 0x3041 && c <= 0x3096) &&
           !(c >= 0x4e00 && c <= 0x9fff) && !(c >= 0x410 && c <= 0x44f) && c != 0xfffd;
}

/* What has to be done: bytes to repair or leave out, or normalising. */
static void look(dl_str text, bool *ret_repair, bool *ret_normalise)
{
    size_t at = 0;
    *ret_repair = text.len && memchr(text.at, 0, text.len) != NULL;
    *ret_normalise = false;
    while (at < text.len) {
        at += ascii_run(text, at);
        if (at == text.len)
            break;
        size_t bad;
        size_t bytes = sequence_at(text, at, &bad);
        if (bytes == 0)
            *ret_repair = true;
        else if (may_change_in_nfc(dl_utf8_at(text, at, &bytes)))
            *ret_normalise = true;
        at += bytes ? bytes : bad;
    }
}

static bool is_mark(uint32_t c)
{
    utf8proc_category_t category = c < 0x300 ? UTF8PROC_CATEGORY_LL : utf8proc_category((int)c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

static dl_str repair(struct dl_arena *arena, dl_str text)
{
    char *to = dl_arena_raw(arena, text.len * 3 + 1); /* one broken byte becomes three */
    size_t len = 0;
    uint32_t marks = 0;
    for (size_t at = 0; at < text.len;) {
        size_t bad;
        size_t bytes = sequence_at(text, at, &bad);
        if (bytes == 0) {
            memcpy(to + len, "\xef\xbf\xbd", 3);
            len += 3;
            at += bad;
            marks = 0;
            continue;
        }
        uint32_t c = dl_utf8_at(text, at, &bytes);
        marks = is_mark(c) ? marks + 1 : 0;
        if (c != 0 && marks <= DL_UTF8_MARKS_MAX) {
            memcpy(to + len, text.at + at, bytes);
            len += bytes;
        }
        at += bytes;
    }
    return (dl_str){to, len};
}

dl_str dl_utf8_repair(struct dl_arena *arena, dl_str text)
{
    bool broken = !dl_utf8_is_valid(text) || (text.len && memchr(text.at, 0, text.len));
    return broken ? repair(arena, text) : text;
}

dl_str dl_utf8_clean(struct dl_arena *arena, dl_str text)
{
    bool must_repair;
    bool must_normalise;
    look(text, &must_repair, &must_normalise);
    if (must_repair || must_normalise)
        text = repair(arena, text); /* also cuts runs of marks, which normalising would sort */
    if (!must_normalise || text.len == 0)
        return text;
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t bytes =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &normal,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (bytes < 0)
        abort(); /* valid input: only memory can be short */
    dl_str result = dl_arena_str(arena, (dl_str){(const char *)normal, (size_t)bytes});
    free(normal);
    return result;
}

size_t dl_utf8_valid_at(dl_str text, size_t at)
{
    size_t bytes = dl_utf8_step((unsigned char)text.at[at]);
    dl_str one = {text.at + at, bytes};
    return bytes <= text.len - at && dl_utf8_is_valid(one) ? bytes : 0;
}
