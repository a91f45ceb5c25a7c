/* A log of Kafka and its clients: opening, the loop's turn, readiness, closing. What is said to
 * the brokers is in the kafka_*.c files. */
#include "core/bus_kafka.h"

#include "core/kafka_client.h"
#include "core/log.h"

#define TICK_MS 500
#define CLOSE_TICK_MS 20
#define PROBE_MS 1000

/* --- readiness --- */

void dl_kafka_failed(struct kafka_client *client, const struct dl_error *err)
{
    if (client->failed || client->close != CLOSE_NOT)
        return;
    client->failed = true;
    client->calls.failed(client->leg, err);
}

static void tell_ready(struct kafka_client *client, bool ready, const struct dl_error *why)
{
    if (client->told_ready && client->ready == ready)
        return;
    client->told_ready = true;
    client->ready = ready;
    if (client->calls.ready && client->close == CLOSE_NOT)
        client->calls.ready(client->leg, ready, why);
}

struct probe_job {
    struct kafka_job base;
    bool answered;
};

static void run_probe(struct kafka_job *base)
{
    uint32_t count;
    ((struct probe_job *)base)->answered =
        dl_kafka_partitions(&base->client->log->base, base->client->topics[0], &count, NULL) ==
        DL_OK;
}

static void probed(struct kafka_job *base)
{
    base->client->probing = false;
    if (((struct probe_job *)base)->answered)
        tell_ready(base->client, true, NULL);
    free(base);
}

/* While unready: asks now and then whether the brokers are back. */
static void probe(struct kafka_client *client)
{
    if (client->probing || !client->told_ready || client->ready || client->close != CLOSE_NOT)
        return;
    struct probe_job *job = dl_alloc(sizeof *job);
    job->base.run = run_probe;
    job->base.done = probed;
    client->probing = true;
    dl_kafka_do(client, client->ask, &job->base);
}

void dl_kafka_unready(struct kafka_client *client, const char *why)
{
    struct dl_error err;
    (void)dl_kafka_fail(client->log, &err, DL_RETRY, "%s", why);
    tell_ready(client, false, &err);
}

static void fail_of_handle(struct kafka_client *client, rd_kafka_t *handle)
{
    char text[256] = "";
    struct dl_error err;
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle, text, sizeof text);
    if (handle == client->producer) {
        if (!client->transactional)
            dl_kafka_renew(client); /* transactions find out at their end */
    } else if (handle == client->consumer) {
        dl_kafka_member_lost(client, code, text);
    } else {
        (void)dl_kafka_fail(client->log, &err, DL_FATAL, "reading back: %s", text);
        dl_kafka_failed(client, &err);
    }
}

/* A broker that goes away or does not come: what a member is told afterwards may be its fault. */
static bool is_cut(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

static bool is_refused(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE;
}

void dl_kafka_heard(struct kafka_client *client, rd_kafka_t *handle, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    const char *text = rd_kafka_event_error_string(event);
    if (is_cut(code))
        client->cut_ms = dl_loop_now_ms(client->loop);
    if (code == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_event_error_is_fatal(event)) {
        fail_of_handle(client, handle);
    } else if (is_refused(code)) {
        struct dl_error err;
        (void)dl_kafka_fail(client->log, &err, DL_FATAL, "%s", text);
        dl_kafka_failed(client, &err);
    } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
               code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
               code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
               code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
        dl_kafka_unready(client, text);
    } else {
        dl_log_line(DL_LOG_DEBUG, "kafka", DL_LOG_Z("err", text));
    }
}

/* --- starting: the check and the producer, then the group --- */

struct check_job {
    struct kafka_job base;
    dl_status status;
    struct dl_error err;
};

static bool go_on(void *ctx)
{
    return !atomic_load(&((struct kafka_client *)ctx)->closing);
}

static void run_check(struct kafka_job *base)
{
    struct check_job *job = (struct check_job *)base;
    job->status =
        dl_kafka_start_check(base->client->log, DL_KAFKA_START_MS, go_on, base->client, &job->err);
}

static void checked(struct kafka_job *base)
{
    struct check_job *job = (struct check_job *)base;
    struct kafka_client *client = base->client;
    if (client->close == CLOSE_NOT) {
        if (job->status != DL_OK) {
            dl_kafka_failed(client, &job->err);
        } else {
            tell_ready(client, true, NULL);
            client->checked = true;
            if (client->transactional && client->writer == WRITER_OPEN)
                dl_kafka_writer_ready(client); /* the transactional id was there first */
        }
    }
    free(job);
}

static void join_when_ready(struct kafka_client *client)
{
    if (client->joined || !client->checked || !client->consumer || client->writer != WRITER_OPEN ||
        client->close != CLOSE_NOT)
        return;
    struct dl_error err;
    client->joined = true;
    if (dl_kafka_group_join(client, &err) != DL_OK)
        dl_kafka_failed(client, &err);
}

/* --- closing --- */

static void leave_group(struct kafka_client *client)
{
    if (client->consumer) {
        dl_kafka_answer_revoke(client);
        (void)rd_kafka_unsubscribe(client->consumer); /* the handle goes in any case */
    }
    client->close = CLOSE_LEAVE;
}

/* Nothing is assigned any more, or it takes too long. */
static bool has_left(struct kafka_client *client, bool late)
{
    rd_kafka_topic_partition_list_t *list = NULL;
    if (!client->consumer || late)
        return true;
    bool left = client->joined == false ||
                (rd_kafka_assignment(client->consumer, &list) == 0 && list && list->cnt == 0);
    if (list)
        rd_kafka_topic_partition_list_destroy(list);
    return left;
}

static void close_group(struct kafka_client *client)
{
    dl_kafka_group_drop_parts(client);
    if (client->consumer) {
        rd_kafka_error_t *error = rd_kafka_consumer_close_queue(client->consumer, client->events);
        if (error)
            rd_kafka_error_destroy(error);
    }
    client->close = CLOSE_GROUP;
}

static void handles_gone(struct kafka_job *job)
{
    job->client->close_waits = false;
    free(job);
}

static void nothing(struct kafka_job *job)
{
    (void)job; /* the jobs before it are what is waited for */
}

static void destroy_handles(struct kafka_client *client)
{
    dl_kafka_restore_drop(client);
    if (client->events) {
        dl_kafka_pump_unwatch(client->events);
        rd_kafka_queue_destroy(client->events);
        client->events = NULL;
    }
    dl_kafka_writer_drop(client);
    if (client->consumer)
        dl_kafka_destroy(client, client->ask, client->consumer);
    if (client->producer)
        dl_kafka_destroy(client, client->ask, client->producer);
    client->consumer = NULL;
    client->producer = NULL;
    struct kafka_job *job = dl_alloc(sizeof *job);
    job->run = nothing;
    job->done = handles_gone;
    client->close_waits = true;
    client->close = CLOSE_HANDLES;
    dl_kafka_do(client, client->ask, job);
}

static void tell_closed(struct kafka_client *client)
{
    client->close = CLOSE_DONE;
    dl_timer_close(client->loop, &client->tick);
    if (!client->abandoned) {
        dl_kafka_thread_stop(client->ask);
        dl_kafka_thread_stop(client->end);
        client->ask = client->end = NULL;
    }
    client->calls.closed(client->leg);
}

/* One step further where the present one is done; true when `closed` was told. */
static bool close_step(struct kafka_client *client)
{
    uint64_t age_ms = dl_loop_now_ms(client->loop) - client->close_start_ms;
    if (age_ms > DL_KAFKA_CLOSE_MS) {
        dl_log_line(DL_LOG_WARN, "closing takes too long, leaving without",
                    DL_LOG_N("step", client->close));
        client->abandoned = true;
        tell_closed(client);
        return true;
    }
    if (client->close == CLOSE_WRITER && !client->close_waits)
        leave_group(client);
    if (client->close == CLOSE_LEAVE && has_left(client, age_ms > DL_KAFKA_CLOSE_MS * 6 / 10))
        close_group(client);
    if (client->close == CLOSE_GROUP &&
        (!client->consumer || rd_kafka_consumer_closed(client->consumer) ||
         age_ms > DL_KAFKA_CLOSE_MS * 7 / 10))
        destroy_handles(client);
    if (client->close == CLOSE_HANDLES && !client->close_waits) {
        tell_closed(client);
        return true;
    }
    return false;
}

static void kafka_close(struct dl_bus *bus)
{
    struct kafka_client *client = kafka_client_of(bus);
    if (client->close != CLOSE_NOT)
        return;
    client->close_start_ms = dl_loop_now_ms(client->loop);
    uv_mutex_lock(&client->mutex);
    atomic_store(&client->close_end_ns, uv_hrtime() + DL_KAFKA_CLOSE_MS * 500000ULL);
    atomic_store(&client->closing, true);
    uv_cond_broadcast(&client->stopped);
    uv_mutex_unlock(&client->mutex);
    client->close = CLOSE_WRITER;
    dl_kafka_writer_close(client);
    dl_timer_start(client->loop, &client->tick, CLOSE_TICK_MS);
}

/* --- the loop's turn --- */

static void run_done(struct kafka_client *client)
{
    uv_mutex_lock(&client->mutex);
    struct kafka_job *job = client->done_first;
    client->done_first = client->done_last = NULL;
    uv_mutex_unlock(&client->mutex);
    while (job) {
        struct kafka_job *next = job->next;
        job->done(job);
        job = next;
    }
}

/* True when the client said `closed` and may be gone. */
static bool serve(struct kafka_client *client)
{
    uint32_t budget = DL_KAFKA_BURST;
    if (client->close == CLOSE_DONE)
        return true;
    run_done(client);
    join_when_ready(client);
    dl_kafka_member_serve(client);
    dl_kafka_writer_serve(client, &budget);
    dl_kafka_restore_serve(client, &budget);
    dl_kafka_group_serve(client, &budget);
    if (budget == 0)
        dl_kafka_poke(client->pump); /* more waits; the loop looks at others first */
    return client->close != CLOSE_NOT && close_step(client);
}

static void on_poke(void *ctx)
{
    (void)serve(ctx);
}

static void on_tick(void *ctx)
{
    struct kafka_client *client = ctx;
    if (serve(client))
        return;
    probe(client);
    dl_kafka_end_watch(client);
    dl_timer_start(client->loop, &client->tick,
                   client->close == CLOSE_NOT ? TICK_MS : CLOSE_TICK_MS);
}

/* --- life of a client --- */

static void name_client(struct kafka_client *client, const struct dl_bus_want *want)
{
    char text[512];
    client->slot = dl_strdup(want->slot ? want->slot : "0");
    if (want->group) {
        snprintf(text, sizeof text, "%s-%s", client->log->prefix, want->group);
        client->group = dl_strdup(text);
    }
    snprintf(text, sizeof text, "%s-%s-%s", client->log->prefix,
             want->group ? want->group : "produce", client->slot);
    client->id = dl_strdup(text);
}

static void free_client(struct kafka_client *client)
{
    if (client->abandoned)
        return; /* threads still use it; the process is about to end */
    while (client->done_first) {
        struct kafka_job *next = client->done_first->next;
        client->done_first->done(client->done_first);
        client->done_first = next;
    }
    dl_kafka_restore_free(client);
    dl_kafka_thread_stop(client->ask);
    dl_kafka_thread_stop(client->end);
    uv_cond_destroy(&client->stopped);
    uv_mutex_destroy(&client->mutex);
    free(client->slot);
    free(client->group);
    free(client->id);
    free(client);
}

static void kafka_free(struct dl_bus *bus)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(client->close == CLOSE_DONE);
    dl_kafka_pump_free(client->pump, client->abandoned);
    free_client(client);
}

static dl_status open_handles(struct kafka_client *client, struct dl_error *err)
{
    dl_status status = dl_kafka_writer_open(client, err);
    if (status == DL_OK && client->group)
        status = dl_kafka_group_open(client, err);
    if (status != DL_OK && client->producer) {
        dl_kafka_writer_drop(client);
        rd_kafka_destroy(client->producer);
    }
    return status;
}

static dl_status kafka_open(struct dl_log *base, struct dl_loop *loop,
                            const struct dl_bus_want *want, struct dl_bus **ret_bus,
                            struct dl_error *err)
{
    struct kafka_client *client = dl_alloc(sizeof *client);
    client->base.kind = base->kind;
    client->log = (struct kafka_log *)base;
    client->loop = loop;
    client->calls = *want->calls;
    client->leg = want->leg;
    client->topic_count = want->topic_count;
    for (uint32_t i = 0; i < want->topic_count; i++)
        client->topics[i] = want->topics[i];
    client->transactional = want->transactional;
    client->own_offsets = want->own_offsets;
    name_client(client, want);
    client->ask = dl_kafka_thread_new();
    client->end = dl_kafka_thread_new();
    if (uv_mutex_init(&client->mutex) || uv_cond_init(&client->stopped))
        abort(); /* no memory for a mutex */
    client->pump = dl_kafka_pump_new(loop, on_poke, client);
    dl_status status = open_handles(client, err);
    if (status != DL_OK) {
        dl_kafka_pump_free(client->pump, false);
        free_client(client);
        return status;
    }
    client->tick = (struct dl_timer){on_tick, client, NULL};
    dl_timer_start(loop, &client->tick, TICK_MS);
    struct check_job *job = dl_alloc(sizeof *job);
    job->base.run = run_check;
    job->base.done = checked;
    dl_kafka_do(client, client->ask, &job->base);
    if (client->transactional) {
        dl_kafka_init_writer(client); /* meanwhile: each waits for the brokers */
        dl_kafka_restore_warm(client);
    }
    *ret_bus = &client->base;
    return DL_OK;
}

/* --- life of a log --- */

static void kafka_free_log(struct dl_log *base)
{
    struct kafka_log *log = (struct kafka_log *)base;
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        if (log->looked[t])
            rd_kafka_topic_destroy(log->looked[t]);
        free(log->names[t]);
    }
    if (log->looker)
        rd_kafka_destroy_flags(log->looker, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    for (uint32_t i = 0; i < log->prop_count; i++) {
        free(log->props[i].name);
        free(log->props[i].value);
    }
    free(log->props);
    free(log->prefix);
    free(log->brokers);
    free(log);
}

static const struct dl_bus_kind kafka_kind = {
    .open = kafka_open,
    .start = dl_kafka_start,
    .pause = dl_kafka_pause,
    .resume = dl_kafka_resume,
    .release = dl_kafka_release,
    .committed = dl_kafka_committed,
    .send = dl_kafka_send,
    .commit = dl_kafka_commit,
    .abort = dl_kafka_abort,
    .restore = dl_kafka_restore,
    .close = kafka_close,
    .free = kafka_free,
    .reach = dl_kafka_reach_log,
    .range = dl_kafka_range,
    .group_next = dl_kafka_group_next,
    .partitions = dl_kafka_partitions,
    .free_log = kafka_free_log,
};

/* Makes and drops a handle of each role, so that a bad property is refused at once. */
static dl_status try_roles(struct kafka_log *log, struct dl_error *err)
{
    static const enum kafka_role roles[] = {KAFKA_MEMBER, KAFKA_SENDER, KAFKA_WRITER};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        rd_kafka_t *handle;
        dl_status status = dl_kafka_handle(log, roles[i], log->prefix, log->prefix, &handle, err);
        if (status != DL_OK)
            return status;
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    return DL_OK;
}

dl_status dl_bus_at_brokers(const char *brokers, const char *prefix,
                            const struct dl_property *props, uint32_t count, struct dl_log **ret,
                            struct dl_error *err)
{
    struct kafka_log *log = dl_alloc(sizeof *log);
    log->base.kind = &kafka_kind;
    atomic_store(&log->offsets_version, INT_MAX);
    log->brokers = dl_strdup(brokers);
    log->prefix = dl_strdup(prefix);
    log->props = dl_alloc((count + 1) * sizeof *log->props);
    log->prop_count = count;
    for (uint32_t i = 0; i < count; i++)
        log->props[i] = (struct dl_property){dl_strdup(props[i].name), dl_strdup(props[i].value)};
    for (int t = 0; t < DL_TOPIC_COUNT; t++) {
        char name[256];
        snprintf(name, sizeof name, "%s.%s", prefix, dl_topics[t].name);
        log->names[t] = dl_strdup(name);
    }
    dl_status status = dl_kafka_handle(log, KAFKA_LOOKER, NULL, NULL, &log->looker, err);
    for (int t = 0; t < DL_TOPIC_COUNT && status == DL_OK; t++) {
        log->looked[t] = rd_kafka_topic_new(log->looker, log->names[t], NULL);
        if (!log->looked[t])
            status =
                dl_kafka_fail(log, err, DL_BAD_CONFIG, "prefix '%s' makes no topic name", prefix);
    }
    if (status == DL_OK)
        status = try_roles(log, err);
    if (status != DL_OK) {
        kafka_free_log(&log->base);
        return status;
    }
    *ret = &log->base;
    return DL_OK;
}

const char *dl_kafka_version(void)
{
    return rd_kafka_version_str();
}
