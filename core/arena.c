/* Blocks of memory handed out from front to back. */
#include "core/arena.h"

#include <stdarg.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#define BLOCK_BYTES_FIRST (64U * 1024) /* a whole ordinary article with its tokens */
#define BLOCK_BYTES_KEPT (1024U * 1024)
#define ALIGN 16U

struct dl_arena_block {
    struct dl_arena_block *older;
    size_t used;
    size_t room;
    _Alignas(ALIGN) char bytes[];
};

void dl_arena_init(struct dl_arena *arena)
{
    *arena = (struct dl_arena){0};
}

static void free_block(struct dl_arena_block *block)
{
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->room);
    free(block);
}

void dl_arena_done(struct dl_arena *arena)
{
    if (!arena)
        return;
    while (arena->block) {
        struct dl_arena_block *older = arena->block->older;
        free_block(arena->block);
        arena->block = older;
    }
    arena->bytes = 0;
}

void dl_arena_reset(struct dl_arena *arena)
{
    struct dl_arena_block *kept = arena->block;
    if (kept && kept->room > BLOCK_BYTES_KEPT)
        kept = NULL;
    struct dl_arena_block *block = kept ? kept->older : arena->block;
    while (block) {
        struct dl_arena_block *older = block->older;
        free_block(block);
        block = older;
    }
    if (kept) {
        kept->older = NULL;
        kept->used = 0;
        ASAN_POISON_MEMORY_REGION(kept->bytes, kept->room);
    }
    arena->block = kept;
    arena->bytes = 0;
}

static struct dl_arena_block *add_block(struct dl_arena *arena, size_t size)
{
    size_t room = arena->block ? arena->block->room * 2 : BLOCK_BYTES_FIRST;
    if (room > BLOCK_BYTES_KEPT)
        room = BLOCK_BYTES_KEPT;
    if (room < size)
        room = size;
    struct dl_arena_block *block = malloc(sizeof *block + room);
    if (!block)
        dl_alloc(SIZE_MAX); /* says so and aborts */
    block->older = arena->block;
    block->used = 0;
    block->room = room;
    ASAN_POISON_MEMORY_REGION(block->bytes, room);
    arena->block = block;
    return block;
}

void *dl_arena_raw(struct dl_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        dl_alloc(SIZE_MAX);
    size_t step = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct dl_arena_block *block = arena->block;
    if (!block || block->room - block->used < step)
        block = add_block(arena, step);
    char *at = block->bytes + block->used;
    block->used += step;
    arena->bytes += step;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
}

void *dl_arena_alloc(struct dl_arena *arena, size_t size)
{
    void *at = dl_arena_raw(arena, size);
    return memset(at, 0, size);
}

void *dl_arena_alloc_array(struct dl_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return dl_arena_alloc(arena, bytes);
}

dl_str dl_arena_str(struct dl_arena *arena, dl_str s)
{
    char *copy = dl_arena_raw(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return (dl_str){copy, s.len};
}

/* Written where the next bytes would be handed out; again only if they do not fit there. */
dl_str dl_arena_printf(struct dl_arena *arena, const char *format, ...)
{
    struct dl_arena_block *block = arena->block;
    size_t room = block ? block->room - block->used : 0;
    char *there = room ? block->bytes + block->used : NULL;
    ASAN_UNPOISON_MEMORY_REGION(there, room);
    va_list args;
    va_start(args, format);
    int len = vsnprintf(there, room, format, args);
    va_end(args);
    ASAN_POISON_MEMORY_REGION(there, room);
    size_t bytes = len < 0 ? 0 : (size_t)len;
    char *text = dl_arena_raw(arena, bytes + 1);
    if (text != there) {
        va_start(args, format);
        vsnprintf(text, bytes + 1, format, args);
        va_end(args);
    }
    return (dl_str){text, bytes};
}
