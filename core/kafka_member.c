/* A member that its group will not have any longer is followed by another one, of the same name.
 *
 * librdkafka calls a consumer fatally broken when the group fences it: somebody joined under its
 * name since. That is another process with our slot, or nobody: a member that lost its coordinator
 * forgets its number and still sends a heartbeat, without one, to the coordinator that is back, and
 * is fenced by itself (librdkafka 2.0.2, Kafka 4.3; coordinators that come back with older news of
 * the group do the same). So the leg gives back what it had, as lost, and a new handle joins. Two
 * processes that take the place from each other that way notice it: whoever is fenced again and
 * again steps aside, at the second time already when no broker was away. */
#include "core/kafka_client.h"

#include "core/log.h"

#define FENCES_MAX 2
#define FENCES_CUT_MAX 5
#define SOON_MS 15000 /* two processes that take turns need some three seconds each */

/* Counts this fence in; whether it looks like somebody else's doing. */
static bool is_contested(struct kafka_client *client)
{
    uint64_t now_ms = dl_loop_now_ms(client->loop);
    bool soon = client->fences > 0 && now_ms - client->fenced_ms < SOON_MS;
    bool cut = client->cut_ms > 0 && now_ms - client->cut_ms < SOON_MS;
    client->fences = soon ? client->fences + 1 : 1;
    client->fenced_ms = now_ms;
    return client->fences >= (cut ? FENCES_CUT_MAX : FENCES_MAX);
}

static void step_aside(struct kafka_client *client, rd_kafka_resp_err_t code, const char *text)
{
    struct dl_error err;
    if (code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
        (void)dl_kafka_fail(client->log, &err, DL_FATAL,
                            "slot %s is taken over by another process (group %s): give each its "
                            "own slot",
                            client->slot, client->group);
    else
        (void)dl_kafka_fail(client->log, &err, DL_FATAL, "group %s: %s", client->group, text);
    dl_kafka_failed(client, &err);
}

void dl_kafka_member_lost(struct kafka_client *client, rd_kafka_resp_err_t code, const char *text)
{
    if (client->member_lost || client->failed || client->close != CLOSE_NOT)
        return;
    if (is_contested(client)) {
        step_aside(client, code, text);
        return;
    }
    dl_log_line(DL_LOG_WARN, "the group has given our place away, joining again",
                DL_LOG_Z("group", client->group), DL_LOG_Z("slot", client->slot),
                DL_LOG_Z("err", text));
    client->member_lost = true;
    dl_kafka_poke(client->pump);
}

static void join_again(struct kafka_client *client)
{
    struct dl_error err;
    rd_kafka_t *old = client->consumer;
    dl_kafka_pump_unwatch(client->events);
    rd_kafka_queue_destroy(client->events);
    client->events = NULL;
    client->consumer = NULL;
    dl_kafka_destroy(client, client->ask, old); /* behind the jobs that still use it */
    client->member_lost = client->loss_told = false;
    dl_status status = dl_kafka_group_open(client, &err);
    if (status == DL_OK)
        status = dl_kafka_group_join(client, &err);
    if (status != DL_OK)
        dl_kafka_failed(client, &err);
}

void dl_kafka_member_serve(struct kafka_client *client)
{
    if (!client->member_lost || client->failed || client->close != CLOSE_NOT)
        return;
    if (client->part_count > 0 && !client->revoke && !client->loss_told) {
        client->loss_told = true;
        dl_kafka_tell_revoked(client, true);
    }
    if (client->part_count == 0 && !client->revoke && !client->assigning && !client->in_commit)
        join_again(client);
}
