/* Where text is cut: into tokens and words as Universal Dependencies has them (English EWT and
 * GUM), and into sentences.
 *
 * White space always cuts. Inside what it leaves, every change of kind of letter is a question, and
 * so is the end of every token that may end a sentence; hashed rows answer:
 *
 *     said.”It’s   →   said|.|”|It+’s        + within one surface token: two words
 *
 * Owner    lists in the arena given; dl_cuts_close() unmaps the model.
 * Threads  any: a model is const once open.
 * Errors   DL_BAD_CONFIG names the model file; DL_TOO_BIG when there are too many tokens. Time and
 *          memory are linear in the text. The text is valid UTF-8. */
#ifndef DL_WORKERS_READING_CUTS_H
#define DL_WORKERS_READING_CUTS_H

#include "core/arena.h"
#include "workers/reading/look.h"
#include "workers/reading/model.h"

#define DL_CUTS_VERSION 2U
#define DL_SENTENCE_PIECES_MAX 400U /* a longer one is cut at the next blank: it is a list */

/* What stands between a word and the one before it. */
enum dl_gap {
    DL_GAP_NONE,
    DL_GAP_BLANK,
    DL_GAP_WIDE,  /* two blanks and more, a tab */
    DL_GAP_LINE,  /* a line ended, though the next word had fitted in */
    DL_GAP_FULL,  /* a line ended, perhaps because it was full */
    DL_GAP_EMPTY, /* an empty line, or the end of a line where lines are paragraphs */
    DL_GAP_END    /* the text begins or ends */
};

struct dl_piece {
    uint32_t start; /* bytes */
    uint32_t len;
    uint8_t gap; /* enum dl_gap, before it */
    bool joined; /* one surface token with the piece before */
    bool last;   /* ends a sentence */
};

enum dl_cut { DL_CUT_NONE, DL_CUT_WORD, DL_CUT_TOKEN, DL_CUT_KINDS };
#define DL_CUT_WIDTH 4U /* of the rows */

/* Words with a stop that ends no sentence, and words that may be two ("dont"). Sorted by hash. */
struct dl_cut_join {
    uint32_t hash;
    uint32_t bytes; /* of the first word */
};
struct dl_cut_lists {
    const uint32_t *abbreviations;
    size_t abbreviation_count;
    const struct dl_cut_join *joins;
    size_t join_count;
};

/* Who answers: the model, or what is known while learning. `at`: a byte for tokens (enum dl_cut),
 * a piece for sentences (0 or 1: the piece is the last of one). */
struct dl_cut_judge {
    uint32_t (*token)(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                      uint32_t at);
    uint32_t (*sentence)(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                         uint32_t at);
};

dl_status dl_cut_tokens(dl_str text, const struct dl_cut_lists *lists, struct dl_cut_judge *judge,
                        uint32_t count_max, struct dl_arena *arena, struct dl_piece **ret,
                        uint32_t *ret_count, struct dl_error *err);

/* Sets `last` of each piece; `looks` has one for each. */
void dl_cut_sentences(dl_str text, const struct dl_cut_lists *lists, struct dl_cut_judge *judge,
                      const struct dl_look *looks, struct dl_arena *arena, struct dl_piece *pieces,
                      uint32_t count);

/* As lists have words: lower case, curly apostrophes straight. */
uint32_t dl_cut_hash(dl_str word);

struct dl_cuts;
dl_status dl_cuts_open(const char *path, struct dl_cuts **ret, struct dl_error *err);
void dl_cuts_close(struct dl_cuts *cuts); /* NULL is fine */
uint64_t dl_cuts_checksum(const struct dl_cuts *cuts);

/* The two calls above with a model to judge. */
dl_status dl_cuts_tokens(const struct dl_cuts *cuts, dl_str text, uint32_t count_max,
                         struct dl_arena *arena, struct dl_piece **ret, uint32_t *ret_count,
                         struct dl_error *err);
void dl_cuts_sentences(const struct dl_cuts *cuts, dl_str text, const struct dl_look *looks,
                       struct dl_arena *arena, struct dl_piece *pieces, uint32_t count);

#endif
