/* Reading whole topics for commands that look: audit, dead letters.
 *
 * Owner    dl_look_close().   Threads  one; the calls block.   Errors  as the log has them. */
#ifndef DL_RELAY_LOOK_H
#define DL_RELAY_LOOK_H

#include "core/bus.h"

struct dl_look;

dl_status dl_look_open(struct dl_log *log, struct dl_look **ret, struct dl_error *err);
void dl_look_close(struct dl_look *look);

/* Every committed record of the topic, in order within a partition; borrowed for the call. */
dl_status dl_look_read(struct dl_look *look, enum dl_topic topic,
                       void (*each)(void *ctx, const struct dl_record *record), void *ctx,
                       struct dl_error *err);

/* Writes one record and waits until it is durable. */
dl_status dl_look_send(struct dl_look *look, const struct dl_record *record, struct dl_error *err);

dl_str dl_header_of(const struct dl_record *record, const char *name); /* empty: none */

#endif
