/* Trees and relations. */
#include "workers/reading/finite.h"
#include "workers/stage.h"

/* Words that turned out to be something else. */
static void retag(const struct dl_syntax *syntax, struct dl_article *article,
                  const struct dl_sentence *sentence, const uint8_t *tags)
{
    for (uint32_t k = 0; k < sentence->count; k++) {
        uint32_t at = sentence->first + k;
        struct dl_token *token = &article->tokens[at];
        if (token->tag == tags[k])
            continue;
        struct dl_reading reading =
            dl_forms_read(syntax->forms, dl_token_text(article, at), &article->looks[at],
                          (enum dl_tag)tags[k], article->arena);
        token->tag = tags[k];
        token->upos = (uint8_t)dl_tag_upos((enum dl_tag)tags[k]);
        token->xpos = (uint8_t)reading.xpos;
        token->lemma = reading.lemma;
    }
}

dl_status dl_stage_trees(const struct dl_knowledge *knowledge, struct dl_article *article,
                         struct dl_error *err)
{
    uint32_t longest = 0;
    (void)err; /* any tags have a tree */
    for (uint32_t i = 0; i < article->sentence_count; i++)
        if (article->sentences[i].count > longest)
            longest = article->sentences[i].count;
    uint8_t *tags = dl_arena_raw(article->arena, longest);
    uint8_t *relations = dl_arena_raw(article->arena, longest);
    uint32_t *heads = dl_arena_raw(article->arena, longest * sizeof *heads);
    for (uint32_t i = 0; i < article->sentence_count; i++) {
        const struct dl_sentence *sentence = &article->sentences[i];
        struct dl_token *tokens = &article->tokens[sentence->first];
        for (uint32_t k = 0; k < sentence->count; k++)
            tags[k] = tokens[k].tag;
        dl_syntax_tree(knowledge->syntax, article->looks + sentence->first, tags, sentence->count,
                       heads, relations);
        if (dl_mend_finite(knowledge->syntax, article->looks + sentence->first, sentence->count,
                           tags, heads, relations))
            retag(knowledge->syntax, article, sentence, tags);
        for (uint32_t k = 0; k < sentence->count; k++) {
            tokens[k].relation = relations[k];
            tokens[k].head = heads[k] == UINT32_MAX ? DL_NO_TOKEN : sentence->first + heads[k];
        }
    }
    return DL_OK;
}
