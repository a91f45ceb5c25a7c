/* The model of events: what a word of a sentence is, by a small net over what stands on its tree
 * and what the words there mean (train/events.c makes it; workers/events/ has what it sees).
 *
 *     features of the sentence ┐
 *     features of the word     ├ a row each, ┐
 *     what the frames say      ┘   added up  ├ hidden sums, ── times the weights ── softmax:
 *     vectors of words around ── a matrix ───┘ negative: 0     of each class       a chance each
 *
 * All sums are whole numbers: they are the same on every machine.
 *
 * Owner    dl_verdicts_close().   Threads  any: const once open.
 * Errors   DL_BAD_CONFIG names the file: missing, damaged, of other features. */
#ifndef DL_WORKERS_KNOWLEDGE_VERDICTS_H
#define DL_WORKERS_KNOWLEDGE_VERDICTS_H

#include "proto/records.h"
#include "workers/reading/vectors.h"

#define DL_VERDICTS_VERSION 3U
#define DL_VERDICTS_WIDTH 32U      /* classes, with room for more */
#define DL_VERDICTS_HIDDEN 64U     /* sums between what is seen and the classes */
#define DL_VERDICT_SLOTS 10U       /* words whose vectors are seen: workers/events/meanings.def */
#define DL_VERDICTS_POINT_UNIT 32  /* a coordinate of this is 1 to the matrices */
#define DL_VERDICTS_MATRIX_SHIFT 8 /* matrices are stored that much finer than rows */
#define DL_VERDICTS_OUT_MAX 4096   /* weights of the second layer */
#define DL_VERDICTS_SUM_MAX 4095   /* greater hidden sums count as this */

enum dl_verdict_class {
    DL_VERDICT_NONE, /* a word like any other; up to DL_STATEMENT the types of events */
    DL_VERDICT_LAST_TYPE = DL_STATEMENT,
#define DL_NO_EVENT(name, marks, reason) DL_VERDICT_##name,
#include "workers/knowledge/verdicts.def"
    DL_VERDICTS
};
_Static_assert(DL_VERDICTS <= DL_VERDICTS_WIDTH, "a class is a weight of a row");

/* The model file: rows of hidden sums, matrices, and this. */
struct dl_verdict_layers {
    int32_t bias[DL_VERDICTS_HIDDEN];
    int32_t out[DL_VERDICTS_HIDDEN][DL_VERDICTS_WIDTH];
    int32_t last[DL_VERDICTS_WIDTH];
    float unit; /* of the classes' sums: one of the scores */
};
/* Of each slot, a row of hidden sums for each coordinate. */
typedef int16_t dl_verdict_matrix[DL_VECTOR_DIMS][DL_VERDICTS_HIDDEN];

struct dl_verdicts;

dl_status dl_verdicts_open(const char *path, struct dl_verdicts **ret, struct dl_error *err);
void dl_verdicts_close(struct dl_verdicts *verdicts); /* NULL is fine */
uint64_t dl_verdicts_checksum(const struct dl_verdicts *verdicts);

/* Hidden sums to begin with. */
void dl_verdicts_begin(const struct dl_verdicts *verdicts, int32_t ret[static DL_VERDICTS_HIDDEN]);
/* Adds the rows of at most DL_FEATURES_MAX features. */
void dl_verdicts_add(const struct dl_verdicts *verdicts, const uint32_t *features, uint32_t count,
                     int32_t sums[static DL_VERDICTS_HIDDEN]);
/* Adds a vector that stands in a slot. */
void dl_verdicts_add_point(const struct dl_verdicts *verdicts, uint32_t slot,
                           const int8_t point[static DL_VECTOR_DIMS],
                           int32_t sums[static DL_VERDICTS_HIDDEN]);

/* For those who explain: what moves the log odds of one class against another, for each hidden sum
 * as these sums stand; and how far a feature or a vector moves them. */
void dl_verdicts_pulls(const struct dl_verdicts *verdicts,
                       const int32_t sums[static DL_VERDICTS_HIDDEN], uint32_t class,
                       uint32_t against, float ret[static DL_VERDICTS_HIDDEN]);
float dl_verdicts_weight(const struct dl_verdicts *verdicts, uint32_t feature,
                         const float pulls[static DL_VERDICTS_HIDDEN]);
float dl_verdicts_point_weight(const struct dl_verdicts *verdicts, uint32_t slot,
                               const int8_t point[static DL_VECTOR_DIMS],
                               const float pulls[static DL_VERDICTS_HIDDEN]);

/* The chances that sums stand for; they add up to 1. */
void dl_verdicts_chances(const struct dl_verdicts *verdicts,
                         const int32_t sums[static DL_VERDICTS_HIDDEN],
                         float ret[static DL_VERDICTS]);

/* Of all classes that are no event together. */
float dl_no_event_chance(const float chances[static DL_VERDICTS]);

/* The likeliest type of event; the likeliest reason for there being none. */
int32_t dl_likeliest_type(const float chances[static DL_VERDICTS]);
const char *dl_likeliest_reason(const float chances[static DL_VERDICTS]);

/* The class of a mark "0:sport" of the corpus; DL_VERDICT_NONE for one that is unknown. */
uint32_t dl_verdict_of_mark(dl_str mark);

#endif
