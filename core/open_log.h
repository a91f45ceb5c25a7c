/* The log a command line asks for. */
#ifndef DL_CORE_OPEN_LOG_H
#define DL_CORE_OPEN_LOG_H

#include "core/bus.h"
#include "core/config.h"

/* Kafka where `brokers` is set, else the embedded log of `dir`. */
dl_status dl_open_log(const struct dl_config *config, struct dl_log **ret, struct dl_error *err);

#endif
