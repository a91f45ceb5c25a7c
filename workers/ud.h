/* Universal Dependencies as numbers: parts of speech, Penn tags, relations.
 *
 * Threads  any: const tables.   Errors  none. */
#ifndef DL_WORKERS_UD_H
#define DL_WORKERS_UD_H

#include "core/str.h"

/* 0 in each is "not known": what a word has before the stage that gives it. */
enum dl_upos {
    DL_UPOS_NONE,
#define DL_UPOS(name) DL_UPOS_##name,
#include "workers/ud.def"
    DL_UPOS_COUNT
};

enum dl_xpos {
    DL_XPOS_NONE,
#define DL_XPOS(name, text) DL_XPOS_##name,
#include "workers/ud.def"
    DL_XPOS_COUNT
};

enum dl_relation {
    DL_REL_NONE,
#define DL_REL(name, text) DL_REL_##name,
#include "workers/ud.def"
    DL_REL_COUNT
};

/* "NOUN", "NNS", "nsubj:pass"; "_" for 0. */
const char *dl_upos_text(enum dl_upos upos);
const char *dl_xpos_text(enum dl_xpos xpos);
const char *dl_relation_text(enum dl_relation relation);

/* 0 for a text that is none of them. A relation with an unknown subtype is its base. */
enum dl_upos dl_upos_of(dl_str text);
enum dl_xpos dl_xpos_of(dl_str text);
enum dl_relation dl_relation_of(dl_str text);

/* Without its subtype: nsubj of nsubj:pass. */
enum dl_relation dl_relation_base(enum dl_relation relation);

#endif
