/* Clauses that begin with "that", "who", "whom", beyond what their relations say.
 *
 * Errors   none; DL_NODE_NONE where it is no such clause.   Threads  one tree, one thread. */
#ifndef DL_WORKERS_KNOWLEDGE_RELATIVES_H
#define DL_WORKERS_KNOWLEDGE_RELATIVES_H

#include "workers/knowledge/tree.h"

/* "Peru" of "It was Peru, of all members, that vetoed the loan": what the sentence is about, told
 * first; the clause tells what happened. */
uint32_t dl_cleft_focus(struct dl_tree *tree, uint32_t verb);

/* "police" of "the violinist whom police in Minsk seized", where the tree has a participle. */
uint32_t dl_relative_subject(const struct dl_tree *tree, uint32_t verb);

#endif
