/* Figures of a running command in the text format that Prometheus and OpenTelemetry collectors
 * read; the table of all of them is core/metrics.def.
 *
 * Owner    the caller, for the time of one answer.   Threads  one at a time.   Errors  none. */
#ifndef DL_CORE_METRICS_H
#define DL_CORE_METRICS_H

#include "core/str.h"

enum dl_metric {
#define DL_METRIC(id, kind, name, help) DL_METRIC_##id,
#include "core/metrics.def"
#undef DL_METRIC
    DL_METRIC_COUNT
};

/* One leg's figures; those it does not set are not told. */
struct dl_metrics {
    double values[DL_METRIC_COUNT];
    bool set[DL_METRIC_COUNT];
};

void dl_metrics_set(struct dl_metrics *metrics, enum dl_metric which, double value);
void dl_metrics_set_process(struct dl_metrics *metrics); /* what the kernel says of us */

/* `leg` becomes a label: "work", "sink-sqlite". */
void dl_metrics_write(const struct dl_metrics *metrics, const char *leg, struct dl_buf *out);

/* docs/METRICS.md. */
void dl_metrics_docs(FILE *out);

#endif
