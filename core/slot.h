/* The stable name of a member of a group: it names the member's transactions and its place in the
 * group, so that one that comes back takes up what it left. Two processes never share one.
 *
 * Owner    dl_slot_done(); the lock also ends with the process, however it ends.
 * Threads  one at a time.   Errors  DL_FATAL naming the folder that holds the locks. */
#ifndef DL_CORE_SLOT_H
#define DL_CORE_SLOT_H

#include "core/config.h"

#define DL_SLOT_BYTES 128
#define DL_SLOTS_MAX 256 /* of one leg on one host */

struct dl_slot {
    char name[DL_SLOT_BYTES];
    int lock; /* -1: none is held */
};

/* The slot that was asked for; else HOST-N with the first N of which nobody holds the lock in the
 * folder `dir`; on the embedded log, whose members are of one process, "0". `leg` tells the locks
 * of one kind of member from another's ("work", "sink-sqlite"). */
dl_status dl_slot_take(const struct dl_config *config, const char *leg, struct dl_slot *ret,
                       struct dl_error *err);
void dl_slot_done(struct dl_slot *slot);

#endif
