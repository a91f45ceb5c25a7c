/* Mapping the compiled almanac and finding phrases in it. */
#include "workers/knowledge/almanac.h"

#include "workers/knowledge/almanac_image.h"
#include "workers/knowledge/almanac_make.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct view { /* an image, taken apart */
    const struct image_header *header;
    const char *text;
    const uint64_t *starts;
    const struct slot *slots;
    uint64_t slot_mask;
    const struct dl_sense *senses;
};

struct dl_almanac {
    struct view views[2]; /* own, shipped; own.header is NULL without a folder of one's own */
    void *mapped;
    size_t mapped_bytes;
    void *own;
    char hash[17];
};

const size_t dl_section_sizes[SECTION_KINDS] = {
    1,
    1,
    sizeof(struct slot),
    sizeof(struct dl_sense),
    sizeof(struct dl_known_country),
    sizeof(struct dl_known_place),
    sizeof(struct dl_known_actor),
    sizeof(struct dl_known_role),
    sizeof(struct dl_frame),
    sizeof(struct dl_cue),
};

uint32_t dl_image_record_bytes(void)
{
    size_t sum = sizeof(struct image_header);
    for (int i = 0; i < SECTION_KINDS; i++)
        sum = sum * 3 + dl_section_sizes[i];
    return (uint32_t)sum;
}

static dl_status check_sections(const struct image_header *header, const char *path,
                                struct dl_error *err)
{
    for (int i = 0; i < SECTION_KINDS; i++) {
        const struct section *section = &header->sections[i];
        if (section->start % 8 || section->start < sizeof *header ||
            section->start > header->bytes ||
            section->count > (header->bytes - section->start) / dl_section_sizes[i])
            return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: section %d lies outside the file",
                           path, i);
    }
    uint64_t slots = header->sections[SECTION_SLOTS].count;
    if (slots == 0 || (slots & (slots - 1)) ||
        header->sections[SECTION_STARTS].count != START_BITS / 8 ||
        header->sections[SECTION_TEXT].count == 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: a table has an odd size", path);
    return DL_OK;
}

dl_status dl_image_check(const void *image, size_t bytes, const char *path, struct dl_error *err)
{
    const struct image_header *header = image;
    if (bytes < sizeof *header || memcmp(header->magic, ALMANAC_MAGIC, sizeof header->magic) != 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is no almanac", path);
    if (header->version != ALMANAC_VERSION || header->record_bytes != dl_image_record_bytes())
        return dl_fail(err, DL_BAD_CONFIG, "%s: made by another version: build it anew", path);
    if (header->bytes != bytes)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %zu bytes, not %llu", path, bytes,
                       (unsigned long long)header->bytes);
    if (XXH3_64bits(header + 1, bytes - sizeof *header) != header->checksum)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: the checksum does not fit", path);
    return check_sections(header, path, err);
}

static const void *section_of(const struct view *view, enum section_kind kind)
{
    return (const char *)view->header + view->header->sections[kind].start;
}

static void take_apart(struct view *view, const void *image)
{
    view->header = image;
    view->text = section_of(view, SECTION_TEXT);
    view->starts = section_of(view, SECTION_STARTS);
    view->slots = section_of(view, SECTION_SLOTS);
    view->slot_mask = view->header->sections[SECTION_SLOTS].count - 1;
    view->senses = section_of(view, SECTION_SENSES);
}

static dl_status map_file(struct dl_almanac *almanac, const char *path, struct dl_error *err)
{
    struct stat stat;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &stat) != 0) {
        dl_status status = dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
        if (file >= 0)
            (void)close(file); /* only read */
        return status;
    }
    almanac->mapped_bytes = (size_t)stat.st_size;
    void *image = stat.st_size ? mmap(NULL, almanac->mapped_bytes, PROT_READ,
                                      MAP_PRIVATE | MAP_POPULATE, file, 0)
                               : MAP_FAILED;
    (void)close(file); /* the mapping stays */
    if (image == MAP_FAILED)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is no almanac", path);
    almanac->mapped = image;
    return dl_image_check(image, almanac->mapped_bytes, path, err);
}

dl_status dl_almanac_open(const char *path, const char *over, struct dl_almanac **ret,
                          struct dl_error *err)
{
    struct dl_almanac *almanac = dl_alloc(sizeof *almanac);
    dl_status status = map_file(almanac, path, err);
    if (status == DL_OK)
        take_apart(&almanac->views[1], almanac->mapped);
    if (status == DL_OK && over && *over) {
        size_t bytes;
        status = dl_almanac_make(over, almanac, &almanac->own, &bytes, err);
        if (status == DL_OK)
            take_apart(&almanac->views[0], almanac->own);
    }
    if (status != DL_OK) {
        dl_almanac_close(almanac);
        return status;
    }
    uint64_t hash = almanac->views[1].header->checksum;
    if (almanac->views[0].header)
        hash ^= almanac->views[0].header->checksum * 3;
    snprintf(almanac->hash, sizeof almanac->hash, "%016llx", (unsigned long long)hash);
    *ret = almanac;
    return DL_OK;
}

void dl_almanac_close(struct dl_almanac *almanac)
{
    if (!almanac)
        return;
    if (almanac->mapped)
        (void)munmap(almanac->mapped, almanac->mapped_bytes); /* cannot fail on what mmap gave */
    free(almanac->own);
    free(almanac);
}

static const struct slot *slot_of(const struct view *view, uint64_t hash)
{
    for (uint64_t at = hash & view->slot_mask;; at = (at + 1) & view->slot_mask) {
        const struct slot *slot = &view->slots[at];
        if (slot->count == 0)
            return NULL; /* the table is never full */
        if (slot->hash == hash)
            return slot;
    }
}

/* Does the text's case allow the sense? A text in capitals allows all. */
static bool case_fits(struct dl_sense sense, const struct dl_atom *atoms, uint32_t len)
{
    if (sense.flags & DL_SENSE_CASED)
        return (atoms[0].shape & DL_ATOM_CAPITALS) != 0;
    if (sense.flags & DL_SENSE_PROPER)
        for (uint32_t i = 0; i < len; i++)
            if (atoms[i].shape & DL_ATOM_CAPITAL)
                return true;
    return !(sense.flags & DL_SENSE_PROPER);
}

/* Adds the view's senses of this phrase; kinds already there from one's own folder are left out. */
static void add_senses(const struct view *view, uint64_t hash, const struct dl_atom *atoms,
                       uint32_t len, uint32_t kinds, struct dl_found *found)
{
    const struct slot *slot = slot_of(view, hash);
    uint32_t hidden = 0;
    for (uint32_t i = 0; i < found->count; i++)
        hidden |= DL_SENSE(found->senses[i].kind);
    for (uint32_t i = 0; slot && i < slot->count && found->count < DL_SENSES_MAX; i++) {
        struct dl_sense sense = view->senses[slot->first + i];
        if ((kinds & ~hidden & DL_SENSE(sense.kind)) && case_fits(sense, atoms, len))
            found->senses[found->count++] = sense;
    }
}

/* Does a phrase begin so? Seldom true where none does. */
static bool may_start(const struct view *view, uint64_t hash)
{
    return view->header && (view->starts[START_WORD(hash)] & START_BIT(hash)) != 0;
}

bool dl_almanac_find(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t first,
                     uint32_t count, uint32_t kinds, struct dl_found *ret)
{
    uint64_t hash = 0;
    bool starts[2] = {true, true};
    ret->count = 0;
    for (uint32_t n = 0; n < DL_PHRASE_ATOMS_MAX && first + n < count; n++) {
        struct dl_found found; /* its senses are written before they are read */
        found.atoms = n + 1;
        found.count = 0;
        if (n && (atoms[first + n].shape & DL_ATOM_BREAK))
            break;
        hash = dl_atom_join(hash, atoms[first + n].hash);
        for (int v = 0; v < 2; v++)
            starts[v] = starts[v] && may_start(&almanac->views[v], hash);
        if (!starts[0] && !starts[1])
            break;
        for (int v = 0; v < 2; v++)
            if (starts[v])
                add_senses(&almanac->views[v], hash, atoms + first, n + 1, kinds, &found);
        if (found.count) {
            ret->atoms = found.atoms;
            ret->count = found.count;
            memcpy(ret->senses, found.senses, found.count * sizeof *found.senses);
        }
    }
    return ret->count > 0;
}

bool dl_almanac_longer_next(const struct dl_almanac *almanac, const struct dl_atom *atoms,
                            uint32_t first, uint32_t count, uint32_t kinds,
                            const struct dl_found *found)
{
    struct dl_found next;
    return found->atoms >= 2 && first + 1 < count && !(atoms[first].shape & DL_ATOM_CAPITALS) &&
           dl_almanac_find(almanac, atoms, first + 1, count, kinds, &next) &&
           next.atoms + 1 > found->atoms && next.atoms >= 2;
}

static const void *record_of(const struct dl_almanac *almanac, struct dl_sense sense,
                             enum section_kind kind)
{
    const struct view *view = &almanac->views[sense.own ? 0 : 1];
    assert(sense.index < view->header->sections[kind].count);
    return (const char *)section_of(view, kind) + sense.index * dl_section_sizes[kind];
}

const struct dl_known_country *dl_almanac_country(const struct dl_almanac *almanac,
                                                  struct dl_sense sense)
{
    assert(sense.kind <= DL_SENSE_CAPITAL);
    return record_of(almanac, sense, SECTION_COUNTRIES);
}

const struct dl_known_place *dl_almanac_place(const struct dl_almanac *almanac,
                                              struct dl_sense sense)
{
    assert(sense.kind >= DL_SENSE_CITY && sense.kind <= DL_SENSE_AREA);
    return record_of(almanac, sense, SECTION_PLACES);
}

const struct dl_known_actor *dl_almanac_actor(const struct dl_almanac *almanac,
                                              struct dl_sense sense)
{
    assert(sense.kind == DL_SENSE_ACTOR);
    return record_of(almanac, sense, SECTION_ACTORS);
}

const struct dl_known_role *dl_almanac_role(const struct dl_almanac *almanac, struct dl_sense sense)
{
    assert(sense.kind == DL_SENSE_ROLE || sense.kind == DL_SENSE_SECTOR);
    return record_of(almanac, sense, SECTION_ROLES);
}

const struct dl_cue *dl_almanac_cue(const struct dl_almanac *almanac, struct dl_sense sense)
{
    assert(sense.kind == DL_SENSE_CUE);
    return record_of(almanac, sense, SECTION_CUES);
}

const struct dl_frame *dl_almanac_frame(const struct dl_almanac *almanac, struct dl_sense sense)
{
    assert(sense.kind == DL_SENSE_FRAME);
    return record_of(almanac, sense, SECTION_FRAMES);
}

dl_str dl_almanac_text(const struct dl_almanac *almanac, struct dl_sense sense, uint32_t text)
{
    const struct view *view = &almanac->views[sense.own ? 0 : 1];
    assert(text < view->header->sections[SECTION_TEXT].count);
    return dl_str_of(view->text + text);
}

/* Linear: 250 countries, asked for a few times an article. */
static const struct dl_known_country *country_by(const struct view *view, dl_str code, bool iso2)
{
    if (!view->header)
        return NULL;
    const struct dl_known_country *countries = section_of(view, SECTION_COUNTRIES);
    for (uint64_t i = 0; i < view->header->sections[SECTION_COUNTRIES].count; i++)
        if (dl_str_is(code, iso2 ? countries[i].iso2 : countries[i].iso3))
            return &countries[i];
    return NULL;
}

dl_str dl_almanac_iso3(const struct dl_almanac *almanac, dl_str iso2)
{
    for (int v = 0; v < 2; v++) {
        const struct dl_known_country *country = country_by(&almanac->views[v], iso2, true);
        if (country)
            return dl_str_of(country->iso3);
    }
    return (dl_str){"", 0};
}

dl_str dl_almanac_country_name(const struct dl_almanac *almanac, dl_str iso3)
{
    for (int v = 0; v < 2; v++) {
        const struct dl_known_country *country = country_by(&almanac->views[v], iso3, false);
        if (country)
            return dl_str_of(almanac->views[v].text + country->name);
    }
    return (dl_str){"", 0};
}

bool dl_frames_of(const struct dl_almanac *almanac, dl_str lemma, struct dl_found *ret)
{
    struct dl_atom atoms[DL_PHRASE_ATOMS_MAX]; /* "carpet-bomb" has two */
    uint32_t count = dl_atoms(lemma, atoms, DL_PHRASE_ATOMS_MAX);
    return count && dl_almanac_find(almanac, atoms, 0, count, DL_SENSE(DL_SENSE_FRAME), ret) &&
           ret->atoms == count;
}

const struct dl_frame *dl_frames_all(const struct dl_almanac *almanac, uint32_t *ret_count)
{
    *ret_count = (uint32_t)almanac->views[1].header->sections[SECTION_FRAMES].count;
    return section_of(&almanac->views[1], SECTION_FRAMES);
}

dl_str dl_almanac_hash(const struct dl_almanac *almanac)
{
    return dl_str_of(almanac->hash);
}
