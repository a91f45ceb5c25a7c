/* What a call may answer, and the text that goes with it.
 *
 * The code says what the caller does next; the text says what happened: one line, which thing and
 * why, no capital, no full stop ("actors.txt:812: code 'MEXX' is not a country").
 *
 * Threads  a struct dl_error belongs to one caller; nothing here is shared.
 * Errors   out of memory is none of these: it aborts the process (the log still has the record). */
#ifndef DL_CORE_STATUS_H
#define DL_CORE_STATUS_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef enum dl_status {
    DL_OK = 0,
    DL_NOT_FOUND,  /* ordinary: look elsewhere */
    DL_BAD_INPUT,  /* this record is broken: dead letter, go on */
    DL_TOO_BIG,    /* past a stated limit: dead letter, go on */
    DL_RETRY,      /* again later, nothing changed */
    DL_BAD_CONFIG, /* what the user asked for makes no sense: exit 2 */
    DL_FATAL,      /* this process cannot go on: exit 1 */
} dl_status;

#define DL_ERROR_TEXT_MAX 512 /* a path of 255 bytes, a place and a reason */

struct dl_error {
    dl_status status;
    char text[DL_ERROR_TEXT_MAX];
};

/* Writes the text (truncated to fit, control bytes escaped as \xNN) and returns `status`.
 * `err` may be NULL for callers that only want the code. */
dl_status dl_fail(struct dl_error *err, dl_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "text: " before what `err` already says: the outer place before the inner reason. */
dl_status dl_fail_in(struct dl_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The word for a status, as it stands in logs and dead letters: "bad-input". */
const char *dl_status_name(dl_status status);

/* Allocation that cannot fail: aborts with a line on stderr when memory is out. */
void *dl_alloc(size_t bytes);                                 /* zeroed */
void *dl_realloc_array(void *old, size_t count, size_t size); /* checked multiplication */
char *dl_strdup(const char *text);

/* Unbounded, thread-unsafe or error-blind calls have no place here. */
#undef strcpy
#undef strcat
#undef sprintf
#undef strtok
#undef gmtime
#undef localtime
#undef atoi
#pragma GCC poison strcpy strcat sprintf strtok gmtime localtime atoi

#endif
