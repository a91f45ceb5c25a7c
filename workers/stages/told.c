/* Words that are told, not quoted ("said the dam would hold"; "…, police said"), and the answers of
 * interviews. */
#include "core/first_of.h"
#include "workers/stages/quote_room.h"

#define THAT_TOKENS 14U   /* "told the opening of the congress that" */
#define TOLD_WORDS_MIN 3U /* told words */

static bool is_capital_phrase(const struct dl_article *article, const struct dl_speaker *speaker)
{
    return article->tokens[speaker->first].capital;
}

static bool is_quoted(const struct dl_quoting *w, uint32_t token, uint32_t *at)
{
    while (*at < w->quoted_count && w->quoted[*at].next <= token)
        (*at)++;
    return *at < w->quoted_count && w->quoted[*at].first <= token;
}

/* "told reporters", "told the BBC on Monday": the token after whom it was told; `at` where nobody
 * is named. */
static uint32_t after_addressee(const struct dl_article *article, uint32_t at, uint32_t end)
{
    uint32_t next = dl_token_is(article, at, "the") ? at + 1 : at;
    uint32_t from = next;
    const struct dl_wording *person = dl_said(article, next, DL_WORDING_PERSON);
    if (person || dl_token_is(article, next, "reporters"))
        next += person ? person->words : 1;
    else
        while (next < end && article->tokens[next].name == DL_NAME_ORG)
            next++;
    if (next == from)
        return at;
    return next;
}

static bool starts_clause(const struct dl_article *article, uint32_t at)
{
    return article->tokens[at].capital || article->tokens[at].kind == DL_NUMBER ||
           dl_token_is(article, at, "there") || dl_said(article, at, DL_WORDING_PRONOUN) ||
           dl_said(article, at, DL_WORDING_NUMBER) || dl_said(article, at, DL_WORDING_BOUND) ||
           dl_said(article, at, DL_WORDING_VAGUE) || dl_said(article, at, DL_WORDING_PERSON) ||
           !dl_said(article, at, DL_WORDING_SMALL);
}

/* Where the words begin that a verb of saying brings: after "that", or right after the verb. */
static uint32_t told_from(const struct dl_article *article, uint32_t verb, uint32_t end,
                          const struct dl_wording *says)
{
    uint32_t at = verb + says->words;
    for (uint32_t i = at; i < end && i < at + THAT_TOKENS; i++) {
        if (dl_token_is(article, i, "that") && i + TOLD_WORDS_MIN < end)
            return i + 1;
        if (article->tokens[i].kind == DL_PUNCT)
            break;
    }
    if (!dl_str_is(says->word, "free") || at >= end || article->tokens[at].kind == DL_PUNCT)
        return end;
    if (dl_token_is(article, verb, "told") || dl_token_is(article, verb, "tell") ||
        dl_token_is(article, verb, "tells")) {
        uint32_t to = after_addressee(article, at, end);
        if (to == at)
            return end; /* "told a lie" */
        at = to;
    }
    while (at < end &&
           (dl_token_is(article, at, "on") || dl_said(article, at, DL_WORDING_WEEKDAY) ||
            dl_token_is(article, at, "reporters") || dl_token_is(article, at, "later")))
        at++;
    return at < end && starts_clause(article, at) ? at : end;
}

/* "said the dam would hold" is told; "announced a plan" is not: a told clause has its own verb. */
static bool has_verb(const struct dl_article *article, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end; i++) {
        if (i > from && dl_token_is(article, i, ",") && dl_token_is(article, i + 1, "but"))
            return false; /* "claimed responsibility, but …" */
        if (article->tokens[i].upos == DL_UPOS_VERB || article->tokens[i].upos == DL_UPOS_AUX)
            return true;
        dl_str text = dl_token_text(article, i);
        if (article->tokens[i].upos == 0 &&
            (dl_said(article, i, DL_WORDING_DONE) || dl_said(article, i, DL_WORDING_SAYS) ||
             (text.len > 3 && dl_str_ends(text, DL_STR("ed"))) || dl_str_is(text, "was") ||
             dl_str_is(text, "were") || dl_str_is(text, "is") || dl_str_is(text, "are") ||
             dl_str_is(text, "had") || dl_str_is(text, "has") || dl_str_is(text, "have") ||
             dl_str_is(text, "would") || dl_str_is(text, "will") || dl_str_is(text, "could") ||
             dl_str_is(text, "can") || dl_str_is(text, "did") || dl_str_is(text, "hit") ||
             dl_str_is(text, "shot") || dl_str_is(text, "took") || dl_str_is(text, "may")))
            return true;
    }
    return false;
}

static uint32_t without_stop(const struct dl_article *article, uint32_t from, uint32_t end)
{
    while (end > from && article->tokens[end - 1].kind == DL_PUNCT &&
           !dl_quote_is_mark(article, end - 1)) /* of words quoted within */
        end--;
    return end;
}

static void add_told_by_last(struct dl_quoting *w, uint32_t from, uint32_t end, uint32_t cue)
{
    end = without_stop(w->article, from, end);
    if (end < from + TOLD_WORDS_MIN || !has_verb(w->article, from, end))
        return;
    const struct dl_token *last = &w->article->tokens[end - 1];
    dl_quote_give(
        dl_quote_add(w, w->article->tokens[from].start, last->start + last->len, from, DL_INDIRECT),
        w->last.actor, w->last.anonymous, dl_token_text(w->article, cue));
}

static void add_told(struct dl_quoting *w, uint32_t from, uint32_t end,
                     const struct dl_said_by *said, uint32_t section)
{
    end = without_stop(w->article, from, end);
    const struct dl_dateline *dateline = &w->c->dateline;
    if (dateline->count && from >= dateline->first && from < dateline->first + dateline->count)
        from = dateline->first + dateline->count + 1;
    if (end < from + TOLD_WORDS_MIN || !has_verb(w->article, from, end))
        return;
    const struct dl_token *last = &w->article->tokens[end - 1];
    struct dl_found_quote *found =
        dl_quote_add(w, w->article->tokens[from].start, last->start + last->len, from, DL_INDIRECT);
    dl_quote_give_found(w, found, said, section, false);
}

/* "…, said a doctor who asked not to be named." */
static bool told_inverted(struct dl_quoting *w, const struct dl_sentence *s, uint32_t verb,
                          const struct dl_wording *says)
{
    const struct dl_article *article = w->article;
    struct dl_said_by said = {.cue = verb};
    if (verb <= s->first + TOLD_WORDS_MIN || !dl_token_is(article, verb - 1, ",") ||
        !dl_str_is(says->word, "free") || dl_str_ends(dl_token_text(article, verb), DL_STR("ing")))
        return false;
    uint32_t first = verb > s->first + DL_REGION_TOKENS ? verb - DL_REGION_TOKENS : s->first;
    for (uint32_t i = first; i < verb; i++) /* "Walz, who toured the town, said" */
        if (article->tokens[i].head == verb && article->tokens[i].relation == DL_REL_NSUBJ)
            return false;
    said.found = dl_speaker_at(article, w->knowledge, verb + says->words, s->first + s->count,
                               &said.speaker);
    bool someone = said.speaker.person || said.speaker.name_first < said.speaker.name_next;
    if (!said.found || !someone || dl_quote_is_paper(&said.speaker))
        return false;
    add_told(w, s->first, verb - 1, &said, s->section);
    return true;
}

/* "promised in 2013 that": nothing but a time stands between the verb and its "that". */
static bool leads_to_that(const struct dl_article *article, uint32_t verb,
                          const struct dl_wording *says)
{
    const struct dl_circumstances *c = article->circumstances;
    uint32_t at = verb + says->words;
    if (dl_token_is(article, at, "in") || dl_token_is(article, at, "on"))
        at++;
    uint32_t low = DL_FIRST_OF(c->dates, c->date_count, first, at);
    bool dated = low < c->date_count && c->dates[low].first == at;
    return dl_token_is(article, dated ? at + c->dates[low].count : at, "that");
}

/* "…, police said." at the end of a sentence. */
static bool told_before(struct dl_quoting *w, const struct dl_sentence *s, uint32_t verb,
                        const struct dl_wording *says)
{
    const struct dl_article *article = w->article;
    uint32_t end = s->first + s->count;
    uint32_t after = verb + says->words;
    uint32_t comma = verb;
    struct dl_said_by said = {.cue = verb};
    if (!dl_str_is(says->word, "free"))
        return false;
    bool aside = after >= end || article->tokens[after].kind == DL_PUNCT ||
                 dl_said(article, after, DL_WORDING_WEEKDAY) ||
                 dl_said(article, after, DL_WORDING_DEICTIC) || dl_token_is(article, after, "in") ||
                 dl_token_is(article, after, "on") || dl_token_is(article, after, "at") ||
                 dl_token_is(article, after, "during") || dl_token_is(article, after, "late");
    if (!aside)
        return false; /* something is told after it */
    while (comma > s->first && verb - comma < DL_REGION_TOKENS && !dl_token_is(article, comma, ","))
        comma--;
    if (!dl_token_is(article, comma, ",") || comma <= s->first + TOLD_WORDS_MIN)
        return false;
    said.found = dl_speaker_before(article, w->knowledge, verb, s->first, &said.speaker);
    if (!said.found || said.speaker.first <= s->first + TOLD_WORDS_MIN)
        return false;
    uint32_t to = said.speaker.first;
    while (to > s->first && !dl_token_is(article, to, ","))
        to--;
    if (to <= s->first + TOLD_WORDS_MIN || dl_quote_is_paper(&said.speaker))
        return false;
    add_told(w, s->first, to, &said, s->section);
    return true;
}

/* The token after the speaker: what follows may be told by another verb. */
static uint32_t told_by_according(struct dl_quoting *w, const struct dl_sentence *s, uint32_t at,
                                  const struct dl_wording *according)
{
    const struct dl_article *article = w->article;
    uint32_t end = s->first + s->count;
    struct dl_said_by said = {.cue = at};
    said.found = dl_speaker_at(article, w->knowledge, at + according->words, end, &said.speaker);
    if (!said.found || dl_quote_is_paper(&said.speaker))
        return end;
    if (at == s->first) {
        uint32_t from = said.speaker.next;
        while (from < end && !dl_token_is(article, from, ","))
            from++;
        if (from + 1 < end)
            add_told(w, from + 1, end, &said, s->section);
        return end;
    }
    add_told(w, s->first, at, &said, s->section);
    return said.speaker.next;
}

void dl_quote_find_told(struct dl_quoting *w, uint32_t index, uint32_t *quoted)
{
    const struct dl_article *article = w->article;
    const struct dl_sentence *s = &article->sentences[index];
    uint32_t end = s->first + s->count;
    uint32_t at = *quoted;
    for (uint32_t i = s->first; i < end; i++) {
        const struct dl_wording *says = dl_said(article, i, DL_WORDING_SAYS);
        const struct dl_wording *according = dl_said(article, i, DL_WORDING_ACCORDING);
        if ((!says && !according) || is_quoted(w, i, &at) || w->cue_used[i] ||
            (says && i > s->first && article->tokens[i].capital)) /* the United States */
            continue;
        if (according) {
            i = told_by_according(w, s, i, according) - 1;
            continue;
        }
        bool negated =
            i > s->first &&
            (dl_token_is(article, i - 1, "not") || dl_token_is(article, i - 1, "n't") ||
             dl_token_is(article, i - 1, "n\xe2\x80\x99t") || dl_token_is(article, i - 1, "never"));
        if (negated || (dl_str_is(says->word, "judges") && !leads_to_that(article, i, says)) ||
            told_before(w, s, i, says) || told_inverted(w, s, i, says))
            continue;
        struct dl_said_by said = {.cue = i};
        uint32_t from = told_from(article, i, end, says);
        if (from >= end || dl_quote_is_mark(article, from))
            continue;
        /* "called it a lie and said …", "…, adding that …" */
        bool goes_on = i > s->first && (dl_token_is(article, i - 1, "and") ||
                                        (dl_token_is(article, i - 1, ",") &&
                                         dl_str_ends(dl_token_text(article, i), DL_STR("ing"))));
        bool shared = goes_on && w->last.actor && w->last.sentence == index;
        said.found =
            !shared && dl_speaker_before(article, w->knowledge, i, s->first, &said.speaker);
        if (shared) {
            add_told_by_last(w, from, end, i);
            return;
        }
        if (!said.found || dl_quote_is_paper(&said.speaker))
            continue;
        if (!said.speaker.pronoun && !said.speaker.person &&
            said.speaker.name_first == said.speaker.name_next && !said.speaker.determined &&
            !is_capital_phrase(article, &said.speaker))
            continue;
        add_told(w, from, end, &said, s->section);
        return; /* what follows is within the told words */
    }
}

/* --- answers --- */

/* The one who answers, from the first answer without a name on. */
static void set_asked(struct dl_quoting *w, uint32_t section, uint32_t first)
{
    if (!w->asked)
        w->asked = dl_people_asked(w->people, first);
    if (!w->asked)
        return;
    w->last = (struct dl_last_speaker){
        .actor = w->asked, .section = section, .open = true, .cue = {"", 0}};
    w->last.sentence = dl_sentence_of(w->article, first);
    dl_people_spoke(w->people, w->asked, w->last.sentence, true);
}

void dl_quote_take_answer(struct dl_quoting *w, uint32_t section, uint32_t first)
{
    struct dl_article *article = w->article;
    dl_str line = article->report.sections[section].span->text;
    const char *colon = memchr(line.at, ':', line.len);
    uint32_t start = (uint32_t)(line.at - article->text.at);
    uint32_t end = start + (uint32_t)line.len;
    uint32_t label = first;
    uint32_t told = colon ? (uint32_t)(colon - article->text.at) : end;
    while (label < article->token_count && article->tokens[label].start < told)
        label++;
    bool labelled = label < article->token_count && colon && label - first <= 6 &&
                    article->tokens[label].start == told;
    struct dl_said_by said = {.cue = label};
    uint32_t from = labelled ? label + 1 : first;
    said.found = labelled && dl_speaker_at(article, w->knowledge, first, label, &said.speaker) &&
                 said.speaker.name_first < said.speaker.name_next;
    if (from >= article->token_count || article->tokens[from].start >= end)
        return;
    if (labelled && !said.found) /* "A:" */
        set_asked(w, section, first);
    struct dl_found_quote *found =
        dl_quote_add(w, labelled ? article->tokens[from].start : start, end, from, DL_DIRECT);
    if (said.found)
        dl_quote_give_found(w, found, &said, section, true);
    else if (w->last.actor)
        dl_quote_give(found, w->last.actor, w->last.anonymous, (dl_str){"", 0});
    if (said.found && found)
        found->quote.cue = (dl_str){"", 0};
}
