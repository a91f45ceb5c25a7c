/* What each block of a page is judged by, as numbers.
 *
 * Owner    the arena.   Threads  any.   Errors  none. */
#ifndef DL_PAGES_FEATURES_H
#define DL_PAGES_FEATURES_H

#include "pages/blocks.h"

enum dl_feature {
#define FEATURE(name) DL_FEATURE_##name,
#include "pages/features.def"
#undef FEATURE
    DL_FEATURE_COUNT
};

/* What the page says of itself; empty where it says nothing. */
struct dl_page_claims {
    dl_str title;
    dl_str description;
    dl_str body; /* articleBody of JSON-LD */
};

struct dl_features {
    float (*rows)[DL_FEATURE_COUNT]; /* beside the blocks */
    uint32_t best;                   /* the element that looks most like the article's */
    uint8_t *cues;                   /* enum dl_cue of each block */
};

enum dl_cue {
    DL_CUE_NONE,
    DL_CUE_MORE,
    DL_CUE_SHARE,
    DL_CUE_SUBSCRIBE,
    DL_CUE_AD,
    DL_CUE_PHOTO,
    DL_CUE_COMMENTS,
    DL_CUE_RIGHTS,
    DL_CUE_BY,
    DL_CUE_DATE,
    DL_CUE_CONSENT,
    DL_CUE_TAGS,
    DL_CUE_ABOUT
};

void dl_features_read(const struct dl_html *html, const struct dl_blocks *blocks,
                      const struct dl_page_claims *claims, struct dl_arena *arena,
                      struct dl_features *ret);

/* How a block begins, by data/pages/cues.txt. */
enum dl_cue dl_cue_of(dl_str text);

const char *dl_feature_name(enum dl_feature feature);

#endif
