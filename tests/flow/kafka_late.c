/* Offsets that arrive late, over real Kafka: the call that adds them to a transaction times out, as
 * it does when a broker stalls, and what it asked for comes while the producer's next transaction
 * is open. The two calls of librdkafka below stand before the library's own. */
#include "tests/flow/kafka_late.h"

#include "tests/flow/kafka_leg.h"
#include "tests/unit/cm.h"

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>

#define ASK_MS 10000

static const struct log_maker *maker;

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

/* --- the test --- */

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
    struct dl_log *log = maker->make(place);
    struct dl_loop *loop = dl_loop_new(1);
    struct member worker;
    open_member(&worker, log, loop);
    MEMBER_WAIT(loop, worker.assigned == 4);

    struct dl_position first = {{DL_TOPIC_ARTICLES, 0}, 3, {NULL, 0}};
    struct dl_position second = {{DL_TOPIC_ARTICLES, 1}, 5, {NULL, 0}};
    late.armed = true;
    dl_bus_commit(worker.bus, &first, 1);
    MEMBER_WAIT(loop, worker.aborted == 1);
    dl_bus_commit(worker.bus, &second, 1);
    MEMBER_WAIT(loop, worker.committed == 1);
    assert_null(late.offsets); /* they had their chance */
    assert_int_equal(next_of(log, 1), 5);
    assert_int_equal(next_of(log, 0), DL_OFFSET_BEGIN);
    assert_false(worker.failed);
    close_member(&worker);
    dl_loop_free(loop);
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
