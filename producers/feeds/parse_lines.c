/* Lines in, lines out. */
#include "producers/feeds/parse_lines.h"

#include "core/utf8.h"
#include "proto/json.h"

#include <errno.h>
#include <sys/stat.h>

#define LINE_BYTES_MAX (64U << 20) /* a feed may stand in one */
#define OUT_BYTES_MAX (1U << 29)   /* escapes make six bytes of one at worst */

void dl_parse_begin(struct dl_parse_lines *lines)
{
    dl_buf_reset(&lines->out);
    (void)dl_buf_put_str(&lines->out, DL_STR("{\"id\":"));
    if (lines->id.len)
        (void)dl_json_put_string(&lines->out, lines->id);
    else
        (void)dl_buf_printf(&lines->out, "\"%u\"", lines->number);
}

/* A failed put is at the ceiling; then dl_parse_end() says so in place of the answer. */
void dl_parse_put(struct dl_parse_lines *lines, const char *name, dl_str text)
{
    if (text.len == 0)
        return;
    (void)dl_buf_printf(&lines->out, ",\"%s\":", name);
    (void)dl_json_put_string(&lines->out, text);
}

void dl_parse_end(struct dl_parse_lines *lines)
{
    if (dl_buf_put_str(&lines->out, DL_STR("}\n")) != DL_OK) {
        struct dl_error err;
        (void)dl_fail(&err, DL_TOO_BIG, "an answer of more than %u bytes", OUT_BYTES_MAX);
        dl_parse_put_error(lines, &err);
        return;
    }
    fwrite(lines->out.at, 1, lines->out.len, stdout);
}

void dl_parse_put_error(struct dl_parse_lines *lines, const struct dl_error *err)
{
    lines->bad++;
    dl_parse_begin(lines);
    (void)dl_buf_printf(&lines->out,
                        ",\"error\":{\"kind\":\"%s\",\"message\":", dl_status_name(err->status));
    /* The message may have been cut within a letter. */
    (void)dl_json_put_string(&lines->out, dl_utf8_clean(&lines->arena, dl_str_of(err->text)));
    dl_parse_put(lines, "where", dl_utf8_clean(&lines->arena, dl_str_of(lines->where)));
    (void)dl_buf_put_char(&lines->out, '}');
    dl_parse_end(lines);
}

static void answer_line(struct dl_parse_lines *lines, dl_str line)
{
    struct dl_error err = {0};
    const struct dl_json *input = NULL;
    dl_status status = DL_OK;
    lines->id = (dl_str){"", 0};
    line = dl_utf8_is_valid(line) ? line : dl_utf8_clean(&lines->arena, line);
    if (line.len > LINE_BYTES_MAX) {
        status = dl_fail(&err, DL_TOO_BIG, "a line of more than %u bytes", LINE_BYTES_MAX);
    } else if (line.at[0] == '{') {
        status = dl_json_read(&lines->arena, line, &input, &err);
    } else {
        struct dl_json *word = dl_arena_alloc(&lines->arena, 2 * sizeof *word);
        word[0] = (struct dl_json){.kind = DL_JSON_OBJECT, .first = &word[1], .count = 1};
        word[1] = (struct dl_json){.kind = DL_JSON_STRING, .key = DL_STR("url"), .text = line};
        input = word;
    }
    if (status == DL_OK) {
        lines->id = dl_json_member_text(input, "id");
        status = lines->command->answer(lines, input, &err);
    }
    if (status != DL_OK)
        dl_parse_put_error(lines, &err);
}

/* Every line of a file, or of stdin. */
static void read_lines(struct dl_parse_lines *lines, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    if (!file) {
        struct dl_error err;
        lines->number++;
        lines->id = dl_str_of(path);
        snprintf(lines->where, sizeof lines->where, "%.400s", path);
        (void)dl_fail(&err, DL_BAD_INPUT, "%s", strerror(errno));
        dl_parse_put_error(lines, &err);
        return;
    }
    while ((len = getline(&line, &room, file)) >= 0) {
        dl_str text = dl_str_trim((dl_str){line, (size_t)len});
        number++;
        if (text.len == 0)
            continue;
        lines->number++;
        dl_arena_reset(&lines->arena);
        snprintf(lines->where, sizeof lines->where, "%.400s:%u", path, number);
        answer_line(lines, text);
    }
    free(line);
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
}

/* A file whose size is known goes straight to where it will lie. */
static dl_status read_sized(struct dl_arena *arena, FILE *file, size_t size, dl_str *ret_bytes)
{
    char *bytes = dl_arena_raw(arena, size + 1);
    size_t got = fread(bytes, 1, size + 1, file);
    *ret_bytes = (dl_str){bytes, got};
    return got <= size && !ferror(file) ? DL_OK : DL_RETRY; /* it grew: read what there is now */
}

static dl_status read_whole(struct dl_arena *arena, FILE *file, const char *name, size_t bytes_max,
                            dl_str *ret_bytes, struct dl_error *err)
{
    struct dl_buf bytes;
    struct stat stat;
    dl_status status = DL_OK;
    if (fstat(fileno(file), &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_size > 0 &&
        (uintmax_t)stat.st_size <= bytes_max) {
        if (read_sized(arena, file, (size_t)stat.st_size, ret_bytes) == DL_OK)
            return DL_OK;
        rewind(file);
    }
    dl_buf_init(&bytes, bytes_max + (64U << 10));
    for (size_t got = 1; got && bytes.len <= bytes_max;) {
        char *to = dl_buf_reserve(&bytes, 32U << 10);
        got = fread(to, 1, 32U << 10, file);
        bytes.len += got;
    }
    if (ferror(file))
        status = dl_fail(err, DL_BAD_INPUT, "%s: %s", name, strerror(errno));
    else if (bytes.len > bytes_max)
        status = dl_fail(err, DL_TOO_BIG, "%s: more than %zu bytes", name, bytes_max);
    else
        *ret_bytes = dl_arena_str(arena, dl_buf_str(&bytes));
    dl_buf_done(&bytes);
    return status;
}

dl_status dl_parse_file(struct dl_parse_lines *lines, dl_str path, const char *beside,
                        size_t bytes_max, dl_str *ret_bytes, struct dl_error *err)
{
    const char *slash = beside && strcmp(beside, "-") != 0 ? strrchr(beside, '/') : NULL;
    dl_str folder = {beside, slash && path.at[0] != '/' ? (size_t)(slash + 1 - beside) : 0};
    const char *name =
        dl_arena_printf(&lines->arena, "%.*s%.*s", DL_STR_ARG(folder), DL_STR_ARG(path)).at;
    bool is_stdin = !beside && strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "re");
    if (!file)
        return dl_fail(err, DL_BAD_INPUT, "%s: %s", name, strerror(errno));
    dl_status status = read_whole(&lines->arena, file, name, bytes_max, ret_bytes, err);
    if (!is_stdin)
        (void)fclose(file); /* only read: nothing to lose */
    return status;
}

static bool is_file_of_lines(dl_str name)
{
    return dl_str_is(name, "-") || dl_str_ends(name, DL_STR(".jsonl")) ||
           dl_str_ends(name, DL_STR(".ndjson"));
}

static void answer_argument(struct dl_parse_lines *lines, const char *argument)
{
    struct dl_error err = {0};
    dl_status status = DL_NOT_FOUND;
    if (!is_file_of_lines(dl_str_of(argument))) {
        lines->number++;
        lines->id = (dl_str){"", 0};
        dl_arena_reset(&lines->arena);
        snprintf(lines->where, sizeof lines->where, "argument %u", lines->number);
        status = lines->command->argument(lines, argument, &err);
        lines->number -= status == DL_NOT_FOUND;
    }
    if (status == DL_NOT_FOUND)
        read_lines(lines, argument);
    else if (status != DL_OK)
        dl_parse_put_error(lines, &err);
}

/* Options out of argv; how many words are left with the command's name, or -1. */
static int take_options(const struct dl_parse_command *command, int argc, char **argv,
                        bool *ret_strict)
{
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        const char **value = NULL;
        for (size_t j = 0; j < sizeof command->options / sizeof *command->options; j++)
            if (command->options[j].name && strcmp(argv[i], command->options[j].name) == 0)
                value = command->options[j].value;
        if (strcmp(argv[i], "--strict") == 0)
            *ret_strict = true;
        else if (value && i + 1 < argc)
            *value = argv[++i];
        else if (argv[i][0] == '-' && argv[i][1] == '-')
            return -1;
        else
            argv[kept++] = argv[i];
    }
    return kept;
}

int dl_parse_run(const struct dl_parse_command *command, int argc, char **argv)
{
    struct dl_parse_lines lines = {.command = command};
    bool strict = false;
    int kept = take_options(command, argc, argv, &strict);
    if (kept < 0) {
        fputs(command->usage, stderr);
        return 2;
    }
    dl_arena_init(&lines.arena);
    dl_buf_init(&lines.out, OUT_BYTES_MAX);
    if (kept == 1)
        read_lines(&lines, "-");
    for (int i = 1; i < kept; i++)
        answer_argument(&lines, argv[i]);
    bool bad = fflush(stdout) != 0 || lines.failed || (strict && lines.bad);
    dl_buf_done(&lines.out);
    dl_arena_done(&lines.arena);
    return bad ? 1 : 0;
}
