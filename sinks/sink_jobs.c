/* What the sink leg asks of its store, one job at a time, and what comes of it. */
#include "sinks/sink_leg.h"

#include "core/log.h"

#define RETRY_MS_MIN 100U
#define RETRY_MS_MAX 10000U

void dl_sink_leg_retry_due(void *ctx)
{
    struct dl_sink_leg *leg = ctx;
    leg->retry_wait = false;
    dl_sink_leg_move_on(leg);
}

static void wait_and_retry(struct dl_sink_leg *leg)
{
    leg->retry_ms = leg->retry_ms ? leg->retry_ms * 2 : RETRY_MS_MIN;
    if (leg->retry_ms > RETRY_MS_MAX)
        leg->retry_ms = RETRY_MS_MAX;
    leg->retry_wait = true;
    dl_timer_start(leg->loop, &leg->retry_timer, leg->retry_ms);
}

static void job_refused(struct dl_sink_leg *leg)
{
    wait_and_retry(leg);
    atomic_fetch_add(&leg->want.counters->retries, 1);
    atomic_store(&leg->want.counters->waiting, true);
    dl_log_line(DL_LOG_WARN, "the sink cannot store now, trying again",
                DL_LOG_Z("sink", leg->want.kind->name), DL_LOG_N("wait_ms", leg->retry_ms),
                DL_LOG_N("records_waiting", leg->pending_records),
                DL_LOG_Z("err", leg->job.err.text));
}

static void job_went_well(struct dl_sink_leg *leg)
{
    leg->retry_ms = 0;
    if (atomic_exchange(&leg->want.counters->waiting, false))
        dl_log_line(DL_LOG_INFO, "the sink stores again", DL_LOG_Z("sink", leg->want.kind->name));
}

/* Another member stored something of our partitions: forget what was read and ask anew. If the
 * partitions are no longer ours the log will say so; until then we stand where the store does. */
void dl_sink_leg_rejoin(struct dl_sink_leg *leg)
{
    dl_sink_leg_drop_pending(leg, true);
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (leg->parts[p].phase == PART_RUNNING)
            leg->parts[p].phase = PART_ASKING;
}

static void job_fenced(struct dl_sink_leg *leg)
{
    atomic_fetch_add(&leg->want.counters->fences, 1);
    dl_log_line(DL_LOG_WARN, "another member of the group stored here, starting again",
                DL_LOG_Z("sink", leg->want.kind->name), DL_LOG_Z("err", leg->job.err.text));
    dl_sink_leg_rejoin(leg);
    wait_and_retry(leg);
}

static void positions_came(struct dl_sink_leg *leg)
{
    for (uint32_t i = 0; i < leg->job.step_count; i++) {
        const struct dl_sink_step *step = &leg->job.steps[i];
        struct sink_part *part = &leg->parts[step->part.partition];
        if (part->phase != PART_ASKING || leg->revoking || leg->stopping)
            continue;
        bool was_paused = part->paused;
        part->phase = PART_RUNNING;
        part->stored = step->next;
        part->end = 0;
        part->paused = false;
        dl_sink_leg_tell_progress(leg, part);
        dl_bus_start(leg->bus, part->part, step->next ? step->next : DL_OFFSET_BEGIN);
        if (was_paused)
            dl_bus_resume(leg->bus, part->part);
    }
}

static void batch_stored(struct dl_sink_leg *leg)
{
    struct dl_sink_job *job = &leg->job;
    struct dl_sink_counters *counters = leg->want.counters;
    for (uint32_t i = 0; i < job->batch_count; i++) {
        struct sink_pending *pending = leg->first;
        leg->first = pending->next;
        dl_sink_leg_free_pending(leg, pending);
    }
    if (!leg->first)
        leg->last = NULL;
    else
        dl_sink_leg_start_batch_timer(leg);
    atomic_fetch_add(&counters->reports, job->reports);
    atomic_fetch_add(&counters->bytes, job->bytes);
    atomic_fetch_add(&counters->refused, job->refused);
    atomic_fetch_add(&counters->batches, 1);
    for (uint32_t i = 0; i < job->step_count; i++) {
        struct sink_part *part = &leg->parts[job->steps[i].part.partition];
        part->stored = job->steps[i].next;
        dl_sink_leg_tell_progress(leg, part);
    }
}

void dl_sink_leg_job_done(void *ctx)
{
    struct dl_sink_leg *leg = ((struct dl_sink_job *)ctx)->leg;
    enum leg_job was = leg->at_work;
    dl_status status = was == JOB_CLOSE ? DL_OK : leg->job.status;
    leg->at_work = JOB_NONE;
    if (status == DL_RETRY) {
        job_refused(leg);
    } else if (status == DL_NOT_FOUND && was == JOB_WRITE) {
        job_fenced(leg);
    } else if (status != DL_OK) {
        dl_sink_leg_fail(leg, &leg->job.err);
    } else {
        if (was != JOB_CLOSE)
            job_went_well(leg);
        if (was == JOB_ASK)
            positions_came(leg);
        else if (was == JOB_WRITE)
            batch_stored(leg);
    }
    dl_sink_leg_move_on(leg);
}

void dl_sink_leg_start_job(struct dl_sink_leg *leg, enum leg_job which, void (*run)(void *))
{
    assert(leg->at_work == JOB_NONE);
    leg->at_work = which;
    leg->job.work.run = run;
    dl_loop_work(leg->loop, DL_QUEUE_STORE, &leg->job.work);
}

bool dl_sink_leg_start_asking(struct dl_sink_leg *leg)
{
    uint32_t count = 0;
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (leg->parts[p].phase == PART_ASKING)
            leg->job.steps[count++] = (struct dl_sink_step){leg->parts[p].part, 0, 0};
    leg->job.step_count = count;
    if (count)
        dl_sink_leg_start_job(leg, JOB_ASK, dl_sink_job_ask);
    return count > 0;
}

static struct dl_sink_step *step_of(struct dl_sink_leg *leg, struct dl_part part)
{
    struct dl_sink_job *job = &leg->job;
    for (uint32_t i = 0; i < job->step_count; i++)
        if (job->steps[i].part.partition == part.partition)
            return &job->steps[i];
    struct dl_sink_step *step = &job->steps[job->step_count++];
    int64_t stored = leg->parts[part.partition].stored;
    *step = (struct dl_sink_step){part, stored, stored};
    return step;
}

void dl_sink_leg_start_write(struct dl_sink_leg *leg)
{
    struct dl_sink_job *job = &leg->job;
    uint32_t records = 0;
    size_t bytes = 0;
    job->batch_count = job->step_count = 0;
    for (struct sink_pending *p = leg->first; p && job->batch_count < DL_JOB_BATCHES_MAX;
         p = p->next) {
        if (records >= leg->want.batch_records || bytes >= leg->want.batch_bytes)
            break;
        struct dl_sink_step *step = step_of(leg, p->batch->part);
        assert(p->batch->records[0].offset >= step->next);
        step->next = p->batch->records[p->batch->count - 1].offset + 1;
        records += p->batch->count;
        bytes += p->batch->bytes;
        job->batches[job->batch_count++] = p->batch;
    }
    job->ingested_ms = dl_loop_wall_ms(leg->loop);
    leg->batch_due = false;
    dl_sink_leg_start_job(leg, JOB_WRITE, dl_sink_job_write);
}
