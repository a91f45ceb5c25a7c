/* What is finished goes to the log, in the order of the articles of each partition. */
#include "workers/work_leg.h"

#include "workers/outcome.h"

#define COMMIT_BYTES (12U << 20) /* of reports and mentions: half of what librdkafka may hold */

static dl_status send(void *ctx, const struct dl_record *record)
{
    struct dl_work_leg *leg = ctx;
    dl_status status = dl_bus_send(leg->bus, record, NULL);
    if (status == DL_RETRY)
        leg->full = true;
    else
        leg->uncommitted_bytes += record->value.len;
    return status;
}

/* The version this article must have now, or 0 for a repeat. */
static uint32_t version_due(const struct work_part *part, const struct dl_coded *coded)
{
    const struct dl_seen_entry *entry = dl_seen_find(&part->seen, coded->article_id);
    if (!entry)
        return coded->version;
    if (dl_seen_same_content(entry, coded->content_hash))
        return 0;
    return coded->version > entry->version ? coded->version : entry->version + 1;
}

/* Sends all that one article leads to; DL_RETRY leaves `slice->step` where to go on. */
static dl_status send_article(struct dl_work_leg *leg, struct work_part *part,
                              struct dl_slice *slice)
{
    struct dl_slice_result *result = &slice->results[slice->sent];
    struct dl_outcome outcome = {
        .input = &slice->records[slice->sent],
        .coded = &result->coded,
        .step = &slice->step,
        .arena = &leg->arena,
        .send = send,
        .ctx = leg,
        .counters = &leg->pending,
    };
    dl_arena_reset(&leg->arena);
    if (result->status != DL_OK)
        return dl_outcome_dead(&outcome, result->status, &result->err);
    if (slice->step == 0) {
        uint32_t version = version_due(part, &result->coded);
        if (version == 0)
            return dl_outcome_repeat(&outcome, dl_seen_find(&part->seen, result->coded.article_id));
        if (version != result->coded.version) {
            slice->again = slice->sent;
            slice->again_version = version;
            dl_work_code_slice(leg, slice);
            return DL_NOT_FOUND; /* not yet: it is being coded again */
        }
    }
    return dl_outcome_report(&outcome, &part->seen);
}

bool dl_work_is_enough(const struct dl_work_leg *leg)
{
    return leg->uncommitted >= leg->want.commit_records || leg->uncommitted_bytes >= COMMIT_BYTES;
}

/* Sends what is finished of one partition, in order. False when the log takes no more now. */
static bool send_part(struct dl_work_leg *leg, struct work_part *part)
{
    while (part->first && part->first->done) {
        struct dl_slice *slice = part->first;
        for (uint32_t i = slice->sent; i < slice->count; i++)
            dl_seen_expect(&part->seen, slice->results[i].coded.article_id);
        while (slice->sent < slice->count) {
            dl_status status = send_article(leg, part, slice);
            if (status == DL_RETRY)
                return false;
            if (status == DL_NOT_FOUND)
                return true;
            slice->step = 0;
            part->next = slice->records[slice->sent].offset + 1;
            part->dirty = true;
            leg->pending.articles++;
            leg->pending.bytes += slice->records[slice->sent].value.len;
            slice->sent++;
            leg->uncommitted++;
            if (dl_work_is_enough(leg))
                return false; /* goes on when that much is committed */
        }
        part->first = slice->next;
        if (!part->first)
            part->last = NULL;
        dl_work_drop_slice(leg, slice);
        dl_work_pass_marks(part);
    }
    return true;
}

/* An article that was cut short by a full log goes on first: its partition keeps the turn. */
void dl_work_send_more(struct dl_work_leg *leg)
{
    if (leg->in_commit || leg->in_abort || leg->full)
        return;
    for (uint32_t i = 0; i < DL_PARTITIONS_MAX; i++) {
        if (!send_part(leg, &leg->parts[leg->turn]))
            return;
        leg->turn = (leg->turn + 1) % DL_PARTITIONS_MAX;
    }
}

bool dl_work_pass_marks(struct work_part *part)
{
    if (part->first || part->end <= part->next)
        return false;
    part->next = part->end;
    part->dirty = true;
    return true;
}
