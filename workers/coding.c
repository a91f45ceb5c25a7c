/* From an article's bytes to a packed Report and its mentions. */
#include "workers/coding.h"

#include "pages/fill.h"
#include "proto/codec.h"
#include "proto/id.h"
#include "workers/pipeline.h"

void dl_article_begin(struct dl_article *article, struct dl_arena *arena,
                      const struct dl_article_record *from, uint32_t version)
{
    dl_str id = dl_article_id(arena, from);
    *article = (struct dl_article){
        .arena = arena,
        .record = from,
        .version = from->version > version ? from->version : version,
    };
    struct dl_report *to = &article->report;
    to->id = id;
    to->version = article->version;
    to->url = from->url;
    to->canonical_url = from->canonical_url;
    to->publisher = from->publisher;
    to->title = from->title;
    to->authors = from->authors;
    to->authors_count = from->authors_count;
    to->published = from->published;
    to->modified = from->modified;
    to->published_basis = from->published_basis;
    to->section = from->section;
    to->keywords = from->keywords;
    to->keywords_count = from->keywords_count;
    to->description = from->description;
    to->lead_image = from->lead_image;
    to->truncated = from->truncated;
    to->has_truncated = from->has_truncated;
    to->language = from->language;
    to->rights = from->rights;
    to->text = from->text;
    to->guid = from->guid;
    to->unknown = NULL; /* an Article's numbers mean other things in a Report */
}

static void pack_mentions(struct dl_article *article, struct dl_arena *results,
                          struct dl_coded *ret)
{
    struct dl_report *report = &article->report;
    struct dl_coded_mention *list =
        dl_arena_array(results, struct dl_coded_mention, report->mentions_count);
    for (uint32_t i = 0; i < report->mentions_count; i++) {
        const struct dl_mention *mention = &report->mentions[i];
        list[i] = (struct dl_coded_mention){dl_arena_str(results, mention->id),
                                            dl_arena_str(results, mention->event_key),
                                            dl_mention_pack(mention, results)};
    }
    ret->mentions = list;
    ret->mention_count = report->mentions_count;
}

dl_status dl_code_article(const struct dl_pipeline *pipeline, const struct dl_knowledge *knowledge,
                          struct dl_arena *scratch, struct dl_arena *results, dl_str bytes,
                          uint32_t version, struct dl_coded *ret, struct dl_error *err)
{
    struct dl_article article;
    struct dl_article_record *record = NULL;
    ret->stage = "parse";
    if (!bytes.at)
        return dl_fail(err, DL_BAD_INPUT, "no article: the value is null");
    dl_status status = dl_article_unpack(bytes, scratch, &record, err);
    if (status == DL_OK && record->html.len && dl_str_trim(record->text).len == 0)
        status = dl_page_fill(scratch, record, err);
    if (status != DL_OK)
        return status;
    dl_article_begin(&article, scratch, record, version);
    ret->article_id = dl_arena_str(results, article.report.id);
    ret->version = article.version;
    status = dl_pipeline_run(pipeline, knowledge, &article, &ret->stage, err);
    if (status != DL_OK)
        return status;
    struct dl_coder coder = knowledge->coder;
    article.report.coder = &coder;
    ret->content_hash = dl_content_hash(results, article.report.title, article.report.text);
    article.report.text_hash = ret->content_hash;
    ret->report = dl_report_pack(&article.report, results);
    pack_mentions(&article, results, ret);
    ret->stage = NULL;
    return DL_OK;
}
