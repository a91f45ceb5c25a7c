/* From a word and its tag to its lemma and Penn tag.
 *
 * A table knows words under a tag, and endings of up to four bytes under a tag; the longest that is
 * known decides. What is stored is an edit: how many bytes to take off the end of the lower-case
 * word and what to put there instead.
 *
 * Owner    dl_forms_free().   Threads  any once loaded: const.
 * Errors   DL_BAD_CONFIG names the file and what is wrong with it. */
#ifndef DL_WORKERS_READING_FORMS_H
#define DL_WORKERS_READING_FORMS_H

#include "core/arena.h"
#include "workers/reading/tags.h"

#define DL_FORMS_VERSION 1U

struct dl_forms;

dl_status dl_forms_load(const char *path, struct dl_forms **ret, struct dl_error *err);
void dl_forms_free(struct dl_forms *forms);

struct dl_reading {
    dl_str lemma; /* borrowed from the word where they are the same, else in the arena */
    enum dl_xpos xpos;
};

/* Names keep their case, all else is lower case. */
struct dl_reading dl_forms_read(const struct dl_forms *forms, dl_str word,
                                const struct dl_look *look, enum dl_tag tag,
                                struct dl_arena *arena);

/* The file: slots by key, and edits. */
struct dl_form_slot {
    uint32_t key; /* 0 is free */
    uint16_t edit;
    uint8_t xpos;
    uint8_t spare;
};

#define DL_EDIT_ALL 255U /* the whole word goes */

struct dl_edit {
    uint8_t off; /* bytes to take off */
    uint8_t len; /* of text */
    char text[30];
};

/* Keys of a word, and of its last `bytes` bytes (0 to 4), under a tag. */
uint32_t dl_form_key(const struct dl_look *look, enum dl_tag tag);
uint32_t dl_ending_key(const struct dl_look *look, uint32_t bytes, enum dl_tag tag);

/* NULL when the key is not there. */
const struct dl_form_slot *dl_form_find(const struct dl_form_slot *slots, size_t count,
                                        uint32_t key);

#endif
