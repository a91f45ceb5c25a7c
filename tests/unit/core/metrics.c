#include "core/metrics.h"

#include "tests/unit/cm.h"

static void only_what_was_set_is_told_with_help_and_kind(void **state)
{
    (void)state;
    struct dl_metrics metrics = {0};
    struct dl_buf out;
    dl_buf_init(&out, 1U << 16);
    dl_metrics_set(&metrics, DL_METRIC_WORK_ARTICLES, 12);
    dl_metrics_write(&metrics, "work", &out);
    (void)dl_buf_put_char(&out, '\0');
    assert_non_null(strstr(out.at, "# TYPE dateline_work_articles_total counter\n"
                                   "dateline_work_articles_total{leg=\"work\"} 12\n"));
    assert_null(strstr(out.at, "dateline_sink_reports_total"));
    dl_buf_done(&out);
}

static void large_counters_keep_every_digit(void **state)
{
    (void)state;
    struct dl_metrics metrics = {0};
    struct dl_buf out;
    dl_buf_init(&out, 1U << 16);
    dl_metrics_set(&metrics, DL_METRIC_WORK_BYTES, 123456789012345.0);
    dl_metrics_write(&metrics, "work", &out);
    (void)dl_buf_put_char(&out, '\0');
    assert_non_null(strstr(out.at, "} 123456789012345\n"));
    dl_buf_done(&out);
}

static void a_leg_s_name_cannot_leave_its_label(void **state)
{
    (void)state;
    struct dl_metrics metrics = {0};
    struct dl_buf out;
    dl_buf_init(&out, 1U << 16);
    dl_metrics_set(&metrics, DL_METRIC_READY, 1);
    dl_metrics_write(&metrics, "sink-\"a\"\n\\", &out);
    (void)dl_buf_put_char(&out, '\0');
    assert_non_null(strstr(out.at, "{leg=\"sink-\\\"a\\\" \\\\\"} 1\n"));
    dl_buf_done(&out);
}

static void the_kernel_s_figures_are_those_of_a_living_process(void **state)
{
    (void)state;
    struct dl_metrics metrics = {0};
    dl_metrics_set_process(&metrics);
    assert_true(metrics.values[DL_METRIC_PROCESS_RSS_BYTES] > 100000);
    assert_true(metrics.values[DL_METRIC_PROCESS_OPEN_FDS] >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_set_is_told_with_help_and_kind),
        cmocka_unit_test(large_counters_keep_every_digit),
        cmocka_unit_test(a_leg_s_name_cannot_leave_its_label),
        cmocka_unit_test(the_kernel_s_figures_are_those_of_a_living_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
