/* Syntax over weights of any kind: what comes out is always a tree. */
#include "workers/reading/finite.h"

#include "tests/unit/cm.h"

#include <pthread.h>

#define BITS 10U
#define LONG 10000U

static struct dl_syntax syntax;
static int8_t tag_weights[DL_TAGS_WIDTH << BITS] __attribute__((aligned(64)));
static int16_t tree_weights[DL_TREES_WIDTH << BITS] __attribute__((aligned(64)));
static int8_t relation_weights[DL_RELATIONS_WIDTH << BITS] __attribute__((aligned(64)));
static uint64_t pairs[DL_RELATION_PAIRS];

struct sentence {
    uint32_t count;
    struct dl_look looks[LONG];
    uint8_t tags[LONG];
    uint32_t heads[LONG];
    uint8_t relations[LONG];
};

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static struct dl_rows rows_over(const void *at, uint32_t width, uint32_t weight_bytes)
{
    return (struct dl_rows){
        .at = at, .shift = 32 - BITS, .width = width, .weight_bytes = weight_bytes, .scale = 1};
}

static void random_weights(uint32_t seed)
{
    for (size_t i = 0; i < sizeof tag_weights; i++)
        tag_weights[i] = (int8_t)draw(&seed);
    for (size_t i = 0; i < sizeof relation_weights; i++)
        relation_weights[i] = (int8_t)draw(&seed);
    for (size_t i = 0; i < sizeof tree_weights / 2; i++) {
        tree_weights[i] = (int16_t)draw(&seed);
    }
    for (size_t i = 0; i < DL_RELATION_PAIRS; i++)
        pairs[i] = (UINT64_C(1) << DL_REL_COUNT) - 2;
    syntax = (struct dl_syntax){.tags = rows_over(tag_weights, DL_TAGS_WIDTH, 1),
                                .trees = rows_over(tree_weights, DL_TREES_WIDTH, 2),
                                .relations = rows_over(relation_weights, DL_RELATIONS_WIDTH, 1),
                                .pairs = pairs};
}

static void random_sentence(struct sentence *sentence, uint32_t count, uint32_t seed)
{
    sentence->count = count;
    for (uint32_t i = 0; i < count; i++) {
        char word[12];
        size_t len = 1 + draw(&seed) % sizeof word;
        for (size_t k = 0; k < len; k++)
            word[k] = (char)(draw(&seed) % 3 ? 'a' + (int)(draw(&seed) % 26) : (int)draw(&seed));
        dl_look_at((dl_str){word, len}, NULL, &sentence->looks[i]);
    }
}

static void read_sentence(struct sentence *sentence)
{
    dl_tag_sentence(&syntax.tags, sentence->looks, sentence->count, sentence->tags);
    dl_syntax_tree(&syntax, sentence->looks, sentence->tags, sentence->count, sentence->heads,
                   sentence->relations);
}

/* One root, every way leads to it, no arcs cross, every word has a relation. */
static void assert_tree(const struct sentence *sentence)
{
    uint32_t roots = 0;
    for (uint32_t i = 0; i < sentence->count; i++) {
        assert_true(sentence->tags[i] < DL_TAG_COUNT);
        assert_in_range(sentence->relations[i], 1, DL_REL_COUNT - 1);
        assert_int_equal(sentence->relations[i] == DL_REL_ROOT, sentence->heads[i] == UINT32_MAX);
        if (sentence->heads[i] == UINT32_MAX) {
            roots++;
            continue;
        }
        assert_true(sentence->heads[i] < sentence->count);
        uint32_t steps = 0;
        for (uint32_t at = i; sentence->heads[at] != UINT32_MAX; at = sentence->heads[at])
            assert_true(++steps <= sentence->count);
    }
    assert_int_equal(roots, 1);
}

/* A word between a head and its dependent hangs below the head. */
static void assert_projective(const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->count; i++) {
        uint32_t head = sentence->heads[i];
        if (head == UINT32_MAX)
            continue;
        uint32_t first = head < i ? head : i;
        uint32_t last = head < i ? i : head;
        for (uint32_t k = first + 1; k < last; k++) {
            uint32_t at = k;
            while (at != head && at != UINT32_MAX)
                at = sentence->heads[at];
            assert_int_equal(at, head);
        }
    }
}

static struct sentence one;
static struct sentence other;

static void any_weights_give_projective_trees(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 150; seed++) {
        random_weights(seed);
        random_sentence(&one, 1 + seed % 70, seed);
        read_sentence(&one);
        assert_tree(&one);
        assert_projective(&one);
    }
}

static void one_word_is_the_root(void **state)
{
    (void)state;
    random_weights(3);
    random_sentence(&one, 1, 3);
    read_sentence(&one);
    assert_int_equal(one.heads[0], UINT32_MAX);
    assert_int_equal(one.relations[0], DL_REL_ROOT);
    one.count = 0;
    read_sentence(&one); /* nothing to do, nothing touched */
}

static void pieces_of_long_sentences_hang_together(void **state)
{
    static const uint32_t counts[] = {DL_TREE_WORDS_MAX, DL_TREE_WORDS_MAX + 1,
                                      2 * DL_TREE_WORDS_MAX + 1, LONG};
    (void)state;
    random_weights(4);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        random_sentence(&one, counts[i], 5);
        read_sentence(&one);
        assert_tree(&one);
        if (counts[i] < 1000)
            assert_projective(&one);
    }
}

static void widest_beam_gives_trees_too(void **state)
{
    static struct dl_tree_words words;
    static struct dl_tree_state tree;
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        random_weights(seed);
        random_sentence(&one, 1 + seed, seed);
        dl_tag_sentence(&syntax.tags, one.looks, one.count, one.tags);
        dl_tree_words(one.looks, one.tags, one.count, &words);
        for (uint32_t width = 1; width <= DL_TREE_BEAM_MAX; width++) {
            dl_tree_search(&syntax.trees, &words, width, &tree);
            for (uint32_t i = 1; i <= one.count; i++) {
                one.heads[i - 1] = tree.head[i] > one.count ? UINT32_MAX : tree.head[i] - 1U;
                one.relations[i - 1] = tree.head[i] > one.count ? DL_REL_ROOT : DL_REL_DEP;
            }
            assert_tree(&one);
            assert_projective(&one);
        }
    }
}

/* Mended or not: a tree, and the verb it was mended by leads it. */
static void sentences_that_want_a_verb_stay_trees(void **state)
{
    static uint8_t tags[LONG];
    unsigned mended = 0;
    (void)state;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        random_weights(seed);
        random_sentence(&one, 4 + seed % 40, seed);
        for (uint32_t i = 0; i < one.count; i++) {
            one.looks[i].forms = DL_FORM_NOUN | DL_FORM_VERB | DL_FORM_PAST | DL_FORM_VERB_S;
            one.tags[i] = i % 3 == 1 ? DL_TAG_VBN : DL_TAG_NN;
        }
        dl_syntax_tree(&syntax, one.looks, one.tags, one.count, one.heads, one.relations);
        for (uint32_t i = 0; i < one.count; i++)
            if (one.relations[i] != DL_REL_ROOT)
                one.relations[i] = DL_REL_NMOD; /* no subject anywhere */
        memcpy(tags, one.tags, one.count);
        bool changed =
            dl_mend_finite(&syntax, one.looks, one.count, one.tags, one.heads, one.relations);
        mended += changed;
        assert_tree(&one);
        assert_projective(&one);
        assert_int_equal(changed, memcmp(tags, one.tags, one.count) != 0);
        for (uint32_t i = 0; i < one.count; i++)
            if (tags[i] != one.tags[i])
                assert_int_equal(one.heads[i], UINT32_MAX);
    }
    assert_true(mended > 0);
}

static void *read_many(void *arg)
{
    struct sentence *sentence = arg;
    for (uint32_t i = 0; i < 20; i++)
        read_sentence(sentence);
    return NULL;
}

static void threads_read_the_same(void **state)
{
    pthread_t threads[2];
    (void)state;
    random_weights(9);
    random_sentence(&one, 120, 9);
    random_sentence(&other, 77, 10);
    random_sentence(&other, 120, 9); /* what was read before leaves nothing */
    read_sentence(&one);
    assert_int_equal(pthread_create(&threads[0], NULL, read_many, &one), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, read_many, &other), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_memory_equal(one.heads, other.heads, 120 * sizeof *one.heads);
    assert_memory_equal(one.relations, other.relations, 120);
    assert_memory_equal(one.tags, other.tags, 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_weights_give_projective_trees),
        cmocka_unit_test(one_word_is_the_root),
        cmocka_unit_test(pieces_of_long_sentences_hang_together),
        cmocka_unit_test(widest_beam_gives_trees_too),
        cmocka_unit_test(sentences_that_want_a_verb_stay_trees),
        cmocka_unit_test(threads_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
