/* Words, numbers and punctuation as Universal Dependencies has them (workers/reading/cuts.h). */
#include "workers/reading/cuts.h"
#include "workers/reading/letters.h"
#include "workers/stage.h"

dl_status dl_stage_tokens(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    struct dl_piece *pieces = NULL;
    uint32_t count = 0;
    dl_status status = dl_cuts_tokens(knowledge->cuts, article->text, DL_TOKENS_MAX, article->arena,
                                      &pieces, &count, err);
    if (status != DL_OK)
        return status;
    article->pieces = pieces;
    article->token_count = count;
    article->tokens = dl_arena_raw(article->arena, (count + 1) * sizeof *article->tokens);
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_piece *piece = &pieces[i];
        uint8_t next = i + 1 < count ? pieces[i + 1].gap : DL_GAP_END;
        article->tokens[i] = (struct dl_token){.start = piece->start,
                                               .len = piece->len,
                                               .spaced = piece->gap != DL_GAP_NONE,
                                               .line_end = next >= DL_GAP_LINE,
                                               .joined = piece->joined,
                                               .head = DL_NO_TOKEN};
    }
    dl_tokens_look(article);
    article->looks = dl_arena_array(article->arena, struct dl_look, count);
    for (uint32_t i = 0; i < count; i++)
        dl_look_at(dl_token_text(article, i), knowledge->syntax->classes, &article->looks[i]);
    return DL_OK;
}

/* A word has a letter in it, a number begins with a digit. */
static unsigned char kind_of(dl_str token, bool *ret_capital)
{
    uint32_t bytes;
    enum dl_letter first = dl_letter_at(token, 0, &bytes);
    *ret_capital = first == DL_LETTER_UPPER;
    if (first == DL_LETTER_DIGIT)
        return DL_NUMBER;
    for (size_t at = 0; at < token.len; at += bytes)
        if (dl_letter_is_word(dl_letter_at(token, at, &bytes)))
            return DL_WORD;
    return DL_PUNCT;
}

void dl_tokens_look(struct dl_article *article)
{
    article->words = dl_arena_array(article->arena, uint64_t, article->token_count);
    for (uint32_t i = 0; i < article->token_count; i++) {
        dl_str token = dl_token_text(article, i);
        article->tokens[i].kind = kind_of(token, &article->tokens[i].capital);
        article->words[i] = dl_word_hash(token);
    }
}

dl_str dl_token_text(const struct dl_article *article, uint32_t token)
{
    const struct dl_token *t = &article->tokens[token];
    return (dl_str){article->text.at + t->start, t->len};
}

struct dl_span *dl_span_of_tokens(const struct dl_article *article, uint32_t first, uint32_t count)
{
    const struct dl_token *last = &article->tokens[first + count - 1];
    return dl_span_new(article, article->tokens[first].start, last->start + last->len);
}
