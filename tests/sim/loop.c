/* Timers and work of the simulated loop: work takes a drawn time and one order of many. */
#include "tests/sim/world.h"

#include <stddef.h>

#define WORK_MS_MAX 40U
#define WALL_MS 1767225600000LL /* 2026-01-01, where simulated wall clocks start */

static struct sim_member *member_of(struct dl_loop *loop)
{
    return (struct sim_member *)((char *)loop - offsetof(struct sim_member, loop));
}

/* --- timers: each start has a number, and only the latest fires --- */

struct sim_timer {
    struct dl_timer *timer; /* NULL when closed */
    uint64_t number;
    uint32_t events; /* that still point here */
};

struct due {
    struct sim_timer *timer;
    uint64_t number;
};

static void fire(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)sim;
    struct due *due = ctx;
    struct sim_timer *impl = due->timer;
    bool live = impl->timer && impl->number == due->number && !member->ghost;
    free(due);
    impl->events--;
    if (!impl->timer && impl->events == 0)
        free(impl);
    else if (live)
        impl->timer->due(impl->timer->ctx);
}

static void timer_start(struct dl_loop *loop, struct dl_timer *timer, uint64_t wait_ms)
{
    struct sim_member *member = member_of(loop);
    struct sim_timer *impl = timer->impl;
    if (!impl) {
        impl = timer->impl = dl_alloc(sizeof *impl);
        impl->timer = timer;
    }
    struct due *due = dl_alloc(sizeof *due);
    *due = (struct due){impl, ++impl->number};
    impl->events++;
    sim_at(member->sim, wait_ms, member, fire, due);
}

static void timer_stop(struct dl_loop *loop, struct dl_timer *timer)
{
    (void)loop;
    struct sim_timer *impl = timer->impl;
    if (impl)
        impl->number++;
}

static void timer_close(struct dl_loop *loop, struct dl_timer *timer)
{
    (void)loop;
    struct sim_timer *impl = timer->impl;
    timer->impl = NULL;
    if (!impl)
        return;
    impl->timer = NULL;
    if (impl->events == 0)
        free(impl);
}

/* --- work --- */

static void do_work(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)sim;
    (void)member;
    struct dl_work *work = ctx;
    work->run(work->ctx);
    work->done(work->ctx);
}

static void loop_work(struct dl_loop *loop, enum dl_loop_queue queue, struct dl_work *work)
{
    (void)queue;
    struct sim_member *member = member_of(loop);
    sim_at(member->sim, 1 + sim_draw(member->sim, WORK_MS_MAX), member, do_work, work);
    sim_mark_work(member->sim);
}

/* --- the rest --- */

static struct dl_wake *wake_new(struct dl_loop *loop, void (*call)(void *ctx), void *ctx)
{
    (void)loop;
    (void)call;
    (void)ctx;
    abort(); /* no leg wakes its own loop */
}

static uint64_t now_ms(struct dl_loop *loop)
{
    return member_of(loop)->sim->now_ms;
}

static int64_t wall_ms(struct dl_loop *loop)
{
    return WALL_MS + (int64_t)member_of(loop)->sim->now_ms;
}

void sim_loop_init(struct sim_member *member)
{
    static const struct dl_loop_kind kind = {
        timer_start, timer_stop, timer_close, loop_work, wake_new, now_ms, wall_ms,
    };
    member->loop.kind = &kind;
}
