/* Names, typed: from the labels of words to spans. */
#include "workers/name_hints.h"
#include "workers/stage.h"

static uint32_t count_names(const struct dl_name_word *words, uint32_t count)
{
    uint32_t names = 0;
    for (uint32_t i = 0; i < count; i++)
        names += dl_label_begins(words[i].label);
    return names;
}

dl_status dl_stage_names(const struct dl_knowledge *knowledge, struct dl_article *article,
                         struct dl_error *err)
{
    (void)err; /* any words may be names */
    if (!article->english)
        return DL_OK;
    uint32_t count = article->token_count;
    struct dl_name_word *words = dl_name_words(knowledge->almanac, article);
    for (uint32_t i = 0; i < count; i++)
        if (dl_names_given(knowledge->names, words[i].look->lower))
            words[i].hint |= DL_HINT_GIVEN;
    dl_names_label(knowledge->names, words, count, article->arena);
    article->names = dl_arena_array(article->arena, struct dl_name, count_names(words, count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t label = words[i].label;
        if (label == 0)
            continue;
        article->tokens[i].name = (uint8_t)dl_label_kind(label);
        if (dl_label_begins(label))
            article->names[article->name_count++] =
                (struct dl_name){.first = i, .count = 1, .kind = (uint8_t)dl_label_kind(label)};
        else
            article->names[article->name_count - 1].count++;
    }
    return DL_OK;
}
