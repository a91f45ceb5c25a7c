/* The crash-loop breaker: an article that kills its worker must not kill every one that follows.
 *
 * Each pool thread says which article it is at; when the process dies of a fault of its own (a bad
 * access, an abort, out of memory), the last thing it does is to append that article's place to a
 * file in the worker's folder. Who starts there next knows which articles killed how often, and
 * lays one aside unread after DL_DEATHS_MAX. A worker that is killed from outside writes nothing:
 * its articles are innocent. docs/decisions/0020 says why a file and not the log.
 *
 * Owner    dl_crashes_close(). One a process: signals know no owner.
 * Threads  enter and leave: each for itself; the rest is const after the opening.
 * Errors   DL_FATAL naming the file; going on without is the caller's choice. */
#ifndef DL_WORKERS_CRASHES_H
#define DL_WORKERS_CRASHES_H

#include "core/str.h"

#define DL_DEATHS_MAX 3U

struct dl_crashes;

/* Reads what earlier workers left at `path` and listens for faults. */
dl_status dl_crashes_open(const char *path, struct dl_crashes **ret, struct dl_error *err);

/* How often an article (of the topic articles) killed its worker; 0 where `crashes` is NULL. */
uint32_t dl_crashes_of(const struct dl_crashes *crashes, int32_t partition, int64_t offset);

/* This thread is at that article, until dl_crashes_leave(). */
void dl_crashes_enter(int32_t partition, int64_t offset);
void dl_crashes_leave(void);

/* A file that has nothing to say goes. NULL is fine. */
void dl_crashes_close(struct dl_crashes *crashes);

#endif
