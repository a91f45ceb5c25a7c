/* Learning chances: multinomial logistic regression over hashed rows, by stochastic gradients whose
 * steps shrink with what a weight has moved (AdaGrad, Duchi et al. 2011), with a pull to zero for
 * each row that takes part, and weights averaged over all steps. Features seen fewer than
 * `seen_min` times stay at zero.
 *
 * The same examples in the same order give the same bytes, where the C library's expf() does.
 *
 * Owner    dl_logistic_done(); the part's bytes are the caller's to free.
 * Threads  one.   Errors  none. */
#ifndef DL_TRAIN_LOGISTIC_H
#define DL_TRAIN_LOGISTIC_H

#include "workers/reading/model.h"

#define DL_LOGISTIC_WIDTH 32U

struct dl_logistic {
    uint32_t bits; /* log2 of the number of rows */
    uint32_t classes;
    uint32_t seen_min;
    float rate, pull;
    int64_t time;   /* steps so far, from 1 */
    float *now;     /* weights, a row of DL_LOGISTIC_WIDTH a feature */
    float *squares; /* of the gradients so far */
    double *sums;   /* of changes times the time of change */
    uint16_t *seen; /* of each row */
};

struct dl_feature_list {
    const uint32_t *at;
    uint32_t count;
};

/* An example: several lists of features. */
struct dl_shown {
    const struct dl_feature_list *lists;
    uint32_t list_count;
};

void dl_logistic_init(struct dl_logistic *logistic, uint32_t bits, uint32_t classes,
                      uint32_t seen_min, float rate, float pull);
void dl_logistic_done(struct dl_logistic *logistic);

/* Before learning: that these features occur. */
void dl_logistic_count(struct dl_logistic *logistic, struct dl_feature_list list);

/* One step towards `right`; the chance it had before. */
float dl_logistic_learn(struct dl_logistic *logistic, struct dl_shown shown, uint32_t right,
                        float weight);

/* After the last step: the averaged weights take the place of the last. */
void dl_logistic_settle(struct dl_logistic *logistic);
void dl_logistic_chances(const struct dl_logistic *logistic, struct dl_shown shown,
                         float ret[static DL_LOGISTIC_WIDTH]);

/* The weights as rows of one byte. */
void dl_logistic_rows(const struct dl_logistic *logistic, struct dl_model_part *ret);

#endif
