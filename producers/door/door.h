/* What every article passes before it enters the log, whichever producer had it: text made valid
 * and measured, dates understood, an id.
 *
 * Owner    everything lives in the arena.   Threads  any.
 * Errors   DL_BAD_INPUT, DL_TOO_BIG: refused, with the reason for the dead letter. */
#ifndef DL_PRODUCERS_DOOR_DOOR_H
#define DL_PRODUCERS_DOOR_DOOR_H

#include "core/arena.h"
#include "core/limits.h"
#include "proto/records.h"

/* With the JSON around an article's text: names, braces, escapes. */
#define DL_DOOR_LINE_BYTES_MAX (DL_ARTICLE_BYTES_MAX + (64U << 10))

/* Bytes from outside as text: valid UTF-8, NFC, no NUL, no byte order mark. DL_BAD_INPUT when so
 * much of it is not UTF-8 that it is something else. */
dl_status dl_door_text(struct dl_arena *arena, dl_str bytes, dl_str *ret_text,
                       struct dl_error *err);

/* Checks and completes an article: `published` is the date for one that has none, or empty. A date
 * nobody can read moves to the attributes. */
dl_status dl_door_article(struct dl_arena *arena, struct dl_article_record *article,
                          dl_str published, struct dl_error *err);

/* Both of these for an article as a JSON object of at most DL_DOOR_LINE_BYTES_MAX. */
dl_status dl_door_json(struct dl_arena *arena, dl_str bytes, dl_str published,
                       struct dl_article_record **ret_article, struct dl_error *err);

/* A date as a person gives it on a command line. DL_BAD_CONFIG when it is none. */
dl_status dl_door_date(struct dl_arena *arena, const char *text, dl_str *ret_date,
                       struct dl_error *err);

#endif
