/* Multinomial logistic regression. */
#include "train/logistic.h"

#include <math.h>

#define WIDTH DL_LOGISTIC_WIDTH

void dl_logistic_init(struct dl_logistic *l, uint32_t bits, uint32_t classes, uint32_t seen_min,
                      float rate, float pull)
{
    assert(classes <= WIDTH && bits >= 1 && bits <= 24);
    size_t rows = (size_t)1 << bits;
    *l = (struct dl_logistic){.bits = bits,
                              .classes = classes,
                              .seen_min = seen_min,
                              .rate = rate,
                              .pull = pull,
                              .time = 1};
    l->now = dl_alloc(rows * WIDTH * sizeof *l->now);
    l->squares = dl_alloc(rows * WIDTH * sizeof *l->squares);
    l->sums = dl_alloc(rows * WIDTH * sizeof *l->sums);
    l->seen = dl_alloc(rows * sizeof *l->seen);
}

void dl_logistic_done(struct dl_logistic *l)
{
    free(l->now);
    free(l->squares);
    free(l->sums);
    free(l->seen);
    *l = (struct dl_logistic){0};
}

static size_t row_of(const struct dl_logistic *l, uint32_t feature)
{
    return feature >> (32 - l->bits);
}

void dl_logistic_count(struct dl_logistic *l, struct dl_feature_list list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        uint16_t *seen = &l->seen[row_of(l, list.at[i])];
        *seen = *seen < UINT16_MAX ? (uint16_t)(*seen + 1) : *seen;
    }
}

void dl_logistic_chances(const struct dl_logistic *l, struct dl_shown shown,
                         float ret[static WIDTH])
{
    const struct dl_feature_list *lists = shown.lists;
    float scores[WIDTH] = {0};
    float most = -INFINITY;
    float total = 0;
    for (uint32_t n = 0; n < shown.list_count; n++)
        for (uint32_t i = 0; i < lists[n].count; i++) {
            const float *row = l->now + row_of(l, lists[n].at[i]) * WIDTH;
            for (uint32_t k = 0; k < WIDTH; k++)
                scores[k] += row[k];
        }
    for (uint32_t k = 0; k < l->classes; k++)
        most = fmaxf(most, scores[k]);
    memset(ret, 0, WIDTH * sizeof *ret);
    for (uint32_t k = 0; k < l->classes; k++) {
        ret[k] = expf(scores[k] - most);
        total += ret[k];
    }
    for (uint32_t k = 0; k < l->classes; k++)
        ret[k] /= total;
}

float dl_logistic_learn(struct dl_logistic *l, struct dl_shown shown, uint32_t right, float weight)
{
    const struct dl_feature_list *lists = shown.lists;
    float chances[WIDTH];
    dl_logistic_chances(l, shown, chances);
    float before = chances[right];
    chances[right] -= 1;
    for (uint32_t n = 0; n < shown.list_count; n++)
        for (uint32_t i = 0; i < lists[n].count; i++) {
            size_t row = row_of(l, lists[n].at[i]);
            if (l->seen[row] < l->seen_min)
                continue;
            float *now = l->now + row * WIDTH;
            float *squares = l->squares + row * WIDTH;
            double *sums = l->sums + row * WIDTH;
            for (uint32_t k = 0; k < WIDTH; k++) {
                float slope = chances[k] * weight + l->pull * now[k];
                squares[k] += slope * slope;
                float step = -l->rate * slope / sqrtf(squares[k] + 1e-3F);
                now[k] += step;
                sums[k] += (double)step * (double)l->time;
            }
        }
    l->time++;
    return before;
}

void dl_logistic_settle(struct dl_logistic *l)
{
    size_t count = ((size_t)1 << l->bits) * WIDTH;
    for (size_t i = 0; i < count; i++)
        l->now[i] = (float)((double)l->now[i] - l->sums[i] / (double)l->time);
}

void dl_logistic_rows(const struct dl_logistic *l, struct dl_model_part *ret)
{
    size_t count = ((size_t)1 << l->bits) * WIDTH;
    float greatest = 0;
    for (size_t i = 0; i < count; i++)
        greatest = fmaxf(greatest, fabsf(l->now[i]));
    float scale = greatest > 0 ? 127 / greatest : 1;
    int8_t *narrow = dl_alloc(count);
    for (size_t i = 0; i < count; i++)
        narrow[i] = (int8_t)lrintf(l->now[i] * scale);
    *ret = (struct dl_model_part){
        .at = narrow, .bytes = count, .width = WIDTH, .weight_bytes = 1, .scale = scale};
}
