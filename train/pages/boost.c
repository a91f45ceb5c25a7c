/* Boosting. After Friedman, "Greedy function approximation" (2001), with second-order leaves. */
#include "boost.h"

#include <math.h>

#define BINS 48U
#define FEATURES_MAX 256U

struct fitting {
    const struct boost_rows *rows;
    const struct boost_want *want;
    struct boost *boost;
    float cuts[FEATURES_MAX][BINS]; /* bin b holds values < cuts[b] */
    uint32_t cut_count[FEATURES_MAX];
    uint8_t *bins; /* count × width */
    float *odds;
    float *slope; /* first and second derivative, times weight */
    float *curve;
    uint32_t *order; /* rows by leaf */
    bool allowed[FEATURES_MAX];
    uint64_t random;
};

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

static void cut_feature(struct fitting *f, uint32_t feature)
{
    uint32_t count = f->rows->count;
    float *values = dl_realloc_array(NULL, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++)
        values[i] = f->rows->values[(size_t)i * f->rows->width + feature];
    qsort(values, count, sizeof *values, compare_floats);
    uint32_t cuts = 0;
    for (uint32_t b = 1; b < BINS; b++) {
        uint32_t at = (uint32_t)((uint64_t)b * count / BINS);
        uint32_t up = at;
        while (up < count && values[up] <= values[at ? at - 1 : 0])
            up++;
        if (up == count || up == 0)
            continue;
        float cut = (values[up] + values[up - 1]) / 2;
        if (cut <= values[up - 1])
            cut = values[up];
        if (cuts == 0 || cut > f->cuts[feature][cuts - 1])
            f->cuts[feature][cuts++] = cut;
    }
    /* Rare values at the ends have no quantile of their own. */
    if (cuts == 0 && values[0] < values[count - 1])
        f->cuts[feature][cuts++] = values[count - 1] > 0 && values[0] <= 0
                                       ? (values[0] + values[count - 1]) / 1e6F
                                       : (values[0] + values[count - 1]) / 2;
    f->cut_count[feature] = cuts;
    free(values);
}

static void bin_all(struct fitting *f)
{
    uint32_t width = f->rows->width;
    f->bins = dl_realloc_array(NULL, f->rows->count, width);
    for (uint32_t feature = 0; feature < width; feature++)
        cut_feature(f, feature);
    for (uint32_t i = 0; i < f->rows->count; i++)
        for (uint32_t feature = 0; feature < width; feature++) {
            float value = f->rows->values[(size_t)i * width + feature];
            uint32_t bin = 0;
            while (bin < f->cut_count[feature] && value >= f->cuts[feature][bin])
                bin++;
            f->bins[(size_t)i * width + feature] = (uint8_t)bin;
        }
}

static uint32_t add_node(struct boost *boost)
{
    if (boost->count == boost->room) {
        boost->room = boost->room ? boost->room * 2 : 1024;
        boost->nodes = dl_realloc_array(boost->nodes, boost->room, sizeof *boost->nodes);
    }
    boost->nodes[boost->count] = (struct boost_node){.feature = -1};
    return boost->count++;
}

struct split {
    uint32_t feature;
    uint32_t bin; /* goes low when less or equal */
    double gain;
};

static double gain_of(const struct fitting *f, double slope, double curve)
{
    return slope * slope / (curve + (double)f->want->smooth);
}

static struct split best_split(const struct fitting *f, uint32_t from, uint32_t to)
{
    static double slopes[FEATURES_MAX][BINS + 1];
    static double curves[FEATURES_MAX][BINS + 1];
    uint32_t width = f->rows->width;
    struct split best = {.gain = 1e-6};
    double slope_all = 0;
    double curve_all = 0;
    memset(slopes, 0, sizeof slopes);
    memset(curves, 0, sizeof curves);
    for (uint32_t n = from; n < to; n++) {
        uint32_t i = f->order[n];
        const uint8_t *bins = &f->bins[(size_t)i * width];
        slope_all += (double)f->slope[i];
        curve_all += (double)f->curve[i];
        for (uint32_t feature = 0; feature < width; feature++) {
            slopes[feature][bins[feature]] += (double)f->slope[i];
            curves[feature][bins[feature]] += (double)f->curve[i];
        }
    }
    double whole = gain_of(f, slope_all, curve_all);
    for (uint32_t feature = 0; feature < width; feature++) {
        double slope = 0;
        double curve = 0;
        for (uint32_t bin = 0; f->allowed[feature] && bin < f->cut_count[feature]; bin++) {
            slope += slopes[feature][bin];
            curve += curves[feature][bin];
            if (curve < (double)f->want->weight_min ||
                curve_all - curve < (double)f->want->weight_min)
                continue;
            double gain =
                gain_of(f, slope, curve) + gain_of(f, slope_all - slope, curve_all - curve) - whole;
            if (gain > best.gain)
                best = (struct split){feature, bin, gain};
        }
    }
    return best;
}

static void grow(struct fitting *f, uint32_t from, uint32_t to, uint32_t depth)
{
    uint32_t at = add_node(f->boost);
    struct split split = {.gain = 0};
    if (depth < f->want->depth)
        split = best_split(f, from, to);
    if (split.gain <= 1e-6) {
        double slope = 0;
        double curve = 0;
        for (uint32_t n = from; n < to; n++) {
            slope += (double)f->slope[f->order[n]];
            curve += (double)f->curve[f->order[n]];
        }
        float value = (float)(-slope / (curve + (double)f->want->smooth)) * f->want->rate;
        f->boost->nodes[at].value = value;
        for (uint32_t n = from; n < to; n++)
            f->odds[f->order[n]] += value;
        return;
    }
    uint32_t middle = from;
    for (uint32_t n = from; n < to; n++) {
        uint32_t i = f->order[n];
        if (f->bins[(size_t)i * f->rows->width + split.feature] <= split.bin) {
            f->order[n] = f->order[middle];
            f->order[middle++] = i;
        }
    }
    f->boost->nodes[at].feature = (int32_t)split.feature;
    f->boost->nodes[at].value = f->cuts[split.feature][split.bin];
    grow(f, from, middle, depth + 1);
    f->boost->nodes[at].right = f->boost->count;
    grow(f, middle, to, depth + 1);
}

static double next_random(struct fitting *f)
{
    f->random = f->random * 6364136223846793005U + 1442695040888963407U;
    return (double)(f->random >> 11) / 9007199254740992.0;
}

void boost_fit(const struct boost_rows *rows, const struct boost_want *want, struct boost *ret)
{
    struct fitting *f = dl_alloc(sizeof *f);
    *ret = (struct boost){0};
    f->rows = rows;
    f->want = want;
    f->boost = ret;
    f->random = 20250206;
    bin_all(f);
    f->odds = dl_alloc(rows->count * sizeof *f->odds + 4);
    f->slope = dl_alloc(rows->count * sizeof *f->slope + 4);
    f->curve = dl_alloc(rows->count * sizeof *f->curve + 4);
    f->order = dl_alloc(rows->count * sizeof *f->order + 4);
    ret->trees = dl_alloc(want->trees * sizeof *ret->trees);
    for (uint32_t tree = 0; tree < want->trees; tree++) {
        for (uint32_t i = 0; i < rows->count; i++) {
            float p = 1 / (1 + expf(-f->odds[i]));
            f->slope[i] = (p - (float)rows->label[i]) * rows->weight[i];
            f->curve[i] = fmaxf(p * (1 - p), 1e-4F) * rows->weight[i];
            f->order[i] = i;
        }
        for (uint32_t feature = 0; feature < rows->width; feature++)
            f->allowed[feature] = next_random(f) < (double)want->share;
        ret->trees[ret->tree_count++] = ret->count;
        grow(f, 0, rows->count, 0);
    }
    free(f->bins);
    free(f->odds);
    free(f->slope);
    free(f->curve);
    free(f->order);
    free(f);
}

float boost_sum(const struct boost *boost, const float *row)
{
    float sum = 0;
    for (uint32_t tree = 0; tree < boost->tree_count; tree++) {
        uint32_t at = boost->trees[tree];
        while (boost->nodes[at].feature >= 0)
            at = row[boost->nodes[at].feature] < boost->nodes[at].value ? at + 1
                                                                        : boost->nodes[at].right;
        sum += boost->nodes[at].value;
    }
    return sum;
}

static void write_node(const struct boost *boost, uint32_t at, const char *(*name)(int), FILE *out)
{
    const struct boost_node *node = &boost->nodes[at];
    if (node->feature < 0) {
        fprintf(out, "=%.4g", (double)node->value);
        return;
    }
    fprintf(out, "%s<%.6g ", name(node->feature), (double)node->value);
    write_node(boost, at + 1, name, out);
    fputc(' ', out);
    write_node(boost, node->right, name, out);
}

void boost_write(const struct boost *boost, const char *(*name)(int feature), FILE *out)
{
    for (uint32_t tree = 0; tree < boost->tree_count; tree++) {
        write_node(boost, boost->trees[tree], name, out);
        fputc('\n', out);
    }
}

void boost_done(struct boost *boost)
{
    free(boost->nodes);
    free(boost->trees);
    *boost = (struct boost){0};
}
