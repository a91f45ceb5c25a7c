/* The reader thread of one client: reads rows of the partitions the leg has started, a bounded
 * amount ahead, and answers what only the file knows. */
#include "core/local_client.h"

#define FETCH_BYTES_MAX (4U << 20) /* read ahead of the leg; one more row may be past it */
#define NEWS_WAIT_MS 100           /* other processes' commits are seen by looking */

struct reader {
    struct local_client *client;
    sqlite3_stmt *row_from; /* the first row of a partition at or after an id */
    sqlite3_stmt *row_at;   /* the last row at or before an id */
    sqlite3_stmt *committed;
    sqlite3_stmt *version;
    int64_t data_version;
};

static dl_status prepare(struct reader *reader, const char *sql, sqlite3_stmt **ret,
                         struct dl_error *err)
{
    sqlite3 *db = reader->client->db;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
        return dl_local_sql_fail(db, reader->client->log->path, "read", err);
    return DL_OK;
}

static dl_status open_reader(struct reader *reader, struct dl_error *err)
{
    struct local_client *client = reader->client;
    dl_status status = dl_local_connect(client->log->path, false, &client->db, err);
    if (status == DL_OK)
        status = prepare(reader,
                         "SELECT id, next, at_ms, records FROM batches WHERE id BETWEEN ? AND ?"
                         " ORDER BY id LIMIT 1",
                         &reader->row_from, err);
    if (status == DL_OK)
        status = prepare(reader,
                         "SELECT id, next FROM batches WHERE id BETWEEN ? AND ?"
                         " ORDER BY id DESC LIMIT 1",
                         &reader->row_at, err);
    if (status == DL_OK)
        status = prepare(reader,
                         "SELECT next, note FROM offsets WHERE group_name=? AND topic=? AND part=?",
                         &reader->committed, err);
    if (status == DL_OK)
        status = prepare(reader, "PRAGMA data_version", &reader->version, err);
    return status;
}

static void close_reader(struct reader *reader)
{
    sqlite3_finalize(reader->row_from);
    sqlite3_finalize(reader->row_at);
    sqlite3_finalize(reader->committed);
    sqlite3_finalize(reader->version);
    sqlite3_close(reader->client->db);
    reader->client->db = NULL;
}

static dl_status sql_fail(struct reader *reader, struct dl_error *err)
{
    return dl_local_sql_fail(reader->client->db, reader->client->log->path, "read", err);
}

/* --- single answers --- */

/* The committed offset; *ret_note is allocated when there is a note. */
static dl_status read_committed(struct reader *reader, struct dl_part part, int64_t *ret_next,
                                struct inbox_item *item, struct dl_error *err)
{
    sqlite3_stmt *query = reader->committed;
    sqlite3_bind_text(query, 1, reader->client->group, -1, SQLITE_STATIC);
    sqlite3_bind_int(query, 2, (int)part.topic);
    sqlite3_bind_int(query, 3, part.partition);
    int step = sqlite3_step(query);
    *ret_next = DL_OFFSET_BEGIN;
    if (step == SQLITE_ROW) {
        *ret_next = sqlite3_column_int64(query, 0);
        int bytes = sqlite3_column_bytes(query, 1);
        if (item && bytes > 0) {
            item->note = dl_alloc((size_t)bytes);
            memcpy(item->note, sqlite3_column_blob(query, 1), (size_t)bytes);
            item->note_len = (size_t)bytes;
        }
    }
    dl_status status = step == SQLITE_ROW || step == SQLITE_DONE ? DL_OK : sql_fail(reader, err);
    sqlite3_reset(query);
    return status;
}

/* Where the row that holds offset `*next` begins, or `*next` itself. */
static dl_status align(struct reader *reader, struct dl_part part, int64_t next, int64_t *ret_row,
                       struct dl_error *err)
{
    sqlite3_stmt *query = reader->row_at;
    sqlite3_bind_int64(query, 1, dl_local_rowid(part, 0));
    sqlite3_bind_int64(query, 2, dl_local_rowid(part, next));
    int step = sqlite3_step(query);
    *ret_row = dl_local_rowid(part, next);
    if (step == SQLITE_ROW && sqlite3_column_int64(query, 1) > next)
        *ret_row = sqlite3_column_int64(query, 0);
    dl_status status = step == SQLITE_ROW || step == SQLITE_DONE ? DL_OK : sql_fail(reader, err);
    sqlite3_reset(query);
    return status;
}

static dl_status end_of(struct reader *reader, struct dl_part part, int64_t *ret_end,
                        struct dl_error *err)
{
    sqlite3_stmt *query = reader->row_at;
    sqlite3_bind_int64(query, 1, dl_local_rowid(part, 0));
    sqlite3_bind_int64(query, 2, dl_local_rowid(part, (1LL << 48) - 1));
    int step = sqlite3_step(query);
    *ret_end = step == SQLITE_ROW ? sqlite3_column_int64(query, 1) : 0;
    dl_status status = step == SQLITE_ROW || step == SQLITE_DONE ? DL_OK : sql_fail(reader, err);
    sqlite3_reset(query);
    return status;
}

/* The row at `row_id` or the next one of the partition: its records from offset `from` on, and
 * where the row after it begins. DL_NOT_FOUND at the end; a row with nothing left gives no batch.
 */
static dl_status read_row(struct reader *reader, struct dl_part part, int64_t row_id, int64_t from,
                          struct dl_batch **ret_batch, int64_t *ret_next, struct dl_error *err)
{
    sqlite3_stmt *query = reader->row_from;
    sqlite3_bind_int64(query, 1, row_id);
    sqlite3_bind_int64(query, 2, dl_local_rowid(part, (1LL << 48) - 1));
    int step = sqlite3_step(query);
    dl_status status = DL_NOT_FOUND;
    *ret_batch = NULL;
    if (step == SQLITE_ROW) {
        int64_t base = sqlite3_column_int64(query, 0) - dl_local_rowid(part, 0);
        dl_str row = {sqlite3_column_blob(query, 3), (size_t)sqlite3_column_bytes(query, 3)};
        *ret_next = sqlite3_column_int64(query, 1);
        status =
            dl_local_unpack(part, base, sqlite3_column_int64(query, 2), row, from, ret_batch, err);
        if (status == DL_NOT_FOUND) /* compacted away before `from` */
            status = DL_OK;
        if (status == DL_FATAL)
            (void)dl_fail_in(err, "%s", reader->client->log->path);
    } else if (step != SQLITE_DONE) {
        status = sql_fail(reader, err);
    }
    sqlite3_reset(query);
    return status;
}

/* --- orders --- */

static void restore(struct reader *reader, const struct reader_order *order)
{
    struct local_client *client = reader->client;
    struct dl_error err;
    int64_t end = 0;
    int64_t next = 0;
    dl_status status = end_of(reader, order->part, &end, &err);
    while (status == DL_OK && next < end && !atomic_load(&client->closing)) {
        struct dl_batch *batch;
        status = read_row(reader, order->part, dl_local_rowid(order->part, next), 0, &batch, &next,
                          &err);
        if (status != DL_OK || !batch)
            continue;
        struct inbox_item *item = dl_local_item(INBOX_RESTORED, order->part);
        item->batch = batch;
        item->restore = order->restore;
        dl_local_tell(client, item);
        uv_mutex_lock(&client->mutex);
        while (client->fetched_bytes > FETCH_BYTES_MAX && !client->reader_stops)
            uv_cond_wait(&client->orders_came, &client->mutex);
        uv_mutex_unlock(&client->mutex);
    }
    struct inbox_item *item = dl_local_item(INBOX_RESTORE_ENDED, order->part);
    item->restore = order->restore;
    if (status != DL_OK && status != DL_NOT_FOUND) {
        item->has_error = true;
        item->err = err;
    }
    dl_local_tell(client, item);
}

static dl_status run_order(struct reader *reader, struct reader_order *order, struct dl_error *err)
{
    dl_status status = DL_OK;
    if (order->position_fn) {
        struct inbox_item *item = dl_local_item(INBOX_POSITION, order->part);
        item->position_fn = order->position_fn;
        status = read_committed(reader, order->part, &item->offset, item, err);
        if (status == DL_OK)
            dl_local_tell(reader->client, item);
        else
            free(item);
    } else {
        restore(reader, order);
    }
    free(order);
    return status;
}

/* --- reading on --- */

/* Under the mutex: the next partition in turn that may have records for the leg. */
static struct reading *next_reading(struct local_client *client, struct dl_part *ret_part)
{
    uint32_t count = DL_TOPIC_COUNT * client->log->partitions;
    if (client->fetched_bytes > FETCH_BYTES_MAX)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = (client->turn + i) % count;
        struct reading *reading = &client->readings[index];
        if (reading->started && !reading->paused && reading->maybe_more) {
            client->turn = index + 1;
            *ret_part = (struct dl_part){(enum dl_topic)(index / client->log->partitions),
                                         (int32_t)(index % client->log->partitions)};
            return reading;
        }
    }
    return NULL;
}

static dl_status resolve(struct reader *reader, struct dl_part part, int64_t *next,
                         struct dl_error *err)
{
    dl_status status = DL_OK;
    if (*next == DL_OFFSET_COMMITTED)
        status = read_committed(reader, part, next, NULL, err);
    if (status == DL_OK && *next == DL_OFFSET_END)
        status = end_of(reader, part, next, err);
    if (*next == DL_OFFSET_BEGIN)
        *next = 0;
    return status;
}

/* One row of one partition, or the news that there is none. */
static dl_status read_on(struct reader *reader, struct dl_part part, struct reading at,
                         struct dl_error *err)
{
    struct local_client *client = reader->client;
    dl_status status = resolve(reader, part, &at.next, err);
    int64_t row = dl_local_rowid(part, at.next < 0 ? 0 : at.next);
    if (status == DL_OK && !at.aligned)
        status = align(reader, part, at.next, &row, err);
    struct dl_batch *batch = NULL;
    int64_t next = at.next;
    if (status == DL_OK)
        status = read_row(reader, part, row, at.next, &batch, &next, err);
    if (status != DL_OK && status != DL_NOT_FOUND)
        return status;

    bool at_end = status == DL_NOT_FOUND;
    struct inbox_item *item = NULL;
    uv_mutex_lock(&client->mutex);
    struct reading *reading = reading_of(client, part);
    bool current = reading->epoch == at.epoch;
    if (current) {
        reading->next = at_end ? at.next : next;
        reading->aligned = true;
        if (at_end && !reading->end_told) {
            item = dl_local_item(INBOX_END, part);
            item->offset = at.next;
        }
        reading->end_told = at_end;
        if (!at_end)
            reading->maybe_more = true;
    }
    uv_mutex_unlock(&client->mutex);
    if (batch && current) {
        item = dl_local_item(INBOX_BATCH, part);
        item->batch = batch;
    } else {
        dl_batch_free(batch);
    }
    if (item) {
        item->epoch = at.epoch;
        dl_local_tell(client, item);
    }
    return DL_OK;
}

/* Under the mutex. */
static void mark_all(struct local_client *client)
{
    for (uint32_t i = 0; i < DL_TOPIC_COUNT * client->log->partitions; i++)
        client->readings[i].maybe_more = true;
}

static bool others_committed(struct reader *reader)
{
    int64_t version = reader->data_version;
    if (sqlite3_step(reader->version) == SQLITE_ROW)
        version = sqlite3_column_int64(reader->version, 0);
    sqlite3_reset(reader->version);
    bool changed = version != reader->data_version;
    reader->data_version = version;
    return changed;
}

/* One turn, entered and left under the mutex. */
static dl_status take_turn(struct reader *reader, struct dl_error *err)
{
    struct local_client *client = reader->client;
    struct reader_order *order = client->order_first;
    dl_status status = DL_OK;
    struct dl_part part;
    if (order) {
        client->order_first = order->next;
        if (!client->order_first)
            client->order_last = NULL;
        uv_mutex_unlock(&client->mutex);
        status = run_order(reader, order, err);
        uv_mutex_lock(&client->mutex);
        return status;
    }
    struct reading *reading = next_reading(client, &part);
    if (reading) {
        struct reading at = *reading;
        reading->maybe_more = false; /* news that come meanwhile set it again */
        uv_mutex_unlock(&client->mutex);
        status = read_on(reader, part, at, err);
        uv_mutex_lock(&client->mutex);
        return status;
    }
    if (uv_cond_timedwait(&client->orders_came, &client->mutex, NEWS_WAIT_MS * 1000000ULL) != 0 &&
        others_committed(reader))
        mark_all(client);
    return DL_OK;
}

static void read_for_ever(void *arg)
{
    struct reader reader = {.client = arg};
    struct local_client *client = arg;
    struct dl_error err;
    dl_status status = open_reader(&reader, &err);
    uv_mutex_lock(&client->mutex);
    while (status == DL_OK && !client->reader_stops) {
        status = take_turn(&reader, &err);
        if (status == DL_RETRY) { /* the disk may come back */
            (void)uv_cond_timedwait(&client->orders_came, &client->mutex, 1000000000ULL);
            mark_all(client);
            status = DL_OK;
        }
    }
    uv_mutex_unlock(&client->mutex);
    if (status != DL_OK) {
        struct inbox_item *item = dl_local_item(INBOX_FAILED, (struct dl_part){0});
        item->err = err;
        dl_local_tell(client, item);
    }
    close_reader(&reader);
}

void dl_local_reader_start(struct local_client *client)
{
    if (client->reader_runs)
        return;
    client->reader_runs = uv_thread_create(&client->reader, read_for_ever, client) == 0;
    if (!client->reader_runs)
        abort(); /* no memory for a thread */
}

void dl_local_reader_stop(struct local_client *client)
{
    if (!client->reader_runs)
        return;
    uv_mutex_lock(&client->mutex);
    client->reader_stops = true;
    uv_cond_broadcast(&client->orders_came);
    uv_mutex_unlock(&client->mutex);
    (void)uv_thread_join(&client->reader); /* joinable by construction */
    client->reader_runs = false;
}

void dl_local_reader_order(struct local_client *client, struct reader_order *order)
{
    dl_local_reader_start(client);
    uv_mutex_lock(&client->mutex);
    if (client->order_last)
        client->order_last->next = order;
    else
        client->order_first = order;
    client->order_last = order;
    uv_cond_broadcast(&client->orders_came);
    uv_mutex_unlock(&client->mutex);
}
