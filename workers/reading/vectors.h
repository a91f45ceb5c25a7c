/* What frequent words mean, as points: words in like company lie in like directions
 * (data/models/NOTICE tells how they were made, train/word_vectors.py makes them).
 *
 * Owner    dl_vectors_close(); a vector is borrowed.   Threads  any: const once open.
 * Errors   DL_BAD_CONFIG names the file and what is wrong with it. */
#ifndef DL_WORKERS_READING_VECTORS_H
#define DL_WORKERS_READING_VECTORS_H

#include "workers/reading/model.h"

#define DL_VECTOR_DIMS 50U
#define DL_VECTOR_UNIT 64 /* the length of a vector, as far as bytes can say */
#define DL_VECTORS_VERSION 1U

struct dl_vector {
    int8_t at[DL_VECTOR_DIMS];
    uint8_t weight; /* how much it says in a mean: little for "the", 255 for a rare word */
    uint8_t spare;
};

struct dl_vectors;

dl_status dl_vectors_open(const char *path, struct dl_vectors **ret, struct dl_error *err);
void dl_vectors_close(struct dl_vectors *vectors); /* NULL is fine */
uint64_t dl_vectors_checksum(const struct dl_vectors *vectors);

/* Of the word with this `lower` of its look; NULL when it is not known. */
const struct dl_vector *dl_vector_of(const struct dl_vectors *vectors, uint32_t lower);

#endif
