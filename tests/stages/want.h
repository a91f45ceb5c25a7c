/* One line of a case that begins with "want:": a path into what came out, and what is there.
 *
 *     mentions = 2                        an array: how many
 *     mentions[0].type = ASSAULT          a value, as text
 *     tokens[*].text = Rivera | , | who   of each: joined by " | "
 *     mentions[*].type has ASSAULT        one of them is
 *     mentions[*].type lacks SANCTION     none of them is
 *
 * What is absent is the empty text.
 *
 * Owner    borrows.   Threads  any.
 * Errors   DL_BAD_INPUT: a line that is no want; DL_NOT_FOUND: not so, with what is there. */
#ifndef DL_TESTS_STAGES_WANT_H
#define DL_TESTS_STAGES_WANT_H

#include "core/str.h"

#include <jansson.h>

dl_status dl_want_check(json_t *root, dl_str line, struct dl_error *err);

#endif
