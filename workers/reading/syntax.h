/* Reading a sentence: tags, tree and relations in one go, over the models of a folder.
 *
 * Owner    dl_syntax_free().   Threads  any once loaded: const.
 * Errors   DL_BAD_CONFIG names the model that is missing or damaged. */
#ifndef DL_WORKERS_READING_SYNTAX_H
#define DL_WORKERS_READING_SYNTAX_H

#include "workers/reading/forms.h"
#include "workers/reading/relations.h"
#include "workers/reading/tags.h"

struct dl_syntax {
    struct dl_classes *classes;
    struct dl_forms *forms;
    struct dl_model *tag_model;
    struct dl_model *tree_model;
    struct dl_model *relation_model;
    struct dl_rows tags;
    struct dl_rows trees;
    struct dl_rows relations;
    const uint64_t *pairs; /* of relations.h */
};

/* `folder` has classes.model, tags.model, forms.model, trees.model and relations.model. */
dl_status dl_syntax_load(const char *folder, struct dl_syntax **ret, struct dl_error *err);
void dl_syntax_free(struct dl_syntax *syntax); /* NULL is fine */

/* Of the tags', trees' and relations' models together. */
uint64_t dl_syntax_checksum(const struct dl_syntax *syntax);

/* The tree of `count` words: heads from 0, UINT32_MAX for the root; one root, no cycle, projective.
 * Sentences past DL_TREE_WORDS_MAX are parsed in pieces, cut at punctuation where there is some:
 * the later pieces hang on the root of the first as parataxis. Linear in `count`. */
void dl_syntax_tree(const struct dl_syntax *syntax, const struct dl_look *looks,
                    const uint8_t *tags, uint32_t count, uint32_t *heads, uint8_t *relations);

#endif
