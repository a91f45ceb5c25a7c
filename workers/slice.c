/* Coding a slice of articles on a pool thread. */
#include "workers/slice.h"

struct dl_slice *dl_slice_new(struct dl_shared_batch *shared, uint32_t first,
                              const struct dl_pipeline *pipeline,
                              const struct dl_knowledge *knowledge)
{
    struct dl_slice *slice = dl_alloc(sizeof *slice);
    slice->shared = shared;
    shared->slices++;
    slice->records = &shared->batch->records[first];
    slice->pipeline = pipeline;
    slice->knowledge = knowledge;
    uint32_t left = shared->batch->count - first;
    while (slice->count < left && slice->count < DL_SLICE_RECORDS_MAX &&
           (slice->count == 0 || slice->bytes < DL_SLICE_BYTES_MAX))
        slice->bytes += slice->records[slice->count++].value.len;
    slice->input_bytes = slice->bytes;
    dl_arena_init(&slice->kept);
    dl_arena_init(&slice->scratch);
    return slice;
}

void dl_slice_free(struct dl_slice *slice)
{
    if (--slice->shared->slices == 0) {
        dl_batch_free(slice->shared->batch);
        free(slice->shared);
    }
    dl_arena_done(&slice->kept);
    dl_arena_done(&slice->scratch);
    free(slice);
}

static void code_one(struct dl_slice *slice, uint32_t index, uint32_t version)
{
    struct dl_slice_result *result = &slice->results[index];
    struct dl_coded *coded = &result->coded;
    *coded = (struct dl_coded){0};
    const struct dl_record *record = &slice->records[index];
    uint32_t deaths = dl_crashes_of(slice->crashes, record->part.partition, record->offset);
    if (deaths >= DL_DEATHS_MAX) {
        coded->stage = "parse";
        result->status = dl_fail(&result->err, DL_FATAL, "not read: %u workers died of it", deaths);
    } else {
        dl_crashes_enter(record->part.partition, record->offset);
        result->status = dl_code_article(slice->pipeline, slice->knowledge, &slice->scratch,
                                         &slice->kept, record->value, version, coded, &result->err);
        dl_crashes_leave();
    }
    dl_arena_reset(&slice->scratch);
}

void dl_slice_run(void *ctx)
{
    struct dl_slice *slice = ctx;
    if (slice->again_version) {
        code_one(slice, slice->again, slice->again_version);
        return;
    }
    for (uint32_t i = 0; i < slice->count; i++)
        code_one(slice, i, 1);
    dl_arena_done(&slice->scratch); /* what waits to be sent holds results only */
}
