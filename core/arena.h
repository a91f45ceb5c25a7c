/* Memory that lives exactly as long as one article, or one batch.
 *
 * Owner    whoever called dl_arena_init(); dl_arena_done() gives every byte back.
 * Threads  one at a time: the arena travels with its job, loop -> pool -> loop.
 * Errors   none. Out of memory aborts; the log still has the record.
 *
 * Blocks form a list, newest first; reset keeps the first block, so that a worker that codes
 * article after article asks the system for nothing:
 *
 *     arena -> [block 256K: used|free] -> [block 64K: used] -> NULL
 *
 * Built with AddressSanitizer, what is free in a block is poisoned. */
#ifndef DL_CORE_ARENA_H
#define DL_CORE_ARENA_H

#include "core/str.h"

struct dl_arena_block;

struct dl_arena {
    struct dl_arena_block *block; /* newest */
    size_t bytes;                 /* handed out since init or reset */
};

void dl_arena_init(struct dl_arena *arena);
void dl_arena_done(struct dl_arena *arena);

/* Forgets everything handed out; keeps one block of at most 1 MiB for the next article. */
void dl_arena_reset(struct dl_arena *arena);

/* `size` zeroed bytes, aligned for any type, valid until reset or done. */
void *dl_arena_alloc(struct dl_arena *arena, size_t size);

/* The same, not zeroed: for bytes that are overwritten at once. */
void *dl_arena_raw(struct dl_arena *arena, size_t size);

#define dl_arena_array(arena, type, count)                                                         \
    ((type *)dl_arena_alloc_array(arena, count, sizeof(type)))
void *dl_arena_alloc_array(struct dl_arena *arena, size_t count, size_t size);

/* A copy with a NUL after it (not counted in len). */
dl_str dl_arena_str(struct dl_arena *arena, dl_str s);
dl_str dl_arena_printf(struct dl_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
