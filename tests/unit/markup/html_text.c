/* Character references and white space. */
#include "markup/html_text.h"
#include "tests/unit/cm.h"

static void assert_line(const char *text, const char *want)
{
    struct dl_arena arena;
    dl_arena_init(&arena);
    dl_str line = dl_html_line(&arena, dl_str_of(text));
    assert_string_equal(dl_arena_str(&arena, line).at, want);
    dl_arena_done(&arena);
}

static void decodes_references_as_browsers_do(void **state)
{
    (void)state;
    assert_line("R&amp;D &lt;b&gt; &quot;x&quot;", "R&D <b> \"x\"");
    assert_line("caf&eacute; caf&eacutes &notit; &notin;", "caf\u00e9 caf\u00e9s \u00acit; \u2209");
    assert_line("&#8217;&#x2019;&#X2019&#146;", "\u2019\u2019\u2019\u2019");
    assert_line("&#0;&#xd800;&#99999999999;", "\ufffd\ufffd\ufffd");
    assert_line("&NotEqualTilde;", "\u2242\u0338");
}

static void leaves_what_is_no_reference(void **state)
{
    (void)state;
    assert_line("a & b &; &# &#x; &nosuch; AT&T &", "a & b &; &# &#x; &nosuch; AT&T &");
}

static void makes_white_space_one_space(void **state)
{
    (void)state;
    assert_line("  a \n\t b&nbsp;&nbsp; c\u00a0 ", "a b c");
    assert_line("\u200b\ufeff \u2009", "");
    assert_line("a&#10;b", "a b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_references_as_browsers_do),
        cmocka_unit_test(leaves_what_is_no_reference),
        cmocka_unit_test(makes_white_space_one_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
