/* Gradient boosting of small regression trees on the logistic loss, with histograms. Deterministic.
 *
 * Owner    dl_boost_done().   Threads  one.   Errors  none. */
#ifndef DL_TRAIN_PAGES_BOOST_H
#define DL_TRAIN_PAGES_BOOST_H

#include "core/str.h"

struct boost_rows {
    const float *values; /* count × width */
    uint32_t width;
    uint32_t count;
    const uint8_t *label;
    const float *weight;
};

struct boost_want {
    uint32_t trees;
    uint32_t depth;
    float rate;
    float smooth;     /* added to each leaf's second derivative */
    float weight_min; /* of a leaf */
    float share;      /* of the features that each tree may look at, 0 to 1 */
};

struct boost_node {
    int32_t feature; /* -1: leaf */
    uint32_t right;  /* index */
    float value;
};

struct boost {
    struct boost_node *nodes;
    uint32_t count;
    uint32_t room;
    uint32_t *trees;
    uint32_t tree_count;
};

void boost_fit(const struct boost_rows *rows, const struct boost_want *want, struct boost *ret);
float boost_sum(const struct boost *boost, const float *row);
void boost_write(const struct boost *boost, const char *(*name)(int feature), FILE *out);
void boost_done(struct boost *boost);

#endif
