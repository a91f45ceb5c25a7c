/* The member of a group: partitions come and go, their records arrive.
 *
 * Each partition's records wait in a queue of its own, so that a paused or not yet started
 * partition is simply not polled and what was fetched of it ahead is kept. An assignment is
 * answered with the committed offsets, so that fetching begins while the leg restores its state;
 * dl_bus_start() seeks only where it asks for another place. */
#include "core/kafka_client.h"

#include "core/log.h"

#define ASK_MS 5000
#define RETRY_MS 250

static struct kafka_part *find_part(struct kafka_client *client, struct dl_part part)
{
    for (uint32_t i = 0; i < client->part_count; i++)
        if (client->parts[i].part.topic == part.topic &&
            client->parts[i].part.partition == part.partition)
            return &client->parts[i];
    return NULL;
}

static rd_kafka_topic_partition_list_t *list_of(struct kafka_client *client, struct dl_part part)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, client->log->names[part.topic], part.partition);
    return list;
}

/* --- asking for committed offsets, on the ask thread --- */

static bool is_broken(const struct kafka_job *base)
{
    return rd_kafka_fatal_error(base->consumer, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Fills the list; asks until it is known. False when the client closes or the member is lost. */
static bool ask_committed(struct kafka_job *base, rd_kafka_topic_partition_list_t *list)
{
    struct kafka_client *client = base->client;
    for (;;) {
        rd_kafka_resp_err_t code =
            rd_kafka_committed(base->consumer, list, dl_kafka_patience(client, ASK_MS));
        for (int i = 0; i < list->cnt && !code; i++)
            code = list->elems[i].err;
        if (!code)
            return true;
        if (is_broken(base) || !dl_kafka_wait(client, RETRY_MS))
            return false;
    }
}

static int64_t next_of(const rd_kafka_topic_partition_t *elem)
{
    return elem->offset < 0 ? DL_OFFSET_BEGIN : elem->offset;
}

static int64_t to_kafka(int64_t offset)
{
    return offset == DL_OFFSET_BEGIN ? RD_KAFKA_OFFSET_BEGINNING
                                     : (offset == DL_OFFSET_END ? RD_KAFKA_OFFSET_END : offset);
}

/* --- assignment --- */

struct assign_job {
    struct kafka_job base;
    rd_kafka_event_t *event;
    bool known;
};

static void run_assign(struct kafka_job *base)
{
    struct assign_job *job = (struct assign_job *)base;
    job->known = ask_committed(base, rd_kafka_event_topic_partition_list(job->event));
}

static void take_parts(struct kafka_client *client, const rd_kafka_topic_partition_list_t *list)
{
    client->parts = dl_alloc((size_t)list->cnt * sizeof *client->parts);
    client->part_count = 0;
    client->turn = 0;
    for (int i = 0; i < list->cnt; i++) {
        enum dl_topic topic = dl_kafka_topic_of(client->log, list->elems[i].topic);
        if (topic == DL_TOPIC_COUNT)
            continue; /* only what was subscribed to is assigned */
        struct kafka_part *part = &client->parts[client->part_count++];
        part->part = (struct dl_part){topic, list->elems[i].partition};
        part->next = next_of(&list->elems[i]);
        part->queue = rd_kafka_queue_get_partition(client->consumer, list->elems[i].topic,
                                                   list->elems[i].partition);
        rd_kafka_queue_forward(part->queue, NULL);
        dl_kafka_pump_watch(client->pump, part->queue);
    }
}

static void tell_assigned(struct kafka_client *client)
{
    struct dl_part *parts = dl_alloc(client->part_count * sizeof *parts);
    for (uint32_t i = 0; i < client->part_count; i++)
        parts[i] = client->parts[i].part;
    client->calls.assigned(client->leg, parts, client->part_count);
    free(parts);
}

static void answer_assign(struct kafka_job *base)
{
    struct assign_job *job = (struct assign_job *)base;
    struct kafka_client *client = base->client;
    rd_kafka_topic_partition_list_t *list = rd_kafka_event_topic_partition_list(job->event);
    client->assigning--;
    if (client->close != CLOSE_NOT || client->member_lost || !job->known) {
        if (client->consumer)
            (void)rd_kafka_assign(client->consumer, NULL); /* leaving: nothing is wanted */
    } else {
        take_parts(client, list);
        for (int i = 0; i < list->cnt; i++)
            list->elems[i].offset = to_kafka(next_of(&list->elems[i]));
        rd_kafka_resp_err_t code = rd_kafka_assign(client->consumer, list);
        if (code)
            dl_kafka_unready(client, rd_kafka_err2str(code));
        else
            tell_assigned(client);
    }
    rd_kafka_event_destroy(job->event);
    free(job);
}

static void on_assign(struct kafka_client *client, rd_kafka_event_t *event)
{
    dl_kafka_group_drop_parts(client); /* an eager protocol starts from nothing */
    struct assign_job *job = dl_alloc(sizeof *job);
    job->base.run = run_assign;
    job->base.done = answer_assign;
    job->event = event;
    client->assigning++;
    dl_kafka_do(client, client->ask, &job->base);
}

/* --- revocation --- */

void dl_kafka_group_drop_parts(struct kafka_client *client)
{
    for (uint32_t i = 0; i < client->part_count; i++) {
        dl_kafka_pump_unwatch(client->parts[i].queue);
        rd_kafka_queue_destroy(client->parts[i].queue);
    }
    free(client->parts);
    client->parts = NULL;
    client->part_count = 0;
}

void dl_kafka_answer_revoke(struct kafka_client *client)
{
    rd_kafka_event_t *event = client->revoke;
    if (!event) {
        if (client->loss_told)
            dl_kafka_group_drop_parts(client);
        return;
    }
    client->revoke = NULL;
    dl_kafka_group_drop_parts(client);
    (void)rd_kafka_assign(client->consumer, NULL); /* a member that was fenced hears it anyway */
    rd_kafka_event_destroy(event);
}

void dl_kafka_tell_revoked(struct kafka_client *client, bool lost)
{
    struct dl_part *parts = dl_alloc(client->part_count * sizeof *parts);
    uint32_t count = client->part_count;
    for (uint32_t i = 0; i < count; i++)
        parts[i] = client->parts[i].part;
    client->calls.revoked(client->leg, parts, count, lost);
    free(parts);
}

static void on_revoke(struct kafka_client *client, rd_kafka_event_t *event)
{
    client->revoke = event;
    if (client->part_count == 0 || client->close != CLOSE_NOT)
        dl_kafka_answer_revoke(client);
    else
        dl_kafka_tell_revoked(client, rd_kafka_assignment_lost(client->consumer) != 0);
}

void dl_kafka_release(struct dl_bus *bus)
{
    struct kafka_client *client = kafka_client_of(bus);
    dl_kafka_answer_revoke(client);
    if (client->member_lost)
        dl_kafka_poke(client->pump);
}

/* --- starting a partition --- */

struct start_job {
    struct kafka_job base;
    struct dl_part part;
    uint64_t epoch;
    int64_t offset;
    bool done;
};

static bool seek(struct kafka_job *base, struct dl_part part, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = list_of(base->client, part);
    list->elems[0].offset = to_kafka(offset);
    rd_kafka_error_t *error =
        rd_kafka_seek_partitions(base->consumer, list, dl_kafka_patience(base->client, ASK_MS));
    bool done = !error && !list->elems[0].err;
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_topic_partition_list_destroy(list);
    return done;
}

static bool is_assigned(const struct kafka_job *base, struct dl_part part)
{
    rd_kafka_topic_partition_list_t *list = NULL;
    if (is_broken(base) || rd_kafka_assignment(base->consumer, &list) || !list)
        return false;
    bool found = rd_kafka_topic_partition_list_find(list, base->client->log->names[part.topic],
                                                    part.partition) != NULL;
    rd_kafka_topic_partition_list_destroy(list);
    return found;
}

static void run_start(struct kafka_job *base)
{
    struct start_job *job = (struct start_job *)base;
    struct kafka_client *client = base->client;
    if (job->offset == DL_OFFSET_COMMITTED) {
        rd_kafka_topic_partition_list_t *list = list_of(client, job->part);
        bool known = ask_committed(base, list);
        job->offset = next_of(&list->elems[0]);
        rd_kafka_topic_partition_list_destroy(list);
        if (!known)
            return;
    }
    /* Refused until rdkafka has begun to fetch; a partition that went away is not sought. */
    while (!job->done && is_assigned(base, job->part)) {
        job->done = seek(base, job->part, job->offset);
        if (!job->done && !dl_kafka_wait(client, RETRY_MS / 10))
            return;
    }
}

static void start_done(struct kafka_job *base)
{
    struct start_job *job = (struct start_job *)base;
    struct kafka_client *client = base->client;
    struct kafka_part *part = find_part(client, job->part);
    if (part && job->done && part->epoch == job->epoch && part->phase == PART_STARTING) {
        part->phase = PART_RUNNING;
        part->next = job->offset;
        part->ended = false;
    }
    free(job);
}

void dl_kafka_start(struct dl_bus *bus, struct dl_part which, int64_t offset)
{
    struct kafka_client *client = kafka_client_of(bus);
    struct kafka_part *part = find_part(client, which);
    if (!part || client->revoke || client->member_lost)
        return; /* went away a moment ago; the leg hears of it */
    bool fresh = part->phase == PART_WAITING && part->epoch == 0;
    part->epoch++;
    part->paused = false;
    if (fresh && (offset == DL_OFFSET_COMMITTED || offset == part->next)) {
        part->phase = PART_RUNNING; /* the assignment put it there */
        dl_kafka_poke(client->pump);
        return;
    }
    struct start_job *job = dl_alloc(sizeof *job);
    job->base.run = run_start;
    job->base.done = start_done;
    job->part = which;
    job->epoch = part->epoch;
    job->offset = offset;
    part->phase = PART_STARTING;
    dl_kafka_do(client, client->ask, &job->base);
}

void dl_kafka_group_rewind(struct kafka_client *client)
{
    for (uint32_t i = 0; i < client->part_count; i++) {
        client->parts[i].phase = PART_WAITING;
        client->parts[i].epoch++;
    }
}

/* --- pausing: the partition's queue is left alone --- */

void dl_kafka_pause(struct dl_bus *bus, struct dl_part which)
{
    struct kafka_part *part = find_part(kafka_client_of(bus), which);
    if (part)
        part->paused = true;
}

void dl_kafka_resume(struct dl_bus *bus, struct dl_part which)
{
    struct kafka_part *part = find_part(kafka_client_of(bus), which);
    if (part && part->paused) {
        part->paused = false;
        dl_kafka_poke(kafka_client_of(bus)->pump);
    }
}

/* --- positions --- */

struct position_job {
    struct kafka_job base;
    struct dl_part part;
    dl_bus_position_fn *ret;
    rd_kafka_topic_partition_list_t *list;
    bool known;
};

static void run_position(struct kafka_job *base)
{
    struct position_job *job = (struct position_job *)base;
    job->known = ask_committed(base, job->list);
    if (!job->known)
        (void)dl_kafka_wait(base->client, RETRY_MS); /* until there is another member */
}

static void position_done(struct kafka_job *base)
{
    struct position_job *job = (struct position_job *)base;
    struct kafka_client *client = base->client;
    if (!job->known && client->close == CLOSE_NOT && client->consumer) { /* the next one knows */
        dl_kafka_do(client, client->ask, base);
        return;
    }
    const rd_kafka_topic_partition_t *elem = &job->list->elems[0];
    struct dl_position position = {job->part, next_of(elem), {"", 0}};
    if (elem->offset >= 0 && elem->metadata)
        position.note = (dl_str){elem->metadata, elem->metadata_size};
    if (job->known && client->close == CLOSE_NOT)
        job->ret(client->leg, &position);
    rd_kafka_topic_partition_list_destroy(job->list);
    free(job);
}

void dl_kafka_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(client->consumer);
    struct position_job *job = dl_alloc(sizeof *job);
    job->base.run = run_position;
    job->base.done = position_done;
    job->part = part;
    job->ret = ret;
    job->list = list_of(client, part);
    dl_kafka_do(client, client->ask, &job->base);
}

/* --- records --- */

/* Retention or a topic made anew took the place away: the first record that is left is next. */
static void start_over(struct kafka_client *client, struct kafka_part *part)
{
    dl_log_line(DL_LOG_WARN, "offset is no longer in the log, going on with the first that is",
                DL_LOG_Z("topic", client->log->names[part->part.topic]),
                DL_LOG_N("partition", part->part.partition), DL_LOG_N("offset", part->next));
    dl_kafka_start(&client->base, part->part, DL_OFFSET_BEGIN);
}

static void on_part_event(struct kafka_client *client, struct kafka_part *part,
                          rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        rd_kafka_topic_partition_t *at = rd_kafka_event_topic_partition(event);
        if (at && at->offset >= part->next) {
            part->next = at->offset; /* what lies between are marks of transactions */
            part->ended = true;
            if (client->calls.end)
                client->calls.end(client->leg, part->part, part->next);
        }
        if (at)
            rd_kafka_topic_partition_destroy(at);
    } else if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
               code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        start_over(client, part);
    } else {
        dl_kafka_heard(client, client->consumer, event);
    }
    rd_kafka_event_destroy(event);
}

/* One batch of one partition; false when its queue was empty. The leg may do anything to its
 * partitions but lose them inside its calls. */
static bool serve_part(struct kafka_client *client, struct kafka_part *part, uint32_t *budget)
{
    struct kafka_fetched fetched[DL_KAFKA_BATCH_RECORDS];
    rd_kafka_event_t *other;
    uint32_t most = *budget < DL_KAFKA_BATCH_RECORDS ? *budget : DL_KAFKA_BATCH_RECORDS;
    uint32_t count = dl_kafka_fetch(part->queue, &part->next, fetched, most, &other);
    *budget -= count;
    uint64_t epoch = part->epoch;
    if (count > 0) {
        part->ended = false;
        struct dl_batch *batch = dl_kafka_batch(part->part, fetched, count);
        client->calls.records(client->leg, batch);
    }
    if (other && part->epoch == epoch)
        on_part_event(client, part, other);
    else if (other)
        rd_kafka_event_destroy(other);
    return count > 0 || other;
}

static void serve_parts(struct kafka_client *client, uint32_t *budget)
{
    uint32_t idle = 0;
    while (*budget > 0 && idle < client->part_count && !client->revoke && !client->member_lost &&
           client->close == CLOSE_NOT) {
        struct kafka_part *part = &client->parts[client->turn++ % client->part_count];
        if (part->phase == PART_RUNNING && !part->paused && serve_part(client, part, budget))
            idle = 0;
        else
            idle++;
    }
}

static void on_event(struct kafka_client *client, rd_kafka_event_t *event)
{
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE && !client->member_lost) {
        if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
            on_assign(client, event);
        else
            on_revoke(client, event);
        return;
    }
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
        dl_kafka_heard(client, client->consumer, event);
    rd_kafka_event_destroy(event);
}

void dl_kafka_group_serve(struct kafka_client *client, uint32_t *budget)
{
    if (!client->consumer || !client->events)
        return;
    rd_kafka_event_t *event;
    while (*budget > 0 && (event = rd_kafka_queue_poll(client->events, 0))) {
        --*budget;
        on_event(client, event);
    }
    serve_parts(client, budget);
}

/* --- life --- */

dl_status dl_kafka_group_open(struct kafka_client *client, struct dl_error *err)
{
    dl_status status = dl_kafka_handle(client->log, KAFKA_MEMBER, client->group, client->id,
                                       &client->consumer, err);
    if (status != DL_OK)
        return status;
    client->events = rd_kafka_queue_get_consumer(client->consumer);
    dl_kafka_pump_watch(client->pump, client->events);
    return DL_OK;
}

dl_status dl_kafka_group_join(struct kafka_client *client, struct dl_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    for (uint32_t i = 0; i < client->topic_count; i++)
        rd_kafka_topic_partition_list_add(list, client->log->names[client->topics[i]],
                                          RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(client->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code)
        return dl_kafka_fail(client->log, err, DL_FATAL, "group %s: %s", client->group,
                             rd_kafka_err2str(code));
    return DL_OK;
}
