/* Reports as rows: which column takes which field, and the statements that put them there.
 *
 * Owner    dl_sqlite_rows_close().
 * Threads  that of the connection.
 * Errors   as dl_sqlite_fail(); nothing is undone here: the transaction is the caller's. */
#ifndef DL_SINKS_SQLITE_ROWS_H
#define DL_SINKS_SQLITE_ROWS_H

#include "core/arena.h"
#include "proto/records.h"

#include <sqlite3.h>

enum dl_sqlite_table {
    DL_TABLE_REPORTS,
    DL_TABLE_MENTIONS,
    DL_TABLE_MENTION_ACTORS,
    DL_TABLE_ENTITIES,
    DL_TABLE_QUOTES,
    DL_TABLE_QUANTITIES,
    DL_TABLE_PLACES,
    DL_TABLE_DATES,
    DL_TABLE_REJECTED,
    DL_TABLE_COUNT
};

struct dl_sqlite_rows {
    sqlite3 *db;
    const char *path;   /* for messages; borrowed */
    sqlite3_stmt *find; /* the row of an article id */
    sqlite3_stmt *insert[DL_TABLE_COUNT];
    sqlite3_stmt *remove[DL_TABLE_COUNT];
    struct dl_buf json; /* of one column */
};

dl_status dl_sqlite_rows_open(struct dl_sqlite_rows *rows, sqlite3 *db, const char *path,
                              struct dl_error *err);
void dl_sqlite_rows_close(struct dl_sqlite_rows *rows);

/* Puts the report in the place of whatever there was of its article. */
dl_status dl_sqlite_rows_put(struct dl_sqlite_rows *rows, const struct dl_report *report,
                             int64_t ingested_ms, struct dl_arena *arena, struct dl_error *err);

#endif
