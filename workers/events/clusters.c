/* An article tells its main event several times: mentions of one happening share a cluster, and the
 * best told is its main one. */
#include "proto/id.h"
#include "proto/words.h"
#include "workers/events/tellings.h"

static dl_str first_code(const struct dl_actor *actors, uint32_t count)
{
    return count ? actors[0].code : (dl_str){"", 0};
}

static bool is_told(const struct dl_mention *m)
{
    return m->actuality == DL_IS_ASSERTED || m->actuality == DL_IS_REPORTED;
}

/* How much a mention tells, told as news above all; the first of equals is the main one. */
static int worth(const struct dl_mention *m)
{
    int worth = 0;
    worth += is_told(m) ? 32 : 0;
    worth -= m->actuality == DL_IS_HISTORICAL ? 8 : 0;
    worth += m->actor_count ? 4 : 0;
    worth += m->actor_count && m->actor[0].country.len ? 4 : 0;
    worth += m->recipient_count ? 2 : 0;
    worth += m->recipient_count && m->recipient[0].country.len ? 2 : 0;
    worth += m->when && m->when->basis == DL_WHEN_TEXT ? 1 : 0;
    worth += m->places_count && m->places[0].precision == DL_POINT ? 1 : 0;
    worth += m->lede ? 2 : 0;
    return worth;
}

#define COMPARED_MAX 40U /* tellings looked back at, */
#define FIRST_MAX 8U     /* and those with which the article begins */

/* What the telling is like, cluster by cluster. */
struct judged {
    uint32_t cluster;
    bool apart;
    double like;
    const struct dl_telling *most;
};

struct judgement {
    struct judged clusters[COMPARED_MAX + FIRST_MAX];
    uint32_t count;
    double untold; /* the likeness of what is no mention */
};

static void judge(struct judgement *j, const struct dl_telling *before, const struct dl_telling *t)
{
    bool apart = dl_are_apart(before, t);
    double like = apart ? 0 : dl_likeness(before, t);
    if (before->cluster == 0) {
        bool meant = dl_same_stem(before->lemma, t->lemma) || t->pointing == DL_POINTS_NEAR;
        if (meant && like > j->untold)
            j->untold = like;
        return;
    }
    uint32_t i = 0;
    while (i < j->count && j->clusters[i].cluster != before->cluster)
        i++;
    if (i == j->count)
        j->clusters[j->count++] = (struct judged){.cluster = before->cluster, .most = before};
    struct judged *of = &j->clusters[i];
    of->apart = of->apart || apart;
    if (like > of->like) {
        of->like = like;
        of->most = before;
    }
}

/* What contradicts one telling of a happening contradicts the happening. */
uint32_t dl_cluster_told(const struct dl_coding *coding, const struct dl_telling *t,
                         const struct dl_telling **ret_like)
{
    struct judgement j = {.count = 0};
    uint32_t recent =
        coding->telling_count > COMPARED_MAX ? coding->telling_count - COMPARED_MAX : 0;
    for (uint32_t i = 0; i < recent && i < FIRST_MAX; i++)
        judge(&j, &coding->tellings[i], t);
    for (uint32_t i = recent; i < coding->telling_count; i++)
        judge(&j, &coding->tellings[i], t);
    const struct judged *best = NULL;
    for (uint32_t i = 0; i < j.count; i++)
        if (!j.clusters[i].apart && (!best || j.clusters[i].like > best->like))
            best = &j.clusters[i];
    if (!best || best->like < dl_likeness_min(t) || best->like < j.untold)
        return 0;
    *ret_like = best->most;
    return best->cluster;
}

void dl_put_in_cluster(struct dl_coding *coding, struct dl_telling *t, uint32_t cluster)
{
    struct dl_mention *m = &coding->mentions[t->mention];
    if (!coding->best_mention)
        coding->best_mention =
            dl_arena_array(coding->article->arena, uint32_t, coding->mention_room + 1);
    if (!cluster) {
        cluster = ++coding->cluster_count;
        coding->best_mention[cluster] = t->mention;
        if (!coding->subject && m->type != DL_STATEMENT && m->actuality <= DL_IS_PLANNED)
            coding->subject = cluster;
    } else {
        uint32_t *best = &coding->best_mention[cluster];
        if (!t->again && worth(m) > worth(&coding->mentions[*best]))
            *best = t->mention;
    }
    m->cluster = t->cluster = cluster;
    t->subject = cluster == coding->subject;
}

/* One happening has one key, that of where it is told best. */
static void set_ids(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        struct dl_mention *m = &coding->mentions[i];
        const struct dl_mention *main = &coding->mentions[coding->best_mention[m->cluster]];
        dl_str actor = first_code(main->actor, main->actor_count);
        dl_str recipient = first_code(main->recipient, main->recipient_count);
        dl_str day = main->when ? main->when->start : (dl_str){"", 0};
        m->event_key = dl_arena_printf(coding->article->arena, "%s|%.*s|%.*s|%.*s",
                                       dl_event_type_word(main->type), DL_STR_ARG(actor),
                                       DL_STR_ARG(recipient), DL_STR_ARG(day));
        dl_mention_ids(coding->article->arena, m);
    }
}

#define LENT_SENTENCES 4U /* how far behind an agreement its terms are told */

/* "approved the deployment. … They are to stay from January to March": the terms belong to what was
 * agreed. */
static void lend_terms(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        struct dl_content *content = coding->mentions[i].content;
        if (!content || content->when)
            continue;
        for (uint32_t k = i + 1; k < coding->mention_count; k++) {
            const struct dl_mention *m = &coding->mentions[k];
            if (m->sentence_index > coding->mentions[i].sentence_index + LENT_SENTENCES)
                break;
            if (m->type != content->type || m->modality != DL_PLANNED || !m->when ||
                m->when->basis != DL_WHEN_TEXT)
                continue;
            content->when = m->when;
            content->places = m->places;
            content->places_count = m->places_count;
            break;
        }
    }
}

/* The mention of a verb by which a noun of the sentence that points back goes on: "the attack
 * killed five", "five were killed in the attack", "the deal was reached". */
static struct dl_telling *verb_of(struct dl_coding *coding, const struct dl_telling *noun)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t word = noun->token - coding->sentence->first;
    const struct dl_tree_word *at = &tree->words[word];
    bool in = at->base == DL_REL_OBL &&
              dl_tree_case(tree, word, dl_atom_hash(DL_STR("in"))) != DL_NODE_NONE;
    uint32_t told = dl_tree_child(tree, word, DL_REL_ACL_RELCL); /* "the strikes, which killed" */
    if (told == DL_NODE_NONE && (at->base == DL_REL_NSUBJ || in))
        told = at->head;
    if (told == DL_NODE_NONE)
        return NULL;
    for (uint32_t n = coding->telling_count; n-- > 0;) {
        struct dl_telling *verb = &coding->tellings[n];
        if (verb->sentence != coding->sentence_index)
            break;
        bool same = verb->type == noun->type || (verb->is & noun->may_be);
        if (verb->token == dl_token_of(coding, told) && verb->mention != DL_NODE_NONE &&
            !verb->is_noun && same && verb->polarity == noun->polarity)
            return verb;
    }
    return NULL;
}

void dl_join_verbs(struct dl_coding *coding)
{
    for (uint32_t n = coding->telling_count; n-- > 0;) {
        const struct dl_telling *noun = &coding->tellings[n];
        if (noun->sentence != coding->sentence_index)
            break;
        if (!noun->is_noun || !noun->cluster || noun->pointing == DL_POINTS_NOWHERE)
            continue;
        struct dl_telling *verb = verb_of(coding, noun);
        /* Only what no other sentence tells changes its cluster. */
        if (verb && verb->cluster != noun->cluster && verb->cluster == coding->cluster_count)
            dl_put_in_cluster(coding, verb, noun->cluster);
    }
}

void dl_set_clusters(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        struct dl_mention *m = &coding->mentions[i];
        m->has_main = true;
        m->main = coding->best_mention[m->cluster] == i;
    }
    lend_terms(coding);
    set_ids(coding);
}
