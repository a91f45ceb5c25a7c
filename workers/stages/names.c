/* Names, typed: from the labels of words to spans. */
#include "workers/name_hints.h"
#include "workers/stage.h"

#define ACRONYMS_MAX 32U /* a text explains */

static bool begins(const struct dl_name_word *words, uint32_t i)
{
    return words[i].label && (words[i].first || words[i - 1].label != words[i].label);
}

static uint32_t count_names(const struct dl_name_word *words, uint32_t count)
{
    uint32_t names = 0;
    for (uint32_t i = 0; i < count; i++)
        names += begins(words, i);
    return names;
}

/* "WHO" for World Health Organization: do the letters stand for the capitalised words of the name
 * that ends before token `end`, small words left out or not? */
static bool stands_for(const struct dl_article *article, dl_str letters, uint32_t first,
                       uint32_t end)
{
    size_t matched = 0;
    for (uint32_t i = first; i < end; i++) {
        char c = article->text.at[article->tokens[i].start];
        if (matched < letters.len && (c | 0x20) == (letters.at[matched] | 0x20))
            matched++;
        else if (article->tokens[i].capital)
            return false;
    }
    return matched == letters.len;
}

static bool is_acronym(const struct dl_name_word *word)
{
    return (word->look->shape & DL_SHAPE_CAPITALS) && word->look->bytes <= 8;
}

/* "World Health Organization (WHO)": the letters are the organisation's, here and wherever the text
 * has them. */
static void label_acronyms(const struct dl_article *article, struct dl_name_word *words)
{
    uint32_t count = article->token_count;
    uint32_t known[ACRONYMS_MAX];
    uint32_t known_count = 0;
    uint32_t first = 0; /* of the last name of an organisation */
    for (uint32_t i = 0; i + 2 < count; i++) {
        if (words[i].label == DL_NAME_ORG && begins(words, i))
            first = i;
        if (words[i].label != DL_NAME_ORG || !is_acronym(&words[i + 2]) || words[i].last ||
            words[i + 1].last || i == first || !dl_str_is(dl_token_text(article, i + 1), "(") ||
            !stands_for(article, dl_token_text(article, i + 2), first, i + 1))
            continue;
        words[i + 2].label = DL_NAME_ORG;
        if (known_count < ACRONYMS_MAX)
            known[known_count++] = words[i + 2].look->form;
    }
    for (uint32_t i = 0; known_count && i < count; i++)
        for (uint32_t k = 0; k < known_count && words[i].label == 0; k++)
            if (words[i].look->form == known[k])
                words[i].label = DL_NAME_ORG;
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
    label_acronyms(article, words);
    article->names = dl_arena_array(article->arena, struct dl_name, count_names(words, count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t label = words[i].label;
        if (label == 0)
            continue;
        article->tokens[i].name = (uint8_t)label;
        if (begins(words, i))
            article->names[article->name_count++] =
                (struct dl_name){.first = i, .count = 1, .kind = (uint8_t)label};
        else
            article->names[article->name_count - 1].count++;
    }
    return DL_OK;
}
