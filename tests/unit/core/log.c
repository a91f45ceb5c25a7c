/* Lines as they reach stderr. */
#include "core/log.h"

#include "tests/unit/cm.h"

#include <fcntl.h>
#include <unistd.h>

/* One line with this value, in this format. */
static char *line_of(enum dl_log_format format, dl_str value)
{
    static char line[8192];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int saved = dup(STDERR_FILENO);
    dl_log_setup(DL_LOG_INFO, format);
    (void)dup2(ends[1], STDERR_FILENO);
    dl_log_line(DL_LOG_WARN, "said", DL_LOG_S("value", value), DL_LOG_N("n", -3));
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    (void)close(ends[1]);
    ssize_t bytes = read(ends[0], line, sizeof line - 1);
    (void)close(ends[0]);
    assert_true(bytes > 0);
    line[bytes] = '\0';
    return line;
}

static void plain_words_stand_bare_in_logfmt(void **state)
{
    (void)state;
    assert_non_null(strstr(line_of(DL_LOG_LOGFMT, DL_STR("a/b.c")),
                           "level=warn msg=\"said\" value=a/b.c n=-3\n"));
}

static void json_is_json(void **state)
{
    (void)state;
    const char *line = line_of(DL_LOG_JSON, DL_STR("a \"b\" \\"));
    assert_non_null(strstr(line, "\"value\":\"a \\\"b\\\" \\\\\",\"n\":-3}\n"));
}

/* Terminals obey ESC, C1 controls and their two-byte UTF-8 forms; readers of JSON refuse bytes that
 * are no UTF-8. */
static void no_control_byte_and_no_broken_text_passes(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x1b[2J",
                                      "a\nlevel=info",
                                      "\x7f",
                                      "\xc2\x9b"
                                      "31m",
                                      "\x9b",
                                      "\xff\xfe",
                                      "\xe2\x82"};
    for (int format = DL_LOG_LOGFMT; format <= DL_LOG_JSON; format++)
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            const char *line = line_of((enum dl_log_format)format, dl_str_of(bad[i]));
            size_t len = strlen(line);
            for (size_t c = 0; c + 1 < len; c++)
                assert_in_range((unsigned char)line[c], 0x20, 0x7e);
            assert_non_null(strstr(line, "\\u"));
        }
}

static void text_of_any_language_is_kept(void **state)
{
    (void)state;
    assert_non_null(strstr(line_of(DL_LOG_JSON, DL_STR("Łódź 東京")), "Łódź 東京"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words_stand_bare_in_logfmt),
        cmocka_unit_test(json_is_json),
        cmocka_unit_test(no_control_byte_and_no_broken_text_passes),
        cmocka_unit_test(text_of_any_language_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
