/* A recursive descent over the text, as deep as DL_JSON_DEPTH_MAX. */
#include "core/json_value.h"

struct reader {
    struct dl_arena *arena;
    dl_str text;
    size_t at;
    uint32_t count;
    unsigned depth;
    struct dl_error *err;
};

static dl_status broken(struct reader *r, const char *what)
{
    return dl_fail(r->err, DL_BAD_INPUT, "byte %zu: %s", r->at, what);
}

static void skip_space(struct reader *r)
{
    while (r->at < r->text.len) {
        char c = r->text.at[r->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            break;
        r->at++;
    }
}

static bool take(struct reader *r, char c)
{
    if (r->at >= r->text.len || r->text.at[r->at] != c)
        return false;
    r->at++;
    return true;
}

static bool take_word(struct reader *r, dl_str word)
{
    if (r->text.len - r->at < word.len || memcmp(r->text.at + r->at, word.at, word.len) != 0)
        return false;
    r->at += word.len;
    return true;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits after "\u"; -1 when they are none. */
static int32_t take_unit(struct reader *r)
{
    int32_t unit = 0;
    if (r->text.len - r->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_of(r->text.at[r->at + (size_t)i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    r->at += 4;
    return unit;
}

static size_t put_point(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* A code point out of one or two \u units. */
static bool take_point(struct reader *r, uint32_t *ret)
{
    int32_t unit = take_unit(r);
    if (unit < 0)
        return false;
    *ret = (uint32_t)unit;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    *ret = 0xfffd;
    size_t before = r->at;
    if (unit < 0xdc00 && take_word(r, DL_STR("\\u"))) {
        int32_t low = take_unit(r);
        if (low >= 0xdc00 && low <= 0xdfff)
            *ret = 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
        else
            r->at = before; /* a unit of its own */
    }
    return true;
}

static bool take_escape(struct reader *r, char *to, size_t *len)
{
    static const char plain[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    if (r->at >= r->text.len)
        return false;
    char c = r->text.at[r->at++];
    uint32_t point;
    if (c == 'u') {
        if (!take_point(r, &point))
            return false;
        *len += put_point(to + *len, point);
        return true;
    }
    const char *found = c ? strchr(plain, c) : NULL;
    if (!found)
        return false;
    to[(*len)++] = meant[found - plain];
    return true;
}

static dl_status read_string(struct reader *r, dl_str *ret)
{
    size_t start = r->at;
    if (!take(r, '"'))
        return broken(r, "a string should begin here");
    size_t end = start + 1;
    bool escapes = false;
    while (end < r->text.len && r->text.at[end] != '"') {
        bool escape = r->text.at[end] == '\\';
        escapes = escapes || escape;
        end += escape ? 2 : 1;
    }
    if (end >= r->text.len)
        return broken(r, "this string does not end");
    if (!escapes) {
        *ret = dl_str_sub(r->text, start + 1, end);
        r->at = end + 1;
        return DL_OK;
    }
    char *to = dl_arena_raw(r->arena, end - start);
    size_t len = 0;
    while (r->at < end) {
        const char *from = r->text.at + r->at;
        const char *escape = memchr(from, '\\', end - r->at);
        size_t run = escape ? (size_t)(escape - from) : end - r->at;
        memcpy(to + len, from, run);
        len += run;
        r->at += run;
        if (take(r, '\\') && !take_escape(r, to, &len))
            return broken(r, "this is no escape");
    }
    r->at = end + 1;
    *ret = (dl_str){to, len};
    return DL_OK;
}

static dl_status read_number(struct reader *r, dl_str *ret)
{
    size_t start = r->at;
    bool digit = false;
    while (r->at < r->text.len) {
        char c = r->text.at[r->at];
        digit = digit || (c >= '0' && c <= '9');
        if (!(c >= '0' && c <= '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E')
            break;
        r->at++;
    }
    if (!digit)
        return broken(r, "this is no JSON");
    *ret = dl_str_sub(r->text, start, r->at);
    return DL_OK;
}

/* Past a value that is nested too deeply to keep: only its brackets and strings are looked at. */
static dl_status skip_nested(struct reader *r)
{
    size_t open = 1; /* the one before `at` */
    while (open && r->at < r->text.len) {
        char c = r->text.at[r->at++];
        open += c == '{' || c == '[';
        open -= c == '}' || c == ']';
        while (c == '"' && r->at < r->text.len && r->text.at[r->at] != '"')
            r->at += r->text.at[r->at] == '\\' ? 2 : 1;
        r->at += c == '"';
    }
    return open || r->at > r->text.len ? broken(r, "a bracket is missing") : DL_OK;
}

static dl_status read_value(struct reader *r, struct dl_json *value);

/* Members up to the closing bracket; each has a key where `keyed`. */
static dl_status read_members(struct reader *r, struct dl_json *value, char close, bool keyed)
{
    const struct dl_json **link = &value->first;
    if (r->depth == DL_JSON_DEPTH_MAX)
        return skip_nested(r);
    r->depth++;
    for (;;) {
        skip_space(r);
        if (take(r, close))
            break;
        if (++r->count > DL_JSON_VALUES_MAX)
            return dl_fail(r->err, DL_TOO_BIG, "more than %u values", DL_JSON_VALUES_MAX);
        struct dl_json *member = dl_arena_alloc(r->arena, sizeof *member);
        dl_status status = keyed ? read_string(r, &member->key) : DL_OK;
        skip_space(r);
        if (status == DL_OK && keyed && !take(r, ':'))
            status = broken(r, "a colon is missing");
        if (status != DL_OK)
            return status;
        *link = member; /* before its value is read: what fails in there leaves a part */
        link = (const struct dl_json **)&member->next;
        value->count++;
        status = read_value(r, member);
        if (status != DL_OK)
            return status;
        skip_space(r);
        if (take(r, ','))
            continue;
        if (take(r, close))
            break;
        return broken(r, "a comma or a closing bracket is missing");
    }
    r->depth--;
    return DL_OK;
}

static dl_status read_value(struct reader *r, struct dl_json *value)
{
    static const struct {
        dl_str word;
        enum dl_json_kind kind;
    } words[] = {
        {{"null", 4}, DL_JSON_NULL}, {{"true", 4}, DL_JSON_TRUE}, {{"false", 5}, DL_JSON_FALSE}};
    skip_space(r);
    if (r->at >= r->text.len)
        return broken(r, "a value is missing");
    char c = r->text.at[r->at];
    if (c == '"') {
        value->kind = DL_JSON_STRING;
        return read_string(r, &value->text);
    }
    if (c == '{' || c == '[') {
        r->at++;
        value->kind = c == '{' ? DL_JSON_OBJECT : DL_JSON_ARRAY;
        return read_members(r, value, c == '{' ? '}' : ']', c == '{');
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (take_word(r, words[i].word)) {
            value->kind = words[i].kind;
            return DL_OK;
        }
    value->kind = DL_JSON_NUMBER;
    return read_number(r, &value->text);
}

dl_status dl_json_read_part(struct dl_arena *arena, dl_str text, const struct dl_json **ret_value,
                            struct dl_error *err)
{
    struct reader r = {.arena = arena, .text = text, .err = err};
    struct dl_json *value = dl_arena_alloc(arena, sizeof *value);
    (void)take_word(&r, DL_STR("\xef\xbb\xbf"));
    dl_status status = read_value(&r, value);
    skip_space(&r);
    if (status == DL_OK && r.at < text.len)
        status = broken(&r, "there is more after the value");
    *ret_value = value;
    return status;
}

dl_status dl_json_read(struct dl_arena *arena, dl_str text, const struct dl_json **ret_value,
                       struct dl_error *err)
{
    const struct dl_json *value;
    dl_status status = dl_json_read_part(arena, text, &value, err);
    if (status == DL_OK)
        *ret_value = value;
    return status;
}

const struct dl_json *dl_json_member(const struct dl_json *object, const char *key)
{
    const struct dl_json *found = NULL;
    dl_str name = dl_str_of(key);
    if (!object || object->kind != DL_JSON_OBJECT)
        return NULL;
    for (const struct dl_json *member = object->first; member; member = member->next)
        if (dl_str_eq(member->key, name))
            found = member;
    return found;
}

dl_str dl_json_member_text(const struct dl_json *object, const char *key)
{
    const struct dl_json *member = dl_json_member(object, key);
    bool texty = member && (member->kind == DL_JSON_STRING || member->kind == DL_JSON_NUMBER);
    return texty ? member->text : (dl_str){"", 0};
}
