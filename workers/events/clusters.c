/* An article tells its main event several times: mentions of one happening share a cluster, and the
 * best told is its main one. */
#include "proto/id.h"
#include "proto/words.h"
#include "workers/events/room.h"

static dl_str first_code(const struct dl_actor *actors, uint32_t count)
{
    return count ? actors[0].code : (dl_str){"", 0};
}

/* The same country, or one of them untold. */
static bool agree(const struct dl_actor *a, uint32_t a_count, const struct dl_actor *b,
                  uint32_t b_count)
{
    if (a_count == 0 || b_count == 0 || a[0].country.len == 0 || b[0].country.len == 0)
        return true;
    for (uint32_t i = 0; i < a_count; i++)
        for (uint32_t k = 0; k < b_count; k++)
            if (dl_str_eq(a[i].country, b[k].country))
                return true;
    return false;
}

static bool is_told(const struct dl_mention *m)
{
    return m->actuality == DL_IS_ASSERTED || m->actuality == DL_IS_REPORTED;
}

static bool same_happening(const struct dl_mention *a, const struct dl_mention *b)
{
    if (a->type != b->type || !(a->actuality == b->actuality || (is_told(a) && is_told(b))))
        return false;
    bool apart = a->when && b->when && a->when->basis == DL_WHEN_TEXT &&
                 b->when->basis == DL_WHEN_TEXT && !dl_str_eq(a->when->start, b->when->start) &&
                 a->sentence_index + 1 < b->sentence_index;
    if (apart)
        return false;
    if (a->content && b->content && a->content->type && b->content->type &&
        a->content->type != b->content->type)
        return false;
    return agree(a->actor, a->actor_count, b->actor, b->actor_count) &&
           agree(a->recipient, a->recipient_count, b->recipient, b->recipient_count);
}

/* How much a mention tells; the first of equals is the main one. */
static int worth(const struct dl_mention *m)
{
    int worth = 0;
    worth += m->actor_count ? 4 : 0;
    worth += m->actor_count && m->actor[0].country.len ? 4 : 0;
    worth += m->recipient_count ? 2 : 0;
    worth += m->recipient_count && m->recipient[0].country.len ? 2 : 0;
    worth += m->when && m->when->basis == DL_WHEN_TEXT ? 1 : 0;
    worth += m->lede ? 2 : 0;
    return worth;
}

#define COMPARED_MAX 400U /* mentions looked back at: an article's telling is not longer */

static void set_ids(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        struct dl_mention *m = &coding->mentions[i];
        dl_str actor = first_code(m->actor, m->actor_count);
        dl_str recipient = first_code(m->recipient, m->recipient_count);
        dl_str day = m->when ? m->when->start : (dl_str){"", 0};
        m->event_key = dl_arena_printf(coding->article->arena, "%s|%.*s|%.*s|%.*s",
                                       dl_event_type_word(m->type), DL_STR_ARG(actor),
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

void dl_set_clusters(struct dl_coding *coding)
{
    uint32_t clusters = 0;
    uint32_t *best = dl_arena_array(coding->article->arena, uint32_t, coding->mention_count + 1);
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        struct dl_mention *m = &coding->mentions[i];
        uint32_t from = i > COMPARED_MAX ? i - COMPARED_MAX : 0;
        m->has_main = true;
        for (uint32_t k = from; k < i && !m->cluster; k++)
            if (same_happening(&coding->mentions[k], m))
                m->cluster = coding->mentions[k].cluster;
        if (!m->cluster) {
            m->cluster = ++clusters;
            best[m->cluster] = i;
        } else if (worth(m) > worth(&coding->mentions[best[m->cluster]])) {
            best[m->cluster] = i;
        }
    }
    for (uint32_t c = 1; c <= clusters; c++)
        coding->mentions[best[c]].main = true;
    lend_terms(coding);
    set_ids(coding);
}
