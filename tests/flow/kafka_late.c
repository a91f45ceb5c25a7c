/* Offsets that arrive late, over real Kafka: the call that adds them to a transaction times out, as
 * it does when a broker stalls, and what it asked for comes while the producer's next transaction
 * is open. The two calls of librdkafka below stand before the library's own. */
#include "tests/flow/kafka_late.h"

#include "core/loop.h"
#include "tests/unit/cm.h"

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>

#define WAIT_MS 60000
#define ASK_MS 10000

static const struct log_maker *maker;
static const enum dl_topic articles[] = {DL_TOPIC_ARTICLES};

/* --- the late request --- */

static struct {
    bool armed;
    rd_kafka_t *producer;
    rd_kafka_topic_partition_list_t *offsets; /* NULL: nothing is late */
    rd_kafka_consumer_group_metadata_t *member;
    const rd_kafka_error_t *error;
} late;

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

static rd_kafka_consumer_group_metadata_t *
copy_member(const rd_kafka_consumer_group_metadata_t *member)
{
    void *bytes = NULL;
    size_t count = 0;
    rd_kafka_consumer_group_metadata_t *copy = NULL;
    rd_kafka_error_t *error = rd_kafka_consumer_group_metadata_write(member, &bytes, &count);
    if (!error)
        error = rd_kafka_consumer_group_metadata_read(&copy, bytes, count);
    if (error)
        abort();
    rd_kafka_mem_free(NULL, bytes);
    return copy;
}

rd_kafka_error_t *rd_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *member, int timeout_ms)
{
    rd_kafka_error_t *(*send)(rd_kafka_t *, const rd_kafka_topic_partition_list_t *,
                              const rd_kafka_consumer_group_metadata_t *, int) = NULL;
    *(void **)&send = real("rd_kafka_send_offsets_to_transaction");
    if (late.armed) {
        late.armed = false;
        late.producer = producer;
        late.offsets = rd_kafka_topic_partition_list_copy(offsets);
        late.member = copy_member(member);
        rd_kafka_error_t *error = rd_kafka_error_new(RD_KAFKA_RESP_ERR__TIMED_OUT, "late");
        late.error = error;
        return error;
    }
    if (late.offsets) {
        rd_kafka_error_t *error = NULL;
        if (producer == late.producer) /* of another one's it would be fenced */
            error = send(producer, late.offsets, late.member, timeout_ms);
        if (error)
            rd_kafka_error_destroy(error);
        rd_kafka_topic_partition_list_destroy(late.offsets);
        rd_kafka_consumer_group_metadata_destroy(late.member);
        late.offsets = NULL;
    }
    return send(producer, offsets, member, timeout_ms);
}

int rd_kafka_error_txn_requires_abort(const rd_kafka_error_t *error)
{
    int (*requires)(const rd_kafka_error_t *) = NULL;
    *(void **)&requires = real("rd_kafka_error_txn_requires_abort");
    if (error != late.error)
    return requires(error);
    late.error = NULL;
    return 1;
}

/* --- the worker --- */

struct worker {
    struct dl_loop *loop;
    struct dl_bus *bus;
    struct dl_timer watchdog;
    uint32_t assigned;
    uint32_t committed;
    uint32_t aborted;
    bool closed;
};

static void on_assigned(void *leg, const struct dl_part *parts, uint32_t count)
{
    struct worker *worker = leg;
    (void)parts;
    worker->assigned += count;
    dl_loop_stop(worker->loop);
}

static void on_revoked(void *leg, const struct dl_part *parts, uint32_t count, bool lost)
{
    (void)parts;
    (void)count;
    (void)lost;
    dl_bus_release(((struct worker *)leg)->bus);
}

static void on_records(void *leg, struct dl_batch *batch)
{
    (void)leg;
    dl_batch_free(batch);
}

static void on_committed(void *leg)
{
    struct worker *worker = leg;
    worker->committed++;
    dl_loop_stop(worker->loop);
}

static void on_aborted(void *leg, const struct dl_error *why)
{
    struct worker *worker = leg;
    (void)why;
    worker->aborted++;
    dl_loop_stop(worker->loop);
}

static void on_failed(void *leg, const struct dl_error *err)
{
    (void)leg;
    fail_msg("%s", err->text);
}

static void on_closed(void *leg)
{
    struct worker *worker = leg;
    worker->closed = true;
    dl_loop_stop(worker->loop);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .committed = on_committed,
    .aborted = on_aborted,
    .failed = on_failed,
    .closed = on_closed,
};

static void bark(void *ctx)
{
    (void)ctx;
    fprintf(stderr, "late offsets: waited %d ms for nothing\n", WAIT_MS);
    abort();
}

#define WAIT_FOR(worker, condition)                                                                \
    do {                                                                                           \
        dl_timer_start((worker)->loop, &(worker)->watchdog, WAIT_MS);                              \
        while (!(condition))                                                                       \
            dl_loop_run((worker)->loop);                                                           \
        dl_timer_stop((worker)->loop, &(worker)->watchdog);                                        \
    } while (0)

static int64_t next_of(struct dl_log *log, int32_t partition)
{
    int64_t next = 0;
    struct dl_error err;
    struct dl_part part = {DL_TOPIC_ARTICLES, partition};
    if (dl_log_committed(log, "work", part, ASK_MS, &next, &err) != DL_OK)
        fail_msg("%s", err.text);
    return next;
}

static void offsets_of_an_aborted_transaction_never_come_with_the_next(void **state)
{
    (void)state;
    char place[256];
    struct dl_error err;
    struct dl_log *log = maker->make(place);
    struct worker worker = {.loop = dl_loop_new(1)};
    worker.watchdog = (struct dl_timer){bark, &worker, NULL};
    struct dl_bus_want want = {.group = "work",
                               .slot = "0",
                               .topics = articles,
                               .topic_count = 1,
                               .transactional = true,
                               .calls = &calls,
                               .leg = &worker};
    assert_int_equal(dl_bus_open(log, worker.loop, &want, &worker.bus, &err), DL_OK);
    WAIT_FOR(&worker, worker.assigned == 4);

    struct dl_position first = {{DL_TOPIC_ARTICLES, 0}, 3, {NULL, 0}};
    struct dl_position second = {{DL_TOPIC_ARTICLES, 1}, 5, {NULL, 0}};
    late.armed = true;
    dl_bus_commit(worker.bus, &first, 1);
    WAIT_FOR(&worker, worker.aborted == 1);
    dl_bus_commit(worker.bus, &second, 1);
    WAIT_FOR(&worker, worker.committed == 1);
    assert_null(late.offsets); /* they had their chance */
    assert_int_equal(next_of(log, 1), 5);
    assert_int_equal(next_of(log, 0), DL_OFFSET_BEGIN);

    dl_bus_close(worker.bus);
    WAIT_FOR(&worker, worker.closed);
    dl_bus_free(worker.bus);
    dl_timer_close(worker.loop, &worker.watchdog);
    dl_loop_free(worker.loop);
    dl_log_free(log);
}

int kafka_late_run(const struct log_maker *of)
{
    maker = of;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_of_an_aborted_transaction_never_come_with_the_next),
    };
    return cmocka_run_group_tests_name("late requests", tests, NULL, NULL);
}
