/* Compaction of the embedded log: in a compacted topic only the newest record of a key counts. */
#include "core/local_log.h"

#include <xxhash.h>

#define COMPACT_BYTES_MIN (4 << 20) /* smaller partitions are read in no time as they are */
#define ROW_RECORDS 1024U           /* records in a rewritten row */

/* Open addressing: key hash -> newest offset. 128 bits make a clash of two keys unthinkable. */
struct newest {
    XXH128_hash_t key;
    int64_t offset; /* -1: free */
};

struct compaction {
    struct local_log *log;
    struct dl_part part;
    struct newest *slots;
    size_t slot_count;
    size_t used;
    uint64_t records;
};

static struct newest *slot_of(struct compaction *run, XXH128_hash_t key)
{
    size_t at = (size_t)key.low64 & (run->slot_count - 1);
    while (run->slots[at].offset >= 0 && !XXH128_isEqual(run->slots[at].key, key))
        at = (at + 1) & (run->slot_count - 1);
    return &run->slots[at];
}

static void grow(struct compaction *run)
{
    struct newest *old = run->slots;
    size_t old_count = run->slot_count;
    run->slot_count = old_count ? old_count * 2 : 4096;
    run->slots = dl_realloc_array(NULL, run->slot_count, sizeof *run->slots);
    for (size_t i = 0; i < run->slot_count; i++)
        run->slots[i].offset = -1;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].offset >= 0)
            *slot_of(run, old[i].key) = old[i];
    free(old);
}

static void note_newest(struct compaction *run, const struct dl_record *record)
{
    if (run->used * 2 >= run->slot_count)
        grow(run);
    struct newest *slot = slot_of(run, XXH3_128bits(record->key.at, record->key.len));
    if (slot->offset < 0)
        run->used++;
    slot->key = XXH3_128bits(record->key.at, record->key.len);
    slot->offset = record->offset;
    run->records++;
}

typedef dl_status each_batch(struct compaction *run, const struct dl_batch *batch, void *ctx,
                             struct dl_error *err);

static dl_status for_each_batch(struct compaction *run, each_batch *each, void *ctx,
                                struct dl_error *err)
{
    sqlite3_stmt *query = NULL;
    sqlite3 *db = run->log->db;
    if (sqlite3_prepare_v2(db,
                           "SELECT id, at_ms, records FROM batches WHERE id BETWEEN ? AND ?"
                           " ORDER BY id",
                           -1, &query, NULL) != SQLITE_OK)
        return dl_local_sql_fail(db, run->log->path, "compact", err);
    int64_t low = dl_local_rowid(run->part, 0);
    sqlite3_bind_int64(query, 1, low);
    sqlite3_bind_int64(query, 2, dl_local_rowid(run->part, (1LL << 48) - 1));
    dl_status status = DL_OK;
    while (status == DL_OK && sqlite3_step(query) == SQLITE_ROW) {
        dl_str row = {sqlite3_column_blob(query, 2), (size_t)sqlite3_column_bytes(query, 2)};
        struct dl_batch *batch = NULL;
        status = dl_local_unpack(run->part, sqlite3_column_int64(query, 0) - low,
                                 sqlite3_column_int64(query, 1), row, 0, &batch, err);
        if (status == DL_OK)
            status = each(run, batch, ctx, err);
        else if (status == DL_NOT_FOUND)
            status = DL_OK;
        dl_batch_free(batch);
    }
    sqlite3_finalize(query);
    return status;
}

static dl_status note_batch(struct compaction *run, const struct dl_batch *batch, void *ctx,
                            struct dl_error *err)
{
    (void)ctx;
    (void)err;
    for (uint32_t i = 0; i < batch->count; i++)
        note_newest(run, &batch->records[i]);
    return DL_OK;
}

struct rewriting {
    struct dl_local_pack pack;
    int64_t base;
    int64_t last;
    struct dl_buf row;
};

static dl_status put_row(struct compaction *run, struct rewriting *out, struct dl_error *err)
{
    if (out->pack.count == 0)
        return DL_OK;
    dl_status status = dl_local_pack_close(&out->pack, &out->row, err);
    sqlite3_stmt *insert = NULL;
    sqlite3 *db = run->log->db;
    if (status == DL_OK &&
        sqlite3_prepare_v2(db, "INSERT INTO compacted VALUES(?,?,?,?)", -1, &insert, NULL))
        status = dl_local_sql_fail(db, run->log->path, "compact", err);
    if (status == DL_OK) {
        sqlite3_bind_int64(insert, 1, dl_local_rowid(run->part, out->base));
        sqlite3_bind_int64(insert, 2, out->last + 1);
        sqlite3_bind_int64(insert, 3, out->pack.first_ms);
        sqlite3_bind_blob64(insert, 4, out->row.at, out->row.len, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            status = dl_local_sql_fail(db, run->log->path, "compact", err);
    }
    sqlite3_finalize(insert);
    dl_local_pack_done(&out->pack);
    dl_local_pack_init(&out->pack, run->part);
    return status;
}

static dl_status keep_newest(struct compaction *run, const struct dl_batch *batch, void *ctx,
                             struct dl_error *err)
{
    struct rewriting *out = ctx;
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < batch->count && status == DL_OK; i++) {
        const struct dl_record *record = &batch->records[i];
        XXH128_hash_t key = XXH3_128bits(record->key.at, record->key.len);
        if (slot_of(run, key)->offset != record->offset)
            continue;
        if (out->pack.count == 0)
            out->base = record->offset;
        out->last = record->offset;
        status = dl_local_pack_add(&out->pack, record, record->offset - out->base, err);
        if (status == DL_OK && out->pack.count == ROW_RECORDS)
            status = put_row(run, out, err);
    }
    return status;
}

/* The newest record of all is always kept, so the partition's end does not move. */
static dl_status rewrite(struct compaction *run, struct dl_error *err)
{
    sqlite3 *db = run->log->db;
    char swap[256];
    snprintf(swap, sizeof swap,
             "DELETE FROM batches WHERE id BETWEEN %lld AND %lld;"
             "INSERT INTO batches SELECT * FROM compacted; DROP TABLE compacted; COMMIT",
             (long long)dl_local_rowid(run->part, 0),
             (long long)dl_local_rowid(run->part, (1LL << 48) - 1));
    struct rewriting out = {0};
    dl_local_pack_init(&out.pack, run->part);
    dl_buf_init(&out.row, SIZE_MAX / 2);
    dl_status status = DL_OK;
    if (sqlite3_exec(db, "BEGIN IMMEDIATE; CREATE TEMP TABLE compacted(id, next, at_ms, records)",
                     NULL, NULL, NULL) != SQLITE_OK)
        status = dl_local_sql_fail(db, run->log->path, "compact", err);
    if (status == DL_OK)
        status = for_each_batch(run, keep_newest, &out, err);
    if (status == DL_OK)
        status = put_row(run, &out, err);
    if (status == DL_OK && sqlite3_exec(db, swap, NULL, NULL, NULL) != SQLITE_OK)
        status = dl_local_sql_fail(db, run->log->path, "compact", err);
    if (!sqlite3_get_autocommit(db))
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* the first error is the story */
    dl_local_pack_done(&out.pack);
    dl_buf_done(&out.row);
    return status;
}

static int64_t bytes_of(struct local_log *log, struct dl_part part)
{
    char sql[160];
    sqlite3_stmt *query = NULL;
    int64_t bytes = 0;
    snprintf(sql, sizeof sql,
             "SELECT sum(length(records)) FROM batches WHERE id BETWEEN %lld AND %lld",
             (long long)dl_local_rowid(part, 0), (long long)dl_local_rowid(part, (1LL << 48) - 1));
    if (sqlite3_prepare_v2(log->db, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        bytes = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return bytes;
}

dl_status dl_local_compact(struct local_log *log, struct dl_part part, struct dl_error *err)
{
    if (bytes_of(log, part) < COMPACT_BYTES_MIN)
        return DL_OK;
    struct compaction run = {.log = log, .part = part};
    dl_status status = for_each_batch(&run, note_batch, NULL, err);
    if (status == DL_OK && run.records > 2 * run.used)
        status = rewrite(&run, err);
    free(run.slots);
    return status;
}
