/* What the model of events sees of a word: its part of speech, its place on the tree, what stands
 * around it, who acts and suffers; and the words whose vectors it sees. */
#include "workers/events/features.h"

#define CHILDREN_MAX 9U
#define CLIMB_MAX 4U
#define WORK_A_WORD 200U /* steps that features of a word may take */

static const char *const texts[] = {
#define DL_EVENT_FEATURE(name, text) text,
#include "workers/events/features.def"
};

static const char *const meaning_texts[] = {
#define DL_EVENT_MEANING(name, text) text,
#include "workers/events/meanings.def"
};

const char *dl_event_feature_text(uint32_t feature)
{
    assert(feature < DL_EVENT_FEATURES);
    return texts[feature];
}

const char *dl_event_meaning_text(uint32_t slot)
{
    assert(slot < DL_VERDICT_SLOTS);
    return meaning_texts[slot];
}

static void add_self(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree_word *word = &scene->tree->words[w];
    const struct dl_look *look = &scene->looks[w];
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = dl_cue_classes(scene->tree, w, classes);
    add(to, DL_FEATURE_UPOS, w, word->upos);
    add(to, DL_FEATURE_TAG, w, scene->tokens[w].tag);
    add(to, DL_FEATURE_SUFFIX, w, look->suffix[2]);
    add(to, DL_FEATURE_FORMS, w, look->forms);
    if (word->cues)
        add(to, DL_FEATURE_CUES, w, word->cues);
    for (uint32_t i = 0; i < class_count; i++)
        add(to, DL_FEATURE_CLASS, w, classes[i]);
    add(to, DL_FEATURE_CASE, w, (uint64_t)word->capital << 1 | (w == 0));
    add(to, DL_FEATURE_PLACE, w, w * 5 / scene->tree->count);
}

static void add_above(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree *tree = scene->tree;
    const struct dl_tree_word *word = &tree->words[w];
    uint32_t head = word->head;
    add(to, DL_FEATURE_RELATION, w, word->relation);
    add(to, DL_FEATURE_RELATION_TAG, w, both(word->relation, scene->tokens[w].tag));
    if (head == DL_NODE_NONE)
        return;
    add(to, DL_FEATURE_HEAD_UPOS, head, both(tree->words[head].upos, word->base));
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = dl_cue_classes(tree, head, classes);
    for (uint32_t i = 0; i < class_count; i++)
        add(to, DL_FEATURE_HEAD_CLASS, head, both(classes[i], word->base));
    uint32_t at = w;
    uint64_t path = 0;
    for (uint32_t steps = 0; steps < CLIMB_MAX && tree->words[at].head != DL_NODE_NONE; steps++) {
        path = both(path, tree->words[at].base);
        at = tree->words[at].head;
        if (tree->words[at].cues)
            add(to, DL_FEATURE_ABOVE_CUES, at, both(path, tree->words[at].cues));
    }
}

static void add_around(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    uint32_t before = w > 0 ? scene->tokens[w - 1].tag + 1U : 0;
    uint32_t after = w + 1 < scene->tree->count ? scene->tokens[w + 1].tag + 1U : 0;
    add(to, DL_FEATURE_TAGS, w, both(before << 8 | after, scene->tokens[w].tag));
}

static void add_child(const struct dl_scene *scene, uint32_t c, struct dl_event_features *to)
{
    const struct dl_tree_word *words = scene->tree->words;
    const struct dl_tree_word *child = &words[c];
    uint64_t base = child->base;
    if (child->cues)
        add(to, DL_FEATURE_CHILD_CUES, c, both(child->cues, base));
    if (base == DL_REL_AUX || base == DL_REL_MARK || base == DL_REL_DET || base == DL_REL_CASE)
        return;
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = dl_cue_classes(scene->tree, c, classes);
    for (uint32_t i = 0; i < class_count; i++)
        add(to, DL_FEATURE_CHILD_CLASS, c, both(classes[i], base));
    add(to, DL_FEATURE_CHILD_WHO, c, both(scene->who[c], base));
    if (base != DL_REL_OBL && base != DL_REL_NMOD)
        return;
    uint32_t mark = dl_tree_child(scene->tree, c, DL_REL_CASE);
    if (mark != DL_NODE_NONE)
        add(to, DL_FEATURE_CHILD_CASE, c, both(words[mark].lemma, scene->who[c]));
}

static void add_below(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree_word *words = scene->tree->words;
    uint32_t taken = 0;
    uint64_t which = 0;
    for (uint32_t c = words[w].child; c != DL_NODE_NONE && taken < CHILDREN_MAX;
         c = words[c].next) {
        if (words[c].upos == DL_UPOS_PUNCT)
            continue;
        add_child(scene, c, to);
        which |= UINT64_C(1) << words[c].base;
        taken++;
    }
    add(to, DL_FEATURE_CHILDREN, w, which);
}

/* --- who acts, who suffers --- */

struct parties {
    uint32_t agent, patient; /* words, or DL_NODE_NONE */
    bool verb;
};

/* Who acts by a noun: whoever owns or qualifies it. */
static uint32_t owner_of(const struct dl_scene *scene, uint32_t noun)
{
    const struct dl_tree_word *words = scene->tree->words;
    uint32_t found = DL_NODE_NONE;
    for (uint32_t c = words[noun].child; c != DL_NODE_NONE && c < noun; c = words[c].next)
        if (words[c].relation == DL_REL_NMOD_POSS || (scene->who[c] & 15) >= WHO_NATION)
            found = c;
    return found;
}

static struct parties parties_of(const struct dl_scene *scene, uint32_t w)
{
    struct dl_tree *tree = scene->tree;
    if (tree->words[w].upos == DL_UPOS_VERB || tree->words[w].upos == DL_UPOS_PROPN)
        return (struct parties){dl_agent_of(tree, w), dl_patient_of(tree, w), true};
    return (struct parties){owner_of(scene, w), dl_tree_child(tree, w, DL_REL_NMOD), false};
}

static void add_parties(const struct dl_scene *scene, uint32_t w, const struct parties *parties,
                        struct dl_event_features *to)
{
    uint64_t agent = who_at(scene, parties->agent);
    uint64_t patient = who_at(scene, parties->patient);
    add(to, DL_FEATURE_AGENT, parties->agent == DL_NODE_NONE ? w : parties->agent, agent);
    add(to, DL_FEATURE_PATIENT, parties->patient == DL_NODE_NONE ? w : parties->patient, patient);
    add(to, DL_FEATURE_BOTH, w, both(agent, patient));
    if (parties->verb)
        add(to, DL_FEATURE_VOICE, w, both(dl_is_passive(scene->tree, w), scene->looks[w].kin));
}

/* --- whose vectors are seen --- */

/* The first dependent with one of three relations. */
static uint32_t first_of(const struct dl_tree *tree, uint32_t w, uint8_t one, uint8_t other,
                         uint8_t third)
{
    for (uint32_t c = tree->words[w].child; c != DL_NODE_NONE; c = tree->words[c].next) {
        uint8_t base = tree->words[c].base;
        if (base == one || base == other || base == third)
            return c;
    }
    return DL_NODE_NONE;
}

static void set_meanings(const struct dl_scene *scene, uint32_t w, const struct parties *parties,
                         struct dl_event_features *to)
{
    const struct dl_tree *tree = scene->tree;
    uint32_t head = tree->words[w].head;
    uint32_t above = head == DL_NODE_NONE ? DL_NODE_NONE : tree->words[head].head;
    const uint32_t slots[DL_VERDICT_SLOTS] = {
        [DL_MEANING_SENTENCE] = DL_NODE_NONE,
        [DL_MEANING_WORD] = w,
        [DL_MEANING_HEAD] = head,
        [DL_MEANING_ABOVE] = above,
        [DL_MEANING_AGENT] = parties->agent,
        [DL_MEANING_PATIENT] = parties->patient,
        [DL_MEANING_OBLIQUE] = first_of(tree, w, DL_REL_OBL, DL_REL_NMOD, DL_REL_OBL),
        [DL_MEANING_CLAUSE] = first_of(tree, w, DL_REL_XCOMP, DL_REL_CCOMP, DL_REL_ADVCL),
        [DL_MEANING_BEFORE] = w > 0 ? w - 1 : DL_NODE_NONE,
        [DL_MEANING_AFTER] = w + 1 < tree->count ? w + 1 : DL_NODE_NONE};
    for (uint32_t slot = 0; slot < DL_VERDICT_SLOTS; slot++) {
        const struct dl_vector *vector =
            slots[slot] == DL_NODE_NONE ? NULL : scene->vectors[slots[slot]];
        to->meanings[slot] = vector ? vector->at : NULL;
        to->meaning_words[slot] = (uint16_t)(slots[slot] == DL_NODE_NONE ? w : slots[slot]);
    }
}

void dl_word_features(const struct dl_scene *scene, uint32_t word, struct dl_event_features *ret)
{
    struct dl_tree *tree = scene->tree;
    uint32_t work = tree->work; /* frames' steps are not spent on features */
    tree->work = WORK_A_WORD;
    struct parties parties = parties_of(scene, word);
    ret->count = 0;
    add_self(scene, word, ret);
    add_above(scene, word, ret);
    add_around(scene, word, ret);
    add_parties(scene, word, &parties, ret);
    add_below(scene, word, ret);
    set_meanings(scene, word, &parties, ret);
    tree->work = work;
}
