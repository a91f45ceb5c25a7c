/* Opening and adding up the model of events. */
#include "workers/knowledge/verdicts.h"

#include <math.h>

struct dl_verdicts {
    struct dl_model *model;
    struct dl_rows rows;
};

dl_status dl_verdicts_open(const char *path, struct dl_verdicts **ret, struct dl_error *err)
{
    struct dl_verdicts *verdicts = dl_alloc(sizeof *verdicts);
    dl_status status = dl_model_open(path, "events", DL_VERDICTS_VERSION, &verdicts->model, err);
    if (status == DL_OK)
        status = dl_model_rows(verdicts->model, 0, DL_VERDICTS_WIDTH, 1, &verdicts->rows, err);
    if (status == DL_OK && !(verdicts->rows.scale > 0 && verdicts->rows.scale < 1e6F))
        status = dl_fail(err, DL_BAD_CONFIG, "%s: damaged: weights without a scale", path);
    if (status != DL_OK) {
        dl_verdicts_close(verdicts);
        return status;
    }
    *ret = verdicts;
    return DL_OK;
}

void dl_verdicts_close(struct dl_verdicts *verdicts)
{
    if (!verdicts)
        return;
    dl_model_close(verdicts->model);
    free(verdicts);
}

uint64_t dl_verdicts_checksum(const struct dl_verdicts *verdicts)
{
    return dl_model_checksum(verdicts->model);
}

DL_WIDE
void dl_verdicts_add(const struct dl_verdicts *verdicts, const uint32_t *features, uint32_t count,
                     int32_t sums[static DL_VERDICTS_WIDTH])
{
    int16_t these[DL_VERDICTS_WIDTH];
    assert(count <= DL_FEATURES_MAX);
    dl_rows_sum_bytes(&verdicts->rows, features, count, DL_VERDICTS_WIDTH, these);
    for (uint32_t k = 0; k < DL_VERDICTS_WIDTH; k++)
        sums[k] += these[k];
}

float dl_verdicts_weight(const struct dl_verdicts *verdicts, uint32_t feature, uint32_t class)
{
    const char *row = dl_row_at(&verdicts->rows, feature, DL_VERDICTS_WIDTH);
    return (float)((const int8_t *)row)[class] / verdicts->rows.scale;
}

void dl_verdicts_chances(const struct dl_verdicts *verdicts,
                         const int32_t sums[static DL_VERDICTS_WIDTH],
                         float ret[static DL_VERDICTS])
{
    float total = 0;
    uint32_t best = dl_rows_best_wide(sums, DL_VERDICTS);
    for (uint32_t i = 0; i < DL_VERDICTS; i++) {
        ret[i] = expf((float)(sums[i] - sums[best]) / verdicts->rows.scale);
        total += ret[i];
    }
    for (uint32_t i = 0; i < DL_VERDICTS; i++)
        ret[i] /= total;
}

float dl_no_event_chance(const float chances[static DL_VERDICTS])
{
    float sum = chances[DL_VERDICT_NONE];
    for (uint32_t i = DL_VERDICT_LAST_TYPE + 1; i < DL_VERDICTS; i++)
        sum += chances[i];
    return sum;
}

int32_t dl_likeliest_type(const float chances[static DL_VERDICTS])
{
    int32_t best = 1;
    for (int32_t i = 2; i <= DL_VERDICT_LAST_TYPE; i++)
        if (chances[i] > chances[best])
            best = i;
    return best;
}

static const struct {
    const char *marks;
    const char *reason;
} no_events[] = {
#define DL_NO_EVENT(name, marks, reason) {marks, reason},
#include "workers/knowledge/verdicts.def"
};

const char *dl_likeliest_reason(const float chances[static DL_VERDICTS])
{
    uint32_t best = DL_VERDICT_LAST_TYPE + 1;
    for (uint32_t i = best + 1; i < DL_VERDICTS; i++)
        if (chances[i] > chances[best])
            best = i;
    return chances[best] < chances[DL_VERDICT_NONE]
               ? "model"
               : no_events[best - DL_VERDICT_LAST_TYPE - 1].reason;
}

uint32_t dl_verdict_of_mark(dl_str mark)
{
    for (uint32_t i = 0; i < sizeof no_events / sizeof *no_events; i++) {
        dl_str marks = dl_str_of(no_events[i].marks);
        dl_str one;
        while (dl_str_next(&marks, ' ', &one))
            if (dl_str_eq(one, mark))
                return DL_VERDICT_LAST_TYPE + 1 + i;
    }
    return DL_VERDICT_NONE;
}
