/* Learning a small net: hashed features and points in, a layer of rectified sums between, chances
 * of classes out (softmax).
 *
 *     z = bias + sum of a row for each feature + sum over slots of a matrix times the slot's point
 *     scores = last + out * max(z, 0)
 *
 * Trained by Adam (Kingma and Ba 2015) over small batches, with a pull of all weights to zero
 * apart from the slope (Loshchilov and Hutter 2019), steps that shrink to nothing, hidden sums
 * dropped out at random (Srivastava et al. 2014), and weights averaged over the second half. Rows
 * are moved only in batches where their features stand; features seen fewer than `seen_min` times
 * never.
 *
 * The same examples in the same order give the same bytes, where the C library's expf() does.
 *
 * Owner    dl_net_done().   Threads  one.   Errors  none. */
#ifndef DL_TRAIN_NET_H
#define DL_TRAIN_NET_H

#include "train/random.h"
#include "workers/knowledge/verdicts.h"

#define DL_NET_HIDDEN DL_VERDICTS_HIDDEN
#define DL_NET_CLASSES DL_VERDICTS_WIDTH

struct dl_net_settings {
    uint32_t bits;     /* log2 of the number of rows */
    uint32_t seen_min; /* of features */
    uint32_t steps;    /* batches in all */
    float rate;        /* of the first step */
    float pull;        /* of a step, in parts of the rate */
    float dropped;     /* share of hidden sums */
};

/* Weights with what Adam remembers of each. */
struct dl_net_weights {
    uint32_t count;
    float *now, *slope, *mean, *square;
    double *sum; /* of notes taken in the second half */
};

struct dl_feature_list {
    const uint32_t *at;
    uint32_t count;
};

struct dl_shown {
    const struct dl_feature_list *lists;
    uint32_t list_count;
    const int8_t *const *points; /* of each slot, or NULL */
};

struct dl_net {
    struct dl_net_settings settings;
    struct dl_random random;
    struct dl_net_weights rows, matrices, out; /* `out` ends with the biases of both layers */
    uint16_t *seen;                            /* of each row */
    uint32_t *touched;                         /* rows of this batch, each once */
    bool *is_touched;
    uint32_t touched_count, batch, step, notes;
};

void dl_net_init(struct dl_net *net, const struct dl_net_settings *settings, uint64_t seed);
void dl_net_done(struct dl_net *net);

/* Before learning: that these features occur. */
void dl_net_count(struct dl_net *net, struct dl_feature_list list);

/* An example of the batch that is being gathered. */
void dl_net_show(struct dl_net *net, struct dl_shown shown, uint32_t right, float weight);
/* The end of the batch: one step. */
void dl_net_step(struct dl_net *net);

/* After the last step: the averaged weights take the place of the last. */
void dl_net_settle(struct dl_net *net);
void dl_net_chances(const struct dl_net *net, struct dl_shown shown,
                    float ret[static DL_NET_CLASSES]);

/* The weights in whole numbers, as a model file. */
dl_status dl_net_write(const struct dl_net *net, const char *path, struct dl_error *err);

#endif
