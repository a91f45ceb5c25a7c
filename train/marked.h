/* Sentences with events marked (train/corpus/events/README.md), read into text and marks.
 *
 *     [A Mexican marines] [COERCE.arrest seized] two boats …
 *
 * Owner    the arena.   Threads  one.
 * Errors   DL_BAD_INPUT with file and line: a tag that is none, a bracket that marks nothing. */
#ifndef DL_TRAIN_MARKED_H
#define DL_TRAIN_MARKED_H

#include "core/arena.h"

#define DL_MARKS_MAX 48U /* of a sentence */

struct dl_mark {
    uint32_t start, end; /* bytes of the text */
    uint32_t class;      /* enum dl_verdict_class: a type, or a kind of no event */
};

struct dl_marked {
    dl_str text;
    struct dl_mark marks[DL_MARKS_MAX]; /* triggers and "0:" alone, in order */
    uint32_t mark_count;
};

/* `place` ("file:12") is for errors. */
dl_status dl_marked_read(dl_str line, const char *place, struct dl_arena *arena,
                         struct dl_marked *ret, struct dl_error *err);

#endif
