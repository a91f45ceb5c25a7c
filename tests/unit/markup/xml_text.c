#include "markup/xml_text.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static const char *decode(const char *text, const char *doctype)
{
    struct dl_xml_entities entities;
    dl_xml_entities_init(&entities, &arena, dl_str_of(doctype));
    return dl_arena_str(&arena, dl_xml_decode(&arena, &entities, dl_str_of(text))).at;
}

static void references_become_what_they_mean(void **state)
{
    (void)state;
    assert_string_equal(decode("a &lt;b&gt; &amp;amp; &quot;&apos;", ""), "a <b> &amp; \"'");
    assert_string_equal(decode("&#8217;&#x2019;&eacute;&#146;", ""),
                        "\xe2\x80\x99\xe2\x80\x99\xc3\xa9\xe2\x80\x99");
}

static void ampersands_that_begin_nothing_stay(void **state)
{
    (void)state;
    assert_string_equal(decode("?a=1&copy=2&b", ""), "?a=1&copy=2&b");
    assert_string_equal(decode("AT&T; &bogus; & &;", ""), "AT&T; &bogus; & &;");
}

static void a_documents_own_entities_are_taken_if_they_are_plain(void **state)
{
    (void)state;
    static const char doctype[] = " rss [<!ENTITY me \"Jane &#82;oe\"> <!ENTITY two \"&me;&me;\">"
                                  "<!ENTITY far SYSTEM \"file:///etc/passwd\"><!ENTITY % p 'q'>]";
    assert_string_equal(decode("by &me;", doctype), "by Jane Roe");
    assert_string_equal(decode("&two; &far; &p;", doctype), "&two; &far; &p;");
}

static void expanding_has_an_end(void **state)
{
    (void)state;
    static char text[DL_XML_ENTITY_BYTES_MAX * 2];
    for (size_t i = 0; i + 4 < sizeof text; i += 4)
        memcpy(text + i, "&a;.", 4);
    const char *decoded = decode(text, "[<!ENTITY a \"0123456789\">]");
    assert_true(strlen(decoded) < sizeof text + 2 * DL_XML_ENTITY_BYTES_MAX);
    assert_non_null(strstr(decoded, "0123456789."));
    assert_non_null(strstr(decoded, "&a;."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_become_what_they_mean),
        cmocka_unit_test(ampersands_that_begin_nothing_stay),
        cmocka_unit_test(a_documents_own_entities_are_taken_if_they_are_plain),
        cmocka_unit_test(expanding_has_an_end),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
