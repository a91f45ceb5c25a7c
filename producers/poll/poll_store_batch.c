/* Batches: numbers given, settled, undone. */
#include "producers/poll/poll_store_sql.h"

static dl_status set_meta(struct dl_poll_store *store, const char *name, int64_t value,
                          struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, SET_META);
    dl_poll_sql_z(statement, 1, name);
    dl_poll_sql_number(statement, 2, value);
    return dl_poll_sql_run(store, statement, err);
}

static dl_status write_settled(struct dl_poll_store *store, struct dl_error *err)
{
    if (store->written == store->settled)
        return DL_OK;
    dl_status status = set_meta(store, "settled", store->settled, err);
    if (status == DL_OK && store->has_pages_sent) {
        sqlite3_stmt *statement = dl_poll_sql_use(store, DROP_PAGES);
        dl_poll_sql_number(statement, 1, store->settled);
        status = dl_poll_sql_run(store, statement, err);
    }
    return status;
}

dl_status dl_poll_store_recover(struct dl_poll_store *store, int64_t in_log, struct dl_error *err)
{
    char sql[1024];
    if (store->batch <= in_log) { /* all of it arrived */
        store->batch = store->settled = in_log;
    } else if (store->batch > store->settled) {
        long long n = store->settled;
        snprintf(sql, sizeof sql,
                 "BEGIN IMMEDIATE;"
                 "UPDATE items SET content = before, before = NULL, batch = %lld"
                 " WHERE batch > %lld AND before IS NOT NULL;"
                 "DELETE FROM items WHERE batch > %lld;"
                 "UPDATE items SET page = 0 WHERE key IN (SELECT key FROM pages WHERE sent > %lld);"
                 "DELETE FROM pages WHERE batch > %lld;"
                 "UPDATE pages SET sent = NULL WHERE sent > %lld;"
                 "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = 0, next_ms = 0,"
                 " batch = %lld WHERE batch > %lld;"
                 "COMMIT",
                 n, n, n, n, n, n, n, n);
        dl_status status = dl_poll_sql_execute(store, sql, err);
        if (status != DL_OK) {
            dl_poll_store_rollback(store);
            return status;
        }
    }
    store->has_pages_sent = true;
    return dl_poll_store_settle(store, err);
}

dl_status dl_poll_store_begin(struct dl_poll_store *store, struct dl_error *err)
{
    store->numbered = false;
    return dl_poll_sql_run(store, dl_poll_sql_use(store, BEGIN), err);
}

void dl_poll_store_rollback(struct dl_poll_store *store)
{
    if (!sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL); /* nothing else can be done */
}

dl_status dl_poll_store_prepare(struct dl_poll_store *store, int64_t *ret_number,
                                struct dl_error *err)
{
    int64_t settled = store->settled;
    dl_status status = write_settled(store, err);
    if (status == DL_OK && store->numbered)
        status = set_meta(store, "batch", store->batch + 1, err);
    if (status == DL_OK)
        status = dl_poll_sql_run(store, dl_poll_sql_use(store, COMMIT), err);
    if (status != DL_OK) {
        dl_poll_store_rollback(store);
        return status;
    }
    store->written = settled;
    *ret_number = store->numbered ? ++store->batch : 0;
    return DL_OK;
}

void dl_poll_store_settled(struct dl_poll_store *store, int64_t number)
{
    store->settled = number;
}

dl_status dl_poll_store_settle(struct dl_poll_store *store, struct dl_error *err)
{
    int64_t number;
    if (store->written == store->settled)
        return DL_OK;
    dl_status status = dl_poll_store_begin(store, err);
    return status == DL_OK ? dl_poll_store_prepare(store, &number, err) : status;
}
