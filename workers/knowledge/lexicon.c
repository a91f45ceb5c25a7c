/* Loading and finding phrases. */
#include "workers/knowledge/lexicon.h"

#include "proto/words.h"

#include <dirent.h>
#include <errno.h>
#include <xxhash.h>

#define FILE_BYTES_MAX (64U << 20)

static const char *const kinds[DL_ENTRY_KINDS] = {
    "country", "people", "role",    "actor",   "place",        "trigger", "cue",     "weekday",
    "month",   "number", "counted", "section", "abbreviation", "english", "foreign", "type",
};

/* Arguments a kind needs at least. */
static const uint32_t args_min[DL_ENTRY_KINDS] = {1, 1, 1, 3, 5, 4, 1, 1, 1, 1, 1, 1, 0, 0, 0, 3};

struct slot {
    uint64_t hash; /* of the phrase */
    struct dl_entry *chain;
};

struct dl_lexicon {
    struct dl_arena arena;
    struct slot *slots;
    size_t slot_count;
    size_t used;
    uint64_t *starts; /* a bit a hash: some phrase begins with such a word */
    XXH3_state_t *state;
    dl_str hash;
};

#define START_BITS (1U << 18)

uint64_t dl_word_hash(dl_str word)
{
    uint64_t hash = 0x9e3779b97f4a7c15ULL ^ word.len;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + 32);
        hash = (hash ^ c) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
    }
    return hash;
}

static uint64_t join(uint64_t phrase, uint64_t word)
{
    uint64_t hash = (phrase ^ word) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ hash >> 29;
}

static struct slot *slot_of(const struct dl_lexicon *lexicon, uint64_t hash)
{
    size_t at = (size_t)hash & (lexicon->slot_count - 1);
    while (lexicon->slots[at].chain && lexicon->slots[at].hash != hash)
        at = (at + 1) & (lexicon->slot_count - 1);
    return &lexicon->slots[at];
}

static void grow(struct dl_lexicon *lexicon)
{
    struct slot *old = lexicon->slots;
    size_t old_count = lexicon->slot_count;
    lexicon->slot_count = old_count ? old_count * 2 : 8192;
    lexicon->slots = dl_alloc(lexicon->slot_count * sizeof *lexicon->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].chain)
            *slot_of(lexicon, old[i].hash) = old[i];
    free(old);
}

static bool starts_phrase(const struct dl_lexicon *lexicon, uint64_t word)
{
    return lexicon->starts[(word % START_BITS) / 64] >> (word % 64) & 1;
}

static dl_status add_phrase(struct dl_lexicon *lexicon, const struct dl_entry *model, dl_str phrase,
                            const char *place, struct dl_error *err)
{
    uint64_t hash = 0;
    uint32_t words = 0;
    dl_str word;
    while (dl_str_next(&phrase, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (words == 0)
            lexicon->starts[(dl_word_hash(word) % START_BITS) / 64] |= 1ULL
                                                                       << (dl_word_hash(word) % 64);
        hash = join(hash, dl_word_hash(word));
        words++;
    }
    if (words == 0 || words > DL_PHRASE_WORDS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: a phrase has 1 to %u words", place,
                       DL_PHRASE_WORDS_MAX);
    if (lexicon->used * 2 >= lexicon->slot_count)
        grow(lexicon);
    struct slot *slot = slot_of(lexicon, hash);
    slot->hash = hash;
    lexicon->used += !slot->chain;
    struct dl_entry *entry = dl_arena_alloc(&lexicon->arena, sizeof *entry);
    *entry = *model;
    entry->words = words;
    for (struct dl_entry *old = slot->chain; old; old = (struct dl_entry *)(uintptr_t)old->next) {
        if (old->kind == entry->kind) { /* the later line wins */
            entry->next = old->next;
            *old = *entry;
            return DL_OK;
        }
    }
    entry->next = slot->chain;
    slot->chain = entry;
    return DL_OK;
}

static dl_status check_entry(struct dl_entry *entry, const char *place, struct dl_error *err)
{
    if (entry->arg_count < args_min[entry->kind])
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%s' needs %u arguments", place, kinds[entry->kind],
                       args_min[entry->kind]);
    if (entry->kind == DL_ENTRY_TRIGGER) {
        entry->type = dl_event_type_of(entry->args[0]);
        if (!entry->type)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no event type", place,
                           DL_STR_ARG(entry->args[0]));
    }
    bool country = entry->kind == DL_ENTRY_COUNTRY || entry->kind == DL_ENTRY_PEOPLE ||
                   entry->kind == DL_ENTRY_PLACE || entry->kind == DL_ENTRY_ACTOR;
    if (country && entry->args[0].len != 3 && !dl_str_is(entry->args[0], "-"))
        return dl_fail(err, DL_BAD_CONFIG, "%s: code '%.*s' is not a country", place,
                       DL_STR_ARG(entry->args[0]));
    uint32_t from = entry->kind == DL_ENTRY_PLACE ? 2 : 0;
    bool single = entry->kind == DL_ENTRY_WEEKDAY || entry->kind == DL_ENTRY_MONTH ||
                  entry->kind == DL_ENTRY_NUMBER;
    bool triple = entry->kind == DL_ENTRY_PLACE || entry->kind == DL_ENTRY_TYPE;
    uint32_t count = triple ? 3 : single;
    for (uint32_t i = 0; i < count; i++)
        if (dl_str_to_f64(entry->args[from + i], &entry->numbers[i]) != DL_OK)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no number", place,
                           DL_STR_ARG(entry->args[from + i]));
    return DL_OK;
}

static dl_status add_line(struct dl_lexicon *lexicon, dl_str line, const char *place,
                          struct dl_error *err)
{
    dl_str left;
    dl_str word;
    struct dl_entry entry = {.kind = DL_ENTRY_KINDS};
    const char *comment = line.len ? memchr(line.at, '#', line.len) : NULL;
    if (comment)
        line.len = (size_t)(comment - line.at);
    line = dl_str_trim(line);
    if (line.len == 0)
        return DL_OK;
    (void)dl_str_next(&line, '|', &left); /* there is text, so there is a piece */
    if (!line.at)
        return dl_fail(err, DL_BAD_CONFIG, "%s: no '|' before the phrases", place);
    while (dl_str_next(&left, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (entry.kind == DL_ENTRY_KINDS) {
            for (int k = 0; k < DL_ENTRY_KINDS; k++)
                if (dl_str_is(word, kinds[k]))
                    entry.kind = (enum dl_entry_kind)k;
            if (entry.kind == DL_ENTRY_KINDS)
                return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no kind of entry", place,
                               DL_STR_ARG(word));
        } else if (entry.arg_count < sizeof entry.args / sizeof *entry.args) {
            entry.args[entry.arg_count++] = dl_arena_str(&lexicon->arena, word);
        }
    }
    if (entry.kind == DL_ENTRY_KINDS)
        return dl_fail(err, DL_BAD_CONFIG, "%s: no kind before '|'", place);
    entry.rule = dl_arena_str(&lexicon->arena, dl_str_of(place)).at;
    dl_status status = check_entry(&entry, place, err);
    while (status == DL_OK && dl_str_next(&line, ';', &word))
        status = add_phrase(lexicon, &entry, dl_str_trim(word), place, err);
    return status;
}

static dl_status add_file(struct dl_lexicon *lexicon, const char *dir, const char *name,
                          struct dl_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    dl_status status = DL_OK;
    while (status == DL_OK && (len = getline(&line, &room, file)) >= 0) {
        char place[320];
        snprintf(place, sizeof place, "%.255s:%u", name, ++number);
        (void)XXH3_128bits_update(lexicon->state, line, (size_t)len); /* fails only on NULL */
        status = add_line(lexicon, (dl_str){line, (size_t)len}, place, err);
        if (status != DL_OK)
            (void)dl_fail_in(err, "%s", dir);
    }
    free(line);
    (void)fclose(file); /* only read: nothing to lose */
    return status;
}

static int is_text(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

static dl_status add_dir(struct dl_lexicon *lexicon, const char *dir, struct dl_error *err)
{
    struct dirent **names = NULL;
    int count = scandir(dir, &names, is_text, alphasort);
    if (count < 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", dir, strerror(errno));
    dl_status status = DL_OK;
    for (int i = 0; i < count; i++) {
        if (status == DL_OK)
            status = add_file(lexicon, dir, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    return status;
}

dl_status dl_lexicon_load(const char *dir, const char *over, struct dl_lexicon **ret,
                          struct dl_error *err)
{
    struct dl_lexicon *lexicon = dl_alloc(sizeof *lexicon);
    dl_arena_init(&lexicon->arena);
    lexicon->starts = dl_alloc(START_BITS / 8);
    lexicon->state = XXH3_createState();
    if (!lexicon->state)
        abort(); /* no memory */
    (void)XXH3_128bits_reset(lexicon->state);
    grow(lexicon);
    dl_status status = add_dir(lexicon, dir, err);
    if (status == DL_OK && over)
        status = add_dir(lexicon, over, err);
    if (status != DL_OK) {
        dl_lexicon_free(lexicon);
        return status;
    }
    XXH128_hash_t hash = XXH3_128bits_digest(lexicon->state);
    lexicon->hash = dl_arena_printf(&lexicon->arena, "%016llx", (unsigned long long)hash.low64);
    *ret = lexicon;
    return DL_OK;
}

void dl_lexicon_free(struct dl_lexicon *lexicon)
{
    if (!lexicon)
        return;
    dl_arena_done(&lexicon->arena);
    free(lexicon->slots);
    free(lexicon->starts);
    XXH3_freeState(lexicon->state);
    free(lexicon);
}

const struct dl_entry *dl_lexicon_find(const struct dl_lexicon *lexicon, const uint64_t *words,
                                       uint32_t first, uint32_t count, uint32_t *ret_words)
{
    if (!starts_phrase(lexicon, words[first]))
        return NULL;
    const struct dl_entry *found = NULL;
    uint64_t hash = 0;
    for (uint32_t n = 0; n < DL_PHRASE_WORDS_MAX && first + n < count; n++) {
        hash = join(hash, words[first + n]);
        const struct slot *slot = slot_of(lexicon, hash);
        if (slot->chain) {
            found = slot->chain;
            *ret_words = n + 1;
        }
    }
    return found;
}

const struct dl_entry *dl_entry_of(const struct dl_entry *chain, enum dl_entry_kind kind)
{
    while (chain && chain->kind != kind)
        chain = chain->next;
    return chain;
}

dl_str dl_lexicon_hash(const struct dl_lexicon *lexicon)
{
    return lexicon->hash;
}
