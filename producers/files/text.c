/* A file that is one article: plain text, after lines like these if the writer put them there:
 *
 *     Title: Ministers meet in Lyon
 *     Date: 2025-02-06
 *     Url: https://example.org/lyon
 *
 *     Ministers of … */
#include "producers/door/feed.h"

#include "core/limits.h"
#include "producers/door/door.h"
#include "producers/door/stream.h"

#include <stddef.h>
#include <xxhash.h>

struct text_feed {
    struct dl_feed base;
    struct dl_stream *stream;
    dl_str published;
    bool given;
};

/* --- header lines --- */

enum header_kind { HEADER_TEXT, HEADER_LIST, HEADER_PUBLISHER };

static const struct header {
    const char *name;
    enum header_kind kind;
    size_t at; /* in the article */
    size_t count_at;
} headers[] = {
#define FIELD(f) offsetof(struct dl_article_record, f)
    {"title", HEADER_TEXT, FIELD(title), 0},
    {"date", HEADER_TEXT, FIELD(published), 0},
    {"published", HEADER_TEXT, FIELD(published), 0},
    {"modified", HEADER_TEXT, FIELD(modified), 0},
    {"url", HEADER_TEXT, FIELD(url), 0},
    {"canonical-url", HEADER_TEXT, FIELD(canonical_url), 0},
    {"publisher", HEADER_PUBLISHER, 0, 0},
    {"source", HEADER_PUBLISHER, 0, 0},
    {"author", HEADER_LIST, FIELD(authors), FIELD(authors_count)},
    {"authors", HEADER_LIST, FIELD(authors), FIELD(authors_count)},
    {"keywords", HEADER_LIST, FIELD(keywords), FIELD(keywords_count)},
    {"section", HEADER_TEXT, FIELD(section), 0},
    {"description", HEADER_TEXT, FIELD(description), 0},
    {"language", HEADER_TEXT, FIELD(language), 0},
    {"id", HEADER_TEXT, FIELD(id), 0},
#undef FIELD
};

static const struct header *find_header(dl_str name)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (dl_str_eq_nocase(name, dl_str_of(headers[i].name)))
            return &headers[i];
    return NULL;
}

static void set_list(struct dl_arena *arena, dl_str value, dl_str **ret, uint32_t *ret_count)
{
    uint32_t room = 1;
    for (size_t i = 0; i < value.len; i++)
        room += value.at[i] == ',';
    *ret = dl_arena_array(arena, dl_str, room);
    *ret_count = 0;
    dl_str name;
    while (dl_str_next(&value, ',', &name))
        if (dl_str_trim(name).len)
            (*ret)[(*ret_count)++] = dl_str_trim(name);
}

static void set_header(struct dl_arena *arena, struct dl_article_record *article,
                       const struct header *header, dl_str value)
{
    char *base = (char *)article;
    switch (header->kind) {
    case HEADER_TEXT:
        *(dl_str *)(void *)(base + header->at) = value;
        break;
    case HEADER_LIST:
        set_list(arena, value, (dl_str **)(void *)(base + header->at),
                 (uint32_t *)(void *)(base + header->count_at));
        break;
    case HEADER_PUBLISHER:
        article->publisher = dl_arena_alloc(arena, sizeof *article->publisher);
        article->publisher->name = value;
        break;
    }
}

/* Takes header lines off the front of `text`; an empty line ends them and belongs to them. */
static dl_str take_headers(struct dl_arena *arena, dl_str text, struct dl_article_record *article)
{
    bool any = false;
    for (;;) {
        dl_str rest = text;
        dl_str line;
        if (!dl_str_next(&rest, '\n', &line))
            return text;
        dl_str trimmed = dl_str_trim(line);
        if (trimmed.len == 0)
            return any ? rest : text;
        dl_str value = line;
        dl_str name;
        bool has_colon = memchr(line.at, ':', line.len) && dl_str_next(&value, ':', &name);
        const struct header *header = has_colon ? find_header(name) : NULL;
        value = dl_str_trim(value);
        if (!header || value.len == 0)
            return text;
        set_header(arena, article, header, value);
        text = rest;
        any = true;
    }
}

/* --- the file --- */

struct content {
    struct dl_buf bytes; /* up to one past an article */
    uint64_t in_all;
    XXH3_state_t *hash;
};

static dl_status read_all(struct dl_stream *stream, struct content *content, struct dl_error *err)
{
    char piece[16384];
    size_t got = 0;
    dl_status status;
    (void)XXH3_128bits_reset(content->hash); /* these fail only on NULL */
    while ((status = dl_stream_read(stream, piece, sizeof piece, &got, err)) == DL_OK && got) {
        content->in_all += got;
        (void)XXH3_128bits_update(content->hash, piece, got);
        size_t room = content->bytes.len_max - content->bytes.len;
        (void)dl_buf_put(&content->bytes, piece, got < room ? got : room); /* fits */
    }
    return status;
}

static dl_status parse(const struct text_feed *feed, const struct content *content,
                       struct dl_arena *arena, struct dl_article_record **ret, struct dl_error *err)
{
    dl_str bytes = dl_buf_str(&content->bytes);
    if (content->in_all > DL_ARTICLE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "text of %llu bytes, at most %u",
                       (unsigned long long)content->in_all, DL_ARTICLE_BYTES_MAX);
    if (content->in_all == 0)
        return dl_fail(err, DL_BAD_INPUT, "empty file");
    dl_str text;
    dl_status status = dl_door_text(arena, dl_arena_str(arena, bytes), &text, err);
    if (status != DL_OK)
        return status;
    struct dl_article_record *article = dl_arena_alloc(arena, sizeof *article);
    article->text = take_headers(arena, text, article);
    status = dl_door_article(arena, article, feed->published, err);
    *ret = article;
    return status;
}

static dl_status next(struct dl_feed *base, struct dl_arena *arena, struct dl_feed_item *item,
                      struct dl_error *err)
{
    struct text_feed *feed = (struct text_feed *)base;
    if (feed->given)
        return DL_NOT_FOUND;
    feed->given = true;
    *item = (struct dl_feed_item){0};
    struct content content = {.hash = XXH3_createState()};
    if (!content.hash)
        abort(); /* no memory */
    dl_buf_init(&content.bytes, DL_ARTICLE_BYTES_MAX + 1);
    dl_status status = read_all(feed->stream, &content, &item->why);
    if (status == DL_FATAL) {
        *err = item->why;
    } else {
        if (status == DL_OK)
            status = parse(feed, &content, arena, &item->article, &item->why);
        if (status != DL_OK) {
            XXH128_hash_t hash = XXH3_128bits_digest(content.hash);
            dl_str bytes = dl_buf_str(&content.bytes);
            item->article = NULL;
            bytes.len = bytes.len < DL_DEAD_BYTES_MAX ? bytes.len : DL_DEAD_BYTES_MAX;
            item->bytes = dl_arena_str(arena, bytes);
            item->bytes_in_all = content.in_all;
            item->hash = dl_arena_printf(arena, "%016llx%016llx", (unsigned long long)hash.high64,
                                         (unsigned long long)hash.low64);
        }
        item->next_offset = content.in_all;
        status = DL_OK;
    }
    dl_buf_done(&content.bytes);
    (void)XXH3_freeState(content.hash);
    return status;
}

static void close_text(struct dl_feed *base)
{
    dl_stream_close(((struct text_feed *)base)->stream);
    free(base);
}

static uint64_t disk_bytes(const struct dl_feed *base)
{
    return dl_stream_disk_bytes(((const struct text_feed *)base)->stream);
}

static const struct dl_feed_kind text_kind = {next, disk_bytes, close_text};

dl_status dl_feed_text(const struct dl_feed_want *want, struct dl_feed **ret_feed,
                       struct dl_error *err)
{
    struct text_feed *feed = dl_alloc(sizeof *feed);
    feed->base.kind = &text_kind;
    feed->published = want->published;
    dl_status status = dl_stream_open(want->path, &feed->stream, err);
    if (status != DL_OK) {
        close_text(&feed->base);
        return status;
    }
    *ret_feed = &feed->base;
    return DL_OK;
}
