/* bench_reading ROUNDS FILE…: CPU seconds of each stage of reading and coding over texts, one article a file;
 * of each stage the best of ROUNDS. One line of JSON. */
#include "workers/pipeline.h"

#define STAGES_MAX 32U
#define TEXT_MAX (4U << 20)

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static dl_status read_article(const struct dl_pipeline *pipeline,
                              const struct dl_knowledge *knowledge, struct dl_arena *arena,
                              dl_str text, double *seconds, uint64_t *words, uint64_t *sentences,
                              struct dl_error *err)
{
    struct dl_article_record record = {.text = text};
    struct dl_article article = {.arena = arena, .record = &record};
    for (uint32_t i = 0; i < pipeline->count; i++) {
        double start = cpu_seconds();
        dl_status status = pipeline->stages[i].run(knowledge, &article, err);
        if (status != DL_OK)
            return status;
        seconds[i] += cpu_seconds() - start;
        if (strcmp(pipeline->stages[i].name, "clean") == 0) {
            article.report.text = article.text; /* as coding.c has it */
            article.english = true;
        }
    }
    *words += article.token_count;
    *sentences += article.sentence_count;
    dl_arena_reset(arena);
    return DL_OK;
}

static char *read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    char *text = dl_alloc(TEXT_MAX);
    *ret_len = file ? fread(text, 1, TEXT_MAX, file) : 0;
    if (file)
        (void)fclose(file); /* only read */
    return text;
}

int main(int argc, char **argv)
{
    struct dl_knowledge *knowledge = NULL;
    struct dl_pipeline pipeline;
    struct dl_arena arena;
    struct dl_error err;
    double best[STAGES_MAX];
    uint64_t words = 0;
    uint64_t sentences = 0;
    double start = cpu_seconds();
    if (argc < 3 || dl_pipeline_init(&pipeline, NULL, &err) != DL_OK ||
        dl_knowledge_load(NULL, NULL, &knowledge, &err) != DL_OK) {
        fputs(argc < 3 ? "usage: bench_reading ROUNDS FILE…\n" : err.text, stderr);
        return 1;
    }
    double load = cpu_seconds() - start;
    long rounds = strtol(argv[1], NULL, 10);
    dl_arena_init(&arena);
    for (uint32_t i = 0; i < STAGES_MAX; i++)
        best[i] = 1e9;
    for (long round = 0; round < rounds; round++) {
        double seconds[STAGES_MAX] = {0};
        words = sentences = 0;
        for (int i = 2; i < argc; i++) {
            size_t len;
            char *text = read_file(argv[i], &len);
            dl_status status = read_article(&pipeline, knowledge, &arena, (dl_str){text, len},
                                            seconds, &words, &sentences, &err);
            free(text);
            if (status != DL_OK) {
                fprintf(stderr, "bench_reading: %s: %s\n", argv[i], err.text);
                return 1;
            }
        }
        for (uint32_t i = 0; i < pipeline.count; i++)
            best[i] = seconds[i] < best[i] ? seconds[i] : best[i];
    }
    printf("{\"words\":%llu,\"sentences\":%llu,\"articles\":%d,\"load\":%.6f,\"stages\":{", (unsigned long long)words,
           (unsigned long long)sentences, argc - 2, load);
    for (uint32_t i = 0; i < pipeline.count; i++)
        printf("%s\"%s\":%.6f", i ? "," : "", pipeline.stages[i].name, best[i]);
    puts("}}");
    dl_arena_done(&arena);
    dl_knowledge_free(knowledge);
    return 0;
}
