/* JSONL of others in our words: members of each line's object renamed before it is read.
 *
 * Owner    a map is plain data over the command line's text; lines live in the arena.
 * Threads  const once filled.   Errors  DL_BAD_CONFIG for a mapping that is none. */
#ifndef DL_PRODUCERS_FILES_FIELD_MAP_H
#define DL_PRODUCERS_FILES_FIELD_MAP_H

#include "core/arena.h"

#define DL_FIELD_MAP_MAX 32U

struct dl_field_map {
    struct {
        dl_str ours;   /* "text" */
        dl_str theirs; /* "body" */
    } list[DL_FIELD_MAP_MAX];
    uint32_t count;
};

/* "text=body" */
dl_status dl_field_map_add(struct dl_field_map *map, const char *text, struct dl_error *err);

/* The line with `theirs` renamed to `ours` at the top of the object, and what was called `ours`
 * before to "_ours". The line itself when there is nothing to rename. Not checked: whoever reads
 * the line checks it. */
dl_str dl_field_map_line(const struct dl_field_map *map, struct dl_arena *arena, dl_str line);

#endif
