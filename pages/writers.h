/* Names of writers out of "By Jane Doe and John Roe, Political Editor". The words around names are
 * data/pages/byline.txt, offices data/pages/roles.txt, what is none data/pages/norole.txt.
 *
 * Owner    plain data; names borrow the texts they stand in, or the arena.
 * Threads  any.
 * Errors   none; past DL_WRITERS_MAX names the rest is left out. */
#ifndef DL_PAGES_WRITERS_H
#define DL_PAGES_WRITERS_H

#include "core/arena.h"

#define DL_WRITERS_MAX 16U

struct dl_writers {
    dl_str list[DL_WRITERS_MAX];
    uint32_t count;
    dl_str publisher; /* in a text it is nobody's name */
    bool in_text;     /* read from a byline: less is believed than in a claim */
};

/* All names of a list of them; how many there were, known ones too. */
uint32_t dl_writers_add(struct dl_writers *names, dl_str text);

/* `text` without "By", "Von", "written by" before it; *ret_had says whether it was there. */
dl_str dl_writers_without_before(dl_str text, bool *ret_had);

/* Do all words of it look like a name's: capitals, scripts without them, "van", "bin"? */
bool dl_writers_look(dl_str text);

/* Is it an office ("Political Editor") or no name at all ("Staff")? */
bool dl_writers_is_office(dl_str text);

/* The same but for case. */
bool dl_writers_same(dl_str a, dl_str b);

/* Up to the first digit or month: "Ann Lee March 18 at 3:57 PM". */
dl_str dl_writers_before_date(dl_str text);

#endif
