/* UTF-8: is it, make it so, make it NFC, count code points.
 *
 * Owner    results live in the arena given, or are the input itself when nothing had to change.
 * Errors   none: any bytes end in valid text. All linear in the input. */
#ifndef DL_CORE_UTF8_H
#define DL_CORE_UTF8_H

#include "core/arena.h"

/* Valid by RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. NUL is valid. */
bool dl_utf8_is_valid(dl_str text);

/* Text that later stages may rely on: valid (each maximal broken part becomes U+FFFD), no NUL
 * (left out), NFC; a run of more than DL_UTF8_MARKS_MAX combining marks is cut there. */
#define DL_UTF8_MARKS_MAX 30U
dl_str dl_utf8_clean(struct dl_arena *arena, dl_str text);

/* Valid and without NUL as above, but not normalised: for bytes that are markup first, of which
 * little will be kept. */
dl_str dl_utf8_repair(struct dl_arena *arena, dl_str text);

/* `text` valid. */
size_t dl_utf8_count(dl_str text); /* code points */
static inline size_t dl_utf8_step(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Any bytes: how many the valid code point at `at` has, or 0 when none begins there. */
size_t dl_utf8_valid_at(dl_str text, size_t at);

/* The code point at byte `at` (start of one); its length in *ret_bytes. */
uint32_t dl_utf8_at(dl_str text, size_t at, size_t *ret_bytes);

#endif
