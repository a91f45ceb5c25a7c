/* A client of the embedded log: the loop's side of the contract. */
#include "core/bus_local.h"

#include "core/local_client.h"

#include <unistd.h>

#define OUT_BYTES_MAX (16U << 20)  /* waiting for the writer, per client; then DL_RETRY */
#define FLUSH_BYTES (1U << 20)     /* sends outside transactions go in portions of this */
#define TELL_BURST 256             /* items told before other work of the loop has its turn */
#define POSITION_NOTE_MAX 256U

static struct local_client *of(struct dl_bus *bus)
{
    return (struct local_client *)bus;
}

/* --- the inbox --- */

struct inbox_item *dl_local_item(enum inbox_kind kind, struct dl_part part)
{
    struct inbox_item *item = dl_alloc(sizeof *item);
    item->kind = kind;
    item->part = part;
    return item;
}

static size_t fetched_bytes(const struct inbox_item *item)
{
    return item->batch ? item->batch->bytes + 64 : 0; /* an empty one still is one */
}

void dl_local_tell(struct local_client *client, struct inbox_item *item)
{
    uv_mutex_lock(&client->mutex);
    if (client->inbox_last)
        client->inbox_last->next = item;
    else
        client->inbox_first = item;
    client->inbox_last = item;
    client->fetched_bytes += fetched_bytes(item);
    uv_mutex_unlock(&client->mutex);
    dl_wake_send(client->wake);
}

static struct inbox_item *take_item(struct local_client *client)
{
    uv_mutex_lock(&client->mutex);
    struct inbox_item *item = client->inbox_first;
    if (item) {
        client->inbox_first = item->next;
        if (!client->inbox_first)
            client->inbox_last = NULL;
        client->fetched_bytes -= fetched_bytes(item);
        if (item->batch)
            uv_cond_broadcast(&client->orders_came);
    }
    uv_mutex_unlock(&client->mutex);
    return item;
}

static void free_item(struct inbox_item *item)
{
    dl_batch_free(item->batch);
    if (item->request)
        dl_local_request_free(item->request);
    free(item->note);
    free(item);
}

/* --- what the writer thread says --- */

void dl_local_client_written(struct local_client *client, struct local_request *request)
{
    struct inbox_item *item = dl_local_item(INBOX_WRITTEN, (struct dl_part){0});
    item->request = request;
    dl_local_tell(client, item);
}

void dl_local_client_dropped(struct local_client *client)
{
    dl_local_tell(client, dl_local_item(INBOX_DROPPED, (struct dl_part){0}));
}

void dl_local_client_ready(struct local_client *client, const struct dl_error *why)
{
    struct inbox_item *item = dl_local_item(INBOX_READY, (struct dl_part){0});
    if (why) {
        item->has_error = true;
        item->err = *why;
    }
    dl_local_tell(client, item);
}

void dl_local_client_news(struct local_client *client)
{
    uv_mutex_lock(&client->mutex);
    if (client->reader_runs) {
        for (uint32_t i = 0; i < DL_TOPIC_COUNT * client->log->partitions; i++)
            client->readings[i].maybe_more = true;
        uv_cond_broadcast(&client->orders_came);
    }
    uv_mutex_unlock(&client->mutex);
}

bool dl_local_client_is_closing(const struct local_client *client)
{
    return atomic_load(&client->closing);
}

const char *dl_local_client_group(const struct local_client *client)
{
    return client->group;
}

struct local_client *dl_local_client_next(struct local_client *client)
{
    return client->next;
}

/* --- writing --- */

static struct local_request *open_request(struct local_client *client)
{
    if (!client->open) {
        client->open = dl_alloc(sizeof *client->open);
        client->open->client = client;
    }
    return client->open;
}

static struct dl_local_pack *pack_for(struct local_request *request, struct dl_part part)
{
    for (uint32_t i = 0; i < request->pack_count; i++)
        if (request->packs[i].part.topic == part.topic &&
            request->packs[i].part.partition == part.partition)
            return &request->packs[i];
    request->packs =
        dl_realloc_array(request->packs, request->pack_count + 1, sizeof *request->packs);
    struct dl_local_pack *pack = &request->packs[request->pack_count++];
    dl_local_pack_init(pack, part);
    return pack;
}

static void flush(struct local_client *client)
{
    struct local_request *request = client->open;
    if (!request)
        return;
    client->open = NULL;
    client->bytes_out += request->bytes;
    client->requests_out++;
    dl_local_write(client->log, request);
}

static void add_token(struct local_request *request, void *token)
{
    uint32_t count = request->token_count;
    if ((count & (count - 1)) == 0) /* grows at powers of two */
        request->tokens =
            dl_realloc_array(request->tokens, count ? count * 2 : 1, sizeof *request->tokens);
    request->tokens[request->token_count++] = token;
}

dl_status dl_local_client_send(struct dl_bus *bus, const struct dl_record *record, void *token)
{
    struct local_client *client = of(bus);
    if (client->in_commit || atomic_load(&client->closing))
        return DL_RETRY;
    size_t open_bytes = client->open ? client->open->bytes : 0;
    /* an open transaction is as large as its leg lets it be: room would come only by its end */
    if (!client->transactional && client->bytes_out + open_bytes > OUT_BYTES_MAX) {
        client->room_wanted = true;
        return DL_RETRY;
    }
    struct dl_record placed = *record;
    if (placed.part.partition < 0)
        placed.part.partition = dl_partition_of(record->key, client->log->partitions);
    assert(placed.part.partition < (int32_t)client->log->partitions);
    if (placed.timestamp_ms == 0)
        placed.timestamp_ms = dl_loop_wall_ms(client->loop);

    struct local_request *request = open_request(client);
    struct dl_local_pack *pack = pack_for(request, placed.part);
    size_t before = pack->bytes.len;
    dl_status status = dl_local_pack_add(pack, &placed, pack->count, NULL);
    if (status != DL_OK)
        return status;
    request->bytes += pack->bytes.len - before;
    if (client->transactional)
        return DL_OK;
    add_token(request, token);
    if (request->bytes >= FLUSH_BYTES)
        flush(client);
    else if (request->token_count == 1)
        dl_wake_send(client->wake); /* flushed when the leg has had its say */
    return DL_OK;
}

static void copy_positions(struct local_request *request, const struct dl_position *positions,
                           uint32_t count)
{
    request->positions = dl_realloc_array(NULL, count, sizeof *request->positions);
    request->position_count = count;
    for (uint32_t i = 0; i < count; i++) {
        assert(positions[i].note.len <= POSITION_NOTE_MAX);
        request->positions[i] = positions[i];
        char *note = dl_alloc(positions[i].note.len);
        if (positions[i].note.len)
            memcpy(note, positions[i].note.at, positions[i].note.len);
        request->positions[i].note.at = note;
    }
}

void dl_local_client_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count)
{
    struct local_client *client = of(bus);
    assert(!client->in_commit);
    if (!client->transactional)
        flush(client);
    struct local_request *request = open_request(client);
    copy_positions(request, positions, count);
    request->answers_commit = true;
    client->in_commit = true;
    flush(client);
}

void dl_local_client_abort(struct dl_bus *bus)
{
    struct local_client *client = of(bus);
    assert(client->transactional && !client->in_commit);
    if (client->open)
        dl_local_request_free(client->open);
    client->open = NULL;
    uv_mutex_lock(&client->mutex);
    for (uint32_t i = 0; i < DL_TOPIC_COUNT * client->log->partitions; i++) {
        client->readings[i].started = false;
        client->readings[i].epoch++;
    }
    uv_mutex_unlock(&client->mutex);
    dl_local_tell(client, dl_local_item(INBOX_ABORTED, (struct dl_part){0}));
}

/* --- reading --- */

void dl_local_client_start(struct dl_bus *bus, struct dl_part part, int64_t offset)
{
    struct local_client *client = of(bus);
    dl_local_reader_start(client);
    uv_mutex_lock(&client->mutex);
    struct reading *reading = reading_of(client, part);
    *reading = (struct reading){
        .started = true, .maybe_more = true, .next = offset, .epoch = reading->epoch + 1};
    uv_cond_broadcast(&client->orders_came);
    uv_mutex_unlock(&client->mutex);
}

void dl_local_client_pause(struct dl_bus *bus, struct dl_part part)
{
    struct local_client *client = of(bus);
    uv_mutex_lock(&client->mutex);
    reading_of(client, part)->paused = true;
    uv_mutex_unlock(&client->mutex);
}

void dl_local_client_resume(struct dl_bus *bus, struct dl_part part)
{
    struct local_client *client = of(bus);
    uv_mutex_lock(&client->mutex);
    struct reading *reading = reading_of(client, part);
    reading->paused = false;
    reading->maybe_more = true;
    uv_cond_broadcast(&client->orders_came);
    uv_mutex_unlock(&client->mutex);
}

void dl_local_client_release(struct dl_bus *bus)
{
    (void)bus; /* a group of one is never asked to give anything up */
}

void dl_local_client_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret)
{
    struct reader_order *order = dl_alloc(sizeof *order);
    order->part = part;
    order->position_fn = ret;
    dl_local_reader_order(of(bus), order);
}

void dl_local_client_restore(struct dl_bus *bus, struct dl_part part, struct dl_bus_restore restore)
{
    struct reader_order *order = dl_alloc(sizeof *order);
    order->part = part;
    order->restore = restore;
    dl_local_reader_order(of(bus), order);
}

/* Whether the leg may see this; else what was read is read again after the resume. */
static bool is_current(struct local_client *client, const struct inbox_item *item)
{
    uv_mutex_lock(&client->mutex);
    struct reading *reading = reading_of(client, item->part);
    bool current = reading->started && reading->epoch == item->epoch;
    if (current && reading->paused) {
        current = false;
        if (item->batch && item->batch->records[0].offset < reading->next) {
            reading->next = item->batch->records[0].offset;
            reading->aligned = false;
        }
        reading->end_told = false;
        reading->maybe_more = true;
        /* what is behind it in the inbox belongs to the time before the pause too */
        if (item->batch)
            reading->epoch++;
    }
    uv_mutex_unlock(&client->mutex);
    return current;
}

/* --- telling the leg --- */

static void tell_written(struct local_client *client, struct local_request *request)
{
    client->bytes_out -= request->bytes;
    client->requests_out--;
    if (request->answers_commit)
        client->in_commit = false;
    for (uint32_t i = 0; i < request->token_count; i++)
        client->calls.acked(client->leg, request->tokens[i], NULL);
    if (request->answers_commit && client->calls.committed)
        client->calls.committed(client->leg);
    if (client->room_wanted && client->bytes_out < OUT_BYTES_MAX / 2) {
        client->room_wanted = false;
        if (client->calls.room)
            client->calls.room(client->leg);
    }
}

static void tell_assigned(struct local_client *client)
{
    uint32_t count = 0;
    struct dl_part *parts =
        dl_alloc(DL_TOPIC_COUNT * (size_t)client->log->partitions * sizeof *parts);
    for (uint32_t i = 0; i < DL_TOPIC_COUNT * client->log->partitions; i++)
        if (client->wants_topic[i / client->log->partitions])
            parts[count++] = (struct dl_part){(enum dl_topic)(i / client->log->partitions),
                                              (int32_t)(i % client->log->partitions)};
    client->calls.assigned(client->leg, parts, count);
    free(parts);
}

static void tell_restored(const struct inbox_item *item)
{
    for (uint32_t i = 0; i < item->batch->count; i++)
        item->restore.each(item->restore.ctx, &item->batch->records[i]);
}

static void tell(struct local_client *client, struct inbox_item *item)
{
    const struct dl_bus_calls *calls = &client->calls;
    const struct dl_error *err = item->has_error ? &item->err : NULL;
    struct dl_batch *batch = item->batch;
    switch (item->kind) {
    case INBOX_ASSIGNED:
        tell_assigned(client);
        break;
    case INBOX_BATCH:
        if (is_current(client, item)) {
            item->batch = NULL; /* the leg's now */
            calls->records(client->leg, batch);
        }
        break;
    case INBOX_END:
        if (is_current(client, item) && calls->end)
            calls->end(client->leg, item->part, item->offset);
        break;
    case INBOX_WRITTEN:
        tell_written(client, item->request);
        break;
    case INBOX_DROPPED:
        client->requests_out--;
        break;
    case INBOX_ABORTED:
        calls->aborted(client->leg, err);
        break;
    case INBOX_READY:
        if (calls->ready)
            calls->ready(client->leg, !err, err);
        break;
    case INBOX_POSITION:
        item->position_fn(client->leg, &(struct dl_position){
                                           item->part, item->offset, {item->note, item->note_len}});
        break;
    case INBOX_RESTORED:
        tell_restored(item);
        break;
    case INBOX_RESTORE_ENDED:
        item->restore.done(item->restore.ctx, err);
        break;
    case INBOX_FAILED:
        calls->failed(client->leg, &item->err);
        break;
    case INBOX_CLOSED:
        client->closed = true;
        calls->closed(client->leg);
        break;
    }
}

static void leave_log(struct local_client *client)
{
    uv_mutex_lock(&client->log->mutex);
    struct local_client **link = &client->log->clients;
    while (*link && *link != client)
        link = &(*link)->next;
    if (*link)
        *link = client->next;
    uv_mutex_unlock(&client->log->mutex);
}

/* The loop's turn for this client. */
static void on_wake(void *ctx)
{
    struct local_client *client = ctx;
    struct inbox_item *item = NULL;
    for (int i = 0; i < TELL_BURST && (item = take_item(client)); i++) {
        bool last = item->kind == INBOX_CLOSED;
        if (!atomic_load(&client->closing) || last || item->kind == INBOX_WRITTEN ||
            item->kind == INBOX_DROPPED)
            tell(client, item);
        free_item(item);
        if (last)
            return; /* the client may be gone */
    }
    if (!client->transactional)
        flush(client);
    if (item)
        dl_wake_send(client->wake); /* more waits */
    if (atomic_load(&client->closing) && client->requests_out == 0 && !client->leaving) {
        client->leaving = true;
        leave_log(client);
        dl_local_reader_stop(client);
        dl_local_tell(client, dl_local_item(INBOX_CLOSED, (struct dl_part){0}));
    }
}

/* --- life --- */

dl_status dl_local_client_open(struct dl_log *base, struct dl_loop *loop,
                               const struct dl_bus_want *want, struct dl_bus **ret_bus,
                               struct dl_error *err)
{
    struct local_log *log = (struct local_log *)base;
    int lock_fd = -1;
    if (want->group) {
        dl_status status = dl_local_lock_group(log, want->group, &lock_fd, err);
        if (status != DL_OK)
            return status;
    }
    struct local_client *client = dl_alloc(sizeof *client);
    client->base.kind = log->base.kind;
    client->log = log;
    client->loop = loop;
    client->calls = *want->calls;
    client->leg = want->leg;
    client->group = dl_strdup(want->group ? want->group : "");
    client->lock_fd = lock_fd;
    client->transactional = want->transactional;
    for (uint32_t i = 0; i < want->topic_count; i++)
        client->wants_topic[want->topics[i]] = true;
    client->readings =
        dl_alloc(DL_TOPIC_COUNT * (size_t)log->partitions * sizeof *client->readings);
    if (uv_mutex_init(&client->mutex) || uv_cond_init(&client->orders_came))
        abort(); /* no memory for a mutex */
    client->wake = dl_wake_new(loop, on_wake, client);
    uv_mutex_lock(&log->mutex);
    client->next = log->clients;
    log->clients = client;
    uv_mutex_unlock(&log->mutex);
    if (want->calls->ready)
        dl_local_tell(client, dl_local_item(INBOX_READY, (struct dl_part){0}));
    if (want->group)
        dl_local_tell(client, dl_local_item(INBOX_ASSIGNED, (struct dl_part){0}));
    *ret_bus = &client->base;
    return DL_OK;
}

void dl_local_client_close(struct dl_bus *bus)
{
    struct local_client *client = of(bus);
    if (client->transactional && client->open) {
        dl_local_request_free(client->open);
        client->open = NULL;
    }
    flush(client);
    atomic_store(&client->closing, true);
    dl_wake_send(client->wake);
}

void dl_local_client_free(struct dl_bus *bus)
{
    struct local_client *client = of(bus);
    assert(client->closed);
    struct inbox_item *item;
    while ((item = take_item(client)))
        free_item(item);
    while (client->order_first) {
        struct reader_order *next = client->order_first->next;
        free(client->order_first);
        client->order_first = next;
    }
    dl_wake_free(client->wake);
    uv_cond_destroy(&client->orders_came);
    uv_mutex_destroy(&client->mutex);
    if (client->lock_fd >= 0)
        (void)close(client->lock_fd); /* the lock goes with it */
    free(client->readings);
    free(client->group);
    free(client);
}
