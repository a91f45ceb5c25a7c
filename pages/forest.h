/* Boosted decision trees over a row of numbers. The weights are text in data/pages, one tree a
 * line in preorder ("name<3.5" splits, low side first; "=0.21" is a leaf), made into constants by
 * the build.
 *
 * Owner    process; all const.   Threads  any.   Errors  none. */
#ifndef DL_PAGES_FOREST_H
#define DL_PAGES_FOREST_H

#include <stdint.h>

struct dl_forest_node {
    int16_t feature; /* -1: a leaf */
    uint16_t right;  /* nodes to step over to the high side; the low side is the next node */
    float value;     /* goes low when less than this; a leaf's weight */
};

struct dl_forest {
    const struct dl_forest_node *nodes;
    const uint32_t *trees; /* where each begins */
    uint32_t tree_count;
};

/* The sum of all trees: log odds. */
float dl_forest_sum(const struct dl_forest *forest, const float *row);

#endif
