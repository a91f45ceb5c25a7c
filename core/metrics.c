/* Figures as text. */
#include "core/metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

enum kind { COUNTER, GAUGE };

static const struct row {
    enum kind kind;
    const char *name;
    const char *help;
} rows[DL_METRIC_COUNT] = {
#define DL_METRIC(id, kind, name, help) [DL_METRIC_##id] = {kind, name, help},
#include "core/metrics.def"
#undef DL_METRIC
};

static const char *const kinds[] = {[COUNTER] = "counter", [GAUGE] = "gauge"};

void dl_metrics_set(struct dl_metrics *metrics, enum dl_metric which, double value)
{
    metrics->values[which] = value;
    metrics->set[which] = true;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* The second number of statm: pages. */
static double resident_bytes(void)
{
    unsigned long long size = 0;
    unsigned long long resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    if (fscanf(file, "%llu %llu", &size, &resident) != 2)
        resident = 0;
    (void)fclose(file); /* only read: nothing to lose */
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static double open_files(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        return 0;
    while (readdir(dir))
        count++;
    (void)closedir(dir);              /* only read: nothing to lose */
    return count > 3 ? count - 3 : 0; /* without "." and ".." and the one just used */
}

void dl_metrics_set_process(struct dl_metrics *metrics)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        dl_metrics_set(metrics, DL_METRIC_PROCESS_CPU_SECONDS,
                       seconds(usage.ru_utime) + seconds(usage.ru_stime));
    dl_metrics_set(metrics, DL_METRIC_PROCESS_RSS_BYTES, resident_bytes());
    dl_metrics_set(metrics, DL_METRIC_PROCESS_OPEN_FDS, open_files());
}

/* A label's value: backslash, quote and line break are escaped; a leg's name has no others. */
static void put_label(struct dl_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            (void)dl_buf_put_char(out, '\\'); /* a full buffer only cuts the answer */
        (void)dl_buf_put_char(out, (char)(*text == '\n' ? ' ' : *text));
    }
}

void dl_metrics_write(const struct dl_metrics *metrics, const char *leg, struct dl_buf *out)
{
    for (size_t i = 0; i < DL_METRIC_COUNT; i++) {
        if (!metrics->set[i])
            continue;
        (void)dl_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s{leg=\"", rows[i].name,
                            rows[i].help, rows[i].name, kinds[rows[i].kind], rows[i].name);
        put_label(out, leg);
        (void)dl_buf_printf(out, "\"} %.15g\n", metrics->values[i]);
    }
    (void)dl_buf_printf(out,
                        "# HELP dateline_build_info the running version\n"
                        "# TYPE dateline_build_info gauge\n"
                        "dateline_build_info{version=\"%s\"} 1\n",
                        DL_VERSION);
}

void dl_metrics_docs(FILE *out)
{
    fputs(
        "# Metrics\n\n"
        "`dateline work` and `dateline sink` tell their figures over HTTP when `metrics.listen` "
        "names an address\n(`-o metrics.listen=127.0.0.1:9464`):\n\n"
        "| path | answers |\n| --- | --- |\n"
        "| `/metrics` | the table below in Prometheus' text format; each figure carries the label "
        "`leg` |\n"
        "| `/healthz` | 200 while the process turns its loop |\n"
        "| `/readyz` | 200 when the log can be reached, the group has taken the member in and, in "
        "a sink, the store takes reports; else 503 and why |\n\n"
        "| metric | kind | meaning |\n| --- | --- | --- |\n",
        out);
    for (size_t i = 0; i < DL_METRIC_COUNT; i++)
        fprintf(out, "| `%s` | %s | %s |\n", rows[i].name, kinds[rows[i].kind], rows[i].help);
    fputs("| `dateline_build_info` | gauge | 1, with the running version as label |\n", out);
}
