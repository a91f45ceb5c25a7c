/* The worker leg inside: what the three files share that make it. All of it is the loop thread's.
 *
 *     work.c       partitions come and go, records come, transactions end
 *     work_code.c  slices to the pool and back
 *     work_send.c  what is finished, in order, to the log */
#ifndef DL_WORKERS_WORK_LEG_H
#define DL_WORKERS_WORK_LEG_H

#include "core/loop.h"
#include "workers/seen.h"
#include "workers/slice.h"
#include "workers/work.h"

enum part_phase {
    PART_AWAY,      /* another member's, or not yet ours */
    PART_RESTORING, /* reading back `seen` */
    PART_RUNNING,
};

struct work_part {
    struct dl_work_leg *leg;
    struct dl_part part;
    enum part_phase phase;
    uint64_t generation; /* one more at every start: what is of an older one is dropped */
    struct dl_slice *first;
    struct dl_slice *last;
    int64_t next; /* after the last article wholly sent */
    int64_t end;  /* the log's, as last told: what lies between are marks without records */
    bool dirty;   /* `next` is not committed */
    bool paused;
    uint32_t restores; /* under way */
    struct dl_seen seen;
};

struct dl_work_leg {
    struct dl_bus *bus;
    struct dl_loop *loop;
    struct dl_work_want want;
    struct work_part parts[DL_PARTITIONS_MAX];
    struct dl_arena arena; /* of one record being sent */
    struct dl_timer commit_timer;
    struct dl_timer stop_timer; /* how long the end waits for the last commit's answer */
    bool timer_runs;
    bool marks_due; /* offsets alone are to be committed, so that nobody sees us behind */
    bool in_commit;
    bool in_abort;
    bool full;     /* a send said DL_RETRY: `room` follows */
    bool revoking; /* the partitions are to be released when the transaction has ended */
    bool lost;     /* and were lost: nothing of them may be committed */
    bool stopping;
    bool stop_timer_runs;
    bool gave_up; /* the answer does not come: its outcome is the log's */
    bool closing;
    uint64_t commit_start_ms;
    size_t inflight_bytes;          /* of all slices */
    size_t result_bytes;            /* of those, coded and waiting to be sent */
    struct dl_slice *uncoded_first; /* not yet with the pool, in order of arrival */
    struct dl_slice *uncoded_last;
    uint32_t works_out;              /* slices with the pool */
    uint32_t turn;                   /* the partition that sends first */
    uint32_t uncommitted;            /* articles sent since the last commit */
    size_t uncommitted_bytes;        /* of what they led to */
    struct dl_work_counters pending; /* of the open transaction */
    bool failed;
    struct dl_error err;
};

/* Whatever the last call changed: sends, commits, releases or closes as is due now. */
void dl_work_move_on(struct dl_work_leg *leg);

/* --- work_code.c --- */

/* The slice is the partition's last one and waits for the pool. */
void dl_work_add_slice(struct dl_work_leg *leg, struct work_part *part, struct dl_slice *slice);
void dl_work_code_slice(struct dl_work_leg *leg, struct dl_slice *slice); /* at once: to the pool */
void dl_work_code_more(struct dl_work_leg *leg);
void dl_work_drop_slice(struct dl_work_leg *leg, struct dl_slice *slice);

/* --- work_send.c --- */

void dl_work_send_more(struct dl_work_leg *leg);
/* As much is sent as one transaction should have. */
bool dl_work_is_enough(const struct dl_work_leg *leg);
/* With all of a partition sent, the marks of transactions behind it are passed too. */
bool dl_work_pass_marks(struct work_part *part);

#endif
