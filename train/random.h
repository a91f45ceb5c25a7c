/* Random numbers with a seed: the same everywhere (xorshift64*, Vigna 2016). */
#ifndef DL_TRAIN_RANDOM_H
#define DL_TRAIN_RANDOM_H

#include <stdint.h>

struct dl_random {
    uint64_t state; /* not 0 */
};

static inline uint64_t dl_random_next(struct dl_random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Below `limit`, which is far below 2^32. */
static inline uint32_t dl_random_below(struct dl_random *random, uint32_t limit)
{
    return (uint32_t)((dl_random_next(random) >> 32) * limit >> 32);
}

/* Fisher and Yates. */
static inline void dl_random_shuffle(struct dl_random *random, uint32_t *list, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = dl_random_below(random, i);
        uint32_t kept = list[i - 1];
        list[i - 1] = list[other];
        list[other] = kept;
    }
}

#endif
