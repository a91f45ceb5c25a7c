/* `dateline work`: the worker leg as a process. */
#ifndef DL_WORKERS_WORK_COMMAND_H
#define DL_WORKERS_WORK_COMMAND_H

#include "core/config.h"
#include "workers/work.h"

int dl_work_main(const struct dl_config *config, int argc, char **argv);

/* The worker's part of the configuration. */
void dl_work_configure(const struct dl_config *config, struct dl_work_want *want);

#endif
