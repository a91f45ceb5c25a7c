/* Copies and edits of made texts against texts of other stories. */
#include "pages/signature.h"
#include "tests/unit/cm.h"

#define TEXTS 200U
#define WORDS 300U
#define VOCABULARY 3000U

static uint64_t state;

static unsigned next_random(unsigned below)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)((state >> 33) % below);
}

/* Common words come often, as in any language. */
static unsigned next_word(void)
{
    unsigned a = next_random(VOCABULARY);
    unsigned b = next_random(VOCABULARY);
    return a * b / VOCABULARY;
}

/* The story of that number, with `edited` of 1000 words replaced, from word `from` on. */
static dl_str story(struct dl_arena *arena, unsigned number, unsigned edited, unsigned from)
{
    struct dl_buf text;
    dl_buf_init(&text, 1U << 16);
    unsigned words[WORDS];
    state = number;
    for (unsigned i = 0; i < WORDS; i++)
        words[i] = next_word();
    state = number * 7919 + edited + 1;
    for (unsigned i = 0; i < WORDS; i++)
        if (next_random(1000) < edited)
            words[i] = next_word();
    for (unsigned i = from; i < WORDS; i++)
        (void)dl_buf_printf(&text, "w%u%s ", words[i], i % 20 == 19 ? "." : "");
    dl_str result = dl_arena_str(arena, dl_buf_str(&text));
    dl_buf_done(&text);
    return result;
}

/* How many of TEXTS pairs are called one text. */
static unsigned count_same(unsigned edited, unsigned from, unsigned step)
{
    struct dl_arena arena;
    unsigned same = 0;
    dl_arena_init(&arena);
    for (unsigned i = 0; i < TEXTS; i++) {
        dl_str a = dl_signature(&arena, story(&arena, i, 0, 0));
        dl_str b = dl_signature(&arena, story(&arena, i + step, edited, from));
        same += dl_signature_distance(a, b) <= DL_SIGNATURE_SAME;
        dl_arena_reset(&arena);
    }
    dl_arena_done(&arena);
    return same;
}

static void knows_copies_and_edits(void **unused)
{
    (void)unused;
    assert_int_equal(count_same(0, 0, 0), TEXTS);
    assert_true(count_same(20, 0, 0) >= TEXTS * 99 / 100); /* one word in fifty */
    assert_true(count_same(50, 0, 0) >= TEXTS * 95 / 100); /* one in twenty */
    assert_true(count_same(0, 75, 0) >= TEXTS * 99 / 100); /* a quarter cut off */
    assert_true(count_same(0, 200, 0) <= TEXTS * 5 / 100); /* two thirds cut off */
}

static void tells_stories_apart(void **unused)
{
    (void)unused;
    assert_int_equal(count_same(0, 0, 1000), 0);
    assert_true(count_same(400, 0, 0) <= TEXTS / 100); /* half of it rewritten */
}

static void reads_scripts_without_spaces(void **unused)
{
    (void)unused;
    struct dl_arena arena;
    dl_arena_init(&arena);
    dl_str a = dl_signature(&arena, DL_STR("\u653f\u5e9c\u5468\u4e00\u63d0\u51fa\u65b0\u8ba1\u5212"
                                           "\u4e0e\u5de5\u4f1a\u8c08\u5224\u4e4b\u540e"));
    assert_int_equal(a.len, DL_SIGNATURE_DIGITS);
    assert_true(dl_signature_distance(a, a) < 0.01);
    dl_arena_done(&arena);
}

static void says_nothing_of_a_few_words(void **unused)
{
    (void)unused;
    struct dl_arena arena;
    dl_arena_init(&arena);
    assert_int_equal(dl_signature(&arena, DL_STR("only a few words here")).len, 0);
    assert_true(dl_signature_distance((dl_str){"", 0}, (dl_str){"", 0}) > 0.99);
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_copies_and_edits),
        cmocka_unit_test(tells_stories_apart),
        cmocka_unit_test(reads_scripts_without_spaces),
        cmocka_unit_test(says_nothing_of_a_few_words),
    };
    if (getenv("SHOW"))
        for (unsigned edited = 0; edited <= 400; edited += 25)
            printf("%u/1000 edited: %u of %u\n", edited, count_same(edited, 0, 0), TEXTS);
    if (getenv("SHOW"))
        for (unsigned from = 0; from <= 240; from += 30)
            printf("%u of %u words cut: %u of %u\n", from, WORDS, count_same(0, from, 0), TEXTS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
