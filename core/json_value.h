/* JSON as a tree in an arena, for documents of strangers: one pass, bounded depth and number of
 * values, and no more particular than it must be. A byte order mark, control bytes in strings, half
 * surrogate pairs (they become U+FFFD) and a comma before a closing bracket are read past; arrays
 * and objects more than DL_JSON_DEPTH_MAX levels down are empty.
 *
 * Owner    values live in the arena; strings without escapes borrow from the text.
 * Threads  any.
 * Errors   DL_BAD_INPUT with the byte where it went wrong, DL_TOO_BIG past the limits. */
#ifndef DL_CORE_JSON_VALUE_H
#define DL_CORE_JSON_VALUE_H

#include "core/arena.h"

#define DL_JSON_DEPTH_MAX 64U
#define DL_JSON_VALUES_MAX (1U << 20)

enum dl_json_kind {
    DL_JSON_NULL,
    DL_JSON_FALSE,
    DL_JSON_TRUE,
    DL_JSON_NUMBER,
    DL_JSON_STRING,
    DL_JSON_ARRAY,
    DL_JSON_OBJECT,
};

struct dl_json {
    enum dl_json_kind kind;
    dl_str key;  /* in an object */
    dl_str text; /* of a string; a number as it was written */
    const struct dl_json *first;
    const struct dl_json *next; /* of the same array or object */
    uint32_t count;             /* members of an array or object */
};

/* `text` valid UTF-8 and one value; white space around it does not count. */
dl_status dl_json_read(struct dl_arena *arena, dl_str text, const struct dl_json **ret_value,
                       struct dl_error *err);

/* The same, but where it fails *ret_value is what was read until there, for those to whom a part is
 * better than nothing: a value that is missing is null. */
dl_status dl_json_read_part(struct dl_arena *arena, dl_str text, const struct dl_json **ret_value,
                            struct dl_error *err);

/* The member of an object (the last of that name), or NULL; NULL too where `object` is none. */
const struct dl_json *dl_json_member(const struct dl_json *object, const char *key);

/* Its text where it is a string, a number's as it was written, else empty. */
dl_str dl_json_member_text(const struct dl_json *object, const char *key);

#endif
