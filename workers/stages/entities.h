/* Who is who in an article: what the files of the stage "entities" share.
 *
 * Owner    the article's arena.   Threads  one article, one thread. */
#ifndef DL_WORKERS_STAGES_ENTITIES_H
#define DL_WORKERS_STAGES_ENTITIES_H

#include "workers/stage.h"

/* An entity while the text is read. */
struct dl_known {
    struct dl_entity_in_text *entity;
    uint32_t fullest;   /* name */
    uint32_t last_name; /* its latest so far */
    char gender;        /* 'm', 'f', or 0: not known */
    bool country;       /* a country */
};

/* The role words before the name, else those after a comma behind it; empty without. */
dl_str dl_title_of(const struct dl_knowledge *knowledge, const struct dl_article *article,
                   const struct dl_name *name);

/* The token of the words [first, first + count) whose head is outside them. */
uint32_t dl_head_of(const struct dl_article *article, uint32_t first, uint32_t count);

/* Sets article->pointers: pronouns and "the president" to entities. `known` runs beside
 * article->entities, `sentences` has the sentence of each name. */
void dl_find_pointers(const struct dl_knowledge *knowledge, struct dl_article *article,
                      struct dl_known *known);

#endif
