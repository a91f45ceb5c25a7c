/* The sink leg's work on the store thread. */
#include "sinks/job.h"

#include "core/log.h"
#include "proto/codec.h"

#define RANGE_TIMEOUT_MS 5000

void dl_sink_job_open(void *ctx)
{
    struct dl_sink_job *job = ctx;
    job->status = job->kind->open(&job->place, &job->store, &job->err);
}

void dl_sink_job_close(void *ctx)
{
    struct dl_sink_job *job = ctx;
    if (job->store)
        job->kind->close(job->store);
    job->store = NULL;
}

/* A store that is ahead of the log was filled from another one: waiting for the log to grow past
 * it would lose all that comes until then. */
static dl_status check_range(struct dl_sink_job *job, const struct dl_sink_step *step)
{
    int64_t first = 0;
    int64_t next = 0;
    dl_status status =
        dl_log_range(job->log, step->part, RANGE_TIMEOUT_MS, &first, &next, &job->err);
    if (status != DL_OK)
        return status;
    if (step->next > next)
        return dl_fail(&job->err, DL_BAD_CONFIG,
                       "%s: holds the %s of partition %d up to %lld, but the log ends at %lld: it "
                       "was filled from another log; give this sink a new place",
                       job->place.target, dl_topics[step->part.topic].name, step->part.partition,
                       (long long)step->next, (long long)next);
    return DL_OK;
}

void dl_sink_job_ask(void *ctx)
{
    struct dl_sink_job *job = ctx;
    job->status = DL_OK;
    for (uint32_t i = 0; i < job->step_count && job->status == DL_OK; i++) {
        struct dl_sink_step *step = &job->steps[i];
        job->status = job->kind->position(job->store, step->part, &step->next, &job->err);
        if (job->status == DL_OK && step->next > 0)
            job->status = check_range(job, step);
    }
}

static void log_refusal(const struct dl_sink_job *job, const struct dl_record *record,
                        const struct dl_error *err)
{
    dl_log_line(DL_LOG_ERROR, "report left out", DL_LOG_Z("sink", job->kind->name),
                DL_LOG_N("partition", record->part.partition), DL_LOG_N("offset", record->offset),
                DL_LOG_S("key", record->key), DL_LOG_Z("err", err->text));
}

static dl_status put_record(struct dl_sink_job *job, const struct dl_record *record)
{
    struct dl_error err;
    struct dl_sink_item item = {
        .record = record, .ingested_ms = job->ingested_ms, .arena = &job->arena};
    struct dl_report *report = NULL;
    if (!record->value.at) /* a tombstone: nothing of ours writes one */
        return DL_OK;
    dl_arena_reset(&job->arena);
    dl_status status = dl_report_unpack(record->value, &job->arena, &report, &err);
    item.report = report;
    if (status == DL_OK)
        status = job->kind->put(job->store, &item, &err);
    if (status == DL_BAD_INPUT || status == DL_TOO_BIG) {
        log_refusal(job, record, &err);
        job->refused++;
        return DL_OK;
    }
    if (status != DL_OK) {
        job->err = err;
        return status;
    }
    job->reports++;
    job->bytes += record->value.len;
    return DL_OK;
}

static dl_status put_batches(struct dl_sink_job *job)
{
    for (uint32_t b = 0; b < job->batch_count; b++) {
        const struct dl_batch *batch = job->batches[b];
        for (uint32_t i = 0; i < batch->count; i++) {
            dl_status status = put_record(job, &batch->records[i]);
            if (status != DL_OK)
                return status;
        }
    }
    return DL_OK;
}

void dl_sink_job_write(void *ctx)
{
    struct dl_sink_job *job = ctx;
    job->reports = job->bytes = job->refused = 0;
    job->status = job->kind->begin(job->store, &job->err);
    if (job->status == DL_OK)
        job->status = put_batches(job);
    if (job->status == DL_OK)
        job->status = job->kind->commit(job->store, job->steps, job->step_count, &job->err);
    if (job->status != DL_OK)
        job->kind->abort(job->store);
}
