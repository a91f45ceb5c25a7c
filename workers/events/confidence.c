/* A mention's confidence: logistic regression on what is known of its parties, its type, and how
 * likely the model of events holds that. The features are those of train/confidence.py, which fits
 * the weights. */
#include "workers/events/room.h"

#include <math.h>

enum weight {
#define DL_WEIGHT(name, weight) WEIGHT_##name,
#include "workers/events/confidence.def"
    WEIGHTS
};

static const double weights[WEIGHTS] = {
#define DL_WEIGHT(name, weight) weight,
#include "workers/events/confidence.def"
};

#define CHANCE_MIN 0.02 /* surer than that no model is */
#define TYPE_BASE 1.1   /* log odds of a type alone: three in four are right */

static double weight_of_type(int32_t type)
{
    static const struct {
        int32_t type;
        enum weight weight;
    } types[] = {
        {DL_AGREE, WEIGHT_TYPE_AGREE},         {DL_CONSULT, WEIGHT_TYPE_CONSULT},
        {DL_SUPPORT, WEIGHT_TYPE_SUPPORT},     {DL_CONCEDE, WEIGHT_TYPE_CONCEDE},
        {DL_COOPERATE, WEIGHT_TYPE_COOPERATE}, {DL_AID, WEIGHT_TYPE_AID},
        {DL_RETREAT, WEIGHT_TYPE_RETREAT},     {DL_REQUEST, WEIGHT_TYPE_REQUEST},
        {DL_ACCUSE, WEIGHT_TYPE_ACCUSE},       {DL_REJECT, WEIGHT_TYPE_REJECT},
        {DL_THREATEN, WEIGHT_TYPE_THREATEN},   {DL_PROTEST, WEIGHT_TYPE_PROTEST},
        {DL_SANCTION, WEIGHT_TYPE_SANCTION},   {DL_MOBILIZE, WEIGHT_TYPE_MOBILIZE},
        {DL_COERCE, WEIGHT_TYPE_COERCE},       {DL_ASSAULT, WEIGHT_TYPE_ASSAULT},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return weights[types[i].weight];
    return 0;
}

static bool is_named(const struct dl_actor *actor)
{
    return dl_str_is(actor->resolved_by, "name") || dl_str_is(actor->resolved_by, "country");
}

static bool is_lent(const struct dl_actor *actor)
{
    return !is_named(actor) && !dl_str_is(actor->resolved_by, "role") &&
           !dl_str_is(actor->resolved_by, "place");
}

static double chance(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

/* Four decimals: the last bits of exp() differ between libraries, and reports must not. */
static double rounded(double value)
{
    return round(value * 10000) / 10000;
}

void dl_set_chance(const struct dl_coding *coding, const struct dl_happening *h,
                   struct dl_mention *m)
{
    m->confidences = dl_arena_alloc(coding->article->arena, sizeof *m->confidences);
    m->confidences->type = h->chance > 0
                               ? rounded(fmin(fmax((double)h->chance, CHANCE_MIN), 1 - CHANCE_MIN))
                               : rounded(chance(TYPE_BASE + weight_of_type(m->type)));
    m->confidences->has_type = true;
}

void dl_set_confidence(const struct dl_coding *coding, struct dl_mention *m)
{
    struct dl_confidences *confidences =
        dl_arena_alloc(coding->article->arena, sizeof *confidences);
    *confidences = *m->confidences; /* a mention told again has its own */
    m->confidences = confidences;
    double type = confidences->type;
    double sum = weights[WEIGHT_BIAS] + weight_of_type(m->type) +
                 weights[WEIGHT_CHANCE] * log(type / (1 - type));
    if (m->actor_count == 0)
        sum += weights[WEIGHT_NO_ACTOR];
    else
        sum += (m->actor[0].country.len > 0) * weights[WEIGHT_ACTOR_COUNTRY] +
               is_named(&m->actor[0]) * weights[WEIGHT_ACTOR_NAMED] +
               is_lent(&m->actor[0]) * weights[WEIGHT_ACTOR_LENT];
    if (m->recipient_count == 0)
        sum += weights[WEIGHT_NO_RECIPIENT];
    else
        sum += (m->recipient[0].country.len > 0) * weights[WEIGHT_RECIPIENT_COUNTRY] +
               is_named(&m->recipient[0]) * weights[WEIGHT_RECIPIENT_NAMED] +
               is_lent(&m->recipient[0]) * weights[WEIGHT_RECIPIENT_LENT];
    sum += m->reciprocal * weights[WEIGHT_RECIPROCAL] + m->reported * weights[WEIGHT_REPORTED] +
           (m->content != NULL) * weights[WEIGHT_CONTENT];
    m->confidence = rounded(chance(sum));
    m->has_confidence = true;
    double actors = m->confidence / m->confidences->type;
    m->confidences->actors = rounded(actors < 1 ? actors : 1);
    m->confidences->has_actors = true;
}
