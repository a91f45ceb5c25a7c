/* The text of a piece of HTML, as feeds carry it: paragraphs with an empty line between them.
 *
 * Owner    the arena.   Threads  any.   Errors  none. */
#ifndef DL_PRODUCERS_FEEDS_FRAGMENT_H
#define DL_PRODUCERS_FEEDS_FRAGMENT_H

#include "core/arena.h"

dl_str dl_fragment_text(struct dl_arena *arena, dl_str html);

#endif
