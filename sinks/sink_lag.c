/* How far the store is, told to the log for whoever looks at lag. */
#include "sinks/sink_leg.h"

#define LAG_MS 1000U /* the log's own offsets are for looking at: once a second is enough */

/* What the store has of a partition; with nothing waiting, also the marks behind it are passed. */
static int64_t progress(const struct sink_part *part)
{
    return part->waiting == 0 && part->end > part->stored ? part->end : part->stored;
}

void dl_sink_leg_tell_progress(struct dl_sink_leg *leg, struct sink_part *part)
{
    atomic_store(&leg->want.counters->next[part->part.partition], progress(part));
}

void dl_sink_leg_on_end(void *ctx, struct dl_part where, int64_t next)
{
    struct dl_sink_leg *leg = ctx;
    struct sink_part *part = &leg->parts[where.partition];
    if (part->phase != PART_RUNNING)
        return;
    part->end = next;
    dl_sink_leg_tell_progress(leg, part);
    dl_sink_leg_move_on(leg);
}

void dl_sink_leg_lag_timer_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->lag_timer_runs = false;
    dl_sink_leg_move_on(leg);
}

static void start_lag_timer(struct dl_sink_leg *leg)
{
    leg->lag_timer_runs = true;
    dl_timer_start(leg->loop, &leg->lag_timer, LAG_MS);
}

static bool tell_offsets(struct dl_sink_leg *leg)
{
    struct dl_position positions[DL_PARTITIONS_MAX];
    uint32_t count = 0;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct sink_part *part = &leg->parts[p];
        int64_t next = progress(part);
        if (part->phase != PART_RUNNING || next <= part->told)
            continue;
        positions[count++] = (struct dl_position){part->part, next, {NULL, 0}};
        part->told = next;
    }
    if (count == 0)
        return false;
    leg->in_commit = true;
    dl_bus_commit(leg->bus, positions, count);
    return true;
}

void dl_sink_leg_lag_due(struct dl_sink_leg *leg)
{
    if (!leg->in_commit && !leg->lag_timer_runs && tell_offsets(leg))
        start_lag_timer(leg);
}

bool dl_sink_leg_last_offsets_are_told(struct dl_sink_leg *leg)
{
    if (!leg->said_last_offsets && !leg->in_commit) {
        leg->said_last_offsets = true;
        if (tell_offsets(leg))
            start_lag_timer(leg);
    }
    return !leg->in_commit || !leg->lag_timer_runs;
}

void dl_sink_leg_on_committed(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->in_commit = false;
    dl_sink_leg_move_on(leg);
}
