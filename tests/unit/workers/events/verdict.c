/* What the model sees: the same for the same words, whoever asks, and never more than there is room
 * for; frames alone ask no model. */
#include "workers/events/verdict.h"

#include "workers/pipeline.h"

#include "tests/unit/cm.h"

static struct dl_knowledge *knowledge;
static struct dl_arena arena;

struct seen {
    uint32_t words;
    uint32_t judged;
    uint32_t most; /* features of a word and its finding */
    uint64_t sum;  /* of all hashes */
};

static int load(void **state)
{
    (void)state;
    struct dl_error err;
    dl_arena_init(&arena);
    return dl_knowledge_load_for(DL_BY_FRAMES, NULL, NULL, &knowledge, &err) == DL_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    dl_knowledge_free(knowledge);
    dl_arena_done(&arena);
    return 0;
}

static void see(void *context, const struct dl_coding *coding, const struct dl_scene *scene,
                uint32_t word, const struct dl_finding *finding)
{
    struct seen *seen = context;
    struct dl_event_features own;
    struct dl_event_features frames = {.count = 0};
    (void)coding;
    dl_word_features(scene, word, &own);
    dl_frame_features(scene, word, finding, &frames);
    seen->words++;
    seen->judged += finding->state == DL_FRAME_JUDGED;
    seen->most = own.count + frames.count > seen->most ? own.count + frames.count : seen->most;
    for (uint32_t i = 0; i < own.count; i++)
        seen->sum += own.hash[i];
    for (uint32_t i = 0; i < frames.count; i++)
        seen->sum += frames.hash[i];
}

static struct seen watch(dl_str text)
{
    struct dl_article article;
    struct dl_pipeline pipeline;
    struct dl_error err;
    const char *stage;
    struct seen seen = {0};
    struct dl_article_record record = {.id = DL_STR("a"), .text = text};
    const struct dl_watch eyes = {see, &seen};
    dl_arena_reset(&arena);
    assert_int_equal(dl_pipeline_init(&pipeline, "quotes", &err), DL_OK);
    dl_article_begin(&article, &arena, &record, 1);
    assert_int_equal(dl_pipeline_run(&pipeline, knowledge, &article, &stage, &err), DL_OK);
    dl_watch_events(knowledge, &article, &eyes);
    return seen;
}

static void same_words_are_seen_the_same(void **state)
{
    (void)state;
    dl_str text = DL_STR("Police in Quito arrested two editors on Monday, their union said.");
    struct seen first = watch(text);
    struct seen again = watch(text);
    struct seen other =
        watch(DL_STR("Police in Quito praised two editors on Monday, a union said."));
    assert_true(first.words > 2 && first.judged > 0);
    assert_int_equal(first.sum, again.sum);
    assert_true(first.sum != other.sum);
}

static void each_judged_word_is_shown_once(void **state)
{
    (void)state;
    struct seen one = watch(DL_STR("Chad attacked Libya."));
    struct seen none = watch(DL_STR("The weather is fine."));
    assert_int_equal(one.judged, 1);
    assert_int_equal(none.judged, 0);
}

/* A verb with hundreds of dependents: what there is no room for is not seen. */
static void long_lists_keep_within_bounds(void **state)
{
    (void)state;
    char text[8000] = "The army said that it had attacked";
    for (int i = 0; i < 90; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s the town of Mopti",
                 i ? "," : "");
    snprintf(text + strlen(text), sizeof text - strlen(text), ".");
    struct seen seen = watch(dl_str_of(text));
    assert_true(seen.words > 0);
    assert_true(seen.most <= 2 * DL_FEATURES_MAX);
}

static void frames_alone_have_no_model(void **state)
{
    (void)state;
    assert_null(knowledge->verdicts);
}

/* An arrest, by whoever decides; the rule tells who did. */
static void each_decider_says_who_decided(void **state)
{
    (void)state;
    static const struct {
        enum dl_decider decider;
        const char *rule;
    } all[] = {{DL_BY_FRAMES, "frames/"}, {DL_BY_MODEL, "events.model"}, {DL_BY_BOTH, "frames/"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct dl_knowledge *known = NULL;
        struct dl_article article;
        struct dl_pipeline pipeline;
        struct dl_error err;
        const char *stage;
        struct dl_article_record record = {
            .id = DL_STR("a"), .text = DL_STR("Police in Quito arrested two editors on Monday.")};
        dl_arena_reset(&arena);
        assert_int_equal(dl_knowledge_load_for(all[i].decider, NULL, NULL, &known, &err), DL_OK);
        assert_int_equal(dl_pipeline_init(&pipeline, NULL, &err), DL_OK);
        dl_article_begin(&article, &arena, &record, 1);
        article.explains = true;
        assert_int_equal(dl_pipeline_run(&pipeline, known, &article, &stage, &err), DL_OK);
        assert_int_equal(article.report.mentions_count, 1);
        assert_int_equal(article.report.mentions[0].type, DL_COERCE);
        assert_true(dl_str_starts(article.report.mentions[0].rule, dl_str_of(all[i].rule)));
        assert_int_equal(article.note_count > 0, all[i].decider != DL_BY_FRAMES);
        dl_knowledge_free(known);
    }
}

static void every_feature_has_a_name(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DL_EVENT_FEATURES; i++)
        assert_true(strlen(dl_event_feature_text(i)) > 2);
    for (uint32_t i = 0; i < DL_EVENT_MEANINGS; i++)
        assert_true(strlen(dl_event_meaning_text(i)) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_words_are_seen_the_same),
        cmocka_unit_test(each_judged_word_is_shown_once),
        cmocka_unit_test(long_lists_keep_within_bounds),
        cmocka_unit_test(frames_alone_have_no_model),
        cmocka_unit_test(each_decider_says_who_decided),
        cmocka_unit_test(every_feature_has_a_name),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
