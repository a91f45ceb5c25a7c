/* Members that are fenced, over real Kafka. */
#include "tests/flow/kafka_member.h"

#include "tests/flow/kafka_leg.h"
#include "tests/unit/cm.h"

#include <librdkafka/rdkafka.h>

#define JOIN_POLL_MS 100

static const struct log_maker *maker;
static const struct dl_part first_part = {DL_TOPIC_ARTICLES, 0};

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
    for (int waited = 0; !has && waited < MEMBER_WAIT_MS; waited += JOIN_POLL_MS) {
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
    struct dl_bus_want want = {.slot = "p", .calls = &member_calls, .leg = &producer};
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
    MEMBER_WAIT(loop, member.assigned == 4);
    send_report(&member, "is aborted");
    pass_by(place);
    MEMBER_WAIT(loop, member.losses == 1);
    MEMBER_WAIT(loop, member.assigned == 4);
    put_article(log, loop);
    MEMBER_WAIT(loop, member.records == 1);
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
    MEMBER_WAIT(loop, older.assigned == 4);
    send_report(&older, "is aborted");
    open_member(&newer, log, loop);
    MEMBER_WAIT(loop, older.failed || newer.failed);
    struct member *aside = older.failed ? &older : &newer;
    struct member *stays = older.failed ? &newer : &older;
    assert_non_null(strstr(aside->err.text, "slot 0 is taken over by another process"));
    close_member(aside);
    MEMBER_WAIT(loop, stays->assigned == 4 || stays->failed);
    assert_false(stays->failed);
    put_article(log, loop);
    MEMBER_WAIT(loop, stays->records == 1 || stays->failed);
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
