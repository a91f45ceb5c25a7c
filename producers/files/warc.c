/* An archive of pages: the answers in a WARC file that hold HTML or plain text.
 *
 * Everything else in it (requests, redirects, pictures) is passed over in silence; a broken record
 * is an item that says so. Nothing is fetched. */
#include "producers/door/feed.h"

#include "core/limits.h"
#include "core/utf8.h"
#include "markup/charset.h"
#include "producers/door/door.h"
#include "producers/door/stream.h"
#include "producers/files/http_body.h"
#include "producers/files/page_feed.h"
#include "producers/files/warc_record.h"

#define BLOCK_BYTES_MAX (DL_PAGE_BYTES_MAX + (64U << 10)) /* a page and its HTTP header */

struct warc_feed {
    struct dl_feed base;
    struct dl_stream *stream;
    dl_str published;
    struct dl_warc warc;
    struct dl_page_reader reader;
};

static dl_status read_stream(void *ctx, void *to, size_t room, size_t *ret_got,
                             struct dl_error *err)
{
    struct warc_feed *feed = ctx;
    dl_status status = dl_stream_read(feed->stream, to, room, ret_got, err);
    if (status != DL_BAD_INPUT && status != DL_TOO_BIG)
        return status;
    /* The next member of the packing may be whole. */
    dl_status found = dl_stream_resync(feed->stream, err);
    return found == DL_FATAL ? found : status;
}

/* Goes on after `bytes`, counted as the first reading counted them: over tears as it went. */
static dl_status skip(struct warc_feed *feed, uint64_t bytes, struct dl_error *err)
{
    char away[16384];
    while (bytes) {
        size_t got = 0;
        size_t want = bytes < sizeof away ? (size_t)bytes : sizeof away;
        dl_status status = read_stream(feed, away, want, &got, err);
        if (status == DL_FATAL)
            return status;
        if (status == DL_OK && got == 0)
            return dl_fail(err, DL_BAD_INPUT, "shorter than when it was read before");
        bytes -= got;
    }
    return DL_OK;
}

static bool is_type(dl_str header, const char *type)
{
    dl_str value;
    return dl_http_field(header, "warc-type", &value) && dl_str_eq_nocase(value, dl_str_of(type));
}

static bool wanted(dl_str header)
{
    dl_str type;
    if (is_type(header, "response"))
        return true;
    return is_type(header, "resource") && dl_http_field(header, "content-type", &type) &&
           type.len >= 9 && dl_str_eq_nocase(dl_str_sub(type, 0, 9), DL_STR("text/html"));
}

enum content { CONTENT_OTHER, CONTENT_HTML, CONTENT_TEXT };

static bool begins(dl_str text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && dl_str_eq_nocase(dl_str_sub(text, 0, len), dl_str_of(with));
}

/* By the header, and by the first bytes where it says nothing. */
static enum content content_of(dl_str type, dl_str body)
{
    if (begins(type, "text/html") || begins(type, "application/xhtml"))
        return CONTENT_HTML;
    if (begins(type, "text/plain"))
        return CONTENT_TEXT;
    dl_str head = dl_str_trim(dl_str_sub(body, 0, body.len < 512 ? body.len : 512));
    if (type.len == 0 && (begins(head, "<!doctype html") || begins(head, "<html")))
        return CONTENT_HTML;
    return CONTENT_OTHER;
}

static dl_status read_text(struct warc_feed *feed, const struct dl_page_want *want,
                           struct dl_arena *arena, struct dl_article_record **ret,
                           struct dl_error *err)
{
    struct dl_article_record *article = dl_arena_alloc(arena, sizeof *article);
    article->url = want->url;
    article->text = dl_charset_decode(arena, want->bytes, want->content_type, NULL);
    *ret = article;
    return dl_door_article(arena, article, feed->published, err);
}

static void add_attribute(struct dl_arena *arena, struct dl_article_record *article,
                          const char *name, dl_str header, const char *field)
{
    dl_str value;
    if (!dl_http_field(header, field, &value))
        return;
    struct dl_attribute *list =
        dl_arena_array(arena, struct dl_attribute, article->attributes_count + 1);
    if (article->attributes_count)
        memcpy(list, article->attributes, article->attributes_count * sizeof *list);
    list[article->attributes_count++] =
        (struct dl_attribute){.name = dl_str_of(name), .value = dl_utf8_clean(arena, value)};
    article->attributes = list;
}

/* DL_NOT_FOUND: a good record without a page. */
static dl_status read_page(struct warc_feed *feed, const struct dl_warc_record *record,
                           struct dl_arena *arena, struct dl_article_record **ret,
                           struct dl_error *err)
{
    struct dl_http_answer answer = {.status = 200, .body = record->block};
    struct dl_page_want want = {.url = {NULL, 0}};
    dl_status status = DL_OK;
    if (is_type(record->header, "response"))
        status = dl_http_answer_read(record->block, &answer, err);
    else
        (void)dl_http_field(record->header, "content-type", &answer.content_type); /* was there */
    if (status != DL_OK)
        return begins(record->block, "HTTP") || record->block.len == 0 ? status : DL_NOT_FOUND;
    if (answer.status < 200 || answer.status > 299 ||
        content_of(answer.content_type, answer.body) == CONTENT_OTHER)
        return DL_NOT_FOUND;
    status = dl_http_body(arena, &answer, DL_PAGE_BYTES_MAX, &want.bytes, err);
    if (status != DL_OK)
        return status;
    if (dl_http_field(record->header, "warc-target-uri", &want.url) && want.url.len > 2 &&
        want.url.at[0] == '<') /* WARC 1.0 as some wrote it */
        want.url = dl_str_sub(want.url, 1, want.url.len - 1);
    want.url = dl_utf8_clean(arena, want.url);
    want.content_type = answer.content_type;
    if (dl_str_trim(want.bytes).len == 0)
        return DL_NOT_FOUND;
    status = content_of(answer.content_type, answer.body) == CONTENT_TEXT
                 ? read_text(feed, &want, arena, ret, err)
                 : dl_page_feed_read(&feed->reader, &want, feed->published, arena, ret, err);
    if (status == DL_OK) {
        add_attribute(arena, *ret, "warc_record_id", record->header, "warc-record-id");
        add_attribute(arena, *ret, "warc_date", record->header, "warc-date");
    }
    return status;
}

static dl_status next(struct dl_feed *base, struct dl_arena *arena, struct dl_feed_item *item,
                      struct dl_error *err)
{
    struct warc_feed *feed = (struct warc_feed *)base;
    struct dl_arena scratch; /* records nobody wants leave nothing behind */
    dl_status status;
    dl_arena_init(&scratch);
    for (;;) {
        struct dl_warc_record record;
        *item = (struct dl_feed_item){0};
        dl_arena_reset(&scratch);
        status = dl_warc_next(&feed->warc, &scratch, wanted, &record, &item->why);
        if (status == DL_NOT_FOUND || status == DL_FATAL) {
            *err = item->why;
            break;
        }
        if (status == DL_OK && (record.passed || !wanted(record.header)))
            continue;
        dl_str block = record.block;
        if (status == DL_OK) {
            struct dl_article_record *article = NULL;
            status = read_page(feed, &record, &scratch, &article, &item->why);
            if (status == DL_NOT_FOUND)
                continue;
            if (status == DL_OK)
                status = dl_page_feed_copy(article, &scratch, arena, &item->article, &item->why);
            if (status != DL_OK)
                (void)dl_fail_in(&item->why, "record at byte %llu",
                                 (unsigned long long)record.offset);
        }
        if (status != DL_OK) {
            item->why.status = status;
            dl_page_feed_refuse(arena, block, record.bytes ? record.bytes : block.len, item);
        }
        item->next_offset = feed->warc.offset;
        status = DL_OK;
        break;
    }
    dl_arena_done(&scratch);
    return status;
}

static void close_warc(struct dl_feed *base)
{
    struct warc_feed *feed = (struct warc_feed *)base;
    dl_stream_close(feed->stream);
    dl_warc_done(&feed->warc);
    dl_page_reader_done(&feed->reader);
    free(feed);
}

static uint64_t disk_bytes(const struct dl_feed *base)
{
    return dl_stream_disk_bytes(((const struct warc_feed *)base)->stream);
}

static const struct dl_feed_kind warc_kind = {next, disk_bytes, close_warc};

dl_status dl_feed_warc(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err)
{
    struct warc_feed *feed = dl_alloc(sizeof *feed);
    feed->base.kind = &warc_kind;
    feed->published = want->published;
    dl_page_reader_init(&feed->reader);
    dl_warc_init(&feed->warc, read_stream, feed, want->offset, BLOCK_BYTES_MAX);
    dl_status status = dl_stream_open(want->path, &feed->stream, err);
    if (status == DL_OK)
        status = skip(feed, want->offset, err);
    if (status != DL_OK) {
        close_warc(&feed->base);
        return status;
    }
    *ret_feed = &feed->base;
    return DL_OK;
}
