/* An actor phrase cut into segments, each with what is known of its words. */
#ifndef DL_WORKERS_KNOWLEDGE_ACTOR_PHRASE_H
#define DL_WORKERS_KNOWLEDGE_ACTOR_PHRASE_H

#include "workers/knowledge/actors.h"

#define DL_SEGMENTS_MAX 12U
#define DL_SEGMENT_ROLES_MAX 6U
#define DL_SEGMENT_ACTORS_MAX 4U

enum dl_segment_link { /* to what stands before it; the order in which they are asked */
                       DL_LINK_HEAD,
                       DL_LINK_OF,
                       DL_LINK_APPOSITION,
                       DL_LINK_IN,
                       DL_LINK_TO,
                       DL_LINK_AND,
                       DL_LINK_STOP
};

struct dl_segment_role {
    const struct dl_known_role *role;
    struct dl_sense sense;
    uint32_t first, atoms;
};

struct dl_segment_actor {
    struct dl_found found; /* actor senses only */
    uint32_t first, atoms;
    bool surname; /* nothing but a surname led here */
};

struct dl_segment {
    enum dl_segment_link link;
    bool owner; /* a possessive follows: it belongs before the next segment */
    uint32_t first, end;
    struct dl_segment_role roles[DL_SEGMENT_ROLES_MAX];
    uint32_t role_count;
    struct dl_segment_actor actors[DL_SEGMENT_ACTORS_MAX];
    uint32_t actor_count;
    dl_str country; /* of the first country or people not "-backed" */
    dl_str backed;  /* the one that is only a backer */
    dl_str seat;    /* a capital */
    dl_str place;   /* the country of a town or division */
    bool people;    /* the country came as a people in the plural: "Kenyans" */
};

struct dl_actor_phrase {
    const struct dl_almanac *almanac;
    dl_str text;
    struct dl_atom atoms[DL_ACTOR_ATOMS_MAX];
    uint32_t atom_count;
    struct dl_segment segments[DL_SEGMENTS_MAX];
    uint32_t segment_count;
};

void dl_actor_phrase_read(const struct dl_almanac *almanac, dl_str text,
                          struct dl_actor_phrase *ret);

#endif
