/* Coding of an article whose words and trees are given, as CoNLL-U has them.
 *
 * Owner    everything in the article's arena.   Threads  as dl_code_article.
 * Errors   DL_BAD_INPUT, DL_TOO_BIG of a stage. */
#ifndef DL_WORKERS_GIVEN_H
#define DL_WORKERS_GIVEN_H

#include "workers/conllu.h"
#include "workers/pipeline.h"

/* `article` and `document` as dl_conllu_next() filled them, trees kept. A date of the document's
 * own counts before `published`, which may be empty. The report is in article->report. */
dl_status dl_code_given(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                        struct dl_article *article, const struct dl_conllu_document *document,
                        dl_str published, struct dl_error *err);

#endif
