/* librdkafka inside a libuv loop: its queues write a byte into a pipe when they fill, and so do
 * the client's threads; the loop then looks everywhere. The pipe says only that something came:
 * a queue writes once, when it stops being empty. */
#include "core/kafka_client.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct kafka_pump {
    uv_poll_t poll;
    int ends[2];
    void (*serve)(void *ctx);
    void *ctx;
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct kafka_pump *pump = poll->data;
    (void)status; /* a pipe of our own has no errors */
    (void)events;
    char bytes[512];
    while (read(pump->ends[0], bytes, sizeof bytes) == (ssize_t)sizeof bytes) {
    }
    pump->serve(pump->ctx);
}

struct kafka_pump *dl_kafka_pump_new(struct dl_loop *loop, void (*serve)(void *ctx), void *ctx)
{
    struct kafka_pump *pump = dl_alloc(sizeof *pump);
    pump->serve = serve;
    pump->ctx = ctx;
    if (pipe2(pump->ends, O_NONBLOCK | O_CLOEXEC) ||
        uv_poll_init(dl_loop_uv(loop), &pump->poll, pump->ends[0])) {
        fprintf(stderr, "dateline: pipe: %s\n", strerror(errno));
        abort(); /* no file descriptors at start */
    }
    pump->poll.data = pump;
    (void)uv_poll_start(&pump->poll, UV_READABLE, on_readable); /* fails only on a closed handle */
    return pump;
}

void dl_kafka_poke(struct kafka_pump *pump)
{
    ssize_t written = write(pump->ends[1], "1", 1);
    (void)written; /* a full pipe will be read anyway */
}

void dl_kafka_pump_watch(struct kafka_pump *pump, rd_kafka_queue_t *queue)
{
    rd_kafka_queue_io_event_enable(queue, pump->ends[1], "1", 1);
    dl_kafka_poke(pump); /* what came before made no byte */
}

void dl_kafka_pump_unwatch(rd_kafka_queue_t *queue)
{
    rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
}

static void on_closed(uv_handle_t *handle)
{
    struct kafka_pump *pump = handle->data;
    for (int i = 0; i < 2; i++)
        if (pump->ends[i] >= 0)
            (void)close(pump->ends[i]); /* nothing written there matters any more */
    free(pump);
}

static void on_left(uv_handle_t *handle)
{
    (void)handle;
}

void dl_kafka_pump_free(struct kafka_pump *pump, bool leak)
{
    uv_close((uv_handle_t *)&pump->poll, leak ? on_left : on_closed);
}
