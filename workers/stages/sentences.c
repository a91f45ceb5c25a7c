/* Sentences: they end at . ! ? before a new beginning, and at the end of every line. */
#include "workers/stage.h"

static bool is_stop(dl_str token)
{
    return token.len == 1 && (token.at[0] == '.' || token.at[0] == '!' || token.at[0] == '?');
}

static bool is_closing(dl_str token)
{
    return (token.len == 1 && (token.at[0] == '"' || token.at[0] == ')' || token.at[0] == '\'')) ||
           dl_str_is(token, "\xe2\x80\x9d") || dl_str_is(token, "\xe2\x80\x99");
}

static bool is_abbreviation(const struct dl_knowledge *knowledge, const struct dl_article *article,
                            uint32_t token)
{
    uint32_t words;
    const struct dl_entry *chain =
        dl_lexicon_find(knowledge->lexicon, article->words, token, token + 1, &words);
    return dl_entry_of(chain, DL_ENTRY_ABBREVIATION) != NULL;
}

/* Whether the stop at token `i` ends its sentence; `next` is the first token after it and what
 * closes with it. */
static bool ends_here(const struct dl_knowledge *knowledge, const struct dl_article *article,
                      uint32_t i, uint32_t next)
{
    if (next >= article->token_count)
        return true;
    const struct dl_token *after = &article->tokens[next];
    if (dl_token_text(article, i).at[0] != '.')
        return after->spaced || after->capital;
    if (i > 0 && !article->tokens[i].spaced && is_abbreviation(knowledge, article, i - 1))
        return false;
    bool initial = i > 0 && article->tokens[i - 1].len == 1 && article->tokens[i - 1].capital;
    return !initial && (after->capital || after->kind != DL_WORD);
}

dl_status dl_stage_sentences(const struct dl_knowledge *knowledge, struct dl_article *article,
                             struct dl_error *err)
{
    (void)err; /* any tokens make sentences */
    struct dl_sentence *list =
        dl_arena_array(article->arena, struct dl_sentence, article->token_count + 1);
    uint32_t count = 0;
    uint32_t first = 0;
    uint32_t line = 0;
    uint32_t paragraph = 0;
    uint32_t i = 0;
    while (i < article->token_count) {
        uint32_t next = i + 1;
        bool end = false;
        if (is_stop(dl_token_text(article, i))) {
            while (next < article->token_count && !article->tokens[next - 1].line_end &&
                   (is_closing(dl_token_text(article, next)) ||
                    is_stop(dl_token_text(article, next))) &&
                   !article->tokens[next].spaced)
                next++;
            end = ends_here(knowledge, article, i, next);
        } else if (article->tokens[i].len > 2 && article->tokens[i].kind == DL_WORD &&
                   article->text.at[article->tokens[i].start + article->tokens[i].len - 1] == '.') {
            end = false; /* "U.S." goes on unless its line ends */
        }
        bool line_end = article->tokens[next - 1].line_end;
        if (end || line_end || next >= article->token_count) {
            list[count++] = (struct dl_sentence){first, next - first, line, paragraph};
            first = next;
        }
        if (line_end) {
            if (line < article->report.sections_count &&
                article->report.sections[line].kind == DL_BODY)
                paragraph++;
            line++;
        }
        i = next;
    }
    article->sentences = list;
    article->sentence_count = count;
    return DL_OK;
}
