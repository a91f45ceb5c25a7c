/* Which blocks are the article: a first forest judges each block by itself and its surroundings, a
 * second one looks again at how the blocks around it were judged.
 *
 * Owner    the arena.   Threads  any.   Errors  none. */
#ifndef DL_PAGES_JUDGE_H
#define DL_PAGES_JUDGE_H

#include "pages/features.h"

#define SECOND_FEATURES(X)                                                                         \
    X(first)                                                                                       \
    X(before)                                                                                      \
    X(before2)                                                                                     \
    X(before3) X(after) X(after2) X(after3) X(box) X(outer) X(group) X(around5) X(around12)        \
        X(best) X(mass2) X(links2) X(heading2) X(stop2) X(place2) X(kept_before) X(kept_after)     \
            X(next_heading) X(paragraph2) X(item2) X(caption2) X(cue2) X(max_before) X(max_after)  \
                X(inside2)
enum dl_second_feature {
#define NUMBER(name) DL_SECOND_##name,
    SECOND_FEATURES(NUMBER)
#undef NUMBER
        DL_SECOND_FEATURE_COUNT
};
const char *dl_second_feature_name(enum dl_second_feature feature);

struct dl_judgement {
    float *first; /* log odds of each block by the first forest */
    float (*rows)[DL_SECOND_FEATURE_COUNT];
    float *odds; /* by both */
    bool *kept;
};

/* The first look. */
void dl_judge_first(const struct dl_blocks *blocks, const struct dl_features *features,
                    struct dl_arena *arena, struct dl_judgement *ret);
/* Rows for the second, from what `first` holds. */
void dl_judge_rows(const struct dl_html *html, const struct dl_blocks *blocks,
                   const struct dl_features *features, struct dl_arena *arena,
                   struct dl_judgement *judgement);
/* The second look: `odds` and `kept`. */
void dl_judge_second(const struct dl_html *html, const struct dl_blocks *blocks,
                     const struct dl_features *features, struct dl_arena *arena,
                     struct dl_judgement *judgement);
/* What is kept where a block's log odds are `odds`, after the rules that hold for any judge. */
void dl_judge_keep(const struct dl_html *html, const struct dl_blocks *blocks,
                   const struct dl_features *features, struct dl_arena *arena,
                   struct dl_judgement *judgement);

#endif
