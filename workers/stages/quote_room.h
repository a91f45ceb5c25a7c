/* The finding of quotes: what its files share.
 *
 *     quotes.c   words in marks: whose they are, or nobody's; the stage
 *     told.c     words that are told, and answers of interviews */
#ifndef DL_WORKERS_STAGES_QUOTE_ROOM_H
#define DL_WORKERS_STAGES_QUOTE_ROOM_H

#include "workers/stages/quote_marks.h"

#define DL_REGION_TOKENS 40U /* looked at on either side of words for who speaks them */

struct dl_last_speaker { /* who spoke last */
    struct dl_actor *actor;
    bool anonymous;
    uint32_t section;
    uint32_t sentence;
    dl_str cue;
    bool open; /* his words were not closed: the next line goes on */
};

struct dl_quoting {
    struct dl_article *article;
    const struct dl_knowledge *knowledge;
    struct dl_circumstances *c;
    struct dl_people *people;
    struct dl_quoted *quoted;
    uint32_t quoted_count;
    uint32_t room;
    struct dl_last_speaker last;
    struct dl_actor *asked; /* by an interview */
    bool *cue_used;         /* tokens: a verb that has its words */
};

struct dl_said_by { /* a speaker found */
    struct dl_speaker speaker;
    uint32_t cue;
    bool found;
    bool led;  /* the verb stands before the words and leads to them */
    bool same; /* ", adding": he who spoke before */
};

/* A quote of bytes [start, end) that begins at the token; NULL past the most an article has. */
struct dl_found_quote *dl_quote_add(struct dl_quoting *w, uint32_t start, uint32_t end,
                                    uint32_t token, int32_t kind);
void dl_quote_give(struct dl_found_quote *found, struct dl_actor *actor, bool anonymous,
                   dl_str cue);

/* Gives it to the speaker found, who is the last one from then on. */
void dl_quote_give_found(struct dl_quoting *w, struct dl_found_quote *found,
                         const struct dl_said_by *said, uint32_t section, bool open);

bool dl_quote_is_paper(const struct dl_speaker *speaker); /* a report, a poll: nobody */
bool dl_quote_is_mark(const struct dl_article *article, uint32_t token);

/* told.c: the told words of a sentence; *quoted: the first quoted stretch not before it. */
void dl_quote_find_told(struct dl_quoting *w, uint32_t sentence, uint32_t *quoted);
void dl_quote_take_answer(struct dl_quoting *w, uint32_t section, uint32_t first);

#endif
