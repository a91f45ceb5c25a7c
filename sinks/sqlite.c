/* Reports in an SQLite file: sqlite_schema.c has its layout, sqlite_rows.c the rows. */
#include "sinks/sink.h"

#include "sinks/sqlite_rows.h"
#include "sinks/sqlite_schema.h"

#define BUSY_MS 1000            /* another connection's short lock; longer ones are the leg's */
#define CACHE_KIB 32768         /* of pages; the index of ids of a million articles fits */
#define CHECKPOINT_PAGES 8192   /* the WAL is copied back after 32 MiB, not after each batch */
#define WAL_BYTES_KEPT 67108864 /* a WAL grown by a long reader shrinks to this */

struct dl_sink_store {
    sqlite3 *db;
    char *path;
    struct dl_sqlite_rows rows;
    sqlite3_stmt *find_offset;
    sqlite3_stmt *move_offset;
    sqlite3_stmt *add_offset;
};

static dl_status run_sql(struct dl_sink_store *store, const char *sql, const char *what,
                         struct dl_error *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return dl_sqlite_fail(store->db, store->path, what, err);
    return DL_OK;
}

static dl_status set_up(struct dl_sink_store *store, bool fast, struct dl_error *err)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=%s; PRAGMA cache_size=-%d;"
             "PRAGMA wal_autocheckpoint=%d; PRAGMA journal_size_limit=%d;"
             "PRAGMA temp_store=MEMORY",
             fast ? "NORMAL" : "FULL", CACHE_KIB, CHECKPOINT_PAGES, WAL_BYTES_KEPT);
    return run_sql(store, sql, "open", err);
}

static dl_status prepare(struct dl_sink_store *store, const char *sql, sqlite3_stmt **ret,
                         struct dl_error *err)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
        return dl_sqlite_fail(store->db, store->path, "layout", err);
    return DL_OK;
}

static dl_status prepare_all(struct dl_sink_store *store, struct dl_error *err)
{
    dl_status status = dl_sqlite_rows_open(&store->rows, store->db, store->path, err);
    if (status == DL_OK)
        status = prepare(store, "SELECT next FROM offsets WHERE topic=? AND partition=?",
                         &store->find_offset, err);
    if (status == DL_OK)
        status =
            prepare(store, "UPDATE offsets SET next=?4 WHERE topic=?1 AND partition=?2 AND next=?3",
                    &store->move_offset, err);
    if (status == DL_OK)
        status = prepare(store, "INSERT OR IGNORE INTO offsets VALUES (?1,?2,?4)",
                         &store->add_offset, err);
    return status;
}

static void close_store(struct dl_sink_store *store)
{
    dl_sqlite_rows_close(&store->rows);
    sqlite3_finalize(store->find_offset);
    sqlite3_finalize(store->move_offset);
    sqlite3_finalize(store->add_offset);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

static dl_status open_store(const struct dl_sink_place *place, struct dl_sink_store **ret_store,
                            struct dl_error *err)
{
    struct dl_sink_store *store = dl_alloc(sizeof *store);
    store->path = dl_strdup(place->target);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    dl_status status = DL_OK;
    if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK)
        status = dl_sqlite_fail(store->db, store->path, "open", err);
    if (status == DL_OK) {
        (void)sqlite3_busy_timeout(store->db, BUSY_MS); /* fails on a closed connection only */
        /* The layout is looked at first: nothing is written into somebody else's file. */
        status = dl_sqlite_migrate(store->db, store->path, dl_sqlite_migrations,
                                   dl_sqlite_migration_count, err);
    }
    if (status == DL_OK)
        status = set_up(store, place->fast, err);
    if (status == DL_OK)
        status = prepare_all(store, err);
    if (status != DL_OK) {
        close_store(store);
        return status;
    }
    *ret_store = store;
    return DL_OK;
}

static void bind_step(sqlite3_stmt *stmt, const struct dl_sink_step *step)
{
    (void)sqlite3_bind_text(stmt, 1, dl_topics[step->part.topic].name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(stmt, 2, step->part.partition);
}

static dl_status position(struct dl_sink_store *store, struct dl_part part, int64_t *ret_next,
                          struct dl_error *err)
{
    bind_step(store->find_offset, &(struct dl_sink_step){.part = part});
    int step = sqlite3_step(store->find_offset);
    dl_status status = DL_OK;
    if (step == SQLITE_ROW)
        *ret_next = sqlite3_column_int64(store->find_offset, 0);
    else if (step == SQLITE_DONE)
        *ret_next = 0;
    else
        status = dl_sqlite_fail(store->db, store->path, "read", err);
    (void)sqlite3_reset(store->find_offset);
    return status;
}

static dl_status begin(struct dl_sink_store *store, struct dl_error *err)
{
    return run_sql(store, "BEGIN IMMEDIATE", "begin", err);
}

static dl_status put(struct dl_sink_store *store, const struct dl_sink_item *item,
                     struct dl_error *err)
{
    return dl_sqlite_rows_put(&store->rows, item->report, item->ingested_ms, item->arena, err);
}

/* One row changed, or none. */
static dl_status change_offset(struct dl_sink_store *store, sqlite3_stmt *stmt,
                               const struct dl_sink_step *step, bool *ret_changed,
                               struct dl_error *err)
{
    bind_step(stmt, step);
    if (stmt == store->move_offset)
        (void)sqlite3_bind_int64(stmt, 3, step->expected);
    (void)sqlite3_bind_int64(stmt, 4, step->next);
    dl_status status = DL_OK;
    if (sqlite3_step(stmt) != SQLITE_DONE)
        status = dl_sqlite_fail(store->db, store->path, "offsets", err);
    else
        *ret_changed = sqlite3_changes(store->db) == 1;
    (void)sqlite3_reset(stmt);
    return status;
}

static dl_status commit(struct dl_sink_store *store, const struct dl_sink_step *steps,
                        uint32_t count, struct dl_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        bool changed = false;
        dl_status status = change_offset(store, store->move_offset, &steps[i], &changed, err);
        if (status == DL_OK && !changed && steps[i].expected == 0) /* the first of it */
            status = change_offset(store, store->add_offset, &steps[i], &changed, err);
        if (status != DL_OK)
            return status;
        if (!changed)
            return dl_fail(err, DL_NOT_FOUND, "%s: partition %d is no longer at %lld", store->path,
                           steps[i].part.partition, (long long)steps[i].expected);
    }
    return run_sql(store, "COMMIT", "commit", err);
}

static void abort_batch(struct dl_sink_store *store)
{
    if (!sqlite3_get_autocommit(store->db)) /* some errors have rolled back already */
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

const struct dl_sink_kind dl_sink_sqlite = {
    .name = "sqlite",
    .open = open_store,
    .position = position,
    .begin = begin,
    .put = put,
    .commit = commit,
    .abort = abort_batch,
    .close = close_store,
};
