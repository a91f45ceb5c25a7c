/* WARC 1.0 and 1.1 as records, one after the other, out of any stream of bytes.
 *
 * A record is "WARC/1.x", header lines, an empty line, Content-Length bytes and an empty line or
 * two. Where that does not hold, the record is broken: the next one is looked for by its first
 * line. The reader remembers what it has looked at, so a lying Content-Length cannot swallow the
 * records after it as long as they fit into its window.
 *
 * Owner    dl_warc_done(); a record's slices hold until the next call.
 * Threads  one at a time; blocks where its source does.
 * Errors   DL_NOT_FOUND at the end; DL_BAD_INPUT and DL_TOO_BIG for a broken record, the next call
 *          goes on after it; DL_FATAL when the source cannot be read on. */
#ifndef DL_PRODUCERS_FILES_WARC_RECORD_H
#define DL_PRODUCERS_FILES_WARC_RECORD_H

#include "core/arena.h"

/* More bytes, 0 at the end. DL_BAD_INPUT: some are missing here, call again for those after. */
typedef dl_status (*dl_warc_source)(void *ctx, void *to, size_t room, size_t *ret_got,
                                    struct dl_error *err);

struct dl_warc {
    dl_warc_source source;
    void *ctx;
    struct dl_buf window; /* bytes not yet taken */
    uint64_t offset;      /* of the window's first byte */
    size_t block_bytes_max;
    bool ended;
    bool torn; /* bytes are missing at the window's end */
    struct dl_error tear;
};

struct dl_warc_record {
    uint64_t offset; /* in the source, unpacked */
    dl_str header;   /* its lines, continued ones joined */
    dl_str block;    /* its content; empty when it was passed over */
    uint64_t bytes;  /* of the block, by its header */
    bool passed;     /* a record nobody asked for: only its header was read */
};

/* Blocks up to `block_bytes_max` bytes are read whole. `offset` is where the source stands. */
void dl_warc_init(struct dl_warc *warc, dl_warc_source source, void *ctx, uint64_t offset,
                  size_t block_bytes_max);
void dl_warc_done(struct dl_warc *warc);

/* The next record. `wanted` says by its header whether its block is read. On a broken record
 * *ret holds what there is of it. */
dl_status dl_warc_next(struct dl_warc *warc, struct dl_arena *arena, bool (*wanted)(dl_str header),
                       struct dl_warc_record *ret, struct dl_error *err);

#endif
