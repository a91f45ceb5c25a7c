/* How blocks begin that are no part of an article. The words are data/pages/cues.txt. */
#include "core/utf8.h"
#include "markup/words.h"
#include "pages/features.h"

#include <utf8proc.h>

#define HEAD_BYTES 48U
#define WORDS_MAX 4U
#define WIDE_CHARS_MAX 9U
#define MARKED_CHARS_MAX 20U

extern const struct dl_words dl_words_page_cues;

static const struct cue_name {
    const char *name;
    enum dl_cue cue;
} names[] = {
    {"MORE", DL_CUE_MORE},       {"SHARE", DL_CUE_SHARE}, {"SUBSCRIBE", DL_CUE_SUBSCRIBE},
    {"AD", DL_CUE_AD},           {"PHOTO", DL_CUE_PHOTO}, {"COMMENTS", DL_CUE_COMMENTS},
    {"RIGHTS", DL_CUE_RIGHTS},   {"BY", DL_CUE_BY},       {"DATE", DL_CUE_DATE},
    {"CONSENT", DL_CUE_CONSENT}, {"TAGS", DL_CUE_TAGS},   {"ABOUT", DL_CUE_ABOUT},
};

static enum dl_cue look_up(dl_str text)
{
    const struct dl_word *word = dl_words_find(&dl_words_page_cues, text);
    for (size_t i = 0; word && i < sizeof names / sizeof *names; i++)
        if (strcmp(word->value, names[i].name) == 0)
            return names[i].cue;
    return DL_CUE_NONE;
}

/* The first bytes in lower case, spaces single. */
static dl_str lower_head(dl_str text, char head[HEAD_BYTES + 8])
{
    struct dl_buf out = {head, 0, HEAD_BYTES + 8, HEAD_BYTES + 8};
    for (size_t at = 0; at < text.len && out.len < HEAD_BYTES;) {
        size_t bytes;
        uint32_t c = dl_utf8_at(text, at, &bytes);
        at += bytes;
        if (c == '\n')
            c = ' ';
        if (c == 0x2019)
            c = '\'';
        c = c < 0x80 ? c - 'A' < 26U ? c + 32 : c : (uint32_t)utf8proc_tolower((int)c);
        char raw[4];
        utf8proc_ssize_t len = utf8proc_encode_char((int)c, (utf8proc_uint8_t *)raw);
        (void)dl_buf_put(&out, raw, len > 0 ? (size_t)len : 0);
    }
    return dl_buf_str(&out);
}

enum dl_cue dl_cue_of(dl_str text)
{
    char room[HEAD_BYTES + 8];
    dl_str head = lower_head(text, room);
    enum dl_cue best = DL_CUE_NONE;
    unsigned words = 0;
    unsigned chars = 0;
    for (size_t at = 0; at <= head.len && words < WORDS_MAX;) {
        bool end = at == head.len;
        bool space = !end && head.at[at] == ' ';
        bool wide = !end && (unsigned char)head.at[at] >= 0xe0;
        /* An ideograph is half a word, a letter of India or Thailand a tenth of a phrase. */
        unsigned wide_max =
            wide && (unsigned char)head.at[at] < 0xe3 ? MARKED_CHARS_MAX : WIDE_CHARS_MAX;
        bool stop = !end && strchr(":,.!|", head.at[at]) && head.at[at];
        if (at && (end || space || stop || (wide && chars < wide_max))) {
            enum dl_cue cue = look_up(dl_str_sub(head, 0, at));
            if (cue != DL_CUE_NONE)
                best = cue;
        }
        words += space;
        chars++;
        size_t step = end ? 1 : dl_utf8_step((unsigned char)head.at[at]);
        if (stop && at + 1 <= head.len) { /* "foto:" stands in the list with its colon */
            enum dl_cue cue = look_up(dl_str_sub(head, 0, at + 1));
            if (cue != DL_CUE_NONE)
                best = cue;
        }
        at += step;
        if (wide && chars >= wide_max)
            break;
        if (at == head.len && wide) {
            enum dl_cue cue = look_up(head);
            if (cue != DL_CUE_NONE)
                best = cue;
        }
    }
    return best;
}
