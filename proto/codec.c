/* Packing and unpacking over the maps. */
#include "proto/codec.h"

#include "proto/map.h"
#include "proto/wire.h"

static void *arena_alloc(void *arena, size_t bytes)
{
    return dl_arena_raw(arena, bytes);
}

static void arena_free(void *arena, void *at)
{
    (void)arena; /* goes with the arena */
    (void)at;
}

static dl_status unpack(const struct dl_map *map, dl_str bytes, struct dl_arena *arena, void **ret,
                        struct dl_error *err)
{
    dl_status status = dl_wire_check(map->message, bytes, err);
    if (status != DL_OK)
        return status;
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};
    ProtobufCMessage *message =
        protobuf_c_message_unpack(map->message, &allocator, bytes.len, (const uint8_t *)bytes.at);
    if (!message)
        return dl_fail(err, DL_BAD_INPUT, "%s of %zu bytes: a field has another type",
                       map->message->short_name, bytes.len);
    *ret = dl_map_from_message(map, message, arena);
    return DL_OK;
}

#define DL_CODEC(name, type)                                                                       \
    dl_str dl_##name##_pack(const struct dl_##type *record, struct dl_arena *arena)                \
    {                                                                                              \
        return dl_map_pack(&dl_map_##type, record, arena);                                         \
    }                                                                                              \
    dl_status dl_##name##_unpack(dl_str bytes, struct dl_arena *arena, struct dl_##type **ret,     \
                                 struct dl_error *err)                                             \
    {                                                                                              \
        void *record = NULL;                                                                       \
        dl_status status = unpack(&dl_map_##type, bytes, arena, &record, err);                     \
        if (status == DL_OK)                                                                       \
            *ret = record;                                                                         \
        return status;                                                                             \
    }
DL_CODEC(article, article_record)
DL_CODEC(report, report)
DL_CODEC(mention, mention)
DL_CODEC(event, event)
DL_CODEC(seen, seen_record)
DL_CODEC(position, position_record)
