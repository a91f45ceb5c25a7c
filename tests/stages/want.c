/* Paths into JSON, and the three ways to compare. */
#include "tests/stages/want.h"

#define VALUE_BYTES_MAX (1U << 20)

static dl_status put_value(json_t *value, struct dl_buf *out)
{
    if (json_is_string(value))
        return dl_buf_put(out, json_string_value(value), json_string_length(value));
    if (json_is_integer(value))
        return dl_buf_printf(out, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return dl_buf_printf(out, "%g", json_real_value(value));
    if (json_is_boolean(value))
        return dl_buf_put_str(out, json_is_true(value) ? DL_STR("true") : DL_STR("false"));
    if (json_is_array(value))
        return dl_buf_printf(out, "%zu", json_array_size(value));
    return DL_OK;
}

/* The next name of the path and what its brackets hold: -1 without, -2 for [*]. */
static bool next_step(dl_str *path, dl_str *ret_name, long *ret_index)
{
    dl_str step;
    if (!dl_str_next(path, '.', &step) || step.len == 0)
        return false;
    const char *open = memchr(step.at, '[', step.len);
    *ret_index = -1;
    *ret_name = open ? (dl_str){step.at, (size_t)(open - step.at)} : step;
    if (open)
        *ret_index = open[1] == '*' ? -2 : strtol(open + 1, NULL, 10);
    return true;
}

static dl_status put_path(json_t *at, dl_str path, struct dl_buf *out)
{
    dl_str name;
    long index;
    while (at && next_step(&path, &name, &index)) {
        at = json_object_getn(at, name.at, name.len);
        if (index >= 0)
            at = json_array_get(at, (size_t)index);
        if (index != -2)
            continue;
        dl_status status = DL_OK;
        for (size_t i = 0; i < json_array_size(at) && status == DL_OK; i++) {
            if (i > 0)
                status = dl_buf_put_str(out, DL_STR(" | "));
            if (status == DL_OK)
                status = put_path(json_array_get(at, i), path, out);
        }
        return status;
    }
    return at ? put_value(at, out) : DL_OK;
}

static bool has_item(dl_str list, dl_str item)
{
    while (list.len > 0) {
        const char *bar = memmem(list.at, list.len, " | ", 3);
        size_t len = bar ? (size_t)(bar - list.at) : list.len;
        if (dl_str_eq((dl_str){list.at, len}, item))
            return true;
        list = bar ? dl_str_sub(list, len + 3, list.len) : (dl_str){list.at, 0};
    }
    return false;
}

/* The operator with its blanks, the path before it and the text after. */
static bool cut(dl_str line, const char *operator, dl_str * ret_path, dl_str *ret_text)
{
    size_t len = strlen(operator);
    const char *at = memmem(line.at, line.len, operator, len);
    if (!at)
        return false;
    *ret_path = dl_str_trim((dl_str){line.at, (size_t)(at - line.at)});
    *ret_text = dl_str_trim(dl_str_sub(line, (size_t)(at - line.at) + len, line.len));
    return true;
}

dl_status dl_want_check(json_t *root, dl_str line, struct dl_error *err)
{
    dl_str path;
    dl_str text;
    struct dl_buf got;
    bool has = false;
    bool lacks = false;
    /* A path never has a blank, so the first blank ends it and the operator follows. */
    if (!cut(line, " = ", &path, &text) || memchr(path.at, ' ', path.len)) {
        has = cut(line, " has ", &path, &text);
        lacks = !has && cut(line, " lacks ", &path, &text);
        bool empty = !has && !lacks && dl_str_ends(line, DL_STR(" ="));
        if (empty) {
            path = dl_str_trim(dl_str_sub(line, 0, line.len - 1));
            text = (dl_str){"", 0};
        } else if (!has && !lacks) {
            return dl_fail(err, DL_BAD_INPUT, "no ' = ', ' has ' or ' lacks ': %.*s",
                           DL_STR_ARG(line));
        }
    }
    dl_buf_init(&got, VALUE_BYTES_MAX);
    dl_status status = put_path(root, path, &got);
    bool holds = status == DL_OK;
    if (holds && (has || lacks))
        holds = has_item(dl_buf_str(&got), text) == has;
    else if (holds)
        holds = dl_str_eq(dl_buf_str(&got), text);
    if (!holds)
        status = dl_fail(err, DL_NOT_FOUND, "want %.*s\n      got %.*s", DL_STR_ARG(line),
                         DL_STR_ARG(dl_buf_str(&got)));
    dl_buf_done(&got);
    return holds ? DL_OK : status;
}
