/* The embedded log: the topics of the contract in one SQLite file, DIR/log.sqlite.
 *
 * One thread of the process writes and commits for all its legs together; each reading client has
 * a reader thread and connection of its own. Several processes may share a folder, but a group has
 * one member: the second is told who holds it.
 *
 * DL_FATAL with the file's name when it is unreadable, no log, or of a newer dateline. */
#ifndef DL_CORE_BUS_LOCAL_H
#define DL_CORE_BUS_LOCAL_H

#include "core/bus.h"

/* How the file is written; zeroed: the defaults. */
struct dl_local_options {
    bool fast; /* synchronous=NORMAL: a power cut may lose the last commits, a crash does not */
    uint32_t partitions; /* of topics made now; 0: DL_PARTITIONS */
};

/* Opens or makes the log of a folder (which is made too). */
dl_status dl_bus_at_dir(const char *dir, const struct dl_local_options *options,
                        struct dl_log **ret_log, struct dl_error *err);

#endif
