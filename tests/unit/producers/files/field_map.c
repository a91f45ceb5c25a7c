/* Members of JSON lines by other names. */
#include "producers/files/field_map.h"
#include "tests/unit/cm.h"

static void assert_line(const char *line, const char *want)
{
    struct dl_field_map map = {.count = 0};
    struct dl_arena arena;
    struct dl_error err;
    dl_arena_init(&arena);
    assert_int_equal(dl_field_map_add(&map, "text=body", &err), DL_OK);
    assert_int_equal(dl_field_map_add(&map, "title=head", &err), DL_OK);
    dl_str got = dl_field_map_line(&map, &arena, dl_str_of(line));
    assert_string_equal(dl_arena_str(&arena, got).at, want);
    dl_arena_done(&arena);
}

static void renames_at_the_top_only(void **state)
{
    (void)state;
    assert_line("{\"body\": \"a\", \"head\":\"b\", \"x\": {\"body\": 1}, \"y\": \"body\"}",
                "{\"text\": \"a\", \"title\":\"b\", \"x\": {\"body\": 1}, \"y\": \"body\"}");
    assert_line("{\"b\": \"\\\"body\\\":\"}", "{\"b\": \"\\\"body\\\":\"}");
}

static void makes_room_for_the_new_name(void **state)
{
    (void)state;
    assert_line("{\"text\": 1, \"body\": 2}", "{\"_text\": 1, \"text\": 2}");
}

static void passes_broken_lines_on(void **state)
{
    (void)state;
    assert_line("", "");
    assert_line("{\"body", "{\"body");
    assert_line("}}]{\"body\":1}", "}}]{\"text\":1}");
    assert_line("\"body\":", "\"body\":");
}

static void refuses_what_maps_nothing(void **state)
{
    (void)state;
    struct dl_field_map map = {.count = 0};
    struct dl_error err;
    assert_int_equal(dl_field_map_add(&map, "text", &err), DL_BAD_CONFIG);
    assert_int_equal(dl_field_map_add(&map, "=x", &err), DL_BAD_CONFIG);
    assert_int_equal(dl_field_map_add(&map, "x=", &err), DL_BAD_CONFIG);
    for (unsigned i = 0; i < DL_FIELD_MAP_MAX; i++)
        assert_int_equal(dl_field_map_add(&map, "a=b", &err), DL_OK);
    assert_int_equal(dl_field_map_add(&map, "a=b", &err), DL_BAD_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renames_at_the_top_only),
        cmocka_unit_test(makes_room_for_the_new_name),
        cmocka_unit_test(passes_broken_lines_on),
        cmocka_unit_test(refuses_what_maps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
