/* Articles, reports, mentions and events as plain C. What each field means, its unit and what its
 * absence says stand in the .proto files beside this one; the fields come from records.def.
 *
 * Owner    everything hangs in the arena of whoever filled or unpacked it; strings are slices.
 * Threads  plain data.
 * `unknown` holds fields of a newer writer from unpack to pack. */
#ifndef DL_PROTO_RECORDS_H
#define DL_PROTO_RECORDS_H

#include "core/str.h"

enum dl_event_type {
    DL_TYPE_NONE,
    DL_AGREE,
    DL_CONSULT,
    DL_SUPPORT,
    DL_CONCEDE,
    DL_COOPERATE,
    DL_AID,
    DL_RETREAT,
    DL_REQUEST,
    DL_ACCUSE,
    DL_REJECT,
    DL_THREATEN,
    DL_PROTEST,
    DL_SANCTION,
    DL_MOBILIZE,
    DL_COERCE,
    DL_ASSAULT,
    DL_STATEMENT,
    DL_TYPE_COUNT
};
enum dl_quad {
    DL_QUAD_NONE,
    DL_VERBAL_COOPERATION,
    DL_MATERIAL_COOPERATION,
    DL_VERBAL_CONFLICT,
    DL_MATERIAL_CONFLICT,
    DL_NEUTRAL
};
enum dl_polarity { DL_POLARITY_NONE, DL_POSITIVE, DL_NEGATED };
enum dl_modality {
    DL_MODALITY_NONE,
    DL_ACTUAL,
    DL_PLANNED,
    DL_POSSIBLE,
    DL_CONDITIONAL,
    DL_REQUESTED
};
enum dl_event_time { DL_TIME_NONE, DL_PAST, DL_ONGOING, DL_FUTURE, DL_HISTORICAL };
enum dl_actuality {
    DL_ACTUALITY_NONE,
    DL_IS_ASSERTED,
    DL_IS_REPORTED,
    DL_IS_PLANNED,
    DL_IS_POSSIBLE,
    DL_IS_CONDITIONAL,
    DL_IS_REQUESTED,
    DL_IS_HISTORICAL,
    DL_IS_NEGATED
};
enum dl_precision {
    DL_PRECISION_NONE,
    DL_POINT,
    DL_ADMIN1,
    DL_COUNTRY,
    DL_DAY,
    DL_WEEK,
    DL_MONTH,
    DL_SEASON,
    DL_YEAR,
    DL_RANGE
};
enum dl_when_basis {
    DL_WHEN_UNSAID,
    DL_WHEN_TEXT,
    DL_WHEN_PUBLISHED,
    DL_WHEN_INFERRED,
    DL_WHEN_NONE
};
enum dl_bound { DL_BOUND_NONE, DL_EXACT, DL_AT_LEAST, DL_AT_MOST, DL_ABOUT };
enum dl_quantity_of {
    DL_OF_NONE,
    DL_TROOPS,
    DL_DEAD,
    DL_INJURED,
    DL_ARRESTED,
    DL_DISPLACED,
    DL_PEOPLE,
    DL_MONEY,
    DL_WEAPONS,
    DL_MISSING,
    DL_HOSTAGES,
    DL_OF_OTHER
};
enum dl_scope { DL_SCOPE_NONE, DL_THIS_EVENT, DL_TOTAL, DL_SCOPE_PLANNED };
enum dl_section_kind {
    DL_SECTION_NONE,
    DL_TITLE,
    DL_HEADING,
    DL_BODY,
    DL_CAPTION,
    DL_QUESTION,
    DL_ANSWER,
    DL_BOILERPLATE
};
enum dl_entity_kind { DL_ENTITY_NONE, DL_PER, DL_ORG, DL_LOC, DL_MISC };
enum dl_quote_kind { DL_QUOTE_NONE, DL_DIRECT, DL_PARTIAL, DL_INDIRECT };
enum dl_published_basis {
    DL_BASIS_UNSAID,
    DL_BASIS_GIVEN,
    DL_BASIS_PAGE,
    DL_BASIS_TEXT,
    DL_BASIS_NONE
};
enum dl_text_policy { DL_POLICY_NONE, DL_POLICY_FULL, DL_POLICY_SNIPPET, DL_POLICY_NO_TEXT };

#define RECORD(r, message) struct dl_##r;
#define END(o)
#define STR(o, f)
#define STRS(o, f)
#define U32(o, f)
#define U32P(o, f)
#define U64(o, f)
#define I64(o, f)
#define BOOL(o, f)
#define ENUM(o, f)
#define OPT_F64(o, f)
#define OPT_BOOL(o, f)
#define SUB(o, f, r)
#define LIST(o, f, r)
#include "proto/records.def"
#include "proto/records_undef.h"

#define RECORD(r, message) struct dl_##r {
#define END(o)                                                                                     \
    const void *unknown;                                                                           \
    }                                                                                              \
    ;
#define STR(o, f) dl_str f;
#define STRS(o, f)                                                                                 \
    dl_str *f;                                                                                     \
    uint32_t f##_count;
#define U32(o, f) uint32_t f;
#define U32P(o, f) uint32_t f;
#define U64(o, f) uint64_t f;
#define I64(o, f) int64_t f;
#define BOOL(o, f) bool f;
#define ENUM(o, f) int32_t f;
#define OPT_F64(o, f)                                                                              \
    double f;                                                                                      \
    bool has_##f;
#define OPT_BOOL(o, f)                                                                             \
    bool f;                                                                                        \
    bool has_##f;
#define SUB(o, f, r) struct dl_##r *f;
#define LIST(o, f, r)                                                                              \
    struct dl_##r *f;                                                                              \
    uint32_t f##_count;
#include "proto/records.def"
#include "proto/records_undef.h"

#endif
