/* The embedded log's file and its writer thread: everything that waits is written in one database
 * transaction and one fsync, whoever it came from. */
#include "core/local_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define SCHEMA_VERSION 1
#define PAGE_BYTES "16384"          /* a batch of articles is tens of pages, not hundreds */
#define CHECKPOINT_PAGES "4096"     /* 64 MiB of WAL between checkpoints */
#define GROUP_BYTES_MAX (8U << 20) /* one commit's worth */
#define RETRY_MS_FIRST 100U
#define RETRY_MS_MAX 2000U
#define BUSY_MS 10000 /* another process commits; longer is a fault */

static const char schema[] =
    "CREATE TABLE batches(id INTEGER PRIMARY KEY, next INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " records BLOB NOT NULL);"
    "CREATE TABLE offsets(group_name TEXT NOT NULL, topic INTEGER NOT NULL, part INTEGER NOT NULL,"
    " next INTEGER NOT NULL, note BLOB, PRIMARY KEY(group_name, topic, part)) WITHOUT ROWID;"
    "CREATE TABLE topics(topic INTEGER PRIMARY KEY, partitions INTEGER NOT NULL);"
    "PRAGMA user_version=1;";

int64_t dl_local_rowid(struct dl_part part, int64_t offset)
{
    return (int64_t)part.topic << 56 | (int64_t)part.partition << 48 | offset;
}

dl_status dl_local_sql_fail(sqlite3 *db, const char *path, const char *what, struct dl_error *err)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    bool passing = code == SQLITE_BUSY || code == SQLITE_FULL || code == SQLITE_IOERR ||
                   code == SQLITE_LOCKED || code == SQLITE_CANTOPEN;
    return dl_fail(err, passing ? DL_RETRY : DL_FATAL, "%s: %s: %s", path, what,
                   db ? sqlite3_errmsg(db) : "out of memory");
}

dl_status dl_local_connect(const char *path, bool write, sqlite3 **ret_db, struct dl_error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX |
                (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
    sqlite3 *db = NULL;
    dl_status status = DL_OK;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK)
        status = dl_local_sql_fail(db, path, "open", err);
    if (status == DL_OK) {
        sqlite3_busy_timeout(db, BUSY_MS);
        if (sqlite3_exec(db, "PRAGMA cache_size=-4096", NULL, NULL, NULL) != SQLITE_OK)
            status = dl_local_sql_fail(db, path, "settings", err);
    }
    if (status != DL_OK) {
        sqlite3_close(db);
        return status;
    }
    *ret_db = db;
    return DL_OK;
}

static dl_status run_sql(struct local_log *log, const char *sql, const char *what,
                         struct dl_error *err)
{
    if (sqlite3_exec(log->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return dl_local_sql_fail(log->db, log->path, what, err);
    return DL_OK;
}

static dl_status read_number(struct local_log *log, const char *sql, int64_t *ret,
                             struct dl_error *err)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(log->db, sql, -1, &query, NULL) != SQLITE_OK)
        return dl_local_sql_fail(log->db, log->path, "read", err);
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW)
        *ret = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    if (step == SQLITE_DONE)
        return DL_NOT_FOUND;
    return step == SQLITE_ROW ? DL_OK : dl_local_sql_fail(log->db, log->path, "read", err);
}

/* --- opening --- */

static dl_status make_schema(struct local_log *log, uint32_t partitions, struct dl_error *err)
{
    dl_status status = run_sql(log, "BEGIN IMMEDIATE", "lock", err);
    int64_t version = 0;
    if (status == DL_OK)
        status = read_number(log, "PRAGMA user_version", &version, err);
    if (status == DL_OK && version == 0) { /* still nobody else's */
        status = run_sql(log, schema, "make tables", err);
        for (int topic = 0; status == DL_OK && topic < DL_TOPIC_COUNT; topic++) {
            char sql[96];
            snprintf(sql, sizeof sql, "INSERT INTO topics VALUES(%d, %u)", topic, partitions);
            status = run_sql(log, sql, "make topics", err);
        }
    }
    if (status == DL_OK)
        return run_sql(log, "COMMIT", "commit", err);
    (void)sqlite3_exec(log->db, "ROLLBACK", NULL, NULL, NULL); /* the first error is the story */
    return status;
}

static dl_status check_version(struct local_log *log, uint32_t partitions, struct dl_error *err)
{
    int64_t version = 0;
    dl_status status = read_number(log, "PRAGMA user_version", &version, err);
    if (status != DL_OK)
        return status;
    if (version > SCHEMA_VERSION)
        return dl_fail(err, DL_FATAL,
                       "%s: log of version %lld, this dateline knows up to %d: use the newer "
                       "dateline or another --dir",
                       log->path, (long long)version, SCHEMA_VERSION);
    int64_t tables = 0;
    status = read_number(log, "SELECT count(*) FROM sqlite_master", &tables, err);
    if (status == DL_OK && version == 0 && tables > 0)
        return dl_fail(err, DL_FATAL, "%s: a SQLite file, but no log of dateline", log->path);
    if (status == DL_OK && version == 0)
        status = make_schema(log, partitions, err);
    int64_t found = 0;
    if (status == DL_OK)
        status = read_number(log, "SELECT partitions FROM topics WHERE topic=0", &found, err);
    log->partitions = (uint32_t)found;
    if (status == DL_OK && (found < 1 || found > DL_PARTITIONS_MAX))
        return dl_fail(err, DL_FATAL, "%s: %lld partitions", log->path, (long long)found);
    return status;
}

static dl_status prepare(struct local_log *log, const char *sql, sqlite3_stmt **ret,
                         struct dl_error *err)
{
    if (sqlite3_prepare_v3(log->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
        return dl_local_sql_fail(log->db, log->path, "prepare", err);
    return DL_OK;
}

static dl_status open_file(struct local_log *log, const struct dl_local_options *options,
                           struct dl_error *err)
{
    uint32_t partitions = options && options->partitions ? options->partitions : DL_PARTITIONS;
    dl_status status = dl_local_connect(log->path, true, &log->db, err);
    if (status == DL_OK)
        status = run_sql(log,
                         "PRAGMA page_size=" PAGE_BYTES "; PRAGMA journal_mode=WAL;"
                         "PRAGMA wal_autocheckpoint=" CHECKPOINT_PAGES,
                         "open", err);
    if (status == DL_OK)
        status = run_sql(
            log, options && options->fast ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL",
            "settings", err);
    if (status == DL_OK)
        status = check_version(log, partitions, err);
    if (status == DL_OK)
        status = prepare(log, "INSERT INTO batches VALUES(?,?,?,?)", &log->insert_batch, err);
    if (status == DL_OK)
        status = prepare(log,
                         "INSERT INTO offsets VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE"
                         " SET next=excluded.next, note=excluded.note",
                         &log->upsert_offset, err);
    if (status == DL_OK)
        status = prepare(log,
                         "SELECT next FROM batches WHERE id BETWEEN ?1 AND ?2"
                         " ORDER BY id DESC LIMIT 1",
                         &log->last_batch, err);
    return status == DL_RETRY ? DL_FATAL : status; /* at the start nobody waits for it */
}

/* --- writing --- */

static void forget_ends(struct local_log *log)
{
    for (size_t i = 0; i < DL_TOPIC_COUNT * (size_t)log->partitions; i++)
        log->ends[i] = -1;
}

/* Another process may have appended since our last commit. */
static dl_status refresh_ends(struct local_log *log, struct dl_error *err)
{
    int64_t version = 0;
    dl_status status = read_number(log, "PRAGMA data_version", &version, err);
    if (status == DL_OK && version != log->data_version) {
        forget_ends(log);
        log->data_version = version;
    }
    return status;
}

static dl_status end_of(struct local_log *log, struct dl_part part, int64_t **ret_end,
                        struct dl_error *err)
{
    int64_t *end = &log->ends[(uint32_t)part.topic * log->partitions + (uint32_t)part.partition];
    *ret_end = end;
    if (*end >= 0)
        return DL_OK;
    sqlite3_bind_int64(log->last_batch, 1, dl_local_rowid(part, 0));
    sqlite3_bind_int64(log->last_batch, 2, dl_local_rowid(part, (1LL << 48) - 1));
    int step = sqlite3_step(log->last_batch);
    if (step == SQLITE_ROW)
        *end = sqlite3_column_int64(log->last_batch, 0);
    else if (step == SQLITE_DONE)
        *end = 0;
    sqlite3_reset(log->last_batch);
    return *end >= 0 ? DL_OK : dl_local_sql_fail(log->db, log->path, "read", err);
}

static dl_status write_pack(struct local_log *log, const struct dl_local_pack *pack,
                            struct dl_buf *row, struct dl_error *err)
{
    int64_t *end;
    dl_status status = end_of(log, pack->part, &end, err);
    if (status == DL_OK)
        status = dl_local_pack_close(pack, row, err);
    if (status != DL_OK)
        return status;
    sqlite3_stmt *insert = log->insert_batch;
    sqlite3_bind_int64(insert, 1, dl_local_rowid(pack->part, *end));
    sqlite3_bind_int64(insert, 2, *end + pack->count);
    sqlite3_bind_int64(insert, 3, pack->first_ms);
    sqlite3_bind_blob64(insert, 4, row->at, row->len, SQLITE_STATIC);
    int step = sqlite3_step(insert);
    if (step != SQLITE_DONE)
        status = dl_local_sql_fail(log->db, log->path, "append", err);
    sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
    *end += pack->count;
    return status;
}

static dl_status write_position(struct local_log *log, const char *group,
                                const struct dl_position *position, struct dl_error *err)
{
    sqlite3_stmt *upsert = log->upsert_offset;
    sqlite3_bind_text(upsert, 1, group, -1, SQLITE_STATIC);
    sqlite3_bind_int(upsert, 2, (int)position->part.topic);
    sqlite3_bind_int(upsert, 3, position->part.partition);
    sqlite3_bind_int64(upsert, 4, position->next);
    sqlite3_bind_blob64(upsert, 5, position->note.at, position->note.len, SQLITE_STATIC);
    int step = sqlite3_step(upsert);
    dl_status status =
        step == SQLITE_DONE ? DL_OK : dl_local_sql_fail(log->db, log->path, "offsets", err);
    sqlite3_reset(upsert);
    return status;
}

static dl_status write_group(struct local_log *log, struct local_request *group, struct dl_buf *row,
                             struct dl_error *err)
{
    dl_status status = run_sql(log, "BEGIN IMMEDIATE", "lock", err);
    if (status == DL_OK)
        status = refresh_ends(log, err);
    for (struct local_request *r = group; r && status == DL_OK; r = r->next) {
        for (uint32_t i = 0; i < r->pack_count && status == DL_OK; i++)
            status = write_pack(log, &r->packs[i], row, err);
        for (uint32_t i = 0; i < r->position_count && status == DL_OK; i++)
            status = write_position(log, dl_local_client_group(r->client), &r->positions[i], err);
    }
    if (status == DL_OK)
        status = run_sql(log, "COMMIT", "commit", err);
    if (status != DL_OK) {
        if (!sqlite3_get_autocommit(log->db))
            (void)sqlite3_exec(log->db, "ROLLBACK", NULL, NULL, NULL); /* already failing */
        forget_ends(log);
    }
    return status;
}

/* Requests that wait, oldest first, up to one commit's worth; all of them stay in order. */
static struct local_request *take_group(struct local_log *log)
{
    struct local_request *group = log->first;
    struct local_request *last = group;
    size_t bytes = group->bytes;
    while (last->next && bytes + last->next->bytes <= GROUP_BYTES_MAX) {
        last = last->next;
        bytes += last->bytes;
    }
    log->first = last->next;
    if (!log->first)
        log->last = NULL;
    last->next = NULL;
    return group;
}

static void tell_clients(struct local_log *log, const struct dl_error *why)
{
    for (struct local_client *c = log->clients; c; c = dl_local_client_next(c))
        dl_local_client_ready(c, why);
}

/* Under the mutex. What a closing client still wanted was never promised to anybody. */
static struct local_request *drop_closing(struct local_request *group)
{
    struct local_request **link = &group;
    while (*link) {
        struct local_request *r = *link;
        if (dl_local_client_is_closing(r->client)) {
            *link = r->next;
            dl_local_client_dropped(r->client);
            dl_local_request_free(r);
        } else {
            link = &r->next;
        }
    }
    return group;
}

/* Tries until it is written: the disk may be full for a day, and nothing accepted is lost. */
static void write_until_done(struct local_log *log, struct local_request *group, struct dl_buf *row)
{
    uint64_t wait_ms = RETRY_MS_FIRST;
    bool told = false;
    struct dl_error err;
    while (group && write_group(log, group, row, &err) != DL_OK) {
        uv_mutex_lock(&log->mutex);
        if (!told)
            tell_clients(log, &err);
        told = true;
        (void)uv_cond_timedwait(&log->filled, &log->mutex,
                                wait_ms * 1000000); /* time-out is fine */
        group = drop_closing(group);
        uv_mutex_unlock(&log->mutex);
        wait_ms = wait_ms * 2 > RETRY_MS_MAX ? RETRY_MS_MAX : wait_ms * 2;
    }
    uv_mutex_lock(&log->mutex);
    while (group) {
        struct local_request *next = group->next;
        dl_local_client_written(group->client, group);
        group = next;
    }
    for (struct local_client *c = log->clients; c; c = dl_local_client_next(c)) {
        if (told)
            dl_local_client_ready(c, NULL);
        dl_local_client_news(c);
    }
    uv_mutex_unlock(&log->mutex);
}

static void write_for_ever(void *arg)
{
    struct local_log *log = arg;
    struct dl_buf row;
    dl_buf_init(&row, SIZE_MAX / 2);
    uv_mutex_lock(&log->mutex);
    while (!log->stopping || log->first) {
        if (!log->first) {
            uv_cond_wait(&log->filled, &log->mutex);
            continue;
        }
        struct local_request *group = take_group(log);
        uv_mutex_unlock(&log->mutex);
        write_until_done(log, group, &row);
        uv_mutex_lock(&log->mutex);
    }
    uv_mutex_unlock(&log->mutex);
    dl_buf_done(&row);
}

void dl_local_write(struct local_log *log, struct local_request *request)
{
    uv_mutex_lock(&log->mutex);
    request->next = NULL;
    if (log->last)
        log->last->next = request;
    else
        log->first = request;
    log->last = request;
    uv_cond_signal(&log->filled);
    uv_mutex_unlock(&log->mutex);
}

void dl_local_request_free(struct local_request *request)
{
    for (uint32_t i = 0; i < request->pack_count; i++)
        dl_local_pack_done(&request->packs[i]);
    for (uint32_t i = 0; i < request->position_count; i++)
        free((char *)(uintptr_t)request->positions[i].note.at);
    free(request->packs);
    free(request->positions);
    free(request->tokens);
    free(request);
}

/* --- groups --- */

dl_status dl_local_lock_group(struct local_log *log, const char *group, int *ret_fd,
                              struct dl_error *err)
{
    int fd = open(log->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", log->lock_path, strerror(errno));
    /* A byte a group, far beyond the file's end; "open file description" locks, so that two legs
     * of one process exclude each other too. */
    struct flock lock = {
        .l_type = F_WRLCK,
        .l_whence = SEEK_SET,
        .l_start = (off_t)(XXH3_64bits(group, strlen(group)) >> 2),
        .l_len = 1,
    };
    if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        (void)close(fd);
        return dl_fail(err, DL_FATAL,
                       "%s: '%s' is already at work in this folder: end that dateline first, or "
                       "use another --dir",
                       log->path, group);
    }
    *ret_fd = fd;
    return DL_OK;
}

/* --- the log as a whole --- */

static void free_log(struct dl_log *base)
{
    struct local_log *log = (struct local_log *)base;
    if (log->writer_runs) {
        uv_mutex_lock(&log->mutex);
        log->stopping = true;
        uv_cond_signal(&log->filled);
        uv_mutex_unlock(&log->mutex);
        (void)uv_thread_join(&log->writer); /* joinable by construction */
    }
    sqlite3_finalize(log->insert_batch);
    sqlite3_finalize(log->upsert_offset);
    sqlite3_finalize(log->last_batch);
    sqlite3_close(log->db);
    uv_cond_destroy(&log->filled);
    uv_mutex_destroy(&log->mutex);
    free(log->ends);
    free(log->path);
    free(log->lock_path);
    free(log);
}

static dl_status ask(struct dl_log *base, const char *sql, int64_t first, int64_t second,
                     const char *text, int64_t *ret, struct dl_error *err)
{
    struct local_log *log = (struct local_log *)base;
    sqlite3 *db;
    dl_status status = dl_local_connect(log->path, false, &db, err);
    if (status != DL_OK)
        return status;
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK) {
        status = dl_local_sql_fail(db, log->path, "read", err);
    } else {
        sqlite3_bind_int64(query, 1, first);
        sqlite3_bind_int64(query, 2, second);
        if (text)
            sqlite3_bind_text(query, 3, text, -1, SQLITE_STATIC);
        int step = sqlite3_step(query);
        if (step == SQLITE_ROW && sqlite3_column_type(query, 0) != SQLITE_NULL)
            *ret = sqlite3_column_int64(query, 0);
        else if (step == SQLITE_ROW || step == SQLITE_DONE)
            status = DL_NOT_FOUND;
        else
            status = dl_local_sql_fail(db, log->path, "read", err);
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    return status;
}

static dl_status range(struct dl_log *log, struct dl_part part, int timeout_ms, int64_t *ret_first,
                       int64_t *ret_next, struct dl_error *err)
{
    (void)timeout_ms; /* a file answers at once */
    int64_t low = dl_local_rowid(part, 0);
    int64_t high = dl_local_rowid(part, (1LL << 48) - 1);
    int64_t first = low;
    int64_t next = 0;
    dl_status status = ask(log, "SELECT min(id) FROM batches WHERE id BETWEEN ? AND ?", low, high,
                           NULL, &first, err);
    if (status == DL_OK)
        status =
            ask(log, "SELECT next FROM batches WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
                low, high, NULL, &next, err);
    if (status != DL_OK && status != DL_NOT_FOUND)
        return status;
    *ret_first = first - low;
    *ret_next = next;
    return DL_OK;
}

static dl_status group_next(struct dl_log *log, const char *group, struct dl_part part,
                            int timeout_ms, int64_t *ret_next, struct dl_error *err)
{
    (void)timeout_ms;
    return ask(log, "SELECT next FROM offsets WHERE topic=? AND part=? AND group_name=?",
               (int64_t)part.topic, part.partition, group, ret_next, err);
}

static dl_status partitions_of(struct dl_log *log, enum dl_topic topic, uint32_t *ret_count,
                               struct dl_error *err)
{
    (void)topic; /* all alike */
    (void)err;
    *ret_count = ((struct local_log *)log)->partitions;
    return DL_OK;
}

static const struct dl_bus_kind local_kind = {
    .open = dl_local_client_open,
    .start = dl_local_client_start,
    .pause = dl_local_client_pause,
    .resume = dl_local_client_resume,
    .release = dl_local_client_release,
    .committed = dl_local_client_committed,
    .send = dl_local_client_send,
    .commit = dl_local_client_commit,
    .abort = dl_local_client_abort,
    .restore = dl_local_client_restore,
    .close = dl_local_client_close,
    .free = dl_local_client_free,
    .range = range,
    .group_next = group_next,
    .partitions = partitions_of,
    .free_log = free_log,
};

static char *join_path(const char *dir, const char *name)
{
    size_t bytes = strlen(dir) + strlen(name) + 2;
    char *path = dl_alloc(bytes);
    snprintf(path, bytes, "%s/%s", dir, name);
    return path;
}

dl_status dl_bus_at_dir(const char *dir, const struct dl_local_options *options,
                        struct dl_log **ret_log, struct dl_error *err)
{
    if (mkdir(dir, 0755) != 0 && errno != EEXIST)
        return dl_fail(err, DL_FATAL, "%s: %s", dir, strerror(errno));
    struct local_log *log = dl_alloc(sizeof *log);
    log->base.kind = &local_kind;
    log->path = join_path(dir, "log.sqlite");
    log->lock_path = join_path(dir, "log.lock");
    if (uv_mutex_init(&log->mutex) || uv_cond_init(&log->filled))
        abort(); /* no memory for a mutex */
    dl_status status = open_file(log, options, err);
    if (status == DL_OK) {
        log->ends = dl_alloc(DL_TOPIC_COUNT * (size_t)log->partitions * sizeof *log->ends);
        forget_ends(log);
        for (int topic = 0; topic < DL_TOPIC_COUNT && status == DL_OK; topic++)
            for (uint32_t p = 0; p < log->partitions && status == DL_OK; p++)
                if (dl_topics[topic].compacted)
                    status = dl_local_compact(
                        log, (struct dl_part){(enum dl_topic)topic, (int32_t)p}, err);
    }
    if (status == DL_OK) {
        log->writer_runs = uv_thread_create(&log->writer, write_for_ever, log) == 0;
        if (!log->writer_runs)
            status = dl_fail(err, DL_FATAL, "%s: no thread for the writer", log->path);
    }
    if (status != DL_OK) {
        free_log(&log->base);
        return status;
    }
    *ret_log = &log->base;
    return DL_OK;
}
