/* Members that are fenced, over real Kafka. */
#include "tests/flow/kafka_member.h"

#include "core/loop.h"
#include "tests/unit/cm.h"

#include <librdkafka/rdkafka.h>

#define WAIT_MS 60000
#define JOIN_POLL_MS 100

static const struct log_maker *maker;
static const enum dl_topic articles[] = {DL_TOPIC_ARTICLES};
static const struct dl_part first_part = {DL_TOPIC_ARTICLES, 0};

struct member {
    struct dl_loop *loop;
    struct dl_bus *bus;
    uint32_t assigned;
    uint32_t losses;
    uint32_t records;
    uint32_t aborted;
    bool aborting; /* its partitions go when the abort is through */
    bool failed;
    bool closed;
    struct dl_error err;
};

static void on_assigned(void *leg, const struct dl_part *parts, uint32_t count)
{
    struct member *member = leg;
    member->assigned += count;
    for (uint32_t i = 0; i < count; i++)
        dl_bus_start(member->bus, parts[i], DL_OFFSET_COMMITTED);
    dl_loop_stop(member->loop);
}

static void on_revoked(void *leg, const struct dl_part *parts, uint32_t count, bool lost)
{
    struct member *member = leg;
    (void)parts;
    member->assigned -= count;
    member->losses += lost;
    member->aborting = true;
    dl_bus_abort(member->bus);
    dl_loop_stop(member->loop);
}

static void on_aborted(void *leg, const struct dl_error *why)
{
    struct member *member = leg;
    (void)why;
    member->aborted++;
    if (member->aborting)
        dl_bus_release(member->bus);
    member->aborting = false;
}

static void on_records(void *leg, struct dl_batch *batch)
{
    struct member *member = leg;
    member->records += batch->count;
    dl_batch_free(batch);
    dl_loop_stop(member->loop);
}

static void on_failed(void *leg, const struct dl_error *err)
{
    struct member *member = leg;
    member->failed = true;
    member->err = *err;
    dl_loop_stop(member->loop);
}

static void on_closed(void *leg)
{
    struct member *member = leg;
    member->closed = true;
    dl_loop_stop(member->loop);
}

static const struct dl_bus_calls calls = {
    .assigned = on_assigned,
    .revoked = on_revoked,
    .records = on_records,
    .aborted = on_aborted,
    .failed = on_failed,
    .closed = on_closed,
};

static void bark(void *ctx)
{
    fprintf(stderr, "members of a group: waited %d ms for %s\n", WAIT_MS, (const char *)ctx);
    abort();
}

#define WAIT_FOR(loop, condition)                                                                  \
    do {                                                                                           \
        struct dl_timer watchdog = {bark, (void *)(uintptr_t) #condition, NULL};                   \
        dl_timer_start(loop, &watchdog, WAIT_MS);                                                  \
        while (!(condition))                                                                       \
            dl_loop_run(loop);                                                                     \
        dl_timer_close(loop, &watchdog);                                                           \
    } while (0)

static void open_member(struct member *member, struct dl_log *log, struct dl_loop *loop)
{
    struct dl_error err;
    *member = (struct member){.loop = loop};
    struct dl_bus_want want = {.group = "work",
                               .slot = "0",
                               .topics = articles,
                               .topic_count = 1,
                               .transactional = true,
                               .calls = &calls,
                               .leg = member};
    if (dl_bus_open(log, loop, &want, &member->bus, &err) != DL_OK)
        fail_msg("open: %s", err.text);
}

static void close_member(struct member *member)
{
    dl_bus_close(member->bus);
    WAIT_FOR(member->loop, member->closed);
    dl_bus_free(member->bus);
}

static void send_report(struct member *member, const char *key)
{
    struct dl_record record = {.part = {DL_TOPIC_REPORTS, 0},
                               .timestamp_ms = 1700000000000,
                               .key = dl_str_of(key),
                               .value = DL_STR("text")};
    assert_int_equal(dl_bus_send(member->bus, &record, NULL), DL_OK);
}

/* Joins the group under the member's name and goes away without a farewell, as a member does whose
 * number nobody knows any more. */
static void pass_by(const char *place)
{
    char text[512];
    char group[300];
    char id[300];
    snprintf(group, sizeof group, "%s-work", place);
    snprintf(id, sizeof id, "%s-work-0", place);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *const settings[][2] = {
        {"bootstrap.servers", getenv("KAFKA_BOOTSTRAP")},
        {"group.id", group},
        {"group.instance.id", id},
        {"session.timeout.ms", "6000"},
        {"partition.assignment.strategy", "range,roundrobin"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_int_equal(rd_kafka_conf_set(conf, settings[i][0], settings[i][1], text, sizeof text),
                         RD_KAFKA_CONF_OK);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    assert_non_null(consumer);
    (void)rd_kafka_poll_set_consumer(consumer);
    snprintf(text, sizeof text, "%s.articles", place);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, text, RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(consumer, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    int has = 0;
    for (int waited = 0; !has && waited < WAIT_MS; waited += JOIN_POLL_MS) {
        rd_kafka_topic_partition_list_t *assigned = NULL;
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, JOIN_POLL_MS);
        if (message)
            rd_kafka_message_destroy(message);
        if (!rd_kafka_assignment(consumer, &assigned) && assigned) {
            has = assigned->cnt;
            rd_kafka_topic_partition_list_destroy(assigned);
        }
    }
    assert_true(has > 0);
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

static void put_article(struct dl_log *log, struct dl_loop *loop)
{
    struct member producer = {.loop = loop};
    struct dl_error err;
    struct dl_bus_want want = {.slot = "p", .calls = &calls, .leg = &producer};
    if (dl_bus_open(log, loop, &want, &producer.bus, &err) != DL_OK)
        fail_msg("open: %s", err.text);
    struct dl_record record = {.part = first_part,
                               .timestamp_ms = 1700000000000,
                               .key = DL_STR("k"),
                               .value = DL_STR("text")};
    assert_int_equal(dl_bus_send(producer.bus, &record, NULL), DL_OK);
    close_member(&producer); /* waits for what was sent */
}

/* --- the tests --- */

static void a_place_that_nobody_holds_is_taken_again(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    struct dl_loop *loop = dl_loop_new(1);
    struct member member;
    open_member(&member, log, loop);
    WAIT_FOR(loop, member.assigned == 4);
    send_report(&member, "is aborted");
    pass_by(place);
    WAIT_FOR(loop, member.losses == 1);
    WAIT_FOR(loop, member.assigned == 4);
    put_article(log, loop);
    WAIT_FOR(loop, member.records == 1);
    assert_false(member.failed);
    close_member(&member);
    dl_loop_free(loop);
    dl_log_free(log);
}

static void of_two_clients_with_one_slot_one_steps_aside(void **state)
{
    (void)state;
    char place[256];
    struct dl_log *log = maker->make(place);
    struct dl_loop *loop = dl_loop_new(1);
    struct member older;
    struct member newer;
    open_member(&older, log, loop);
    WAIT_FOR(loop, older.assigned == 4);
    send_report(&older, "is aborted");
    open_member(&newer, log, loop);
    WAIT_FOR(loop, older.failed || newer.failed);
    struct member *aside = older.failed ? &older : &newer;
    struct member *stays = older.failed ? &newer : &older;
    assert_non_null(strstr(aside->err.text, "slot 0 is taken over by another process"));
    close_member(aside);
    WAIT_FOR(loop, stays->assigned == 4 || stays->failed);
    assert_false(stays->failed);
    put_article(log, loop);
    WAIT_FOR(loop, stays->records == 1 || stays->failed);
    assert_false(stays->failed);
    close_member(stays);
    dl_loop_free(loop);
    dl_log_free(log);
}

int kafka_member_run(const struct log_maker *of)
{
    maker = of;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_that_nobody_holds_is_taken_again),
        cmocka_unit_test(of_two_clients_with_one_slot_one_steps_aside),
    };
    return cmocka_run_group_tests_name("members", tests, NULL, NULL);
}
