/* Who does and who suffers a verb, whatever its voice and wherever it stands: passives, relative
 * clauses, participles, control, coordination; by the order of words where the tree has no answer.
 *
 * Errors   none; DL_NODE_NONE where nobody is said. */
#ifndef DL_WORKERS_KNOWLEDGE_VOICES_H
#define DL_WORKERS_KNOWLEDGE_VOICES_H

#include "workers/knowledge/tree.h"

/* A past tense the parser took for a participle before the noun: "an official today praised
 * Haiti's efforts". */
bool dl_is_squeezed(const struct dl_tree *tree, uint32_t verb);
/* A past tense taken for a participle behind its subject: it has an object. "Zambia extradited a
 * man" */
bool dl_is_hidden_finite(struct dl_tree *tree, uint32_t verb);

bool dl_is_passive(struct dl_tree *tree, uint32_t verb);
/* "police" of "police arrested him", "he was arrested by police", "police, who arrested him",
 * "police began to arrest", "police stormed in and arrested". */
uint32_t dl_agent_of(struct dl_tree *tree, uint32_t verb);
/* "him" of the first two; "the leader arrested on Monday", "the leader whom police arrested". */
uint32_t dl_patient_of(struct dl_tree *tree, uint32_t verb);

/* The noun phrase that follows the word without another between, wherever the tree has it. */
uint32_t dl_object_after(const struct dl_tree *tree, uint32_t word);

#endif
