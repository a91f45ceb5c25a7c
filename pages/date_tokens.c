/* Cutting dates into numbers, words and signs. */
#include "pages/date_tokens.h"

#include "core/utf8.h"

#include <utf8proc.h>

#define TEXT_BYTES_MAX 400U

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

/* Letters of Indic scripts that are composed nowhere (Unicode's composition exclusions). */
static bool stays_apart(uint32_t c)
{
    return (c >= 0x958 && c <= 0x95f) || (c >= 0x9dc && c <= 0x9df) || c == 0xa33 || c == 0xa36 ||
           (c >= 0xa59 && c <= 0xa5e);
}

static void put_char(struct dl_date_token *token, uint32_t c)
{
    utf8proc_int32_t parts[4] = {(utf8proc_int32_t)c};
    utf8proc_ssize_t count = 1;
    char raw[4];
    if (stays_apart(c)) {
        int last = 0;
        count = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 4, UTF8PROC_DECOMPOSE, &last);
    }
    for (utf8proc_ssize_t i = 0; i < count && i < 4; i++) {
        uint32_t one = (uint32_t)parts[i];
        uint32_t low =
            one < 0x80 ? (one - 'A' < 26U ? one + 32 : one) : (uint32_t)utf8proc_tolower((int)one);
        utf8proc_ssize_t len = utf8proc_encode_char((int)low, (utf8proc_uint8_t *)raw);
        if (len > 0 && token->word_bytes + (size_t)len < sizeof token->word) {
            memcpy(token->word + token->word_bytes, raw, (size_t)len);
            token->word_bytes = (uint8_t)(token->word_bytes + len);
        }
    }
}

void dl_date_tokenise(dl_str text, struct dl_date_tokens *tokens)
{
    bool spaced = false;
    tokens->count = 0;
    if (text.len > TEXT_BYTES_MAX)
        text.len = TEXT_BYTES_MAX;
    for (size_t at = 0; at < text.len && tokens->count < DL_DATE_TOKENS_MAX;) {
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
        struct dl_date_token *token = &tokens->list[tokens->count++];
        *token = (struct dl_date_token){.spaced = spaced, .from = at, .to = at};
        spaced = false;
        int digit = digit_of(c);
        if (digit >= 0) {
            token->kind = DL_DATE_NUMBER;
            while (digit >= 0 && token->digits < 18) {
                token->number = token->number * 10 + digit;
                token->digits++;
                token->to = at += bytes;
                if (at >= text.len || at + dl_utf8_step((unsigned char)text.at[at]) > text.len)
                    break;
                digit = digit_of(dl_utf8_at(text, at, &bytes));
            }
            continue;
        }
        if (!is_letter(c) || is_unit(c)) {
            token->kind = DL_DATE_SIGN;
            token->sign = c;
            token->to = at += bytes;
            continue;
        }
        token->kind = DL_DATE_WORD;
        while (is_letter(c) && !is_unit(c)) {
            put_char(token, c);
            token->to = at += bytes;
            if (at >= text.len || at + dl_utf8_step((unsigned char)text.at[at]) > text.len)
                break;
            c = dl_utf8_at(text, at, &bytes);
            if (digit_of(c) >= 0)
                break;
        }
    }
}

const struct dl_date_token *dl_date_token_at(const struct dl_date_tokens *tokens, unsigned i)
{
    static const struct dl_date_token none = {.kind = DL_DATE_SIGN};
    return i < tokens->count ? &tokens->list[i] : &none;
}

bool dl_date_is_sign(const struct dl_date_tokens *tokens, unsigned i, uint32_t sign)
{
    return i < tokens->count && tokens->list[i].kind == DL_DATE_SIGN &&
           tokens->list[i].sign == sign;
}

bool dl_date_is_number(const struct dl_date_tokens *tokens, unsigned i, unsigned digits_min,
                       unsigned digits_max)
{
    return i < tokens->count && tokens->list[i].kind == DL_DATE_NUMBER &&
           tokens->list[i].digits >= digits_min && tokens->list[i].digits <= digits_max;
}

dl_str dl_date_word(const struct dl_date_tokens *tokens, unsigned i)
{
    if (i >= tokens->count || tokens->list[i].kind != DL_DATE_WORD)
        return (dl_str){"", 0};
    return (dl_str){tokens->list[i].word, tokens->list[i].word_bytes};
}

bool dl_date_is_word(const struct dl_date_tokens *tokens, unsigned i, const char *word)
{
    return i < tokens->count && tokens->list[i].kind == DL_DATE_WORD &&
           dl_str_is(dl_date_word(tokens, i), word);
}
