/* A date as a short row of numbers, words and marks, each word with what it means
 * (data/dates/words.txt). Not for others than stamp.c. */
#ifndef DL_MARKUP_STAMP_WORDS_H
#define DL_MARKUP_STAMP_WORDS_H

#include "core/str.h"

#define DL_STAMP_TOKENS_MAX 48U

enum dl_stamp_meaning {
    DL_STAMP_MEANS_NOTHING,
    DL_STAMP_MEANS_MONTH,
    DL_STAMP_MEANS_AM,
    DL_STAMP_MEANS_PM,
    DL_STAMP_MEANS_ZONE,
    DL_STAMP_MEANS_WEEK,
    DL_STAMP_MEANS_TIME, /* the "T" of ISO 8601 */
    DL_STAMP_MEANS_YEAR_MARK,
    DL_STAMP_MEANS_MONTH_MARK,
    DL_STAMP_MEANS_DAY_MARK,
    DL_STAMP_MEANS_HOUR_MARK,
    DL_STAMP_MEANS_MINUTE_MARK,
    DL_STAMP_MEANS_SECOND_MARK,
    DL_STAMP_MEANS_CLOCK, /* "15.04 Uhr" */
};

struct dl_stamp_token {
    char kind; /* '0' number, 'a' word, else the character itself; ' ' stands for no token */
    bool used;
    bool after_space;
    uint8_t digits;
    int64_t number;
    enum dl_stamp_meaning meaning;
    int value;        /* of a month or zone */
    const char *rule; /* of a zone */
};

/* `text` valid UTF-8. False when it has more tokens than a date. The token after the last is there
 * and is none. */
bool dl_stamp_split(dl_str text, struct dl_stamp_token token[DL_STAMP_TOKENS_MAX],
                    unsigned *ret_count);

#endif
