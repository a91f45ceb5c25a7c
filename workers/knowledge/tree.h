/* A sentence as frames see it: its dependency tree, and what the almanac knows of each word.
 *
 *     word     lemma and form (hashes), head, children in order, the stretch its subtree covers
 *     senses   frames, cues, roles, countries, actors that the single word may be
 *     cues     those of cues.def, as bits
 *
 * Looking things up happens once a word, when the tree is made. Work on a sentence is counted:
 * a sentence of ten thousand names ends early, not late.
 *
 * Owner    the arena given; borrows the almanac.   Threads  one tree, one thread.   Errors  none.
 */
#ifndef DL_WORKERS_KNOWLEDGE_TREE_H
#define DL_WORKERS_KNOWLEDGE_TREE_H

#include "core/arena.h"
#include "workers/knowledge/almanac.h"
#include "workers/ud.h"

#define DL_NODE_NONE UINT32_MAX

enum dl_cue_bit {
#define DL_CUE(name, text) DL_CUE_BIT_##name,
#include "workers/knowledge/cues.def"
    DL_CUE_BITS
};
#define DL_CUE_MASK(name) (1ULL << DL_CUE_BIT_##name)

/* The bit of a cue, or DL_CUE_BITS for one that code never asks about. */
uint32_t dl_cue_bit_of(dl_str what);

struct dl_tree_word {
    uint64_t lemma, form; /* dl_atom_hash */
    uint64_t cues;        /* DL_CUE_MASK()s */
    uint32_t head;        /* DL_NODE_NONE for the root */
    uint32_t child, next; /* first child, next sibling; DL_NODE_NONE ends */
    uint32_t first, last; /* words its subtree covers */
    const struct dl_sense *senses;
    uint16_t sense_count;
    uint16_t kinds;   /* DL_SENSE()s among them */
    uint8_t relation; /* enum dl_relation */
    uint8_t base;     /* the same without its subtype */
    uint8_t upos;
    bool capital;
    bool ing; /* its form ends so: an active participle, a gerund */
};

struct dl_tree {
    const struct dl_almanac *almanac;
    uint32_t count;
    struct dl_tree_word *words;
    uint32_t work; /* steps left */
};

/* What reading says of one word. */
struct dl_tree_token {
    dl_str form, lemma;
    uint32_t head; /* of the sentence, or DL_NODE_NONE */
    uint8_t relation, upos;
};

/* Heads that form no tree (a cycle, a head out of range) hang on nothing. */
void dl_tree_make(const struct dl_almanac *almanac, struct dl_arena *arena,
                  const struct dl_tree_token *tokens, uint32_t count, struct dl_tree *ret);

/* Is the word of the class "class:force"? `hash` is dl_phrase_hash() of that. */
bool dl_tree_has_cue(const struct dl_tree *tree, uint32_t word, uint64_t hash);

/* The first child with the relation (with its subtype, or without), or DL_NODE_NONE. */
uint32_t dl_tree_child(struct dl_tree *tree, uint32_t word, enum dl_relation relation);
uint32_t dl_tree_child_base(struct dl_tree *tree, uint32_t word, enum dl_relation base);
/* The first child that has the cue, in one of the relations given (base), 0 for any. */
uint32_t dl_tree_child_cue(struct dl_tree *tree, uint32_t word, uint64_t cues,
                           enum dl_relation base);

/* Does a noun hang under the preposition? Its case or mark word, or DL_NODE_NONE. */
uint32_t dl_tree_case(struct dl_tree *tree, uint32_t noun, uint64_t preposition);

bool dl_tree_is_under(const struct dl_tree *tree, uint32_t word, uint32_t above);

#endif
