/* What becomes of a member of a group that is fenced: by nobody who stays, and by another client of
 * its slot. */
#ifndef DL_TESTS_FLOW_KAFKA_MEMBER_H
#define DL_TESTS_FLOW_KAFKA_MEMBER_H

#include "tests/flow/bus_contract.h"

/* The number of failed tests. */
int kafka_member_run(const struct log_maker *maker);

#endif
