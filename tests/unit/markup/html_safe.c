#include "markup/html_safe.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;
static struct dl_html_names names;

static const char *safe(const char *html)
{
    struct dl_url base;
    assert_int_equal(dl_url_parse(&arena, DL_STR("https://news.example/a/"), NULL, &base, NULL),
                     DL_OK);
    return dl_arena_str(&arena, dl_html_safe(&arena, &names, dl_str_of(html), &base)).at;
}

static const char *plain(const char *html)
{
    return dl_arena_str(&arena, dl_html_plain(&arena, &names, dl_str_of(html))).at;
}

static void what_is_known_stays_and_is_closed(void **state)
{
    (void)state;
    assert_string_equal(safe("<p>a <B class=x>b</b><p>c &amp; d &eacute;"),
                        "<p>a <b>b</b></p><p>c &amp; d \xc3\xa9</p>");
    assert_string_equal(safe("<ul><li>a<li>b</ul></p>"), "<ul><li>a</li><li>b</li></ul>");
    assert_string_equal(safe("<xhtml:p>a</xhtml:p>"), "<p>a</p>");
    assert_string_equal(safe("1 < 2 & 3"), "1 &lt; 2 &amp; 3");
}

static void addresses_become_absolute_or_go(void **state)
{
    (void)state;
    assert_string_equal(safe("<a href='../b?x=1&amp;y=2'>b</a>"),
                        "<a href=\"https://news.example/b?x=1&amp;y=2\">b</a>");
    assert_string_equal(safe("<a href='mailto:a@b'>b</a>"), "<a href=\"mailto:a@b\">b</a>");
    assert_string_equal(safe("<a href=\" java&#9;script:x()\">b</a>"), "<a>b</a>");
    assert_string_equal(safe("<a href='data:text/html,x'>b</a>"), "<a>b</a>");
    assert_string_equal(dl_html_safe(&arena, &names, DL_STR("<a href='b:c'>x</a>"), NULL).at,
                        "<a>x</a>");
    assert_string_equal(dl_html_safe(&arena, &names, DL_STR("<a href='b/c:d'>x</a>"), NULL).at,
                        "<a href=\"b/c:d\">x</a>");
}

static void nothing_that_acts_gets_through(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "a<script>alert(1)</script>",
        "a<SCRIPT >x</SCRIPT >",
        "a<style>b{}</style>",
        "a<p onclick=\"x()\"></p>",
        "a<p style='x:expression(1)'></p>",
        "a<iframe src=//x></iframe>",
        "a<iframe><script>x</script></iframe>",
        "a<object data=x><embed src=y></object>",
        "a<form action=x><input></form>",
        "a<meta http-equiv=refresh><link href=x><base href=y>",
        "a<svg onload=x><script>y</script></svg>",
        "a<img src=x:y onerror=z>",
        "a<!--[if IE]><script>x</script><![endif]-->",
        "a<scr<script>ipt>x</script>",
        "a<a href=\"javascript:x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *got = safe(bad[i]);
        assert_int_equal(got[0], 'a');
        assert_null(strcasestr(got, "script"));
        assert_null(strstr(got, "on"));
        assert_null(strstr(got, "="));
    }
}

static void a_long_base_makes_no_bomb(void **state)
{
    (void)state;
    static char html[110000];
    static char base_text[8000];
    struct dl_url base;
    for (size_t i = 0; i + 11 < sizeof html; i += 11)
        memcpy(html + i, "<a href=x> ", 11);
    memset(base_text, 'y', sizeof base_text);
    memcpy(base_text, "http://a/", 9);
    base_text[sizeof base_text - 1] = '/';
    assert_int_equal(dl_url_parse(&arena, (dl_str){base_text, sizeof base_text}, NULL, &base, NULL),
                     DL_OK);
    dl_str got = dl_html_safe(&arena, &names, dl_str_of(html), &base);
    assert_true(got.len < sizeof html * 10);
    assert_true(dl_str_ends(got, DL_STR("</a>")));
}

static void plain_text_is_what_one_would_read(void **state)
{
    (void)state;
    assert_string_equal(plain(" A <b>bold</b>\n move<br>now &amp; then "),
                        "A bold move now & then");
    assert_string_equal(plain("<p>a</p><p>b</p>"), "a b");
    assert_string_equal(plain("a<script>b</script>c"), "ac");
    assert_string_equal(plain("List<String> and </String>"), "List<String> and </String>");
    assert_string_equal(plain("1 < 2"), "1 < 2");
    assert_true(dl_str_is(dl_html_defuse(&arena, DL_STR("1 < 2 <b")), "1 < 2 &lt;b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_stays_and_is_closed),
        cmocka_unit_test(addresses_become_absolute_or_go),
        cmocka_unit_test(nothing_that_acts_gets_through),
        cmocka_unit_test(a_long_base_makes_no_bomb),
        cmocka_unit_test(plain_text_is_what_one_would_read),
    };
    dl_arena_init(&arena);
    dl_html_names_init(&names);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
