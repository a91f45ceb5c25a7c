/* Records as JSON: snake_case names of the contract, absent fields left out, enums as words and
 * unknown ones as numbers. Written over protobuf-c's descriptors, so that a new field needs no
 * code here.
 *
 * Owner    writing appends to the caller's buffer; what is read lives in the arena.
 * Threads  any.
 * Errors   writing: DL_TOO_BIG at the buffer's ceiling. Reading: DL_BAD_INPUT with the place. */
#ifndef DL_PROTO_JSON_H
#define DL_PROTO_JSON_H

#include "core/arena.h"
#include "proto/records.h"

struct dl_json_style {
    bool utf16; /* span offsets in UTF-16 units of the record's text, for JavaScript and Java */
};

/* One line, no line feed at its end. The arena is for what is needed on the way. `style` may be
 * NULL. */
dl_status dl_report_json(const struct dl_report *report, const struct dl_json_style *style,
                         struct dl_arena *arena, struct dl_buf *out);
dl_status dl_article_json(const struct dl_article_record *article, struct dl_arena *arena,
                          struct dl_buf *out);
dl_status dl_mention_json(const struct dl_mention *mention, struct dl_arena *arena,
                          struct dl_buf *out);
dl_status dl_event_json(const struct dl_event *event, struct dl_arena *arena, struct dl_buf *out);

/* Single parts, for columns and messages. */
dl_status dl_json_put_string(struct dl_buf *out, dl_str text);   /* with its quotes */
dl_status dl_json_put_number(struct dl_buf *out, double number); /* shortest that reads back */

/* An Article from a JSON object: the contract's names; `publisher` and `authors` may be plain
 * strings; what no field takes goes to attributes. `text` must hold the whole object. */
dl_status dl_article_from_json(dl_str text, struct dl_arena *arena, struct dl_article_record **ret,
                               struct dl_error *err);

/* A list of records of the named kind as a JSON array: "actor", "place", … as in records.def. */
dl_status dl_records_json(const char *kind, const void *items, uint32_t count,
                          struct dl_arena *arena, struct dl_buf *out);

#endif
