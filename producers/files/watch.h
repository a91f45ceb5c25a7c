/* Waits for something to change in folders and all below them (inotify, by way of libuv).
 *
 * Owner    dl_watch_free().
 * Threads  the loop's.
 * Errors   a folder that cannot be watched is left out; dl_watch_folder() says so. */
#ifndef DL_PRODUCERS_FILES_WATCH_H
#define DL_PRODUCERS_FILES_WATCH_H

#include "core/loop.h"
#include "core/status.h"

struct dl_watch;

/* `changed` comes once, `quiet_ms` after the first of some changes: what comes together is looked
 * at together, and one who writes without end holds nobody up. */
struct dl_watch *dl_watch_new(struct dl_loop *loop, uint64_t quiet_ms, void (*changed)(void *ctx),
                              void *ctx);
void dl_watch_free(struct dl_watch *watch);

/* The folder and those in it. A path that is no folder is none of ours: DL_NOT_FOUND. */
dl_status dl_watch_folder(struct dl_watch *watch, const char *path, struct dl_error *err);

/* As if something had changed. */
void dl_watch_again(struct dl_watch *watch);

bool dl_watch_is_due(const struct dl_watch *watch); /* `changed` was called */

#endif
