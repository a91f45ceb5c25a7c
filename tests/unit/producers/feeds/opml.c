/* Lists of feeds as other readers write them, and as we do. */
#include "producers/feeds/opml.h"

#include "producers/feeds/fragment.h"
#include "tests/unit/cm.h"

static void outlines_are_found_wherever_they_stand(void **state)
{
    (void)state;
    struct dl_arena arena;
    struct dl_opml opml;
    dl_arena_init(&arena);
    dl_str text =
        DL_STR("<?xml version='1.0'?><opml><body><outline text='News'>\n"
               "<outline type=\"rss\" text=\"A &amp; B\" xmlUrl=\"http://a/?x=1&amp;y=2\"\n"
               " htmlUrl='http://a/'/><OUTLINE title='C' XMLURL='http://c/'></OUTLINE>\n"
               "<outline text='no feed'/></outline></body");
    assert_int_equal(dl_opml_read(&arena, text, &opml, NULL), DL_OK);
    assert_int_equal(opml.count, 2);
    assert_true(dl_str_is(opml.feeds[0].url, "http://a/?x=1&y=2"));
    assert_true(dl_str_is(opml.feeds[0].title, "A & B"));
    assert_true(dl_str_is(opml.feeds[0].site, "http://a/"));
    assert_true(dl_str_is(opml.feeds[1].url, "http://c/"));
    assert_int_equal(dl_opml_read(&arena, DL_STR("<opml><body/></opml>"), &opml, NULL),
                     DL_BAD_INPUT);
    dl_arena_done(&arena);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    struct dl_arena arena;
    struct dl_buf out;
    struct dl_opml again;
    struct dl_opml_feed feeds[] = {{DL_STR("http://a/?x=\"1\"&y=<2>"),
                                    DL_STR("Title \"q\" & <b> \xc3\xa9"), DL_STR("http://a")},
                                   {DL_STR("http://b/"), {NULL, 0}, {NULL, 0}}};
    dl_arena_init(&arena);
    dl_buf_init(&out, 1 << 20);
    assert_int_equal(dl_opml_write(&(struct dl_opml){feeds, 2}, &out), DL_OK);
    assert_int_equal(dl_opml_read(&arena, dl_buf_str(&out), &again, NULL), DL_OK);
    assert_int_equal(again.count, 2);
    assert_true(dl_str_eq(again.feeds[0].url, feeds[0].url));
    assert_true(dl_str_eq(again.feeds[0].title, feeds[0].title));
    assert_true(dl_str_eq(again.feeds[0].site, feeds[0].site));
    assert_true(dl_str_eq(again.feeds[1].url, feeds[1].url));
    dl_buf_done(&out);
    dl_arena_done(&arena);
}

static void fragments_become_paragraphs(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *text;
    } cases[] = {
        {"", ""},
        {"plain &amp; simple", "plain & simple"},
        {"<p>One.</p><p>Two  <b>bold</b>,\n three.</p>", "One.\n\nTwo bold, three."},
        {"a<br>b<br/>c", "a\nb\nc"},
        {"<div><h2>Head</h2>body</div>", "Head\n\nbody"},
        {"x<script>var p = '<p>';</script>y", "xy"},
        {"<ul><li>one<li>two</ul>", "one\n\ntwo"},
        {"<p></p><p> </p><p>end", "end"},
    };
    struct dl_arena arena;
    dl_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dl_str text = dl_fragment_text(&arena, dl_str_of(cases[i].html));
        if (!dl_str_is(text, cases[i].text))
            fail_msg("'%s' became '%.*s'", cases[i].html, DL_STR_ARG(text));
    }
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outlines_are_found_wherever_they_stand),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(fragments_become_paragraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
