/* What the model of events sees: the word, its classes, what stands above, below and beside it on
 * the tree, who acts and suffers, what the sentence is about, and what the frames say. */
#include "workers/events/verdict.h"

#define BAG_WORDS_MAX 36U /* of a sentence that tell what it is about */
#define CHILDREN_MAX 9U
#define CLIMB_MAX 4U
#define WORK_A_WORD 200U /* steps that features of a sentence may take, for each word */

static const char *const texts[] = {
#define DL_EVENT_FEATURE(name, text) text,
#include "workers/events/features.def"
};

const char *dl_event_feature_text(uint32_t feature)
{
    assert(feature < DL_EVENT_FEATURES);
    return texts[feature];
}

static void add(struct dl_event_features *to, enum dl_event_feature what, uint32_t word,
                uint64_t value)
{
    if (to->count == DL_FEATURES_MAX)
        return;
    to->hash[to->count] = dl_feature(value, what);
    to->what[to->count] = (uint8_t)what;
    to->word[to->count] = (uint16_t)word;
    to->count++;
}

static uint64_t both(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9e3779b97f4a7c15) + b;
}

/* The classes of words that frames ask for ("class:force"): cues that code asks nothing about. */
#define CLASSES_MAX 3U

static uint32_t classes_of(const struct dl_tree *tree, uint32_t word, uint64_t *ret)
{
    const struct dl_tree_word *at = &tree->words[word];
    uint32_t count = 0;
    for (uint32_t i = 0; i < at->sense_count && count < CLASSES_MAX; i++) {
        if (at->senses[i].kind != DL_SENSE_CUE)
            continue;
        const struct dl_cue *cue = dl_almanac_cue(tree->almanac, at->senses[i]);
        if (cue->bit == DL_CUE_BITS)
            ret[count++] = cue->hash;
    }
    return count;
}

/* --- who a word is --- */

enum who {
    WHO_WORD,
    WHO_NOBODY,
    WHO_TIME,
    WHO_NUMBER,
    WHO_PRONOUN,
    WHO_NATION,
    WHO_ROLE,  /* and its sector */
    WHO_ACTOR, /* likewise */
    WHO_NAME   /* and its kind */
};
#define WHO_OF_NATION (1U << 28) /* "Turkish police": a nation stands beside it */

static uint32_t sector_bits(const char *sector)
{
    uint32_t bits = 0;
    for (int i = 0; i < 3 && sector[i]; i++)
        bits = bits << 5 | ((uint32_t)sector[i] & 31);
    return bits << 4;
}

static bool is_nation(const struct dl_tree_word *word)
{
    uint16_t kinds = (uint16_t)(DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE) |
                                DL_SENSE(DL_SENSE_CAPITAL));
    return word->capital && (word->kinds & kinds);
}

static uint32_t who_is(const struct dl_tree *tree, const struct dl_token *token, uint32_t at)
{
    const struct dl_tree_word *word = &tree->words[at];
    if (word->upos == DL_UPOS_PRON)
        return WHO_PRONOUN;
    if (word->cues & DL_CUE_MASK(TIME))
        return WHO_TIME;
    if (is_nation(word))
        return WHO_NATION;
    for (uint32_t i = 0; i < word->sense_count; i++)
        if (word->senses[i].kind == DL_SENSE_ROLE) {
            const struct dl_known_role *role = dl_almanac_role(tree->almanac, word->senses[i]);
            if (!(role->flags & (DL_ROLE_FORMER | DL_ROLE_LIKE)))
                return WHO_ROLE | sector_bits(role->sectors[0]);
        }
    if (token->name)
        return WHO_NAME | (uint32_t)token->name << 4;
    for (uint32_t i = 0; i < word->sense_count && word->capital; i++)
        if (word->senses[i].kind == DL_SENSE_ACTOR)
            return WHO_ACTOR |
                   sector_bits(dl_almanac_actor(tree->almanac, word->senses[i])->sectors[0]);
    if (word->cues & DL_CUE_MASK(NOBODY))
        return WHO_NOBODY;
    return word->upos == DL_UPOS_NUM ? WHO_NUMBER : WHO_WORD;
}

static void set_who(const struct dl_coding *coding, struct dl_scene *scene)
{
    const struct dl_tree *tree = scene->tree;
    uint32_t *who = dl_arena_array(coding->article->arena, uint32_t, tree->count);
    for (uint32_t w = 0; w < tree->count; w++)
        who[w] = who_is(tree, &scene->tokens[w], w);
    for (uint32_t w = 0; w < tree->count; w++) {
        uint32_t head = tree->words[w].head;
        uint8_t base = tree->words[w].base;
        bool beside = base == DL_REL_AMOD || base == DL_REL_COMPOUND || base == DL_REL_NMOD;
        if (who[w] == WHO_NATION && head != DL_NODE_NONE && beside)
            who[head] |= WHO_OF_NATION;
    }
    scene->who = who;
}

/* --- the sentence --- */

static bool is_content(const struct dl_tree_word *word)
{
    return word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_VERB || word->upos == DL_UPOS_ADJ;
}

static void add_bag(const struct dl_scene *scene, struct dl_event_features *to)
{
    uint32_t taken = 0;
    for (uint32_t w = 0; w < scene->tree->count && taken < BAG_WORDS_MAX; w++) {
        const struct dl_tree_word *word = &scene->tree->words[w];
        if (!is_content(word))
            continue;
        taken++;
        add(to, DL_FEATURE_S_LEMMA, w, word->lemma);
        add(to, DL_FEATURE_S_KIN, w, scene->looks[w].kin);
        add(to, DL_FEATURE_S_FAMILY, w, scene->looks[w].family);
    }
}

static uint32_t up_to(uint32_t count, uint32_t most)
{
    return count < most ? count : most;
}

static const uint64_t fields[] = {
    DL_CUE_MASK(SPORT),  DL_CUE_MASK(SURE_SPORT), DL_CUE_MASK(MARKETS), DL_CUE_MASK(CULTURE),
    DL_CUE_MASK(NATURE), DL_CUE_MASK(OPINION),    DL_CUE_MASK(LABEL),   DL_CUE_MASK(HISTORICAL),
    DL_CUE_MASK(AFTER),  DL_CUE_MASK(NEGATOR),    DL_CUE_MASK(IF),      DL_CUE_MASK(MAY)};
#define FIELDS (sizeof fields / sizeof *fields)

static bool is_number(const struct dl_scene *scene, uint32_t word)
{
    return (scene->looks[word].shape & DL_SHAPE_DIGITS) != 0;
}

/* "4-0": two small numbers and a dash, in one token or three. */
static bool is_score(const struct dl_scene *scene, uint32_t w)
{
    const struct dl_look *looks = scene->looks;
    if ((looks[w].shape & DL_SHAPE_DIGIT) && (looks[w].shape & DL_SHAPE_HYPHEN) &&
        (looks[w].shape & DL_SHAPE_LETTERLESS) && looks[w].bytes < 6)
        return true;
    return w + 2 < scene->tree->count && is_number(scene, w) && is_number(scene, w + 2) &&
           (looks[w + 1].shape & DL_SHAPE_HYPHEN) && looks[w + 1].bytes == 1 &&
           looks[w].bytes < 3 && looks[w + 2].bytes < 3;
}

static void add_counts(const struct dl_scene *scene, struct dl_event_features *to)
{
    uint32_t counts[FIELDS] = {0};
    uint32_t nations = 0;
    uint32_t capitals = 0;
    uint32_t years = 0;
    uint32_t money = 0;
    bool score = false;
    bool asks = false;
    bool quotes = false;
    const struct dl_tree *tree = scene->tree;
    for (uint32_t w = 0; w < tree->count; w++) {
        const struct dl_tree_word *word = &tree->words[w];
        for (size_t f = 0; f < FIELDS; f++)
            counts[f] += (word->cues & fields[f]) != 0;
        uint32_t who = scene->who[w] & 15;
        nations += who == WHO_NATION;
        uint64_t classes[CLASSES_MAX];
        uint32_t class_count = classes_of(tree, w, classes);
        for (uint32_t i = 0; i < class_count; i++)
            add(to, DL_FEATURE_S_CLASS, w, classes[i]);
        if (who == WHO_ROLE || who == WHO_ACTOR || who == WHO_NAME)
            add(to, DL_FEATURE_S_WHO, w, scene->who[w]);
        capitals += word->capital && is_content(word);
        years += is_number(scene, w) && scene->looks[w].bytes == 4;
        money += word->upos == DL_UPOS_SYM;
        score = score || is_score(scene, w);
        quotes = quotes || scene->tokens[w].xpos == DL_XPOS_OPEN_QUOTE ||
                 scene->tokens[w].xpos == DL_XPOS_CLOSE_QUOTE;
    }
    asks = tree->count && scene->looks[tree->count - 1].lower == dl_look_hash("?", 1);
    for (size_t f = 0; f < FIELDS; f++)
        add(to, DL_FEATURE_S_FIELD, 0, f << 4 | up_to(counts[f], 3));
    add(to, DL_FEATURE_S_NATIONS, 0, up_to(nations, 3));
    add(to, DL_FEATURE_S_SCORE, 0, score);
    add(to, DL_FEATURE_S_NUMBERS, 0, up_to(years, 2) << 4 | up_to(money, 2));
    add(to, DL_FEATURE_S_MARKS, 0, (uint64_t)asks << 1 | quotes);
    add(to, DL_FEATURE_S_CASE, 0, up_to(capitals, 4));
}

static void add_sentence(const struct dl_scene *scene, struct dl_event_features *to)
{
    const struct dl_tree *tree = scene->tree;
    uint32_t root = 0;
    while (root < tree->count && tree->words[root].head != DL_NODE_NONE)
        root++;
    add_counts(scene, to);
    if (root < tree->count) {
        add(to, DL_FEATURE_S_ROOT, root, both(tree->words[root].lemma, tree->words[root].upos));
        add(to, DL_FEATURE_S_ROOT_KIN, root, scene->looks[root].kin);
    }
    if (tree->count)
        add(to, DL_FEATURE_S_FIRST, 0, tree->words[0].lemma);
    add(to, DL_FEATURE_S_LENGTH, 0, up_to(tree->count / 6, 8));
    add_bag(scene, to);
}

void dl_scene_make(struct dl_coding *coding, struct dl_scene *scene)
{
    uint32_t first = coding->sentence->first;
    *scene = (struct dl_scene){.tree = &coding->tree,
                               .looks = coding->article->looks + first,
                               .tokens = coding->article->tokens + first};
    set_who(coding, scene);
    add_sentence(scene, &scene->sentence);
    for (uint32_t i = 0; i < coding->happening_count; i++)
        scene->happenings += !coding->happenings[i].dropped;
}

/* --- the word --- */

bool dl_may_be_event(const struct dl_scene *scene, uint32_t word)
{
    const struct dl_tree_word *at = &scene->tree->words[word];
    if (scene->who[word] && (scene->who[word] & 15) < WHO_NATION)
        return false;
    return is_content(at) ||
           (at->upos == DL_UPOS_PROPN && (scene->looks[word].forms & DL_FORM_VERB) &&
            !scene->tokens[word].name);
}

static void add_self(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree_word *word = &scene->tree->words[w];
    const struct dl_look *look = &scene->looks[w];
    uint32_t count = scene->tree->count;
    add(to, DL_FEATURE_UPOS, w, word->upos);
    add(to, DL_FEATURE_LEMMA, w, word->lemma);
    add(to, DL_FEATURE_LEMMA_UPOS, w, both(word->lemma, word->upos));
    add(to, DL_FEATURE_FORM, w, word->form);
    add(to, DL_FEATURE_KIN, w, look->kin);
    add(to, DL_FEATURE_GROUP, w, look->group);
    add(to, DL_FEATURE_BAND, w, look->band);
    add(to, DL_FEATURE_FAMILY, w, look->family);
    add(to, DL_FEATURE_TAG, w, scene->tokens[w].tag);
    add(to, DL_FEATURE_SUFFIX, w, look->suffix[2]);
    add(to, DL_FEATURE_FORMS, w, look->forms);
    add(to, DL_FEATURE_KIN_TAG, w, both(look->kin, scene->tokens[w].tag));
    if (word->cues)
        add(to, DL_FEATURE_CUES, w, word->cues);
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = classes_of(scene->tree, w, classes);
    for (uint32_t i = 0; i < class_count; i++)
        add(to, DL_FEATURE_CLASS, w, classes[i]);
    add(to, DL_FEATURE_CASE, w, (uint64_t)word->capital << 1 | (w == 0));
    add(to, DL_FEATURE_PLACE, w, w * 5 / count);
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
    add(to, DL_FEATURE_HEAD, head, both(tree->words[head].lemma, word->base));
    add(to, DL_FEATURE_HEAD_KIN, head, both(scene->looks[head].kin, word->base));
    add(to, DL_FEATURE_HEAD_UPOS, head, both(tree->words[head].upos, word->base));
    add(to, DL_FEATURE_HEAD_PAIR, head, both(tree->words[head].lemma, scene->looks[w].kin));
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = classes_of(tree, head, classes);
    for (uint32_t i = 0; i < class_count; i++)
        add(to, DL_FEATURE_HEAD_CLASS, head, both(classes[i], word->base));
    uint32_t at = w;
    uint64_t path = 0;
    for (uint32_t steps = 0; steps < CLIMB_MAX && tree->words[at].head != DL_NODE_NONE; steps++) {
        path = both(path, tree->words[at].base);
        at = tree->words[at].head;
        if (tree->words[at].cues)
            add(to, DL_FEATURE_ABOVE_CUES, at, both(path, tree->words[at].cues));
        if (steps == 1)
            add(to, DL_FEATURE_ABOVE, at, both(path, tree->words[at].lemma));
    }
}

static void add_around(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree_word *words = scene->tree->words;
    uint32_t count = scene->tree->count;
    uint64_t before = w > 0 ? words[w - 1].lemma : 1;
    uint64_t after = w + 1 < count ? words[w + 1].lemma : 1;
    uint32_t tag_before = w > 0 ? scene->tokens[w - 1].tag + 1U : 0;
    uint32_t tag_after = w + 1 < count ? scene->tokens[w + 1].tag + 1U : 0;
    add(to, DL_FEATURE_BEFORE, w > 0 ? w - 1 : w, before);
    add(to, DL_FEATURE_AFTER, w + 1 < count ? w + 1 : w, after);
    add(to, DL_FEATURE_BEFORE_KIN, w > 0 ? w - 1 : w, w > 0 ? scene->looks[w - 1].kin : 1);
    add(to, DL_FEATURE_AFTER_KIN, w + 1 < count ? w + 1 : w,
        w + 1 < count ? scene->looks[w + 1].kin : 1);
    if (w + 2 < count)
        add(to, DL_FEATURE_AFTER_TWO, w + 2, words[w + 2].lemma);
    add(to, DL_FEATURE_PAIR_AFTER, w, both(words[w].lemma, after));
    add(to, DL_FEATURE_PAIR_BEFORE, w, both(words[w].lemma, before));
    add(to, DL_FEATURE_TAGS, w, both(tag_before << 8 | tag_after, scene->tokens[w].tag));
}

static void add_child(const struct dl_scene *scene, uint32_t w, uint32_t c,
                      struct dl_event_features *to)
{
    const struct dl_tree_word *words = scene->tree->words;
    const struct dl_tree_word *child = &words[c];
    uint64_t base = child->base;
    uint64_t who = scene->who[c];
    add(to, DL_FEATURE_CHILD, c, both(child->lemma, base));
    add(to, DL_FEATURE_CHILD_KIN, c, both(scene->looks[c].kin, base));
    if (child->cues)
        add(to, DL_FEATURE_CHILD_CUES, c, both(child->cues, base));
    add(to, DL_FEATURE_CHILD_PAIR, c, both(both(words[w].lemma, scene->looks[c].band), base));
    if (base == DL_REL_AUX || base == DL_REL_MARK || base == DL_REL_DET || base == DL_REL_CASE)
        return;
    uint64_t classes[CLASSES_MAX];
    uint32_t class_count = classes_of(scene->tree, c, classes);
    for (uint32_t i = 0; i < class_count; i++) {
        uint64_t class = both(classes[i], base);
        add(to, DL_FEATURE_CHILD_CLASS, c, class);
        add(to, DL_FEATURE_CHILD_CLASS_PAIR, c, both(class, words[w].lemma));
        add(to, DL_FEATURE_CHILD_CLASS_KIN, c, both(class, scene->looks[w].group));
    }
    add(to, DL_FEATURE_CHILD_WHO, c, both(who, base));
    add(to, DL_FEATURE_CHILD_BAND_PAIR, c, both(both(scene->looks[w].band, who), base));
    if (base != DL_REL_OBL && base != DL_REL_NMOD)
        return;
    uint32_t mark = dl_tree_child(scene->tree, c, DL_REL_CASE);
    if (mark == DL_NODE_NONE)
        return;
    add(to, DL_FEATURE_CHILD_CASE, c, both(words[mark].lemma, who));
    add(to, DL_FEATURE_CHILD_CASE_KIN, c, both(words[mark].lemma, scene->looks[c].family));
    add(to, DL_FEATURE_CHILD_CASE_LEMMA, c, both(words[mark].lemma, words[w].lemma));
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
        add_child(scene, w, c, to);
        which |= UINT64_C(1) << words[c].base;
        taken++;
    }
    add(to, DL_FEATURE_CHILDREN, w, which);
}

static void add_party(const struct dl_scene *scene, uint32_t w, uint32_t party, bool acts,
                      struct dl_event_features *to)
{
    const struct dl_tree_word *words = scene->tree->words;
    uint64_t who = party == DL_NODE_NONE ? 1U << 29 : scene->who[party];
    uint32_t at = party == DL_NODE_NONE ? w : party;
    add(to, acts ? DL_FEATURE_AGENT : DL_FEATURE_PATIENT, at, who);
    add(to, acts ? DL_FEATURE_AGENT_PAIR : DL_FEATURE_PATIENT_PAIR, at,
        both(scene->looks[w].kin, who));
    if (party == DL_NODE_NONE)
        return;
    add(to, acts ? DL_FEATURE_AGENT_KIN : DL_FEATURE_PATIENT_KIN, at, scene->looks[party].kin);
    add(to, acts ? DL_FEATURE_AGENT_LEMMA : DL_FEATURE_PATIENT_LEMMA, at, words[party].lemma);
    if (!acts)
        add(to, DL_FEATURE_PATIENT_KIN_PAIR, at, both(words[w].lemma, scene->looks[party].family));
}

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

static void add_parties(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    struct dl_tree *tree = scene->tree;
    bool verb = tree->words[w].upos == DL_UPOS_VERB || tree->words[w].upos == DL_UPOS_PROPN;
    uint32_t agent = verb ? dl_agent_of(tree, w) : owner_of(scene, w);
    uint32_t patient = verb ? dl_patient_of(tree, w) : dl_tree_child(tree, w, DL_REL_NMOD);
    add_party(scene, w, agent, true, to);
    add_party(scene, w, patient, false, to);
    uint64_t pair = both(agent == DL_NODE_NONE ? 1U << 29 : scene->who[agent],
                         patient == DL_NODE_NONE ? 1U << 29 : scene->who[patient]);
    add(to, DL_FEATURE_BOTH, w, pair);
    add(to, DL_FEATURE_BOTH_BAND, w, both(pair, scene->looks[w].band));
    if (verb)
        add(to, DL_FEATURE_VOICE, w, both(dl_is_passive(tree, w), scene->looks[w].kin));
}

void dl_word_features(const struct dl_scene *scene, uint32_t word, struct dl_event_features *ret)
{
    struct dl_tree *tree = scene->tree;
    uint32_t work = tree->work; /* frames' steps are not spent on features */
    tree->work = WORK_A_WORD;
    ret->count = 0;
    add_self(scene, word, ret);
    add_above(scene, word, ret);
    add_around(scene, word, ret);
    add_parties(scene, word, ret);
    add_below(scene, word, ret);
    tree->work = work;
}

/* --- the frames --- */

static void add_lexicon(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree *tree = scene->tree;
    const struct dl_tree_word *word = &tree->words[w];
    uint64_t before = 0;
    for (uint32_t i = 0; i < word->sense_count; i++) {
        if (word->senses[i].kind != DL_SENSE_FRAME)
            continue;
        const struct dl_frame *frame = dl_almanac_frame(tree->almanac, word->senses[i]);
        uint64_t what = both(
            dl_word_hash(dl_almanac_text(tree->almanac, word->senses[i], frame->type)), frame->pos);
        if (what != before)
            add(to, DL_FEATURE_F_LEXICON, w, what);
        before = what;
    }
    if (!before)
        add(to, DL_FEATURE_F_LEXICON, w, 0);
}

static uint64_t party_of(const struct dl_someone *someone)
{
    if (!someone)
        return 1;
    dl_str role = someone->actor.role;
    uint64_t value = role.len ? dl_word_hash(role) : 2;
    return both(value, (uint64_t)someone->known << 1 | (someone->actor.country.len > 0));
}

/* The frame by what it says: where it stands in its file changes. */
static uint64_t frame_id(const struct dl_frame *frame, uint64_t lemma, uint64_t type)
{
    uint64_t id = both(both(lemma, type), frame->pos);
    for (uint32_t i = 0; i < frame->need_count; i++)
        id = both(both(id, frame->needs[i].kind), frame->needs[i].word);
    return id;
}

static void add_judged(const struct dl_scene *scene, uint32_t w, const struct dl_finding *finding,
                       struct dl_event_features *to)
{
    const struct dl_happening *h = finding->happening;
    uint64_t type = (uint64_t)h->type;
    uint64_t why = finding->why ? dl_word_hash(dl_str_of(finding->why)) : 0;
    uint64_t rule = frame_id(h->frame, scene->tree->words[w].lemma, type);
    uint64_t actor = party_of(finding->actor);
    uint64_t recipient = party_of(finding->recipient);
    add(to, DL_FEATURE_F_TYPE, w, type);
    add(to, DL_FEATURE_F_WHY, w, why);
    add(to, DL_FEATURE_F_TYPE_WHY, w, both(type, why));
    add(to, DL_FEATURE_F_RULE, w, rule);
    add(to, DL_FEATURE_F_RULE_WHY, w, both(rule, why));
    add(to, DL_FEATURE_F_NEEDS, w, both(type, (uint64_t)h->frame->pos << 3 | h->frame->need_count));
    add(to, DL_FEATURE_F_ACTOR, w, both(type, actor));
    add(to, DL_FEATURE_F_RECIPIENT, w, both(type, recipient));
    add(to, DL_FEATURE_F_PARTIES, w, both(actor, recipient));
    add(to, DL_FEATURE_F_TRUTH, w,
        both((uint64_t)h->polarity << 8 | (uint64_t)h->modality << 4 | (uint64_t)h->time,
             h->reported));
    add(to, DL_FEATURE_F_BACKGROUND, w, h->background);
}

void dl_frame_features(const struct dl_scene *scene, uint32_t word,
                       const struct dl_finding *finding, struct dl_event_features *ret)
{
    add(ret, DL_FEATURE_F_STATE, word, finding->state);
    add_lexicon(scene, word, ret);
    add(ret, DL_FEATURE_F_OTHERS, word, up_to(scene->happenings, 3));
    if (finding->state == DL_FRAME_SUBJECT)
        add(ret, DL_FEATURE_F_ACT, word,
            both((uint64_t)finding->act->type, (uint64_t)finding->happening->type));
    if (finding->state == DL_FRAME_JUDGED)
        add_judged(scene, word, finding, ret);
}
