/* Partition after partition. */
#include "producers/door/positions.h"

#define AGAIN_MS 1000U /* before an unreachable log is asked again */

static void ask_partitions(void *ctx)
{
    struct dl_positions *positions = ctx;
    if (dl_log_partitions(positions->log, DL_TOPIC_POSITIONS, &positions->partitions,
                          &positions->err) != DL_OK)
        positions->partitions = 0;
}

static void record_came(void *ctx, const struct dl_record *record)
{
    struct dl_positions *positions = ctx;
    if (!positions->stopped)
        positions->each(positions->ctx, record);
}

static void restore_next(struct dl_positions *positions);

static void partition_came(void *ctx, const struct dl_error *err)
{
    struct dl_positions *positions = ctx;
    positions->restored++;
    if (positions->stopped)
        return;
    if (err)
        positions->done(positions->ctx, err);
    else
        restore_next(positions);
}

static void restore_next(struct dl_positions *positions)
{
    if (positions->restored == positions->partitions) {
        positions->done(positions->ctx, NULL);
        return;
    }
    dl_bus_restore(positions->bus,
                   (struct dl_part){DL_TOPIC_POSITIONS, (int32_t)positions->restored},
                   (struct dl_bus_restore){record_came, partition_came, positions});
}

static void partitions_came(void *ctx)
{
    struct dl_positions *positions = ctx;
    positions->at_work = false;
    if (positions->stopped)
        positions->done(positions->ctx, NULL);
    else if (positions->partitions)
        restore_next(positions);
    else if (positions->err.status == DL_RETRY)
        dl_timer_start(positions->loop, &positions->timer, AGAIN_MS);
    else
        positions->done(positions->ctx, &positions->err);
}

static void ask(void *ctx)
{
    struct dl_positions *positions = ctx;
    positions->at_work = true;
    positions->work = (struct dl_work){ask_partitions, partitions_came, positions, NULL};
    dl_loop_work(positions->loop, DL_QUEUE_STORE, &positions->work);
}

void dl_positions_read(struct dl_positions *positions)
{
    positions->timer = (struct dl_timer){ask, positions, NULL};
    ask(positions);
}

void dl_positions_stop(struct dl_positions *positions)
{
    positions->stopped = true;
    if (positions->loop)
        dl_timer_stop(positions->loop, &positions->timer);
}

void dl_positions_done(struct dl_positions *positions)
{
    if (positions->loop)
        dl_timer_close(positions->loop, &positions->timer);
}
