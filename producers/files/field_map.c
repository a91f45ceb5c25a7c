/* Renaming members of JSON objects in their text. */
#include "producers/files/field_map.h"

dl_status dl_field_map_add(struct dl_field_map *map, const char *text, struct dl_error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || equals[1] == '\0')
        return dl_fail(err, DL_BAD_CONFIG, "'%s' is not our_name=their_name", text);
    if (map->count == DL_FIELD_MAP_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "more than %u mappings", DL_FIELD_MAP_MAX);
    map->list[map->count].ours = (dl_str){text, (size_t)(equals - text)};
    map->list[map->count++].theirs = dl_str_of(equals + 1);
    return DL_OK;
}

/* Where the string that begins at `at` ends, past its quote. */
static size_t string_end(dl_str line, size_t at)
{
    for (at++; at < line.len && line.at[at] != '"'; at++)
        if (line.at[at] == '\\')
            at++;
    return at < line.len ? at + 1 : line.len;
}

static bool is_name(dl_str line, size_t end)
{
    while (end < line.len && (line.at[end] == ' ' || line.at[end] == '\t'))
        end++;
    return end < line.len && line.at[end] == ':';
}

static void put_name(const struct dl_field_map *map, dl_str name, struct dl_buf *out)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (dl_str_eq(name, map->list[i].theirs)) {
            (void)dl_buf_put_str(out, map->list[i].ours);
            return;
        }
    for (uint32_t i = 0; i < map->count; i++)
        if (dl_str_eq(name, map->list[i].ours))
            (void)dl_buf_put_char(out, '_');
    (void)dl_buf_put_str(out, name);
}

dl_str dl_field_map_line(const struct dl_field_map *map, struct dl_arena *arena, dl_str line)
{
    struct dl_buf out;
    unsigned depth = 0;
    size_t longest = 2;
    if (map->count == 0)
        return line;
    for (uint32_t i = 0; i < map->count; i++)
        longest += map->list[i].ours.len + 1;
    /* Each name may come more than once; a line of nothing but names grows no more than so. */
    dl_buf_init(&out, line.len * longest + longest);
    for (size_t at = 0; at < line.len;) {
        char c = line.at[at];
        if (c == '"') {
            size_t end = string_end(line, at);
            dl_str text = dl_str_sub(line, at, end);
            if (depth == 1 && text.len >= 2 && is_name(line, end)) {
                (void)dl_buf_put_char(&out, '"');
                put_name(map, dl_str_sub(text, 1, text.len - 1), &out);
                (void)dl_buf_put_char(&out, '"');
            } else {
                (void)dl_buf_put_str(&out, text);
            }
            at = end;
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= depth && (c == '}' || c == ']');
        (void)dl_buf_put_char(&out, c);
        at++;
    }
    dl_str renamed = dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return renamed;
}
