/* The layout of the SQLite file of results, and how an older file gets there.
 *
 *     reports ─┬─ mentions ── mention_actors      `report` of each is `row` of its report;
 *              ├─ entities  quotes  quantities     `position` counts from 0 within it
 *              └─ places  dates  rejected
 *     offsets: how far the log is in here         events_view…: for people
 *
 * The file's user_version is the number of the last migration it has seen.
 *
 * Errors   DL_RETRY when the disk or a lock is in the way; DL_FATAL naming the file when it is of a
 *          newer dateline, of somebody else, or damaged. */
#ifndef DL_SINKS_SQLITE_SCHEMA_H
#define DL_SINKS_SQLITE_SCHEMA_H

#include "core/str.h"

#include <sqlite3.h>

/* `sql` brings a file of the version before to this one. Never changed once released. */
struct dl_sqlite_migration {
    int version; /* 1, 2, 3 … */
    const char *sql;
};

extern const struct dl_sqlite_migration dl_sqlite_migrations[];
extern const uint32_t dl_sqlite_migration_count;

/* Brings the open file to the last version: in one transaction, and after a copy to
 * PATH.vN.backup where there is something to lose. */
dl_status dl_sqlite_migrate(sqlite3 *db, const char *path,
                            const struct dl_sqlite_migration *migrations, uint32_t count,
                            struct dl_error *err);

/* "PATH: what: SQLite's words", with the status that says whether it may go later. */
dl_status dl_sqlite_fail(sqlite3 *db, const char *path, const char *what, struct dl_error *err);

#endif
