/* The inside of the embedded log: the file, its writer thread, and what clients hand it.
 * Only bus_local.c, local_log.c, local_reader.c and local_compact.c include this. */
#ifndef DL_CORE_LOCAL_LOG_H
#define DL_CORE_LOCAL_LOG_H

#include "core/bus_local.h"
#include "core/local_batch.h"

#include <sqlite3.h>
#include <uv.h>

struct local_client;

/* What a client wants written, together or not at all. */
struct local_request {
    struct local_request *next;
    struct local_client *client;
    struct dl_local_pack *packs; /* one a partition */
    uint32_t pack_count;
    struct dl_position *positions; /* notes owned */
    uint32_t position_count;
    void **tokens; /* to be acknowledged */
    uint32_t token_count;
    size_t bytes;
    bool answers_commit; /* `committed` follows */
};

struct local_log {
    struct dl_log base;
    char *path; /* DIR/log.sqlite */
    char *lock_path;
    uint32_t partitions;
    sqlite3 *db; /* the writer's */
    sqlite3_stmt *insert_batch;
    sqlite3_stmt *upsert_offset;
    sqlite3_stmt *last_batch;
    int64_t *ends; /* [topic][partition]: next offset, -1 unknown */
    int64_t data_version;

    uv_thread_t writer;
    bool writer_runs;
    uv_mutex_t mutex; /* guards what follows */
    uv_cond_t filled;
    struct local_request *first;
    struct local_request *last;
    bool stopping;
    struct local_client *clients; /* all open ones, to be told of new records */
};

/* Rows are numbered by where they stand, so that the key is the place and inserts append. */
int64_t dl_local_rowid(struct dl_part part, int64_t offset);

/* A connection to the log's file with the reader's settings. */
dl_status dl_local_connect(const char *path, bool write, sqlite3 **ret_db, struct dl_error *err);
dl_status dl_local_sql_fail(sqlite3 *db, const char *path, const char *what, struct dl_error *err);

/* Any thread: hands the request to the writer, which frees it after answering its client. */
void dl_local_write(struct local_log *log, struct local_request *request);
void dl_local_request_free(struct local_request *request);

/* The client's side (bus_local.c), called by the writer thread. */
void dl_local_client_written(struct local_client *client, struct local_request *request);
void dl_local_client_ready(struct local_client *client, const struct dl_error *why);
void dl_local_client_news(struct local_client *client); /* records may have come */
void dl_local_client_dropped(struct local_client *client);
bool dl_local_client_is_closing(const struct local_client *client);
const char *dl_local_client_group(const struct local_client *client);
struct local_client *dl_local_client_next(struct local_client *client);

/* The client's part of the contract (bus_local.c). */
dl_status dl_local_client_open(struct dl_log *log, struct dl_loop *loop,
                               const struct dl_bus_want *want, struct dl_bus **ret_bus,
                               struct dl_error *err);
void dl_local_client_start(struct dl_bus *bus, struct dl_part part, int64_t offset);
void dl_local_client_pause(struct dl_bus *bus, struct dl_part part);
void dl_local_client_resume(struct dl_bus *bus, struct dl_part part);
void dl_local_client_release(struct dl_bus *bus);
void dl_local_client_committed(struct dl_bus *bus, struct dl_part part, dl_bus_position_fn *ret);
dl_status dl_local_client_send(struct dl_bus *bus, const struct dl_record *record, void *token);
void dl_local_client_commit(struct dl_bus *bus, const struct dl_position *positions,
                            uint32_t count);
void dl_local_client_abort(struct dl_bus *bus);
void dl_local_client_restore(struct dl_bus *bus, struct dl_part part,
                             struct dl_bus_restore restore);
void dl_local_client_close(struct dl_bus *bus);
void dl_local_client_free(struct dl_bus *bus);

/* A group has one member in a folder: DL_BAD_CONFIG names the process that holds it. */
dl_status dl_local_lock_group(struct local_log *log, const char *group, int *ret_fd,
                              struct dl_error *err);

/* Rewrites a compacted topic's partition so that each key stands once, when it is worth it. */
dl_status dl_local_compact(struct local_log *log, struct dl_part part, struct dl_error *err);

#endif
