/* Records to protobuf and back.
 *
 * Packing is deterministic. Unpacking checks first: size (DL_RECORD_BYTES_MAX), nesting
 * (DL_PROTO_DEPTH_MAX), number of fields (DL_PROTO_FIELDS_MAX), lengths, and that every string is
 * UTF-8 without NUL; protobuf-c by itself checks none of these. Fields and enum values of a newer
 * writer survive an unpack and pack.
 *
 * Owner    the arena.   Threads  any, each with its own arena.
 * Errors   DL_BAD_INPUT, DL_TOO_BIG with message, field and byte offset. */
#ifndef DL_PROTO_CODEC_H
#define DL_PROTO_CODEC_H

#include "core/arena.h"
#include "proto/records.h"

/* The kinds of record that stand alone on a topic. */
#define DL_CODEC(name, type)                                                                       \
    dl_str dl_##name##_pack(const struct dl_##type *record, struct dl_arena *arena);               \
    dl_status dl_##name##_unpack(dl_str bytes, struct dl_arena *arena, struct dl_##type **ret,     \
                                 struct dl_error *err);
DL_CODEC(article, article_record)
DL_CODEC(report, report)
DL_CODEC(mention, mention)
DL_CODEC(event, event)
DL_CODEC(seen, seen_record)
DL_CODEC(position, position_record)
#undef DL_CODEC

/* Full names, for the header dateline-schema. */
#define DL_SCHEMA_ARTICLE "dateline.v1.Article"
#define DL_SCHEMA_REPORT "dateline.v1.Report"
#define DL_SCHEMA_MENTION "dateline.v1.Mention"
#define DL_SCHEMA_EVENT "dateline.v1.Event"

#endif
