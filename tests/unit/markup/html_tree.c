/* The tree that tags make, written as brackets: "<p>a<p>b" is [p a][p b]. */
#include "markup/html_tree.h"
#include "tests/unit/cm.h"

static void show(const struct dl_html *html, uint32_t node, struct dl_buf *out)
{
    for (uint32_t i = node + 1; i < html->nodes[node].end; i = html->nodes[i].end) {
        if (dl_html_is_text(html, i)) {
            (void)dl_buf_put_str(out, dl_html_slice(html, i));
            continue;
        }
        const char *name = dl_html_tag_name((enum dl_tag)html->nodes[i].tag);
        (void)dl_buf_printf(out, "[%s ", *name ? name : "?");
        show(html, i, out);
        (void)dl_buf_put_char(out, ']');
    }
}

static void assert_tree(const char *source, const char *want)
{
    struct dl_html html;
    struct dl_buf out;
    dl_html_init(&html);
    dl_buf_init(&out, 1U << 20);
    dl_html_parse(&html, dl_str_of(source));
    show(&html, 0, &out);
    (void)dl_buf_put_char(&out, '\0');
    assert_string_equal(out.at, want);
    dl_buf_done(&out);
    dl_html_done(&html);
}

static void ends_what_html_says_is_ended(void **state)
{
    (void)state;
    assert_tree("<p>a<p>b<div>c</div>d", "[p a][p b][div c]d");
    assert_tree("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "[ul [li a][li b[ul [li c]]][li d]]");
    assert_tree("<dl><dt>a<dd>b<dt>c</dl>", "[dl [dt a][dd b][dt c]]");
    assert_tree("<table><tr><td>a<td>b<tr><td>c</table>d", "[table [tr [td a][td b]][tr [td c]]]d");
    assert_tree("<head><title>t</title><p>a", "[head [title t]][p a]");
    assert_tree("<h2>a<h3>b</h3>c", "[h2 a][h3 b]c");
    assert_tree("a<br>b<img src=x>c", "a[br ]b[img ]c");
}

static void survives_what_is_misnested(void **state)
{
    (void)state;
    assert_tree("<b><p>a</b>b</p>c", "[b [p ab]c]");
    assert_tree("</p></div>a</b>", "a");
    assert_tree("<div><span>a</div>b", "[div [span a]]b");
    assert_tree("<table><tr><td><p>a</div></td></tr></table>b", "[table [tr [td [p a]]]]b");
    assert_tree("<a href=1>a<a href=2>b</a>c", "[a a][a b]c");
    assert_tree("<body><p>a</body></html>b", "[body [p ab]]");
}

static void keeps_code_and_titles_whole(void **state)
{
    (void)state;
    assert_tree("<script>if (a<b) '</p>'</script>c", "[script if (a<b) '</p>']c");
    assert_tree("<title>a <b> c</title>d", "[title a <b> c]d");
    assert_tree("<title>never ended <p>a", "[title never ended [p a]]");
    assert_tree("<!-- <p> -->a<!-->b<!doctype html>c<?php x ?>d", "abcd");
    assert_tree("<style>a</style ><STYLE>b</sTyle>c", "[style a][style b]c");
}

static void takes_stray_brackets_for_text(void **state)
{
    (void)state;
    assert_tree("a < b <3 <", "a < b <3 <");
    assert_tree("a <b", "a <b");
    assert_tree("<p title='x>y\">a</p>b", "[p y\">a]b");
    assert_tree("<!-- never ended <p> a", " a");
}

static void knows_what_is_in_a_link(void **state)
{
    (void)state;
    struct dl_html html;
    dl_html_init(&html);
    dl_html_parse(&html, DL_STR("<a href=x>a<div>b</a>c</div>d<a name=y>e"));
    char in_link[8] = {0};
    for (uint32_t i = 1; i < html.count; i++)
        if (dl_html_is_text(&html, i) && (html.nodes[i].flags & DL_HTML_IN_LINK))
            strncat(in_link, dl_html_slice(&html, i).at, 1);
    assert_string_equal(in_link, "ab");
    dl_html_done(&html);
}

static void reads_attributes_as_browsers_do(void **state)
{
    (void)state;
    struct dl_html html;
    struct dl_arena arena;
    dl_arena_init(&arena);
    dl_html_init(&html);
    dl_html_parse(&html, DL_STR("<p A=1 b = 'x &amp; y' c d=\"&quot;\" e=z/ f>t"));
    assert_true(dl_str_is(dl_html_value(&html, 1, "a", &arena), "1"));
    assert_true(dl_str_is(dl_html_value(&html, 1, "b", &arena), "x & y"));
    assert_true(dl_str_is(dl_html_value(&html, 1, "d", &arena), "\""));
    assert_true(dl_str_is(dl_html_value(&html, 1, "e", &arena), "z/"));
    dl_str value;
    assert_true(dl_html_get(&html, 1, "c", &value) && value.len == 0);
    assert_true(dl_html_get(&html, 1, "f", &value));
    assert_false(dl_html_get(&html, 1, "g", &value));
    dl_html_done(&html);
    dl_arena_done(&arena);
}

/* Each is a shape that costs a careless reader the square of its length. */
static void keeps_the_text_of_hostile_pages(void **state)
{
    (void)state;
    static const struct hostile {
        const char *piece;
        unsigned times;
    } pages[] = {{"<div>", 300000},        {"<a x=\">\" ", 200000}, {"<b \"='", 200000},
                 {"<!--", 300000},         {"<title>", 300000},     {"</script", 200000},
                 {"<p><b><i>", 200000},    {"</p>", 300000},        {"<table><td>", 200000},
                 {"<li><ul>", 200000},     {"&amp", 300000},        {"<a href='x' ", 200000},
                 {"<svg><a href=", 200000}};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct dl_html html;
        struct dl_buf page;
        dl_buf_init(&page, 16U << 20);
        for (unsigned n = 0; n < pages[i].times; n++)
            (void)dl_buf_put_str(&page, dl_str_of(pages[i].piece));
        dl_html_init(&html);
        dl_html_parse(&html, dl_buf_str(&page));
        assert_true(html.count > 0 && html.nodes[0].end == html.count);
        dl_html_done(&html);
        dl_buf_done(&page);
    }
}

static void hangs_what_is_too_deep_at_the_limit(void **state)
{
    (void)state;
    struct dl_html html;
    struct dl_buf page;
    dl_buf_init(&page, 1U << 20);
    for (unsigned n = 0; n < 2 * DL_HTML_DEPTH_MAX; n++)
        (void)dl_buf_put_str(&page, DL_STR("<div>"));
    (void)dl_buf_put_str(&page, DL_STR("deep"));
    for (unsigned n = 0; n < 2 * DL_HTML_DEPTH_MAX; n++)
        (void)dl_buf_put_str(&page, DL_STR("</div>"));
    (void)dl_buf_put_str(&page, DL_STR("flat"));
    dl_html_init(&html);
    dl_html_parse(&html, dl_buf_str(&page));
    uint32_t last = html.count - 1;
    assert_true(dl_str_is(dl_html_slice(&html, last), "flat"));
    assert_int_equal(html.nodes[last].depth, 1);
    assert_true(dl_str_is(dl_html_slice(&html, last - 1), "deep"));
    assert_int_equal(html.nodes[last - 1].depth, DL_HTML_DEPTH_MAX + 1);
    dl_html_done(&html);
    dl_buf_done(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_what_html_says_is_ended),
        cmocka_unit_test(survives_what_is_misnested),
        cmocka_unit_test(keeps_code_and_titles_whole),
        cmocka_unit_test(takes_stray_brackets_for_text),
        cmocka_unit_test(knows_what_is_in_a_link),
        cmocka_unit_test(reads_attributes_as_browsers_do),
        cmocka_unit_test(keeps_the_text_of_hostile_pages),
        cmocka_unit_test(hangs_what_is_too_deep_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
