/* A request in pieces is the request as a whole: the same steps, the same body, the same end. */
#include "tests/fuzz/fuzz.h"

#include "producers/push/http_request.h"

struct run {
    int code; /* -1: not whole */
    size_t left;
    uint64_t body_bytes;
    uint64_t sum; /* of head and body */
};

static void add(struct run *run, dl_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        run->sum = run->sum * 1099511628211U + (unsigned char)bytes.at[i];
}

static struct run take(const uint8_t *data, size_t size, size_t piece_bytes)
{
    struct run run = {.code = -1};
    struct dl_http_request request;
    dl_http_request_init(&request);
    for (size_t at = 0; at < size && run.code == -1;) {
        size_t count = size - at < piece_bytes ? size - at : piece_bytes;
        dl_str input = {(const char *)data + at, count};
        at += count;
        for (bool more = true; more;) {
            dl_str piece;
            switch (dl_http_take(&request, &input, &piece)) {
            case DL_HTTP_MORE:
                DL_MUST(input.len == 0);
                more = false;
                break;
            case DL_HTTP_HEAD:
                DL_MUST(request.method.len && request.target.len);
                DL_MUST(!(request.chunked && request.length));
                add(&run, request.method);
                add(&run, request.target);
                add(&run, request.authorization);
                add(&run, request.idempotency_key);
                break;
            case DL_HTTP_PIECE:
                DL_MUST(piece.len > 0);
                run.body_bytes += piece.len;
                add(&run, piece);
                break;
            case DL_HTTP_END:
                run.code = 0;
                run.left = input.len + (size - at);
                more = false;
                break;
            case DL_HTTP_BAD:
                DL_MUST(request.code >= 400 && request.code < 600 && request.why);
                run.code = request.code;
                more = false;
                break;
            }
        }
    }
    dl_http_request_done(&request);
    return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run whole = take(data, size, size ? size : 1);
    static const size_t pieces[] = {1, 3, 17};
    for (size_t i = 0; i < 3; i++) {
        struct run run = take(data, size, pieces[i]);
        DL_MUST((run.code == 0) == (whole.code == 0));
        DL_MUST((run.code == -1) == (whole.code == -1));
        if (whole.code == 0) {
            DL_MUST(run.left == whole.left && run.body_bytes == whole.body_bytes);
            DL_MUST(run.sum == whole.sum);
        }
    }
    return 0;
}
