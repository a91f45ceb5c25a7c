/* All dates of the text, resolved in the publication's own offset: first what stands for itself,
 * then what counts from another happening ("two days after the vote"). */
#include "workers/stages/date_shapes.h"

#include "core/day.h"

#define DATES_MAX 4096U /* a text with more is a table */
#define WAITING_MAX 64U
#define ANCHOR_TOKENS 10U /* of "after the storming of the parliament" that are asked for */
#define ANCHOR_REACH 16U  /* tokens from a date to the word it dates */
#define STEM_BYTES 4U     /* "vote", "voted" */
#define GENERATION 30
#define HISTORY_FROM 1000
#define HISTORY_YEARS 3U /* as many make a text one of history */
#define DATELINE_DAYS 7  /* a dateline is at most so much older than the publication */

struct waiting { /* for the day of another happening */
    uint32_t index;
    struct dl_date_read date;
};

struct work {
    struct dl_article *article;
    struct dl_circumstances *c;
    struct dl_date_reader reader;
    uint32_t room;
    struct waiting waiting[WAITING_MAX];
    uint32_t waiting_count;
};

static struct dl_found_date *add(struct work *w, uint32_t sentence, const struct dl_date_read *date)
{
    if (w->c->date_count == w->room) {
        w->room = w->room ? w->room * 2 : 16;
        struct dl_found_date *more =
            dl_arena_array(w->article->arena, struct dl_found_date, w->room);
        if (w->c->date_count)
            memcpy(more, w->c->dates, w->c->date_count * sizeof *more);
        w->c->dates = more;
    }
    struct dl_found_date *found = &w->c->dates[w->c->date_count++];
    *found = (struct dl_found_date){.first = date->first,
                                    .count = date->count,
                                    .sentence = sentence,
                                    .start = date->start,
                                    .end = date->end};
    found->when.precision = date->precision;
    found->when.basis = date->inferred ? DL_WHEN_INFERRED : DL_WHEN_TEXT;
    return found;
}

/* "since January": what has gone on since then goes on to today; the date itself is January. */
static bool is_since(const struct work *w, const struct dl_date_read *date)
{
    uint32_t at = date->first;
    if (at > w->reader.first && dl_token_is(w->article, at - 1, "the"))
        at--;
    return at > w->reader.first && w->reader.has_day && date->start <= w->reader.day &&
           dl_said_before(w->article, at, w->reader.first, DL_WORDING_SINCE);
}

/* "next week" */
static bool is_next_week(const struct work *w, const struct dl_date_read *date)
{
    return date->precision == DL_WEEK && w->reader.has_day &&
           dl_said(w->article, date->first, DL_WORDING_RELATIVE) && date->start > w->reader.day;
}

static void read_sentence(struct work *w, uint32_t s)
{
    const struct dl_sentence *sentence = &w->article->sentences[s];
    int32_t kind = dl_section_of(w->article, s);
    w->reader.first = sentence->first;
    w->reader.end = sentence->first + sentence->count;
    w->reader.week_end = 0;
    w->reader.headline = kind == DL_TITLE || kind == DL_HEADING || kind == DL_CAPTION;
    for (uint32_t i = w->reader.first; i < w->reader.end && w->c->date_count < DATES_MAX;) {
        struct dl_date_read date;
        if (!dl_date_read(&w->reader, i, &date)) {
            const struct dl_wording *skip = dl_said(w->article, i, DL_WORDING_NO_DATE);
            i += skip ? skip->words : 1;
            continue;
        }
        i = date.first + date.count;
        if (is_next_week(w, &date)) {
            w->reader.week = date.start;
            w->reader.week_end = i;
        }
        if (date.waits) {
            if (w->waiting_count == WAITING_MAX)
                continue;
            w->waiting[w->waiting_count++] = (struct waiting){w->c->date_count, date};
        } else {
            bool own = !w->reader.history || date.end + GENERATION * 365 < w->reader.day;
            if (own && (kind == DL_BODY || kind == DL_ANSWER)) {
                w->reader.told_last = date.start;
                if (date.precision == DL_DAY || !w->reader.has_told)
                    w->reader.told = date.start;
                w->reader.has_told = true;
            }
        }
        add(w, s, &date)->since = is_since(w, &date);
    }
}

/* --- dates that wait --- */

static bool is_content_word(const struct dl_article *article, uint32_t token)
{
    const struct dl_token *t = &article->tokens[token];
    return t->kind == DL_WORD && t->len >= STEM_BYTES &&
           !dl_said(article, token, DL_WORDING_SMALL) && !dl_said(article, token, DL_WORDING_AFTER);
}

static bool same_stem(const struct dl_article *article, uint32_t a, uint32_t b)
{
    dl_str one = dl_str_sub(dl_token_text(article, a), 0, STEM_BYTES);
    return is_content_word(article, b) &&
           dl_str_eq_nocase(one, dl_str_sub(dl_token_text(article, b), 0, STEM_BYTES));
}

/* Does the text near a date speak of the word? */
static bool dates_word(const struct dl_article *article, const struct dl_found_date *date,
                       uint32_t word)
{
    const struct dl_sentence *s = &article->sentences[date->sentence];
    uint32_t from = date->first > s->first + ANCHOR_REACH ? date->first - ANCHOR_REACH : s->first;
    uint32_t end = s->first + s->count;
    uint32_t to = date->first + date->count + ANCHOR_REACH;
    for (uint32_t i = from; i < end && i < to; i++)
        if (i != word && same_stem(article, word, i))
            return true;
    return false;
}

static bool is_in_dateline(const struct work *w, const struct dl_found_date *date)
{
    const struct dl_dateline *dateline = &w->c->dateline;
    return date->first >= dateline->first && date->first < dateline->first + dateline->count;
}

static const struct dl_found_date *anchor_of(const struct work *w, const struct waiting *waiting)
{
    const struct dl_article *article = w->article;
    const struct dl_found_date *list = w->c->dates;
    uint32_t s = list[waiting->index].sentence;
    uint32_t end = article->sentences[s].first + article->sentences[s].count;
    uint32_t first = waiting->date.first + waiting->date.count;
    uint32_t words = 0;
    /* "four days after he vowed on Saturday" */
    const struct dl_found_date *next = &list[waiting->index + 1];
    bool follows = waiting->index + 1 < w->c->date_count && next->sentence == s;
    for (uint32_t i = first; follows && i < next->first; i++)
        follows = !dl_token_is(article, i, ",");
    if (follows && next->when.precision)
        return next;
    for (uint32_t i = first; i < end && i < first + ANCHOR_TOKENS; i++) {
        if (dl_token_is(article, i, ",") || dl_token_is(article, i, "."))
            break;
        words++;
        if (!is_content_word(article, i))
            continue;
        for (uint32_t k = waiting->index; k-- > 0;) /* told before, the nearest first */
            if (list[k].when.precision && list[k].sentence != s && dates_word(article, &list[k], i))
                return &list[k];
        for (uint32_t k = waiting->index + 1; k < w->c->date_count; k++)
            if (list[k].when.precision && list[k].sentence != s && dates_word(article, &list[k], i))
                return &list[k];
    }
    /* "after the vote", and no more about it: the one the article is about. */
    bool the = dl_token_is(article, first, "the") || dl_token_is(article, first, "this");
    for (uint32_t k = 0; the && words == 2 && k < w->c->date_count; k++) {
        int32_t kind = dl_section_of(article, list[k].sentence);
        if (kind == DL_BODY && list[k].when.precision == DL_DAY && !is_in_dateline(w, &list[k]))
            return &list[k];
    }
    return NULL;
}

static void resolve_waiting(struct work *w)
{
    for (uint32_t i = 0; i < w->waiting_count; i++)
        w->c->dates[w->waiting[i].index].when.precision = 0;
    for (uint32_t i = 0; i < w->waiting_count; i++) {
        struct dl_found_date *found = &w->c->dates[w->waiting[i].index];
        const struct dl_found_date *anchor = anchor_of(w, &w->waiting[i]);
        struct dl_date_read date = w->waiting[i].date;
        if (!anchor || !dl_date_shift(&date, date.shift < 0 ? anchor->start : anchor->end))
            continue;
        found->start = date.start;
        found->end = date.end;
        found->when.precision = date.precision;
        found->when.basis = DL_WHEN_INFERRED;
    }
}

/* Leaves out what stayed unresolved, writes the rest for the Report. */
static void finish(struct work *w)
{
    struct dl_article *article = w->article;
    struct dl_circumstances *c = w->c;
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->date_count; i++)
        if (c->dates[i].when.precision)
            c->dates[count++] = c->dates[i];
    c->date_count = count;
    article->report.dates = dl_arena_array(article->arena, struct dl_when, count);
    article->report.dates_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct dl_found_date *found = &c->dates[i];
        found->when.start = dl_day_text(article->arena, found->start);
        found->when.end = found->end == found->start ? found->when.start
                                                     : dl_day_text(article->arena, found->end);
        found->when.span = dl_span_of_tokens(article, found->first, found->count);
        found->when.text = found->when.span->text;
        article->report.dates[i] = found->when;
    }
}

/* "Today" is the dateline's day where it has one, else the publication's. */
static void set_day(struct work *w)
{
    struct dl_circumstances *c = w->c;
    c->has_day = w->article->has_published;
    c->day = w->article->published_day;
    w->reader.day = w->reader.news = c->day;
    w->reader.has_day = c->has_day;
    if (c->dateline.count == 0 || !c->has_day)
        return;
    w->reader.first = c->dateline.first;
    w->reader.end = c->dateline.first + c->dateline.count;
    for (uint32_t i = w->reader.first; i < w->reader.end; i++) {
        struct dl_date_read date;
        if (!dl_date_read(&w->reader, i, &date) || date.precision != DL_DAY)
            continue;
        if (date.start <= c->day && date.start >= c->day - DATELINE_DAYS)
            c->day = w->reader.day = date.start;
        return;
    }
}

/* Do the years it names all lie a generation back? A biography's months are of its own years. */
static bool is_history(const struct work *w)
{
    int year;
    int month;
    int date;
    uint32_t old = 0;
    dl_day_to_civil(w->c->day, &year, &month, &date);
    for (uint32_t i = 0; w->c->has_day && i < w->article->token_count; i++) {
        const struct dl_token *t = &w->article->tokens[i];
        dl_str text = dl_token_text(w->article, i);
        if (t->kind != DL_NUMBER || text.len != 4 || text.at[0] < '1' || text.at[0] > '2')
            continue;
        int32_t told = (text.at[0] - '0') * 1000 + (text.at[1] - '0') * 100 +
                       (text.at[2] - '0') * 10 + text.at[3] - '0';
        if (told + GENERATION > year && told <= year + 1)
            return false;
        old += told >= HISTORY_FROM && told < year;
    }
    return old >= HISTORY_YEARS;
}

dl_status dl_stage_dates(const struct dl_knowledge *knowledge, struct dl_article *article,
                         struct dl_error *err)
{
    (void)err; /* a text without dates is a text */
    struct dl_circumstances *c = dl_circumstances_open(article);
    if (!article->english)
        return DL_OK;
    struct work w = {.article = article, .c = c};
    w.reader.article = article;
    w.reader.wordings = knowledge->wordings;
    dl_read_dateline(article, c);
    set_day(&w);
    w.reader.history = is_history(&w);
    for (uint32_t s = 0; s < article->sentence_count; s++)
        read_sentence(&w, s);
    resolve_waiting(&w);
    finish(&w);
    return DL_OK;
}
