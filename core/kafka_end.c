/* Ends of transactions: what blocks runs on the client's end thread, which owns the producer from
 * the call of the leg to the answer.
 *
 *     open ─► commit: send offsets ─► commit transaction ─► begin ─► `committed`
 *                │ retriable: again        │ retriable: again, until the outcome is known
 *                │ needs abort             │ needs abort
 *                ▼                         ▼
 *              abort ───────────────────────────────────► begin ─► `aborted`
 *                │ anything else                │ anything else
 *                ▼                              ▼
 *              replace: another producer with the same id, init ─► `aborted`, or `committed` if
 *              the group's offsets say that the commit had happened after all
 *
 * An error with neither flag is treated as fatal. Only our own transactional time-out and another
 * process with our id can fence us: sooner than the time-out, twice in a row, it was the latter.
 *
 * librdkafka promises that each call ends within the time it is given. One does not when the
 * group's coordinator leaves the cluster in that moment (send_offsets_to_transaction in every
 * version up to 2.16, confluentinc/librdkafka issues 5456 and 5511). The loop counts how long a
 * call lasts and forsakes the thread that is stuck in it, with its producer; another one replaces
 * the producer as above. */
#include "core/kafka_client.h"

#include "core/log.h"

#define CALL_MS 5000     /* one blocking call; then it is asked again */
#define OFFSETS_MS 30000 /* all tries to add the offsets; a coordinator away longer: abort */
#define START_MS 60000   /* init at start: brokers make their transaction topic meanwhile */
#define BACKOFF_MS_MIN 50
#define BACKOFF_MS_MAX 2000
#define FENCED_MAX 2
#define STUCK_TICKS 20 /* of 500 ms that the loop has seen: a stalled process does not count */
#define STUCK_MAX 8    /* each holds a handle: a process with more is better started again */

enum outcome { END_COMMITTED, END_ABORTED, END_FAILED, END_CLOSING };

struct end_job {
    struct kafka_job base;
    bool commits;                             /* else aborts */
    bool replaces;                            /* the producer was forsaken */
    rd_kafka_topic_partition_list_t *offsets; /* NULL: none */
    rd_kafka_consumer_group_metadata_t *member;
    rd_kafka_t *producer; /* the loop's before, perhaps another after; NULL: it was forsaken */
    bool asked;           /* the commit itself was sent: its outcome matters */
    enum outcome outcome;
    struct dl_error err;
};

enum verdict {
    VERDICT_OK,
    VERDICT_AGAIN,
    VERDICT_ABORT,
    VERDICT_FATAL,
    VERDICT_FORSAKEN, /* nothing of the client may be touched any more */
};

/* A call begins that may take this long. */
static int call_within(struct kafka_job *job, int ms)
{
    dl_kafka_call_begins(job->thread);
    return dl_kafka_patience(job->client, ms);
}

/* What librdkafka's flags tell to do next after a call; the text goes to *err. Frees the error. */
static enum verdict classify(struct kafka_job *job, const char *what, rd_kafka_error_t *error,
                             struct dl_error *err, rd_kafka_resp_err_t *ret_code)
{
    struct kafka_client *client = job->client;
    if (!dl_kafka_call_ends(job->thread)) {
        if (error)
            rd_kafka_error_destroy(error);
        return VERDICT_FORSAKEN;
    }
    if (!error)
        return VERDICT_OK;
    enum verdict verdict = VERDICT_FATAL;
    if (rd_kafka_error_is_fatal(error))
        verdict = VERDICT_FATAL;
    else if (rd_kafka_error_txn_requires_abort(error))
        verdict = VERDICT_ABORT;
    else if (rd_kafka_error_is_retriable(error))
        verdict = VERDICT_AGAIN;
    *ret_code = rd_kafka_error_code(error);
    (void)dl_kafka_fail(client->log, err, DL_RETRY, "%s: %s", what, rd_kafka_error_string(error));
    dl_log_line(DL_LOG_DEBUG, "transaction", DL_LOG_Z("id", client->id), DL_LOG_Z("err", err->text),
                DL_LOG_N("verdict", verdict));
    rd_kafka_error_destroy(error);
    return verdict;
}

static bool is_fence(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

static bool is_refusal(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT ||
           code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE ||
           code == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION ||
           code == RD_KAFKA_RESP_ERR__AUTHENTICATION;
}

static uint64_t backoff(uint64_t *wait_ms)
{
    uint64_t now_ms = *wait_ms;
    *wait_ms = now_ms * 2 < BACKOFF_MS_MAX ? now_ms * 2 : BACKOFF_MS_MAX;
    return now_ms;
}

/* --- beginning --- */

static enum verdict begin(struct kafka_job *job, rd_kafka_t *producer, struct dl_error *err)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    dl_kafka_call_begins(job->thread);
    enum verdict verdict = classify(job, "begin", rd_kafka_begin_transaction(producer), err, &code);
    if (verdict != VERDICT_FORSAKEN)
        job->client->begun_ns = uv_hrtime();
    return verdict;
}

/* init and begin, again while brokers are away. `wait_ms` 0: for ever. */
static enum verdict init(struct kafka_job *job, rd_kafka_t *producer, uint64_t wait_ms,
                         rd_kafka_resp_err_t *ret_code, struct dl_error *err)
{
    uint64_t end_ns = uv_hrtime() + wait_ms * 1000000;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    for (;;) {
        enum verdict verdict = classify(
            job, "transactional id",
            rd_kafka_init_transactions(producer, call_within(job, CALL_MS)), err, ret_code);
        if (verdict == VERDICT_OK)
            return begin(job, producer, err);
        if (verdict == VERDICT_FORSAKEN)
            return verdict;
        if (verdict != VERDICT_AGAIN || (wait_ms && uv_hrtime() > end_ns))
            return VERDICT_FATAL;
        if (!dl_kafka_wait(job->client, backoff(&pause_ms)))
            return VERDICT_ABORT; /* closing */
    }
}

/* --- replacing a producer that cannot go on --- */

static bool others_have_our_slot(struct end_job *job)
{
    struct kafka_client *client = job->base.client;
    if (client->fenced_soon < FENCED_MAX)
        return false;
    job->outcome = END_FAILED;
    (void)dl_fail(&job->err, DL_FATAL,
                  "slot %s is taken over by another process (%s): give each its own slot",
                  client->slot, client->id);
    return true;
}

static void count_fence(struct kafka_client *client, rd_kafka_resp_err_t code)
{
    uint64_t open_ms = (uv_hrtime() - client->begun_ns) / 1000000;
    int64_t timeout_ms = 0;
    (void)dl_str_to_i64(dl_str_of(dl_kafka_property(client->log, "transaction.timeout.ms")),
                        &timeout_ms); /* librdkafka took it as a number */
    if (is_fence(code) && (int64_t)open_ms < timeout_ms * 3 / 4)
        client->fenced_soon++;
    else
        client->fenced_soon = 0;
}

/* Whether the group's offsets are where the commit would have put them. A member that is broken
 * can be asked for them all the same. */
static bool happened(struct end_job *job)
{
    struct kafka_client *client = job->base.client;
    if (!job->asked || !job->offsets)
        return false;
    rd_kafka_topic_partition_list_t *now = rd_kafka_topic_partition_list_copy(job->offsets);
    bool same = false;
    bool known = false;
    while (!known) {
        rd_kafka_resp_err_t code =
            rd_kafka_committed(job->base.consumer, now, dl_kafka_patience(client, CALL_MS));
        for (int i = 0; i < now->cnt && !code; i++)
            code = now->elems[i].err;
        known = !code;
        if (!known && !dl_kafka_wait(client, BACKOFF_MS_MIN * 4))
            break;
    }
    for (int i = 0; i < now->cnt && known; i++) {
        same = now->elems[i].offset >= job->offsets->elems[i].offset;
        if (!same)
            break;
    }
    rd_kafka_topic_partition_list_destroy(now);
    return same;
}

static enum verdict replace(struct end_job *job, rd_kafka_resp_err_t code)
{
    struct kafka_client *client = job->base.client;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    count_fence(client, code);
    for (;;) {
        struct dl_error err;
        if (others_have_our_slot(job))
            return VERDICT_FATAL;
        if (job->producer && job->producer != client->producer)
            rd_kafka_destroy(job->producer); /* the loop knows nothing of it */
        if (dl_kafka_handle(client->log, KAFKA_WRITER, NULL, client->id, &job->producer, &err) !=
            DL_OK)
            abort(); /* the same settings made one before: no memory for a thread */
        enum verdict verdict = init(&job->base, job->producer, 0, &code, &err);
        if (verdict == VERDICT_FORSAKEN)
            return verdict;
        if (verdict == VERDICT_OK) {
            job->outcome = happened(job) ? END_COMMITTED : END_ABORTED;
            return verdict;
        }
        job->outcome = END_CLOSING;
        if (verdict == VERDICT_ABORT || !dl_kafka_wait(client, backoff(&pause_ms)))
            return verdict;
        if (is_refusal(code)) {
            job->outcome = END_FAILED;
            job->err = err;
            return verdict;
        }
        count_fence(client, code);
    }
}

/* --- aborting --- */

static enum verdict abort_or_replace(struct end_job *job)
{
    struct kafka_client *client = job->base.client;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    for (;;) {
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        struct dl_error err;
        enum verdict verdict =
            classify(&job->base, "abort",
                     rd_kafka_abort_transaction(job->producer, call_within(&job->base, CALL_MS)),
                     &err, &code);
        if (verdict == VERDICT_OK)
            verdict = begin(&job->base, job->producer, &err);
        if (verdict == VERDICT_FORSAKEN)
            return verdict;
        if (verdict == VERDICT_OK) {
            job->outcome = END_ABORTED;
            client->fenced_soon = 0;
            return verdict;
        }
        if (verdict == VERDICT_FATAL || verdict == VERDICT_ABORT)
            return replace(job, code);
        job->outcome = END_CLOSING;
        if (!dl_kafka_wait(client, backoff(&pause_ms)))
            return verdict;
    }
}

/* --- committing --- */

/* VERDICT_AGAIN when it took too long. */
static enum verdict add_offsets(struct end_job *job, rd_kafka_resp_err_t *ret_code)
{
    struct kafka_client *client = job->base.client;
    uint64_t end_ns = uv_hrtime() + OFFSETS_MS * 1000000ULL;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    if (!job->offsets)
        return VERDICT_OK;
    for (;;) {
        enum verdict verdict =
            classify(&job->base, "offsets",
                     rd_kafka_send_offsets_to_transaction(job->producer, job->offsets, job->member,
                                                          call_within(&job->base, CALL_MS)),
                     &job->err, ret_code);
        if (verdict != VERDICT_AGAIN)
            return verdict;
        if (uv_hrtime() > end_ns || !dl_kafka_wait(client, backoff(&pause_ms)))
            return VERDICT_AGAIN;
    }
}

static enum verdict ask_commit(struct end_job *job, rd_kafka_resp_err_t *ret_code)
{
    struct kafka_client *client = job->base.client;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    job->asked = true;
    for (;;) {
        enum verdict verdict =
            classify(&job->base, "commit",
                     rd_kafka_commit_transaction(job->producer, call_within(&job->base, CALL_MS)),
                     &job->err, ret_code);
        if (verdict == VERDICT_OK) {
            verdict = begin(&job->base, job->producer, &job->err);
            if (verdict != VERDICT_OK && verdict != VERDICT_FORSAKEN)
                verdict = VERDICT_FATAL; /* committed, which the replacement finds out */
        }
        if (verdict != VERDICT_AGAIN)
            return verdict;
        if (!dl_kafka_wait(client, backoff(&pause_ms)))
            return VERDICT_AGAIN;
    }
}

static enum verdict commit_or_abort(struct end_job *job)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    enum verdict verdict = add_offsets(job, &code);
    if (verdict == VERDICT_AGAIN)
        verdict = VERDICT_ABORT;
    if (verdict == VERDICT_OK)
        verdict = ask_commit(job, &code);
    if (verdict == VERDICT_ABORT)
        return abort_or_replace(job);
    if (verdict == VERDICT_FATAL)
        return replace(job, code);
    job->outcome = END_CLOSING;
    if (verdict == VERDICT_OK) {
        job->outcome = END_COMMITTED;
        job->base.client->fenced_soon = 0;
    }
    return verdict;
}

static void free_end(struct end_job *job)
{
    if (job->offsets)
        rd_kafka_topic_partition_list_destroy(job->offsets);
    if (job->member)
        rd_kafka_consumer_group_metadata_destroy(job->member);
    free(job);
}

static void run_end(struct kafka_job *base)
{
    struct end_job *job = (struct end_job *)base;
    enum verdict verdict = job->replaces  ? replace(job, RD_KAFKA_RESP_ERR_NO_ERROR)
                           : job->commits ? commit_or_abort(job)
                                          : abort_or_replace(job);
    if (verdict == VERDICT_FORSAKEN) {
        rd_kafka_destroy(job->producer); /* ours alone since then */
        free_end(job);
    }
}

static void end_done(struct kafka_job *base)
{
    struct end_job *job = (struct end_job *)base;
    struct kafka_client *client = base->client;
    client->in_commit = false;
    client->ending = NULL;
    if (client->transactional)
        client->writer = WRITER_OPEN;
    if (job->producer != client->producer)
        dl_kafka_exchange(client, job->producer);
    if (job->outcome == END_FAILED) {
        client->writer = WRITER_GONE;
        dl_kafka_failed(client, &job->err);
    } else if (job->outcome == END_COMMITTED) {
        if (client->calls.committed && client->close == CLOSE_NOT)
            client->calls.committed(client->leg);
    } else if (job->outcome == END_ABORTED) {
        dl_kafka_group_rewind(client);
        if (client->close == CLOSE_NOT)
            client->calls.aborted(client->leg, job->err.text[0] ? &job->err : NULL);
    }
    free_end(job);
}

static void start_end(struct kafka_client *client, struct end_job *job)
{
    job->base.done = end_done;
    job->producer = client->producer;
    client->ending = job;
    client->in_commit = true;
    if (client->transactional)
        client->writer = WRITER_ENDING;
    dl_kafka_do(client, client->end, &job->base);
}

static rd_kafka_topic_partition_list_t *list_of(struct kafka_client *client,
                                                const struct dl_position *positions, uint32_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (uint32_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_t *elem = rd_kafka_topic_partition_list_add(
            list, client->log->names[positions[i].part.topic], positions[i].part.partition);
        elem->offset = positions[i].next;
        if (positions[i].note.len > 0) {
            elem->metadata = rd_kafka_mem_malloc(NULL, positions[i].note.len);
            memcpy(elem->metadata, positions[i].note.at, positions[i].note.len);
            elem->metadata_size = positions[i].note.len;
        }
    }
    return list;
}

/* --- offsets without a transaction --- */

/* Stores them; with own_offsets they are for lag only and one try is enough. */
static void run_store(struct kafka_job *base)
{
    struct end_job *job = (struct end_job *)base;
    struct kafka_client *client = base->client;
    uint64_t pause_ms = BACKOFF_MS_MIN;
    job->outcome = END_COMMITTED;
    while (job->offsets && base->consumer) {
        rd_kafka_resp_err_t code = rd_kafka_commit(base->consumer, job->offsets, 0);
        if (!code || client->own_offsets)
            return;
        if (code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
            code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
            code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID || code == RD_KAFKA_RESP_ERR__FATAL) {
            job->outcome = END_ABORTED;
            (void)dl_kafka_fail(client->log, &job->err, DL_RETRY, "offsets: %s",
                                rd_kafka_err2str(code));
            return;
        }
        if (!dl_kafka_wait(client, backoff(&pause_ms)))
            return;
    }
}

void dl_kafka_commit(struct dl_bus *bus, const struct dl_position *positions, uint32_t count)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(!client->in_commit);
    struct end_job *job = dl_alloc(sizeof *job);
    job->commits = true;
    if (count > 0 && client->consumer) {
        job->offsets = list_of(client, positions, count);
        job->member = rd_kafka_consumer_group_metadata(client->consumer);
    }
    job->base.run = client->transactional ? run_end : run_store;
    start_end(client, job);
}

void dl_kafka_abort(struct dl_bus *bus)
{
    struct kafka_client *client = kafka_client_of(bus);
    assert(client->transactional && !client->in_commit);
    struct end_job *job = dl_alloc(sizeof *job);
    job->base.run = run_end;
    start_end(client, job);
}

/* --- a call that does not come back --- */

/* The same end once more, by another thread with another producer. What the stuck call may still
 * do counts for nothing once that one has the transactional id, or was in time and is found out. */
static void go_on_without(struct kafka_client *client, struct kafka_thread *heir)
{
    struct end_job *stuck = client->ending;
    struct end_job *job = dl_alloc(sizeof *job);
    job->replaces = true;
    job->asked = stuck->asked;
    if (stuck->offsets)
        job->offsets = rd_kafka_topic_partition_list_copy(stuck->offsets);
    (void)dl_fail(&job->err, DL_RETRY, "%s: librdkafka does not come back from a call", client->id);
    rd_kafka_set_log_level(stuck->producer, 0); /* what it says would be lost on a dead log */
    if (stuck->producer == client->producer) {
        dl_kafka_writer_drop(client);
        client->producer = NULL;
    }
    client->end = heir;
    job->base.run = run_end;
    start_end(client, job);
}

void dl_kafka_end_watch(struct kafka_client *client)
{
    if (dl_kafka_call_ticks(client->end) < STUCK_TICKS || client->close != CLOSE_NOT)
        return;
    struct kafka_thread *heir = dl_kafka_thread_new();
    if (client->ending && dl_kafka_stuck() < STUCK_MAX) {
        if (dl_kafka_forsake(client->end, heir))
            go_on_without(client, heir);
        else
            dl_kafka_thread_stop(heir);
        return;
    }
    dl_kafka_thread_stop(heir);
    struct dl_error err;
    (void)dl_kafka_fail(client->log, &err, DL_FATAL,
                        "transactional id %s: librdkafka does not come back from a call: start "
                        "again, the brokers abort what was open",
                        client->id);
    dl_kafka_failed(client, &err);
}

/* --- at start and at close --- */

struct init_job {
    struct kafka_job base;
    enum verdict verdict;
    struct dl_error err;
};

static void run_init(struct kafka_job *base)
{
    struct init_job *job = (struct init_job *)base;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    job->verdict = init(base, base->client->producer, START_MS, &code, &job->err);
}

static void init_done(struct kafka_job *base)
{
    struct init_job *job = (struct init_job *)base;
    if (base->client->close == CLOSE_NOT) {
        if (job->verdict == VERDICT_OK) {
            base->client->writer = WRITER_OPEN;
            if (base->client->checked)
                dl_kafka_writer_ready(base->client);
        } else {
            job->err.status = DL_FATAL;
            dl_kafka_failed(base->client, &job->err);
        }
    }
    free(job);
}

void dl_kafka_init_writer(struct kafka_client *client)
{
    struct init_job *job = dl_alloc(sizeof *job);
    job->base.run = run_init;
    job->base.done = init_done;
    dl_kafka_do(client, client->end, &job->base);
}

void dl_kafka_end_for_close(struct kafka_client *client)
{
    rd_kafka_error_t *error;
    if (!client->producer)
        return;
    while ((error =
                rd_kafka_abort_transaction(client->producer, dl_kafka_patience(client, CALL_MS)))) {
        bool again = rd_kafka_error_is_retriable(error) && dl_kafka_patience(client, 1) > 0;
        rd_kafka_error_destroy(error);
        if (!again)
            return; /* the brokers end it: by its time-out, or when this slot starts again */
    }
}
