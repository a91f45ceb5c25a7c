/* Idempotency keys: which requests were taken in the last day, so that a client that did not get
 * its answer can ask again and nothing comes twice. Kept as records of the topic positions.
 *
 *     table (open addressing) ─► entry ◄─► entry ◄─► …   by age, oldest first
 *
 * Owner    dl_push_keys_free().   Threads  the loop's only.   Errors  none. */
#ifndef DL_PRODUCERS_PUSH_PUSH_KEYS_H
#define DL_PRODUCERS_PUSH_PUSH_KEYS_H

#include "core/arena.h"
#include "core/bus.h"

#define DL_PUSH_KEYS_MAX 1000000U /* some 100 MB; then the oldest go */
#define DL_PUSH_KEY_MS 86400000   /* a day */

struct dl_push_key {
    uint64_t hash[2]; /* of the key */
    uint64_t body;    /* hash of the body that came with it */
    int64_t taken_ms; /* wall clock; 0 while the request is under way */
    struct dl_push_key *older;
    struct dl_push_key *newer;
};

struct dl_push_keys;

struct dl_push_keys *dl_push_keys_new(void);
void dl_push_keys_free(struct dl_push_keys *keys);

/* The entry of a key, made (with taken_ms 0) where there was none; *ret_new says which. */
struct dl_push_key *dl_push_keys_enter(struct dl_push_keys *keys, dl_str key, bool *ret_new);
/* The request was not taken. */
void dl_push_keys_remove(struct dl_push_keys *keys, struct dl_push_key *entry);

/* One that may go: older than a day, or one too many; NULL for none. */
struct dl_push_key *dl_push_keys_expired(struct dl_push_keys *keys, int64_t now_ms);

/* As a record of the log and back. */
struct dl_record dl_push_key_record(struct dl_arena *arena, const struct dl_push_key *entry);
struct dl_record dl_push_key_tombstone(struct dl_arena *arena, const struct dl_push_key *entry);
void dl_push_keys_remember(struct dl_push_keys *keys, const struct dl_record *record,
                           struct dl_arena *arena);

#endif
