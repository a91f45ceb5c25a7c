/* One HTTP/1 request, taken from bytes as they come. Strict: whatever two readers could frame
 * differently is refused, so that no proxy in front sees other requests than we do.
 *
 *     take(bytes) ─► MORE … ─► HEAD ─► PIECE … ─► END ─► reset, the next request
 *
 * Refused: a line feed without its carriage return, folded headers, white space before a colon,
 * control bytes, two lengths (even equal ones), a length that is not all digits, a length beside
 * Transfer-Encoding, any coding but "chunked", two of a header that means one thing, a missing or
 * second Host. RFC 9110 and 9112.
 *
 * Owner    dl_http_request_done(). Slices point into the request and hold until the next reset;
 *          a piece points into the input.
 * Threads  one at a time.
 * Errors   BAD: `code` is the status to answer with, `why` a constant; nothing more can be taken
 *          from this connection. Time and memory are linear in the input and bounded. */
#ifndef DL_PRODUCERS_PUSH_HTTP_REQUEST_H
#define DL_PRODUCERS_PUSH_HTTP_REQUEST_H

#include "core/str.h"

#define DL_HTTP_HEAD_BYTES_MAX (16U << 10)
#define DL_HTTP_HEADERS_MAX 100U

enum dl_http_step {
    DL_HTTP_MORE,  /* all was taken, and it is not enough */
    DL_HTTP_HEAD,  /* the fields below are filled; comes once */
    DL_HTTP_PIECE, /* of the body */
    DL_HTTP_END,   /* of the request; what follows in the input is the next one's */
    DL_HTTP_BAD,
};

struct dl_http_request {
    dl_str method;
    dl_str target; /* from the first slash */
    bool keep_alive;
    bool expects_continue; /* the client waits for "100 Continue" before it sends the body */
    bool chunked;
    uint64_t length; /* of the body; 0 while `chunked` */

    /* Empty when absent. */
    dl_str authorization;
    dl_str content_type;
    dl_str content_encoding;
    dl_str idempotency_key;
    dl_str traceparent;

    int code;
    const char *why;

    /* the parser's */
    int state;
    bool version_1_0;
    bool has_length;
    uint32_t header_count;
    uint32_t host_count;
    size_t line_at;  /* where in `head` the line under way begins */
    uint64_t left;   /* of the body, or of the chunk */
    size_t head_len; /* bytes of `head` that stay while the body is taken */
    struct dl_buf head;
};

void dl_http_request_init(struct dl_http_request *request);
void dl_http_request_done(struct dl_http_request *request);
void dl_http_request_reset(struct dl_http_request *request); /* for the next one */

/* True before the first byte of a request. */
bool dl_http_request_is_fresh(const struct dl_http_request *request);

/* Takes from the front of *input, up to the next step. */
enum dl_http_step dl_http_take(struct dl_http_request *request, dl_str *input, dl_str *ret_piece);

#endif
