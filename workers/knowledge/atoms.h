/* The words of a phrase as knowledge compares them: folded, so that "Juárez", "JUAREZ" and "Juarez"
 * are one.
 *
 *     The U.S.-backed rebels' leader   →  the | u.s | backed | rebels | 's | leader
 *
 * An atom is a run of letters and digits. Case and marks are folded away, hyphens part atoms,
 * apostrophes inside a word vanish ("Sana'a" is sanaa), a possessive is an atom of its own, "&" is
 * "and", single letters with full stops between them stay together.
 *
 * Owner    the caller's array.   Threads  any.   Errors  none; the text is valid UTF-8. */
#ifndef DL_WORKERS_KNOWLEDGE_ATOMS_H
#define DL_WORKERS_KNOWLEDGE_ATOMS_H

#include "core/str.h"

enum dl_atom_shape {
    DL_ATOM_CAPITAL = 1,    /* begins with a capital */
    DL_ATOM_CAPITALS = 2,   /* two letters or more, none of them small */
    DL_ATOM_BREAK = 4,      /* a comma, bracket or the like stands before it: no phrase goes on */
    DL_ATOM_HYPHEN = 8,     /* a hyphen stands before it */
    DL_ATOM_POSSESSIVE = 16 /* "'s", or the apostrophe after a plural */
};

struct dl_atom {
    uint64_t hash;
    uint32_t start, end; /* bytes in the text */
    uint8_t shape;
};

/* At most `room` atoms of the text; how many there are. */
uint32_t dl_atoms(dl_str text, struct dl_atom *atoms, uint32_t room);

/* The hash of a phrase, atom by atom, beginning with 0. */
static inline uint64_t dl_atom_join(uint64_t phrase, uint64_t atom)
{
    uint64_t hash = (phrase ^ atom) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ hash >> 29;
}

/* The hash of one word; for words known to be one atom. */
uint64_t dl_atom_hash(dl_str word);
/* The hash of a phrase of up to 16 atoms. */
uint64_t dl_phrase_hash(dl_str phrase);

#endif
