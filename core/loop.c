/* The loop over libuv, with a pool of its own: libuv's pool also resolves names and reads files,
 * and a slow one of those must not hold up an article.
 *
 *     dl_loop_work ─► queue[CODE] ─► threads ─┐
 *                 ─► queue[STORE] ─► thread  ─┴─► done list ─► uv_async ─► done(ctx) on the loop */
#include "core/loop.h"

#include <signal.h>
#include <unistd.h>
#include <uv.h>

#define LAST_RESORT_S 14U /* above every wait that has an end of its own */
#define CODE_THREADS_MAX 64U

struct uv_dl_loop;

struct work_list {
    struct dl_work *first;
    struct dl_work *last;
};

struct work_queue {
    struct uv_dl_loop *loop;
    struct work_list waiting;
    uv_cond_t filled;
    uv_thread_t threads[CODE_THREADS_MAX];
    unsigned thread_count;
};

struct uv_dl_loop {
    struct dl_loop base;
    uv_loop_t uv;
    uv_mutex_t mutex; /* guards the lists and `stopping` */
    struct work_queue queues[DL_LOOP_QUEUES];
    struct work_list done;
    bool stopping;
    uv_async_t done_async;
    uv_signal_t signals[2];
    void (*on_signal)(void *ctx, int signal);
    void *signal_ctx;
};

struct uv_dl_wake {
    struct dl_wake base;
    uv_async_t async;
    void (*call)(void *ctx);
    void *ctx;
};

static struct uv_dl_loop *of(struct dl_loop *loop)
{
    return (struct uv_dl_loop *)loop;
}

static void must(int result, const char *what)
{
    if (result >= 0)
        return;
    fprintf(stderr, "dateline: %s: %s\n", what, uv_strerror(result));
    abort();
}

/* --- timers --- */

static void on_timer(uv_timer_t *handle)
{
    struct dl_timer *timer = handle->data;
    timer->due(timer->ctx);
}

static void timer_start(struct dl_loop *loop, struct dl_timer *timer, uint64_t wait_ms)
{
    uv_timer_t *handle = timer->impl;
    if (!handle) {
        handle = timer->impl = dl_alloc(sizeof *handle);
        must(uv_timer_init(&of(loop)->uv, handle), "timer");
        handle->data = timer;
    }
    uv_update_time(&of(loop)->uv); /* else a long callback makes the wait shorter */
    must(uv_timer_start(handle, on_timer, wait_ms, 0), "timer");
}

static void timer_stop(struct dl_loop *loop, struct dl_timer *timer)
{
    (void)loop;
    if (timer->impl)
        (void)uv_timer_stop(timer->impl); /* cannot fail on an initialised timer */
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void timer_close(struct dl_loop *loop, struct dl_timer *timer)
{
    timer_stop(loop, timer);
    if (timer->impl)
        uv_close(timer->impl, free_handle);
    timer->impl = NULL;
}

/* --- work --- */

static void push(struct work_list *list, struct dl_work *work)
{
    work->next = NULL;
    if (list->last)
        list->last->next = work;
    else
        list->first = work;
    list->last = work;
}

static struct dl_work *pop(struct work_list *list)
{
    struct dl_work *work = list->first;
    if (work) {
        list->first = work->next;
        if (!list->first)
            list->last = NULL;
    }
    return work;
}

static void pool_thread(void *arg)
{
    struct work_queue *queue = arg;
    struct uv_dl_loop *loop = queue->loop;
    uv_mutex_lock(&loop->mutex);
    for (;;) {
        struct dl_work *work = pop(&queue->waiting);
        if (!work) {
            if (loop->stopping)
                break;
            uv_cond_wait(&queue->filled, &loop->mutex);
            continue;
        }
        uv_mutex_unlock(&loop->mutex);
        work->run(work->ctx);
        uv_mutex_lock(&loop->mutex);
        push(&loop->done, work);
        (void)uv_async_send(&loop->done_async); /* fails only on a closed handle */
    }
    uv_mutex_unlock(&loop->mutex);
}

static void on_done(uv_async_t *async)
{
    struct uv_dl_loop *loop = async->data;
    uv_mutex_lock(&loop->mutex);
    struct dl_work *work = loop->done.first;
    loop->done = (struct work_list){0};
    uv_mutex_unlock(&loop->mutex);
    while (work) {
        struct dl_work *next = work->next; /* `done` may give the work away or start it again */
        work->done(work->ctx);
        work = next;
    }
}

static void loop_work(struct dl_loop *base, enum dl_loop_queue which, struct dl_work *work)
{
    struct uv_dl_loop *loop = of(base);
    struct work_queue *queue = &loop->queues[which];
    uv_mutex_lock(&loop->mutex);
    push(&queue->waiting, work);
    uv_cond_signal(&queue->filled);
    uv_mutex_unlock(&loop->mutex);
}

/* --- wakes --- */

static void on_wake(uv_async_t *async)
{
    struct uv_dl_wake *wake = async->data;
    if (!uv_is_closing((uv_handle_t *)async))
        wake->call(wake->ctx);
}

static void wake_send(struct dl_wake *wake)
{
    (void)uv_async_send(&((struct uv_dl_wake *)wake)->async);
}

static void free_wake(uv_handle_t *handle)
{
    free(handle->data);
}

static void wake_free(struct dl_wake *wake)
{
    uv_close((uv_handle_t *)&((struct uv_dl_wake *)wake)->async, free_wake);
}

static struct dl_wake *wake_new(struct dl_loop *loop, void (*call)(void *ctx), void *ctx)
{
    struct uv_dl_wake *wake = dl_alloc(sizeof *wake);
    wake->base = (struct dl_wake){wake_send, wake_free};
    wake->call = call;
    wake->ctx = ctx;
    must(uv_async_init(&of(loop)->uv, &wake->async, on_wake), "wake");
    wake->async.data = wake;
    return &wake->base;
}

/* --- clocks --- */

static uint64_t now_ms(struct dl_loop *loop)
{
    (void)loop;
    return uv_hrtime() / 1000000;
}

static int64_t wall_ms(struct dl_loop *loop)
{
    (void)loop;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const struct dl_loop_kind uv_kind = {
    timer_start, timer_stop, timer_close, loop_work, wake_new, now_ms, wall_ms,
};

/* --- life --- */

static void start_threads(struct uv_dl_loop *loop, enum dl_loop_queue which, unsigned count)
{
    struct work_queue *queue = &loop->queues[which];
    queue->loop = loop;
    queue->thread_count = count;
    must(uv_cond_init(&queue->filled), "pool");
    for (unsigned i = 0; i < count; i++)
        must(uv_thread_create(&queue->threads[i], pool_thread, queue), "pool thread");
}

struct dl_loop *dl_loop_new(unsigned code_threads)
{
    struct uv_dl_loop *loop = dl_alloc(sizeof *loop);
    loop->base.kind = &uv_kind;
    must(uv_loop_init(&loop->uv), "loop");
    must(uv_mutex_init(&loop->mutex), "loop");
    must(uv_async_init(&loop->uv, &loop->done_async, on_done), "loop");
    loop->done_async.data = loop;
    unsigned count = code_threads ? code_threads : uv_available_parallelism();
    start_threads(loop, DL_QUEUE_CODE, count < CODE_THREADS_MAX ? count : CODE_THREADS_MAX);
    start_threads(loop, DL_QUEUE_STORE, 1);
    return &loop->base;
}

struct uv_loop_s *dl_loop_uv(struct dl_loop *loop)
{
    return &of(loop)->uv;
}

void dl_loop_run(struct dl_loop *loop)
{
    (void)uv_run(&of(loop)->uv, UV_RUN_DEFAULT); /* how many handles are left matters to nobody */
}

void dl_loop_stop(struct dl_loop *loop)
{
    uv_stop(&of(loop)->uv);
}

static void stop_threads(struct uv_dl_loop *loop)
{
    uv_mutex_lock(&loop->mutex);
    loop->stopping = true;
    for (int q = 0; q < DL_LOOP_QUEUES; q++)
        uv_cond_broadcast(&loop->queues[q].filled);
    uv_mutex_unlock(&loop->mutex);
    for (int q = 0; q < DL_LOOP_QUEUES; q++) {
        for (unsigned i = 0; i < loop->queues[q].thread_count; i++)
            must(uv_thread_join(&loop->queues[q].threads[i]), "pool thread");
        uv_cond_destroy(&loop->queues[q].filled);
    }
}

void dl_loop_free(struct dl_loop *base)
{
    if (!base)
        return;
    struct uv_dl_loop *loop = of(base);
    stop_threads(loop);
    uv_close((uv_handle_t *)&loop->done_async, NULL);
    if (loop->on_signal)
        for (int i = 0; i < 2; i++)
            uv_close((uv_handle_t *)&loop->signals[i], NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT); /* lets the closing handles end */
    must(uv_loop_close(&loop->uv), "loop: a handle was left open");
    uv_mutex_destroy(&loop->mutex);
    free(loop);
}

/* A library that never comes back must not keep a process that was asked to go: what is not
 * committed then is done again. Only what a handler may call. */
static void on_last_resort(int number)
{
    static const char text[] = "dateline: stopping takes too long, leaving without\n";
    (void)number;
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written; /* nobody to tell */
    _exit(1);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct uv_dl_loop *loop = handle->data;
    struct sigaction action = {.sa_handler = on_last_resort};
    (void)sigemptyset(&action.sa_mask);      /* cannot fail */
    (void)sigaction(SIGALRM, &action, NULL); /* nor this, on this signal */
    (void)alarm(LAST_RESORT_S);
    loop->on_signal(loop->signal_ctx, number);
}

void dl_loop_on_stop_signal(struct dl_loop *base, void (*call)(void *ctx, int signal), void *ctx)
{
    struct uv_dl_loop *loop = of(base);
    static const int numbers[2] = {SIGTERM, SIGINT};
    loop->on_signal = call;
    loop->signal_ctx = ctx;
    for (int i = 0; i < 2; i++) {
        must(uv_signal_init(&loop->uv, &loop->signals[i]), "signal");
        loop->signals[i].data = loop;
        must(uv_signal_start(&loop->signals[i], on_signal, numbers[i]), "signal");
        uv_unref((uv_handle_t *)&loop->signals[i]); /* a loop with nothing else to do ends */
    }
}

/* --- the contract's front --- */

void dl_timer_start(struct dl_loop *loop, struct dl_timer *timer, uint64_t wait_ms)
{
    loop->kind->timer_start(loop, timer, wait_ms);
}

void dl_timer_stop(struct dl_loop *loop, struct dl_timer *timer)
{
    loop->kind->timer_stop(loop, timer);
}

void dl_timer_close(struct dl_loop *loop, struct dl_timer *timer)
{
    loop->kind->timer_close(loop, timer);
}

void dl_loop_work(struct dl_loop *loop, enum dl_loop_queue queue, struct dl_work *work)
{
    loop->kind->work(loop, queue, work);
}

struct dl_wake *dl_wake_new(struct dl_loop *loop, void (*call)(void *ctx), void *ctx)
{
    return loop->kind->wake_new(loop, call, ctx);
}

void dl_wake_send(struct dl_wake *wake)
{
    wake->send(wake);
}

void dl_wake_free(struct dl_wake *wake)
{
    if (wake)
        wake->free(wake);
}

uint64_t dl_loop_now_ms(struct dl_loop *loop)
{
    return loop->kind->now_ms(loop);
}

int64_t dl_loop_wall_ms(struct dl_loop *loop)
{
    return loop->kind->wall_ms(loop);
}
