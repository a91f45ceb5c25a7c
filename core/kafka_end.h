/* An end of a transaction on its way from the leg's call (kafka_commit.c) over the end thread
 * (kafka_end.c) and back. */
#ifndef DL_CORE_KAFKA_END_H
#define DL_CORE_KAFKA_END_H

#include "core/kafka_client.h"

enum outcome { END_COMMITTED, END_ABORTED, END_FAILED, END_CLOSING };

struct end_job {
    struct kafka_job base;
    bool commits;                             /* else aborts */
    bool replaces;                            /* the producer was forsaken */
    rd_kafka_topic_partition_list_t *offsets; /* NULL: none */
    rd_kafka_consumer_group_metadata_t *member;
    rd_kafka_t *producer; /* the loop's before, perhaps another after; NULL: it was forsaken */
    bool asked;           /* the commit itself was sent: its outcome matters */
    bool committed;       /* it is known already */
    enum outcome outcome;
    struct dl_error err;
};

/* Jobs' `run`s, on the end thread. A forsaken one frees its job itself. */
void dl_kafka_run_end(struct kafka_job *job);
void dl_kafka_run_store(struct kafka_job *job); /* offsets without a transaction */
void dl_kafka_free_end(struct end_job *job);

/* The transactional id is taken and the first transaction begun; DL_FATAL says why not. */
dl_status dl_kafka_run_init(struct kafka_job *job, struct dl_error *err);

#endif
