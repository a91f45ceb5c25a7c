#include "core/url.h"

#include "core/limits.h"
#include "tests/unit/cm.h"

static struct dl_arena arena;

/* The href, or "-" for a refusal. */
static const char *href(const char *input, const char *base)
{
    struct dl_url from;
    struct dl_url url;
    struct dl_error err;
    if (base)
        assert_int_equal(dl_url_parse(&arena, dl_str_of(base), NULL, &from, &err), DL_OK);
    if (dl_url_parse(&arena, dl_str_of(input), base ? &from : NULL, &url, &err) != DL_OK) {
        assert_true(err.text[0] != '\0');
        return "-";
    }
    return dl_arena_str(&arena, dl_url_href(&arena, &url)).at;
}

static const char *canonical(const char *input)
{
    struct dl_url url;
    assert_int_equal(dl_url_parse(&arena, dl_str_of(input), NULL, &url, NULL), DL_OK);
    return dl_arena_str(&arena, dl_url_canonical(&arena, &url)).at;
}

struct pair {
    const char *input;
    const char *want;
};

static void check(const struct pair *pairs, size_t count, const char *base)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(href(pairs[i].input, base), pairs[i].want);
}

static void addresses_are_written_out_in_one_way(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"  HTTPS://News.Example:443/a/../b ", "https://news.example/b"},
        {"http://news.example", "http://news.example/"},
        {"http:\\\\news.example\\a\\b?x\\y", "http://news.example/a/b?x\\y"},
        {"http:news.example", "http://news.example/"},
        {"ht\ntp://news.ex\tample/", "http://news.example/"},
        {"http://u:p@q@news.example:8080/", "http://u:p%40q@news.example:8080/"},
        {"http://:@news.example/", "http://news.example/"},
        {"http://news.example/%2e/a/%2E./b", "http://news.example/b"},
        {"http://news.example/a/..", "http://news.example/"},
        {"http://news.example/ä ^`{}\"<>", "http://news.example/%C3%A4%20%5E%60%7B%7D%22%3C%3E"},
        {"http://news.example/?a'b ä#c`d", "http://news.example/?a%27b%20%C3%A4#c%60d"},
        {"http://news.example/%zz%4", "http://news.example/%zz%4"},
        {"http://news.example?", "http://news.example/?"},
        {"file:///C|/a/../..", "file:///C:/"},
        {"mailto:desk@news.example", "mailto:desk@news.example"},
        {"data:text/plain,a b", "data:text/plain,a b"},
        {"urn:x:/../y", "urn:x:/../y"},
        {"news://a?'", "news://a?'"},
        {"tag:/.//a", "tag:/.//a"},
    };
    check(pairs, sizeof pairs / sizeof *pairs, NULL);
}

static void references_resolve_against_a_base(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"", "https://news.example/a/b?q"},
        {"#top", "https://news.example/a/b?q#top"},
        {"?x", "https://news.example/a/b?x"},
        {"c", "https://news.example/a/c"},
        {"../c", "https://news.example/c"},
        {"../../../c", "https://news.example/c"},
        {"/c", "https://news.example/c"},
        {"//other.example", "https://other.example/"},
        {"\\c", "https://news.example/c"},
        {"https:c", "https://news.example/a/c"},
        {"http:c", "http://c/"},
        {"javascript:x()", "javascript:x()"},
        {"http://", "-"},
    };
    check(pairs, sizeof pairs / sizeof *pairs, "https://news.example/a/b?q#f");
    assert_string_equal(href("c", NULL), "-");
    assert_string_equal(href("c", "mailto:x"), "-");
    assert_string_equal(href("#c", "mailto:x"), "mailto:x#c");
}

static void numbers_are_addresses_in_all_their_spellings(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://127.1", "http://127.0.0.1/"},
        {"http://0x7f.0.0.01", "http://127.0.0.1/"},
        {"http://2130706433", "http://127.0.0.1/"},
        {"http://017700000001", "http://127.0.0.1/"},
        {"http://1.2.3.4.", "http://1.2.3.4/"},
        {"http://\xef\xbc\x91.2.3.4", "http://1.2.3.4/"},
        {"http://256.1.1.1", "-"},
        {"http://4294967296", "-"},
        {"http://1.2.3.4.5", "-"},
        {"http://a.09", "-"},
        {"http://09.a", "http://09.a/"},
        {"http://[0:0::1]:80/", "http://[::1]/"},
        {"http://[2001:DB8:0:0:1:0:0:1]/", "http://[2001:db8::1:0:0:1]/"},
        {"http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"},
        {"http://[1:2:3:4:5:6:7::]/", "http://[1:2:3:4:5:6:7:0]/"},
        {"http://[1:2:3:4:5:6:7:8:9]/", "-"},
        {"http://[1::2::3]/", "-"},
        {"http://[:1]/", "-"},
        {"http://[1:]/", "-"},
        {"http://[::1.2.3]/", "-"},
        {"http://[::01.2.3.4]/", "-"},
        {"http://[::1%25eth0]/", "-"},
        {"http://[::1", "-"},
    };
    check(pairs, sizeof pairs / sizeof *pairs, NULL);
}

static void names_become_ascii_or_are_refused(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://Bücher.example", "http://xn--bcher-kva.example/"},
        {"http://faß.example", "http://xn--fa-hia.example/"},
        {"http://FASS.example", "http://fass.example/"},
        {"http://日本。ｊｐ", "http://xn--wgv71a.jp/"},
        {"http://☕.example", "http://xn--53h.example/"},
        {"http://xn--53h.example", "http://xn--53h.example/"},
        {"http://XN--BCHER-KVA.example", "http://xn--bcher-kva.example/"},
        {"http://-ü-.example", "http://xn-----xka.example/"},
        {"http://a_b.example", "http://a_b.example/"},
        {"http://b%C3%BCcher.example", "http://xn--bcher-kva.example/"},
        {"http://xn--.example", "-"},
        {"http://a b.example", "-"},
        {"http://a%00b.example", "-"},
        {"http://a%25b.example", "-"},
        {"http://a<b.example", "-"},
        {"http://%ff.example", "-"},
        {"http://\xc2\xad", "-"},
        {"http://\xef\xb7\x90.example", "-"},
        {"http://a:65535", "http://a:65535/"},
        {"http://a:65536", "-"},
        {"http://a:8o", "-"},
        {"http://@/x", "-"},
        {"news://a b", "-"},
    };
    check(pairs, sizeof pairs / sizeof *pairs, NULL);
}

static void what_is_written_out_reads_back_the_same(void **state)
{
    (void)state;
    static const char *const inputs[] = {"http://u:p@a.example:81/a b;c?d e#f g", "tag:/.//x",
                                         "file://host/C:/x", "x:y  ?q", "http://[::1]/%41"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        const char *once = href(inputs[i], NULL);
        assert_string_equal(href(once, NULL), once);
    }
}

static void one_page_has_one_canonical_address(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://News.Example:80/a?utm_source=x&UTM_medium=y#top", "http://news.example/a"},
        {"https://news.example/a?b=2&a=1&fbclid=z", "https://news.example/a?a=1&b=2"},
        {"https://news.example/a?b=2&b=1&&", "https://news.example/a?b=2&b=1"},
        {"https://news.example/%7euser/%e4%bd%a0%2f", "https://news.example/~user/%E4%BD%A0%2F"},
        {"https://u:p@news.example./a;jsessionid=1?PHPSESSID=2", "https://news.example/a"},
        {"https://news.example/a;b=1", "https://news.example/a;b=1"},
        {"https://news.example/?source=rss_top", "https://news.example/"},
        {"https://news.example/?source=ap", "https://news.example/?source=ap"},
        {"https://news.example/a/?", "https://news.example/a/"},
        {"https://www.news.example/A", "https://www.news.example/A"},
        {"mailto:x#y", "mailto:x#y"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(canonical(pairs[i].input), pairs[i].want);
}

static void sites_follow_the_public_suffix_list(void **state)
{
    (void)state;
    assert_true(dl_str_is(dl_url_site(DL_STR("www.news.co.uk")), "news.co.uk"));
    assert_true(dl_str_is(dl_url_site(DL_STR("a.b.example.com")), "example.com"));
    assert_true(dl_str_is(dl_url_site(DL_STR("co.uk")), "co.uk"));
    assert_true(dl_str_is(dl_url_site(DL_STR("10.0.0.1")), "10.0.0.1"));
    assert_true(dl_str_is(dl_url_site(DL_STR("[::1]")), "[::1]"));
    assert_true(dl_str_is(dl_url_site(DL_STR("localhost")), "localhost"));
}

static void a_url_may_be_long_but_not_without_end(void **state)
{
    (void)state;
    static char text[DL_URL_BYTES_MAX + 1];
    struct dl_url url;
    struct dl_error err;
    memset(text, 'a', sizeof text);
    memcpy(text, "http://a/", 9);
    assert_int_equal(dl_url_parse(&arena, (dl_str){text, DL_URL_BYTES_MAX}, NULL, &url, &err),
                     DL_OK);
    assert_int_equal(dl_url_parse(&arena, (dl_str){text, sizeof text}, NULL, &url, &err),
                     DL_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_written_out_in_one_way),
        cmocka_unit_test(references_resolve_against_a_base),
        cmocka_unit_test(numbers_are_addresses_in_all_their_spellings),
        cmocka_unit_test(names_become_ascii_or_are_refused),
        cmocka_unit_test(what_is_written_out_reads_back_the_same),
        cmocka_unit_test(one_page_has_one_canonical_address),
        cmocka_unit_test(sites_follow_the_public_suffix_list),
        cmocka_unit_test(a_url_may_be_long_but_not_without_end),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
