/* What kind of letter a code point is, as far as cutting text into tokens goes.
 *
 * Threads  any.   Errors  none; the text is valid UTF-8. */
#ifndef DL_WORKERS_READING_LETTERS_H
#define DL_WORKERS_READING_LETTERS_H

#include "core/str.h"

enum dl_letter {
    DL_LETTER_NONE, /* beyond an end */
    DL_LETTER_SPACE,
    DL_LETTER_LOWER, /* letters without case, too */
    DL_LETTER_UPPER,
    DL_LETTER_DIGIT,
    DL_LETTER_MARK, /* belongs to what stands before it: combining marks, joiners */
    DL_LETTER_PUNCT
};

extern const uint8_t dl_letters_ascii[128];

enum dl_letter dl_letter_wide(uint32_t point); /* of 128 and more */

/* The letter that begins at byte `at`; its bytes in *ret_bytes. */
static inline enum dl_letter dl_letter_at(dl_str text, size_t at, uint32_t *ret_bytes)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    if (s[0] < 0x80) {
        *ret_bytes = 1;
        return (enum dl_letter)dl_letters_ascii[s[0]];
    }
    uint32_t bytes = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t point = s[0] & (0x7fU >> bytes);
    for (uint32_t i = 1; i < bytes; i++)
        point = point << 6 | (s[i] & 0x3f);
    *ret_bytes = bytes;
    return dl_letter_wide(point);
}

static inline bool dl_letter_is_word(enum dl_letter letter)
{
    return letter == DL_LETTER_LOWER || letter == DL_LETTER_UPPER;
}

#endif
