/* Asking the trees. */
#include "pages/forest.h"

float dl_forest_sum(const struct dl_forest *forest, const float *row)
{
    float sum = 0;
    for (uint32_t tree = 0; tree < forest->tree_count; tree++) {
        const struct dl_forest_node *node = &forest->nodes[forest->trees[tree]];
        while (node->feature >= 0)
            node += row[node->feature] < node->value ? 1 : node->right;
        sum += node->value;
    }
    return sum;
}
