/* The bytes of a file, unpacked when it is gzip or zstd (by its first bytes, not its name).
 *
 * Owner    dl_stream_close().
 * Threads  one at a time; blocks.
 * Errors   DL_BAD_INPUT: the packing is broken, what came before it was good. DL_TOO_BIG: it
 *          unpacks to more than any news would. DL_FATAL: the file cannot be read. */
#ifndef DL_PRODUCERS_DOOR_STREAM_H
#define DL_PRODUCERS_DOOR_STREAM_H

#include "core/str.h"

struct dl_stream;

dl_status dl_stream_open(const char *path, struct dl_stream **ret_stream, struct dl_error *err);
void dl_stream_close(struct dl_stream *stream);

/* Up to `room` bytes; 0 at the end. All members of a gzip file, all frames of a zstd file. */
dl_status dl_stream_read(struct dl_stream *stream, void *to, size_t room, size_t *ret_got,
                         struct dl_error *err);

/* Goes on after the first `bytes`, counted unpacked. DL_BAD_INPUT if there are not so many. */
dl_status dl_stream_skip(struct dl_stream *stream, uint64_t bytes, struct dl_error *err);

/* After DL_BAD_INPUT or DL_TOO_BIG: goes on at the next place in the file that looks like the begin
 * of a gzip member or zstd frame. DL_NOT_FOUND, and reading gives 0 bytes, when there is none. */
dl_status dl_stream_resync(struct dl_stream *stream, struct dl_error *err);

uint64_t dl_stream_disk_bytes(const struct dl_stream *stream); /* read so far, as on disk */

#endif
