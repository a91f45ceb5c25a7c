/* Names in a text: people, organisations, places and others (PER, ORG, LOC, MISC), in two passes
 * over the whole of it.
 *
 * The first labels word by word from left to right: what the word looks like, what stands around
 * it, what lists say of it, the labels before. The second does so again and sees besides how the
 * first labelled the words around and the same words elsewhere in the text (Krishnan & Manning
 * 2006), so that "Jones" alone is who "Alan Jones" was.
 *
 * Owner    the caller's array; dl_names_close() unmaps the model.
 * Threads  any: a model is const once open.
 * Errors   DL_BAD_CONFIG names the model file. Time is linear in the words. */
#ifndef DL_WORKERS_READING_NAMES_H
#define DL_WORKERS_READING_NAMES_H

#include "core/arena.h"
#include "workers/reading/look.h"
#include "workers/reading/model.h"

#define DL_NAMES_VERSION 2U
#define DL_NAME_WIDTH 4U /* of the rows: PER, ORG, LOC, MISC; what is no name scores 0 */

/* A label is a kind of enum dl_name_kind; names of a kind that stand side by side are one. */
enum { DL_NAME_KINDS = 5, DL_KIND_PER = 1 };

/* What lists know of a word; the low half says what it is part of. */
enum dl_name_hint {
    DL_HINT_COUNTRY = 1 << 0,
    DL_HINT_PEOPLE = 1 << 1,
    DL_HINT_CITY = 1 << 2,
    DL_HINT_TOWN = 1 << 3, /* a smaller one */
    DL_HINT_ADMIN = 1 << 4,
    DL_HINT_AREA = 1 << 5,
    DL_HINT_PERSON = 1 << 6,
    DL_HINT_BODY = 1 << 7,
    DL_HINT_ROLE = 1 << 8,
    DL_HINT_BEGINS = 1 << 9, /* the phrase begins here */
    DL_HINT_ENDS = 1 << 10,
    DL_HINT_GIVEN = 1 << 11, /* a given name */
};

struct dl_name_word {
    const struct dl_look *look;
    uint32_t hint; /* bits of enum dl_name_hint */
    uint8_t tag;   /* of the tagger, or 0 */
    bool first;    /* of a sentence */
    bool last;
    uint8_t letter_case; /* how the text writes the word elsewhere: dl_names_look() */
    uint8_t vote;        /* how it is labelled elsewhere; at most DL_VOTE_NO_NAME: nowhere a name */
    uint8_t before;      /* label of the first pass */
    uint8_t label;       /* enum dl_name_kind */
    /* The run of capitals it is in; see run_of_capitals(). */
    uint16_t run_place;
    uint16_t run_left; /* words of it after this one */
};

#define DL_VOTE_NO_NAME 3

/* Sets letter_case and the runs; `words` has every word of the text. */
void dl_names_look(struct dl_name_word *words, uint32_t count, struct dl_arena *arena);

/* Sets `before` to the labels, and each word's vote. */
void dl_names_vote(struct dl_name_word *words, uint32_t count, struct dl_arena *arena);

/* What the row of labels is chosen by for word `i` in pass 1 or 2; at most DL_FEATURES_MAX. */
uint32_t dl_name_features(const struct dl_name_word *words, uint32_t i, uint32_t pass,
                          uint32_t *features);

struct dl_names;
dl_status dl_names_open(const char *path, struct dl_names **ret, struct dl_error *err);
void dl_names_close(struct dl_names *names); /* NULL is fine */
uint64_t dl_names_checksum(const struct dl_names *names);

/* One pass, with its rows. */
void dl_names_pass(const struct dl_rows *rows, uint32_t pass, struct dl_name_word *words,
                   uint32_t count);

/* Whose given name the word (a look's `lower`) is: bits, 0 for none. */
enum dl_given { DL_GIVEN_MALE = 1, DL_GIVEN_FEMALE = 2 };
uint32_t dl_names_given(const struct dl_names *names, uint32_t lower);

/* Sets the labels; look, hint, first and last are set. */
void dl_names_label(const struct dl_names *names, struct dl_name_word *words, uint32_t count,
                    struct dl_arena *arena);

#endif
