/* What a page says into the holes of its article. */
#include "pages/fill.h"

#include "pages/page.h"

dl_status dl_page_fill(struct dl_arena *arena, struct dl_article_record *article,
                       struct dl_error *err)
{
    struct dl_page_reader reader;
    struct dl_page page;
    struct dl_page_want want = {
        .bytes = article->html, .url = article->url, .is_text = true, .content_type = {"", 0}};
    dl_page_reader_init(&reader);
    dl_status status = dl_page_read(&reader, &want, arena, &page, err);
    dl_page_reader_done(&reader);
    if (status != DL_OK)
        return status;
    const struct dl_article_record *found = &page.article;
#define FILL(field)                                                                                \
    if (article->field.len == 0)                                                                   \
    article->field = found->field
    FILL(canonical_url);
    FILL(title);
    FILL(modified);
    FILL(section);
    FILL(description);
    FILL(lead_image);
    FILL(language);
    FILL(text);
#undef FILL
    if (article->published.len == 0) {
        article->published = found->published;
        article->published_basis = found->published_basis;
    }
    if (article->authors_count == 0) {
        article->authors = found->authors;
        article->authors_count = found->authors_count;
    }
    if (article->keywords_count == 0) {
        article->keywords = found->keywords;
        article->keywords_count = found->keywords_count;
    }
    if (!article->publisher)
        article->publisher = found->publisher;
    if (!article->rights)
        article->rights = found->rights;
    if (!article->has_truncated) {
        article->has_truncated = found->has_truncated;
        article->truncated = found->truncated;
    }
    article->html = (dl_str){NULL, 0};
    return DL_OK;
}
