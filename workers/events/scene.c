/* What the model of events sees of a whole sentence: who its words are, what they mean, what field
 * they are of. */
#include "workers/events/features.h"

#define ABOUT_TIMES 3 /* a mean of vectors is short: made longer */

uint32_t dl_cue_classes(const struct dl_tree *tree, uint32_t word, uint64_t ret[static CLASSES_MAX])
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

/* --- what its words mean --- */

static int8_t narrow(int32_t value)
{
    return (int8_t)(value > INT8_MAX ? INT8_MAX : value < -INT8_MAX ? -INT8_MAX : value);
}

/* The mean of the words' vectors, rare words before frequent ones. */
static void set_about(struct dl_scene *scene)
{
    int32_t sums[DL_VECTOR_DIMS] = {0};
    int32_t weights = 0;
    for (uint32_t w = 0; w < scene->tree->count; w++) {
        const struct dl_vector *vector = scene->vectors[w];
        if (!vector || scene->tree->words[w].upos == DL_UPOS_PUNCT)
            continue;
        weights += vector->weight;
        for (uint32_t d = 0; d < DL_VECTOR_DIMS; d++)
            sums[d] += vector->weight * vector->at[d];
    }
    for (uint32_t d = 0; d < DL_VECTOR_DIMS; d++)
        scene->about[d] = weights ? narrow(ABOUT_TIMES * sums[d] / weights) : 0;
}

static void set_meanings(const struct dl_coding *coding, struct dl_scene *scene)
{
    const struct dl_vector **vectors =
        dl_arena_array(coding->article->arena, const struct dl_vector *, scene->tree->count);
    for (uint32_t w = 0; w < scene->tree->count; w++)
        vectors[w] = dl_vector_of(coding->knowledge->vectors, scene->looks[w].lower);
    scene->vectors = vectors;
    set_about(scene);
}

/* --- what field it is of --- */

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
        uint32_t class_count = dl_cue_classes(tree, w, classes);
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

void dl_scene_make(struct dl_coding *coding, struct dl_scene *scene)
{
    uint32_t first = coding->sentence->first;
    *scene = (struct dl_scene){.tree = &coding->tree,
                               .looks = coding->article->looks + first,
                               .tokens = coding->article->tokens + first};
    set_who(coding, scene);
    set_meanings(coding, scene);
    scene->sentence.meanings[DL_MEANING_SENTENCE] = scene->about;
    add_counts(scene, &scene->sentence);
    add(&scene->sentence, DL_FEATURE_S_LENGTH, 0, up_to(scene->tree->count / 6, 8));
    for (uint32_t i = 0; i < coding->happening_count; i++)
        scene->happenings += !coding->happenings[i].dropped;
}

bool dl_may_be_event(const struct dl_scene *scene, uint32_t word)
{
    const struct dl_tree_word *at = &scene->tree->words[word];
    if (scene->who[word] && (scene->who[word] & 15) < WHO_NATION)
        return false;
    return is_content(at) ||
           (at->upos == DL_UPOS_PROPN && (scene->looks[word].forms & DL_FORM_VERB) &&
            !scene->tokens[word].name);
}
