/* Plain records laid over protobuf-c's messages. Inside proto/ only: generated types end here.
 *
 * Row i of a map is field i of the message's descriptor (both in the order of field numbers). */
#ifndef DL_PROTO_MAP_H
#define DL_PROTO_MAP_H

#include "core/arena.h"
#include "proto/records.h"

#include <protobuf-c/protobuf-c.h>

enum dl_map_kind {
    DL_MAP_STR,
    DL_MAP_STRS,
    DL_MAP_U32,
    DL_MAP_U32P,
    DL_MAP_U64,
    DL_MAP_I64,
    DL_MAP_BOOL,
    DL_MAP_ENUM,
    DL_MAP_OPT_F64,
    DL_MAP_OPT_BOOL,
    DL_MAP_SUB,
    DL_MAP_LIST,
};

struct dl_map;
struct dl_map_row {
    const char *name;
    enum dl_map_kind kind;
    size_t at;                /* in our struct */
    size_t aside;             /* of has_f or f_count */
    const struct dl_map *sub; /* of SUB and LIST */
};
struct dl_map {
    const char *name;
    const ProtobufCMessageDescriptor *message;
    size_t bytes; /* of our struct */
    size_t unknown_at;
    uint32_t row_count;
    const struct dl_map_row *rows;
};

/* What a record's `unknown` points to: fields of a newer writer. */
struct dl_map_unknown {
    size_t count;
    const ProtobufCMessageUnknownField *fields;
};

#define RECORD(r, m) extern const struct dl_map dl_map_##r;
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

/* By the record's name in records.def; NULL if there is none. */
const struct dl_map *dl_map_named(const char *name);

/* The record on the wire: fields by their numbers, unknown ones last. */
dl_str dl_map_pack(const struct dl_map *map, const void *record, struct dl_arena *arena);

/* A message in the arena, its strings copied there. */
ProtobufCMessage *dl_map_to_message(const struct dl_map *map, const void *record,
                                    struct dl_arena *arena);

/* Our record in the arena; its strings are the message's. */
void *dl_map_from_message(const struct dl_map *map, const ProtobufCMessage *message,
                          struct dl_arena *arena);
void dl_map_fill(const struct dl_map *map, const ProtobufCMessage *message, void *record,
                 struct dl_arena *arena);

#endif
