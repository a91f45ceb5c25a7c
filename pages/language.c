/* The language: what the page says, checked against the letters of its text; else by letters and
 * small words. The words are data/pages/stopwords.txt. */
#include "core/utf8.h"
#include "markup/words.h"
#include "pages/weigh.h"

#include <utf8proc.h>

#define LOOKED_AT_BYTES 6000U
#define LANGUAGES_MAX 48U
#define WORD_BYTES_MAX 16U

extern const struct dl_words dl_words_page_stopwords;

enum script { LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, HAN, KANA, HANGUL, DEVANAGARI, OTHER_SCRIPT };

/* Blocks of one language's letters, or of one we name first. */
static const struct letters {
    uint32_t first, last;
    enum script script;
    const char *language;
} letters[] = {
    {0x370, 0x3ff, GREEK, "el"},          {0x400, 0x52f, CYRILLIC, NULL},
    {0x530, 0x58f, OTHER_SCRIPT, "hy"},   {0x590, 0x5ff, HEBREW, "he"},
    {0x600, 0x6ff, ARABIC, NULL},         {0x900, 0x97f, DEVANAGARI, NULL},
    {0x980, 0x9ff, OTHER_SCRIPT, "bn"},   {0xa00, 0xa7f, OTHER_SCRIPT, "pa"},
    {0xa80, 0xaff, OTHER_SCRIPT, "gu"},   {0xb80, 0xbff, OTHER_SCRIPT, "ta"},
    {0xc00, 0xc7f, OTHER_SCRIPT, "te"},   {0xc80, 0xcff, OTHER_SCRIPT, "kn"},
    {0xd00, 0xd7f, OTHER_SCRIPT, "ml"},   {0xd80, 0xdff, OTHER_SCRIPT, "si"},
    {0xe00, 0xe7f, OTHER_SCRIPT, "th"},   {0xe80, 0xeff, OTHER_SCRIPT, "lo"},
    {0x1000, 0x109f, OTHER_SCRIPT, "my"}, {0x10a0, 0x10ff, OTHER_SCRIPT, "ka"},
    {0x1200, 0x137f, OTHER_SCRIPT, "am"}, {0x1780, 0x17ff, OTHER_SCRIPT, "km"},
    {0x3041, 0x30ff, KANA, "ja"},         {0x4e00, 0x9fff, HAN, NULL},
    {0xac00, 0xd7af, HANGUL, "ko"},
};
#define LETTERS_COUNT (sizeof letters / sizeof *letters)

struct counts {
    uint32_t latin;
    uint32_t of[LETTERS_COUNT];
    uint32_t ukrainian, serbian, persian, urdu, bulgarian_not;
    struct {
        char tag[4];
        uint32_t count;
    } languages[LANGUAGES_MAX];
    uint32_t language_count;
};

static void count_language(struct counts *counts, const char *tag, size_t len)
{
    if (len > 3)
        return;
    for (uint32_t i = 0; i < counts->language_count; i++)
        if (strlen(counts->languages[i].tag) == len &&
            memcmp(counts->languages[i].tag, tag, len) == 0) {
            counts->languages[i].count++;
            return;
        }
    if (counts->language_count < LANGUAGES_MAX) {
        memcpy(counts->languages[counts->language_count].tag, tag, len);
        counts->languages[counts->language_count++].count = 1;
    }
}

static void count_word(struct counts *counts, const char *word, size_t len)
{
    const struct dl_word *found = dl_words_find(&dl_words_page_stopwords, (dl_str){word, len});
    if (!found)
        return;
    for (const char *at = found->value; *at;) {
        size_t tag = strcspn(at, " ");
        count_language(counts, at, tag);
        at += tag + strspn(at + tag, " ");
    }
}

static void count_letter(struct counts *counts, uint32_t c)
{
    counts->latin +=
        (c | 32) - 'a' < 26U || (c >= 0xc0 && c < 0x250) || (c >= 0x1e00 && c < 0x1f00);
    for (size_t i = 0; i < LETTERS_COUNT && c >= 0x370; i++)
        counts->of[i] += c >= letters[i].first && c <= letters[i].last;
    counts->ukrainian += c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491;
    counts->serbian += c == 0x452 || c == 0x45b || c == 0x458 || c == 0x459 || c == 0x45a;
    counts->bulgarian_not += c == 0x44b || c == 0x44d; /* ы, э: Russian */
    counts->persian += c == 0x67e || c == 0x686 || c == 0x6af || c == 0x6cc;
    counts->urdu += c == 0x679 || c == 0x688 || c == 0x691 || c == 0x6d2;
}

static void count(dl_str text, struct counts *counts)
{
    char word[WORD_BYTES_MAX];
    size_t len = 0;
    for (size_t at = 0; at < text.len && at < LOOKED_AT_BYTES;) {
        size_t bytes;
        uint32_t c = dl_utf8_at(text, at, &bytes);
        at += bytes;
        bool letter = c < 0x80 ? (c | 32) - 'a' < 26U : c >= 0xc0 && !(c >= 0x2000 && c < 0x2c00);
        if (letter) {
            char raw[4];
            uint32_t low = (uint32_t)utf8proc_tolower((int)c);
            utf8proc_ssize_t step = utf8proc_encode_char((int)low, (utf8proc_uint8_t *)raw);
            count_letter(counts, low);
            if (step > 0 && len + (size_t)step <= sizeof word)
                memcpy(word + len, raw, (size_t)step);
            len += step > 0 ? (size_t)step : 0;
            continue;
        }
        if (len && len <= sizeof word)
            count_word(counts, word, len);
        len = 0;
    }
}

static const char *guess_latin(const struct counts *counts)
{
    const char *best = NULL;
    uint32_t most = 2; /* three small words at least */
    for (uint32_t i = 0; i < counts->language_count; i++)
        if (counts->languages[i].count > most) {
            most = counts->languages[i].count;
            best = counts->languages[i].tag;
        }
    return best;
}

static const char *guess_of(const struct counts *counts, enum script script)
{
    switch (script) {
    case CYRILLIC:
        return counts->ukrainian > 3       ? "uk"
               : counts->serbian > 3       ? "sr"
               : counts->bulgarian_not < 3 ? "bg"
                                           : "ru";
    case ARABIC:
        return counts->urdu > 3 ? "ur" : counts->persian > 5 ? "fa" : "ar";
    case HAN:
        return "zh";
    case DEVANAGARI:
        return "hi";
    default:
        return NULL;
    }
}

/* Languages that are written in the script; others are a mistake of the page. */
static bool fits(dl_str tag, enum script script, const char *guessed)
{
    static const char *const written[][16] = {
        [CYRILLIC] = {"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "uz", "bs",
                      "ab", "os"},
        [ARABIC] = {"ar", "fa", "ur", "ps", "ku", "ug", "sd", "ck", "az", "ha", "pr"},
        [DEVANAGARI] = {"hi", "mr", "ne", "sa", "ko", "bh", "ma"},
        [HAN] = {"zh", "ja", "yu", "cn", "ko"},
        [HEBREW] = {"he", "iw", "yi"},
    };
    if (script == LATIN || script >= sizeof written / sizeof *written || !written[script][0])
        return guessed ? dl_str_starts(tag, dl_str_of(guessed)) : true;
    for (size_t i = 0; i < 16 && written[script][i]; i++)
        if (dl_str_starts(tag, dl_str_of(written[script][i])))
            return true;
    return false;
}

/* "en_US" → "en-US"; empty when it looks like no tag. */
static dl_str as_tag(dl_str value, struct dl_arena *arena)
{
    dl_str text = dl_arena_str(arena, value);
    char *at = (char *)(uintptr_t)text.at; /* our copy */
    size_t first = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (at[i] == '_')
            at[i] = '-';
        if (at[i] == ',' || at[i] == ';' || at[i] == ' ' || at[i] == '.') {
            text.len = i;
            break;
        }
        if (at[i] == '-' && !first)
            first = i;
        bool letter = (at[i] | 32) >= 'a' && (at[i] | 32) <= 'z';
        bool digit = at[i] >= '0' && at[i] <= '9';
        if (!letter && !(first && (digit || at[i] == '-')))
            return (dl_str){NULL, 0};
        if (!first && at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] + 32);
    }
    first = first ? first : text.len;
    return first < 2 || first > 3 || text.len > 16 ? (dl_str){NULL, 0} : text;
}

dl_str dl_weigh_language(const struct dl_page *page, dl_str text, struct dl_arena *arena)
{
    struct counts counts = {0};
    enum script script = LATIN;
    const char *guessed = NULL;
    uint32_t most;
    count(text, &counts);
    most = counts.latin;
    for (size_t i = 0; i < LETTERS_COUNT; i++)
        if (counts.of[i] * (letters[i].script == KANA ? 4 : 1) > most) {
            most = counts.of[i];
            script = letters[i].script;
            guessed = letters[i].language ? letters[i].language : guess_of(&counts, script);
        }
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_LANGUAGE];
    dl_str best = {NULL, 0};
    int best_rank = 0;
    for (uint32_t i = 0; i < claims->count; i++) {
        dl_str tag = as_tag(claims->list[i].value, arena);
        if (!tag.len || claims->list[i].rank <= best_rank)
            continue;
        if (most > 50 && script != LATIN && !fits(tag, script, guessed))
            continue;
        if (most > 50 && script == LATIN &&
            (fits(tag, ARABIC, NULL) || fits(tag, HAN, NULL) || fits(tag, HEBREW, NULL)) &&
            !dl_str_starts(tag, DL_STR("az")) && !dl_str_starts(tag, DL_STR("ha")) &&
            !dl_str_starts(tag, DL_STR("ku")))
            continue;
        best = tag;
        best_rank = claims->list[i].rank;
    }
    if (script == LATIN) {
        guessed = guess_latin(&counts);
        /* A template's "en" on a page whose small words are another language's. */
        if (guessed && best.len && dl_str_starts(best, DL_STR("en")) &&
            strcmp(guessed, "en") != 0) {
            uint32_t english = 0;
            uint32_t other = 0;
            for (uint32_t i = 0; i < counts.language_count; i++) {
                if (strcmp(counts.languages[i].tag, "en") == 0)
                    english = counts.languages[i].count;
                if (strcmp(counts.languages[i].tag, guessed) == 0)
                    other = counts.languages[i].count;
            }
            if (other > 12 && english * 4 < other)
                best.len = 0;
        }
    }
    if (best.len)
        return best;
    return guessed ? dl_arena_str(arena, dl_str_of(guessed)) : (dl_str){NULL, 0};
}
