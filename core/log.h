/* What the process tells the person who runs it: one line a message on stderr, logfmt or JSON.
 *
 *     ts=2026-01-02T03:04:05.678Z level=warn msg="partition paused" topic=articles partition=3
 *
 * Only leg files and commands log; everything below returns its error. Values are escaped, so that
 * no byte of an article or a broker's answer reaches the terminal as a control byte.
 *
 * Threads  any; a line is written by one write(2).
 * Errors   none: a log that cannot be written is nobody's reason to stop. */
#ifndef DL_CORE_LOG_H
#define DL_CORE_LOG_H

#include "core/str.h"

enum dl_log_level { DL_LOG_ERROR, DL_LOG_WARN, DL_LOG_INFO, DL_LOG_DEBUG };
enum dl_log_format { DL_LOG_LOGFMT, DL_LOG_JSON };

/* The process's only mutable global state; set once by the front door. */
void dl_log_setup(enum dl_log_level level, enum dl_log_format format);
bool dl_log_enabled(enum dl_log_level level);

struct dl_log_field {
    const char *name; /* lower-case word */
    dl_str text;      /* when `is_text` */
    int64_t number;
    bool is_text;
};

#define DL_LOG_S(name_, text_) ((struct dl_log_field){(name_), (text_), 0, true})
#define DL_LOG_Z(name_, text_) ((struct dl_log_field){(name_), dl_str_of(text_), 0, true})
#define DL_LOG_N(name_, number_)                                                                   \
    ((struct dl_log_field){(name_), {NULL, 0}, (int64_t)(number_), false})

/* dl_log_line(DL_LOG_WARN, "partition paused", DL_LOG_N("partition", 3)) */
#define dl_log_line(level, message, ...)                                                           \
    dl_log_fields(                                                                                 \
        (level), (message),                                                                        \
        (const struct dl_log_field[]){{NULL, {NULL, 0}, 0, false}, ##__VA_ARGS__},                 \
        sizeof((const struct dl_log_field[]){{NULL, {NULL, 0}, 0, false}, ##__VA_ARGS__}) /        \
            sizeof(struct dl_log_field))

/* The first field is a place holder, so that a line may have none. */
void dl_log_fields(enum dl_log_level level, const char *message, const struct dl_log_field *fields,
                   size_t count);

#endif
