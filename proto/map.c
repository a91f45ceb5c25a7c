/* The tables of records.def and the two walks over them. */
#include "proto/map.h"

#include "article.pb-c.h"
#include "event.pb-c.h"
#include "report.pb-c.h"

/* --- the tables --- */

#define AT(o, f) offsetof(struct dl_##o, f)
#define RECORD(r, m) static const struct dl_map_row rows_of_##r[] = {
#define END(o)                                                                                     \
    }                                                                                              \
    ;
#define STR(o, f) {#f, DL_MAP_STR, AT(o, f), 0, NULL},
#define STRS(o, f) {#f, DL_MAP_STRS, AT(o, f), AT(o, f##_count), NULL},
#define U32(o, f) {#f, DL_MAP_U32, AT(o, f), 0, NULL},
#define U32P(o, f) {#f, DL_MAP_U32P, AT(o, f), 0, NULL},
#define U64(o, f) {#f, DL_MAP_U64, AT(o, f), 0, NULL},
#define I64(o, f) {#f, DL_MAP_I64, AT(o, f), 0, NULL},
#define BOOL(o, f) {#f, DL_MAP_BOOL, AT(o, f), 0, NULL},
#define ENUM(o, f) {#f, DL_MAP_ENUM, AT(o, f), 0, NULL},
#define OPT_F64(o, f) {#f, DL_MAP_OPT_F64, AT(o, f), AT(o, has_##f), NULL},
#define OPT_BOOL(o, f) {#f, DL_MAP_OPT_BOOL, AT(o, f), AT(o, has_##f), NULL},
#define SUB(o, f, r) {#f, DL_MAP_SUB, AT(o, f), 0, &dl_map_##r},
#define LIST(o, f, r) {#f, DL_MAP_LIST, AT(o, f), AT(o, f##_count), &dl_map_##r},
#include "proto/records.def"
#include "proto/records_undef.h"

#define RECORD(r, m)                                                                               \
    const struct dl_map dl_map_##r = {#r,                                                          \
                                      &dateline__v1__##m##__descriptor,                            \
                                      sizeof(struct dl_##r),                                       \
                                      AT(r, unknown),                                              \
                                      sizeof rows_of_##r / sizeof *rows_of_##r,                    \
                                      rows_of_##r};
#define END(o)
#define STR(o, f)
#define STRS(o, f)
#define U32(o, f)
#define U32P(o, f)
#define U64(o, f)
#define I64(o, f)
#define BOOL(o, f)
#define ENUM(o, f)
#define OPT_F64(o, f)
#define OPT_BOOL(o, f)
#define SUB(o, f, r)
#define LIST(o, f, r)
#include "proto/records.def"
#include "proto/records_undef.h"

#define RECORD(r, m) &dl_map_##r,
#define END(o)
#define STR(o, f)
#define STRS(o, f)
#define U32(o, f)
#define U32P(o, f)
#define U64(o, f)
#define I64(o, f)
#define BOOL(o, f)
#define ENUM(o, f)
#define OPT_F64(o, f)
#define OPT_BOOL(o, f)
#define SUB(o, f, r)
#define LIST(o, f, r)
static const struct dl_map *const maps[] = {
#include "proto/records.def"
};
#include "proto/records_undef.h"

const struct dl_map *dl_map_named(const char *name)
{
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        if (strcmp(maps[i]->name, name) == 0)
            return maps[i];
    return NULL;
}

/* --- ours to theirs --- */

static char *c_string(struct dl_arena *arena, dl_str s)
{
    return (char *)(uintptr_t)dl_arena_str(arena, s).at;
}

static void put_list(const struct dl_map_row *row, const char *ours, void **theirs, size_t *n,
                     struct dl_arena *arena)
{
    uint32_t count = *(const uint32_t *)(ours + row->aside);
    const char *items = *(char *const *)(ours + row->at);
    if (count == 0)
        return;
    void **list = dl_arena_array(arena, void *, count);
    for (uint32_t i = 0; i < count; i++)
        list[i] = row->kind == DL_MAP_STRS
                      ? (void *)c_string(arena, ((const dl_str *)items)[i])
                      : (void *)dl_map_to_message(row->sub, items + i * row->sub->bytes, arena);
    *n = count;
    *theirs = list;
}

static void put_field(const struct dl_map_row *row, const ProtobufCFieldDescriptor *field,
                      const char *ours, char *message, struct dl_arena *arena)
{
    void *to = message + field->offset;
    protobuf_c_boolean *has = (protobuf_c_boolean *)(message + field->quantifier_offset);
    const void *from = ours + row->at;
    switch (row->kind) {
    case DL_MAP_STR:
        if (((const dl_str *)from)->len)
            *(char **)to = c_string(arena, *(const dl_str *)from);
        break;
    case DL_MAP_U32P:
        *has = 1;
        *(uint32_t *)to = *(const uint32_t *)from;
        break;
    case DL_MAP_U32:
    case DL_MAP_ENUM:
        *(uint32_t *)to = *(const uint32_t *)from;
        *has = *(uint32_t *)to != 0;
        break;
    case DL_MAP_U64:
    case DL_MAP_I64:
        *(uint64_t *)to = *(const uint64_t *)from;
        *has = *(uint64_t *)to != 0;
        break;
    case DL_MAP_BOOL:
        *(protobuf_c_boolean *)to = *has = *(const bool *)from;
        break;
    case DL_MAP_OPT_F64:
        *has = *(const bool *)(ours + row->aside);
        *(double *)to = *(const double *)from;
        break;
    case DL_MAP_OPT_BOOL:
        *has = *(const bool *)(ours + row->aside);
        *(protobuf_c_boolean *)to = *(const bool *)from;
        break;
    case DL_MAP_SUB:
        if (*(void *const *)from)
            *(ProtobufCMessage **)to =
                dl_map_to_message(row->sub, *(const void *const *)from, arena);
        break;
    case DL_MAP_STRS:
    case DL_MAP_LIST:
        put_list(row, ours, to, (size_t *)(message + field->quantifier_offset), arena);
        break;
    }
}

ProtobufCMessage *dl_map_to_message(const struct dl_map *map, const void *record,
                                    struct dl_arena *arena)
{
    const ProtobufCMessageDescriptor *desc = map->message;
    ProtobufCMessage *message = dl_arena_alloc(arena, desc->sizeof_message);
    protobuf_c_message_init(desc, message);
    for (uint32_t i = 0; i < map->row_count; i++)
        put_field(&map->rows[i], &desc->fields[i], record, (char *)message, arena);
    const struct dl_map_unknown *unknown =
        *(const void *const *)((const char *)record + map->unknown_at);
    if (unknown) {
        message->n_unknown_fields = (unsigned)unknown->count;
        message->unknown_fields = (ProtobufCMessageUnknownField *)(uintptr_t)unknown->fields;
    }
    return message;
}

/* --- theirs to ours --- */

static void get_list(const struct dl_map_row *row, const void *theirs, size_t n, char *ours,
                     struct dl_arena *arena)
{
    void *const *list = *(void *const *const *)theirs;
    size_t item = row->kind == DL_MAP_STRS ? sizeof(dl_str) : row->sub->bytes;
    char *items = n ? dl_arena_alloc_array(arena, (uint32_t)n, item) : NULL;
    for (size_t i = 0; i < n; i++) {
        if (row->kind == DL_MAP_STRS)
            ((dl_str *)(void *)items)[i] = dl_str_of(list[i]);
        else
            dl_map_fill(row->sub, list[i], items + i * item, arena);
    }
    *(void **)(ours + row->at) = items;
    *(uint32_t *)(ours + row->aside) = (uint32_t)n;
}

static void get_field(const struct dl_map_row *row, const ProtobufCFieldDescriptor *field,
                      const char *message, char *ours, struct dl_arena *arena)
{
    const void *from = message + field->offset;
    const char *quantifier = message + field->quantifier_offset;
    void *to = ours + row->at;
    switch (row->kind) {
    case DL_MAP_STR:
        *(dl_str *)to = dl_str_of(*(const char *const *)from);
        break;
    case DL_MAP_U32P:
    case DL_MAP_U32:
    case DL_MAP_ENUM:
        *(uint32_t *)to = *(const uint32_t *)from;
        break;
    case DL_MAP_U64:
    case DL_MAP_I64:
        *(uint64_t *)to = *(const uint64_t *)from;
        break;
    case DL_MAP_BOOL:
        *(bool *)to = *(const protobuf_c_boolean *)from != 0;
        break;
    case DL_MAP_OPT_F64:
        *(bool *)(ours + row->aside) = *(const protobuf_c_boolean *)quantifier != 0;
        *(double *)to = *(const double *)from;
        break;
    case DL_MAP_OPT_BOOL:
        *(bool *)(ours + row->aside) = *(const protobuf_c_boolean *)quantifier != 0;
        *(bool *)to = *(const protobuf_c_boolean *)from != 0;
        break;
    case DL_MAP_SUB:
        if (*(const void *const *)from)
            *(void **)to =
                dl_map_from_message(row->sub, *(const ProtobufCMessage *const *)from, arena);
        break;
    case DL_MAP_STRS:
    case DL_MAP_LIST:
        get_list(row, from, *(const size_t *)quantifier, ours, arena);
        break;
    }
}

void dl_map_fill(const struct dl_map *map, const ProtobufCMessage *message, void *record,
                 struct dl_arena *arena)
{
    const ProtobufCMessageDescriptor *desc = map->message;
    for (uint32_t i = 0; i < map->row_count; i++)
        get_field(&map->rows[i], &desc->fields[i], (const char *)message, record, arena);
    if (message->n_unknown_fields) {
        struct dl_map_unknown *unknown = dl_arena_alloc(arena, sizeof *unknown);
        unknown->count = message->n_unknown_fields;
        unknown->fields = message->unknown_fields;
        *(const void **)((char *)record + map->unknown_at) = unknown;
    }
}

void *dl_map_from_message(const struct dl_map *map, const ProtobufCMessage *message,
                          struct dl_arena *arena)
{
    void *record = dl_arena_alloc(arena, map->bytes);
    dl_map_fill(map, message, record, arena);
    return record;
}
