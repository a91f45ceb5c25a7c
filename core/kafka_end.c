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
 * What the brokers were asked and did not answer may still be under way, in a socket of a broker
 * that stalls, and would count for the next transaction: it has the same producer and epoch. So an
 * end with such a request is followed by another producer, whose epoch is the next one.
 *
 * A call that does not come back leaves the thread to itself (kafka_commit.c): whatever follows a
 * call looks whether that has happened. */
#include "core/kafka_end.h"

#include "core/log.h"

#define CALL_MS 5000     /* one blocking call; then it is asked again */
#define OFFSETS_MS 30000 /* all tries to add the offsets; a coordinator away longer: abort */
#define START_MS 60000   /* init at start: brokers make their transaction topic meanwhile */
#define BACKOFF_MS_MIN 50
#define BACKOFF_MS_MAX 2000
#define FENCED_MAX 2
#define SLOW_MS 4000 /* an end that took longer may have been asked for twice */

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
            job->outcome = job->committed || happened(job) ? END_COMMITTED : END_ABORTED;
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

static bool is_slow(uint64_t begun_ns)
{
    return uv_hrtime() - begun_ns > SLOW_MS * 1000000ULL;
}

/* --- aborting --- */

static enum verdict abort_or_replace(struct end_job *job)
{
    struct kafka_client *client = job->base.client;
    uint64_t begun_ns = uv_hrtime();
    uint64_t pause_ms = BACKOFF_MS_MIN;
    for (;;) {
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        struct dl_error err;
        enum verdict verdict =
            classify(&job->base, "abort",
                     rd_kafka_abort_transaction(job->producer, call_within(&job->base, CALL_MS)),
                     &err, &code);
        if (verdict == VERDICT_OK)
            verdict = is_slow(begun_ns) ? VERDICT_FATAL : begin(&job->base, job->producer, &err);
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

/* The group's coordinator has answered: no. */
static bool is_answer(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

static enum verdict commit_or_abort(struct end_job *job)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    uint64_t begun_ns = uv_hrtime();
    enum verdict verdict = add_offsets(job, &code);
    if (verdict == VERDICT_AGAIN || (verdict == VERDICT_ABORT && !is_answer(code)))
        return replace(job, code); /* the offsets may come yet */
    if (verdict == VERDICT_OK)
        verdict = ask_commit(job, &code);
    if (verdict == VERDICT_ABORT)
        return is_slow(begun_ns) ? replace(job, code) : abort_or_replace(job);
    if (verdict == VERDICT_FATAL)
        return replace(job, code);
    job->outcome = END_CLOSING;
    if (verdict != VERDICT_OK)
        return verdict;
    job->outcome = END_COMMITTED;
    job->committed = true;
    job->base.client->fenced_soon = 0;
    return is_slow(begun_ns) ? replace(job, RD_KAFKA_RESP_ERR_NO_ERROR) : verdict;
}

void dl_kafka_free_end(struct end_job *job)
{
    if (job->offsets)
        rd_kafka_topic_partition_list_destroy(job->offsets);
    if (job->member)
        rd_kafka_consumer_group_metadata_destroy(job->member);
    free(job);
}

void dl_kafka_run_end(struct kafka_job *base)
{
    struct end_job *job = (struct end_job *)base;
    enum verdict verdict = job->replaces  ? replace(job, RD_KAFKA_RESP_ERR_NO_ERROR)
                           : job->commits ? commit_or_abort(job)
                                          : abort_or_replace(job);
    if (verdict == VERDICT_FORSAKEN) {
        rd_kafka_destroy(job->producer); /* ours alone since then */
        dl_kafka_free_end(job);
    }
}

/* --- offsets without a transaction --- */

/* Stores them; with own_offsets they are for lag only and one try is enough. */
void dl_kafka_run_store(struct kafka_job *base)
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

/* --- at start and at close --- */

dl_status dl_kafka_run_init(struct kafka_job *job, struct dl_error *err)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (init(job, job->client->producer, START_MS, &code, err) == VERDICT_OK)
        return DL_OK;
    return err->status = DL_FATAL;
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
