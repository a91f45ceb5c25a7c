/* Who does and who suffers a verb, whatever its voice and wherever it stands: passives, relative
 * clauses, participles, control, coordination; by the order of words where the tree has no answer.
 *
 * Errors   none; DL_NODE_NONE where nobody is said. */
#ifndef DL_WORKERS_KNOWLEDGE_VOICES_H
#define DL_WORKERS_KNOWLEDGE_VOICES_H

#include "workers/knowledge/tree.h"

bool dl_is_passive(struct dl_tree *tree, uint32_t verb);
/* "police" of "police arrested him", "he was arrested by police", "police, who arrested him",
 * "police began to arrest", "police stormed in and arrested". */
uint32_t dl_agent_of(struct dl_tree *tree, uint32_t verb);
/* "him" of the first two; "the leader arrested on Monday", "the leader whom police arrested". */
uint32_t dl_patient_of(struct dl_tree *tree, uint32_t verb);

#endif
