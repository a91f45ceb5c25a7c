/* Files as bytes. */
#include "producers/door/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PACKED_BYTES 65536U
/* Text packs to a tenth, pages to a thirtieth, one and the same page over and over to a hundredth:
 * past that somebody wants our disk or memory. Small files may do as they like. */
#define RATIO_MAX 200U
#define RATIO_FREE_BYTES (1U << 20)
#define GZIP_WITH_HEADER (15 + 16) /* zlib: largest window, gzip only */
#define DICTIONARY_BYTES_MAX (4U << 20)
#define ZSTD_WINDOW_LOG_MAX 23 /* 8 MiB, what `zstd -19` uses */

static const unsigned char dictionary_magic[] = {0x5d, 0x2a, 0x4d, 0x18};

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct dl_stream {
    int fd;
    char *path;
    enum packing packing;
    uint64_t packed_bytes;   /* read from the file */
    uint64_t unpacked_bytes; /* given */
    bool between;            /* members or frames: the end of the file is an end */
    z_stream gzip;
    ZSTD_DStream *zstd;
    size_t left_at; /* of `packed`, not yet unpacked */
    size_t left_end;
    unsigned char packed[PACKED_BYTES];
};

static dl_status read_packed(struct dl_stream *stream, struct dl_error *err)
{
    ssize_t got;
    do
        got = read(stream->fd, stream->packed, sizeof stream->packed);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", stream->path, strerror(errno));
    stream->left_at = 0;
    stream->left_end = (size_t)got;
    stream->packed_bytes += (uint64_t)got;
    return DL_OK;
}

/* Exactly so many bytes of the file into `to`. DL_BAD_INPUT when it ends before. */
static dl_status take_packed(struct dl_stream *stream, unsigned char *to, size_t bytes,
                             struct dl_error *err)
{
    while (bytes) {
        if (stream->left_at == stream->left_end) {
            dl_status status = read_packed(stream, err);
            if (status != DL_OK)
                return status;
            if (stream->left_end == 0)
                return dl_fail(err, DL_BAD_INPUT, "%s: ends in its dictionary", stream->path);
        }
        size_t left = stream->left_end - stream->left_at;
        size_t now = left < bytes ? left : bytes;
        memcpy(to, stream->packed + stream->left_at, now);
        stream->left_at += now;
        to += now;
        bytes -= now;
    }
    return DL_OK;
}

/* The dictionary of a .warc.zst: a skippable frame at the file's front, itself packed or not
 * (https://iipc.github.io/warc-specifications/specifications/warc-zstd/). */
static dl_status load_dictionary(struct dl_stream *stream, struct dl_error *err)
{
    unsigned char head[8];
    dl_status status = take_packed(stream, head, sizeof head, err);
    if (status != DL_OK)
        return status;
    size_t bytes = head[4] | (size_t)head[5] << 8 | (size_t)head[6] << 16 | (size_t)head[7] << 24;
    if (bytes > DICTIONARY_BYTES_MAX)
        return dl_fail(err, DL_BAD_INPUT, "%s: dictionary of %zu bytes, at most %u", stream->path,
                       bytes, DICTIONARY_BYTES_MAX);
    unsigned char *dictionary = dl_alloc(bytes + 1);
    unsigned char *unpacked = NULL;
    status = take_packed(stream, dictionary, bytes, err);
    if (status == DL_OK && bytes >= 4 && memcmp(dictionary, "\x28\xb5\x2f\xfd", 4) == 0) {
        unpacked = dl_alloc(DICTIONARY_BYTES_MAX);
        bytes = ZSTD_decompress(unpacked, DICTIONARY_BYTES_MAX, dictionary, bytes);
        if (ZSTD_isError(bytes))
            status = dl_fail(err, DL_BAD_INPUT, "%s: broken dictionary: %s", stream->path,
                             ZSTD_getErrorName(bytes));
    }
    if (status == DL_OK && ZSTD_isError(ZSTD_DCtx_loadDictionary(
                               stream->zstd, unpacked ? unpacked : dictionary, bytes)))
        status = dl_fail(err, DL_BAD_INPUT, "%s: broken dictionary", stream->path);
    free(unpacked);
    free(dictionary);
    return status;
}

/* A frame of zstd that holds no content: "\x50*M\x18" and fifteen more. */
static bool is_skippable(const unsigned char *head)
{
    return (head[0] & 0xf0) == 0x50 && memcmp(head + 1, dictionary_magic + 1, 3) == 0;
}

static dl_status find_packing(struct dl_stream *stream, struct dl_error *err)
{
    dl_status status = read_packed(stream, err);
    if (status != DL_OK)
        return status;
    const unsigned char *head = stream->packed;
    if (stream->left_end >= 2 && head[0] == 0x1f && head[1] == 0x8b) {
        stream->packing = PACKING_GZIP;
        if (inflateInit2(&stream->gzip, GZIP_WITH_HEADER) != Z_OK)
            abort(); /* no memory */
    } else if (stream->left_end >= 4 &&
               (memcmp(head, "\x28\xb5\x2f\xfd", 4) == 0 || is_skippable(head))) {
        stream->packing = PACKING_ZSTD;
        stream->zstd = ZSTD_createDStream();
        if (!stream->zstd)
            abort(); /* no memory */
        /* refuses only numbers out of its range */
        (void)ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
        if (memcmp(head, dictionary_magic, 4) == 0)
            return load_dictionary(stream, err);
    }
    return DL_OK;
}

dl_status dl_stream_open(const char *path, struct dl_stream **ret_stream, struct dl_error *err)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait for a writer */
    if (fd < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        (void)close(fd); /* only opened */
        return dl_fail(err, DL_FATAL, "%s: not a regular file", path);
    }
    struct dl_stream *stream = dl_alloc(sizeof *stream);
    stream->fd = fd;
    stream->path = dl_strdup(path);
    stream->between = true;
    dl_status status = find_packing(stream, err);
    if (status != DL_OK) {
        dl_stream_close(stream);
        return status;
    }
    *ret_stream = stream;
    return DL_OK;
}

void dl_stream_close(struct dl_stream *stream)
{
    if (!stream)
        return;
    if (stream->packing == PACKING_GZIP)
        (void)inflateEnd(&stream->gzip);
    (void)ZSTD_freeDStream(stream->zstd);
    (void)close(stream->fd); /* only read: nothing to lose */
    free(stream->path);
    free(stream);
}

uint64_t dl_stream_disk_bytes(const struct dl_stream *stream)
{
    return stream->packed_bytes - (stream->left_end - stream->left_at);
}

/* --- unpacking: each takes some of what is left and gives some --- */

static dl_status unpack_gzip(struct dl_stream *stream, void *to, size_t room, size_t *ret_got,
                             struct dl_error *err)
{
    z_stream *gzip = &stream->gzip;
    gzip->next_in = stream->packed + stream->left_at;
    gzip->avail_in = (uInt)(stream->left_end - stream->left_at);
    gzip->next_out = to;
    gzip->avail_out = (uInt)room;
    stream->between = false;
    int result = inflate(gzip, Z_NO_FLUSH);
    stream->left_at = stream->left_end - gzip->avail_in;
    *ret_got = room - gzip->avail_out;
    if (result == Z_STREAM_END) {
        stream->between = true;
        (void)inflateReset(gzip); /* the stream is a good one */
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return dl_fail(err, DL_BAD_INPUT, "%s: broken gzip: %s", stream->path,
                       gzip->msg ? gzip->msg : "not gzip");
    }
    return DL_OK;
}

static dl_status unpack_zstd(struct dl_stream *stream, void *to, size_t room, size_t *ret_got,
                             struct dl_error *err)
{
    ZSTD_inBuffer in = {stream->packed, stream->left_end, stream->left_at};
    ZSTD_outBuffer out = {to, room, 0};
    size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);
    stream->left_at = in.pos;
    *ret_got = out.pos;
    if (ZSTD_isError(result))
        return dl_fail(err, DL_BAD_INPUT, "%s: broken zstd: %s", stream->path,
                       ZSTD_getErrorName(result));
    stream->between = result == 0;
    return DL_OK;
}

static dl_status copy_plain(struct dl_stream *stream, void *to, size_t room, size_t *ret_got)
{
    size_t left = stream->left_end - stream->left_at;
    *ret_got = left < room ? left : room;
    memcpy(to, stream->packed + stream->left_at, *ret_got);
    stream->left_at += *ret_got;
    return DL_OK;
}

static dl_status check_ratio(const struct dl_stream *stream, struct dl_error *err)
{
    uint64_t packed = dl_stream_disk_bytes(stream);
    if (stream->packing == PACKING_NONE || stream->unpacked_bytes <= RATIO_FREE_BYTES ||
        stream->unpacked_bytes / RATIO_MAX <= packed)
        return DL_OK;
    return dl_fail(err, DL_TOO_BIG, "%s: unpacks to more than %u times its size", stream->path,
                   RATIO_MAX);
}

dl_status dl_stream_read(struct dl_stream *stream, void *to, size_t room, size_t *ret_got,
                         struct dl_error *err)
{
    size_t got = 0;
    dl_status status = DL_OK;
    while (got == 0 && status == DL_OK) {
        if (stream->left_at == stream->left_end) {
            status = read_packed(stream, err);
            if (status == DL_OK && stream->left_end == 0) {
                if (!stream->between) {
                    stream->between = true; /* said once */
                    return dl_fail(err, DL_BAD_INPUT, "%s: ends in the middle of its packing",
                                   stream->path);
                }
                break;
            }
            continue;
        }
        switch (stream->packing) {
        case PACKING_NONE:
            status = copy_plain(stream, to, room, &got);
            break;
        case PACKING_GZIP:
            status = unpack_gzip(stream, to, room, &got, err);
            break;
        case PACKING_ZSTD:
            status = unpack_zstd(stream, to, room, &got, err);
            break;
        }
    }
    stream->unpacked_bytes += got;
    if (status == DL_OK)
        status = check_ratio(stream, err);
    if (status == DL_OK)
        *ret_got = got;
    return status;
}

/* --- going on after broken packing --- */

static const unsigned char gzip_magic[] = {0x1f, 0x8b, 0x08};
static const unsigned char zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

/* A begin in what is left in memory; NULL. */
static const unsigned char *find_begin(const struct dl_stream *stream, const unsigned char *from)
{
    const unsigned char *end = stream->packed + stream->left_end;
    bool gzip = stream->packing == PACKING_GZIP;
    const unsigned char *magic = gzip ? gzip_magic : zstd_magic;
    size_t len = gzip ? sizeof gzip_magic : sizeof zstd_magic;
    while (from < end) {
        const unsigned char *hit = memmem(from, (size_t)(end - from), magic, len);
        if (!hit)
            return NULL;
        /* Three bytes come about by chance once in 16 MB; of the flags after them only five bits
         * mean anything. */
        if (!gzip || hit + len >= end || hit[len] < 0x20)
            return hit;
        from = hit + 1;
    }
    return NULL;
}

static void begin_anew(struct dl_stream *stream)
{
    stream->between = true;
    if (stream->packing == PACKING_GZIP)
        (void)inflateReset(&stream->gzip); /* the stream is a good one */
    else if (stream->packing == PACKING_ZSTD)
        (void)ZSTD_DCtx_reset(stream->zstd, ZSTD_reset_session_only); /* keeps its dictionary */
}

dl_status dl_stream_resync(struct dl_stream *stream, struct dl_error *err)
{
    if (stream->packing == PACKING_NONE)
        return DL_NOT_FOUND;
    begin_anew(stream);
    /* The begin that led here may still be the next byte; it is not tried again. */
    stream->left_at += stream->left_at < stream->left_end;
    for (;;) {
        const unsigned char *hit = find_begin(stream, stream->packed + stream->left_at);
        if (hit) {
            stream->left_at = (size_t)(hit - stream->packed);
            return DL_OK;
        }
        /* A begin may be cut by the end of the piece. */
        size_t kept =
            stream->left_end - stream->left_at < 3 ? stream->left_end - stream->left_at : 3;
        unsigned char tail[4];
        memcpy(tail, stream->packed + stream->left_end - kept, kept);
        ssize_t got;
        do
            got = read(stream->fd, stream->packed + kept, sizeof stream->packed - kept);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return dl_fail(err, DL_FATAL, "%s: %s", stream->path, strerror(errno));
        if (got == 0) {
            stream->left_at = stream->left_end = 0;
            return DL_NOT_FOUND;
        }
        memcpy(stream->packed, tail, kept);
        stream->left_at = 0;
        stream->left_end = kept + (size_t)got;
        stream->packed_bytes += (uint64_t)got;
    }
}

dl_status dl_stream_skip(struct dl_stream *stream, uint64_t bytes, struct dl_error *err)
{
    char away[16384];
    uint64_t left = stream->left_end - stream->left_at;
    if (stream->packing == PACKING_NONE && bytes > left) {
        if (lseek(stream->fd, (off_t)(bytes - left), SEEK_CUR) < 0)
            return dl_fail(err, DL_FATAL, "%s: %s", stream->path, strerror(errno));
        stream->packed_bytes += bytes - left;
        stream->left_at = stream->left_end;
        return DL_OK;
    }
    while (bytes > 0) {
        size_t got = 0;
        dl_status status = dl_stream_read(
            stream, away, bytes < sizeof away ? (size_t)bytes : sizeof away, &got, err);
        if (status != DL_OK)
            return status;
        if (got == 0)
            return dl_fail(err, DL_BAD_INPUT, "%s: shorter than when it was read before",
                           stream->path);
        bytes -= got;
    }
    return DL_OK;
}
