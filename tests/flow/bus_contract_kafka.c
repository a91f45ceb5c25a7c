/* The contract over real Kafka. KAFKA_BOOTSTRAP says where; tests/kafka/with-kafka sets it. */
#include "core/bus_kafka.h"
#include "tests/flow/bus_contract.h"
#include "tests/flow/kafka_late.h"
#include "tests/flow/kafka_member.h"
#include "tests/unit/cm.h"

#include <unistd.h>

static struct dl_log *reopen(const char *place)
{
    struct dl_log *log = NULL;
    struct dl_error err;
    if (dl_bus_at_brokers(getenv("KAFKA_BOOTSTRAP"), place, NULL, 0, &log, &err) != DL_OK)
        fail_msg("%s", err.text);
    return log;
}

static void keep_quiet(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
}

static struct dl_log *make(char place[256])
{
    static unsigned made;
    struct dl_error err;
    snprintf(place, 256, "test-%d-%u", (int)getpid(), made++);
    struct dl_log *log = reopen(place);
    if (dl_kafka_topics_create(log, 4, 0, keep_quiet, NULL, &err) != DL_OK)
        fail_msg("%s", err.text);
    return log;
}

int main(void)
{
    static const struct log_maker kafka = {"Kafka", make, reopen, true};
    if (!getenv("KAFKA_BOOTSTRAP")) {
        fputs("KAFKA_BOOTSTRAP is not set: run this by tests/kafka/with-kafka\n", stderr);
        return 2;
    }
    return bus_contract_run(&kafka) + kafka_member_run(&kafka) + kafka_late_run(&kafka);
}
