/* Event frames: which verb, noun or adjective, with what beside it on the dependency tree, is which
 * event, and who its actor and recipient are. Written in data/frames (its README has the format).
 *
 *     word      accuse   verb
 *     needs     up to three dependents: a particle (+up), a preposition (@on), an object (:fire)
 *     args      where the actor, the recipient and the content hang: lists of relations, the first
 *               that is there wins: "nsubj", "obl:by", "nmod:poss", "xcomp>nsubj"
 *
 * Words are compared folded, by lemma. Frames of one word come most needs first, so that the first
 * that fits is the most exact.
 *
 * Owner    the almanac.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_KNOWLEDGE_FRAMES_H
#define DL_WORKERS_KNOWLEDGE_FRAMES_H

#include "workers/knowledge/almanac.h"
#include "workers/ud.h"

#define DL_FRAME_NEEDS_MAX 3U
#define DL_FRAME_PATHS_MAX 12U
#define DL_FRAME_MODES_MAX 2U
#define DL_FRAME_CONTEXTS_MAX 3U

enum dl_frame_pos { DL_FRAME_VERB, DL_FRAME_NOUN, DL_FRAME_ADJECTIVE };

enum dl_need_kind {
    DL_NEED_NONE,
    DL_NEED_PARTICLE,    /* +up: compound:prt or advmod */
    DL_NEED_PREPOSITION, /* @on: case of an obl or nmod, which is then path "@on" */
    DL_NEED_OBJECT,      /* :fire: obj, or nsubj:pass of a passive; of a noun: its compound */
    DL_NEED_COMPLEMENT,  /* >leave: xcomp, ccomp or advcl with this lemma */
    DL_NEED_SUBJECT      /* <army: nsubj of an active; of a noun its modifier or owner */
};

#define DL_NEED_ANYBODY 2U

struct dl_frame_need {
    uint64_t word; /* dl_atom_hash of the lemma, or of the class of `:=force` */
    uint32_t kind;
    uint32_t text;
    uint32_t of_class; /* any word that has the cue "class:force"; DL_NEED_ANYBODY for "=person" */
    uint32_t unused;
};

/* "nmod:poss", "obl:by", "light:nsubj" */
struct dl_frame_path {
    uint64_t word;    /* dl_atom_hash of the preposition, 0 for none */
    uint8_t relation; /* enum dl_relation; 0 ends a list of paths */
    uint8_t light;    /* of the light verb the noun hangs on */
    uint8_t unused[6];
};

enum dl_frame_flag {
    DL_FRAME_CONTENT = 1,   /* what it takes is promised, asked or refused: no event of its own */
    DL_FRAME_PEERS = 2,     /* subject and object do it together: both are actors */
    DL_FRAME_RECIPIENT = 4, /* no recipient, no event */
    DL_FRAME_ACTOR = 8,     /* no actor, no event */
    DL_FRAME_ARMED = 16,    /* only where actor or recipient is an actor of its own right (country,
                               armed body, state): "attack" on a plan is none */
    DL_FRAME_SAID = 32,     /* no content, no event: "asked whether", "whenever they ask" */
    DL_FRAME_FIGURE = 64    /* a figure of speech: what fits is no event */
};

struct dl_frame {
    uint32_t lemma, rule, example; /* text */
    uint32_t modes[DL_FRAME_MODES_MAX];
    uint32_t contexts[DL_FRAME_CONTEXTS_MAX];
    uint32_t cameo; /* "112" */
    uint32_t type;  /* "ACCUSE" */
    struct dl_frame_path actor[DL_FRAME_PATHS_MAX];
    struct dl_frame_path recipient[DL_FRAME_PATHS_MAX];
    struct dl_frame_path content[DL_FRAME_PATHS_MAX];
    struct dl_frame_need needs[DL_FRAME_NEEDS_MAX];
    uint8_t pos; /* enum dl_frame_pos */
    uint8_t flags;
    uint8_t need_count;
    uint8_t unused[5];
};

/* Frames of the word (a lemma), most needs first; all senses of *ret are frames. */
bool dl_frames_of(const struct dl_almanac *almanac, dl_str lemma, struct dl_found *ret);
/* All shipped frames, for books and tests of them; their text as of a sense that is not own. */
const struct dl_frame *dl_frames_all(const struct dl_almanac *almanac, uint32_t *ret_count);
const struct dl_frame *dl_almanac_frame(const struct dl_almanac *almanac, struct dl_sense sense);

#endif
