/* Words in quotation marks, and who speaks them.
 *
 * Owner    the article's arena.   Threads  one article, one thread.   Errors  none. */
#ifndef DL_WORKERS_STAGES_QUOTE_MARKS_H
#define DL_WORKERS_STAGES_QUOTE_MARKS_H

#include "workers/stages/circumstances.h"

/* A stretch between quotation marks. */
struct dl_quoted {
    uint32_t start, end;  /* bytes, without the marks */
    uint32_t first, next; /* tokens inside; the one after */
    uint32_t section;
    bool closed;     /* else it runs to the end of its line */
    bool opens_line; /* nothing stands before it */
};

/* All of the body and the answers, in order; straight, curly, angle and single marks, also where
 * one is missing or stands the wrong way round. */
uint32_t dl_find_quoted(struct dl_article *article, struct dl_quoted **ret);

/* Someone as a phrase in the text. */
struct dl_speaker {
    uint32_t first, next; /* tokens of the phrase, without what is told about him after it */
    uint32_t name_first, name_next;  /* of the proper name in it; equal: none */
    const struct dl_wording *person; /* "official", "police", "report"; NULL: only a name */
    bool pronoun;
    bool unnamed;                   /* "one", "another": keeps the name back */
    bool determined;                /* "the presenter": whatever the noun is */
    uint32_t more_first, more_next; /* an apposition: "a senior police officer"; equal: none */
};

/* The phrase of a speaker that begins at the token, before `end`. */
bool dl_speaker_at(const struct dl_article *article, const struct dl_knowledge *knowledge,
                   uint32_t at, uint32_t end, struct dl_speaker *ret);

/* The subject of the verb at the token, not before `from`. */
bool dl_speaker_before(const struct dl_article *article, const struct dl_knowledge *knowledge,
                       uint32_t verb, uint32_t from, struct dl_speaker *ret);

/* Persons of the text by their names, for surnames and pronouns. */
struct dl_people *dl_people_of(struct dl_article *article, const struct dl_knowledge *knowledge);

/* Officials and soldiers without a country of their own are of this one. */
void dl_people_stand(struct dl_people *people, dl_str country);

/* Whom an interview asks when its answers do not say: the person named most before token `end`.
 * NULL when nobody is. */
struct dl_actor *dl_people_asked(struct dl_people *people, uint32_t end);

/* Is the token a word of a person's name ("Rivera")? */
bool dl_is_persons_name(const struct dl_people *people, uint32_t token);

/* Who spoke last, for pronouns. */
void dl_people_spoke(struct dl_people *people, const struct dl_actor *actor, uint32_t sentence,
                     bool person);

/* The speaker as an actor: the fullest name the text has for it, country and role from its titles,
 * wherever they stand. NULL when a pronoun points to nobody. */
struct dl_actor *dl_speaker_actor(struct dl_people *people, const struct dl_speaker *speaker);

#endif
