/* A worker of the group "work" in slot 0 as the tests over Kafka have it: it takes what it is
 * given, and ends its transaction before it gives anything back. */
#ifndef DL_TESTS_FLOW_KAFKA_LEG_H
#define DL_TESTS_FLOW_KAFKA_LEG_H

#include "core/bus.h"
#include "core/loop.h"

#define MEMBER_WAIT_MS 60000

struct member {
    struct dl_loop *loop;
    struct dl_bus *bus;
    uint32_t assigned;
    uint32_t losses;
    uint32_t records;
    uint32_t committed;
    uint32_t aborted;
    bool aborting; /* its partitions go when the abort is through */
    bool failed;
    bool closed;
    struct dl_error err;
};

extern const struct dl_bus_calls member_calls;

void open_member(struct member *member, struct dl_log *log, struct dl_loop *loop);
void close_member(struct member *member);
void member_bark(void *condition); /* ends the test: that did not come true */

#define MEMBER_WAIT(loop, condition)                                                               \
    do {                                                                                           \
        struct dl_timer watchdog = {member_bark, (void *)(uintptr_t) #condition, NULL};            \
        dl_timer_start(loop, &watchdog, MEMBER_WAIT_MS);                                           \
        while (!(condition))                                                                       \
            dl_loop_run(loop);                                                                     \
        dl_timer_close(loop, &watchdog);                                                           \
    } while (0)

#endif
