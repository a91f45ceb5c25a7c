/* A trained net in whole numbers, as workers/knowledge/verdicts.c reads it. */
#include "train/net.h"

#include <math.h>

#define HIDDEN DL_NET_HIDDEN
#define CLASSES DL_NET_CLASSES
#define SHARE_KEPT 0.9999 /* of the weights that fit their bytes; greater ones are cut */

static int32_t whole(float value, float scale, int32_t most)
{
    float scaled = rintf(value * scale);
    return scaled > (float)most ? most : scaled < (float)-most ? -most : (int32_t)scaled;
}

static int ascending(const void *a, const void *b)
{
    float one = *(const float *)a;
    float other = *(const float *)b;
    return one < other ? -1 : one > other;
}

/* What all but the very greatest weights stay below. */
static float bound_of(const float *weights, uint32_t count)
{
    float *sizes = dl_realloc_array(NULL, count, sizeof *sizes);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        if (weights[i] != 0)
            sizes[used++] = fabsf(weights[i]);
    qsort(sizes, used, sizeof *sizes, ascending);
    float bound = used ? sizes[(uint32_t)((used - 1) * SHARE_KEPT)] : 1;
    free(sizes);
    return bound > 0 ? bound : 1;
}

static void fill_layers(const struct dl_net *net, float row_scale, struct dl_verdict_layers *ret)
{
    const float *out = net->out.now;
    const float *last = out + HIDDEN * CLASSES;
    const float *bias = last + CLASSES;
    float scale = DL_VERDICTS_OUT_MAX / 4 / bound_of(out, HIDDEN * CLASSES);
    const int32_t most = DL_VERDICTS_OUT_MAX * DL_VERDICTS_SUM_MAX;
    *ret = (struct dl_verdict_layers){.unit = scale * row_scale};
    for (uint32_t h = 0; h < HIDDEN; h++) {
        ret->bias[h] = whole(bias[h], row_scale, INT16_MAX);
        for (uint32_t k = 0; k < CLASSES; k++)
            ret->out[h][k] = whole(out[h * CLASSES + k], scale, DL_VERDICTS_OUT_MAX);
    }
    for (uint32_t k = 0; k < CLASSES; k++)
        ret->last[k] = whole(last[k], scale * row_scale, most);
}

dl_status dl_net_write(const struct dl_net *net, const char *path, struct dl_error *err)
{
    float scale = INT8_MAX / bound_of(net->rows.now, net->rows.count);
    float fine = scale * (1 << DL_VERDICTS_MATRIX_SHIFT) / DL_VERDICTS_POINT_UNIT;
    int8_t *rows = dl_alloc(net->rows.count);
    int16_t *matrices = dl_realloc_array(NULL, net->matrices.count, sizeof *matrices);
    struct dl_verdict_layers layers;
    for (uint32_t i = 0; i < net->rows.count; i++)
        rows[i] = (int8_t)whole(net->rows.now[i], scale, INT8_MAX);
    for (uint32_t i = 0; i < net->matrices.count; i++)
        matrices[i] = (int16_t)whole(net->matrices.now[i], fine, INT16_MAX);
    fill_layers(net, scale, &layers);
    struct dl_model_part parts[] = {
        {.at = rows, .bytes = net->rows.count, .width = HIDDEN, .weight_bytes = 1, .scale = scale},
        {.at = matrices, .bytes = net->matrices.count * sizeof *matrices},
        {.at = &layers, .bytes = sizeof layers}};
    dl_status status = dl_model_write(path, "events", DL_VERDICTS_VERSION, parts, 3, err);
    free(rows);
    free(matrices);
    return status;
}
