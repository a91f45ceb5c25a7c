/* `dateline run`: the whole pipeline in one process on the embedded log. */
#ifndef DL_RELAY_RUN_H
#define DL_RELAY_RUN_H

#include "core/config.h"

int dl_run_main(const struct dl_config *config, int argc, char **argv);

#endif
