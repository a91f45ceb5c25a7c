/* The order of work on one article. */
#ifndef DL_WORKERS_PIPELINE_H
#define DL_WORKERS_PIPELINE_H

#include "workers/stage.h"

struct dl_pipeline {
    const struct dl_stage *stages;
    uint32_t count; /* of them that run */
    unsigned given; /* parts the article has from the start: who gives only these does not run */
};

/* The whole list, or up to and with the stage `until`; "none": no stage, articles are only parsed,
 * stamped and packed. DL_BAD_CONFIG for an unknown name, or a list in which a stage's needs are
 * not given by earlier ones. */
dl_status dl_pipeline_init(struct dl_pipeline *pipeline, const char *until, struct dl_error *err);

/* The stages of reading that come after `after`: up to those that code events. */
void dl_pipeline_reading(struct dl_pipeline *pipeline, const char *after);

/* For tests: the check on any list. */
dl_status dl_pipeline_check(const struct dl_stage *stages, uint32_t count, struct dl_error *err);

/* An article before its first stage: the record's fields in its report, nothing read yet. All
 * borrow from the record and the arena. */
void dl_article_begin(struct dl_article *article, struct dl_arena *arena,
                      const struct dl_article_record *record, uint32_t version);

/* DL_BAD_INPUT or DL_TOO_BIG from a stage; *ret_stage names it. */
dl_status dl_pipeline_run(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                          struct dl_article *article, const char **ret_stage, struct dl_error *err);

#endif
