#include "markup/xml_lexer.h"

#include "tests/unit/cm.h"

/* The tokens as one line: text as it is, <name attributes>, </name>, and so on. */
static const char *tokens(const char *source, bool *ret_broken)
{
    static char line[4096];
    static const char *const marks[][2] = {{"", ""},   {"{", "}"}, {"<", ">"}, {"</", ">"},
                                           {"(", ")"}, {"?", "?"}, {"!", "!"}};
    struct dl_xml_lexer lexer;
    struct dl_xml_token token;
    size_t at = 0;
    dl_xml_lexer_init(&lexer, dl_str_of(source));
    line[0] = '\0';
    while (dl_xml_lexer_next(&lexer, &token)) {
        bool tag = token.kind == DL_XML_START || token.kind == DL_XML_END;
        dl_str shown = token.kind == DL_XML_END ? (dl_str){"", 0} : token.text;
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%s%.*s%.*s%s%s", at ? "|" : "",
                               marks[token.kind][0], tag ? (int)token.name.len : 0,
                               token.name.at ? token.name.at : "", DL_STR_ARG(shown),
                               token.closed ? "/" : "", marks[token.kind][1]);
    }
    if (ret_broken)
        *ret_broken = lexer.broken != NULL;
    return line;
}

static void well_formed_xml_is_taken_as_it_is(void **state)
{
    (void)state;
    bool broken;
    assert_string_equal(
        tokens("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \">\">]><a:b c=\"d>\">x"
               "<![CDATA[<y>]]><!-- z --><e/></a:b>",
               &broken),
        "?xml version='1.0'?|! a [<!ENTITY b \">\">]!|<a:b c=\"d>\">|x|{<y>}|( z )|"
        "<e/>|</a:b>");
    assert_false(broken);
}

static void what_is_no_tag_is_text(void **state)
{
    (void)state;
    bool broken;
    assert_string_equal(tokens("<a>1 < 2 <3 <</a>", &broken), "<a>|1 |< 2 |<3 |<|</a>");
    assert_true(broken);
    assert_string_equal(tokens("<a>b <c</a>", NULL), "<a>|b |<c|</a>");
    assert_string_equal(tokens("x <", NULL), "x |<");
    assert_string_equal(tokens("<a\n<b>c</b>", NULL), "<a\n>|<b>|c|</b>");
    assert_string_equal(tokens("<a <b>c</b>", NULL), "<a |<b>|c|</b>");
}

static void quotes_that_do_not_close_end_at_the_tag(void **state)
{
    (void)state;
    assert_string_equal(tokens("<a b=\"c>x</a><d e=\"f\">y</d>", NULL),
                        "<a b=\"c>|x|</a>|<d e=\"f\">|y|</d>");
    assert_string_equal(tokens("<a b='<c>'>x</a>", NULL), "<a b='<c>'>|x|</a>");
    assert_string_equal(tokens("<a b=\"c\"<d>x", NULL), "<a b=\"c\">|<d>|x");
}

static void sections_without_an_end_lose_only_their_mark(void **state)
{
    (void)state;
    assert_string_equal(tokens("<a><![CDATA[x</a>", NULL), "<a>|{}|x|</a>");
    assert_string_equal(tokens("<a><!-- x</a>", NULL), "<a>|()| x|</a>");
    assert_string_equal(tokens("<!DOCTYPE a [ <b>x</b>", NULL), "! a [ <b!|x|</b>");
    assert_string_equal(tokens("</a b>x</>", NULL), "</a>|x|</>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_xml_is_taken_as_it_is),
        cmocka_unit_test(what_is_no_tag_is_text),
        cmocka_unit_test(quotes_that_do_not_close_end_at_the_tag),
        cmocka_unit_test(sections_without_an_end_lose_only_their_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
