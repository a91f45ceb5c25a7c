/* Actor phrases from the command line, from lines of text or from JSONL. */
#include "workers/parse_actor.h"

#include "core/config.h"
#include "core/day.h"
#include "core/utf8.h"
#include "proto/json.h"
#include "workers/knowledge/actors.h"
#include "workers/knowledge/knowledge.h"

#include <errno.h>
#include <unistd.h>

#define PHRASE_BYTES_MAX (1U << 20) /* a line with more is no phrase */

struct parse {
    struct dl_knowledge *knowledge;
    struct dl_arena arena;
    struct dl_buf line;
    struct dl_actor_setting setting;
    unsigned number; /* of the phrase, its id where none is given */
    unsigned bad;
    bool strict;
};

/* ,"name":"text" unless empty. What is put here lies far below the buffer's ceiling. */
static void put_field(struct parse *parse, const char *name, dl_str text)
{
    if (text.len == 0)
        return;
    (void)dl_buf_printf(&parse->line, ",\"%s\":", name);
    (void)dl_json_put_string(&parse->line, text);
}

static void put_id(struct parse *parse, dl_str id)
{
    char number[16];
    snprintf(number, sizeof number, "%u", parse->number);
    parse->line.len = 0;
    (void)dl_buf_put_str(&parse->line, DL_STR("{\"id\":"));
    (void)dl_json_put_string(&parse->line, id.len ? id : dl_str_of(number));
}

static void put_error(struct parse *parse, dl_status status, const char *message, dl_str id,
                      const char *where)
{
    parse->bad++;
    put_id(parse, id);
    (void)dl_buf_printf(&parse->line,
                        ",\"error\":{\"kind\":\"%s\",\"message\":", dl_status_name(status));
    (void)dl_json_put_string(&parse->line, dl_str_of(message));
    (void)dl_buf_put_str(&parse->line, DL_STR(",\"where\":"));
    (void)dl_json_put_string(&parse->line, dl_str_of(where));
    (void)dl_buf_put_str(&parse->line, DL_STR("}}\n"));
    fwrite(parse->line.at, 1, parse->line.len, stdout);
}

static void put_answer(struct parse *parse, dl_str id, dl_str input,
                       const struct dl_actor_answer *answer)
{
    put_id(parse, id);
    put_field(parse, "input", input);
    put_field(parse, "name", answer->name);
    put_field(parse, "code", dl_actor_code(answer, &parse->arena));
    put_field(parse, "country", answer->country);
    if (answer->role_count)
        put_field(parse, "role", answer->roles[0]);
    (void)dl_buf_put_str(&parse->line, DL_STR(",\"roles\":["));
    for (uint32_t i = 0; i < answer->role_count; i++) {
        if (i)
            (void)dl_buf_put_char(&parse->line, ',');
        (void)dl_json_put_string(&parse->line, answer->roles[i]);
    }
    (void)dl_buf_put_char(&parse->line, ']');
    put_field(parse, "actor", answer->id);
    if (answer->former)
        (void)dl_buf_put_str(&parse->line, DL_STR(",\"former\":true"));
    put_field(parse, "resolved_by", dl_str_of(answer->resolved_by));
    put_field(parse, "rule", answer->rule);
    (void)dl_buf_put_str(&parse->line, DL_STR("}\n"));
    fwrite(parse->line.at, 1, parse->line.len, stdout);
}

static void parse_phrase(struct parse *parse, dl_str id, dl_str text,
                         const struct dl_actor_setting *setting)
{
    struct dl_actor_answer answer;
    text = dl_str_trim(dl_utf8_clean(&parse->arena, text));
    dl_actor_resolve(parse->knowledge->almanac, text, setting, &answer);
    put_answer(parse, id, text, &answer);
}

/* {"id","text","published"} */
static void parse_json(struct parse *parse, dl_str line, const char *where)
{
    struct dl_article_record *record = NULL;
    struct dl_error err;
    dl_status status = dl_article_from_json(line, &parse->arena, &record, &err);
    if (status == DL_OK && record->text.len == 0)
        status = dl_fail(&err, DL_BAD_INPUT, "no text");
    if (status != DL_OK) {
        put_error(parse, status, err.text, record ? record->id : (dl_str){"", 0}, where);
        return;
    }
    struct dl_actor_setting setting = parse->setting;
    dl_str date;
    if (record->published.len &&
        dl_date_normalise(&parse->arena, record->published, &date) == DL_OK)
        (void)dl_day_of_rfc3339(date, &setting.day); /* a date just normalised */
    parse_phrase(parse, record->id, record->text, &setting);
}

static void parse_lines(struct parse *parse, FILE *file, const char *name)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    while ((len = getline(&line, &room, file)) >= 0) {
        char where[512];
        dl_str text = dl_str_trim((dl_str){line, (size_t)len});
        number++;
        if (text.len == 0)
            continue;
        parse->number++;
        dl_arena_reset(&parse->arena);
        snprintf(where, sizeof where, "%.400s:%u", name, number);
        if (text.len > PHRASE_BYTES_MAX)
            put_error(parse, DL_TOO_BIG, "a line of more than 1 MiB", (dl_str){"", 0}, where);
        else if (text.at[0] == '{')
            parse_json(parse, text, where);
        else
            parse_phrase(parse, (dl_str){"", 0}, text, &parse->setting);
    }
    free(line);
}

/* A name that ends in .jsonl, or "-", is read; everything else is a phrase. */
static void parse_argument(struct parse *parse, const char *text)
{
    bool is_stdin = strcmp(text, "-") == 0;
    if (!is_stdin && !dl_str_ends(dl_str_of(text), DL_STR(".jsonl"))) {
        parse->number++;
        dl_arena_reset(&parse->arena);
        parse_phrase(parse, (dl_str){"", 0}, dl_str_of(text), &parse->setting);
        return;
    }
    FILE *file = is_stdin ? stdin : fopen(text, "re");
    if (!file) {
        parse->number++;
        put_error(parse, DL_BAD_INPUT, strerror(errno), dl_str_of(text), text);
        return;
    }
    parse_lines(parse, file, text);
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
}

/* Options out of argv; how many words are left, or -1. */
static int take_options(struct parse *parse, int argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        dl_str date;
        if (strcmp(argv[i], "--strict") == 0) {
            parse->strict = true;
        } else if (strcmp(argv[i], "--country") == 0 && value) {
            parse->setting.country = dl_str_of(argv[++i]);
        } else if (strcmp(argv[i], "--published") == 0 && value) {
            i++;
            if (dl_date_normalise(&parse->arena, dl_str_of(value), &date) != DL_OK ||
                dl_day_of_rfc3339(date, &parse->setting.day) != DL_OK) {
                fprintf(stderr, "dateline: --published: '%s' is no date\n", value);
                return -1;
            }
        } else if (argv[i][0] == '-' && argv[i][1] == '-') {
            fprintf(stderr, "usage: dateline parse actor [TEXT…|FILE.jsonl|-] [--published DATE] "
                            "[--country ISO3] [--strict]\n");
            return -1;
        } else {
            argv[kept++] = argv[i];
        }
    }
    return kept;
}

int dl_parse_actor_main(const struct dl_config *config, int argc, char **argv)
{
    struct parse parse = {.setting = {.day = DL_DAY_UNKNOWN}};
    struct dl_error err;
    dl_arena_init(&parse.arena);
    dl_buf_init(&parse.line, 16U << 20);
    int code = 2;
    int words = take_options(&parse, argc, argv);
    if (words > 0) {
        dl_status status = dl_knowledge_load(NULL, config->data, &parse.knowledge, &err);
        if (status == DL_OK) {
            if (words == 1)
                parse_argument(&parse, "-");
            for (int i = 1; i < words; i++)
                parse_argument(&parse, argv[i]);
            code = fflush(stdout) != 0 || (parse.strict && parse.bad) ? 1 : 0;
        } else {
            fprintf(stderr, "dateline: %s\n", err.text);
            code = status == DL_BAD_CONFIG ? 2 : 1;
        }
    }
    dl_knowledge_free(parse.knowledge);
    dl_buf_done(&parse.line);
    dl_arena_done(&parse.arena);
    return code;
}
