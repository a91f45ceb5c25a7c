/* Records and their headers. */
#include "producers/door/envelope.h"

#include "core/limits.h"
#include "proto/codec.h"
#include "proto/id.h"

#define HEADERS_MAX 10U

static void add_header(struct dl_header *headers, uint32_t *count, const char *name, dl_str value)
{
    assert(*count < HEADERS_MAX);
    if (value.len)
        headers[(*count)++] = (struct dl_header){dl_str_of(name), value};
}

struct dl_record dl_envelope_article(struct dl_arena *arena,
                                     const struct dl_article_record *article, dl_str traceparent)
{
    struct dl_header *headers = dl_arena_array(arena, struct dl_header, HEADERS_MAX);
    uint32_t count = 0;
    add_header(headers, &count, "dateline-schema", DL_STR(DL_SCHEMA_ARTICLE));
    add_header(headers, &count, "ce_specversion", DL_STR("1.0"));
    add_header(headers, &count, "ce_id", article->id);
    add_header(headers, &count, "ce_source", DL_STR("dateline/produce"));
    add_header(headers, &count, "ce_type", DL_STR(DL_SCHEMA_ARTICLE));
    add_header(headers, &count, "content-type", DL_STR("application/protobuf"));
    add_header(headers, &count, "traceparent", traceparent);
    return (struct dl_record){.part = {DL_TOPIC_ARTICLES, -1},
                              .key = article->id,
                              .value = dl_article_pack(article, arena),
                              .headers = headers,
                              .header_count = count};
}

struct dl_record dl_envelope_dead(struct dl_arena *arena, const struct dl_feed_item *item,
                                  dl_str from, dl_str traceparent)
{
    struct dl_header *headers = dl_arena_array(arena, struct dl_header, HEADERS_MAX);
    uint32_t count = 0;
    add_header(headers, &count, "dateline-error-stage", DL_STR("produce"));
    add_header(headers, &count, "dateline-error-kind", dl_str_of(dl_status_name(item->why.status)));
    add_header(headers, &count, "dateline-error-message",
               dl_arena_str(arena, dl_str_of(item->why.text)));
    add_header(headers, &count, "dateline-error-file", from);
    if (item->line)
        add_header(headers, &count, "dateline-error-line",
                   dl_arena_printf(arena, "%llu", (unsigned long long)item->line));
    add_header(headers, &count, "dateline-error-length",
               dl_arena_printf(arena, "%llu", (unsigned long long)item->bytes_in_all));
    add_header(headers, &count, "traceparent", traceparent);
    return (struct dl_record){.part = {DL_TOPIC_DEAD, -1},
                              .key = item->hash,
                              /* empty, not a tombstone */
                              .value = item->bytes.at ? item->bytes : (dl_str){"", 0},
                              .headers = headers,
                              .header_count = count};
}

void dl_envelope_refuse(struct dl_arena *arena, dl_str bytes, struct dl_feed_item *item)
{
    size_t kept = bytes.len < DL_DEAD_BYTES_MAX ? bytes.len : DL_DEAD_BYTES_MAX;
    item->article = NULL;
    item->bytes = dl_arena_str(arena, (dl_str){bytes.at, kept});
    item->bytes_in_all = bytes.len;
    item->hash = dl_hash_hex(arena, bytes);
}
