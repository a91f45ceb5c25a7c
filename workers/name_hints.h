/* What the almanac knows of the words of an article, for labelling names. */
#ifndef DL_WORKERS_NAME_HINTS_H
#define DL_WORKERS_NAME_HINTS_H

#include "workers/reading/names.h"
#include "workers/stage.h"

/* One for each token, in the article's arena: look (article->looks), hint but for given names, tag,
 * first and last. */
struct dl_name_word *dl_name_words(const struct dl_almanac *almanac, struct dl_article *article);

#endif
