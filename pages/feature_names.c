/* The names features have in the weights. */
#include "pages/features.h"
#include "pages/judge.h"

static const char *const first_names[DL_FEATURE_COUNT] = {
#define FEATURE(name) #name,
#include "pages/features.def"
#undef FEATURE
};
static const char *const second_names[DL_SECOND_FEATURE_COUNT] = {
#define NAME(name) #name,
    SECOND_FEATURES(NAME)
#undef NAME
};

const char *dl_feature_name(enum dl_feature feature)
{
    return first_names[feature];
}

const char *dl_second_feature_name(enum dl_second_feature feature)
{
    return second_names[feature];
}
