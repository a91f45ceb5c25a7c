/* Threads for what blocks in librdkafka: jobs go there in order and come back to the loop. */
#include "core/kafka_client.h"

#include <pthread.h>

#define CALL_FORSAKEN ULLONG_MAX

static atomic_uint stuck; /* forsaken threads of the process that have not come back */

static struct kafka_job *pop(struct kafka_job **first, struct kafka_job **last)
{
    struct kafka_job *job = *first;
    if (job) {
        *first = job->next;
        if (!*first)
            *last = NULL;
    }
    return job;
}

static void push(struct kafka_job **first, struct kafka_job **last, struct kafka_job *job)
{
    job->next = NULL;
    if (*last)
        (*last)->next = job;
    else
        *first = job;
    *last = job;
}

static void run_jobs(void *arg)
{
    struct kafka_thread *thread = arg;
    struct kafka_client *client = thread->client;
    uv_mutex_lock(&client->mutex);
    for (;;) {
        struct kafka_job *job = pop(&thread->first, &thread->last);
        if (!job) {
            if (thread->stops)
                break;
            uv_cond_wait(&thread->came, &client->mutex);
            continue;
        }
        uv_mutex_unlock(&client->mutex);
        job->run(job);
        if (atomic_load(&thread->call) == CALL_FORSAKEN) { /* the client may be gone, the job is */
            uv_cond_destroy(&thread->came);
            free(thread);
            atomic_fetch_sub(&stuck, 1);
            return;
        }
        uv_mutex_lock(&client->mutex);
        push(&client->done_first, &client->done_last, job);
        dl_kafka_poke(client->pump);
    }
    uv_mutex_unlock(&client->mutex);
}

static void start_thread(struct kafka_client *client, struct kafka_thread *thread)
{
    if (thread->runs)
        return;
    thread->client = client;
    thread->runs = true;
    if (uv_cond_init(&thread->came) || uv_thread_create(&thread->thread, run_jobs, thread))
        abort(); /* no memory for a thread */
}

struct kafka_thread *dl_kafka_thread_new(void)
{
    return dl_alloc(sizeof(struct kafka_thread));
}

void dl_kafka_do(struct kafka_client *client, struct kafka_thread *thread, struct kafka_job *job)
{
    job->client = client;
    job->thread = thread;
    job->consumer = client->consumer;
    start_thread(client, thread);
    uv_mutex_lock(&client->mutex);
    push(&thread->first, &thread->last, job);
    uv_cond_signal(&thread->came);
    uv_mutex_unlock(&client->mutex);
}

struct destroy_job {
    struct kafka_job base;
    rd_kafka_t *handle;
};

static void run_destroy(struct kafka_job *base)
{
    rd_kafka_destroy_flags(((struct destroy_job *)base)->handle,
                           RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

static void destroyed(struct kafka_job *base)
{
    free(base);
}

void dl_kafka_destroy(struct kafka_client *client, struct kafka_thread *thread, rd_kafka_t *handle)
{
    struct destroy_job *job = dl_alloc(sizeof *job);
    job->base.run = run_destroy;
    job->base.done = destroyed;
    job->handle = handle;
    dl_kafka_do(client, thread, &job->base);
}

void dl_kafka_thread_stop(struct kafka_thread *thread)
{
    if (thread && thread->runs) {
        uv_mutex_lock(&thread->client->mutex);
        thread->stops = true;
        uv_cond_signal(&thread->came);
        uv_mutex_unlock(&thread->client->mutex);
        (void)uv_thread_join(&thread->thread); /* joinable by construction */
        uv_cond_destroy(&thread->came);
    }
    free(thread);
}

/* --- calls that may not come back --- */

void dl_kafka_call_begins(struct kafka_thread *thread)
{
    atomic_fetch_add(&thread->call, 1);
}

bool dl_kafka_call_ends(struct kafka_thread *thread)
{
    unsigned long long call = atomic_load(&thread->call);
    return call != CALL_FORSAKEN && atomic_compare_exchange_strong(&thread->call, &call, call + 1);
}

uint32_t dl_kafka_call_ticks(struct kafka_thread *thread)
{
    unsigned long long call = atomic_load(&thread->call);
    bool same = call % 2 == 1 && call == thread->call_watched;
    thread->call_watched = call;
    thread->call_ticks = same ? thread->call_ticks + 1 : 0;
    return thread->call_ticks;
}

uint32_t dl_kafka_stuck(void)
{
    return atomic_load(&stuck);
}

bool dl_kafka_forsake(struct kafka_thread *thread, struct kafka_thread *heir)
{
    struct kafka_client *client = thread->client;
    unsigned long long call = thread->call_watched;
    if (call % 2 == 0 || !atomic_compare_exchange_strong(&thread->call, &call, CALL_FORSAKEN))
        return false; /* it has just come back */
    atomic_fetch_add(&stuck, 1);
    uv_mutex_lock(&client->mutex);
    heir->first = thread->first;
    heir->last = thread->last;
    thread->first = thread->last = NULL;
    uv_mutex_unlock(&client->mutex);
    for (struct kafka_job *job = heir->first; job; job = job->next)
        job->thread = heir;
    (void)pthread_detach(thread->thread); /* nobody waits for it */
    start_thread(client, heir);
    return true;
}

bool dl_kafka_wait(struct kafka_client *client, uint64_t ms)
{
    uint64_t end_ns = uv_hrtime() + ms * 1000000;
    uv_mutex_lock(&client->mutex);
    while (!atomic_load(&client->closing)) {
        uint64_t now_ns = uv_hrtime();
        if (now_ns >= end_ns ||
            uv_cond_timedwait(&client->stopped, &client->mutex, end_ns - now_ns) != 0)
            break;
    }
    uv_mutex_unlock(&client->mutex);
    return !atomic_load(&client->closing);
}

int dl_kafka_patience(struct kafka_client *client, int ms)
{
    if (!atomic_load(&client->closing))
        return ms;
    uint64_t end_ns = atomic_load(&client->close_end_ns);
    uint64_t now_ns = uv_hrtime();
    if (now_ns >= end_ns)
        return 0;
    uint64_t left_ms = (end_ns - now_ns) / 1000000 + 1;
    return left_ms < (uint64_t)ms ? (int)left_ms : ms;
}
