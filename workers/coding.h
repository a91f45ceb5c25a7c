/* One article's bytes in, everything the log gets to know about it out: the worker leg's only view
 * of reading and coding.
 *
 * Owner    what comes out lives in the arena `results`; `scratch`, which may be the same, can be reset.
 * Threads  any number at once, each with an arena of its own; knowledge and pipeline are const.
 * Errors   DL_BAD_INPUT and DL_TOO_BIG are the article's fault (dead letter); DL_FATAL ours. */
#ifndef DL_WORKERS_CODING_H
#define DL_WORKERS_CODING_H

#include "core/arena.h"

struct dl_pipeline;  /* workers/pipeline.h */
struct dl_knowledge; /* workers/knowledge/knowledge.h */

struct dl_coded_mention {
    dl_str id;        /* deterministic */
    dl_str event_key; /* the Kafka key */
    dl_str bytes;     /* a packed Mention */
};

struct dl_coded {
    dl_str article_id;   /* the Kafka key of report, seen and dead letter */
    dl_str content_hash; /* of clean title and text: what makes a version */
    uint32_t version;    /* as asked for, or what the Article itself says when that is higher */
    dl_str report;       /* a packed Report */
    const struct dl_coded_mention *mentions;
    uint32_t mention_count;
    const char *stage; /* of the failure, when the status is not DL_OK */
};

/* The same article, version, pipeline and knowledge give the same bytes on any thread.
 * `article` is the record's value; `version` counts from 1. On failure article_id is filled when
 * the record got as far as having one, and `stage` always. */
dl_status dl_code_article(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                          struct dl_arena *scratch, struct dl_arena *results, dl_str article,
                          uint32_t version, struct dl_coded *ret, struct dl_error *err);

#endif
