/* Reading the knowledge files. */
#include "workers/knowledge/almanac_lines.h"

#include "core/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <zstd.h>

#define FILE_BYTES_MAX (64U << 20) /* the largest we ship has 6 MiB */
#define CELLS_MAX 16U

static dl_status read_file(const char *path, struct dl_arena *arena, dl_str *ret,
                           struct dl_error *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT ? DL_NOT_FOUND
                               : dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
    struct dl_buf buf;
    char chunk[65536];
    size_t len;
    dl_status status = DL_OK;
    dl_buf_init(&buf, FILE_BYTES_MAX);
    while (status == DL_OK && (len = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (dl_buf_put(&buf, chunk, len) != DL_OK)
            status = dl_fail(err, DL_BAD_CONFIG, "%s: larger than %u bytes", path, FILE_BYTES_MAX);
    if (status == DL_OK && ferror(file))
        status = dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
    (void)fclose(file); /* only read */
    if (status == DL_OK)
        *ret = dl_arena_str(arena, dl_buf_str(&buf));
    dl_buf_done(&buf);
    return status;
}

static dl_status unpack(const char *path, struct dl_arena *arena, dl_str packed, dl_str *ret,
                        struct dl_error *err)
{
    unsigned long long bytes = ZSTD_getFrameContentSize(packed.at, packed.len);
    if (bytes == ZSTD_CONTENTSIZE_ERROR || bytes == ZSTD_CONTENTSIZE_UNKNOWN ||
        bytes > FILE_BYTES_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is not packed by zstd, or too large", path);
    char *text = dl_arena_raw(arena, (size_t)bytes + 1);
    size_t len = ZSTD_decompress(text, (size_t)bytes, packed.at, packed.len);
    if (ZSTD_isError(len) || len != bytes)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", path,
                       ZSTD_isError(len) ? ZSTD_getErrorName(len) : "too short");
    *ret = (dl_str){text, len};
    return DL_OK;
}

/* "KIND ARGUMENT …": what stands before the first '|'. */
static dl_status cut_head(dl_str left, struct dl_line *line, struct dl_error *err)
{
    dl_str word;
    while (left.len && dl_str_next(&left, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (line->kind.len == 0)
            line->kind = word;
        else if (line->arg_count < DL_LINE_ARGS_MAX)
            line->args[line->arg_count++] = word;
        else
            return dl_fail(err, DL_BAD_CONFIG, "%s: more than %u arguments", line->place,
                           DL_LINE_ARGS_MAX);
    }
    return line->kind.len ? DL_OK
                          : dl_fail(err, DL_BAD_CONFIG, "%s: no kind before '|'", line->place);
}

/* "phrase; phrase | rest" */
static dl_status cut_phrases(dl_str text, struct dl_line *line, struct dl_error *err)
{
    line->phrases = (dl_str){"", 0};
    (void)dl_str_next(&text, '|', &line->phrases);
    line->phrases = dl_str_trim(line->phrases);
    line->rest = text.len ? dl_str_trim(text) : (dl_str){"", 0};
    return line->phrases.len ? DL_OK
                             : dl_fail(err, DL_BAD_CONFIG, "%s: no phrases after '|'", line->place);
}

/* A file while it is read: the last head is there for the lines under it. */
struct reading {
    struct dl_line line;
    bool open; /* a head without phrases: indented lines have them */
    bool used; /* and there was one */
    dl_line_taker take;
    void *taker;
};

static dl_status end_head(const struct reading *reading, struct dl_error *err)
{
    return reading->open && !reading->used
               ? dl_fail(err, DL_BAD_CONFIG, "%s: no '|' before the phrases, and none below it",
                         reading->line.place)
               : DL_OK;
}

static dl_status read_line(struct reading *reading, dl_str text, const char *place,
                           struct dl_error *err)
{
    struct dl_line *line = &reading->line;
    bool below = text.at[0] == ' ' || text.at[0] == '\t';
    text = dl_str_trim(text);
    if (below && !reading->open)
        return dl_fail(err, DL_BAD_CONFIG, "%s: indented, but under no line that ends before '|'",
                       place);
    dl_status status = below ? DL_OK : end_head(reading, err);
    if (status != DL_OK)
        return status;
    if (!below) {
        *line = (struct dl_line){0};
        reading->used = false;
        reading->open = !memchr(text.at, '|', text.len);
    }
    line->place = place;
    if (!dl_utf8_is_valid(text))
        return dl_fail(err, DL_BAD_CONFIG, "%s: not UTF-8", place);
    if (!below) {
        dl_str left = {"", 0};
        (void)dl_str_next(&text, '|', &left);
        status = cut_head(left, line, err);
        if (status != DL_OK || reading->open)
            return status;
    }
    reading->used = true;
    status = cut_phrases(text, line, err);
    return status == DL_OK ? reading->take(reading->taker, line, err) : status;
}

static dl_status read_lines(const char *path, const char *shown, struct dl_arena *arena,
                            dl_line_taker take, void *taker, struct dl_error *err)
{
    struct reading reading = {.take = take, .taker = taker};
    dl_str rest;
    dl_str text;
    unsigned number = 0;
    dl_status status = read_file(path, arena, &rest, err);
    while (status == DL_OK && dl_str_next(&rest, '\n', &text)) {
        dl_str trimmed = dl_str_trim(text);
        number++;
        if (trimmed.len && trimmed.at[0] != '#')
            status =
                read_line(&reading, text, dl_arena_printf(arena, "%s:%u", shown, number).at, err);
    }
    return status == DL_OK ? end_head(&reading, err) : status;
}

static int is_text(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

dl_status dl_lines_read(const char *dir, const char *folder, struct dl_arena *arena,
                        dl_line_taker take, void *taker, struct dl_error *err)
{
    struct dirent **names = NULL;
    dl_str path = dl_arena_printf(arena, "%s/%s", dir, folder);
    int count = scandir(path.at, &names, is_text, by_name);
    if (count < 0)
        return errno == ENOENT ? DL_OK
                               : dl_fail(err, DL_BAD_CONFIG, "%s: %s", path.at, strerror(errno));
    dl_status status = DL_OK;
    for (int i = 0; i < count; i++) {
        dl_str file = dl_arena_printf(arena, "%s/%s", path.at, names[i]->d_name);
        dl_str shown = dl_arena_printf(arena, "%s/%s", folder, names[i]->d_name);
        if (status == DL_OK)
            status = read_lines(file.at, shown.at, arena, take, taker, err);
        free(names[i]);
    }
    free(names);
    return status;
}

dl_status dl_rows_read(const char *dir, const char *name, struct dl_arena *arena, dl_row_taker take,
                       void *taker, struct dl_error *err)
{
    dl_str rest = {0};
    dl_str text;
    unsigned number = 0;
    dl_str path = dl_arena_printf(arena, "%s/%s", dir, name);
    dl_status status = read_file(path.at, arena, &rest, err);
    if (status == DL_NOT_FOUND) {
        dl_str packed = {0};
        path = dl_arena_printf(arena, "%s/%s.zst", dir, name);
        status = read_file(path.at, arena, &packed, err);
        if (status == DL_OK)
            status = unpack(path.at, arena, packed, &rest, err);
    }
    if (status == DL_NOT_FOUND)
        return DL_OK;
    while (status == DL_OK && dl_str_next(&rest, '\n', &text)) {
        dl_str cells[CELLS_MAX];
        char place[320];
        uint32_t count = 0;
        number++;
        if (text.len == 0)
            continue;
        snprintf(place, sizeof place, "%.300s:%u", name, number);
        if (!dl_utf8_is_valid(text))
            return dl_fail(err, DL_BAD_CONFIG, "%s: not UTF-8", place);
        while (count < CELLS_MAX && dl_str_next(&text, '\t', &cells[count]))
            count++;
        status = take(taker, place, cells, count, err);
    }
    return status;
}
