/* What `run` tells the person at its end: the events of this run, what was held back, where to
 * look further. Read back from the log, so that it is what the sinks got too. */
#ifndef DL_RELAY_SUMMARY_H
#define DL_RELAY_SUMMARY_H

#include "core/bus.h"

/* Next offsets of the topic reports, by partition. */
struct dl_summary_from {
    int64_t next[DL_PARTITIONS_MAX];
    uint32_t partitions;
};
dl_status dl_summary_mark(struct dl_log *log, struct dl_summary_from *ret, struct dl_error *err);

/* What the legs counted. */
struct dl_summary_counts {
    unsigned long long articles;  /* coded in this run */
    unsigned long long set_aside; /* dead letters, of producer and worker */
    unsigned long long unread;    /* files */
};

/* The reports since the mark: at most 5,000 are read and 60 mentions shown, and the text says so.
 */
dl_status dl_summary_print(struct dl_log *log, const struct dl_summary_from *from,
                           const struct dl_summary_counts *counts, const char *dir, bool colour,
                           FILE *out, struct dl_error *err);

#endif
