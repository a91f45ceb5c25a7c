/* Records onto the wire, straight from the structs: no message of protobuf-c is built, no string is
 * copied before it is packed. The bytes are those that protobuf-c would have made.
 *
 * A message is written from its end to its beginning, so that its length is known when its turn
 * comes to be written before it; and twice, the first time only to be counted:
 *
 *     [tag len [tag len text][tag number]]
 *                            ◄── put ──┤ end */
#include "proto/map.h"

struct packer {
    char *end;    /* NULL: counts only */
    size_t bytes; /* before `end` so far */
};

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2 };

/* Where the next `bytes` go, NULL when they are counted. */
static char *put(struct packer *p, size_t bytes)
{
    p->bytes += bytes;
    return p->end ? p->end - p->bytes : NULL;
}

static void put_bytes(struct packer *p, const void *from, size_t bytes)
{
    char *to = put(p, bytes);
    if (to && bytes)
        memcpy(to, from, bytes);
}

static void put_varint(struct packer *p, uint64_t number)
{
    size_t bytes = (size_t)(63 - __builtin_clzll(number | 1)) / 7 + 1;
    char *to = put(p, bytes);
    for (size_t i = 0; to && i < bytes; i++, number >>= 7)
        to[i] = (char)((number & 0x7f) | (i + 1 < bytes ? 0x80 : 0));
}

static void put_tag(struct packer *p, uint32_t number, unsigned wire_type)
{
    put_varint(p, (uint64_t)number << 3 | wire_type);
}

static void put_number(struct packer *p, uint32_t tag, uint64_t number)
{
    put_varint(p, number);
    put_tag(p, tag, WIRE_VARINT);
}

/* A string ends at its first NUL, as it does for whoever reads it. */
static void put_string(struct packer *p, uint32_t tag, dl_str s)
{
    size_t bytes = s.len ? strnlen(s.at, s.len) : 0;
    put_bytes(p, s.at, bytes);
    put_varint(p, bytes);
    put_tag(p, tag, WIRE_BYTES);
}

static void put_record(struct packer *p, const struct dl_map *map, const char *record);

static void put_nested(struct packer *p, uint32_t tag, const struct dl_map *map, const char *record)
{
    size_t before = p->bytes;
    put_record(p, map, record);
    put_varint(p, p->bytes - before);
    put_tag(p, tag, WIRE_BYTES);
}

static void put_list(struct packer *p, const struct dl_map_row *row, uint32_t tag,
                     const char *record)
{
    const char *items = *(char *const *)(record + row->at);
    for (uint32_t i = *(const uint32_t *)(record + row->aside); i-- > 0;)
        if (row->kind == DL_MAP_STRS)
            put_string(p, tag, ((const dl_str *)items)[i]);
        else
            put_nested(p, tag, row->sub, items + i * row->sub->bytes);
}

/* What is absent is left out; records.def says what that is for each kind. */
static void put_field(struct packer *p, const struct dl_map_row *row, uint32_t tag,
                      const char *record)
{
    const void *from = record + row->at;
    switch (row->kind) {
    case DL_MAP_STR:
        if (((const dl_str *)from)->len)
            put_string(p, tag, *(const dl_str *)from);
        break;
    case DL_MAP_U32P:
        put_number(p, tag, *(const uint32_t *)from);
        break;
    case DL_MAP_U32:
        if (*(const uint32_t *)from)
            put_number(p, tag, *(const uint32_t *)from);
        break;
    case DL_MAP_ENUM: /* a negative one goes as 64 bits */
        if (*(const int32_t *)from)
            put_number(p, tag, (uint64_t)(int64_t) * (const int32_t *)from);
        break;
    case DL_MAP_U64:
    case DL_MAP_I64:
        if (*(const uint64_t *)from)
            put_number(p, tag, *(const uint64_t *)from);
        break;
    case DL_MAP_BOOL:
        if (*(const bool *)from)
            put_number(p, tag, 1);
        break;
    case DL_MAP_OPT_BOOL:
        if (*(const bool *)(record + row->aside))
            put_number(p, tag, *(const bool *)from);
        break;
    case DL_MAP_OPT_F64: /* little-endian, like the machines we run on */
        if (*(const bool *)(record + row->aside)) {
            put_bytes(p, from, sizeof(double));
            put_tag(p, tag, WIRE_64);
        }
        break;
    case DL_MAP_SUB:
        if (*(const char *const *)from)
            put_nested(p, tag, row->sub, *(const char *const *)from);
        break;
    case DL_MAP_STRS:
    case DL_MAP_LIST:
        put_list(p, row, tag, record);
        break;
    }
}

static void put_record(struct packer *p, const struct dl_map *map, const char *record)
{
    const struct dl_map_unknown *unknown = *(const void *const *)(record + map->unknown_at);
    for (size_t i = unknown ? unknown->count : 0; i-- > 0;) {
        put_bytes(p, unknown->fields[i].data, unknown->fields[i].len);
        put_tag(p, unknown->fields[i].tag, unknown->fields[i].wire_type);
    }
    for (uint32_t i = map->row_count; i-- > 0;)
        put_field(p, &map->rows[i], map->message->fields[i].id, record);
}

dl_str dl_map_pack(const struct dl_map *map, const void *record, struct dl_arena *arena)
{
    struct packer p = {NULL, 0};
    put_record(&p, map, record);
    size_t bytes = p.bytes;
    char *to = dl_arena_raw(arena, bytes);
    p = (struct packer){to + bytes, 0};
    put_record(&p, map, record);
    assert(p.bytes == bytes);
    return (dl_str){to, bytes};
}
