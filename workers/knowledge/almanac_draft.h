/* An almanac while it is being made: lists of records, their text, and the phrases that lead to
 * them. The kinds of lines (almanac_make.c, frame_line.c) fill it; almanac_draft.c lays it out.
 *
 * Owner    dl_draft_done().   Threads  one. */
#ifndef DL_WORKERS_KNOWLEDGE_ALMANAC_DRAFT_H
#define DL_WORKERS_KNOWLEDGE_ALMANAC_DRAFT_H

#include "workers/knowledge/almanac_image.h"
#include "workers/knowledge/almanac_lines.h"

#define DL_RANK_GUESSED UINT32_MAX /* a plural or surname we made: gives way to what is written */

struct dl_draft_list {
    char *at;
    size_t count, room, size;
};

struct dl_draft_phrase {
    uint64_t hash;
    struct dl_sense sense;
    uint32_t rank;     /* smaller comes first */
    const char *place; /* of the line */
    dl_str text;       /* as written */
};

struct dl_draft {
    struct dl_arena arena;
    const struct dl_almanac *base;
    struct dl_buf text;
    uint64_t *starts; /* START_BITS bits */
    struct dl_draft_list lists[SECTION_KINDS];
    struct dl_draft_list phrases; /* struct dl_draft_phrase */
    struct dl_draft_list parts;   /* of actors: dl_str, the id of what each belongs to */
    int64_t last_city;            /* GeoNames id: the table is sorted */
};

void dl_draft_init(struct dl_draft *draft, const struct dl_almanac *base);
void dl_draft_done(struct dl_draft *draft);

/* Zeroed; valid until the next of its kind. */
void *dl_draft_record(struct dl_draft *draft, enum section_kind kind, uint32_t *ret_index);
uint32_t dl_draft_text(struct dl_draft *draft, dl_str text);
dl_status dl_draft_phrase(struct dl_draft *draft, dl_str phrase, struct dl_sense sense,
                          uint32_t rank, const char *place, struct dl_error *err);

/* Code known here or in what lies below? */
bool dl_draft_has_country(const struct dl_draft *draft, dl_str iso3);
bool dl_draft_has_sector(const struct dl_draft *draft, dl_str code);

dl_status dl_draft_frame(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err);

/* Sorts, refuses duplicates, lays out. */
dl_status dl_draft_image(struct dl_draft *draft, void **ret, size_t *ret_bytes,
                         struct dl_error *err);

#endif
