/* What a producer sends: an article, or what was refused at the door, as a record of the log with
 * its headers.
 *
 * Owner    everything lives in the arena.   Threads  any.   Errors  none. */
#ifndef DL_PRODUCERS_DOOR_ENVELOPE_H
#define DL_PRODUCERS_DOOR_ENVELOPE_H

#include "core/bus.h"
#include "producers/door/feed.h"

/* `traceparent` may be empty. */
struct dl_record dl_envelope_article(struct dl_arena *arena,
                                     const struct dl_article_record *article, dl_str traceparent);

/* `item` without an article; `from` is where it came from: a path, a URL, an address. */
struct dl_record dl_envelope_dead(struct dl_arena *arena, const struct dl_feed_item *item,
                                  dl_str from, dl_str traceparent);

/* What a dead letter keeps of `bytes`: the beginning, the length, the hash. */
void dl_envelope_refuse(struct dl_arena *arena, dl_str bytes, struct dl_feed_item *item);

#endif
