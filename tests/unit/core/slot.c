#include "core/slot.h"

#include "tests/unit/cm.h"

#include <unistd.h>

static void set(struct dl_config *config, const char *key, const char *value)
{
    struct dl_error err;
    assert_int_equal(
        dl_config_set(config, dl_str_of(key), dl_str_of(value), DL_ORIGIN_OPTION, "test", &err),
        DL_OK);
}

static void start(struct dl_config *config, char *dir)
{
    assert_non_null(mkdtemp(dir));
    dl_config_init(config);
    set(config, "dir", dir);
    set(config, "brokers", "127.0.0.1:1");
}

static void two_members_of_a_host_never_share_a_slot(void **state)
{
    (void)state;
    char dir[] = "slot_test.XXXXXX";
    struct dl_config config;
    struct dl_slot first;
    struct dl_slot second;
    struct dl_slot sink;
    struct dl_error err;
    start(&config, dir);
    assert_int_equal(dl_slot_take(&config, "work", &first, &err), DL_OK);
    assert_int_equal(dl_slot_take(&config, "work", &second, &err), DL_OK);
    assert_int_equal(dl_slot_take(&config, "sink-csv", &sink, &err), DL_OK);
    assert_string_not_equal(first.name, second.name);
    assert_string_equal(strrchr(first.name, '-'), "-0");
    assert_string_equal(strrchr(second.name, '-'), "-1");
    assert_string_equal(sink.name, first.name);
    dl_slot_done(&first);
    dl_slot_done(&second);
    dl_slot_done(&sink);
    dl_config_done(&config);
}

static void a_slot_given_back_is_the_next_ones(void **state)
{
    (void)state;
    char dir[] = "slot_test.XXXXXX";
    struct dl_config config;
    struct dl_slot slot;
    struct dl_slot again;
    struct dl_error err;
    start(&config, dir);
    assert_int_equal(dl_slot_take(&config, "work", &slot, &err), DL_OK);
    dl_slot_done(&slot);
    assert_int_equal(dl_slot_take(&config, "work", &again, &err), DL_OK);
    assert_string_equal(slot.name, again.name);
    dl_slot_done(&again);
    dl_config_done(&config);
}

static void a_name_that_was_asked_for_is_taken_without_a_lock(void **state)
{
    (void)state;
    char dir[] = "slot_test.XXXXXX";
    struct dl_config config;
    struct dl_slot slot;
    struct dl_error err;
    start(&config, dir);
    set(&config, "slot", "pod-7");
    assert_int_equal(dl_slot_take(&config, "work", &slot, &err), DL_OK);
    assert_string_equal(slot.name, "pod-7");
    assert_int_equal(slot.lock, -1);
    dl_slot_done(&slot);
    dl_config_done(&config);
}

static void a_folder_that_cannot_be_is_named(void **state)
{
    (void)state;
    struct dl_config config;
    struct dl_slot slot;
    struct dl_error err;
    dl_config_init(&config);
    set(&config, "dir", "/dev/null/nowhere");
    set(&config, "brokers", "127.0.0.1:1");
    assert_int_equal(dl_slot_take(&config, "work", &slot, &err), DL_FATAL);
    assert_non_null(strstr(err.text, "/dev/null/nowhere"));
    dl_config_done(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_members_of_a_host_never_share_a_slot),
        cmocka_unit_test(a_slot_given_back_is_the_next_ones),
        cmocka_unit_test(a_name_that_was_asked_for_is_taken_without_a_lock),
        cmocka_unit_test(a_folder_that_cannot_be_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
