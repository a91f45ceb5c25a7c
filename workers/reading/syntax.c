/* The models of syntax together. */
#include "workers/reading/syntax.h"

#include <xxhash.h>

#define BEAM 4U /* 8, as in training, finds no more heads and takes twice the time */

static dl_status load_pairs(struct dl_syntax *syntax, struct dl_error *err)
{
    const void *pairs = NULL;
    size_t count = 0;
    dl_status status =
        dl_model_records(syntax->relation_model, 1, sizeof(uint64_t), &pairs, &count, err);
    if (status != DL_OK)
        return status;
    if (count != DL_RELATION_PAIRS)
        return dl_fail(err, DL_BAD_CONFIG, "relations.model: damaged: %zu pairs of tags", count);
    syntax->pairs = pairs;
    uint64_t known = (UINT64_C(1) << DL_REL_COUNT) - 1;
    for (size_t i = 0; i < count; i++)
        if (syntax->pairs[i] & ~known)
            return dl_fail(err, DL_BAD_CONFIG, "relations.model: damaged: pair %zu of tags", i);
    return DL_OK;
}

static dl_status load_rows(const char *folder, const char *kind, uint32_t version, uint32_t width,
                           uint32_t weight_bytes, struct dl_model **ret_model, struct dl_rows *ret,
                           struct dl_error *err)
{
    char path[3400];
    snprintf(path, sizeof path, "%s/%s.model", folder, kind);
    dl_status status = dl_model_open(path, kind, version, ret_model, err);
    return status == DL_OK ? dl_model_rows(*ret_model, 0, width, weight_bytes, ret, err) : status;
}

dl_status dl_syntax_load(const char *folder, struct dl_syntax **ret, struct dl_error *err)
{
    char path[3400];
    struct dl_syntax *syntax = dl_alloc(sizeof *syntax);
    snprintf(path, sizeof path, "%s/classes.model", folder);
    dl_status status = dl_classes_load(path, &syntax->classes, err);
    snprintf(path, sizeof path, "%s/forms.model", folder);
    if (status == DL_OK)
        status = dl_forms_load(path, &syntax->forms, err);
    if (status == DL_OK)
        status = load_rows(folder, "tags", DL_TAGS_VERSION, DL_TAGS_WIDTH, 1, &syntax->tag_model,
                           &syntax->tags, err);
    if (status == DL_OK)
        status = load_rows(folder, "trees", DL_TREES_VERSION, DL_TREES_WIDTH, 2,
                           &syntax->tree_model, &syntax->trees, err);
    if (status == DL_OK)
        status = load_rows(folder, "relations", DL_RELATIONS_VERSION, DL_RELATIONS_WIDTH, 1,
                           &syntax->relation_model, &syntax->relations, err);
    if (status == DL_OK)
        status = load_pairs(syntax, err);
    if (status != DL_OK) {
        dl_syntax_free(syntax);
        return status;
    }
    *ret = syntax;
    return DL_OK;
}

void dl_syntax_free(struct dl_syntax *syntax)
{
    if (!syntax)
        return;
    dl_classes_free(syntax->classes);
    dl_forms_free(syntax->forms);
    dl_model_close(syntax->tag_model);
    dl_model_close(syntax->tree_model);
    dl_model_close(syntax->relation_model);
    free(syntax);
}

uint64_t dl_syntax_checksum(const struct dl_syntax *syntax)
{
    const uint64_t sums[] = {dl_model_checksum(syntax->tag_model),
                             dl_model_checksum(syntax->tree_model),
                             dl_model_checksum(syntax->relation_model)};
    return XXH3_64bits(sums, sizeof sums);
}

/* Words of the next piece: all that are left, or up to the last punctuation of the second half. */
static uint32_t piece_of(const uint8_t *tags, uint32_t left)
{
    if (left <= DL_TREE_WORDS_MAX)
        return left;
    for (uint32_t i = DL_TREE_WORDS_MAX; i > DL_TREE_WORDS_MAX / 2; i--)
        if (tags[i - 1] == DL_TAG_COMMA || tags[i - 1] == DL_TAG_STOP ||
            tags[i - 1] == DL_TAG_PUNCT)
            return i;
    return DL_TREE_WORDS_MAX;
}

void dl_syntax_tree(const struct dl_syntax *syntax, const struct dl_look *looks,
                    const uint8_t *tags, uint32_t count, uint32_t *heads, uint8_t *relations)
{
    struct dl_tree_words words;
    struct dl_tree_state tree;
    struct dl_labelled labelled;
    uint32_t root = UINT32_MAX;
    uint32_t piece;
    for (uint32_t first = 0; first < count; first += piece) {
        piece = piece_of(tags + first, count - first);
        dl_tree_words(looks + first, tags + first, piece, &words);
        dl_tree_search(&syntax->trees, &words, BEAM, &tree);
        dl_relations_start(&words, &tree, &labelled);
        dl_relations_find(&syntax->relations, syntax->pairs, &labelled);
        for (uint32_t i = 1; i <= piece; i++) {
            uint32_t word = first + i - 1;
            relations[word] = labelled.relation[i];
            heads[word] = first + tree.head[i] - 1U;
            if (tree.head[i] <= piece)
                continue;
            heads[word] = root;
            if (first == 0)
                root = word;
            else
                relations[word] = DL_REL_PARATAXIS;
        }
    }
}
