/* Legs on threads. */
#include "relay/leg_thread.h"

static void stop_leg(void *ctx)
{
    struct dl_leg_thread *leg = ctx;
    if (!leg->stop_asked && leg->started && !atomic_load(&leg->finished))
        leg->want.stop(leg->want.ctx);
    leg->stop_asked = true;
}

static void run_leg(void *ctx)
{
    struct dl_leg_thread *leg = ctx;
    leg->status = leg->want.start(leg->want.ctx, leg->loop, leg, &leg->err);
    leg->started = leg->status == DL_OK;
    if (!leg->started)
        atomic_store(&leg->finished, true);
    else if (!atomic_load(&leg->finished))
        dl_loop_run(leg->loop);
}

void dl_leg_start(struct dl_leg_thread *leg, const struct dl_leg_want *want)
{
    *leg = (struct dl_leg_thread){.want = *want};
    leg->loop = dl_loop_new(want->code_threads);
    leg->stop = dl_wake_new(leg->loop, stop_leg, leg);
    if (uv_thread_create(&leg->thread, run_leg, leg) != 0)
        abort(); /* no memory for a thread */
}

void dl_leg_finished(void *ctx, const struct dl_error *err)
{
    struct dl_leg_thread *leg = ctx;
    if (err) {
        leg->err = *err;
        leg->status = err->status;
    }
    atomic_store(&leg->finished, true);
    dl_loop_stop(leg->loop);
}

bool dl_leg_is_finished(const struct dl_leg_thread *leg)
{
    return atomic_load(&leg->finished);
}

void dl_leg_stop(struct dl_leg_thread *leg)
{
    if (leg->loop)
        dl_wake_send(leg->stop);
}

dl_status dl_leg_join(struct dl_leg_thread *leg)
{
    if (!leg->loop)
        return DL_OK;
    (void)uv_thread_join(&leg->thread); /* joinable by construction */
    dl_wake_free(leg->stop);
    dl_loop_free(leg->loop);
    leg->loop = NULL;
    return leg->status;
}
