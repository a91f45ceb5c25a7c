/* Learning rows: an averaged perceptron over hashed features, any number of classes up to the
 * width.
 *
 * Weights are whole numbers while learning and sums are kept exactly, so the same examples in the
 * same order give the same bytes on every machine. A row counts only once it was part of
 * `updates_min` updates (Goldberg & Elhadad 2011): what was seen once or twice is mostly noise, and
 * a table without it is smaller.
 *
 *     struct dl_learner learner;
 *     dl_learner_init(&learner, 17, 16, 9, 2);        2^17 rows of 16 weights, 9 classes
 *     for each example: dl_learner_scores(), dl_learner_update() on error, dl_learner_tick()
 *     dl_learner_rows(&learner, 1, &part);            one-byte weights, for dl_model_write()
 *
 * Owner    dl_learner_done(); the part's bytes are the caller's to free.
 * Threads  one.   Errors  none. */
#ifndef DL_TRAIN_LEARNER_H
#define DL_TRAIN_LEARNER_H

#include "workers/reading/model.h"

struct dl_learner {
    uint32_t bits; /* log2 of the number of rows */
    uint32_t width;
    uint32_t classes;
    uint32_t updates_min;
    int64_t time; /* examples so far, from 1 */
    int32_t *now;
    int64_t *sums;    /* of weight changes times the time of change */
    uint8_t *updates; /* of each row, up to 255 */
};

void dl_learner_init(struct dl_learner *learner, uint32_t bits, uint32_t width, uint32_t classes,
                     uint32_t updates_min);
void dl_learner_done(struct dl_learner *learner);

void dl_learner_scores(const struct dl_learner *learner, const uint32_t *features, uint32_t count,
                       int32_t *ret_scores);

/* `right` gains and `wrong` loses what these features weigh. */
void dl_learner_update(struct dl_learner *learner, const uint32_t *features, uint32_t count,
                       uint32_t right, uint32_t wrong);

/* The two halves of an update, for those that gather several examples: one class alone by `by`, and
 * that the rows were part of one. */
void dl_learner_add(struct dl_learner *learner, const uint32_t *features, uint32_t count,
                    uint32_t class, int32_t by);
void dl_learner_count(struct dl_learner *learner, const uint32_t *features, uint32_t count);

/* Averages from here on: what came before is where learning starts. */
void dl_learner_restart(struct dl_learner *learner);

static inline void dl_learner_tick(struct dl_learner *learner)
{
    learner->time++;
}

/* The averaged weights as rows of `weight_bytes` (1 or 2). `reach` is how much of the greatest
 * weight is kept: all weights are scaled so that this share of it is the greatest number that fits,
 * and greater ones are cut. */
void dl_learner_rows(const struct dl_learner *learner, uint32_t weight_bytes, double reach,
                     struct dl_model_part *ret);

#endif
