/* A Report for people: each mention as a line that can be checked, and what was held back. */
#ifndef DL_WORKERS_REPORT_TEXT_H
#define DL_WORKERS_REPORT_TEXT_H

#include "proto/records.h"

dl_status dl_report_text(const struct dl_report *report, bool colour, struct dl_buf *out);

/* One mention: "THREATEN   USAGOV → MEX   Ciudad Juárez, MEX   2025-02-05   asserted" and its
 * words. */
dl_status dl_mention_text(const struct dl_mention *mention, bool colour, struct dl_buf *out);

/* The line of column names, and the mentions of a report a line each (RFC 4180). */
dl_status dl_report_csv_head(struct dl_buf *out);
dl_status dl_report_csv(const struct dl_report *report, struct dl_buf *out);

#endif
