/* An article from its words. */
#include "workers/given.h"

#include "core/day.h"
#include "proto/id.h"
#include "workers/reading/syntax.h"

#define GIVEN                                                                                      \
    (DL_HAS_TEXT | DL_HAS_SECTIONS | DL_HAS_TOKENS | DL_HAS_SENTENCES | DL_HAS_TAGS | DL_HAS_TREES)

/* Words that are no part of their surface token stand where that stands. */
static void bring_home(struct dl_article *article, const struct dl_conllu_document *document)
{
    for (uint32_t s = 0; s < document->surface_count; s++) {
        const struct dl_conllu_surface *surface = &document->surfaces[s];
        for (uint32_t i = surface->token; i < article->token_count; i++) {
            struct dl_token *token = &article->tokens[i];
            if (i > surface->token && !token->joined)
                break;
            if (token->start < article->text.len)
                continue;
            token->start = surface->start;
            token->len = surface->len;
        }
    }
}

/* Which section and which line of body each sentence is in. */
static void place_sentences(struct dl_article *article)
{
    const struct dl_report *report = &article->report;
    uint32_t section = 0;
    uint32_t paragraph = 0;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        struct dl_sentence *sentence = &article->sentences[s];
        dl_str text = dl_token_text(article, sentence->first);
        while (section + 1 < report->sections_count &&
               report->sections[section + 1].span->text.at <= text.at) {
            paragraph += report->sections[section].kind == DL_BODY;
            section++;
        }
        sentence->section = section;
        sentence->paragraph = paragraph;
    }
}

/* What tagging would have seen of each word: names are found by it. */
static void look_at_words(const struct dl_knowledge *knowledge, struct dl_article *article)
{
    article->looks = dl_arena_array(article->arena, struct dl_look, article->token_count);
    for (uint32_t i = 0; i < article->token_count; i++)
        dl_look_at(dl_token_text(article, i), knowledge->syntax->classes, &article->looks[i]);
}

dl_status dl_code_given(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                        struct dl_article *article, const struct dl_conllu_document *document,
                        dl_str published, struct dl_error *err)
{
    const char *stage;
    struct dl_article words = *article;
    struct dl_article_record *record = dl_arena_alloc(words.arena, sizeof *record);
    *record = (struct dl_article_record){.id = document->id,
                                         .text = words.text,
                                         .language = DL_STR("en"),
                                         .published_basis = DL_BASIS_GIVEN};
    if (dl_date_normalise(words.arena, document->published, &record->published) != DL_OK)
        record->published = published;
    if (record->published.len == 0)
        record->published_basis = DL_BASIS_NONE;
    dl_article_begin(article, words.arena, record, 1);
    article->text = words.text;
    article->points = words.points;
    article->tokens = words.tokens;
    article->words = words.words;
    article->token_count = words.token_count;
    article->sentences = words.sentences;
    article->sentence_count = words.sentence_count;
    article->english = true;
    article->trees_given = true;
    article->has_published = dl_day_of_rfc3339(record->published, &article->published_day) == DL_OK;
    bring_home(article, document);
    look_at_words(knowledge, article);
    dl_status status = dl_stage_sections(knowledge, article, err);
    if (status != DL_OK)
        return status;
    place_sentences(article);
    struct dl_pipeline rest = *pipeline;
    rest.given = GIVEN;
    return dl_pipeline_run(&rest, knowledge, article, &stage, err);
}
