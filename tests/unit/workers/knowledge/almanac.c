/* What the compiler refuses, and what a damaged file is answered. */
#include "workers/knowledge/almanac.h"

#include "workers/knowledge/almanac_make.h"
#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/dl_almanac.XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    (void)stat;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int remove_dir(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *folder, const char *name, const char *text, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    (void)mkdir(path, 0700); /* there already for the second file */
    snprintf(path, sizeof path, "%s/%s/%s", dir, folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static const char codes[] = "sector GOV | government\nsector MIL | forces\n";
static const char names[] = "country MEX MX | Mexico\ncountry CUB CU | Cuba\n";

static void start_data(void)
{
    write_file("roles", "codes.txt", codes, sizeof codes - 1);
    write_file("countries", "names.txt", names, sizeof names - 1);
}

/* Compiles the folder with this file in it; the error's text must hold `want`. */
static void refuses(const char *folder, const char *name, const char *text, const char *want)
{
    void *image = NULL;
    size_t bytes;
    struct dl_error err = {0};
    write_file(folder, name, text, strlen(text));
    assert_int_equal(dl_almanac_make(dir, NULL, &image, &bytes, &err), DL_BAD_CONFIG);
    if (!strstr(err.text, want))
        fail_msg("'%s' does not say '%s'", err.text, want);
    assert_null(image);
    write_file(folder, name, "", 0);
}

static void bad_lines_are_named_by_file_and_line(void **state)
{
    (void)state;
    start_data();
    refuses("countries", "x.txt", "\n# so\npeople XYZ | Xyzzyan\n",
            "countries/x.txt:3: code 'XYZ' is not a country");
    refuses("actors", "a.txt", "person MEX GVO | Ana\n", "actors/a.txt:1: 'GVO' is no sector");
    refuses("actors", "a.txt", "person MEX GOV 2020..2019 | Ana\n", "ends before it begins");
    refuses("actors", "a.txt", "person MEX GOV 2020-13.. | Ana\n", "is no span of days");
    refuses("actors", "a.txt", "person MEX\n", "no '|'");
    refuses("actors", "a.txt", "pirson MEX GOV | Ana\n", "'pirson' is no kind of line");
    refuses("actors", "a.txt", "person MEX GOV | Ana \xff\n", "not UTF-8");
    refuses("actors", "a.txt", "person MEX GOV | ; \n", "a phrase has 1 to");
    refuses("places", "a.txt", "admin MX-CHH x 1 1 | Chihuahua\n", "'x' is no number");
    refuses("places", "cities.tsv",
            "7\tJuárez\tMX\tMX-CHH\t10\t31.7\t-106.4\t\n7\tB\tMX\t\t1\t1\t1\t\n",
            "cities.tsv:2: id 7 is not after 7");
    refuses("places", "cities.tsv", "7\tJuárez\tMX\n", "cities.tsv:1: is no city");
    refuses("frames", "f.txt", "frame verb ACCUSE - 112 | blame\n", "no example for 'blame'");
    refuses("frames", "f.txt", "frame verb ACUSE - 112 | blame | Cuba blamed Mexico.\n",
            "'ACUSE' is no event type");
    refuses("frames", "f.txt", "frame verb ACCUSE - 112 | blame for | Cuba blamed Mexico.\n",
            "after the word come");
    refuses("frames", "f.txt", "frame verb ACCUSE - 112\n  blame | Cuba blamed Mexico.\n  sue\n",
            "frames/f.txt:3: no example for 'sue'");
    refuses("frames", "f.txt", "frame verb ACCUSE - 112\n# none\nframe verb REJECT - 120\n",
            "frames/f.txt:1: no '|' before the phrases, and none below it");
    refuses("frames", "f.txt", "  blame | Cuba blamed Mexico.\n",
            "frames/f.txt:1: indented, but under no line");
}

static void duplicates_name_both_places(void **state)
{
    (void)state;
    start_data();
    refuses("countries", "x.txt", "country CUB CX | Kuba; México\n",
            "'México' is already at countries/names.txt:1");
    refuses("actors", "a.txt", "body MEX MIL | National Guard\nbody MEX MIL | National guard\n",
            "is already at actors/a.txt:1");
    refuses("frames", "f.txt",
            "frame verb ACCUSE - 112 | blame | Cuba blamed Mexico.\n"
            "frame verb REJECT - 120\n"
            "    blame | Cuba blamed Mexico.\n",
            "frames/f.txt:3: 'blame' is already at frames/f.txt:1");
}

static void nobody_is_part_of_himself(void **state)
{
    (void)state;
    start_data();
    refuses("actors", "a.txt",
            "body MEX MIL id=a part=c | Alpha\nbody MEX MIL id=b part=a | Beta\n"
            "body MEX MIL id=c part=b | Gamma\n",
            "a cycle");
    refuses("actors", "a.txt", "body MEX MIL part=nobody | Alpha\n", "no actor 'nobody'");
}

static const struct dl_known_actor *actor_of(const struct dl_almanac *almanac, const char *text)
{
    struct dl_atom atoms[8];
    struct dl_found found;
    uint32_t count = dl_atoms(dl_str_of(text), atoms, 8);
    if (!dl_almanac_find(almanac, atoms, 0, count, DL_SENSE(DL_SENSE_ACTOR), &found))
        return NULL;
    return dl_almanac_actor(almanac, found.senses[0]);
}

static void write_image(char *path, size_t room, const void *image, size_t bytes)
{
    write_file("out", "almanac.bin", image, bytes);
    snprintf(path, room, "%s/out/almanac.bin", dir);
}

static void own_lines_hide_shipped_ones(void **state)
{
    (void)state;
    void *image = NULL;
    size_t bytes = 0;
    char path[128];
    char own[128];
    struct dl_error err = {0};
    struct dl_almanac *almanac = NULL;
    const char shipped[] = "body MEX MIL | National Guard\nbody CUB GOV | Tele Pingüino\n";
    start_data();
    write_file("actors", "a.txt", shipped, sizeof shipped - 1);
    assert_int_equal(dl_almanac_make(dir, NULL, &image, &bytes, &err), DL_OK);
    write_image(path, sizeof path, image, bytes);
    free(image);
    snprintf(own, sizeof own, "%s/own", dir);
    (void)mkdir(own, 0700);
    write_file("own/actors", "mine.txt", "body CUB GOV | National Guard\n", 30);
    assert_int_equal(dl_almanac_open(path, own, &almanac, &err), DL_OK);
    assert_string_equal(actor_of(almanac, "the national guard" + 4)->country, "CUB");
    assert_string_equal(actor_of(almanac, "Tele Pinguino")->country, "CUB");
    dl_almanac_close(almanac);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_OK);
    assert_string_equal(actor_of(almanac, "National Guard")->country, "MEX");
    dl_almanac_close(almanac);
    write_file("own/actors", "mine.txt", "body CUB GVO | National Guard\n", 30);
    assert_int_equal(dl_almanac_open(path, own, &almanac, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "own: actors/mine.txt:1"));
}

static void a_damaged_file_is_refused(void **state)
{
    (void)state;
    void *image = NULL;
    size_t bytes = 0;
    char path[128];
    struct dl_error err = {0};
    struct dl_almanac *almanac = NULL;
    start_data();
    write_file("actors", "a.txt", "", 0);
    assert_int_equal(dl_almanac_make(dir, NULL, &image, &bytes, &err), DL_OK);
    char *whole = image;
    whole[bytes - 9] ^= 1;
    write_image(path, sizeof path, whole, bytes);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "almanac.bin: damaged: the checksum"));
    whole[bytes - 9] ^= 1;
    write_image(path, sizeof path, whole, bytes - 8);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "damaged"));
    whole[8] ^= 4; /* the version */
    write_image(path, sizeof path, whole, bytes);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_BAD_CONFIG);
    assert_non_null(strstr(err.text, "another version"));
    write_image(path, sizeof path, "", 0);
    assert_int_equal(dl_almanac_open(path, NULL, &almanac, &err), DL_BAD_CONFIG);
    assert_int_equal(dl_almanac_open("/nowhere/almanac.bin", NULL, &almanac, &err), DL_BAD_CONFIG);
    free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bad_lines_are_named_by_file_and_line, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(duplicates_name_both_places, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(nobody_is_part_of_himself, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(own_lines_hide_shipped_ones, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_refused, make_dir, remove_dir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
