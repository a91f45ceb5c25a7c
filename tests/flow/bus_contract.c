/* Tests against the contract alone: the same for the embedded log and for Kafka. */
#include "tests/flow/bus_contract.h"

#include "core/loop.h"
#include "tests/unit/cm.h"

#define WAIT_MS 60000 /* a broker on a busy machine */

static const struct log_maker *maker;

/* A leg that writes down what it is told, and steps the loop until something is true. */
struct probe {
    struct dl_loop *loop;
    struct dl_log *log;
    struct dl_bus *bus;
    struct dl_timer watchdog;
    bool transactional;
    bool start_at_once; /* answers `assigned` by starting where committed */
    uint32_t assigned;
    uint32_t records;
    uint32_t committed;
    uint32_t aborted;
    uint32_t acked;
    uint32_t acked_bad;
    uint32_t ends;
    uint32_t rooms;
    uint32_t restored;
    bool restore_done;
    bool position_came;
    int64_t position_next;
    char position_note[64];
    bool closed;
    bool failed;
    int64_t last_offset[DL_PARTITIONS_MAX];
    bool out_of_order;
    char seen[64][64]; /* keys, in order of arrival */
    char values[64][64];
    char text[512];
};

static void on_assigned(void *leg, const struct dl_part *parts, uint32_t count)
{
    struct probe *probe = leg;
    probe->assigned += count;
    for (uint32_t i = 0; i < count && probe->start_at_once; i++)
        dl_bus_start(probe->bus, parts[i], DL_OFFSET_COMMITTED);
    dl_loop_stop(probe->loop);
}

static void note(char to[64], dl_str from)
{
    snprintf(to, 64, "%.*s", DL_STR_ARG(from));
}

static void on_records(void *leg, struct dl_batch *batch)
{
    struct probe *probe = leg;
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct dl_record *record = &batch->records[i];
        int64_t *last = &probe->last_offset[record->part.partition];
        if (record->offset <= *last)
            probe->out_of_order = true;
        *last = record->offset;
        if (probe->records < 64) {
            note(probe->seen[probe->records], record->key);
            note(probe->values[probe->records], record->value);
        }
        probe->records++;
    }
    dl_batch_free(batch);
    dl_loop_stop(probe->loop);
}

static void on_end(void *leg, struct dl_part part, int64_t next)
{
    struct probe *probe = leg;
    (void)part;
    (void)next;
    probe->ends++;
    dl_loop_stop(probe->loop);
}

static void on_committed(void *leg)
{
    struct probe *probe = leg;
    probe->committed++;
    dl_loop_stop(probe->loop);
}

static void on_aborted(void *leg, const struct dl_error *why)
{
    struct probe *probe = leg;
    (void)why;
    probe->aborted++;
    dl_loop_stop(probe->loop);
}

static void on_acked(void *leg, void *token, const struct dl_error *err)
{
    struct probe *probe = leg;
    assert_ptr_equal(token, probe);
    probe->acked++;
    probe->acked_bad += err != NULL;
    dl_loop_stop(probe->loop);
}

static void on_room(void *leg)
{
    struct probe *probe = leg;
    probe->rooms++;
    dl_loop_stop(probe->loop);
}

static void on_failed(void *leg, const struct dl_error *err)
{
    struct probe *probe = leg;
    probe->failed = true;
    snprintf(probe->text, sizeof probe->text, "%s", err->text);
    dl_loop_stop(probe->loop);
}

static void on_closed(void *leg)
{
    struct probe *probe = leg;
    probe->closed = true;
    dl_loop_stop(probe->loop);
}

static void on_revoked(void *leg, const struct dl_part *parts, uint32_t count, bool lost)
{
    struct probe *probe = leg;
    (void)parts;
    (void)lost;
    probe->assigned -= count;
    dl_bus_release(probe->bus);
    dl_loop_stop(probe->loop);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .end = on_end,
    .committed = on_committed,
    .aborted = on_aborted,
    .acked = on_acked,
    .room = on_room,
    .failed = on_failed,
    .closed = on_closed,
};

static void bark(void *ctx)
{
    (void)ctx;
    fprintf(stderr, "bus contract over %s: waited %d ms for nothing\n", maker->name, WAIT_MS);
    abort();
}

#define WAIT_FOR(probe, condition)                                                                 \
    do {                                                                                           \
        dl_timer_start((probe)->loop, &(probe)->watchdog, WAIT_MS);                                \
        while (!(condition))                                                                       \
            dl_loop_run((probe)->loop);                                                            \
        dl_timer_stop((probe)->loop, &(probe)->watchdog);                                          \
    } while (0)

static const enum dl_topic articles[] = {DL_TOPIC_ARTICLES};

static dl_status try_open(struct probe *probe, struct dl_log *log, const char *group,
                          bool transactional, struct dl_error *err)
{
    *probe = (struct probe){.log = log, .start_at_once = true, .transactional = transactional};
    for (uint32_t p = 0; p < DL_PARTITIONS_MAX; p++)
        probe->last_offset[p] = -1;
    probe->loop = dl_loop_new(1);
    probe->watchdog = (struct dl_timer){bark, probe, NULL};
    struct dl_bus_want want = {.group = group,
                               .slot = "0",
                               .topics = articles,
                               .topic_count = group ? 1 : 0,
                               .transactional = transactional,
                               .calls = &calls,
                               .leg = probe};
    dl_status status = dl_bus_open(log, probe->loop, &want, &probe->bus, err);
    if (status != DL_OK)
        dl_loop_free(probe->loop);
    return status;
}

static void open_probe(struct probe *probe, struct dl_log *log, const char *group,
                       bool transactional)
{
    struct dl_error err;
    dl_status status = try_open(probe, log, group, transactional, &err);
    if (status != DL_OK)
        fail_msg("open: %s", err.text);
}

static void close_probe(struct probe *probe)
{
    dl_bus_close(probe->bus);
    WAIT_FOR(probe, probe->closed);
    dl_bus_free(probe->bus);
    dl_timer_close(probe->loop, &probe->watchdog);
    dl_loop_free(probe->loop);
}

static struct dl_record record_of(enum dl_topic topic, int32_t partition, const char *key,
                                  const char *value)
{
    return (struct dl_record){.part = {topic, partition},
                              .timestamp_ms = 1700000000000,
                              .key = dl_str_of(key),
                              .value = dl_str_of(value)};
}

static void send_plain(struct probe *probe, enum dl_topic topic, int32_t partition, const char *key,
                       const char *value)
{
    struct dl_record record = record_of(topic, partition, key, value);
    assert_int_equal(dl_bus_send(probe->bus, &record, probe), DL_OK);
}

/* `count` articles "k0"… into partition 0, waited for. */
static void put_articles(struct dl_log *log, uint32_t count)
{
    struct probe producer;
    open_probe(&producer, log, NULL, false);
    for (uint32_t i = 0; i < count; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", i);
        send_plain(&producer, DL_TOPIC_ARTICLES, 0, key, "text");
    }
    WAIT_FOR(&producer, producer.acked == count);
    assert_int_equal(producer.acked_bad, 0);
    close_probe(&producer);
}

static const struct dl_part first_part = {DL_TOPIC_ARTICLES, 0};

/* --- the tests --- */

static void records_arrive_in_order_with_headers_and_tombstones(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    struct probe producer;
    open_probe(&producer, log, NULL, false);
    struct dl_header header = {DL_STR("dateline-file"), DL_STR("a.jsonl")};
    for (int i = 0; i < 10; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        struct dl_record record = record_of(DL_TOPIC_ARTICLES, 0, key, "v");
        record.headers = &header;
        record.header_count = 1;
        if (i == 9)
            record.value = (dl_str){NULL, 0};
        assert_int_equal(dl_bus_send(producer.bus, &record, &producer), DL_OK);
    }
    WAIT_FOR(&producer, producer.acked == 10);
    close_probe(&producer);

    struct probe reader;
    open_probe(&reader, log, "work", true);
    WAIT_FOR(&reader, reader.records == 10 && reader.ends > 0);
    assert_false(reader.out_of_order);
    assert_string_equal(reader.seen[0], "k0");
    assert_string_equal(reader.seen[9], "k9");
    assert_string_equal(reader.values[9], "");
    close_probe(&reader);
    dl_log_free(log);
}

static void a_transaction_is_visible_whole_and_moves_the_offset(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    put_articles(log, 3);
    struct probe worker;
    open_probe(&worker, log, "work", true);
    WAIT_FOR(&worker, worker.records == 3);
    for (int i = 0; i < 3; i++) {
        struct dl_record report = record_of(DL_TOPIC_REPORTS, 0, worker.seen[i], "report");
        assert_int_equal(dl_bus_send(worker.bus, &report, NULL), DL_OK);
    }
    struct dl_position position = {first_part, 3, DL_STR("note 7")};
    dl_bus_commit(worker.bus, &position, 1);
    struct dl_record early = record_of(DL_TOPIC_REPORTS, 0, "x", "too early");
    assert_int_equal(dl_bus_send(worker.bus, &early, NULL), DL_RETRY);
    WAIT_FOR(&worker, worker.committed == 1);
    close_probe(&worker);
    dl_log_free(log);

    log = maker->reopen(place);
    int64_t first = -1;
    int64_t next = -1;
    struct dl_error err;
    assert_int_equal(
        dl_log_range(log, (struct dl_part){DL_TOPIC_REPORTS, 0}, 5000, &first, &next, &err), DL_OK);
    assert_true(next >= 3); /* a log with transaction marks counts them */
    assert_int_equal(dl_log_committed(log, "work", first_part, 5000, &next, &err), DL_OK);
    assert_int_equal(next, 3);
    open_probe(&worker, log, "work", true);
    WAIT_FOR(&worker, worker.ends > 0);
    assert_int_equal(worker.records, 0);
    close_probe(&worker);
    dl_log_free(log);
}

static void on_position(void *leg, const struct dl_position *position)
{
    struct probe *probe = leg;
    probe->position_came = true;
    probe->position_next = position->next;
    note(probe->position_note, position->note);
    dl_loop_stop(probe->loop);
}

static void a_note_travels_with_the_committed_offset(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    put_articles(log, 2);
    struct probe worker;
    open_probe(&worker, log, "work", true);
    WAIT_FOR(&worker, worker.records == 2);
    dl_bus_committed(worker.bus, first_part, on_position);
    WAIT_FOR(&worker, worker.position_came);
    assert_int_equal(worker.position_next, DL_OFFSET_BEGIN);
    struct dl_position position = {first_part, 1, DL_STR("tries=2")};
    dl_bus_commit(worker.bus, &position, 1);
    WAIT_FOR(&worker, worker.committed == 1);
    worker.position_came = false;
    dl_bus_committed(worker.bus, first_part, on_position);
    WAIT_FOR(&worker, worker.position_came);
    assert_int_equal(worker.position_next, 1);
    assert_string_equal(worker.position_note, "tries=2");
    close_probe(&worker);
    dl_log_free(log);
}

static void what_is_aborted_or_not_committed_never_happened(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    put_articles(log, 2);
    struct probe worker;
    open_probe(&worker, log, "work", true);
    WAIT_FOR(&worker, worker.records == 2);
    struct dl_record report = record_of(DL_TOPIC_REPORTS, 0, "k0", "aborted");
    assert_int_equal(dl_bus_send(worker.bus, &report, NULL), DL_OK);
    dl_bus_abort(worker.bus);
    WAIT_FOR(&worker, worker.aborted == 1);
    worker.last_offset[0] = -1;
    dl_bus_start(worker.bus, first_part, DL_OFFSET_COMMITTED);
    WAIT_FOR(&worker, worker.records == 4); /* both again */
    assert_false(worker.out_of_order);
    report = record_of(DL_TOPIC_REPORTS, 0, "k0", "left open");
    assert_int_equal(dl_bus_send(worker.bus, &report, NULL), DL_OK);
    close_probe(&worker);

    static const enum dl_topic reports[] = {DL_TOPIC_REPORTS};
    struct probe sink = {.log = log, .start_at_once = true};
    sink.last_offset[0] = -1;
    sink.loop = dl_loop_new(1);
    sink.watchdog = (struct dl_timer){bark, &sink, NULL};
    struct dl_bus_want want = {.group = "sink-x",
                               .slot = "0",
                               .topics = reports,
                               .topic_count = 1,
                               .own_offsets = true,
                               .calls = &calls,
                               .leg = &sink};
    struct dl_error err;
    assert_int_equal(dl_bus_open(log, sink.loop, &want, &sink.bus, &err), DL_OK);
    WAIT_FOR(&sink, sink.ends > 0 && sink.assigned > 0);
    assert_int_equal(sink.records, 0);
    close_probe(&sink);
    dl_log_free(log);
}

static void each_restored(void *ctx, const struct dl_record *record)
{
    struct probe *probe = ctx;
    note(probe->seen[probe->restored % 64], record->key);
    note(probe->values[probe->restored % 64], record->value);
    probe->restored++;
}

static void restore_done(void *ctx, const struct dl_error *err)
{
    struct probe *probe = ctx;
    assert_null(err);
    probe->restore_done = true;
    dl_loop_stop(probe->loop);
}

static void state_is_read_back_to_its_end(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    struct probe producer;
    open_probe(&producer, log, NULL, false);
    for (int i = 0; i < 20; i++) {
        char value[16];
        snprintf(value, sizeof value, "v%d", i);
        send_plain(&producer, DL_TOPIC_SEEN, 2, i % 2 ? "odd" : "even", value);
    }
    WAIT_FOR(&producer, producer.acked == 20);
    dl_bus_restore(producer.bus, (struct dl_part){DL_TOPIC_SEEN, 2},
                   (struct dl_bus_restore){each_restored, restore_done, &producer});
    WAIT_FOR(&producer, producer.restore_done);
    assert_true(producer.restored >= 2); /* compacted or not, the newest are there and last */
    assert_string_equal(producer.values[producer.restored - 1], "v19");
    producer.restore_done = false;
    producer.restored = 0;
    dl_bus_restore(producer.bus, (struct dl_part){DL_TOPIC_SEEN, 3},
                   (struct dl_bus_restore){each_restored, restore_done, &producer});
    WAIT_FOR(&producer, producer.restore_done);
    assert_int_equal(producer.restored, 0);
    close_probe(&producer);
    dl_log_free(log);
}

static void a_paused_partition_keeps_quiet_and_loses_nothing(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    put_articles(log, 30);
    struct probe worker;
    open_probe(&worker, log, "work", true);
    WAIT_FOR(&worker, worker.records > 0);
    dl_bus_pause(worker.bus, first_part);
    uint32_t before = worker.records;
    put_articles(log, 5);
    assert_int_equal(worker.records, before);
    dl_bus_resume(worker.bus, first_part);
    WAIT_FOR(&worker, worker.records == 35);
    assert_false(worker.out_of_order);
    close_probe(&worker);
    dl_log_free(log);
}

static void a_full_queue_says_retry_and_then_room(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    struct probe producer;
    open_probe(&producer, log, NULL, false);
    char *big = dl_alloc(1U << 20);
    memset(big, 'x', 1U << 20);
    struct dl_record record = record_of(DL_TOPIC_ARTICLES, 0, "k", "");
    record.value = (dl_str){big, 1U << 20};
    uint32_t sent = 0;
    dl_status status = DL_OK;
    while (sent < 4096 && (status = dl_bus_send(producer.bus, &record, &producer)) == DL_OK)
        sent++;
    assert_int_equal(status, DL_RETRY);
    WAIT_FOR(&producer, producer.rooms == 1);
    assert_int_equal(dl_bus_send(producer.bus, &record, &producer), DL_OK);
    WAIT_FOR(&producer, producer.acked == sent + 1);
    record.value = (dl_str){big, DL_RECORD_BYTES_MAX};
    free(big);
    big = dl_alloc(DL_RECORD_BYTES_MAX);
    record.value.at = big;
    assert_int_equal(dl_bus_send(producer.bus, &record, &producer), DL_TOO_BIG);
    free(big);
    close_probe(&producer);
    dl_log_free(log);
}

static void an_offset_beyond_what_was_read_starts_there(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    put_articles(log, 10);
    put_articles(log, 10);
    struct probe reader;
    open_probe(&reader, log, "work", true);
    WAIT_FOR(&reader, reader.records == 20);
    reader.last_offset[0] = -1;
    reader.records = 0;
    dl_bus_start(reader.bus, first_part, 7);
    WAIT_FOR(&reader, reader.records == 13);
    assert_string_equal(reader.seen[0], "k7");
    assert_false(reader.out_of_order);
    close_probe(&reader);
    dl_log_free(log);
}

int bus_contract_run(const struct log_maker *of)
{
    maker = of;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_arrive_in_order_with_headers_and_tombstones),
        cmocka_unit_test(a_transaction_is_visible_whole_and_moves_the_offset),
        cmocka_unit_test(a_note_travels_with_the_committed_offset),
        cmocka_unit_test(what_is_aborted_or_not_committed_never_happened),
        cmocka_unit_test(state_is_read_back_to_its_end),
        cmocka_unit_test(a_paused_partition_keeps_quiet_and_loses_nothing),
        cmocka_unit_test(a_full_queue_says_retry_and_then_room),
        cmocka_unit_test(an_offset_beyond_what_was_read_starts_there),
    };
    return cmocka_run_group_tests_name(of->name, tests, NULL, NULL);
}
