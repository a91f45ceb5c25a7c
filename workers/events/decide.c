/* What is not told as fact is left to the frames, and statements are theirs. Against a frame that
 * asks for more than its word the model must be surer. */
#include "workers/events/decide.h"

/* Chosen over the training sentences, each judged by a model that had not seen its file
 * (docs/decisions/0014). Who marks a sentence marks what it tells above all: that a word is like
 * any other says less against a frame than that it is like those of sport or of films. */
const struct dl_verdict_limits dl_verdict_limits = {
    .add = 0.40F,
    .rescue = 0.60F,
    .against = {{.reason = 0.30F, .none = 0.65F, .least = 0.03F, .turn = 0.50F},
                {.reason = 0.30F, .none = 0.70F, .least = 0.03F, .turn = 0.50F}}};

static bool is_refused(const struct dl_verdict_limits *limits, const struct dl_verdict_case *what,
                       const float *chances)
{
    bool exact = what->exact || what->noun; /* nouns, too, are seldom marked */
    float none = dl_no_event_chance(chances);
    float reason = none - chances[DL_VERDICT_NONE];
    if (!what->told || what->type == DL_STATEMENT)
        return false;
    if (none > limits->against[exact].none || reason > limits->against[exact].reason)
        return true;
    /* What rules have made of an act ("said that it must") is seldom marked as they make it. */
    return !what->shifted && none > 0.5F && chances[what->type] < limits->against[exact].least;
}

int32_t dl_decided_type(const struct dl_verdict_limits *limits, const struct dl_verdict_case *what,
                        const float chances[static DL_VERDICTS])
{
    int32_t type = dl_likeliest_type(chances);
    bool statement = type == DL_STATEMENT;
    if (what->type == DL_TYPE_NONE)
        return !statement && chances[type] >= limits->add ? type : DL_TYPE_NONE;
    if (what->held && (what->settled || statement || chances[type] < limits->rescue))
        return DL_TYPE_NONE;
    if (!what->held && is_refused(limits, what, chances))
        return DL_TYPE_NONE;
    bool turns = type != what->type && !statement && !what->shifted &&
                 chances[type] > limits->against[what->exact].turn;
    return turns ? type : what->type;
}
