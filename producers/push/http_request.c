/* The head is gathered line by line, each line checked as it ends; the body is passed on as it
 * comes. */
#include "producers/push/http_request.h"

#define CHUNK_DIGITS_MAX 8U
#define CHUNK_LINE_BYTES_MAX 256U /* size and extensions, which nobody uses */
#define TRAILER_BYTES_MAX 4096U

enum state {
    REQUEST_LINE,
    HEADER_LINE,
    HEAD_IS_TOLD, /* DL_HTTP_HEAD was returned; the body begins */
    BODY,
    CHUNK_LINE,
    CHUNK,
    CHUNK_END, /* its CRLF */
    TRAILER_LINE,
    FINISHED,
    BROKEN,
};

static enum dl_http_step bad(struct dl_http_request *request, int code, const char *why)
{
    request->state = BROKEN;
    request->code = code;
    request->why = why;
    return DL_HTTP_BAD;
}

/* RFC 9110, 5.6.2 */
static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(dl_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_token_char(text.at[i]))
            return false;
    return text.len > 0;
}

/* Visible, space, tab, or beyond ASCII. */
static bool is_field_text(dl_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static dl_str trim_spaces(dl_str text)
{
    while (text.len && (text.at[0] == ' ' || text.at[0] == '\t'))
        text = dl_str_sub(text, 1, text.len);
    while (text.len && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* --- the head --- */

static enum dl_http_step take_request_line(struct dl_http_request *request, dl_str line)
{
    dl_str rest = line;
    dl_str version;
    if (!dl_str_next(&rest, ' ', &request->method) || !is_token(request->method) ||
        !dl_str_next(&rest, ' ', &request->target) || !dl_str_next(&rest, ' ', &version) || rest.at)
        return bad(request, 400, "the first line is no request line");
    if (request->target.len == 0 || request->target.at[0] != '/')
        return bad(request, 400, "the target does not begin with a slash");
    for (size_t i = 0; i < request->target.len; i++)
        if (request->target.at[i] <= 0x20 || request->target.at[i] >= 0x7f)
            return bad(request, 400, "the target has bytes that no target has");
    if (!dl_str_is(version, "HTTP/1.1") && !dl_str_is(version, "HTTP/1.0"))
        return bad(request, 505, "neither HTTP/1.1 nor HTTP/1.0");
    request->version_1_0 = version.at[version.len - 1] == '0';
    request->keep_alive = !request->version_1_0;
    request->state = HEADER_LINE;
    return DL_HTTP_MORE;
}

static enum dl_http_step take_length(struct dl_http_request *request, dl_str value)
{
    int64_t length;
    if (request->has_length)
        return bad(request, 400, "two lengths");
    if (value.len == 0 || value.at[0] == '-' || dl_str_to_i64(value, &length) != DL_OK)
        return bad(request, 400, "Content-Length is no number");
    request->has_length = true;
    request->length = (uint64_t)length;
    return DL_HTTP_MORE;
}

static enum dl_http_step take_coding(struct dl_http_request *request, dl_str value)
{
    if (request->chunked)
        return bad(request, 400, "two headers Transfer-Encoding");
    if (!dl_str_eq_nocase(value, DL_STR("chunked")))
        return bad(request, 501, "Transfer-Encoding other than chunked");
    request->chunked = true;
    return DL_HTTP_MORE;
}

static enum dl_http_step take_expect(struct dl_http_request *request, dl_str value)
{
    if (!dl_str_eq_nocase(value, DL_STR("100-continue")))
        return bad(request, 417, "Expect other than 100-continue");
    request->expects_continue = !request->version_1_0;
    return DL_HTTP_MORE;
}

static void take_connection(struct dl_http_request *request, dl_str value)
{
    dl_str word;
    while (dl_str_next(&value, ',', &word)) {
        word = trim_spaces(word);
        if (dl_str_eq_nocase(word, DL_STR("close")))
            request->keep_alive = false;
        else if (dl_str_eq_nocase(word, DL_STR("keep-alive")) && request->version_1_0)
            request->keep_alive = true;
    }
}

/* Where the value of a header goes that may come once only; NULL for others. */
static dl_str *place_of(struct dl_http_request *request, dl_str name)
{
    if (dl_str_eq_nocase(name, DL_STR("authorization")))
        return &request->authorization;
    if (dl_str_eq_nocase(name, DL_STR("content-type")))
        return &request->content_type;
    if (dl_str_eq_nocase(name, DL_STR("content-encoding")))
        return &request->content_encoding;
    if (dl_str_eq_nocase(name, DL_STR("idempotency-key")))
        return &request->idempotency_key;
    if (dl_str_eq_nocase(name, DL_STR("traceparent")))
        return &request->traceparent;
    return NULL;
}

static enum dl_http_step take_header(struct dl_http_request *request, dl_str line)
{
    dl_str value = line;
    dl_str name;
    if (++request->header_count > DL_HTTP_HEADERS_MAX)
        return bad(request, 431, "too many headers");
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return bad(request, 400, "a folded header");
    if (!dl_str_next(&value, ':', &name) || !value.at || !is_token(name) || !is_field_text(value))
        return bad(request, 400, "a line that is no header");
    value = trim_spaces(value);
    dl_str *place = place_of(request, name);
    if (place) {
        if (place->at)
            return bad(request, 400, "a header twice that may come once");
        *place = value;
        return DL_HTTP_MORE;
    }
    if (dl_str_eq_nocase(name, DL_STR("content-length")))
        return take_length(request, value);
    if (dl_str_eq_nocase(name, DL_STR("transfer-encoding")))
        return take_coding(request, value);
    if (dl_str_eq_nocase(name, DL_STR("expect")))
        return take_expect(request, value);
    if (dl_str_eq_nocase(name, DL_STR("connection")))
        take_connection(request, value);
    if (dl_str_eq_nocase(name, DL_STR("host")))
        request->host_count++;
    return DL_HTTP_MORE;
}

static enum dl_http_step finish_head(struct dl_http_request *request)
{
    if (request->host_count > 1 || (request->host_count == 0 && !request->version_1_0))
        return bad(request, 400, "not exactly one Host");
    if (request->chunked && request->has_length)
        return bad(request, 400, "a length beside Transfer-Encoding");
    if (request->chunked && request->version_1_0)
        return bad(request, 400, "Transfer-Encoding in HTTP/1.0");
    request->left = request->length;
    request->state = HEAD_IS_TOLD;
    return DL_HTTP_HEAD;
}

/* The line under way without its CRLF, once it is whole. Lines stay in `head`, whose room is there
 * from the start, so that slices into it hold. */
static enum dl_http_step take_line(struct dl_http_request *request, dl_str *input, size_t bytes_max,
                                   dl_str *ret_line)
{
    const char *end = input->len ? memchr(input->at, '\n', input->len) : NULL;
    size_t count = end ? (size_t)(end - input->at) + 1 : input->len;
    struct dl_buf *head = &request->head;
    if (count > bytes_max || head->len + count > bytes_max)
        return bad(request, 431, "a head, chunk line or trailer that is too long");
    /* a carriage return is followed by a line feed or it has no business here */
    if (head->len > request->line_at && head->at[head->len - 1] == '\r' && count &&
        input->at[0] != '\n')
        return bad(request, 400, "a carriage return alone");
    if (count)
        memcpy(head->at + head->len, input->at, count);
    head->len += count;
    *input = dl_str_sub(*input, count, input->len);
    dl_str line = {head->at + request->line_at, head->len - request->line_at};
    const char *cr = line.len ? memchr(line.at, '\r', line.len) : NULL;
    if (end && (line.len < 2 || line.at[line.len - 2] != '\r'))
        return bad(request, 400, "a line feed without a carriage return");
    if (cr && (size_t)(cr - line.at) + (end ? 2 : 1) != line.len)
        return bad(request, 400, "a carriage return alone");
    if (line.len && memchr(line.at, '\0', line.len))
        return bad(request, 400, "a NUL byte");
    if (!end)
        return DL_HTTP_MORE;
    *ret_line = dl_str_sub(line, 0, line.len - 2);
    request->line_at = head->len;
    return DL_HTTP_END;
}

/* --- the body --- */

/* The lines of chunks and trailers are not kept. */
static void forget_line(struct dl_http_request *request, size_t kept)
{
    request->head.len = request->line_at = kept;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static enum dl_http_step take_chunk_line(struct dl_http_request *request, dl_str line)
{
    size_t digits = 0;
    request->left = 0;
    while (digits < line.len && hex_digit(line.at[digits]) >= 0) {
        request->left = request->left * 16 + (uint64_t)hex_digit(line.at[digits]);
        if (++digits > CHUNK_DIGITS_MAX)
            return bad(request, 413, "a chunk too large");
    }
    if (digits == 0 || (digits < line.len && line.at[digits] != ';') || !is_field_text(line))
        return bad(request, 400, "a chunk without its size");
    request->state = request->left ? CHUNK : TRAILER_LINE;
    return DL_HTTP_MORE;
}

static enum dl_http_step take_piece(struct dl_http_request *request, dl_str *input,
                                    dl_str *ret_piece)
{
    size_t count = request->left < input->len ? (size_t)request->left : input->len;
    if (count == 0)
        return DL_HTTP_MORE;
    *ret_piece = dl_str_sub(*input, 0, count);
    *input = dl_str_sub(*input, count, input->len);
    request->left -= count;
    return DL_HTTP_PIECE;
}

static enum dl_http_step finish(struct dl_http_request *request)
{
    request->state = FINISHED;
    return DL_HTTP_END;
}

static enum dl_http_step take_body_line(struct dl_http_request *request, dl_str *input)
{
    size_t kept = request->head_len;
    size_t room = request->state == TRAILER_LINE ? TRAILER_BYTES_MAX : CHUNK_LINE_BYTES_MAX;
    dl_str line;
    enum dl_http_step step = take_line(request, input, kept + room, &line);
    if (step != DL_HTTP_END)
        return step;
    if (request->state == TRAILER_LINE && line.len) {
        dl_str value = line;
        dl_str name;
        if (!dl_str_next(&value, ':', &name) || !value.at || !is_token(name) ||
            !is_field_text(value))
            return bad(request, 400, "a trailer that is no header");
        return DL_HTTP_MORE; /* stays until the end, so that all of them have one limit */
    }
    forget_line(request, kept);
    if (request->state == TRAILER_LINE)
        return finish(request);
    if (request->state == CHUNK_LINE)
        return take_chunk_line(request, line);
    if (line.len)
        return bad(request, 400, "a chunk longer than its size");
    request->state = CHUNK_LINE;
    return DL_HTTP_MORE;
}

/* --- steps --- */

static enum dl_http_step take_head_line(struct dl_http_request *request, dl_str *input)
{
    dl_str line;
    enum dl_http_step step = take_line(request, input, DL_HTTP_HEAD_BYTES_MAX, &line);
    if (step != DL_HTTP_END)
        return step;
    if (request->state == REQUEST_LINE)
        return take_request_line(request, line);
    return line.len ? take_header(request, line) : finish_head(request);
}

enum dl_http_step dl_http_take(struct dl_http_request *request, dl_str *input, dl_str *ret_piece)
{
    for (;;) {
        enum dl_http_step step = DL_HTTP_MORE;
        size_t before = input->len;
        int state = request->state;
        switch (state) {
        case REQUEST_LINE:
        case HEADER_LINE:
            step = take_head_line(request, input);
            break;
        case HEAD_IS_TOLD:
            request->head_len = request->head.len;
            request->state = request->chunked ? CHUNK_LINE : BODY;
            break;
        case BODY:
            if (request->left == 0)
                return finish(request);
            step = take_piece(request, input, ret_piece);
            break;
        case CHUNK:
            step = take_piece(request, input, ret_piece);
            if (request->left == 0)
                request->state = CHUNK_END;
            break;
        case CHUNK_LINE:
        case CHUNK_END:
        case TRAILER_LINE:
            step = take_body_line(request, input);
            break;
        case FINISHED:
            return DL_HTTP_END;
        default:
            return DL_HTTP_BAD;
        }
        if (step != DL_HTTP_MORE)
            return step;
        if (input->len == before && request->state == state)
            return DL_HTTP_MORE;
    }
}

void dl_http_request_init(struct dl_http_request *request)
{
    *request = (struct dl_http_request){.state = REQUEST_LINE};
    dl_buf_init(&request->head, DL_HTTP_HEAD_BYTES_MAX + TRAILER_BYTES_MAX);
    if (!dl_buf_reserve(&request->head, DL_HTTP_HEAD_BYTES_MAX + TRAILER_BYTES_MAX))
        abort(); /* it is the ceiling just given */
}

void dl_http_request_done(struct dl_http_request *request)
{
    dl_buf_done(&request->head);
}

void dl_http_request_reset(struct dl_http_request *request)
{
    struct dl_buf head = request->head;
    dl_buf_reset(&head);
    *request = (struct dl_http_request){.state = REQUEST_LINE, .head = head};
}

bool dl_http_request_is_fresh(const struct dl_http_request *request)
{
    return request->state == REQUEST_LINE && request->head.len == 0;
}
