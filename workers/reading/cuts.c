/* The model that says where to cut. Sections: rows for tokens, rows for sentences, abbreviations,
 * joins. */
#include "workers/reading/cuts.h"

struct dl_cuts {
    struct dl_model *model;
    struct dl_rows tokens;
    struct dl_rows sentences;
    struct dl_cut_lists lists;
};

dl_status dl_cuts_open(const char *path, struct dl_cuts **ret, struct dl_error *err)
{
    struct dl_cuts *cuts = dl_alloc(sizeof *cuts);
    const void *abbreviations = NULL;
    const void *joins = NULL;
    dl_status status = dl_model_open(path, "cuts", DL_CUTS_VERSION, &cuts->model, err);
    if (status == DL_OK)
        status = dl_model_rows(cuts->model, 0, DL_CUT_WIDTH, 2, &cuts->tokens, err);
    if (status == DL_OK)
        status = dl_model_rows(cuts->model, 1, DL_CUT_WIDTH, 2, &cuts->sentences, err);
    if (status == DL_OK)
        status = dl_model_records(cuts->model, 2, sizeof(uint32_t), &abbreviations,
                                  &cuts->lists.abbreviation_count, err);
    if (status == DL_OK)
        status = dl_model_records(cuts->model, 3, sizeof(struct dl_cut_join), &joins,
                                  &cuts->lists.join_count, err);
    cuts->lists.abbreviations = abbreviations;
    cuts->lists.joins = joins;
    if (status != DL_OK) {
        dl_cuts_close(cuts);
        return status;
    }
    *ret = cuts;
    return DL_OK;
}

void dl_cuts_close(struct dl_cuts *cuts)
{
    if (!cuts)
        return;
    dl_model_close(cuts->model);
    free(cuts);
}

uint64_t dl_cuts_checksum(const struct dl_cuts *cuts)
{
    return dl_model_checksum(cuts->model);
}

struct by_model {
    struct dl_cut_judge judge;
    const struct dl_cuts *cuts;
};

DL_WIDE
static uint32_t judge_token(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                            uint32_t at)
{
    const struct by_model *self = (const struct by_model *)judge;
    int32_t sums[DL_CUT_WIDTH];
    (void)at;
    dl_rows_sum_four(&self->cuts->tokens, features, count, sums);
    return dl_rows_best_wide(sums, DL_CUT_KINDS);
}

DL_WIDE
static uint32_t judge_sentence(struct dl_cut_judge *judge, const uint32_t *features, uint32_t count,
                               uint32_t at)
{
    const struct by_model *self = (const struct by_model *)judge;
    int32_t sums[DL_CUT_WIDTH];
    (void)at;
    dl_rows_sum_four(&self->cuts->sentences, features, count, sums);
    return dl_rows_best_wide(sums, 2);
}

dl_status dl_cuts_tokens(const struct dl_cuts *cuts, dl_str text, uint32_t count_max,
                         struct dl_arena *arena, struct dl_piece **ret, uint32_t *ret_count,
                         struct dl_error *err)
{
    struct by_model by = {{judge_token, judge_sentence}, cuts};
    return dl_cut_tokens(text, &cuts->lists, &by.judge, count_max, arena, ret, ret_count, err);
}

void dl_cuts_sentences(const struct dl_cuts *cuts, dl_str text, const struct dl_look *looks,
                       struct dl_arena *arena, struct dl_piece *pieces, uint32_t count)
{
    struct by_model by = {{judge_token, judge_sentence}, cuts};
    dl_cut_sentences(text, &cuts->lists, &by.judge, looks, arena, pieces, count);
}
