/* The model that labels names. Sections: rows of the first pass, rows of the second, given names.
 */
#include "workers/reading/names.h"

struct dl_names {
    struct dl_model *model;
    struct dl_rows passes[2];
    struct given {
        const uint32_t *hashes; /* sorted */
        size_t count;
    } given[2];
};

dl_status dl_names_open(const char *path, struct dl_names **ret, struct dl_error *err)
{
    struct dl_names *names = dl_alloc(sizeof *names);
    dl_status status = dl_model_open(path, "names", DL_NAMES_VERSION, &names->model, err);
    for (uint32_t pass = 0; pass < 2 && status == DL_OK; pass++)
        status = dl_model_rows(names->model, pass, DL_NAME_WIDTH, 1, &names->passes[pass], err);
    for (uint32_t list = 0; list < 2 && status == DL_OK; list++) {
        const void *hashes = NULL;
        status = dl_model_records(names->model, 2 + list, sizeof(uint32_t), &hashes,
                                  &names->given[list].count, err);
        names->given[list].hashes = hashes;
    }
    if (status != DL_OK) {
        dl_names_close(names);
        return status;
    }
    *ret = names;
    return DL_OK;
}

void dl_names_close(struct dl_names *names)
{
    if (!names)
        return;
    dl_model_close(names->model);
    free(names);
}

uint64_t dl_names_checksum(const struct dl_names *names)
{
    return dl_model_checksum(names->model);
}

static bool is_in(const struct given *given, uint32_t lower)
{
    size_t from = 0;
    size_t to = given->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (given->hashes[middle] < lower)
            from = middle + 1;
        else
            to = middle;
    }
    return from < given->count && given->hashes[from] == lower;
}

uint32_t dl_names_given(const struct dl_names *names, uint32_t lower)
{
    return (is_in(&names->given[0], lower) ? DL_GIVEN_MALE : 0U) |
           (is_in(&names->given[1], lower) ? DL_GIVEN_FEMALE : 0U);
}

static uint8_t best_label(const int16_t *sums)
{
    uint32_t best = dl_rows_best(sums, DL_NAME_WIDTH);
    return sums[best] > 0 ? (uint8_t)(best + 1) : 0;
}

/* Most words are plainly no names and are not asked about again: small ones around which the first
 * pass saw nothing, and that it saw nowhere else. */
static bool is_plain(const struct dl_name_word *words, uint32_t i, uint32_t count)
{
    const struct dl_name_word *w = &words[i];
    uint32_t from = i < 2 ? 0 : i - 2;
    uint32_t to = i + 2 < count ? i + 2 : count - 1;
    if (w->vote > DL_VOTE_NO_NAME || w->look->shape & (DL_SHAPE_CAPITAL | DL_SHAPE_CAPITALS) ||
        (!w->first && w[-1].label))
        return false;
    for (uint32_t k = from; k <= to; k++)
        if (words[k].before)
            return false;
    return true;
}

DL_WIDE
void dl_names_pass(const struct dl_rows *rows, uint32_t pass, struct dl_name_word *words,
                   uint32_t count)
{
    uint32_t features[DL_FEATURES_MAX];
    int16_t sums[DL_NAME_WIDTH];
    for (uint32_t i = 0; i < count; i++) {
        if (pass == 2 && is_plain(words, i, count)) {
            words[i].label = 0;
            continue;
        }
        uint32_t found = dl_name_features(words, i, pass, features);
        dl_rows_sum_four_bytes(rows, features, found, sums);
        words[i].label = best_label(sums);
    }
}

/* "Imran Baloch" in a text on the Baloch: a person's one name takes the one capitalised name of
 * another kind right after it. */
static void mend_people(struct dl_name_word *words, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct dl_name_word *w = &words[i];
        const struct dl_name_word *given = w - 1;
        bool alone = given->first || given[-1].label != DL_KIND_PER;
        bool single = w->last || w[1].label != w->label;
        if (!w->first && given->label == DL_KIND_PER && alone && w->label != DL_KIND_PER &&
            w->label != 0 && single && w->look->shape & given->look->shape & DL_SHAPE_CAPITAL)
            w->label = DL_KIND_PER;
    }
}

void dl_names_label(const struct dl_names *names, struct dl_name_word *words, uint32_t count,
                    struct dl_arena *arena)
{
    dl_names_look(words, count, arena);
    dl_names_pass(&names->passes[0], 1, words, count);
    dl_names_vote(words, count, arena);
    dl_names_pass(&names->passes[1], 2, words, count);
    mend_people(words, count);
}
