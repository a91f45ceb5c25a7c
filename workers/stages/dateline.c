/* Where, when and by which agency the article says it was written, before its first sentence:
 *
 *     KYIV, Ukraine (AP) —      Ciudad Juárez, Mexico –      ACCRA, Nov. 14, 2024 —
 *
 * and the publication date that is written out in the text when nobody gave one. */
#include "workers/stages/circumstances.h"

#include "core/day.h"

#define DATELINE_TOKENS_MAX 20U
#define LINES_MAX 8U /* a date of its own line stands near the top */

/* "Nov. 14, 2024" or "14 November 2024" at the token; how many tokens, 0 for none. */
static uint32_t full_date(const struct dl_article *article, uint32_t at, uint32_t end,
                          int32_t *ret_day)
{
    if (at >= end)
        return 0;
    uint32_t last = at + 6 < end ? at + 6 : end;
    for (uint32_t n = 3; at + n <= last; n++) {
        const struct dl_token *from = &article->tokens[at];
        const struct dl_token *to = &article->tokens[at + n - 1];
        dl_str text;
        dl_str words = dl_str_sub(article->text, from->start, to->start + to->len);
        bool begins = dl_said(article, at, DL_WORDING_MONTH) || from->kind == DL_NUMBER;
        if (begins && to->kind == DL_NUMBER && to->len == 4 &&
            dl_date_normalise(article->arena, words, &text) == DL_OK &&
            dl_day_of_rfc3339(text, ret_day) == DL_OK)
            return n;
    }
    return 0;
}

static void infer_published(struct dl_article *article, int32_t day)
{
    if (article->has_published)
        return;
    article->has_published = true;
    article->published_day = day;
    article->report.published = dl_day_text(article->arena, day);
    article->report.published_basis = DL_BASIS_TEXT;
}

/* The words before a dash: places in capitals, a date, an agency in brackets, nothing else. */
static bool read_words(struct dl_article *article, uint32_t first, uint32_t dash,
                       struct dl_dateline *ret)
{
    uint32_t small = 0;
    for (uint32_t i = first; i < dash; i++) {
        const struct dl_token *token = &article->tokens[i];
        const struct dl_wording *agency = dl_said(article, i, DL_WORDING_AGENCY);
        int32_t day;
        if (agency && i > first && dl_token_is(article, i - 1, "("))
            ret->agency = agency->word;
        if (full_date(article, i, dash, &day))
            infer_published(article, day);
        if (token->kind == DL_WORD && !token->capital && !dl_said(article, i, DL_WORDING_MONTH))
            small++;
        bool inner_dash = dl_is_dash(article, i) && !token->spaced; /* PORT-AU-PRINCE */
        if (token->kind == DL_PUNCT && !inner_dash && !dl_token_is(article, i, ",") &&
            !dl_token_is(article, i, ".") && !dl_token_is(article, i, "(") &&
            !dl_token_is(article, i, ")") && !dl_token_is(article, i, "/"))
            return false;
    }
    return small <= 2; /* "de", "of the" in a name */
}

static bool read_dateline(struct dl_article *article, const struct dl_sentence *sentence,
                          struct dl_dateline *ret)
{
    uint32_t first = sentence->first;
    uint32_t end = first;
    while (end < article->token_count && end < first + DATELINE_TOKENS_MAX &&
           (end == first || !article->tokens[end - 1].line_end))
        end++; /* "MANKATO, Minn. - " may have been cut in two */
    if (!article->tokens[first].capital && !dl_token_is(article, first, "("))
        return false;
    for (uint32_t i = first + 1; i < end; i++) {
        bool dash = dl_is_dash(article, i) && article->tokens[i].spaced;
        bool agency_end = dl_token_is(article, i, ")") && i + 1 < end &&
                          dl_said(article, i - 1, DL_WORDING_AGENCY);
        if (agency_end && !dl_is_dash(article, i + 1) && article->tokens[i + 1].capital)
            dash = true; /* "MOSCOW (TASS) The ministry …" */
        if (!dash)
            continue;
        if (read_words(article, first, i, ret)) {
            ret->first = first;
            ret->count = i - first;
            return true;
        }
        return false;
    }
    return false;
}

/* A line that holds nothing but a date, or begins "Published:". */
static void read_date_line(struct dl_article *article, const struct dl_sentence *sentence)
{
    uint32_t first = sentence->first;
    uint32_t end = first + sentence->count;
    int32_t day;
    const struct dl_wording *said = dl_said(article, first, DL_WORDING_PUBLISHED);
    if (said)
        first += said->words;
    else if (article->tokens[first].kind == DL_WORD && dl_said(article, first, DL_WORDING_WEEKDAY))
        first++;
    while (first < end && article->tokens[first].kind == DL_PUNCT)
        first++;
    uint32_t count = full_date(article, first, end, &day);
    if (count && (said || first + count >= end))
        infer_published(article, day);
}

void dl_read_dateline(struct dl_article *article, struct dl_circumstances *c)
{
    uint32_t body = 0;
    for (uint32_t s = 0; s < article->sentence_count && s < LINES_MAX && body < 1; s++) {
        const struct dl_sentence *sentence = &article->sentences[s];
        int32_t kind = dl_section_of(article, s);
        if (!article->has_published)
            read_date_line(article, sentence);
        if (kind != DL_BODY)
            continue;
        body++;
        (void)read_dateline(article, sentence, &c->dateline);
    }
    if (c->dateline.agency.len && !article->report.publisher)
        article->report.publisher =
            dl_arena_alloc(article->arena, sizeof *article->report.publisher);
    else if (c->dateline.agency.len) { /* the record's is shared */
        struct dl_publisher *own = dl_arena_alloc(article->arena, sizeof *own);
        *own = *article->report.publisher;
        article->report.publisher = own;
    }
    if (c->dateline.agency.len && article->report.publisher->syndicated_from.len == 0)
        article->report.publisher->syndicated_from = c->dateline.agency;
}
