/* What each line of the text is: title, heading, body, caption, question, answer, boilerplate.
 *
 * Lines are told by how they begin (data/circumstances/lines.txt), how they end, and, in
 * interviews, by the labels before their colons: the label whose lines mostly end in a question
 * mark asks. */
#include "workers/stage.h"

#define HEADING_BYTES_MAX 90U /* longer lines without a full stop are body all the same */
#define TITLE_BYTES_MAX 200U
#define ASKING_BYTES_MAX 60U /* "What's Next?" */
#define LABEL_BYTES_MAX 40U  /* "Senior Editor:" */
#define LABEL_WORDS_MAX 4U
#define BYLINE_BYTES_MAX 80U
#define BAR_BYTES_MAX 24U    /* "| AP" at the end of a caption */
#define CREDIT_BYTES_MAX 40U /* "(AP Photo/Jane Roe)" */
#define LINES_MAX (1U << 18)
#define LABELS_MAX 32U /* of an interview; a play has more */

struct label {
    uint64_t hash;
    uint32_t lines, questions;
    bool asks; /* its name says so: "Interviewer" */
};

struct line {
    uint32_t start; /* bytes, trimmed */
    uint32_t end;
    uint32_t label; /* index of labels + 1; 0: none */
};

struct reading {
    const struct dl_knowledge *knowledge;
    dl_str text;
    struct line *lines;
    uint32_t line_count;
    struct label labels[LABELS_MAX];
    uint32_t label_count;
    uint32_t last_label; /* line of it */
    bool interview;
};

static dl_str text_of(const struct reading *r, uint32_t i)
{
    return dl_str_sub(r->text, r->lines[i].start, r->lines[i].end);
}

/* The mark a sentence ends with, before closing quotes and brackets; 0 when there is none. */
static char end_mark(dl_str line)
{
    while (line.len) {
        char c = line.at[line.len - 1];
        if (c == '"' || c == '\'' || c == ')' || (unsigned char)c >= 0x80) {
            if (dl_str_ends(line, DL_STR("\xe2\x80\xa6"))) /* … */
                return '.';
            line.len--;
            continue;
        }
        return c == '.' || c == '!' || c == '?' || c == ':' || c == ';' ? c : '\0';
    }
    return '\0';
}

/* Hashes of the first words; colons and brackets stay on them ("image:", "(photo"). */
static uint32_t first_words(dl_str line, uint64_t *hashes, uint32_t max, bool bare)
{
    uint32_t count = 0;
    dl_str word;
    while (count < max && dl_str_next(&line, ' ', &word)) {
        while (bare && word.len && (word.at[word.len - 1] == ':' || word.at[word.len - 1] == ','))
            word.len--;
        if (word.len)
            hashes[count++] = dl_wording_hash(word);
    }
    return count;
}

/* What the line begins with, of the kind; whether or not a colon follows. */
static const struct dl_wording *begins_with(const struct reading *r, dl_str line,
                                            enum dl_wording_kind kind)
{
    uint64_t hashes[DL_WORDING_WORDS_MAX];
    for (int bare = 0; bare < 2; bare++) {
        uint32_t count = first_words(line, hashes, DL_WORDING_WORDS_MAX, bare);
        const struct dl_wording *found =
            count ? dl_wording_of(dl_wordings_find(r->knowledge->wordings, hashes, 0, count), kind)
                  : NULL;
        if (found)
            return found;
    }
    return NULL;
}

static bool is_boilerplate(const struct reading *r, dl_str line)
{
    const struct dl_wording *found = begins_with(r, line, DL_WORDING_BOILERPLATE);
    if (!found)
        return false;
    bool short_only = dl_str_is(found->word, "short");
    return !short_only || (line.len <= HEADING_BYTES_MAX && end_mark(line) != '.');
}

static bool is_capital(char c)
{
    return (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* "By Ana Lopez", "By ANA LOPEZ and Juan Ruiz, Reuters". */
static bool is_byline(const struct reading *r, dl_str line)
{
    const struct dl_wording *by = begins_with(r, line, DL_WORDING_BYLINE);
    dl_str rest = line;
    dl_str word;
    uint32_t names = 0;
    if (!by || line.len > BYLINE_BYTES_MAX || end_mark(line) == '.')
        return false;
    for (uint32_t i = 0; dl_str_next(&rest, ' ', &word); i++) {
        if (i < by->words || word.len == 0)
            continue;
        uint64_t hash = dl_wording_hash(word);
        const struct dl_wording *said = dl_wordings_find(r->knowledge->wordings, &hash, 0, 1);
        if (dl_wording_of(said, DL_WORDING_WEEKDAY) || dl_wording_of(said, DL_WORDING_MONTH))
            return false;
        if (!is_capital(word.at[0]) && names == 0 && by->words == 1)
            return false;
        names += is_capital(word.at[0]);
    }
    return names >= 1;
}

/* "| AP", "(Source: …)" and credits of photographers close captions and nothing else. */
static bool is_caption(const struct reading *r, dl_str line)
{
    const struct dl_wording *cue = begins_with(r, line, DL_WORDING_CAPTION);
    const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;
    if (cue && (line.at[0] == '(' || line.at[0] == '[' || cue->words > 1 ||
                (colon && colon - line.at < (ptrdiff_t)LABEL_BYTES_MAX) || end_mark(line) != '.'))
        return true;
    const char *bar = line.len ? memrchr(line.at, '|', line.len) : NULL;
    if (bar && line.at + line.len - bar <= (ptrdiff_t)BAR_BYTES_MAX)
        return true;
    size_t from = line.len > CREDIT_BYTES_MAX ? line.len - CREDIT_BYTES_MAX : 0;
    dl_str tail = dl_str_sub(line, from, line.len);
    if (tail.len > 10 && line.at[line.len - 1] == ')' && memmem(line.at, line.len, "(Source:", 8))
        return true;
    return memmem(tail.at, tail.len, " Photo/", 7) ||
           memmem(tail.at, tail.len, "Getty Images", 12) ||
           memmem(tail.at, tail.len, "via REUTERS", 11) || memmem(tail.at, tail.len, "/AFP", 4) ||
           memmem(tail.at, tail.len, "/Reuters", 8) || memmem(tail.at, tail.len, "/AP)", 4);
}

/* The words before a colon that may name who speaks. */
static bool has_label(dl_str line, dl_str *ret_label)
{
    size_t len = line.len < LABEL_BYTES_MAX ? line.len : LABEL_BYTES_MAX;
    const char *colon = len ? memchr(line.at, ':', len) : NULL;
    if (!colon || colon == line.at)
        return false;
    *ret_label = (dl_str){line.at, (size_t)(colon - line.at)};
    uint32_t words = 1;
    for (size_t i = 0; i < ret_label->len; i++) {
        char c = ret_label->at[i];
        if (c == '"' || c == '(' || c == ',' || (c >= '0' && c <= '9') ||
            (unsigned char)c == 0xe2) /* a quote, a dash */
            return false;
        words += c == ' ';
    }
    return words <= LABEL_WORDS_MAX;
}

static void add_label(struct reading *r, uint32_t i, dl_str label)
{
    uint64_t hash = dl_wording_hash(label);
    uint32_t k = 0;
    while (k < r->label_count && r->labels[k].hash != hash)
        k++;
    if (k == LABELS_MAX)
        return;
    if (k == r->label_count) {
        r->labels[r->label_count++] = (struct label){.hash = hash};
        r->labels[k].asks = begins_with(r, label, DL_WORDING_QUESTION) != NULL;
    }
    r->lines[i].label = k + 1;
    r->labels[k].lines++;
    r->labels[k].questions += end_mark(text_of(r, i)) == '?';
}

/* An interview has someone whose name says that he asks, or two who take turns of whom one mostly
 * ends in question marks. */
static void find_interview(struct reading *r)
{
    uint32_t turns = 0;
    bool asked = false;
    for (uint32_t i = 0; i < r->line_count; i++) {
        dl_str label;
        if (has_label(text_of(r, i), &label))
            add_label(r, i, label);
    }
    for (uint32_t k = 0; k < r->label_count; k++) {
        struct label *label = &r->labels[k];
        turns += label->lines >= 2;
        if (label->lines >= 2 && label->questions * 2 > label->lines)
            label->asks = true;
        asked = asked || (label->asks && label->questions);
        r->interview = r->interview || label->asks;
    }
    r->interview = r->interview && (asked || turns >= 1) && r->label_count >= 2;
    for (uint32_t i = 0; i < r->line_count; i++)
        if (r->lines[i].label)
            r->last_label = i;
}

/* "What's Next?" over a part of the text: few words, the long ones with capitals. */
static bool asks_as_heading(dl_str line)
{
    dl_str word;
    if (line.len > ASKING_BYTES_MAX || end_mark(line) != '?')
        return false;
    while (dl_str_next(&line, ' ', &word))
        if (word.len >= 4 && !is_capital(word.at[0]))
            return false;
    return true;
}

static int32_t kind_of(const struct reading *r, uint32_t i, int32_t before)
{
    dl_str line = text_of(r, i);
    bool first = i == 0;
    uint32_t label = r->lines[i].label;
    bool asks = label && r->labels[label - 1].asks;
    if (is_boilerplate(r, line) || is_byline(r, line))
        return DL_BOILERPLATE;
    if (r->interview && asks)
        return DL_QUESTION;
    if (r->interview && label && (before == DL_QUESTION || r->labels[label - 1].lines >= 2))
        return DL_ANSWER;
    if (is_caption(r, line))
        return DL_CAPTION;
    char mark = end_mark(line);
    if (first && r->line_count > 1 && (mark == '?' || mark == '!'))
        return line.len <= TITLE_BYTES_MAX / 2 ? DL_TITLE : DL_BODY;
    if (asks_as_heading(line) && r->line_count > 1)
        return DL_HEADING;
    if (mark) /* between labels an answer goes on */
        return r->interview && before == DL_ANSWER && i < r->last_label ? DL_ANSWER : DL_BODY;
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
                (struct line){.start = (uint32_t)(trimmed.at - text.at),
                              .end = (uint32_t)(trimmed.at - text.at + (ptrdiff_t)trimmed.len)};
    }
    return count;
}

dl_status dl_stage_sections(const struct dl_knowledge *knowledge, struct dl_article *article,
                            struct dl_error *err)
{
    struct reading r = {.knowledge = knowledge, .text = article->text};
    uint32_t room = 1;
    for (size_t i = 0; i < article->text.len; i++)
        room += article->text.at[i] == '\n';
    if (room > LINES_MAX)
        return dl_fail(err, DL_TOO_BIG, "%u lines, at most %u", room, LINES_MAX);
    r.lines = dl_arena_array(article->arena, struct line, room);
    r.line_count = find_lines(article->text, r.lines, room);
    find_interview(&r);
    struct dl_section *sections = dl_arena_array(article->arena, struct dl_section, r.line_count);
    int32_t before = DL_SECTION_NONE;
    for (uint32_t i = 0; i < r.line_count; i++) {
        dl_str line = text_of(&r, i);
        bool titled = i == 0 && article->report.title.len && dl_str_eq(line, article->report.title);
        sections[i].kind = titled ? DL_TITLE : kind_of(&r, i, before);
        sections[i].span = dl_span_new(article, r.lines[i].start, r.lines[i].end);
        if (sections[i].kind != DL_HEADING && sections[i].kind != DL_CAPTION)
            before = sections[i].kind;
        if (i == 0 && sections[i].kind == DL_TITLE && article->report.title.len == 0)
            article->report.title = line;
    }
    article->report.sections = sections;
    article->report.sections_count = r.line_count;
    return DL_OK;
}
