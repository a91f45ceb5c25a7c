/* What the workers remember of every article of one partition: the version and content of its last
 * Report, and the mentions that a new version has to withdraw. Filled from the compacted topic
 * `seen`, and never more than that topic says.
 *
 *     hash of the article id -> { hash of the content, version, packed Seen | NULL }
 *
 * Open addressing, 64 bytes a slot; the packed record is kept only where there are mentions.
 *
 * Owner    dl_seen_done() frees it all.   Threads  one.   Errors  none: keys are hashes. */
#ifndef DL_WORKERS_SEEN_H
#define DL_WORKERS_SEEN_H

#include "core/str.h"

#include <xxhash.h>

struct dl_seen_entry {
    XXH128_hash_t id;
    XXH128_hash_t content;
    uint32_t version; /* 0: the slot is free */
    uint32_t packed_bytes;
    char *packed;
};

struct dl_seen {
    struct dl_seen_entry *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used;
};

void dl_seen_done(struct dl_seen *seen); /* empty afterwards, ready for use again */

/* NULL when the article was never seen. Valid until the next put. */
const struct dl_seen_entry *dl_seen_find(const struct dl_seen *seen, dl_str article_id);

/* Soon to be looked for: its place is fetched meanwhile. */
void dl_seen_expect(const struct dl_seen *seen, dl_str article_id);

/* `packed` is copied; empty where the Report had no mentions. `version` > 0. */
void dl_seen_put(struct dl_seen *seen, dl_str article_id, dl_str content_hash, uint32_t version,
                 dl_str packed);

bool dl_seen_same_content(const struct dl_seen_entry *entry, dl_str content_hash);

#endif
