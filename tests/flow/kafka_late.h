/* A request that the brokers take up after its transaction has ended. */
#ifndef DL_TESTS_FLOW_KAFKA_LATE_H
#define DL_TESTS_FLOW_KAFKA_LATE_H

#include "tests/flow/bus_contract.h"

/* The number of failed tests. */
int kafka_late_run(const struct log_maker *maker);

#endif
