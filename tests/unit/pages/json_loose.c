/* JSON as pages write it. */
#include "pages/json_loose.h"
#include "tests/unit/cm.h"

static void assert_member(const char *text, const char *name, const char *want)
{
    struct dl_arena arena;
    dl_arena_init(&arena);
    const struct dl_loose *value =
        dl_loose_get(dl_loose_read(&arena, dl_str_of(text))->first, name);
    assert_non_null(value);
    assert_string_equal(dl_arena_str(&arena, value->text).at, want);
    dl_arena_done(&arena);
}

static void reads_good_json(void **state)
{
    (void)state;
    assert_member("{\"a\": \"x\\u00e9\\n\\\"y\\\" \\ud83d\\ude00\"}", "a",
                  "x\u00e9\n\"y\" \U0001f600");
}

static void reads_bad_json_as_it_was_meant(void **state)
{
    (void)state;
    assert_member("<!-- {\"a\": \"x\",} -->", "a", "x");
    assert_member("{\"a\": \"line\nline\"}", "a", "line\nline");
    assert_member("{\"a\": \"the \"best\" day\", \"b\": 1}", "a", "the \"best\" day");
    assert_member("{\"a\": \"x\" \"b\": \"y\"}", "a", "x\" \"b");
    assert_member("{\"b\": 1, \"a\": \"cut o", "a", "cut o");
    assert_member("//<![CDATA[\n{\"a\": true}\n//]]>", "a", "true");
}

static void stops_where_it_gets_silly(void **state)
{
    (void)state;
    struct dl_arena arena;
    struct dl_buf deep;
    dl_arena_init(&arena);
    dl_buf_init(&deep, 1U << 20);
    for (int i = 0; i < 100000; i++)
        (void)dl_buf_put_str(&deep, DL_STR("[{"));
    assert_non_null(dl_loose_read(&arena, dl_buf_str(&deep)));
    dl_buf_done(&deep);
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_good_json),
        cmocka_unit_test(reads_bad_json_as_it_was_meant),
        cmocka_unit_test(stops_where_it_gets_silly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
