/* Records of one partition packed into one row of the embedded log.
 *
 *     raw bytes (u32) | zstd( record … )
 *     record = offset delta, time delta (ms, zigzag), key length, value length + 1 (0: tombstone),
 *              header count, headers (name length, name, value length, value), key, value
 *
 * all numbers varints. Offsets are kept one by one, so that a compacted batch may have gaps.
 *
 * Threads  none of this is shared.
 * Errors   DL_FATAL from unpacking: the log file is damaged, and there is nobody to skip it for. */
#ifndef DL_CORE_LOCAL_BATCH_H
#define DL_CORE_LOCAL_BATCH_H

#include "core/bus.h"

/* Grows while records are added; offsets are the caller's to number. */
struct dl_local_pack {
    struct dl_part part;
    struct dl_buf bytes; /* packed records, not compressed, each with its delta from 0 */
    uint32_t count;
    int64_t first_ms;
};

void dl_local_pack_init(struct dl_local_pack *pack, struct dl_part part);
void dl_local_pack_done(struct dl_local_pack *pack);

/* `delta` is what the record's offset is past the batch's base. */
dl_status dl_local_pack_add(struct dl_local_pack *pack, const struct dl_record *record,
                            int64_t delta, struct dl_error *err);

/* Compresses into `ret` (reset first). */
dl_status dl_local_pack_close(const struct dl_local_pack *pack, struct dl_buf *ret,
                              struct dl_error *err);

/* The batch of a row, in memory of its own; freed by dl_batch_free(). Records before `from` are
 * left out. DL_NOT_FOUND when none remain. */
dl_status dl_local_unpack(struct dl_part part, int64_t base, int64_t first_ms, dl_str row,
                          int64_t from, struct dl_batch **ret_batch, struct dl_error *err);

#endif
