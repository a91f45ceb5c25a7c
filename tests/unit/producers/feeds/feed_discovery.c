#include "producers/feeds/feed_discovery.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;
static struct dl_found_feed found[DL_FEEDS_FOUND_MAX];

static uint32_t discover(const char *html)
{
    return dl_feed_discover(&arena, dl_str_of(html), DL_STR("https://n.example/a/"), found);
}

static void is(dl_str got, const char *want)
{
    assert_string_equal(dl_arena_str(&arena, got).at, want);
}

static void the_head_comes_before_anchors_and_articles_before_comments(void **state)
{
    (void)state;
    assert_int_equal(
        discover("<head><link rel=alternate type='application/rss+xml' href='/comments/feed/'>"
                 "<LINK REL='Alternate' TYPE='application/atom+xml' TITLE='All &amp; more' "
                 "HREF='atom.xml#x'><link rel=alternate hreflang=de href=/de>"
                 "<link rel=stylesheet href=/rss></head>"
                 "<a href='/rss'>RSS</a><a href='/atom.xml'>x</a><a href='/feeding'>no</a>"
                 "<a href='feed://n.example/f'>f</a><a href='javascript:x.rss'>no</a>"),
        5);
    is(found[0].url, "https://n.example/a/atom.xml");
    is(found[0].title, "All & more");
    is(found[1].url, "https://n.example/comments/feed/");
    is(found[2].url, "https://n.example/rss");
    is(found[4].url, "https://n.example/f");
}

static void one_feed_is_found_once_and_by_its_best_word(void **state)
{
    (void)state;
    assert_int_equal(discover("<a href='/feed'>x</a><link rel='feed' href='/feed'>"
                              "<a href='/feed?format=rss'>y</a>"),
                     2);
    is(found[0].url, "https://n.example/feed");
    assert_true(found[0].worth > found[1].worth);
}

static void base_counts(void **state)
{
    (void)state;
    assert_int_equal(discover("<base href='//b.example/c/'><base href='/d/'><a href='rss.xml'>"),
                     1);
    is(found[0].url, "https://b.example/c/rss.xml");
}

static void a_page_of_feeds_has_an_end(void **state)
{
    (void)state;
    struct dl_buf html;
    dl_buf_init(&html, 1U << 16);
    for (int i = 0; i < 100; i++)
        (void)dl_buf_printf(&html, "<a href='/%d.rss'>", i);
    assert_int_equal(discover(html.at), DL_FEEDS_FOUND_MAX);
    assert_int_equal(discover("<p>nothing</p>"), 0);
    dl_buf_done(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_comes_before_anchors_and_articles_before_comments),
        cmocka_unit_test(one_feed_is_found_once_and_by_its_best_word),
        cmocka_unit_test(base_counts),
        cmocka_unit_test(a_page_of_feeds_has_an_end),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
