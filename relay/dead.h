/* `dateline dead list|show|replay`: what could not be coded, and another try at it. */
#ifndef DL_RELAY_DEAD_H
#define DL_RELAY_DEAD_H

#include "core/config.h"

int dl_dead_main(const struct dl_config *config, int argc, char **argv);

#endif
