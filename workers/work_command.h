/* `dateline work`: the worker leg as a process. */
#ifndef DL_WORKERS_WORK_COMMAND_H
#define DL_WORKERS_WORK_COMMAND_H

#include "core/config.h"
#include "workers/work.h"

int dl_work_main(const struct dl_config *config, int argc, char **argv);

/* The worker's part of the configuration. */
void dl_work_configure(const struct dl_config *config, struct dl_work_want *want);

struct dl_crashes;

/* What articles killed the workers of this slot; NULL, said in the log, where that cannot be kept.
 * The caller closes it when no thread codes any more. */
struct dl_crashes *dl_work_crashes(const struct dl_config *config, const char *slot);

#endif
