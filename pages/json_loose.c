/* Loose JSON. */
#include "pages/json_loose.h"

#include "markup/html_text.h"

struct loose_reader {
    struct dl_arena *arena;
    dl_str text;
    size_t at;
    uint32_t values;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_space(struct loose_reader *r)
{
    while (r->at < r->text.len && is_space(r->text.at[r->at]))
        r->at++;
}

/* A quote ends a string only where JSON can go on after it. */
static bool ends_string(const struct loose_reader *r, size_t at)
{
    at++;
    while (at < r->text.len && is_space(r->text.at[at]))
        at++;
    return at >= r->text.len || strchr(",:}]", r->text.at[at]);
}

static int hex4(dl_str text, size_t at)
{
    int number = 0;
    if (at + 4 > text.len)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        char c = text.at[i];
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                         : -1;
        if (digit < 0)
            return -1;
        number = number * 16 + digit;
    }
    return number;
}

/* What stands after a backslash at `at` - 1; bytes taken. */
static size_t put_escape(dl_str text, size_t at, struct dl_buf *out)
{
    char c = text.at[at];
    if (c == 'u') {
        int high = hex4(text, at + 1);
        if (high < 0)
            return 1;
        if (high >= 0xd800 && high < 0xdc00 && at + 6 < text.len && text.at[at + 5] == '\\' &&
            text.at[at + 6] == 'u') {
            int low = hex4(text, at + 7);
            if (low >= 0xdc00 && low < 0xe000) {
                dl_utf8_put(out, 0x10000U + ((uint32_t)(high - 0xd800) << 10) +
                                     (uint32_t)(low - 0xdc00));
                return 11;
            }
        }
        dl_utf8_put(out, (high >= 0xd800 && high < 0xe000) || high == 0 ? 0xfffd : (uint32_t)high);
        return 5;
    }
    switch (c) {
    case 'n':
    case 'r':
        c = '\n';
        break;
    case 't':
    case 'b':
    case 'f':
        c = ' ';
        break;
    default: /* the quote, the slashes, and what should not have been escaped */
        break;
    }
    (void)dl_buf_put_char(out, c);
    return 1;
}

static dl_str read_string(struct loose_reader *r)
{
    dl_str text = r->text;
    size_t start = ++r->at;
    size_t end = start;
    bool escaped = false;
    while (end < text.len) {
        char c = text.at[end];
        if (c == '\\') {
            escaped = true;
            end++;
        } else if (c == '"' && ends_string(r, end)) {
            break;
        }
        end++;
    }
    if (end > text.len)
        end = text.len;
    r->at = end < text.len ? end + 1 : end;
    dl_str raw = dl_str_sub(text, start, end);
    if (!escaped)
        return raw;
    struct dl_buf out = {dl_arena_raw(r->arena, raw.len + 8), 0, raw.len + 8, raw.len + 8};
    for (size_t at = 0; at < raw.len;) {
        if (raw.at[at] != '\\' || at + 1 == raw.len) {
            (void)dl_buf_put_char(&out, raw.at[at++]);
            continue;
        }
        at += 1 + put_escape(raw, at + 1, &out);
    }
    return dl_buf_str(&out);
}

static struct dl_loose *new_value(struct loose_reader *r, enum dl_loose_kind kind)
{
    struct dl_loose *value = dl_arena_alloc(r->arena, sizeof *value);
    value->kind = kind;
    r->values++;
    return value;
}

static struct dl_loose *read_value(struct loose_reader *r, unsigned depth);

/* Members or items up to the closing bracket; a wrong one closes as well. */
static void read_members(struct loose_reader *r, struct dl_loose *into, unsigned depth)
{
    struct dl_loose **link = &into->first;
    while (r->at < r->text.len && r->values < DL_LOOSE_VALUES_MAX) {
        skip_space(r);
        if (r->at >= r->text.len)
            return;
        char c = r->text.at[r->at];
        if (c == '}' || c == ']') {
            r->at++;
            return;
        }
        if (c == ',' || c == ':' || c == ';') {
            r->at++;
            continue;
        }
        struct dl_loose *value = read_value(r, depth);
        if (!value)
            return;
        skip_space(r);
        if (into->kind == DL_LOOSE_OBJECT && r->at < r->text.len && r->text.at[r->at] == ':') {
            dl_str name = value->text;
            r->at++;
            skip_space(r);
            value = read_value(r, depth);
            if (!value)
                return;
            value->name = name;
        }
        *link = value;
        link = &value->next;
    }
}

static struct dl_loose *read_value(struct loose_reader *r, unsigned depth)
{
    skip_space(r);
    if (r->at >= r->text.len || r->values >= DL_LOOSE_VALUES_MAX || depth > DL_LOOSE_DEPTH_MAX)
        return NULL;
    char c = r->text.at[r->at];
    struct dl_loose *value;
    if (c == '{' || c == '[') {
        r->at++;
        value = new_value(r, c == '{' ? DL_LOOSE_OBJECT : DL_LOOSE_ARRAY);
        read_members(r, value, depth + 1);
        return value;
    }
    if (c == '"') {
        value = new_value(r, DL_LOOSE_STRING);
        value->text = read_string(r);
        return value;
    }
    value = new_value(r, DL_LOOSE_WORD);
    size_t start = r->at++;
    while (r->at < r->text.len && !strchr(",:{}[]\" \t\r\n", r->text.at[r->at]))
        r->at++;
    value->text = dl_str_sub(r->text, start, r->at);
    return value;
}

struct dl_loose *dl_loose_read(struct dl_arena *arena, dl_str text)
{
    struct loose_reader r = {.arena = arena, .text = text};
    struct dl_loose *all = new_value(&r, DL_LOOSE_ARRAY);
    struct dl_loose **link = &all->first;
    while (r.at < text.len && r.values < DL_LOOSE_VALUES_MAX) {
        char c = text.at[r.at];
        if (c != '{' && c != '[') { /* comments and code around it */
            r.at++;
            continue;
        }
        if (dl_str_starts(dl_str_sub(text, r.at, text.len), DL_STR("[CDATA["))) {
            r.at += 7;
            continue;
        }
        struct dl_loose *value = read_value(&r, 0);
        if (!value)
            break;
        *link = value;
        link = &value->next;
    }
    return all;
}

struct dl_loose *dl_loose_get(const struct dl_loose *value, const char *name)
{
    if (!value || value->kind != DL_LOOSE_OBJECT)
        return NULL;
    dl_str wanted = dl_str_of(name);
    for (struct dl_loose *member = value->first; member; member = member->next)
        if (dl_str_eq(member->name, wanted))
            return member;
    return NULL;
}
