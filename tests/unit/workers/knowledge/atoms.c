#include "workers/knowledge/atoms.h"

#include "tests/unit/cm.h"

static uint64_t hash_of(const char *text)
{
    struct dl_atom atoms[16];
    uint64_t hash = 0;
    uint32_t count = dl_atoms(dl_str_of(text), atoms, 16);
    for (uint32_t i = 0; i < count; i++)
        hash = dl_atom_join(hash, atoms[i].hash);
    return hash;
}

static void assert_same(const char *a, const char *b)
{
    assert_true(hash_of(a) == hash_of(b));
}

static void marks_case_and_hyphens_fold_away(void **state)
{
    (void)state;
    assert_same("Ciudad Juárez", "CIUDAD JUAREZ");
    assert_same("al-Shabaab", "Al Shabaab");
    assert_same("Łódź", "lodz");
    assert_same("Sana'a", "Sanaa");
    assert_same("Sana’a", "Sanaa");
    assert_same("U.S.", "U.S");
    assert_same("Gen. Lloyd", "gen lloyd");
    assert_same("Trinidad & Tobago", "Trinidad and Tobago");
    assert_true(hash_of("U.S.") != hash_of("us"));
    assert_true(hash_of("a b") != hash_of("b a"));
}

static void possessives_stand_alone(void **state)
{
    (void)state;
    struct dl_atom atoms[8];
    assert_int_equal(dl_atoms(DL_STR("Germany's rebels' leader"), atoms, 8), 5);
    assert_true(atoms[1].shape & DL_ATOM_POSSESSIVE);
    assert_true(atoms[3].shape & DL_ATOM_POSSESSIVE);
    assert_true(atoms[1].hash == atoms[3].hash);
    assert_int_equal(atoms[2].start, 10);
    assert_int_equal(atoms[2].end, 16);
    assert_int_equal(dl_atoms(DL_STR("N'Djamena"), atoms, 8), 1);
}

static void a_sentence_end_is_no_abbreviation(void **state)
{
    (void)state;
    struct dl_atom atoms[8];
    assert_int_equal(dl_atoms(DL_STR("the U.S.-backed U.N.Mission, (a) b"), atoms, 8), 7);
    assert_true(atoms[2].shape & DL_ATOM_HYPHEN);
    assert_true(atoms[5].shape & DL_ATOM_BREAK);
    assert_true(atoms[6].shape & DL_ATOM_BREAK);
}

static void room_is_a_ceiling(void **state)
{
    (void)state;
    struct dl_atom atoms[2];
    char *noise = dl_alloc(100000);
    memset(noise, 'x', 99999);
    assert_int_equal(dl_atoms(dl_str_of("a b c"), atoms, 2), 2);
    assert_int_equal(dl_atoms(dl_str_of(noise), atoms, 2), 2); /* one endless word is cut */
    free(noise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_case_and_hyphens_fold_away),
        cmocka_unit_test(possessives_stand_alone),
        cmocka_unit_test(a_sentence_end_is_no_abbreviation),
        cmocka_unit_test(room_is_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
