/* A date as a short row of numbers, words and marks. */
#include "markup/stamp_words.h"

#include "core/utf8.h"
#include "markup/words.h"

#include <utf8proc.h>

extern const struct dl_words dl_words_dates;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static void set_meaning(struct dl_stamp_token *token, const char *value)
{
    static const struct {
        const char *word;
        enum dl_stamp_meaning meaning;
    } meanings[] = {
        {"month ", DL_STAMP_MEANS_MONTH},
        {"am", DL_STAMP_MEANS_AM},
        {"pm", DL_STAMP_MEANS_PM},
        {"zone ", DL_STAMP_MEANS_ZONE},
        {"week", DL_STAMP_MEANS_WEEK},
        {"time", DL_STAMP_MEANS_TIME},
        {"mark-year", DL_STAMP_MEANS_YEAR_MARK},
        {"mark-month", DL_STAMP_MEANS_MONTH_MARK},
        {"mark-day", DL_STAMP_MEANS_DAY_MARK},
        {"mark-hour", DL_STAMP_MEANS_HOUR_MARK},
        {"mark-minute", DL_STAMP_MEANS_MINUTE_MARK},
        {"mark-second", DL_STAMP_MEANS_SECOND_MARK},
        {"clock", DL_STAMP_MEANS_CLOCK},
    };
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        size_t len = strlen(meanings[i].word);
        if (strncmp(value, meanings[i].word, len) != 0)
            continue;
        char *rest;
        token->meaning = meanings[i].meaning;
        token->value = (int)strtol(value + len, &rest, 10);
        token->rule = *rest == ' ' ? rest + 1 : "";
    }
}

/* Lower case of any script; what does not fit is no word we know. */
static dl_str lower(dl_str word, char *room, size_t room_bytes)
{
    size_t len = 0;
    for (size_t at = 0; at < word.len;) {
        size_t bytes;
        utf8proc_uint8_t point[4];
        int32_t c = (int32_t)dl_utf8_at(word, at, &bytes);
        utf8proc_ssize_t wide = utf8proc_encode_char(utf8proc_tolower(c), point);
        if (len + (size_t)wide > room_bytes)
            return (dl_str){"", 0};
        memcpy(room + len, point, (size_t)wide);
        len += (size_t)wide;
        at += bytes;
    }
    return (dl_str){room, len};
}

/* How much of the letters at the front is one word: all of them, but in scripts without spaces
 * only what the list knows. */
static size_t take_word(dl_str text, struct dl_stamp_token *token)
{
    char room[64];
    size_t len = 0;
    if (text.len >= 3 && text.at[1] == '.' && (text.at[2] | 0x20) == 'm' &&
        ((text.at[0] | 0x20) == 'a' || (text.at[0] | 0x20) == 'p')) { /* "a.m." */
        token->meaning = (text.at[0] | 0x20) == 'a' ? DL_STAMP_MEANS_AM : DL_STAMP_MEANS_PM;
        return 3;
    }
    while (len < text.len &&
           (is_letter(text.at[len]) || (len && (text.at[len] == '/' || text.at[len] == '_') &&
                                        len + 1 < text.len && is_letter(text.at[len + 1]))))
        len++;
    const struct dl_word *word =
        dl_words_find(&dl_words_dates, lower(dl_str_sub(text, 0, len), room, sizeof room));
    const char *slash = word ? NULL : memchr(text.at, '/', len);
    if (slash) { /* "PST/PDT" */
        len = (size_t)(slash - text.at);
        word = dl_words_find(&dl_words_dates, lower(dl_str_sub(text, 0, len), room, sizeof room));
    }
    if (!word && (unsigned char)text.at[0] >= 0xe0) {
        word = dl_words_prefix(&dl_words_dates, dl_str_sub(text, 0, len));
        len = word ? word->key_bytes : dl_utf8_step((unsigned char)text.at[0]);
    }
    if (word)
        set_meaning(token, word->value);
    return len;
}

bool dl_stamp_split(dl_str text, struct dl_stamp_token token[DL_STAMP_TOKENS_MAX],
                    unsigned *ret_count)
{
    unsigned count = 0;
    bool space = false;
    for (size_t at = 0; at < text.len;) {
        char c = text.at[at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            space = true;
            at++;
            continue;
        }
        if (count == DL_STAMP_TOKENS_MAX - 1)
            return false;
        struct dl_stamp_token *next = &token[count++];
        *next = (struct dl_stamp_token){.kind = c, .after_space = space, .rule = ""};
        space = false;
        if (is_digit(c)) {
            next->kind = '0';
            for (; at < text.len && is_digit(text.at[at]); at++) {
                if (next->digits == 18)
                    return false;
                next->number = next->number * 10 + (text.at[at] - '0');
                next->digits++;
            }
        } else if (is_letter(c)) {
            next->kind = 'a';
            at += take_word(dl_str_sub(text, at, text.len), next);
        } else {
            at++;
        }
    }
    token[count] = (struct dl_stamp_token){.kind = ' ', .rule = ""}; /* looked at, never counted */
    *ret_count = count;
    return true;
}
