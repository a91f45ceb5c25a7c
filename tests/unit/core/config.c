#include "core/config.h"

#include "tests/unit/cm.h"

#include <unistd.h>

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void options_win_over_environment_over_file(void **state)
{
    (void)state;
    struct dl_config config;
    struct dl_error err;
    dl_config_init(&config);
    put_file("config_test.yaml",
             "work:\n  commit_ms: 7\n  threads: 3\nprefix: ${NO_SUCH:-spare}\n");
    char *env[] = {"DATELINE_WORK_COMMIT_MS=8", "DATELINE_WORK_THREADS=4", NULL};
    assert_int_equal(dl_config_set(&config, DL_STR("work.commit_ms"), DL_STR("9"), DL_ORIGIN_OPTION,
                                   "-o work.commit_ms", &err),
                     DL_OK);
    assert_int_equal(dl_config_env(&config, env, &err), DL_OK);
    assert_int_equal(dl_config_file(&config, "config_test.yaml", &err), DL_OK);
    assert_int_equal(config.work_commit_ms, 9);
    assert_int_equal(config.work_threads, 4);
    assert_string_equal(config.prefix, "spare");
    assert_int_equal(unlink("config_test.yaml"), 0);
    dl_config_done(&config);
}

static void an_unknown_key_names_file_line_and_the_nearest(void **state)
{
    (void)state;
    struct dl_config config;
    struct dl_error err;
    dl_config_init(&config);
    put_file("config_bad.yaml", "prefix: a\nwork:\n  comit_ms: 7\n");
    assert_int_equal(dl_config_file(&config, "config_bad.yaml", &err), DL_BAD_CONFIG);
    assert_string_equal(
        err.text, "config_bad.yaml:3: no key 'work.comit_ms'; did you mean 'work.commit_ms'?");
    put_file("config_bad.yaml", "prefix: [a, b]\n");
    assert_int_equal(dl_config_file(&config, "config_bad.yaml", &err), DL_BAD_CONFIG);
    put_file("config_bad.yaml", "work:\n  commit_ms: 0\n");
    assert_int_equal(dl_config_file(&config, "config_bad.yaml", &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "config_bad.yaml:2: work.commit_ms is '0'"));
    put_file("config_bad.yaml", "work: {commit_ms: 3\n");
    assert_int_equal(dl_config_file(&config, "config_bad.yaml", &err), DL_BAD_CONFIG);
    assert_int_equal(config.work_commit_ms, 100); /* failures change nothing */
    assert_int_equal(unlink("config_bad.yaml"), 0);
    dl_config_done(&config);
}

static void properties_go_to_kafka_as_they_are_and_passwords_stay_hidden(void **state)
{
    (void)state;
    struct dl_config config;
    struct dl_error err;
    dl_config_init(&config);
    put_file("config_kafka.yaml", "kafka:\n  sasl.password: hush\n  linger.ms: 5\n");
    assert_int_equal(dl_config_file(&config, "config_kafka.yaml", &err), DL_OK);
    assert_int_equal(config.property_count, 2);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    dl_config_show(&config, out);
    assert_int_equal(fclose(out), 0);
    assert_null(strstr(text, "hush"));
    assert_non_null(strstr(text, "kafka.linger.ms: 5"));
    free(text);
    assert_int_equal(unlink("config_kafka.yaml"), 0);
    dl_config_done(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_win_over_environment_over_file),
        cmocka_unit_test(an_unknown_key_names_file_line_and_the_nearest),
        cmocka_unit_test(properties_go_to_kafka_as_they_are_and_passwords_stay_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
