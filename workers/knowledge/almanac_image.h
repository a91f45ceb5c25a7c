/* The compiled almanac, byte by byte: shared by who makes it and who maps it, and by nobody else.
 * Little-endian, 8-byte aligned sections; an image is only read where it was made for. */
#ifndef DL_WORKERS_KNOWLEDGE_ALMANAC_IMAGE_H
#define DL_WORKERS_KNOWLEDGE_ALMANAC_IMAGE_H

#include "workers/knowledge/almanac.h"
#include "workers/knowledge/frames.h"

#define ALMANAC_MAGIC "dlalman\n"
#define ALMANAC_VERSION 3U
#define ALMANAC_BYTES_MAX (256U << 20)
#define START_BITS (1U << 22) /* a bit a joined hash of what a phrase begins with */

enum section_kind {
    SECTION_TEXT,   /* strings with a NUL after each; offset 0 is the empty one */
    SECTION_STARTS, /* START_BITS bits */
    SECTION_SLOTS,  /* a power of two; count 0 is empty */
    SECTION_SENSES,
    SECTION_COUNTRIES,
    SECTION_PLACES,
    SECTION_ACTORS,
    SECTION_ROLES,
    SECTION_FRAMES,
    SECTION_CUES,
    SECTION_KINDS
};

struct section {
    uint64_t start; /* in the file */
    uint64_t count; /* records, bytes in SECTION_TEXT and SECTION_STARTS */
};

#define START_WORD(hash) (((hash) % START_BITS) / 64)
#define START_BIT(hash) (1ULL << ((hash) % 64))

struct image_header {
    char magic[8];
    uint32_t version;
    uint32_t record_bytes; /* sum of the records' sizes: another compiler's layout is refused */
    uint64_t bytes;        /* of the whole file */
    uint64_t checksum;     /* XXH3 of what follows the header */
    struct section sections[SECTION_KINDS];
};

struct slot {
    uint64_t hash;
    uint32_t first; /* sense */
    uint32_t count;
};

/* Bytes of a record of each section. */
extern const size_t dl_section_sizes[SECTION_KINDS];

uint32_t dl_image_record_bytes(void);

/* Is it whole, ours and unharmed? DL_BAD_CONFIG begins with `path`. */
dl_status dl_image_check(const void *image, size_t bytes, const char *path, struct dl_error *err);

#endif
