/* Laying out an almanac. */
#include "workers/knowledge/almanac_draft.h"

#include <xxhash.h>

#define CITIES_OF_PHRASE_MAX 12U /* the largest; the thirteenth Springfield makes no news */

void dl_draft_init(struct dl_draft *draft, const struct dl_almanac *base)
{
    *draft = (struct dl_draft){.base = base, .last_city = -1};
    dl_arena_init(&draft->arena);
    dl_buf_init(&draft->text, ALMANAC_BYTES_MAX);
    for (int i = 0; i < SECTION_KINDS; i++)
        draft->lists[i].size = dl_section_sizes[i];
    draft->phrases.size = sizeof(struct dl_draft_phrase);
    draft->parts.size = sizeof(dl_str);
    draft->starts = dl_alloc(START_BITS / 8);
    (void)dl_draft_text(draft, DL_STR("")); /* offset 0 is the empty string */
}

void dl_draft_done(struct dl_draft *draft)
{
    dl_arena_done(&draft->arena);
    dl_buf_done(&draft->text);
    free(draft->starts);
    for (int i = 0; i < SECTION_KINDS; i++)
        free(draft->lists[i].at);
    free(draft->phrases.at);
    free(draft->parts.at);
}

static void *put(struct dl_draft_list *list)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        list->at = dl_realloc_array(list->at, list->room, list->size);
    }
    void *record = list->at + list->count++ * list->size;
    memset(record, 0, list->size);
    return record;
}

void *dl_draft_record(struct dl_draft *draft, enum section_kind kind, uint32_t *ret_index)
{
    *ret_index = (uint32_t)draft->lists[kind].count;
    if (kind == SECTION_ACTORS)
        (void)put(&draft->parts);
    return put(&draft->lists[kind]);
}

uint32_t dl_draft_text(struct dl_draft *draft, dl_str text)
{
    uint32_t at = (uint32_t)draft->text.len;
    if (text.len == 0 && at)
        return 0;
    if ((text.len && dl_buf_put_str(&draft->text, text) != DL_OK) ||
        dl_buf_put_char(&draft->text, '\0') != DL_OK)
        abort(); /* input files end far below the ceiling */
    return at;
}

static void put_phrase(struct dl_draft *draft, const struct dl_atom *atoms, uint32_t count,
                       struct dl_sense sense, uint32_t rank, const char *place, dl_str text)
{
    struct dl_draft_phrase *phrase = put(&draft->phrases);
    phrase->text = text;
    phrase->sense = sense;
    phrase->rank = rank;
    phrase->place = place;
    for (uint32_t i = 0; i < count; i++) {
        phrase->hash = dl_atom_join(phrase->hash, atoms[i].hash);
        draft->starts[START_WORD(phrase->hash)] |= START_BIT(phrase->hash);
    }
}

/* "UN" is also written "U.N." */
static void put_dotted(struct dl_draft *draft, dl_str phrase, struct dl_sense sense, uint32_t rank,
                       const char *place)
{
    char dotted[16];
    struct dl_atom atom;
    size_t len = 0;
    for (size_t i = 0; i < phrase.len; i++) {
        if (phrase.at[i] < 'A' || phrase.at[i] > 'Z')
            return;
        dotted[len++] = phrase.at[i];
        dotted[len++] = '.';
    }
    sense.flags &= (uint8_t) ~(DL_SENSE_CASED | DL_SENSE_PROPER);
    if (dl_atoms((dl_str){dotted, len}, &atom, 1) == 1)
        put_phrase(draft, &atom, 1, sense, rank, place, phrase);
}

dl_status dl_draft_phrase(struct dl_draft *draft, dl_str phrase, struct dl_sense sense,
                          uint32_t rank, const char *place, struct dl_error *err)
{
    struct dl_atom atoms[DL_PHRASE_ATOMS_MAX + 1];
    phrase = dl_str_trim(phrase);
    if (phrase.len && phrase.at[0] == '!') {
        sense.flags |= DL_SENSE_PROPER;
        phrase = dl_str_sub(phrase, 1, phrase.len);
    }
    uint32_t count = dl_atoms(phrase, atoms, DL_PHRASE_ATOMS_MAX + 1);
    if (count == 0 || count > DL_PHRASE_ATOMS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s': a phrase has 1 to %u words", place,
                       DL_STR_ARG(phrase), DL_PHRASE_ATOMS_MAX);
    bool named = sense.kind >= DL_SENSE_CITY && sense.kind <= DL_SENSE_ACTOR;
    if (count == 1 && (atoms[0].shape & DL_ATOM_CAPITALS) && phrase.len <= 6 &&
        sense.kind != DL_SENSE_FRAME && !memchr(phrase.at, '.', phrase.len)) {
        sense.flags |= DL_SENSE_CASED;
        if (phrase.len <= 4)
            put_dotted(draft, phrase, sense, rank, place);
    } else if (count == 1 && named && (atoms[0].shape & DL_ATOM_CAPITAL)) {
        sense.flags |= DL_SENSE_PROPER;
    }
    put_phrase(draft, atoms, count, sense, rank, place, phrase);
    return DL_OK;
}

bool dl_draft_has_country(const struct dl_draft *draft, dl_str iso3)
{
    const struct dl_draft_list *list = &draft->lists[SECTION_COUNTRIES];
    const struct dl_known_country *countries =
        (const struct dl_known_country *)(const void *)list->at;
    for (size_t i = 0; i < list->count; i++)
        if (dl_str_is(iso3, countries[i].iso3))
            return true;
    return draft->base && dl_almanac_country_name(draft->base, iso3).len > 0;
}

bool dl_draft_has_sector(const struct dl_draft *draft, dl_str code)
{
    uint64_t hash = dl_atom_join(0, dl_atom_hash(code));
    const struct dl_draft_phrase *phrases = (const void *)draft->phrases.at;
    for (size_t i = 0; i < draft->phrases.count && code.len == 3; i++)
        if (phrases[i].hash == hash && phrases[i].sense.kind == DL_SENSE_SECTOR)
            return true;
    struct dl_atom atom;
    struct dl_found found;
    return draft->base && code.len == 3 && dl_atoms(code, &atom, 1) == 1 &&
           dl_almanac_find(draft->base, &atom, 0, 1, DL_SENSE(DL_SENSE_SECTOR), &found);
}

static int by_hash(const void *left, const void *right)
{
    const struct dl_draft_phrase *a = left;
    const struct dl_draft_phrase *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->sense.kind != b->sense.kind)
        return a->sense.kind < b->sense.kind ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->sense.index < b->sense.index ? -1 : a->sense.index > b->sense.index;
}

static bool overlap(const struct dl_known_actor *a, const struct dl_known_actor *b)
{
    bool a_before = a->to != DL_DAY_UNKNOWN && b->from != DL_DAY_UNKNOWN && a->to < b->from;
    bool b_before = b->to != DL_DAY_UNKNOWN && a->from != DL_DAY_UNKNOWN && b->to < a->from;
    return !a_before && !b_before;
}

/* Do two lines claim the same phrase for different things, with no way to choose? */
static bool is_duplicate(const struct dl_draft *draft, const struct dl_draft_phrase *a,
                         const struct dl_draft_phrase *b)
{
    if (a->sense.kind == DL_SENSE_ACTOR) {
        const struct dl_known_actor *actors = (const void *)draft->lists[SECTION_ACTORS].at;
        const struct dl_known_actor *left = &actors[a->sense.index];
        const struct dl_known_actor *right = &actors[b->sense.index];
        return !((a->sense.flags | b->sense.flags) & DL_SENSE_SURNAME) &&
               strcmp(left->country, right->country) == 0 &&
               memcmp(left->sectors, right->sectors, sizeof left->sectors) == 0 &&
               left->person == right->person && overlap(left, right);
    }
    if (a->sense.kind == DL_SENSE_FRAME) {
        const struct dl_frame *frames = (const void *)draft->lists[SECTION_FRAMES].at;
        const struct dl_frame *left = &frames[a->sense.index];
        const struct dl_frame *right = &frames[b->sense.index];
        bool same = left->pos == right->pos && left->need_count == right->need_count;
        for (uint32_t i = 0; same && i < left->need_count; i++)
            same = left->needs[i].word == right->needs[i].word &&
                   left->needs[i].kind == right->needs[i].kind;
        return same;
    }
    return a->sense.kind != DL_SENSE_CITY && a->sense.kind != DL_SENSE_ADMIN &&
           a->sense.kind != DL_SENSE_CUE;
}

/* Refuses duplicates, drops what is said twice in one line, what was guessed where something is
 * said, and the small namesakes of a town. The phrases are sorted. */
static dl_status weed(struct dl_draft *draft, struct dl_error *err)
{
    struct dl_draft_phrase *phrases = (void *)draft->phrases.at;
    size_t kept = 0;
    for (size_t i = 0; i < draft->phrases.count; i++) {
        bool keep = true;
        uint32_t cities = 0;
        for (size_t k = kept; k > 0 && keep; k--) {
            struct dl_draft_phrase *old = &phrases[k - 1];
            if (old->hash != phrases[i].hash || old->sense.kind != phrases[i].sense.kind)
                break;
            bool guessed = phrases[i].rank == DL_RANK_GUESSED;
            cities += old->sense.kind == DL_SENSE_CITY;
            if (old->sense.index == phrases[i].sense.index ||
                (guessed && old->sense.kind != DL_SENSE_ACTOR))
                keep = false;
            else if (is_duplicate(draft, old, &phrases[i]))
                return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is already at %s", phrases[i].place,
                               DL_STR_ARG(phrases[i].text), old->place);
        }
        if (keep && cities < CITIES_OF_PHRASE_MAX)
            phrases[kept++] = phrases[i];
    }
    draft->phrases.count = kept;
    return DL_OK;
}

static size_t slots_for(size_t phrases)
{
    size_t count = 64;
    while (count < phrases * 2)
        count *= 2;
    return count;
}

static uint64_t aligned(uint64_t at)
{
    return (at + 7) & ~7ULL;
}

static void fill_slots(const struct dl_draft *draft, char *image, struct image_header *header)
{
    const struct dl_draft_phrase *phrases = (const void *)draft->phrases.at;
    struct slot *slots = (void *)(image + header->sections[SECTION_SLOTS].start);
    struct dl_sense *senses = (void *)(image + header->sections[SECTION_SENSES].start);
    uint64_t mask = header->sections[SECTION_SLOTS].count - 1;
    memcpy(image + header->sections[SECTION_STARTS].start, draft->starts, START_BITS / 8);
    for (size_t i = 0; i < draft->phrases.count; i++) {
        senses[i] = phrases[i].sense;
        senses[i].own = draft->base != NULL;
        uint64_t at = phrases[i].hash & mask;
        while (slots[at].count && slots[at].hash != phrases[i].hash)
            at = (at + 1) & mask;
        if (slots[at].count == 0)
            slots[at] = (struct slot){.hash = phrases[i].hash, .first = (uint32_t)i};
        slots[at].count++;
    }
}

static void fill_header(struct dl_draft *draft, struct image_header *header)
{
    memcpy(header->magic, ALMANAC_MAGIC, sizeof header->magic);
    header->version = ALMANAC_VERSION;
    header->record_bytes = dl_image_record_bytes();
    header->bytes = aligned(sizeof *header);
    for (int i = 0; i < SECTION_KINDS; i++) {
        uint64_t count = i == SECTION_TEXT     ? draft->text.len
                         : i == SECTION_STARTS ? START_BITS / 8
                         : i == SECTION_SLOTS  ? slots_for(draft->phrases.count)
                         : i == SECTION_SENSES ? draft->phrases.count
                                               : draft->lists[i].count;
        header->sections[i] = (struct section){header->bytes, count};
        header->bytes = aligned(header->bytes + count * dl_section_sizes[i]);
    }
}

dl_status dl_draft_image(struct dl_draft *draft, void **ret, size_t *ret_bytes,
                         struct dl_error *err)
{
    struct image_header header = {0};
    if (draft->phrases.count)
        qsort(draft->phrases.at, draft->phrases.count, sizeof(struct dl_draft_phrase), by_hash);
    dl_status status = weed(draft, err);
    if (status != DL_OK)
        return status;
    fill_header(draft, &header);
    if (header.bytes > ALMANAC_BYTES_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "more knowledge than %u bytes", ALMANAC_BYTES_MAX);
    char *image = dl_alloc((size_t)header.bytes);
    fill_slots(draft, image, &header);
    memcpy(image + header.sections[SECTION_TEXT].start, draft->text.at, draft->text.len);
    for (int i = SECTION_COUNTRIES; i < SECTION_KINDS; i++)
        if (draft->lists[i].count)
            memcpy(image + header.sections[i].start, draft->lists[i].at,
                   draft->lists[i].count * draft->lists[i].size);
    header.checksum = XXH3_64bits(image + sizeof header, (size_t)header.bytes - sizeof header);
    memcpy(image, &header, sizeof header);
    *ret = image;
    *ret_bytes = (size_t)header.bytes;
    return DL_OK;
}
