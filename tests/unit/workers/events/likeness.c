/* What makes two words of an article one happening, and what keeps them apart. */
#include "workers/events/tellings.h"

#include "tests/unit/cm.h"

static struct dl_actor gunmen = {
    .code = {"MLIUAF", 6}, .country = {"MLI", 3}, .role = {"UAF", 3}, .name = {"gunmen", 6}};
static struct dl_actor soldiers = {
    .code = {"MLIMIL", 6}, .country = {"MLI", 3}, .role = {"MIL", 3}, .name = {"soldiers", 8}};
static struct dl_actor unknown = {.name = {"they", 4}};

#define BIT(type) (1U << (unsigned)(type))

/* "Gunmen attacked soldiers on day 100." */
static struct dl_telling attacked(void)
{
    return (struct dl_telling){.mention = 0,
                               .object_of = DL_NODE_NONE,
                               .cluster = 1,
                               .sentence = 1,
                               .subject = true,
                               .lemma = {"attack", 6},
                               .type = DL_ASSAULT,
                               .is = BIT(DL_ASSAULT),
                               .may_be = BIT(DL_ASSAULT),
                               .polarity = DL_POSITIVE,
                               .modality = DL_ACTUAL,
                               .actors = &gunmen,
                               .actor_count = 1,
                               .recipients = &soldiers,
                               .recipient_count = 1,
                               .dated = true,
                               .start = 100,
                               .end = 100};
}

/* "The raid": nobody's, and of a type that may stand for attacks. */
static struct dl_telling the_raid(void)
{
    return (struct dl_telling){.mention = DL_NODE_NONE,
                               .object_of = DL_NODE_NONE,
                               .sentence = 2,
                               .lemma = {"raid", 4},
                               .type = DL_COERCE,
                               .is = BIT(DL_COERCE),
                               .may_be = BIT(DL_COERCE) | BIT(DL_ASSAULT),
                               .is_noun = true,
                               .pointing = DL_POINTS_BACK,
                               .definite = true,
                               .polarity = DL_POSITIVE,
                               .modality = DL_ACTUAL};
}

static bool is_one(const struct dl_telling *a, const struct dl_telling *b)
{
    return !dl_are_apart(a, b) && dl_likeness(a, b) >= dl_likeness_min(b);
}

static void derivations_share_a_stem_and_doers_do_not(void **state)
{
    (void)state;
    assert_true(dl_same_stem(DL_STR("deploy"), DL_STR("deployment")));
    assert_true(dl_same_stem(DL_STR("suspension"), DL_STR("suspend")));
    assert_true(dl_same_stem(DL_STR("attack"), DL_STR("attack")));
    assert_false(dl_same_stem(DL_STR("attack"), DL_STR("attacker")));
    assert_false(dl_same_stem(DL_STR("protest"), DL_STR("protestant")));
    assert_false(dl_same_stem(DL_STR("kill"), DL_STR("kidnap")));
    assert_false(dl_same_stem(DL_STR("hit"), DL_STR("hitch")));
}

static void a_noun_that_points_back_is_what_was_told(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = the_raid();
    assert_true(is_one(&a, &b));
    b.pointing = DL_POINTS_NOWHERE; /* "a raid" */
    assert_false(is_one(&a, &b));
    b = the_raid();
    b.other = true; /* "another raid" */
    assert_false(is_one(&a, &b));
    b = the_raid();
    b.may_be = BIT(DL_COERCE);
    assert_false(is_one(&a, &b));
}

static void the_same_verb_again_needs_more_than_its_type(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = attacked();
    b.sentence = 3;
    assert_true(is_one(&a, &b));
    b.actors = b.recipients = &unknown;
    b.dated = false;
    assert_false(is_one(&a, &b));
}

static void another_day_town_or_party_is_another_happening(void **state)
{
    (void)state;
    struct dl_place gao = {.name = {"Gao", 3},
                           .country = {"MLI", 3},
                           .precision = DL_POINT,
                           .lat = 16.27,
                           .lon = -0.04,
                           .has_lat = true,
                           .has_lon = true};
    struct dl_place kidal = gao;
    kidal.name = DL_STR("Kidal");
    kidal.lat = 18.44;
    struct dl_telling a = attacked();
    struct dl_telling b = attacked();
    b.sentence = 2;
    b.start = b.end = 102;
    assert_true(dl_are_apart(&a, &b));
    a.type = b.type = DL_MOBILIZE; /* lasts for days */
    a.is = b.may_be = BIT(DL_MOBILIZE);
    assert_false(dl_are_apart(&a, &b));
    b.start = b.end = 103;
    assert_true(dl_are_apart(&a, &b));

    a = b = attacked();
    a.spot = &gao;
    b.spot = &kidal;
    assert_true(dl_are_apart(&a, &b));
    b.spot = &gao;
    assert_false(dl_are_apart(&a, &b));

    b = attacked();
    b.actors = &soldiers;
    assert_true(dl_are_apart(&a, &b));
    b.actors = &unknown;
    assert_false(dl_are_apart(&a, &b));
}

static void a_denial_and_a_plan_are_not_what_was_done(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = attacked();
    b.polarity = DL_NEGATED;
    assert_true(dl_are_apart(&a, &b));
    b = attacked();
    b.modality = DL_PLANNED;
    assert_true(dl_are_apart(&a, &b));
    b = the_raid(); /* nouns have no tense */
    a.modality = DL_PLANNED;
    assert_false(dl_are_apart(&a, &b));
}

static void what_a_verb_speaks_of_is_not_what_it_tells(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = the_raid();
    a.token = 7;
    b.token = 9;
    assert_false(dl_are_apart(&a, &b));
    b.object_of = 7;
    assert_true(dl_are_apart(&a, &b));
}

static void background_is_told_again_less(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = the_raid();
    b.sentence = a.sentence + 4;
    double before = dl_likeness(&a, &b);
    a.past = true;
    assert_true(dl_likeness(&a, &b) < before);
    b.pointing = DL_POINTS_NEAR; /* "that raid" */
    double near = dl_likeness(&a, &b);
    a.past = false;
    assert_true(dl_likeness(&a, &b) <= near);
}

static void the_object_that_is_named_again_tells_again(void **state)
{
    (void)state;
    struct dl_telling a = attacked();
    struct dl_telling b = the_raid();
    double before = dl_likeness(&a, &b);
    a.words[a.word_count++] = b.word = 11; /* "staged a raid", "the raid" */
    assert_true(dl_likeness(&a, &b) > before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivations_share_a_stem_and_doers_do_not),
        cmocka_unit_test(a_noun_that_points_back_is_what_was_told),
        cmocka_unit_test(the_same_verb_again_needs_more_than_its_type),
        cmocka_unit_test(another_day_town_or_party_is_another_happening),
        cmocka_unit_test(a_denial_and_a_plan_are_not_what_was_done),
        cmocka_unit_test(what_a_verb_speaks_of_is_not_what_it_tells),
        cmocka_unit_test(background_is_told_again_less),
        cmocka_unit_test(the_object_that_is_named_again_tells_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
