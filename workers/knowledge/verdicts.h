/* The model of events: what a word of a sentence is, by a linear model over what stands on its tree
 * (train/events.c makes it; workers/events/features.c says what it sees).
 *
 *     features of the sentence ─┐
 *     features of the word ─────┼─ rows added up ─ softmax ─ a chance for each class
 *     what the frames say ──────┘
 *
 * Owner    dl_verdicts_close().   Threads  any: const once open.
 * Errors   DL_BAD_CONFIG names the file: missing, damaged, of other features. */
#ifndef DL_WORKERS_KNOWLEDGE_VERDICTS_H
#define DL_WORKERS_KNOWLEDGE_VERDICTS_H

#include "proto/records.h"
#include "workers/reading/model.h"

#define DL_VERDICTS_VERSION 2U
#define DL_VERDICTS_WIDTH 32U

enum dl_verdict_class {
    DL_VERDICT_NONE, /* a word like any other; up to DL_STATEMENT the types of events */
    DL_VERDICT_LAST_TYPE = DL_STATEMENT,
#define DL_NO_EVENT(name, marks, reason) DL_VERDICT_##name,
#include "workers/knowledge/verdicts.def"
    DL_VERDICTS
};
_Static_assert(DL_VERDICTS <= DL_VERDICTS_WIDTH, "a class is a weight of a row");

struct dl_verdicts;

dl_status dl_verdicts_open(const char *path, struct dl_verdicts **ret, struct dl_error *err);
void dl_verdicts_close(struct dl_verdicts *verdicts); /* NULL is fine */
uint64_t dl_verdicts_checksum(const struct dl_verdicts *verdicts);

/* Adds the rows of at most DL_FEATURES_MAX features to the sums. */
void dl_verdicts_add(const struct dl_verdicts *verdicts, const uint32_t *features, uint32_t count,
                     int32_t sums[static DL_VERDICTS_WIDTH]);

/* What one feature weighs for one class, as log odds. */
float dl_verdicts_weight(const struct dl_verdicts *verdicts, uint32_t feature, uint32_t class);

/* The chances that sums stand for; they add up to 1. */
void dl_verdicts_chances(const struct dl_verdicts *verdicts,
                         const int32_t sums[static DL_VERDICTS_WIDTH],
                         float ret[static DL_VERDICTS]);

/* Of all classes that are no event together. */
float dl_no_event_chance(const float chances[static DL_VERDICTS]);

/* The likeliest type of event; the likeliest reason for there being none. */
int32_t dl_likeliest_type(const float chances[static DL_VERDICTS]);
const char *dl_likeliest_reason(const float chances[static DL_VERDICTS]);

/* The class of a mark "0:sport" of the corpus; DL_VERDICT_NONE for one that is unknown. */
uint32_t dl_verdict_of_mark(dl_str mark);

#endif
