/* A net of one hidden layer, by Adam. */
#include "train/net.h"

#include <math.h>

#define HIDDEN DL_NET_HIDDEN
#define CLASSES DL_NET_CLASSES
#define DIMS DL_VECTOR_DIMS
#define SLOTS DL_VERDICT_SLOTS
#define OUT (HIDDEN * CLASSES)
#define MATRIX (DIMS * HIDDEN)
#define DECAY_MEAN 0.9F
#define DECAY_SQUARE 0.999F
#define START 0.05F /* of the first weights */
#define NOTES 16U   /* of the weights in the second half, whose mean they become */

static float point_value(int8_t coordinate)
{
    return (float)coordinate / (float)DL_VERDICTS_POINT_UNIT;
}

/* --- weights --- */

/* About normal: the sum of four even ones. */
static float random_weight(struct dl_random *random, float size)
{
    float sum = 0;
    for (int i = 0; i < 4; i++)
        sum += (float)dl_random_below(random, 1U << 20) / (float)(1U << 20) - 0.5F;
    return sum * 1.7F * size;
}

static void weights_init(struct dl_net_weights *weights, uint32_t count, struct dl_random *random,
                         float size)
{
    *weights = (struct dl_net_weights){.count = count};
    weights->now = dl_alloc(count * sizeof(float));
    weights->slope = dl_alloc(count * sizeof(float));
    weights->mean = dl_alloc(count * sizeof(float));
    weights->square = dl_alloc(count * sizeof(float));
    weights->sum = dl_alloc(count * sizeof(double));
    for (uint32_t i = 0; i < count; i++)
        weights->now[i] = random_weight(random, size);
}

static void weights_done(struct dl_net_weights *weights)
{
    free(weights->now);
    free(weights->slope);
    free(weights->mean);
    free(weights->square);
    free(weights->sum);
}

/* One step of Adam of some weights in a row. */
DL_WIDE
static void move(struct dl_net_weights *weights, size_t first, size_t count, float step, float kept,
                 float share)
{
    float *now = weights->now + first;
    float *slope = weights->slope + first;
    float *mean = weights->mean + first;
    float *square = weights->square + first;
    for (size_t i = 0; i < count; i++) {
        float s = slope[i] * share;
        mean[i] += (1 - DECAY_MEAN) * (s - mean[i]);
        square[i] += (1 - DECAY_SQUARE) * (s * s - square[i]);
        now[i] = now[i] * kept - step * mean[i] / (sqrtf(square[i]) + 1e-8F);
        slope[i] = 0;
    }
}

void dl_net_init(struct dl_net *net, const struct dl_net_settings *settings, uint64_t seed)
{
    uint32_t rows = 1U << settings->bits;
    *net = (struct dl_net){.settings = *settings, .random = {seed}};
    weights_init(&net->rows, rows * HIDDEN, &net->random, START);
    weights_init(&net->matrices, SLOTS * MATRIX, &net->random, START);
    weights_init(&net->out, OUT + CLASSES + HIDDEN, &net->random, 1 / sqrtf(HIDDEN));
    memset(net->out.now + OUT, 0, (CLASSES + HIDDEN) * sizeof(float));
    net->seen = dl_alloc(rows * sizeof *net->seen);
    net->touched = dl_alloc(rows * sizeof *net->touched);
    net->is_touched = dl_alloc(rows * sizeof *net->is_touched);
}

void dl_net_done(struct dl_net *net)
{
    weights_done(&net->rows);
    weights_done(&net->matrices);
    weights_done(&net->out);
    free(net->seen);
    free(net->touched);
    free(net->is_touched);
    *net = (struct dl_net){0};
}

/* Adds the weights as they are to the mean of the second half. */
static void note(struct dl_net_weights *weights)
{
    for (uint32_t i = 0; i < weights->count; i++)
        weights->sum[i] += (double)weights->now[i];
}

static void take_mean(struct dl_net_weights *weights, uint32_t notes)
{
    for (uint32_t i = 0; i < weights->count; i++)
        weights->now[i] = (float)(weights->sum[i] / notes);
}

/* --- forth --- */

static uint32_t row_of(const struct dl_net *net, uint32_t feature)
{
    return feature >> (32 - net->settings.bits);
}

void dl_net_count(struct dl_net *net, struct dl_feature_list list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        uint16_t *seen = &net->seen[row_of(net, list.at[i])];
        *seen = *seen < UINT16_MAX ? (uint16_t)(*seen + 1) : *seen;
    }
}

/* The rows of features that were seen often enough. */
static bool is_known(const struct dl_net *net, uint32_t row)
{
    return net->seen[row] >= net->settings.seen_min;
}

static void add_row(float *sums, const float *row, float times)
{
    for (uint32_t h = 0; h < HIDDEN; h++)
        sums[h] += times * row[h];
}

DL_WIDE
static void hidden_sums(const struct dl_net *net, struct dl_shown shown, float ret[static HIDDEN])
{
    memcpy(ret, net->out.now + OUT + CLASSES, HIDDEN * sizeof *ret);
    for (uint32_t n = 0; n < shown.list_count; n++)
        for (uint32_t i = 0; i < shown.lists[n].count; i++) {
            uint32_t row = row_of(net, shown.lists[n].at[i]);
            if (is_known(net, row))
                add_row(ret, net->rows.now + (size_t)row * HIDDEN, 1);
        }
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        for (uint32_t d = 0; shown.points[slot] && d < DIMS; d++)
            add_row(ret, net->matrices.now + slot * MATRIX + d * HIDDEN,
                    point_value(shown.points[slot][d]));
}

/* Leaves chances in place of the scores. */
static void soften(float scores[static CLASSES])
{
    float most = scores[0];
    float total = 0;
    for (uint32_t k = 1; k < DL_VERDICTS; k++)
        most = fmaxf(most, scores[k]);
    for (uint32_t k = 0; k < CLASSES; k++) {
        scores[k] = k < DL_VERDICTS ? expf(scores[k] - most) : 0;
        total += scores[k];
    }
    for (uint32_t k = 0; k < CLASSES; k++)
        scores[k] /= total;
}

DL_WIDE
static void scores_of(const struct dl_net *net, const float hidden[static HIDDEN],
                      float ret[static CLASSES])
{
    memcpy(ret, net->out.now + OUT, CLASSES * sizeof *ret);
    for (uint32_t h = 0; h < HIDDEN; h++)
        for (uint32_t k = 0; hidden[h] > 0 && k < CLASSES; k++)
            ret[k] += hidden[h] * net->out.now[h * CLASSES + k];
}

void dl_net_chances(const struct dl_net *net, struct dl_shown shown, float ret[static CLASSES])
{
    float hidden[HIDDEN];
    hidden_sums(net, shown, hidden);
    scores_of(net, hidden, ret);
    soften(ret);
}

/* --- and back --- */

static void touch(struct dl_net *net, uint32_t row)
{
    if (net->is_touched[row])
        return;
    net->is_touched[row] = true;
    net->touched[net->touched_count++] = row;
}

/* The slopes of the first layer, by those of the hidden sums. */
DL_WIDE
static void hand_down(struct dl_net *net, struct dl_shown shown, const float slopes[static HIDDEN])
{
    add_row(net->out.slope + OUT + CLASSES, slopes, 1);
    for (uint32_t n = 0; n < shown.list_count; n++)
        for (uint32_t i = 0; i < shown.lists[n].count; i++) {
            uint32_t row = row_of(net, shown.lists[n].at[i]);
            if (!is_known(net, row))
                continue;
            touch(net, row);
            add_row(net->rows.slope + (size_t)row * HIDDEN, slopes, 1);
        }
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        for (uint32_t d = 0; shown.points[slot] && d < DIMS; d++)
            add_row(net->matrices.slope + slot * MATRIX + d * HIDDEN, slopes,
                    point_value(shown.points[slot][d]));
}

/* The slopes of the second layer and of the hidden sums, by those of the scores. */
DL_WIDE
static void hand_back(struct dl_net *net, const float hidden[static HIDDEN],
                      const float scores[static CLASSES], float ret[static HIDDEN])
{
    for (uint32_t k = 0; k < CLASSES; k++)
        net->out.slope[OUT + k] += scores[k];
    for (uint32_t h = 0; h < HIDDEN; h++) {
        float sum = 0;
        ret[h] = 0;
        if (hidden[h] <= 0)
            continue;
        for (uint32_t k = 0; k < CLASSES; k++) {
            net->out.slope[h * CLASSES + k] += hidden[h] * scores[k];
            sum += net->out.now[h * CLASSES + k] * scores[k];
        }
        ret[h] = sum;
    }
}

void dl_net_show(struct dl_net *net, struct dl_shown shown, uint32_t right, float weight)
{
    float hidden[HIDDEN];
    float slopes[HIDDEN];
    float scores[CLASSES];
    uint32_t dropped = (uint32_t)(net->settings.dropped * 1000);
    float kept = 1 / (1 - net->settings.dropped); /* what stays stands for what is dropped */
    hidden_sums(net, shown, hidden);
    for (uint32_t h = 0; h < HIDDEN; h++)
        hidden[h] = dl_random_below(&net->random, 1000) < dropped ? 0 : hidden[h] * kept;
    scores_of(net, hidden, scores);
    soften(scores);
    scores[right] -= 1;
    for (uint32_t k = 0; k < CLASSES; k++)
        scores[k] *= weight;
    hand_back(net, hidden, scores, slopes);
    for (uint32_t h = 0; h < HIDDEN; h++)
        slopes[h] *= kept;
    hand_down(net, shown, slopes);
    net->batch++;
}

void dl_net_step(struct dl_net *net)
{
    if (net->batch == 0)
        return;
    net->step++;
    float left = 1 - (float)(net->step - 1) / (float)net->settings.steps;
    float rate = net->settings.rate * (left > 0.05F ? left : 0.05F);
    float kept = 1 - rate * net->settings.pull;
    float share = 1 / (float)net->batch;
    float step = rate * sqrtf(1 - powf(DECAY_SQUARE, (float)net->step)) /
                 (1 - powf(DECAY_MEAN, (float)net->step));
    for (uint32_t i = 0; i < net->touched_count; i++) {
        move(&net->rows, (size_t)net->touched[i] * HIDDEN, HIDDEN, step, kept, share);
        net->is_touched[net->touched[i]] = false;
    }
    move(&net->matrices, 0, net->matrices.count, step, kept, share);
    move(&net->out, 0, net->out.count, step, kept, share);
    net->touched_count = net->batch = 0;
    uint32_t half = net->settings.steps / 2;
    if (net->step < half || (net->step - half) % (half / NOTES + 1) != 0)
        return;
    note(&net->rows);
    note(&net->matrices);
    note(&net->out);
    net->notes++;
}

void dl_net_settle(struct dl_net *net)
{
    if (net->notes == 0)
        return;
    take_mean(&net->rows, net->notes);
    take_mean(&net->matrices, net->notes);
    take_mean(&net->out, net->notes);
    for (uint32_t row = 0; row < 1U << net->settings.bits; row++)
        if (!is_known(net, row))
            memset(net->rows.now + (size_t)row * HIDDEN, 0, HIDDEN * sizeof(float));
}
