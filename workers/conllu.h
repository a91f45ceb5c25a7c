/* CoNLL-U, read and written: https://universaldependencies.org/format.html
 *
 * Reading keeps what is given of tokens and sentences: forms, multi-word tokens, SpaceAfter,
 * sentence ids, paragraphs. The text is put together from the forms. Heads are checked (in range,
 * one root, no circle); they, relations, tags and lemmas are kept when the reader says so, else
 * forgotten; empty nodes are skipped.
 *
 * Owner    a document lives in the arena it was read into; the reader borrows file and name.
 * Threads  one reader, one thread.
 * Errors   DL_BAD_INPUT and DL_TOO_BIG name file and line; the next call goes on with the next
 *          document. DL_NOT_FOUND is the end. */
#ifndef DL_WORKERS_CONLLU_H
#define DL_WORKERS_CONLLU_H

#include "workers/stage.h"

#define DL_CONLLU_LINE_MAX (1U << 20)     /* bytes; a longer line is no word */
#define DL_CONLLU_PIECE (1U << 19)        /* bytes of text; a longer document is read in pieces */
#define DL_CONLLU_DOCUMENT_MAX (1U << 21) /* bytes of text of a piece */
#define DL_CONLLU_SENTENCE_MAX (1U << 16) /* words */

/* A surface token whose words are no parts of it: "im" as "I" and "am". */
struct dl_conllu_surface {
    uint32_t token; /* its first word */
    uint32_t start; /* bytes in the text */
    uint32_t len;
};

struct dl_conllu_document {
    dl_str id;                                /* of "# newdoc", or empty */
    dl_str published;                         /* of "# published = 2025-02-06", or empty */
    bool has_start;                           /* false: a further piece of the document before */
    dl_str *sentence_ids;                     /* as given, or empty; as many as sentences */
    bool *paragraphs;                         /* which sentences begin one */
    uint32_t number_from;                     /* sentences of the pieces before this one */
    const struct dl_conllu_surface *surfaces; /* in order */
    uint32_t surface_count;
};

struct dl_conllu_reader {
    FILE *file;
    const char *name;
    struct dl_buf buffer;
    dl_str line;        /* without its end */
    uint32_t number;    /* of the line */
    bool cut;           /* the line was too long */
    bool held;          /* the line is still to be read: it begins the next document */
    uint32_t sentences; /* of the document so far */
    bool going_on;      /* inside a document that is read in pieces */
    bool keeps_trees;   /* set by the caller after opening */
};

/* `name` stands in errors. */
void dl_conllu_open(struct dl_conllu_reader *reader, FILE *file, const char *name);
void dl_conllu_close(struct dl_conllu_reader *reader); /* the file stays open */

/* The next document: text, tokens and sentences of `article`, whose arena is set. */
dl_status dl_conllu_next(struct dl_conllu_reader *reader, struct dl_article *article,
                         struct dl_conllu_document *ret, struct dl_error *err);

/* All sentences of an article. What no stage has filled is "_". An empty sentence id becomes ID-1,
 * ID-2 … of the document's. Errors of writing stay with the file. */
void dl_conllu_write(const struct dl_article *article, const struct dl_conllu_document *document,
                     FILE *file);

#endif
