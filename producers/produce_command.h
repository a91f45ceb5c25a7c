/* `dateline produce`. */
#ifndef DL_PRODUCERS_PRODUCE_COMMAND_H
#define DL_PRODUCERS_PRODUCE_COMMAND_H

#include "core/config.h"

int dl_produce_main(const struct dl_config *config, int argc, char **argv);

#endif
