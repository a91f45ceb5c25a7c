/* Names of places alone, and in a few words of copy: places.txt. */
#include "workers/knowledge/places.h"

#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#define ATOMS_MAX 32U
#define RIGHT_SHARE_MIN 0.97

static struct dl_almanac *open_almanac(void)
{
    char path[4096];
    struct dl_error err;
    struct dl_almanac *almanac = NULL;
    assert_int_equal(dl_share_path("almanac.bin", path, sizeof path, &err), DL_OK);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_OK);
    return almanac;
}

/* The country of the marked name, or of the first. */
static dl_str country_of(const struct dl_almanac *almanac, dl_str text)
{
    struct dl_atom atoms[ATOMS_MAX];
    struct dl_place_choice choices[8];
    const char *mark = memchr(text.at, '(', text.len);
    uint32_t from = mark ? (uint32_t)(mark - text.at) : 0;
    /* The marks are ours, not the copy's: they would break phrases. */
    char plain[256];
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < sizeof plain; i++)
        if (text.at[i] != '(' && text.at[i] != ')')
            plain[len++] = text.at[i];
    uint32_t count = dl_atoms((dl_str){plain, len}, atoms, ATOMS_MAX);
    uint32_t found = dl_place_scan(almanac, atoms, count, NULL, choices, 8);
    for (uint32_t i = 0; i < found; i++)
        if (atoms[choices[i].first].start >= from)
            return choices[i].country;
    return DL_STR("???");
}

static void names_alone_find_their_country(void **state)
{
    (void)state;
    struct dl_almanac *almanac = open_almanac();
    FILE *file = fopen(TEST_DIR "/places.txt", "re");
    char line[4096];
    unsigned right = 0;
    unsigned all = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        dl_str rest = dl_str_of(line);
        dl_str code;
        dl_str name;
        if (line[0] == '#' || !dl_str_next(&rest, '|', &code))
            continue;
        code = dl_str_trim(code);
        if (dl_str_is(code, "-"))
            code = DL_STR("");
        while (dl_str_next(&rest, ';', &name)) {
            name = dl_str_trim(name);
            dl_str got = country_of(almanac, name);
            all++;
            if (dl_str_eq(got, code))
                right++;
            else
                print_message("%.*s: %.*s, not %.*s\n", DL_STR_ARG(name), DL_STR_ARG(got),
                              DL_STR_ARG(code));
        }
    }
    (void)fclose(file);
    print_message("%u of %u names in the right country\n", right, all);
    assert_true(all >= 500);
    assert_true(right >= RIGHT_SHARE_MIN * all);
    dl_almanac_close(almanac);
}

static void what_stands_beside_a_name_decides(void **state)
{
    (void)state;
    struct dl_almanac *almanac = open_almanac();
    struct dl_atom atoms[ATOMS_MAX];
    struct dl_place_choice choices[8];
    uint32_t count = dl_atoms(DL_STR("in the states of Mexico and Chihuahua"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, NULL, choices, 8), 2);
    assert_int_equal(choices[0].precision, DL_PRECISE_ADMIN1);
    assert_true(dl_str_is(choices[0].admin1, "MX-MEX"));
    assert_true(dl_str_is(choices[1].admin1, "MX-CHH"));
    count = dl_atoms(DL_STR("Mexico"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, NULL, choices, 8), 1);
    assert_int_equal(choices[0].precision, DL_PRECISE_COUNTRY);
    count = dl_atoms(DL_STR("Paris"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, NULL, choices, 8), 1);
    assert_int_equal(choices[0].geonames, 2988507);
    assert_true(choices[0].lat > 48.8 && choices[0].lat < 48.9);
    count = dl_atoms(DL_STR("Paris, Texas"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, NULL, choices, 8), 2);
    assert_true(dl_str_is(choices[0].admin1, "US-TX"));
    dl_almanac_close(almanac);
}

static void small_words_are_no_places(void **state)
{
    (void)state;
    struct dl_almanac *almanac = open_almanac();
    struct dl_atom atoms[ATOMS_MAX];
    struct dl_place_choice choices[8];
    uint32_t count =
        dl_atoms(DL_STR("reading a nice book on turkey in the split of march"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, NULL, choices, 8), 0);
    dl_almanac_close(almanac);
}

static void the_text_around_decides_between_namesakes(void **state)
{
    (void)state;
    struct dl_almanac *almanac = open_almanac();
    struct dl_atom atoms[ATOMS_MAX];
    struct dl_place_choice choices[8];
    struct dl_place_context context = {.countries = {DL_STR("ESP")}, .country_count = 1};
    uint32_t count = dl_atoms(DL_STR("Córdoba"), atoms, ATOMS_MAX);
    assert_int_equal(dl_place_scan(almanac, atoms, count, &context, choices, 8), 1);
    assert_true(dl_str_is(choices[0].country, "ESP"));
    context.countries[0] = DL_STR("ARG");
    assert_int_equal(dl_place_scan(almanac, atoms, count, &context, choices, 8), 1);
    assert_true(dl_str_is(choices[0].country, "ARG"));
    dl_almanac_close(almanac);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_alone_find_their_country),
        cmocka_unit_test(what_stands_beside_a_name_decides),
        cmocka_unit_test(small_words_are_no_places),
        cmocka_unit_test(the_text_around_decides_between_namesakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
