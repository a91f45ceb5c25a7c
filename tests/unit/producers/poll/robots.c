#include "producers/poll/robots.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static bool may(const char *robots, const char *agent, const char *path)
{
    struct dl_robots rules;
    struct dl_url site;
    struct dl_url url;
    assert_int_equal(dl_url_parse(&arena, DL_STR("https://news.example/"), NULL, &site, NULL),
                     DL_OK);
    assert_int_equal(dl_url_parse(&arena, dl_str_of(path), &site, &url, NULL), DL_OK);
    dl_robots_read(&arena, dl_str_of(robots), dl_str_of(agent), &rules);
    return dl_robots_allow(&arena, &rules, &url, NULL);
}

static void the_agents_own_groups_hold_together_and_alone(void **state)
{
    (void)state;
    static const char text[] = "User-agent: *\nDisallow: /\n\n"
                               "user-agent: Dateline/2.0\nDisallow: /a\n"
                               "User-agent: other\nDisallow: /b\n"
                               "User-agent: x\nUser-agent: DATELINE\nDisallow: /c\n";
    assert_false(may(text, "dateline/1.0 (+https://d.example)", "/a"));
    assert_true(may(text, "dateline", "/b"));
    assert_false(may(text, "dateline", "/c"));
    assert_true(may(text, "dateline", "/d"));
    assert_false(may(text, "datelinebot", "/d"));
    assert_false(may(text, "date", "/d"));
    assert_true(may(text, "Mozilla/5.0 (compatible; Dateline/1.0; +https://d.example)", "/d"));
}

static void an_empty_group_of_ones_own_allows_all(void **state)
{
    (void)state;
    static const char text[] = "User-agent: *\nDisallow: /\nUser-agent: dateline\nDisallow:\n";
    assert_true(may(text, "dateline", "/a"));
    assert_false(may(text, "other", "/a"));
}

static void the_longest_pattern_decides_and_allow_wins_a_draw(void **state)
{
    (void)state;
    static const char text[] = "user-agent: *\ndisallow: /a\nallow: /a/b\ndisallow: /a/b/c\n"
                               "allow: /d\ndisallow: /d\n";
    assert_false(may(text, "x", "/a/x"));
    assert_true(may(text, "x", "/a/b/x"));
    assert_false(may(text, "x", "/a/b/cd"));
    assert_true(may(text, "x", "/d"));
    assert_true(may(text, "x", "/A"));
}

static void stars_and_a_last_dollar_are_special(void **state)
{
    (void)state;
    static const char text[] = "user-agent: *\ndisallow: /*.pdf$\ndisallow: /x*y*z\n"
                               "disallow: /p$q\ndisallow: */print\ndisallow: /e%2Af\ndisallow: g\n";
    assert_false(may(text, "x", "/a/b.pdf"));
    assert_true(may(text, "x", "/a/b.pdf?x"));
    assert_false(may(text, "x", "/x.pdf/.pdf"));
    assert_false(may(text, "x", "/x1y2z3"));
    assert_true(may(text, "x", "/x1z2y3"));
    assert_false(may(text, "x", "/p$q"));
    assert_true(may(text, "x", "/p"));
    assert_false(may(text, "x", "/a/print/1"));
    assert_false(may(text, "x", "/e*f"));
    assert_true(may(text, "x", "/exf"));
    assert_true(may(text, "x", "/g"));
}

static void escapes_are_compared_by_what_they_mean(void **state)
{
    (void)state;
    static const char text[] =
        "user-agent: *\ndisallow: /caf\xc3\xa9\ndisallow: /%62ar\ndisallow: /a%2fb\n";
    assert_false(may(text, "x", "/caf%c3%a9"));
    assert_false(may(text, "x", "/bar"));
    assert_false(may(text, "x", "/b%61r"));
    assert_false(may(text, "x", "/a%2Fb"));
    assert_true(may(text, "x", "/a/b"));
    assert_false(may("user-agent: *\ndisallow: /f?u=https%3A%2F%2Fa\n", "x", "/f?u=https://a"));
    assert_false(may("user-agent: *\ndisallow: /f?u=https://a\n", "x", "/f?u=https%3a%2f%2fa"));
}

static void lines_may_be_odd(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "User-Agent : *  # all\r"
                               "Sitemap: https://news.example/s.xml\r\n"
                               "garbage here and there\n"
                               "dissallow /a\n"
                               "Disallow:/b#c\n"
                               "Disallow: \n"
                               "<html>Disallow: /c</html>";
    assert_false(may(text, "x", "/a"));
    assert_false(may(text, "x", "/b"));
    assert_true(may(text, "x", "/c"));
    assert_true(may("Disallow: /\n", "x", "/")); /* a rule of no group */
    assert_true(may("", "x", "/"));
    assert_true(may("user-agent: *\ndisallow: /\n", "x", "/robots.txt"));
    assert_true(may("user-agent: *\nallow: /a/index.html\ndisallow: /\n", "x", "/a/"));
}

static void delay_and_sitemaps_are_kept(void **state)
{
    (void)state;
    struct dl_robots rules;
    dl_robots_read(&arena,
                   DL_STR("Sitemap: /a\nuser-agent: x\ncrawl-delay: 1.5\nsitemap: /b\n"
                          "user-agent: *\ncrawl-delay: many\n"),
                   DL_STR("x"), &rules);
    assert_int_equal(rules.delay_ms, 1500);
    assert_int_equal(rules.sitemap_count, 2);
    assert_true(dl_str_is(rules.sitemaps[1], "/b"));
    dl_robots_read(&arena, DL_STR("user-agent: *\ncrawl-delay: many\n"), DL_STR("x"), &rules);
    assert_int_equal(rules.delay_ms, DL_ROBOTS_NO_DELAY);
}

static void only_the_first_500_kib_count_and_no_half_line(void **state)
{
    (void)state;
    static char text[DL_ROBOTS_BYTES_MAX + 64];
    static const char head[] = "user-agent: *\n";
    static const char rule[] = "\ndisallow: /abcdef\n";
    memset(text, '#', sizeof text);
    memcpy(text, head, sizeof head - 1);
    memcpy(text + DL_ROBOTS_BYTES_MAX - (sizeof rule - 1), rule, sizeof rule - 1);
    text[sizeof text - 1] = '\0';
    assert_false(may(text, "x", "/abcdef"));
    memset(text + DL_ROBOTS_BYTES_MAX - (sizeof rule - 1), '#', sizeof rule);
    memcpy(text + DL_ROBOTS_BYTES_MAX - (sizeof rule - 4), rule, sizeof rule - 1);
    assert_true(may(text, "x", "/abcdef"));
    assert_true(may(text, "x", "/abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_agents_own_groups_hold_together_and_alone),
        cmocka_unit_test(an_empty_group_of_ones_own_allows_all),
        cmocka_unit_test(the_longest_pattern_decides_and_allow_wins_a_draw),
        cmocka_unit_test(stars_and_a_last_dollar_are_special),
        cmocka_unit_test(escapes_are_compared_by_what_they_mean),
        cmocka_unit_test(lines_may_be_odd),
        cmocka_unit_test(delay_and_sitemaps_are_kept),
        cmocka_unit_test(only_the_first_500_kib_count_and_no_half_line),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
