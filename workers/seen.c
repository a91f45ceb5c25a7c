/* The workers' memory of a partition. */
#include "workers/seen.h"

#define SLOTS_FIRST 1024U

static XXH128_hash_t hash_of(dl_str text)
{
    return XXH3_128bits(text.at, text.len);
}

static struct dl_seen_entry *slot_of(const struct dl_seen *seen, XXH128_hash_t id)
{
    size_t at = (size_t)id.low64 & (seen->slot_count - 1);
    while (seen->slots[at].version && !XXH128_isEqual(seen->slots[at].id, id))
        at = (at + 1) & (seen->slot_count - 1);
    return &seen->slots[at];
}

void dl_seen_done(struct dl_seen *seen)
{
    for (size_t i = 0; i < seen->slot_count; i++)
        free(seen->slots[i].packed);
    free(seen->slots);
    *seen = (struct dl_seen){0};
}

const struct dl_seen_entry *dl_seen_find(const struct dl_seen *seen, dl_str article_id)
{
    if (seen->slot_count == 0)
        return NULL;
    const struct dl_seen_entry *entry = slot_of(seen, hash_of(article_id));
    return entry->version ? entry : NULL;
}

void dl_seen_expect(const struct dl_seen *seen, dl_str article_id)
{
    if (seen->slot_count)
        __builtin_prefetch(&seen->slots[(size_t)hash_of(article_id).low64 & (seen->slot_count - 1)],
                           1);
}

static void grow(struct dl_seen *seen)
{
    struct dl_seen larger = {.slot_count = seen->slot_count ? seen->slot_count * 2 : SLOTS_FIRST,
                             .used = seen->used};
    larger.slots = dl_alloc(larger.slot_count * sizeof *larger.slots);
    for (size_t i = 0; i < seen->slot_count; i++)
        if (seen->slots[i].version)
            *slot_of(&larger, seen->slots[i].id) = seen->slots[i];
    free(seen->slots);
    *seen = larger;
}

void dl_seen_put(struct dl_seen *seen, dl_str article_id, dl_str content_hash, uint32_t version,
                 dl_str packed)
{
    assert(version > 0 && packed.len <= UINT32_MAX);
    if (seen->used * 3 >= seen->slot_count * 2)
        grow(seen);
    XXH128_hash_t id = hash_of(article_id);
    struct dl_seen_entry *entry = slot_of(seen, id);
    if (!entry->version)
        seen->used++;
    free(entry->packed);
    *entry = (struct dl_seen_entry){.id = id, .content = hash_of(content_hash), .version = version};
    if (packed.len) {
        entry->packed = dl_alloc(packed.len);
        memcpy(entry->packed, packed.at, packed.len);
        entry->packed_bytes = (uint32_t)packed.len;
    }
}

bool dl_seen_same_content(const struct dl_seen_entry *entry, dl_str content_hash)
{
    return XXH128_isEqual(entry->content, hash_of(content_hash)) != 0;
}
