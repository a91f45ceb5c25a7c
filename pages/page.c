/* From bytes to an article. */
#include "pages/page.h"

#include "core/limits.h"
#include "core/utf8.h"
#include "markup/charset.h"
#include "markup/html_text.h"
#include "pages/weigh.h"

#define BODY_MASS_MIN 300.0F /* an articleBody with less is a teaser */
#define BODY_TIMES                                                                                 \
    2U /* so much longer than what is shown: the rest is behind a wall or a button                 \
        */
#define TEXT_MASS_MIN 120.0F /* of blocks; less is hardly an article */

void dl_page_reader_init(struct dl_page_reader *reader)
{
    dl_html_init(&reader->html);
}

void dl_page_reader_done(struct dl_page_reader *reader)
{
    dl_html_done(&reader->html);
}

dl_status dl_page_look(struct dl_page_reader *reader, const struct dl_page_want *want,
                       struct dl_arena *arena, struct dl_page *ret, struct dl_error *err)
{
    *ret = (struct dl_page){.html = &reader->html, .charset = "UTF-8"};
    if (want->bytes.len > DL_PAGE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "page of %zu bytes, at most %u", want->bytes.len,
                       DL_PAGE_BYTES_MAX);
    if (dl_str_trim(want->bytes).len == 0)
        return dl_fail(err, DL_BAD_INPUT, "empty page");
    dl_str text = want->is_text
                      ? dl_utf8_repair(arena, want->bytes)
                      : dl_charset_decode(arena, want->bytes, want->content_type, &ret->charset);
    dl_html_parse(&reader->html, text);
    dl_claims_read(&reader->html, arena, &ret->claims);
    dl_blocks_read(&reader->html, arena, &ret->blocks);
    const struct dl_claim *description = dl_claims_best(&ret->claims, DL_CLAIM_DESCRIPTION);
    const struct dl_claim *title = dl_claims_best(&ret->claims, DL_CLAIM_TITLE);
    struct dl_page_claims claims = {
        .title = title ? title->value : ret->claims.title,
        .description = description ? description->value : (dl_str){"", 0},
        .body = ret->claims.body,
    };
    dl_features_read(&reader->html, &ret->blocks, &claims, arena, &ret->features);
    return DL_OK;
}

/* --- the text --- */

static bool is_list_line(const struct dl_block *block)
{
    return block->kind == DL_BLOCK_ITEM || block->kind == DL_BLOCK_CELL ||
           block->kind == DL_BLOCK_TERM;
}

/* Blocks that are the headline over again: a heading of the first level, or what stands before
 * everything else in other elements. */
static bool is_title(const struct dl_page *page, uint32_t i, bool is_first)
{
    const struct dl_block *block = &page->blocks.list[i];
    float like_title = page->features.rows[i][DL_FEATURE_like_title];
    return (block->kind == DL_BLOCK_HEADING && block->level == 1 && like_title > 0.8F) ||
           (is_first && block->words > 1 && !block->ends_in_stop && like_title > 0.95F);
}

static dl_str join_blocks(const struct dl_page *page, struct dl_arena *arena, float *ret_mass)
{
    const struct dl_block *before = NULL;
    size_t room = 1;
    *ret_mass = 0;
    for (uint32_t i = 0; i < page->blocks.count; i++)
        room += page->judgement.kept[i] ? page->blocks.list[i].text.len + 2 : 0;
    struct dl_buf out = {dl_arena_raw(arena, room), 0, room, room};
    for (uint32_t i = 0; i < page->blocks.count; i++) {
        const struct dl_block *block = &page->blocks.list[i];
        if (!page->judgement.kept[i] || is_title(page, i, !before))
            continue;
        if (before)
            (void)dl_buf_put_str(
                &out, is_list_line(before) && is_list_line(block) ? DL_STR("\n") : DL_STR("\n\n"));
        (void)dl_buf_put_str(&out, block->text);
        *ret_mass += block->mass;
        before = block;
    }
    return dl_buf_str(&out);
}

/* articleBody as text: some pages put markup into it. */
static dl_str clean_body(dl_str body, struct dl_arena *arena)
{
    struct dl_html html;
    struct dl_blocks blocks;
    struct dl_buf out;
    bool marked = memmem(body.at, body.len, "</", 2) || memmem(body.at, body.len, "&lt;/", 5);
    dl_buf_init(&out, 2 * body.len + 16);
    if (!marked) {
        dl_html_put_preformatted(&out, body);
    } else {
        dl_html_init(&html);
        dl_html_parse(&html,
                      memmem(body.at, body.len, "</", 2) ? body : dl_html_decode(arena, body));
        dl_blocks_read(&html, arena, &blocks);
        for (uint32_t i = 0; i < blocks.count; i++) {
            if (i)
                (void)dl_buf_put_str(&out, DL_STR("\n\n"));
            (void)dl_buf_put_str(&out, blocks.list[i].text);
        }
        dl_html_done(&html);
    }
    dl_str text = dl_arena_str(arena, dl_str_trim(dl_buf_str(&out)));
    dl_buf_done(&out);
    return text;
}

/* Where the page keeps its text from view, what it gives machines is better than what is shown. */
static dl_str choose_text(struct dl_page *page, struct dl_arena *arena)
{
    float mass;
    dl_str text = join_blocks(page, arena, &mass);
    page->text_from = "blocks";
    if (page->claims.body.len < (size_t)BODY_MASS_MIN)
        return text;
    if (mass < TEXT_MASS_MIN ||
        dl_utf8_count(text) * BODY_TIMES < dl_utf8_count(page->claims.body)) {
        page->text_from = "json-ld";
        return clean_body(page->claims.body, arena);
    }
    return text;
}

/* Known to be cut: the publisher says one has to pay, and what is here ends like it. */
static void set_truncated(struct dl_page *page)
{
    struct dl_article_record *article = &page->article;
    const struct dl_claim *is_free = dl_claims_best(&page->claims, DL_CLAIM_FREE);
    if (!is_free)
        return;
    bool locked = dl_str_eq_nocase(is_free->value, DL_STR("false")) ||
                  dl_str_eq_nocase(is_free->value, DL_STR("locked"));
    bool open = dl_str_eq_nocase(is_free->value, DL_STR("true")) ||
                dl_str_eq_nocase(is_free->value, DL_STR("free"));
    dl_str text = article->text;
    bool dots = dl_str_ends(text, DL_STR("...")) || dl_str_ends(text, DL_STR("\u2026"));
    if (locked && (dots || text.len < 1500)) {
        article->truncated = article->has_truncated = true;
    } else if (open && !dots) {
        article->has_truncated = true;
    }
}

static dl_str best_of(const struct dl_page *page, enum dl_claim_field field)
{
    const struct dl_claim *claim = dl_claims_best(&page->claims, field);
    return claim ? claim->value : (dl_str){NULL, 0};
}

static dl_str cleaned(struct dl_arena *arena, dl_str text)
{
    return text.len ? dl_utf8_clean(arena, text) : text;
}

static void clean_list(struct dl_arena *arena, dl_str *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        list[i] = cleaned(arena, list[i]);
}

static void fill_article(struct dl_page *page, const struct dl_page_want *want,
                         struct dl_arena *arena)
{
    struct dl_article_record *article = &page->article;
    struct dl_weighed_dates dates;
    article->url = want->url;
    article->text = cleaned(arena, choose_text(page, arena));
    article->title = cleaned(arena, dl_weigh_title(page, arena));
    article->language = dl_weigh_language(page, article->text, arena);
    article->canonical_url = dl_weigh_canonical(page, want->url, arena);
    dl_str address = article->canonical_url.len ? article->canonical_url : want->url;
    dl_str name = cleaned(arena, dl_weigh_publisher(page, address, arena));
    dl_str host = dl_address_host(arena, address);
    if (name.len || host.len) {
        article->publisher = dl_arena_alloc(arena, sizeof *article->publisher);
        article->publisher->name = name;
        article->publisher->host = host;
    }
    dl_weigh_authors(page, name, arena, &article->authors, &article->authors_count);
    clean_list(arena, article->authors, article->authors_count);
    dl_weigh_dates(page, address, article->language, arena, &dates);
    article->published = dates.published;
    article->modified = dates.modified;
    article->published_basis = dates.basis;
    article->description = cleaned(arena, dl_weigh_description(page));
    article->section = cleaned(arena, best_of(page, DL_CLAIM_SECTION));
    dl_weigh_keywords(page, arena, &article->keywords, &article->keywords_count);
    clean_list(arena, article->keywords, article->keywords_count);
    dl_str image = best_of(page, DL_CLAIM_IMAGE);
    dl_str base =
        page->claims.base.len ? dl_address_join(arena, want->url, page->claims.base) : want->url;
    if (image.len)
        article->lead_image = dl_address_join(arena, base, image);
    dl_str copyright = cleaned(arena, best_of(page, DL_CLAIM_COPYRIGHT));
    dl_str licence = best_of(page, DL_CLAIM_LICENCE);
    if (copyright.len || licence.len) {
        article->rights = dl_arena_alloc(arena, sizeof *article->rights);
        article->rights->copyright = copyright;
        article->rights->licence = licence;
    }
    set_truncated(page);
}

static size_t kept_bytes(const struct dl_page *page)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < page->blocks.count; i++)
        bytes += page->judgement.kept[i] ? page->blocks.list[i].text.len : 0;
    return bytes;
}

dl_status dl_page_read(struct dl_page_reader *reader, const struct dl_page_want *want,
                       struct dl_arena *arena, struct dl_page *ret, struct dl_error *err)
{
    dl_status status = dl_page_look(reader, want, arena, ret, err);
    if (status != DL_OK)
        return status;
    dl_judge_first(&ret->blocks, &ret->features, arena, &ret->judgement);
    dl_judge_second(&reader->html, &ret->blocks, &ret->features, arena, &ret->judgement);
    size_t bytes = kept_bytes(ret);
    if (bytes > DL_ARTICLE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "text of %zu bytes, at most %u", bytes,
                       DL_ARTICLE_BYTES_MAX);
    fill_article(ret, want, arena);
    if (ret->article.text.len == 0 && ret->article.title.len == 0)
        return dl_fail(err, DL_BAD_INPUT, "no text in the page");
    return DL_OK;
}
