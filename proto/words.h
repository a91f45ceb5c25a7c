/* The words of the contract's enums, as they stand in JSON, rules and messages. */
#ifndef DL_PROTO_WORDS_H
#define DL_PROTO_WORDS_H

#include "proto/records.h"

/* "?" for a number without a word. */
const char *dl_event_type_word(int32_t type);     /* "ASSAULT" */
const char *dl_quad_word(int32_t quad);           /* "verbal_conflict" */
const char *dl_actuality_word(int32_t actuality); /* "asserted" */
const char *dl_polarity_word(int32_t polarity);
const char *dl_modality_word(int32_t modality);
const char *dl_event_time_word(int32_t time);
const char *dl_section_kind_word(int32_t kind);
const char *dl_entity_kind_word(int32_t kind);
const char *dl_quote_kind_word(int32_t kind);
const char *dl_quantity_of_word(int32_t what);
const char *dl_bound_word(int32_t bound);
const char *dl_scope_word(int32_t scope);
const char *dl_precision_word(int32_t precision);
const char *dl_when_basis_word(int32_t basis);
const char *dl_published_basis_word(int32_t basis);
const char *dl_text_policy_word(int32_t policy);

/* 0 for a word that is none. Any case. */
int32_t dl_event_type_of(dl_str word);
int32_t dl_quantity_of_of(dl_str word);
int32_t dl_modality_of(dl_str word);

#endif
