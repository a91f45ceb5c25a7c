/* Kinds of letters. */
#include "workers/reading/letters.h"

#include <utf8proc.h>

#define S DL_LETTER_SPACE
#define L DL_LETTER_LOWER
#define U DL_LETTER_UPPER
#define D DL_LETTER_DIGIT
#define P DL_LETTER_PUNCT
/* 0x1c to 0x1f part words as blanks do: Python and Unicode's line breaking say so. */
const uint8_t dl_letters_ascii[128] = {
    P, P, P, P, P, P, P, P, P, S, S, S, S, S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, S, S, S, S,
    S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
    P, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
    P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, P,
};
#undef S
#undef L
#undef U
#undef D
#undef P

enum dl_letter dl_letter_wide(uint32_t point)
{
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return DL_LETTER_UPPER;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return DL_LETTER_LOWER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        return DL_LETTER_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return DL_LETTER_MARK;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return DL_LETTER_SPACE;
    default:
        return point == 0x85 ? DL_LETTER_SPACE : DL_LETTER_PUNCT;
    }
}
