/* Words that tell of happenings, in the order of the article, and which of them tell the same one.
 *
 *     "Gunmen attacked a camp at Bani on Thursday."   telling, mention 0, cluster 1
 *     "Aircraft bombed others on Friday."             telling, mention 1, cluster 2: another day
 *     "The raid lasted two hours."                    telling that points back: cluster 1
 *
 * A word that is no mention of its own because nobody is said to act is a telling, too: "the raid"
 * becomes a mention when what it points back to is one, and "a raid" that was none keeps "that
 * raid" from pointing past it.
 *
 * Owner    the article's arena.   Threads  one article, one thread.   Errors  none. */
#ifndef DL_WORKERS_EVENTS_TELLINGS_H
#define DL_WORKERS_EVENTS_TELLINGS_H

#include "workers/events/room.h"

#define DL_TELLING_WORDS 4U   /* heads of its arguments that are compared */
#define DL_TELLING_NUMBERS 2U /* counts likewise */
#define DL_TELLING_ALIKE 6U

/* How a noun points: not at all, to what is known, to what was just said ("this", "it was the"). */
enum dl_pointing { DL_POINTS_NOWHERE, DL_POINTS_BACK, DL_POINTS_NEAR };

struct dl_telling {
    uint32_t mention; /* index, or DL_NODE_NONE: held back, or the content of another */
    uint32_t cluster; /* 0: of none; of one, too, where it is part of its words */
    uint32_t token, sentence;
    uint32_t object_of; /* of a noun: the token of the verb whose object it is, or DL_NODE_NONE */
    dl_str lemma;
    uint64_t word;                    /* the same as the tree has it */
    uint64_t alike[DL_TELLING_ALIKE]; /* `cue alike:NAME` that it has */
    uint32_t alike_count;
    int32_t type;    /* 0: a noun that stands for several */
    uint32_t is;     /* bits of the types that it is, or promises */
    uint32_t may_be; /* and of what came before it that it may tell again */
    bool is_noun;
    bool several;  /* a plural */
    bool whole;    /* names its type: "the attack" */
    bool again;    /* a mention only because it tells one again */
    bool subject;  /* of what the article tells first */
    bool definite; /* "the seizure of the town": known, though it says which itself */
    bool past;     /* told as background */
    bool other;    /* "another", "a second", "also": not the one before */
    uint8_t pointing;
    int32_t polarity, modality;

    const struct dl_actor *actors, *recipients;
    uint32_t actor_count, recipient_count;
    const struct dl_actor *owner; /* "its", "the union's": acts or suffers; or NULL */
    const struct dl_actor
        *judge;           /* who condemns or welcomes it: somebody else than who did it; or NULL */
    dl_str mode;          /* first of the frame's, or empty */
    int32_t content_type; /* 0: none */
    const struct dl_place *spot; /* said in the sentence, of a noun in its own phrase; or NULL */
    bool dated;                  /* its day is said there */
    bool inferred;               /* its day is that of the sentences before */
    int32_t start, end;
    uint64_t words[DL_TELLING_WORDS];
    uint32_t word_count;
    struct dl_quantity numbers[DL_TELLING_NUMBERS];
    uint32_t number_count;
};

/* tellings.c */

/* Of the mention with this index, which the happening became. */
struct dl_telling dl_telling_of_mention(struct dl_coding *coding, const struct dl_happening *h,
                                        uint32_t mention);
/* Of one that was held back, or is another's content. */
struct dl_telling dl_telling_of_held(struct dl_coding *coding, const struct dl_happening *h);
/* Of any word; `type` 0 for a noun without a frame. */
struct dl_telling dl_telling_of_word(struct dl_coding *coding, uint32_t word, int32_t type,
                                     bool is_noun);
/* Keeps it for those to come. */
void dl_keep_telling(struct dl_coding *coding, const struct dl_telling *telling);
#define DL_ANY_TYPE UINT32_MAX
/* Types of what the noun may point to by `cue retold:TYPE`; 0 for none. *ret_rule becomes the line
 * that says so. */
uint32_t dl_retold_types(const struct dl_coding *coding, uint32_t word, dl_str *ret_rule);

/* likeness.c */

/* Is one word derived from the other, or the same: "deploy", "deployment"? Who does it is not what
 * is done: "protester". */
bool dl_same_stem(dl_str a, dl_str b);
/* Day, place, parties, denial: can the two not be one happening? `b` comes later. */
bool dl_are_apart(const struct dl_telling *a, const struct dl_telling *b);
/* How much speaks for one happening; likeness.def has the points. 0 where nothing can, by type. */
double dl_likeness(const struct dl_telling *a, const struct dl_telling *b);
/* What it must reach. */
double dl_likeness_min(const struct dl_telling *b);

/* clusters.c */

/* The telling is that of a mention: gives both their cluster. */
void dl_put_in_cluster(struct dl_coding *coding, struct dl_telling *telling, uint32_t cluster);
/* The cluster it tells again, or 0. *ret_like becomes the telling it is most like there. */
uint32_t dl_cluster_told(const struct dl_coding *coding, const struct dl_telling *telling,
                         const struct dl_telling **ret_like);

#endif
