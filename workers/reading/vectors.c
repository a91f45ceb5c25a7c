/* Finding the vector of a word: hashes in order, vectors in the same order. */
#include "workers/reading/vectors.h"

#include "core/first_of.h"

struct key {
    uint32_t lower;
};

struct dl_vectors {
    struct dl_model *model;
    const struct key *keys;
    const struct dl_vector *vectors;
    uint32_t count;
};

static dl_status read_sections(struct dl_vectors *vectors, const char *path, struct dl_error *err)
{
    const void *keys = NULL;
    const void *points = NULL;
    size_t key_count = 0;
    size_t count = 0;
    dl_status status =
        dl_model_records(vectors->model, 0, sizeof(struct key), &keys, &key_count, err);
    if (status == DL_OK)
        status =
            dl_model_records(vectors->model, 1, sizeof(struct dl_vector), &points, &count, err);
    if (status == DL_OK && (key_count != count || count > UINT32_MAX / 2))
        status = dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %zu words with %zu vectors", path,
                         key_count, count);
    vectors->keys = keys;
    vectors->vectors = points;
    vectors->count = (uint32_t)count;
    return status;
}

dl_status dl_vectors_open(const char *path, struct dl_vectors **ret, struct dl_error *err)
{
    struct dl_vectors *vectors = dl_alloc(sizeof *vectors);
    dl_status status = dl_model_open(path, "vectors", DL_VECTORS_VERSION, &vectors->model, err);
    if (status == DL_OK)
        status = read_sections(vectors, path, err);
    if (status != DL_OK) {
        dl_vectors_close(vectors);
        return status;
    }
    *ret = vectors;
    return DL_OK;
}

void dl_vectors_close(struct dl_vectors *vectors)
{
    if (!vectors)
        return;
    dl_model_close(vectors->model);
    free(vectors);
}

uint64_t dl_vectors_checksum(const struct dl_vectors *vectors)
{
    return dl_model_checksum(vectors->model);
}

const struct dl_vector *dl_vector_of(const struct dl_vectors *vectors, uint32_t lower)
{
    uint32_t at = DL_FIRST_OF(vectors->keys, vectors->count, lower, lower);
    return at < vectors->count && vectors->keys[at].lower == lower ? &vectors->vectors[at] : NULL;
}
