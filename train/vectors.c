/* dl_train_vectors VECTORS.tsv[.gz] OUT: vectors of words, as word_vectors.py lists them, as a
 * model file. */
#include "workers/reading/vectors.h"
#include "train/lines.h"
#include "workers/reading/look.h"

#define WORDS_MAX 200000U

struct word {
    uint32_t lower;
    uint32_t rank;
    struct dl_vector vector;
};

struct words {
    struct word *at;
    uint32_t count;
};

static dl_status read_line(dl_str line, struct words *words)
{
    dl_str field;
    int64_t number;
    struct dl_look look;
    if (words->count == WORDS_MAX || !dl_str_next(&line, '\t', &field))
        return DL_BAD_INPUT;
    struct word *word = &words->at[words->count];
    dl_look_at(field, NULL, &look);
    *word = (struct word){.lower = look.lower, .rank = words->count};
    if (!dl_str_next(&line, '\t', &field) || dl_str_to_i64(field, &number) != DL_OK || number < 1 ||
        number > UINT8_MAX)
        return DL_BAD_INPUT;
    word->vector.weight = (uint8_t)number;
    for (uint32_t i = 0; i < DL_VECTOR_DIMS; i++) {
        if (!dl_str_next(&line, '\t', &field) || dl_str_to_i64(field, &number) != DL_OK ||
            number < -INT8_MAX || number > INT8_MAX)
            return DL_BAD_INPUT;
        word->vector.at[i] = (int8_t)number;
    }
    words->count++;
    return DL_OK;
}

static int by_hash_and_rank(const void *a, const void *b)
{
    const struct word *one = a;
    const struct word *other = b;
    if (one->lower != other->lower)
        return one->lower < other->lower ? -1 : 1;
    return one->rank < other->rank ? -1 : one->rank > other->rank;
}

/* Of words with the same hash ("1999", "2003") the most frequent stays. */
static dl_status write_words(const struct words *words, const char *path, struct dl_error *err)
{
    uint32_t *lowers = dl_realloc_array(NULL, words->count, sizeof *lowers);
    struct dl_vector *vectors = dl_realloc_array(NULL, words->count, sizeof *vectors);
    uint32_t count = 0;
    qsort(words->at, words->count, sizeof *words->at, by_hash_and_rank);
    for (uint32_t i = 0; i < words->count; i++) {
        if (i > 0 && words->at[i].lower == words->at[i - 1].lower)
            continue;
        lowers[count] = words->at[i].lower;
        vectors[count++] = words->at[i].vector;
    }
    struct dl_model_part parts[] = {{.at = lowers, .bytes = count * sizeof *lowers},
                                    {.at = vectors, .bytes = count * sizeof *vectors}};
    dl_status status = dl_model_write(path, "vectors", DL_VECTORS_VERSION, parts, 2, err);
    printf("%u words\n", count);
    free(lowers);
    free(vectors);
    return status;
}

static dl_status make(const char *from, const char *to, struct dl_error *err)
{
    static struct dl_lines lines;
    struct words words = {dl_realloc_array(NULL, WORDS_MAX, sizeof *words.at), 0};
    dl_str line;
    dl_status status = dl_lines_open(&lines, from, err);
    if (status == DL_OK) {
        while (status == DL_OK && dl_lines_next(&lines, &line))
            if (read_line(line, &words) != DL_OK)
                status = dl_fail(err, DL_BAD_INPUT, "%s:%u: is not a word and %u numbers", from,
                                 lines.number, DL_VECTOR_DIMS + 1);
        if (status == DL_OK)
            status = dl_lines_whole(&lines, err);
        dl_lines_close(&lines);
    }
    if (status == DL_OK && words.count == 0)
        status = dl_fail(err, DL_BAD_INPUT, "%s: no words", from);
    if (status == DL_OK)
        status = write_words(&words, to, err);
    free(words.at);
    return status;
}

int main(int argc, char **argv)
{
    struct dl_error err;
    if (argc != 3) {
        fputs("usage: dl_train_vectors VECTORS.tsv OUT\n", stderr);
        return 2;
    }
    if (make(argv[1], argv[2], &err) == DL_OK)
        return 0;
    fprintf(stderr, "dl_train_vectors: %s\n", err.text);
    return 1;
}
