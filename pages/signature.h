/* A text's signature: near-duplicates have near signatures.
 *
 * MinHash in one permutation (Li, Owen, Zhang 2012, filled up as Shrivastava 2017 does): the text's
 * shingles of three words fall into 64 bins by their hash, each bin keeps four bits of its smallest
 * one; written as 64 hex digits. Two texts whose shingles overlap by a share of J agree in about
 * J + (1 - J) / 16 of the digits, whatever their length and script.
 *
 *     0.0  the same text
 *     0.3  a copy cut or edited by a desk
 *     0.8  another report with the same quotes
 *     1.0  nothing in common
 *
 * Error rates are in docs/decisions/0002-pages-by-forests.md.
 *
 * Owner    the signature lives in the arena.   Threads  any.   Errors  none. */
#ifndef DL_PAGES_SIGNATURE_H
#define DL_PAGES_SIGNATURE_H

#include "core/arena.h"

#define DL_SIGNATURE_DIGITS 64U
#define DL_SIGNATURE_SAME 0.5 /* at most this far apart: one text, copied or edited */

/* Empty for a text of fewer than DL_SIGNATURE_WORDS_MIN words: too short to tell. */
#define DL_SIGNATURE_WORDS_MIN 12U
dl_str dl_signature(struct dl_arena *arena, dl_str text);

/* 0 to 1: an estimate of 1 - J. 1 when either is no signature. */
double dl_signature_distance(dl_str a, dl_str b);

#endif
