/* When, where, how many and who said it, of a whole Report.
 *
 * Owner    the caller's buffer.   Threads  any.   Errors  DL_TOO_BIG at the buffer's ceiling. */
#ifndef DL_WORKERS_REPORT_CIRCUMSTANCES_H
#define DL_WORKERS_REPORT_CIRCUMSTANCES_H

#include "proto/records.h"

/* Lines for people: dates in their order, places, counts, quotes with their speakers. */
dl_status dl_report_circumstances(const struct dl_report *report, bool colour, struct dl_buf *out);

/* The first of these lines alone; nothing where the text tells no date. */
dl_status dl_report_date_line(const struct dl_report *report, bool colour, struct dl_buf *out);

/* A count as people say it: "at least 1,650 troops, planned"; money as the text has it. */
dl_status dl_quantity_text(const struct dl_quantity *quantity, struct dl_buf *out);

/* "2025-01-20 to 2025-01-26" or one day, and what it is by where that is not the text. */
dl_status dl_when_text(const struct dl_when *when, struct dl_buf *out);

/* The mentions' places as a GeoJSON FeatureCollection (RFC 7946) on one line, a feature a place,
 * its mention's type, actors, days and sentence with it; without a point the geometry is null. */
dl_status dl_report_geojson(const struct dl_report *report, struct dl_buf *out);

#endif
