/* From chances to a decision: what frames and model together make of a word. Pure; the coder and
 * those who measure it ask the same (train/event_folds.c tries other limits).
 *
 * Owner    nothing.   Threads  any.   Errors  none. */
#ifndef DL_WORKERS_EVENTS_DECIDE_H
#define DL_WORKERS_EVENTS_DECIDE_H

#include "workers/knowledge/verdicts.h"

/* How sure the model must be. */
struct dl_verdict_limits {
    float add;    /* for an event, where no frame is */
    float rescue; /* likewise, where the gate is against it */
    /* Against a frame that asks for its word alone, and against one that asks for more. */
    struct {
        float reason; /* for sport, film, markets … */
        float none;   /* for no event at all */
        float least;  /* for its type, where no event is likelier than not */
        float turn;   /* for another type */
    } against[2];
};
extern const struct dl_verdict_limits dl_verdict_limits;
/* Where no frame is asked. */
#define DL_ALONE_CHANCE 0.50F

/* What the frames say of a word. */
struct dl_verdict_case {
    int32_t type; /* the frame's, or DL_TYPE_NONE where there is none */
    bool held;    /* the gate is against it */
    bool settled; /* by a reason that is not the model's to doubt: an opinion, a figure of speech */
    bool exact;   /* asks for more than its word */
    bool noun;
    bool told;    /* as fact */
    bool shifted; /* rules have made another type of it */
};

/* The type it is, or DL_TYPE_NONE. */
int32_t dl_decided_type(const struct dl_verdict_limits *limits, const struct dl_verdict_case *what,
                        const float chances[static DL_VERDICTS]);

#endif
