/* `dateline audit`: recounts from the topics alone whether each article has one outcome. */
#ifndef DL_RELAY_AUDIT_H
#define DL_RELAY_AUDIT_H

#include "core/bus.h"
#include "core/config.h"

struct dl_audit {
    uint64_t articles; /* above the low watermarks and below the workers' committed offsets */
    uint64_t pending;  /* not yet committed by the workers */
    uint64_t reports;
    uint64_t dead;
    uint64_t repeats;
    uint64_t door;       /* dead letters of producers: they have no article */
    uint64_t lost;       /* articles without an outcome */
    uint64_t duplicated; /* outcomes after the first */
    uint64_t foreign;    /* outcomes of no article that is there */
    uint64_t expired;    /* outcomes of articles below the low watermarks */
};

dl_status dl_audit_run(struct dl_log *log, struct dl_audit *ret, struct dl_error *err);

int dl_audit_main(const struct dl_config *config, int argc, char **argv);

#endif
