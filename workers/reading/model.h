/* A model file: a checked header and up to eight sections, mapped and read where it lies.
 *
 *     magic version kind checksum bytes | section table | section 0 | section 1 | …
 *
 * Sections begin at multiples of 64 bytes. The checksum (XXH3) is of everything after it.
 *
 * Owner    dl_model_close() unmaps; what was taken from a model is borrowed from it.
 * Threads  any: const once open.
 * Errors   DL_BAD_CONFIG names the file and what is wrong with it: not a model, of another version,
 *          of another kind, cut short, damaged. */
#ifndef DL_WORKERS_READING_MODEL_H
#define DL_WORKERS_READING_MODEL_H

#include "core/str.h"
#include "workers/reading/rows.h"

#define DL_MODEL_SECTIONS_MAX 8
#define DL_MODEL_BYTES_MAX ((size_t)64 << 20)

struct dl_model;

/* `kind` is what the program wants to find in the file ("tags"), `version` that of the features
 * it was trained for: a model of others would score noise. */
dl_status dl_model_open(const char *path, const char *kind, uint32_t version, struct dl_model **ret,
                        struct dl_error *err);

/* The same over bytes in memory, aligned to 64 and staying there; `name` is for errors. */
dl_status dl_model_over(const void *image, size_t bytes, const char *name, const char *kind,
                        uint32_t version, struct dl_model **ret, struct dl_error *err);
void dl_model_close(struct dl_model *model); /* NULL is fine */

/* Bytes of a section; empty when the file has none of that number. */
dl_str dl_model_section(const struct dl_model *model, uint32_t number);

/* A section as rows; DL_BAD_CONFIG unless it is a table of just this shape. */
dl_status dl_model_rows(const struct dl_model *model, uint32_t number, uint32_t width,
                        uint32_t weight_bytes, struct dl_rows *ret, struct dl_error *err);

/* A section as `size`-byte records; DL_BAD_CONFIG when its bytes are no whole number of them. */
dl_status dl_model_records(const struct dl_model *model, uint32_t number, size_t size,
                           const void **ret_at, size_t *ret_count, struct dl_error *err);

uint64_t dl_model_checksum(const struct dl_model *model);

/* What a training program hands over for one section. */
struct dl_model_part {
    const void *at;
    size_t bytes;
    uint32_t width;        /* of rows; 0 for other bytes */
    uint32_t weight_bytes; /* of rows */
    float scale;           /* of rows */
};

/* Writes a model file; DL_FATAL names the file and why. */
dl_status dl_model_write(const char *path, const char *kind, uint32_t version,
                         const struct dl_model_part *parts, uint32_t count, struct dl_error *err);

#endif
