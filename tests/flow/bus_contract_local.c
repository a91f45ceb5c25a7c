/* The contract over the embedded log, and what only a file can do wrong. */
#include "core/bus_local.h"
#include "tests/flow/bus_contract.h"
#include "tests/unit/cm.h"

#include <sqlite3.h>
#include <unistd.h>

static struct dl_log *reopen(const char *place)
{
    struct dl_log *log = NULL;
    struct dl_error err;
    if (dl_bus_at_dir(place, NULL, &log, &err) != DL_OK)
        fail_msg("%s", err.text);
    return log;
}

static struct dl_log *make(char place[256])
{
    snprintf(place, 256, "bus_local.XXXXXX");
    assert_non_null(mkdtemp(place));
    return reopen(place);
}

static void run_sql(const char *dir, const char *sql)
{
    char path[300];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/log.sqlite", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void assert_refused(const char *dir, const char *why)
{
    struct dl_log *log = NULL;
    struct dl_error err;
    assert_int_equal(dl_bus_at_dir(dir, NULL, &log, &err), DL_FATAL);
    if (!strstr(err.text, why))
        fail_msg("'%s' is not in '%s'", why, err.text);
}

static void a_log_of_a_newer_dateline_is_refused_by_name(void **state)
{
    (void)state;
    char dir[256];
    dl_log_free(make(dir));
    run_sql(dir, "PRAGMA user_version=99");
    assert_refused(dir, "log.sqlite: log of version 99");
}

static void a_file_that_is_no_log_is_refused_by_name(void **state)
{
    (void)state;
    char dir[256] = "bus_local.XXXXXX";
    char path[300];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/log.sqlite", dir);
    FILE *file = fopen(path, "we");
    assert_true(fputs("this is a letter, not a database, and long enough to be looked at; "
                      "it goes on for more than one hundred bytes so that the header is full",
                      file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_refused(dir, "log.sqlite");
    assert_refused("/proc/no/such/place", "/proc/no/such/place");
}

int main(void)
{
    static const struct log_maker local = {"embedded log", make, reopen, false};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_of_a_newer_dateline_is_refused_by_name),
        cmocka_unit_test(a_file_that_is_no_log_is_refused_by_name),
    };
    int failed = bus_contract_run(&local);
    return failed + cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
