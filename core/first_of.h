/* Where in a list that is in the order of one of its uint32_t fields a value begins.
 *
 *     i = DL_FIRST_OF(dates, count, sentence, 7)     the first date of sentence 7 or behind it
 *
 * `count` when all lie before it. Binary search; an empty list may be NULL. */
#ifndef DL_CORE_FIRST_OF_H
#define DL_CORE_FIRST_OF_H

#include <stddef.h>
#include <stdint.h>

/* `step` bytes from thing to thing, the field at `offset` of each. */
static inline uint32_t dl_first_of(const void *things, size_t step, size_t offset, uint32_t count,
                                   uint32_t wanted)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint32_t *field = (const void *)((const char *)things + middle * step + offset);
        if (*field < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#define DL_FIRST_OF(list, count, field, wanted)                                                    \
    dl_first_of((list), sizeof *(list),                                                            \
                offsetof(__typeof__(*(list)), field) +                                             \
                    0 * sizeof(char[sizeof(list)->field == sizeof(uint32_t) ? 1 : -1]),            \
                (count), (wanted))

#endif
