/* Finding what stands in quotation marks, line by line. */
#include "workers/stages/quote_marks.h"

#define QUOTED_MAX 4096U

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_STRAIGHT, MARK_OPEN_ONE, MARK_CLOSE_ONE };

struct scan {
    struct dl_article *article;
    struct dl_quoted *list;
    uint32_t count;
    uint32_t token; /* the first not before where we are */
};

/* The quotation mark at a byte, and its length. */
static enum mark mark_at(dl_str text, size_t at, size_t end, size_t *ret_bytes)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    *ret_bytes = 1;
    if (*s == '"')
        return MARK_STRAIGHT;
    if (*s == '\'')
        return MARK_CLOSE_ONE;
    if (*s == 0xc2 && at + 2 <= end && (s[1] == 0xab || s[1] == 0xbb)) { /* « » */
        *ret_bytes = 2;
        return s[1] == 0xab ? MARK_OPEN : MARK_CLOSE;
    }
    if (*s != 0xe2 || at + 3 > end || s[1] != 0x80)
        return MARK_NONE;
    *ret_bytes = 3;
    switch (s[2]) {
    case 0x9c: /* “ */
    case 0x9e: /* „ */
        return MARK_OPEN;
    case 0x9d: /* ” */
        return MARK_CLOSE;
    case 0x98: /* ‘ */
        return MARK_OPEN_ONE;
    case 0x99: /* ’ */
        return MARK_CLOSE_ONE;
    default:
        return MARK_NONE;
    }
}

static bool is_letter(dl_str text, size_t at, size_t end)
{
    unsigned char c = at < end ? (unsigned char)text.at[at] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c >= 0x80 && c != 0xe2);
}

static bool is_space(dl_str text, size_t at, size_t end)
{
    return at >= end || text.at[at] == ' ' || text.at[at] == '\t' ||
           (unsigned char)text.at[at] == 0xc2;
}

/* Where a single quote that opens at `from` ends: at a mark no letter follows; 0 when nowhere. The
 * last before a verb would be better still; the first after punctuation is taken. */
static size_t single_end(dl_str text, size_t from, size_t end, size_t *ret_bytes)
{
    size_t fallback = 0;
    size_t fallback_bytes = 1;
    for (size_t i = from; i < end;) {
        size_t bytes;
        enum mark mark = mark_at(text, i, end, &bytes);
        if (mark == MARK_CLOSE_ONE && !is_letter(text, i + bytes, end)) {
            char before = text.at[i - 1];
            *ret_bytes = bytes;
            if (before == ',' || before == '.' || before == '?' || before == '!')
                return i;
            if (!fallback && before != 's') { /* "the rebels' camp" */
                fallback = i;
                fallback_bytes = bytes;
            }
        }
        i += bytes;
    }
    *ret_bytes = fallback_bytes;
    return fallback;
}

static void add(struct scan *s, size_t start, size_t end, uint32_t section, bool closed,
                size_t line)
{
    const struct dl_article *article = s->article;
    while (end > start && is_space(article->text, end - 1, end))
        end--;
    if (s->count == QUOTED_MAX || end <= start)
        return;
    struct dl_quoted *q = &s->list[s->count];
    *q = (struct dl_quoted){
        .start = (uint32_t)start, .end = (uint32_t)end, .section = section, .closed = closed};
    while (s->token < article->token_count && article->tokens[s->token].start < start)
        s->token++;
    q->first = s->token;
    q->next = q->first;
    while (q->next < article->token_count && article->tokens[q->next].start < end)
        q->next++;
    q->opens_line = start <= line + 4; /* a mark of up to three bytes, and a space */
    s->count += q->next > q->first;
}

static void scan_line(struct scan *s, uint32_t section)
{
    const struct dl_article *article = s->article;
    dl_str text = article->text;
    dl_str line = article->report.sections[section].span->text;
    size_t from = (size_t)(line.at - text.at);
    size_t end = from + line.len;
    size_t open = 0; /* byte after the mark; 0: outside */
    for (size_t i = from; i < end;) {
        size_t bytes;
        unsigned char c = (unsigned char)text.at[i];
        if (c != '"' && c != '\'' && c != 0xc2 && c != 0xe2) {
            i++;
            continue;
        }
        enum mark mark = mark_at(text, i, end, &bytes);
        size_t after = i + bytes;
        bool starts = (i == from || !is_letter(text, i - 1, end)) && !is_space(text, after, end);
        bool stuck = i > from && !is_space(text, i - 1, end) && is_letter(text, after, end);
        if (open && (mark == MARK_CLOSE || mark == MARK_STRAIGHT)) {
            add(s, open, i, section, true, from);
            open = 0;
        } else if (open && mark == MARK_OPEN) { /* the one before was never closed */
            add(s, open, i, section, false, from);
            open = after;
        } else if (!open && (mark == MARK_OPEN || (mark == MARK_STRAIGHT && (starts || stuck)) ||
                             (mark == MARK_CLOSE && stuck))) { /* "Smith.”It's" */
            open = after;
        } else if (!open && starts && (mark == MARK_OPEN_ONE || mark == MARK_CLOSE_ONE) &&
                   is_letter(text, after, end)) {
            size_t close_bytes;
            size_t close = single_end(text, after, end, &close_bytes);
            if (close) {
                add(s, after, close, section, true, from);
                after = close + close_bytes;
            }
        }
        i = after;
    }
    if (open)
        add(s, open, end, section, false, from);
}

uint32_t dl_find_quoted(struct dl_article *article, struct dl_quoted **ret)
{
    struct scan s = {.article = article};
    uint32_t marks = 0;
    for (size_t i = 0; i < article->text.len && marks < 2 * QUOTED_MAX; i++) {
        unsigned char c = (unsigned char)article->text.at[i];
        marks += c == '"' || c == '\'' || c == 0xab || c == 0xbb || c == 0x98 || c == 0x9c ||
                 c == 0x9d || c == 0x9e;
    }
    s.list = dl_arena_array(article->arena, struct dl_quoted,
                            marks + 1 < QUOTED_MAX ? marks + 1 : QUOTED_MAX);
    for (uint32_t i = 0; i < article->report.sections_count && s.count + 1 <= marks; i++) {
        int32_t kind = article->report.sections[i].kind;
        if (kind == DL_BODY || kind == DL_ANSWER)
            scan_line(&s, i);
    }
    *ret = s.list;
    return s.count;
}
