/* What the stages of the first coder share: actors of a sentence, and its circumstances. */
#ifndef DL_WORKERS_STAGES_FIRST_H
#define DL_WORKERS_STAGES_FIRST_H

#include "workers/stage.h"

/* Someone who may act: a run of phrases like "Mexican" + "National Guard". */
struct dl_acting {
    uint32_t first; /* tokens */
    uint32_t count;
    dl_str country; /* empty: not known */
    dl_str role;
    dl_str id;
    dl_str title; /* role words before a name */
    const char *resolved_by;
    bool weak;    /* an adjective before a noun that is nobody ("Mexican exports") */
    bool opinion; /* an expert, a critic: their guesses are no events */
};

/* Remembers through the article which country a role was last said of. */
struct dl_acting_memory {
    dl_str roles[64];
    dl_str countries[64];
    uint32_t count;
};

/* All of a sentence, in order. */
uint32_t dl_find_acting(struct dl_article *article, const struct dl_sentence *sentence,
                        struct dl_acting_memory *memory, struct dl_acting **ret);

void dl_actor_of(const struct dl_article *article, const struct dl_acting *from,
                 struct dl_actor *ret);

/* The first phrase of a kind with tokens in [first, end), NULL if there is none. */
const struct dl_phrase *dl_phrase_in(const struct dl_article *article, uint32_t first, uint32_t end,
                                     enum dl_entry_kind kind);

/* The cue `what` with tokens in [first, end), the nearest to the end. */
const struct dl_phrase *dl_cue_in(const struct dl_article *article, uint32_t first, uint32_t end,
                                  const char *what);

/* Events by the order of words, where an article has no trees. */
dl_status dl_stage_first_events(const struct dl_knowledge *knowledge, struct dl_article *article,
                                struct dl_error *err);

#endif
