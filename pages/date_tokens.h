/* A date as a short row of numbers, words and signs. Not for others than dates.c.
 *
 * Owner    plain data.   Threads  any.   Errors  none: what is too long is cut. */
#ifndef DL_PAGES_DATE_TOKENS_H
#define DL_PAGES_DATE_TOKENS_H

#include "core/str.h"

#define DL_DATE_TOKENS_MAX 64U
#define DL_DATE_WORD_BYTES_MAX 40U

enum dl_date_token_kind { DL_DATE_NUMBER, DL_DATE_WORD, DL_DATE_SIGN };

struct dl_date_token {
    enum dl_date_token_kind kind;
    int64_t number;
    unsigned digits;
    uint32_t sign; /* the character */
    char word[DL_DATE_WORD_BYTES_MAX];
    uint8_t word_bytes;
    bool spaced;     /* white space before it */
    size_t from, to; /* where it stands */
};

struct dl_date_tokens {
    struct dl_date_token list[DL_DATE_TOKENS_MAX];
    unsigned count;
};

/* Words in lower case and composed, digits of any script. */
void dl_date_tokenise(dl_str text, struct dl_date_tokens *ret);

/* The token at `i`; past the last one a sign that is none. */
const struct dl_date_token *dl_date_token_at(const struct dl_date_tokens *tokens, unsigned i);
bool dl_date_is_sign(const struct dl_date_tokens *tokens, unsigned i, uint32_t sign);
bool dl_date_is_number(const struct dl_date_tokens *tokens, unsigned i, unsigned digits_min,
                       unsigned digits_max);
bool dl_date_is_word(const struct dl_date_tokens *tokens, unsigned i, const char *word);
dl_str dl_date_word(const struct dl_date_tokens *tokens, unsigned i); /* empty when it is none */

#endif
