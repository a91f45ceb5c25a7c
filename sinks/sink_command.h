/* `dateline sink KIND`. */
#ifndef DL_SINKS_SINK_COMMAND_H
#define DL_SINKS_SINK_COMMAND_H

#include "core/config.h"

int dl_sink_main(const struct dl_config *config, int argc, char **argv);

#endif
