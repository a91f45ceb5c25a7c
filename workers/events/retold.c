/* Words that point back to what the article has told: "the attack", "the move". They name nobody,
 * and are mentions all the same where what they point to is one. */
#include "workers/events/tellings.h"

#include "proto/words.h"

#define LOOK_BACK 24U /* tellings for its verb */

/* --- the mention --- */

static struct dl_actor *lent(const struct dl_coding *coding, const struct dl_actor *from,
                             uint32_t count)
{
    if (count == 0)
        return NULL;
    struct dl_actor *list = dl_arena_array(coding->article->arena, struct dl_actor, count);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = from[i];
        list[i].resolved_by = DL_STR("told before");
    }
    return list;
}

/* The day that another sentence says. */
static struct dl_when *inferred_when(const struct dl_coding *coding, struct dl_when *told)
{
    if (!told || told->basis != DL_WHEN_TEXT)
        return told;
    struct dl_when *when = dl_arena_alloc(coding->article->arena, sizeof *when);
    *when = *told;
    when->basis = DL_WHEN_INFERRED;
    return when;
}

/* All that was told of the happening holds; said here is only the word. */
static void add_again(struct dl_coding *coding, uint32_t word, struct dl_telling *t,
                      uint32_t cluster, dl_str rule)
{
    const struct dl_mention *told = &coding->mentions[coding->best_mention[cluster]];
    struct dl_mention *m = &coding->mentions[coding->mention_count];
    *m = *told;
    m->rule = rule.len ? rule : told->rule;
    m->actor = lent(coding, told->actor, told->actor_count);
    m->recipient = lent(coding, told->recipient, told->recipient_count);
    m->quantities = NULL;
    m->quantities_count = 0;
    m->main = false;
    m->when = inferred_when(coding, told->when);
    m->trigger = dl_span_of_words(coding, word, word);
    m->sentence = dl_span_of_tokens(coding->article, coding->whole->first, coding->whole->count);
    m->sentence_index = coding->sentence_index;
    m->section = dl_str_of(
        dl_section_kind_word(coding->article->report.sections[coding->sentence->section].kind));
    m->lede = coding->sentence->paragraph == 0;
    dl_set_confidence(coding, m);
    if (coding->told_count < DL_HAPPENINGS_MAX)
        coding->told[coding->told_count++] = dl_token_of(coding, word);
    t->mention = coding->mention_count++;
    t->again = true;
    t->type = m->type;
    t->past = m->time == DL_HISTORICAL;
    t->modality = m->modality;
    t->polarity = m->polarity;
    t->actors = m->actor;
    t->actor_count = m->actor_count;
    t->recipients = m->recipient;
    t->recipient_count = m->recipient_count;
}

static bool may_add(const struct dl_coding *coding)
{
    return coding->mention_count < coding->mention_room && coding->told_count < DL_HAPPENINGS_MAX &&
           coding->telling_count < coding->telling_room;
}

/* --- the three ways to come by a telling --- */

/* A noun has no tense, and need not say who and when: "the deployment" of troops that will be sent
 * is planned and theirs. */
static void take_what_is_known(struct dl_coding *coding, struct dl_mention *m, uint32_t cluster)
{
    const struct dl_mention *told = &coding->mentions[coding->best_mention[cluster]];
    if (told->sentence_index == m->sentence_index)
        return;
    if (m->modality == DL_ACTUAL && told->modality != DL_ACTUAL && m->time != DL_HISTORICAL) {
        m->modality = told->modality;
        m->modality_cue = told->modality_cue;
        m->actuality = dl_actuality_of(m);
    }
    if (m->type == told->type && m->actor_count == 0 && m->recipient_count == 0) {
        m->actor = lent(coding, told->actor, told->actor_count);
        m->actor_count = told->actor_count;
        m->recipient = lent(coding, told->recipient, told->recipient_count);
        m->recipient_count = told->recipient_count;
        dl_set_confidence(coding, m);
    }
    if (told->when && (!m->when || m->when->basis == DL_WHEN_PUBLISHED))
        m->when = inferred_when(coding, told->when);
}

void dl_note_mention(struct dl_coding *coding, const struct dl_happening *h)
{
    const struct dl_telling *like;
    uint32_t index = coding->mention_count - 1;
    struct dl_mention *m = &coding->mentions[index];
    struct dl_telling t = dl_telling_of_mention(coding, h, index);
    bool deed = m->type != DL_STATEMENT; /* each statement is one of its own */
    uint32_t cluster = deed ? dl_cluster_told(coding, &t, &like) : 0;
    if (cluster && h->is_noun && t.pointing != DL_POINTS_NOWHERE)
        take_what_is_known(coding, m, cluster);
    t.modality = m->modality;
    t.actors = m->actor;
    t.actor_count = m->actor_count;
    t.recipients = m->recipient;
    t.recipient_count = m->recipient_count;
    dl_put_in_cluster(coding, &t, cluster);
    if (deed)
        dl_keep_telling(coding, &t);
}

static struct dl_actor *people_told(struct dl_coding *coding, const struct dl_someone *people,
                                    uint32_t count)
{
    struct dl_actor *list =
        count ? dl_arena_array(coding->article->arena, struct dl_actor, count) : NULL;
    for (uint32_t i = 0; i < count; i++)
        list[i] = people[i].actor;
    return list;
}

/* "to end the strike", "did not comment on the threat": they were. */
static bool ends_what_was(const struct dl_coding *coding, const struct dl_happening *h)
{
    const struct dl_tree *tree = &coding->tree;
    uint32_t head = tree->words[h->word].head;
    return h->is_noun && head != DL_NODE_NONE &&
           (dl_tree_has_cue(tree, head, dl_phrase_hash(DL_STR("retold:ended"))) ||
            dl_tree_has_cue(tree, head, dl_phrase_hash(DL_STR("retold:spoken"))));
}

static struct dl_telling held_back(struct dl_coding *coding, const struct dl_happening *h)
{
    struct dl_telling t = dl_telling_of_held(coding, h);
    if (ends_what_was(coding, h))
        t.polarity = DL_POSITIVE;
    return t;
}

static bool any_known(const struct dl_actor *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (people[i].country.len || people[i].role.len)
            return true;
    return false;
}

/* "The strike was the deadliest attack since March": the subject tells it. */
static const struct dl_telling *told_by_subject(struct dl_coding *coding, uint32_t word,
                                                const struct dl_telling *t)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t subject = dl_tree_child_base(tree, word, DL_REL_NSUBJ);
    if (!t->is_noun || !t->definite || subject == DL_NODE_NONE ||
        dl_tree_child(tree, word, DL_REL_COP) == DL_NODE_NONE)
        return NULL;
    for (uint32_t n = coding->telling_count; n-- > 0;) {
        const struct dl_telling *a = &coding->tellings[n];
        if (a->sentence != t->sentence)
            break;
        if (a->cluster && a->token == dl_token_of(coding, subject) && (a->is & t->may_be))
            return a;
    }
    return NULL;
}

static bool is_in_sentence(const struct dl_coding *coding, uint32_t cluster)
{
    for (uint32_t i = coding->mention_count; i > 0; i--) {
        const struct dl_mention *m = &coding->mentions[i - 1];
        if (m->sentence_index != coding->sentence_index)
            return false;
        if (m->cluster == cluster)
            return true;
    }
    return false;
}

/* Only what an earlier sentence told, of somebody known: in its own, one happening told by two
 * words is one mention.
 */
static bool join(struct dl_coding *coding, uint32_t word, struct dl_telling *t, dl_str rule)
{
    const struct dl_telling *like = told_by_subject(coding, word, t);
    uint32_t cluster = like ? like->cluster : 0;
    bool here = like != NULL;
    if (!cluster && t->polarity == DL_POSITIVE)
        cluster = dl_cluster_told(coding, t, &like);
    if (!cluster || (!here && like->sentence == coding->sentence_index) ||
        like->polarity == DL_NEGATED || !may_add(coding))
        return false;
    const struct dl_mention *told = &coding->mentions[coding->best_mention[cluster]];
    if (!here && is_in_sentence(coding, cluster))
        return false; /* "the approval of this deployment" is one thing told once */
    if (!any_known(told->actor, told->actor_count) &&
        !any_known(told->recipient, told->recipient_count))
        return false;
    uint32_t is = like->is;
    add_again(coding, word, t, cluster, rule);
    t->is = is;
    dl_put_in_cluster(coding, t, cluster);
    return true;
}

/* Words that are no event for want of more: what they point back to has it. */
static bool lacks_something(const char *why)
{
    static const char *const reasons[] = {"no actor", "no recipient", "told before", "model"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(why, reasons[i]) == 0)
            return true;
    return false;
}

/* "struck a market, killing five": part of what the sentence tells, though no mention of its own.
 */
static uint32_t cluster_beside(const struct dl_coding *coding, const struct dl_telling *t)
{
    for (uint32_t n = coding->telling_count; n-- > 0;) {
        const struct dl_telling *a = &coding->tellings[n];
        if (a->sentence != t->sentence)
            break;
        if (a->cluster && a->type == t->type && a->polarity == t->polarity)
            return a->cluster;
    }
    return 0;
}

bool dl_retell(struct dl_coding *coding, const struct dl_happening *h, const char *why,
               const struct dl_someone *actors, uint32_t actor_count,
               const struct dl_someone *recipients, uint32_t recipient_count)
{
    if (h->type == DL_STATEMENT || !lacks_something(why))
        return false;
    struct dl_telling t = held_back(coding, h);
    t.actors = people_told(coding, actors, actor_count);
    t.actor_count = actor_count;
    t.recipients = people_told(coding, recipients, recipient_count);
    t.recipient_count = recipient_count;
    if (actor_count || recipient_count)
        t.owner = NULL;
    uint64_t none = dl_phrase_hash(DL_STR("retold:none"));
    bool points = !h->is_noun || (t.pointing != DL_POINTS_NOWHERE &&
                                  !dl_tree_has_cue(&coding->tree, h->word, none));
    dl_str rule = h->frame->rule ? dl_almanac_text(coding->tree.almanac, h->sense, h->frame->rule)
                                 : (dl_str){"", 0};
    bool joined = points && join(coding, h->word, &t, rule);
    if (!joined && !h->is_noun)
        t.cluster = cluster_beside(coding, &t);
    dl_keep_telling(coding, &t);
    return joined;
}

/* "condemned the attack" speaks of what was, as does "asked them to end the strike"; "ordered the
 * attack" of what is to be. */
static bool speaks_of_what_was(const struct dl_coding *coding, const struct dl_happening *h)
{
    switch (coding->happenings[h->content_of].type) {
    case DL_ACCUSE:
    case DL_REJECT:
    case DL_SUPPORT:
    case DL_STATEMENT:
        return true;
    default:
        return ends_what_was(coding, h);
    }
}

void dl_note_content(struct dl_coding *coding, const struct dl_happening *h)
{
    if (h->is_noun && speaks_of_what_was(coding, h)) {
        (void)dl_retell(coding, h, "told before", NULL, 0, NULL, 0);
        return;
    }
    struct dl_telling t = held_back(coding, h);
    if (h->type != DL_STATEMENT)
        dl_keep_telling(coding, &t);
}

/* Is it one already, or told by the verb that it belongs to, as in "launched an attack"? "Turned
 * down the offer" tells of two. */
static bool is_told_here(const struct dl_coding *coding, uint32_t word, uint32_t types)
{
    uint32_t head = coding->tree.words[word].head;
    const struct dl_mention *first = coding->mentions + coding->mention_count - coding->told_count;
    bool taken = false;
    for (uint32_t i = 0; i < coding->happening_count; i++)
        if (coding->happenings[i].word == word) {
            taken = coding->happenings[i].dropped;
            if (!taken)
                return true;
        }
    for (uint32_t i = 0; i < coding->told_count && taken && head != DL_NODE_NONE; i++)
        if (coding->told[i] == dl_token_of(coding, head) && (types & 1U << (uint32_t)first[i].type))
            return true;
    return false;
}

/* Is it made of a verb? "posting", "annexation" */
static bool is_derived(dl_str noun)
{
    static const char *const endings[] = {"ment", "ing", "ion", "al", "ure", "age", "ance"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        dl_str end = dl_str_of(endings[i]);
        if (noun.len > end.len + 2 && memcmp(noun.at + noun.len - end.len, end.at, end.len) == 0)
            return true;
    }
    return false;
}

/* What a noun that is in no list may be, by the verbs told before. */
static uint32_t types_by_stem(const struct dl_coding *coding, const struct dl_telling *t)
{
    uint32_t types = 0;
    for (uint32_t n = 1; n <= LOOK_BACK && n <= coding->telling_count; n++) {
        const struct dl_telling *a = &coding->tellings[coding->telling_count - n];
        if (a->cluster && !a->is_noun && !dl_str_eq(a->lemma, t->lemma) &&
            dl_same_stem(a->lemma, t->lemma))
            types |= a->is;
    }
    return types;
}

void dl_retell_nouns(struct dl_coding *coding)
{
    const struct dl_tree *tree = &coding->tree;
    for (uint32_t w = 0; w < tree->count && coding->cluster_count; w++) {
        const struct dl_tree_word *at = &tree->words[w];
        bool before = at->base == DL_REL_COMPOUND || at->base == DL_REL_AMOD;
        if (at->upos != DL_UPOS_NOUN || at->child == DL_NODE_NONE || before)
            continue;
        dl_str rule = {"", 0};
        uint32_t types = dl_retold_types(coding, w, &rule);
        if (!types && !is_derived(coding->article->tokens[dl_token_of(coding, w)].lemma))
            continue;
        struct dl_telling t = dl_telling_of_word(coding, w, 0, true);
        t.may_be = types ? types : types_by_stem(coding, &t);
        if (t.pointing == DL_POINTS_NOWHERE || !t.may_be || is_told_here(coding, w, t.may_be))
            continue;
        if (join(coding, w, &t, rule))
            dl_keep_telling(coding, &t);
    }
}
