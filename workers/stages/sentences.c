/* Sentences, with the section and the paragraph each begins in. */
#include "workers/reading/cuts.h"
#include "workers/stage.h"

/* Sections are the lines of the text that are not empty; a sentence may go over several. */
struct line {
    uint32_t index;
    uint32_t paragraph; /* lines of body before */
};

/* Moves on to the section in which byte `at` is. */
static void go_to(const struct dl_article *article, struct line *line, uint32_t at)
{
    const struct dl_report *report = &article->report;
    while (line->index + 1 < report->sections_count &&
           report->sections[line->index + 1].span->text.at <= article->text.at + at) {
        line->paragraph += report->sections[line->index].kind == DL_BODY;
        line->index++;
    }
}

dl_status dl_stage_sentences(const struct dl_knowledge *knowledge, struct dl_article *article,
                             struct dl_error *err)
{
    (void)err; /* any tokens make sentences */
    uint32_t count = 0;
    uint32_t first = 0;
    struct line line = {0};
    dl_cuts_sentences(knowledge->cuts, article->text, article->looks, article->arena,
                      article->pieces, article->token_count);
    for (uint32_t i = 0; i < article->token_count; i++)
        count += article->pieces[i].last;
    article->sentences = dl_arena_array(article->arena, struct dl_sentence, count);
    for (uint32_t i = 0; i < article->token_count; i++) {
        if (!article->pieces[i].last)
            continue;
        go_to(article, &line, article->tokens[first].start);
        article->sentences[article->sentence_count++] =
            (struct dl_sentence){first, i + 1 - first, line.index, line.paragraph};
        first = i + 1;
    }
    return DL_OK;
}
