/* Phrases to country and role, each half counted: actors.txt. */
#include "workers/knowledge/actors.h"

#include "workers/knowledge/knowledge.h"

#include "core/day.h"
#include "tests/unit/cm.h"

#define RIGHT_SHARE_MIN 0.90

static struct dl_almanac *almanac;

static int open_almanac(void **state)
{
    (void)state;
    char path[4096];
    struct dl_error err;
    if (dl_share_path("almanac.bin", path, sizeof path, &err) != DL_OK)
        return -1;
    return dl_almanac_open(path, NULL, &almanac, &err) == DL_OK ? 0 : -1;
}

static int close_almanac(void **state)
{
    (void)state;
    dl_almanac_close(almanac);
    return 0;
}

static dl_str known(dl_str code)
{
    return dl_str_is(code, "-") ? (dl_str){"", 0} : code;
}

static void phrases_of_the_news_find_country_and_role(void **state)
{
    (void)state;
    FILE *file = fopen(TEST_DIR "/actors.txt", "re");
    char line[4096];
    unsigned right = 0;
    unsigned countries = 0;
    unsigned roles = 0;
    unsigned all = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        dl_str rest = dl_str_of(line);
        dl_str head;
        dl_str country;
        dl_str phrase;
        if (line[0] == '#' || !dl_str_next(&rest, '|', &head))
            continue;
        (void)dl_str_next(&head, ' ', &country); /* every line has both */
        country = known(country);
        dl_str role = known(dl_str_trim(head));
        while (dl_str_next(&rest, ';', &phrase)) {
            struct dl_actor_answer answer;
            phrase = dl_str_trim(phrase);
            dl_actor_resolve(almanac, phrase, NULL, &answer);
            dl_str got = answer.role_count ? answer.roles[0] : (dl_str){"", 0};
            bool country_right = dl_str_eq(answer.country, country);
            bool role_right = dl_str_eq(got, role);
            all++;
            countries += country_right;
            roles += role_right;
            right += country_right && role_right;
            if (!country_right || !role_right)
                print_message("%.*s: %.*s %.*s, not %.*s %.*s\n", DL_STR_ARG(phrase),
                              DL_STR_ARG(answer.country), DL_STR_ARG(got), DL_STR_ARG(country),
                              DL_STR_ARG(role));
        }
    }
    (void)fclose(file);
    print_message("of %u: both %u, country %u, role %u\n", all, right, countries, roles);
    assert_true(all >= 200);
    assert_true(right >= RIGHT_SHARE_MIN * all);
}

static struct dl_actor_answer ask(const char *phrase, int32_t day, const char *country)
{
    struct dl_actor_answer answer;
    struct dl_actor_setting setting = {.day = day, .country = dl_str_of(country)};
    dl_actor_resolve(almanac, dl_str_of(phrase), &setting, &answer);
    return answer;
}

static void offices_end(void **state)
{
    (void)state;
    struct dl_actor_answer then = ask("Barack Obama", dl_day_of_civil(2012, 3, 1), "");
    struct dl_actor_answer now = ask("Barack Obama", dl_day_of_civil(2025, 3, 1), "");
    assert_false(then.former);
    assert_true(dl_str_is(then.roles[0], "GOV"));
    assert_true(now.former);
    assert_true(dl_str_is(now.roles[0], "ELI"));
    assert_true(dl_str_is(ask("the Taliban", dl_day_of_civil(2019, 1, 1), "").roles[0], "REB"));
    assert_true(dl_str_is(ask("the Taliban", dl_day_of_civil(2023, 1, 1), "").roles[0], "GOV"));
}

static void namesakes_go_by_the_country_around_them(void **state)
{
    (void)state;
    int32_t day = dl_day_of_civil(2025, 3, 1);
    assert_true(dl_str_is(ask("the National Guard", day, "MEX").country, "MEX"));
    assert_true(dl_str_is(ask("the National Guard", day, "USA").country, "USA"));
    struct dl_actor_answer torn = ask("the National Guard", day, "");
    assert_int_equal(torn.country.len, 0); /* nothing speaks for either */
    assert_true(dl_str_is(torn.roles[0], "MIL"));
    struct dl_actor_answer police = ask("police", day, "KEN");
    assert_true(dl_str_is(police.country, "KEN"));
    assert_string_equal(police.resolved_by, "context");
}

static void strangers_with_a_known_surname_stay_strangers(void **state)
{
    (void)state;
    assert_int_equal(ask("Helen Merkel", DL_DAY_UNKNOWN, "").id.len, 0);
    assert_true(ask("Mrs Merkel", DL_DAY_UNKNOWN, "").id.len > 0);
    assert_int_equal(ask("Gina Ruto Smith", DL_DAY_UNKNOWN, "").id.len, 0);
}

static void backers_lend_no_country(void **state)
{
    (void)state;
    assert_int_equal(ask("Iran-backed militias", DL_DAY_UNKNOWN, "").country.len, 0);
    assert_true(dl_str_is(ask("US-backed rebels in Syria", DL_DAY_UNKNOWN, "").country, "SYR"));
}

static void codes_name_what_is_known(void **state)
{
    (void)state;
    struct dl_arena arena;
    dl_arena_init(&arena);
    struct dl_actor_answer answer = ask("Mexican soldiers", DL_DAY_UNKNOWN, "");
    assert_true(dl_str_is(dl_actor_code(&answer, &arena), "MEXMIL"));
    answer = ask("gunmen", DL_DAY_UNKNOWN, "");
    assert_true(dl_str_is(dl_actor_code(&answer, &arena), "---UAF"));
    answer = ask("UNICEF", DL_DAY_UNKNOWN, "");
    assert_true(dl_str_is(dl_actor_code(&answer, &arena), "UNO"));
    answer = ask("Mexico", DL_DAY_UNKNOWN, "");
    assert_true(dl_str_is(dl_actor_code(&answer, &arena), "MEX"));
    answer = ask("a green bicycle", DL_DAY_UNKNOWN, "");
    assert_int_equal(dl_actor_code(&answer, &arena).len, 0);
    assert_string_equal(answer.resolved_by, "none");
    dl_arena_done(&arena);
}

static void endless_and_empty_phrases_end(void **state)
{
    (void)state;
    size_t len = 300000;
    char *text = dl_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = "of the 's, "[i % 11];
    (void)ask(text, DL_DAY_UNKNOWN, "");
    free(text);
    assert_string_equal(ask("", DL_DAY_UNKNOWN, "").resolved_by, "none");
    assert_string_equal(ask("'s of, and", DL_DAY_UNKNOWN, "").resolved_by, "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_of_the_news_find_country_and_role),
        cmocka_unit_test(offices_end),
        cmocka_unit_test(namesakes_go_by_the_country_around_them),
        cmocka_unit_test(strangers_with_a_known_surname_stay_strangers),
        cmocka_unit_test(backers_lend_no_country),
        cmocka_unit_test(codes_name_what_is_known),
        cmocka_unit_test(endless_and_empty_phrases_end),
    };
    return cmocka_run_group_tests(tests, open_almanac, close_almanac);
}
