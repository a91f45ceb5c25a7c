/* Batches that were read and wait to be stored. */
#include "sinks/sink_leg.h"

static struct sink_part *part_of(struct dl_sink_leg *leg, const struct dl_batch *batch)
{
    return &leg->parts[batch->part.partition];
}

void dl_sink_leg_free_pending(struct dl_sink_leg *leg, struct sink_pending *pending)
{
    leg->pending_bytes -= pending->batch->bytes;
    leg->pending_records -= pending->batch->count;
    part_of(leg, pending->batch)->waiting--;
    dl_batch_free(pending->batch);
    free(pending);
}

void dl_sink_leg_drop_pending(struct dl_sink_leg *leg, bool all)
{
    assert(leg->at_work != JOB_WRITE);
    struct sink_pending **link = &leg->first;
    leg->last = NULL;
    while (*link) {
        struct sink_pending *pending = *link;
        if (all || leg->revoked[pending->batch->part.partition]) {
            *link = pending->next;
            dl_sink_leg_free_pending(leg, pending);
        } else {
            leg->last = pending;
            link = &pending->next;
        }
    }
    leg->batch_due = leg->batch_due && leg->first;
}

void dl_sink_leg_start_batch_timer(struct dl_sink_leg *leg)
{
    if (leg->batch_timer_runs)
        return;
    leg->batch_timer_runs = true;
    dl_timer_start(leg->loop, &leg->batch_timer, leg->want.batch_ms);
}

void dl_sink_leg_on_records(void *ctx, struct dl_batch *batch)
{
    struct dl_sink_leg *leg = ctx;
    struct sink_part *part = part_of(leg, batch);
    if (part->phase != PART_RUNNING || leg->stopping || batch->count == 0) {
        dl_batch_free(batch);
        return;
    }
    struct sink_pending *pending = dl_alloc(sizeof *pending);
    pending->batch = batch;
    if (leg->last)
        leg->last->next = pending;
    else
        leg->first = pending;
    leg->last = pending;
    leg->pending_bytes += batch->bytes;
    leg->pending_records += batch->count;
    part->waiting++;
    if (leg->pending_bytes > leg->want.pending_bytes_max && !part->paused) {
        part->paused = true;
        dl_bus_pause(leg->bus, part->part);
    }
    dl_sink_leg_start_batch_timer(leg);
    dl_sink_leg_move_on(leg);
}

void dl_sink_leg_batch_timer_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->batch_timer_runs = false;
    leg->batch_due = leg->first != NULL;
    dl_sink_leg_move_on(leg);
}

/* Hysteresis: a pause that lasts is worth its asking. */
void dl_sink_leg_resume_parts(struct dl_sink_leg *leg)
{
    if (leg->pending_bytes > leg->want.pending_bytes_max / 2)
        return;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct sink_part *part = &leg->parts[p];
        if (part->paused && part->phase == PART_RUNNING) {
            part->paused = false;
            dl_bus_resume(leg->bus, part->part);
        }
    }
}
