/* Who said what: words in quotation marks, words that are told ("said the dam would hold"), and
 * answers of interviews.
 *
 * Quoted words look for their speaker after them (", said NAME"; ", NAME told reporters"), before
 * them (NAME said: "…"), on the rest of their line ("…," said NAME. "…"), and in the line before.
 * A few quoted words are someone's only when a verb of saying or judging leads to them; titles,
 * nicknames and words held at arm's length are nobody's. */
#include "workers/stages/quote_room.h"

#define PARTIAL_WORDS 8U /* more are a quote in their own right */
#define FEW_WORDS 3U     /* so few need a verb that leads to them */
#define LEAD_TOKENS 18U  /* from that verb to them */
#define JUDGE_TOKENS 10U
#define QUOTES_MAX 8192U

bool dl_quote_is_paper(const struct dl_speaker *speaker)
{
    return speaker->person && dl_str_is(speaker->person->word, "paper") &&
           speaker->name_first == speaker->name_next && !speaker->pronoun;
}

static bool is_anonymous(const struct dl_quoting *w, const struct dl_speaker *speaker)
{
    const struct dl_sentence *s =
        &w->article->sentences[dl_sentence_of(w->article, speaker->first)];
    if (speaker->pronoun)
        return false;
    bool named = speaker->name_first < speaker->name_next;
    bool someone = speaker->person && (dl_str_is(speaker->person->word, "unnamed") ||
                                       dl_str_is(speaker->person->word, "group"));
    if (!named && (someone || speaker->unnamed))
        return true;
    uint32_t from =
        speaker->first > s->first + DL_REGION_TOKENS ? speaker->first - DL_REGION_TOKENS : s->first;
    uint32_t end = s->first + s->count;
    for (uint32_t i = from; i < end && i < speaker->next + DL_REGION_TOKENS && !named; i++)
        if (dl_said(w->article, i, DL_WORDING_UNNAMED))
            return true;
    return false;
}

struct dl_found_quote *dl_quote_add(struct dl_quoting *w, uint32_t start, uint32_t end,
                                    uint32_t token, int32_t kind)
{
    struct dl_circumstances *c = w->c;
    if (c->quote_count == QUOTES_MAX)
        return NULL;
    if (c->quote_count == w->room) {
        w->room = w->room ? w->room * 2 : 16;
        struct dl_found_quote *more =
            dl_arena_array(w->article->arena, struct dl_found_quote, w->room);
        if (c->quote_count)
            memcpy(more, c->quotes, c->quote_count * sizeof *more);
        c->quotes = more;
    }
    struct dl_found_quote *found = &c->quotes[c->quote_count++];
    *found = (struct dl_found_quote){
        .start = start, .end = end, .sentence = dl_sentence_of(w->article, token)};
    found->quote.kind = kind;
    found->quote.span = dl_span_new(w->article, start, end);
    found->quote.sentence_index = found->sentence;
    return found;
}

void dl_quote_give(struct dl_found_quote *found, struct dl_actor *actor, bool anonymous, dl_str cue)
{
    if (!found)
        return;
    found->quote.speaker = actor;
    found->quote.anonymous = anonymous;
    found->quote.has_anonymous = anonymous;
    found->quote.cue = cue;
}

/* --- regions around quoted words --- */

static bool is_stop(const struct dl_article *article, uint32_t at)
{
    return dl_token_is(article, at, ".") || dl_token_is(article, at, "?") ||
           dl_token_is(article, at, "!") || dl_token_is(article, at, ";");
}

static bool is_abbreviated(const struct dl_article *article, uint32_t stop)
{
    return !article->tokens[stop].spaced && stop > 0 && article->tokens[stop - 1].len <= 3 &&
           article->tokens[stop - 1].kind == DL_WORD && stop + 1 < article->token_count &&
           article->tokens[stop + 1].capital && !article->tokens[stop].line_end;
}

bool dl_quote_is_mark(const struct dl_article *article, uint32_t at)
{
    dl_str text = dl_token_text(article, at);
    return dl_str_is(text, "\"") || dl_str_is(text, "''") || dl_str_is(text, "``") ||
           dl_str_is(text, "\xe2\x80\x9c") || dl_str_is(text, "\xe2\x80\x9d") ||
           dl_str_is(text, "\xe2\x80\x99") || dl_str_is(text, "\xe2\x80\x98") ||
           dl_str_is(text, "\xc2\xab") || dl_str_is(text, "\xc2\xbb") || dl_str_is(text, "'");
}

static uint32_t limit_of(const struct dl_quoting *w, uint32_t i)
{
    return i + 1 < w->quoted_count ? w->quoted[i + 1].first : w->article->token_count;
}

/* From behind the closing mark to the end of the sentence there. */
static void region_after(const struct dl_quoting *w, uint32_t i, uint32_t *ret_from,
                         uint32_t *ret_to)
{
    const struct dl_article *article = w->article;
    const struct dl_quoted *q = &w->quoted[i];
    uint32_t at = q->next;
    uint32_t max = limit_of(w, i);
    while (at < max && at > 0 && !article->tokens[at - 1].line_end &&
           (dl_quote_is_mark(article, at) || dl_token_is(article, at, ",")))
        at++;
    *ret_from = at;
    if (at > 0 && article->tokens[at - 1].line_end) {
        *ret_to = at;
        return;
    }
    while (at < max && at < *ret_from + DL_REGION_TOKENS &&
           (!is_stop(article, at) || is_abbreviated(article, at)) &&
           !dl_token_is(article, at, "\xe2\x80\x9c")) {
        if (article->tokens[at++].line_end)
            break;
    }
    *ret_to = at;
}

/* From the sentence's (or the words' before) end to the opening mark. */
static void region_before(const struct dl_quoting *w, uint32_t i, uint32_t *ret_from,
                          uint32_t *ret_to)
{
    const struct dl_article *article = w->article;
    const struct dl_quoted *q = &w->quoted[i];
    uint32_t min = i > 0 ? w->quoted[i - 1].next : 0;
    uint32_t at = q->first;
    while (at > min && dl_quote_is_mark(article, at - 1) && !article->tokens[at - 1].line_end)
        at--;
    *ret_to = at;
    while (at > min && *ret_to - at < DL_REGION_TOKENS && !article->tokens[at - 1].line_end &&
           (!is_stop(article, at - 1) || is_abbreviated(article, at - 1)))
        at--;
    while (at < *ret_to && dl_quote_is_mark(article, at))
        at++;
    *ret_from = at;
}

/* --- who says quoted words --- */

static bool ends_said(const struct dl_article *article, const struct dl_quoted *q)
{
    char last = article->text.at[q->end - 1];
    return last == ',' || last == '.' || last == '?' || last == '!' || last == '-' ||
           (unsigned char)last == 0xa6 /* … */ || (unsigned char)last == 0x94;
}

static struct dl_said_by look_after(const struct dl_quoting *w, uint32_t i)
{
    const struct dl_article *article = w->article;
    struct dl_said_by said = {.found = false};
    uint32_t from;
    uint32_t to;
    region_after(w, i, &from, &to);
    if (from >= to)
        return said;
    const struct dl_wording *according = dl_said(article, from, DL_WORDING_ACCORDING);
    const struct dl_wording *says = dl_said(article, from, DL_WORDING_SAYS);
    if (according) {
        said.cue = from;
        said.found =
            dl_speaker_at(article, w->knowledge, from + according->words, to, &said.speaker);
        return said;
    }
    if (says && !article->tokens[from].capital) {
        said.cue = from;
        said.found = dl_speaker_at(article, w->knowledge, from + says->words, to, &said.speaker);
        if (said.found)
            return said;
    }
    /* A new sentence after a full stop is no attribution. */
    char last = article->text.at[w->quoted[i].end - 1];
    if (last == '.' && article->tokens[from].capital)
        return said;
    for (uint32_t at = from; at < to; at++) {
        const struct dl_wording *verb = dl_said(article, at, DL_WORDING_SAYS);
        bool judges = verb && dl_str_is(verb->word, "judges") && last != ',';
        if (!verb || judges || article->tokens[at].capital) /* "…," Khan promised */
            continue;
        if (at == from)
            continue;
        said.cue = at;
        said.found = dl_speaker_before(article, w->knowledge, at, from, &said.speaker);
        if (!said.found) /* the bishop who received them said */
            said.found = dl_speaker_at(article, w->knowledge, from, at, &said.speaker) &&
                         dl_token_is(article, said.speaker.next, "who");
        return said;
    }
    return said;
}

/* The verb before quoted words that leads to them, the nearest one. */
static struct dl_said_by look_before(const struct dl_quoting *w, uint32_t i, uint32_t reach)
{
    const struct dl_article *article = w->article;
    struct dl_said_by said = {.found = false};
    uint32_t from;
    uint32_t to;
    region_before(w, i, &from, &to);
    for (uint32_t at = to; at-- > from && to - at <= reach;) {
        const struct dl_wording *verb = dl_said(article, at, DL_WORDING_SAYS);
        const struct dl_wording *according = dl_said(article, at, DL_WORDING_ACCORDING);
        if (according) {
            said.cue = at;
            said.found =
                dl_speaker_at(article, w->knowledge, at + according->words, to, &said.speaker);
            said.led = true;
            return said;
        }
        if (!verb || (article->tokens[at].capital && at > from))
            continue;
        if (dl_str_is(verb->word, "judges") && to - at > JUDGE_TOKENS)
            continue;
        said.cue = at;
        bool same = at > from && dl_token_is(article, at - 1, ",") && w->last.actor &&
                    w->last.section == w->quoted[i].section &&
                    dl_str_ends(dl_token_text(article, at), DL_STR("ing"));
        if (same) { /* ", adding that": he who spoke before */
            said.same = true;
            return said;
        }
        said.found = dl_speaker_before(article, w->knowledge, at, from, &said.speaker);
        said.led = said.found;
        if (said.found)
            return said;
    }
    return said;
}

/* NAME: "…" */
static struct dl_said_by look_label(const struct dl_quoting *w, uint32_t i)
{
    struct dl_said_by said = {.found = false};
    uint32_t from;
    uint32_t to;
    region_before(w, i, &from, &to);
    if (to > from + 1 && to - from <= 8 && dl_token_is(w->article, to - 1, ":") &&
        w->article->tokens[from].capital) {
        said.cue = to - 1;
        said.found = dl_speaker_at(w->article, w->knowledge, from, to - 1, &said.speaker);
    }
    return said;
}

/* --- what kind of words --- */

static uint32_t words_in(const struct dl_article *article, const struct dl_quoted *q)
{
    uint32_t words = 0;
    for (uint32_t i = q->first; i < q->next; i++)
        words += article->tokens[i].kind != DL_PUNCT;
    return words;
}

/* "The Milk of Sorrow": every long word begins with a capital. */
static bool looks_like_title(const struct dl_article *article, const struct dl_quoted *q)
{
    uint32_t words = 0;
    for (uint32_t i = q->first; i < q->next; i++) {
        if (article->tokens[i].kind != DL_WORD || article->tokens[i].len < 4)
            continue;
        if (!article->tokens[i].capital)
            return false;
        words++;
    }
    return words >= 1 && q->next - q->first >= 2;
}

/* Words right before: "titled", "known as", "so-called". */
static bool is_titled(const struct dl_quoting *w, uint32_t i)
{
    uint32_t from;
    uint32_t to;
    region_before(w, i, &from, &to);
    for (uint32_t back = 0; back < 2 && to > from; back++, to--) {
        if (dl_said_before(w->article, to, from, DL_WORDING_TITLED))
            return true;
        if (dl_token_is(w->article, to - 1, "as"))
            return false; /* "rejected the report as" */
        if (back == 0 && dl_token_is(w->article, to - 1, "called") && to >= from + 2 &&
            dl_said(w->article, to - 2, DL_WORDING_PERSON) == NULL &&
            !w->article->tokens[to - 2].capital && !dl_said(w->article, to - 2, DL_WORDING_PRONOUN))
            return true; /* "a plan called …" */
        if (to >= from + 3 && dl_token_is(w->article, to - 1, "called") &&
            dl_is_dash(w->article, to - 2))
            return true;
    }
    return false;
}

static dl_str cue_text(const struct dl_quoting *w, const struct dl_said_by *said)
{
    const struct dl_wording *says = dl_said(w->article, said->cue, DL_WORDING_SAYS);
    return dl_span_of_tokens(w->article, said->cue, says ? says->words : 1)->text;
}

/* Gives the words to who was found; remembers him. */
void dl_quote_give_found(struct dl_quoting *w, struct dl_found_quote *found,
                         const struct dl_said_by *said, uint32_t section, bool open)
{
    struct dl_actor *actor = dl_speaker_actor(w->people, &said->speaker);
    bool anonymous = said->speaker.pronoun ? w->last.anonymous : is_anonymous(w, &said->speaker);
    w->cue_used[said->cue] = !found || found->quote.kind != DL_PARTIAL;
    if (!actor)
        return;
    dl_quote_give(found, actor, anonymous, cue_text(w, said));
    w->last = (struct dl_last_speaker){
        actor, anonymous, section, dl_sentence_of(w->article, said->cue), cue_text(w, said), open};
    const struct dl_speaker *speaker = &said->speaker;
    dl_people_spoke(w->people, actor, w->last.sentence,
                    speaker->pronoun || speaker->name_first < speaker->name_next ||
                        (speaker->person && dl_str_is(speaker->person->word, "unnamed")));
}

/* The first person of the sentence before, on the same line: 'Rivera was unmoved. "We …"'. */
static bool person_before(struct dl_quoting *w, uint32_t i, struct dl_said_by *said)
{
    const struct dl_quoted *q = &w->quoted[i];
    uint32_t s = dl_sentence_of(w->article, q->first);
    uint32_t section = w->article->sentences[s].section;
    if (s == 0 || w->article->sentences[s - 1].section != section)
        return false;
    const struct dl_sentence *before = &w->article->sentences[s - 1];
    said->cue = q->first;
    said->found = dl_speaker_at(w->article, w->knowledge, before->first,
                                before->first + before->count, &said->speaker);
    return said->found && said->speaker.name_first < said->speaker.name_next;
}

static void take_full(struct dl_quoting *w, uint32_t i, const struct dl_said_by *known)
{
    const struct dl_quoted *q = &w->quoted[i];
    struct dl_found_quote *found = dl_quote_add(w, q->start, q->end, q->first, DL_DIRECT);
    struct dl_said_by said = *known;
    bool open = !q->closed;
    if (said.found && !dl_quote_is_paper(&said.speaker)) {
        dl_quote_give_found(w, found, &said, q->section, open);
        return;
    }
    bool same_line = w->last.actor && w->last.section == q->section;
    bool goes_on =
        w->last.actor && q->opens_line && (w->last.open || w->last.section + 1 >= q->section);
    if (same_line || goes_on) {
        dl_quote_give(found, w->last.actor, w->last.anonymous, w->last.cue);
        w->last.section = q->section;
        w->last.open = open;
    } else if (person_before(w, i, &said)) {
        dl_quote_give_found(w, found, &said, q->section, open);
        if (found)
            found->quote.cue = (dl_str){"", 0};
    }
}

/* Some words in marks: a quote, a part of one, or nobody's. */
static void take_quoted(struct dl_quoting *w, uint32_t i)
{
    const struct dl_article *article = w->article;
    const struct dl_quoted *q = &w->quoted[i];
    uint32_t words = words_in(article, q);
    bool full = ends_said(article, q) || words > PARTIAL_WORDS || !q->closed;
    if (words == 0)
        return;
    if (!full || words <= FEW_WORDS) {
        bool title = is_titled(w, i) ||
                     (looks_like_title(article, q) && words >= 2 && !ends_said(article, q));
        if (title)
            return;
    }
    struct dl_said_by said = look_after(w, i);
    if (said.found && !ends_said(article, q) && words <= FEW_WORDS)
        said.found = false; /* 'closed the "onion mile", traders said' */
    if (!said.found && full)
        said = look_label(w, i);
    if (!said.found)
        said = look_before(w, i, full ? DL_REGION_TOKENS : LEAD_TOKENS);
    if (full && (said.found || ends_said(article, q) || words > PARTIAL_WORDS)) {
        bool told = said.found && said.led && !q->opens_line && !article->tokens[q->first].capital;
        take_full(w, i, &said);
        if (told && w->c->quote_count) {
            w->c->quotes[w->c->quote_count - 1].quote.kind = DL_PARTIAL;
            w->cue_used[said.cue] = true; /* all of what it brings stands in the marks */
        }
        return;
    }
    if (said.same) {
        dl_quote_give(dl_quote_add(w, q->start, q->end, q->first, DL_PARTIAL), w->last.actor,
                      w->last.anonymous, cue_text(w, &said));
        return;
    }
    if (!said.found || dl_quote_is_paper(&said.speaker))
        return;
    dl_quote_give_found(w, dl_quote_add(w, q->start, q->end, q->first, DL_PARTIAL), &said,
                        q->section, false);
}

/* --- the whole text --- */

static int by_start(const void *a, const void *b)
{
    const struct dl_found_quote *one = a;
    const struct dl_found_quote *two = b;
    return one->start < two->start ? -1 : one->start > two->start;
}

/* Counts within someone's words are his. */
static void set_holders(struct dl_circumstances *c, struct dl_article *article)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < c->number_count; i++) {
        uint32_t byte = article->tokens[c->numbers[i].first].start;
        while (at < c->quote_count && c->quotes[at].end <= byte)
            at++;
        for (uint32_t k = at; k < c->quote_count && c->quotes[k].start <= byte; k++)
            if (byte < c->quotes[k].end && c->quotes[k].quote.speaker)
                c->numbers[i].quantity.holder = c->quotes[k].quote.speaker->name;
    }
}

/* Between answers an interview may tell: 'She stopped. "I buried two," she said.' */
static bool is_narrated(const struct dl_quoting *w, uint32_t section, uint32_t quoted)
{
    for (uint32_t i = quoted; i < w->quoted_count && w->quoted[i].section == section; i++)
        if (!dl_quote_is_mark(w->article, w->quoted[i].next) ||
            ends_said(w->article, &w->quoted[i]))
            if (look_after(w, i).found)
                return true;
    return false;
}

static void read_lines(struct dl_quoting *w)
{
    const struct dl_article *article = w->article;
    uint32_t quoted = 0; /* in marks, not yet taken */
    uint32_t answered = UINT32_MAX;
    bool narrated = false;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        const struct dl_sentence *sentence = &article->sentences[s];
        uint32_t end = sentence->first + sentence->count;
        int32_t kind = dl_section_of(article, s);
        while (quoted < w->quoted_count && w->quoted[quoted].first < sentence->first)
            quoted++;
        if (kind == DL_ANSWER && sentence->section != answered) {
            answered = sentence->section;
            narrated = is_narrated(w, answered, quoted);
            if (!narrated)
                dl_quote_take_answer(w, answered, sentence->first);
        }
        if (kind != DL_BODY && !(kind == DL_ANSWER && narrated))
            continue;
        uint32_t from = quoted;
        while (quoted < w->quoted_count && w->quoted[quoted].first < end)
            take_quoted(w, quoted++);
        dl_quote_find_told(w, s, &from);
        quoted = from;
        while (quoted < w->quoted_count && w->quoted[quoted].first < end)
            quoted++;
    }
}

dl_status dl_stage_quotes(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    (void)err; /* a text without quotes is a text */
    struct dl_circumstances *c = dl_circumstances_open(article);
    if (!article->english || article->token_count == 0)
        return DL_OK;
    struct dl_quoting w = {.article = article, .knowledge = knowledge, .c = c};
    w.people = c->people;
    for (uint32_t i = 0; i < c->place_count; i++)
        if (c->places[i].role == DL_PLACE_DATELINE) {
            dl_people_stand(w.people, c->places[i].place.country);
            break;
        }
    w.quoted_count = dl_find_quoted(article, &w.quoted);
    w.cue_used = dl_arena_array(article->arena, bool, article->token_count + 1);
    read_lines(&w);
    if (c->quote_count > 1)
        qsort(c->quotes, c->quote_count, sizeof *c->quotes, by_start);
    set_holders(c, article);
    article->report.quotes = dl_arena_array(article->arena, struct dl_quote, c->quote_count);
    article->report.quotes_count = c->quote_count;
    for (uint32_t i = 0; i < c->quote_count; i++)
        article->report.quotes[i] = c->quotes[i].quote;
    article->report.quantities =
        dl_arena_array(article->arena, struct dl_quantity, c->number_count);
    article->report.quantities_count = c->number_count;
    for (uint32_t i = 0; i < c->number_count; i++)
        article->report.quantities[i] = c->numbers[i].quantity;
    return DL_OK;
}
