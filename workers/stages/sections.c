/* What each line of the text is: title, heading, body, caption, question, answer, boilerplate. */
#include "workers/stage.h"

#define HEADING_BYTES_MAX 90U /* longer lines without a full stop are body all the same */
#define TITLE_BYTES_MAX 200U
#define LABEL_BYTES_MAX 40U /* "Senior Editor:" */
#define LINES_MAX (1U << 18)

struct line {
    uint32_t start; /* bytes, trimmed */
    uint32_t end;
};

static bool ends_sentence(dl_str line)
{
    while (line.len) {
        char c = line.at[line.len - 1];
        if (c == '"' || c == '\'' || c == ')' || (unsigned char)c >= 0x80) {
            if (dl_str_ends(line, DL_STR("\xe2\x80\xa6"))) /* … */
                return true;
            line.len--;
            continue;
        }
        return c == '.' || c == '!' || c == '?' || c == ':' || c == ';';
    }
    return false;
}

/* Hashes of the first words of a line. */
static uint32_t first_words(dl_str line, uint64_t *hashes, uint32_t max)
{
    uint32_t count = 0;
    dl_str word;
    while (count < max && dl_str_next(&line, ' ', &word)) {
        while (word.len && (word.at[word.len - 1] == ':' || word.at[word.len - 1] == ','))
            word.len--;
        if (word.len)
            hashes[count++] = dl_word_hash(word);
    }
    return count;
}

static bool begins_with(const struct dl_knowledge *knowledge, dl_str line, const char *what)
{
    uint64_t hashes[DL_PHRASE_WORDS_MAX];
    uint32_t count = first_words(line, hashes, DL_PHRASE_WORDS_MAX);
    uint32_t words;
    if (count == 0)
        return false;
    const struct dl_entry *entry = dl_entry_of(
        dl_lexicon_find(knowledge->lexicon, hashes, 0, count, &words), DL_ENTRY_SECTION);
    return entry && dl_str_is(entry->args[0], what);
}

/* "| AP" and "(Source: …)" close captions and nothing else. */
static bool is_caption(const struct dl_knowledge *knowledge, dl_str line)
{
    if (begins_with(knowledge, line, "caption"))
        return true;
    const char *bar = line.len ? memrchr(line.at, '|', line.len) : NULL;
    if (bar && line.at + line.len - bar <= 24)
        return true;
    return line.len > 10 && line.at[line.len - 1] == ')' &&
           memmem(line.at, line.len, "(Source:", 8) != NULL;
}

static bool has_label(dl_str line, dl_str *ret_label)
{
    size_t len = line.len < LABEL_BYTES_MAX ? line.len : LABEL_BYTES_MAX;
    const char *colon = len ? memchr(line.at, ':', len) : NULL;
    if (!colon || colon == line.at || memchr(line.at, '"', (size_t)(colon - line.at)))
        return false;
    *ret_label = (dl_str){line.at, (size_t)(colon - line.at)};
    uint32_t words = 1;
    for (size_t i = 0; i < ret_label->len; i++)
        words += ret_label->at[i] == ' ';
    return words <= 4;
}

static int32_t kind_of(const struct dl_knowledge *knowledge, dl_str line, bool first,
                       bool *in_interview)
{
    dl_str label;
    if (begins_with(knowledge, line, "boilerplate"))
        return DL_BOILERPLATE;
    if (is_caption(knowledge, line))
        return DL_CAPTION;
    if (has_label(line, &label)) {
        if (begins_with(knowledge, label, "question")) {
            *in_interview = true;
            return DL_QUESTION;
        }
        if (*in_interview)
            return DL_ANSWER;
    }
    if (ends_sentence(line))
        return DL_BODY;
    if (first)
        return line.len <= TITLE_BYTES_MAX ? DL_TITLE : DL_BODY;
    return line.len <= HEADING_BYTES_MAX ? DL_HEADING : DL_BODY;
}

static uint32_t find_lines(dl_str text, struct line *lines, uint32_t max)
{
    uint32_t count = 0;
    dl_str rest = text;
    dl_str line;
    while (count < max && dl_str_next(&rest, '\n', &line)) {
        dl_str trimmed = dl_str_trim(line);
        if (trimmed.len)
            lines[count++] =
                (struct line){(uint32_t)(trimmed.at - text.at),
                              (uint32_t)(trimmed.at - text.at + (ptrdiff_t)trimmed.len)};
    }
    return count;
}

dl_status dl_stage_sections(const struct dl_knowledge *knowledge, struct dl_article *article,
                            struct dl_error *err)
{
    uint32_t room = 1;
    for (size_t i = 0; i < article->text.len; i++)
        room += article->text.at[i] == '\n';
    if (room > LINES_MAX)
        return dl_fail(err, DL_TOO_BIG, "%u lines, at most %u", room, LINES_MAX);
    struct line *lines = dl_arena_array(article->arena, struct line, room);
    uint32_t count = find_lines(article->text, lines, room);
    struct dl_section *sections = dl_arena_array(article->arena, struct dl_section, count);
    bool in_interview = false;
    for (uint32_t i = 0; i < count; i++) {
        dl_str line = dl_str_sub(article->text, lines[i].start, lines[i].end);
        bool titled = i == 0 && article->report.title.len && dl_str_eq(line, article->report.title);
        sections[i].kind = titled ? DL_TITLE : kind_of(knowledge, line, i == 0, &in_interview);
        sections[i].span = dl_span_new(article, lines[i].start, lines[i].end);
        if (i == 0 && sections[i].kind == DL_TITLE && article->report.title.len == 0)
            article->report.title = line;
    }
    article->report.sections = sections;
    article->report.sections_count = count;
    return DL_OK;
}
