/* Choosing the kind of log. */
#include "core/open_log.h"

#include "core/bus_kafka.h"
#include "core/bus_local.h"

dl_status dl_open_log(const struct dl_config *config, struct dl_log **ret, struct dl_error *err)
{
    if (*config->brokers)
        return dl_bus_at_brokers(config->brokers, config->prefix, config->properties,
                                 config->property_count, ret, err);
    struct dl_local_options options = {.fast = strcmp(config->local_sync, "normal") == 0};
    return dl_bus_at_dir(config->dir, &options, ret, err);
}
