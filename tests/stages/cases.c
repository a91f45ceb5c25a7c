/* Runs .case files: a text goes through all stages, what comes out is compared.
 *
 *     # A past participle before a noun is no event.
 *     text: Deployed troops welcomed the minister.
 *     published: 2025-02-06
 *     title: …            (both optional; \n in a text is a line feed)
 *     want: mentions = 1
 *
 * A blank line ends a case. What can be wanted is the Report's JSON, and beside it what the stages
 * hand to each other: tokens[] {text, upos, xpos, lemma, head, relation, name}, sentences[] {text},
 * people[] {name, kind, title}, points[] {text, to}.
 * tests/stages/want.h says how a want is written. */
#include "tests/stages/want.h"

#include "core/arena.h"
#include "core/day.h"
#include "proto/json.h"
#include "workers/pipeline.h"

#include <errno.h>

static const char *const name_kinds[] = {"", "PER", "ORG", "LOC", "MISC"};

struct run {
    struct dl_knowledge *knowledge;
    struct dl_pipeline pipeline;
    struct dl_arena arena;
    struct dl_article_record record; /* of the case being read */
    json_t *result;                  /* NULL until its first want */
    const char *file;
    unsigned line;
    unsigned case_line;
    unsigned cases;
    unsigned failed;
};

static json_t *text_json(dl_str text)
{
    return json_stringn(text.at ? text.at : "", text.len);
}

static json_t *tokens_json(const struct dl_article *article)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < article->token_count; i++) {
        const struct dl_token *token = &article->tokens[i];
        json_t *one = json_object();
        json_object_set_new(one, "text", text_json(dl_token_text(article, i)));
        json_object_set_new(one, "upos", json_string(dl_upos_text(token->upos)));
        json_object_set_new(one, "xpos", json_string(dl_xpos_text(token->xpos)));
        json_object_set_new(one, "relation", json_string(dl_relation_text(token->relation)));
        json_object_set_new(one, "lemma", text_json(token->lemma));
        json_object_set_new(one, "name", json_string(name_kinds[token->name % 5]));
        if (token->relation && token->head != DL_NO_TOKEN)
            json_object_set_new(one, "head", text_json(dl_token_text(article, token->head)));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *sentences_json(const struct dl_article *article)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < article->sentence_count; i++) {
        const struct dl_sentence *sentence = &article->sentences[i];
        const struct dl_token *last = &article->tokens[sentence->first + sentence->count - 1];
        uint32_t start = article->tokens[sentence->first].start;
        json_array_append_new(
            list, json_pack("{so}", "text",
                            text_json(dl_str_sub(article->text, start, last->start + last->len))));
    }
    return list;
}

/* people[] {name, kind, title}: who is who; points[] {text, to}: the words that point to them. */
static json_t *people_json(const struct dl_article *article)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < article->entity_count; i++) {
        const struct dl_entity_in_text *entity = &article->entities[i];
        json_t *one = json_pack("{soss}", "name", text_json(entity->name), "kind",
                                name_kinds[entity->kind % 5]);
        if (entity->title.len)
            json_object_set_new(one, "title", text_json(entity->title));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *points_json(const struct dl_article *article)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < article->pointer_count; i++) {
        const struct dl_pointer *pointer = &article->pointers[i];
        const struct dl_token *last = &article->tokens[pointer->first + pointer->count - 1];
        dl_str text = dl_str_sub(article->text, article->tokens[pointer->first].start,
                                 last->start + last->len);
        json_array_append_new(list, json_pack("{soso}", "text", text_json(text), "to",
                                              text_json(article->entities[pointer->entity].name)));
    }
    return list;
}

static dl_status code_case(struct run *run, struct dl_error *err)
{
    struct dl_article article;
    struct dl_buf line;
    const char *stage;
    dl_article_begin(&article, &run->arena, &run->record, 1);
    dl_status status = dl_pipeline_run(&run->pipeline, run->knowledge, &article, &stage, err);
    dl_buf_init(&line, 16U << 20);
    if (status == DL_OK)
        status = dl_report_json(&article.report, NULL, &run->arena, &line);
    if (status == DL_OK) {
        run->result = json_loadb(line.at, line.len, 0, NULL);
        assert(run->result);
        json_object_set_new(run->result, "tokens", tokens_json(&article));
        json_object_set_new(run->result, "sentences", sentences_json(&article));
        json_object_set_new(run->result, "people", people_json(&article));
        json_object_set_new(run->result, "points", points_json(&article));
    }
    dl_buf_done(&line);
    return status;
}

static void end_case(struct run *run)
{
    json_decref(run->result);
    run->result = NULL;
    run->case_line = 0;
    run->record = (struct dl_article_record){0};
    dl_arena_reset(&run->arena);
}

/* The text of a line with \n as a line feed, in the arena. */
static dl_str unescape(struct run *run, dl_str text)
{
    char *copy = dl_arena_alloc(&run->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool feed = text.at[i] == '\\' && i + 1 < text.len && text.at[i + 1] == 'n';
        copy[len++] = feed ? '\n' : text.at[i];
        i += feed;
    }
    return (dl_str){copy, len};
}

static bool take_field(dl_str line, const char *name, dl_str *ret_value)
{
    if (!dl_str_starts(line, dl_str_of(name)))
        return false;
    *ret_value = dl_str_trim(dl_str_sub(line, strlen(name), line.len));
    return true;
}

static dl_status take_want(struct run *run, dl_str want, struct dl_error *err)
{
    dl_status status = run->result ? DL_OK : code_case(run, err);
    return status == DL_OK ? dl_want_check(run->result, want, err) : status;
}

static dl_status take_line(struct run *run, dl_str line, struct dl_error *err)
{
    dl_str value;
    if (line.len == 0) {
        end_case(run);
        return DL_OK;
    }
    if (line.at[0] == '#')
        return DL_OK;
    if (take_field(line, "text:", &value)) {
        run->record.text = unescape(run, value);
        run->case_line = run->line;
        run->cases++;
        return DL_OK;
    }
    if (take_field(line, "title:", &value)) {
        run->record.title = unescape(run, value);
        return DL_OK;
    }
    if (take_field(line, "published:", &value)) {
        run->record.published_basis = DL_BASIS_GIVEN;
        return dl_date_normalise(&run->arena, value, &run->record.published);
    }
    if (take_field(line, "want:", &value) && run->case_line)
        return take_want(run, value, err);
    return dl_fail(err, DL_BAD_INPUT, "neither text, title, published nor a want after a text");
}

static bool run_file(struct run *run, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    run->file = path;
    run->line = 0;
    while ((len = getline(&line, &room, file)) >= 0) {
        struct dl_error err = {.text = "no date"};
        run->line++;
        if (take_line(run, dl_str_trim((dl_str){line, (size_t)len}), &err) != DL_OK) {
            printf("%s:%u: %s\n", path, run->line, err.text);
            run->failed++;
        }
    }
    end_case(run);
    free(line);
    (void)fclose(file); /* only read: nothing to lose */
    return true;
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct dl_error err;
    bool read = argc > 1;
    dl_arena_init(&run.arena);
    dl_status status = dl_pipeline_init(&run.pipeline, NULL, &err);
    if (status == DL_OK)
        status = dl_knowledge_load(NULL, NULL, &run.knowledge, &err);
    if (status != DL_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    for (int i = 1; i < argc; i++)
        read = run_file(&run, argv[i]) && read;
    printf("%u cases, %u wants not so\n", run.cases, run.failed);
    dl_knowledge_free(run.knowledge);
    dl_arena_done(&run.arena);
    return read && run.cases > 0 && run.failed == 0 ? 0 : 1;
}
