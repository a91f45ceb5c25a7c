/* Parts of speech and lemmas. */
#include "workers/reading/tags.h"

#include "workers/reading/syntax.h"
#include "workers/stage.h"

dl_status dl_stage_tags(const struct dl_knowledge *knowledge, struct dl_article *article,
                        struct dl_error *err)
{
    const struct dl_syntax *syntax = knowledge->syntax;
    uint32_t count = article->token_count;
    struct dl_look *looks = article->looks;
    uint8_t *tags = dl_arena_array(article->arena, uint8_t, count);
    (void)err;    /* any words have tags */
    if (!looks) { /* tokens that were given */
        looks = dl_arena_array(article->arena, struct dl_look, count);
        for (uint32_t i = 0; i < count; i++)
            dl_look_at(dl_token_text(article, i), syntax->classes, &looks[i]);
    }
    for (uint32_t i = 0; i < article->sentence_count; i++) {
        const struct dl_sentence *sentence = &article->sentences[i];
        dl_tag_sentence(&syntax->tags, looks + sentence->first, sentence->count,
                        tags + sentence->first);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct dl_token *token = &article->tokens[i];
        token->tag = tags[i];
        token->upos = (uint8_t)dl_tag_upos(tags[i]);
        struct dl_reading reading = dl_forms_read(syntax->forms, dl_token_text(article, i),
                                                  &looks[i], tags[i], article->arena);
        token->xpos = (uint8_t)reading.xpos;
        token->lemma = reading.lemma;
    }
    article->looks = looks;
    return DL_OK;
}
