/* A slice of a batch: consecutive articles of one partition coded in one go on a pool thread, so
 * that the way to the pool and back is paid once for many.
 *
 * Owner    the leg, except between dl_slice_run() being queued and done, when the pool thread has
 *          everything but `link`.
 * Memory   results live in `kept`; the working memory of each article is given back after it. */
#ifndef DL_WORKERS_SLICE_H
#define DL_WORKERS_SLICE_H

#include "core/bus.h"
#include "core/loop.h"
#include "workers/coding.h"
#include "workers/crashes.h"

#define DL_SLICE_RECORDS_MAX 32U
#define DL_SLICE_BYTES_MAX (128U << 10)

/* A batch shared by its slices; counted on the loop thread. */
struct dl_shared_batch {
    struct dl_batch *batch;
    uint32_t slices;
};

struct dl_slice_result {
    dl_status status;
    struct dl_coded coded; /* copied to `kept` */
    struct dl_error err;
};

struct dl_slice {
    struct dl_work work;
    struct dl_slice *next; /* in its partition, by offset */
    struct dl_slice *next_uncoded;
    struct dl_shared_batch *shared;
    const struct dl_record *records;
    uint32_t count;
    size_t bytes;       /* held in memory for it */
    size_t input_bytes; /* of them, the articles */

    const struct dl_pipeline *pipeline;
    const struct dl_knowledge *knowledge;
    const struct dl_crashes *crashes; /* NULL: nobody keeps count */
    struct dl_arena kept;
    struct dl_arena scratch;
    struct dl_slice_result results[DL_SLICE_RECORDS_MAX];

    /* what to code: all records as version 1, or one again as a later version */
    uint32_t again;         /* index, when version > 1 */
    uint32_t again_version; /* 0: all */

    /* the loop thread's */
    bool done;
    uint32_t sent; /* records wholly sent */
    uint32_t step; /* of the next record: messages already sent */
    uint64_t generation;
    void *part;
};

/* A slice of `shared` from record `first` on, as much as fits one; takes a share. */
struct dl_slice *dl_slice_new(struct dl_shared_batch *shared, uint32_t first,
                              const struct dl_pipeline *pipeline,
                              const struct dl_knowledge *knowledge);
void dl_slice_free(struct dl_slice *slice);

/* Pool thread. */
void dl_slice_run(void *slice);

#endif
