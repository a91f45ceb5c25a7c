#include "core/json_value.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static const struct dl_json *read(const char *text)
{
    const struct dl_json *value = NULL;
    struct dl_error err;
    return dl_json_read(&arena, dl_str_of(text), &value, &err) == DL_OK ? value : NULL;
}

static void members_are_found_by_name_and_the_last_wins(void **state)
{
    (void)state;
    const struct dl_json *value =
        read(" {\"a\": \"x\", \"b\": [1, -2.5e3], \"a\": \"y\", \"n\": null} ");
    assert_non_null(value);
    assert_int_equal(value->count, 4);
    assert_true(dl_str_is(dl_json_member_text(value, "a"), "y"));
    const struct dl_json *list = dl_json_member(value, "b");
    assert_int_equal(list->count, 2);
    assert_true(dl_str_is(list->first->next->text, "-2.5e3"));
    assert_int_equal(dl_json_member(value, "n")->kind, DL_JSON_NULL);
    assert_null(dl_json_member(value, "z"));
    assert_null(dl_json_member(list, "a"));
}

static void escapes_become_what_they_mean(void **state)
{
    (void)state;
    const struct dl_json *value = read("\"a\\n\\u00e9\\ud83d\\ude00\\ud800x\\/\\\\\"");
    assert_non_null(value);
    assert_true(dl_str_is(value->text, "a\n\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbdx/\\"));
}

static void small_sins_are_read_past(void **state)
{
    (void)state;
    assert_non_null(read("\xef\xbb\xbf{\"a\": [1, 2,],}"));
    assert_non_null(read("\"tab\there\""));
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {"",        "{",     "[1 2]", "\"a",        "{\"a\" 1}",
                                         "{a: 1}",  "nul",   "[1]x",  "\"\\x\"",    "\"\\u12\"",
                                         "{\"a\":", "\"a\\", "]",     "{\"a\":1,,}"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_null(read(broken[i]));
}

static void what_lies_too_deep_is_passed_over(void **state)
{
    (void)state;
    struct dl_buf text;
    dl_buf_init(&text, 1U << 20);
    (void)dl_buf_put_str(&text, DL_STR("{\"a\":"));
    for (int i = 0; i < 10000; i++)
        (void)dl_buf_put_str(&text, DL_STR("[{\"]\\\"\":"));
    (void)dl_buf_put_char(&text, '1');
    for (int i = 0; i < 10000; i++)
        (void)dl_buf_put_str(&text, DL_STR("}]"));
    (void)dl_buf_put(&text, ",\"b\":2}", 8);
    const struct dl_json *value = read(text.at);
    assert_non_null(value);
    assert_true(dl_str_is(dl_json_member_text(value, "b"), "2"));
    text.at[text.len - 10] = ' ';
    assert_null(read(text.at));
    dl_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_by_name_and_the_last_wins),
        cmocka_unit_test(escapes_become_what_they_mean),
        cmocka_unit_test(small_sins_are_read_past),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(what_lies_too_deep_is_passed_over),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
