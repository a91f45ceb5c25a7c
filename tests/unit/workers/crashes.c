/* Real deaths: each test's worker is a child process. */
#include "workers/crashes.h"

#include "tests/unit/cm.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME "crashes_test"

/* A process that is at the article 3:70 and ends by this signal; 0: by itself. */
static void die_by(int number, bool at_work)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct dl_crashes *crashes = NULL;
        struct dl_error err;
        if (dl_crashes_open(FILE_NAME, &crashes, &err) != DL_OK)
            _exit(1);
        dl_crashes_enter(3, 70);
        if (!at_work)
            dl_crashes_leave();
        if (number)
            (void)raise(number);
        dl_crashes_close(crashes);
        _exit(0);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(number ? WTERMSIG(how) : WEXITSTATUS(how), number);
}

static uint32_t deaths(int32_t partition, int64_t offset)
{
    struct dl_crashes *crashes = NULL;
    struct dl_error err;
    assert_int_equal(dl_crashes_open(FILE_NAME, &crashes, &err), DL_OK);
    uint32_t count = dl_crashes_of(crashes, partition, offset);
    dl_crashes_close(crashes);
    return count;
}

static void each_fault_counts_for_its_article_alone(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    die_by(SIGSEGV, true);
    die_by(SIGABRT, true);
    die_by(SIGFPE, true);
    assert_int_equal(deaths(3, 70), 3);
    assert_int_equal(deaths(3, 71), 0);
    assert_int_equal(deaths(2, 70), 0);
    (void)unlink(FILE_NAME);
}

static void who_is_killed_or_ends_or_works_on_nothing_accuses_nobody(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    die_by(SIGKILL, true);
    die_by(SIGTERM, true);
    die_by(0, true);
    die_by(SIGABRT, false);
    assert_int_equal(deaths(3, 70), 0);
    assert_int_not_equal(access(FILE_NAME, F_OK), 0); /* nothing to say: gone */
}

static void torn_and_foreign_lines_are_passed_over(void **state)
{
    (void)state;
    FILE *file = fopen(FILE_NAME, "we");
    assert_non_null(file);
    assert_true(fputs("3:70\nhello\n3:\n:70\n\n3:70:1\n3:70\n3:7", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(deaths(3, 70), 2);
    (void)unlink(FILE_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_counts_for_its_article_alone),
        cmocka_unit_test(who_is_killed_or_ends_or_works_on_nothing_accuses_nobody),
        cmocka_unit_test(torn_and_foreign_lines_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
