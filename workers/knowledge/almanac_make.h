/* Compiles the knowledge files of a folder into an almanac image.
 *
 *     DIR/roles DIR/countries DIR/places DIR/actors DIR/frames   read in this order
 *
 * Threads  one.
 * Errors   DL_BAD_CONFIG: a line that says nothing sensible, a duplicate (both places named), an
 *          actor that is part of itself. */
#ifndef DL_WORKERS_KNOWLEDGE_ALMANAC_MAKE_H
#define DL_WORKERS_KNOWLEDGE_ALMANAC_MAKE_H

#include "workers/knowledge/almanac.h"

/* `base` is what the folder is laid over (its countries and sectors are known), or NULL for the
 * shipped one. *ret is the caller's to free(). */
dl_status dl_almanac_make(const char *dir, const struct dl_almanac *base, void **ret,
                          size_t *ret_bytes, struct dl_error *err);

#endif
