/* Identities: of articles, of their content, of mentions. All deterministic, hex of XXH3's 128
 * bits unless given.
 *
 * Owner    strings live in the arena.   Threads  any.   Errors  none. */
#ifndef DL_PROTO_ID_H
#define DL_PROTO_ID_H

#include "core/arena.h"
#include "proto/records.h"

dl_str dl_hash_hex(struct dl_arena *arena, dl_str bytes);

/* The id given (up to DL_ID_BYTES_MAX bytes; longer ones are hashed), else of the canonical URL,
 * else of the URL, else of guid and publisher, else of title and text or html. */
dl_str dl_article_id(struct dl_arena *arena, const struct dl_article_record *article);

/* Of clean title and text: what makes a version. */
dl_str dl_content_hash(struct dl_arena *arena, dl_str title, dl_str text);

/* slot_id from article id, version, span, type and the actors' codes; id from that and the coder.
 * `mention` must have these filled. */
void dl_mention_ids(struct dl_arena *arena, struct dl_mention *mention);

#endif
