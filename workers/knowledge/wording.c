/* Loading and finding small words.
 *
 *     slots[hash of phrase] → meaning → meaning → NULL        starts: a bit a first word */
#include "workers/knowledge/wording.h"

#include "workers/knowledge/almanac_lines.h"

#include <xxhash.h>

#define START_BITS (1U << 14)
#define PHRASES_MAX (1U << 16)

static const struct {
    const char *word;
    uint32_t numbers;
} kinds[DL_WORDING_KINDS] = {
#define DL_WORDING(name, word, numbers) {word, numbers},
#include "workers/knowledge/wording.def"
};

struct slot {
    uint64_t hash;
    struct dl_wording *chain;
};

struct dl_wordings {
    struct dl_arena arena;
    struct slot *slots;
    size_t slot_count;
    size_t used;
    uint64_t starts[START_BITS / 64];
    XXH64_hash_t sum;
    dl_str hash;
};

uint64_t dl_wording_hash(dl_str word)
{
    uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + 32);
        if (c == 0xe2 && i + 2 < word.len && (unsigned char)word.at[i + 1] == 0x80 &&
            ((unsigned char)word.at[i + 2] & 0xfe) == 0x98) { /* ‘ or ’ */
            c = '\'';
            i += 2;
        }
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

static struct slot *slot_of(const struct dl_wordings *w, uint64_t hash)
{
    size_t at = (size_t)hash & (w->slot_count - 1);
    while (w->slots[at].chain && w->slots[at].hash != hash)
        at = (at + 1) & (w->slot_count - 1);
    return &w->slots[at];
}

static void grow(struct dl_wordings *w)
{
    struct slot *old = w->slots;
    size_t old_count = w->slot_count;
    w->slot_count = old_count ? old_count * 2 : 2048;
    w->slots = dl_alloc(w->slot_count * sizeof *w->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].chain)
            *slot_of(w, old[i].hash) = old[i];
    free(old);
}

static bool starts_phrase(const struct dl_wordings *w, uint64_t word)
{
    return w->starts[(word % START_BITS) / 64] >> (word % 64) & 1;
}

static dl_status add_phrase(struct dl_wordings *w, const struct dl_wording *model, dl_str phrase,
                            struct dl_error *err)
{
    uint64_t hash = 0;
    uint8_t words = 0;
    dl_str word;
    while (dl_str_next(&phrase, ' ', &word)) {
        if (word.len == 0)
            continue;
        uint64_t one = dl_wording_hash(word);
        if (words == 0)
            w->starts[(one % START_BITS) / 64] |= 1ULL << (one % 64);
        hash = join(hash, one);
        words++;
    }
    if (words == 0 || words > DL_WORDING_WORDS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: a phrase has 1 to %u words", model->rule,
                       DL_WORDING_WORDS_MAX);
    if (w->used >= PHRASES_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: more than %u phrases", model->rule, PHRASES_MAX);
    if (w->used * 2 >= w->slot_count)
        grow(w);
    struct slot *slot = slot_of(w, hash);
    w->used += !slot->chain;
    slot->hash = hash;
    struct dl_wording *known = slot->chain;
    while (known && known->kind != model->kind)
        known = (struct dl_wording *)(uintptr_t)known->next;
    if (!known) {
        known = dl_arena_alloc(&w->arena, sizeof *known);
        known->next = slot->chain;
        slot->chain = known;
    }
    const struct dl_wording *next = known->next;
    *known = *model; /* the later line wins */
    known->next = next;
    known->words = words;
    return DL_OK;
}

static dl_status read_numbers(const struct dl_line *line, uint32_t count, struct dl_wording *model,
                              struct dl_error *err)
{
    int64_t numbers[2] = {0, 0};
    for (uint32_t i = 0; i < count; i++)
        if (i >= line->arg_count || dl_str_to_i64(line->args[i], &numbers[i]) != DL_OK ||
            numbers[i] < INT32_MIN || numbers[i] > INT32_MAX)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is followed by %u number%s", line->place,
                           DL_STR_ARG(line->kind), count, count == 1 ? "" : "s");
    model->a = (int32_t)numbers[0];
    model->b = (int32_t)numbers[1];
    if (line->arg_count > count + 1)
        return dl_fail(err, DL_BAD_CONFIG, "%s: too many arguments", line->place);
    if (line->arg_count > count)
        model->word = line->args[count];
    return DL_OK;
}

static dl_status take_line(void *taker, const struct dl_line *line, struct dl_error *err)
{
    struct dl_wordings *w = taker;
    struct dl_wording model = {.kind = DL_WORDING_KINDS, .rule = line->place};
    for (uint8_t k = 0; k < DL_WORDING_KINDS; k++)
        if (dl_str_is(line->kind, kinds[k].word))
            model.kind = k;
    if (model.kind == DL_WORDING_KINDS)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no kind of wording", line->place,
                       DL_STR_ARG(line->kind));
    dl_status status = read_numbers(line, kinds[model.kind].numbers, &model, err);
    dl_str rest = line->phrases;
    dl_str phrase;
    w->sum = XXH3_64bits_withSeed(line->kind.at, /* the line lies in one piece from kind to end */
                                  (size_t)(rest.at + rest.len - line->kind.at), w->sum);
    while (status == DL_OK && dl_str_next(&rest, ';', &phrase))
        if (dl_str_trim(phrase).len)
            status = add_phrase(w, &model, dl_str_trim(phrase), err);
    return status;
}

dl_status dl_wordings_load(const char *dir, const char *over, struct dl_wordings **ret,
                           struct dl_error *err)
{
    struct dl_wordings *w = dl_alloc(sizeof *w);
    dl_arena_init(&w->arena);
    grow(w);
    dl_status status = dl_lines_read(dir, "circumstances", &w->arena, take_line, w, err);
    if (status == DL_OK && w->used == 0)
        status = dl_fail(err, DL_BAD_CONFIG, "%s/circumstances: no words in it", dir);
    if (status == DL_OK && over && *over)
        status = dl_lines_read(over, "circumstances", &w->arena, take_line, w, err);
    if (status != DL_OK) {
        dl_wordings_free(w);
        return status;
    }
    w->hash = dl_arena_printf(&w->arena, "%016llx", (unsigned long long)w->sum);
    *ret = w;
    return DL_OK;
}

void dl_wordings_free(struct dl_wordings *w)
{
    if (!w)
        return;
    dl_arena_done(&w->arena);
    free(w->slots);
    free(w);
}

const struct dl_wording *dl_wordings_find(const struct dl_wordings *w, const uint64_t *words,
                                          uint32_t first, uint32_t count)
{
    if (!starts_phrase(w, words[first]))
        return NULL;
    const struct dl_wording *found = NULL;
    uint64_t hash = 0;
    for (uint32_t n = 0; n < DL_WORDING_WORDS_MAX && first + n < count; n++) {
        hash = join(hash, words[first + n]);
        const struct slot *slot = slot_of(w, hash);
        if (slot->chain)
            found = slot->chain;
    }
    return found;
}

dl_str dl_wordings_hash(const struct dl_wordings *w)
{
    return w->hash;
}
