/* Whole pages, small ones, to articles. */
#include "pages/page.h"
#include "tests/unit/cm.h"

#define PARAGRAPHS                                                                                 \
    "<p>The ministers of three countries met on Thursday in the old harbour, and agreed to open "  \
    "the border crossing again after two years of talks.</p>"                                      \
    "<p>Officials said that lorries would be let through first, while travellers have to wait "    \
    "until the new posts are built, probably in the autumn.</p>"                                   \
    "<h2>What comes next</h2>"                                                                     \
    "<p>Both parliaments still have to vote on the treaty. The opposition, which has asked for "   \
    "a referendum, called the plan hasty, expensive and badly prepared.</p>"

static const char news[] =
    "<!doctype html><html lang=en-GB><head><title>Border to open again | The Harbour Post</title>"
    "<meta property=og:site_name content='The Harbour Post'>"
    "<meta property=og:title content='Border to open again'>"
    "<meta property=article:published_time content='2025-02-06T14:30:00+01:00'>"
    "<link rel=canonical href=/world/border-opens>"
    "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Border to open "
    "again\",\"author\":[{\"@type\":\"Person\",\"name\":\"Ann Lee\"},{\"name\":\"Bo Ek\"}],"
    "\"dateModified\":\"2025-02-07T08:00:00+01:00\",\"keywords\":[\"border\",\"treaty\"]}</script>"
    "</head><body><nav class=menu><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav>"
    "<article class=story><h1>Border to open again</h1><div class=byline>By Ann Lee and Bo Ek</div>"
    "<figure><img src=x><figcaption>The crossing in May. Photo: B. Ek</figcaption></figure>"
    "<div class=article-body>" PARAGRAPHS
    "<div class=related><h3>Related stories</h3><ul><li><a href=/a>Ferry strike ends after a "
    "week</a><li><a href=/b>Harbour fees to rise</a></ul></div></div></article>"
    "<section class=comments><h3>2 comments</h3><div class=comment><p>About time, if you ask me. "
    "I have been waiting for this since they closed it.</p></div></section>"
    "<footer><p>\u00a9 2025 The Harbour Post. All rights reserved.</p></footer></body></html>";

struct reading {
    struct dl_page_reader reader;
    struct dl_arena arena;
    struct dl_page page;
};

static void read_page(struct reading *r, dl_str bytes, const char *url)
{
    struct dl_page_want want = {.bytes = bytes, .url = dl_str_of(url), .content_type = {"", 0}};
    struct dl_error err;
    dl_page_reader_init(&r->reader);
    dl_arena_init(&r->arena);
    assert_int_equal(dl_page_read(&r->reader, &want, &r->arena, &r->page, &err), DL_OK);
}

static void done(struct reading *r)
{
    dl_arena_done(&r->arena);
    dl_page_reader_done(&r->reader);
}

static bool holds(dl_str text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

#define assert_text(text, want) assert_string_equal(dl_arena_str(&r.arena, text).at, want)

static void takes_the_text_and_leaves_the_rest(void **state)
{
    (void)state;
    struct reading r;
    read_page(&r, dl_str_of(news), "https://www.post.example/world/border-opens?utm_source=x");
    dl_str text = r.page.article.text;
    assert_true(holds(text, "The ministers of three countries"));
    assert_true(holds(text, "\n\nWhat comes next\n\n"));
    assert_true(holds(text, "badly prepared."));
    assert_false(holds(text, "Home"));
    assert_false(holds(text, "Photo:"));
    assert_false(holds(text, "Ferry strike"));
    assert_false(holds(text, "About time"));
    assert_false(holds(text, "All rights"));
    done(&r);
}

static void weighs_what_the_page_says_of_itself(void **state)
{
    (void)state;
    struct reading r;
    read_page(&r, dl_str_of(news), "https://www.post.example/world/border-opens?utm_source=x");
    const struct dl_article_record *article = &r.page.article;
    assert_text(article->title, "Border to open again");
    assert_int_equal(article->authors_count, 2);
    assert_text(article->authors[0], "Ann Lee");
    assert_text(article->authors[1], "Bo Ek");
    assert_text(article->published, "2025-02-06T14:30:00+01:00");
    assert_text(article->modified, "2025-02-07T08:00:00+01:00");
    assert_int_equal(article->published_basis, DL_BASIS_PAGE);
    assert_text(article->publisher->name, "The Harbour Post");
    assert_text(article->publisher->host, "post.example");
    assert_text(article->canonical_url, "https://www.post.example/world/border-opens");
    assert_text(article->language, "en-GB");
    assert_int_equal(article->keywords_count, 2);
    done(&r);
}

static void distrusts_a_canonical_url_that_is_no_article(void **state)
{
    (void)state;
    struct reading r;
    read_page(&r, DL_STR("<link rel=canonical href=https://post.example/>" PARAGRAPHS),
              "https://post.example/world/1");
    assert_text(r.page.article.canonical_url, "https://post.example/world/1");
    done(&r);
    read_page(&r, DL_STR("<link rel=canonical href=https://other.example/world/1>" PARAGRAPHS),
              "https://post.example/world/1");
    assert_text(r.page.article.canonical_url, "https://post.example/world/1");
    done(&r);
}

static void makes_no_value_up(void **state)
{
    (void)state;
    struct reading r;
    read_page(&r, DL_STR("<body>" PARAGRAPHS), "");
    assert_int_equal(r.page.article.published.len, 0);
    assert_int_equal(r.page.article.authors_count, 0);
    assert_int_equal(r.page.article.canonical_url.len, 0);
    assert_null(r.page.article.publisher);
    assert_int_equal(r.page.article.published_basis, DL_BASIS_NONE);
    done(&r);
}

static void takes_article_body_where_the_page_hides_the_text(void **state)
{
    (void)state;
    struct reading r;
    struct dl_buf page;
    dl_buf_init(&page, 1U << 20);
    (void)dl_buf_put_str(&page, DL_STR("<script type='application/ld+json'>{\"@type\":\"Article\","
                                       "\"articleBody\":\""));
    for (int i = 0; i < 20; i++)
        (void)dl_buf_printf(&page, "Sentence %d of a text that only machines are given. ", i);
    (void)dl_buf_put_str(&page, DL_STR("\"}</script><body><div id=app></div>"));
    read_page(&r, dl_buf_str(&page), "");
    assert_true(holds(r.page.article.text, "Sentence 19"));
    assert_string_equal(r.page.text_from, "json-ld");
    dl_buf_done(&page);
    done(&r);
}

static void tells_what_is_no_page(void **state)
{
    (void)state;
    struct dl_page_reader reader;
    struct dl_arena arena;
    struct dl_page page;
    struct dl_error err;
    struct dl_page_want want = {.bytes = DL_STR("<script>x</script>")};
    dl_page_reader_init(&reader);
    dl_arena_init(&arena);
    assert_int_equal(dl_page_read(&reader, &want, &arena, &page, &err), DL_BAD_INPUT);
    want.bytes = DL_STR("  \n");
    assert_int_equal(dl_page_read(&reader, &want, &arena, &page, &err), DL_BAD_INPUT);
    want.bytes.len = DL_PAGE_BYTES_MAX + 1;
    assert_int_equal(dl_page_read(&reader, &want, &arena, &page, &err), DL_TOO_BIG);
    dl_arena_done(&arena);
    dl_page_reader_done(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_text_and_leaves_the_rest),
        cmocka_unit_test(weighs_what_the_page_says_of_itself),
        cmocka_unit_test(distrusts_a_canonical_url_that_is_no_article),
        cmocka_unit_test(makes_no_value_up),
        cmocka_unit_test(takes_article_body_where_the_page_hides_the_text),
        cmocka_unit_test(tells_what_is_no_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
