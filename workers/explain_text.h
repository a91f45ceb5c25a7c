/* Why an article was coded as it was: each sentence with its marks, its events with the rule that
 * fired, who was meant and how that was found, where and when and why, and what was held back.
 *
 *     [A Gunmen] [T attacked] [R the checkpoint] near [P Mopti] on [D Monday].
 *       ASSAULT  ---UAF → MLICOP   asserted   0.66
 *         frame      frames/families.txt:65
 *         actor      Gunmen: ---UAF by role
 *
 * Owner    the caller's file.   Threads  any.   Errors  of writing stay with the file. */
#ifndef DL_WORKERS_EXPLAIN_TEXT_H
#define DL_WORKERS_EXPLAIN_TEXT_H

#include "workers/stage.h"

struct dl_explain {
    bool colour; /* marks as colours of a terminal, not as brackets */
    bool trees;  /* the tree of each sentence too */
};

/* An article that all stages have run on. */
void dl_explain_article(const struct dl_article *article, struct dl_explain how, FILE *file);

#endif
