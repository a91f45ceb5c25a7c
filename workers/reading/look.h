/* What a word looks like, as numbers: read once a token, used by every model after.
 *
 * Quotes, dashes and dots of all kinds are made plain first, so that "n’t" is "n't". Lower case
 * has digits as 0, as the word classes have.
 *
 * Owner    whoever holds the array.   Threads  any.   Errors  none: any bytes have a look. */
#ifndef DL_WORKERS_READING_LOOK_H
#define DL_WORKERS_READING_LOOK_H

#include "core/str.h"
#include "workers/reading/model.h"

enum dl_shape {                             /* bits of dl_look.shape */
                DL_SHAPE_CAPITAL = 1 << 0,  /* begins with one */
                DL_SHAPE_CAPITALS = 1 << 1, /* two or more, and no lower-case letter */
                DL_SHAPE_INNER = 1 << 2,    /* a capital after a lower-case letter */
                DL_SHAPE_DIGITS = 1 << 3,   /* digits alone */
                DL_SHAPE_DIGIT = 1 << 4,    /* and other things */
                DL_SHAPE_HYPHEN = 1 << 5,
                DL_SHAPE_STOP = 1 << 6, /* a full stop beside letters: "U.S." */
                DL_SHAPE_LETTERLESS = 1 << 7,
                DL_SHAPE_SHORT = 1 << 8, /* up to 3 bytes */
                DL_SHAPE_LONG = 1 << 9,  /* more than 8 */
};

enum dl_word_forms { /* what a word can be, by WordNet */
                     DL_FORM_NOUN = 1 << 0,
                     DL_FORM_VERB = 1 << 1,
                     DL_FORM_ADJECTIVE = 1 << 2,
                     DL_FORM_ADVERB = 1 << 3,
                     DL_FORM_PLURAL = 1 << 4,
                     DL_FORM_VERB_S = 1 << 5,
                     DL_FORM_PAST = 1 << 6, /* or past participle */
                     DL_FORM_ING = 1 << 7,
};

struct dl_look {
    uint32_t form;      /* hash of the plain form, case kept */
    uint32_t lower;     /* hash of the form in lower case, digits as 0 */
    uint32_t suffix[4]; /* last 1 to 4 bytes of lower, packed; the whole of a shorter word */
    uint32_t prefix[3]; /* first 1 to 3 */
    uint32_t outline;   /* hash of the shape with runs made one: Xx, X.X., d,d */
    uint16_t shape;     /* bits of enum dl_shape */
    uint16_t bytes;     /* of the plain form */
    uint16_t group;     /* word class, of 1,000; 0: not known */
    uint16_t kin;       /* of 4,000 */
    uint8_t family;     /* of 100 */
    uint8_t band;       /* of 250 */
    uint8_t forms;      /* bits of enum dl_word_forms */
};

/* Which class each frequent word belongs to (data/models/NOTICE tells how they were made). */
struct dl_classes;
#define DL_CLASSES_VERSION 2U

dl_status dl_classes_load(const char *path, struct dl_classes **ret, struct dl_error *err);
void dl_classes_free(struct dl_classes *classes);

/* A slot of the table of classes: open addressing, a power of two of them. */
struct dl_class_slot {
    uint32_t lower; /* as in a look; 0 is free */
    uint16_t group;
    uint16_t kin;
    uint8_t family;
    uint8_t band;
    uint8_t forms;
    uint8_t spare;
};

/* `classes` may be NULL: then nothing is known. */
void dl_look_at(dl_str word, const struct dl_classes *classes, struct dl_look *ret);

#define DL_PLAIN_MAX 96 /* longer words keep their first and last 48 bytes */

/* The plain form of a word, with case kept, into `ret`; its length. */
size_t dl_plain(dl_str word, char ret[static DL_PLAIN_MAX + 8]);

/* In lower case besides. The look's `lower` is a hash of this with digits as 0. */
size_t dl_plain_lower(dl_str word, char ret[static DL_PLAIN_MAX + 8]);

/* The hash of a look's fields. */
uint32_t dl_look_hash(const char *bytes, size_t len);

#endif
