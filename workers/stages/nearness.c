/* How near things of a text stand to each other. */
#include "workers/stages/nearness.h"

#define CLAUSE_POINTS 40
#define BELOW_POINTS 25
#define CLIMB_MAX 32U      /* clauses */
#define CROSSING_POINTS 12 /* a comma or "and" lies between */

uint32_t dl_token_distance(uint32_t first, uint32_t count, uint32_t trigger)
{
    if (trigger < first)
        return first - trigger;
    return trigger < first + count ? 0 : trigger - (first + count - 1);
}

bool dl_is_below(const struct dl_article *article, uint32_t token, uint32_t trigger)
{
    uint32_t clause = dl_clause_of(article, trigger);
    uint32_t at = dl_clause_of(article, token);
    for (uint32_t n = 0; n < CLIMB_MAX && at != clause; n++) {
        uint32_t up = article->tokens[at].head;
        if (article->tokens[at].relation == DL_REL_ROOT || up >= article->token_count || up == at)
            return false;
        at = dl_clause_of(article, up);
        if (at == clause)
            return true;
    }
    return false;
}

/* In the trigger's clause, in one above it, or in one that only hangs below it? */
static int points_of_clauses(const struct dl_article *article, uint32_t head, uint32_t trigger)
{
    if (dl_clause_of(article, head) == dl_clause_of(article, trigger))
        return CLAUSE_POINTS;
    return dl_is_below(article, head, trigger) ? -BELOW_POINTS : 0;
}

int dl_points_near(const struct dl_article *article, uint32_t first, uint32_t count,
                   uint32_t trigger, uint32_t sentence)
{
    uint32_t far = dl_token_distance(first, count, trigger);
    int points = -(int)(far < DL_FAR_TOKENS ? far : DL_FAR_TOKENS);
    if (dl_has_tree(article, sentence)) {
        uint32_t head = first;
        for (uint32_t i = first; i < first + count; i++) { /* the phrase's own head */
            uint32_t up = article->tokens[i].head;
            if (up < first || up >= first + count)
                head = i;
        }
        return points + points_of_clauses(article, head, trigger);
    }
    uint32_t from = trigger < first ? trigger : first + count;
    uint32_t to = trigger < first ? first : trigger;
    to = to > from + DL_FAR_TOKENS ? from + DL_FAR_TOKENS : to;
    for (uint32_t i = from; i < to; i++)
        if (dl_token_is(article, i, ",") || dl_token_is(article, i, ";") ||
            dl_token_is(article, i, "while") || dl_token_is(article, i, "when"))
            points -= CROSSING_POINTS;
    return points;
}
