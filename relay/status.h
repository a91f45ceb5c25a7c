/* `dateline status`: how far each leg is behind. */
#ifndef DL_RELAY_STATUS_H
#define DL_RELAY_STATUS_H

#include "core/config.h"

int dl_status_main(const struct dl_config *config, int argc, char **argv);

#endif
