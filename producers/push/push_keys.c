/* The table of keys. */
#include "producers/push/push_keys.h"

#include "proto/codec.h"

#include <xxhash.h>

#define SLOTS_FIRST 1024U

struct dl_push_keys {
    struct dl_push_key **slots;
    size_t slot_count; /* a power of two, at most half full */
    size_t count;
    struct dl_push_key *oldest;
    struct dl_push_key *newest;
};

static const char prefix[] = "push/";

struct dl_push_keys *dl_push_keys_new(void)
{
    struct dl_push_keys *keys = dl_alloc(sizeof *keys);
    keys->slot_count = SLOTS_FIRST;
    keys->slots = dl_alloc(keys->slot_count * sizeof(struct dl_push_key *));
    return keys;
}

void dl_push_keys_free(struct dl_push_keys *keys)
{
    if (!keys)
        return;
    while (keys->oldest) {
        struct dl_push_key *newer = keys->oldest->newer;
        free(keys->oldest);
        keys->oldest = newer;
    }
    free(keys->slots);
    free(keys);
}

static size_t slot_of(const struct dl_push_keys *keys, const uint64_t hash[2])
{
    size_t slot = hash[0] & (keys->slot_count - 1);
    while (keys->slots[slot] &&
           (keys->slots[slot]->hash[0] != hash[0] || keys->slots[slot]->hash[1] != hash[1]))
        slot = (slot + 1) & (keys->slot_count - 1);
    return slot;
}

static void grow(struct dl_push_keys *keys)
{
    free(keys->slots);
    keys->slot_count *= 2;
    keys->slots = dl_alloc(keys->slot_count * sizeof(struct dl_push_key *));
    for (struct dl_push_key *entry = keys->oldest; entry; entry = entry->newer)
        keys->slots[slot_of(keys, entry->hash)] = entry;
}

static struct dl_push_key *enter_hash(struct dl_push_keys *keys, const uint64_t hash[2],
                                      bool *ret_new)
{
    size_t slot = slot_of(keys, hash);
    *ret_new = !keys->slots[slot];
    if (keys->slots[slot])
        return keys->slots[slot];
    if (keys->count * 2 >= keys->slot_count) {
        grow(keys);
        slot = slot_of(keys, hash);
    }
    struct dl_push_key *entry = keys->slots[slot] = dl_alloc(sizeof *entry);
    entry->hash[0] = hash[0];
    entry->hash[1] = hash[1];
    entry->older = keys->newest;
    *(keys->newest ? &keys->newest->newer : &keys->oldest) = entry;
    keys->newest = entry;
    keys->count++;
    return entry;
}

struct dl_push_key *dl_push_keys_enter(struct dl_push_keys *keys, dl_str key, bool *ret_new)
{
    XXH128_hash_t hash = XXH3_128bits(key.at, key.len);
    return enter_hash(keys, (const uint64_t[2]){hash.high64, hash.low64}, ret_new);
}

/* Those after it in its run of full slots may have been pushed on by it: they are put in again. */
static void empty_slot(struct dl_push_keys *keys, size_t slot)
{
    keys->slots[slot] = NULL;
    for (;;) {
        slot = (slot + 1) & (keys->slot_count - 1);
        struct dl_push_key *entry = keys->slots[slot];
        if (!entry)
            return;
        keys->slots[slot] = NULL;
        keys->slots[slot_of(keys, entry->hash)] = entry;
    }
}

void dl_push_keys_remove(struct dl_push_keys *keys, struct dl_push_key *entry)
{
    empty_slot(keys, slot_of(keys, entry->hash));
    *(entry->older ? &entry->older->newer : &keys->oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &keys->newest) = entry->older;
    keys->count--;
    free(entry);
}

struct dl_push_key *dl_push_keys_expired(struct dl_push_keys *keys, int64_t now_ms)
{
    struct dl_push_key *entry = keys->oldest;
    if (!entry || entry->taken_ms == 0)
        return NULL; /* one under way is young, and so are those after it */
    return keys->count > DL_PUSH_KEYS_MAX || now_ms - entry->taken_ms > DL_PUSH_KEY_MS ? entry
                                                                                       : NULL;
}

static dl_str name_of(struct dl_arena *arena, const struct dl_push_key *entry)
{
    return dl_arena_printf(arena, "%s%016llx%016llx", prefix, (unsigned long long)entry->hash[0],
                           (unsigned long long)entry->hash[1]);
}

struct dl_record dl_push_key_record(struct dl_arena *arena, const struct dl_push_key *entry)
{
    dl_str name = name_of(arena, entry);
    struct dl_position_record position = {
        .path = name, .size = entry->body, .modified_ms = entry->taken_ms, .done = true};
    return (struct dl_record){
        .part = {DL_TOPIC_POSITIONS, -1}, .key = name, .value = dl_position_pack(&position, arena)};
}

struct dl_record dl_push_key_tombstone(struct dl_arena *arena, const struct dl_push_key *entry)
{
    return (struct dl_record){.part = {DL_TOPIC_POSITIONS, -1}, .key = name_of(arena, entry)};
}

static bool parse_hex(dl_str text, uint64_t *ret)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = text.at[i] ? strchr(digits, text.at[i]) : NULL;
        if (!digit)
            return false;
        number = number << 4 | (uint64_t)(digit - digits);
    }
    *ret = number;
    return true;
}

void dl_push_keys_remember(struct dl_push_keys *keys, const struct dl_record *record,
                           struct dl_arena *arena)
{
    uint64_t hash[2];
    struct dl_position_record *position;
    size_t at = sizeof prefix - 1;
    if (!dl_str_starts(record->key, DL_STR(prefix)) || record->key.len != at + 32 ||
        !parse_hex(dl_str_sub(record->key, at, at + 16), &hash[0]) ||
        !parse_hex(dl_str_sub(record->key, at + 16, at + 32), &hash[1]))
        return; /* another producer's */
    bool is_new;
    struct dl_push_key *entry = enter_hash(keys, hash, &is_new);
    if (record->value.at && dl_position_unpack(record->value, arena, &position, NULL) == DL_OK) {
        entry->body = position->size;
        entry->taken_ms = position->modified_ms ? position->modified_ms : 1;
    } else {
        dl_push_keys_remove(keys, entry);
    }
}
