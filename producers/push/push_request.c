/* Lines of a body. */
#include "producers/push/push_request.h"

#include "producers/door/door.h"
#include "producers/door/envelope.h"
#include "proto/json.h"

struct dl_push_request *dl_push_request_new(struct dl_push_leg *leg, struct dl_http_conn *conn)
{
    struct dl_push_request *request = dl_alloc(sizeof *request);
    request->leg = leg;
    request->conn = conn;
    dl_arena_init(&request->arena);
    return request;
}

void dl_push_request_free(struct dl_push_request *request)
{
    if (!request)
        return;
    dl_arena_done(&request->arena);
    free(request);
}

static void read_line(struct dl_push_request *request, dl_str line, uint64_t number)
{
    struct dl_arena *arena = &request->arena;
    struct dl_push_result *result = &request->results[request->result_count++];
    struct dl_feed_item item = {.line = number};
    result->line = number;
    dl_status status = dl_door_json(arena, line, (dl_str){NULL, 0}, &item.article, &item.why);
    if (status == DL_OK) {
        result->id = item.article->id;
        request->accepted++;
        request->records[request->record_count++] =
            dl_envelope_article(arena, item.article, request->traceparent);
        return;
    }
    result->kind = dl_str_of(dl_status_name(status));
    result->message = dl_arena_str(arena, dl_str_of(item.why.text));
    dl_envelope_refuse(arena, line, &item);
    request->records[request->record_count++] =
        dl_envelope_dead(arena, &item, request->from, request->traceparent);
}

static uint32_t count_lines(dl_str body)
{
    uint32_t count = 0;
    dl_str line;
    while (count <= DL_PUSH_LINES_MAX && dl_str_next(&body, '\n', &line))
        count += dl_str_trim(line).len > 0;
    return count;
}

void dl_push_request_read(struct dl_push_request *request)
{
    dl_str rest = dl_str_trim(request->body);
    uint32_t count = request->one_article ? rest.len > 0 : count_lines(request->body);
    if (count == 0 || count > DL_PUSH_LINES_MAX) {
        request->code = count ? 413 : 400;
        request->why = count ? "more than 10000 lines" : "the body is empty";
        return;
    }
    request->results = dl_arena_array(&request->arena, struct dl_push_result, count);
    request->records = dl_arena_array(&request->arena, struct dl_record, count + 1); /* its key */
    if (request->one_article) {
        read_line(request, rest, 1);
    } else {
        dl_str line;
        rest = request->body;
        for (uint64_t number = 1; dl_str_next(&rest, '\n', &line); number++)
            if (dl_str_trim(line).len)
                read_line(request, dl_str_trim(line), number);
    }
    request->code = request->accepted ? 202 : 422;
}

/* Cannot overflow: results are bounded by the lines, and `out` has no low ceiling. */
static void put_result(struct dl_buf *out, const struct dl_push_result *result)
{
    (void)dl_buf_printf(out, "{\"line\":%llu,\"status\":\"%s\"", (unsigned long long)result->line,
                        result->id.len ? "accepted" : "refused");
    if (result->id.len) {
        (void)dl_buf_put_str(out, DL_STR(",\"id\":"));
        (void)dl_json_put_string(out, result->id);
    } else {
        (void)dl_buf_put_str(out, DL_STR(",\"error\":{\"kind\":"));
        (void)dl_json_put_string(out, result->kind);
        (void)dl_buf_put_str(out, DL_STR(",\"message\":"));
        (void)dl_json_put_string(out, result->message);
        (void)dl_buf_put_char(out, '}');
    }
    (void)dl_buf_put_str(out, DL_STR("}\n"));
}

void dl_push_request_text(const struct dl_push_request *request, struct dl_buf *out)
{
    for (uint32_t i = 0; i < request->result_count; i++)
        put_result(out, &request->results[i]);
}
