/* Packing and unpacking the rows of the embedded log. */
#include "core/local_batch.h"

#include <zstd.h>

#define PACK_BYTES_MAX (256U << 20) /* a transaction's worth for one partition */
#define ZSTD_LEVEL 1                /* news text shrinks to a third; a disk is slower than this */

void dl_local_pack_init(struct dl_local_pack *pack, struct dl_part part)
{
    *pack = (struct dl_local_pack){.part = part};
    dl_buf_init(&pack->bytes, PACK_BYTES_MAX);
}

void dl_local_pack_done(struct dl_local_pack *pack)
{
    dl_buf_done(&pack->bytes);
}

static char *put_varint(char *to, uint64_t number)
{
    while (number >= 0x80) {
        *to++ = (char)(number | 0x80);
        number >>= 7;
    }
    *to++ = (char)number;
    return to;
}

static char *put_bytes(char *to, dl_str s)
{
    if (s.len)
        memcpy(to, s.at, s.len);
    return to + s.len;
}

static uint64_t zigzag(int64_t number)
{
    return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}

dl_status dl_local_pack_add(struct dl_local_pack *pack, const struct dl_record *record,
                            int64_t delta, struct dl_error *err)
{
    size_t bytes = record->key.len + record->value.len;
    for (uint32_t h = 0; h < record->header_count; h++)
        bytes += record->headers[h].name.len + record->headers[h].value.len + 20;
    if (bytes > DL_RECORD_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "%s: record of %zu bytes, at most %u",
                       dl_topics[record->part.topic].name, bytes, DL_RECORD_BYTES_MAX);
    char *to = dl_buf_reserve(&pack->bytes, bytes + 50); /* five varints of ten bytes */
    if (!to)
        return dl_fail(err, DL_RETRY, "%s: batch full", dl_topics[record->part.topic].name);
    if (pack->count == 0)
        pack->first_ms = record->timestamp_ms;

    char *start = to;
    to = put_varint(to, (uint64_t)delta);
    to = put_varint(to, zigzag(record->timestamp_ms - pack->first_ms));
    to = put_varint(to, record->key.len);
    to = put_varint(to, record->value.at ? record->value.len + 1 : 0);
    to = put_varint(to, record->header_count);
    for (uint32_t h = 0; h < record->header_count; h++) {
        to = put_varint(to, record->headers[h].name.len);
        to = put_bytes(to, record->headers[h].name);
        to = put_varint(to, record->headers[h].value.len);
        to = put_bytes(to, record->headers[h].value);
    }
    to = put_bytes(to, record->key);
    to = put_bytes(to, record->value);
    pack->bytes.len += (size_t)(to - start);
    pack->count++;
    return DL_OK;
}

dl_status dl_local_pack_close(const struct dl_local_pack *pack, struct dl_buf *ret,
                              struct dl_error *err)
{
    ret->len = 0;
    uint32_t raw = (uint32_t)pack->bytes.len;
    size_t bound = ZSTD_compressBound(pack->bytes.len);
    if (dl_buf_put(ret, &raw, sizeof raw) || !dl_buf_reserve(ret, bound))
        return dl_fail(err, DL_FATAL, "batch of %u bytes is past the ceiling", raw);
    size_t bytes =
        ZSTD_compress(ret->at + ret->len, bound, pack->bytes.at, pack->bytes.len, ZSTD_LEVEL);
    if (ZSTD_isError(bytes))
        return dl_fail(err, DL_FATAL, "compressing a batch: %s", ZSTD_getErrorName(bytes));
    ret->len += bytes;
    return DL_OK;
}

/* --- reading --- */

struct reader {
    const char *at;
    const char *end;
    bool broken;
};

static uint64_t get_varint(struct reader *in)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in->at == in->end)
            break;
        unsigned char byte = (unsigned char)*in->at++;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
    in->broken = true;
    return 0;
}

static dl_str get_bytes(struct reader *in, uint64_t len)
{
    if (len > (uint64_t)(in->end - in->at)) {
        in->broken = true;
        return (dl_str){"", 0};
    }
    dl_str s = {in->at, (size_t)len};
    in->at += len;
    return s;
}

struct local_batch {
    struct dl_batch base;
    char *raw;
    struct dl_record *records;
    struct dl_header *headers;
};

static void free_batch(struct dl_batch *batch)
{
    struct local_batch *local = (struct local_batch *)batch;
    free(local->raw);
    free(local->records);
    free(local->headers);
    free(local);
}

/* Two passes: the first counts (and checks), the second fills arrays of the right size. */
static void read_records(struct local_batch *batch, struct reader in, int64_t base,
                         int64_t first_ms, int64_t from, bool fill, uint32_t *ret_records,
                         uint32_t *ret_headers, bool *ret_broken)
{
    uint32_t records = 0;
    uint32_t headers = 0;
    while (in.at < in.end && !in.broken) {
        int64_t offset = base + (int64_t)get_varint(&in);
        uint64_t folded = get_varint(&in);
        int64_t time_ms = first_ms + (int64_t)((folded >> 1) ^ (0 - (folded & 1)));
        uint64_t key_len = get_varint(&in);
        uint64_t value_len = get_varint(&in);
        uint64_t header_count = get_varint(&in);
        if (header_count > DL_HEADERS_MAX * 4)
            in.broken = true;
        bool kept = offset >= from;
        uint32_t header_first = headers;
        for (uint64_t h = 0; h < header_count && !in.broken; h++) {
            dl_str name = get_bytes(&in, get_varint(&in));
            dl_str value = get_bytes(&in, get_varint(&in));
            if (kept && fill)
                batch->headers[headers] = (struct dl_header){name, value};
            headers += kept;
        }
        dl_str key = get_bytes(&in, key_len);
        dl_str value = get_bytes(&in, value_len ? value_len - 1 : 0);
        if (in.broken || !kept)
            continue;
        if (fill)
            batch->records[records] = (struct dl_record){
                .part = batch->base.part,
                .offset = offset,
                .timestamp_ms = time_ms,
                .key = key,
                .value = value_len ? value : (dl_str){NULL, 0},
                .headers = header_count ? &batch->headers[header_first] : NULL,
                .header_count = (uint32_t)header_count,
            };
        records++;
    }
    *ret_records = records;
    *ret_headers = headers;
    *ret_broken = in.broken;
}

dl_status dl_local_unpack(struct dl_part part, int64_t base, int64_t first_ms, dl_str row,
                          int64_t from, struct dl_batch **ret_batch, struct dl_error *err)
{
    uint32_t raw = 0;
    const char *topic = dl_topics[part.topic].name;
    if (row.len < sizeof raw)
        return dl_fail(err, DL_FATAL, "%s/%d at %lld: row cut short", topic, part.partition,
                       (long long)base);
    memcpy(&raw, row.at, sizeof raw);
    if (raw > PACK_BYTES_MAX)
        return dl_fail(err, DL_FATAL, "%s/%d at %lld: row claims %u bytes", topic, part.partition,
                       (long long)base, raw);
    struct local_batch *batch = dl_alloc(sizeof *batch);
    batch->base = (struct dl_batch){.part = part, .bytes = raw, .free = free_batch};
    batch->raw = dl_realloc_array(NULL, raw ? raw : 1, 1);
    size_t got = ZSTD_decompress(batch->raw, raw, row.at + sizeof raw, row.len - sizeof raw);

    struct reader in = {batch->raw, batch->raw + raw, ZSTD_isError(got) || got != raw};
    uint32_t records = 0;
    uint32_t headers = 0;
    bool broken = in.broken;
    if (!broken)
        read_records(batch, in, base, first_ms, from, false, &records, &headers, &broken);
    if (broken || records == 0) {
        free_batch(&batch->base);
        return broken ? dl_fail(err, DL_FATAL, "%s/%d at %lld: damaged row", topic, part.partition,
                                (long long)base)
                      : DL_NOT_FOUND;
    }
    batch->records = dl_realloc_array(NULL, records, sizeof *batch->records);
    batch->headers = dl_realloc_array(NULL, headers, sizeof *batch->headers);
    read_records(batch, in, base, first_ms, from, true, &records, &headers, &broken);
    batch->base.records = batch->records;
    batch->base.count = records;
    *ret_batch = &batch->base;
    return DL_OK;
}
