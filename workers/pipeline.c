/* The list of stages and its checks. */
#include "workers/pipeline.h"

/* The order of work. A stage whose needs no earlier stage gives is refused at start. */
static const struct dl_stage stages[] = {
    {"clean", 0, DL_HAS_TEXT, dl_stage_clean},
    {"signature", DL_HAS_TEXT, 0, dl_stage_signature},
    {"sections", DL_HAS_TEXT, DL_HAS_SECTIONS, dl_stage_sections},
    {"tokens", DL_HAS_TEXT, DL_HAS_TOKENS, dl_stage_tokens},
    {"sentences", DL_HAS_TOKENS | DL_HAS_SECTIONS, DL_HAS_SENTENCES, dl_stage_sentences},
    {"tags", DL_HAS_SENTENCES, DL_HAS_TAGS, dl_stage_tags},
    {"trees", DL_HAS_TAGS, DL_HAS_TREES, dl_stage_trees},
    {"names", DL_HAS_TAGS, DL_HAS_NAMES, dl_stage_names},
    {"entities", DL_HAS_NAMES | DL_HAS_TREES, DL_HAS_PEOPLE, dl_stage_entities},
    {"wordings", DL_HAS_SENTENCES, DL_HAS_WORDINGS, dl_stage_wordings},
    {"dates", DL_HAS_WORDINGS, DL_HAS_DATES, dl_stage_dates},
    {"numbers", DL_HAS_WORDINGS | DL_HAS_DATES, DL_HAS_NUMBERS, dl_stage_numbers},
    {"places", DL_HAS_WORDINGS | DL_HAS_DATES, DL_HAS_PLACES, dl_stage_places},
    {"quotes", DL_HAS_PLACES | DL_HAS_NUMBERS, DL_HAS_QUOTES, dl_stage_quotes},
    {"events", DL_HAS_TREES | DL_HAS_NAMES | DL_HAS_QUOTES, DL_HAS_MENTIONS, dl_stage_events},
};
#define FIRST_OF_CODING "wordings" /* what stands before it is reading */
#define STAGE_COUNT (uint32_t)(sizeof stages / sizeof *stages)

dl_status dl_pipeline_check(const struct dl_stage *list, uint32_t count, struct dl_error *err)
{
    unsigned given = 0;
    for (uint32_t i = 0; i < count; i++) {
        if ((list[i].needs & given) != list[i].needs)
            return dl_fail(err, DL_BAD_CONFIG, "stage '%s' stands before what it needs",
                           list[i].name);
        given |= list[i].gives;
    }
    return DL_OK;
}

dl_status dl_pipeline_init(struct dl_pipeline *pipeline, const char *until, struct dl_error *err)
{
    *pipeline = (struct dl_pipeline){stages, STAGE_COUNT, 0};
    if (until && *until) {
        uint32_t count = 0;
        while (count < STAGE_COUNT && strcmp(until, stages[count].name) != 0)
            count++;
        if (count == STAGE_COUNT && strcmp(until, "none") != 0)
            return dl_fail(err, DL_BAD_CONFIG,
                           "--until: no stage '%s'; there are none, clean, signature, sections, "
                           "tokens, sentences, tags, trees, names, entities, wordings, dates, numbers, "
                           "places, quotes, "
                           "events",
                           until);
        pipeline->count = count == STAGE_COUNT ? 0 : count + 1;
    }
    return dl_pipeline_check(pipeline->stages, pipeline->count, err);
}

static uint32_t index_of(const char *name)
{
    uint32_t i = 0;
    while (i < STAGE_COUNT && strcmp(stages[i].name, name) != 0)
        i++;
    assert(i < STAGE_COUNT);
    return i;
}

void dl_pipeline_reading(struct dl_pipeline *pipeline, const char *after)
{
    uint32_t first = index_of(after) + 1;
    *pipeline = (struct dl_pipeline){&stages[first], index_of(FIRST_OF_CODING) - first, 0};
}

dl_status dl_pipeline_run(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                          struct dl_article *article, const char **ret_stage, struct dl_error *err)
{
    for (uint32_t i = 0; i < pipeline->count; i++) {
        unsigned gives = pipeline->stages[i].gives;
        if (gives && !(gives & ~pipeline->given))
            continue;
        dl_status status = pipeline->stages[i].run(knowledge, article, err);
        if (status != DL_OK) {
            *ret_stage = pipeline->stages[i].name;
            return status;
        }
    }
    return DL_OK;
}
