/* Words, numbers and punctuation, cut roughly as Universal Dependencies cuts English: clitics and
 * hyphens apart, "U.S." and "1,650" together. */
#include "workers/stage.h"

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* Punctuation beyond ASCII: U+2010 to U+2026 (dashes, quotes, dots) and « ». */
static uint32_t wide_punct(dl_str text, size_t at)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    size_t left = text.len - at;
    if (left >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x90 && s[2] <= 0xa6)
        return 3;
    if (left >= 2 && s[0] == 0xc2 && (s[1] == 0xab || s[1] == 0xbb || s[1] == 0xa0))
        return 2;
    return 0;
}

static bool is_apostrophe(dl_str text, size_t at, uint32_t *ret_bytes)
{
    if (text.at[at] == '\'') {
        *ret_bytes = 1;
        return true;
    }
    *ret_bytes = 3;
    return at + 3 <= text.len && memcmp(text.at + at, "\xe2\x80\x99", 3) == 0;
}

static uint32_t number_end(dl_str text, uint32_t at)
{
    while (at < text.len) {
        unsigned char c = (unsigned char)text.at[at];
        bool inner =
            (c == ',' || c == '.') && at + 1 < text.len && is_digit((unsigned char)text.at[at + 1]);
        if (!is_digit(c) && !inner)
            break;
        at++;
    }
    return at;
}

/* "U.S." "a.m." "D.C.": single letters with stops between. */
static uint32_t initials_end(dl_str text, uint32_t at)
{
    uint32_t end = at;
    while (end + 1 < text.len && is_letter((unsigned char)text.at[end]) &&
           (unsigned char)text.at[end] < 0x80 && text.at[end + 1] == '.')
        end += 2;
    return end - at >= 4 ? end : at;
}

static uint32_t word_end(dl_str text, uint32_t at)
{
    uint32_t initials = initials_end(text, at);
    if (initials > at)
        return initials;
    while (at < text.len) {
        unsigned char c = (unsigned char)text.at[at];
        if (!is_letter(c) && !is_digit(c))
            break;
        if (c >= 0x80 && wide_punct(text, at))
            break;
        at++;
    }
    return at;
}

/* 's 're 'll and the like after a word: a token of their own. */
static uint32_t clitic_end(dl_str text, uint32_t at)
{
    uint32_t quote;
    if (!is_apostrophe(text, at, &quote))
        return at;
    uint32_t end = at + quote;
    while (end < text.len && end - at < quote + 3 && is_letter((unsigned char)text.at[end]) &&
           (unsigned char)text.at[end] < 0x80)
        end++;
    uint32_t letters = end - at - quote;
    bool more = end < text.len && is_letter((unsigned char)text.at[end]);
    return letters >= 1 && letters <= 2 && !more ? end : at;
}

/* One token from byte `at` on; its end and kind. */
static uint32_t token_end(dl_str text, uint32_t at, unsigned char *ret_kind, bool after_word)
{
    unsigned char c = (unsigned char)text.at[at];
    uint32_t wide = wide_punct(text, at);
    if (after_word) {
        uint32_t clitic = clitic_end(text, at);
        if (clitic > at) {
            *ret_kind = DL_WORD;
            return clitic;
        }
    }
    if (is_digit(c)) {
        *ret_kind = DL_NUMBER;
        return number_end(text, at);
    }
    if (is_letter(c) && !wide) {
        *ret_kind = DL_WORD;
        return word_end(text, at);
    }
    *ret_kind = DL_PUNCT;
    return at + (wide ? wide : 1);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_capital(dl_str text, uint32_t at)
{
    unsigned char c = (unsigned char)text.at[at];
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return c == 0xc3 && at + 1 < text.len && (unsigned char)text.at[at + 1] <= 0x9e; /* À to Þ */
}

dl_status dl_stage_tokens(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    (void)knowledge; /* tokens need no lexicon */
    dl_str text = article->text;
    uint32_t room = 0;
    uint32_t count = 0;
    uint32_t at = 0;
    bool spaced = true;
    bool after_word = false;
    while (at < text.len) {
        if (is_space(text.at[at])) {
            if (text.at[at] == '\n' && count)
                article->tokens[count - 1].line_end = true;
            spaced = true;
            after_word = false;
            at++;
            continue;
        }
        if (count == room) {
            if (room >= DL_TOKENS_MAX)
                return dl_fail(err, DL_TOO_BIG, "more than %u tokens", DL_TOKENS_MAX);
            room = room ? room * 2 : 1024;
            struct dl_token *more = dl_arena_raw(article->arena, room * sizeof *more);
            if (count)
                memcpy(more, article->tokens, count * sizeof *more);
            article->tokens = more;
        }
        struct dl_token *token = &article->tokens[count++];
        unsigned char kind;
        uint32_t end = token_end(text, at, &kind, after_word && !spaced);
        *token = (struct dl_token){.start = at,
                                   .len = end - at,
                                   .kind = kind,
                                   .capital = is_capital(text, at),
                                   .spaced = spaced};
        after_word = kind == DL_WORD;
        spaced = false;
        at = end;
    }
    article->token_count = count;
    dl_tokens_look(article);
    return DL_OK;
}

static unsigned char kind_of(dl_str token)
{
    unsigned char first = (unsigned char)token.at[0];
    if (is_digit(first))
        return DL_NUMBER;
    for (size_t i = 0; i < token.len; i++)
        if (is_letter((unsigned char)token.at[i]) && !wide_punct(token, i))
            return DL_WORD;
        else if (wide_punct(token, i))
            i += wide_punct(token, i) - 1;
    return DL_PUNCT;
}

void dl_tokens_look(struct dl_article *article)
{
    article->words = dl_arena_array(article->arena, uint64_t, article->token_count);
    for (uint32_t i = 0; i < article->token_count; i++) {
        dl_str token = dl_token_text(article, i);
        article->tokens[i].kind = kind_of(token);
        article->tokens[i].capital = is_capital(token, 0);
        article->words[i] = dl_word_hash(token);
    }
}

dl_str dl_token_text(const struct dl_article *article, uint32_t token)
{
    const struct dl_token *t = &article->tokens[token];
    return (dl_str){article->text.at + t->start, t->len};
}

struct dl_span *dl_span_of_tokens(const struct dl_article *article, uint32_t first, uint32_t count)
{
    const struct dl_token *last = &article->tokens[first + count - 1];
    return dl_span_new(article, article->tokens[first].start, last->start + last->len);
}
