/* The finding of places: what its files share.
 *
 *     places.c        which names are places, and how surely something happened there; the stage
 *     place_agree.c   one name is one place throughout, in the country of the dateline */
#ifndef DL_WORKERS_STAGES_PLACE_ROOM_H
#define DL_WORKERS_STAGES_PLACE_ROOM_H

#include "workers/knowledge/places.h"
#include "workers/stages/circumstances.h"

#define DL_WHY_BESIDE ", told by the name beside it"

struct dl_placing {
    const struct dl_almanac *almanac;
    struct dl_article *article;
    struct dl_circumstances *c;
    struct dl_atom *atoms;
    uint32_t *tokens; /* of each atom */
    bool *is_place;   /* does one begin at the atom? */
    uint32_t atom_count;
    uint32_t room;
    uint32_t date; /* the first not before where we are */
    struct dl_place_context about;
    dl_str home; /* division of the dateline */
};

/* What "Paris, Texas" says holds for "Paris" alone, but in a sentence that speaks of another
 * country that has one. */
void dl_places_agree(struct dl_placing *w);
/* Of a town in the dateline that is known only in another country, the country is all that is
 * known. */
void dl_places_believe_dateline(struct dl_placing *w);

#endif
