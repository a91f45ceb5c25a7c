/* What dateline knows of the world, in one file that is mapped into memory: countries, places,
 * actors, roles, frames and cues, found by their phrases.
 *
 *     file:  [header: magic, version, bytes, checksum, sections]
 *            [text][starts][slots][senses][countries][places][actors][roles][frames][words]
 *
 *     phrase "national guard"  → slot {hash, first, count} → senses {kind, flags, index} → records
 *
 * It is compiled from the text files of data/ (almanac_make.h). A folder of one's own is compiled
 * when it is loaded and laid over: for a phrase it knows in a kind, the shipped senses of that kind
 * are not seen. Within one folder two lines that claim the same are an error.
 *
 * Owner    dl_almanac_close().   Threads  const once open.
 * Errors   DL_BAD_CONFIG: a file that is missing or damaged, by name; a bad line, by file and line.
 */
#ifndef DL_WORKERS_KNOWLEDGE_ALMANAC_H
#define DL_WORKERS_KNOWLEDGE_ALMANAC_H

#include "workers/knowledge/atoms.h"

#define DL_PHRASE_ATOMS_MAX 10U
#define DL_SENSES_MAX 128U /* of one phrase; "hold" has the most */

enum dl_sense_kind {
    DL_SENSE_COUNTRY, /* Mexico */
    DL_SENSE_PEOPLE,  /* Mexican, Mexicans */
    DL_SENSE_CAPITAL, /* a city that stands for its government */
    DL_SENSE_CITY,
    DL_SENSE_ADMIN, /* first-level division */
    DL_SENSE_AREA,  /* sea, river, region: no country */
    DL_SENSE_ACTOR,
    DL_SENSE_ROLE,
    DL_SENSE_FRAME,
    DL_SENSE_CUE,
    DL_SENSE_SECTOR, /* the code itself: "GOV" */
    DL_SENSE_KINDS
};
#define DL_SENSE(kind) (1U << (unsigned)(kind))
#define DL_SENSE_PLACES                                                                            \
    (DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_CITY) | DL_SENSE(DL_SENSE_ADMIN) |             \
     DL_SENSE(DL_SENSE_AREA))

enum dl_sense_flag {
    DL_SENSE_CASED = 1,     /* only in capitals: "ICE" is no ice */
    DL_SENSE_ALTERNATE = 2, /* a city's other name */
    DL_SENSE_SURNAME = 4,   /* the last word of a person's name */
    DL_SENSE_PROPER = 8     /* only with a capital: "Sandy", "Reading" */
};

struct dl_sense {
    uint8_t kind;
    uint8_t flags;
    uint8_t own; /* from the folder laid over */
    uint8_t unused;
    uint32_t index; /* of the record of its kind */
};

struct dl_found {
    uint32_t atoms; /* how long the phrase is */
    uint32_t count;
    struct dl_sense senses[DL_SENSES_MAX]; /* own before shipped; cities by population */
};

struct dl_known_country {
    char iso3[4]; /* as PLOVER counts: Puerto Rico is USA */
    char iso2[4];
    uint32_t name;
};

enum dl_place_kind { DL_PLACE_CITY, DL_PLACE_ADMIN, DL_PLACE_AREA };

struct dl_known_place {
    uint32_t geonames; /* 0 where GeoNames has no part in it */
    uint32_t name;
    uint32_t population;
    float lat, lon;
    char country[4];
    char admin1[8]; /* ISO 3166-2, or empty */
    uint8_t kind;
    uint8_t capital;
    uint8_t unused[2];
};

#define DL_SECTORS_MAX 3U
#define DL_DAY_UNKNOWN INT32_MIN

struct dl_known_actor {
    uint32_t id, name, rule; /* "mx-claudia-sheinbaum"; rule: "heads.txt:12" */
    uint32_t part;           /* index of the actor it belongs to, + 1; 0 for none */
    int32_t from, to;        /* days; DL_DAY_UNKNOWN is open */
    char country[4];         /* empty: none, or unknown */
    char sectors[DL_SECTORS_MAX][4];
    uint8_t person;
    uint8_t unused[3];
};

enum dl_role_flag {
    DL_ROLE_SPEAKS = 1,  /* speaks for another: "spokesman" */
    DL_ROLE_FORMER = 2,  /* makes who follows a former one: "ex-", "former" */
    DL_ROLE_WEAK = 4,    /* gives way to any other role beside it: "group", "official" */
    DL_ROLE_TITLE = 8,   /* stands before a name */
    DL_ROLE_LIKE = 16,   /* belongs to who follows "of", "to": "members", "supporters" */
    DL_ROLE_PLURAL = 32, /* counts only as a plural */
    DL_ROLE_STATE = 64,  /* needs a country, from the phrase or from where it stands */
    DL_ROLE_BODY = 128   /* an institution: whoever works there has its role */
};

struct dl_known_role {
    uint32_t name, rule;
    char sectors[DL_SECTORS_MAX][4];
    uint8_t flags;
    uint8_t unused[3];
};

struct dl_cue {
    uint64_t hash; /* dl_phrase_hash of `what` */
    uint32_t what; /* "negates", "frame:reach", "class:force" … */
    uint32_t rule;
    uint32_t bit; /* enum dl_cue_bit, DL_CUE_BITS for others */
    uint32_t unused;
};

struct dl_almanac;

/* `path`: the compiled file. `over`: folder of one's own text files, or NULL. */
dl_status dl_almanac_open(const char *path, const char *over, struct dl_almanac **ret,
                          struct dl_error *err);
void dl_almanac_close(struct dl_almanac *almanac);

/* The longest phrase at atom `first` that has a sense of the kinds asked for (DL_SENSE()s). */
bool dl_almanac_find(const struct dl_almanac *almanac, const struct dl_atom *atoms, uint32_t first,
                     uint32_t count, uint32_t kinds, struct dl_found *ret);

/* Is there a longer name one atom on? "the West" gives way to "West Bank". */
bool dl_almanac_longer_next(const struct dl_almanac *almanac, const struct dl_atom *atoms,
                            uint32_t first, uint32_t count, uint32_t kinds,
                            const struct dl_found *found);

/* The records behind a sense, and their text. */
const struct dl_known_country *dl_almanac_country(const struct dl_almanac *almanac,
                                                  struct dl_sense sense);
const struct dl_known_place *dl_almanac_place(const struct dl_almanac *almanac,
                                              struct dl_sense sense);
const struct dl_known_actor *dl_almanac_actor(const struct dl_almanac *almanac,
                                              struct dl_sense sense);
const struct dl_known_role *dl_almanac_role(const struct dl_almanac *almanac,
                                            struct dl_sense sense);
const struct dl_cue *dl_almanac_cue(const struct dl_almanac *almanac, struct dl_sense sense);
dl_str dl_almanac_text(const struct dl_almanac *almanac, struct dl_sense sense, uint32_t text);

/* "HTI" of "HT", and the name of "HTI"; empty where unknown. */
dl_str dl_almanac_iso3(const struct dl_almanac *almanac, dl_str iso2);
dl_str dl_almanac_country_name(const struct dl_almanac *almanac, dl_str iso3);

/* Hash of everything loaded, for coder.actors and coder.gazetteer. */
dl_str dl_almanac_hash(const struct dl_almanac *almanac);

#endif
