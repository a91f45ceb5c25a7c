/* Words that are no names and point to an entity: "he", "the president", "the group".
 *
 * Candidates are the entities named or pointed to lately, of the kind the words ask for. Who was
 * named last, in a subject, and often, is likelier; how much likelier than the next one is the
 * confidence. What the words ask for is told by `points` and `gender` in data/circumstances. */
#include "workers/stages/entities.h"

#define RECENT_MAX 12U
#define SENTENCES_MAX 4U /* further back nothing is pointed to */
#define MODIFIERS_MAX 3U /* between "the" and its noun */

struct recent {
    uint32_t entity;
    uint32_t sentence;
    bool subject;
};

struct search {
    const struct dl_knowledge *knowledge;
    struct dl_article *article;
    struct dl_known *known;
    struct recent recent[RECENT_MAX]; /* the latest first */
    uint32_t recent_count;
    uint32_t sentence;
};

/* What words ask for. */
struct wish {
    uint32_t kinds; /* bits of enum dl_name_kind */
    char gender;    /* of people, 0 any */
    int country;    /* of places: 1 a country, -1 none, 0 any */
    dl_str noun;    /* in the title or the name; empty: any */
    float base;     /* confidence where only one may be meant */
};
#define KIND(kind) (1U << (unsigned)(kind))

static const struct dl_wording *wording(const struct search *search, uint32_t token,
                                        enum dl_wording_kind kind)
{
    uint64_t hash = dl_wording_hash(dl_token_text(search->article, token));
    return dl_wording_of(dl_wordings_find(search->knowledge->wordings, &hash, 0, 1), kind);
}

static bool is_subject(const struct dl_article *article, uint32_t token)
{
    enum dl_relation relation = (enum dl_relation)article->tokens[token].relation;
    return relation == DL_REL_NSUBJ || relation == DL_REL_NSUBJ_PASS;
}

static void remember(struct search *search, uint32_t entity, uint32_t token)
{
    struct recent now = {entity, search->sentence, is_subject(search->article, token)};
    uint32_t at = 0;
    while (at < search->recent_count && search->recent[at].entity != entity)
        at++;
    if (at < search->recent_count && search->recent[at].sentence == now.sentence)
        now.subject |= search->recent[at].subject;
    if (at == search->recent_count && at < RECENT_MAX)
        search->recent_count++;
    if (at == RECENT_MAX)
        at--;
    memmove(&search->recent[1], &search->recent[0], at * sizeof *search->recent);
    search->recent[0] = now;
}

/* Does `text` have the word? */
static bool has_word(dl_str text, dl_str word)
{
    while (text.len >= word.len && word.len) {
        const char *blank = memchr(text.at, ' ', text.len);
        size_t len = blank ? (size_t)(blank - text.at) : text.len;
        if (dl_str_eq_nocase((dl_str){text.at, len}, word))
            return true;
        if (!blank)
            break;
        text = dl_str_sub(text, len + 1, text.len);
    }
    return false;
}

static bool fits(const struct search *search, const struct recent *recent, const struct wish *wish)
{
    const struct dl_known *known = &search->known[recent->entity];
    const struct dl_entity_in_text *entity = known->entity;
    if (!(wish->kinds & KIND(entity->kind)) || search->sentence - recent->sentence > SENTENCES_MAX)
        return false;
    if (wish->gender && known->gender && wish->gender != known->gender)
        return false;
    if (wish->country && (wish->country > 0) != known->country)
        return false;
    return wish->noun.len == 0 || has_word(entity->title, wish->noun) ||
           (entity->kind == DL_NAME_ORG && has_word(entity->name, wish->noun));
}

static float score_of(const struct search *search, const struct recent *recent, uint32_t rank)
{
    static const float by_distance[SENTENCES_MAX + 1] = {2.0F, 1.8F, 1.0F, 0.5F, 0.2F};
    float score = by_distance[search->sentence - recent->sentence];
    uint32_t names = search->known[recent->entity].entity->names;
    score += recent->subject ? 1.2F : 0.0F;
    score += 0.2F * (float)(names < 4 ? names : 4);
    return score - 0.15F * (float)rank;
}

/* The likeliest; false when nobody fits. */
static bool choose(const struct search *search, const struct wish *wish, uint32_t *ret_entity,
                   float *ret_confidence)
{
    float best = -1;
    float second = -1;
    uint32_t rank = 0;
    for (uint32_t i = 0; i < search->recent_count; i++) {
        const struct recent *recent = &search->recent[i];
        if (!fits(search, recent, wish))
            continue;
        float score = score_of(search, recent, rank++);
        if (score > best) {
            second = best;
            best = score;
            *ret_entity = recent->entity;
        } else if (score > second) {
            second = score;
        }
    }
    if (best < 0)
        return false;
    float margin = second < 0 ? 2.0F : best - second;
    margin = margin > 2.0F ? 2.0F : margin;
    *ret_confidence = wish->base * (0.6F + 0.2F * margin);
    return true;
}

static void point(struct search *search, uint32_t first, uint32_t count, const struct wish *wish)
{
    struct dl_article *article = search->article;
    struct dl_pointer pointer = {.first = first, .count = count};
    if (!choose(search, wish, &pointer.entity, &pointer.confidence))
        return;
    if (wish->gender)
        search->known[pointer.entity].gender = wish->gender;
    article->pointers[article->pointer_count++] = pointer;
    remember(search, pointer.entity, first + count - 1);
}

/* --- pronouns --- */

static void point_pronoun(struct search *search, uint32_t token)
{
    const struct dl_wording *asks = wording(search, token, DL_WORDING_POINTS);
    struct wish wish = {0};
    if (!asks || search->article->tokens[token].relation == DL_REL_EXPL)
        return; /* "it rains" */
    if (dl_str_is(asks->word, "he"))
        wish = (struct wish){.kinds = KIND(DL_NAME_PER), .gender = 'm', .base = 0.9F};
    else if (dl_str_is(asks->word, "she"))
        wish = (struct wish){.kinds = KIND(DL_NAME_PER), .gender = 'f', .base = 0.9F};
    else if (dl_str_is(asks->word, "they"))
        wish = (struct wish){.kinds = KIND(DL_NAME_ORG), .base = 0.4F};
    else if (dl_str_is(asks->word, "it"))
        wish = (struct wish){.kinds = KIND(DL_NAME_ORG) | KIND(DL_NAME_LOC), .base = 0.5F};
    else
        return;
    point(search, token, 1, &wish);
}

/* --- "the president" --- */

/* The noun of the phrase that "the" at `token` begins, if it is nothing but one. */
static bool noun_after(const struct search *search, uint32_t token, uint32_t end, uint32_t *ret)
{
    const struct dl_article *article = search->article;
    uint32_t at = token + 1;
    while (at < end && at - token <= MODIFIERS_MAX && article->tokens[at].upos == DL_UPOS_ADJ)
        at++;
    if (at >= end || article->tokens[at].name)
        return false;
    if (article->tokens[at].upos != DL_UPOS_NOUN &&
        (article->tokens[at].upos != DL_UPOS_PROPN || article->tokens[at].capital))
        return false;
    if (at + 1 < end) {
        const struct dl_token *next = &article->tokens[at + 1];
        if (next->name || next->upos == DL_UPOS_NOUN || next->upos == DL_UPOS_PROPN ||
            next->xpos == DL_XPOS_HYPH || dl_str_is(dl_token_text(article, at + 1), "of"))
            return false; /* "the president of Mexico", "the group leader" say for themselves */
    }
    *ret = at;
    return true;
}

static bool wish_of_noun(const struct search *search, uint32_t noun, struct wish *ret)
{
    const struct dl_wording *asks = wording(search, noun, DL_WORDING_POINTS);
    if (!asks)
        return false;
    if (dl_str_is(asks->word, "body"))
        *ret = (struct wish){.kinds = KIND(DL_NAME_ORG), .base = 0.6F};
    else if (dl_str_is(asks->word, "land"))
        *ret = (struct wish){.kinds = KIND(DL_NAME_LOC), .country = 1, .base = 0.7F};
    else if (dl_str_is(asks->word, "town"))
        *ret = (struct wish){.kinds = KIND(DL_NAME_LOC), .country = -1, .base = 0.6F};
    else if (dl_str_is(asks->word, "person"))
        *ret = (struct wish){.kinds = KIND(DL_NAME_PER), .base = 0.5F};
    else
        return false;
    return true;
}

static void point_noun(struct search *search, uint32_t the, uint32_t end)
{
    const struct dl_article *article = search->article;
    uint32_t noun;
    if (!noun_after(search, the, end, &noun))
        return;
    struct wish wish = {.kinds = KIND(DL_NAME_PER) | KIND(DL_NAME_ORG),
                        .noun = dl_token_text(article, noun),
                        .base = 0.9F};
    uint32_t entity;
    float confidence;
    if (!choose(search, &wish, &entity, &confidence) && !wish_of_noun(search, noun, &wish))
        return;
    point(search, the, noun + 1 - the, &wish);
}

static bool is_the(const struct dl_article *article, uint32_t token)
{
    dl_str text = dl_token_text(article, token);
    return article->tokens[token].upos == DL_UPOS_DET &&
           (dl_str_eq_nocase(text, DL_STR("the")) || dl_str_eq_nocase(text, DL_STR("this")) ||
            dl_str_eq_nocase(text, DL_STR("that")));
}

/* "Mr Smith", "Queen Anne", "spokeswoman Ana Roa": what the words before say, else the given name.
 */
static void learn_gender(struct search *search, const struct dl_name *name)
{
    struct dl_known *known = &search->known[name->entity];
    for (uint32_t back = 1; back <= 2 && back <= name->first && !known->gender; back++) {
        const struct dl_wording *says = wording(search, name->first - back, DL_WORDING_GENDER);
        if (says && says->word.len)
            known->gender = says->word.at[0];
    }
    if (known->gender || name->count < 2)
        return;
    uint32_t given =
        dl_names_given(search->knowledge->names, search->article->looks[name->first].lower);
    known->gender = given == DL_GIVEN_MALE ? 'm' : given == DL_GIVEN_FEMALE ? 'f' : '\0';
}

/* "QUITO (Reuters) -", "the Labour Party (LP)": an agency, or a short form of the name before. */
static bool is_aside(const struct dl_article *article, const struct dl_name *name)
{
    uint32_t end = name->first + name->count;
    return name->first > 0 && end < article->token_count &&
           dl_str_is(dl_token_text(article, name->first - 1), "(") &&
           dl_str_is(dl_token_text(article, end), ")");
}

void dl_find_pointers(const struct dl_knowledge *knowledge, struct dl_article *article,
                      struct dl_known *known)
{
    struct search *search = dl_arena_alloc(article->arena, sizeof *search);
    uint32_t name = 0;
    if (article->name_count == 0)
        return;
    *search = (struct search){.knowledge = knowledge, .article = article, .known = known};
    article->pointers = dl_arena_array(article->arena, struct dl_pointer, article->token_count);
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        uint32_t end = article->sentences[s].first + article->sentences[s].count;
        search->sentence = s;
        for (uint32_t i = article->sentences[s].first; i < end; i++) {
            if (name < article->name_count && article->names[name].first == i) {
                const struct dl_name *here = &article->names[name++];
                if (here->kind == DL_NAME_PER)
                    learn_gender(search, here);
                if (!is_aside(article, here))
                    remember(search, here->entity, dl_head_of(article, i, here->count));
                i += here->count - 1;
            } else if (article->tokens[i].upos == DL_UPOS_PRON) {
                point_pronoun(search, i);
            } else if (is_the(article, i)) {
                point_noun(search, i, end);
            }
        }
    }
}
