/* What is due when: things in the order of their time, any of which may be moved or taken out.
 *
 * A binary heap of pointers; each thing holds a dl_due and knows its place through it.
 *
 * Owner    dl_agenda_done(); the things are their owners'.   Threads  one at a time.
 * Errors   none. */
#ifndef DL_PRODUCERS_POLL_AGENDA_H
#define DL_PRODUCERS_POLL_AGENDA_H

#include "core/str.h"

struct dl_due {
    uint64_t at_ms;
    size_t place; /* 0: not on the agenda */
};

struct dl_agenda {
    struct dl_due **heap; /* from 1 */
    size_t count;
    size_t room;
};

void dl_agenda_done(struct dl_agenda *agenda);

/* Puts it on the agenda, or moves it there. */
void dl_agenda_set(struct dl_agenda *agenda, struct dl_due *due, uint64_t at_ms);
void dl_agenda_remove(struct dl_agenda *agenda, struct dl_due *due); /* also when it is not there */

/* The earliest; NULL when there is none. */
struct dl_due *dl_agenda_first(const struct dl_agenda *agenda);

#endif
