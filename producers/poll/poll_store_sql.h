/* The poller's file as its three parts see it: poll_store.c (the file itself, feeds),
 * poll_store_items.c (items, pages, sites) and poll_store_batch.c (batches). */
#ifndef DL_PRODUCERS_POLL_POLL_STORE_SQL_H
#define DL_PRODUCERS_POLL_POLL_STORE_SQL_H

#include "producers/poll/poll_store.h"

#include <sqlite3.h>

#define DL_POLL_DAY_MS INT64_C(86400000)
#define DL_POLL_NAME_BYTES 33U

enum dl_poll_statement {
    BEGIN,
    COMMIT,
    ROLLBACK,
    SET_META,
    ADD,
    REMOVE_NAMED,
    REMOVE,
    REVIVE,
    EACH,
    PUT_FEED,
    MOVE,
    FIND_ITEM,
    FIND_ARTICLE,
    PUT_ITEM,
    SEE_ITEM,
    PUT_PAGE,
    PAGE_SENT,
    PUT_PAGE_CONTENT,
    PAGES,
    DROP_PAGES,
    HOLD,
    HOLDS,
    FORGET,
    FORGET_HOLDS,
    STATEMENTS
};

struct dl_poll_store {
    sqlite3 *db;
    char *path;
    char name[DL_POLL_NAME_BYTES];
    sqlite3_stmt *statements[STATEMENTS];
    int64_t batch;   /* last number given */
    int64_t settled; /* last number known to be in the log */
    int64_t written; /* of these, as the file has it */
    int64_t data_version;
    bool has_pages_sent;
    bool numbered; /* the batch under way has what would have to be undone */
};

/* DL_FATAL with what SQLite says. */
dl_status dl_poll_sql_fail(struct dl_poll_store *store, struct dl_error *err);

/* A kept statement, ready to be bound. */
sqlite3_stmt *dl_poll_sql_use(struct dl_poll_store *store, enum dl_poll_statement which);

/* Binding fails only for want of memory or a wrong index, and then the step fails too. Nothing is
 * bound for NULL. */
void dl_poll_sql_text(sqlite3_stmt *statement, int index, dl_str text);
void dl_poll_sql_z(sqlite3_stmt *statement, int index, const char *text);
void dl_poll_sql_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t len);
void dl_poll_sql_number(sqlite3_stmt *statement, int index, int64_t number);

/* Steps a statement without rows; `change` answers DL_NOT_FOUND when no row was changed. */
dl_status dl_poll_sql_run(struct dl_poll_store *store, sqlite3_stmt *statement,
                          struct dl_error *err);
dl_status dl_poll_sql_change(struct dl_poll_store *store, sqlite3_stmt *statement,
                             struct dl_error *err);
dl_status dl_poll_sql_execute(struct dl_poll_store *store, const char *sql, struct dl_error *err);

dl_str dl_poll_sql_column(sqlite3_stmt *statement, int column); /* until the next step */

#endif
