/* Sentences of a treebank (CoNLL-U, plain or gzip), and copies of them as the web spells.
 *
 * Owner    dl_treebank_done().   Threads  one.
 * Errors   DL_BAD_INPUT names file and line. */
#ifndef DL_TRAIN_TREEBANK_H
#define DL_TRAIN_TREEBANK_H

#include "core/arena.h"
#include "workers/reading/look.h"
#include "workers/ud.h"

struct dl_gold_word {
    dl_str form;
    dl_str lemma;
    uint8_t upos; /* enum dl_upos */
    uint8_t xpos; /* enum dl_xpos */
    uint8_t relation;
    uint16_t head;    /* from 1; 0 the root */
    uint8_t tag;      /* enum dl_tag of upos and xpos */
    uint8_t seen_tag; /* as a tagger that did not train on this sentence says it */
};

struct dl_gold_sentence {
    struct dl_gold_word *words; /* [1..count]; 0 and count + 1 are free */
    struct dl_look *looks;      /* the same */
    uint32_t count;
    bool copy; /* spelled differently */
    dl_str id;
};

struct dl_treebank {
    struct dl_arena arena;
    struct dl_gold_sentence *sentences;
    uint32_t count;
    uint32_t room;
    uint64_t words;
};

void dl_treebank_init(struct dl_treebank *bank);
void dl_treebank_done(struct dl_treebank *bank);

/* Adds the sentences of a file; trees that are no trees are refused. */
dl_status dl_treebank_read(struct dl_treebank *bank, const char *path, struct dl_error *err);

/* Adds copies: for each hundred sentences of the bank `lower` all in lower case, `upper` all in
 * capitals, `title` with every word capitalised, `mixed` with some words lower-cased. */
struct dl_spelling {
    uint32_t lower;
    uint32_t upper;
    uint32_t title;
    uint32_t mixed;
};
void dl_treebank_respell(struct dl_treebank *bank, struct dl_spelling share, uint64_t seed);

/* Adds sentences that somebody tells (told.c): `of_100` of a hundred plain statements, each with
 * one of the phrases of a treebank whose first words stand for the statement. */
dl_status dl_treebank_tell(struct dl_treebank *bank, const char *phrases, uint32_t of_100,
                           uint64_t seed, struct dl_error *err);

/* A new sentence of so many words, to be filled; moves the others. */
struct dl_gold_sentence *dl_treebank_add(struct dl_treebank *bank, uint32_t words);

/* Looks and tags of all words. */
void dl_treebank_look(struct dl_treebank *bank, const struct dl_classes *classes);

#endif
