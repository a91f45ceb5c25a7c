/* Lemmas and Penn tags by the shipped table. */
#include "workers/reading/forms.h"

#include "tests/unit/cm.h"
#include "workers/knowledge/knowledge.h"

#include <utf8proc.h>

static struct dl_forms *forms;
static struct dl_arena arena;

static int load(void **state)
{
    char path[4000];
    struct dl_error err;
    (void)state;
    dl_arena_init(&arena);
    return dl_share_path("models/forms.model", path, sizeof path, &err) == DL_OK &&
                   dl_forms_load(path, &forms, &err) == DL_OK
               ? 0
               : -1;
}

static int unload(void **state)
{
    (void)state;
    dl_forms_free(forms);
    dl_arena_done(&arena);
    return 0;
}

static struct dl_reading read_word(const char *word, enum dl_tag tag)
{
    struct dl_look look;
    dl_look_at(dl_str_of(word), NULL, &look);
    return dl_forms_read(forms, dl_str_of(word), &look, tag, &arena);
}

#define assert_lemma(word, tag, text)                                                              \
    do {                                                                                           \
        dl_str lemma = read_word(word, tag).lemma;                                                 \
        assert_int_equal(lemma.len, strlen(text));                                                 \
        assert_memory_equal(lemma.at, text, lemma.len);                                            \
    } while (0)

static void inflected_words_have_base_forms(void **state)
{
    (void)state;
    assert_lemma("protesters", DL_TAG_NNS, "protester");
    assert_lemma("countries", DL_TAG_NNS, "country");
    assert_lemma("men", DL_TAG_NNS, "man");
    assert_lemma("stopped", DL_TAG_VBD, "stop");
    assert_lemma("accused", DL_TAG_VBN, "accuse");
    assert_lemma("said", DL_TAG_VBD, "say");
    assert_lemma("Killing", DL_TAG_VBG, "kill");
    assert_lemma("was", DL_TAG_AUX, "be");
    assert_lemma("n\xe2\x80\x99t", DL_TAG_NOT, "not");
}

static void no_letter_is_cut_in_two(void **state)
{
    (void)state;
    static const char *const words[] = {"caf\xc3\xa9", "\xc3\xa9",     "na\xc3\xaf",
                                        "\xd1\x8f",    "\xe4\xb8\xad", "x\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (int tag = 0; tag < DL_TAG_COUNT; tag++) {
            dl_str lemma = read_word(words[i], (enum dl_tag)tag).lemma;
            for (size_t at = 0; at < lemma.len;) {
                int32_t point;
                utf8proc_ssize_t read = utf8proc_iterate(
                    (const uint8_t *)lemma.at + at, (utf8proc_ssize_t)(lemma.len - at), &point);
                assert_true(read > 0);
                at += (size_t)read;
            }
        }
}

static void lemma_depends_on_the_tag(void **state)
{
    (void)state;
    assert_lemma("meetings", DL_TAG_NNS, "meeting");
    assert_lemma("meeting", DL_TAG_NN, "meeting");
    assert_lemma("meeting", DL_TAG_VBG, "meet");
    assert_lemma("left", DL_TAG_VBD, "leave");
    assert_lemma("left", DL_TAG_ADJ, "left");
}

static void names_keep_their_case(void **state)
{
    (void)state;
    assert_lemma("Kyiv", DL_TAG_PROPN, "Kyiv");
    assert_lemma("NATO", DL_TAG_PROPN, "NATO");
    assert_lemma("Police", DL_TAG_NN, "police");
    assert_lemma("\xc3\x89tat", DL_TAG_NN, "\xc3\xa9tat");
}

static void unknown_words_go_by_their_endings(void **state)
{
    (void)state;
    assert_lemma("glorpified", DL_TAG_VBD, "glorpify");
    assert_lemma("blintherers", DL_TAG_NNS, "blintherer");
    assert_int_equal(read_word("blintherers", DL_TAG_NNS).xpos, DL_XPOS_NNS);
}

static void penn_tags_are_those_of_the_form(void **state)
{
    (void)state;
    assert_int_equal(read_word("has", DL_TAG_AUX).xpos, DL_XPOS_VBZ);
    assert_int_equal(read_word("were", DL_TAG_AUX).xpos, DL_XPOS_VBD);
    assert_int_equal(read_word("larger", DL_TAG_ADJ).xpos, DL_XPOS_JJR);
    assert_int_equal(read_word("(", DL_TAG_PUNCT).xpos, DL_XPOS_LRB);
    assert_int_equal(read_word("who", DL_TAG_RELATIVE).xpos, DL_XPOS_WP);
}

static void any_word_under_any_tag_has_a_lemma(void **state)
{
    static const char *const words[] = {"s", "\xff\xfe", "ed", "ing", "1990s", "''"};
    char big[3000];
    (void)state;
    memset(big, 'x', sizeof big);
    for (uint32_t tag = 0; tag < DL_TAG_COUNT; tag++) {
        struct dl_look look;
        dl_str word = {big, sizeof big};
        dl_look_at(word, NULL, &look);
        assert_int_equal(dl_forms_read(forms, word, &look, (enum dl_tag)tag, &arena).lemma.len,
                         sizeof big);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            assert_true(read_word(words[i], (enum dl_tag)tag).lemma.len > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflected_words_have_base_forms),
        cmocka_unit_test(no_letter_is_cut_in_two),
        cmocka_unit_test(lemma_depends_on_the_tag),
        cmocka_unit_test(names_keep_their_case),
        cmocka_unit_test(unknown_words_go_by_their_endings),
        cmocka_unit_test(penn_tags_are_those_of_the_form),
        cmocka_unit_test(any_word_under_any_tag_has_a_lemma),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
