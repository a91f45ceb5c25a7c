/* One HTTP request to the outside, without waiting: libcurl's multi interface on the leg's loop.
 * HTTP/2, gzip, brotli and zstd are taken; names are resolved in threads of their own.
 *
 * A fetch is one hop: a redirect is an answer like any other, and whoever asked decides whether to
 * follow it (visit.h does). What may be connected to is core/net_guard.h's decision, made on the
 * resolved address. Bytes are counted as they are unpacked, since no setting of libcurl 7.88 stops
 * a compressed bomb.
 *
 * Owner    the fetcher until dl_fetcher_free(), which ends fetches under way without a call; a
 *          fetch until `done` or dl_fetch_cancel(). The answer is `done`'s to take: its fields
 *          live in its arena.
 * Threads  the loop's only.
 * Errors   in the answer: DL_RETRY nothing, or not all, came (network, time, cut short); DL_TOO_BIG
 *          past a limit; DL_BAD_INPUT the URL or the answer makes no sense, or the address is
 *          refused (`refused`). DL_OK is any answer, a 500 too. */
#ifndef DL_PRODUCERS_POLL_FETCH_H
#define DL_PRODUCERS_POLL_FETCH_H

#include "core/arena.h"
#include "core/net_guard.h"

struct dl_config;
struct dl_fetch;
struct dl_fetcher;
struct dl_loop;

struct dl_fetch_answer {
    struct dl_arena arena;
    dl_status status;
    struct dl_error err;
    bool refused;
    long code; /* 200, 304, … */

    /* Headers byte for byte but for white space around them; empty where there were none. */
    dl_str etag;
    dl_str last_modified;
    dl_str location;
    dl_str content_type;
    dl_str cache_control;
    dl_str expires;
    dl_str date;
    dl_str age;
    dl_str retry_after;

    struct dl_buf body;  /* unpacked */
    uint64_t wire_bytes; /* of the body, as they came */
    uint64_t took_ms;
};

struct dl_fetch_want {
    dl_str url; /* absolute, http or https */
    /* Validators of the copy we have; empty for none. */
    dl_str etag;
    dl_str last_modified;
    const char *accept; /* media types; NULL for any */
    size_t body_bytes_max;
    uint64_t wait_ms_max; /* for all of it; at most fetch.total_ms */
    void (*done)(void *ctx, struct dl_fetch_answer *answer); /* to be freed by dl_answer_free() */
    void *ctx;
};

struct dl_fetcher_counters {
    uint64_t fetches;
    uint64_t bytes;   /* as they came */
    uint64_t sockets; /* opened */
    uint64_t refused; /* sockets the guard did not let be opened */
};

/* The limits come from the keys fetch.*. */
dl_status dl_fetcher_new(const struct dl_config *config, struct dl_loop *loop,
                         struct dl_fetcher **ret_fetcher, struct dl_error *err);
void dl_fetcher_free(struct dl_fetcher *fetcher);
const struct dl_fetcher_counters *dl_fetcher_counts(const struct dl_fetcher *fetcher);

/* Copies what it needs of `want`. `done` never comes from inside this call. */
struct dl_fetch *dl_fetch_start(struct dl_fetcher *fetcher, const struct dl_fetch_want *want);
void dl_fetch_cancel(struct dl_fetch *fetch); /* no `done` follows */

struct dl_fetch_answer *
dl_answer_new(size_t body_bytes_max); /* an empty one, for those who make them */
void dl_answer_free(struct dl_fetch_answer *answer);

#endif
