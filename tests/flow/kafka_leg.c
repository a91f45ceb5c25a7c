/* A worker as the tests over Kafka have it. */
#include "tests/flow/kafka_leg.h"

#include "tests/unit/cm.h"

static const enum dl_topic articles[] = {DL_TOPIC_ARTICLES};

static void on_assigned(void *leg, const struct dl_part *parts, uint32_t count)
{
    struct member *member = leg;
    member->assigned += count;
    for (uint32_t i = 0; i < count; i++)
        dl_bus_start(member->bus, parts[i], DL_OFFSET_COMMITTED);
    dl_loop_stop(member->loop);
}

static void on_revoked(void *leg, const struct dl_part *parts, uint32_t count, bool lost)
{
    struct member *member = leg;
    (void)parts;
    member->assigned -= count;
    member->losses += lost;
    member->aborting = true;
    dl_bus_abort(member->bus);
    dl_loop_stop(member->loop);
}

static void on_aborted(void *leg, const struct dl_error *why)
{
    struct member *member = leg;
    (void)why;
    member->aborted++;
    if (member->aborting)
        dl_bus_release(member->bus);
    member->aborting = false;
    dl_loop_stop(member->loop);
}

static void on_committed(void *leg)
{
    struct member *member = leg;
    member->committed++;
    dl_loop_stop(member->loop);
}

static void on_records(void *leg, struct dl_batch *batch)
{
    struct member *member = leg;
    member->records += batch->count;
    dl_batch_free(batch);
    dl_loop_stop(member->loop);
}

static void on_failed(void *leg, const struct dl_error *err)
{
    struct member *member = leg;
    member->failed = true;
    member->err = *err;
    dl_loop_stop(member->loop);
}

static void on_closed(void *leg)
{
    struct member *member = leg;
    member->closed = true;
    dl_loop_stop(member->loop);
}

const struct dl_bus_calls member_calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .committed = on_committed,
    .aborted = on_aborted,
    .failed = on_failed,
    .closed = on_closed,
};

void member_bark(void *ctx)
{
    fprintf(stderr, "members of a group: waited %d ms for %s\n", MEMBER_WAIT_MS, (const char *)ctx);
    abort();
}

void open_member(struct member *member, struct dl_log *log, struct dl_loop *loop)
{
    struct dl_error err;
    *member = (struct member){.loop = loop};
    struct dl_bus_want want = {.group = "work",
                               .slot = "0",
                               .topics = articles,
                               .topic_count = 1,
                               .transactional = true,
                               .calls = &member_calls,
                               .leg = member};
    if (dl_bus_open(log, loop, &want, &member->bus, &err) != DL_OK)
        fail_msg("open: %s", err.text);
}

void close_member(struct member *member)
{
    dl_bus_close(member->bus);
    MEMBER_WAIT(member->loop, member->closed);
    dl_bus_free(member->bus);
}
