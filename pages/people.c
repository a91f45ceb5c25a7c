/* Who wrote it: names out of claims and of bylines in the text. The words around names are
 * data/pages/byline.txt, offices data/pages/roles.txt, what is none data/pages/norole.txt. */
#include "core/utf8.h"
#include "markup/words.h"
#include "pages/shingles.h"
#include "pages/weigh.h"

#include <utf8proc.h>

#define NAMES_MAX 16U
#define NAME_BYTES_MAX 80U
#define NAME_WORDS_MAX 6U
#define BYLINE_BYTES_MAX 200U
#define BYLINE_BLOCKS_MAX 400U

extern const struct dl_words dl_words_page_byline;
extern const struct dl_words dl_words_page_months;
extern const struct dl_words dl_words_page_norole;
extern const struct dl_words dl_words_page_roles;

struct names {
    dl_str list[NAMES_MAX];
    uint32_t count;
    dl_str publisher;
    struct dl_arena *arena;
    bool in_text; /* read from a byline: less is believed than in a claim */
};

static dl_str lower(dl_str text, char *room, size_t size)
{
    struct dl_buf out = {room, 0, size, size};
    for (size_t at = 0; at < text.len;) {
        size_t bytes;
        uint32_t c = dl_utf8_at(text, at, &bytes);
        char raw[4];
        at += bytes;
        c = c < 0x80 ? c - 'A' < 26U ? c + 32 : c : (uint32_t)utf8proc_tolower((int)c);
        utf8proc_ssize_t len = utf8proc_encode_char((int)c, (utf8proc_uint8_t *)raw);
        if (dl_buf_put(&out, raw, len > 0 ? (size_t)len : 0) != DL_OK)
            break;
    }
    return dl_buf_str(&out);
}

static bool is_said(dl_str text, const struct dl_words *words, const char *value)
{
    char room[64];
    if (text.len == 0 || text.len > 40)
        return false;
    const struct dl_word *word = dl_words_find(words, lower(text, room, sizeof room));
    return word && (!value || strcmp(word->value, value) == 0);
}

/* "By", "Von", "written by" off the front. */
static dl_str without_before(dl_str text, bool *ret_had)
{
    for (unsigned rounds = 0; rounds < 2; rounds++) {
        size_t cut = 0;
        unsigned words = 0;
        for (size_t at = 1; at < text.len && words < 3; at++) {
            bool space = text.at[at] == ' ' || text.at[at] == '\n';
            bool colon = text.at[at - 1] == ':' ||
                         (at >= 3 && dl_str_ends(dl_str_sub(text, 0, at), DL_STR("\uff1a"))) ||
                         text.at[at - 1] == '/';
            if (!space && !colon)
                continue;
            words += space;
            if (is_said(dl_str_trim(dl_str_sub(text, 0, at)), &dl_words_page_byline, "BEFORE"))
                cut = at;
        }
        if (!cut)
            break;
        *ret_had = true;
        text = dl_str_trim(dl_str_sub(text, cut, text.len));
    }
    return text;
}

static bool same_name(dl_str a, dl_str b)
{
    char room_a[2 * NAME_BYTES_MAX];
    char room_b[2 * NAME_BYTES_MAX];
    return dl_str_eq(lower(a, room_a, sizeof room_a), lower(b, room_b, sizeof room_b));
}

static bool is_name(const struct names *names, dl_str text)
{
    size_t words = 1;
    size_t digits = 0;
    if (text.len < 2 || text.len > NAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        words += c == ' ';
        if (c == '@' || c == '/' || c == '{' || c == '<' || c == '=' || c == '_' || c == '?' ||
            c == '!' || c == '#')
            return false;
        digits += c >= '0' && c <= '9';
    }
    bool is_user = words == 1 && digits; /* "jlee22" */
    return words <= NAME_WORDS_MAX && (!digits || (is_user && !names->in_text)) &&
           !is_said(text, &dl_words_page_norole, NULL) &&
           !(names->in_text && same_name(text, names->publisher)) &&
           !dl_str_starts(text, DL_STR("http")) && !dl_str_starts(text, DL_STR("www."));
}

static dl_str trim_name(dl_str text)
{
    for (;;) {
        text = dl_str_trim(text);
        if (text.len && strchr(",;.:|-(*\"", text.at[0]))
            text = dl_str_sub(text, 1, text.len);
        else if (text.len && strchr(",;:|-(*\"", text.at[text.len - 1]))
            text = dl_str_sub(text, 0, text.len - 1);
        else if (dl_str_ends(text, DL_STR(".")) && text.len > 2 && text.at[text.len - 3] != ' ' &&
                 text.at[text.len - 3] != '.')
            text = dl_str_sub(text, 0, text.len - 1); /* a sentence's stop, no initial's */
        else
            return text;
    }
}

/* "Political Editor" */
static bool is_office(dl_str text)
{
    dl_str word;
    while (text.len && dl_str_next(&text, ' ', &word))
        if (is_said(word, &dl_words_page_roles, NULL))
            return true;
    return false;
}

static bool add_name(struct names *names, dl_str text)
{
    bool had = false;
    text = trim_name(without_before(trim_name(text), &had));
    if (!is_name(names, text) || names->count == NAMES_MAX)
        return false;
    for (uint32_t i = 0; i < names->count; i++)
        if (same_name(names->list[i], text))
            return true;
    names->list[names->count++] = text;
    return true;
}

/* Where a list of names is cut at `at`: bytes of the separator, 0 for none. *ret_stop: nothing
 * after it is a name ("Jane Doe | Reuters", "Jane Doe, BBC News"). */
static size_t cut_at(dl_str text, size_t at, bool *ret_stop)
{
    char c = text.at[at];
    *ret_stop = c == '|' || c == '(' || c == '\n' || c == '<';
    if (c == ',' || c == ';' || c == '|' || c == '(' || c == '\n' || c == '/' || c == '<')
        return 1;
    if (dl_str_starts(dl_str_sub(text, at, text.len), DL_STR("\u3001")) ||
        dl_str_starts(dl_str_sub(text, at, text.len), DL_STR("\u060c")) ||
        dl_str_starts(dl_str_sub(text, at, text.len), DL_STR("\uff0c")))
        return 3 - (size_t)dl_str_starts(dl_str_sub(text, at, text.len), DL_STR("\u060c"));
    if (c != ' ')
        return 0;
    if (dl_str_starts(dl_str_sub(text, at, text.len), DL_STR(" - ")) ||
        dl_str_starts(dl_str_sub(text, at, text.len), DL_STR(" \u2013 ")) ||
        dl_str_starts(dl_str_sub(text, at, text.len), DL_STR(" \u2014 "))) {
        *ret_stop = true;
        return 3;
    }
    const char *space = memchr(text.at + at + 1, ' ', text.len - at - 1);
    if (!space)
        return 0;
    size_t end = (size_t)(space - text.at);
    return is_said(dl_str_sub(text, at + 1, end), &dl_words_page_byline, "AND") ? end - at : 0;
}

/* A piece of a list of which `before` names were known; what follows a name may be an office. */
static void add_piece(struct names *names, dl_str piece, uint32_t before)
{
    if (names->count == before || !is_office(piece))
        (void)add_name(names, piece); /* or it is none */
}

/* All names in a list of them; how many were there. */
static uint32_t add_names(struct names *names, dl_str text)
{
    uint32_t before = names->count;
    bool had = false;
    size_t start = 0;
    text = without_before(trim_name(text), &had);
    for (size_t at = 0; at < text.len;) {
        bool stop;
        size_t cut = cut_at(text, at, &stop);
        if (!cut) {
            at++;
            continue;
        }
        add_piece(names, dl_str_sub(text, start, at), before);
        at += cut;
        start = at;
        if (stop && names->count > before)
            return names->count - before;
    }
    add_piece(names, dl_str_sub(text, start, text.len), before);
    return names->count - before;
}

static bool has_capital(dl_str text)
{
    size_t bytes;
    uint32_t c = text.len ? dl_utf8_at(text, 0, &bytes) : 0;
    return c >= 0x530 || (c != 0 && (uint32_t)utf8proc_tolower((int)c) != c);
}

/* Up to the first digit or month: "Ann Lee March 18 at 3:57 PM". */
static dl_str before_date(dl_str text)
{
    size_t start = 0;
    for (size_t at = 0; at <= text.len; at++) {
        bool end = at == text.len || text.at[at] == ' ' || text.at[at] == '\n';
        if (!end && text.at[at] >= '0' && text.at[at] <= '9')
            return dl_str_trim(dl_str_sub(text, 0, start));
        if (!end)
            continue;
        dl_str word = dl_str_sub(text, start, at);
        while (word.len && (word.at[word.len - 1] == '.' || word.at[word.len - 1] == ','))
            word.len--;
        if (start && word.len > 3 && is_said(word, &dl_words_page_months, NULL))
            return dl_str_trim(dl_str_sub(text, 0, start));
        start = at + 1;
    }
    return text;
}

/* May the block be a byline? `called`: its maker says so by a class. */
static bool may_be_byline(const struct dl_page *page, uint32_t i, bool *ret_called)
{
    const struct dl_block *block = &page->blocks.list[i];
    const struct dl_blocks *blocks = &page->blocks;
    uint32_t above = blocks->above[block->node];
    uint32_t near = blocks->own[block->node] | blocks->own[block->box] |
                    blocks->own[page->html->nodes[block->box].parent];
    *ret_called = near & 1U << DL_CLASS_AUTHOR;
    return block->text.len <= BYLINE_BYTES_MAX && block->kind != DL_BLOCK_CAPTION &&
           page->features.rows[i][DL_FEATURE_like_title] < 0.8F &&
           !(block->kind == DL_BLOCK_HEADING && block->level < 3 && !*ret_called) &&
           !(above & (1U << DL_CLASS_COMMENT | 1U << DL_CLASS_RELATED)) &&
           !(near & 1U << DL_CLASS_CAPTION) &&
           !(blocks->tags[block->node] & (DL_IN_FIGURE | DL_IN_NAV | DL_IN_FOOTER));
}

/* A short block near the headline that says "By Jane Doe", or is called a byline by its maker. */
static void read_bylines(struct names *names, const struct dl_page *page)
{
    uint32_t headline = 0;
    uint32_t count = page->blocks.count;
    for (uint32_t i = 0; i < count; i++)
        if (page->features.rows[i][DL_FEATURE_like_title] > 0.8F &&
            page->blocks.list[i].kind == DL_BLOCK_HEADING) {
            headline = i;
            break;
        }
    uint32_t end = headline + BYLINE_BLOCKS_MAX < count ? headline + BYLINE_BLOCKS_MAX : count;
    uint32_t begin = headline > 6 ? headline - 6 : 0; /* some stand above it */
    for (unsigned look = 0; look < 2 && names->count == 0; look++)
        for (uint32_t i = begin; i < end && names->count == 0; i++) {
            const struct dl_block *block = &page->blocks.list[i];
            bool called;
            bool had = false;
            if (!may_be_byline(page, i, &called))
                continue;
            dl_str rest = before_date(without_before(dl_str_trim(block->text), &had));
            bool wanted = look == 0 ? called && block->words <= 20
                                    : had && i < headline + 15 && block->words <= 20;
            if (!wanted || !has_capital(rest) || (block->ends_in_stop && block->words > 6))
                continue;
            (void)add_names(names, rest);
        }
}

/* Profiles of writers stand where their names should. */
static bool is_address(dl_str text)
{
    return memmem(text.at, text.len, "://", 3) ||
           (memchr(text.at, '/', text.len) && !memchr(text.at, ' ', text.len)) ||
           dl_str_starts(text, DL_STR("www."));
}

/* The place believed most that gives a name; others of the same rank add to it. */
static void read_claims(struct names *names, const struct dl_claim_list *claims)
{
    int tried = 100;
    while (names->count == 0) {
        int rank = 0;
        for (uint32_t i = 0; i < claims->count; i++)
            if (claims->list[i].rank < tried && claims->list[i].rank > rank)
                rank = claims->list[i].rank;
        if (rank < 20)
            return;
        for (uint32_t i = 0; i < claims->count; i++)
            if (claims->list[i].rank == rank && !is_address(claims->list[i].value))
                (void)add_names(names, claims->list[i].value); /* or it has none */
        tried = rank;
    }
}

static void read_text(struct names *names, const struct dl_page *page)
{
    names->in_text = true;
    read_bylines(names, page);
}

void dl_weigh_authors(const struct dl_page *page, dl_str publisher, struct dl_arena *arena,
                      dl_str **ret, uint32_t *ret_count)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_AUTHOR];
    struct names names = {.publisher = publisher, .arena = arena};
    read_claims(&names, claims);
    if (names.count == 0)
        read_text(&names, page);
    /* A house that signs for its writers may still name them below the headline. */
    if (names.count == 1 && same_name(names.list[0], publisher)) {
        struct names others = {.publisher = publisher, .arena = arena};
        read_text(&others, page);
        if (others.count)
            names = others;
    }
    *ret = NULL;
    *ret_count = names.count;
    if (names.count) {
        *ret = dl_arena_array(arena, dl_str, names.count);
        memcpy(*ret, names.list, names.count * sizeof *names.list);
    }
}
