/* The file, its statements, and the feeds in it. Statements are prepared once and kept. */
#include "producers/poll/poll_store_sql.h"

#include <errno.h>
#include <limits.h>
#include <sys/random.h>
#include <sys/stat.h>

#define VERSION 1
#define BUSY_MS 10000

static const char schema[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE feeds("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, title TEXT, added_as TEXT,"
    " added_ms INTEGER NOT NULL, etag BLOB, last_modified BLOB, body_hash INTEGER NOT NULL DEFAULT "
    "0,"
    " rhythm_ms INTEGER NOT NULL DEFAULT 0, interval_ms INTEGER NOT NULL DEFAULT 0,"
    " asked_ms INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,"
    " next_ms INTEGER NOT NULL DEFAULT 0, polled_ms INTEGER NOT NULL DEFAULT 0,"
    " ok_ms INTEGER NOT NULL DEFAULT 0, new_ms INTEGER NOT NULL DEFAULT 0,"
    " polls INTEGER NOT NULL DEFAULT 0, articles INTEGER NOT NULL DEFAULT 0,"
    " code INTEGER NOT NULL DEFAULT 0, error TEXT, stopped TEXT, site TEXT,"
    " parent INTEGER NOT NULL DEFAULT 0, parsed_day INTEGER NOT NULL DEFAULT 0, batch INTEGER NOT "
    "NULL DEFAULT 0);"
    "CREATE TABLE items("
    " key BLOB PRIMARY KEY, feed INTEGER NOT NULL, article TEXT NOT NULL, content INTEGER NOT NULL,"
    " before INTEGER, page INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL,"
    " batch INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX items_by_article ON items(article);"
    "CREATE TABLE pages("
    " key BLOB PRIMARY KEY, feed INTEGER NOT NULL, url TEXT NOT NULL, article BLOB NOT NULL,"
    " tries INTEGER NOT NULL, next_ms INTEGER NOT NULL, batch INTEGER NOT NULL, sent INTEGER)"
    " WITHOUT ROWID;"
    "CREATE TABLE sites(site TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;";

static const char *const texts[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SET_META] = "INSERT INTO meta VALUES(?1, ?2)"
                 " ON CONFLICT(name) DO UPDATE SET value = ?2 WHERE value IS NOT ?2",
    [ADD] = "INSERT INTO feeds(url, title, site, parent, added_ms)"
            " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS"
            " (SELECT 1 FROM feeds WHERE url = ?1 OR added_as = ?1)",
    [REMOVE_NAMED] = "DELETE FROM feeds WHERE parent IN"
                     " (SELECT id FROM feeds WHERE url = ?1 OR added_as = ?1)",
    [REMOVE] = "DELETE FROM feeds WHERE url = ?1 OR added_as = ?1",
    [REVIVE] = "UPDATE feeds SET stopped = NULL, next_ms = 0, failures = 0"
               " WHERE (url = ?1 OR added_as = ?1) AND stopped IS NOT NULL",
    [EACH] = "SELECT id, url, title, added_as, etag, last_modified, body_hash, rhythm_ms,"
             " interval_ms, asked_ms, failures, next_ms, polled_ms, ok_ms, new_ms, polls,"
             " articles, code, error, stopped, site, parent, parsed_day FROM feeds ORDER BY id",
    [PUT_FEED] = "UPDATE feeds SET title = ?2, etag = ?3, last_modified = ?4, body_hash = ?5,"
                 " rhythm_ms = ?6, interval_ms = ?7, asked_ms = ?8, failures = ?9, next_ms = ?10,"
                 " polled_ms = ?11, ok_ms = ?12, new_ms = ?13, polls = ?14, articles = ?15,"
                 " code = ?16, error = ?17, stopped = ?18, site = ?19,"
                 " batch = coalesce(?20, batch), parsed_day = ?21 WHERE id = ?1",
    [MOVE] = "UPDATE OR IGNORE feeds SET added_as = coalesce(added_as, url), url = ?2"
             " WHERE id = ?1",
    [FIND_ITEM] = "SELECT article, content, seen FROM items WHERE key = ?1",
    [FIND_ARTICLE] = "SELECT key, content, feed, seen FROM items WHERE article = ?1 LIMIT 1",
    [PUT_ITEM] = "INSERT INTO items(key, feed, article, content, before, seen, batch)"
                 " VALUES(?1, ?2, ?3, ?4, NULL, ?5, ?6) ON CONFLICT(key) DO UPDATE SET"
                 " before = CASE WHEN batch = ?6 THEN before ELSE content END,"
                 " content = ?4, seen = ?5, batch = ?6",
    [SEE_ITEM] = "UPDATE items SET seen = ?2 WHERE key = ?1",
    [PUT_PAGE] = "INSERT INTO pages(key, feed, url, article, tries, next_ms, batch)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(key) DO UPDATE SET"
                 " url = ?3, article = ?4, tries = ?5, next_ms = ?6, sent = NULL",
    [PAGE_SENT] = "UPDATE pages SET sent = ?2 WHERE key = ?1 AND sent IS NULL",
    [PUT_PAGE_CONTENT] = "UPDATE items SET page = ?2 WHERE key = ?1 AND page != ?2",
    [PAGES] = "SELECT key, feed, url, article, tries, next_ms FROM pages WHERE sent IS NULL",
    [DROP_PAGES] = "DELETE FROM pages WHERE sent <= ?1",
    [HOLD] = "INSERT INTO sites VALUES(?1, ?2) ON CONFLICT(site) DO UPDATE SET"
             " until_ms = max(until_ms, ?2)",
    [HOLDS] = "SELECT site, until_ms FROM sites WHERE until_ms > ?1",
    /* what was there when the feed was last read is still there, however long ago that was */
    [FORGET] = "DELETE FROM items WHERE seen < ?1 AND NOT EXISTS"
               " (SELECT 1 FROM feeds WHERE id = items.feed AND parsed_day <= items.seen)",
    [FORGET_HOLDS] = "DELETE FROM sites WHERE until_ms < ?1",
};

void dl_poll_feed_row_done(struct dl_poll_feed_row *row)
{
    free(row->url);
    free(row->title);
    free(row->added_as);
    free(row->etag);
    free(row->last_modified);
    free(row->error);
    free(row->stopped);
    free(row->site);
    *row = (struct dl_poll_feed_row){0};
}

dl_status dl_poll_sql_fail(struct dl_poll_store *store, struct dl_error *err)
{
    return dl_fail(err, DL_FATAL, "%s: %s", store->path, sqlite3_errmsg(store->db));
}

/* --- statements --- */

sqlite3_stmt *dl_poll_sql_use(struct dl_poll_store *store, enum dl_poll_statement which)
{
    sqlite3_stmt *statement = store->statements[which];
    (void)sqlite3_reset(statement); /* tells again what the last step told */
    (void)sqlite3_clear_bindings(statement);
    return statement;
}

/* Binding fails only for want of memory or a wrong index, and then the step fails too. */
void dl_poll_sql_text(sqlite3_stmt *statement, int index, dl_str text)
{
    if (text.at)
        (void)sqlite3_bind_text64(statement, index, text.at, text.len, SQLITE_TRANSIENT,
                                  SQLITE_UTF8);
}

void dl_poll_sql_z(sqlite3_stmt *statement, int index, const char *text)
{
    if (text)
        (void)sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

void dl_poll_sql_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t len)
{
    if (bytes)
        (void)sqlite3_bind_blob64(statement, index, bytes, len, SQLITE_TRANSIENT);
}

void dl_poll_sql_number(sqlite3_stmt *statement, int index, int64_t number)
{
    (void)sqlite3_bind_int64(statement, index, number);
}

/* A statement without rows. */
dl_status dl_poll_sql_run(struct dl_poll_store *store, sqlite3_stmt *statement,
                          struct dl_error *err)
{
    int result = sqlite3_step(statement);
    dl_status status = result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
    (void)sqlite3_reset(statement);
    return status;
}

/* The same; DL_NOT_FOUND when no row was changed. */
dl_status dl_poll_sql_change(struct dl_poll_store *store, sqlite3_stmt *statement,
                             struct dl_error *err)
{
    dl_status status = dl_poll_sql_run(store, statement, err);
    return status == DL_OK && sqlite3_changes(store->db) == 0 ? DL_NOT_FOUND : status;
}

dl_str dl_poll_sql_column(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return (dl_str){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}

static char *column_copy(sqlite3_stmt *statement, int column, size_t *ret_len)
{
    dl_str text = dl_poll_sql_column(statement, column);
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    char *copy = dl_alloc(text.len + 1);
    if (text.len)
        memcpy(copy, text.at, text.len);
    if (ret_len)
        *ret_len = text.len;
    return copy;
}

/* --- opening --- */

dl_status dl_poll_sql_execute(struct dl_poll_store *store, const char *sql, struct dl_error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? DL_OK
               : dl_poll_sql_fail(store, err);
}

static dl_status ask_number(struct dl_poll_store *store, const char *sql, int64_t *ret,
                            struct dl_error *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return dl_poll_sql_fail(store, err);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *ret = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
}

static dl_status make(struct dl_poll_store *store, struct dl_error *err)
{
    unsigned char random[(DL_POLL_NAME_BYTES - 1) / 2];
    char sql[128];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return dl_fail(err, DL_FATAL, "no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(store->name + 2 * i, 3, "%02x", random[i]);
    dl_status status = dl_poll_sql_execute(store, schema, err);
    snprintf(sql, sizeof sql, "INSERT INTO meta VALUES('name', '%s')", store->name);
    if (status == DL_OK)
        status = dl_poll_sql_execute(store, sql, err);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", VERSION);
    return status == DL_OK ? dl_poll_sql_execute(store, sql, err) : status;
}

static dl_status read_meta(struct dl_poll_store *store, struct dl_error *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, "SELECT name, value FROM meta", -1, &statement, NULL) !=
        SQLITE_OK)
        return dl_poll_sql_fail(store, err);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        dl_str name = dl_poll_sql_column(statement, 0);
        if (dl_str_is(name, "name"))
            snprintf(store->name, sizeof store->name, "%s",
                     (const char *)sqlite3_column_text(statement, 1));
        else if (dl_str_is(name, "batch"))
            store->batch = sqlite3_column_int64(statement, 1);
        else if (dl_str_is(name, "settled"))
            store->settled = store->written = sqlite3_column_int64(statement, 1);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
}

static dl_status prepare_statements(struct dl_poll_store *store, struct dl_error *err)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return dl_poll_sql_fail(store, err);
    return DL_OK;
}

static dl_status set_up(struct dl_poll_store *store, bool fast, struct dl_error *err)
{
    int64_t version = 0;
    (void)sqlite3_busy_timeout(store->db, BUSY_MS);
    dl_status status = dl_poll_sql_execute(store, "PRAGMA journal_mode = WAL", err);
    if (status == DL_OK)
        status = dl_poll_sql_execute(
            store, fast ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", err);
    if (status == DL_OK)
        status = dl_poll_sql_execute(store, "BEGIN IMMEDIATE", err);
    if (status == DL_OK)
        status = ask_number(store, "PRAGMA user_version", &version, err);
    if (status == DL_OK && version > VERSION)
        return dl_fail(err, DL_BAD_CONFIG, "%s: of version %lld; this dateline knows %d",
                       store->path, (long long)version, VERSION);
    if (status == DL_OK && version == 0)
        status = make(store, err);
    if (status == DL_OK)
        status = dl_poll_sql_execute(store, "COMMIT", err);
    if (status == DL_OK)
        status = read_meta(store, err);
    if (status == DL_OK)
        status = prepare_statements(store, err);
    (void)dl_poll_store_changed(store); /* from here on */
    return status;
}

dl_status dl_poll_store_open(const char *dir, bool fast, struct dl_poll_store **ret_store,
                             struct dl_error *err)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/feeds.sqlite", dir);
    if (len < 0 || (size_t)len >= sizeof path)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", dir, strerror(ENAMETOOLONG));
    if (mkdir(dir, 0755) != 0 && errno != EEXIST)
        return dl_fail(err, DL_FATAL, "%s: %s", dir, strerror(errno));
    struct dl_poll_store *store = dl_alloc(sizeof *store);
    store->path = dl_strdup(path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    dl_status status = sqlite3_open_v2(path, &store->db, flags, NULL) == SQLITE_OK
                           ? set_up(store, fast, err)
                           : dl_poll_sql_fail(store, err);
    if (status == DL_OK)
        *ret_store = store;
    else
        dl_poll_store_close(store);
    return status;
}

void dl_poll_store_close(struct dl_poll_store *store)
{
    if (!store)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close(store->db);
    free(store->path);
    free(store);
}

const char *dl_poll_store_name(const struct dl_poll_store *store)
{
    return store->name;
}

bool dl_poll_store_changed(struct dl_poll_store *store)
{
    int64_t version = 0;
    if (ask_number(store, "PRAGMA data_version", &version, NULL) != DL_OK)
        return false;
    bool changed = version != store->data_version;
    store->data_version = version;
    return changed;
}

/* --- feeds --- */

dl_status dl_poll_store_add(struct dl_poll_store *store, dl_str url, dl_str title, dl_str site,
                            int64_t parent, int64_t now_ms, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, ADD);
    dl_poll_sql_text(statement, 1, url);
    dl_poll_sql_text(statement, 2, title);
    dl_poll_sql_text(statement, 3, site);
    dl_poll_sql_number(statement, 4, parent);
    dl_poll_sql_number(statement, 5, now_ms);
    return dl_poll_sql_change(store, statement, err);
}

dl_status dl_poll_store_remove(struct dl_poll_store *store, dl_str url, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, REMOVE_NAMED);
    dl_poll_sql_text(statement, 1, url);
    dl_status status =
        dl_poll_sql_run(store, statement, err); /* first: they are found by what goes next */
    if (status != DL_OK)
        return status;
    statement = dl_poll_sql_use(store, REMOVE);
    dl_poll_sql_text(statement, 1, url);
    return dl_poll_sql_change(store, statement, err);
}

dl_status dl_poll_store_revive(struct dl_poll_store *store, dl_str url, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, REVIVE);
    dl_poll_sql_text(statement, 1, url);
    return dl_poll_sql_change(store, statement, err);
}

static void read_feed(sqlite3_stmt *statement, struct dl_poll_feed_row *row)
{
    row->id = sqlite3_column_int64(statement, 0);
    row->url = column_copy(statement, 1, NULL);
    row->title = column_copy(statement, 2, NULL);
    row->added_as = column_copy(statement, 3, NULL);
    row->etag = column_copy(statement, 4, &row->etag_len);
    row->last_modified = column_copy(statement, 5, &row->last_modified_len);
    row->body_hash = (uint64_t)sqlite3_column_int64(statement, 6);
    row->plan.rhythm_ms = sqlite3_column_int64(statement, 7);
    row->plan.interval_ms = sqlite3_column_int64(statement, 8);
    row->plan.asked_ms = sqlite3_column_int64(statement, 9);
    row->plan.failures = (uint32_t)sqlite3_column_int64(statement, 10);
    row->next_ms = sqlite3_column_int64(statement, 11);
    row->polled_ms = sqlite3_column_int64(statement, 12);
    row->ok_ms = sqlite3_column_int64(statement, 13);
    row->new_ms = sqlite3_column_int64(statement, 14);
    row->polls = sqlite3_column_int64(statement, 15);
    row->articles = sqlite3_column_int64(statement, 16);
    row->code = sqlite3_column_int(statement, 17);
    row->error = column_copy(statement, 18, NULL);
    row->stopped = column_copy(statement, 19, NULL);
    row->site = column_copy(statement, 20, NULL);
    row->parent = sqlite3_column_int64(statement, 21);
    row->parsed_day = sqlite3_column_int64(statement, 22);
}

dl_status dl_poll_store_each(struct dl_poll_store *store,
                             void (*each)(void *ctx, struct dl_poll_feed_row *row), void *ctx,
                             struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, EACH);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct dl_poll_feed_row row = {0};
        read_feed(statement, &row);
        each(ctx, &row);
    }
    dl_status status = result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
    (void)sqlite3_reset(statement);
    return status;
}

dl_status dl_poll_store_put_feed(struct dl_poll_store *store, const struct dl_poll_feed_row *row,
                                 bool has_news, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, PUT_FEED);
    dl_poll_sql_number(statement, 1, row->id);
    dl_poll_sql_z(statement, 2, row->title);
    dl_poll_sql_blob(statement, 3, row->etag, row->etag_len);
    dl_poll_sql_blob(statement, 4, row->last_modified, row->last_modified_len);
    dl_poll_sql_number(statement, 5, (int64_t)row->body_hash);
    dl_poll_sql_number(statement, 6, row->plan.rhythm_ms);
    dl_poll_sql_number(statement, 7, row->plan.interval_ms);
    dl_poll_sql_number(statement, 8, row->plan.asked_ms);
    dl_poll_sql_number(statement, 9, row->plan.failures);
    dl_poll_sql_number(statement, 10, row->next_ms);
    dl_poll_sql_number(statement, 11, row->polled_ms);
    dl_poll_sql_number(statement, 12, row->ok_ms);
    dl_poll_sql_number(statement, 13, row->new_ms);
    dl_poll_sql_number(statement, 14, row->polls);
    dl_poll_sql_number(statement, 15, row->articles);
    dl_poll_sql_number(statement, 16, row->code);
    dl_poll_sql_z(statement, 17, row->error);
    dl_poll_sql_z(statement, 18, row->stopped);
    dl_poll_sql_z(statement, 19, row->site);
    if (has_news)
        dl_poll_sql_number(statement, 20, store->batch + 1);
    dl_poll_sql_number(statement, 21, row->parsed_day);
    return dl_poll_sql_change(store, statement, err);
}

dl_status dl_poll_store_move(struct dl_poll_store *store, int64_t feed, dl_str url,
                             struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, MOVE);
    dl_poll_sql_number(statement, 1, feed);
    dl_poll_sql_text(statement, 2, url);
    return dl_poll_sql_change(store, statement, err);
}
