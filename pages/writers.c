/* Cutting names out of lists of them. */
#include "pages/writers.h"

#include "core/utf8.h"
#include "markup/words.h"

#include <utf8proc.h>

#define NAME_BYTES_MAX 80U
#define NAME_WORDS_MAX 6U
#define NAME_DIGITS_MAX 4U /* "Kanal 24"; more are a date or a number */
#define WORD_BYTES_MAX 40U
#define PARTICLE_CHARS_MAX 4U /* "van", "bin", "della" is written with a capital as often */
#define WIDE_WORD_BYTES_MAX 18U

extern const struct dl_words dl_words_page_byline;
extern const struct dl_words dl_words_page_months;
extern const struct dl_words dl_words_page_norole;
extern const struct dl_words dl_words_page_roles;

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

static const char *said(dl_str text, const struct dl_words *words)
{
    char room[64];
    if (text.len == 0 || text.len > WORD_BYTES_MAX)
        return NULL;
    const struct dl_word *word = dl_words_find(words, lower(text, room, sizeof room));
    return word ? word->value : NULL;
}

static bool is_said(dl_str text, const char *value)
{
    const char *got = said(text, &dl_words_page_byline);
    return got && strcmp(got, value) == 0;
}

static size_t count_spaces(dl_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == ' ';
    return count;
}

static bool is_wide(dl_str text)
{
    size_t bytes;
    uint32_t c = text.len ? dl_utf8_at(text, 0, &bytes) : 0;
    return (c >= 0x3040 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0);
}

/* "作者李安娜": the word before a name, with nothing between. */
static size_t wide_before(dl_str text)
{
    size_t cut = 0;
    if (!is_wide(text))
        return 0;
    for (size_t at = 6; at < text.len && at <= WIDE_WORD_BYTES_MAX; at += 3)
        if (is_said(dl_str_sub(text, 0, at), "BEFORE"))
            cut = at;
    return cut;
}

static dl_str trim_name(dl_str text)
{
    static const char *const brackets[] = {"\u3010", "\u3011", "\u3014", "\u3015", "\uff08",
                                           "\uff09", "\u300c", "\u300d", "\uff1a", "\u25cf",
                                           "\u25cb", "\u2022", "\u00b7"};
    for (;;) {
        text = dl_str_trim(text);
        size_t before = text.len;
        for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++) {
            dl_str bracket = dl_str_of(brackets[i]);
            if (dl_str_starts(text, bracket))
                text = dl_str_sub(text, bracket.len, text.len);
            if (dl_str_ends(text, bracket))
                text = dl_str_sub(text, 0, text.len - bracket.len);
        }
        if (text.len && strchr(",;.:|-(*\"[/", text.at[0]))
            text = dl_str_sub(text, 1, text.len);
        else if (text.len && strchr(",;:|-(*\"[])/", text.at[text.len - 1]))
            text = dl_str_sub(text, 0, text.len - 1);
        else if (dl_str_ends(text, DL_STR(".")) && text.len > 2 && text.at[text.len - 3] != ' ' &&
                 text.at[text.len - 3] != '.')
            text = dl_str_sub(text, 0, text.len - 1); /* a sentence's stop, no initial's */
        if (text.len == before)
            return text;
    }
}

dl_str dl_writers_without_before(dl_str text, bool *ret_had)
{
    text = trim_name(text);
    for (unsigned rounds = 0; rounds < 2; rounds++) {
        size_t cut = wide_before(text);
        unsigned words = 0;
        for (size_t at = 1; at < text.len && words < 3; at++) {
            bool space = text.at[at] == ' ' || text.at[at] == '\n';
            bool colon = text.at[at - 1] == ':' || text.at[at - 1] == '/' ||
                         (at >= 3 && dl_str_ends(dl_str_sub(text, 0, at), DL_STR("\uff1a"))) ||
                         (at >= 3 && dl_str_ends(dl_str_sub(text, 0, at), DL_STR("\uff0f"))) ||
                         (at >= 2 && dl_str_ends(dl_str_sub(text, 0, at), DL_STR("\u055d")));
            if (!space && !colon)
                continue;
            words += space;
            dl_str before = dl_str_trim(dl_str_sub(text, 0, at));
            /* "Di Marco" is a name, "Di Anna Marco" a byline. */
            if (is_said(before, "BEFORE") &&
                (before.len > 3 || count_spaces(dl_str_trim(dl_str_sub(text, at, text.len))) ||
                 before.at[before.len - 1] == ':'))
                cut = at;
        }
        if (!cut)
            break;
        *ret_had = true;
        text = dl_str_trim(dl_str_sub(text, cut, text.len));
    }
    return text;
}

bool dl_writers_same(dl_str a, dl_str b)
{
    char room_a[2 * NAME_BYTES_MAX];
    char room_b[2 * NAME_BYTES_MAX];
    return dl_str_eq(lower(a, room_a, sizeof room_a), lower(b, room_b, sizeof room_b));
}

static bool is_name(const struct dl_writers *names, dl_str text)
{
    size_t words = 1 + count_spaces(text);
    size_t digits = 0;
    if (text.len < 2 || text.len > NAME_BYTES_MAX || words > NAME_WORDS_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '@' || c == '/' || c == '{' || c == '<' || c == '=' || c == '_' || c == '?' ||
            c == '#')
            return false;
        digits += c >= '0' && c <= '9';
    }
    bool is_user = words == 1 && digits < text.len; /* "jlee22" */
    bool is_house = digits <= NAME_DIGITS_MAX && digits * 2 < text.len;
    return (!digits || ((is_user || is_house) && !names->in_text)) &&
           !said(text, &dl_words_page_norole) &&
           !(names->in_text && dl_writers_same(text, names->publisher)) &&
           !dl_str_starts(text, DL_STR("http")) && !dl_str_starts(text, DL_STR("www."));
}

bool dl_writers_is_office(dl_str text)
{
    dl_str word;
    text = trim_name(text);
    if (said(text, &dl_words_page_norole))
        return true;
    while (text.len && dl_str_next(&text, ' ', &word))
        if (said(trim_name(word), &dl_words_page_roles))
            return true;
    return false;
}

/* An office before the name ("Reporter Ann Lee") or behind it ("김안나 기자"), and addresses of
 * mail. */
static dl_str without_office(dl_str text)
{
    for (unsigned rounds = 0; rounds < 3; rounds++) {
        const char *first = memchr(text.at, ' ', text.len);
        const char *last = text.len ? memrchr(text.at, ' ', text.len) : NULL;
        if (!first)
            break;
        dl_str head = dl_str_sub(text, 0, (size_t)(first - text.at));
        dl_str tail = dl_str_sub(text, (size_t)(last - text.at) + 1, text.len);
        bool is_mail = memchr(tail.at, '@', tail.len) != NULL;
        if (is_mail ||
            (said(trim_name(tail), &dl_words_page_roles) && (first != last || is_wide(text))))
            text = dl_str_trim(dl_str_sub(text, 0, (size_t)(last - text.at)));
        else if (said(head, &dl_words_page_roles) && first != last)
            text = dl_str_trim(dl_str_sub(text, head.len, text.len));
        else
            break;
    }
    return text;
}

/* "with Ann Lee" */
static dl_str without_and(dl_str text)
{
    const char *space = memchr(text.at, ' ', text.len);
    size_t at = space ? (size_t)(space - text.at) : 0;
    return at > 1 && is_said(dl_str_sub(text, 0, at), "AND")
               ? dl_str_trim(dl_str_sub(text, at, text.len))
               : text;
}

static bool add_name(struct dl_writers *names, dl_str text)
{
    bool had = false;
    text = trim_name(dl_writers_without_before(without_and(trim_name(text)), &had));
    if (names->in_text || is_wide(text))
        text = trim_name(without_office(text));
    if (!is_name(names, text) || names->count == DL_WRITERS_MAX)
        return false;
    for (uint32_t i = 0; i < names->count; i++)
        if (dl_writers_same(names->list[i], text))
            return true;
    names->list[names->count++] = text;
    return true;
}

static size_t sign_at(dl_str rest)
{
    static const char *const signs[] = {"\u3001", "\u060c", "\uff0c", "\u30fb", "\uff1b"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (dl_str_starts(rest, dl_str_of(signs[i])))
            return strlen(signs[i]);
    return 0;
}

static size_t stop_at(dl_str rest)
{
    static const char *const stops[] = {" - ",    " \u2013 ", " \u2014 ", "\uff0f", "\uff5c",
                                        "\uff08", " \u2022 ", " \u00b7 ", "\u3011", "\u3015"};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (dl_str_starts(rest, dl_str_of(stops[i])))
            return strlen(stops[i]);
    return 0;
}

/* " and " and its like at a space: bytes up to the next name; 0. */
static size_t and_at(dl_str text, size_t at)
{
    const char *space = memchr(text.at + at + 1, ' ', text.len - at - 1);
    if (!space)
        return 0;
    size_t end = (size_t)(space - text.at);
    dl_str word = dl_str_sub(text, at + 1, end);
    dl_str rest = dl_str_sub(text, end + 1, text.len);
    if (!is_said(word, "AND"))
        return 0;
    if (word.len > 1 || word.at[0] == '&')
        return end - at;
    /* "Michael E Stone" and "Ortega y Gasset" are one; "Ana Gil y Luis Paz" are two. */
    size_t next = 0;
    while (next < rest.len && rest.at[next] != ',' && rest.at[next] != '|')
        next++;
    return word.at[0] >= 'a' && word.at[0] <= 'z' && count_spaces(dl_str_sub(rest, 0, next))
               ? end - at
               : 0;
}

/* "Richard (R.J.) Stone" is one name. */
static bool is_nickname(dl_str rest)
{
    const char *end = memchr(rest.at, ')', rest.len);
    size_t after = end ? (size_t)(end - rest.at) + 1 : rest.len;
    return after + 3 < rest.len && after < 20 && rest.at[after] == ' ' &&
           !strchr("-|,(/&", rest.at[after + 1]) && !and_at(rest, after);
}

/* Where a list of names is cut at `at`: bytes of the separator, 0 for none. *ret_stop: nothing
 * after it is a name ("Jane Doe | Reuters", "Jane Doe, BBC News"). */
static size_t cut_at(dl_str text, size_t at, bool *ret_stop)
{
    char c = text.at[at];
    dl_str rest = dl_str_sub(text, at, text.len);
    *ret_stop = false;
    if (c == '(' && is_nickname(rest))
        return 0;
    if (c == '(' && without_and(dl_str_sub(rest, 1, rest.len)).at != rest.at + 1)
        return 1; /* "Ann Lee (with Bo Ek)" */
    *ret_stop = c == '|' || c == '(' || c == '\n' || c == '<';
    if (c == ',' || c == ';' || c == '|' || c == '(' || c == '\n' || c == '/' || c == '<')
        return 1;
    size_t sign = sign_at(rest);
    if (sign)
        return sign;
    size_t stop = stop_at(rest);
    *ret_stop = stop > 0;
    if (stop)
        return stop;
    return c == ' ' ? and_at(text, at) : 0;
}

/* A piece of a list of which `before` names were known; what follows a name may be an office, or
 * the place it was written in. */
static void add_piece(struct dl_writers *names, dl_str piece, uint32_t before, bool comma)
{
    piece = trim_name(piece);
    if (names->count > before) {
        if (dl_writers_is_office(piece) || dl_writers_same(piece, names->publisher))
            return;
        if (names->in_text && comma && !memchr(piece.at, ' ', piece.len) && !is_wide(piece) &&
            !is_said(piece, "AGENCY"))
            return;
    }
    (void)add_name(names, piece); /* or it is none */
}

uint32_t dl_writers_add(struct dl_writers *names, dl_str text)
{
    uint32_t before = names->count;
    bool had = false;
    bool comma = false;
    size_t start = 0;
    text = dl_writers_without_before(text, &had);
    for (size_t at = 0; at < text.len;) {
        bool stop;
        size_t cut = cut_at(text, at, &stop);
        if (!cut) {
            at++;
            continue;
        }
        add_piece(names, dl_str_sub(text, start, at), before, comma);
        comma = text.at[at] == ',';
        at += cut;
        start = at;
        if (stop && names->count > before)
            return names->count - before;
    }
    add_piece(names, dl_str_sub(text, start, text.len), before, comma);
    return names->count - before;
}

bool dl_writers_look(dl_str text)
{
    dl_str word;
    size_t words = 0;
    size_t capitals = 0;
    while (text.len && dl_str_next(&text, ' ', &word)) {
        size_t bytes;
        word = trim_name(word);
        if (word.len == 0)
            continue;
        uint32_t c = dl_utf8_at(word, 0, &bytes);
        bool capital = c >= 0x530 || (c < 0x80 && (c - 'A') < 26U) ||
                       (c >= 0x80 && (uint32_t)utf8proc_tolower((int)c) != c);
        bool small = dl_utf8_count(word) <= PARTICLE_CHARS_MAX ||
                     said(word, &dl_words_page_roles) || is_said(word, "AND") ||
                     is_said(word, "AGENCY");
        if (!capital && !small)
            return false;
        words++;
        capitals += capital;
    }
    return words && capitals * 2 >= words;
}

dl_str dl_writers_before_date(dl_str text)
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
        if (start && word.len > 3 && said(word, &dl_words_page_months))
            return dl_str_trim(dl_str_sub(text, 0, start));
        start = at + 1;
    }
    return text;
}
