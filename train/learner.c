/* The averaged perceptron. */
#include "train/learner.h"

#include <math.h>

void dl_learner_init(struct dl_learner *learner, uint32_t bits, uint32_t width, uint32_t classes,
                     uint32_t updates_min)
{
    assert(classes <= width && bits >= 1 && bits <= 24);
    size_t rows = (size_t)1 << bits;
    *learner = (struct dl_learner){
        .bits = bits, .width = width, .classes = classes, .updates_min = updates_min, .time = 1};
    learner->now = dl_alloc(rows * width * sizeof *learner->now);
    learner->sums = dl_alloc(rows * width * sizeof *learner->sums);
    learner->updates = dl_alloc(rows);
}

void dl_learner_done(struct dl_learner *learner)
{
    free(learner->now);
    free(learner->sums);
    free(learner->updates);
    *learner = (struct dl_learner){0};
}

static size_t row_of(const struct dl_learner *learner, uint32_t feature)
{
    return feature >> (32 - learner->bits);
}

static inline __attribute__((always_inline)) void sum_rows(const struct dl_learner *learner,
                                                           const uint32_t *features, uint32_t count,
                                                           uint32_t width, int32_t *scores)
{
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(learner->now + row_of(learner, features[i]) * width);
    for (uint32_t i = 0; i < count; i++) {
        size_t row = row_of(learner, features[i]);
        if (learner->updates[row] < learner->updates_min)
            continue;
        const int32_t *weights = learner->now + row * width;
        for (uint32_t k = 0; k < width; k++)
            scores[k] += weights[k];
    }
}

DL_WIDE
void dl_learner_scores(const struct dl_learner *learner, const uint32_t *features, uint32_t count,
                       int32_t *ret_scores)
{
    memset(ret_scores, 0, learner->width * sizeof *ret_scores);
    switch (learner->width) { /* constant widths are vectors */
    case 4:
        sum_rows(learner, features, count, 4, ret_scores);
        break;
    case 16:
        sum_rows(learner, features, count, 16, ret_scores);
        break;
    case 32:
        sum_rows(learner, features, count, 32, ret_scores);
        break;
    default:
        sum_rows(learner, features, count, learner->width, ret_scores);
    }
}

void dl_learner_count(struct dl_learner *learner, const uint32_t *features, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *updates = &learner->updates[row_of(learner, features[i])];
        *updates = *updates < UINT8_MAX ? (uint8_t)(*updates + 1) : *updates;
    }
}

void dl_learner_add(struct dl_learner *learner, const uint32_t *features, uint32_t count,
                    uint32_t class, int32_t by)
{
    for (uint32_t i = 0; i < count; i++) {
        size_t at = row_of(learner, features[i]) * learner->width + class;
        learner->now[at] += by;
        learner->sums[at] += by * learner->time;
    }
}

void dl_learner_update(struct dl_learner *learner, const uint32_t *features, uint32_t count,
                       uint32_t right, uint32_t wrong)
{
    dl_learner_count(learner, features, count);
    dl_learner_add(learner, features, count, right, 1);
    dl_learner_add(learner, features, count, wrong, -1);
}

void dl_learner_restart(struct dl_learner *learner)
{
    memset(learner->sums, 0, ((size_t)learner->width << learner->bits) * sizeof *learner->sums);
    learner->time = 1;
}

static double average(const struct dl_learner *learner, size_t at)
{
    if (learner->updates[at / learner->width] < learner->updates_min)
        return 0;
    return (double)(learner->now[at] * learner->time - learner->sums[at]) / (double)learner->time;
}

void dl_learner_rows(const struct dl_learner *learner, uint32_t weight_bytes, double reach,
                     struct dl_model_part *ret)
{
    size_t count = ((size_t)1 << learner->bits) * learner->width;
    double greatest = 0;
    for (size_t i = 0; i < count; i++)
        greatest = fmax(greatest, fabs(average(learner, i)));
    double most = weight_bytes == 1 ? 127 : 32767;
    double scale = greatest > 0 ? most / (greatest * reach) : 1;
    int8_t *narrow = weight_bytes == 1 ? dl_alloc(count) : NULL;
    int16_t *wide = weight_bytes == 1 ? NULL : dl_alloc(count * 2);
    for (size_t i = 0; i < count; i++) {
        double weight = fmin(fmax(average(learner, i) * scale, -most), most);
        if (narrow)
            narrow[i] = (int8_t)lrint(weight);
        else
            wide[i] = (int16_t)lrint(weight);
    }
    *ret = (struct dl_model_part){.at = narrow ? (void *)narrow : (void *)wide,
                                  .bytes = count * weight_bytes,
                                  .width = learner->width,
                                  .weight_bytes = weight_bytes,
                                  .scale = (float)scale};
}
