/* A file that is one page of the web, as it was saved; and what inputs of pages share. */
#include "producers/files/page_feed.h"

#include "core/limits.h"
#include "producers/door/door.h"
#include "producers/door/stream.h"
#include "proto/codec.h"
#include "proto/id.h"

struct html_feed {
    struct dl_feed base;
    struct dl_stream *stream;
    dl_str published;
    bool given;
    struct dl_page_reader reader;
};

dl_status dl_page_feed_read(struct dl_page_reader *reader, const struct dl_page_want *want,
                            dl_str published, struct dl_arena *scratch,
                            struct dl_article_record **ret, struct dl_error *err)
{
    struct dl_page *page = dl_arena_alloc(scratch, sizeof *page);
    dl_status status = dl_page_read(reader, want, scratch, page, err);
    if (status == DL_OK)
        status = dl_door_article(scratch, &page->article, published, err);
    if (status == DL_OK)
        *ret = &page->article;
    return status;
}

dl_status dl_page_feed_copy(const struct dl_article_record *article, struct dl_arena *scratch,
                            struct dl_arena *arena, struct dl_article_record **ret,
                            struct dl_error *err)
{
    dl_str packed = dl_article_pack(article, scratch);
    return dl_article_unpack(dl_arena_str(arena, packed), arena, ret, err);
}

void dl_page_feed_refuse(struct dl_arena *arena, dl_str bytes, uint64_t bytes_in_all,
                         struct dl_feed_item *item)
{
    item->article = NULL;
    item->hash = dl_hash_hex(arena, bytes);
    bytes.len = bytes.len < DL_DEAD_BYTES_MAX ? bytes.len : DL_DEAD_BYTES_MAX;
    item->bytes = dl_arena_str(arena, bytes);
    item->bytes_in_all = bytes_in_all;
}

/* All of the file, up to one byte past a page. */
static dl_status read_all(struct dl_stream *stream, struct dl_buf *bytes, uint64_t *ret_in_all,
                          struct dl_error *err)
{
    char piece[16384];
    size_t got = 0;
    dl_status status;
    while ((status = dl_stream_read(stream, piece, sizeof piece, &got, err)) == DL_OK && got) {
        size_t room = bytes->len_max - bytes->len;
        *ret_in_all += got;
        (void)dl_buf_put(bytes, piece, got < room ? got : room); /* fits */
    }
    return status;
}

static dl_status next(struct dl_feed *base, struct dl_arena *arena, struct dl_feed_item *item,
                      struct dl_error *err)
{
    struct html_feed *feed = (struct html_feed *)base;
    struct dl_buf bytes;
    uint64_t in_all = 0;
    if (feed->given)
        return DL_NOT_FOUND;
    feed->given = true;
    *item = (struct dl_feed_item){0};
    dl_buf_init(&bytes, DL_PAGE_BYTES_MAX + 1);
    dl_status status = read_all(feed->stream, &bytes, &in_all, &item->why);
    if (status == DL_FATAL) {
        *err = item->why;
        dl_buf_done(&bytes);
        return status;
    }
    struct dl_page_want want = {
        .bytes = dl_buf_str(&bytes), .url = {NULL, 0}, .content_type = {NULL, 0}};
    struct dl_article_record *article = NULL;
    struct dl_arena scratch;
    dl_arena_init(&scratch);
    if (status == DL_OK)
        status = dl_page_feed_read(&feed->reader, &want, feed->published, &scratch, &article,
                                   &item->why);
    if (status == DL_OK)
        status = dl_page_feed_copy(article, &scratch, arena, &item->article, &item->why);
    if (status != DL_OK)
        dl_page_feed_refuse(arena, want.bytes, in_all, item);
    item->next_offset = in_all;
    dl_arena_done(&scratch);
    dl_buf_done(&bytes);
    return DL_OK;
}

static void close_html(struct dl_feed *base)
{
    struct html_feed *feed = (struct html_feed *)base;
    dl_stream_close(feed->stream);
    dl_page_reader_done(&feed->reader);
    free(feed);
}

static uint64_t disk_bytes(const struct dl_feed *base)
{
    return dl_stream_disk_bytes(((const struct html_feed *)base)->stream);
}

static const struct dl_feed_kind html_kind = {next, disk_bytes, close_html};

dl_status dl_feed_html(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err)
{
    struct html_feed *feed = dl_alloc(sizeof *feed);
    feed->base.kind = &html_kind;
    feed->published = want->published;
    dl_page_reader_init(&feed->reader);
    dl_status status = dl_stream_open(want->path, &feed->stream, err);
    if (status != DL_OK) {
        close_html(&feed->base);
        return status;
    }
    *ret_feed = &feed->base;
    return DL_OK;
}
