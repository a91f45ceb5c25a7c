/* A client without a group, and a loop that runs until the answer is there. */
#include "relay/look.h"

#include "core/loop.h"

struct dl_look {
    struct dl_log *log;
    struct dl_loop *loop;
    struct dl_bus *bus;
    bool answered;
    bool failed;
    struct dl_error err;
};

static void answer(struct dl_look *look, const struct dl_error *err)
{
    if (err && !look->failed) {
        look->failed = true;
        look->err = *err;
    }
    look->answered = true;
    dl_loop_stop(look->loop);
}

static void on_acked(void *leg, void *token, const struct dl_error *err)
{
    (void)token;
    answer(leg, err);
}

static void on_failed(void *leg, const struct dl_error *err)
{
    answer(leg, err);
}

static void on_closed(void *leg)
{
    answer(leg, NULL);
}

static void wait_for(struct dl_look *look)
{
    while (!look->answered)
        dl_loop_run(look->loop);
    look->answered = false;
}

dl_status dl_look_open(struct dl_log *log, struct dl_look **ret, struct dl_error *err)
{
    static const struct dl_bus_calls calls = {
        .acked = on_acked, .failed = on_failed, .closed = on_closed};
    struct dl_look *look = dl_alloc(sizeof *look);
    look->log = log;
    look->loop = dl_loop_new(1);
    struct dl_bus_want want = {.calls = &calls, .leg = look};
    dl_status status = dl_bus_open(log, look->loop, &want, &look->bus, err);
    if (status != DL_OK) {
        dl_loop_free(look->loop);
        free(look);
        return status;
    }
    *ret = look;
    return DL_OK;
}

void dl_look_close(struct dl_look *look)
{
    if (!look)
        return;
    dl_bus_close(look->bus);
    wait_for(look);
    dl_bus_free(look->bus);
    dl_loop_free(look->loop);
    free(look);
}

struct reading {
    struct dl_look *look;
    void (*each)(void *ctx, const struct dl_record *record);
    void *ctx;
    uint32_t left; /* partitions not yet at their end */
};

static void each_record(void *ctx, const struct dl_record *record)
{
    struct reading *reading = ctx;
    reading->each(reading->ctx, record);
}

static void read_done(void *ctx, const struct dl_error *err)
{
    struct reading *reading = ctx;
    if (--reading->left == 0 || err)
        answer(reading->look, err);
}

static dl_status result(struct dl_look *look, struct dl_error *err)
{
    if (!look->failed)
        return DL_OK;
    *err = look->err;
    return err->status;
}

dl_status dl_look_read(struct dl_look *look, enum dl_topic topic,
                       void (*each)(void *ctx, const struct dl_record *record), void *ctx,
                       struct dl_error *err)
{
    uint32_t partitions = 0;
    struct reading reading = {look, each, ctx, 0};
    dl_status status = dl_log_partitions(look->log, topic, &partitions, err);
    if (status != DL_OK)
        return status;
    reading.left = partitions; /* all at once: what takes time is the way to the brokers */
    for (uint32_t p = 0; p < partitions; p++)
        dl_bus_restore(look->bus, (struct dl_part){topic, (int32_t)p},
                       (struct dl_bus_restore){each_record, read_done, &reading});
    while (reading.left > 0 && !look->failed)
        wait_for(look);
    return result(look, err);
}

dl_status dl_look_send(struct dl_look *look, const struct dl_record *record, struct dl_error *err)
{
    dl_status status = dl_bus_send(look->bus, record, NULL);
    if (status != DL_OK)
        return dl_fail(err, status, "%s: the record is not taken", dl_status_name(status));
    wait_for(look);
    return result(look, err);
}

dl_str dl_header_of(const struct dl_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->header_count; i++)
        if (dl_str_is(record->headers[i].name, name))
            return record->headers[i].value;
    return (dl_str){NULL, 0};
}
