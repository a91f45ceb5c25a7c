/* What is wrong with a page as a whole: passages told twice, and pages spun by a machine. */
#include "workers/events/room.h"

#include <xxhash.h>

#define REPEAT_BYTES_MIN 40U /* "Read more." may stand twice */
#define GLUED_MIN 3U         /* missing blanks: fewer are slips of a hand */
#define SIGNS_MIN 2U         /* small beginnings and boilerplate beside them */

/* Open addressing; the table has at least two places a sentence. */
bool dl_sentence_repeats(struct dl_coding *coding)
{
    const struct dl_article *article = coding->article;
    const struct dl_sentence *sentence = coding->whole;
    const struct dl_token *first = &article->tokens[sentence->first];
    const struct dl_token *last = first + sentence->count - 1;
    uint32_t bytes = last->start + last->len - first->start;
    if (bytes < REPEAT_BYTES_MIN)
        return false;
    if (!coding->told_sentences) {
        coding->told_room = 64;
        while (coding->told_room < 2 * article->sentence_count)
            coding->told_room *= 2;
        coding->told_sentences = dl_arena_array(article->arena, uint64_t, coding->told_room);
    }
    uint64_t hash = XXH3_64bits(article->text.at + first->start, bytes) | 1; /* 0 is a free place */
    uint32_t at = (uint32_t)hash & (coding->told_room - 1);
    while (coding->told_sentences[at] && coding->told_sentences[at] != hash)
        at = (at + 1) & (coding->told_room - 1);
    bool repeats = coding->told_sentences[at] == hash;
    coding->told_sentences[at] = hash;
    return repeats;
}

/* "Rivera,president", "Smith.”It's": words that touch the punctuation before them. */
static bool is_glued(const struct dl_article *article, uint32_t token)
{
    if (token < 2 || article->tokens[token].spaced || article->tokens[token].joined ||
        article->tokens[token].kind != DL_WORD || article->tokens[token].line_end)
        return false;
    dl_str before = dl_token_text(article, token - 1);
    const struct dl_token *word = &article->tokens[token - 2];
    if (article->tokens[token].len < 2)
        return false;
    if (dl_str_is(before, "\xe2\x80\x9d"))
        return true;
    bool stop = dl_str_is(before, ",") || dl_str_is(before, ".") || dl_str_is(before, ";");
    return stop && word->kind == DL_WORD && word->len > 2;
}

static bool begins_small(const struct dl_article *article, const struct dl_sentence *sentence)
{
    char c = article->text.at[article->tokens[sentence->first].start];
    bool line = sentence->first == 0 || article->tokens[sentence->first - 1].line_end;
    return line && c >= 'a' && c <= 'z';
}

/* Rewriting machines leave words glued to punctuation, lines that begin small, and the furniture of
 * the pages they were made from. One of these alone is a tired editor. */
void dl_flag_spun(struct dl_coding *coding)
{
    const struct dl_article *article = coding->article;
    const struct dl_report *report = &article->report;
    uint32_t glued = 0;
    uint32_t signs = 0;
    for (uint32_t i = 0; i < article->token_count; i++)
        glued += is_glued(article, i);
    for (uint32_t i = 0; i < article->sentence_count; i++)
        signs += begins_small(article, &article->sentences[i]);
    for (uint32_t i = 0; i < report->sections_count; i++)
        signs += report->sections[i].kind == DL_BOILERPLATE;
    if (glued < GLUED_MIN || signs < SIGNS_MIN || coding->rejected_count == coding->rejected_room)
        return;
    struct dl_rejected *r = &coding->rejected[coding->rejected_count++];
    r->span = dl_span_of_tokens(article, article->sentences[0].first, article->sentences[0].count);
    r->reason = DL_STR("machine-spun page");
    r->rule = DL_STR("page");
}
