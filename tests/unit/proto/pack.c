/* What is packed straight from the structs is what protobuf-c makes of a message. */
#include "proto/map.h"

#include "core/arena.h"
#include "tests/unit/cm.h"

#define DEPTH_MAX 4

/* Values that reach every branch of a varint, and absence. */
static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static uint64_t draw_number(uint64_t *seed)
{
    static const uint64_t numbers[] = {0,          1,          127,        128,
                                       16383,      16384,      0x7fffffff, 0x80000000,
                                       UINT32_MAX, 1ULL << 35, INT64_MAX,  UINT64_MAX};
    return numbers[draw(seed) % (sizeof numbers / sizeof *numbers)];
}

static dl_str draw_text(uint64_t *seed, struct dl_arena *arena)
{
    static const size_t lengths[] = {0, 1, 3, 127, 128, 300, 20000};
    size_t len = lengths[draw(seed) % (sizeof lengths / sizeof *lengths)];
    char *text = dl_arena_alloc(arena, len + 1);
    memset(text, 'a' + (int)(draw(seed) % 26), len);
    if (len > 3 && draw(seed) % 8 == 0)
        text[len / 2] = '\0'; /* ends there */
    return (dl_str){text, len};
}

static void fill(const struct dl_map *map, char *record, uint64_t *seed, struct dl_arena *arena,
                 unsigned depth);

static void fill_list(const struct dl_map_row *row, char *record, uint64_t *seed,
                      struct dl_arena *arena, unsigned depth)
{
    uint32_t count = row->sub && depth == DEPTH_MAX ? 0 : (uint32_t)(draw(seed) % 3);
    size_t bytes = row->sub ? row->sub->bytes : sizeof(dl_str);
    char *items = dl_arena_alloc(arena, count * bytes);
    for (uint32_t i = 0; i < count; i++)
        if (row->sub)
            fill(row->sub, items + i * bytes, seed, arena, depth + 1);
        else
            ((dl_str *)(void *)items)[i] = draw_text(seed, arena);
    *(void **)(record + row->at) = items;
    *(uint32_t *)(record + row->aside) = count;
}

static void fill_field(const struct dl_map_row *row, char *record, uint64_t *seed,
                       struct dl_arena *arena, unsigned depth)
{
    void *to = record + row->at;
    switch (row->kind) {
    case DL_MAP_STR:
        *(dl_str *)to = draw_text(seed, arena);
        break;
    case DL_MAP_U32:
    case DL_MAP_U32P:
    case DL_MAP_ENUM:
        *(uint32_t *)to = (uint32_t)draw_number(seed);
        break;
    case DL_MAP_U64:
    case DL_MAP_I64:
        *(uint64_t *)to = draw_number(seed);
        break;
    case DL_MAP_OPT_F64:
        *(bool *)(record + row->aside) = draw(seed) % 2;
        *(double *)to = (double)draw(seed) / 7;
        break;
    case DL_MAP_OPT_BOOL:
        *(bool *)(record + row->aside) = draw(seed) % 2;
        *(bool *)to = draw(seed) % 2;
        break;
    case DL_MAP_BOOL:
        *(bool *)to = draw(seed) % 2;
        break;
    case DL_MAP_SUB:
        if (depth < DEPTH_MAX && draw(seed) % 2) {
            *(void **)to = dl_arena_alloc(arena, row->sub->bytes);
            fill(row->sub, *(void **)to, seed, arena, depth + 1);
        }
        break;
    case DL_MAP_STRS:
    case DL_MAP_LIST:
        fill_list(row, record, seed, arena, depth);
        break;
    }
}

static void add_unknown(const struct dl_map *map, char *record, struct dl_arena *arena)
{
    static uint8_t varint[] = {0x96, 0x01};
    static uint8_t text[] = {3, 'n', 'e', 'w'};
    ProtobufCMessageUnknownField *fields = dl_arena_array(arena, ProtobufCMessageUnknownField, 2);
    fields[0] = (ProtobufCMessageUnknownField){5000, PROTOBUF_C_WIRE_TYPE_VARINT, 2, varint};
    fields[1] =
        (ProtobufCMessageUnknownField){70000, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, 4, text};
    struct dl_map_unknown *unknown = dl_arena_alloc(arena, sizeof *unknown);
    *unknown = (struct dl_map_unknown){2, fields};
    *(void **)(record + map->unknown_at) = unknown;
}

static void fill(const struct dl_map *map, char *record, uint64_t *seed, struct dl_arena *arena,
                 unsigned depth)
{
    for (uint32_t i = 0; i < map->row_count; i++)
        fill_field(&map->rows[i], record, seed, arena, depth);
    if (draw(seed) % 4 == 0)
        add_unknown(map, record, arena);
}

static void assert_same(const struct dl_map *map, const void *record, struct dl_arena *arena)
{
    const ProtobufCMessage *message = dl_map_to_message(map, record, arena);
    size_t bytes = protobuf_c_message_get_packed_size(message);
    uint8_t *theirs = dl_arena_raw(arena, bytes + 1);
    assert_int_equal(protobuf_c_message_pack(message, theirs), bytes);
    dl_str ours = dl_map_pack(map, record, arena);
    assert_int_equal(ours.len, bytes);
    assert_memory_equal(ours.at, theirs, bytes);
}

static void records_of_every_shape_are_packed_as_protobuf_c_packs_them(void **state)
{
    (void)state;
    struct dl_arena arena;
    dl_arena_init(&arena);
    const struct dl_map *maps[] = {&dl_map_article_record, &dl_map_report, &dl_map_mention,
                                   &dl_map_event, &dl_map_seen_record};
    for (uint64_t round = 0; round < 60; round++)
        for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
            uint64_t seed = round * 31 + m;
            char *record = dl_arena_alloc(&arena, maps[m]->bytes);
            fill(maps[m], record, &seed, &arena, 0);
            assert_same(maps[m], record, &arena);
            dl_arena_reset(&arena);
        }
    dl_arena_done(&arena);
}

static void a_record_with_nothing_in_it_is_no_bytes(void **state)
{
    (void)state;
    struct dl_arena arena;
    struct dl_article_record record = {0};
    dl_arena_init(&arena);
    assert_int_equal(dl_map_pack(&dl_map_article_record, &record, &arena).len, 0);
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_every_shape_are_packed_as_protobuf_c_packs_them),
        cmocka_unit_test(a_record_with_nothing_in_it_is_no_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
