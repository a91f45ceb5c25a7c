/* Known phrases, longest first, left to right. */
#include "workers/stage.h"

dl_status dl_stage_phrases(const struct dl_knowledge *knowledge, struct dl_article *article,
                           struct dl_error *err)
{
    (void)err; /* a text without known phrases is a text */
    if (!article->english)
        return DL_OK; /* other languages become a Report with their text only */
    article->phrases = dl_arena_array(article->arena, struct dl_phrase, article->token_count);
    uint32_t count = 0;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        uint32_t end = article->sentences[s].first + article->sentences[s].count;
        for (uint32_t i = article->sentences[s].first; i < end;) {
            uint32_t words = 1;
            const struct dl_entry *chain =
                article->tokens[i].kind == DL_PUNCT
                    ? NULL
                    : dl_lexicon_find(knowledge->lexicon, article->words, i, end, &words);
            if (chain)
                article->phrases[count++] = (struct dl_phrase){i, words, chain};
            i += chain ? words : 1;
        }
    }
    article->phrase_count = count;
    return DL_OK;
}
