/* JSON as pages write it: read for what is meant, not checked.
 *
 * Raw line ends and unescaped quotes in strings, commas too many or too few, comments around it, a
 * cut end: what can be understood is there, the rest is left out.
 *
 * Owner    the arena.   Threads  any.
 * Errors   none; deeper than DL_LOOSE_DEPTH_MAX or more than DL_LOOSE_VALUES_MAX values are left
 *          out. */
#ifndef DL_PAGES_JSON_LOOSE_H
#define DL_PAGES_JSON_LOOSE_H

#include "core/arena.h"

#define DL_LOOSE_DEPTH_MAX 32U
#define DL_LOOSE_VALUES_MAX 50000U

enum dl_loose_kind { DL_LOOSE_STRING, DL_LOOSE_WORD, DL_LOOSE_OBJECT, DL_LOOSE_ARRAY };

struct dl_loose {
    enum dl_loose_kind kind;
    dl_str name; /* in an object */
    dl_str text; /* a string, decoded; a number, true, false, null as written */
    struct dl_loose *first;
    struct dl_loose *next;
};

/* An array of all top-level values; never NULL. */
struct dl_loose *dl_loose_read(struct dl_arena *arena, dl_str text);

/* A member of an object; NULL when there is none, or `value` is none. */
struct dl_loose *dl_loose_get(const struct dl_loose *value, const char *name);

#endif
