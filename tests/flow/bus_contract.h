/* The contract of core/bus.h as tests, for any kind of log. A kind brings a maker and calls
 * bus_contract_run(). */
#ifndef DL_TESTS_FLOW_BUS_CONTRACT_H
#define DL_TESTS_FLOW_BUS_CONTRACT_H

#include "core/bus.h"

struct log_maker {
    const char *name;
    /* A fresh, empty log; `place` says where, for reopen(). */
    struct dl_log *(*make)(char place[256]);
    /* The same log again, as after a restart of the process. */
    struct dl_log *(*reopen)(const char *place);
    bool several_members; /* a group may have more than one */
};

/* Runs every test; the number of failed ones. */
int bus_contract_run(const struct log_maker *maker);

#endif
