/* What class names say. The words are data/pages/classes.txt. */
#include "markup/words.h"
#include "pages/blocks.h"

#define WORD_BYTES_MAX 24U
#define HALF_BYTES_MIN 3U    /* of a word put together of two */
#define NAMES_BYTES_MAX 256U /* utility classes can fill kilobytes; names come first */

extern const struct dl_words dl_words_page_classes;

static const char *const kind_names[DL_CLASS_COUNT] = {
#define CLASS(name) #name,
#include "pages/classes.def"
#undef CLASS
};

/* "AD SHARE" → bits. */
static uint32_t bits_of_value(const char *value)
{
    uint32_t bits = 0;
    while (*value) {
        size_t len = strcspn(value, " ");
        for (unsigned kind = 0; kind < DL_CLASS_COUNT; kind++)
            if (strlen(kind_names[kind]) == len && memcmp(kind_names[kind], value, len) == 0)
                bits |= 1U << kind;
        value += len + strspn(value + len, " ");
    }
    return bits;
}

static uint32_t bits_of_known(dl_str word)
{
    const struct dl_word *found = dl_words_find(&dl_words_page_classes, word);
    return found ? bits_of_value(found->value) : 0;
}

/* "relatedposts" is in no list, but "related" and "posts" are. */
static uint32_t bits_of_halves(dl_str word)
{
    for (size_t at = word.len - HALF_BYTES_MIN; at >= HALF_BYTES_MIN; at--) {
        uint32_t first = bits_of_known(dl_str_sub(word, 0, at));
        uint32_t second = first ? bits_of_known(dl_str_sub(word, at, word.len)) : 0;
        if (second)
            return first | second;
    }
    return 0;
}

static uint32_t bits_of_word(const char *at, size_t len)
{
    dl_str word = {at, len};
    if (len < 2 || len > WORD_BYTES_MAX)
        return 0;
    uint32_t bits = bits_of_known(word);
    return bits || len < 2 * HALF_BYTES_MIN ? bits : bits_of_halves(word);
}

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

uint32_t dl_class_bits(dl_str names)
{
    char word[WORD_BYTES_MAX + 1];  /* up to a capital: "articleBody" is two */
    char whole[WORD_BYTES_MAX + 1]; /* and one */
    size_t len = 0;
    size_t whole_len = 0;
    bool parts = false;
    uint32_t bits = 0;
    if (names.len > NAMES_BYTES_MAX)
        names.len = NAMES_BYTES_MAX;
    for (size_t i = 0; i <= names.len; i++) {
        char c = i < names.len ? names.at[i] : ' ';
        bool letter = is_lower(c) || is_upper(c) || (c >= '0' && c <= '9' && len);
        if (letter && is_upper(c) && len && is_lower(names.at[i - 1])) {
            bits |= bits_of_word(word, len);
            len = 0;
            parts = true;
        }
        if (letter) {
            char low = (char)(is_upper(c) ? c + 32 : c);
            if (len < sizeof word)
                word[len++] = low;
            if (whole_len < sizeof whole)
                whole[whole_len++] = low;
            continue;
        }
        if (len)
            bits |= bits_of_word(word, len);
        if (parts)
            bits |= bits_of_word(whole, whole_len);
        len = whole_len = 0;
        parts = false;
    }
    return bits;
}
