/* The body of a push as results and records: lines through the door, on a pool thread.
 *
 * Owner    dl_push_request_free().
 * Threads  dl_push_request_read() on any one thread, the rest on the loop's.
 * Errors   in the results, one a line; of the whole: `code` and `why`. */
#ifndef DL_PRODUCERS_PUSH_PUSH_REQUEST_H
#define DL_PRODUCERS_PUSH_PUSH_REQUEST_H

#include "core/arena.h"
#include "core/bus.h"
#include "core/loop.h"

#define DL_PUSH_LINES_MAX 10000U

struct dl_push_leg;
struct dl_push_key;
struct dl_http_conn;

struct dl_push_result {
    uint64_t line; /* from 1 */
    dl_str id;     /* of an accepted article */
    dl_str kind;   /* of a refusal: "bad-input" */
    dl_str message;
};

struct dl_push_request {
    struct dl_push_leg *leg;
    struct dl_push_request *next;
    struct dl_http_conn *conn; /* NULL once it is answered */
    dl_str body;               /* the connection's, until it is answered */
    bool one_article;          /* the whole body, not lines */
    dl_str from;               /* whose token it was, for dead letters */
    dl_str traceparent;
    struct dl_push_key *key; /* NULL: none was given */
    bool replayed;           /* it was taken before: nothing is sent */
    bool is_queued;
    uint64_t since_ms;
    struct dl_work work;

    struct dl_arena arena;
    struct dl_push_result *results;
    uint32_t result_count;
    uint32_t accepted;
    struct dl_record *records;
    uint32_t record_count;
    uint32_t sent;
    uint32_t unacked;
    bool key_sent;
    bool failed; /* the log did not take all of it */
    struct dl_error err;

    int code;
    const char *why;
};

struct dl_push_request *dl_push_request_new(struct dl_push_leg *leg, struct dl_http_conn *conn);
void dl_push_request_free(struct dl_push_request *request);

/* Fills results and records, and `code`. */
void dl_push_request_read(struct dl_push_request *request);

/* The results, a line of JSON each. */
void dl_push_request_text(const struct dl_push_request *request, struct dl_buf *out);

#endif
