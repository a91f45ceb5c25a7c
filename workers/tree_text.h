/* A sentence and its tree for a person:
 *
 *       ┌─ President  PROPN  compound
 *     ┌─┴─ Rivera     PROPN  nsubj     PER
 *     ┴─── said       VERB   root
 *
 * Words stand in their order; a word's column says how deep in the tree it is.
 *
 * Owner    the caller's file.   Threads  any.   Errors  of writing stay with the file. */
#ifndef DL_WORKERS_TREE_TEXT_H
#define DL_WORKERS_TREE_TEXT_H

#include "workers/stage.h"

void dl_tree_draw_sentence(const struct dl_article *article, uint32_t index, FILE *file);
void dl_tree_draw(const struct dl_article *article, FILE *file);

#endif
