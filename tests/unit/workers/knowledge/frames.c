/* The list of frames as a whole, and frames on trees made by hand. */
#include "workers/knowledge/frame_match.h"

#include "workers/knowledge/knowledge.h"

#include "tests/unit/cm.h"

#define WORDS_MAX 32U
#define FRAMES_MIN 1200U

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

static dl_str text_of(uint32_t text)
{
    return dl_almanac_text(almanac, (struct dl_sense){.kind = DL_SENSE_FRAME}, text);
}

/* Does the example have a word that may be a form of the lemma? Irregular ones keep their first
 * letter, but for "go". */
static bool has_form(dl_str example, dl_str lemma)
{
    struct dl_atom atoms[WORDS_MAX];
    uint32_t count = dl_atoms(example, atoms, WORDS_MAX);
    for (uint32_t i = 0; i < count; i++)
        if ((example.at[atoms[i].start] | 32) == (lemma.at[0] | 32))
            return true;
    return dl_str_is(lemma, "go") || dl_str_is(lemma, "be");
}

static bool has_word(dl_str example, uint64_t hash)
{
    struct dl_atom atoms[WORDS_MAX];
    uint32_t count = dl_atoms(example, atoms, WORDS_MAX);
    for (uint32_t i = 0; i < count; i++)
        if (atoms[i].hash == hash)
            return true;
    return false;
}

static void every_frame_is_found_and_its_example_shows_it(void **state)
{
    (void)state;
    uint32_t count;
    unsigned wrong = 0;
    const struct dl_frame *frames = dl_frames_all(almanac, &count);
    assert_true(count >= FRAMES_MIN);
    for (uint32_t i = 0; i < count; i++) {
        struct dl_found found;
        bool reached = false;
        dl_str example = text_of(frames[i].example);
        bool shown = has_form(example, text_of(frames[i].lemma));
        for (uint32_t n = 0; n < frames[i].need_count; n++) {
            const struct dl_frame_need *need = &frames[i].needs[n];
            bool fixed = need->kind == DL_NEED_PARTICLE;
            shown = shown && (need->of_class || need->word == 0 ? true
                              : fixed                           ? has_word(example, need->word)
                                      : has_form(example, text_of(need->text)));
        }
        if (dl_frames_of(almanac, text_of(frames[i].lemma), &found))
            for (uint32_t k = 0; k < found.count; k++)
                reached = reached || dl_almanac_frame(almanac, found.senses[k]) == &frames[i];
        if (!shown || !reached) {
            print_message("%.*s: %.*s%s\n", DL_STR_ARG(text_of(frames[i].rule)),
                          DL_STR_ARG(example), reached ? "" : " (not found)");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void every_type_has_its_frames(void **state)
{
    (void)state;
    static const char *const types[] = {
        "AGREE",    "CONSULT",  "SUPPORT", "CONCEDE", "COOPERATE", "AID",
        "RETREAT",  "REQUEST",  "ACCUSE",  "REJECT",  "THREATEN",  "PROTEST",
        "SANCTION", "MOBILIZE", "COERCE",  "ASSAULT", "STATEMENT",
    };
    uint32_t count;
    const struct dl_frame *frames = dl_frames_all(almanac, &count);
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        unsigned of_type = 0;
        for (uint32_t i = 0; i < count; i++)
            of_type += dl_str_is(text_of(frames[i].type), types[t]);
        if (of_type < 30)
            fail_msg("%s has %u frames", types[t], of_type);
    }
}

/* "word/lemma/head/relation word/…", heads from 1, 0 is the root. */
struct tree {
    struct dl_tree tree;
    struct dl_arena arena;
    dl_str words[WORDS_MAX];
};

static void read_tree(struct tree *tree, const char *text)
{
    struct dl_tree_token tokens[WORDS_MAX] = {0};
    dl_str rest = dl_str_of(text);
    dl_str token;
    uint32_t count = 0;
    dl_arena_init(&tree->arena);
    while (dl_str_next(&rest, ' ', &token)) {
        int64_t head = 0;
        dl_str number = {0};
        assert_true(count < WORDS_MAX);
        assert_true(dl_str_next(&token, '/', &tokens[count].form));
        assert_true(dl_str_next(&token, '/', &tokens[count].lemma));
        assert_true(dl_str_next(&token, '/', &number));
        assert_int_equal(dl_str_to_i64(number, &head), DL_OK);
        tokens[count].relation = (uint8_t)dl_relation_of(token);
        tokens[count].head = head ? (uint32_t)head - 1 : DL_NODE_NONE;
        tree->words[count] = tokens[count].form;
        count++;
    }
    dl_tree_make(almanac, &tree->arena, tokens, count, &tree->tree);
}

static const char *word_at(const struct tree *tree, uint32_t at)
{
    static char text[64];
    if (at == DL_NODE_NONE)
        return "-";
    snprintf(text, sizeof text, "%.*s", DL_STR_ARG(tree->words[at]));
    return text;
}

/* The type found at `word` (from 1), and its arguments, "-" for none; type NULL: no event. */
static void expect(const char *text, uint32_t word, enum dl_frame_pos pos, const char *type,
                   const char *actor, const char *recipient)
{
    struct tree tree;
    struct dl_sense sense;
    struct dl_frame_args args;
    read_tree(&tree, text);
    bool found = dl_frame_match(&tree.tree, word - 1, pos, &sense, &args);
    if (!type) {
        assert_false(found);
        dl_arena_done(&tree.arena);
        return;
    }
    assert_true(found);
    dl_str got = text_of(dl_almanac_frame(almanac, sense)->type);
    char name[32];
    snprintf(name, sizeof name, "%.*s", DL_STR_ARG(got));
    assert_string_equal(name, type);
    assert_string_equal(word_at(&tree, args.actor), actor);
    assert_string_equal(word_at(&tree, args.recipient), recipient);
    dl_arena_done(&tree.arena);
}

static void actives_and_passives_agree_on_who_did_it(void **state)
{
    (void)state;
    expect("Police/police/2/nsubj arrested/arrest/0/root the/the/4/det leader/leader/2/obj", 2,
           DL_FRAME_VERB, "COERCE", "Police", "leader");
    expect("Leader/leader/3/nsubj:pass was/be/3/aux:pass arrested/arrest/0/root by/by/5/case "
           "police/police/3/obl",
           3, DL_FRAME_VERB, "COERCE", "police", "Leader");
    expect("Leader/leader/3/nsubj:pass was/be/3/aux:pass arrested/arrest/0/root", 3, DL_FRAME_VERB,
           "COERCE", "-", "Leader");
}

/* The part the others hang on has the frame of the whole; loose words with a dash have none. */
static void words_cut_at_hyphens_are_one(void **state)
{
    (void)state;
    expect("A/a/2/det sit/sit/0/root -/-/2/punct in/in/2/compound:prt by/by/6/case "
           "students/student/2/nmod",
           2, DL_FRAME_NOUN, "PROTEST", "students", "-");
    expect("Police/police/4/nsubj pepper/pepper/4/compound -/-/4/punct sprayed/spray/0/root "
           "students/student/4/obj",
           4, DL_FRAME_VERB, "ASSAULT", "Police", "students");
    expect("A/a/2/det chair/chair/0/root -/-/2/punct in/in/2/compound:prt -/-/2/punct", 2,
           DL_FRAME_NOUN, NULL, "", "");
    expect("-/-/0/root -/-/1/punct -/-/1/punct", 1, DL_FRAME_NOUN, NULL, "", "");
}

static void a_word_says_more_than_its_class(void **state)
{
    (void)state;
    expect("Oslo/oslo/2/nsubj froze/freeze/0/root aid/aid/2/obj to/to/5/case Mali/mali/3/nmod", 2,
           DL_FRAME_VERB, "SANCTION", "Oslo", "Mali");
    struct tree tree;
    struct dl_sense sense;
    struct dl_frame_args args;
    read_tree(&tree, "Oslo/oslo/2/nsubj froze/freeze/0/root aid/aid/2/obj");
    assert_true(dl_frame_match(&tree.tree, 1, DL_FRAME_VERB, &sense, &args));
    const struct dl_frame *frame = dl_almanac_frame(almanac, sense);
    assert_true(dl_str_is(text_of(frame->modes[0]), "discontinue"));
    dl_arena_done(&tree.arena);
}

static void what_hangs_on_a_word_chooses_its_frame(void **state)
{
    (void)state;
    expect("Troops/troop/2/nsubj opened/open/0/root fire/fire/2/obj on/on/5/case "
           "marchers/marcher/2/obl",
           2, DL_FRAME_VERB, "ASSAULT", "Troops", "marchers");
    expect("Italy/Italy/2/nsubj opened/open/0/root an/a/4/det embassy/embassy/2/obj in/in/6/case "
           "Damascus/Damascus/2/obl",
           2, DL_FRAME_VERB, "SUPPORT", "Italy", "Damascus");
    expect("Ann/Ann/2/nsubj opened/open/0/root a/a/4/det window/window/2/obj", 2, DL_FRAME_VERB,
           NULL, NULL, NULL);
    expect("Rebels/rebel/2/nsubj laid/lay/0/root down/down/2/compound:prt arms/arms/2/obj", 2,
           DL_FRAME_VERB, "RETREAT", "Rebels", "-");
    expect("Envoy/envoy/2/nsubj called/call/0/root on/on/4/case rebels/rebel/2/obl to/to/6/mark "
           "disarm/disarm/2/xcomp",
           2, DL_FRAME_VERB, "REQUEST", "Envoy", "rebels");
    expect("Rebels/rebel/2/nsubj called/call/0/root off/off/2/compound:prt talks/talks/2/obj "
           "with/with/6/case Manila/Manila/4/nmod",
           2, DL_FRAME_VERB, "REJECT", "Rebels", "Manila");
}

static void events_as_nouns_find_theirs(void **state)
{
    (void)state;
    expect("The/the/2/det attack/attack/0/root on/on/4/case Goma/Goma/2/nmod by/by/6/case "
           "rebels/rebel/2/nmod",
           2, DL_FRAME_NOUN, "ASSAULT", "rebels", "Goma");
    expect(
        "Rebels/rebel/2/nsubj launched/launch/0/root an/a/4/det attack/attack/2/obj on/on/6/case "
        "Goma/Goma/4/nmod",
        4, DL_FRAME_NOUN, "ASSAULT", "Rebels", "Goma");
    expect("Analysts/analyst/2/nsubj saw/watch/0/root an/a/4/det attack/attack/2/obj on/on/6/case "
           "Goma/Goma/4/nmod",
           4, DL_FRAME_NOUN, "ASSAULT", "-", "Goma");
}

static void the_second_verb_shares_the_subject(void **state)
{
    (void)state;
    expect("Police/police/2/nsubj stormed/storm/0/root in/in/2/advmod and/and/5/cc "
           "arrested/arrest/2/conj him/he/5/obj",
           5, DL_FRAME_VERB, "COERCE", "Police", "him");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_is_found_and_its_example_shows_it),
        cmocka_unit_test(every_type_has_its_frames),
        cmocka_unit_test(actives_and_passives_agree_on_who_did_it),
        cmocka_unit_test(words_cut_at_hyphens_are_one),
        cmocka_unit_test(a_word_says_more_than_its_class),
        cmocka_unit_test(what_hangs_on_a_word_chooses_its_frame),
        cmocka_unit_test(events_as_nouns_find_theirs),
        cmocka_unit_test(the_second_verb_shares_the_subject),
    };
    return cmocka_run_group_tests(tests, open_almanac, close_almanac);
}
