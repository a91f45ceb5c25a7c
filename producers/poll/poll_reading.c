/* What a fetch brought, with a pool thread. */
#include "producers/poll/poll_leg.h"

struct reading {
    struct dl_poll_leg *leg;
    struct dl_poll_outcome *outcome;
    struct dl_work work;
    void (*read)(struct dl_poll_outcome *outcome, const char *url);
    const char *url; /* in the outcome's arena */
};

static void run(void *ctx)
{
    struct reading *reading = ctx;
    reading->read(reading->outcome, reading->url);
}

static void done(void *ctx)
{
    struct reading *reading = ctx;
    reading->leg->reading--;
    dl_poll_outcome_came(reading->leg, reading->outcome);
    free(reading);
}

void dl_poll_read(struct dl_poll_leg *leg, struct dl_poll_outcome *outcome, dl_str url,
                  void (*read)(struct dl_poll_outcome *outcome, const char *url))
{
    struct reading *reading = dl_alloc(sizeof *reading);
    *reading = (struct reading){.leg = leg, .outcome = outcome, .read = read};
    reading->url = dl_arena_str(&outcome->arena, url).at;
    reading->work = (struct dl_work){run, done, reading, NULL};
    leg->reading++;
    dl_loop_work(leg->loop, DL_QUEUE_CODE, &reading->work);
}
