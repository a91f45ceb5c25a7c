/* Opening and adding up the model of events. */
#include "workers/knowledge/verdicts.h"

#include <math.h>

#define HIDDEN DL_VERDICTS_HIDDEN

struct dl_verdicts {
    struct dl_model *model;
    struct dl_rows rows;
    const dl_verdict_matrix *matrices;
    const struct dl_verdict_layers *layers;
};

/* So that no sum of classes can overflow, whatever the file says. */
static bool is_sound(const struct dl_verdict_layers *layers)
{
    const int32_t most = DL_VERDICTS_OUT_MAX * DL_VERDICTS_SUM_MAX;
    bool sound = layers->unit > 0 && layers->unit < 1e9F;
    for (uint32_t h = 0; h < HIDDEN; h++) {
        sound = sound && layers->bias[h] <= INT16_MAX && layers->bias[h] >= INT16_MIN;
        for (uint32_t k = 0; k < DL_VERDICTS_WIDTH; k++)
            sound = sound && layers->out[h][k] <= DL_VERDICTS_OUT_MAX &&
                    layers->out[h][k] >= -DL_VERDICTS_OUT_MAX;
    }
    for (uint32_t k = 0; k < DL_VERDICTS_WIDTH; k++)
        sound = sound && layers->last[k] <= most && layers->last[k] >= -most;
    return sound;
}

static dl_status read_sections(struct dl_verdicts *verdicts, const char *path, struct dl_error *err)
{
    const void *matrices = NULL;
    const void *layers = NULL;
    size_t matrix_count = 0;
    size_t layer_count = 0;
    dl_status status = dl_model_rows(verdicts->model, 0, HIDDEN, 1, &verdicts->rows, err);
    if (status == DL_OK)
        status = dl_model_records(verdicts->model, 1, sizeof(dl_verdict_matrix), &matrices,
                                  &matrix_count, err);
    if (status == DL_OK)
        status = dl_model_records(verdicts->model, 2, sizeof(struct dl_verdict_layers), &layers,
                                  &layer_count, err);
    if (status != DL_OK)
        return status;
    if (matrix_count != DL_VERDICT_SLOTS || layer_count != 1 || !is_sound(layers) ||
        !(verdicts->rows.scale > 0 && verdicts->rows.scale < 1e6F))
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: no net of this shape and scale", path);
    verdicts->matrices = matrices;
    verdicts->layers = layers;
    return DL_OK;
}

dl_status dl_verdicts_open(const char *path, struct dl_verdicts **ret, struct dl_error *err)
{
    struct dl_verdicts *verdicts = dl_alloc(sizeof *verdicts);
    dl_status status = dl_model_open(path, "events", DL_VERDICTS_VERSION, &verdicts->model, err);
    if (status == DL_OK)
        status = read_sections(verdicts, path, err);
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

void dl_verdicts_begin(const struct dl_verdicts *verdicts, int32_t ret[static HIDDEN])
{
    memcpy(ret, verdicts->layers->bias, HIDDEN * sizeof *ret);
}

DL_WIDE
void dl_verdicts_add(const struct dl_verdicts *verdicts, const uint32_t *features, uint32_t count,
                     int32_t sums[static HIDDEN])
{
    int16_t these[HIDDEN];
    assert(count <= DL_FEATURES_MAX);
    dl_rows_sum_bytes(&verdicts->rows, features, count, HIDDEN, these);
    for (uint32_t h = 0; h < HIDDEN; h++)
        sums[h] += these[h];
}

DL_WIDE
void dl_verdicts_add_point(const struct dl_verdicts *verdicts, uint32_t slot,
                           const int8_t point[static DL_VECTOR_DIMS], int32_t sums[static HIDDEN])
{
    int32_t fine[HIDDEN] = {0};
    assert(slot < DL_VERDICT_SLOTS);
    for (uint32_t d = 0; d < DL_VECTOR_DIMS; d++) {
        const int16_t *row = verdicts->matrices[slot][d];
        int16_t times = point[d];
        for (uint32_t h = 0; h < HIDDEN; h++)
            fine[h] += times * row[h];
    }
    for (uint32_t h = 0; h < HIDDEN; h++)
        sums[h] += fine[h] >> DL_VERDICTS_MATRIX_SHIFT;
}

static int32_t rectified(int32_t sum)
{
    return sum < 0 ? 0 : sum > DL_VERDICTS_SUM_MAX ? DL_VERDICTS_SUM_MAX : sum;
}

DL_WIDE
void dl_verdicts_chances(const struct dl_verdicts *verdicts, const int32_t sums[static HIDDEN],
                         float ret[static DL_VERDICTS])
{
    int32_t scores[DL_VERDICTS_WIDTH];
    float total = 0;
    memcpy(scores, verdicts->layers->last, sizeof scores);
    for (uint32_t h = 0; h < HIDDEN; h++) {
        int32_t sum = rectified(sums[h]);
        for (uint32_t k = 0; sum && k < DL_VERDICTS_WIDTH; k++)
            scores[k] += sum * verdicts->layers->out[h][k];
    }
    uint32_t best = dl_rows_best_wide(scores, DL_VERDICTS);
    for (uint32_t i = 0; i < DL_VERDICTS; i++) {
        ret[i] = expf(((float)scores[i] - (float)scores[best]) / verdicts->layers->unit);
        total += ret[i];
    }
    for (uint32_t i = 0; i < DL_VERDICTS; i++)
        ret[i] /= total;
}

/* --- for those who explain --- */

void dl_verdicts_pulls(const struct dl_verdicts *verdicts, const int32_t sums[static HIDDEN],
                       uint32_t class, uint32_t against, float ret[static HIDDEN])
{
    for (uint32_t h = 0; h < HIDDEN; h++) {
        const int32_t *out = verdicts->layers->out[h];
        bool moves = sums[h] > 0 && sums[h] < DL_VERDICTS_SUM_MAX;
        ret[h] = moves ? (float)(out[class] - out[against]) / verdicts->layers->unit : 0;
    }
}

float dl_verdicts_weight(const struct dl_verdicts *verdicts, uint32_t feature,
                         const float pulls[static HIDDEN])
{
    const int8_t *row = (const int8_t *)dl_row_at(&verdicts->rows, feature, HIDDEN);
    float sum = 0;
    for (uint32_t h = 0; h < HIDDEN; h++)
        sum += (float)row[h] * pulls[h];
    return sum;
}

float dl_verdicts_point_weight(const struct dl_verdicts *verdicts, uint32_t slot,
                               const int8_t point[static DL_VECTOR_DIMS],
                               const float pulls[static HIDDEN])
{
    int32_t sums[HIDDEN] = {0};
    float sum = 0;
    dl_verdicts_add_point(verdicts, slot, point, sums);
    for (uint32_t h = 0; h < HIDDEN; h++)
        sum += (float)sums[h] * pulls[h];
    return sum;
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
