/* Hashed linear rows: what every model of reading is made of.
 *
 * A feature is a 32-bit hash. Its top bits choose a row of a table; a row has a weight for each
 * class, side by side. To score is to add rows up; nothing is looked up, nothing is compared:
 *
 *     features   h0  h1  h2 …          table   row 0   [w w w … w]   `width` weights
 *                |   |   |                     row 1   [w w w … w]
 *                +---+---+-- top bits ------>  …
 *
 * Two features that share a row are lived with: training sees the same sharing (hash kernels, Shi
 * et al. 2009). Weights are of one byte, and then the sums of at most DL_FEATURES_MAX rows fit 16
 * bits, or of two with sums of 32.
 *
 * Owner    a struct dl_rows borrows its table from a model.
 * Threads  any: all const.   Errors  none: dl_model_rows() has checked the table. */
#ifndef DL_WORKERS_READING_ROWS_H
#define DL_WORKERS_READING_ROWS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DL_FEATURES_MAX 160U

struct dl_rows {
    const void *at;        /* 64-byte aligned */
    uint32_t shift;        /* 32 - log2 of the number of rows */
    uint32_t width;        /* weights a row: 4, 16, 32 or 64; classes past the last one weigh 0 */
    uint32_t weight_bytes; /* 1 or 2 */
    float scale;           /* a trained weight of 1 is stored as this */
};

/* Feature number `place` with the value `value`: pairs go into one value as a << 32 | b. */
static inline uint32_t dl_feature(uint64_t value, uint32_t place)
{
    uint64_t salted = value ^ ((place + 1) * UINT64_C(0xd6e8feb86659fd93));
    return (uint32_t)((salted * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

/* Two ids as one, for features of three or four. */
static inline uint32_t dl_pair(uint32_t a, uint32_t b)
{
    uint64_t both = ((uint64_t)a << 32 | b) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(both >> 32) ^ (uint32_t)both;
}

/* The loops below are compiled for AVX2 besides, and chosen at load; sums are whole numbers, so
 * both say the same. Sanitizers start after such choices are made, hence not there. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DL_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define DL_WIDE
#endif

typedef int8_t dl_bytes16 __attribute__((vector_size(16)));
typedef int16_t dl_sums16 __attribute__((vector_size(32)));
typedef int16_t dl_words4 __attribute__((vector_size(8)));
typedef int32_t dl_sums4 __attribute__((vector_size(16)));
typedef int8_t dl_bytes4 __attribute__((vector_size(4)));

static inline const char *dl_row_at(const struct dl_rows *rows, uint32_t feature, uint32_t bytes)
{
    return (const char *)rows->at + (size_t)(feature >> rows->shift) * bytes;
}

/* Sums of rows of `width` one-byte weights; a constant width unrolls. */
static inline __attribute__((always_inline)) void dl_rows_sum_bytes(const struct dl_rows *rows,
                                                                    const uint32_t *features,
                                                                    uint32_t count, uint32_t width,
                                                                    int16_t *ret_sums)
{
    dl_sums16 sums[4] = {{0}, {0}, {0}, {0}};
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(dl_row_at(rows, features[i], width));
    for (uint32_t i = 0; i < count; i++) {
        const char *row = dl_row_at(rows, features[i], width);
        for (uint32_t k = 0; k < width / 16; k++) {
            dl_bytes16 weights;
            memcpy(&weights, row + k * 16, sizeof weights);
            sums[k] += __builtin_convertvector(weights, dl_sums16);
        }
    }
    memcpy(ret_sums, sums, width * sizeof *ret_sums);
}

/* Sums of rows of four two-byte weights. */
static inline __attribute__((always_inline)) void dl_rows_sum_four(const struct dl_rows *rows,
                                                                   const uint32_t *features,
                                                                   uint32_t count,
                                                                   int32_t *ret_sums)
{
    dl_sums4 sums = {0};
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(dl_row_at(rows, features[i], 8));
    for (uint32_t i = 0; i < count; i++) {
        dl_words4 weights;
        memcpy(&weights, dl_row_at(rows, features[i], 8), sizeof weights);
        sums += __builtin_convertvector(weights, dl_sums4);
    }
    memcpy(ret_sums, &sums, sizeof sums);
}

/* Sums of rows of four one-byte weights. */
static inline __attribute__((always_inline)) void dl_rows_sum_four_bytes(const struct dl_rows *rows,
                                                                         const uint32_t *features,
                                                                         uint32_t count,
                                                                         int16_t *ret_sums)
{
    dl_words4 sums = {0};
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(dl_row_at(rows, features[i], 4));
    for (uint32_t i = 0; i < count; i++) {
        dl_bytes4 weights;
        memcpy(&weights, dl_row_at(rows, features[i], 4), sizeof weights);
        sums += __builtin_convertvector(weights, dl_words4);
    }
    memcpy(ret_sums, &sums, sizeof sums);
}

/* The class with the greatest sum, the first of equals. */
static inline uint32_t dl_rows_best(const int16_t *sums, uint32_t classes)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < classes; i++)
        if (sums[i] > sums[best])
            best = i;
    return best;
}

static inline uint32_t dl_rows_best_wide(const int32_t *sums, uint32_t classes)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < classes; i++)
        if (sums[i] > sums[best])
            best = i;
    return best;
}

#endif
