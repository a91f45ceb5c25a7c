/* Reports as lines of JSON in a file that only grows, with a small file beside it that says how far
 * it can be trusted:
 *
 *     reports.ndjson            {"id":…}\n{"id":…}\n          whatever a crash left after `length`
 *     reports.ndjson.offsets    dateline-offsets 1             is cut off
 *                               length 5120
 *                               reports 3 17                   next offset of partition 3
 *
 * A batch is written after `length`, synced, and then the second file is replaced whole: from that
 * moment on the lines count. One file for all partitions in a place of its own (`run`), otherwise
 * one a partition (reports.3.ndjson), so that each moves to another member with its partition. A
 * lock on the data file is held during a batch; with it the offsets are read anew, so that a member
 * that lost its partition cannot write over its successor.
 *
 * Lines carry no time of storing: an article's line is the same after any restart. */
#include "sinks/sink.h"

#include "core/limits.h"
#include "proto/json.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES_MAX (16U * DL_RECORD_BYTES_MAX) /* as in sqlite_rows.c: never reached */
#define WRITE_BYTES (1U << 20)                     /* written out whenever so much is ready */
#define OFFSETS_BYTES_MAX 32768U                   /* DL_PARTITIONS_MAX lines */

/* One data file. */
struct lines {
    char *path;
    char *offsets_path;
    int fd;
    bool locked;                     /* by us, since its first use in this batch */
    int64_t length;                  /* that counts */
    int64_t written;                 /* by this batch, up to here */
    struct dl_buf ready;             /* lines not yet written */
    int64_t next[DL_PARTITIONS_MAX]; /* as the second file has them */
};

struct dl_sink_store {
    char *path;
    bool sole;
    bool fast;
    struct lines *files[DL_PARTITIONS_MAX]; /* sole: only [0] */
};

/* What the system says about a file, and whether it may go later. */
static dl_status system_fail(const char *path, const char *what, struct dl_error *err)
{
    int number = errno;
    bool may_go = number == ENOSPC || number == EDQUOT || number == EFBIG || number == EIO ||
                  number == EINTR || number == EAGAIN || number == EMFILE || number == ENFILE;
    return dl_fail(err, may_go ? DL_RETRY : DL_FATAL, "%s: %s%s%s", path, what ? what : "",
                   what ? ": " : "", strerror(number));
}

/* --- the file of offsets --- */

static dl_status read_whole(const char *path, struct dl_buf *text, struct dl_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? DL_NOT_FOUND : system_fail(path, NULL, err);
    char piece[4096];
    ssize_t got;
    dl_status status = DL_OK;
    while (status == DL_OK && (got = read(fd, piece, sizeof piece)) > 0)
        if (dl_buf_put(text, piece, (size_t)got) != DL_OK)
            status = dl_fail(err, DL_FATAL, "%s: longer than any file of offsets", path);
    if (status == DL_OK && got < 0)
        status = system_fail(path, NULL, err);
    (void)close(fd); /* only read: nothing to lose */
    return status;
}

static bool take_line(struct lines *lines, dl_str line)
{
    dl_str words[3] = {{NULL, 0}};
    int count = 0;
    while (count < 3 && dl_str_next(&line, ' ', &words[count]))
        count++;
    int64_t number = 0;
    if (count == 2 && dl_str_is(words[0], "length"))
        return dl_str_to_i64(words[1], &lines->length) == DL_OK && lines->length >= 0;
    return count == 3 && line.len == 0 && dl_str_is(words[0], dl_topics[DL_TOPIC_REPORTS].name) &&
           dl_str_to_i64(words[1], &number) == DL_OK && number >= 0 && number < DL_PARTITIONS_MAX &&
           dl_str_to_i64(words[2], &lines->next[number]) == DL_OK;
}

static dl_status read_offsets(struct lines *lines, struct dl_error *err)
{
    struct dl_buf text;
    dl_buf_init(&text, OFFSETS_BYTES_MAX);
    memset(lines->next, 0, sizeof lines->next);
    lines->length = 0;
    dl_status status = read_whole(lines->offsets_path, &text, err);
    dl_str rest = dl_buf_str(&text);
    dl_str line;
    bool good =
        status == DL_OK && dl_str_next(&rest, '\n', &line) && dl_str_is(line, "dateline-offsets 1");
    while (good && dl_str_next(&rest, '\n', &line) && line.len)
        good = take_line(lines, line);
    if (status == DL_NOT_FOUND) /* nothing was ever kept */
        status = DL_OK;
    else if (status == DL_OK && !good)
        status = dl_fail(err, DL_FATAL, "%s: not a file of offsets this dateline knows",
                         lines->offsets_path);
    dl_buf_done(&text);
    return status;
}

static dl_status write_whole(int fd, const char *path, dl_str bytes, int64_t at,
                             struct dl_error *err)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t put = pwrite(fd, bytes.at + done, bytes.len - done, at + (off_t)done);
        if (put < 0 && errno != EINTR)
            return system_fail(path, "write", err);
        done += put > 0 ? (size_t)put : 0;
    }
    return DL_OK;
}

static dl_status sync_folder_of(const char *path, struct dl_error *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    int fd = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return system_fail(folder, NULL, err);
    dl_status status = fsync(fd) == 0 ? DL_OK : system_fail(folder, "sync", err);
    (void)close(fd);
    return status;
}

/* All or nothing: written beside, synced, renamed. From the renaming on the new length counts, even
 * if a power cut may still undo it: then the longer file is cut and filled again. */
static dl_status write_offsets(struct lines *lines, bool fast, struct dl_error *err)
{
    char part[4200];
    struct dl_buf text;
    dl_buf_init(&text, OFFSETS_BYTES_MAX);
    (void)dl_buf_printf(&text, "dateline-offsets 1\nlength %lld\n", (long long)lines->written);
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        if (lines->next[p]) /* fits: the ceiling is made for all of them */
            (void)dl_buf_printf(&text, "%s %u %lld\n", dl_topics[DL_TOPIC_REPORTS].name, p,
                                (long long)lines->next[p]);
    snprintf(part, sizeof part, "%s.part", lines->offsets_path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    dl_status status =
        fd < 0 ? system_fail(part, NULL, err) : write_whole(fd, part, dl_buf_str(&text), 0, err);
    if (status == DL_OK && !fast && fsync(fd) != 0)
        status = system_fail(part, "sync", err);
    if (fd >= 0 && close(fd) != 0 && status == DL_OK)
        status = system_fail(part, "close", err);
    if (status == DL_OK && rename(part, lines->offsets_path) != 0)
        status = system_fail(lines->offsets_path, NULL, err);
    if (status == DL_OK)
        lines->length = lines->written;
    if (status == DL_OK && !fast)
        status = sync_folder_of(lines->offsets_path, err);
    dl_buf_done(&text);
    return status;
}

/* --- the file of lines --- */

static void unlock(struct lines *lines)
{
    dl_buf_reset(&lines->ready);
    if (lines->locked)
        (void)flock(lines->fd, LOCK_UN); /* at worst it goes with the file */
    lines->locked = false;
}

/* Locks it, reads what counts, cuts off what does not. */
static dl_status take_file(struct lines *lines, struct dl_error *err)
{
    struct stat info;
    if (lines->locked)
        return DL_OK;
    if (flock(lines->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK
                   ? dl_fail(err, DL_RETRY, "%s: another process is writing it", lines->path)
                   : system_fail(lines->path, "lock", err);
    lines->locked = true;
    dl_status status = read_offsets(lines, err);
    lines->written = lines->length;
    if (status == DL_OK && fstat(lines->fd, &info) != 0)
        status = system_fail(lines->path, NULL, err);
    if (status == DL_OK && info.st_size < lines->length)
        status = dl_fail(err, DL_FATAL,
                         "%s: %lld bytes, but %s says %lld: somebody shortened it; put it back, or "
                         "remove both to have it filled again",
                         lines->path, (long long)info.st_size, lines->offsets_path,
                         (long long)lines->length);
    if (status == DL_OK && info.st_size > lines->length && ftruncate(lines->fd, lines->length) != 0)
        status = system_fail(lines->path, "cut", err);
    if (status != DL_OK)
        unlock(lines);
    return status;
}

/* reports.ndjson for all, or reports.3.ndjson. */
static char *name_file(const struct dl_sink_store *store, int32_t partition, const char *suffix)
{
    const char *slash = strrchr(store->path, '/');
    const char *dot = strrchr(slash ? slash : store->path, '.');
    size_t stem = dot ? (size_t)(dot - store->path) : strlen(store->path);
    size_t room = strlen(store->path) + strlen(suffix) + 16;
    char *path = dl_alloc(room);
    if (store->sole)
        snprintf(path, room, "%s%s", store->path, suffix);
    else
        snprintf(path, room, "%.*s.%d%s%s", (int)stem, store->path, partition, dot ? dot : "",
                 suffix);
    return path;
}

static void free_lines(struct lines *lines)
{
    if (!lines)
        return;
    if (lines->fd >= 0)
        (void)close(lines->fd); /* what counts has been synced */
    dl_buf_done(&lines->ready);
    free(lines->path);
    free(lines->offsets_path);
    free(lines);
}

static dl_status open_file(struct dl_sink_store *store, int32_t partition, struct lines **ret_lines,
                           struct dl_error *err)
{
    struct lines **slot = &store->files[store->sole ? 0 : partition];
    if (!*slot) {
        struct lines *lines = dl_alloc(sizeof *lines);
        lines->path = name_file(store, partition, "");
        lines->offsets_path = name_file(store, partition, ".offsets");
        dl_buf_init(&lines->ready, WRITE_BYTES + LINE_BYTES_MAX);
        lines->fd = open(lines->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (lines->fd < 0) {
            dl_status status = system_fail(lines->path, NULL, err);
            free_lines(lines);
            return status;
        }
        *slot = lines;
    }
    *ret_lines = *slot;
    return DL_OK;
}

static dl_status write_ready(struct lines *lines, struct dl_error *err)
{
    dl_str bytes = dl_buf_str(&lines->ready);
    dl_status status = write_whole(lines->fd, lines->path, bytes, lines->written, err);
    if (status != DL_OK)
        return status;
    lines->written += (int64_t)bytes.len;
    dl_buf_reset(&lines->ready);
    return DL_OK;
}

/* --- the kind --- */

static void close_store(struct dl_sink_store *store)
{
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        free_lines(store->files[p]);
    free(store->path);
    free(store);
}

static dl_status open_store(const struct dl_sink_place *place, struct dl_sink_store **ret_store,
                            struct dl_error *err)
{
    struct dl_sink_store *store = dl_alloc(sizeof *store);
    store->path = dl_strdup(place->target);
    store->sole = place->sole;
    store->fast = place->fast;
    struct lines *lines = NULL;
    dl_status status = DL_OK;
    if (store->sole) /* else at the first question about its partition */
        status = open_file(store, 0, &lines, err);
    if (status != DL_OK) {
        close_store(store);
        return status;
    }
    *ret_store = store;
    return DL_OK;
}

static dl_status position(struct dl_sink_store *store, struct dl_part part, int64_t *ret_next,
                          struct dl_error *err)
{
    struct lines *lines = NULL;
    dl_status status = open_file(store, part.partition, &lines, err);
    if (status == DL_OK)
        status = take_file(lines, err);
    if (status != DL_OK)
        return status;
    *ret_next = lines->next[part.partition];
    unlock(lines);
    return DL_OK;
}

static dl_status begin(struct dl_sink_store *store, struct dl_error *err)
{
    (void)store; /* a file is taken at its first line */
    (void)err;
    return DL_OK;
}

static dl_status put(struct dl_sink_store *store, const struct dl_sink_item *item,
                     struct dl_error *err)
{
    struct lines *lines = NULL;
    dl_status status = open_file(store, item->record->part.partition, &lines, err);
    if (status == DL_OK)
        status = take_file(lines, err);
    if (status != DL_OK)
        return status;
    size_t before = lines->ready.len;
    status = dl_report_json(item->report, NULL, item->arena, &lines->ready);
    if (status == DL_OK)
        status = dl_buf_put_char(&lines->ready, '\n');
    if (status != DL_OK) {
        lines->ready.len = before;
        return dl_fail(err, status, "more than %u bytes of JSON", LINE_BYTES_MAX);
    }
    return lines->ready.len >= WRITE_BYTES ? write_ready(lines, err) : DL_OK;
}

static dl_status commit_file(struct dl_sink_store *store, struct lines *lines, struct dl_error *err)
{
    dl_status status = write_ready(lines, err);
    if (status == DL_OK && !store->fast && lines->written > lines->length &&
        fdatasync(lines->fd) != 0)
        status = system_fail(lines->path, "sync", err);
    return status == DL_OK ? write_offsets(lines, store->fast, err) : status;
}

/* Files of several partitions become durable one after the other. A crash in between repeats only
 * those that had not their turn, each exactly from where it was; so does a disk that fills up in
 * between, since the offsets of the others then answer DL_NOT_FOUND and the leg asks anew. */
static dl_status commit(struct dl_sink_store *store, const struct dl_sink_step *steps,
                        uint32_t count, struct dl_error *err)
{
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < count && status == DL_OK; i++) {
        struct lines *lines = NULL;
        status = open_file(store, steps[i].part.partition, &lines, err);
        if (status == DL_OK)
            status = take_file(lines, err); /* a batch may hold no line of this partition */
        if (status != DL_OK)
            break;
        int64_t *next = &lines->next[steps[i].part.partition];
        if (*next != steps[i].expected)
            return dl_fail(err, DL_NOT_FOUND, "%s: partition %d is at %lld, not at %lld",
                           lines->path, steps[i].part.partition, (long long)*next,
                           (long long)steps[i].expected);
        *next = steps[i].next;
    }
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX && status == DL_OK; p++)
        if (store->files[p] && store->files[p]->locked) {
            status = commit_file(store, store->files[p], err);
            if (status == DL_OK)
                unlock(store->files[p]);
        }
    return status;
}

/* What was written past `length` is cut off at once, so that a full disk has room again. */
static void abort_batch(struct dl_sink_store *store)
{
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++) {
        struct lines *lines = store->files[p];
        if (!lines || !lines->locked)
            continue;
        if (ftruncate(lines->fd, lines->length) != 0)
            (void)errno; /* it is tried again before the next batch, and then told */
        unlock(lines);
    }
}

const struct dl_sink_kind dl_sink_ndjson = {
    .name = "ndjson",
    .open = open_store,
    .position = position,
    .begin = begin,
    .put = put,
    .commit = commit,
    .abort = abort_batch,
    .close = close_store,
};
