/* Trains the forests that judge blocks: page_train PAGES.jsonl… [--out DIR] [--folds N]
 *
 * A line of PAGES is {"id", "html" or "file", "url", "text"}: the page, and what a person calls its
 * article. `file` is relative to the JSONL. A block is the article's when most of its shingles are.
 * A page's blocks weigh together what its words do in the F1 of shingles, whatever the page's size;
 * "weight" in a line makes them count more or less, and with weight 0 a page is only measured.
 * Says the F1 of pages that were not trained on (folds by page; pages with "group" stay together),
 * and with --out trains on all pages and writes forest-first.txt and forest-second.txt there. */
#include "boost.h"
#include "pages/json_loose.h"
#include "pages/page.h"
#include "pages/shingles.h"

#include <limits.h>
#include <math.h>

#define LINE_BYTES_MAX (32U << 20)
#define FOLDS_MAX 20
#define INNER_FOLDS 4

struct sample {
    char id[64];
    struct dl_arena arena;
    struct dl_page_reader reader;
    struct dl_page page;
    dl_str text;
    uint8_t *label;
    float *weight;
    bool *either; /* what nobody should be blamed for, kept or not */
    float importance;
    uint64_t group;
    float *out_of_fold; /* first odds by a forest that has not seen the page */
    float *odds;
};

struct samples {
    struct sample **list;
    uint32_t count;
};

static struct boost_want first_want = {120, 5, 0.1F, 2.0F, 0.6F, 0.5F};
static struct boost_want second_want = {60, 4, 0.1F, 2.0F, 0.6F, 0.7F};

static dl_str member(const struct dl_loose *object, const char *name)
{
    const struct dl_loose *value = dl_loose_get(object, name);
    return value ? value->text : (dl_str){"", 0};
}

/* --- labels --- */

/* Lines of the truth with fewer words than a shingle has, as whole hashes. */
static uint64_t hash_of_line(dl_str line)
{
    uint64_t hash = 1;
    uint64_t word;
    while (dl_shingle_word(&line, &word, NULL))
        hash = hash * 31 + word;
    return hash;
}

static bool has_line(dl_str text, dl_str block)
{
    uint64_t wanted = hash_of_line(block);
    dl_str line;
    while (dl_str_next(&text, '\n', &line))
        if (hash_of_line(line) == wanted)
            return true;
    return false;
}

static bool is_caption(const struct sample *s, const struct dl_block *block)
{
    uint32_t near = s->page.blocks.own[block->node] | s->page.blocks.own[block->box];
    return block->kind == DL_BLOCK_CAPTION || (s->page.blocks.tags[block->node] & DL_IN_FIGURE) ||
           (near & 1U << DL_CLASS_CAPTION);
}

static void label(struct sample *s)
{
    struct dl_shingle_set set;
    struct dl_shingle_set pairs;
    uint64_t hash;
    dl_str words = s->text;
    double all = 30;
    while (dl_shingle_word(&words, &hash, NULL))
        all++;
    dl_shingle_set_of(&s->arena, s->text, 4, 1U << 20, &set);
    dl_shingle_set_of(&s->arena, s->text, 2, 1U << 20, &pairs);
    uint32_t count = s->page.blocks.count;
    s->label = dl_arena_array(&s->arena, uint8_t, count + 1);
    s->weight = dl_arena_array(&s->arena, float, count + 1);
    s->either = dl_arena_array(&s->arena, bool, count + 1);
    s->out_of_fold = dl_arena_array(&s->arena, float, count + 1);
    s->odds = dl_arena_array(&s->arena, float, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_block *block = &s->page.blocks.list[i];
        double n = 0;
        words = block->text;
        while (dl_shingle_word(&words, &hash, NULL))
            n++;
        if (n >= 8)
            s->label[i] = dl_shingle_share(&set, block->text) > 0.6;
        else if (n >= 4)
            s->label[i] = dl_shingle_share(&set, block->text) > 0.9 &&
                          (has_line(s->text, block->text) || block->kind == DL_BLOCK_PLAIN ||
                           block->kind == DL_BLOCK_PREFORMATTED);
        else
            s->label[i] = n > 0 && has_line(s->text, block->text);
        s->weight[i] = s->importance * (float)fmin(100 * (n + 2) / all, 60);
        if (s->label[i] && is_caption(s, block)) {
            s->either[i] = true; /* tools keep captions, people do not call them text */
            s->weight[i] = 0;
        }
    }
}

static struct sample *read_sample(dl_str line, const char *name)
{
    struct dl_error err;
    struct sample *s = dl_alloc(sizeof *s);
    dl_arena_init(&s->arena);
    dl_page_reader_init(&s->reader);
    const struct dl_loose *object = dl_loose_read(&s->arena, dl_arena_str(&s->arena, line))->first;
    struct dl_page_want want = {.bytes = member(object, "html"),
                                .url = member(object, "url"),
                                .content_type = {"", 0},
                                .is_text = true};
    dl_str file = member(object, "file");
    if (want.bytes.len == 0 && file.len) {
        char path[PATH_MAX];
        const char *slash = strrchr(name, '/');
        struct dl_buf bytes;
        dl_buf_init(&bytes, 64U << 20);
        snprintf(path, sizeof path, "%.*s%.*s", slash ? (int)(slash - name) + 1 : 0, name,
                 DL_STR_ARG(file));
        FILE *page = fopen(path, "re");
        char piece[65536];
        size_t got;
        while (page && (got = fread(piece, 1, sizeof piece, page)) > 0)
            (void)dl_buf_put(&bytes, piece, got);
        if (page)
            (void)fclose(page); /* only read */
        want.bytes = dl_arena_str(&s->arena, dl_buf_str(&bytes));
        want.is_text = false;
        dl_buf_done(&bytes);
    }
    dl_str weight = member(object, "weight");
    dl_str group = member(object, "group");
    dl_str id = member(object, "id");
    double importance = 1;
    if (weight.len)
        (void)dl_str_to_f64(weight, &importance); /* else it counts as one */
    s->importance = (float)importance;
    snprintf(s->id, sizeof s->id, "%.*s", DL_STR_ARG(id));
    s->text = member(object, "text");
    if (dl_page_look(&s->reader, &want, &s->arena, &s->page, &err) != DL_OK) {
        fprintf(stderr, "%s: %s\n", s->id, err.text);
        exit(1);
    }
    s->group = hash_of_line(group.len ? group : id);
    label(s);
    return s;
}

static void read_samples(struct samples *samples, const char *name)
{
    FILE *file = fopen(name, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    if (!file) {
        perror(name);
        exit(1);
    }
    while ((len = getline(&line, &room, file)) > 0) {
        dl_str text = dl_str_trim((dl_str){line, (size_t)len});
        if (text.len == 0)
            continue;
        samples->list = dl_realloc_array(samples->list, samples->count + 1, sizeof *samples->list);
        samples->list[samples->count++] = read_sample(text, name);
    }
    free(line);
    (void)fclose(file); /* only read */
}

/* --- fitting --- */

/* Rows of all samples that `use` says yes to. */
static void fit(const struct samples *samples, const bool *use, bool second, struct boost *ret)
{
    uint32_t width = second ? DL_SECOND_FEATURE_COUNT : DL_FEATURE_COUNT;
    uint32_t count = 0;
    for (uint32_t i = 0; i < samples->count; i++)
        if (use[i] && samples->list[i]->importance > 0)
            count += samples->list[i]->page.blocks.count;
    float *values = dl_alloc((size_t)count * width * sizeof *values + 4);
    uint8_t *labels = dl_alloc(count + 1U);
    float *weights = dl_alloc((count + 1U) * sizeof *weights);
    uint32_t at = 0;
    for (uint32_t i = 0; i < samples->count; i++) {
        const struct sample *s = samples->list[i];
        if (!use[i] || s->importance <= 0)
            continue;
        for (uint32_t b = 0; b < s->page.blocks.count; b++, at++) {
            const float *row = second ? s->page.judgement.rows[b] : s->page.features.rows[b];
            memcpy(&values[(size_t)at * width], row, width * sizeof *row);
            labels[at] = s->label[b];
            weights[at] = s->weight[b];
        }
    }
    struct boost_rows rows = {values, width, count, labels, weights};
    boost_fit(&rows, second ? &second_want : &first_want, ret);
    free(values);
    free(labels);
    free(weights);
}

static int fold_of(const struct sample *s, int folds, uint64_t salt)
{
    uint64_t hash = (s->group ^ salt) * 0x9e3779b97f4a7c15U;
    return (int)((hash >> 33) % (uint64_t)folds);
}

static void make_rows(struct sample *s)
{
    s->page.judgement.first = s->out_of_fold;
    dl_judge_rows(s->page.html, &s->page.blocks, &s->page.features, &s->arena, &s->page.judgement);
}

/* Both forests on the pages of `use`: the second learns from what firsts say that saw other pages.
 */
static void fit_both(const struct samples *samples, const bool *use, struct boost *first,
                     struct boost *second)
{
    bool *inner = dl_alloc(samples->count + 1U);
    for (int fold = 0; fold < INNER_FOLDS; fold++) {
        for (uint32_t i = 0; i < samples->count; i++)
            inner[i] = use[i] && fold_of(samples->list[i], INNER_FOLDS, 77) != fold;
        struct boost part;
        fit(samples, inner, false, &part);
        for (uint32_t i = 0; i < samples->count; i++) {
            struct sample *s = samples->list[i];
            if (!use[i] || fold_of(s, INNER_FOLDS, 77) != fold)
                continue;
            for (uint32_t b = 0; b < s->page.blocks.count; b++)
                s->out_of_fold[b] = boost_sum(&part, s->page.features.rows[b]);
        }
        boost_done(&part);
    }
    for (uint32_t i = 0; i < samples->count; i++)
        if (use[i])
            make_rows(samples->list[i]);
    fit(samples, use, true, second);
    fit(samples, use, false, first);
    free(inner);
}

/* --- measuring --- */

struct score {
    double precision, recall;
    uint32_t pages;
    double precision_pages, recall_pages;
};

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t *shingles_of(dl_str text, size_t *ret_count)
{
    struct dl_shingles shingles;
    size_t room = text.len / 2 + 16;
    uint64_t *list = dl_realloc_array(NULL, room, sizeof *list);
    dl_shingles_init(&shingles, text, 4);
    *ret_count = 0;
    while (*ret_count < room && dl_shingles_next(&shingles, &list[*ret_count]))
        ++*ret_count;
    if (*ret_count)
        qsort(list, *ret_count, sizeof *list, compare_u64);
    return list;
}

static void put_blocks(const struct sample *s, const void *chosen, struct dl_buf *out)
{
    const uint8_t *is_chosen = chosen; /* bool or uint8_t, a byte each */
    for (uint32_t b = 0; b < s->page.blocks.count; b++)
        if (is_chosen[b] && !s->either[b]) {
            (void)dl_buf_put_str(out, s->page.blocks.list[b].text);
            (void)dl_buf_put_char(out, '\n');
        }
}

/* Against the blocks that are the article's by their labels. */
static double measure(const struct sample *s, struct score *score)
{
    struct dl_buf out;
    size_t truth_count;
    size_t got_count;
    dl_buf_init(&out, 64U << 20);
    put_blocks(s, s->label, &out);
    uint64_t *truth = shingles_of(dl_buf_str(&out), &truth_count);
    dl_buf_reset(&out);
    put_blocks(s, s->page.judgement.kept, &out);
    uint64_t *got = shingles_of(dl_buf_str(&out), &got_count);
    size_t same = 0;
    for (size_t i = 0, j = 0; i < truth_count && j < got_count;) {
        if (truth[i] == got[j]) {
            same++;
            i++;
            j++;
        } else if (truth[i] < got[j]) {
            i++;
        } else {
            j++;
        }
    }
    if (got_count) {
        score->precision += (double)same / (double)got_count;
        score->precision_pages++;
    }
    if (truth_count) {
        score->recall += (double)same / (double)truth_count;
        score->recall_pages++;
    }
    score->pages++;
    free(truth);
    free(got);
    dl_buf_done(&out);
    return truth_count + got_count ? 2.0 * (double)same / (double)(truth_count + got_count) : 1;
}

static void judge(struct sample *s, const struct boost *first, const struct boost *second)
{
    for (uint32_t b = 0; b < s->page.blocks.count; b++)
        s->out_of_fold[b] = boost_sum(first, s->page.features.rows[b]);
    make_rows(s);
    struct dl_judgement *judgement = &s->page.judgement;
    judgement->odds = s->odds;
    judgement->kept = dl_arena_array(&s->arena, bool, s->page.blocks.count + 1);
    for (uint32_t b = 0; b < s->page.blocks.count; b++)
        judgement->odds[b] = boost_sum(second, judgement->rows[b]);
    dl_judge_keep(s->page.html, &s->page.blocks, &s->page.features, &s->arena, judgement);
}

static void tell(const char *what, const struct score *score)
{
    double p = score->precision / fmax(score->precision_pages, 1);
    double r = score->recall / fmax(score->recall_pages, 1);
    printf("%-16s pages %4u  P %.4f  R %.4f  F1 %.4f\n", what, score->pages, p, r,
           p + r > 0 ? 2 * p * r / (p + r) : 0);
}

/* The page's score, and its blocks that were judged wrongly: "+" kept, "-" lost. */
static void tell_page(const struct sample *s, double f1)
{
    printf("%s %.4f\n", s->id, f1);
    for (uint32_t b = 0; b < s->page.blocks.count; b++) {
        const struct dl_block *block = &s->page.blocks.list[b];
        if (s->page.judgement.kept[b] != s->label[b])
            printf("  %c %5.1f %5.1f w %.2f %.*s\n", s->label[b] ? '-' : '+',
                   (double)s->out_of_fold[b], (double)s->odds[b], (double)s->weight[b],
                   block->text.len < 90 ? (int)block->text.len : 90, block->text.at);
    }
}

static void cross_validate(const struct samples *samples, int folds, bool verbose)
{
    struct score score = {0};
    struct score made = {0};
    bool *use = dl_alloc(samples->count + 1U);
    for (int fold = 0; fold < folds; fold++) {
        struct boost first;
        struct boost second;
        for (uint32_t i = 0; i < samples->count; i++)
            use[i] = fold_of(samples->list[i], folds, 5) != fold;
        fit_both(samples, use, &first, &second);
        for (uint32_t i = 0; i < samples->count; i++) {
            struct sample *s = samples->list[i];
            if (use[i])
                continue;
            judge(s, &first, &second);
            double f1 = measure(s, s->importance < 1 ? &made : &score);
            if (verbose)
                tell_page(s, f1);
        }
        boost_done(&first);
        boost_done(&second);
    }
    tell("held out", &score);
    tell("held out, light", &made);
    free(use);
}

static const char *first_name(int feature)
{
    return dl_feature_name((enum dl_feature)feature);
}

static const char *second_name(int feature)
{
    return dl_second_feature_name((enum dl_second_feature)feature);
}

static void write_forest(const struct boost *boost, const char *(*name)(int), const char *folder,
                         const char *file)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *out = fopen(path, "we");
    if (!out) {
        perror(path);
        exit(1);
    }
    boost_write(boost, name, out);
    if (fclose(out) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct samples samples = {0};
    const char *folder = NULL;
    int folds = 5;
    bool verbose = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            folder = argv[++i];
        else if (strcmp(argv[i], "--folds") == 0 && i + 1 < argc)
            folds = (int)strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--trees") == 0 && i + 1 < argc)
            first_want.trees = (uint32_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--depth") == 0 && i + 1 < argc)
            first_want.depth = (uint32_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "-v") == 0)
            verbose = true;
        else
            read_samples(&samples, argv[i]);
    }
    if (folds > 1 && folds <= FOLDS_MAX)
        cross_validate(&samples, folds, verbose);
    if (folder) {
        struct boost first;
        struct boost second;
        bool *use = dl_alloc(samples.count + 1U);
        memset(use, 1, samples.count);
        fit_both(&samples, use, &first, &second);
        write_forest(&first, first_name, folder, "forest-first.txt");
        write_forest(&second, second_name, folder, "forest-second.txt");
        boost_done(&first);
        boost_done(&second);
        free(use);
    }
    for (uint32_t i = 0; i < samples.count; i++) {
        dl_arena_done(&samples.list[i]->arena);
        dl_page_reader_done(&samples.list[i]->reader);
        free(samples.list[i]);
    }
    free(samples.list);
    return 0;
}
