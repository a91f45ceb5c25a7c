/* Marks of events. */
#include "train/marked.h"

#include "proto/words.h"
#include "workers/knowledge/verdicts.h"

static bool is_argument(dl_str name)
{
    return dl_str_is(name, "A") || dl_str_is(name, "R") || dl_str_is(name, "P") ||
           dl_str_is(name, "D") || dl_str_is(name, "N");
}

/* "2COERCE.arrest=planned", "0:sport", "1A": the class, or none with *ret_known for arguments. */
static uint32_t class_of(dl_str part, bool *ret_known)
{
    *ret_known = true;
    if (dl_str_starts(part, DL_STR("0:"))) {
        uint32_t class = dl_verdict_of_mark(dl_str_sub(part, 2, part.len));
        *ret_known = class != DL_VERDICT_NONE;
        return class;
    }
    if (part.len && part.at[0] >= '1' && part.at[0] <= '9')
        part = dl_str_sub(part, 1, part.len);
    size_t end = 0;
    while (end < part.len && part.at[end] >= 'A' && part.at[end] <= 'Z')
        end++;
    dl_str name = dl_str_sub(part, 0, end);
    int32_t type = is_argument(name) ? DL_TYPE_NONE : dl_event_type_of(name);
    *ret_known = is_argument(name) || type != DL_TYPE_NONE;
    return (uint32_t)type;
}

static dl_status take_tag(dl_str tag, uint32_t start, uint32_t end, const char *place,
                          struct dl_marked *to, struct dl_error *err)
{
    dl_str rest = tag;
    dl_str part;
    while (dl_str_next(&rest, '+', &part)) {
        bool known;
        if (dl_str_starts(part, DL_STR("peers")))
            continue;
        uint32_t class = class_of(part, &known);
        if (!known)
            return dl_fail(err, DL_BAD_INPUT, "%s: no tag '%.*s'", place, DL_STR_ARG(part));
        if (class == DL_VERDICT_NONE)
            continue;
        if (to->mark_count == DL_MARKS_MAX)
            return dl_fail(err, DL_BAD_INPUT, "%s: more than %u marks", place, DL_MARKS_MAX);
        to->marks[to->mark_count++] = (struct dl_mark){start, end, class};
    }
    return DL_OK;
}

dl_status dl_marked_read(dl_str line, const char *place, struct dl_arena *arena,
                         struct dl_marked *ret, struct dl_error *err)
{
    char *text = dl_arena_raw(arena, line.len + 1);
    uint32_t len = 0;
    ret->mark_count = 0;
    while (line.len) {
        const char *open = memchr(line.at, '[', line.len);
        size_t plain = open ? (size_t)(open - line.at) : line.len;
        memcpy(text + len, line.at, plain);
        len += (uint32_t)plain;
        line = dl_str_sub(line, plain, line.len);
        if (!open)
            break;
        const char *close = memchr(line.at, ']', line.len);
        const char *blank = memchr(line.at, ' ', line.len);
        if (!close || !blank || blank > close)
            return dl_fail(err, DL_BAD_INPUT, "%s: a bracket that is no mark", place);
        size_t words = (size_t)(close - blank - 1);
        memcpy(text + len, blank + 1, words);
        dl_status status = take_tag((dl_str){line.at + 1, (size_t)(blank - line.at - 1)}, len,
                                    len + (uint32_t)words, place, ret, err);
        if (status != DL_OK)
            return status;
        len += (uint32_t)words;
        line = dl_str_sub(line, (size_t)(close + 1 - line.at), line.len);
    }
    ret->text = (dl_str){text, len};
    return DL_OK;
}
