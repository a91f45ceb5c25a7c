/* Trees and relations. */
#include "workers/reading/syntax.h"
#include "workers/stage.h"

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
        for (uint32_t k = 0; k < sentence->count; k++) {
            tokens[k].relation = relations[k];
            tokens[k].head = heads[k] == UINT32_MAX ? DL_NO_TOKEN : sentence->first + heads[k];
        }
    }
    return DL_OK;
}
