/* Articles as JSON, one a line. A line of any length is read through a buffer with a ceiling. */
#include "producers/door/feed.h"

#include "core/limits.h"
#include "producers/door/door.h"
#include "producers/door/envelope.h"
#include "producers/door/stream.h"
#include "producers/files/field_map.h"

#include <xxhash.h>

#define PIECE_BYTES 65536U

struct jsonl {
    struct dl_feed base;
    struct dl_stream *stream;
    dl_str published;
    const struct dl_field_map *map; /* NULL: none */
    uint64_t offset;                /* of the next byte to take, unpacked */
    uint64_t line;                  /* lines taken */
    bool ended;
    struct dl_buf text; /* of the line, up to DL_DOOR_LINE_BYTES_MAX */
    uint64_t line_bytes;
    bool too_long;
    XXH3_state_t *hash; /* of a line that is too long */
    size_t at;          /* in `piece` */
    size_t end;
    char piece[PIECE_BYTES];
};

/* More of the line. Past the ceiling only its hash and length go on. */
static void take(struct jsonl *feed, const char *bytes, size_t count)
{
    if (count == 0)
        return;
    feed->line_bytes += count;
    feed->offset += count;
    if (!feed->too_long && dl_buf_put(&feed->text, bytes, count) == DL_OK)
        return;
    if (!feed->too_long) {
        feed->too_long = true;
        (void)XXH3_128bits_reset(feed->hash); /* these fail only on NULL */
        (void)XXH3_128bits_update(feed->hash, feed->text.at, feed->text.len);
    }
    (void)XXH3_128bits_update(feed->hash, bytes, count);
}

/* A line into `text`, without its end. DL_NOT_FOUND when there is none left. */
static dl_status read_line(struct jsonl *feed, struct dl_error *err)
{
    dl_buf_reset(&feed->text);
    feed->line_bytes = 0;
    feed->too_long = false;
    for (;;) {
        const char *from = feed->piece + feed->at;
        const char *feed_end = memchr(from, '\n', feed->end - feed->at);
        size_t count = feed_end ? (size_t)(feed_end - from) : feed->end - feed->at;
        take(feed, from, count);
        feed->at += count;
        if (feed_end) {
            feed->at++;
            feed->offset++;
            break;
        }
        feed->at = feed->end = 0;
        dl_status status =
            dl_stream_read(feed->stream, feed->piece, sizeof feed->piece, &feed->end, err);
        if (status != DL_OK)
            return status;
        if (feed->end == 0) {
            feed->ended = true;
            if (feed->line_bytes == 0)
                return DL_NOT_FOUND;
            break;
        }
    }
    feed->line++;
    return DL_OK;
}

/* Of all of a line that is too long to be kept. */
static dl_str hash_of_line(const struct jsonl *feed, struct dl_arena *arena)
{
    XXH128_hash_t hash = XXH3_128bits_digest(feed->hash);
    return dl_arena_printf(arena, "%016llx%016llx", (unsigned long long)hash.high64,
                           (unsigned long long)hash.low64);
}

static void refuse(const struct jsonl *feed, struct dl_arena *arena, struct dl_feed_item *item)
{
    dl_envelope_refuse(arena, dl_buf_str(&feed->text), item);
    item->bytes_in_all = feed->line_bytes;
    if (feed->too_long)
        item->hash = hash_of_line(feed, arena);
}

static dl_status parse(const struct jsonl *feed, struct dl_arena *arena,
                       struct dl_article_record **ret, struct dl_error *err)
{
    if (feed->too_long)
        return dl_fail(err, DL_TOO_BIG, "line of %llu bytes, at most %u",
                       (unsigned long long)feed->line_bytes, DL_DOOR_LINE_BYTES_MAX);
    dl_str line = dl_buf_str(&feed->text);
    if (feed->map)
        line = dl_field_map_line(feed->map, arena, line);
    return dl_door_json(arena, line, feed->published, ret, err);
}

static dl_status next(struct dl_feed *base, struct dl_arena *arena, struct dl_feed_item *item,
                      struct dl_error *err)
{
    struct jsonl *feed = (struct jsonl *)base;
    *item = (struct dl_feed_item){0};
    for (;;) {
        if (feed->ended)
            return DL_NOT_FOUND;
        dl_status status = read_line(feed, err);
        if (status == DL_NOT_FOUND || status == DL_FATAL)
            return status;
        item->line = status == DL_OK ? feed->line : feed->line + 1;
        if (status == DL_OK) {
            if (!feed->too_long && dl_str_trim(dl_buf_str(&feed->text)).len == 0)
                continue;
            status = parse(feed, arena, &item->article, &item->why);
        } else { /* the packing is broken: what there is of the line is the last we see */
            item->why = *err;
            feed->ended = true;
        }
        if (status != DL_OK)
            refuse(feed, arena, item);
        item->next_offset = feed->offset;
        item->next_line = feed->line;
        return DL_OK;
    }
}

static void close_jsonl(struct dl_feed *base)
{
    struct jsonl *feed = (struct jsonl *)base;
    dl_stream_close(feed->stream);
    dl_buf_done(&feed->text);
    (void)XXH3_freeState(feed->hash);
    free(feed);
}

static uint64_t disk_bytes(const struct dl_feed *base)
{
    return dl_stream_disk_bytes(((const struct jsonl *)base)->stream);
}

static const struct dl_feed_kind jsonl_kind = {next, disk_bytes, close_jsonl};

dl_status dl_feed_jsonl(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                        struct dl_error *err)
{
    struct jsonl *feed = dl_alloc(sizeof *feed);
    feed->base.kind = &jsonl_kind;
    feed->published = want->published;
    feed->map = want->map;
    feed->offset = want->offset;
    feed->line = want->line;
    feed->hash = XXH3_createState();
    if (!feed->hash)
        abort(); /* no memory */
    dl_buf_init(&feed->text, DL_DOOR_LINE_BYTES_MAX);
    dl_status status = dl_stream_open(want->path, &feed->stream, err);
    if (status == DL_OK)
        status = dl_stream_skip(feed->stream, want->offset, err);
    if (status != DL_OK) {
        close_jsonl(&feed->base);
        return status;
    }
    *ret_feed = &feed->base;
    return DL_OK;
}
